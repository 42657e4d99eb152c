package solve

import "math"

// bound is what every point costs at least, by the duals of the basis and the
// true costs: weak duality holds for any multipliers, so it does not matter
// whether the simplex has finished.
func (l *lp) bound() float64 {
	y := l.rhs
	l.duals(l.cost, y)
	d := l.alpha
	copy(d, l.cost)
	for i, v := range y {
		if v == 0 {
			continue
		}
		for e := l.at.at[i]; e < l.at.at[i+1]; e++ {
			d[l.at.ind[e]] -= v * l.at.val[e]
		}
		d[l.n+i] += v
	}
	clear(y)
	sum := 0.0
	for j, v := range d {
		sum += least(v, l.lo[j], l.hi[j], l.pos[j] >= 0)
		d[j] = 0
	}
	return sum
}

// least is the least of v·x for x between two bounds. What is left of a basic
// variable, or below the tolerance where there is no bound, counts as nothing.
func least(v, lo, hi float64, basic bool) float64 {
	switch {
	case v > 0:
		if !math.IsInf(lo, -1) {
			return v * lo
		}
	case v < 0:
		if !math.IsInf(hi, 1) {
			return v * hi
		}
	default:
		return 0
	}
	if basic || math.Abs(v) <= dualTol {
		return 0
	}
	return math.Inf(-1)
}

// objective is the cost of the present values as the simplex sees costs.
func (l *lp) objective() float64 {
	sum := 0.0
	for j := range l.n {
		sum += l.work[j] * l.x[j]
	}
	return sum
}
