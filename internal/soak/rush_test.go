package soak_test

import (
	"path/filepath"
	"testing"
	"time"
)

// TestRush lets the schools hand in within a minute, each at its own moment and
// each once, while others look at pages: no submission is lost or doubled. How
// long they waited, and what had to be sent again, is told and not judged: the
// machine may have other work. SHUREN_SOAK_SCHOOLS is how many, 500 for the figures
// in docs/performance.md.
func TestRush(t *testing.T) {
	schools, all := long(t, "SHUREN_SOAK_SCHOOLS", 40)
	span := 2 * time.Second
	if all {
		span = 50 * time.Second
	}
	onBoth(t, func(t *testing.T, dsn string) {
		p := found(t, dsn, all, schools)
		s := newServer(t, dsn)
		s.start()
		p.Base, p.Journal, p.Once, p.Span = s.base(), filepath.Join(t.TempDir(), "journal"), true, span
		began := time.Now()
		r := p.startSchools(t)()
		took := time.Since(began)
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
		if n := acknowledged(t, p.Journal); n != len(p.Schools) {
			t.Errorf("%d acknowledgements for %d schools", n, len(p.Schools))
		}
		if n := verify(t, p, dsn, journal); n != len(p.Schools) {
			t.Errorf("%d handed in by %d schools", n, len(p.Schools))
		}
		spent := s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
		t.Logf("%d schools handed in within %.1f s, for which the server took %.1f s of processor time\n%s", len(p.Schools), took.Seconds(), spent.Seconds(), r)
	})
}
