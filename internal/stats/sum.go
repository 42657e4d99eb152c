package stats

// Totals that keep the digits which plain addition would lose.

// Total is a sum that remembers its rounding errors. The zero Total is 0.
type Total struct{ hi, lo float64 }

// Add adds x.
func (t *Total) Add(x float64) {
	s := t.hi + x
	b := s - t.hi
	t.lo += (t.hi - (s - b)) + (x - b)
	t.hi = s
}

// AddSlice adds every element. Four independent lanes keep the processor busy
// while each waits for its own last addition.
func (t *Total) AddSlice(x []float64) {
	var a, b, c, d Total
	i := 0
	for ; i+4 <= len(x); i += 4 {
		v := x[i : i+4 : i+4]
		a.Add(v[0])
		b.Add(v[1])
		c.Add(v[2])
		d.Add(v[3])
	}
	for ; i < len(x); i++ {
		a.Add(x[i])
	}
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
