package solve

import (
	"errors"
	"math"
)

var errEndless = errors.New("without its convex rules the cost has no bound; give the variables bounds")

// A node is a part of the search: bounds narrower than its parent's.
type node struct {
	parent  *node
	changes []change
	bound   float64
	guess   float64 // of the best value below it
	depth   int
	number  int
	basis   basis // of the parent, to begin from
	// How it came from its parent, for pseudo costs.
	branched int32
	up       bool
	fraction float64
}

// enter sets the bounds of a node.
func (s *search) enter(n *node) {
	copy(s.lo, s.baseLo)
	copy(s.hi, s.baseHi)
	for ; n != nil; n = n.parent {
		for _, c := range n.changes {
			s.lo[c.j], s.hi[c.j] = math.Max(s.lo[c.j], c.lo), math.Min(s.hi[c.j], c.hi)
		}
	}
	for j := range s.lo {
		s.l.setBounds(j, s.lo[j], s.hi[j])
	}
}

// narrow sets one variable's bounds and what follows from them, and gives the
// changes. It reports false when nothing is left.
func (s *search) narrow(j int32, lo, hi float64) ([]change, bool) {
	s.lo[j], s.hi[j] = lo, hi
	s.l.setBounds(int(j), lo, hi)
	s.g.touch(j)
	good := s.g.run(s.lo, s.hi)
	changes := append([]change{{j, lo, hi}}, s.g.log...)
	for _, c := range s.g.log {
		s.l.setBounds(int(c.j), s.lo[c.j], s.hi[c.j])
	}
	return changes, good
}

// relax solves the linear problem of the present bounds, with rows from the
// separators as long as they are worth it: for points that are whole until the
// point is kept, for others so many rounds. It gives the point and its bound.
func (s *search) relax(cutoff float64, rounds int) (x []float64, bound float64, end outcome) {
	for turn := 0; ; turn++ {
		end = s.l.run(cutoff, 0)
		switch end {
		case impossible:
			return nil, math.Inf(1), end
		case above:
			return nil, math.Max(cutoff, s.l.bound()), end
		case endless:
			return nil, math.Inf(-1), end
		case tired:
			if over(s.ctx) {
				s.stopped = true
			}
			return s.l.point(), s.l.bound(), end
		}
		x, bound = s.l.point(), s.l.bound()
		if bound > cutoff {
			return nil, bound, above
		}
		if len(s.m.conv) == 0 {
			return x, bound, solved
		}
		if s.fractional(x) >= 0 {
			if rounds--; rounds < 0 {
				return x, bound, solved
			}
		}
		if turn > 1000 || s.separate(x) == 0 || s.err != nil {
			return x, bound, solved
		}
		if over(s.ctx) {
			s.stopped = true
			return x, bound, solved
		}
	}
}

// separate asks the convex rules about a point of the reduced problem, and adds
// the rows that it breaks. It gives their number.
func (s *search) separate(x []float64) int {
	rows := s.broken(s.p.full(x), x)
	if len(rows) > 0 {
		s.l.addRows(rows)
		s.cuts += len(rows)
	}
	return len(rows)
}

// broken gives the rows of the convex rules that a point breaks.
func (s *search) broken(full, x []float64) (rows []packed) {
	for i, c := range s.m.conv {
		for _, cut := range c.separate(full) {
			if err := checkCut(s.m.conv[i].name, cut, len(s.m.vars)); err != nil {
				s.err = err
				return nil
			}
			r := s.p.row(cut.Terms, cut.Lo, cut.Hi, &s.pack)
			if len(r.ind) == 0 {
				if r.lo > Feasible || r.hi < -Feasible {
					rows = append(rows, r) // no point at all keeps it
				}
				continue
			}
			if r.broken(x) > 0.5 {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// fractional is a variable that should be whole and is not, or -1.
func (s *search) fractional(x []float64) int32 {
	for _, j := range s.whole {
		if math.Abs(x[j]-math.Round(x[j])) > Integral {
			return j
		}
	}
	return -1
}

// accept makes a point whose whole variables are within tolerance the best one,
// if it is better and keeps everything when they are exactly whole. It reports
// false if it could not be made to.
func (s *search) accept(x []float64) bool {
	y := append([]float64(nil), x...)
	moved := false
	for _, j := range s.whole {
		y[j] = math.Round(y[j])
		moved = moved || y[j] != x[j]
	}
	if s.take(y) {
		return true
	}
	if !moved || len(s.whole) == len(y) {
		return false
	}
	z, ok := s.fix(y)
	return ok && s.take(z)
}

// take makes a point with whole numbers the best one, if it keeps all rules. It
// reports whether it keeps them.
func (s *search) take(y []float64) bool {
	if !s.p.keeps(y) {
		return false
	}
	full := s.p.full(y)
	if !s.first.keeps(full) {
		return false
	}
	if len(s.m.conv) > 0 {
		for _, r := range s.broken(full, y) {
			if r.broken(y) > 1 {
				return false
			}
		}
		if s.err != nil {
			return false
		}
	}
	v := s.p.value(y) - s.p.offset
	if v < s.value {
		s.value, s.best, s.bestHere = v, full, y
		s.found++
		s.byReducedCost()
		s.tell()
	}
	return true
}

// fix solves for the continuous variables with the whole ones as they are in y.
// The state of the simplex is as before when it returns.
func (s *search) fix(y []float64) ([]float64, bool) {
	lo, hi := append([]float64(nil), s.lo...), append([]float64(nil), s.hi...)
	at := s.l.basis()
	good := true
	copy(s.lo, s.p.lo)
	copy(s.hi, s.p.hi)
	for _, j := range s.whole {
		if y[j] < s.p.lo[j] || y[j] > s.p.hi[j] {
			good = false
		}
		s.lo[j], s.hi[j] = y[j], y[j]
	}
	var x []float64
	if good {
		for i := range s.p.rows {
			s.g.enqueue(int32(i))
		}
		good = s.g.run(s.lo, s.hi)
	}
	if good {
		for j := range s.lo {
			s.l.setBounds(j, s.lo[j], s.hi[j])
		}
		var end outcome
		x, _, end = s.relax(math.Inf(1), 0)
		good = end == solved
		if good {
			for _, j := range s.whole {
				x[j] = y[j]
			}
		}
	}
	copy(s.lo, lo)
	copy(s.hi, hi)
	for j := range lo {
		s.l.setBounds(j, lo[j], hi[j])
	}
	s.l.load(at)
	return x, good
}
