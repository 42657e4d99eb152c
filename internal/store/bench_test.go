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
)

// A city of the demo's size: 10 counties, 3,300 sections with 60 elements, six
// class rows each.
const (
	benchCounties = 10
	benchSections = 330
	benchElements = 60
	benchClasses  = 6
)

func benchTables(year, county, sections, classes int) []*frame.Table {
	str := func(n int, f func(i int) string) *frame.Strings {
		s := &frame.Strings{Code: make([]uint32, n)}
		index := map[string]uint32{}
		for i := range n {
			x := f(i)
			c, ok := index[x]
			if !ok {
				c = uint32(len(s.Dict))
				index[x] = c
				s.Dict = append(s.Dict, x)
			}
			s.Code[i] = c
		}
		return s
	}
	table := func(list string, per int, cols int) *frame.Table {
		n := sections * per
		t := &frame.Table{Period: edu.Year(year), Level: edu.Section, List: list, File: fmt.Sprintf("c%d.xlsx", county), Sheet: "s" + list, N: n,
			Rows: make([]int32, n), Cols: map[string][]float64{}, Heads: map[string]frame.Head{}}
		for i := range n {
			t.Rows[i] = int32(i + 2)
		}
		t.Key = str(n, func(i int) string { return fmt.Sprintf("21%02d%06d", county, i/per) })
		t.Name = str(n, func(i int) string { return fmt.Sprintf("第%d小学", i/per) })
		t.Stage = str(n, func(i int) string { return string([]edu.Stage{edu.Primary, edu.Junior}[i/per%2]) })
		t.Path[edu.County] = str(n, func(int) string { return fmt.Sprintf("9901%02d", county) })
		t.PathName[edu.County] = str(n, func(int) string { return fmt.Sprintf("县%d", county) })
		t.Path[edu.Township] = str(n, func(i int) string { return fmt.Sprintf("9901%02d1%02d", county, i/per%15) })
		t.PathName[edu.Township] = str(n, func(i int) string { return fmt.Sprintf("镇%d", i/per%15) })
		for c := range cols {
			col := make([]float64, n)
			for i := range col {
				col[i] = float64((i*7+c*13+year)%900) + 0.25
				if (i+c)%11 == 0 {
					col[i] = edu.Missing()
				}
			}
			id := fmt.Sprintf("e%02d", c)
			t.Cols[id] = col
			t.Heads[id] = frame.Head{Column: "C", Header: "第" + id}
		}
		return t
	}
	return []*frame.Table{table("", 1, benchElements), table("classes", classes, 4), table("rooms", 2, 3)}
}

func benchSub(year, county int) store.Submission {
	return store.Submission{ID: fmt.Sprintf("%d-%d", year, county), Form: "f", Period: edu.Year(year), File: "f.xlsx", At: time.Date(year, 10, 1, 0, 0, county, 0, time.UTC)}
}

func openBench(b *testing.B) *store.Store {
	s, err := store.Open(context.Background(), filepath.Join(b.TempDir(), "s.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func importYear(b *testing.B, s *store.Store, year int) {
	for c := range benchCounties {
		if _, err := s.Import(context.Background(), store.Whole(store.Editor), benchSub(year, c), benchTables(year, c, benchSections, benchClasses)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkImport saves one workbook of one county.
func BenchmarkImport(b *testing.B) {
	s := openBench(b)
	importYear(b, s, 2000)
	year := 2001
	for b.Loop() {
		b.StopTimer()
		tables := benchTables(year, 3, benchSections, benchClasses)
		b.StartTimer()
		if _, err := s.Import(context.Background(), store.Whole(store.Editor), benchSub(year, 3), tables); err != nil {
			b.Fatal(err)
		}
		year++
	}
}

// BenchmarkTables reads one year of the city.
func BenchmarkTables(b *testing.B) {
	s := openBench(b)
	for year := 2018; year < 2026; year++ {
		importYear(b, s, year)
	}
	for b.Loop() {
		if _, err := s.Tables(context.Background(), store.Whole(store.Reader), store.Query{Period: edu.Year(2024)}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens the city's file and reads a year: what the first page of
// a start waits for.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "s.db")
	s, err := store.Open(context.Background(), path)
	if err != nil {
		b.Fatal(err)
	}
	for year := 2018; year < 2026; year++ {
		importYear(b, s, year)
	}
	s.Close()
	for b.Loop() {
		s, err := store.Open(context.Background(), path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Tables(context.Background(), store.Whole(store.Reader), store.Query{Period: edu.Year(2024)}); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

// BenchmarkTablesBig reads 5.3 million figures: 88,000 sections with 60
// elements in 100 counties.
func BenchmarkTablesBig(b *testing.B) {
	s := openBench(b)
	var all []*frame.Table
	for c := range 100 {
		all = append(all, benchTables(2024, c, 883, 0)[0])
	}
	if _, err := s.Import(context.Background(), store.Whole(store.Editor), benchSub(2024, 0), all); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		tables, err := s.Tables(context.Background(), store.Whole(store.Reader), store.Query{Period: edu.Year(2024)})
		if err != nil {
			b.Fatal(err)
		}
		n = 0
		for _, t := range tables {
			n += t.N * len(t.Cols)
		}
	}
	b.ReportMetric(float64(n), "figures")
}
