package solve

import "math"

// A Linear is the answer for a Model without regard to whole numbers and convex
// rules.
type Linear struct {
	// Status is Optimal, Infeasible or Unbounded; Stopped where rounding left
	// nothing certain.
	Status Status
	X      []float64
	Value  float64
	// Bound is what every point costs at least, computed from Dual.
	Bound float64
	// Dual has for each row by how much the cost rises when the row's bound
	// does, and Reduced the same for each variable's bound.
	Dual, Reduced []float64
	// Proof has for each row of an infeasible model a multiplier, such that the
	// rows add up to one that the bounds cannot keep (see Refutes). It is zero
	// where the bounds of one variable contradict each other.
	Proof []float64
	// Way is a direction of an unbounded model: from X, all rules are kept
	// however far one goes, and costs fall.
	Way        []float64
	Iterations int
}

// Relax minimises a Model as if every variable were continuous, and without its
// convex rules. The error is an *Invalid.
func Relax(m *Model) (Linear, error) {
	if err := m.Check(); err != nil {
		return Linear{}, err
	}
	p := m.problem()
	l := newLP(p)
	end := l.run(math.Inf(1), 0)
	r := Linear{Iterations: l.iterations, Bound: math.Inf(-1)}
	switch end {
	case impossible:
		r.Status, r.Proof, r.Bound = Infeasible, l.ray, math.Inf(1)
		return r, nil
	case endless:
		r.Status, r.Way, r.X = Unbounded, l.way, l.point()
		return r, nil
	case solved:
		r.Status = Optimal
	}
	r.X = l.point()
	r.Value = p.value(r.X)
	r.Dual = make([]float64, l.m)
	l.duals(l.cost, r.Dual)
	for i := range r.Dual {
		r.Dual[i] /= l.scale[l.n+i]
	}
	r.Reduced = append([]float64(nil), p.cost...)
	for i, y := range r.Dual {
		for k, j := range p.rows[i].ind {
			r.Reduced[j] -= y * p.rows[i].val[k]
		}
	}
	r.Bound = l.bound() + p.offset
	return r, nil
}

// point is where the simplex is, as the model sees it.
func (l *lp) point() []float64 {
	x := make([]float64, l.n)
	for j := range x {
		x[j] = l.x[j] * l.scale[j]
		if l.where[j] != basic { // exactly at the bound
			continue
		}
		// What rounding left beyond a bound.
		if lo := l.lo[j] * l.scale[j]; x[j] < lo {
			x[j] = lo
		} else if hi := l.hi[j] * l.scale[j]; x[j] > hi {
			x[j] = hi
		}
	}
	return x
}

// Refutes reports that multipliers of the rows prove that no point keeps rows
// and bounds, or that the bounds of one variable or row already contradict each
// other.
func (m *Model) Refutes(y []float64) bool {
	for _, v := range m.vars {
		if v.lo > v.hi {
			return true
		}
	}
	for _, r := range m.rows {
		if r.lo > r.hi {
			return true
		}
	}
	if len(y) != len(m.rows) {
		return false
	}
	return newLP(m.problem()).refutes(y)
}
