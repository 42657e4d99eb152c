package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/store"
)

func zeroScope(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	put(t, s, submission("a", year), table(edu.Section, "", section("2199000001", "primary", in("990101", "101"), "pupils", 10)))
	if err := s.SetMeta(ctx, all, "colour", "green"); err != nil {
		t.Fatal(err)
	}
	if err := s.PutPack(ctx, all, "h", "p@1", map[string][]byte{"a": nil}); err != nil {
		t.Fatal(err)
	}
	snap, err := s.Snapshot(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	snap.ID, snap.At = "lock", submission("a", year).At
	if err := s.SaveSnapshot(ctx, all, snap); err != nil {
		t.Fatal(err)
	}
	for _, zero := range []store.Scope{{}, store.Part(store.Editor), store.Whole(store.NoRole), store.Part(store.NoRole, "county-990101")} {
		tables, err := s.Tables(ctx, zero, store.Query{Period: year})
		if err != nil || len(tables) != 0 {
			t.Errorf("Tables: %d tables, %v", len(tables), err)
		}
		tree, err := s.Tree(ctx, zero)
		if err != nil || tree.Len() != 0 {
			t.Errorf("Tree: %v, %v", tree, err)
		}
		ps, err := s.Periods(ctx, zero)
		if err != nil || len(ps) != 0 {
			t.Errorf("Periods: %v, %v", ps, err)
		}
		subs, err := s.Submissions(ctx, zero, store.Filter{})
		if err != nil || len(subs) != 0 {
			t.Errorf("Submissions: %v, %v", subs, err)
		}
		h, err := s.History(ctx, zero, "school-2199000001/primary", "pupils", year)
		if err != nil || len(h) != 0 {
			t.Errorf("History: %v, %v", h, err)
		}
		sn, err := s.Snapshot(ctx, zero)
		if err != nil || len(sn.Seqs) != 0 {
			t.Errorf("Snapshot: %v, %v", sn, err)
		}
		if m, err := s.Meta(ctx, zero, "colour"); err != nil || m != "" {
			t.Errorf("Meta: %q, %v", m, err)
		}
		if _, _, err := s.Pack(ctx, zero, "h"); !errors.Is(err, fault.NotFound) {
			t.Errorf("Pack: %v", err)
		}
		if _, err := s.LoadSnapshot(ctx, zero, "lock"); !errors.Is(err, fault.NotFound) {
			t.Errorf("LoadSnapshot: %v", err)
		}
		for name, err := range writes(s, zero, snap) {
			if !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s: %v; want forbidden", name, err)
			}
		}
	}
	for name, err := range writes(s, reader, snap) {
		if !errors.Is(err, fault.Forbidden) {
			t.Errorf("reader, %s: %v; want forbidden", name, err)
		}
	}
}

func writes(s *store.Store, sc store.Scope, snap *store.Snapshot) map[string]error {
	ctx := context.Background()
	_, imported := s.Import(ctx, sc, submission("w", year), []*frame.Table{table(edu.Section, "", section("2199000002", "primary", in("990101", "101"), "pupils", 1))})
	return map[string]error{
		"Import":        imported,
		"RegisterUnits": s.RegisterUnits(ctx, sc, []edu.Unit{{ID: "x", Level: edu.City, Attrs: []edu.Attrs{{}}}}),
		"Publish":       s.Publish(ctx, sc, "b"),
		"SetMeta":       s.SetMeta(ctx, sc, "colour", "red"),
		"PutPack":       s.PutPack(ctx, sc, "h2", "p@2", nil),
		"SaveSnapshot":  s.SaveSnapshot(ctx, sc, snap),
	}
}

func countyScope(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	a := section("2199000001", "primary", in("990101", "101"), "pupils", 10)
	b := section("2199000002", "primary", in("990102", "101"), "pupils", 20)
	put(t, s, submission("both", year), table(edu.Section, "", a, b))
	put(t, s, submission("later", edu.Year(2026)), table(edu.Section, "", b))
	county := store.Part(store.Editor, "county-990101")

	got := figures(read(t, s, county, store.Query{Period: year}))
	if len(got) != 1 || got["2199000001 primary pupils"] != "10" {
		t.Errorf("figures of the county: %v", got)
	}
	if got := figures(read(t, s, store.Part(store.Reader, "county-990101", "county-990102"), store.Query{Period: year})); len(got) != 2 {
		t.Errorf("figures of both: %v", got)
	}
	if got := figures(read(t, s, store.Part(store.Reader, "school-2199000002"), store.Query{Period: year})); len(got) != 1 || got["2199000002 primary pupils"] != "20" {
		t.Errorf("figures of one school: %v", got)
	}
	tree, err := s.Tree(ctx, county)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range tree.Units() {
		if strings.Contains(string(u.ID), "990102") || strings.Contains(string(u.ID), "2199000002") {
			t.Errorf("the tree of a county holds %s of another one", u.ID)
		}
	}
	if _, ok := tree.Unit("school-2199000001"); !ok {
		t.Error("the tree of a county lacks its school")
	}
	if ps, _ := s.Periods(ctx, county); len(ps) != 1 || ps[0] != year {
		t.Errorf("periods of the county: %v", ps)
	}
	if subs, _ := s.Submissions(ctx, county, store.Filter{}); len(subs) != 1 || subs[0].ID != "both" {
		t.Errorf("submissions of the county: %v", subs)
	}
	if h, _ := s.History(ctx, county, "school-2199000002/primary", "pupils", year); len(h) != 0 {
		t.Errorf("history of another county's section: %v", h)
	}
	_, err = s.Import(ctx, county, submission("out", year), []*frame.Table{table(edu.Section, "", a, b)})
	if !errors.Is(err, fault.Forbidden) || !strings.Contains(err.Error(), "2199000002") {
		t.Errorf("import beyond the scope: %v", err)
	}
	a.cells["pupils"] = 11
	if _, err := s.Import(ctx, county, submission("own", year), []*frame.Table{table(edu.Section, "", a)}); err != nil {
		t.Errorf("import of the own county: %v", err)
	}
	stolen := section("2199000002", "primary", in("990101", "101"), "pupils", 0)
	if _, err := s.Import(ctx, county, submission("steal", year), []*frame.Table{table(edu.Section, "", stolen)}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county took another one's school: %v", err)
	}
	err = s.RegisterUnits(ctx, county, []edu.Unit{{ID: "town", Level: edu.Township, Attrs: []edu.Attrs{{Parent: "county-990102"}}}})
	if !errors.Is(err, fault.Forbidden) {
		t.Errorf("register a unit in another county: %v", err)
	}
}
