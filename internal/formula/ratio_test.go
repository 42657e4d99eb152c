package formula

import (
	"testing"

	"shuren/internal/edu"
)

// A table of numerator and denominator shows what was counted, not a percentage
// that stands on its way.
func TestRatio(t *testing.T) {
	given := map[string]float64{"a": 38, "b": 905, "c": 12}
	for _, tt := range []struct {
		src         string
		over, under string
	}{
		{"a / b", "38", "905"},
		{"100 * a / b", "38", "905"},
		{"a / b * 100", "38", "905"},
		{`as(100 * (a + c) / b, "x")`, "50", "905"},
		{"a / (b - c)", "38", "893"},
		{"a / (c - c)", "38", "0"},
		{"100 * a / d", "38", "_"},
		{"a", "", ""},
		{"a + b", "", ""},
		{"100 - a / b", "", ""},
	} {
		e, err := Parse(tt.src)
		if err != nil {
			t.Fatal(err)
		}
		got := e.Explain(func(f string) edu.Value {
			if v, ok := given[f]; ok {
				return edu.Some(v)
			}
			return edu.Value{}
		})
		if got.Ratio != (tt.over != "") {
			t.Errorf("%q: ratio %t", tt.src, got.Ratio)
		} else if got.Ratio && (got.Over.String() != tt.over || got.Under.String() != tt.under) {
			t.Errorf("%q: %s over %s, want %s over %s", tt.src, got.Over, got.Under, tt.over, tt.under)
		}
	}
}
