package stats

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSpreadsAreThoseOfTwoPasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := draw(t)
		var plain, weighted Moments
		plain.AddSlice(x)
		weighted.AddSliceWeighted(x, w)
		p, q := Spreads(x, w)
		if p.N != len(x) || q.N != len(x) {
			t.Fatalf("N = %d and %d of %d", p.N, q.N, len(x))
		}
		near(t, "mean", p.Mean(), plain.Mean(), 1e-14, 1e-15*Max(x))
		near(t, "cv", p.CV(), plain.CV(), 1e-9, 1e-16)
		near(t, "wmean", q.Mean(), weighted.Mean(), 1e-14, 1e-15*Max(x))
		near(t, "wcv", q.CV(), weighted.CV(), 1e-9, 1e-16)
	})
}
