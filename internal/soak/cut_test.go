package soak_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/edu"
)

// leftBehind copies a SQLite database as a killed server left it: the file, and
// the log of writes (WAL) beside it.
func leftBehind(t testing.TB, dsn string) (db, wal []byte) {
	t.Helper()
	db, err := os.ReadFile(dsn)
	if err != nil {
		t.Fatal(err)
	}
	if wal, err = os.ReadFile(dsn + "-wal"); err != nil {
		t.Fatal(err)
	}
	return db, wal
}

// cuts takes the end off the log of writes, as a power cut may if the disk had
// not written what it said, at places all over it. What is left must be what
// the database was at some moment: every step whole, and none of which an
// earlier acknowledgement is missing.
func cuts(t *testing.T, p *plan, db, wal []byte, journal []entry, n int) {
	t.Helper()
	dir := t.TempDir()
	states := map[int]bool{}
	last := -1
	for i := range n {
		keep := len(wal) * i / (n - 1)
		if i%3 == 1 {
			keep = min(len(wal), keep+777) // inside a page
		}
		path := filepath.Join(dir, fmt.Sprintf("cut%d.db", i))
		for name, b := range map[string][]byte{path: db, path + "-wal": wal[:keep]} {
			if err := os.WriteFile(name, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		v := openHeld(t, p, path)
		v.sentOnce(journal)
		v.whole()
		steps := v.prefix(journal)
		v.close()
		if steps < last {
			t.Errorf("%d bytes of the log have %d steps; fewer bytes had %d", keep, steps, last)
		}
		states[steps], last = true, steps
		if t.Failed() {
			t.Fatalf("with %d of %d bytes of the log of writes", keep, len(wal))
		}
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			_ = os.Remove(name) // so that many cuts need little room
		}
	}
	t.Logf("%d cuts through %d bytes of the log of writes: %d different states, each of one moment", n, len(wal), len(states))
	if len(states) < 2 {
		t.Errorf("%d cuts through %d bytes gave one state", n, len(wal))
	}
}

// prefix: nothing is there that was begun after the acknowledgement of a step
// that is missing. It gives how many steps are there.
func (v *verifier) prefix(journal []entry) (steps int) {
	there := map[string]bool{}
	for _, log := range v.logs {
		for _, e := range log {
			if e.Sent != "" {
				there[e.Sent] = true
			}
		}
	}
	var missing *entry
	for i, e := range journal {
		if e.Acked && !there[e.ID] && (missing == nil || e.At.Before(missing.At)) {
			missing = &journal[i]
		}
	}
	for _, e := range journal {
		if !e.Acked && missing != nil && there[e.ID] && e.At.After(missing.At) {
			v.t.Errorf("NOT A MOMENT: %s of %s (%s) is there, begun at %s; %s of %s (%s), acknowledged at %s, is not",
				e.Action, e.Unit, e.ID, e.At.Format(time.StampMicro), missing.Action, missing.Unit, missing.ID, missing.At.Format(time.StampMicro))
		}
	}
	return len(there)
}

// recorder keeps what a check says.
type recorder struct{ said []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatal(args ...any) { r.Errorf("%s", fmt.Sprint(args...)) }

var _ = edu.UnitID("")
