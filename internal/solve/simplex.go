package solve

import "math"

// What a run of the simplex came to.
type outcome uint8

const (
	solved outcome = iota
	impossible
	endless // costs fall without end
	above   // the cutoff was passed
	tired   // the limit of iterations was reached
)

// refactor takes the basis apart anew and computes all values from it.
func (l *lp) refactor() {
	l.builds++
	for tries := 0; ; tries++ {
		bad, rows := l.f.build(l.m, l.column)
		if bad == nil {
			break
		}
		// Columns that depend on others leave; the rows' own sums come.
		for k, p := range bad {
			out := l.head[p]
			in := int32(l.n) + rows[k]
			l.head[p] = in
			l.where[in] = basic
			l.where[out] = atLower
			l.edge[p] = 1
		}
	}
	for j := range l.pos[:l.n+l.m] {
		l.pos[j] = -1
	}
	for p, j := range l.head {
		l.pos[j] = int32(p)
	}
	l.fresh, l.stale = true, false
}

// settle puts a variable that is not basic at a bound that it has.
func (l *lp) settle(j int) {
	lo, hi := l.lo[j], l.hi[j]
	w := l.where[j]
	switch {
	case math.IsInf(lo, -1) && math.IsInf(hi, 1):
		w = atZero
	case w == atUpper && !math.IsInf(hi, 1):
	case w == atLower && !math.IsInf(lo, -1):
	case math.IsInf(lo, -1):
		w = atUpper
	default:
		w = atLower
	}
	l.where[j] = w
	switch w {
	case atLower:
		l.x[j] = lo
	case atUpper:
		l.x[j] = hi
	default:
		l.x[j] = 0
	}
}

// values computes the basic variables from the others.
func (l *lp) values() {
	b := l.rhs
	clear(b)
	for j := range l.where {
		if l.where[j] == basic {
			continue
		}
		l.settle(j)
		if v := l.x[j]; v != 0 {
			ind, val := l.of(int32(j))
			for k, i := range ind {
				b[i] -= v * val[k]
			}
		}
	}
	l.f.forward(b, l.colw)
	for p, j := range l.head {
		l.x[j] = l.colw[p]
	}
}

// duals computes y·B = costs of the basic variables, into y by rows.
func (l *lp) duals(cost, y []float64) {
	for p, j := range l.head {
		l.colw[p] = cost[j]
	}
	l.f.backward(l.colw, y)
}

// prices computes the reduced costs of the costs as the simplex sees them.
func (l *lp) prices() {
	y := l.rhs
	l.duals(l.work, y)
	copy(l.d, l.work[:l.n+l.m])
	for i, v := range y {
		if v == 0 {
			continue
		}
		for e := l.at.at[i]; e < l.at.at[i+1]; e++ {
			l.d[l.at.ind[e]] -= v * l.at.val[e]
		}
		l.d[l.n+i] += v
	}
	for _, j := range l.head {
		l.d[j] = 0
	}
	clear(y)
}

// pivotRow computes, from rho (by rows), the row of the tableau for all variables
// that are not basic, in alpha; touched lists those that are not zero.
func (l *lp) pivotRow() {
	l.touched = l.touched[:0]
	for i, v := range l.rho {
		if v == 0 {
			continue
		}
		s := int32(l.n + i)
		if l.where[s] != basic {
			l.alpha[s] = -v
			l.touched = append(l.touched, s)
		}
		for e := l.at.at[i]; e < l.at.at[i+1]; e++ {
			j := l.at.ind[e]
			if l.where[j] == basic {
				continue
			}
			if !l.hit[j] {
				l.hit[j] = true
				l.touched = append(l.touched, j)
			}
			l.alpha[j] += v * l.at.val[e]
		}
	}
	for _, j := range l.touched {
		l.hit[j] = false
	}
}

func (l *lp) forget() {
	for _, j := range l.touched {
		l.alpha[j] = 0
	}
	l.touched = l.touched[:0]
}

// unit solves for the row of the inverse at a position, into rho.
func (l *lp) unit(p int) {
	clear(l.tau)
	l.tau[p] = 1
	l.f.backward(l.tau, l.rho)
}

// ahead solves for a column in terms of the basis, into colw.
func (l *lp) ahead(j int32) {
	ind, val := l.of(j)
	for k, i := range ind {
		l.rhs[i] = val[k]
	}
	l.f.forward(l.rhs, l.colw)
}

// exchange makes q basic at the position of p, which goes to a bound.
func (l *lp) exchange(pos int, q int32, bound int8) {
	p := l.head[pos]
	l.f.replace(pos, l.colw)
	l.head[pos] = q
	l.pos[q], l.pos[p] = int32(pos), -1
	l.where[q], l.where[p] = basic, bound
	l.fresh = false
	l.iterations++
}

// worn reports that the basis should be taken apart anew.
func (l *lp) worn() bool {
	return len(l.f.eta) >= 100 || len(l.f.eta) >= 20 && l.f.fill > 3*(len(l.f.u.ind)+len(l.f.l.ind)+l.m)
}

// at each start of a run.
func (l *lp) begin() {
	if l.stale {
		l.refactor()
	}
	copy(l.work, l.cost)
	l.bent = false
	l.prices()
}

// wrong is by how much a reduced cost has the wrong sign for where its variable
// is.
func (l *lp) wrong(j int) float64 {
	if l.lo[j] == l.hi[j] {
		return 0
	}
	switch l.where[j] {
	case atLower:
		return -l.d[j]
	case atUpper:
		return l.d[j]
	case atZero:
		return math.Abs(l.d[j])
	}
	return 0
}
