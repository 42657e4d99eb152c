package solve_test

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"testing"

	"shuren/internal/solve"
	"shuren/internal/solve/family"
	"shuren/internal/testkit"
)

// Models of middle size, each kind from several seeds: CBC finds the same least
// cost, and no points where there are none.
func TestSameAsCBC(t *testing.T) {
	testkit.OutOfProcess(t)
	program, err := exec.LookPath("cbc")
	if err != nil {
		testkit.Missing(t, "cbc", "no cbc (Debian: coinor-cbc)")
	}
	for seed := range uint64(4) {
		for name, m := range map[string]*solve.Model{
			"carry":     family.Carry(80, 8, seed),
			"places":    family.Places(30, 8, seed),
			"assign":    family.Assign(6, 20, seed),
			"knapsacks": family.Knapsacks(25, 3, seed),
			"county":    family.Flat(family.County(12, seed).Model),
			"too much":  tooMuch(family.Assign(5, 15, seed)),
		} {
			t.Run(fmt.Sprintf("%s %d", name, seed), func(t *testing.T) {
				r, err := solve.Solve(context.Background(), m, solve.Options{})
				if err != nil {
					t.Fatal(err)
				}
				value, found := family.CBC(t, program, m)
				if !found {
					if r.Status != solve.Infeasible {
						t.Errorf("%v; cbc finds no points", r.Status)
					}
					return
				}
				if r.Status != solve.Optimal || math.Abs(r.Value-value) > 2e-6*math.Max(1, math.Abs(value)) {
					t.Errorf("%v at %v, bound %v; cbc finds %v", r.Status, r.Value, r.Bound, value)
				}
			})
		}
	}
}

// tooMuch asks for less travel than there can be.
func tooMuch(m *solve.Model) *solve.Model {
	for i := range m.Rows() {
		if r := solve.Row(i); m.RowName(r) == "travel" {
			m.SetRow(r, -solve.Inf, 1)
		}
	}
	return m
}
