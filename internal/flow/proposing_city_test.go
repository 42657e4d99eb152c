package flow

import (
	"errors"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/proposal"
)

// All counties are worked out together by whoever keeps all of them, with the money
// that they share; who has told too little is left out and named, what was found is
// kept when it is stopped, and no county's own proposal is touched.
func TestCityIsProposed(t *testing.T) {
	c, s := proposingTown(t)
	ctx, planner, clerk := t.Context(), of(auth.CityPlanner), of(auth.CountyClerk, "east")
	wish := CityWish{Scenario: proposal.Mixed, Shared: []means.Budget{{Year: edu.Year(2026), Yuan: 5e6}, {Year: edu.Year(2027), Yuan: -1}}}
	ref, year := c.Pack().Ref(), edu.Year(2025)
	for name, got := range map[string]error{
		"by a county":          second(c.ProposeCity(ctx, clerk, wish, ref, year)),
		"by a leader":          second(c.ProposeCity(ctx, of(auth.Leader), wish, ref, year)),
		"waiting":              second(c.ProposeCity(ctx, planner, CityWish{Scenario: proposal.Wait}, ref, year)),
		"money of another age": second(c.ProposeCity(ctx, planner, CityWish{Scenario: proposal.Mixed, Shared: []means.Budget{{Year: edu.Year(2035), Yuan: 1}}}, ref, year)),
		"stopped by a county":  c.StopCity(ctx, clerk),
		"read by a county":     second(c.CityLines(ctx, clerk)),
	} {
		if !errors.Is(got, fault.Forbidden) && !errors.Is(got, fault.Invalid) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if a, at, err := c.CityAnswer(ctx, of(auth.Leader)); a != nil || at.State != "" || err != nil {
		t.Fatalf("before the first: %+v, %+v, %v", a, at, err)
	}
	if at, err := c.ProposeCity(ctx, planner, wish, ref, year); err != nil || at.State != MakingNow {
		t.Fatalf("%+v, %v", at, err)
	}
	<-s.began
	if _, at, err := c.CityAnswer(ctx, planner); err != nil || !at.Found() || at.Progress.Best != 9 || at.Shared[0].Yuan != 5e6 {
		t.Errorf("on the way: %+v, %v", at, err)
	}
	if err := c.StopCity(ctx, planner); err != nil {
		t.Fatal(err)
	}
	a, at, err := c.CityAnswer(ctx, of(auth.Leader))
	if err != nil || at.State != MakingStopped || a == nil || !a.Planned() || a.Cost != 9 || len(a.Parts) != 1 || len(a.Left) != 1 || a.Left[0] != "west" {
		t.Fatalf("%+v, %+v, %v", at, a, err)
	}
	if p := a.Parts[0]; p.County != "east" || p.Lines != 3 || p.After != 2 || a.Spent[0].Budget != 5e6 || a.Spent[0].Spent != 4 {
		t.Errorf("%+v, %+v", p, a.Spent)
	}
	lines, err := c.CityLines(ctx, planner)
	if err != nil || len(lines) != 1 || lines[0].Lines[2].No != 3 || lines[0].Lines[0].Km != -1 {
		t.Errorf("lines %+v, %v", lines, err)
	}
	if now, _, err := c.Proposals(ctx, clerk, "east"); err != nil || len(now) > 0 {
		t.Errorf("the county has %d proposals of its own, %v", len(now), err)
	}
}
