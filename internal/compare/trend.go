package compare

import (
	"math"

	"shuren/internal/edu"
)

// Years is how many years a trend shows at most.
const Years = 8

// Break is why a figure cannot simply be read on from the year before.
type Break uint8

const (
	NoBreak   Break = 0
	Redefined Break = 1 << iota // the formula, the unit of measure or the pack is another
	NewLimit                    // the threshold is another: verdicts change, values do not
	Merged                      // the unit was several units before
	Gap                         // a year without a figure stands between
)

// Point is one year of a trend.
type Point struct {
	Period edu.Period
	Value  float64 // NaN is missing
	// Definition is what the figure was computed by: a changed text is a break.
	Definition string
	Limit      float64 // NaN where nothing is asked
	Units      int     // how many units the figure is the sum of; 0 and 1 are the unit itself
	Lost       Loss    // why the value is missing
	Break      Break   // set by Trend: between the figure before and this one
}

// Trend cuts points, the oldest first, to the newest years and flags the breaks
// between them. A figure after a break is drawn, and not joined to the one before.
func Trend(points []Point) []Point {
	if len(points) > Years {
		points = points[len(points)-Years:]
	}
	out := make([]Point, len(points))
	last := -1 // the last point that has a figure
	for i, p := range points {
		p.Break = NoBreak
		out[i] = p
		if math.IsNaN(p.Value) {
			continue
		}
		if last >= 0 {
			was := points[last]
			if was.Definition != p.Definition {
				out[i].Break |= Redefined
			}
			if !same(was.Limit, p.Limit) {
				out[i].Break |= NewLimit
			}
			if max(1, was.Units) != max(1, p.Units) {
				out[i].Break |= Merged
			}
			if last < i-1 || p.Period.LastTime() != was.Period {
				out[i].Break |= Gap
			}
		}
		last = i
	}
	return out
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// Joined parts a trend into the runs of years that may be joined by a line: at
// every break but a new threshold, which moves no figure, a new run begins.
func Joined(points []Point) [][2]int {
	var runs [][2]int
	lo := -1
	for i, p := range points {
		switch {
		case math.IsNaN(p.Value):
			if lo >= 0 {
				runs = append(runs, [2]int{lo, i})
			}
			lo = -1
		case lo < 0:
			lo = i
		case p.Break&^NewLimit != 0:
			runs = append(runs, [2]int{lo, i})
			lo = i
		}
	}
	if lo >= 0 {
		runs = append(runs, [2]int{lo, len(points)})
	}
	return runs
}
