package solve

import "math"

// mix finds the cheapest mixture of the points of each part under the shared
// rows, which may be broken at a price above all others, and gives the prices of
// the rows.
func (s *splitter) mix(scale float64) ([]float64, bool) {
	m := &Model{}
	rows := make([][]Term, len(s.shared))
	dear := 1.0
	for _, pool := range s.pool {
		low, high := math.Inf(1), math.Inf(-1)
		for _, c := range pool {
			low, high = math.Min(low, c.cost), math.Max(high, c.cost)
		}
		dear += high - low
	}
	if scale == 0 {
		dear = 1
	} else {
		dear = 100 * math.Max(dear, 1)
	}
	for _, pool := range s.pool {
		var one []Term
		for _, c := range pool {
			v := m.Continuous("", 0, Inf, scale*c.cost)
			one = append(one, v.Times(1))
			for r, u := range c.uses {
				if u != 0 {
					rows[r] = append(rows[r], v.Times(u))
				}
			}
		}
		m.Equal("", 1, one...)
	}
	first := m.Rows()
	for r, row := range s.shared {
		size := 1.0
		for _, t := range rows[r] {
			size = math.Max(size, math.Abs(t.Coef))
		}
		over := m.Continuous("", 0, Inf, dear/size)
		under := m.Continuous("", 0, Inf, dear/size)
		m.Between("", row.Lo, row.Hi, append(rows[r], over.Times(-1), under.Times(1))...)
	}
	l, err := Relax(m)
	if err != nil || l.Status != Optimal {
		return nil, false
	}
	return l.Dual[first:], true
}

// choose picks one point for each part, the cheapest together that keep the
// shared rows.
func (s *splitter) choose() error {
	m := &Model{}
	rows := make([][]Term, len(s.shared))
	start := []float64(nil)
	for k, pool := range s.pool {
		var one []Term
		for i, c := range pool {
			v := m.Binary("", c.cost)
			on := 0.0
			if s.best != nil && s.best[k].number == pool[i].number {
				on = 1
			}
			start = append(start, on)
			one = append(one, v.Times(1))
			for r, u := range c.uses {
				rows[r] = append(rows[r], v.Times(u))
			}
		}
		m.Equal("", 1, one...)
	}
	for r, row := range s.shared {
		m.Between("", row.Lo, row.Hi, rows[r]...)
	}
	res, err := Solve(s.ctx, m, Options{Gap: math.Max(s.within/10, defaultGap), Nodes: 500, Start: start})
	if err != nil || res.X == nil {
		return err
	}
	var pick []plan
	at := 0
	for _, pool := range s.pool {
		for i := range pool {
			if res.X[at+i] > 0.5 {
				pick = append(pick, pool[i])
			}
		}
		at += len(pool)
	}
	s.take(pick)
	return nil
}

// sums are those of the shared rows.
func (s *splitter) sums(pick []plan) []float64 {
	sums := make([]float64, len(s.shared))
	for _, c := range pick {
		for r, u := range c.uses {
			sums[r] += u
		}
	}
	return sums
}

// take makes points the best ones, if they are and keep the shared rows.
func (s *splitter) take(pick []plan) {
	if len(pick) != len(s.parts) {
		return
	}
	for r, sum := range s.sums(pick) {
		tol := Feasible * math.Max(1, math.Abs(sum))
		if sum < s.shared[r].Lo-tol || sum > s.shared[r].Hi+tol {
			return
		}
	}
	value := 0.0
	for _, c := range pick {
		value += c.cost
	}
	if value < s.value {
		s.value, s.best = value, append([]plan(nil), pick...)
	}
}
