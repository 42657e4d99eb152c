package solve

import "math"

// root solves the relaxation, tightens it, looks for first points and puts the
// root node in the queue.
func (s *search) root() outcome {
	s.findLocks()
	s.enter(nil)
	x, bound, end := s.relax(s.cutoff(), 200)
	if s.err != nil || end == endless {
		return end
	}
	if end == impossible || end == above {
		return s.nothing(bound)
	}
	s.floor = bound
	s.begin()
	if s.stopped {
		return end
	}
	n := &node{bound: bound, branched: -1}
	if s.fractional(x) >= 0 {
		s.simpleRounding(x)
		_, bound, end = s.tighten(x, bound)
		if s.err != nil {
			return end
		}
		if end == impossible || end == above {
			return s.nothing(bound)
		}
		s.floor = math.Max(s.floor, bound)
		n.bound = s.floor
	}
	s.atRoot()
	n.basis = s.l.basis()
	s.push(n)
	s.rooted = true
	s.tell()
	return solved
}

// nothing ends the search at the root: what is left costs more than is wanted, or
// there is nothing left.
func (s *search) nothing(bound float64) outcome {
	s.rooted = true
	if !math.IsInf(bound, 1) {
		s.leave(bound)
	}
	return impossible
}

// begin tries the point that the caller gave.
func (s *search) begin() {
	if len(s.opt.Start) != len(s.m.vars) {
		return
	}
	y := make([]float64, len(s.p.keep))
	for k, j := range s.p.keep {
		y[k] = math.Min(math.Max(s.opt.Start[j], s.p.lo[k]), s.p.hi[k])
		if math.IsNaN(y[k]) {
			return
		}
	}
	for _, j := range s.whole {
		y[j] = math.Round(y[j])
	}
	if s.take(y) || len(s.whole) == len(y) {
		return
	}
	if z, ok := s.fix(y); ok {
		s.take(z)
	}
}

// tighten adds rows that cut off fractional points and no whole ones, round by
// round while the bound rises, and then drops those that do not bind.
func (s *search) tighten(x []float64, bound float64) ([]float64, float64, outcome) {
	first := len(s.p.rows)
	stalled := 0
	for range 100 {
		if s.halt() || s.fractional(x) < 0 {
			break
		}
		rows := s.wholeCuts(x)
		if len(rows) == 0 {
			break
		}
		s.l.addRows(rows)
		s.cuts += len(rows)
		y, b, end := s.relax(s.cutoff(), 5)
		if end != solved || s.err != nil {
			return y, b, end
		}
		s.l.dropLoose(first)
		if b-bound < 1e-4*math.Max(1, math.Abs(bound)) {
			stalled++
		} else {
			stalled = 0
		}
		x, bound = y, math.Max(b, bound)
		s.floor = math.Max(s.floor, bound)
		s.simpleRounding(x)
		if stalled >= 12 {
			break
		}
	}
	// The simplex stands where x is, but for what was dropped.
	y, b, end := s.relax(s.cutoff(), 20)
	if end == solved {
		return y, math.Max(b, bound), end
	}
	return y, b, end
}

// dropLoose takes out the rows from the given one on whose sum is basic: they do
// not bind.
func (l *lp) dropLoose(from int) {
	keep := l.rows[:from:from]
	var edge []float64
	where := append([]int8(nil), l.where[:l.n+from]...)
	scale := append([]float64(nil), l.scale[:l.n+from]...)
	lo, hi := append([]float64(nil), l.lo[:l.n+from]...), append([]float64(nil), l.hi[:l.n+from]...)
	for i := from; i < l.m; i++ {
		j := l.n + i
		if l.where[j] == basic {
			continue
		}
		keep = append(keep, l.rows[i])
		where, scale = append(where, l.where[j]), append(scale, l.scale[j])
		lo, hi = append(lo, l.lo[j]), append(hi, l.hi[j])
	}
	if len(keep) == l.m {
		return
	}
	weight := make(map[int32]float64, len(l.head))
	for p, j := range l.head {
		weight[j] = l.edge[p]
	}
	l.rows, l.where, l.scale, l.lo, l.hi = keep, where, scale, lo, hi
	l.m = len(keep)
	l.cost = l.cost[:l.n+l.m]
	l.pos = l.pos[:l.n+l.m]
	l.head = l.head[:0]
	for j, w := range l.where {
		if w == basic {
			l.head = append(l.head, int32(j))
			edge = append(edge, weight[int32(j)])
		}
	}
	l.edge = edge
	l.sizes()
	l.matrix()
	l.refactor()
	l.values()
}
