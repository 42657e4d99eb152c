package duck

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"shuren/bench/nation"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// dir holds the nation's files while the benchmarks run.
var dir string

func file(name string) string { return filepath.Join(dir, name) }

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if dir, err = os.MkdirTemp("", "nation"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	for name, write := range map[string]func(io.Writer, int, uint64) error{"nation.csv": nation.WriteCSV, "nation.parquet": nation.WriteParquet} {
		err := nation.WriteFile(file(name), func(w io.Writer) error { return write(w, nation.Sections, 1) })
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// both opens the two engines, DuckDB with its tables and a Parquet file of its own.
func both(b testing.TB) (*DB, *pack.Pack) {
	b.Helper()
	db, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if err := db.Load(file("nation.csv")); err != nil {
		b.Fatal(err)
	}
	if err := db.Export(file("duckdb.parquet")); err != nil {
		b.Fatal(err)
	}
	p, err := nation.Pack()
	if err != nil {
		b.Fatal(err)
	}
	return db, p
}

// Both engines judge alike, whatever the nation is read from.
func TestSameVerdicts(t *testing.T) {
	db, p := both(t)
	for _, source := range []string{"nation", "sorted", CSV(file("nation.csv")), Parquet(file("nation.parquet")), Parquet(file("duckdb.parquet"))} {
		c, s, rows, err := db.Evaluate(source)
		if err != nil {
			t.Fatal(err)
		}
		if c != nation.CountiesMet || s != nation.SectionsMet || rows != 1+nation.Provinces+nation.Cities {
			t.Errorf("DuckDB, %s: %d counties, %d sections, %d rows", source, c, s, rows)
		}
	}
	for _, name := range []string{"nation.csv", "nation.parquet", "duckdb.parquet"} {
		a, err := nation.Evaluate(file(name), p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c, s := nation.Met(a); c != nation.CountiesMet || s != nation.SectionsMet {
			t.Errorf("shuren, %s: %d counties, %d sections", name, c, s)
		}
	}
}

// engine is one way to the answer.
type engine struct {
	name string
	do   func() error
}

// race lets engines take turns, so that what else the machine does falls on all
// of them. It reports the median of each in milliseconds, by the clock and of
// all processors together, and how many times as long as the first each other
// took.
func race(b *testing.B, engines ...engine) {
	b.Helper()
	for _, e := range engines { // caches, pools and plans
		if err := e.do(); err != nil {
			b.Fatalf("%s: %v", e.name, err)
		}
	}
	runtime.GC()
	clock, busy := make([][]time.Duration, len(engines)), make([][]time.Duration, len(engines))
	for b.Loop() {
		for i, e := range engines {
			start, before := time.Now(), cpu()
			if err := e.do(); err != nil {
				b.Fatalf("%s: %v", e.name, err)
			}
			clock[i] = append(clock[i], time.Since(start))
			busy[i] = append(busy[i], cpu()-before)
		}
	}
	first, firstBusy := median(clock[0]), median(busy[0])
	for i, e := range engines {
		ms, of := median(clock[i]), median(busy[i])
		b.ReportMetric(ms, e.name+"-ms")
		if of > 0 {
			b.ReportMetric(of, e.name+"-cpu-ms")
		}
		if i > 0 {
			b.ReportMetric(ms/first, e.name+"/"+engines[0].name)
			if of > 0 {
				b.ReportMetric(of/firstBusy, e.name+"/"+engines[0].name+"-cpu")
			}
		}
	}
	b.ReportMetric(0, "ns/op")
}

func median(d []time.Duration) float64 {
	slices.Sort(d)
	return d[len(d)/2].Seconds() * 1000
}

func ask(db *DB, source string) func() error {
	return func() error {
		c, s, _, err := db.Evaluate(source)
		return right(c, s, err)
	}
}

func judge(path string, p *pack.Pack) func() error {
	return func() error {
		a, err := nation.Evaluate(path, p)
		if err != nil {
			return err
		}
		c, s := nation.Met(a)
		return right(c, s, nil)
	}
}

func right(counties, sections int, err error) error {
	if err == nil && (counties != nation.CountiesMet || sections != nation.SectionsMet) {
		return fmt.Errorf("%d counties and %d sections, want %d and %d", counties, sections, nation.CountiesMet, nation.SectionsMet)
	}
	return err
}

// The nation in memory: frames against a table as read and one made to measure,
// and against reading the same columns and doing nothing else.
func BenchmarkMemory(b *testing.B) {
	db, p := both(b)
	set, err := nation.Load(file("nation.csv"), p)
	if err != nil {
		b.Fatal(err)
	}
	race(b,
		engine{"shuren", func() error {
			a, err := standard.Assess(set, p)
			if err != nil {
				return err
			}
			c, s := nation.Met(a)
			return right(c, s, nil)
		}},
		engine{"duckdb", ask(db, "nation")},
		engine{"duckdb-sorted", ask(db, "sorted")},
		engine{"read", func() error { sink = read(set, p); return nil }},
	)
}

func BenchmarkCSV(b *testing.B) {
	db, p := both(b)
	race(b, engine{"shuren", judge(file("nation.csv"), p)}, engine{"duckdb", ask(db, CSV(file("nation.csv")))})
}

func BenchmarkParquet(b *testing.B) {
	for _, name := range []string{"nation.parquet", "duckdb.parquet"} {
		b.Run(name, func(b *testing.B) {
			db, p := both(b)
			race(b, engine{"shuren", judge(file(name), p)}, engine{"duckdb", ask(db, Parquet(file(name)))})
		})
	}
}

var sink float64

// read adds up every column that the pack's formulas use, on all processors:
// nothing that looks at every figure can be faster.
func read(set *frame.Set, p *pack.Pack) float64 {
	n := runtime.GOMAXPROCS(0)
	sums := make([]float64, n)
	var wg sync.WaitGroup
	for k := range n {
		wg.Go(func() {
			var a, b, c, d float64
			for _, f := range set.Sections {
				for _, e := range p.Elements {
					col, _ := f.Column(e.ID)
					col = col[len(col)*k/n : len(col)*(k+1)/n]
					for ; len(col) >= 4; col = col[4:] {
						a += col[0]
						b += col[1]
						c += col[2]
						d += col[3]
					}
				}
			}
			sums[k] = a + b + c + d
		})
	}
	wg.Wait()
	total := 0.0
	for _, s := range sums {
		total += s
	}
	return total
}
