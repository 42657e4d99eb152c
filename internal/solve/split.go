package solve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
)

// A Part is a model that shares rows with others: Uses has, for each shared row,
// its terms in the variables of this model.
type Part struct {
	Model *Model
	Uses  [][]Term
}

// A Shared is a row over all parts: their terms add up to at least Lo and at
// most Hi.
type Shared struct {
	Name   string
	Lo, Hi float64
}

// A Whole is the answer for parts that share rows.
type Whole struct {
	Status Status
	// X has the best point of each part; nil if none was found.
	X [][]float64
	// Value is what they cost together, Bound what any points do at least.
	Value, Bound, Gap float64
	// Prices are those of the shared rows at which Bound was found: what a unit
	// more of each would save, about.
	Prices []float64
	// Sums are those of the shared rows at X.
	Sums []float64
	// Alone is the part that has no points by itself, -1 if all have some.
	Alone         int
	Rounds, Nodes int
}

// Split minimises the cost of all parts together, under the rows that they
// share. Every part is solved by itself, several at a time, with prices on what
// it uses; from the points that are found this way one for each part is chosen,
// and then each part is solved again with what the others leave. The bound is
// that of the prices: what every part costs at least at them, less what they
// charge.
//
// It fits many parts and few shared rows. The bound of prices may stay below the
// optimum by as much as the steps of a few parts, however long it works; where
// all together are small, or nothing was found that fits, they are then solved
// as one Model. Every part must have a least cost by itself.
func Split(ctx context.Context, parts []Part, shared []Shared, opt Options) (Whole, error) {
	s, err := newSplitter(ctx, parts, shared, opt)
	if err != nil {
		return Whole{}, err
	}
	return s.solve()
}

// Join is the same as one Model; offset has the number of the first variable of
// each part in it.
func Join(parts []Part, shared []Shared) (m *Model, offset []int) {
	m = &Model{}
	for _, p := range parts {
		at := len(m.vars)
		offset = append(offset, at)
		m.Offset += p.Model.Offset
		m.vars = append(m.vars, p.Model.vars...)
		for _, r := range p.Model.rows {
			m.Between(r.name, r.lo, r.hi, moved(r.terms, at)...)
		}
		n := len(p.Model.vars)
		for _, c := range p.Model.conv {
			separate := c.separate
			m.Convex(c.name, func(x []float64) []Cut {
				cuts := separate(x[at : at+n : at+n])
				out := make([]Cut, len(cuts))
				for i, cut := range cuts {
					out[i] = Cut{moved(cut.Terms, at), cut.Lo, cut.Hi}
				}
				return out
			})
		}
	}
	for r, row := range shared {
		var terms []Term
		for k, p := range parts {
			if r < len(p.Uses) {
				terms = append(terms, moved(p.Uses[r], offset[k])...)
			}
		}
		m.Between(row.Name, row.Lo, row.Hi, terms...)
	}
	return m, offset
}

func moved(terms []Term, by int) []Term {
	out := make([]Term, len(terms))
	for i, t := range terms {
		out[i] = Term{t.Var + Var(by), t.Coef}
	}
	return out
}

// A plan is a point of a part: what it costs, and what it uses of each row.
type plan struct {
	number int // in the pool of its part
	x      []float64
	cost   float64
	uses   []float64
}

type splitter struct {
	ctx    context.Context
	parts  []Part
	shared []Shared
	opt    Options
	within float64
	pool   [][]plan
	last   []plan // what each part did at the prices asked last
	best   []plan
	value  float64
	bound  float64
	prices []float64 // at which bound was found
	rounds int
	nodes  int
	alone  int
}

func newSplitter(ctx context.Context, parts []Part, shared []Shared, opt Options) (*splitter, error) {
	s := &splitter{ctx: ctx, parts: parts, shared: shared, opt: opt, within: opt.Gap, alone: -1,
		value: math.Inf(1), bound: math.Inf(-1), pool: make([][]plan, len(parts)), last: make([]plan, len(parts)), prices: make([]float64, len(shared))}
	if s.within <= 0 {
		s.within = defaultGap
	}
	if s.opt.Workers <= 0 {
		s.opt.Workers = runtime.GOMAXPROCS(0)
	}
	var c checker
	for k, p := range parts {
		if err := p.Model.Check(); err != nil {
			return nil, fmt.Errorf("part %d: %w", k, err)
		}
		if len(p.Uses) > len(shared) {
			c.add("part %d uses %d shared rows; there are %d", k, len(p.Uses), len(shared))
		}
		for r, terms := range p.Uses {
			c.terms(func() string { return fmt.Sprintf("part %d, shared row %d", k, r) }, terms, len(p.Model.vars))
		}
	}
	for r, row := range shared {
		c.bounds(func() string { return fmt.Sprintf("shared row %d %q", r, row.Name) }, row.Lo, row.Hi)
	}
	if c.problems != nil {
		return nil, &Invalid{c.problems}
	}
	return s, nil
}

// each solves every part with prices and gives what its points cost at least
// then; new points come to the pool. scale 0 leaves the parts' own costs out.
func (s *splitter) each(prices []float64, scale, within float64) (floors []float64, err error) {
	results := make([]Result, len(s.parts))
	errs := make([]error, len(s.parts))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(s.opt.Workers, len(s.parts)) {
		wg.Go(func() {
			for k := range next {
				results[k], errs[k] = s.one(k, prices, scale, within)
			}
		})
	}
	for k := range s.parts {
		next <- k
	}
	close(next)
	wg.Wait()
	floors = make([]float64, len(s.parts))
	for k, r := range results {
		if errs[k] != nil {
			return nil, fmt.Errorf("part %d: %w", k, errs[k])
		}
		s.nodes += r.Nodes
		floors[k] = r.Bound
		switch {
		case r.Status == Unbounded:
			return nil, fmt.Errorf("part %d: %w", k, errNoLeast)
		case r.Status == Infeasible && s.alone < 0:
			s.alone = k
		case r.X != nil:
			s.last[k] = s.add(k, r.X)
		}
	}
	return floors, nil
}

var errNoLeast = errors.New("the model has no least cost by itself; give its variables bounds")

func (s *splitter) one(k int, prices []float64, scale, within float64) (Result, error) {
	m := s.parts[k].Model.Clone()
	if scale != 1 {
		m.Offset *= scale
		for j := range m.vars {
			m.vars[j].cost *= scale
		}
	}
	for r, terms := range s.parts[k].Uses {
		for _, t := range terms {
			m.vars[t.Var].cost -= prices[r] * t.Coef
		}
	}
	opt := Options{Gap: within, Nodes: splitNodes}
	least := math.Inf(1)
	for _, c := range s.pool[k] {
		v := scale * c.cost
		for r, u := range c.uses {
			v -= prices[r] * u
		}
		if v < least {
			least, opt.Start = v, c.x
		}
	}
	return Solve(s.ctx, m, opt)
}

// add puts a point into the pool of a part, unless one like it is there.
func (s *splitter) add(k int, x []float64) plan {
	c := plan{x: x, cost: s.parts[k].Model.Value(x), uses: make([]float64, len(s.shared))}
	for r, terms := range s.parts[k].Uses {
		c.uses[r] = Affine{Terms: terms}.At(x)
	}
	for _, o := range s.pool[k] {
		same := math.Abs(o.cost-c.cost) <= 1e-9*math.Max(1, math.Abs(c.cost))
		for r, u := range o.uses {
			same = same && math.Abs(u-c.uses[r]) <= 1e-9*math.Max(1, math.Abs(u))
		}
		if same {
			return o
		}
	}
	c.number = len(s.pool[k])
	s.pool[k] = append(s.pool[k], c)
	return c
}

// underPrices is the bound that prices give, from what the parts cost at least.
func (s *splitter) underPrices(prices, floors []float64) float64 {
	sum := 0.0
	for _, f := range floors {
		sum += f
	}
	for r, p := range prices {
		if p != 0 {
			sum += least(p, s.shared[r].Lo, s.shared[r].Hi, false)
		}
	}
	return sum
}
