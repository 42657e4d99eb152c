package flow_test

import (
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/flow"
	"shuren/internal/intake"
)

// What the board offers first is a year whose forms are all locked or excused. One that
// came in by files has none and is not settled by that; only where no year has any, or
// all are open, it is the newest.
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
}
