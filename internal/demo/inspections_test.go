package demo

import (
	"testing"

	"shuren/internal/inspection"
	"shuren/internal/store"
)

// Two counties' inspections are there after one start and not doubled by a second,
// with hazards in every state.
func TestInspections(t *testing.T) {
	c, ctx, dir := New(1), t.Context(), t.TempDir()
	into := founded(t, c, dir)
	for range 2 {
		if err := c.Inspections(ctx, into); err != nil {
			t.Fatal(err)
		}
	}
	s, who := into.Office().Safety(), c.actor("leader")
	_, n, err := s.Visits(ctx, who, store.InspectionFilter{})
	if err != nil || n != 2*inspectedSchools+1 {
		t.Errorf("%d inspections, %v", n, err)
	}
	counts, err := s.CountHazards(ctx, who, store.HazardFilter{})
	if err != nil {
		t.Fatal(err)
	}
	by := map[inspection.HazardState]int{}
	for _, x := range counts {
		by[x.State] += x.N
	}
	for _, st := range inspection.HazardStates {
		if by[st] == 0 && st != inspection.Mending {
			t.Errorf("no hazard is %s: %v", st, by)
		}
	}

	// Who signs in as the inspector has a visit to go on with and a plan to follow.
	me, err := c.account(ctx, into, "inspector")
	if err != nil {
		t.Fatal(err)
	}
	items, err := into.Todos(ctx, me)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]int{}
	for _, i := range items {
		asked[i.Do.ZH]++
	}
	if asked["完成检查"] != 1 || asked["实施检查"] != 2 {
		t.Errorf("asked of the inspector: %v", asked)
	}
}
