package flow

import (
	"slices"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/proposal"
)

// Waiting is judged in every year ahead and by every path of the forecast, by the
// standard's own engine: fewer pupils never meet less, and the last year of the plan is
// what the scenario promises.
func TestWaitingYearByYear(t *testing.T) {
	c := forecastTown(t, 2023, 2024, 2025)
	ctx := t.Context()
	ref := c.Pack().Ref()
	in, err := c.proposalInput(ctx, "east", ref, edu.Year(2025), proposal.Wait)
	if err != nil {
		t.Fatal(err)
	}
	p, err := engine{c.City}.make(ctx, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := c.forecast(ctx)
	if err != nil {
		t.Fatal(err)
	}
	paths := 1
	if f.Result.Banded {
		paths = 3
	}
	if len(p.Waits) != paths*min(waitedYears, len(f.Result.Years)) {
		t.Fatalf("%d years of waiting, %d ahead on %d paths", len(p.Waits), len(f.Result.Years), paths)
	}
	for _, w := range p.Waits {
		if w.Path == proposal.PathMid && w.Period == p.Years[len(p.Years)-1].Period && (w.Passing != p.After.Passing || w.Sections != p.After.Sections || w.Spread != p.After.Spread) {
			t.Errorf("the last year of the plan: %+v, promised %+v", w, p.After)
		}
		i := slices.IndexFunc(p.Waits, func(x proposal.Waited) bool { return x.Path == proposal.PathLow && x.Period == w.Period })
		if i >= 0 && w.Path == proposal.PathMid && p.Waits[i].Pupils > w.Pupils {
			t.Errorf("%s: low has %v pupils, middle %v", w.Period, p.Waits[i].Pupils, w.Pupils)
		}
	}
}
