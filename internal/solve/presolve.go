package solve

import (
	"math"
)

// A reduced problem is what presolve leaves of a problem: variables that can
// have one value only are out, rows that always hold are out, and coefficients
// of whole numbers are as small as they can be.
type reduced struct {
	*problem
	keep  []int32   // the variables that stayed, by their first number
	fixed []float64 // the values of the others, by their first number
	now   []int32   // the number that a first number has now, or -1
}

// full is a point of the first problem.
func (r *reduced) full(x []float64) []float64 {
	out := append(make([]float64, 0, len(r.fixed)), r.fixed...)
	for k, j := range r.keep {
		out[j] = x[k]
	}
	return out
}

// row translates a row of the first problem.
func (r *reduced) row(terms []Term, lo, hi float64, k *packer) packed {
	for _, t := range terms {
		if j := r.now[t.Var]; j >= 0 {
			k.add(j, t.Coef)
		} else if v := t.Coef * r.fixed[t.Var]; v != 0 {
			lo, hi = lo-v, hi-v
		}
	}
	return k.take(lo, hi)
}

// presolve reduces a problem, in place. Of variables that convex rules look at,
// which it does not know, it may not argue from costs; seen is nil where there are
// no rules. ok is false if no point is left.
func presolve(p *problem, seen []bool) (red *reduced, ok bool) {
	n := len(p.lo)
	for j := range n {
		if p.whole[j] {
			p.lo[j], p.hi[j] = math.Ceil(p.lo[j]-Integral), math.Floor(p.hi[j]+Integral)
		}
		if p.lo[j] > p.hi[j] {
			return nil, false
		}
	}
	for i := range p.rows {
		if p.rows[i].lo > p.rows[i].hi {
			return nil, false
		}
	}
	p.dominate(seen)
	for range 5 {
		g := newPropagator(p)
		for i := range p.rows {
			g.enqueue(int32(i))
		}
		if !g.run(p.lo, p.hi) {
			return nil, false
		}
		changed := len(g.log) > 0
		kept := p.rows[:0]
		for i := range p.rows {
			r := p.rows[i]
			stays, tighter, good := p.lighten(&r)
			if !good {
				return nil, false
			}
			changed = changed || tighter || !stays
			if stays {
				kept = append(kept, r)
			}
		}
		p.rows = kept
		if p.settle(seen) {
			changed = true
		}
		if !changed {
			break
		}
	}
	return p.compress(), true
}

// lighten drops sides of a row that always hold, makes bounds of rows with one
// variable, and shrinks coefficients. It reports whether the row is still
// needed, whether anything changed, and whether it can be kept.
func (p *problem) lighten(r *packed) (stays, changed, good bool) {
	// Fixed variables join the sides.
	k, shift := 0, 0.0
	for e, j := range r.ind {
		if p.lo[j] == p.hi[j] {
			shift += r.val[e] * p.lo[j]
			continue
		}
		r.ind[k], r.val[k] = j, r.val[e]
		k++
	}
	if k < len(r.ind) {
		r.ind, r.val = r.ind[:k], r.val[:k]
		r.lo, r.hi = r.lo-shift, r.hi-shift
	}
	a := r.activity(p.lo, p.hi)
	tol := Feasible * math.Max(1, math.Max(a.sizeLeast, math.Abs(shift)))
	if k == 0 {
		return false, true, r.lo <= tol && r.hi >= -tol
	}
	const sure = 1e-9
	if a.noMost == 0 && a.most <= r.hi+sure*math.Max(1, a.sizeMost) && !math.IsInf(r.hi, 1) {
		r.hi, changed = math.Inf(1), true
	}
	if a.noLeast == 0 && a.least >= r.lo-sure*math.Max(1, a.sizeLeast) && !math.IsInf(r.lo, -1) {
		r.lo, changed = math.Inf(-1), true
	}
	if math.IsInf(r.lo, -1) && math.IsInf(r.hi, 1) {
		return false, true, true
	}
	if k == 1 {
		return false, true, p.asBound(r)
	}
	if p.shrink(r, a) {
		changed = true
	}
	if p.wholeSide(r) {
		changed = true
	}
	return true, changed, r.lo <= r.hi
}

// asBound makes a row with one variable that variable's bounds.
func (p *problem) asBound(r *packed) bool {
	j, c := r.ind[0], r.val[0]
	lo, hi := r.lo/c, r.hi/c
	if c < 0 {
		lo, hi = hi, lo
	}
	if p.whole[j] {
		lo, hi = math.Ceil(lo-Integral), math.Floor(hi+Integral)
	}
	lo, hi = math.Max(lo, p.lo[j]), math.Min(hi, p.hi[j])
	if lo > hi {
		if lo > hi+Feasible*math.Max(1, math.Abs(lo)) {
			return false
		}
		lo = hi
	}
	p.lo[j], p.hi[j] = lo, hi
	return true
}

// settle fixes variables that nothing keeps from the bound that costs least. It
// reports whether there were any.
func (p *problem) settle(seen []bool) (changed bool) {
	n := len(p.lo)
	down, up := make([]bool, n), make([]bool, n) // a row keeps it from moving there
	for i := range p.rows {
		r := &p.rows[i]
		for k, j := range r.ind {
			c := r.val[k]
			if !math.IsInf(r.lo, -1) {
				down[j] = down[j] || c > 0
				up[j] = up[j] || c < 0
			}
			if !math.IsInf(r.hi, 1) {
				down[j] = down[j] || c < 0
				up[j] = up[j] || c > 0
			}
		}
	}
	for j := range n {
		switch {
		case p.lo[j] == p.hi[j] || seen != nil && seen[j]:
		case p.cost[j] >= 0 && !down[j] && !math.IsInf(p.lo[j], -1):
			p.hi[j], changed = p.lo[j], true
		case p.cost[j] <= 0 && !up[j] && !math.IsInf(p.hi[j], 1):
			p.lo[j], changed = p.hi[j], true
		}
	}
	return changed
}

// compress takes out the fixed variables.
func (p *problem) compress() *reduced {
	n := len(p.lo)
	r := &reduced{problem: &problem{offset: p.offset}, fixed: make([]float64, n), now: make([]int32, n)}
	for j := range n {
		if p.lo[j] == p.hi[j] {
			r.now[j] = -1
			r.fixed[j] = p.lo[j]
			r.offset += p.cost[j] * p.lo[j]
			continue
		}
		r.now[j] = int32(len(r.keep))
		r.keep = append(r.keep, int32(j))
		r.lo, r.hi = append(r.lo, p.lo[j]), append(r.hi, p.hi[j])
		r.cost, r.whole = append(r.cost, p.cost[j]), append(r.whole, p.whole[j])
	}
	for _, old := range p.rows {
		row := packed{lo: old.lo, hi: old.hi}
		shift := 0.0
		for k, j := range old.ind {
			if now := r.now[j]; now >= 0 {
				row.ind = append(row.ind, now)
				row.val = append(row.val, old.val[k])
			} else {
				shift += old.val[k] * r.fixed[j]
			}
		}
		row.lo, row.hi = row.lo-shift, row.hi-shift
		r.rows = append(r.rows, row)
	}
	return r
}
