package solve

import "math"

// A candidate is a variable that may enter, and the ratio at which its reduced
// cost becomes zero.
type candidate struct {
	j     int32
	ratio float64
	size  float64 // of its element of the pivot row
}

// entering walks the candidates by ratio, as long as passing them by a change
// of bound leaves the leaving variable outside, and takes the largest element of
// the last group. The first of pass, so many as it says, change bounds.
func (l *lp) entering(delta float64) (int32, int) {
	all := l.pass[:0]
	for _, j := range l.touched {
		a := l.alpha[j]
		if delta < 0 {
			a = -a
		}
		if math.Abs(a) < l.small || l.lo[j] == l.hi[j] {
			continue
		}
		w := l.where[j]
		if a > 0 && (w == atLower || w == atZero) || a < 0 && (w == atUpper || w == atZero) {
			r := l.d[j] / a
			if w == atZero || r < 0 {
				r = 0
			}
			all = append(all, candidate{j, r, math.Abs(a)})
		}
	}
	l.pass = all
	slope := math.Abs(delta)
	passed := 0
	prev, prevPassed := int32(-1), 0
	prevSize := 0.0
	for passed < len(all) {
		rest := all[passed:]
		reach := math.Inf(1)
		for _, c := range rest {
			reach = math.Min(reach, c.ratio+dualTol/c.size)
		}
		// Those within reach come first.
		k := 0
		best, size := int32(-1), 0.0
		for i, c := range rest {
			if c.ratio > reach {
				continue
			}
			slope -= c.size * (l.hi[c.j] - l.lo[c.j])
			if c.size > size || c.size == size && c.j < best {
				best, size = c.j, c.size
			}
			rest[k], rest[i] = rest[i], rest[k]
			k++
		}
		if !(slope >= 0) || passed+k == len(all) && !(slope > l.tol) {
			if size < 1e-5 && prevSize > size*100 {
				return prev, prevPassed
			}
			return best, passed
		}
		prev, prevPassed, prevSize = best, passed, size
		passed += k
	}
	return -1, 0
}
