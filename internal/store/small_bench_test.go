package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/store"
	"shuren/internal/testkit"
)

// BenchmarkSmall hands in one school after the other: 3,000 schools in ten
// counties, each one submission of two sections and their classes, in a first
// year (every school is new) and in the next (every school is known). What the
// last hundred cost tells whether the time is flat.
func BenchmarkSmall(b *testing.B) {
	for _, db := range []struct {
		name string
		dsn  func(b *testing.B) string
	}{
		{"sqlite", func(b *testing.B) string { return filepath.Join(b.TempDir(), "s.db") }},
		{"postgres", func(b *testing.B) string { return testkit.Postgres(b) }},
	} {
		for _, batch := range []string{"", "batch"} {
			name := db.name
			if batch != "" {
				name += "-hidden"
			}
			b.Run(name, func(b *testing.B) {
				for range b.N {
					small(b, db.dsn(b), batch)
				}
			})
		}
	}
}

func small(b *testing.B, dsn, batch string) {
	const schools, edge = 3000, 100
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for year := 2024; year < 2026; year++ {
		var first, last time.Duration
		for n := range schools {
			tables := school(year, n)
			sub := benchSub(year, n)
			sub.Batch = batch
			began := time.Now()
			if _, err := s.Import(context.Background(), store.Whole(store.Editor), sub, tables); err != nil {
				b.Fatal(err)
			}
			switch took := time.Since(began); {
			case n < edge:
				first += took
			case n >= schools-edge:
				last += took
			}
		}
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / edge / 1000 }
		b.ReportMetric(ms(first), fmt.Sprintf("ms/first-%d", year))
		b.ReportMetric(ms(last), fmt.Sprintf("ms/last-%d", year))
	}
	tables, err := s.Tables(context.Background(), store.Whole(store.Reader), store.Query{Period: edu.Year(2025)})
	rows := 0
	for _, t := range tables {
		if t.List == "" {
			rows += t.N
		}
	}
	if want := map[string]int{"": 2 * schools, "batch": 0}[batch]; err != nil || rows != want {
		b.Fatalf("%d records, %v; want %d", rows, err, want)
	}
}

// school is the submission of one school: the tables of a small county, its
// schools' codes made those of one.
func school(year, n int) []*frame.Table {
	tables := benchTables(year, n%10, 2, 6)
	for _, t := range tables {
		for i := range t.Key.Dict {
			t.Key.Dict[i] = fmt.Sprintf("21%02d%06d", n%10, n/10)
			t.Name.Dict[i] = fmt.Sprintf("第%d小学", n/10)
		}
		for i, c := range t.Path[edu.Township].Code {
			t.Path[edu.Township].Code[i], t.PathName[edu.Township].Code[i] = 0*c, 0
		}
		t.Path[edu.Township].Dict[0] = fmt.Sprintf("9901%02d1%02d", n%10, n/10%15)
		t.PathName[edu.Township].Dict[0] = fmt.Sprintf("镇%d", n/10%15)
	}
	return tables
}
