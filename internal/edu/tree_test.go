package edu

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(s string) Date {
	if s == "" {
		return 0
	}
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return DateOf(d)
}

// unit is a unit with one stretch of attributes.
func unit(id UnitID, level Level, parent UnitID, from, ended string, into ...UnitID) Unit {
	return Unit{ID: id, Level: level, Attrs: []Attrs{{From: day(from), Code: "c" + string(id), Parent: parent}}, Ended: day(ended), Into: into}
}

func tree(t testing.TB, units ...Unit) *Tree {
	t.Helper()
	tr, err := NewTree(units)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestPast(t *testing.T) {
	tr := tree(t,
		unit("city", City, "", "", ""),
		unit("stays", County, "city", "", ""),
		unit("a", County, "city", "", "2020-09-01", "ab"),
		unit("b", County, "city", "2010-09-01", "2020-09-01", "ab"),
		unit("ab", County, "city", "2020-09-01", ""),
		unit("small", County, "city", "", "2022-09-01", "ab"), // goes into one that lives on
		unit("split", County, "city", "", "2021-09-01", "left", "right"),
		unit("left", County, "city", "2021-09-01", "2023-09-01", "leftheir"),
		unit("right", County, "city", "2021-09-01", ""),
		unit("leftheir", County, "city", "2023-09-01", ""),
		unit("new", County, "city", "2019-09-01", ""),
		unit("closed", County, "city", "", "2018-09-01"),
	)
	for _, tt := range []struct {
		name      string
		id        UnitID
		then, now string
		sum       string
		lost      PastLoss
		by        UnitID
	}{
		{"nothing happened", "stays", "2015-09-01", "2024-09-01", "stays", PastKnown, ""},
		{"merged: the sum of both", "ab", "2019-09-01", "2020-09-01", "a b", PastKnown, ""},
		{"merged, and later another one joined", "ab", "2019-09-01", "2023-09-01", "a b small", PastKnown, ""},
		{"as the unit stood before the other one joined", "ab", "2019-09-01", "2021-09-01", "a b", PastKnown, ""},
		{"the one that lived on and the one that joined", "ab", "2021-09-01", "2023-09-01", "ab small", PastKnown, ""},
		{"since the merger", "ab", "2022-09-01", "2023-09-01", "ab", PastKnown, ""},
		{"one of the two was not there yet", "ab", "2009-09-01", "2021-09-01", "a", PastKnown, ""},
		{"split: nobody can divide it", "right", "2020-09-01", "2022-09-01", "", PastSplit, "split"},
		{"split further back", "leftheir", "2020-09-01", "2024-09-01", "", PastSplit, "split"},
		{"since the split", "leftheir", "2022-09-01", "2024-09-01", "left", PastKnown, ""},
		{"new", "new", "2018-09-01", "2020-09-01", "", PastNone, ""},
		{"unknown", "nobody", "2018-09-01", "2020-09-01", "", PastNone, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := tr.Past(tt.id, day(tt.then), day(tt.now))
			if got := strings.Trim(fmt.Sprint(p.Sum), "[]"); got != tt.sum || p.Lost != tt.lost || p.By != tt.by {
				t.Errorf("%s: sum of [%s], lost %v by %q; want [%s], %v, %q", tt.id, got, p.Lost, p.By, tt.sum, tt.lost, tt.by)
			}
		})
	}
	// The whole is kept: over all units of a day, pasts that are known name each
	// unit of the earlier day at most once.
	seen := map[UnitID]UnitID{}
	for _, n := range tr.At(day("2024-09-01")).Nodes {
		for _, id := range tr.Past(n.Unit.ID, day("2019-09-01"), day("2024-09-01")).Sum {
			if by := seen[id]; by != "" {
				t.Errorf("the past of %s is counted for %s and %s", id, by, n.Unit.ID)
			}
			seen[id] = n.Unit.ID
		}
	}
}

func TestAttributesOverTime(t *testing.T) {
	u := Unit{ID: "ml", Level: County, Attrs: []Attrs{
		{Code: "530321", Name: Text{ZH: "马龙县"}},
		{From: day("2018-01-01"), Code: "530304", Name: Text{ZH: "马龙区"}},
	}}
	tr := tree(t, u)
	for y, code := range map[int]string{1990: "530321", 2017: "530321", 2018: "530304", 2030: "530304"} {
		s := tr.On(Year(y))
		if got := s.Nodes[s.Find("ml")].Code; got != code {
			t.Errorf("%d: %s; want %s", y, got, code)
		}
		if is := s.ByKey(County, code); len(is) != 1 {
			t.Errorf("%d: %s finds %v", y, code, is)
		}
	}
	if is := tr.On(Year(2020)).ByKey(County, "530321"); len(is) != 0 {
		t.Errorf("a code that is no longer in force finds %v", is)
	}
	late := tree(t, unit("late", County, "", "2020-09-01", "2022-09-01"))
	for y, there := range map[int]bool{2019: false, 2020: true, 2021: true, 2022: false} {
		if got := late.On(Year(y)).Find("late") >= 0; got != there {
			t.Errorf("%d: exists %v; want %v", y, got, there)
		}
	}
	if u, _ := late.Unit("late"); u.Begins() != day("2020-09-01") {
		t.Errorf("begins %s", u.Begins())
	}
}

func TestPastOfSection(t *testing.T) {
	section := func(school UnitID, stage Stage) Unit {
		return Unit{ID: SectionID(school, stage), Level: Section, Stage: stage, Attrs: []Attrs{{Parent: school}}}
	}
	tr := tree(t,
		unit("a", School, "", "", "2020-09-01", "ab"), section("a", Primary),
		unit("b", School, "", "", "2020-09-01", "ab"), section("b", Primary), section("b", Junior),
		unit("ab", School, "", "2020-09-01", ""), section("ab", Primary), section("ab", Junior), section("ab", Senior),
	)
	for stage, want := range map[Stage]string{Primary: "[a/primary b/primary]", Junior: "[b/junior]", Senior: "[]"} {
		p := tr.Past(SectionID("ab", stage), day("2019-09-01"), day("2021-09-01"))
		if got := fmt.Sprint(p.Sum); got != want || (p.Lost == PastNone) != (want == "[]") {
			t.Errorf("%s: %s, %v; want %s", stage, got, p.Lost, want)
		}
	}
}

// A development zone stands beside its statutory county, not inside it: a
// roll-up of the city holds its schools once.
func TestZoneIsCountedOnce(t *testing.T) {
	tr := tree(t,
		unit("city", City, "", "", ""),
		unit("ql", County, "city", "", ""),
		Unit{ID: "zone", Level: County, Attrs: []Attrs{{Parent: "city", Kind: Zone, Statutory: "ql"}}},
		unit("s1", School, "ql", "", ""),
		unit("s2", School, "zone", "", ""),
	)
	s := tr.On(Year(2025))
	under := map[UnitID][]UnitID{}
	for top, n := range s.Nodes {
		for i := range s.Nodes {
			if s.Nodes[i].Unit.Level == School && s.Within(i, top) {
				under[n.Unit.ID] = append(under[n.Unit.ID], s.Nodes[i].Unit.ID)
			}
		}
	}
	for id, want := range map[UnitID]string{"city": "[s1 s2]", "ql": "[s1]", "zone": "[s2]"} {
		if got := fmt.Sprint(under[id]); got != want {
			t.Errorf("%s holds %s; want %s", id, got, want)
		}
	}
	if last := s.Nodes[s.Find("zone")]; last.Key != "zone" || last.Up != s.Find("city") {
		t.Errorf("the zone has the key %q and stands under %d", last.Key, last.Up)
	}
	if s.Find("zone") < s.Find("ql") {
		t.Error("a unit without a code stands before those that have one")
	}
}

func TestNewTreeNamesEveryFault(t *testing.T) {
	zone := func(a Attrs) Unit { return Unit{ID: "z", Level: County, Attrs: []Attrs{a}} }
	for _, tt := range []struct {
		name  string
		units []Unit
		want  []string
	}{
		{"twice", []Unit{unit("a", City, "", "", ""), unit("a", City, "", "", "")}, []string{"twice"}},
		{"no id, no level, no attributes", []Unit{{}}, []string{"no id", "no level", "no attributes"}},
		{"unknown parent", []Unit{unit("a", City, "b", "", "")}, []string{`parent "b"`}},
		{"upside down", []Unit{unit("a", City, "b", "", ""), unit("b", County, "", "", "")}, []string{"a city cannot stand under"}},
		{"its own parent", []Unit{unit("a", City, "a", "", "")}, []string{"cannot stand under"}},
		{"attributes out of order", []Unit{{ID: "a", Level: City, Attrs: []Attrs{{From: 5}, {From: 5}}}}, []string{"oldest first"}},
		{"merged but not ended", []Unit{unit("a", City, "", "", "", "b"), unit("b", City, "", "", "")}, []string{"no day on which it ended"}},
		{"merged into nothing", []Unit{unit("a", City, "", "", "2020-01-01", "b")}, []string{`went into "b"`}},
		{"merged into another level", []Unit{unit("a", City, "", "", "2020-01-01", "b"), unit("b", County, "", "", "")}, []string{"cannot go into"}},
		{"a stage that is not a section's", []Unit{{ID: "a", Level: School, Stage: Primary, Attrs: []Attrs{{}}}}, []string{"only a section"}},
		{"a zone with a code and no county", []Unit{zone(Attrs{Kind: Zone, Code: "1"})}, []string{"no GB/T 2260 code", "statutory county"}},
		{"a zone of itself", []Unit{zone(Attrs{Kind: Zone, Statutory: "z"})}, []string{"not a statutory county"}},
		{"statutory without zone", []Unit{unit("b", County, "", "", ""), zone(Attrs{Statutory: "b"})}, []string{"not a development zone"}},
		{"a zone of city level", []Unit{{ID: "z", Level: City, Attrs: []Attrs{{Kind: Zone}}}}, []string{"county level"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewTree(tt.units)
			for _, w := range tt.want {
				if err == nil || !strings.Contains(err.Error(), w) {
					t.Errorf("%v; want %q", err, w)
				}
			}
		})
	}
}

// anyTree draws a tree in which units begin, move, end and merge.
var anyTree = rapid.Custom(func(t *rapid.T) []Unit {
	var units []Unit
	for i := range rapid.IntRange(1, 30).Draw(t, "units") {
		u := Unit{ID: UnitID(fmt.Sprintf("u%02d", i)), Level: Level(rapid.IntRange(int(City), int(School)).Draw(t, "level"))}
		from := Date(0)
		for range rapid.IntRange(1, 3).Draw(t, "stretches") {
			a := Attrs{From: from, Code: rapid.SampledFrom([]string{"", "1", "2", "3"}).Draw(t, "code")}
			var above []UnitID
			for _, p := range units {
				if p.Level < u.Level {
					above = append(above, p.ID)
				}
			}
			if len(above) > 0 && rapid.IntRange(0, 4).Draw(t, "top") > 0 {
				a.Parent = rapid.SampledFrom(above).Draw(t, "parent")
			}
			u.Attrs = append(u.Attrs, a)
			from += Date(rapid.IntRange(1, 50).Draw(t, "days"))
		}
		if rapid.IntRange(0, 3).Draw(t, "ends") == 0 {
			u.Ended = Date(rapid.IntRange(1, 150).Draw(t, "ended"))
		}
		units = append(units, u)
	}
	return units
})

func TestSnapshotIsPreOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := anyTree.Draw(t, "tree")
		tr, err := NewTree(units)
		if err != nil {
			t.Fatal(err)
		}
		on := Date(rapid.IntRange(0, 200).Draw(t, "day"))
		s := tr.At(on)
		want := 0
		for i := range units {
			if units[i].Exists(on) {
				want++
				if s.Find(units[i].ID) < 0 {
					t.Fatalf("%s exists and is not in the snapshot", units[i].ID)
				}
			}
		}
		if len(s.Nodes) != want {
			t.Fatalf("%d nodes; want %d", len(s.Nodes), want)
		}
		for i, n := range s.Nodes {
			// Below a node stand exactly those whose chain of parents leads to it.
			for j := range s.Nodes {
				up := j
				for up >= 0 && up != i {
					up = s.Nodes[up].Up
				}
				if (up == i) != s.Within(j, i) {
					t.Fatalf("node %d below %d: by parents %v, by range %v", j, i, up == i, s.Within(j, i))
				}
			}
			if n.Up >= 0 && (s.Nodes[n.Up].Unit.ID != n.Parent || n.Up >= i) {
				t.Fatalf("node %d stands under %d, its parent is %s", i, n.Up, n.Parent)
			}
			if !slices.Contains(s.ByKey(n.Unit.Level, n.Key), i) || s.Above(i, n.Unit.Level) != i {
				t.Fatalf("node %d is not found by its key %q", i, n.Key)
			}
			for l := Root; l <= School; l++ {
				if a := s.Above(i, l); a >= 0 && (s.Nodes[a].Unit.Level != l || !s.Within(i, a)) {
					t.Fatalf("above %d at %v stands %d", i, l, a)
				}
			}
		}
		// The order does not depend on the order in which units were given.
		again, err := NewTree(rapid.Permutation(units).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range again.At(on).Nodes {
			if n.Unit.ID != s.Nodes[i].Unit.ID {
				t.Fatalf("in another order, node %d is %s; want %s", i, n.Unit.ID, s.Nodes[i].Unit.ID)
			}
		}
	})
}

func TestSectionID(t *testing.T) {
	if a, b := SectionID("s", Primary), SectionID("s", Junior); a == b || a != "s/primary" {
		t.Errorf("%s, %s", a, b)
	}
	if a := SectionID("s", ""); a != "s/all" {
		t.Errorf("a section without a stage is %s", a)
	}
}

// The tree of a day is drawn once for all who ask, and a day asked for long ago
// makes room.
func TestTreeOfADayIsShared(t *testing.T) {
	units := []Unit{{ID: "city", Level: City, Attrs: []Attrs{{Code: "1"}}}, {ID: "new", Level: County, Attrs: []Attrs{{From: 100, Code: "2", Parent: "city"}}}}
	tree, err := NewTree(units)
	if err != nil {
		t.Fatal(err)
	}
	if before, after := tree.At(99), tree.At(100); len(before.Nodes) != 1 || len(after.Nodes) != 2 {
		t.Errorf("%d units before, %d after", len(before.Nodes), len(after.Nodes))
	}
	first := tree.At(99)
	if tree.At(100); tree.At(99) != first {
		t.Error("the same day is drawn again")
	}
	of := func(nodes ...int) (out []*Snapshot) {
		for _, n := range nodes {
			out = append(out, &Snapshot{Nodes: make([]Node, n)})
		}
		return out
	}
	for _, tt := range []struct {
		nodes []int
		want  int
	}{{[]int{3, 3, 3}, 3}, {[]int{3, 3, 3, 3}, 3}, {[]int{5, 4, 3}, 2}, {[]int{50}, 1}, {[]int{50, 1}, 1}} {
		if got := len(newest(of(tt.nodes...), 3, 10)); got != tt.want {
			t.Errorf("of snapshots with %v nodes %d are kept, want %d", tt.nodes, got, tt.want)
		}
	}
}
