package opinion

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"shuren/internal/solve"
	"shuren/internal/solve/family"
	"shuren/internal/testkit"
)

// CBC agrees with what solve answers, also where convex rules are asked round by
// round, and with what has no point; a cost that is wrong is told.
func TestCBCAgrees(t *testing.T) {
	testkit.OutOfProcess(t)
	program := Find("cbc")
	if program == "" {
		testkit.Missing(t, "cbc", "no cbc (Debian: coinor-cbc)")
	}
	none := family.Assign(4, 9, 1)
	none.AtLeast("more than there is", 10, solve.Sum(0, 1, 2)...)
	for name, m := range map[string]*solve.Model{
		"county with spreads": family.County(8, 1).Model, "places": family.Places(20, 5, 1), "nothing is left": none,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			r, err := solve.Solve(ctx, m, solve.Options{})
			if err != nil {
				t.Fatal(err)
			}
			o, err := Ask(ctx, program, m)
			if err != nil {
				t.Fatal(err)
			}
			if agrees, known := o.Agrees(r); !agrees || !known {
				t.Errorf("solve: %v at %v; cbc: %v at %v after %d rounds", r.Status, r.Value, o.Status, o.Value, o.Rounds)
			}
			r.Value, r.Bound = r.Value*1.01+1, r.Bound*1.01+1
			if agrees, _ := o.Agrees(r); agrees && r.Status == solve.Optimal {
				t.Error("a cost a hundredth too high passes")
			}
		})
	}
}

func TestAgrees(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct {
		name          string
		o             Opinion
		r             solve.Result
		agrees, known bool
	}{
		{"the same", Opinion{Status: solve.Optimal, Value: 100}, solve.Result{Status: solve.Optimal, Value: 100.0001, Bound: 100}, true, true},
		{"cheaper than our bound", Opinion{Status: solve.Optimal, Value: 99}, solve.Result{Status: solve.Optimal, Value: 100, Bound: 100}, false, true},
		{"dearer than our plan", Opinion{Status: solve.Optimal, Value: 101}, solve.Result{Status: solve.Optimal, Value: 100, Bound: 100}, false, true},
		{"inside our gap", Opinion{Status: solve.Optimal, Value: 95}, solve.Result{Status: solve.Within, Value: 100, Bound: 90}, true, true},
		{"both find nothing", Opinion{Status: solve.Infeasible, Value: inf}, solve.Result{Status: solve.Infeasible}, true, true},
		{"finds what we say is not there", Opinion{Status: solve.Optimal, Value: 1}, solve.Result{Status: solve.Infeasible}, false, true},
		{"misses what we found", Opinion{Status: solve.Infeasible, Value: inf}, solve.Result{Status: solve.Within, Value: 1}, false, true},
		{"came to no end", Opinion{Status: solve.Stopped, Value: -inf}, solve.Result{Status: solve.Optimal, Value: 1, Bound: 1}, true, false},
		{"came to no end, yet above our plan", Opinion{Status: solve.Stopped, Value: 2}, solve.Result{Status: solve.Optimal, Value: 1, Bound: 1}, false, true},
		{"we came to no end", Opinion{Status: solve.Optimal, Value: 2}, solve.Result{Status: solve.Stopped}, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if agrees, known := tt.o.Agrees(tt.r); agrees != tt.agrees || known != tt.known {
				t.Errorf("agrees %v, known %v; want %v, %v", agrees, known, tt.agrees, tt.known)
			}
		})
	}
}

// fake is a program that stands where a solver should.
func fake(t *testing.T, text string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("skipped: the program is a shell script")
	}
	path := filepath.Join(t.TempDir(), "cbc")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// A program that hangs is ended with the context, one that fails or writes
// nothing is an error with what it said, and no other program is run at all.
func TestProgramsThatFail(t *testing.T) {
	m := family.Assign(3, 4, 1)
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	o, err := Ask(ctx, fake(t, "exec sleep 600"), m)
	if err != nil || o.Status != solve.Stopped {
		t.Errorf("%v, %v of a program that hangs; want stopped", o.Status, err)
	}
	for name, text := range map[string]string{"fails": "echo no licence >&2; exit 3", "says nothing": "exit 0"} {
		if _, err := Ask(context.Background(), fake(t, text), m); err == nil {
			t.Errorf("a program that %s is believed", name)
		}
	}
	if _, err := Ask(context.Background(), "/bin/sh", m); err == nil {
		t.Error("any program is run")
	}
}

func TestParse(t *testing.T) {
	const highs = "Model status\nOptimal\n\n# Primal solution values\nFeasible\nObjective 3\n# Columns 2\nC0 1\nC1 2.5\n# Rows 1\nR0 3\n"
	for _, tt := range []struct {
		name, text string
		parse      func(string, int) (answer, error)
		status     solve.Status
		second     float64
		bad        bool
	}{
		{"cbc", "Optimal - objective value 3\n 0 C0 1 0\n** 1 C1 2.5 0\n", parseCBC, solve.Optimal, 2.5, false},
		{"cbc, no point", "Infeasible - objective value 3\n", parseCBC, solve.Infeasible, 0, false},
		{"cbc, no whole point", "Integer infeasible - objective value 0\n", parseCBC, solve.Infeasible, 0, false},
		{"cbc, out of time", "Stopped on time - objective value 9\n 0 C0 1 0\n", parseCBC, solve.Stopped, 0, false},
		{"cbc, another's variable", "Optimal - objective value 3\n 0 C7 1 0\n", parseCBC, 0, 0, true},
		{"cbc, no number", "Optimal - objective value 3\n 0 C0 nan 0\n", parseCBC, 0, 0, true},
		{"highs", highs, parseHiGHS, solve.Optimal, 2.5, false},
		{"highs, no point", "Model status\nInfeasible\n", parseHiGHS, solve.Infeasible, 0, false},
		{"highs, out of time", "Model status\nTime limit reached\n", parseHiGHS, solve.Stopped, 0, false},
		{"highs, cut short", highs[:strings.Index(highs, "C1")], parseHiGHS, 0, 0, true},
		{"highs, nothing", "", parseHiGHS, 0, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := tt.parse(tt.text, 2)
			if (err != nil) != tt.bad {
				t.Fatalf("error %v", err)
			}
			if err == nil && (a.status != tt.status || a.status == solve.Optimal && a.x[1] != tt.second) {
				t.Errorf("%v %v", a.status, a.x)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Optimal - objective value 3\n 0 C0 1 0\n", true)
	f.Add("Model status\nOptimal\n# Primal solution values\n# Columns 1\nC0 1\n", false)
	f.Fuzz(func(t *testing.T, text string, cbc bool) {
		parse := parseHiGHS
		if cbc {
			parse = parseCBC
		}
		if a, err := parse(text, 3); err == nil && a.status == solve.Optimal && len(a.x) != 3 {
			t.Errorf("%d values of 3 variables", len(a.x))
		}
	})
}
