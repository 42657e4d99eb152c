package collect

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

func register(t testing.TB) *edu.Tree {
	t.Helper()
	school := func(id, code, parent string) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: edu.School, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: id}, Parent: edu.UnitID(parent)}}}
	}
	old := school("old", "9", "c")
	old.Ended = date("2020-09-01")
	late := school("late", "8", "c")
	late.Attrs = append(late.Attrs, edu.Attrs{From: date("2026-09-01"), Code: "8", Name: edu.Text{ZH: "later"}, Parent: "c"})
	tree, err := edu.NewTree([]edu.Unit{
		{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100"}}},
		{ID: "c", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101", Parent: "city"}}},
		school("a", "1", "c"), school("b", "2", "c"), school("d", "3", "c"), old, late,
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func anywhere(edu.UnitID) bool { return true }

func TestApplyRefuses(t *testing.T) {
	day := date("2025-09-01")
	fresh := func(code string) NewUnit { return NewUnit{Code: code, Name: edu.Text{ZH: "新校"}, Parent: "c"} }
	for _, tt := range []struct {
		name string
		c    UnitChange
		kind error
		why  string
	}{
		{"no kind", UnitChange{Units: []edu.UnitID{"a"}}, fault.Invalid, "no kind"},
		{"nothing to close", UnitChange{Kind: Shut}, fault.Invalid, "no school is named"},
		{"an unknown school", UnitChange{Kind: Shut, Units: []edu.UnitID{"x"}}, fault.NotFound, "not in the register"},
		{"one that has ended", UnitChange{Kind: Shut, Units: []edu.UnitID{"old"}}, fault.Conflict, "has ended"},
		{"one with a later change", UnitChange{Kind: Shut, Units: []edu.UnitID{"late"}}, fault.Conflict, "after this one"},
		{"a county cannot be closed", UnitChange{Kind: Shut, Units: []edu.UnitID{"c"}}, fault.Invalid, "only schools"},
		{"a merger of one", UnitChange{Kind: Merged, Units: []edu.UnitID{"a"}, New: []NewUnit{fresh("7")}}, fault.Invalid, "two schools at least"},
		{"a merger into nothing", UnitChange{Kind: Merged, Units: []edu.UnitID{"a", "b"}}, fault.Invalid, "missing"},
		{"a merger into itself", UnitChange{Kind: Merged, Units: []edu.UnitID{"a", "b"}, Into: "a"}, fault.Invalid, "into itself"},
		{"a merger into two", UnitChange{Kind: Merged, Units: []edu.UnitID{"a", "b"}, Into: "d", New: []NewUnit{fresh("7")}}, fault.Invalid, "not both"},
		{"twice the same", UnitChange{Kind: Shut, Units: []edu.UnitID{"a", "a"}}, fault.Invalid, "twice"},
		{"a split into one", UnitChange{Kind: Split, Units: []edu.UnitID{"a"}, New: []NewUnit{fresh("7")}}, fault.Invalid, "want 2"},
		{"two new ones of one code", UnitChange{Kind: Split, Units: []edu.UnitID{"a"}, New: []NewUnit{fresh("7"), fresh("7")}}, fault.Conflict, "have the code"},
		{"a code that is taken", UnitChange{Kind: Opened, New: []NewUnit{fresh("2")}}, fault.Conflict, "is that of"},
		{"a code that is taken, by recoding", UnitChange{Kind: Recoded, Units: []edu.UnitID{"a"}, Code: "2"}, fault.Conflict, "is that of"},
		{"no new name", UnitChange{Kind: Renamed, Units: []edu.UnitID{"a"}}, fault.Invalid, "name is missing"},
		{"the name that it has", UnitChange{Kind: Renamed, Units: []edu.UnitID{"a"}, Name: edu.Text{ZH: "a"}}, fault.Invalid, "like that already"},
		{"under a school", UnitChange{Kind: Moved, Units: []edu.UnitID{"a"}, Parent: "b"}, fault.Invalid, "stands under"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.c.Day, tt.c.Document = day, "1号"
			_, err := tt.c.Apply(register(t), anywhere)
			if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.why) {
				t.Errorf("%v; want %v with %q", err, tt.kind, tt.why)
			}
		})
	}
	for _, c := range []UnitChange{{Kind: Shut, Units: []edu.UnitID{"a"}, Document: "1号"}, {Kind: Shut, Units: []edu.UnitID{"a"}, Day: day}} {
		if _, err := c.Apply(register(t), anywhere); !errors.Is(err, fault.Invalid) {
			t.Errorf("without a day or a document: %v", err)
		}
	}
	shut := UnitChange{Kind: Shut, Units: []edu.UnitID{"a"}, Day: day, Document: "1号"}
	if _, err := shut.Apply(register(t), func(id edu.UnitID) bool { return id != "a" }); !errors.Is(err, fault.Forbidden) {
		t.Errorf("out of reach: %v", err)
	}
}

// Whatever changes are made, and undone from the last to the first, the tree is
// as it was; and at every time it is sound.
func TestChangesUndo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tree := register(t)
		var done []UnitChange
		start := tree
		put := func(us []edu.Unit) {
			all := map[edu.UnitID]edu.Unit{}
			for _, u := range tree.Units() {
				all[u.ID] = u
			}
			for _, u := range us {
				all[u.ID] = u
			}
			var list []edu.Unit
			for _, u := range all {
				list = append(list, u)
			}
			var err error
			if tree, err = edu.NewTree(list); err != nil {
				rt.Fatal(err)
			}
		}
		for i := range rapid.IntRange(0, 6).Draw(rt, "changes") {
			pick := func(name string) edu.UnitID {
				us := tree.Units()
				return us[rapid.IntRange(0, len(us)-1).Draw(rt, name)].ID
			}
			code := func() string { return rapid.SampledFrom([]string{"1", "2", "11", "12", "13"}).Draw(rt, "code") }
			c := UnitChange{Kind: rapid.SampledFrom(ChangeKinds).Draw(rt, "kind"), Day: date("2025-09-01") + edu.Date(i), Document: "1号",
				Units: []edu.UnitID{pick("unit")}, Name: edu.Text{ZH: "新" + code()}, Code: code(), Parent: "c"}
			switch c.Kind {
			case Opened:
				c.Units, c.New = nil, []NewUnit{{Code: code(), Name: c.Name, Parent: "c"}}
			case Merged:
				c.Into = pick("into")
			case Split:
				c.New = []NewUnit{{Code: code(), Name: c.Name, Parent: "c"}, {Code: code() + "0", Name: c.Name, Parent: "c"}}
			}
			after, err := c.Apply(tree, anywhere)
			if err != nil {
				continue
			}
			c.After = after
			for _, u := range after {
				if old, ok := tree.Unit(u.ID); ok {
					c.Before = append(c.Before, *old)
				}
			}
			if len(c.Effects(tree)) == 0 {
				rt.Fatalf("nothing is said of %+v", c)
			}
			put(after)
			done = append(done, c)
		}
		for i := len(done) - 1; i >= 0; i-- {
			put(done[i].Undo())
		}
		for d := date("2025-08-01"); d < date("2025-10-01"); d += 7 {
			if a, b := len(start.At(d).Nodes), len(tree.At(d).Nodes); a != b {
				rt.Fatalf("%d units on %s, there were %d", b, d, a)
			}
		}
		for _, u := range start.Units() {
			v, _ := tree.Unit(u.ID)
			if v.Ended != u.Ended || len(v.Attrs) != len(u.Attrs) || v.Attrs[len(v.Attrs)-1] != u.Attrs[len(u.Attrs)-1] {
				rt.Fatalf("%+v has become %+v", u, v)
			}
		}
	})
}
