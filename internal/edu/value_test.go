package edu

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestValue(t *testing.T) {
	for _, tt := range []struct {
		name      string
		v         Value
		number    float64
		isNumber  bool
		missing   bool
		na        bool
		text      string
		fromFloat Value
	}{
		{"zero is a value", Some(0), 0, true, false, false, "0", Some(0)},
		{"a fraction", Some(4.49), 4.49, true, false, false, "4.49", Some(4.49)},
		{"large, without exponent", Some(1e21), 1e21, true, false, false, "1000000000000000000000", Some(1e21)},
		{"the zero Value is missing", Value{}, 0, false, true, false, "_", Value{}},
		{"not applicable", NotApplicable, 0, false, false, true, "/", NotApplicable},
		{"NaN is no figure", Some(math.NaN()), 0, false, true, false, "_", Value{}},
		{"infinity is no figure", Some(math.Inf(1)), 0, false, true, false, "_", Value{}},
		{"nor is the other", Some(math.Inf(-1)), 0, false, true, false, "_", Value{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, ok := tt.v.Number()
			if n != tt.number || ok != tt.isNumber || tt.v.IsMissing() != tt.missing || tt.v.IsNotApplicable() != tt.na || tt.v.String() != tt.text {
				t.Errorf("%v: number %v %v, missing %v, not applicable %v, text %q", tt.v, n, ok, tt.v.IsMissing(), tt.v.IsNotApplicable(), tt.v)
			}
			if got := FromFloat(tt.v.Float()); got != tt.fromFloat {
				t.Errorf("through a column it becomes %v", got)
			}
		})
	}
	if !math.IsNaN(Missing()) || !math.IsNaN(NotApplicable.Float()) || math.Float64bits(Missing()) == math.Float64bits(NotApplicable.Float()) {
		t.Error("in a column, missing and not applicable are two different NaNs")
	}
	if got := FromFloat(math.Inf(1)); !got.IsMissing() {
		t.Errorf("an infinity in a column is %v; want missing", got)
	}
}

func TestValueText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Filter(func(f float64) bool { return f-f == 0 }).Draw(t, "f")
		got, err := strconv.ParseFloat(Some(f).String(), 64)
		if err != nil || got != f {
			t.Fatalf("%v is written %q, which reads as %v, %v", f, Some(f), got, err)
		}
	})
}
