package formula

import (
	"math"

	"shuren/internal/edu"
)

// finite gives NaN for an infinity.
func finite(x float64) float64 { return x + (x - x) }

// quotient is a/b, missing if b is 0 or either is not a number.
func quotient(a, b float64) float64 {
	q := a / b
	return q + ((q - q) + (b - b))
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// apply is one operation on single numbers: what the blocks do row by row.
func apply(op opcode, k, a, b, c float64) float64 {
	switch op {
	case opNeg:
		return -a
	case opAbs:
		return math.Abs(a)
	case opCeil:
		return math.Ceil(a)
	case opRound:
		return roundHalfEven(a, tenTo[int(k)])
	case opAs, opSurvival:
		return a
	case opAdd:
		return finite(a + b)
	case opSub:
		return finite(a - b)
	case opMul:
		return finite(float64(a * b))
	case opDiv:
		return quotient(a, b)
	case opMin:
		return min(a, b)
	case opMax:
		return max(a, b)
	case opCoalesce:
		if a == a {
			return a
		}
		return b
	case opNot:
		if a != a {
			return a
		}
		return yes(a == 0)
	case opAnd:
		switch {
		case a == 0 || b == 0:
			return 0
		case a != a || b != b:
			return edu.Missing()
		}
		return 1
	case opOr:
		switch {
		case a == a && a != 0 || b == b && b != 0:
			return 1
		case a != a || b != b:
			return edu.Missing()
		}
		return 0
	case opIf:
		switch {
		case a != a:
			return a
		case a != 0:
			return b
		}
		return c
	}
	if a != a || b != b {
		return edu.Missing()
	}
	switch op {
	case opEq:
		return yes(a == b)
	case opNe:
		return yes(a != b)
	case opLt:
		return yes(a < b)
	case opLe:
		return yes(a <= b)
	case opGt:
		return yes(a > b)
	default:
		return yes(a >= b)
	}
}

// tenTo are the scales that a number can be rounded at.
var tenTo = [10]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// roundHalfEven rounds x to a multiple of 1/scale as a person does who sees the
// number as it is written: 2.675 lies half-way, although its nearest double lies
// below. So a number within two units of the last place of half-way counts as
// half-way.
func roundHalfEven(x, scale float64) float64 {
	y := float64(x * scale)
	size := math.Abs(y)
	if !(size < 1<<52) {
		return x // whole at this scale already, or not a number
	}
	lo := math.Floor(y)
	if math.Abs(y-lo-0.5) <= size*0x1p-51 {
		y = lo + 0.5
	}
	return math.RoundToEven(y) / scale
}
