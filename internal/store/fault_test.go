package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/store"
)

// workbooks imports workbook after workbook until one fails, and gives how many
// were acknowledged.
func workbooks(s *store.Store, from, to int) (acknowledged int, err error) {
	for n := from; n < to; n++ {
		sub := store.Submission{ID: fmt.Sprintf("book%d", n), Form: "f", Period: edu.Year(2024), At: benchSub(2024, n%60).At}
		if _, err := s.Import(context.Background(), store.Whole(store.Editor), sub, []*frame.Table{bulkTable(n, 20)}); err != nil {
			return n - from, err
		}
	}
	return to - from, nil
}

// prefix gives how many workbooks a database holds, which must be the first
// ones, each whole.
func prefix(t *testing.T, path string) int {
	t.Helper()
	s, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tables, err := s.Tables(context.Background(), store.Whole(store.Reader), store.Query{Period: edu.Year(2024)})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, tab := range tables {
		rows[tab.Submission] += tab.N
	}
	for n := range len(rows) {
		if got := rows[fmt.Sprintf("book%d", n)]; got != 20 {
			t.Errorf("of %d workbooks, number %d has %d records; want 20", len(rows), n, got)
		}
	}
	return len(rows)
}

// A WAL that lost its end, as when the power goes and the disk had not written
// all it said: what is left is the first workbooks, each whole, and new ones go
// on from there.
func TestTruncatedWAL(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole.db")
	s, err := store.Open(context.Background(), whole)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() // the WAL is as long as can be: nothing closes it before it is copied
	const books = 12
	if _, err := workbooks(s, 0, books); err != nil {
		t.Fatal(err)
	}
	wal, err := os.ReadFile(whole + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	db, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	last, seen := -1, map[int]bool{}
	for cut := range 20 {
		path := filepath.Join(dir, fmt.Sprintf("cut%d.db", cut))
		keep := len(wal) * cut / 19
		if keep += 7 * (cut % 3); keep > len(wal) { // also in the middle of a page
			keep = len(wal)
		}
		for name, b := range map[string][]byte{path: db, path + "-wal": wal[:keep]} {
			if err := os.WriteFile(name, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := prefix(t, path)
		if got < last {
			t.Errorf("%d of %d bytes: %d workbooks; fewer bytes had %d", keep, len(wal), got, last)
		}
		last, seen[got] = got, true
		s, err := store.Open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := workbooks(s, got, got+1); err != nil {
			t.Errorf("a workbook after the cut: %v", err)
		}
		s.Close()
		if after := prefix(t, path); after != got+1 {
			t.Errorf("%d workbooks after one more than %d", after, got)
		}
	}
	if last != books || len(seen) < 4 {
		t.Errorf("the whole WAL gives %d workbooks, want %d; the cuts gave %d different states", last, books, len(seen))
	}
}

// A disk that fills while workbooks come in: the error says so, what was
// acknowledged is there, what was not is not, and when there is space again
// work goes on.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "full.db")
	s, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	had, err := workbooks(s, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	more := fillDisk(t, path)
	if more == 0 {
		t.Error("the disk was full from the first workbook on")
	}
	if got := prefix(t, path); got != had+more {
		t.Errorf("%d workbooks are there; %d were acknowledged", got, had+more)
	}
	s, err = store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := workbooks(s, had+more, had+more+1); err != nil {
		t.Errorf("with space again: %v", err)
	}
}

const fullEnv = "SHUREN_STORE_FULL"

// fillForever is the process whose disk is full: it may not make a file larger.
func fillForever(path string, from int, out io.Writer) error {
	s, err := store.Open(context.Background(), path)
	if err != nil {
		return err
	}
	n, err := workbooks(s, from, 10_000)
	if err == nil {
		return errors.New("the disk never filled")
	}
	// Reading still works, and the next write says the same.
	if _, err := s.Periods(context.Background(), store.Whole(store.Reader)); err != nil {
		return fmt.Errorf("read with a full disk: %w", err)
	}
	_, again := workbooks(s, from+n, from+n+1)
	for _, err := range []error{err, again} {
		if err == nil || !strings.Contains(err.Error(), "the disk that holds "+path) {
			return fmt.Errorf("the error does not say that it is the disk: %w", err)
		}
	}
	fmt.Fprintln(out, "acknowledged", n)
	return nil
}
