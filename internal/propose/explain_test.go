package propose

import (
	"context"
	"math"
	"slices"
	"testing"

	"shuren/internal/solve"
)

// A county that cannot pass is told by which rules: money here, places there. What
// has nothing to do with it is not named.
func TestConflictNamesWhatStandsInTheWay(t *testing.T) {
	make := func() *County {
		return &County{
			Indicators: []Indicator{{ID: "R", Per: 100, What: Amount, Whole: true}},
			Townships:  []string{"x"}, Years: []Year{{"1", -1}},
			Prices: Prices{Build: []float64{10}}, Stages: []Stage{{Limit: []float64{5}, Need: 1, Floor: 0.85}},
			Sections: []Section{
				{ID: "a", Pupils: 100, Counted: true, Have: []float64{2}, Room: []float64{math.Inf(1)}},
				{ID: "b", Pupils: 100, Counted: true, Have: []float64{9}, Room: []float64{math.Inf(1)}},
			},
		}
	}
	for _, tt := range []struct {
		name  string
		spoil func(*County)
		want  string // empty: it passes
	}{
		{"it can pass", func(*County) {}, ""},
		{"no money", func(c *County) { c.Years[0].Budget = 20 }, "budget"},
		{"just enough money", func(c *County) { c.Years[0].Budget = 30 }, ""},
		{"no place", func(c *County) { c.Sections[0].Room[0] = 2 }, "place"},
	} {
		c := make()
		tt.spoil(c)
		p, err := Make(context.Background(), c, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if tt.want == "" {
			if p.Status != Optimal || p.Cost != 30 {
				t.Errorf("%s: %+v", tt.name, p)
			}
			continue
		}
		found, err := Why(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		if p.Status != Infeasible || !slices.ContainsFunc(found, func(x Conflict) bool { return x.Rule == tt.want }) {
			t.Errorf("%s: %s %+v, want %s", tt.name, p.Status, found, tt.want)
		}
		for _, x := range found {
			if x.Rule != tt.want && x.Rule != "limit" || x.Section == 1 {
				t.Errorf("%s: %+v has nothing to do with it", tt.name, x)
			}
		}
	}
}
