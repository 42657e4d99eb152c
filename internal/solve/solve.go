package solve

import (
	"context"
	"math"
)

// Solve minimises a Model, with whole numbers and convex rules. The error is an
// *Invalid: what is wrong with the model's numbers, or with a row that a
// Separator gave. When ctx ends, the answer is the best so far.
func Solve(ctx context.Context, m *Model, opt Options) (Result, error) {
	s, err := newSearch(ctx, m, opt)
	if err != nil {
		return Result{}, err
	}
	return s.solve()
}

// A search is branch and bound over one reduced problem.
type search struct {
	ctx   context.Context
	m     *Model
	opt   Options
	p     *reduced
	first *problem // as it was given, to check points by
	l     *lp
	g     *propagator
	pack  packer // for rows of separators

	none               bool    // presolve left no point
	whole              []int32 // the variables that must be whole
	switches           []bool  // those that decide about others
	grain              float64 // values of points are multiples of this apart, 0 if unknown
	depth              int     // of searches within searches
	within             float64 // the wanted gap
	lo, hi             []float64
	baseLo             []float64 // bounds that hold everywhere
	baseHi             []float64
	best               []float64 // the best point, of the model
	bestHere           []float64 // the same, of the reduced problem
	value              float64   // what it costs, without the offset of the reduced problem
	floor              float64   // no point costs less than this, for what is left
	skipped            float64   // the least bound of nodes that were left out for the gap
	open               queue
	made               int
	nodes              int
	cuts               int
	pseudo             pseudo
	rootCost           []float64 // reduced costs at the root, and where variables were
	rootAt             basis
	rootVal            float64
	rootLo, rootHi     []float64
	current            *node   // being looked into
	rooted             bool    // the root is in the queue, or nothing is left of it
	downLocks, upLocks []int32 // rows that keep a variable from moving there
	err                error
	stopped            bool
	spent              int // iterations of heuristics
	away               int // iterations of searches within this one
	found              int // better points so far
}

func newSearch(ctx context.Context, m *Model, opt Options) (*search, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	s := &search{ctx: ctx, m: m, opt: opt, value: math.Inf(1), floor: math.Inf(-1), skipped: math.Inf(1)}
	s.within = opt.Gap
	if s.within <= 0 {
		s.within = defaultGap
	}
	s.first = m.problem()
	red, ok := presolve(m.problem(), m.seen())
	if !ok {
		s.none = true
		return s, nil
	}
	s.p = red
	n := len(red.lo)
	for j, w := range red.whole {
		if w {
			s.whole = append(s.whole, int32(j))
		}
	}
	s.pack = newPacker(n)
	s.g = newPropagator(red.problem)
	s.l = newLP(red.problem)
	s.l.ctx = ctx
	s.baseLo, s.baseHi = append([]float64(nil), red.lo...), append([]float64(nil), red.hi...)
	s.lo, s.hi = append([]float64(nil), red.lo...), append([]float64(nil), red.hi...)
	s.grain = red.grain()
	s.pseudo.init(n)
	s.findSwitches()
	return s, nil
}

// grain is the step in which costs of points come: where only whole variables
// cost anything, a common divisor.
func (p *problem) grain() float64 {
	for _, times := range [...]float64{1, 10, 100, 1000} {
		g, fits := int64(0), true
		for j, c := range p.cost {
			if c == 0 {
				continue
			}
			v := math.Round(c * times)
			if !p.whole[j] || math.Abs(v-c*times) > 1e-9 || math.Abs(v) > 1e9 {
				fits = false
				break
			}
			for a := int64(math.Abs(v)); a != 0; {
				g, a = a, g%a
			}
		}
		if fits {
			grain, size := float64(g)/times, 0.0
			for j, c := range p.cost {
				if c != 0 {
					size += math.Abs(c) * math.Max(math.Abs(p.lo[j]), math.Abs(p.hi[j]))
				}
			}
			if size > grain*1e8 {
				return 0 // a bound is not so exact
			}
			return grain
		}
	}
	return 0
}

func (s *search) solve() (Result, error) {
	if s.none {
		return Result{Status: Infeasible, Value: math.Inf(1), Bound: math.Inf(1)}, nil
	}
	end := s.root()
	if s.err != nil {
		return Result{}, s.err
	}
	if end == endless {
		return s.unbounded()
	}
	if end == solved {
		s.branch()
		if s.err != nil {
			return Result{}, s.err
		}
	}
	return s.result(), nil
}

// unbounded answers where the relaxation has no least cost: either points get
// cheaper without end, or there are none, which is asked without costs.
func (s *search) unbounded() (Result, error) {
	if len(s.m.conv) > 0 {
		return Result{}, &Invalid{[]error{errEndless}}
	}
	m := s.m.Clone()
	m.Offset = 0
	for j := range m.vars {
		m.vars[j].cost = 0
	}
	r, err := Solve(s.ctx, m, Options{Nodes: s.opt.Nodes})
	if r.Status == Optimal || r.Status == Within {
		r.Status, r.Value, r.Bound = Unbounded, s.m.Value(r.X), math.Inf(-1)
		r.Gap = math.Inf(1)
	} else if r.Status == Stopped {
		r.Bound, r.Gap = math.Inf(-1), math.Inf(1)
	}
	return r, err
}

// bound is what every point costs at least, without the offset.
func (s *search) bound() float64 {
	if !s.rooted {
		return math.Min(s.value, s.floor)
	}
	b := math.Min(s.value, s.skipped)
	for _, n := range s.open {
		b = math.Min(b, n.bound)
	}
	if s.current != nil {
		b = math.Min(b, s.current.bound)
	}
	return math.Max(b, math.Min(s.floor, s.value))
}

func (s *search) result() Result {
	r := Result{X: s.best, Value: math.Inf(1), Bound: s.bound() + s.p.offset, Nodes: s.nodes, Iterations: s.l.iterations, Cuts: s.cuts}
	if s.best == nil {
		r.Gap = math.Inf(1)
		if s.rooted && !s.stopped && math.IsInf(s.skipped, 1) {
			r.Status, r.Bound = Infeasible, math.Inf(1)
		}
		return r
	}
	r.Value = s.m.Value(s.best)
	r.Bound = math.Min(r.Bound, r.Value)
	r.Gap = gap(r.Value, r.Bound)
	r.Status = Within
	if r.Gap <= defaultGap*1.000001 {
		r.Status = Optimal
	}
	return r
}

// cutoff is the value above which a node holds nothing wanted.
func (s *search) cutoff() float64 {
	if math.IsInf(s.value, 1) {
		return s.value
	}
	room := s.within * math.Max(1, math.Abs(s.value+s.p.offset))
	if s.grain > 0 {
		room = math.Max(room, s.grain*(1-1e-5))
	}
	return s.value - room
}

// leave notes that a node with this bound is not looked into.
func (s *search) leave(bound float64) {
	if s.grain > 0 && bound >= s.value-s.grain*(1-1e-6) {
		return // the next better value would be below the bound
	}
	s.skipped = math.Min(s.skipped, bound)
}

// tell reports progress.
func (s *search) tell() {
	if s.opt.Progress == nil || s.depth > 0 {
		return
	}
	p := Progress{Nodes: s.nodes, Open: len(s.open), Best: s.value + s.p.offset, Bound: s.bound() + s.p.offset}
	p.Gap = gap(p.Best, p.Bound)
	s.opt.Progress(p)
}

// halt reports that the work must end.
func (s *search) halt() bool {
	if !s.stopped && (over(s.ctx) || s.opt.Nodes > 0 && s.nodes >= s.opt.Nodes || s.err != nil) {
		s.stopped = true
	}
	return s.stopped
}
