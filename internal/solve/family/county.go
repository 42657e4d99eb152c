package family

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shuren/internal/solve"
)

// A Place is one county of a City, as a model that can be solved alone, and what
// it spends on people and on buildings.
type Place struct {
	Model        *solve.Model
	Hired, Built []solve.Term
	// Cones are the convex rules of the model, to check points by.
	Cones []solve.Cone

	metVars []solve.Var
	need    [2]float64 // about what it would spend
}

// measures is how many goals a section has: the first three count people who
// move or are hired, the others are built.
const (
	measures = 7
	people   = 3
)

// County has n sections with seven goals each, of which six must be reached and
// the last to 85 %. People move to one of the nearest sections or are hired,
// whole persons both; the rest is built, some of it in whole rooms. For each goal
// the spread between sections, weighted by size, is at most a share of the mean.
// What is added may be borrowed instead, at more than it costs.
func County(n int, seed uint64) Place {
	return county(source(seed), n)
}

func county(r *rand.Rand, n int) Place {
	m := &solve.Model{}
	p := Place{Model: m}
	at := places(r, n)
	size := make([]float64, n)
	total := 0.0
	for i := range size {
		size[i] = math.Round(60 * math.Exp(3.2*r.Float64()))
		total += size[i]
	}
	per := [measures]float64{0.06, 0.012, 0.009, 4.5, 7.5, 2, 0.02}
	price := [measures]float64{80, 95, 80, 2, 0.4, 1, 9}
	spread := [measures]float64{0.22, 0.24, 0.25, 0.22, 0.24, 0.24, 0.25}
	for k := range measures {
		have := make([]float64, n)
		sums := make([][]solve.Term, n) // what a section has more or less than it had
		for i := range n {
			have[i] = per[k] * size[i] * (0.6 + 0.9*r.Float64())
			if k < people || k == 6 {
				have[i] = math.Round(have[i])
			}
		}
		if k < people {
			p.move(r, k, at, have, sums)
		}
		for i := range n {
			name := fmt.Sprintf("add %d to %d", k, i)
			var v solve.Var
			more := math.Ceil(per[k]*size[i]) + 3
			if k < people || k == 6 {
				v = m.Integer(name, 0, more, price[k])
			} else {
				v = m.Continuous(name, 0, more, price[k])
			}
			sums[i] = append(sums[i], v.Times(1))
			// What is borrowed costs more, but no budget.
			name = fmt.Sprintf("borrow %d for %d", k, i)
			if k < people || k == 6 {
				sums[i] = append(sums[i], m.Integer(name, 0, more, 1.4*price[k]).Times(1))
			} else {
				sums[i] = append(sums[i], m.Continuous(name, 0, more, 1.4*price[k]).Times(1))
			}
			lack := math.Max(0, 0.95*per[k]*size[i]-have[i])
			if k < people {
				p.Hired = append(p.Hired, v.Times(price[k]))
				p.need[0] += price[k] * lack
			} else {
				p.Built = append(p.Built, v.Times(price[k]))
				p.need[1] += price[k] * lack
			}
		}
		p.reach(k, per[k], size, have, sums)
		p.even(k, spread[k], size, total, have, sums)
	}
	// Six of seven.
	for i := range n {
		var met []solve.Term
		for k := range measures {
			met = append(met, p.met(k, i).Times(1))
		}
		m.AtLeast(fmt.Sprintf("six of seven in %d", i), measures-1, met...)
	}
	return p
}

// move makes variables for people who go from one section to another.
func (p *Place) move(r *rand.Rand, k int, at []place, have []float64, sums [][]solve.Term) {
	n := len(at)
	out := make([][]solve.Term, n)
	for i := range n {
		near := make([]int, 0, n)
		for j := range n {
			if j != i {
				near = append(near, j)
			}
		}
		slices.SortFunc(near, func(a, b int) int {
			if at[i].to(at[a]) < at[i].to(at[b]) {
				return -1
			}
			return 1
		})
		most := math.Floor(have[i] / 3)
		if most < 1 {
			continue
		}
		for _, j := range near[:min(6, len(near))] {
			v := p.Model.Integer(fmt.Sprintf("move %d from %d to %d", k, i, j), 0, most, 2+math.Round(at[i].to(at[j])*10)/50)
			sums[j] = append(sums[j], v.Times(1))
			sums[i] = append(sums[i], v.Times(-1))
			out[i] = append(out[i], v.Times(1))
		}
		p.Model.AtMost(fmt.Sprintf("leave %d from %d", k, i), most, out[i]...)
	}
}

// reach says that a goal is met, or else to 85 %.
func (p *Place) reach(k int, per float64, size, have []float64, sums [][]solve.Term) {
	for i := range size {
		want := per * size[i]
		met := p.Model.Binary(fmt.Sprintf("met %d in %d", k, i), 0)
		p.metVars = append(p.metVars, met)
		p.Model.AtLeast(fmt.Sprintf("goal %d in %d", k, i), 0.85*want-have[i], append(slices.Clone(sums[i]), met.Times(-0.15*want))...)
	}
}

func (p *Place) met(k, i int) solve.Var { return p.metVars[k*len(p.metVars)/measures+i] }

// even bounds the spread between sections.
func (p *Place) even(k int, share float64, size []float64, total float64, have []float64, sums [][]solve.Term) {
	mean := p.Model.Continuous(fmt.Sprintf("mean of %d", k), 0, solve.Inf, 0)
	all := []solve.Term{mean.Times(-total)}
	left := 0.0
	cone := solve.Cone{Limit: solve.Affine{Terms: []solve.Term{mean.Times(share)}}}
	for i := range size {
		all = append(all, sums[i]...)
		left += have[i]
		w := math.Sqrt(size[i] / total)
		part := solve.Affine{Const: w * have[i] / size[i], Terms: []solve.Term{mean.Times(-w)}}
		for _, t := range sums[i] {
			part.Terms = append(part.Terms, t.Var.Times(w*t.Coef/size[i]))
		}
		cone.Parts = append(cone.Parts, part)
	}
	p.Model.Equal(fmt.Sprintf("mean of %d", k), -left, all...)
	p.Model.AddCone(fmt.Sprintf("spread of %d", k), cone)
	p.Cones = append(p.Cones, cone)
}

// Flat is a model without its convex rules, as other solvers read it.
func Flat(m *solve.Model) *solve.Model {
	f := &solve.Model{Offset: m.Offset}
	for j := range m.Vars() {
		v := solve.Var(j)
		lo, hi := m.Bounds(v)
		if m.Whole(v) {
			f.Integer(m.VarName(v), lo, hi, m.Cost(v))
		} else {
			f.Continuous(m.VarName(v), lo, hi, m.Cost(v))
		}
	}
	for i := range m.Rows() {
		r := solve.Row(i)
		lo, hi := m.Limits(r)
		f.Between(m.RowName(r), lo, hi, m.Terms(r)...)
	}
	return f
}
