package edu

import (
	"math"
	"strconv"
)

// Value is one figure: a number, missing, or not applicable. The zero Value is
// missing.
type Value struct {
	num   float64
	state valueState
}

type valueState uint8

const (
	missing valueState = iota
	number
	notApplicable
)

// NotApplicable is the value of a question that does not arise ("/" on a form).
var NotApplicable = Value{state: notApplicable}

// In a column of float64 a missing value is a NaN; two payloads tell a figure
// nobody gave from a question that does not arise. Arithmetic carries a NaN
// along, so an engine needs no second array; the payload itself is only
// trusted in columns as they were loaded.
var (
	missingBits       = uint64(0x7FF8_0000_0000_0001)
	notApplicableBits = uint64(0x7FF8_0000_0000_0002)
)

// Missing is what a column holds where nobody gave a figure.
func Missing() float64 { return math.Float64frombits(missingBits) }

// Some is the value of a number. NaN and infinities are missing: they never
// enter the system as figures.
func Some(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}
	}
	return Value{num: f, state: number}
}

// FromFloat reads a value as columns hold it.
func FromFloat(f float64) Value {
	if math.Float64bits(f) == notApplicableBits {
		return NotApplicable
	}
	return Some(f)
}

// Float is the value as columns hold it: see [Missing].
func (v Value) Float() float64 {
	switch v.state {
	case number:
		return v.num
	case notApplicable:
		return math.Float64frombits(notApplicableBits)
	default:
		return Missing()
	}
}

// Number gives the number and whether there is one.
func (v Value) Number() (float64, bool) { return v.num, v.state == number }

// IsMissing reports that nobody gave the figure.
func (v Value) IsMissing() bool { return v.state == missing }

// IsNotApplicable reports that the question does not arise.
func (v Value) IsNotApplicable() bool { return v.state == notApplicable }

// String is the shortest text that reads back as the same number; "_" is
// missing and "/" is not applicable.
func (v Value) String() string {
	switch v.state {
	case number:
		return strconv.FormatFloat(v.num, 'f', -1, 64)
	case notApplicable:
		return "/"
	default:
		return "_"
	}
}
