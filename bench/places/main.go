//go:build unix

// Command places compares plans of seats by internal/places with CBC on the same
// models in one run: the same optimum, and what each costs.
//
//	go run ./places [-limit 60s] [-areas 200] [-schools 40] [-years 3]
//
// It wants cbc (Debian: coinor-cbc). Processor time is counted, since the machine
// may have other work; CBC's includes reading the file. Counties are made from a
// seed; none is a real one. It ends with an error where two that finished
// disagree, or where one finished and the other's bound contradicts it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"shuren/internal/places"
	"shuren/internal/places/family"
	"shuren/internal/solve"
)

// bound is how far, relatively, two optima may be apart: both stop at a gap of
// 1e-6.
const bound = 3e-6

func main() {
	limit := flag.Duration("limit", time.Minute, "processor time for each program and county")
	areas := flag.Int("areas", 200, "areas")
	schools := flag.Int("schools", 40, "schools and sites")
	years := flag.Int("years", 3, "years")
	seeds := flag.Int("seeds", 4, "counties")
	log.SetFlags(0)
	flag.Parse()
	dir, err := os.MkdirTemp("", "places")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%d areas, %d schools and sites, %d years\n%-28s %9s %8s %14s %8s %9s %14s %9s %6s\n", *areas, *schools, *years, "county", "variables", "rows", "ours", "gap %", "s", "CBC", "s", "CBC/")
	wrong := 0
	for _, c := range []struct {
		name string
		cut  func(*places.Input)
	}{
		{"all stages, conversions", func(*places.Input) {}},
		{"stages apart", func(in *places.Input) { in.Convert = nil }},
		{"one stage", one},
	} {
		for seed := range uint64(*seeds) {
			n := *schools
			if c.name == "one stage" {
				n *= 3 // a third is left
			}
			in := family.County(*areas, n, *years, false, seed)
			c.cut(in)
			m, err := in.Model()
			if err != nil {
				log.Fatal(err)
			}
			file := filepath.Join(dir, "m.mps")
			write(file, m)
			p, ours := run(in, *limit)
			value, finished, theirs := cbc(file, *limit)
			mark := ""
			done := p.Status == places.Optimal
			apart := math.Abs(value-p.Cost) > bound*math.Max(1, math.Abs(value))
			switch {
			case len(in.Verify(p)) > 0:
				mark, wrong = "does not add up", wrong+1
			case done && finished && apart, finished && value < p.Bound*(1-bound):
				mark, wrong = "differs", wrong+1
			}
			fmt.Printf("%-28s %9d %8d %14.2f %8.4f %9s %14.2f %9s %6.2f %s\n", fmt.Sprintf("%s, %d", c.name, seed), m.Vars(), m.Rows(), p.Cost, 100*p.Gap, shown(ours, done), value, shown(theirs, finished), theirs.Seconds()/ours.Seconds(), mark)
		}
	}
	if wrong > 0 {
		log.Fatalf("%d answers differ", wrong)
	}
}

// one leaves primary schools only.
func one(in *places.Input) {
	keep := places.Input{Years: in.Years, Stages: in.Stages[1:2]}
	for _, a := range in.Areas {
		a.Children = a.Children[1:2]
		keep.Areas, keep.Ways = append(keep.Areas, a), append(keep.Ways, nil)
	}
	for s, sc := range in.Schools {
		if sc.Stage != 1 {
			continue
		}
		sc.Stage = 0
		keep.Schools = append(keep.Schools, sc)
		for a := range keep.Ways {
			keep.Ways[a] = append(keep.Ways[a], in.Ways[a][s])
		}
	}
	*in = keep
}

func shown(d time.Duration, finished bool) string {
	s := fmt.Sprintf("%.2f", d.Seconds())
	if !finished {
		s = ">" + s
	}
	return s
}

func write(file string, m *solve.Model) {
	f, err := os.Create(file)
	if err != nil {
		log.Fatal(err)
	}
	if err := solve.WriteMPS(f, m); err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
}

// spent is the processor time of this process.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func run(in *places.Input, limit time.Duration) (*places.Plan, time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	start := spent()
	go func() {
		for ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
			if spent()-start > limit {
				cancel()
			}
		}
	}()
	p, err := places.Make(ctx, in, places.Options{})
	if err != nil {
		log.Fatal(err)
	}
	return p, spent() - start
}

func cbc(file string, limit time.Duration) (value float64, finished bool, t time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*limit)
	defer cancel()
	out := file + ".cbc"
	cmd := exec.CommandContext(ctx, "cbc", file, "-sec", fmt.Sprint(limit.Seconds()), "-ratio", "1e-6", "-solve", "-solution", out, "-quit")
	text, err := cmd.CombinedOutput()
	if err != nil && ctx.Err() == nil {
		log.Fatalf("cbc: %v\n%s", err, text)
	}
	t = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	got, err := os.ReadFile(out)
	if err != nil {
		return math.NaN(), false, t
	}
	first, _, _ := strings.Cut(string(got), "\n")
	_, number, _ := strings.Cut(first, "objective value")
	value, err = strconv.ParseFloat(strings.TrimSpace(number), 64)
	return value, err == nil && strings.HasPrefix(first, "Optimal"), t
}
