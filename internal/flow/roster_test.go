package flow

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/auth"
	"shuren/internal/edu"
)

// Lists ask of ranges of nodes what a single filing asks of the units above it.
func TestSpanIsWhatLiesWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		attrs := func(parent string) []edu.Attrs {
			return []edu.Attrs{{From: edu.DateOf(edu.Year(2000).Reference()), Name: edu.Text{ZH: "示例"}, Parent: edu.UnitID(parent)}}
		}
		units := []edu.Unit{{ID: "city", Level: edu.City, Attrs: attrs("")}}
		ids := []edu.UnitID{"city", "nowhere"}
		add := func(id, parent string, level edu.Level) {
			units, ids = append(units, edu.Unit{ID: edu.UnitID(id), Level: level, Attrs: attrs(parent)}), append(ids, edu.UnitID(id))
		}
		for c := range rapid.IntRange(0, 3).Draw(t, "counties") {
			county := fmt.Sprintf("county%d", c)
			add(county, "city", edu.County)
			for n := range rapid.IntRange(0, 4).Draw(t, "schools") {
				add(fmt.Sprintf("%s-school%d", county, n), county, edu.School)
			}
		}
		tree, err := edu.NewTree(units)
		if err != nil {
			t.Fatal(err)
		}
		r := &roster{tree: tree, snap: tree.On(edu.Year(2025))}
		reach := auth.Reach{Whole: rapid.Bool().Draw(t, "whole"), Units: rapid.SliceOfN(rapid.SampledFrom(ids), 0, 3).Draw(t, "reach")}
		s := r.span(reach)
		for i, n := range r.snap.Nodes {
			if got, want := s.has(i), r.within(reach, n.Unit.ID); got != want {
				t.Errorf("%s in %v: %v by its node, %v by the units above it", n.Unit.ID, reach, got, want)
			}
		}
	})
}
