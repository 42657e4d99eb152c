package flow

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/solve"
	"shuren/internal/task"
)

// stubProposer proposes three lines as soon as it is let go or stopped, and counts a
// section as passing for each line that is not rejected.
type stubProposer struct {
	goOn  chan struct{}
	began chan struct{}
	fails error
}

func (s stubProposer) make(ctx context.Context, in ProposalInput, tell func(solve.Progress)) (*proposal.Proposal, error) {
	tell(solve.Progress{Nodes: 1, Best: 9, Bound: 6, Gap: 1. / 3})
	s.began <- struct{}{}
	select {
	case <-s.goOn:
	case <-ctx.Done():
	}
	if s.fails != nil {
		return nil, s.fails
	}
	one, two := proposal.Place{Unit: "e1", Code: "2199012101", Name: "东一小", Stage: edu.Primary}, proposal.Place{Unit: "e2", Code: "2199012102", Name: "东二小", Stage: edu.Primary}
	if r := in.Tree; r != nil {
		for _, u := range r.Units() {
			for _, p := range []*proposal.Place{&one, &two} {
				if u.Level == edu.School && lastAttrs(&u).Code == p.Code {
					p.Unit = u.ID
				}
			}
		}
	}
	return &proposal.Proposal{Status: "optimal", Cost: 9, Bound: math.Inf(-1), Before: proposal.Met{Sections: 2}, After: proposal.Met{Sections: 2, Passing: 2}, Lines: []proposal.Line{
		{Act: proposal.Move, Period: edu.Year(2026), At: one, From: &two, Who: "音乐", Amount: 2, Unit: "人", Cost: 4, Km: math.NaN(), Why: edu.Text{ZH: "缺音乐教师", EN: "no music teachers"}},
		{Act: proposal.Hire, Period: edu.Year(2026), At: one, Who: "美术", Amount: 1, Unit: "人", Cost: 5},
		{Act: proposal.Construct, Period: edu.Year(2027), At: two, Amount: 10.5, Unit: "㎡", Cost: 0},
	}}, nil
}

// all gives each county what make gives it.
func (s stubProposer) all(ctx context.Context, ins []ProposalInput, wish CityWish, tell func(solve.Progress)) (*proposal.City, error) {
	out := &proposal.City{Scenario: wish.Scenario, Status: "optimal", Bound: 9}
	for _, b := range wish.Shared {
		out.Shared = append(out.Shared, proposal.Year{Period: b.Year, Budget: b.Yuan, Spent: 4})
	}
	for _, in := range ins {
		p, err := s.make(ctx, in, tell)
		if err != nil {
			return nil, err
		}
		out.Cost += p.Cost
		out.Counties = append(out.Counties, p)
	}
	return out, nil
}

func (stubProposer) check(_ context.Context, _ ProposalInput, p *proposal.Proposal) (proposal.Met, error) {
	m := proposal.Met{Sections: 2}
	for i := range p.Lines {
		if p.Lines[i].Now() > 0 {
			m.Passing++
		}
	}
	m.Passing = min(2, m.Passing)
	return m, nil
}

// proposingTown is a city of which one county has told what it has to work with.
func proposingTown(t *testing.T) (*town, stubProposer) {
	t.Helper()
	c := forecastTown(t, 2025)
	s := stubProposer{make(chan struct{}), make(chan struct{}, 9), nil}
	c.proposer = s
	clerk := of(auth.CountyClerk, "east")
	if _, err := c.KeepPrices(t.Context(), clerk, somePrices("east")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.KeepStaff(t.Context(), clerk, means.Staff{County: "east", AsOf: 20000, Source: "教师系统", Groups: []means.Group{{School: "2199012101", Stage: edu.Primary, People: 9, Posts: 9, Held: map[means.Hold]int{means.Ill: 1}, Retiring: map[edu.Period]int{edu.Year(2027): 2}}}}); err != nil {
		t.Fatal(err)
	}
	return c, s
}

func somePrices(of edu.UnitID) means.Prices {
	return means.Prices{County: of, Lines: []means.Price{{Item: "hire", Name: "公招教师", Unit: "人·年", Yuan: 9e4, Year: 2025, Basis: "东财〔2025〕1号"}}}
}

// What a county has to work with is kept over what its writer saw, by who keeps the
// county; another county's is not to be had.
func TestMeansAreKept(t *testing.T) {
	c, _ := proposingTown(t)
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	m, err := c.Means(ctx, clerk, "east")
	if err != nil || m.Prices.Rev != 1 || m.Staff.Groups[0].Retiring[edu.Year(2027)] != 2 || m.Staff.Groups[0].Held[means.Ill] != 1 || len(m.Lacks()) != 0 {
		t.Fatalf("%+v, %v", m, err)
	}
	if m, err := c.Means(ctx, of(auth.Leader), "west"); err != nil || len(m.Lacks()) != 2 {
		t.Errorf("west lacks %v, %v", m.Lacks(), err)
	}
	for name, got := range map[string]error{
		"over what was not seen":   second(c.KeepPrices(ctx, clerk, somePrices("east"))),
		"of another county":        second(c.KeepPrices(ctx, clerk, somePrices("west"))),
		"by a leader":              second(c.KeepPrices(ctx, of(auth.Leader), somePrices("east"))),
		"a price of nothing":       second(c.KeepPrices(ctx, clerk, means.Prices{County: "east", Rev: 1, Lines: []means.Price{{Item: "hire", Name: "x", Year: 2025, Basis: "y"}}})),
		"more posts than people":   second(c.KeepStaff(ctx, clerk, means.Staff{County: "east", Rev: 1, AsOf: 1, Source: "x", Groups: []means.Group{{School: "1", Stage: edu.Primary, People: 1, Posts: 2}}})),
		"a plan of no lessons":     second(c.KeepLessons(ctx, clerk, means.Lessons{County: "east", Lines: []means.Lesson{{Stage: edu.Primary, Subject: "语文", PerClass: 7, Year: 2025, Basis: "x"}}})),
		"a plan of no document":    second(c.KeepLessons(ctx, clerk, means.Lessons{County: "east", Lines: []means.Lesson{{Stage: edu.Primary, Subject: "语文", PerClass: 7, PerTeacher: 14, Year: 2025}}})),
		"a subject planned twice":  second(c.KeepLessons(ctx, clerk, means.Lessons{County: "east", Lines: []means.Lesson{someLesson, someLesson}})),
		"a plan by a leader":       second(c.KeepLessons(ctx, of(auth.Leader), means.Lessons{County: "east", Lines: []means.Lesson{someLesson}})),
		"a year of money twice":    second(c.KeepMoney(ctx, clerk, Money{County: "east", Lines: []means.Budget{{Year: edu.Year(2026), Source: "x"}, {Year: edu.Year(2026), Source: "x"}}})),
		"a way from a town to it":  second(c.KeepWays(ctx, clerk, means.Ways{County: "east", Lines: []means.Way{{From: "甲镇", To: "甲镇", Minutes: math.NaN()}}})),
		"read by another county":   second(c.Means(ctx, of(auth.CountyClerk, "west"), "east")),
		"read by nobody":           second(c.Means(ctx, auth.Actor{}, "east")),
		"of what is not a county":  second(c.KeepPrices(ctx, auth.Operator(), somePrices("nowhere"))),
		"proposals by another one": second(c.ProposingOf(ctx, of(auth.CountyClerk, "west"), "east")),
	} {
		if !errors.Is(got, fault.Conflict) && !errors.Is(got, fault.Forbidden) && !errors.Is(got, fault.NotFound) && !errors.Is(got, fault.Invalid) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if _, err := c.KeepWays(ctx, clerk, means.Ways{County: "east", Lines: []means.Way{{From: "甲镇", To: "乙镇", Km: 7.5, Minutes: math.NaN()}, {From: "甲镇", To: "丙镇", Km: 9, Minutes: 20}}}); err != nil {
		t.Fatal(err)
	}
	if m, err := c.Means(ctx, clerk, "east"); err != nil || !math.IsNaN(m.Ways.Lines[0].Minutes) || m.Ways.Lines[1].Minutes != 20 || m.Told[MeansWays].Lines != 2 {
		t.Errorf("ways came back as %+v, %v", m.Ways, err)
	}
}

var someLesson = means.Lesson{Stage: edu.Primary, Subject: "语文", PerClass: 7, PerTeacher: 14, Year: 2025, Basis: "东教〔2025〕1号"}

// A county's own plan of lessons is kept with its revision, and no proposal waits for it.
func TestPlanOfLessonsIsKept(t *testing.T) {
	c, _ := proposingTown(t)
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	read, bad, err := c.ReadMeans(ctx, MeansLessons, "x.csv", io.NopCloser(strings.NewReader("学段,学科,每班周课时,教师周课时,年份,依据\n小学,语文,7,14,2025,东教〔2025〕1号\n")))
	if err != nil || bad != nil || len(read.Lessons.Lines) != 1 || read.Lessons.Lines[0] != someLesson {
		t.Fatalf("%+v, %v, %v", read, bad, err)
	}
	l := means.Lessons{County: "east", Lines: read.Lessons.Lines}
	if l, err = c.KeepLessons(ctx, clerk, l); err != nil || l.Rev != 1 {
		t.Fatalf("%+v, %v", l, err)
	}
	if m, err := c.Means(ctx, clerk, "east"); err != nil || len(m.Lacks()) != 0 || m.Told[MeansLessons].Lines != 1 || m.Lessons.Lines[0] != someLesson || m.Lessons.Rev != 1 {
		t.Errorf("%+v, %v", m.Lessons, err)
	}
	if _, err := c.KeepLessons(ctx, clerk, means.Lessons{County: "east"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("over what was not seen: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// A proposal is made once at a time, tells how far it is, and what was found is kept
// where it is stopped; a server that ends says later that it was cut.
func TestProposingIsAJob(t *testing.T) {
	c, s := proposingTown(t)
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	ref := c.Pack().Ref()
	if _, err := c.Propose(ctx, of(auth.CountyClerk, "west"), "west", proposal.Mixed, ref, edu.Year(2025)); !errors.Is(err, fault.Invalid) {
		t.Errorf("without a price list: %v", err)
	}
	if _, err := c.Propose(ctx, of(auth.Leader), "east", proposal.Mixed, ref, edu.Year(2025)); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a leader: %v", err)
	}
	first, err := c.Propose(ctx, clerk, "east", proposal.Mixed, ref, edu.Year(2025))
	if err != nil {
		t.Fatal(err)
	}
	<-s.began
	again, err := c.Propose(ctx, clerk, "east", proposal.Mixed, ref, edu.Year(2025))
	if err != nil || again.State != MakingNow || again.Began.Before(first.Began) {
		t.Errorf("again: %+v, %v", again, err)
	}
	at, err := c.ProposingOf(ctx, of(auth.Inspector), "east")
	if err != nil || len(at) != 1 || !at[0].Found() || at[0].Progress.Bound != 6 {
		t.Fatalf("under way: %+v, %v", at, err)
	}
	if err := c.StopProposing(ctx, of(auth.Leader), "east", proposal.Mixed); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a leader stops: %v", err)
	}
	if err := c.StopProposing(ctx, clerk, "east", proposal.Mixed); err != nil {
		t.Fatal(err)
	}
	at, err = c.ProposingOf(ctx, clerk, "east")
	if err != nil || at[0].State != MakingStopped || at[0].Proposal == "" {
		t.Fatalf("stopped: %+v, %v", at, err)
	}
	now, older, err := c.Proposals(ctx, clerk, "east")
	if err != nil || len(now) != 1 || len(older) != 0 || now[0].ID != at[0].Proposal || now[0].Lines[0].Km != -1 || now[0].Checked.Passing != 2 {
		t.Fatalf("%+v, %v, %v", now, older, err)
	}
	s.fails = auth.Refuse(fault.Invalid, "没有可行方案", "there is no plan")
	c.proposer = s
	if _, err := c.Propose(ctx, clerk, "east", proposal.Build, ref, edu.Year(2025)); err != nil {
		t.Fatal(err)
	}
	<-s.began
	s.goOn <- struct{}{}
	for range 500 {
		if at, err = c.ProposingOf(ctx, clerk, "east"); err != nil || at[1].State != MakingNow {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err != nil || at[1].State != MakingFailed || at[1].Why.ZH != "没有可行方案" {
		t.Fatalf("failed: %+v, %v", at, err)
	}
	// The same again, and the server ends.
	if _, err := c.Propose(ctx, clerk, "east", proposal.Wait, ref, edu.Year(2025)); err != nil {
		t.Fatal(err)
	}
	<-s.began
	c.making.close()
	c.making = newMakings()
	if at, err = c.ProposingOf(ctx, clerk, "east"); err != nil || len(at) != 3 || at[2].State != MakingCut {
		t.Errorf("after a start: %+v, %v", at, err)
	}
}

// proposed is the proposal of a county that has been made.
func proposed(t *testing.T) (*town, proposal.Proposal) {
	t.Helper()
	c, s := proposingTown(t)
	clerk := of(auth.CountyClerk, "east")
	if _, err := c.Propose(t.Context(), clerk, "east", proposal.Mixed, c.Pack().Ref(), edu.Year(2025)); err != nil {
		t.Fatal(err)
	}
	<-s.began
	if err := c.StopProposing(t.Context(), clerk, "east", proposal.Mixed); err != nil {
		t.Fatal(err)
	}
	now, _, err := c.Proposals(t.Context(), clerk, "east")
	if err != nil || len(now) != 1 {
		t.Fatalf("%d, %v", len(now), err)
	}
	return c, now[0]
}

// Lines are decided on over what was seen, the rest is checked again, and a step can
// be undone.
func TestProposalIsDecided(t *testing.T) {
	c, p := proposed(t)
	ctx, clerk := t.Context(), of(auth.CountyClerk, "east")
	var err error
	if p, err = c.DecideProposal(ctx, clerk, p.ID, p.Rev, []int{1, 2}, proposal.Choice{Decision: proposal.Accept}); err != nil || p.Rev != 2 || p.Counts().By[proposal.Accepted] != 2 || p.Checked.Passing != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	if now, err := c.DecideProposal(ctx, clerk, p.ID, 1, []int{3}, proposal.Choice{Decision: proposal.Accept}); !errors.Is(err, fault.Conflict) || now.Rev != 2 {
		t.Errorf("over what was not seen: rev %d, %v", now.Rev, err)
	}
	if _, err := c.DecideProposal(ctx, of(auth.CountyClerk, "west"), p.ID, p.Rev, []int{3}, proposal.Choice{Decision: proposal.Accept}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county: %v", err)
	}
	if _, err := c.DecideProposal(ctx, of(auth.Leader), p.ID, p.Rev, []int{3}, proposal.Choice{Decision: proposal.Accept}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a leader: %v", err)
	}
	if _, err := c.DecideProposal(ctx, clerk, p.ID, p.Rev, []int{3}, proposal.Choice{Decision: proposal.Reject}); !errors.Is(err, fault.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	if p, err = c.DecideProposal(ctx, clerk, p.ID, p.Rev, []int{1, 3}, proposal.Choice{Decision: proposal.Reject, Note: "已有安排"}); err != nil || p.Checked.Passing != 1 {
		t.Fatalf("%+v, %v", p.Checked, err)
	}
	if p, err = c.UndoProposal(ctx, clerk, p.ID, p.Rev); err != nil || p.Lines[0].State != proposal.Accepted || p.Lines[2].State != proposal.Open || p.Checked.Passing != 2 {
		t.Fatalf("undone: %+v, %v", p.Lines, err)
	}
}

// Taken lines become a task for each school and year, once, with the way back to the
// proposal; a school sees what its county took, and no more.
func TestProposalBecomesTasks(t *testing.T) {
	c, p := proposed(t)
	ctx := t.Context()
	both := auth.Actor{Account: "x", Name: "某人", Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: "east"}, {Role: auth.CountyReviewer, Unit: "east"}}}
	o := c.Office()
	if _, _, err := o.TasksOfProposal(ctx, both, p.ID, p.Rev, ProposalInto{}, "s1"); !errors.Is(err, fault.Invalid) {
		t.Errorf("nothing was accepted: %v", err)
	}
	p, err := c.DecideProposal(ctx, both, p.ID, p.Rev, []int{1, 2}, proposal.Choice{Decision: proposal.Accept})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = c.DecideProposal(ctx, both, p.ID, p.Rev, []int{3}, proposal.Choice{Decision: proposal.Edit, Amount: 8}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.TasksOfProposal(ctx, of(auth.CountyClerk, "east"), p.ID, p.Rev, ProposalInto{}, "s2"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("who gives no tasks: %v", err)
	}
	now, made, err := o.TasksOfProposal(ctx, both, p.ID, p.Rev, ProposalInto{}, "s3")
	if err != nil || len(made) != 2 {
		t.Fatalf("%d tasks, %v", len(made), err)
	}
	x := made[0]
	if x.Source.Kind != task.FromProposal || x.Source.Ref != p.ID || x.Source.Item != "1,2" || x.Due.String() != "2026-09-01" || x.State != task.Drafted || x.Lead != task.InstitutionOf(p.Lines[0].At.Unit) || len(x.With) != 1 || x.Funds[0].Amount != 9e-4 {
		t.Errorf("%+v", x)
	}
	if now.Lines[0].Task != x.ID || now.Lines[1].Task != x.ID || now.Lines[2].Task != made[1].ID {
		t.Errorf("the lines name %q %q %q", now.Lines[0].Task, now.Lines[1].Task, now.Lines[2].Task)
	}
	if _, _, err := o.TasksOfProposal(ctx, both, p.ID, p.Rev, ProposalInto{}, "s3"); !errors.Is(err, fault.Conflict) {
		t.Errorf("sent twice: %v", err)
	}
	if _, _, err := o.TasksOfProposal(ctx, both, p.ID, now.Rev, ProposalInto{}, "s4"); !errors.Is(err, fault.Invalid) {
		t.Errorf("again: %v", err)
	}
	if _, err := c.UndoProposal(ctx, both, p.ID, now.Rev); !errors.Is(err, fault.Conflict) {
		t.Errorf("undone: %v", err)
	}
	page, err := o.Tasks(ctx, both, task.Filter{})
	if err != nil || page.Total != 2 {
		t.Errorf("%d tasks are listed, %v", page.Total, err)
	}
	head := of(auth.SchoolHead, p.Lines[2].At.Unit)
	lines, err := c.SchoolLines(ctx, head, p.Lines[2].At.Unit)
	if err != nil || len(lines) != 1 || len(lines[0].Lines) != 2 {
		t.Errorf("the school sees %+v, %v", lines, err)
	}
	if _, err := c.SchoolLines(ctx, head, p.Lines[0].At.Unit); !errors.Is(err, fault.NotFound) {
		t.Errorf("another school's: %v", err)
	}
}
