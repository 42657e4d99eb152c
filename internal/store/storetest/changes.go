package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"shuren/internal/audit"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// unitChanges: a change is there with its units and its line in the log, or not
// at all; sending it again does no harm; undoing it brings the units back.
func unitChanges(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	school := func(id, code string) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: edu.School, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: "校" + code}, Parent: "county"}}}
	}
	if err := s.RegisterUnits(ctx, all, []edu.Unit{
		{ID: "county", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101"}}},
		{ID: "other", Level: edu.County, Attrs: []edu.Attrs{{Code: "990102"}}},
		school("a", "1"), school("b", "2"),
	}); err != nil {
		t.Fatal(err)
	}
	log := func() (n int) {
		t.Helper()
		if err := s.WalkAudit(ctx, all, func(audit.Record) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	day := edu.DateOf(year.Reference())
	merger := collect.UnitChange{ID: "m", Kind: collect.Merged, Day: day, Document: "1号", Units: []edu.UnitID{"a", "b"},
		New: []collect.NewUnit{{Code: "9", Name: edu.Text{ZH: "新校"}, Parent: "county"}}, By: "clerk", At: noon}
	rec := audit.Record{Account: "clerk", Action: "units.change", At: noon}
	bad := merger
	bad.ID, bad.New = "bad", []collect.NewUnit{{Code: "9", Name: edu.Text{ZH: "新校"}, Parent: "nobody"}}
	if _, err := s.ChangeUnits(ctx, all, bad, rec); !errors.Is(err, fault.Invalid) || log() != 0 {
		t.Errorf("a change that is wrong: %v, %d lines in the log", err, log())
	}
	if _, err := s.ChangeUnits(ctx, store.Part(store.Editor, "other"), merger, rec); !errors.Is(err, fault.Forbidden) || log() != 0 {
		t.Errorf("from another county: %v", err)
	}
	before, _ := s.Tree(ctx, all)
	first, err := s.ChangeUnits(ctx, all, merger, rec)
	if err != nil || first.No != 1 || len(first.Before) != 2 || len(first.After) != 3 {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := s.ChangeUnits(ctx, all, merger, rec)
	if err != nil || log() != 1 {
		t.Errorf("sent again: %v, %d lines in the log", err, log())
	}
	for what, alter := range map[string]func(*collect.UnitChange){
		"another kind": func(c *collect.UnitChange) { c.Kind, c.New = collect.Shut, nil },
		"another school": func(c *collect.UnitChange) {
			c.New = []collect.NewUnit{{Code: "8", Name: edu.Text{ZH: "新校"}, Parent: "county"}}
		},
		"fewer that merge":   func(c *collect.UnitChange) { c.Units = c.Units[:1] },
		"another day":        func(c *collect.UnitChange) { c.Day++ },
		"another document":   func(c *collect.UnitChange) { c.Document = "2号" },
		"into an old school": func(c *collect.UnitChange) { c.Units, c.Into, c.New = []edu.UnitID{"a"}, "b", nil },
	} {
		other := merger
		if alter(&other); other.ID != first.ID {
			t.Fatal("the id is another")
		}
		if _, err := s.ChangeUnits(ctx, all, other, rec); !errors.Is(err, fault.Conflict) || log() != 1 {
			t.Errorf("%s under the same id: %v, %d lines in the log", what, err, log())
		}
	}
	list, err := s.UnitChanges(ctx, store.Part(store.Reader, "county"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%d changes, %v", len(list), err)
	}
	kept := cmpopts.IgnoreFields(collect.UnitChange{}, "Units", "Into", "New", "Name", "Code", "Parent")
	if d := cmp.Diff(list[0], again, kept); d != "" {
		t.Errorf("sent again (-kept +got):\n%s", d)
	}
	if d := cmp.Diff(first, list[0], kept); d != "" {
		t.Errorf("kept (-made +kept):\n%s", d)
	}
	if list, _ := s.UnitChanges(ctx, store.Part(store.Reader, "other")); len(list) > 0 {
		t.Error("another county sees it")
	}
	tree, _ := s.Tree(ctx, all)
	if p := tree.Past("school-9", day-1, day); !cmp.Equal(p.Sum, []edu.UnitID{"a", "b"}) {
		t.Errorf("the past of the new school is %v", p)
	}
	n, _ := s.CountChanges(ctx)
	if err := s.UndoChange(ctx, all, "m", rec); err != nil {
		t.Fatal(err)
	}
	tree, _ = s.Tree(ctx, all)
	for _, id := range []edu.UnitID{"a", "b"} {
		was, _ := before.Unit(id)
		is, _ := tree.Unit(id)
		if d := cmp.Diff(was, is); d != "" {
			t.Errorf("%s after the undo (-was +is):\n%s", id, d)
		}
	}
	if tree.At(day).Find("school-9") >= 0 || log() != 2 {
		t.Errorf("after the undo the new school is there, or the log has %d lines", log())
	}
	if m, _ := s.CountChanges(ctx); n == m {
		t.Error("the undo does not count as a change")
	}
	list, _ = s.UnitChanges(ctx, all)
	if !list[0].Undone.Equal(noon) || list[0].UndoneBy != "clerk" {
		t.Errorf("undone: %+v", list[0])
	}
}
