package solve

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/testkit"
)

// drawWhole is a small model whose whole variables can be tried one by one; the
// continuous ones are left to Relax, which proves what it says.
func drawWhole(t *rapid.T) *Model {
	m := &Model{Offset: float64(rapid.IntRange(-3, 3).Draw(t, "offset"))}
	n := rapid.IntRange(0, 6).Draw(t, "vars")
	big := rapid.SampledFrom([]float64{1, 1, 1, 100, 0.37}).Draw(t, "scale")
	whole := 0
	for range n {
		cost := float64(rapid.IntRange(-9, 9).Draw(t, "cost"))
		if rapid.IntRange(0, 4).Draw(t, "odd") == 0 {
			cost /= 7
		}
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			lo, hi := drawBounds(t, 6)
			m.Continuous("", lo, hi, cost)
		case 1:
			lo := float64(rapid.IntRange(-4, 2).Draw(t, "lo"))
			m.Integer("", lo+0.3, lo+3.8, cost)
			whole++
		default:
			m.Binary("", cost)
			whole++
		}
	}
	for range rapid.IntRange(0, 5).Draw(t, "rows") {
		lo, hi := drawBounds(t, 9)
		if lo == hi && rapid.Bool().Draw(t, "loose") {
			hi++
		}
		var terms []Term
		if n > 0 {
			for range rapid.IntRange(1, n+1).Draw(t, "terms") {
				terms = append(terms, Var(rapid.IntRange(0, n-1).Draw(t, "var")).Times(big*float64(rapid.IntRange(-6, 9).Draw(t, "coef"))))
			}
		}
		m.Between("", lo*big, hi*big, terms...)
	}
	return m
}

// try gives the least cost by trying all whole values, and whether there is one
// and whether it is endless.
func try(t interface{ Fatal(...any) }, m *Model) (best float64, found, endless bool) {
	best = math.Inf(1)
	var walk func(j int, c *Model)
	walk = func(j int, c *Model) {
		for j < m.Vars() && !m.Whole(Var(j)) {
			j++
		}
		if j == m.Vars() {
			r, err := Relax(c)
			if err != nil {
				t.Fatal(err)
			}
			switch r.Status {
			case Optimal:
				if r.Value < best {
					best = r.Value
				}
				found = true
			case Unbounded:
				found, endless = true, true
			}
			return
		}
		lo, hi := m.Bounds(Var(j))
		for v := math.Ceil(lo); v <= hi; v++ {
			c.SetBounds(Var(j), v, v)
			walk(j+1, c)
		}
		c.SetBounds(Var(j), lo, hi)
	}
	walk(0, m.Clone())
	return best, found, endless
}

// sound says what is wrong with an answer that claims to keep the linear rules.
func sound(m *Model, r Result) string {
	if r.X == nil {
		return ""
	}
	if !m.problem().keeps(r.X) {
		return "the point breaks a rule"
	}
	for j, v := range r.X {
		if m.Whole(Var(j)) && v != math.Round(v) {
			return "a whole variable is not whole"
		}
	}
	if math.Abs(m.Value(r.X)-r.Value) > 1e-9*math.Max(1, math.Abs(r.Value)) {
		return "the value is another"
	}
	if r.Bound > r.Value {
		return "the bound is above the value"
	}
	return ""
}

func TestSolveAgainstTrying(t *testing.T) {
	testkit.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		m := drawWhole(t)
		best, found, endless := try(t, m)
		r, err := Solve(context.Background(), m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if wrong := sound(m, r); wrong != "" {
			t.Fatal(wrong)
		}
		want := Optimal
		switch {
		case !found:
			want = Infeasible
		case endless:
			want = Unbounded
		}
		if r.Status != want || want == Optimal && math.Abs(r.Value-best) > 2e-6*math.Max(1, math.Abs(best)) {
			t.Fatalf("%v %v (bound %v); trying all gives %v %v\n%+v", r.Status, r.Value, r.Bound, want, best, m)
		}
		if r.Status == Optimal && r.Bound > best+1e-6*math.Max(1, math.Abs(best)) {
			t.Fatalf("the bound %v is above the least cost %v", r.Bound, best)
		}
	})
}
