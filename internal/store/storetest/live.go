package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/store"
)

func kept(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	put(t, s, submission("1", year), table(edu.Section, "", section("2199000001", "primary", in("990101", "101"), "pupils", 10)))
	snap, err := s.Snapshot(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	snap.ID, snap.Title, snap.By, snap.Pack, snap.Engine = "lock", "锁定", "city", "abc", "v0"
	snap.At = time.Date(2025, 11, 1, 8, 0, 0, 123e6, time.FixedZone("", 8*3600))
	if err := s.SaveSnapshot(ctx, all, snap); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSnapshot(ctx, all, snap); err != nil {
		t.Errorf("the same lock-down again: %v", err)
	}
	put(t, s, submission("22", year), table(edu.Section, "", section("2199000001", "primary", in("990101", "101"), "pupils", 11)))
	later, _ := s.Snapshot(ctx, all)
	later.ID, later.At = "lock", snap.At
	if err := s.SaveSnapshot(ctx, all, later); !errors.Is(err, fault.Conflict) {
		t.Errorf("a lock-down was changed: %v", err)
	}
	later.ID = "future"
	for shard := range later.Seqs {
		later.Seqs[shard] += 99
	}
	if err := s.SaveSnapshot(ctx, all, later); !errors.Is(err, fault.Invalid) {
		t.Errorf("a lock-down of what is to come: %v", err)
	}
	s.Close()
	s = open(t, dsn)
	got, err := s.LoadSnapshot(ctx, reader, "lock")
	if err != nil {
		t.Fatal(err)
	}
	snap.At = snap.At.UTC()
	if d := cmp.Diff(snap, got); d != "" {
		t.Errorf("lock-down (-want +got):\n%s", d)
	}
	if f := figures(read(t, s, reader, store.Query{Period: year, AsOf: got})); f["2199000001 primary pupils"] != "10" {
		t.Errorf("as of the lock-down: %v", f)
	}
	next, err := s.Snapshot(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	next.ID, next.Title, next.By, next.At = "a later one", "再次锁定", "city", snap.At.Add(time.Hour)
	if err := s.SaveSnapshot(ctx, all, next); err != nil {
		t.Fatal(err)
	}
	list, err := s.Snapshots(ctx, reader)
	want := []store.Snapshot{*next, *snap}
	for i := range want { // where each shard stood is read of one alone
		want[i].Seqs = nil
	}
	if d := cmp.Diff(want, list); err != nil || d != "" {
		t.Errorf("lock-downs, the newest first (-want +got):\n%s%v", d, err)
	}
	if list, err := s.Snapshots(ctx, store.Scope{}); len(list) > 0 || err != nil {
		t.Errorf("lock-downs for nobody: %d, %v", len(list), err)
	}
	if _, err := s.LoadSnapshot(ctx, reader, "none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("no such lock-down: %v", err)
	}

	files := map[string][]byte{"pack.yaml": []byte("id: x\n"), "b": {0, 255}}
	for range 2 {
		if err := s.PutPack(ctx, all, "h1", "x@1", files); err != nil {
			t.Fatal(err)
		}
	}
	ref, back, err := s.Pack(ctx, reader, "h1")
	if err != nil || ref != "x@1" || !cmp.Equal(files, back) {
		t.Errorf("pack: %s, %v, %v", ref, back, err)
	}
	if err := s.PutPack(ctx, all, "h1", "x@1", nil); !errors.Is(err, fault.Conflict) {
		t.Errorf("other content under a hash: %v", err)
	}
	if _, _, err := s.Pack(ctx, reader, "h2"); !errors.Is(err, fault.NotFound) {
		t.Errorf("no such pack: %v", err)
	}

	if m, err := s.Meta(ctx, reader, store.MetaFictional); m != "" || err != nil {
		t.Errorf("real data are marked as fictional: %q, %v", m, err)
	}
	sub := submission("demo", edu.Year(2024))
	sub.Fictional = true
	put(t, s, sub, table(edu.Section, "", section("2199000001", "primary", in("990101", "101"), "pupils", 10)))
	if m, err := s.Meta(ctx, reader, store.MetaFictional); m == "" || err != nil {
		t.Errorf("fictional data are not marked: %q, %v", m, err)
	}
	if err := s.SetMeta(ctx, all, "x", "1"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetMeta(ctx, all, "x", "2"); err != nil {
		t.Fatal(err)
	}
	if m, _ := s.Meta(ctx, reader, "x"); m != "2" {
		t.Errorf("x is %q; want 2", m)
	}
}

// twoStores: the server sees what the command line imports, and both may write.
func twoStores(t *testing.T, dsn string) {
	a, b := open(t, dsn), open(t, dsn)
	first := section("2199000001", "primary", in("990101", "101"), "pupils", 10)
	put(t, a, submission("1", year), table(edu.Section, "", first))
	if f := figures(read(t, b, all, store.Query{Period: year})); f["2199000001 primary pupils"] != "10" {
		t.Errorf("the second program sees %v", f)
	}
	first.cells = map[string]float64{"pupils": 11}
	if rev := put(t, b, submission("22", year), table(edu.Section, "", first)); rev.NewUnits != 0 || rev.Changed != 1 {
		t.Errorf("the second program: %+v", rev)
	}
	if f := figures(read(t, a, all, store.Query{Period: year})); f["2199000001 primary pupils"] != "11" {
		t.Errorf("the first program sees %v", f)
	}
	var wg sync.WaitGroup
	for i, s := range []*store.Store{a, b, a, b} {
		wg.Go(func() {
			for n := range 10 {
				id := fmt.Sprintf("%d-%d", i, n)
				r := section(fmt.Sprintf("21990%02d%03d", i, n), "primary", in("990101", "101"), "pupils", n)
				if _, err := s.Import(context.Background(), all, submission(id, edu.Year(2030)), []*frame.Table{table(edu.Section, "", r)}); err != nil {
					t.Errorf("import %s: %v", id, err)
				}
			}
		})
	}
	wg.Wait()
	for _, s := range []*store.Store{a, b} {
		if n := len(figures(read(t, s, all, store.Query{Period: edu.Year(2030)}))); n != 40 {
			t.Errorf("%d records; want 40", n)
		}
	}
}

// readers see whole workbooks only, and are not blocked.
func readers(t *testing.T, dsn string) {
	s := open(t, dsn)
	const books, per = 12, 40
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			last := 0
			for {
				n := 0
				tables, err := s.Tables(context.Background(), reader, store.Query{Period: year})
				if err != nil {
					t.Errorf("read during an import: %v", err)
					return
				}
				for _, tab := range tables {
					n += tab.N
					if tab.N%per != 0 {
						t.Errorf("a reader sees %d records of a workbook of %d", tab.N, per)
					}
				}
				if n < last {
					t.Errorf("a reader saw %d records, then %d", last, n)
				}
				last = n
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for b := range books {
		put(t, s, submission(fmt.Sprintf("book%d", b), year), book(b, per))
	}
	close(done)
	wg.Wait()
}

func book(n, per int) *frame.Table {
	var rows []row
	for i := range per {
		rows = append(rows, section(fmt.Sprintf("21%03d%05d", n, i), "primary", in(fmt.Sprintf("99%04d", n%5), "101"), "pupils", n, "area", float64(i)))
	}
	return table(edu.Section, "", rows...)
}

const bookSize = 300

// importForever is the process that gets killed: it says when it begins and
// when it has the acknowledgement.
func importForever(dsn string) error {
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		tab := book(n%1000, bookSize)
		fmt.Println("begin", n)
		if _, err := s.Import(context.Background(), all, submission(fmt.Sprintf("book%d", n), edu.Year(2000+n/1000)), []*frame.Table{tab}); err != nil {
			return err
		}
		fmt.Println("done", n)
	}
}

// killed: what was acknowledged is there, what was not is there whole or not at
// all, and the next program can write.
func killed(t *testing.T, dsn string) {
	for round := range 3 {
		cmd := child(t, dsn, doImport)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged, begun, shot := -1, -1, false
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var n int
			if _, err := fmt.Sscanf(lines.Text(), "done %d", &n); err == nil {
				acknowledged = n
			} else if _, err := fmt.Sscanf(lines.Text(), "begin %d", &n); err == nil {
				begun = n
				if n == 2+round {
					// Into the middle of a write, another place each round.
					time.Sleep(time.Duration(3+7*round) * time.Millisecond)
					if err := cmd.Process.Kill(); err != nil {
						t.Fatal(err)
					}
					shot = true
				}
			}
		}
		if err := cmd.Wait(); err == nil || !shot {
			t.Fatalf("the child ended by itself: %v", err)
		}
		if acknowledged < 1 {
			t.Fatalf("the child acknowledged %d imports before it was killed", acknowledged+1)
		}
		s := open(t, dsn)
		bySub := map[string]int{}
		for _, tab := range read(t, s, all, store.Query{Period: edu.Year(2000)}) {
			bySub[tab.Submission] += tab.N
		}
		for n := 0; n <= acknowledged; n++ {
			if got := bySub[fmt.Sprintf("book%d", n)]; got != bookSize {
				t.Errorf("round %d: of the acknowledged import %d there are %d records; want %d", round, n, got, bookSize)
			}
		}
		for sub, n := range bySub {
			if n != bookSize {
				t.Errorf("round %d: %d records of %s are visible; want %d or none", round, n, sub, bookSize)
			}
		}
		if len(bySub) > begun+1 {
			t.Errorf("round %d: %d workbooks are there, %d were begun", round, len(bySub), begun+1)
		}
		put(t, s, submission(fmt.Sprintf("after%d", round), edu.Year(1999)), book(900+round, 3))
		s.Close()
	}
}
