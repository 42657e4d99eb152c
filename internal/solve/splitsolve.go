package solve

import "math"

const (
	// splitRounds is how often prices are found anew.
	splitRounds = 60
	// splitNodes is how long one part may be looked into at given prices. Its
	// bound holds, however far it is.
	splitNodes = 40
)

func (s *splitter) solve() (Whole, error) {
	inner := math.Max(s.within/4, defaultGap)
	floors, err := s.each(s.prices, 1, inner)
	if err != nil {
		return Whole{}, err
	}
	if s.alone >= 0 {
		return Whole{Status: Infeasible, Value: math.Inf(1), Bound: math.Inf(1), Alone: s.alone}, nil
	}
	s.bound = s.underPrices(s.prices, floors)
	if s.missing() {
		return s.answer(), nil
	}
	s.rounds++
	if err := s.choose(); err != nil {
		return Whole{}, err
	}
	if s.best == nil {
		// What is cheapest for each does not fit together.
		if err := s.climb(inner); err != nil {
			return Whole{}, err
		}
	}
	if s.best == nil && !over(s.ctx) {
		// Without costs, prices bring the sums as near to their bounds as they
		// come, or prove that they cannot be kept.
		impossible, err := s.fit(inner)
		if err != nil {
			return Whole{}, err
		}
		if impossible {
			return Whole{Status: Infeasible, Value: math.Inf(1), Bound: math.Inf(1), Alone: -1, Prices: s.prices, Rounds: s.rounds, Nodes: s.nodes}, nil
		}
	}
	if err := s.search(inner); err != nil {
		return Whole{}, err
	}
	if err := s.repair(inner); err != nil {
		return Whole{}, err
	}
	return s.together()
}

// small is how many variables may be solved as one Model to close a gap.
const small = 2000

// together solves all parts as one Model, where that is within reach or the last
// resort, and gives the answer.
func (s *splitter) together() (Whole, error) {
	vars := 0
	for _, p := range s.parts {
		vars += len(p.Model.vars)
	}
	if s.done() || s.best != nil && vars > small {
		return s.answer(), nil
	}
	m, offset := Join(s.parts, s.shared)
	opt := Options{Gap: s.within, Nodes: s.opt.Nodes, Progress: s.opt.Progress}
	if s.best != nil {
		for _, c := range s.best {
			opt.Start = append(opt.Start, c.x...)
		}
	}
	r, err := Solve(s.ctx, m, opt)
	if err != nil {
		return Whole{}, err
	}
	s.nodes += r.Nodes
	if r.Status == Infeasible && s.best == nil {
		return Whole{Status: Infeasible, Value: math.Inf(1), Bound: math.Inf(1), Alone: -1, Rounds: s.rounds, Nodes: s.nodes}, nil
	}
	s.bound = math.Max(s.bound, r.Bound)
	if r.X != nil && r.Value < s.value {
		s.value, s.best = r.Value, nil
		for k, p := range s.parts {
			at := offset[k]
			s.best = append(s.best, s.add(k, r.X[at:at+len(p.Model.vars)]))
		}
	}
	return s.answer(), nil
}

// climb raises prices of the rows that are broken, twofold each time, until
// points fit together.
func (s *splitter) climb(inner float64) error {
	prices := make([]float64, len(s.shared))
	for range 12 {
		if over(s.ctx) || s.best != nil {
			return nil
		}
		cost := 1.0
		for _, c := range s.last {
			cost += math.Abs(c.cost)
		}
		moved := false
		for r, sum := range s.sums(s.last) {
			step := math.Max(math.Abs(prices[r]), cost/math.Max(1, math.Abs(sum))/8)
			tol := Feasible * math.Max(1, math.Abs(sum))
			if sum > s.shared[r].Hi+tol {
				prices[r], moved = prices[r]-step, true
			} else if sum < s.shared[r].Lo-tol {
				prices[r], moved = prices[r]+step, true
			}
		}
		if !moved {
			return nil
		}
		floors, err := s.each(prices, 1, inner)
		if err != nil {
			return err
		}
		s.rounds++
		if b := s.underPrices(prices, floors); b > s.bound {
			s.bound, s.prices = b, append([]float64(nil), prices...)
		}
		if err := s.choose(); err != nil {
			return err
		}
		s.tell()
	}
	return nil
}

// missing reports that some part has no point yet, because the time was up.
func (s *splitter) missing() bool {
	for _, p := range s.pool {
		if len(p) == 0 {
			return true
		}
	}
	return false
}

func (s *splitter) done() bool { return over(s.ctx) || gap(s.value, s.bound) <= s.within }

// search finds prices: those of the points so far, mixed; at them new points; and
// so on, until the prices stay. Between, points are chosen.
func (s *splitter) search(inner float64) error {
	stale := 0
	for s.rounds < splitRounds && !s.done() {
		prices, ok := s.mix(1)
		if !ok {
			return nil
		}
		if err := s.choose(); err != nil {
			return err
		}
		if s.done() {
			return nil
		}
		// Prices of few points swing; then half way to those of the best bound.
		asked := make([]float64, len(prices))
		for r := range prices {
			asked[r] = prices[r]
			if stale%2 == 1 {
				asked[r] = (prices[r] + s.prices[r]) / 2
			}
		}
		before := s.size()
		floors, err := s.each(asked, 1, inner)
		if err != nil {
			return err
		}
		s.rounds++
		if b := s.underPrices(asked, floors); b > s.bound+0.02*s.within*math.Max(1, math.Abs(s.bound)) {
			s.bound, s.prices, stale = b, asked, 0
		} else {
			stale++
		}
		s.tell()
		if stale >= 4 || stale >= 2 && s.size() == before {
			break
		}
	}
	return s.choose()
}

func (s *splitter) size() (n int) {
	for _, p := range s.pool {
		n += len(p)
	}
	return n
}

func (s *splitter) tell() {
	if s.opt.Progress != nil {
		s.opt.Progress(Progress{Nodes: s.nodes, Open: len(s.parts), Best: s.value, Bound: s.bound, Gap: gap(s.value, s.bound)})
	}
}

// fit searches without costs for points that fit together. It reports true if
// prices prove that there are none.
func (s *splitter) fit(inner float64) (bool, error) {
	for range splitRounds {
		if over(s.ctx) {
			return false, nil
		}
		prices, ok := s.mix(0)
		if !ok {
			return false, nil
		}
		before := s.size()
		floors, err := s.each(prices, 0, inner)
		if err != nil {
			return false, err
		}
		s.rounds++
		size := 1.0
		for r, p := range prices {
			if p != 0 {
				size = math.Max(size, math.Abs(least(p, s.shared[r].Lo, s.shared[r].Hi, false)))
			}
		}
		if s.underPrices(prices, floors) > Feasible*size {
			s.prices = prices
			return true, nil
		}
		if err := s.choose(); err != nil {
			return false, err
		}
		if s.best != nil || s.size() == before {
			return false, nil
		}
	}
	return false, nil
}

// repair solves one part after the other with what the others leave of the
// shared rows, as long as that saves something.
func (s *splitter) repair(inner float64) error {
	for range 3 {
		before := s.value
		for k := range s.parts {
			if s.best == nil || s.done() {
				return nil
			}
			m := s.parts[k].Model.Clone()
			sums := s.sums(s.best)
			for r, terms := range s.parts[k].Uses {
				others := sums[r] - s.best[k].uses[r]
				m.Between("", s.shared[r].Lo-others, s.shared[r].Hi-others, terms...)
			}
			res, err := Solve(s.ctx, m, Options{Gap: inner, Nodes: splitNodes, Start: s.best[k].x})
			if err != nil {
				return err
			}
			s.nodes += res.Nodes
			if res.X != nil {
				pick := append([]plan(nil), s.best...)
				pick[k] = s.add(k, res.X)
				s.take(pick)
			}
		}
		s.tell()
		if err := s.choose(); err != nil {
			return err
		}
		if s.value >= before-1e-9*math.Abs(before) {
			break
		}
	}
	return nil
}

func (s *splitter) answer() Whole {
	w := Whole{Value: s.value, Bound: math.Min(s.bound, s.value), Prices: s.prices, Alone: -1, Rounds: s.rounds, Nodes: s.nodes}
	w.Gap = gap(w.Value, w.Bound)
	if s.best == nil {
		return w
	}
	w.Status = Within
	if w.Gap <= defaultGap*1.000001 {
		w.Status = Optimal
	}
	for _, c := range s.best {
		w.X = append(w.X, c.x)
	}
	w.Sums = s.sums(s.best)
	return w
}
