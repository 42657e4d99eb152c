package stats

// Totals that keep the digits which plain addition would lose.

import "shuren/internal/lanes"

// Total is a sum that remembers its rounding errors. The zero Total is 0.
type Total struct{ hi, lo float64 }

// Add adds x.
func (t *Total) Add(x float64) {
	s := t.hi + x
	b := s - t.hi
	t.lo += (t.hi - (s - b)) + (x - b)
	t.hi = s
}

// AddSlice adds every element.
func (t *Total) AddSlice(x []float64) {
	var s lanes.Sums
	lanes.Sum(x, &s)
	a, b, c, d := Total{s.Hi[0], s.Lo[0]}, Total{s.Hi[1], s.Lo[1]}, Total{s.Hi[2], s.Lo[2]}, Total{s.Hi[3], s.Lo[3]}
	a.Merge(b)
	c.Merge(d)
	a.Merge(c)
	t.Merge(a)
}

// AddProducts adds the product of every pair; w is at least as long as x.
func (t *Total) AddProducts(x, w []float64) {
	w = w[:len(x)]
	var a, b Total
	i := 0
	for ; i+2 <= len(x); i += 2 {
		a.Add(float64(x[i] * w[i]))
		b.Add(float64(x[i+1] * w[i+1]))
	}
	if i < len(x) {
		a.Add(float64(x[i] * w[i]))
	}
	a.Merge(b)
	t.Merge(a)
}

// Merge adds another total.
func (t *Total) Merge(o Total) {
	t.Add(o.hi)
	t.lo += o.lo
}

// Value is the sum; NaN if it is not finite.
func (t Total) Value() float64 { return finite(t.hi + t.lo) }

// Sum is the sum of x, 0 if x is empty.
func Sum(x []float64) float64 {
	var t Total
	t.AddSlice(x)
	return t.Value()
}

// Mean is the arithmetic mean.
func Mean(x []float64) float64 {
	if len(x) == 0 {
		return nan
	}
	return Sum(x) / float64(len(x))
}

// WMean is the mean of x weighted by w.
func WMean(x, w []float64) float64 {
	total := Sum(w)
	if !weighs(w, total) {
		return nan
	}
	var t Total
	t.AddProducts(x, w)
	return t.Value() / total
}

// weighs reports that weights can be used: none negative, and some weight.
func weighs(w []float64, total float64) bool {
	if !(total > 0) {
		return false
	}
	for _, v := range w {
		if v < 0 {
			return false
		}
	}
	return true
}

// Known appends to dst the elements of x that are not NaN.
func Known(dst, x []float64) []float64 {
	for _, v := range x {
		if v == v {
			dst = append(dst, v)
		}
	}
	return dst
}

// KnownPairs appends the pairs of which neither part is NaN.
func KnownPairs(dstX, dstW, x, w []float64) ([]float64, []float64) {
	w = w[:len(x)]
	for i, v := range x {
		if v == v && w[i] == w[i] {
			dstX, dstW = append(dstX, v), append(dstW, w[i])
		}
	}
	return dstX, dstW
}
