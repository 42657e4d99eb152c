package compare

import (
	"math"
	"slices"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/standard"
)

// The past of a merged school is its predecessors' counts through the formula,
// flagged as a break; a split one and a new one have none, and it says why.
func TestHistory(t *testing.T) {
	day := edu.DateOf(edu.Year(2025).Reference())
	unit := func(id string, level edu.Level, parent string) edu.Unit {
		u := edu.Unit{ID: edu.UnitID(id), Level: level, Attrs: []edu.Attrs{{Code: id, Parent: edu.UnitID(parent)}}}
		if level == edu.Section {
			u.ID, u.Attrs[0].Code = edu.SectionID(edu.UnitID(parent), ""), ""
		}
		return u
	}
	var units []edu.Unit
	for _, id := range []string{"a", "b", "merged", "big", "left", "right", "same", "new", "other"} {
		units = append(units, unit(id, edu.School, ""), unit("", edu.Section, id))
	}
	ends := func(id string, into ...edu.UnitID) {
		i := slices.IndexFunc(units, func(u edu.Unit) bool { return u.ID == edu.UnitID(id) })
		units[i].Ended, units[i].Into = day, into
	}
	begins := func(id string) {
		i := slices.IndexFunc(units, func(u edu.Unit) bool { return u.ID == edu.UnitID(id) })
		units[i].Attrs[0].From = day
	}
	ends("a", "merged")
	ends("b", "merged")
	ends("big", "left", "right")
	for _, id := range []string{"merged", "left", "right", "new"} {
		begins(id)
	}
	tree, err := edu.NewTree(units)
	if err != nil {
		t.Fatal(err)
	}
	then := []school{{code: "a", pupils: 100, teachers: 8, largest: 40}, {code: "b", pupils: 300, teachers: 18, largest: 50}, {code: "big", pupils: 900, teachers: 50, largest: 50}, {code: "same", pupils: 100, teachers: 5, largest: 30}, {code: "other", pupils: 10, teachers: nan, largest: 9}}
	now := []school{{code: "merged", pupils: 400, teachers: 30, largest: 45}, {code: "left", pupils: 450, teachers: 25, largest: 45}, {code: "right", pupils: 450, teachers: 25, largest: 45}, {code: "same", pupils: 100, teachers: 6, largest: 30}, {code: "new", pupils: 50, teachers: 5, largest: 20}, {code: "other", pupils: 10, teachers: 1, largest: 9}}
	h := &History{Tree: tree}
	for y, schools := range map[int][]school{2024: then, 2025: now} {
		p := edu.Year(y)
		h.Years = append(h.Years, Year{p, assessed(t, y, schools...), tree.On(p)})
	}
	slices.SortFunc(h.Years, func(a, b Year) int { return a.Period.Compare(b.Period) })
	for _, tt := range []struct {
		code, indicator string
		was, is         float64
		lost            Loss
		broken          Break
	}{
		{"same", "ratio", 5, 6, Kept, NoBreak},
		{"merged", "ratio", 6.5, 7.5, Kept, Merged},
		{"merged", "largest_class", nan, 45, NotAdding, NoBreak},
		{"left", "ratio", nan, 100 * 25 / 450., WasSplit, NoBreak},
		{"new", "ratio", nan, 10, NewUnit, NoBreak},
		{"other", "ratio", nan, 10, NotReported, NoBreak},
		{"same", "nothing", nan, nan, NotMeasured, NoBreak},
	} {
		p, err := h.School(tt.code, "", tt.indicator)
		if err != nil || len(p) != 2 {
			t.Fatalf("%s: %v, %v", tt.code, p, err)
		}
		if !near(p[0].Value, tt.was) || !near(p[1].Value, tt.is) || p[0].Lost != tt.lost || p[1].Break != tt.broken {
			t.Errorf("%s of %s: %v then (%v), %v now, break %b; want %v (%v), %v, %b", tt.indicator, tt.code, p[0].Value, p[0].Lost, p[1].Value, p[1].Break, tt.was, tt.lost, tt.is, tt.broken)
		}
	}
}

func TestFeatures(t *testing.T) {
	a := assessed(t, 2025,
		school{code: "1", county: "x", pupils: 100, place: "111", owner: "public", boarders: 10},
		school{code: "2", county: "x", pupils: 300, place: "121", owner: "", boarders: 0},
		school{code: "3", county: "x", pupils: 100, place: "220", owner: "private", boarders: nan},
		school{code: "4", county: "y", pupils: 0, place: "", owner: "", boarders: 0},
	)
	names := func(fs []Feature) (out []string) {
		for _, f := range fs {
			out = append(out, f.ID)
		}
		return out
	}
	features, values, unknown := SchoolFeatures(a, a.Stages[0])
	if got := names(features); !slices.Equal(got, []string{"size", "urban", "boarders", "public"}) || len(unknown) != 0 {
		t.Fatalf("features %v, unknown %v", got, names(unknown))
	}
	want := [][]float64{{math.Log(100), 1, 0.1, 1}, {math.Log(300), 0.5, 0, nan}, {math.Log(100), 0, nan, 0}, {nan, nan, nan, nan}}
	for row := range want {
		for f := range want[row] {
			if !near(values[row][f], want[row][f]) {
				t.Errorf("row %d: %v, want %v", row, values[row], want[row])
				break
			}
		}
	}
	features, values, unknown = CountyFeatures(a, 0)
	if got := names(features); !slices.Equal(got, []string{"size", "per_school", "rural", "boarders", "private"}) || len(unknown) != 0 {
		t.Fatalf("features of counties %v, unknown %v", got, names(unknown))
	}
	for f, v := range []float64{math.Log(500), math.Log(500. / 3), 0.2, 10. / 400, 0.5} {
		if !near(values[0][f], v) {
			t.Errorf("county x: %v of %s, want %v", values[0][f], features[f].ID, v)
		}
	}
	if !math.IsNaN(values[1][0]) || !math.IsNaN(values[1][2]) {
		t.Errorf("a county of nobody: %v", values[1])
	}
	none := assessed(t, 2025, school{code: "1", pupils: 5, boarders: nan}, school{code: "2", pupils: 5, boarders: nan}, school{code: "3", pupils: 5, boarders: 1})
	if features, values, unknown := SchoolFeatures(none, none.Stages[0]); !slices.Equal(names(features), []string{"size"}) || !slices.Equal(names(unknown), []string{"urban", "boarders", "public"}) || len(values[0]) != 1 {
		t.Errorf("what most do not say counts for nobody: %v, %v", names(features), names(unknown))
	}
}

func TestBys(t *testing.T) {
	a := assessed(t, 2025, school{code: "1", pupils: 1, place: "111", owner: "public"}, school{code: "2", pupils: 1, place: "121", owner: "private"}, school{code: "3", pupils: 1, place: "220"}, school{code: "4", pupils: 1})
	for id, want := range map[string][]int{"place": {0, 1, 2, -1}, "ownership": {0, 1, -1, -1}} {
		i := slices.IndexFunc(Bys, func(b By) bool { return b.ID == id })
		if got, any := Bys[i].Of(a, a.Stages[0]); !slices.Equal(got, want) || !any {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
	b := &standard.Assessment{Pack: a.Pack}
	if got, any := Bys[0].Of(b, assessed(t, 2025, school{code: "1", pupils: 1}).Stages[0]); any || got[0] != -1 {
		t.Errorf("nobody says: %v", got)
	}
}

// What counties answer themselves is followed like the rest: through a merger
// where it adds up, and missing where a county did not answer.
func TestHistoryOfAnswers(t *testing.T) {
	day := edu.DateOf(edu.Year(2025).Reference())
	county := func(id string) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: edu.County, Attrs: []edu.Attrs{{Code: id}}}
	}
	a, b, ab := county("a"), county("b"), county("ab")
	a.Ended, a.Into, b.Ended, b.Into, ab.Attrs[0].From = day, []edu.UnitID{"ab"}, day, []edu.UnitID{"ab"}, day
	tree, err := edu.NewTree([]edu.Unit{a, b, ab, county("c")})
	if err != nil {
		t.Fatal(err)
	}
	year := func(y int, answers map[string][2]float64) Year {
		return Year{edu.Year(y), answered(t, y, answers), tree.On(edu.Year(y))}
	}
	h := &History{Tree: tree, Years: []Year{
		year(2024, map[string][2]float64{"a": {30, 100}, "b": {60, 300}, "c": {nan, 50}}),
		year(2025, map[string][2]float64{"ab": {100, 400}, "c": {10, 50}}),
	}}
	for _, tt := range []struct {
		code    string
		was, is float64
		lost    Loss
		broken  Break
	}{{"ab", 22.5, 25, Kept, Merged}, {"c", nan, 20, NotReported, NoBreak}} {
		p, err := h.Answer(tt.code, "spent_share")
		if err != nil || len(p) != 2 || !near(p[0].Value, tt.was) || !near(p[1].Value, tt.is) || p[0].Lost != tt.lost || p[1].Break != tt.broken {
			t.Errorf("%s: %+v, %v", tt.code, p, err)
		}
	}
}
