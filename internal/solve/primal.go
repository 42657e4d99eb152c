package solve

import "math"

// primal is the primal simplex: basic variables keep their bounds, and a
// variable whose reduced cost has the wrong sign enters. It begins where costs
// have changed, and where the dual simplex had bent them.
func (l *lp) primal(limit int) outcome {
	start, idle := l.iterations, 0
	l.small = pivotTol
	limit = l.cap(limit)
	weight := make([]float64, l.n+l.m)
	for j := range weight {
		weight[j] = 1
	}
	size := 1 + math.Abs(l.objective())
	for {
		if l.worn() || l.stale {
			l.refactor()
			l.values()
			l.prices()
		}
		if l.iterations-start >= limit || l.asked() {
			return tired
		}
		if idle > 1000+l.m/4 && l.within() {
			return solved // to within rounding; bound does not rest on it
		}
		q := l.dearest(weight, idle > 200)
		if q < 0 {
			if l.fresh {
				return solved
			}
			l.refactor()
			l.values()
			l.prices()
			if l.dearest(weight, false) >= 0 {
				continue
			}
			if !l.within() {
				if l.turns++; l.turns > 10 {
					return tired
				}
				return l.dual(math.Inf(1), limit)
			}
			return solved
		}
		up := 1.0 // the direction in which q moves
		if l.d[q] > 0 {
			up = -1
		}
		l.ahead(int32(q))
		pos, step, bound := l.blocking(q, up)
		if math.IsInf(step, 1) {
			if !l.fresh {
				l.refactor()
				l.values()
				l.prices()
				continue
			}
			if l.small > 1e-10 { // what blocks may be small
				l.small = 1e-10
				continue
			}
			if l.direction(q, up) {
				return endless
			}
			l.work[q] -= l.d[q] // nothing but rounding
			l.d[q], l.bent = 0, true
			continue
		}
		if step*math.Abs(l.d[q]) < 1e-13*size {
			idle++
		} else {
			idle = 0
		}
		if pos >= 0 && math.Abs(l.colw[pos]) < 1e-6 && !l.fresh {
			l.refactor()
			l.values()
			l.prices()
			continue
		}
		for p, v := range l.colw {
			if v != 0 {
				l.x[l.head[p]] -= up * step * v
			}
		}
		l.x[q] += up * step
		if pos < 0 { // from one bound to the other
			l.where[q] = atUpper
			l.x[q] = l.hi[q]
			if up < 0 {
				l.where[q], l.x[q] = atLower, l.lo[q]
			}
			l.iterations++
			continue
		}
		l.small = pivotTol
		p := l.head[pos]
		l.unit(pos)
		l.pivotRow()
		a := l.colw[pos]
		theta := l.d[q] / a
		for _, j := range l.touched {
			l.d[j] -= theta * l.alpha[j]
			if r := l.alpha[j] / a; weight[j] < r*r*weight[q] {
				weight[j] = r * r * weight[q]
			}
		}
		l.forget()
		l.d[q], l.d[p] = 0, -theta
		weight[p] = math.Max(weight[q]/(a*a), 1)
		l.x[p] = l.hi[p]
		if bound == atLower {
			l.x[p] = l.lo[p]
		}
		l.edge[pos] = 1
		l.exchange(pos, int32(q), bound)
	}
}

// dearest picks the variable to enter; by number alone when steps have long
// been of length zero, which excludes cycling.
func (l *lp) dearest(weight []float64, byNumber bool) int {
	best, worst := -1, 0.0
	for j, w := range l.where {
		if w == basic {
			continue
		}
		v := l.wrong(j)
		if v <= dualTol {
			continue
		}
		if byNumber {
			return j
		}
		if s := v * v / weight[j]; s > worst {
			best, worst = j, s
		}
	}
	return best
}

// blocking finds how far q may move and which position blocks it first: among
// those that block within tolerance, the one with the largest element. No
// position is the other bound of q itself.
func (l *lp) blocking(q int, up float64) (pos int, step float64, bound int8) {
	reach := math.Inf(1)
	for p, v := range l.colw {
		v *= up
		j := l.head[p]
		switch {
		case v > l.small:
			reach = math.Min(reach, (l.x[j]-l.lo[j]+primalTol)/v)
		case v < -l.small:
			reach = math.Min(reach, (l.x[j]-l.hi[j]-primalTol)/v)
		}
	}
	pos, step = -1, math.Inf(1)
	size := 0.0
	for p, v := range l.colw {
		v *= up
		j := l.head[p]
		var t float64
		b := atLower
		switch {
		case v > l.small:
			t = (l.x[j] - l.lo[j]) / v
		case v < -l.small:
			t = (l.x[j] - l.hi[j]) / v
			b = atUpper
		default:
			continue
		}
		if t <= reach && math.Abs(v) > size {
			pos, step, bound, size = p, math.Max(t, 0), b, math.Abs(v)
		}
	}
	if own := l.hi[q] - l.lo[q]; own <= step {
		return -1, own, basic
	}
	return pos, step, bound
}

// direction notes the way along which costs fall without end. It reports false
// if they do not, but for rounding.
func (l *lp) direction(q int, up float64) bool {
	l.way = make([]float64, l.n)
	gain, large := 0.0, 0.0
	set := func(j int32, v float64) {
		if int(j) < l.n && math.Abs(v) > 1e-11 {
			l.way[j] = v * l.scale[j]
			if v > 0 && math.IsInf(l.hi[j], 1) || v < 0 && math.IsInf(l.lo[j], -1) { // others cannot go on for ever
				gain += l.cost[j] * v
			}
			large = math.Max(large, math.Abs(v))
		}
	}
	for p, j := range l.head {
		set(j, -up*l.colw[p])
	}
	set(int32(q), up)
	return gain < -1e-7*large
}
