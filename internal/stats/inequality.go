package stats

// Gini and Theil. Both are written as sums of terms that are never negative,
// so that nearly equal values lose no digits to cancellation.

import "math"

// Gini is the Gini coefficient, the mean absolute difference of all pairs
// (each with itself included: no n/(n-1)) over twice the mean.
func Gini(x []float64, s *Scratch) float64 { return GiniSorted(s.Sorted(x)) }

// GiniSorted is [Gini] of values that are sorted already.
func GiniSorted(x []float64) float64 {
	total := Sum(x)
	if len(x) == 0 || !(x[0] >= 0) || !(total > 0) {
		return nan
	}
	// Between the k-th and the next value lies a gap that k(n-k) pairs span.
	var t Total
	n := float64(len(x))
	for i := 1; i < len(x); i++ {
		k := float64(i)
		t.Add(float64((x[i] - x[i-1]) * (k * (n - k))))
	}
	return finite(t.Value() / (n * total))
}

// WGini is the Gini coefficient in which a row counts as w equal ones.
func WGini(x, w []float64, s *Scratch) float64 {
	var all, sum, gaps, below Total
	all.AddSlice(w)
	weight := all.Value()
	if !weighs(w, weight) {
		return nan
	}
	last := nan
	for _, p := range s.sortedPairs(x, w) {
		if p.w == 0 {
			continue
		}
		if !(p.x >= 0) {
			return nan
		}
		if below.hi > 0 {
			above := (all.hi - below.hi) + (all.lo - below.lo)
			gaps.Add(float64(float64((p.x-last)*below.Value()) * above))
		}
		sum.Add(float64(p.x * p.w))
		below.Add(p.w)
		last = p.x
	}
	if !(sum.Value() > 0) {
		return nan
	}
	return finite(gaps.Value() / (weight * sum.Value()))
}

// Theil is Theil's T with the natural logarithm: the mean of r ln r, where r is
// a value over the mean and 0 ln 0 = 0.
func Theil(x []float64) float64 {
	t, _, _ := theil(x)
	return t
}

// WTheil is Theil's T in which a row counts as w equal ones.
func WTheil(x, w []float64) float64 {
	t, _, _ := wtheil(x, w)
	return t
}

// TheilParts splits Theil's T into what lies between groups and what lies
// within them. A group is a run of x: ends[g] is where group g ends and the
// next begins; the last end is len(x). Empty groups are left out. The two parts
// add up to the whole.
func TheilParts(x []float64, ends []int) (between, within float64) {
	p := newParts(theil(x))
	lo := 0
	for _, hi := range ends {
		p.add(theil(x[lo:hi]))
		lo = hi
	}
	return p.between.Value(), p.within.Value()
}

// WTheilParts is [TheilParts] in which a row counts as w equal ones.
func WTheilParts(x, w []float64, ends []int) (between, within float64) {
	p := newParts(wtheil(x, w))
	lo := 0
	for _, hi := range ends {
		p.add(wtheil(x[lo:hi], w[lo:hi]))
		lo = hi
	}
	return p.between.Value(), p.within.Value()
}

// parts gathers the two parts of Theil's T, group by group.
type parts struct {
	mean, weight    float64
	between, within Total
}

func newParts(t, mean, weight float64) parts {
	p := parts{mean: mean, weight: weight}
	p.within.Add(t - t) // where the whole is not defined, its parts are not
	p.between.Add(t - t)
	return p
}

func (p *parts) add(t, mean, weight float64) {
	if weight == 0 {
		return
	}
	share := weight / p.weight
	p.between.Add(float64(share * excess((mean-p.mean)/p.mean)))
	if mean != 0 { // a group that has nothing has a share of nothing
		p.within.Add(float64(float64(share*(mean/p.mean)) * t))
	}
}

// theil gives Theil's T of x, the mean and the number of values. T alone is NaN
// where the mean is 0, all are where a value is negative.
func theil(x []float64) (t, mean, weight float64) {
	weight = float64(len(x))
	mean = Mean(x)
	if !(Min(x) >= 0) {
		return nan, nan, weight
	}
	if mean == 0 {
		return nan, 0, weight
	}
	var sum Total
	for _, v := range x {
		sum.Add(excess((v - mean) / mean))
	}
	return sum.Value() / weight, mean, weight
}

func wtheil(x, w []float64) (t, mean, weight float64) {
	w = w[:len(x)]
	weight = Sum(w)
	if weight == 0 && weighs(w, 1) {
		return nan, nan, 0
	}
	mean = WMean(x, w)
	var sum Total
	for i, v := range x {
		if w[i] == 0 {
			continue
		}
		if !(v >= 0) {
			return nan, nan, weight
		}
		sum.Add(float64(w[i] * excess((v-mean)/mean)))
	}
	if !(mean > 0) {
		return nan, mean, weight
	}
	return sum.Value() / weight, mean, weight
}

// excess is r ln r - (r - 1) for r = 1 + d. The second part is 0 on the mean
// over all values, and makes the term a square of d instead of a difference.
func excess(d float64) float64 {
	switch {
	case d <= -1:
		return 1 // 0 ln 0 = 0
	case math.Abs(d) > 0.02:
		r := 1 + d
		return float64(r*math.Log(r)) - (r - 1)
	}
	var s float64
	for _, c := range excessSeries {
		s = c - float64(d*s)
	}
	return float64(float64(d*d) * s)
}

// excessSeries are the coefficients 1/(k(k-1)) of d^k in (1+d)ln(1+d) - d, from
// k = 11 down to 2; the signs alternate.
var excessSeries = [...]float64{1. / 110, 1. / 90, 1. / 72, 1. / 56, 1. / 42, 1. / 30, 1. / 20, 1. / 12, 1. / 6, 1. / 2}
