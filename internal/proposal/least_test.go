package proposal_test

import (
	"slices"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/propose"
)

// rural is a county of two primary sections of 60 pupils with ten teachers each, of
// whom all are told.
func rural(t *testing.T, edit func(*draft)) *propose.County {
	t.Helper()
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	d := &draft{p: p, cols: map[string][]float64{}, code: []string{"a", "b"}, stage: []edu.Stage{edu.Primary, edu.Primary}, township: []string{"东镇", "东镇"}}
	for i := range d.code {
		for e, v := range map[string]float64{"urban_rural": choice(p, "urban_rural", "220"), "pupils": 60, "classes": 5, "teachers": 10, "teachers_qualified": 10, "teachers_backbone": 0, "teachers_pe": 0, "teachers_music": 0, "teachers_art": 0,
			"area_teaching": 600, "area_field": 900, "area_indoor_sport": 0, "area_hall": 0, "equipment": 200000, "multimedia_rooms": 2} {
			d.set(i, e, v)
		}
		d.in.Staff.Groups = append(d.in.Staff.Groups, means.Group{School: d.code[i], Stage: edu.Primary, Subject: "语文", Counts: []string{"teachers_qualified"}, People: 10})
	}
	d.in.Prices.Lines = []means.Price{{Item: "move", Yuan: 1000}, {Item: "hire_year", Yuan: 90000}, {Item: "build_rooms", Yuan: 2600}, {Item: "build_sports", Yuan: 300}, {Item: "multimedia_room", Yuan: 30000}, {Item: "itinerant_month", Yuan: 600}, {Item: "train_degree", Yuan: 8000}, {Item: "train_backbone", Yuan: 9000}}
	d.in.Years = []means.Budget{{Year: edu.Year(2026), Yuan: -1}}
	if edit != nil {
		edit(d)
	}
	c, _, err := propose.Of(d.assess(t), "530300", d.in)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A small rural school keeps 1.7 people a class. Where nobody said how many classes
// it has, the floor is not that of none: the school gives nobody.
func TestAFloorThatCannotBeComputedGivesNobody(t *testing.T) {
	c := rural(t, nil)
	if got := []int{c.Sections[0].Least, c.Sections[1].Least}; !slices.Equal(got, []int{9, 9}) {
		t.Errorf("with classes: keeps %v, want 9 of five classes", got)
	}
	c = rural(t, func(d *draft) { d.set(0, "classes", edu.Missing()) })
	if got := []int{c.Sections[0].Least, c.Sections[1].Least}; !slices.Equal(got, []int{10, 9}) {
		t.Errorf("without classes: keeps %v of ten, want all of them", got)
	}
	c = rural(t, func(d *draft) {
		d.set(0, "classes", edu.Missing())
		d.set(0, "urban_rural", choice(d.p, "urban_rural", "111"))
	})
	if c.Sections[0].Least != 4 {
		t.Errorf("a town school's floor asks for no classes: keeps %d, want 4 of 60 pupils", c.Sections[0].Least)
	}
}
