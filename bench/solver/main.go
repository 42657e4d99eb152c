//go:build unix

// Command solver compares internal/solve with CBC and GLPK on the same models in
// one run: the same optimum, and what each costs.
//
//	go run ./solver [-limit 10s] [-only places] [-counties 30]
//
// It wants cbc and glpsol (Debian: coinor-cbc, glpk-utils). Processor time is
// counted, since the machine may have other work; that of the others includes
// reading the file, about 1 s for each 5 million entries. It ends with an error
// where two programs that finished disagree.
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
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"shuren/internal/solve"
	"shuren/internal/solve/family"
)

// bound is how far, relatively, two optima may be apart.
const bound = 2e-6

// An answer is what one program found, and its processor time.
type answer struct {
	value    float64
	finished bool
	time     time.Duration
}

func main() {
	limit := flag.Duration("limit", 10*time.Second, "processor time for each program and model")
	counties := flag.Int("counties", 30, "how many counties of 100 sections to solve one after the other")
	only := flag.String("only", "", "run the models whose name has this")
	flag.Parse()
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "solver")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%-34s %9s %9s %14s %9s %9s %9s %7s %7s\n", "model", "variables", "rows", "optimum", "ours", "CBC", "GLPK", "CBC/", "GLPK/")
	wrong := 0
	for _, c := range cases() {
		if !strings.Contains(c.name, *only) {
			continue
		}
		m := c.model()
		file := filepath.Join(dir, "m.mps")
		write(file, m)
		ours := run(c, m, *limit)
		theirs := []answer{cbc(file, *limit), glpk(file, *limit)}
		fmt.Printf("%-34s %9d %9d %14.6g %9s", c.name, m.Vars(), m.Rows(), ours.value, shown(ours))
		for _, a := range theirs {
			fmt.Printf(" %9s", shown(a))
			if a.finished && ours.finished && math.Abs(a.value-ours.value) > bound*math.Max(1, math.Abs(a.value)) {
				wrong++
				fmt.Printf(" (%.9g)", a.value)
			}
		}
		for _, a := range theirs {
			fmt.Printf(" %7.2f", a.time.Seconds()/ours.time.Seconds())
		}
		fmt.Println()
	}
	wrong += sweep(*counties, *limit, filepath.Join(dir, "m.mps"))
	city()
	if wrong > 0 {
		log.Fatalf("%d answers differ", wrong)
	}
}

func shown(a answer) string {
	s := fmt.Sprintf("%.3f", a.time.Seconds())
	if !a.finished {
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

func run(c test, m *solve.Model, limit time.Duration) answer {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var g *solve.Network
	if c.network != nil {
		g = c.network()
	}
	start := spent()
	go func() {
		for ctx.Err() == nil {
			time.Sleep(50 * time.Millisecond)
			if spent()-start > limit {
				cancel()
			}
		}
	}()
	if g != nil {
		f, err := g.Solve(ctx)
		if err != nil {
			log.Fatal(err)
		}
		return answer{float64(f.Cost), f.Status == solve.Optimal, spent() - start}
	}
	r, err := solve.Solve(ctx, m, solve.Options{})
	if err != nil {
		log.Fatal(err)
	}
	return answer{r.Value, r.Status == solve.Optimal, spent() - start}
}

func process(limit time.Duration, name string, args ...string) time.Duration {
	// The programs' own limits are by the clock or by processor time; this one is
	// for a machine that is busy.
	ctx, cancel := context.WithTimeout(context.Background(), 10*limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	out, err := cmd.CombinedOutput()
	if err != nil && ctx.Err() == nil {
		log.Fatalf("%s: %v\n%s", name, err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

func cbc(file string, limit time.Duration) answer {
	out := file + ".cbc"
	t := process(limit, "cbc", file, "-sec", fmt.Sprint(limit.Seconds()), "-ratio", "1e-6", "-solve", "-solution", out, "-quit")
	text, err := os.ReadFile(out)
	if err != nil {
		return answer{math.NaN(), false, t}
	}
	first, _, _ := strings.Cut(string(text), "\n")
	_, number, _ := strings.Cut(first, "objective value")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	return answer{v, err == nil && strings.HasPrefix(first, "Optimal"), t}
}

var glpkObjective = regexp.MustCompile(`(?m)^Status:\s+(.*)\n(?s:.*?)^Objective:\s+COST = (\S+)`)

func glpk(file string, limit time.Duration) answer {
	out := file + ".glpk"
	t := process(limit, "glpsol", "--freemps", file, "--cuts", "--tmlim", fmt.Sprint(int(2*limit.Seconds())), "-o", out)
	text, err := os.ReadFile(out)
	if err != nil {
		return answer{math.NaN(), false, t}
	}
	f := glpkObjective.FindStringSubmatch(string(text))
	if f == nil {
		return answer{math.NaN(), false, t}
	}
	v, err := strconv.ParseFloat(f[2], 64)
	return answer{v, err == nil && (strings.HasSuffix(f[1], "INTEGER OPTIMAL") || f[1] == "OPTIMAL"), t}
}

// city solves a city whose counties share budgets. Nothing else is asked: the
// convex rules cannot be written as MPS.
func city() {
	for _, share := range []float64{0.7, 0.5, 0.25} {
		parts, shared := family.City(25, 100, share, 1)
		start, clock := spent(), time.Now()
		w, err := solve.Split(context.Background(), parts, shared, solve.Options{Gap: 0.01})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("city of 25 counties with 100 sections, budgets for %.0f %%: %v, %.0f, gap %.2f %%, %d rounds, processor time %.1f s, clock %.1f s\n",
			100*share, w.Status, w.Value, 100*w.Gap, w.Rounds, (spent() - start).Seconds(), time.Since(clock).Seconds())
	}
}
