// How far two rows speak for one child: a sum of weights that are written down here.

package reconcile

import (
	"math"

	"shuren/internal/edu"
)

// agreement is one way in which a part of two rows may agree. Its weight is the
// binary logarithm of how much more often one child's rows agree so (m) than two
// children's (u). Both are our judgement (E), not learned from anybody's data:
// docs/reconciliation.md gives the reasons. A part that one row lacks weighs nothing.
type agreement struct {
	m, u float64
	bits float64
}

func weigh(m, u float64) agreement { return agreement{m, u, math.Log2(m / u)} }

var (
	nameSame       = weigh(0.95, 1.0/1000)
	nameSounds     = weigh(0.03, 1.0/300)
	nameDiffers    = weigh(0.02, 0.997)
	birthSame      = weigh(0.95, 1.0/4000)
	birthNear      = weigh(0.04, 1.0/77) // two of year, month and day, or day and month changed places
	birthDiffers   = weigh(0.01, 0.987)
	guardianSame   = weigh(0.70, 1.0/1000)
	guardianOther  = weigh(0.30, 0.999) // often the other parent
	homeSame       = weigh(0.85, 1.0/20)
	homeDiffers    = weigh(0.15, 0.95)
	unitSame       = weigh(0.90, 1.0/100)
	unitDiffers    = weigh(0.10, 0.99)
	sexSame        = weigh(0.99, 0.5)
	sexDiffers     = weigh(0.01, 0.5)
	studentSame    = weigh(0.90, 1.0/100000)
	studentOther   = weigh(0.10, 1)
	partsWithRest  = weigh(0.60, 1.0/100000) // region and rest, or birth and rest: a slip in the third
	partsWithBirth = weigh(0.25, 1.0/20)     // region and birth: brothers have that, too
	partsDiffer    = weigh(0.15, 0.95)
)

// The limits, in bits. Among a million children two rows are one child's by mere
// chance with odds of 2^-20: a score of 28 says one child with 2^8 : 1, one of 17
// says two with 8 : 1, and below that nobody's time is spent.
const (
	Joins   = 28.0 // joined, if the name and the birth agree and no rival comes near
	Asks    = 17.0 // a person decides
	Clear   = 6.0  // bits by which the best must lead
	maxBest = 64   // rows under one key beyond which the key tells nothing
)

// score weighs row i of a against row j of b. sure tells that the name, at least by
// its sound, and the birth agree; known that something names the child at all.
func score(a *List, i int, b *List, j int) (bits float64, sure, known bool) {
	name, birth := false, false
	if a.Name[i] != 0 && b.Name[j] != 0 {
		switch {
		case a.Name[i] == b.Name[j]:
			bits, name = nameSame.bits, true
		case a.Sound[i] == b.Sound[j]:
			bits, name = nameSounds.bits, true
		default:
			bits = nameDiffers.bits
		}
	}
	if a.Born[i] != 0 && b.Born[j] != 0 {
		switch {
		case a.Born[i] == b.Born[j]:
			bits, birth = bits+birthSame.bits, true
		case near(a.Born[i], b.Born[j]):
			bits += birthNear.bits
		default:
			bits += birthDiffers.bits
		}
	}
	pick := func(x, y uint64, same, differs agreement) {
		if x != 0 && y != 0 {
			if x == y {
				bits += same.bits
			} else {
				bits += differs.bits
			}
		}
	}
	pick(a.Guardian[i], b.Guardian[j], guardianSame, guardianOther)
	pick(uint64(a.Sex[i]), uint64(b.Sex[j]), sexSame, sexDiffers)
	if x, y := a.Home[i], b.Home[j]; x != 0 && y != 0 {
		if a.Units[x-1] == b.Units[y-1] {
			bits += homeSame.bits
		} else {
			bits += homeDiffers.bits
		}
	}
	if x, y := a.Unit[i], b.Unit[j]; x != 0 && y != 0 {
		if a.Units[x-1] == b.Units[y-1] {
			bits += unitSame.bits
		} else {
			bits += unitDiffers.bits
		}
	}
	if x, y := a.Student[i], b.Student[j]; !x.zero() && !y.zero() {
		if x == y {
			bits += studentSame.bits
		} else {
			bits += studentOther.bits
		}
	}
	rest := false
	if x, y := a.Parts[i], b.Parts[j]; x != [3]uint32{} && y != [3]uint32{} {
		switch {
		case x[2] == y[2] && (x[0] == y[0] || x[1] == y[1]):
			bits, rest = bits+partsWithRest.bits, true
		case x[0] == y[0] && x[1] == y[1]:
			bits += partsWithBirth.bits
		default:
			bits += partsDiffer.bits
		}
	}
	return bits, name && birth, name || rest
}

// near tells that two of year, month and day agree, or that day and month changed
// places.
func near(a, b edu.Date) bool {
	y, m, d := a.Time().Date()
	y2, m2, d2 := b.Time().Date()
	n := 0
	for _, same := range []bool{y == y2, m == m2, d == d2} {
		if same {
			n++
		}
	}
	return n >= 2 || y == y2 && int(m) == d2 && int(m2) == d
}
