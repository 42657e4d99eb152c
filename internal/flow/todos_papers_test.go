package flow_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/todo"
)

// Papers stand one by one where they are few and as one item where they are many;
// a school fills, a county reviews, and the days are those of the filings.
func TestPaperTodos(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	unit := o.school(is.ID, 1, 0).Unit
	list := func(r auth.Role, unit edu.UnitID) []todo.Item {
		t.Helper()
		o.clock = o.clock.Add(time.Minute)
		items, err := o.flow.Todos(o.ctx, auth.Actor{Account: string(r) + string(unit), Grants: []auth.Grant{{Role: r, Unit: unit, Whole: unit == ""}}})
		if err != nil {
			t.Fatal(err)
		}
		// A school has its drills to hold beside its papers.
		return slices.DeleteFunc(items, func(i todo.Item) bool { return i.Kind == todo.Drill })
	}
	mine := list(auth.SchoolClerk, unit)
	if len(mine) != 1 || mine[0].Do.ZH != "填报" || mine[0].Due != date("2025-10-24") || mine[0].Link != "/work/"+is.ID+"/"+string(unit) || mine[0].Lamp != todo.Plain || mine[0].Outside.ZH == "" {
		t.Fatalf("a school has %+v", mine)
	}
	if got := list(auth.CountyReviewer, o.county.ID); todo.Count(got) != 0 {
		t.Errorf("a county reviews %+v before anything came", got)
	}
	for nth := range 5 {
		o.handIn(is, o.school(is.ID, 1, nth).Unit)
		got := list(auth.CountyReviewer, o.county.ID)
		if want := nth + 1; todo.Count(got) != want || want <= 3 && len(got) != want || want > 3 && (len(got) != 1 || got[0].N != want || !strings.HasPrefix(got[0].Link, "/work?list=mine")) {
			t.Errorf("after %d came a county has %+v", want, got)
		}
	}
	if got := list(auth.SchoolClerk, unit); len(got) != 0 {
		t.Errorf("a school that has handed in has %+v", got)
	}
	other := o.school(is.ID, 1, 5).Unit
	o.clock = o.clock.AddDate(0, 0, 36) // 21 October
	if got := list(auth.SchoolClerk, other); len(got) != 1 || got[0].Lamp != todo.Amber {
		t.Errorf("three days before: %+v", got)
	}
	o.clock = o.clock.AddDate(0, 0, 10)
	if got := list(auth.SchoolClerk, other); len(got) != 1 || got[0].Lamp != todo.Red || todo.WhenOf(got[0], edu.DateOf(o.clock)) != todo.Overdue {
		t.Errorf("a week after: %+v", got)
	}
	if got := list(auth.CountyReviewer, o.county.ID); len(got) != 1 || got[0].Lamp != todo.Amber || got[0].Due != 0 {
		t.Errorf("papers that wait since long: %+v", got)
	}
	if got := list(auth.Leader, ""); len(got) != 0 {
		t.Errorf("a leader has %+v", got)
	}
}
