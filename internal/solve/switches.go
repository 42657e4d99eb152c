package solve

import "math"

// findSwitches tells the variables that decide about others: with two values, and
// in some row with others that have more of them and count for less there. In such
// a row a plant is opened, a goal chosen, a lot bought; what flows then is mostly
// whole by itself, and branching on a flow only sends it another way at the same
// cost. Whoever stands in a row of nothing but two-valued variables beside one of
// them is one too.
func (s *search) findSwitches() {
	two := func(j int32) bool { return s.p.whole[j] && s.p.hi[j]-s.p.lo[j] == 1 }
	s.switches = make([]bool, len(s.p.lo))
	var pure []*packed
	for i := range s.p.rows {
		r := &s.p.rows[i]
		least, alone := math.Inf(1), true
		for k, j := range r.ind {
			if !two(j) {
				alone = false
				least = math.Min(least, math.Abs(r.val[k]))
			}
		}
		if alone {
			pure = append(pure, r)
			continue
		}
		for k, j := range r.ind {
			if two(j) && math.Abs(r.val[k]) > 1.5*least {
				s.switches[j] = true
			}
		}
	}
	beside := make([]bool, len(s.switches))
	for _, r := range pure {
		some := false
		for _, j := range r.ind {
			some = some || s.switches[j]
		}
		for _, j := range r.ind {
			beside[j] = beside[j] || some
		}
	}
	for j, b := range beside {
		s.switches[j] = s.switches[j] || b
	}
}
