//go:build unix

// Command registers compares two years of 1,200,000 pupils with DuckDB in one run:
// both CSV files are imported and who left, who came and who is at two schools is
// found. Every turn is a process of its own, so that its peak of memory is its own.
//
//	go run ./registers [-pupils 1200000] [-turns 5]
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"shuren/bench/duck"
	"shuren/bench/registers/pupils"
	"shuren/internal/edu"
	"shuren/internal/reconcile"
	"shuren/internal/sheet"
)

// found is an engine's answer and what it took.
type found struct {
	Left, Entered, Twice int
	Import, Compare      float64 // seconds
	All, CPU             float64 // of the process
	Peak                 float64 // MiB
}

func main() {
	n := flag.Int("pupils", 1_200_000, "pupils a year")
	turns := flag.Int("turns", 5, "turns of each engine")
	engine := flag.String("engine", "", "be one engine's turn (for this program itself)")
	dir := flag.String("dir", "", "where the files are (for this program itself)")
	flag.Parse()
	log.SetFlags(0)
	if *engine != "" {
		f, err := map[string]func(dir string) (found, error){"shuren": ours, "duckdb": ducks}[*engine](*dir)
		if err == nil {
			err = json.NewEncoder(os.Stdout).Encode(f)
		}
		if err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := run(*n, *turns); err != nil {
		log.Fatal(err)
	}
}

func run(n, turns int) error {
	dir, err := os.MkdirTemp("", "registers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	last, err := os.Create(filepath.Join(dir, "last.csv"))
	if err != nil {
		return err
	}
	this, err := os.Create(filepath.Join(dir, "this.csv"))
	if err != nil {
		return err
	}
	want, err := pupils.Write(last, this, n, 1)
	if err != nil {
		return err
	}
	bytes := int64(0)
	for _, f := range []*os.File{last, this} {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		bytes += info.Size()
		if err := f.Close(); err != nil {
			return err
		}
	}
	fmt.Printf("%d + %d rows, %d MB of CSV\n", want.Last, want.This, bytes/1e6)
	all := map[string][]found{}
	for range turns {
		for _, e := range []string{"shuren", "duckdb"} {
			f, err := turn(e, dir)
			if err != nil {
				return fmt.Errorf("%s: %w", e, err)
			}
			if f.Left != want.Left+want.Finished || f.Entered != want.Entered || f.Twice != want.Twice {
				return fmt.Errorf("%s found %+v; want %+v", e, f, want)
			}
			all[e] = append(all[e], f)
		}
	}
	fmt.Println("engine   import s  compare s  process s  cpu s  peak MiB  rows/s")
	mid := map[string]found{}
	for _, e := range []string{"shuren", "duckdb"} {
		m := found{
			Import: median(all[e], func(f found) float64 { return f.Import }), Compare: median(all[e], func(f found) float64 { return f.Compare }),
			All: median(all[e], func(f found) float64 { return f.All }), CPU: median(all[e], func(f found) float64 { return f.CPU }),
			Peak: median(all[e], func(f found) float64 { return f.Peak }),
		}
		mid[e] = m
		fmt.Printf("%-8s %8.2f %10.3f %10.2f %6.2f %9.0f %7.0f\n", e, m.Import, m.Compare, m.All, m.CPU, m.Peak, float64(want.Last+want.This)/m.All)
	}
	s, d := mid["shuren"], mid["duckdb"]
	fmt.Printf("duckdb/shuren: import %.2f, compare %.2f, process %.2f, cpu %.2f, peak %.2f\n", d.Import/s.Import, d.Compare/s.Compare, d.All/s.All, d.CPU/s.CPU, d.Peak/s.Peak)
	return nil
}

func median(fs []found, of func(found) float64) float64 {
	var out []float64
	for _, f := range fs {
		out = append(out, of(f))
	}
	slices.Sort(out)
	return out[len(out)/2]
}

// turn runs an engine in a process of its own.
func turn(engine, dir string) (f found, err error) {
	self, err := os.Executable()
	if err != nil {
		return f, err
	}
	cmd := exec.Command(self, "-engine", engine, "-dir", dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return f, err
	}
	all := time.Since(start).Seconds()
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		return f, err
	}
	use := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	f.All, f.CPU = all, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	f.Peak = float64(use.Maxrss) / 1024
	return f, nil
}

// ours reads both files into columns of keyed hashes and makes the record of every
// child, with all rules.
func ours(dir string) (f found, err error) {
	start := time.Now()
	k, err := reconcile.NewKeyer([]byte("a secret of 16 b"))
	if err != nil {
		return f, err
	}
	today := edu.DateOf(time.Date(2025, 10, 20, 0, 0, 0, 0, time.UTC))
	lists, errs := make([]*reconcile.List, 2), make([]error, 2)
	var wg sync.WaitGroup
	for i, name := range []string{"last.csv", "this.csv"} {
		wg.Go(func() {
			lists[i], errs[i] = read(filepath.Join(dir, name), []reconcile.Source{reconcile.Last, reconcile.Register}[i], k, today)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return f, err
		}
	}
	f.Import = time.Since(start).Seconds()
	start = time.Now()
	r, err := reconcile.Compare(context.Background(), lists, reconcile.Options{Today: today, Year: 2025})
	if err != nil {
		return f, err
	}
	c := r.Counts()
	f.Compare = time.Since(start).Seconds()
	f.Left = c.Reasons[reconcile.Vanished] + c.Reasons[reconcile.NotPromoted] + c.Reasons[reconcile.Finished]
	f.Twice = c.Reasons[reconcile.TwoSchools]
	// Who came: every child but those of last year's list.
	f.Entered = r.Len() - lists[0].Len()
	return f, nil
}

func read(path string, s reconcile.Source, k *reconcile.Keyer, today edu.Date) (*reconcile.List, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	book, err := sheet.Open(in, sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	got, err := reconcile.Read(context.Background(), book, filepath.Base(path), s, k, today, nil)
	if err != nil {
		return nil, err
	}
	if len(got.Problems) > 0 {
		return nil, fmt.Errorf("%s", got.Problems[0].In("en"))
	}
	return got.List, nil
}

// ducks asks DuckDB for the same three numbers, in SQL as one would write it.
func ducks(dir string) (f found, err error) {
	start := time.Now()
	db, err := duck.Open()
	if err != nil {
		return f, err
	}
	defer db.Close()
	if err := db.Registers(filepath.Join(dir, "last.csv"), filepath.Join(dir, "this.csv")); err != nil {
		return f, err
	}
	f.Import = time.Since(start).Seconds()
	start = time.Now()
	f.Left, f.Entered, f.Twice, err = db.Compared()
	f.Compare = time.Since(start).Seconds()
	return f, err
}
