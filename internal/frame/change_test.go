package frame_test

import (
	"testing"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
)

// What would be is judged on a copy: the figures that were given stay, what nobody
// gave counts as nothing before, and what follows from changed figures follows again.
func TestChangedLeavesTheSetAsItIs(t *testing.T) {
	program := func(src string) *formula.Program {
		e, err := formula.Parse(src)
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Section()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	set, problems := frame.Build([]*frame.Table{{
		Period: edu.Year(2025), Level: edu.Section, N: 2, Rows: []int32{2, 3}, Key: &frame.Strings{Dict: []string{"1", "2"}, Code: []uint32{0, 1}},
		Cols: map[string][]float64{"rooms": {3, 4}, "shared": {edu.Missing(), 1}},
	}}, frame.Options{Derive: []frame.Derive{
		{Element: "b_twice", Formula: program("rooms * 2"), Level: edu.Section},
		{Element: "a_more", Formula: program("b_twice + 1"), Level: edu.Section},
	}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	then := set.Changed([]frame.Change{{Row: 1, Element: "rooms", Add: 2}, {Row: 1, Element: "rooms", Add: 1}, {Row: 0, Element: "shared", Add: 1}, {Row: 0, Element: "new", Add: 5}})
	for _, tt := range []struct {
		element   string
		row       int
		was, then edu.Value
	}{
		{"rooms", 0, edu.Some(3), edu.Some(3)},
		{"rooms", 1, edu.Some(4), edu.Some(7)},
		{"b_twice", 1, edu.Some(8), edu.Some(14)},
		{"a_more", 1, edu.Some(9), edu.Some(15)},
		{"shared", 0, edu.Value{}, edu.Some(1)},
		{"shared", 1, edu.Some(1), edu.Some(1)},
		{"new", 0, edu.Value{}, edu.Some(5)},
		{"new", 1, edu.Value{}, edu.Value{}},
	} {
		if v := set.Sections[0].Value(tt.row, tt.element); v != tt.was {
			t.Errorf("%s of row %d was %v, want %v", tt.element, tt.row, v, tt.was)
		}
		if v := then.Sections[0].Value(tt.row, tt.element); v != tt.then {
			t.Errorf("%s of row %d is then %v, want %v", tt.element, tt.row, v, tt.then)
		}
	}
}
