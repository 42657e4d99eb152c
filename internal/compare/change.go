package compare

import (
	"math"

	"shuren/internal/edu"
)

// Percent is the unit of a figure in percent, whose change is in percentage
// points (个百分点).
const Percent = "%"

// Change is what has become of a figure since an earlier time. A side that is
// missing makes it missing.
type Change struct {
	Now, Then float64
	// Diff is Now less Then: in percentage points where Points is set, otherwise
	// in the unit of the figure.
	Diff   float64
	Points bool
	// Part is Diff as a part of Then. It is missing where Then is not above zero,
	// and for percentages: a percent of percents is read as points by everybody.
	Part float64
	Lost Loss // why Then is missing
}

// Loss is why there is nothing to compare with.
type Loss uint8

const (
	Kept        Loss = iota // nothing is lost
	NotReported             // the unit was there and gave no figure
	NewUnit                 // nothing came before it
	WasSplit                // a part of its past belongs to a unit that went into several
	NotAdding               // it was several units, whose figures do not add up to one
	NotMeasured             // the year, or the stage in it, was not measured
	TooFew                  // it would tell of too few persons
)

// LossOf says why a unit has no past.
func LossOf(p edu.PastLoss) Loss {
	switch p {
	case edu.PastNone:
		return NewUnit
	case edu.PastSplit:
		return WasSplit
	}
	return Kept
}

// Since is the change of a figure in a unit of measure.
func Since(now, then float64, unit string) Change {
	c := Change{Now: now, Then: then, Diff: finite(now - then), Points: unit == Percent, Part: math.NaN()}
	if !c.Points && then > 0 {
		c.Part = finite(c.Diff / then)
	}
	return c
}

// finite gives NaN for an infinity.
func finite(x float64) float64 { return x + (x - x) }
