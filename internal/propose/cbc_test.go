package propose

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"testing"

	"shuren/internal/solve"
	"shuren/internal/solve/family"
	"shuren/internal/testkit"
)

// Counties with itinerant teachers, posts and budgets, larger than can be tried
// point by point: CBC, which is given the rules as rows, finds the same least cost.
// Spreads are no rows, so they are left out here; brute force and the standard's own
// engine hold them.
func TestSameAsCBC(t *testing.T) {
	testkit.OutOfProcess(t)
	program, err := exec.LookPath("cbc")
	if err != nil {
		testkit.Missing(t, "cbc", "no cbc (Debian: coinor-cbc)")
	}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := county(12, seed+1)
			c.Bounded, c.Prices.Tour = false, 6000
			for k := range c.Kinds {
				c.Kinds[k].Tours = k&4 > 0
			}
			for s := range c.Sections {
				if s%3 == 0 {
					c.Sections[s].Guest = []float64{0, 0, 1, 0, 0, 0, 0}
				}
			}
			posts := int(3 + seed)
			c.Posts = &posts
			if seed%2 == 1 {
				for y := range c.Years {
					c.Years[y].Budget = 3e6
				}
			}
			b := newModel(c)
			r, err := solve.Solve(context.Background(), &b.m, solve.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%v at %.0f", r.Status, r.Value)
			value, found := family.CBC(t, program, &b.m)
			switch {
			case !found && r.Status != solve.Infeasible:
				t.Errorf("%v at %v; cbc finds no points", r.Status, r.Value)
			case found && (r.Status != solve.Optimal || math.Abs(r.Value-value) > 5e-6*math.Max(1, math.Abs(value))):
				t.Errorf("%v at %v, bound %v; cbc finds %v", r.Status, r.Value, r.Bound, value)
			}
		})
	}
}
