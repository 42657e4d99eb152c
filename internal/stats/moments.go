package stats

import "math"

// Moments gathers weight, mean and spread of a set of values, part by part:
// parts merge by Chan's rule, so the levels of a tree come out of one pass. The
// mean is held in two parts so that the spread of large, nearly equal values
// survives the merging. The zero Moments is the empty set.
//
// W is the sum of the weights; it equals N where no weights are given.
type Moments struct {
	N        int
	W        float64
	mean, lo float64
	m2       float64
}

// Add takes one value with weight 1.
func (m *Moments) Add(x float64) { m.AddWeighted(x, 1) }

// AddWeighted takes one value. A value of weight 0 counts in N only.
func (m *Moments) AddWeighted(x, w float64) {
	m.Merge(Moments{N: 1, W: w, mean: x})
}

// AddSlice takes values of weight 1. It walks x twice, around its own mean.
func (m *Moments) AddSlice(x []float64) {
	if len(x) == 0 {
		return
	}
	n := float64(len(x))
	mean := Sum(x) / n
	var d1, d2 [2]float64
	i := 0
	for ; i+2 <= len(x); i += 2 {
		a, b := x[i]-mean, x[i+1]-mean
		d1[0] += a
		d1[1] += b
		d2[0] += float64(a * a)
		d2[1] += float64(b * b)
	}
	if i < len(x) {
		a := x[i] - mean
		d1[0] += a
		d2[0] += float64(a * a)
	}
	s := d1[0] + d1[1]
	m.Merge(Moments{N: len(x), W: n, mean: mean, lo: s / n, m2: d2[0] + d2[1] - float64(s*s)/n})
}

// AddSliceWeighted takes values with their weights; w is at least as long as x.
// A negative weight makes everything NaN.
func (m *Moments) AddSliceWeighted(x, w []float64) {
	if len(x) == 0 {
		return
	}
	w = w[:len(x)]
	total := Sum(w)
	if total == 0 && weighs(w, 1) {
		m.N += len(x)
		return
	}
	if !weighs(w, total) {
		m.Merge(Moments{N: len(x), W: -1})
		return
	}
	var t Total
	t.AddProducts(x, w)
	mean := t.Value() / total
	var d1, d2 [2]float64
	i := 0
	for ; i+2 <= len(x); i += 2 {
		a, b := x[i]-mean, x[i+1]-mean
		wa, wb := float64(w[i]*a), float64(w[i+1]*b)
		d1[0] += wa
		d1[1] += wb
		d2[0] += float64(wa * a)
		d2[1] += float64(wb * b)
	}
	if i < len(x) {
		a := x[i] - mean
		wa := float64(w[i] * a)
		d1[0] += wa
		d2[0] += float64(wa * a)
	}
	s := d1[0] + d1[1]
	m.Merge(Moments{N: len(x), W: total, mean: mean, lo: s / total, m2: d2[0] + d2[1] - float64(s*s)/total})
}

// Merge takes in another set. Merging part by part gives what the whole gives.
func (m *Moments) Merge(o Moments) {
	switch {
	case o.W < 0:
		m.N += o.N
		m.W, m.mean, m.lo, m.m2 = nan, nan, nan, nan
		return
	case o.W == 0:
		m.N += o.N
		return
	case m.W == 0:
		o.N += m.N
		*m = o
		return
	}
	w := m.W + o.W
	d := (o.mean - m.mean) + (o.lo - m.lo)
	step := d * (o.W / w)
	m.m2 += o.m2 + float64(d*float64(m.W*step))
	hi := m.mean + step
	b := hi - m.mean
	m.lo += (m.mean - (hi - b)) + (step - b)
	m.mean = hi
	m.W = w
	m.N += o.N
}

// Mean is the (weighted) mean.
func (m Moments) Mean() float64 {
	if !(m.W > 0) {
		return nan
	}
	return finite(m.mean + m.lo)
}

// CV is the coefficient of variation of the whole population: with pupils as
// weights, the official difference coefficient
//
//	Xbar = sum(w x)/sum(w),  S = sqrt(sum(w/W (x-Xbar)^2)),  CV = S/Xbar
func (m Moments) CV() float64 { return m.cv(m.W) }

// SampleCV is the coefficient of variation with n-1 in place of n. It is
// defined for unweighted values only.
func (m Moments) SampleCV() float64 {
	if m.W != float64(m.N) {
		return nan
	}
	return m.cv(m.W - 1)
}

func (m Moments) cv(div float64) float64 {
	mean := m.Mean()
	if mean == 0 || !(div > 0) {
		return nan
	}
	return finite(math.Sqrt(max(m.m2, 0)/div) / mean)
}

// CV is the coefficient of variation with n: a cross-check of [WCV].
func CV(x []float64) float64 {
	var m Moments
	m.AddSlice(x)
	return m.CV()
}

// SCV is the coefficient of variation with n-1.
func SCV(x []float64) float64 {
	var m Moments
	m.AddSlice(x)
	return m.SampleCV()
}

// WCV is the coefficient of variation weighted by w: see [Moments.CV].
func WCV(x, w []float64) float64 {
	var m Moments
	m.AddSliceWeighted(x, w)
	return m.CV()
}
