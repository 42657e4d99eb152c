package soak_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDiskFull lets the disk fill up under a server at work: it says so, forgets
// nothing that it acknowledged, goes on showing pages, and takes up its work
// when there is room again, without being started anew.
func TestDiskFull(t *testing.T) {
	dsn := filepath.Join(t.TempDir(), "soak.db")
	p := found(t, dsn, false, 30)
	s := newServer(t, dsn)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s.name, s.env = exe, []string{roleEnv + "=shuren"}
	s.start()
	p.Base, p.Journal = s.base(), filepath.Join(t.TempDir(), "journal")
	finish := p.startSchools(t)
	p.waitFor(t, 20)
	wal, err := os.Stat(dsn + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	// Room for a little more than there is in the log of writes.
	if err := limitFiles(s.cmd.Process.Pid, uint64(wal.Size())+64<<10); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); !strings.Contains(s.said(), "the disk that holds"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the disk never filled\n%s", s.said())
		}
	}
	time.Sleep(time.Second)
	full := acknowledged(t, p.Journal)
	if got := status(t, p, "/healthz"); got != http.StatusNoContent {
		t.Errorf("healthz answers %d on a full disk", got)
	}
	if got := status(t, p, "/work"); got != http.StatusOK {
		t.Errorf("the list of tasks answers %d on a full disk", got)
	}
	if err := limitFiles(s.cmd.Process.Pid, unlimited); err != nil {
		t.Fatal(err)
	}
	p.waitFor(t, full+20)
	r := finish()
	s.kill()
	for _, w := range r.Wrong {
		t.Error(w)
	}
	said := r.Says[http.StatusInsufficientStorage]
	if len(said) == 0 || !strings.Contains(strings.Join(said, ""), "磁盘已满") {
		t.Errorf("nobody was told that the disk is full: %v", r.Says)
	}
	for code, says := range r.Says {
		if code != http.StatusInsufficientStorage {
			t.Errorf("answers with status %d: %s", code, says)
		}
	}
	journal, err := readJournal(p.Journal)
	if err != nil {
		t.Fatal(err)
	}
	handed := verify(t, p, dsn, journal)
	t.Logf("%d steps acknowledged until the disk was full, %d in the end, %d times handed in\n%s", full, acknowledged(t, p.Journal), handed, r)
}

// status is what a page answers to the first reader.
func status(t *testing.T, p *plan, path string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", p.Base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.Readers[0].Key)
	code, _, err := do(http.DefaultClient, req)
	if err != nil {
		t.Error(err)
	}
	return code
}
