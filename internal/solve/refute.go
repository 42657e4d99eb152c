package solve

import "math"

// doubt is called where a row seems impossible but its multipliers do not prove
// it, or where its pivot is nothing but rounding: first smaller elements may be
// pivots, then basic variables may be further outside, up to what a Model calls
// met. It reports false when there is nothing left to allow.
func (l *lp) doubt() bool {
	if l.small > 1e-9 {
		l.small = 1e-9
		return true
	}
	l.small = pivotTol
	l.tol *= 10
	return l.tol < 1.5*Feasible
}

// prove makes the row in rho into multipliers that show that no point keeps all
// rows and bounds, and checks that they do.
func (l *lp) prove(delta float64) bool {
	sign := 1.0
	if delta > 0 {
		sign = -1
	}
	ray := make([]float64, l.m)
	for i, v := range l.rho {
		ray[i] = sign * v / l.scale[l.n+i]
	}
	for range 2 {
		if l.refutes(ray) {
			l.ray = ray
			return true
		}
		for i := range ray {
			ray[i] = -ray[i]
		}
	}
	return false
}

// refutes reports that with these multipliers the rows add up to a row that the
// bounds cannot keep: the least of (ray·A)·x - ray·s over all bounds is above
// zero, and would be if every row were broken by a tenth of what is allowed.
func (l *lp) refutes(ray []float64) bool {
	sum := l.alpha // zero, and left zero
	for i, v := range ray {
		if v == 0 {
			continue
		}
		r := &l.rows[i]
		for k, j := range r.ind {
			sum[j] += v * r.val[k]
		}
		sum[l.n+i] -= v
	}
	total, size := 0.0, 0.0
	for _, v := range ray {
		total -= Feasible / 10 * math.Abs(v)
	}
	for j, v := range sum {
		sum[j] = 0
		if v == 0 {
			continue
		}
		s := l.scale[j]
		b := l.lo[j] * s
		if v < 0 {
			b = l.hi[j] * s
		}
		if math.IsInf(b, 0) {
			// What rounding left, unless it is not.
			if math.Abs(v)*s > 1e-9 {
				total = math.Inf(-1)
			}
			continue
		}
		total += v * b
		size = math.Max(size, math.Abs(v*b))
	}
	return total > 1e-9*math.Max(1, size)
}
