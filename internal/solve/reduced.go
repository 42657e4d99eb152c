package solve

import "math"

// byReducedCost narrows, everywhere, variables that at the root would have cost
// more than the best point if they moved further.
func (s *search) byReducedCost() {
	if s.rootCost == nil {
		return
	}
	cutoff := s.cutoff()
	room := cutoff - s.rootVal
	if !(room >= 0) {
		return
	}
	left := false
	for _, j := range s.whole {
		d := s.rootCost[j]
		if math.Abs(d) < 1e-7 {
			continue
		}
		steps := math.Floor(room/math.Abs(d) + 1e-6)
		if s.rootAt[j] == atLower && d > 0 {
			if hi := math.Max(s.rootLo[j]+steps, s.baseLo[j]); hi < s.baseHi[j] {
				s.baseHi[j], left = hi, true
			}
		} else if s.rootAt[j] == atUpper && d < 0 {
			if lo := math.Min(s.rootHi[j]-steps, s.baseHi[j]); lo > s.baseLo[j] {
				s.baseLo[j], left = lo, true
			}
		}
	}
	if left {
		s.leave(cutoff)
	}
}

// atRoot notes what byReducedCost needs.
func (s *search) atRoot() {
	y := make([]float64, s.l.m)
	s.l.duals(s.l.cost, y)
	s.rootCost = append([]float64(nil), s.p.cost...)
	for i, v := range y {
		v /= s.l.scale[s.l.n+i]
		r := &s.l.rows[i]
		for k, j := range r.ind {
			s.rootCost[j] -= v * r.val[k]
		}
	}
	s.rootAt, s.rootVal = s.l.basis(), s.l.bound()
	s.rootLo, s.rootHi = append([]float64(nil), s.lo...), append([]float64(nil), s.hi...)
	s.byReducedCost()
}
