package solve_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"shuren/internal/solve"
	"shuren/internal/solve/family"
	"shuren/internal/testkit"
)

func TestSolveIsTheSameEveryTime(t *testing.T) {
	testkit.Sequential(t)
	m := family.County(15, 3).Model
	first, err := solve.Solve(context.Background(), m, solve.Options{})
	if err != nil || first.Status != solve.Optimal {
		t.Fatal(first.Status, err)
	}
	again, err := solve.Solve(context.Background(), m, solve.Options{})
	if err != nil || !reflect.DeepEqual(first, again) {
		t.Errorf("%v: first %v after %d nodes, then %v after %d", err, first.Value, first.Nodes, again.Value, again.Nodes)
	}
}

// hard is a model on which the search takes some hundred nodes.
func hard() *solve.Model { return family.Knapsacks(25, 4, 2) }

func TestSolveKeepsTheBestSoFar(t *testing.T) {
	all, err := solve.Solve(context.Background(), hard(), solve.Options{})
	if err != nil || all.Status != solve.Optimal || all.Nodes < 50 {
		t.Fatal(all.Status, all.Nodes, err)
	}
	for _, tt := range []struct {
		name string
		opt  func(cancel func()) solve.Options
		most int // nodes
	}{
		{"after some nodes", func(func()) solve.Options { return solve.Options{Nodes: 20} }, 20},
		{"when the context ends", func(cancel func()) solve.Options {
			return solve.Options{Progress: func(p solve.Progress) {
				if p.Nodes >= 1 && !math.IsInf(p.Best, 1) {
					cancel()
				}
			}}
		}, all.Nodes - 1},
		{"within a gap", func(func()) solve.Options { return solve.Options{Gap: 0.02} }, all.Nodes - 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			r, err := solve.Solve(ctx, hard(), tt.opt(cancel))
			if err != nil {
				t.Fatal(err)
			}
			if r.Status != solve.Within || r.X == nil || r.Nodes > tt.most {
				t.Errorf("%v after %d nodes; want a point within a gap, after at most %d", r.Status, r.Nodes, tt.most)
			}
			if r.Bound > all.Value || r.Value < all.Value-1e-9*math.Abs(all.Value) {
				t.Errorf("between %v and %v; the optimum is %v", r.Bound, r.Value, all.Value)
			}
		})
	}
}

// Stopped at the root, with points but before anything is proven, nothing is
// claimed.
func TestSolveStoppedAtTheRootClaimsNothing(t *testing.T) {
	all, err := solve.Solve(context.Background(), hard(), solve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, err := solve.Solve(ctx, hard(), solve.Options{Start: make([]float64, 25), Progress: func(solve.Progress) { cancel() }})
	if err != nil || r.Status != solve.Within || r.Bound > all.Value || r.Value < all.Value {
		t.Errorf("%v: between %v and %v, %v; the optimum is %v", r.Status, r.Bound, r.Value, err, all.Value)
	}
}

func TestSolveStopsBeforeAnyPoint(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := solve.Solve(ctx, hard(), solve.Options{})
	if err != nil || r.Status != solve.Stopped && r.Status != solve.Within {
		t.Errorf("%v, %v", r.Status, err)
	}
	if r.Bound > r.Value {
		t.Errorf("the bound %v is above %v", r.Bound, r.Value)
	}
}

func TestSolveBeginsWithTheStart(t *testing.T) {
	testkit.Sequential(t)
	all, err := solve.Solve(context.Background(), hard(), solve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	first := math.Inf(1)
	r, err := solve.Solve(context.Background(), hard(), solve.Options{Start: all.X, Progress: func(p solve.Progress) {
		if math.IsInf(first, 1) {
			first = p.Best
		}
	}})
	if err != nil || first != all.Value || r.Value != all.Value {
		t.Errorf("began with %v, ended with %v, %v; the start costs %v", first, r.Value, err, all.Value)
	}
	// A start that breaks rules, or is of another model, is no harm.
	for _, start := range [][]float64{make([]float64, 25), {1}, nan(25), fives(25)} {
		if r, err := solve.Solve(context.Background(), hard(), solve.Options{Start: start}); err != nil || r.Value != all.Value {
			t.Errorf("from %v: %v, %v", start[:1], r.Value, err)
		}
	}
}

func nan(n int) []float64 {
	x := make([]float64, n)
	x[n/2] = math.NaN()
	return x
}

func fives(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 5
	}
	return x
}

func TestProgressOnlyImproves(t *testing.T) {
	best, bound := math.Inf(1), math.Inf(-1)
	calls := 0
	_, err := solve.Solve(context.Background(), hard(), solve.Options{Progress: func(p solve.Progress) {
		calls++
		if p.Best > best || p.Bound < bound-1e-9*math.Abs(bound) || p.Bound > p.Best {
			t.Fatalf("from %v..%v to %v..%v", bound, best, p.Bound, p.Best)
		}
		best, bound = p.Best, math.Max(bound, p.Bound)
	}})
	if err != nil || calls < 2 {
		t.Error(calls, err)
	}
}

func TestSeparatorErrorsAreSaid(t *testing.T) {
	for _, tt := range []struct {
		name string
		cut  solve.Cut
		want string
	}{
		{"no number", solve.Cut{Terms: []solve.Term{{Var: 0, Coef: math.NaN()}}, Lo: 0, Hi: 1}, `a cut of the rule "odd" is NaN`},
		{"a stranger", solve.Cut{Terms: []solve.Term{{Var: 9, Coef: 1}}, Lo: 0, Hi: 1}, `a cut of the rule "odd" names variable 9`},
		{"no side", solve.Cut{Lo: math.NaN(), Hi: 1}, `the lower bound of a cut of the rule "odd"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m solve.Model
			x := m.Binary("x", -1)
			y := m.Binary("y", -1)
			m.AtMost("r", 1.5, x.Times(1), y.Times(1))
			m.Convex("odd", func([]float64) []solve.Cut { return []solve.Cut{tt.cut} })
			_, err := solve.Solve(context.Background(), &m, solve.Options{})
			var invalid *solve.Invalid
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v; want %q", err, tt.want)
			}
		})
	}
}

func TestConvexRulesAloneDoNotBound(t *testing.T) {
	var m solve.Model
	x := m.Continuous("x", -solve.Inf, solve.Inf, 1)
	m.Convex("disc", solve.Cone{Parts: []solve.Affine{{Terms: []solve.Term{x.Times(1)}}}, Limit: solve.Affine{Const: 2}}.Separate)
	if _, err := solve.Solve(context.Background(), &m, solve.Options{}); err == nil || !strings.Contains(err.Error(), "give the variables bounds") {
		t.Errorf("error %v", err)
	}
	m.SetBounds(x, -100, 100)
	r, err := solve.Solve(context.Background(), &m, solve.Options{})
	if err != nil || r.Status != solve.Optimal || math.Abs(r.Value+2) > 1e-5 {
		t.Errorf("%v %v %v; want -2", r.Status, r.Value, err)
	}
}
