// Package opinion asks another solver, one that the operator has installed, what
// it says of a model that solve has answered: a second opinion on a plan that
// costs millions.
//
// The other program is run on files, without a shell, and is ended with the
// context. It need not find the same plan, as there may be several of the same
// cost; what it must not find is another cost. Convex rules, which files cannot
// say, are asked round by round: what the other program gives is held against
// them, and the rows it breaks are added, until it breaks none.
package opinion

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"shuren/internal/fault"
	"shuren/internal/solve"
)

// An Opinion is what the other program says.
type Opinion struct {
	Program string // its path
	Status  solve.Status
	// Value is the least cost where Status is Optimal. Where it is Stopped, no plan
	// that keeps the linear rules costs less than Value, or that is not known and
	// Value is -Inf.
	Value  float64
	Rounds int // how often it was run
	Took   time.Duration
}

// mostRounds is how often convex rules are asked at most.
const mostRounds = 40

// A solver is a program that can be asked.
type solver struct {
	args    func(model, answer string, left time.Duration) []string
	parse   func(text string, vars int) (answer, error)
	options string
}

// An answer is what a program wrote of one model.
type answer struct {
	status solve.Status
	x      []float64 // where status is Optimal
}

var solvers = map[string]solver{
	"cbc": {cbcArgs, parseCBC, ""}, "highs": {highsArgs, parseHiGHS, highsOptions},
}

// Find looks for a program that can be asked: the one named, or any where none
// is. It gives its path, "" if there is none.
func Find(program string) string {
	names := []string{program}
	if program == "" {
		names = []string{"highs", "cbc"}
	}
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			if path, err = filepath.Abs(path); err == nil {
				return path
			}
		}
	}
	return ""
}

// Ask runs a program, a path whose last part is cbc or highs, on a model. Give a
// context with a deadline: the program is told how long it has, and is ended when
// the context does.
func Ask(ctx context.Context, program string, m *solve.Model) (Opinion, error) {
	name := strings.TrimSuffix(filepath.Base(program), ".exe")
	s, ok := solvers[name]
	if !ok {
		return Opinion{}, fmt.Errorf("%q is no solver that can be asked: want cbc or highs: %w", name, fault.Invalid)
	}
	dir, err := os.MkdirTemp("", "opinion")
	if err != nil {
		return Opinion{}, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, optionsFile), []byte(s.options), 0o600); err != nil {
		return Opinion{}, err
	}
	start := time.Now()
	o := Opinion{Program: program, Status: solve.Stopped, Value: math.Inf(-1)}
	linear := m.Linear()
	for o.Rounds < mostRounds {
		o.Rounds++
		a, err := s.run(ctx, program, dir, linear)
		o.Took = time.Since(start)
		if errors.Is(err, errEnded) {
			return o, nil
		}
		if err != nil {
			return o, fmt.Errorf("%s: %w", name, err)
		}
		switch a.status {
		case solve.Optimal:
			o.Value = linear.Value(a.x)
		case solve.Infeasible:
			o.Status, o.Value = solve.Infeasible, math.Inf(1)
			return o, nil
		default:
			return o, nil
		}
		cuts, err := m.Broken(a.x)
		if err != nil {
			return o, err
		}
		if len(cuts) == 0 {
			o.Status = solve.Optimal
			return o, nil
		}
		for _, c := range cuts {
			linear.Between("", c.Lo, c.Hi, c.Terms...)
		}
	}
	return o, nil
}

// Tolerance is how far apart, as a fraction, two costs may be that are called the
// same: twice what solve calls Optimal.
const Tolerance = 2e-6

// Agrees tells whether an answer of solve and the opinion can both be right. Known
// is false where the other program came to no end, and what it has found does not
// speak against the answer.
func (o Opinion) Agrees(r solve.Result) (agrees, known bool) {
	room := func(v float64) float64 { return Tolerance * math.Max(1, math.Abs(v)) }
	has := r.Status == solve.Optimal || r.Status == solve.Within
	switch o.Status {
	case solve.Infeasible:
		return !has, has || r.Status == solve.Infeasible
	case solve.Optimal:
		if r.Status == solve.Infeasible {
			return false, true
		}
		if !has {
			return true, false
		}
		return o.Value >= r.Bound-room(r.Bound) && o.Value <= r.Value+room(r.Value), true
	}
	if has && o.Value > r.Value+room(r.Value) {
		return false, true
	}
	return true, false
}
