package places

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func km(x float64) Way { return Way{Km: x, Minutes: math.NaN()} }

// What stands in the way is named, and what has nothing to do with it is not.
func TestConflictNamesWhatStandsInTheWay(t *testing.T) {
	make := func() *Input {
		return &Input{Years: []Year{{2026, -1}, {2027, -1}}, Stages: []Stage{{ID: "primary", Class: 10, Km: 5, Prices: Prices{Expand: 100, Board: -1}}},
			Areas:   []Area{{ID: "a", Children: [][]int{{10, 25}}}, {ID: "b", Children: [][]int{{10, 10}}}},
			Schools: []School{{ID: "A", Seats: 20, Most: 3}, {ID: "B", Seats: 40}},
			Ways:    [][]Way{{km(1), km(9)}, {km(9), km(1)}}}
	}
	for _, tt := range []struct {
		name  string
		spoil func(*Input)
		want  []Rule
	}{
		{"there is a plan", func(*Input) {}, nil},
		{"nothing can be built", func(in *Input) { in.Schools[0].Most = 0 }, []Rule{AllPlaced, MostSeats}},
		{"no money", func(in *Input) { in.Years[0].Budget, in.Years[1].Budget = 0, 999 }, []Rule{AllPlaced, SeatsLimit, BudgetLimit, BudgetLimit} /* by which a room is built in time */},
		{"nowhere to go", func(in *Input) { in.Ways[0][0] = km(6) }, []Rule{NoWay}},
	} {
		in := make()
		tt.spoil(in)
		p, err := Make(context.Background(), in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if (p.Status == Infeasible) != (tt.want != nil) {
			t.Errorf("%s: %s", tt.name, p.Status)
			continue
		}
		if tt.want == nil {
			continue
		}
		found, err := Why(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		var rules []Rule
		for _, c := range found {
			rules = append(rules, c.Rule)
			if c.Area == 1 || c.School == 1 {
				t.Errorf("%s: %+v has nothing to do with it", tt.name, c)
			}
		}
		slices.Sort(rules)
		slices.Sort(tt.want)
		if !slices.Equal(rules, tt.want) {
			t.Errorf("%s: %+v, want %v", tt.name, found, tt.want)
		}
	}
}

// Where there is no plan there is an answer why; where it is seats in reach, each
// area adds to children who are more than the seats.
func TestWhyNeedsEveryArea(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := tiny(t)
		p, err := Make(context.Background(), in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := Why(context.Background(), in)
		if p.Status != Infeasible {
			if err == nil {
				t.Fatalf("a plan there is, and %+v", found)
			}
			return
		}
		if err != nil || len(found) == 0 {
			t.Fatalf("no plan, and no reason: %v", err)
		}
		children, seats := 0.0, 0.0
		for _, c := range found {
			switch c.Rule {
			case AllPlaced, NoWay:
				children += c.Number
			case MostSeats:
				seats += c.Number
			}
		}
		if found[len(found)-1].Rule == MostSeats && children <= seats {
			t.Fatalf("%v children and %v seats are no reason: %+v", children, seats, found)
		}
	})
}
