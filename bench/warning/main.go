//go:build unix

// Command warning fits a county's model of early warning and the same model in base R,
// which shares no code with it (speed.R), on the same rows. Each is a process of its
// own, so that its peak of memory is its own. Both must find the same weights.
//
//	go run ./warning [-children 100000] [-turns 3]
package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"shuren/internal/warning"
)

// penalty is that of the product.
const penalty = 1

// found is a fit and what it took.
type found struct {
	Weights []float64 // base, features, not known
	Read    float64   // seconds
	Fit     float64
	Peak    float64 `json:"-"` // MiB
}

func main() {
	children := flag.Int("children", 100_000, "children of the county; each is looked at in four half years")
	turns := flag.Int("turns", 3, "turns of each, of which the median counts")
	one := flag.String("one", "", "fit this file and tell: how the command calls itself")
	flag.Parse()
	if *one != "" {
		if err := ours(*one); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := compare(*children, *turns); err != nil {
		log.Fatal(err)
	}
}

func compare(children, turns int) error {
	dir, err := os.MkdirTemp("", "warning")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "rows.csv")
	if err := write(path, children); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	_, here, _, _ := runtime.Caller(0)
	engines := []struct {
		name string
		cmd  []string
	}{{"ours", []string{self, "-one", path}}, {"base R", []string{"Rscript", filepath.Join(filepath.Dir(here), "speed.R"), path}}}
	all := map[string][]found{}
	for range turns {
		for _, e := range engines {
			f, err := run(e.cmd)
			if err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			all[e.name] = append(all[e.name], f)
		}
	}
	a, b := all["ours"][0].Weights, all["base R"][0].Weights
	if len(a) != len(b) {
		return fmt.Errorf("%d weights and %d", len(a), len(b))
	}
	worst := 0.0
	for i := range a {
		worst = max(worst, math.Abs(a[i]-b[i]))
	}
	fmt.Printf("%d rows; weights differ by %.1g at most\n", 4*children, worst)
	if worst > 1e-4 {
		return fmt.Errorf("the weights differ: %v and %v", a, b)
	}
	for _, e := range engines {
		fmt.Printf("%-7s  reading %6.2f s   fitting %7.3f s   peak %5.0f MiB\n", e.name, median(all[e.name], func(f found) float64 { return f.Read }), median(all[e.name], func(f found) float64 { return f.Fit }), median(all[e.name], func(f found) float64 { return f.Peak }))
	}
	return nil
}

func median(list []found, of func(found) float64) float64 {
	var x []float64
	for _, f := range list {
		x = append(x, of(f))
	}
	slices.Sort(x)
	return x[len(x)/2]
}

// run runs a process that tells what it found as JSON.
func run(cmd []string) (f found, err error) {
	c := exec.Command(cmd[0], cmd[1:]...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return f, err
	}
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		f.Peak = float64(u.Maxrss) / 1024
	}
	return f, json.Unmarshal(out, &f)
}

// ours fits a file as the product fits a county.
func ours(path string) error {
	start := time.Now()
	d, err := read(path)
	if err != nil {
		return err
	}
	f := found{Read: time.Since(start).Seconds()}
	start = time.Now()
	m, err := warning.Fit(d, penalty)
	if err != nil {
		return err
	}
	f.Fit = time.Since(start).Seconds()
	f.Weights = slices.Concat([]float64{m.Base}, m.Weight, m.Missing)
	return json.NewEncoder(os.Stdout).Encode(f)
}

func read(path string) (*warning.Data, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(bufio.NewReader(f))
	in.ReuseRecord = true
	head, err := in.Read()
	if err != nil {
		return nil, err
	}
	d := &warning.Data{}
	for _, name := range head[:len(head)-1] {
		d.Features = append(d.Features, warning.Feature{ID: name})
	}
	alike := map[string][]float64{}
	var key []byte
	for {
		r, err := in.Read()
		if err == io.EOF {
			return d, nil
		}
		if err != nil {
			return nil, err
		}
		x := make([]float64, len(d.Features))
		for i := range x {
			x[i] = math.NaN()
			if r[i] != "" {
				if x[i], err = strconv.ParseFloat(r[i], 64); err != nil {
					return nil, err
				}
			}
		}
		key = warning.Key(key[:0], x)
		if same, ok := alike[string(key)]; ok {
			x = same
		} else {
			alike[string(key)] = x
		}
		d.Cases = append(d.Cases, warning.Case{X: x, Left: r[len(r)-1] == "1"})
	}
}

// write makes the rows of a county from a fixed seed: most children have missed nothing,
// some rows of the register are lacking, and few leave.
func write(path string, children int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	fmt.Fprintln(out, "absent,run,over_age,transfers,repeats,earlier_case,unseen,left")
	r := rand.New(rand.NewPCG(3, 5))
	some := func(share float64, most int) int {
		if r.Float64() > share {
			return 0
		}
		return 1 + r.IntN(most)
	}
	for range 4 * children {
		absent := some(0.15, 20)
		run := min(absent, some(0.8, 12))
		age, moved, again, earlier, unseen := some(0.08, 3), some(0.06, 2), some(0.03, 2), some(0.01, 1), some(0.02, 1)
		eta := -6.5 + 0.12*float64(absent) + 0.1*float64(run) + 0.6*float64(age) + 0.4*float64(moved) + 0.5*float64(again) + 1.5*float64(earlier) + float64(unseen)
		left := 0
		if r.Float64() < 1/(1+math.Exp(-eta)) {
			left = 1
		}
		if r.Float64() < 0.05 { // on no register of the years before
			fmt.Fprintf(out, "%d,%d,,,,%d,%d,%d\n", absent, run, earlier, unseen, left)
			continue
		}
		fmt.Fprintf(out, "%d,%d,%d,%d,%d,%d,%d,%d\n", absent, run, age, moved, again, earlier, unseen, left)
	}
	return out.Flush()
}
