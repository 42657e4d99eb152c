package solve

import "math"

// run solves from the present basis. Above cutoff it may stop early; limit is of
// iterations, 0 for none.
func (l *lp) run(cutoff float64, limit int) outcome {
	l.ray, l.way, l.turns = nil, nil, 0
	for j := range l.lo {
		if l.lo[j] > l.hi[j] {
			return l.empty(j)
		}
	}
	l.tol = primalTol
	l.begin()
	if l.flip() {
		l.values()
		return l.dual(cutoff, limit)
	}
	l.values()
	if !l.within() {
		// No costs at all suit any basis; what is found is a point to go on from.
		clear(l.work)
		l.bent = true
		clear(l.d)
		if end := l.dual(math.Inf(1), limit); end != solved {
			return end
		}
		l.begin()
		l.values()
	}
	return l.primal(limit)
}

// cap is the limit of iterations: a run that takes more than this is lost in
// rounding.
func (l *lp) cap(limit int) int {
	most := 10000 + 50*(l.n+l.m)
	if limit > 0 && limit < most {
		return limit
	}
	return most
}

// asked reports, now and then, that the work must end.
func (l *lp) asked() bool {
	return l.ctx != nil && l.iterations&31 == 0 && over(l.ctx)
}

// flip puts variables at the bound that their reduced cost wants. It reports
// whether all could be satisfied.
func (l *lp) flip() bool {
	good := true
	for j := range l.where {
		if l.where[j] == basic {
			continue
		}
		l.settle(j)
		if l.wrong(j) <= dualTol {
			continue
		}
		switch {
		case l.where[j] == atLower && !math.IsInf(l.hi[j], 1):
			l.where[j] = atUpper
		case l.where[j] == atUpper && !math.IsInf(l.lo[j], -1):
			l.where[j] = atLower
		default:
			good = false
		}
	}
	return good
}

// within reports that the basic variables keep their bounds.
func (l *lp) within() bool {
	for _, j := range l.head {
		if v := l.x[j]; v < l.lo[j]-l.tol || v > l.hi[j]+l.tol {
			return false
		}
	}
	return true
}

// empty answers for a variable whose bounds contradict each other.
func (l *lp) empty(j int) outcome {
	l.ray = make([]float64, l.m)
	if j >= l.n {
		l.ray[j-l.n] = 1
	}
	return impossible
}
