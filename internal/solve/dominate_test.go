package solve

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/testkit"
)

// What one variable does for another changes no answer: the same model with upper
// bounds, which keep every variable, costs the same.
func TestAlikeVariablesStandIn(t *testing.T) {
	testkit.Sequential(t)
	gone := 0
	rapid.Check(t, func(t *rapid.T) {
		free, bound := &Model{}, &Model{}
		rows := rapid.IntRange(1, 3).Draw(t, "rows")
		terms := make([][]Term, rows)
		for range rapid.IntRange(1, 3).Draw(t, "columns") {
			column := rapid.SliceOfN(rapid.Float64Range(0, 3).Filter(func(v float64) bool { return v == 0 || v > 0.1 }), rows, rows).Draw(t, "column")
			for range rapid.IntRange(1, 3).Draw(t, "alike") {
				cost, whole := float64(rapid.IntRange(0, 9).Draw(t, "cost")), rapid.Bool().Draw(t, "whole")
				least := float64(rapid.IntRange(0, 2).Draw(t, "least"))
				var v Var
				for _, m := range []*Model{free, bound} {
					v = m.Continuous("", least, Inf, cost)
					m.vars[v].whole = whole
				}
				bound.SetBounds(v, least, 1000)
				for i, c := range column {
					terms[i] = append(terms[i], v.Times(c))
				}
			}
		}
		for i := range terms {
			lo := rapid.Float64Range(-3, 20).Draw(t, "side")
			free.AtLeast("", lo, terms[i]...)
			bound.AtLeast("", lo, terms[i]...)
		}
		if red, ok := presolve(free.problem(), nil); ok {
			gone += len(free.vars) - len(red.keep)
		}
		a, err := Solve(context.Background(), free, Options{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := Solve(context.Background(), bound, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != b.Status || a.Status == Optimal && math.Abs(a.Value-b.Value) > 2e-6*math.Max(1, math.Abs(b.Value)) {
			t.Fatalf("%v at %v, with bounds %v at %v", a.Status, a.Value, b.Status, b.Value)
		}
	})
	if gone == 0 {
		t.Error("nothing was ever stood in for")
	}
}

// A convex rule may want just the dearer of two alike variables: what rules look
// at stays, and what they do not look at does not.
func TestRulesKeepTheirVariables(t *testing.T) {
	m := &Model{}
	a, b := m.Continuous("a", 0, Inf, 1), m.Continuous("b", 0, Inf, 2)
	m.AtLeast("", 4, a.Times(1), b.Times(1))
	m.AddCone("a below 1", Cone{Parts: []Affine{{Terms: []Term{a.Times(1)}}}, Limit: Affine{Const: 1}})
	r, err := Solve(context.Background(), m, Options{})
	if err != nil || r.Status != Optimal || math.Abs(r.Value-7) > 1e-5 {
		t.Errorf("%v at %v, %v; want 1 of a and 3 of b at 7", r.Status, r.Value, err)
	}
}
