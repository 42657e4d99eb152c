package flow_test

import (
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/intake"
)

// What the board offers first is a year whose forms are all locked or excused. One that
// came in by files has none and is not settled by that, though it goes before one whose forms
// are open.
func TestBoardOffersASettledYear(t *testing.T) {
	o := newOffice(t)
	must(t, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
	settled := func(want string) {
		t.Helper()
		all, err := o.flow.Board().Boards(o.ctx, auth.Operator())
		must(t, err)
		if got := all.Settled.String(); got != want {
			t.Errorf("%s is offered first, want %s", got, want)
		}
	}
	settled(thisYear.String()) // no year has any form
	is, err := o.section().Issue(o.ctx, flow.Order{Form: "cn-county-guarantee", Period: lastYear, Due: date("2025-10-24")})
	must(t, err)
	settled(thisYear.String()) // the only form is open
	tasks, err := o.section().Tasks(o.ctx, collect.Filter{Issue: is.ID, Limit: 100})
	must(t, err)
	for _, p := range tasks.List {
		_, _, err := o.section().Step(o.ctx, is.ID, p.Unit, p.Rev, collect.Excuse, collect.StepOptions{Reason: "已按纸质报表公布"})
		must(t, err)
	}
	settled(lastYear.String())
	o.issue()
	settled(lastYear.String())
}

// A year whose forms are open gives way to one that came in by files, and is offered
// where there is no other.
func TestBoardOffersAnOpenYearLast(t *testing.T) {
	o := newOffice(t)
	must(t, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
	for _, step := range []struct{ issued, want edu.Period }{{thisYear, lastYear}, {lastYear, thisYear}} {
		_, err := o.section().Issue(o.ctx, flow.Order{Form: "cn-county-guarantee", Period: step.issued, Due: date("2025-10-24")})
		must(t, err)
		if all, err := o.flow.Board().Boards(o.ctx, auth.Operator()); err != nil || all.Settled != step.want {
			t.Errorf("forms of %s are open: %s is offered first, want %s, %v", step.issued, all.Settled, step.want, err)
		}
	}
}
