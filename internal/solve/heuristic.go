package solve

import (
	"math"
)

// findLocks counts, for each variable, the rows that keep it from going down and
// from going up.
func (s *search) findLocks() {
	n := len(s.p.lo)
	s.downLocks, s.upLocks = make([]int32, n), make([]int32, n)
	for i := range s.p.rows {
		r := &s.p.rows[i]
		for k, j := range r.ind {
			if below := !math.IsInf(r.lo, -1); below && r.val[k] > 0 || !math.IsInf(r.hi, 1) && r.val[k] < 0 {
				s.downLocks[j]++
			}
			if below := !math.IsInf(r.lo, -1); below && r.val[k] < 0 || !math.IsInf(r.hi, 1) && r.val[k] > 0 {
				s.upLocks[j]++
			}
		}
	}
}

// simpleRounding rounds each variable to the side that no row forbids, or the
// nearer one.
func (s *search) simpleRounding(x []float64) {
	y := append([]float64(nil), x...)
	for _, j := range s.whole {
		switch {
		case s.downLocks[j] == 0:
			y[j] = math.Floor(x[j] + Integral)
		case s.upLocks[j] == 0:
			y[j] = math.Ceil(x[j] - Integral)
		default:
			y[j] = math.Round(x[j])
		}
	}
	if s.p.value(y)-s.p.offset < s.value {
		s.take(y)
	}
}

// improve looks for better points from a node's x: dives, and a search among the
// neighbours of the best point. The simplex is back at the node when it returns.
func (s *search) improve(x []float64, n *node) {
	lo, hi := append([]float64(nil), s.lo...), append([]float64(nil), s.hi...)
	at := s.l.basis()
	begun := s.l.iterations
	back := func() {
		copy(s.lo, lo)
		copy(s.hi, hi)
		for j := range lo {
			s.l.setBounds(j, lo[j], hi[j])
		}
		s.l.load(at)
	}
	ways := []func([]float64, int32) (bool, float64){s.byFraction, s.byLocks}
	if n.parent != nil {
		ways = ways[s.nodes/20%2 : s.nodes/20%2+1]
	}
	if s.bestHere != nil {
		ways = append(ways, s.towardsBest)
	}
	for i, way := range ways {
		if s.halt() || i > 0 && s.bestHere != nil && !s.affordable() {
			break
		}
		s.dive(x, way)
		back()
	}
	s.spent += s.l.iterations - begun
	if s.bestHere != nil && s.depth == 0 && s.affordable() && !s.halt() {
		s.neighbours(x)
	}
	s.l.run(math.Inf(1), 0)
}

// affordable reports that looking for better points has not yet taken more than
// a fair part of all iterations.
func (s *search) affordable() bool { return s.spent < 1000+(s.l.iterations+s.away)*3/10 }

// A way of diving says for a variable and its value where to, and how willingly:
// less is better.
func (s *search) byFraction(x []float64, j int32) (bool, float64) {
	f := x[j] - math.Floor(x[j])
	return f >= 0.5, math.Min(f, 1-f)
}

func (s *search) byLocks(x []float64, j int32) (bool, float64) {
	f := x[j] - math.Floor(x[j])
	d, u := s.downLocks[j], s.upLocks[j]
	if d == u {
		return f >= 0.5, 2 + math.Min(f, 1-f)
	}
	if u < d {
		return true, 1 - f + float64(u)
	}
	return false, f + float64(d)
}

func (s *search) towardsBest(x []float64, j int32) (bool, float64) {
	d := s.bestHere[j] - x[j]
	return d > 0, math.Abs(d)
}

// dive rounds one variable after the other, with all that follows from it,
// until the point is whole or nothing is left; each time it may turn back once.
func (s *search) dive(x []float64, way func([]float64, int32) (bool, float64)) {
	budget := 2000 + 2*s.l.iterations/10 - s.spent
	start := s.l.iterations
	for depth := 0; !s.halt(); depth++ {
		best, up, least := int32(-1), false, math.Inf(1)
		for _, j := range s.whole {
			if s.lo[j] == s.hi[j] || math.Abs(x[j]-math.Round(x[j])) <= Integral {
				continue
			}
			if u, v := way(x, j); v < least {
				best, up, least = j, u, v
			}
		}
		if best < 0 {
			s.accept(x)
			return
		}
		if depth > 0 && s.l.iterations-start > max(budget, 500) || depth > 50+2*len(s.whole) {
			return
		}
		next, ok := s.turn(x, best, up)
		if !ok {
			return
		}
		x = next
	}
}

// turn rounds a variable one way, or the other way if that leaves nothing.
func (s *search) turn(x []float64, j int32, up bool) ([]float64, bool) {
	lo, hi := append([]float64(nil), s.lo...), append([]float64(nil), s.hi...)
	for tries := range 2 {
		a, b := s.lo[j], math.Floor(x[j])
		if up {
			a, b = math.Ceil(x[j]), s.hi[j]
		}
		if _, good := s.narrow(j, a, b); good {
			y, _, end := s.relax(s.cutoff(), 1)
			if end == solved {
				return y, true
			}
			if end == above || end == tired || s.stopped {
				return nil, false
			}
		}
		if tries == 0 {
			copy(s.lo, lo)
			copy(s.hi, hi)
			for k := range lo {
				s.l.setBounds(k, lo[k], hi[k])
			}
			up = !up
		}
	}
	return nil, false
}

// neighbours searches, for a while, the points that agree with the best one in
// all whole variables in which it agrees with x.
func (s *search) neighbours(x []float64) {
	m := s.m.Clone()
	fixed := 0
	for _, j := range s.whole {
		if math.Abs(s.bestHere[j]-x[j]) <= Integral {
			m.SetBounds(Var(s.p.keep[j]), s.bestHere[j], s.bestHere[j])
			fixed++
		}
	}
	if 3*fixed < len(s.whole) || fixed == len(s.whole) {
		return
	}
	sub, err := newSearch(s.ctx, m, Options{Gap: s.within, Nodes: 60})
	if err != nil || sub.none {
		return
	}
	sub.depth = s.depth + 1
	sub.value = s.cutoff() + s.p.offset - sub.p.offset
	if _, err := sub.solve(); err != nil {
		s.err = err
		return
	}
	s.spent += sub.l.iterations + sub.away
	s.away += sub.l.iterations + sub.away
	if sub.best == nil {
		return
	}
	y := make([]float64, len(s.p.keep))
	for k, j := range s.p.keep {
		y[k] = sub.best[j]
	}
	s.accept(y)
}
