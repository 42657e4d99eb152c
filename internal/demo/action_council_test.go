package demo

import (
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/task"
)

// The leading group's work is there after one start and not doubled by a second:
// the second meeting opens with what the first has left, and no pupil is on the
// roll of honours.
func TestCouncil(t *testing.T) {
	c, ctx, dir := New(1), t.Context(), t.TempDir()
	into := founded(t, c, dir)
	for range 2 {
		if err := c.Council(ctx, into); err != nil {
			t.Fatal(err)
		}
	}
	o, who := into.Office(), c.actor("planner")
	ms, err := o.Meetings(ctx, who)
	if err != nil || len(ms) != 2 || ms[0].State != council.Planned || ms[1].State != council.Minuted {
		t.Fatalf("%+v, %v", ms, err)
	}
	next, err := o.Meeting(ctx, who, ms[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	states := map[task.State]int{}
	for _, f := range next.Last {
		if f.Task == nil {
			t.Errorf("decision %s became no task", f.No)
			continue
		}
		states[f.Task.State]++
	}
	if states[task.Closed] != 1 || states[task.Working] != 2 || states[task.ToSign] != 1 || states[task.Drafted] != 1 || len(next.Says) == 0 {
		t.Errorf("the second meeting opens with %v; agenda %+v", states, next.Says)
	}
	held, err := o.Meeting(ctx, clerk(8, auth.CountyClerk, ""), ms[1].ID)
	if err != nil || !strings.Contains(held.Draft.Plain(), "示例") || len(held.Rolls) != 1 || held.Rolls[0].CheckIn != nil {
		t.Errorf("the county that has not checked in sees %+v, %v", held.Rolls, err)
	}
	links, err := o.LinkedSchools(ctx, who)
	if err != nil || len(council.Doubles(links)) != 1 {
		t.Errorf("%d links, doubles %+v, %v", len(links), council.Doubles(links), err)
	}
	hs, err := o.Honours(ctx, who)
	if err != nil || len(hs) != 2*len(counties)+1 {
		t.Errorf("%d honours, %v", len(hs), err)
	}
	s, err := o.Service(ctx, who, ms[1].Day.Time().Year(), "", "")
	if err != nil || s.Meetings < 1 || s.Given < 4 {
		t.Errorf("%+v, %v", s, err)
	}
}
