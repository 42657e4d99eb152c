package solve

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/testkit"
)

// Whole points within a cone: both forms of the rule give the least cost that
// trying all points gives.
func TestConeAgainstTrying(t *testing.T) {
	testkit.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "vars")
		build := func() (*Model, []Var) {
			m := &Model{}
			vars := make([]Var, n)
			for j := range vars {
				vars[j] = m.Integer("", -3, 3, 0)
			}
			return m, vars
		}
		short, vars := build()
		long, _ := build()
		for _, v := range vars {
			cost := float64(rapid.IntRange(-5, 5).Draw(t, "cost"))
			short.SetCost(v, cost)
			long.SetCost(v, cost)
		}
		affine := func(most int) (a Affine) {
			a.Const = float64(rapid.IntRange(-2, 2).Draw(t, "const"))
			for range rapid.IntRange(0, most).Draw(t, "terms") {
				a.Terms = append(a.Terms, vars[rapid.IntRange(0, n-1).Draw(t, "var")].Times(float64(rapid.IntRange(-3, 3).Draw(t, "coef"))))
			}
			return a
		}
		var c Cone
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			c.Parts = append(c.Parts, affine(4))
		}
		c.Limit = affine(2)
		c.Limit.Const += float64(rapid.IntRange(0, 5).Draw(t, "limit"))
		long.Convex("", c.Separate)
		short.AddCone("", c)
		best, found := math.Inf(1), false
		free, _ := build()
		for _, x := range points(free) {
			if c.length(x) <= c.Limit.At(x)+1e-9 {
				found = true
				v := 0.0
				for _, j := range vars {
					v += long.Cost(j) * x[j]
				}
				best = math.Min(best, v)
			}
		}
		for name, m := range map[string]*Model{"planes": long, "parts": short} {
			r, err := Solve(context.Background(), m, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if found != (r.Status == Optimal) || !found && r.Status != Infeasible || found && math.Abs(r.Value-best) > 1e-6*math.Max(1, math.Abs(best)) {
				t.Fatalf("%s: %v %v; trying all gives %v %v\n%+v", name, r.Status, r.Value, found, best, c)
			}
			if r.X != nil && c.length(r.X) > c.Limit.At(r.X)+1e-4 {
				t.Fatalf("%s: %v is outside the cone by %v", name, r.X, c.length(r.X)-c.Limit.At(r.X))
			}
		}
	})
}
