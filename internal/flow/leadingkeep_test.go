package flow

import (
	"errors"
	"sync"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// A duty, a link and a visit are made once by the form that was sent twice at the
// same moment, changed over the revision that was seen, and taken off where nothing
// rests on them.
func TestLeadingIsKeptOnceChangedAndDropped(t *testing.T) {
	c := newCouncil(t)
	day, school := c.o.onDay(), edu.UnitID("school-2100000001")
	type kept struct {
		id  string
		rev int
	}
	duty := func(who auth.Actor, id string, rev int, words string) (kept, error) {
		x, err := c.o.KeepDuty(ctx, who, council.Duty{ID: id, Rev: rev, Sent: "form", Words: words, Basis: "示例2号", Owner: "示例甲", Every: council.Month, From: day - 65})
		return kept{x.ID, x.Rev}, err
	}
	link := func(who auth.Actor, id string, rev int, words string) (kept, error) {
		x, err := c.o.KeepLinked(ctx, who, council.Linked{ID: id, Rev: rev, Sent: "form", Leader: "示例甲", Post: words, School: school, From: day - 9})
		return kept{x.ID, x.Rev}, err
	}
	visit := func(who auth.Actor, id string, rev int, words string) (kept, error) {
		x, err := c.o.KeepVisit(ctx, who, council.Visit{ID: id, Rev: rev, Sent: "form", Leader: "示例甲", School: school, Day: day, Seen: words})
		return kept{x.ID, x.Rev}, err
	}
	words := map[string]func() []string{
		kindDuty: func() (out []string) {
			all, err := c.o.Duties(ctx, c.planner)
			for _, x := range all {
				out = append(out, x.Words)
			}
			must(t, err)
			return out
		},
		kindLinked: func() (out []string) {
			all, err := c.o.LinkedSchools(ctx, c.planner)
			for _, x := range all {
				out = append(out, x.Post)
			}
			must(t, err)
			return out
		},
		kindVisit: func() (out []string) {
			all, err := c.o.Visits(ctx, c.planner)
			for _, x := range all {
				out = append(out, x.Seen)
			}
			must(t, err)
			return out
		},
	}
	for kind, keep := range map[string]func(auth.Actor, string, int, string) (kept, error){kindDuty: duty, kindLinked: link, kindVisit: visit} {
		var ids [4]kept
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				var err error
				if ids[i], err = keep(c.planner, "", 0, "初稿"); err != nil {
					t.Errorf("%s: %v", kind, err)
				}
			})
		}
		wg.Wait()
		if ids[0].id == "" || ids[0] != ids[1] || ids[0] != ids[2] || ids[0] != ids[3] || len(words[kind]()) != 1 {
			t.Errorf("one form made the %s %v, %d", kind, ids, len(words[kind]()))
		}
		was := ids[0]
		now, err := keep(c.planner, was.id, was.rev, "改过")
		if err != nil || now.rev != was.rev+1 || words[kind]()[0] != "改过" {
			t.Errorf("%s changed: %+v %v %v", kind, now, words[kind](), err)
		}
		if is, err := keep(c.planner, was.id, was.rev, "又改"); !errors.Is(err, fault.Conflict) || is.rev != now.rev {
			t.Errorf("%s over an older revision: %+v, %v", kind, is, err)
		}
		if _, err := keep(c.west, was.id, now.rev, "越权"); err == nil || words[kind]()[0] != "改过" {
			t.Errorf("another county changed the %s: %v", kind, err)
		}
		if err := c.o.DropLeading(ctx, c.west, kind, now.id, now.rev); err == nil {
			t.Errorf("another county dropped the %s", kind)
		}
		if err := c.o.DropLeading(ctx, c.planner, kind, now.id, was.rev); !errors.Is(err, fault.Conflict) {
			t.Errorf("%s dropped over an older revision: %v", kind, err)
		}
		must(t, c.o.DropLeading(ctx, c.planner, kind, now.id, now.rev))
		if n := len(words[kind]()); n != 0 {
			t.Errorf("%d of %s after it was dropped", n, kind)
		}
		if err := c.o.DropLeading(ctx, c.planner, kind, now.id, now.rev+1); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s dropped twice: %v", kind, err)
		}
	}

	// What was done, and what became a task, stays.
	d, err := c.o.KeepDuty(ctx, c.planner, council.Duty{Words: "听取汇报", Basis: "示例2号", Owner: "示例甲", Every: council.Month, From: day - 65})
	must(t, err)
	d, err = c.o.DutyDone(ctx, c.planner, d.ID, d.Rev, d.Turns(d.From, day)[0].Key, council.Done{Day: d.Turns(d.From, day)[0].Last, Evidence: "示例会议"})
	must(t, err)
	v, err := c.o.KeepVisit(ctx, c.planner, council.Visit{Leader: "示例甲", School: school, Day: day, Seen: "看了", Problems: []council.Problem{{Text: "操场排水不畅"}}})
	must(t, err)
	if _, err := c.o.ProblemsToTasks(ctx, c.planner, v.ID, v.Rev); err != nil {
		t.Fatal(err)
	}
	if err := c.o.DropLeading(ctx, c.planner, kindDuty, d.ID, d.Rev); !errors.Is(err, fault.Conflict) {
		t.Errorf("a duty that was done is dropped: %v", err)
	}
	if err := c.o.DropLeading(ctx, c.planner, kindVisit, v.ID, v.Rev+1); !errors.Is(err, fault.Conflict) {
		t.Errorf("a visit with tasks is dropped: %v", err)
	}
	l, err := c.o.KeepLinked(ctx, c.planner, council.Linked{Leader: "示例甲", Post: "局长", School: school, From: day})
	must(t, err)
	l.School = "school-2100000002"
	if _, err := c.o.KeepLinked(ctx, c.planner, l); !errors.Is(err, fault.Invalid) {
		t.Errorf("a link moved to another school: %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The report of a year that is over speaks of its end: what was closed, made,
// extended or done since then does not change it.
func TestYearlyReportIsOfItsDay(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	d.clock.set(t, "2025-10-13 10:00")
	give := func(title string) task.Task {
		x, err := d.NewTask(d.ctx, d.by["section"], task.Task{Title: title, Lead: task.BureauOf("east"), Source: task.Source{Kind: task.FromDocument, Name: "1号"}, Due: edu.DateOf(d.clock.now()) + 58}, title)
		if err != nil {
			t.Fatal(err)
		}
		return d.must("eastclerk", d.must("section", x, task.Issue, task.Options{}), task.Sign, task.Options{})
	}
	done := func(x task.Task) {
		x = d.must("eastclerk", x, task.HandIn, task.Options{Text: "落实", Head: "某局长"})
		d.must("section", x, task.Close, task.Options{Review: task.Review{Facts: true, Solved: true, Done: true, Conclusion: true}})
	}
	inTime, later := give("年内办结"), give("次年办结")
	duty, err := d.KeepDuty(d.ctx, auth.Operator(), council.Duty{Words: "听取汇报", Basis: "1号", Owner: "甲", Every: council.Quarter, From: edu.DateOf(d.clock.now())})
	must(t, err)
	d.clock.set(t, "2025-12-01 10:00")
	done(inTime)
	want := council.Figures{Given: 2, Closed: 1, Open: 1, Overdue: 1, Duties: 0}
	figures := func() council.Figures {
		s, err := d.Service(d.ctx, auth.Operator(), 2025, "", "")
		must(t, err)
		return s.Figures
	}
	d.clock.set(t, "2025-12-31 17:00")
	if got := figures(); got != want {
		t.Fatalf("on the last day: %+v, want %+v", got, want)
	}
	d.clock.set(t, "2026-03-02 10:00")
	done(later)
	give("次年新任务")
	_, err = d.DutyDone(d.ctx, auth.Operator(), duty.ID, duty.Rev, "2025-Q4", council.Done{Day: edu.DateOf(d.clock.now()) - 20, Evidence: "补开"})
	must(t, err)
	if got := figures(); got != want {
		t.Errorf("two months later: %+v, want %+v", got, want)
	}
	s, err := d.Service(d.ctx, auth.Operator(), 2026, "", "")
	must(t, err)
	if s.Given != 2 || s.Closed != 1 || s.ClosedLate != 1 || s.Open != 1 {
		t.Errorf("the year after: %+v", s.Figures)
	}
}
