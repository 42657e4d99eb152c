package soak_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/testkit"
)

// TestKilled kills the server at random moments while schools hand in, again and
// again: what was acknowledged is there, whole and once.
func TestKilled(t *testing.T) {
	kills, all := long(t, "SHUREN_SOAK", 3)
	schools := 40
	if all {
		schools = 300
	}
	onBoth(t, func(t *testing.T, dsn string) {
		p := found(t, dsn, all, schools)
		if len(p.Schools) < schools*3/4 {
			t.Fatalf("only %d schools can hand in", len(p.Schools))
		}
		s := newServer(t, dsn)
		s.start()
		p.Base, p.Journal = s.base(), filepath.Join(t.TempDir(), "journal")
		finish := p.startSchools(t)
		for range kills {
			// It dies at work, not while it is still waking up.
			p.waitFor(t, acknowledged(t, p.Journal)+10)
			time.Sleep(rand.N(800 * time.Millisecond))
			s.kill()
			s.start()
		}
		p.waitFor(t, acknowledged(t, p.Journal)+10)
		r := finish()
		s.kill()
		for _, w := range r.Wrong {
			t.Error(w)
		}
		for _, l := range s.broken() {
			t.Errorf("server: %s", l)
		}
		journal, err := readJournal(p.Journal)
		if err != nil {
			t.Fatal(err)
		}
		acked := acknowledged(t, p.Journal)
		if l, ok := leftBehind(t, dsn); ok {
			cuts(t, p, l, journal, max(10, kills/2))
		}
		handed := verify(t, p, dsn, journal)
		if out, err := exec.Command(program(t), "audit", "verify", "--db", dsn).CombinedOutput(); err != nil {
			t.Errorf("shuren audit verify: %v\n%s", err, out)
		}
		t.Logf("%d kills, %d schools, %d steps acknowledged, %d times handed in, %d submissions lost their answer\n%s",
			kills, len(p.Schools), acked, handed, r.Failed["submit: no answer"], r)
	})
}

// acknowledged counts the acknowledgements so far.
func acknowledged(t testing.TB, journal string) int {
	t.Helper()
	b, err := os.ReadFile(journal)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return bytes.Count(b, []byte(`"acked":true`))
}

// waitFor waits until so many steps were acknowledged.
func (p *plan) waitFor(t testing.TB, n int) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); acknowledged(t, p.Journal) < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d steps were acknowledged within two minutes; want %d", acknowledged(t, p.Journal), n)
		}
	}
}

// onBoth runs a test on SQLite, and on PostgreSQL where there is a server.
func onBoth(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, filepath.Join(t.TempDir(), "soak.db"))
	})
	t.Run("postgres", func(t *testing.T) { test(t, testkit.Postgres(t)) })
}
