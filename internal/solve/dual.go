package solve

import "math"

// dual is the dual simplex: reduced costs have the right signs, and basic
// variables that are outside their bounds leave, the steepest first. Variables
// with two bounds that would get a wrong sign on the way change their bound, so
// one step goes as far as it pays.
//
// Where steps stay of length zero, costs are bent a little, each by its own
// amount, and at the end the primal simplex sets right what that has changed.
func (l *lp) dual(cutoff float64, limit int) outcome {
	start, idle := l.iterations, 0
	l.tol, l.small = primalTol, pivotTol
	limit = l.cap(limit)
	for {
		if l.worn() || l.stale {
			l.refactor()
			l.values()
			l.prices()
		}
		if l.iterations-start >= limit || l.asked() {
			return tired
		}
		if done := l.iterations - start; done&7 == 7 && !math.IsInf(cutoff, 1) && l.objective() > cutoff && l.bound() > cutoff {
			return above
		}
		pos := l.leaving()
		if pos < 0 {
			if !l.fresh {
				l.refactor()
				l.values()
				l.prices()
				if l.leaving() >= 0 {
					continue
				}
			}
			if l.costless() || !l.bent && l.honest() {
				return solved
			}
			l.begin()
			l.values()
			return l.primal(limit)
		}
		p := l.head[pos]
		delta, to := l.x[p]-l.hi[p], atUpper
		if l.x[p] < l.lo[p] {
			delta, to = l.x[p]-l.lo[p], atLower
		}
		l.unit(pos)
		l.pivotRow()
		q, flips := l.entering(delta)
		if q < 0 {
			if !l.fresh {
				l.forget()
				l.refactor()
				l.values()
				l.prices()
				continue
			}
			l.forget()
			if l.prove(delta) {
				return impossible
			}
			if !l.doubt() {
				return tired
			}
			continue
		}
		a := l.alpha[q]
		l.ahead(q)
		if b := l.colw[pos]; math.Abs(a-b) > 1e-7*(1+math.Abs(b)) || math.Abs(b) < 1e-9 {
			l.forget()
			if !l.fresh {
				l.refactor()
				l.values()
				l.prices()
				continue
			}
			if math.Abs(b) < 1e-9 {
				if !l.doubt() {
					return tired
				}
				continue
			}
			l.unit(pos)
			l.pivotRow()
		}
		theta := l.d[q] / a
		if math.Abs(theta) < 1e-10 {
			idle++
		}
		if theta*delta < 0 { // within tolerance: the cost gives way
			l.work[q] -= l.d[q]
			l.d[q], theta = 0, 0
			l.bent = true
		}
		for _, j := range l.touched {
			l.d[j] -= theta * l.alpha[j]
		}
		l.d[q], l.d[p] = 0, -theta
		l.forget()
		if flips > 0 {
			l.turnOver(l.pass[:flips])
			// The step must still be needed.
			delta = l.x[p] - l.hi[p]
			if to == atLower {
				delta = l.x[p] - l.lo[p]
			}
			l.ahead(q)
		}
		l.weigh(pos)
		step := delta / l.colw[pos]
		for i, v := range l.colw {
			if v != 0 {
				l.x[l.head[i]] -= step * v
			}
		}
		l.x[q] += step
		l.x[p] = l.hi[p]
		if to == atLower {
			l.x[p] = l.lo[p]
		}
		l.exchange(pos, q, to)
		if idle > 20 && !l.bent {
			l.bend()
		}
	}
}

// honest reports that all reduced costs have the right signs.
func (l *lp) honest() bool {
	for j := range l.where {
		if l.wrong(j) > 10*dualTol {
			return false
		}
	}
	return true
}

// costless reports that all costs were taken away, to find any point.
func (l *lp) costless() bool {
	for _, c := range l.work[:l.n] {
		if c != 0 {
			return false
		}
	}
	for _, c := range l.cost[:l.n] {
		if c != 0 {
			return true
		}
	}
	return false
}

// leaving picks the basic variable that is furthest outside its bounds, in the
// measure of its dual edge.
func (l *lp) leaving() int {
	best, worst := -1, 0.0
	for p, j := range l.head {
		v := l.lo[j] - l.x[j]
		if u := l.x[j] - l.hi[j]; u > v {
			v = u
		}
		if v > l.tol {
			if w := v * v / l.edge[p]; w > worst {
				best, worst = p, w
			}
		}
	}
	return best
}

// turnOver moves variables to their other bound, and the basic ones with them.
func (l *lp) turnOver(these []candidate) {
	for _, c := range these {
		j := c.j
		by := l.hi[j] - l.lo[j]
		if l.where[j] == atLower {
			l.where[j], l.x[j] = atUpper, l.hi[j]
		} else {
			l.where[j], l.x[j] = atLower, l.lo[j]
			by = -by
		}
		ind, val := l.of(j)
		for k, i := range ind {
			l.rhs[i] -= by * val[k]
		}
	}
	l.f.forward(l.rhs, l.colw)
	for p, v := range l.colw {
		if v != 0 {
			l.x[l.head[p]] += v
		}
	}
}

// weigh brings the weights of the dual edges to the basis after the exchange.
// It uses rho and the column in colw.
func (l *lp) weigh(pos int) {
	norm := 0.0
	for i, v := range l.rho {
		norm += v * v
		l.rhs[i] = v
	}
	l.f.forward(l.rhs, l.tau)
	pivot := l.colw[pos]
	for p, v := range l.colw {
		if v == 0 || p == pos {
			continue
		}
		r := v / pivot
		w := l.edge[p] + r*(r*norm-2*l.tau[p])
		l.edge[p] = math.Max(w, 1e-4)
	}
	l.edge[pos] = math.Max(norm/(pivot*pivot), 1e-4)
}

// bend adds to each cost an amount of its own, in the direction that keeps the
// sign of its reduced cost.
func (l *lp) bend() {
	l.bent = true
	state := uint64(0x9e3779b97f4a7c15)
	for j := range l.where {
		state = state*6364136223846793005 + 1442695040888963407
		if l.where[j] == basic || l.lo[j] == l.hi[j] || l.where[j] == atZero {
			continue
		}
		by := (0.5 + float64(state>>40)/(1<<25)) * 5e-6 * (1 + math.Abs(l.work[j]))
		if l.where[j] == atUpper {
			by = -by
		}
		l.work[j] += by
		l.d[j] += by
	}
}
