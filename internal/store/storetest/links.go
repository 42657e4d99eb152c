package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/partner"
	"shuren/internal/store"
)

// schoolLinks: a link is there with its line in the log, or not at all; nobody
// keeps or sees one of which a school lies outside their part; one that was
// undone stays in the list.
func schoolLinks(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	school := func(id, county string) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: edu.School, Attrs: []edu.Attrs{{Code: id, Parent: edu.UnitID(county)}}}
	}
	if err := s.RegisterUnits(ctx, all, []edu.Unit{
		{ID: "east", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101"}}},
		{ID: "west", Level: edu.County, Attrs: []edu.Attrs{{Code: "990102"}}},
		school("a", "east"), school("b", "east"), school("c", "west"),
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
	east, west := store.Part(store.Editor, "east"), store.Part(store.Editor, "west")
	rec := func(unit edu.UnitID) audit.Record {
		return audit.Record{Account: "clerk", Action: "links.add", At: noon, Unit: unit}
	}
	add := func(sc store.Scope, ls ...partner.Link) error {
		var recs []audit.Record
		for _, l := range ls {
			recs = append(recs, rec(l.Member))
		}
		return s.AddLinks(ctx, sc, ls, recs)
	}
	within := partner.Link{ID: "1", Kind: partner.Group, Lead: "a", Member: "b", From: 18000, Document: "1号", By: "clerk", ByName: "员", At: noon}
	across := partner.Link{ID: "2", Kind: partner.Paired, Lead: "a", Member: "c", From: 18100, To: 18500, Document: "2号", By: "clerk", ByName: "员", At: noon}
	if err := add(east, across); !errors.Is(err, fault.Forbidden) || log() != 0 {
		t.Errorf("to a school of another county: %v, %d lines in the log", err, log())
	}
	bad := across
	bad.ID, bad.Document = "3", ""
	if err := add(all, within, bad); !errors.Is(err, fault.Invalid) || log() != 0 {
		t.Errorf("one of two is wrong: %v, %d lines in the log", err, log())
	}
	if ls, err := s.Links(ctx, all); len(ls) != 0 || err != nil {
		t.Errorf("half of what was wrong is kept: %v, %v", ls, err)
	}
	if err := errors.Join(add(east, within), add(all, across)); err != nil || log() != 2 {
		t.Fatalf("%v, %d lines in the log", err, log())
	}
	if err := add(east, within); err != nil || log() != 2 {
		t.Errorf("sent again: %v, %d lines in the log", err, log())
	}
	other := within
	other.Document = "9号"
	if err := add(east, other); !errors.Is(err, fault.Conflict) {
		t.Errorf("another one under the same id: %v", err)
	}
	other.ID = "4"
	if err := add(east, other); !errors.Is(err, fault.Invalid) {
		t.Errorf("the same two twice at a time: %v", err)
	}
	if ls, err := s.Links(ctx, all); err != nil || cmp.Diff([]partner.Link{across, within}, ls) != "" {
		t.Errorf("all links (-want +got):\n%s%v", cmp.Diff([]partner.Link{across, within}, ls), err)
	}
	if ls, _ := s.Links(ctx, east); len(ls) != 1 || ls[0].ID != "1" {
		t.Errorf("of the one county: %+v", ls)
	}
	if ls, _ := s.Links(ctx, west); len(ls) != 0 {
		t.Errorf("of the other: %+v", ls)
	}
	if ls, err := s.Links(ctx, store.Scope{}); len(ls) != 0 || err != nil {
		t.Errorf("nobody sees %v, %v", ls, err)
	}

	if err := s.EndLink(ctx, west, "1", 18400, "5号", rec("b")); !errors.Is(err, fault.NotFound) {
		t.Errorf("ended from another county: %v", err)
	}
	if err := s.EndLink(ctx, east, "1", 18000, "5号", rec("b")); !errors.Is(err, fault.Invalid) {
		t.Errorf("ended on its first day: %v", err)
	}
	if err := s.EndLink(ctx, east, "1", 18400, "5号", rec("b")); err != nil || log() != 3 {
		t.Errorf("ended: %v, %d lines", err, log())
	}
	follows := within
	follows.ID, follows.From = "5", 18400
	if err := add(east, follows); err != nil {
		t.Errorf("one that follows: %v", err)
	}
	if err := s.EndLink(ctx, east, "1", 18401, "6号", rec("b")); !errors.Is(err, fault.Conflict) {
		t.Errorf("ended after the next has begun: %v", err)
	}
	if err := s.UndoLink(ctx, all, "nothing", rec("")); !errors.Is(err, fault.NotFound) {
		t.Errorf("undone without being there: %v", err)
	}
	n := log()
	for i := range 2 {
		if err := s.UndoLink(ctx, east, "5", rec("b")); err != nil || log() != n+1 {
			t.Errorf("undone for time %d: %v, %d lines", i+1, err, log()-n)
		}
	}
	if err := s.EndLink(ctx, east, "5", 18600, "7号", rec("b")); !errors.Is(err, fault.Conflict) {
		t.Errorf("ended after it was undone: %v", err)
	}
	ls, err := s.Links(ctx, all)
	if err != nil || len(ls) != 3 || ls[2].ID != "5" || !ls[2].Undone.Equal(noon) || ls[2].UndoneBy != "clerk" || ls[1].To != 18400 || ls[1].Closing != "5号" {
		t.Errorf("after all of that: %+v, %v", ls, err)
	}
}
