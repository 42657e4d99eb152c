package solve_test

import (
	"context"
	"fmt"
	"math"

	"shuren/internal/solve"
)

// Four sections need people and rooms. People move or are hired, whole persons
// both; of three goals a section must reach two and the third to 85 %; the spread
// of people per size is at most a fifth of the mean; and hiring has a budget.
func Example() {
	size := []float64{200, 400, 600, 800}
	goals := []struct {
		name string
		per  float64
		have []float64
		cost float64
	}{
		{"people", 0.05, []float64{16, 17, 29, 36}, 80},
		{"rooms", 0.02, []float64{3, 9, 9, 20}, 30},
		{"books", 30, []float64{7000, 9000, 18000, 20000}, 0.004},
	}
	var m solve.Model
	met := make([][]solve.Term, len(size)) // goals that a section reaches
	var hired []solve.Term
	for g, goal := range goals {
		change := make([][]solve.Term, len(size))
		for i := range size {
			var v solve.Var
			if g < 2 {
				v = m.Integer(fmt.Sprintf("%s for %d", goal.name, i), 0, 50, goal.cost)
			} else {
				v = m.Continuous(fmt.Sprintf("%s for %d", goal.name, i), 0, 20000, goal.cost)
			}
			change[i] = append(change[i], v.Times(1))
			if g == 0 {
				hired = append(hired, v.Times(1))
				for j := range size {
					if j != i {
						move := m.Integer(fmt.Sprintf("move from %d to %d", i, j), 0, 3, 5+math.Abs(float64(i-j)))
						change[i] = append(change[i], move.Times(-1))
						change[j] = append(change[j], move.Times(1))
					}
				}
			}
		}
		for i := range size {
			want := goal.per * size[i]
			yes := m.Binary(fmt.Sprintf("%s of %d reached", goal.name, i), 0)
			met[i] = append(met[i], yes.Times(1))
			// have + change >= 85 % of want, and all of it where the goal counts.
			m.AtLeast(fmt.Sprintf("%s of %d", goal.name, i), 0.85*want-goal.have[i], append(change[i], yes.Times(-0.15*want))...)
		}
		if g == 0 {
			even(&m, size, goal.have, change, 0.2)
		}
	}
	for i := range size {
		m.AtLeast(fmt.Sprintf("two of three in %d", i), 2, met[i]...)
	}
	budget := m.AtMost("budget for hiring", 3, hired...)

	r, err := solve.Solve(context.Background(), &m, solve.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: %.2f\n", r.Status, r.Value)
	for j, x := range r.X {
		if v := solve.Var(j); m.Cost(v) > 0 && x > 0 {
			fmt.Printf("%s: %.0f\n", m.VarName(v), x)
		}
	}

	// Without anybody hired or moved it cannot be.
	m.SetRow(budget, 0, 0)
	for j := range m.Vars() {
		if v := solve.Var(j); m.Cost(v) >= 5 && m.Cost(v) < 9 {
			m.SetBounds(v, 0, 0)
		}
	}
	c, err := solve.Explain(context.Background(), &m)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range c.Rules {
		fmt.Println("conflict:", m.RuleName(rule))
	}
	for _, row := range c.Rows {
		fmt.Println("conflict:", m.RowName(row))
	}
	// Output:
	// optimal: 125.00
	// move from 0 to 2: 1
	// rooms for 0: 1
	// rooms for 2: 2
	// books for 1: 3000
	// books for 3: 4000
	// conflict: spread
	// conflict: budget for hiring
}

// even keeps the spread of (have + change) / size, weighted by size, within a
// share of its mean.
func even(m *solve.Model, size, have []float64, change [][]solve.Term, share float64) {
	total, sum := 0.0, 0.0
	mean := m.Continuous("mean", 0, 10, 0)
	all := []solve.Term{}
	for i := range size {
		total += size[i]
		sum += have[i]
		all = append(all, change[i]...)
	}
	m.Equal("mean", -sum, append(all, mean.Times(-total))...)
	cone := solve.Cone{Limit: solve.Affine{Terms: []solve.Term{mean.Times(share)}}}
	for i := range size {
		w := math.Sqrt(size[i] / total)
		part := solve.Affine{Const: w * have[i] / size[i], Terms: []solve.Term{mean.Times(-w)}}
		for _, t := range change[i] {
			part.Terms = append(part.Terms, t.Var.Times(w*t.Coef/size[i]))
		}
		cone.Parts = append(cone.Parts, part)
	}
	m.AddCone("spread", cone)
}
