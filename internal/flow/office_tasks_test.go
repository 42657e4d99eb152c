package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/task"
)

// desks is a city with two counties, a township, schools and accounts for them.
type desks struct {
	*Office
	t     testing.TB
	ctx   context.Context
	clock clock
	by    map[string]auth.Actor
	ids   map[string]string
	sent  int
}

func newDesks(t testing.TB, dsn string) *desks {
	t.Helper()
	d := &desks{t: t, ctx: context.Background(), by: map[string]auth.Actor{}, ids: map[string]string{}}
	d.clock.set(t, "2025-04-14 10:00")
	c, err := Open(d.ctx, dsn, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.now = d.clock.now
	d.Office = NewOffice(c, "https://edu.example")
	unit := func(id edu.UnitID, l edu.Level, code, name string, up edu.UnitID) edu.Unit {
		return edu.Unit{ID: id, Level: l, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: name, EN: string(id)}, Parent: up}}}
	}
	if err := c.Register(d.ctx, []edu.Unit{unit("city", edu.City, "990100", "云岫市", ""), unit("east", edu.County, "990101", "东县", "city"), unit("west", edu.County, "990102", "西县", "city"),
		unit("town", edu.Township, "990101100", "东镇", "east"), unit("school", edu.School, "2199000001", "东镇中心小学", "town"), unit("point", edu.School, "2199000002", "山里教学点", "town"),
		unit("own", edu.School, "2199000003", "市一中", "city")}); err != nil {
		t.Fatal(err)
	}
	if err := c.Describe(d.ctx, edu.Text{ZH: "云岫市", EN: "Yunxiu"}, nil); err != nil {
		t.Fatal(err)
	}
	accounts := NewAccounts(c, AccountOptions{Cost: cheap, Now: d.clock.now})
	for _, a := range []struct {
		login string
		grant auth.Grant
	}{
		{"section", auth.Grant{Role: auth.CitySection, Whole: true}}, {"leader", auth.Grant{Role: auth.Leader, Whole: true}}, {"eastclerk", auth.Grant{Role: auth.CountyClerk, Unit: "east"}},
		{"eastreviewer", auth.Grant{Role: auth.CountyReviewer, Unit: "east"}}, {"westclerk", auth.Grant{Role: auth.CountyClerk, Unit: "west"}}, {"town", auth.Grant{Role: auth.TownshipClerk, Unit: "town"}},
		{"head", auth.Grant{Role: auth.SchoolHead, Unit: "school"}}, {"basic", auth.Grant{Role: auth.CitySection, Whole: true}}, {"inspector", auth.Grant{Role: auth.Inspector, Whole: true}},
	} {
		x, _, err := accounts.Make(d.ctx, auth.Operator(), auth.Account{Login: a.login, Name: "某" + a.login, Unit: a.grant.Unit, Mail: a.login + "@edu.example", Grants: []auth.Grant{a.grant}})
		if err != nil {
			t.Fatal(err)
		}
		d.by[a.login], d.ids[a.login] = x.Actor(), x.ID
	}
	d.by["admin"] = auth.Actor{Account: "admin", Grants: []auth.Grant{{Role: auth.SystemAdmin, Whole: true}}}
	return d
}

// onTaskDesks runs a test on both databases.
func onTaskDesks(t *testing.T, test func(*desks)) {
	t.Run("sqlite", func(t *testing.T) { test(newDesks(t, begun.SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { test(newDesks(t, begun.Postgres(t))) })
}

func taskOf(lead string) task.Task {
	day := func(s string) edu.Date { d, _ := time.Parse(time.DateOnly, s); return edu.DateOf(d) }
	return task.Task{Title: "落实控辍保学包保责任", Issuer: task.BureauOf(""), Lead: lead, Due: day("2025-06-30"), Source: task.Source{Kind: task.FromMeeting, Ref: "m1", Item: "1", Name: "市教育大会"}, Sheet: task.Sheet{Urgency: task.Ordinary}}
}

func (d *desks) make(who string, t task.Task) task.Task {
	d.t.Helper()
	d.sent++
	t, err := d.NewTask(d.ctx, d.by[who], t, fmt.Sprint("new", d.sent))
	if err != nil {
		d.t.Fatalf("%s makes: %v", who, err)
	}
	return t
}

// act takes an act over the revision that is there.
func (d *desks) act(who string, t task.Task, a task.Act, o task.Options) (task.Task, error) {
	d.t.Helper()
	d.sent++
	o.Sent = fmt.Sprint("act", d.sent)
	return d.Act(d.ctx, d.by[who], t.ID, t.Rev, a, o)
}

func (d *desks) must(who string, t task.Task, a task.Act, o task.Options) task.Task {
	d.t.Helper()
	next, err := d.act(who, t, a, o)
	if err != nil {
		d.t.Fatalf("%s by %s: %v", a, who, err)
	}
	return next
}

func (d *desks) told(who string) (titles []string) {
	d.t.Helper()
	in, err := d.city.Messages(d.ctx, d.by[who], 0, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, m := range in.List {
		titles = append(titles, m.Title.ZH)
	}
	return titles
}

func (d *desks) full(who, id string) task.Full {
	d.t.Helper()
	f, err := d.Task(d.ctx, d.by[who], id)
	if err != nil {
		d.t.Fatalf("%s reads %s: %v", who, id, err)
	}
	return f
}

// From the draft to the end, with what each side may do, whom it is told, and what
// is left of it in history and log.
func TestTaskFromDraftToEnd(t *testing.T) {
	onTaskDesks(t, func(d *desks) {
		t := d.t
		x := d.make("section", taskOf("bureau:east"))
		if _, err := d.Task(d.ctx, d.by["eastclerk"], x.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("the county reads the city's draft: %v", err)
		}
		x = d.must("section", x, task.Issue, task.Options{})
		if x.State != task.ToSign || x.Sheet.Year != 2025 || x.Sheet.No != 1 {
			t.Fatalf("issued: %s, sheet %+v", x.State, x.Sheet)
		}
		if got := d.told("eastclerk"); !slices.Equal(got, []string{"新任务：落实控辍保学包保责任"}) {
			t.Errorf("the county is told %v", got)
		}
		if got := d.told("westclerk"); got != nil {
			t.Errorf("another county is told %v", got)
		}
		if _, err := d.act("section", x, task.Sign, task.Options{}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("the issuer signs: %v", err)
		}
		if _, err := d.act("westclerk", x, task.Sign, task.Options{}); !errors.Is(err, fault.NotFound) {
			t.Errorf("another county signs: %v", err)
		}
		if _, err := d.act("inspector", x, task.Comment, task.Options{Text: "看看"}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("an inspector writes: %v", err)
		}
		x = d.must("eastclerk", x, task.Sign, task.Options{Leader: "李局长", Person: "王五"})
		x = d.must("eastreviewer", x, task.Report, task.Options{Text: "已排查两轮"})
		x = d.must("eastclerk", x, task.HandIn, task.Options{Text: "全部落实", Head: "李局长"})
		if got := d.told("section"); len(got) != 2 || !slices.Contains(got, "待审核：落实控辍保学包保责任") {
			t.Errorf("the city is told %v", got)
		}
		if _, err := d.act("eastclerk", x, task.Close, task.Options{Review: task.Review{Facts: true, Solved: true, Done: true, Conclusion: true}}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("the owner closes: %v", err)
		}
		x = d.must("section", x, task.Return, task.Options{Text: "缺名册。"})
		x = d.must("eastclerk", x, task.HandIn, task.Options{Text: "已补名册", Head: "李局长"})
		x = d.must("section", x, task.Close, task.Options{Text: "属实", Review: task.Review{Facts: true, Solved: true, Done: true, Conclusion: true}})
		f := d.full("eastclerk", x.ID)
		var acts []string
		for _, e := range f.Events {
			acts = append(acts, string(e.Act))
		}
		if got, want := strings.Join(acts, " "), "edit issue sign report hand_in return hand_in close"; got != want {
			t.Errorf("history: %s, want %s", got, want)
		}
		if f.State != task.Closed || f.Leader != "李局长" || len(f.Entries) != 1 || f.Entries[0].Body != "bureau:east" || f.Events[2].Name != "某eastclerk" || f.Paper == nil || f.Letter != nil || f.Lamp != task.Green || f.LeadName.ZH != "东县教育体育局" {
			t.Errorf("at the end: %+v", f)
		}
		recs, n, err := d.city.store.Audit(d.ctx, local, audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for _, r := range recs {
			if strings.HasPrefix(string(r.Action), "task.") {
				lines++
				if all := r.Object + r.Detail + string(r.Unit); strings.ContainsAny(all, "李王某落缺") {
					t.Errorf("the log has words that somebody typed: %+v", r)
				}
			}
		}
		if lines != len(f.Events) {
			t.Errorf("%d lines in the log of %d acts (%d in all)", lines, len(f.Events), n)
		}
		if c, err := d.city.VerifyAudit(d.ctx, auth.Operator(), nil); err != nil || len(c.Problems) > 0 {
			t.Errorf("the log: %+v, %v", c.Problems, err)
		}
	})
}

// The same sent twice is one act and one message; two who act on one revision are
// told, and the second sees the task as it is.
func TestTaskTwiceAndAtOnce(t *testing.T) {
	onTaskDesks(t, func(d *desks) {
		t := d.t
		x := d.make("section", taskOf("bureau:east"))
		again, err := d.NewTask(d.ctx, d.by["section"], taskOf("bureau:east"), "new1")
		if err != nil || again.ID != x.ID {
			t.Errorf("the same draft again: %s, %v; want %s", again.ID, err, x.ID)
		}
		for range 2 {
			if x, err = d.Act(d.ctx, d.by["section"], x.ID, 1, task.Issue, task.Options{Sent: "s1"}); err != nil || x.Rev != 2 {
				t.Fatalf("rev %d, %v", x.Rev, err)
			}
		}
		if got := d.told("eastclerk"); len(got) != 1 {
			t.Errorf("told %v", got)
		}
		var wg sync.WaitGroup
		errs, seen := make([]error, 2), make([]task.Task, 2)
		for i, who := range []string{"eastclerk", "eastreviewer"} {
			wg.Go(func() {
				seen[i], errs[i] = d.Act(d.ctx, d.by[who], x.ID, x.Rev, task.Sign, task.Options{Sent: who, Person: who})
			})
		}
		wg.Wait()
		lost := slices.IndexFunc(errs, func(err error) bool { return err != nil })
		if lost < 0 || errs[1-lost] != nil || !errors.Is(errs[lost], fault.Conflict) {
			t.Fatalf("both at once: %v", errs)
		}
		if _, err := d.Act(d.ctx, d.by["eastclerk"], x.ID, x.Rev, task.Comment, task.Options{Text: "旧页面"}); !errors.Is(err, store.ErrStale) {
			t.Errorf("from an old page: %v", err)
		}
		if now := d.full("section", x.ID); now.Rev != 3 || len(now.Events) != 3 || now.Person == "" {
			t.Errorf("now: %+v", now.Task)
		}
	})
}

// Who acts for which body, and what of it a page offers.
func TestTaskSides(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	section := task.Body{ID: "sec:basic", Name: edu.Text{ZH: "基础教育科"}, Kind: task.Section, Members: []string{d.ids["basic"]}}
	if err := d.KeepBody(d.ctx, d.by["section"], section, 0); err != nil {
		t.Fatal(err)
	}
	if err := d.KeepBody(d.ctx, d.by["section"], section, 0); !errors.Is(err, fault.Conflict) {
		t.Errorf("over an old revision: %v", err)
	}
	if err := d.KeepBody(d.ctx, d.by["eastclerk"], section, 1); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county keeps bodies: %v", err)
	}
	if err := d.KeepBody(d.ctx, d.by["section"], task.Body{ID: "dept:finance", Name: edu.Text{ZH: "市财政局"}, Kind: task.Department}, 0); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []task.Body{{ID: "", Name: edu.Text{ZH: "x"}, Kind: task.Section}, {ID: "a b", Name: edu.Text{ZH: "x"}, Kind: task.Section}, {ID: "a", Kind: task.Section}, {ID: "a", Name: edu.Text{ZH: "x"}},
		{ID: "a", Name: edu.Text{ZH: "x"}, Kind: task.Section, Unit: "nowhere"}, {ID: "a", Name: edu.Text{ZH: "x"}, Kind: task.Section, Members: []string{"nobody"}}, {ID: "bureau:nowhere"}} {
		if err := d.KeepBody(d.ctx, d.by["section"], bad, 0); !errors.Is(err, fault.Invalid) {
			t.Errorf("kept %+v: %v", bad, err)
		}
	}
	for _, tt := range []struct {
		lead, issuer, maker string
		owners              string // who stands on the owner's side
	}{
		{"bureau:east", "bureau:", "section", "eastclerk eastreviewer"},
		{"unit:own", "bureau:", "section", ""},
		{"sec:basic", "bureau:", "section", "basic"},
		{"unit:school", "bureau:east", "eastreviewer", "head town"},
		{"unit:point", "bureau:east", "eastreviewer", "town"},
	} {
		x := taskOf(tt.lead)
		x.Issuer = tt.issuer
		x = d.must(tt.maker, d.make(tt.maker, x), task.Issue, task.Options{})
		var owners []string
		for who := range d.by {
			f, err := d.Task(d.ctx, d.by[who], x.ID)
			if err == nil && f.Side&task.Owner != 0 {
				owners = append(owners, who)
				if !slices.Contains(f.May, task.Sign) {
					t.Errorf("%s of %s may %v", who, tt.lead, f.May)
				}
			} else if err == nil && slices.Contains(f.May, task.Sign) {
				t.Errorf("%s may sign for %s", who, tt.lead)
			}
		}
		slices.Sort(owners)
		if got := strings.Join(owners, " "); got != tt.owners {
			t.Errorf("for %s act %s, want %s", tt.lead, got, tt.owners)
		}
	}
	if got := d.told("town"); len(got) != 1 {
		t.Errorf("the township is told %v; want of the point alone, the school has its own", got)
	}
	// Who may give at all.
	for who, ok := range map[string]bool{"section": true, "eastclerk": false, "eastreviewer": false, "head": false, "leader": false, "inspector": false, "admin": false} {
		if _, err := d.NewTask(d.ctx, d.by[who], taskOf("bureau:east"), ""); (err == nil) != ok || !ok && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s gives for the city: %v", who, err)
		}
	}
	// A department: refused, then asked for, and the letter is there.
	x := d.make("section", taskOf("dept:finance"))
	f := d.full("section", x.ID)
	if slices.Contains(f.May, task.Issue) || !slices.Contains(f.May, task.Request) || f.Letter == nil {
		t.Errorf("of a department: may %v, letter %v", f.May, f.Letter)
	}
	if _, err := d.act("section", x, task.Issue, task.Options{}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("issued to a department: %v", err)
	}
	x = d.must("section", x, task.Request, task.Options{})
	x = d.must("section", x, task.TakenUp, task.Options{Text: "市教组发〔2025〕3号"})
	if f = d.full("section", x.ID); f.State != task.Working || f.Approval != "市教组发〔2025〕3号" || !slices.Contains(f.May, task.Report) {
		t.Errorf("taken up: %+v", f.Task)
	}
	for _, who := range []string{"admin"} {
		if _, err := d.Tasks(d.ctx, d.by[who], task.Filter{}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s lists tasks: %v", who, err)
		}
	}
	// Lists by reader.
	for who, want := range map[string]int{"section": 7, "leader": 7, "eastclerk": 3, "westclerk": 0, "head": 1, "town": 2} {
		p, err := d.Tasks(d.ctx, d.by[who], task.Filter{})
		if err != nil || p.Total != want {
			t.Errorf("%s sees %d tasks (%v), want %d", who, p.Total, err, want)
		}
	}
	for who, want := range map[string]int{"basic": 5, "eastclerk": 3, "head": 1, "town": 2, "leader": 0} {
		p, err := d.Tasks(d.ctx, d.by[who], task.Filter{Mine: true})
		if err != nil || p.Total != want {
			t.Errorf("%s has %d tasks of its own (%v), want %d", who, p.Total, err, want)
		}
	}
	bodies, err := d.Bodies(d.ctx, d.by["section"])
	var names []string
	for _, b := range bodies {
		names = append(names, b.ID)
	}
	if want := "bureau: gov: dept:finance sec:basic bureau:east gov:east bureau:west gov:west unit:own"; err != nil || strings.Join(names, " ") != want {
		t.Errorf("the city chooses from %v (%v), want %s", names, err, want)
	}
	if bodies, err = d.Bodies(d.ctx, d.by["eastclerk"]); err != nil || !slices.ContainsFunc(bodies, func(b task.Body) bool { return b.ID == "unit:point" }) || slices.ContainsFunc(bodies, func(b task.Body) bool { return b.Members != nil }) {
		t.Errorf("a county chooses from %+v, %v", bodies, err)
	}
}

// Burden rule 4: after one progress entry every report shows it, and no second one
// is asked for.
func TestOneEntryManyReports(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	x := taskOf("bureau:east")
	x.Key, x.Serves = true, []task.Serves{{Plan: "p", Measure: "1"}, {Plan: "q", Measure: "2"}}
	x = d.must("section", d.make("section", x), task.Issue, task.Options{})
	x = d.must("eastclerk", x, task.Sign, task.Options{})
	d.clock.set(t, "2025-05-07 10:00")
	if f := d.full("eastclerk", x.ID); !f.Wanted.Asked() || !f.Wanted.Missed || f.Lamp != task.Amber {
		t.Fatalf("weeks later: %+v, %s (%s)", f.Wanted, f.Lamp, f.Why.ZH)
	}
	x = d.must("eastclerk", x, task.Report, task.Options{Text: "已排查两轮", Problems: "两名学生外出"})
	for _, who := range []string{"section", "eastclerk", "leader"} {
		for _, kind := range task.Cadences {
			g, err := d.Digest(d.ctx, d.by[who], kind, 0)
			if err != nil || len(g.Moved) != 1 || len(g.Moved[0].Entries) != 1 || g.Moved[0].Entries[0].Text != "已排查两轮" || g.Total.Reports != 1 || g.Total.Missed != 0 {
				t.Errorf("%s of %s: %+v, %v", kind.Name().ZH, who, g.Moved, err)
			}
		}
	}
	for _, f := range []task.Filter{{}, {Plan: "p"}, {Plan: "q", Measure: "2"}, {Meeting: "m1"}, {County: "east"}, {Body: "bureau:east"}, {Sheet: true}} {
		p, err := d.Tasks(d.ctx, d.by["section"], f)
		if err != nil || len(p.Tasks) != 1 || p.Tasks[0].Last.Text != "已排查两轮" || p.Tasks[0].Wanted.Asked() || p.Tasks[0].Lamp != task.Green {
			t.Errorf("list %+v: %+v, %v", f, p.Tasks, err)
		}
	}
	if f := d.full("section", x.ID); f.Wanted.Asked() || f.Paper.Fields[15].Value != "两名学生外出" {
		t.Errorf("the sheet: %+v, %+v", f.Wanted, f.Paper.Fields[15])
	}
	if g, err := d.Digest(d.ctx, d.by["westclerk"], task.Week, 0); err != nil || len(g.Moved) != 0 {
		t.Errorf("another county's digest: %+v, %v", g, err)
	}
	// A click is an entry too.
	d.clock.set(t, "2025-05-12 10:00")
	x = d.must("eastclerk", x, task.Report, task.Options{NoChange: true})
	if f := d.full("section", x.ID); f.Wanted.Asked() || f.Wanted.Missed || !f.Last.NoChange {
		t.Errorf("after a click: %+v", f.Wanted)
	}
}

// Late tasks are told once for each level, to the owner, then the issuer, then the
// leaders; new rules light the lamps anew.
func TestTaskEscalation(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	x := d.must("section", d.make("section", taskOf("bureau:east")), task.Issue, task.Options{})
	d.must("eastclerk", x, task.Sign, task.Options{})
	count := func(who string) (n int) {
		for _, m := range d.told(who) {
			if strings.HasPrefix(m, "逾期") {
				n++
			}
		}
		return n
	}
	type heard struct{ owner, issuer, leader int }
	for _, tt := range []struct {
		at   string
		want heard
	}{
		{"2025-06-30 10:00", heard{0, 0, 0}},
		{"2025-07-01 07:00", heard{0, 0, 0}}, // before the offices open
		{"2025-07-01 10:00", heard{1, 0, 0}},
		{"2025-07-01 11:00", heard{1, 0, 0}},
		{"2025-07-02 10:00", heard{1, 0, 0}},
		{"2025-07-08 10:00", heard{2, 0, 0}},
		{"2025-07-13 10:00", heard{2, 0, 0}}, // a Sunday
		{"2025-07-15 10:00", heard{2, 1, 0}},
		{"2025-07-30 10:00", heard{2, 1, 1}},
		{"2025-09-09 10:00", heard{2, 1, 1}},
	} {
		d.clock.set(t, tt.at)
		if _, err := d.Escalate(d.ctx); err != nil {
			t.Fatal(err)
		}
		if got := (heard{count("eastclerk"), count("section"), count("leader")}); got != tt.want {
			t.Errorf("at %s: %+v, want %+v", tt.at, got, tt.want)
		}
	}
	// Lamps of lists follow new rules, and only who gives for the whole city sets them.
	d.clock.set(t, "2025-06-02 10:00")
	y := d.must("section", d.make("section", taskOf("bureau:west")), task.Issue, task.Options{Exception: collect.Exception{}})
	y = d.must("westclerk", y, task.Sign, task.Options{})
	d.must("westclerk", y, task.Report, task.Options{Text: "在办"})
	amber := func() int {
		p, err := d.Tasks(d.ctx, d.by["section"], task.Filter{Lamp: task.Amber, Lead: "bureau:west"})
		if err != nil {
			t.Fatal(err)
		}
		return p.Total
	}
	if n := amber(); n != 0 {
		t.Fatalf("%d amber before", n)
	}
	r := task.Default
	r.AmberDays = 40
	if err := d.SetTaskRules(d.ctx, d.by["eastreviewer"], r); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county sets the rules: %v", err)
	}
	if err := d.SetTaskRules(d.ctx, d.by["section"], r); err != nil {
		t.Fatal(err)
	}
	if n := amber(); n != 1 {
		t.Errorf("%d amber under the new rules, want 1", n)
	}
}

// Two tasks become one: the merged one ends, the other serves what both did.
func TestTaskMerge(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	a, b := taskOf("bureau:east"), taskOf("bureau:east")
	a.Serves, b.Serves = []task.Serves{{Plan: "p", Measure: "1"}}, []task.Serves{{Plan: "q", Measure: "2"}}
	a = d.must("section", d.make("section", a), task.Issue, task.Options{})
	b = d.make("section", b)
	if _, err := d.act("section", a, task.Merge, task.Options{Text: "同一事项", Into: b.ID}); !errors.Is(err, fault.Conflict) {
		t.Errorf("into a draft: %v", err)
	}
	b = d.must("section", b, task.Issue, task.Options{})
	a = d.must("section", a, task.Merge, task.Options{Text: "同一事项", Into: b.ID})
	f := d.full("section", b.ID)
	if a.State != task.Merged || len(f.Serves) != 2 || len(f.Merged) != 1 || f.Merged[0].ID != a.ID || f.Events[len(f.Events)-1].Act != task.Absorb {
		t.Errorf("merged: %+v into %+v", a, f)
	}
	if _, err := d.act("section", f.Task, task.Merge, task.Options{Text: "反向", Into: a.ID}); !errors.Is(err, fault.Conflict) {
		t.Errorf("back into the merged one: %v", err)
	}
	if _, err := d.act("section", f.Task, task.Absorb, task.Options{Into: a.ID}); !errors.Is(err, fault.Invalid) {
		t.Errorf("absorbed by hand: %v", err)
	}
}

// Several drafts are made all or none, and the refusal says which lacks what.
func TestNewTasksAllOrNone(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	bad := taskOf("bureau:east")
	bad.Title = ""
	_, err := d.NewTasks(d.ctx, d.by["section"], []task.Task{taskOf("bureau:east"), bad, taskOf("bureau:west")}, "s")
	var no *auth.Refusal
	if !errors.As(err, &no) || !strings.Contains(no.In("zh"), "第2项") {
		t.Errorf("got %v", err)
	}
	if p, err := d.Tasks(d.ctx, d.by["section"], task.Filter{}); err != nil || p.Total != 0 {
		t.Errorf("%d are there, %v", p.Total, err)
	}
	open := taskOf("")
	open.Due, open.Sheet = 0, task.Sheet{}
	sheet := taskOf("bureau:east")
	sheet.Due = 0
	made, err := d.NewTasks(d.ctx, d.by["section"], []task.Task{open, sheet}, "s")
	if err != nil || len(made) != 2 || made[0].Due != 0 || made[1].Due.String() != "2025-04-27" {
		t.Errorf("limits: what is 待定 stays so, a sheet has ten working days: %+v, %v", made, err)
	}
}
