package stats

// Statistics that stand on the order of the values.

import (
	"cmp"
	"math"
	"slices"
)

// Scratch is the space in which values are sorted. Keep one for each goroutine;
// it grows to the longest slice it has seen. A nil *Scratch allocates each time.
type Scratch struct {
	x []float64
	p []pair
}

type pair struct{ x, w float64 }

// Sorted is a sorted copy of x, valid until the next use of the scratch. NaN
// sorts first.
func (s *Scratch) Sorted(x []float64) []float64 {
	if s == nil {
		s = new(Scratch)
	}
	s.x = append(s.x[:0], x...)
	slices.Sort(s.x)
	return s.x
}

func (s *Scratch) sortedPairs(x, w []float64) []pair {
	if s == nil {
		s = new(Scratch)
	}
	w = w[:len(x)]
	s.p = slices.Grow(s.p[:0], len(x))
	for i, v := range x {
		s.p = append(s.p, pair{v, w[i]})
	}
	slices.SortFunc(s.p, func(a, b pair) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.w, b.w)) })
	return s.p
}

// Min is the smallest value, NaN if there is none.
func Min(x []float64) float64 {
	if len(x) == 0 {
		return nan
	}
	m := x[0]
	for _, v := range x {
		m = min(m, v)
	}
	return m
}

// Max is the largest value, NaN if there is none.
func Max(x []float64) float64 {
	if len(x) == 0 {
		return nan
	}
	m := x[0]
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

// MaxMin is the largest value divided by the smallest, NaN if that is 0.
func MaxMin(x []float64) float64 {
	lo := Min(x)
	if lo == 0 {
		return nan
	}
	return finite(Max(x) / lo)
}

// Zeros is the number of values that are 0.
func Zeros(x []float64) int {
	n := 0
	for _, v := range x {
		if v == 0 {
			n++
		}
	}
	return n
}

// Quantile is the p-quantile, p in [0, 1], by linear interpolation between
// order statistics: with h = (n-1)p and i = floor(h), it is
// x(i) + (h-i)(x(i+1)-x(i)), counting from 0. The median of an even number of
// values is so the mean of the middle two. (Definition 7 of Hyndman and Fan;
// QUANTILE.INC of spreadsheets.)
func Quantile(x []float64, p float64, s *Scratch) float64 {
	return QuantileSorted(s.Sorted(x), p)
}

// QuantileSorted is [Quantile] of values that are sorted already.
func QuantileSorted(x []float64, p float64) float64 {
	if len(x) == 0 || !(p >= 0 && p <= 1) || math.IsNaN(x[0]) {
		return nan
	}
	h := float64(float64(len(x)-1) * p)
	i := int(h)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[i] + float64((h-float64(i))*(x[i+1]-x[i]))
}
