package stats

import "shuren/internal/lanes"

// Spreads gives the moments of x, and those of x weighted by w, in one pass for
// a national roll-up. It measures from a value among x, so it cancels no more
// digits than that value lies spreads away from the mean; where that is too
// many it falls back to the two passes of AddSlice. w is at least as long as x.
func Spreads(x, w []float64) (plain, weighted Moments) {
	if len(x) == 0 {
		return
	}
	w = w[:len(x)]
	from := middle(x[0], x[len(x)/2], x[len(x)-1])
	s := lanes.Spreads(x, w, from)
	plain = around(len(x), float64(len(x)), from, s.D, s.DD)
	if !(plain.m2 >= 0) {
		plain = Moments{}
		plain.AddSlice(x)
	}
	weighted = around(len(x), s.W, from, s.WD, s.WDD)
	if s.Negative || !(weighted.m2 >= 0) {
		weighted = Moments{}
		weighted.AddSliceWeighted(x, w)
	}
	return plain, weighted
}

// around makes moments from the sums of the distances to a point and of their
// squares. Its m2 is NaN where too many digits cancelled.
func around(n int, w, from, s1, s2 float64) Moments {
	step := s1 / w
	lost := float64(s1 * step)
	m2 := s2 - lost
	if m2 < s2*0x1p-10 {
		m2 = nan
	}
	mean := from + step
	b := mean - from
	return Moments{N: n, W: w, mean: mean, lo: (from - (mean - b)) + (step - b), m2: m2}
}

// middle is the one of three values that lies between the others.
func middle(a, b, c float64) float64 {
	return max(min(a, b), min(max(a, b), c))
}
