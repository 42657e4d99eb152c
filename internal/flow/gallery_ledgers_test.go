package flow

import (
	"math"
	"testing"

	"shuren/internal/retention"
)

// A paper tells numbers that would point to persons from those that nobody knows: a
// county without a register has not few children.
func TestNoRegisterIsNotFewChildren(t *testing.T) {
	for _, tt := range []struct {
		says       string
		enrolled   int
		hidden     bool // so few are away that it is not said
		all, done  float64
		fewA, fewD bool
	}{
		{"a register", 200, false, 200, 188, false, false},
		{"few are away", 200, true, 200, 0, false, true},
		{"a register that was hardly begun", 9, false, 0, 0, true, true},
		{"none", -1, false, math.NaN(), math.NaN(), false, false},
		{"none, and few cases", -1, true, math.NaN(), math.NaN(), false, false},
	} {
		var l RetentionLine
		l.Counts = retention.Counts{Suspects: 12}
		l.Counts.Enrol(tt.enrolled)
		l.Hidden[7] = tt.hidden
		row := rowOf(&l)
		num := casesNum(&casesRead{}, placeRead{})
		all, done := num(row.Enrolled, wholeRow), num(row.Present, wholeRow)
		if all.Few != tt.fewA || done.Few != tt.fewD {
			t.Errorf("%s: left out %v and %v", tt.says, all.Few, done.Few)
		}
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		if !all.Few && !same(all.Value, tt.all) || !done.Few && !same(done.Value, tt.done) {
			t.Errorf("%s: %v and %v", tt.says, all.Value, done.Value)
		}
	}
}
