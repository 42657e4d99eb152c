package storetest

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver

	"shuren/internal/audit"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
)

// taken is an import whose server died right after it was taken from whoever carried it
// out: its rows lie there still.
func taken(t *testing.T, dsn string, chunks, run int) {
	t.Helper()
	driver := "sqlite"
	if store.Shared(dsn) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if driver == "sqlite" {
		_, err = db.Exec(`PRAGMA busy_timeout = 60000`)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE register_runs SET chunks = $1, hash = '' WHERE run = $2`, chunks, run); err != nil {
		t.Fatal(err)
	}
}

// registersTaken: what was being deleted of an import when its server died is deleted
// by whoever comes next, at once and whoever seems to hold it; it ends as it was to, and
// nobody goes on with it. One that was broken off is waited for as long as it is said.
func registersTaken(t *testing.T, dsn string) {
	ctx, s := context.Background(), open(t, dsn)
	retentionTree(t, s)
	rec := audit.Record{At: noon, Account: "x", Action: "register.import.drop"}
	for _, tt := range []struct {
		name   string
		chunks int // 0: it was broken off
		waits  time.Duration
		state  store.RunState
		logged int
	}{
		{"given up", -1, 0, store.RunDropped, 0}, // the log has it since it was taken
		{"refused", -2, 0, store.RunRefused, 0},
		{"broken off", 0, 7 * 24 * time.Hour, store.RunDropped, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := s.BeginRun(ctx, all, store.Run{Kind: store.AChild, Year: 2024, Hash: tt.name, Began: noon, Body: "what was said"})
			if err != nil || r.Goes() {
				t.Fatal(r, err)
			}
			c := filled[register.Child](1)
			c.Person, c.Year, c.School, c.Home = "p1", 2024, "s1", "town"
			if err := s.WriteRun(ctx, all, &r, []store.RunRow{{Child: &c, ID: c.Person, Person: sealedPerson(c.Person, store.AChild)}}, noon); err != nil {
				t.Fatal(err)
			}
			if ok, err := s.Lease(ctx, store.RunLease(r.No), "who died", noon, noon.Add(time.Minute)); !ok || err != nil {
				t.Fatal(ok, err)
			}
			_, before, err := s.Audit(ctx, all, audit.Filter{Action: "register.import.drop", Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			if tt.chunks < 0 { // who took it may be alive or not
				taken(t, dsn, tt.chunks, r.No)
				if _, err := s.BeginRun(ctx, all, store.Run{Kind: store.AChild, Year: 2024, Hash: tt.name, Began: noon}); !errors.Is(err, store.ErrRunWrites) {
					t.Errorf("gone on with: %v", err)
				}
			}
			runs, err := s.Runs(ctx, all, 1)
			if err != nil || runs[0].Goes() != (tt.chunks < 0) {
				t.Fatalf("%+v, %v", runs, err)
			}
			if tt.waits > 0 {
				if gone, err := s.DropSilent(ctx, all, 0, noon.Add(tt.waits-time.Second), tt.waits, rec); gone || err != nil {
					t.Errorf("before it was silent so long: %t, %v", gone, err)
				}
			}
			if gone, err := s.DropSilent(ctx, all, 0, noon.Add(tt.waits), max(tt.waits, time.Hour), rec); !gone || err != nil {
				t.Errorf("dropped: %t, %v", gone, err)
			}
			if runs, err = s.Runs(ctx, all, 1); err != nil || runs[0].State != tt.state || runs[0].Goes() || runs[0].Body != "what was said" {
				t.Errorf("it ended as %+v, %v; want %s", runs, err, tt.state)
			}
			if by, err := s.SealedBy(ctx, all); err != nil || len(by) != 0 {
				t.Errorf("of its people are kept %v, %v", by, err)
			}
			if _, after, err := s.Audit(ctx, all, audit.Filter{Action: "register.import.drop", Limit: 1}); err != nil || after-before != tt.logged {
				t.Errorf("%d new lines in the log, %v; want %d", after-before, err, tt.logged)
			}
		})
	}
	if _, err := s.DropSilent(ctx, store.Scope{}, 0, noon, 0, rec); !errors.Is(err, fault.Forbidden) {
		t.Errorf("by who sees nothing: %v", err)
	}
}
