package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
	"shuren/internal/task"
	"shuren/internal/teams"
)

// staffed is a city with a register of three teachers: two at the school, one at the
// point.
func staffed(t *testing.T, dsn string) (*books, *Teams, []register.PersonID) {
	t.Helper()
	b := newBooks(t, dsn)
	tm := b.Office.city.Teams(b.Office.city.RegisterStaff())
	tm.now = b.clock.now
	var ids []register.PersonID
	for i, unit := range []edu.UnitID{"school", "school", "point"} {
		m := register.Staff{Year: 2024, Unit: unit, Category: "established", Duty: "on_duty", Post: "teacher", Stage: edu.Primary, Subject: "语文", Since: edu.DateOf(time.Date(2015, 9, 1, 0, 0, 0, 0, time.UTC)), Training: 120, Hours: float64(10 + i), Backbone: []string{"county", "", ""}[i]}
		id, err := b.KeepStaff(b.ctx, auth.Operator(), m, &register.Identity{Name: fmt.Sprintf("孙立%d", i), Citizen: citizenNo("19850310", 10+i)})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return b, tm, ids
}

func TestTeamsAreReadWhereOneReaches(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, tm, _ := staffed(t, dsn)
		ctx := context.Background()
		for name, tt := range map[string]struct {
			who    auth.Actor
			county edu.UnitID
			want   int
			err    error
		}{
			"the county": {b.by["eastclerk"], "east", 3, nil}, "the school": {b.by["head"], "east", 2, nil}, "the city": {b.by["section"], "east", 3, nil},
			"another county": {b.by["westclerk"], "east", 0, fault.NotFound}, "a leader": {b.by["leader"], "east", 0, fault.Forbidden},
		} {
			got, err := tm.Of(ctx, tt.who, tt.county)
			if !errors.Is(err, tt.err) || err == nil && len(got.Input.Staff) != tt.want {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			if err == nil {
				for _, n := range got.Names {
					if n != "孙**" {
						t.Errorf("%s: a name is not masked: %q", name, n)
					}
				}
			}
		}
		if list, err := tm.Counties(ctx, b.by["section"]); err != nil || fmt.Sprint(list) != "[east west city]" {
			t.Errorf("the city's counties: %v, %v", list, err)
		}
	})
}

// An exchange keeps what held when it was entered; only the county says that it took
// place; it becomes a task once, and the task names nobody.
func TestExchangesAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, tm, ids := staffed(t, dsn)
		ctx, head, east := context.Background(), b.by["head"], b.by["eastclerk"]
		x := teams.Exchange{Person: ids[0], From: "school", To: "point", Way: teams.Transfer, Stage: teams.Planned, Begins: teams.Summer(2025)}
		kept, err := tm.KeepMove(ctx, head, x)
		if err != nil || !kept.Due || !kept.Backbone || kept.Years != 10 || kept.Subject != "语文" {
			t.Fatalf("%+v, %v", kept, err)
		}
		for name, tt := range map[string]struct {
			who    auth.Actor
			change func(*teams.Exchange)
			want   error
		}{
			"took place, by the school": {head, func(x *teams.Exchange) { x.Stage, x.Document = teams.Done, "1号" }, fault.Forbidden},
			"by another county":         {b.by["westclerk"], func(*teams.Exchange) {}, fault.Forbidden},
			"by a reviewer":             {b.by["eastreviewer"], func(*teams.Exchange) {}, fault.Forbidden},
			"somebody else":             {east, func(x *teams.Exchange) { x.Person = ids[1] }, fault.Conflict},
			"over an older revision":    {east, func(x *teams.Exchange) { x.Rev = 0 }, fault.Conflict},
			"to no school":              {east, func(x *teams.Exchange) { x.To = "town" }, fault.Invalid},
			"nobody of the register":    {east, func(x *teams.Exchange) { x.ID, x.Rev, x.Person = "", 0, "nobody" }, fault.NotFound},
		} {
			y := kept
			tt.change(&y)
			if _, err := tm.KeepMove(ctx, tt.who, y); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := tm.MoveTask(ctx, east, kept.ID, kept.Rev); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a task by who gives none: %v", err)
		}
		given, err := tm.MoveTask(ctx, b.by["eastreviewer"], kept.ID, kept.Rev)
		if err != nil || !given.Task {
			t.Fatalf("%+v, %v", given, err)
		}
		if _, err := tm.MoveTask(ctx, b.by["eastreviewer"], kept.ID, given.Rev); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second task: %v", err)
		}
		page, err := b.Tasks(ctx, auth.Operator(), task.Filter{Size: -1})
		if err != nil || len(page.Tasks) != 1 || strings.Contains(fmt.Sprint(page.Tasks), "孙") || page.Tasks[0].Lead != task.InstitutionOf("school") {
			t.Errorf("%+v, %v", page.Tasks, err)
		}
		given.Stage, given.Document = teams.Done, "东教〔2025〕1号"
		if given, err = tm.KeepMove(ctx, east, given); err != nil || !given.Task {
			t.Fatalf("took place: %+v, %v", given, err)
		}
		// A year later the person is elsewhere on the register; what held then stays.
		of, err := tm.Of(ctx, east, "east")
		if err != nil || len(of.Input.Moves) != 1 || of.Input.Moves[0].Stage != teams.Done {
			t.Fatalf("%+v, %v", of, err)
		}
		log, _, _ := b.Office.city.store.Audit(ctx, store.Whole(store.Reader), audit.Filter{Limit: 1000})
		for _, r := range log {
			if strings.Contains(r.Detail, "孙") {
				t.Errorf("the log names somebody: %+v", r)
			}
		}
	})
}

// A file is taken whole or not at all, and sent twice it is the same lines.
func TestExchangesFromAFile(t *testing.T) {
	b, tm, ids := staffed(t, t.TempDir()+"/a.db")
	ctx, east := context.Background(), b.by["eastclerk"]
	file := func(text string) io.ReadCloser {
		return io.NopCloser(strings.NewReader("记录编号,交流校,方式,开始日期,文号\n" + text))
	}
	_, bad, err := tm.ReadMoves(ctx, east, "a.csv", file(string(ids[0])+",没有的学校,调动,2025-09-01,\nnobody,山里教学点,调动,2025-09-01,\n"))
	if err != nil || len(bad) != 2 || !strings.Contains(bad[0].ZH, "没有找到交流校") || !strings.Contains(bad[1].EN, "nobody of this id") {
		t.Fatalf("%v, %v", bad, err)
	}
	for range 2 {
		moves, bad, err := tm.ReadMoves(ctx, east, "a.csv", file(string(ids[0])+",山里教学点,调动,2025-09-01,东教1号\n"+string(ids[1])+",2199000002,支教,2025-09,\n"))
		if err != nil || len(bad) > 0 || len(moves) != 2 {
			t.Fatalf("%v, %v, %v", moves, bad, err)
		}
		if n, err := tm.KeepMoves(ctx, east, moves); err != nil || n != 2 {
			t.Fatalf("%d, %v", n, err)
		}
	}
	of, err := tm.Of(ctx, east, "east")
	if err != nil || len(of.Input.Moves) != 2 {
		t.Errorf("%+v, %v", of.Input.Moves, err)
	}
}

// A file of exchanges is kept whole or not at all, also where a line would only be
// refused when it is kept; and the county's file confirms what the school planned.
func TestFileOfExchangesIsKeptWhole(t *testing.T) {
	b, tm, ids := staffed(t, t.TempDir()+"/a.db")
	ctx, head, east := context.Background(), b.by["head"], b.by["eastclerk"]
	read := func(who auth.Actor, text string) ([]teams.Exchange, []edu.Text) {
		t.Helper()
		moves, bad, err := tm.ReadMoves(ctx, who, "a.csv", io.NopCloser(strings.NewReader("记录编号,交流校,方式,开始日期,状态,文号\n"+text)))
		if err != nil {
			t.Fatal(err)
		}
		return moves, bad
	}
	moves, bad := read(head, string(ids[0])+",山里教学点,调动,2025-09-01,拟交流,\n"+string(ids[1])+",山里教学点,调动,2025-09-01,已交流,东教1号\n")
	if moves != nil || len(bad) != 1 || !strings.HasPrefix(bad[0].ZH, "第2条：") || !strings.Contains(bad[0].ZH, "由县级确认") || !strings.HasPrefix(bad[0].EN, "line 2: ") {
		t.Fatalf("a school says that an exchange took place: %v, %v", moves, bad)
	}
	if moves, bad = read(head, string(ids[0])+",山里教学点,调动,2025-09-01,拟交流,\n"); len(bad) > 0 {
		t.Fatal(bad)
	}
	if _, err := tm.KeepMoves(ctx, head, moves); err != nil {
		t.Fatal(err)
	}
	if moves, bad = read(east, string(ids[0])+",山里教学点,调动,2025-09-15,已交流,东教1号\n"); len(bad) > 0 {
		t.Fatal(bad)
	}
	if _, err := tm.KeepMoves(ctx, east, moves); err != nil {
		t.Fatal(err)
	}
	of, err := tm.Of(ctx, east, "east")
	if err != nil || len(of.Input.Moves) != 1 || of.Input.Moves[0].Stage != teams.Done || of.Input.Moves[0].Document != "东教1号" {
		t.Errorf("%+v, %v", of.Input.Moves, err)
	}
}

func TestCountyRules(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, tm, _ := staffed(t, dsn)
		ctx, east := context.Background(), b.by["eastclerk"]
		r := teams.Default
		r.Retirement = []teams.Retirement{{Sex: register.Female, Months: 660}}
		if err := tm.KeepRules(ctx, east, "east", r, 0); !errors.Is(err, fault.Invalid) {
			t.Errorf("an age without its document: %v", err)
		}
		r.Retirement[0].Basis = "东政发〔2025〕1号"
		r.Share.Value, r.Years.Value = 1, 99 // not the county's to set
		if err := tm.KeepRules(ctx, b.by["head"], "east", r, 0); !errors.Is(err, fault.Forbidden) {
			t.Errorf("by a school: %v", err)
		}
		if err := tm.KeepRules(ctx, east, "east", r, 0); err != nil {
			t.Fatal(err)
		}
		of, err := tm.Of(ctx, b.by["head"], "east")
		if err != nil || of.Rev != 1 || len(of.Input.Rules.Retirement) != 1 || of.Input.Rules.Share.Value != 10 || of.Input.Rules.Years.Value != 6 {
			t.Errorf("%+v, %v", of.Input.Rules, err)
		}
	})
}

// A scheme is written by the school and approved by the county; a pool is kept as
// sums, and what a trial gives a person is nowhere in the database.
func TestMeritPay(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, tm, ids := staffed(t, dsn)
		ctx, head, east := context.Background(), b.by["head"], b.by["eastclerk"]
		s := teams.Scheme{School: "school", Year: 2025, Name: "绩效方案", Source: "教职工大会", Criteria: []teams.Criterion{{ID: "work", Name: "工作量", Weight: 100, Full: 20, Field: "hours"}}}
		bad := s
		bad.Criteria = []teams.Criterion{{ID: "v", Name: "增值评价", Weight: 100, Full: 1, Field: "mark"}}
		if _, err := tm.StepScheme(ctx, head, bad, teams.Save, ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("value added feeds pay: %v", err)
		}
		s, err := tm.StepScheme(ctx, head, s, teams.Save, "")
		if err != nil {
			t.Fatal(err)
		}
		if s, err = tm.StepScheme(ctx, head, s, teams.Send, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := tm.StepScheme(ctx, head, s, teams.Approve, "1号"); !errors.Is(err, fault.Forbidden) {
			t.Errorf("approved by the school: %v", err)
		}
		if _, err := tm.StepScheme(ctx, east, s, teams.Approve, " "); !errors.Is(err, fault.Invalid) {
			t.Errorf("approved without a number: %v", err)
		}
		if s, err = tm.StepScheme(ctx, east, s, teams.Approve, "东教〔2025〕2号"); err != nil || s.State != teams.SchemeApproved {
			t.Fatalf("%+v, %v", s, err)
		}
		if err := tm.KeepPool(ctx, head, "school", teams.Pool{Year: 2025, Basic: 1_400_000, Incentive: 600_001, Source: "东人社核定"}); err != nil {
			t.Fatal(err)
		}
		a, err := tm.Appraised(ctx, head, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Share(&s, 600_001)
		if err != nil || len(got.People) != 2 || got.People[0].Amount+got.People[1].Amount != 600_001 {
			t.Fatalf("%+v, %v", got, err)
		}
		for name, who := range map[string]auth.Actor{"by another county": b.by["westclerk"], "by a reviewer": b.by["eastreviewer"]} {
			if _, err := tm.Appraised(ctx, who, s.ID); !errors.Is(err, fault.Forbidden) && !errors.Is(err, fault.NotFound) {
				t.Errorf("shared %s: %v", name, err)
			}
		}
		for _, kind := range []string{kindScheme, kindPool} {
			docs, err := b.Office.city.store.Documents(ctx, local, store.DocumentFilter{Kind: kind})
			if err != nil || len(docs) != 1 {
				t.Fatalf("%s: %v, %v", kind, docs, err)
			}
			for _, g := range got.People {
				if strings.Contains(docs[0].Body, fmt.Sprint(int64(g.Amount))) || strings.Contains(docs[0].Body, string(ids[0])) {
					t.Errorf("%s keeps what a person gets: %s", kind, docs[0].Body)
				}
			}
		}
		p := teams.Pay{Teachers: teams.PaySum{Year: 2025, Months: 24, Parts: map[string]teams.Fen{"工资": 200}, Source: "统计台账"}, Civil: teams.PaySum{Year: 2025, Months: 12, Parts: map[string]teams.Fen{"工资": 100}, Source: "财政局"}}
		if err := tm.KeepPay(ctx, head, "east", p); !errors.Is(err, fault.Forbidden) {
			t.Errorf("pay by a school: %v", err)
		}
		if err := tm.KeepPay(ctx, east, "east", p); err != nil {
			t.Fatal(err)
		}
		if p, err = tm.Pay(ctx, east, "east"); err != nil || teams.Compare(p.Teachers, p.Civil).Verdict != edu.Met {
			t.Errorf("%+v, %v", p, err)
		}
	})
}
