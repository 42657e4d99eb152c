package stats

import "math"

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
	var s1, s2, sw, t1, t2 [2]float64
	var sign uint64
	i := 0
	for ; i+2 <= len(x); i += 2 {
		d, e := x[i]-from, x[i+1]-from
		u, v := w[i], w[i+1]
		s1[0] += d
		s1[1] += e
		s2[0] += float64(d * d)
		s2[1] += float64(e * e)
		sw[0] += u
		sw[1] += v
		ud, ve := float64(u*d), float64(v*e)
		t1[0] += ud
		t1[1] += ve
		t2[0] += float64(ud * d)
		t2[1] += float64(ve * e)
		sign |= math.Float64bits(u) | math.Float64bits(v)
	}
	if i < len(x) {
		d, u := x[i]-from, w[i]
		s1[0] += d
		s2[0] += float64(d * d)
		sw[0] += u
		ud := float64(u * d)
		t1[0] += ud
		t2[0] += float64(ud * d)
		sign |= math.Float64bits(u)
	}
	plain = around(len(x), float64(len(x)), from, s1[0]+s1[1], s2[0]+s2[1])
	if !(plain.m2 >= 0) {
		plain = Moments{}
		plain.AddSlice(x)
	}
	total := sw[0] + sw[1]
	weighted = around(len(x), total, from, t1[0]+t1[1], t2[0]+t2[1])
	if sign>>63 != 0 || !(weighted.m2 >= 0) {
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
