package store

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
)

// Incidents that were numbered by school are numbered through the city when an older
// file is opened: in the order in which they happened, each year from one, and the
// next one goes on from there.
func TestIncidentsRenumbered(t *testing.T) {
	ctx, ms := context.Background(), shipped(t)
	n := slices.IndexFunc(ms, func(m migration) bool { return m.no == 45 })
	path := filepath.Join(t.TempDir(), "old.db")
	w, r, err := openSQLite(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := bring(w, ms[:n]); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		shard, id, unit string
		year, no        int
		happened        string
	}{{"a", "late", "s1", 2026, 1, "2026-03-02"}, {"b", "early", "s2", 2026, 1, "2026-01-02"}, {"b", "next", "s2", 2026, 2, "2026-03-02"}, {"a", "before", "s1", 2025, 1, "2025-12-31"}} {
		if _, err := w.Exec(`INSERT INTO incidents (shard, id, unit, year, no, rev, state, kind, level, happened) VALUES ($1, $2, $3, $4, $5, 1, 'recorded', 'injury', 'other', $6)`, x.shard, x.id, x.unit, x.year, x.no, x.happened); err != nil {
			t.Fatal(err)
		}
	}
	r.Close()
	w.Close()
	s, err := Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for id, want := range map[string]int{"early": 1, "late": 2, "next": 3, "before": 1} {
		var no int
		if err := s.r.QueryRow(`SELECT no FROM incidents WHERE id = $1`, id).Scan(&no); err != nil || no != want {
			t.Errorf("%s has number %d, %v; want %d", id, no, err, want)
		}
	}
	tx, err := s.w.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if no, err := safetyNumber(ctx, tx, "incident/2026"); err != nil || no != 4 {
		t.Errorf("the next one has number %d, %v; want 4", no, err)
	}
}
