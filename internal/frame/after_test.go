package frame_test

import (
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// One set can be the past of another and be measured itself: giving it a place
// in time changes neither.
func TestAfter(t *testing.T) {
	year := func(y int, pupils float64) *frame.Set {
		set, problems := frame.Build([]*frame.Table{{
			Period: edu.Year(y), Level: edu.Section, N: 1, Rows: []int32{2}, Key: &frame.Strings{Dict: []string{"1"}, Code: []uint32{0}},
			Cols: map[string][]float64{"pupils": {pupils}},
		}}, frame.Options{})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return set
	}
	was, now := year(2024, 90), year(2025, 100)
	both := now.After(was, nil)
	if v := both.Sections[0].Value(0, "pupils@prev"); v != edu.Some(90) {
		t.Errorf("last year there were %v pupils", v)
	}
	if v := both.Sections[0].Value(0, "pupils"); v != edu.Some(100) {
		t.Errorf("this year there are %v", v)
	}
	if _, ok := now.Sections[0].Column("pupils@prev"); ok {
		t.Error("the set itself was given a past")
	}
	if v := both.After(year(2024, 80), nil).Sections[0].Value(0, "pupils@prev"); v != edu.Some(80) {
		t.Errorf("with another past there were %v pupils", v)
	}
	if len(both.Sections[0].Origin(0, "pupils@prev")) != 1 {
		t.Error("the cell of last year's figure is not found")
	}
}
