package forecast

import "math"

// Methods that look at each series by itself: what a cohort is held against.

// naive goes on with the last count.
func naive(past []float64, ahead int) []float64 {
	out := make([]float64, ahead)
	last, _ := newest(past)
	for h := range out {
		out[h] = last
	}
	return out
}

// drift goes on by the mean change from the first count to the last.
func drift(past []float64, ahead int) []float64 {
	out := make([]float64, ahead)
	last, at := newest(past)
	first := 0
	for first < at && math.IsNaN(past[first]) {
		first++
	}
	step := 0.0
	if at > first {
		step = (last - past[first]) / float64(at-first)
	}
	for h := range out {
		out[h] = math.Max(0, last+step*float64(h+1))
	}
	return out
}

// damping of the trend of smoothed: the part of a year's trend that is left a
// year later. Gardner and McKenzie (1985) found damped trends the safer ones.
const damping = 0.9

// smoothed is Holt's exponential smoothing with a damped trend. Its two weights
// are those of a grid that made the least square of errors one year ahead.
func smoothed(past []float64, ahead int) []float64 {
	best, least := holt{}, math.Inf(1)
	for a := 1; a <= 9; a++ {
		for b := 0; b <= a; b++ {
			h := run(past, float64(a)/10, float64(b)/10, damping)
			if h.sse < least {
				best, least = h, h.sse
			}
		}
	}
	out := make([]float64, ahead)
	if math.IsInf(least, 1) {
		return naive(past, ahead)
	}
	sum, part := 0.0, 1.0
	for h := range out {
		part *= damping
		sum += part
		out[h] = math.Max(0, best.level+sum*best.trend)
	}
	return out
}

// holt is a smoothed series at its end.
type holt struct{ level, trend, sse float64 }

// run smooths a series, which begins at its first two counts; a missing year
// is passed by the forecast for it.
func run(past []float64, alpha, beta, damp float64) holt {
	h := holt{sse: math.Inf(1)}
	i := 0
	for i < len(past) && math.IsNaN(past[i]) {
		i++
	}
	j := i + 1
	for j < len(past) && math.IsNaN(past[j]) {
		j++
	}
	if j >= len(past) {
		return h
	}
	h = holt{level: past[i], trend: (past[j] - past[i]) / float64(j-i)}
	for y := i + 1; y < len(past); y++ {
		want := h.level + damp*h.trend
		if math.IsNaN(past[y]) {
			h.level, h.trend = want, damp*h.trend
			continue
		}
		e := past[y] - want
		h.sse += e * e
		level := want + alpha*e
		h.trend = beta*(level-h.level) + (1-beta)*damp*h.trend
		h.level = level
	}
	return h
}

// newest is the last count that there is, and where; 0 and -1 where there is
// none.
func newest(past []float64) (float64, int) {
	for y := len(past) - 1; y >= 0; y-- {
		if !math.IsNaN(past[y]) {
			return past[y], y
		}
	}
	return 0, -1
}
