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

// chunk is how many values are gathered around one mean: few enough that plain
// sums of them are good, and that the second walk finds them in the cache.
const chunk = 1024

// AddSlice takes values of weight 1.
func (m *Moments) AddSlice(x []float64) {
	for len(x) > chunk {
		m.Merge(gather(x[:chunk]))
		x = x[chunk:]
	}
	m.Merge(gather(x))
}

// AddSliceWeighted takes values with their weights; w is at least as long as x.
// A negative weight makes everything NaN.
func (m *Moments) AddSliceWeighted(x, w []float64) {
	w = w[:len(x)]
	for len(x) > chunk {
		m.Merge(gatherWeighted(x[:chunk], w[:chunk]))
		x, w = x[chunk:], w[chunk:]
	}
	m.Merge(gatherWeighted(x, w))
}

// gather makes the moments of a chunk in two walks. The first finds a mean; the second finds
// what lies around it, and what rounding left out of the mean.
func gather(x []float64) Moments {
	if len(x) == 0 {
		return Moments{}
	}
	var s [4]float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		v := x[i : i+4 : i+4]
		s[0] += v[0]
		s[1] += v[1]
		s[2] += v[2]
		s[3] += v[3]
	}
	for ; i < len(x); i++ {
		s[0] += x[i]
	}
	n := float64(len(x))
	mean := ((s[0] + s[1]) + (s[2] + s[3])) / n
	var p, q, p2, q2 float64
	i = 0
	for ; i+2 <= len(x); i += 2 {
		a, b := x[i]-mean, x[i+1]-mean
		p += a
		q += b
		p2 += float64(a * a)
		q2 += float64(b * b)
	}
	if i < len(x) {
		a := x[i] - mean
		p += a
		p2 += float64(a * a)
	}
	p += q
	return Moments{N: len(x), W: n, mean: mean, lo: p / n, m2: p2 + q2 - float64(p*p)/n}
}

func gatherWeighted(x, w []float64) Moments {
	w = w[:len(x)]
	var p, q, wp, wq float64
	var negative bool
	i := 0
	for ; i+2 <= len(x) && i+2 <= len(w); i += 2 {
		a, b := w[i], w[i+1]
		if a < 0 || b < 0 {
			negative = true
		}
		wp += a
		wq += b
		p += float64(a * x[i])
		q += float64(b * x[i+1])
	}
	if i < len(x) {
		a := w[i]
		negative = negative || a < 0
		wp += a
		p += float64(a * x[i])
	}
	total := wp + wq
	if negative {
		return Moments{N: len(x), W: -1}
	}
	if total == 0 {
		return Moments{N: len(x)}
	}
	mean := (p + q) / total
	var p2, q2 float64
	p, q = 0, 0
	i = 0
	for ; i+2 <= len(x) && i+2 <= len(w); i += 2 {
		a, b := x[i]-mean, x[i+1]-mean
		wa, wb := float64(w[i]*a), float64(w[i+1]*b)
		p += wa
		q += wb
		p2 += float64(wa * a)
		q2 += float64(wb * b)
	}
	if i < len(x) {
		a := x[i] - mean
		wa := float64(w[i] * a)
		p += wa
		p2 += float64(wa * a)
	}
	p += q
	return Moments{N: len(x), W: total, mean: mean, lo: p / total, m2: p2 + q2 - float64(p*p)/total}
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
	step := float64(d * (o.W / w))
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

// Variance is the (weighted) variance of the whole population, with n.
func (m Moments) Variance() float64 {
	if !(m.W > 0) {
		return nan
	}
	return finite(max(m.m2, 0) / m.W)
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
