// Package compare sets units beside each other: places with ties, change since
// last year, peers, what lies between groups and within them, and what has to be
// left out before a count of persons is published.
//
// Everything is computed from its arguments. A comparison that lacks one of its
// two sides is missing, never zero, and units are compared, never persons: there
// is no function here that takes a pupil.
package compare

import (
	"math"
	"strconv"
)

// exactly removes the binary noise from a figure before it is compared: two
// counties at 0.3 and at 0.1+0.2 share a place.
func exactly(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	if err != nil {
		return x
	}
	return y
}
