package quality

import (
	"math"
	"slices"

	"shuren/internal/stats"
)

// spread is what a group's figures are measured by.
type spread struct {
	n               int
	mean, sd        float64
	median          float64
	mad, around     float64 // median and mean of the distances from the median
	min, max        float64
	least, greatest int // how many have the least and the greatest figure
	second, last    float64
}

// The factors that make a distance from the median comparable with a standard
// deviation of normal figures: for the median distance, and for the mean one,
// which stands in where more than half of a group have one and the same figure
// and the median distance is 0 (Iglewicz and Hoaglin).
const (
	medianFactor = 0.6745
	meanFactor   = 0.7979
)

func measure(x []float64) spread {
	s := slices.Clone(x)
	slices.Sort(s)
	n := len(s)
	sp := spread{n: n, mean: stats.Mean(s), median: stats.QuantileSorted(s, 0.5), min: s[0], max: s[n-1]}
	d := make([]float64, n)
	sum := 0.0
	for i, v := range s {
		d[i] = math.Abs(v - sp.median)
		sum += (v - sp.mean) * (v - sp.mean)
		if v == sp.min {
			sp.least++
		}
		if v == sp.max {
			sp.greatest++
		}
	}
	if n > 1 {
		sp.sd = math.Sqrt(sum / float64(n-1))
		sp.second, sp.last = s[1], s[n-2]
	}
	sp.around = stats.Mean(d)
	slices.Sort(d)
	sp.mad = stats.QuantileSorted(d, 0.5)
	return sp
}

// z is the z-score of a figure, 0 where all are the same.
func (s spread) z(v float64) float64 {
	if s.sd == 0 {
		return 0
	}
	return (v - s.mean) / s.sd
}

// modified is the modified z-score, and whether the mean distance stood in for
// a median distance of 0.
func (s spread) modified(v float64) (m float64, stoodIn bool) {
	switch {
	case s.mad > 0:
		return medianFactor * (v - s.median) / s.mad, false
	case s.around > 0:
		return meanFactor * (v - s.median) / s.around, true
	}
	return 0, false
}

// beyond is how far a figure lies outside the range of the others, in widths of
// that range; 0 inside it, and where the others are all the same.
func (s spread) beyond(v float64) float64 {
	lo, hi := s.min, s.max
	if v == lo && s.least == 1 {
		lo = s.second
	}
	if v == hi && s.greatest == 1 {
		hi = s.last
	}
	switch width := hi - lo; {
	case width <= 0:
		return 0
	case v > hi:
		return (v - hi) / width
	case v < lo:
		return (lo - v) / width
	}
	return 0
}
