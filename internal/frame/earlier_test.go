package frame

import (
	"math"
	"testing"

	"shuren/internal/edu"
)

// Figures of further back are found by following a unit step by step: through a
// merger and a new code, past a year in which it did not report, and not past
// one that the city knows nothing of.
func TestEarlier(t *testing.T) {
	nan := math.NaN()
	adds := func(e string) bool { return e == "pupils" }
	for _, tt := range []struct {
		name          string
		first, then   map[string]float64
		was, before   []string // the past of m last year, and of a the year before it
		pupils, built float64
		cells         int
	}{
		{"its own code", map[string]float64{"m": 5}, map[string]float64{"m": 6}, nil, nil, 5, 2000, 1},
		{"it did not report in between", map[string]float64{"m": 5}, map[string]float64{"c": 6}, nil, nil, 5, 2000, 1},
		{"a new code each year", map[string]float64{"b": 5}, map[string]float64{"a": 6}, []string{"a"}, []string{"b"}, 5, 2000, 1},
		{"a merger, one part of which had another code", map[string]float64{"b": 5, "s1": 3}, map[string]float64{"a": 6, "s1": 3}, []string{"a", "s1"}, []string{"b"}, 8, nan, 2},
		{"a split on the way", map[string]float64{"b": 5}, map[string]float64{"a": 6}, []string{"a"}, []string{}, nan, nan, 0},
		{"no figures of then", map[string]float64{"c": 5}, map[string]float64{"m": 6}, nil, nil, nan, nan, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now, then := yearOf(t, 2025, map[string]float64{"m": 20}), yearOf(t, 2024, tt.then)
			if was := yearOf(t, 2023, tt.first); tt.before != nil {
				then = then.After(was, &Prior{Schools: map[string][]string{"a": tt.before}, Adds: adds})
			} else {
				then = then.After(was, nil)
			}
			var prior *Prior
			if tt.was != nil {
				prior = &Prior{Schools: map[string][]string{"m": tt.was}, Adds: adds}
			}
			f := now.After(then, prior).Stage("primary")
			row, _ := f.Find("m")
			for id, want := range map[string]float64{"pupils": tt.pupils, "built": tt.built} {
				if got := f.Value(row, id+"@prev@prev"); got.String() != edu.FromFloat(want).String() {
					t.Errorf("%s was %v two years ago, want %v", id, got, want)
				}
			}
			if cells := f.Origin(row, "pupils@prev@prev"); len(cells) != tt.cells {
				t.Errorf("%d cells behind it, want %d", len(cells), tt.cells)
			}
			if _, ok := f.Column("pupils@prev@prev@prev"); ok {
				t.Error("a year that is not there has figures")
			}
		})
	}
}
