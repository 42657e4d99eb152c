package proposal_test

import (
	"slices"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/propose"
	"shuren/internal/solve"
)

// ruralDraft is a county of two primary sections of 60 pupils with ten teachers each, of
// whom all are told.
func ruralDraft(t *testing.T) *draft {
	t.Helper()
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	d := &draft{p: p, cols: map[string][]float64{}, code: []string{"a", "b"}, stage: []edu.Stage{edu.Primary, edu.Primary}, township: []string{"东镇", "东镇"}}
	for i := range d.code {
		for e, v := range map[string]float64{"urban_rural": choice(p, "urban_rural", "220"), "pupils": 60, "classes": 5, "teachers": 10, "teachers_qualified": 10, "teachers_backbone": 2, "teachers_pe": 1, "teachers_music": 1, "teachers_art": 0,
			"area_teaching": 600, "area_field": 900, "area_indoor_sport": 0, "area_hall": 0, "equipment": 200000, "multimedia_rooms": 2} {
			d.set(i, e, v)
		}
		d.in.Staff.Groups = append(d.in.Staff.Groups, means.Group{School: d.code[i], Stage: edu.Primary, Subject: "语文", Counts: []string{"teachers_qualified"}, People: 10})
	}
	d.in.Prices.Lines = []means.Price{{Item: "move", Yuan: 1000}, {Item: "hire_year", Yuan: 90000}, {Item: "build_rooms", Yuan: 2600}, {Item: "build_sports", Yuan: 300}, {Item: "multimedia_room", Yuan: 30000}, {Item: "itinerant_month", Yuan: 600}, {Item: "train_degree", Yuan: 8000}, {Item: "train_backbone", Yuan: 9000}}
	d.in.Years = []means.Budget{{Year: edu.Year(2026), Yuan: -1}}
	return d
}

// rural is the same, as edited, for the search.
func rural(t *testing.T, edit func(*draft)) *propose.County {
	t.Helper()
	d := ruralDraft(t)
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

// Who is away in September or has the post elsewhere is not the school's to give;
// where nobody said whose posts a school holds, posts hold nobody back.
func TestWhoIsAwayOrHasNoPostDoesNotMove(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(a, b *means.Group)
		want []int
	}{
		{"nothing was told", func(a, b *means.Group) {}, []int{10, 10}},
		{"held", func(a, b *means.Group) { a.Held = map[means.Hold]int{means.Ill: 3} }, []int{7, 10}},
		{"away, and the ill among them", func(a, b *means.Group) { a.Held, a.Leave = map[means.Hold]int{means.Ill: 3}, 4 }, []int{6, 10}},
		{"fewer posts", func(a, b *means.Group) { a.Posts, b.Posts = 8, 10 }, []int{8, 10}},
		{"no post at all", func(a, b *means.Group) { b.Posts = 9 }, []int{0, 9}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := rural(t, func(d *draft) { tt.edit(&d.in.Staff.Groups[0], &d.in.Staff.Groups[1]) })
			if got := []int{c.Sections[0].Free[0], c.Sections[1].Free[0]}; !slices.Equal(got, tt.want) {
				t.Errorf("free are %v, want %v", got, tt.want)
			}
		})
	}
}

// A private school takes and gives nobody of the county's; what it lacks is made
// good all the same, for its founder to pay.
func TestAPrivateSchoolGetsNobodyOfTheCountys(t *testing.T) {
	lacking := func(d *draft, row int) {
		d.set(row, "area_teaching", 10)
		d.set(row, "teachers_qualified", 0)
		d.in.Staff.Groups[row].Counts = nil
		d.in.Prices.Lines = slices.DeleteFunc(d.in.Prices.Lines, func(p means.Price) bool { return p.Item == "train_degree" || p.Item == "train_backbone" })
	}
	kept := func(name string, can bool, edit func(*draft)) {
		t.Run(name, func(t *testing.T) {
			c := rural(t, edit)
			x, err := propose.Make(t.Context(), c, solve.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if found := x.Status != propose.Infeasible; found != can {
				t.Errorf("%s, want a plan: %v\n%+v", x.Status, can, x.Lines)
			}
			for _, l := range x.Lines {
				if l.Act == propose.Moved && (c.Sections[l.Section].Closed.Move || c.Sections[l.From].Closed.Move) {
					t.Errorf("%+v is of a private school", l)
				}
			}
		})
	}
	kept("public", true, func(d *draft) { lacking(d, 0) })
	kept("private", true, func(d *draft) {
		lacking(d, 0)
		d.set(0, "ownership", choice(d.p, "ownership", "private"))
		d.set(1, "ownership", choice(d.p, "ownership", "public"))
	})
	kept("the other is private", true, func(d *draft) {
		lacking(d, 0)
		d.set(1, "ownership", choice(d.p, "ownership", "private"))
	})
}
