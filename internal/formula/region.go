package formula

import (
	"math"
	"slices"

	"shuren/internal/lanes"
	"shuren/internal/stats"
)

// RegionProgram is a region formula made ready to run: programs that give the
// arguments of its aggregates row by row, and what is done with the aggregates.
type RegionProgram struct {
	e    *Expr
	args []*Program // each different argument once
	aggs []aggregate
	sums bool // all of them are sums
}

type aggregate struct {
	op    opcode
	p     float64 // of a quantile
	x, w  int     // index of the arguments
	truth bool    // of count: counts rows with yes
}

// Region makes the program that evaluates the formula over regions.
func (e *Expr) Region() (*RegionProgram, error) {
	e.region.once.Do(func() { e.region.p, e.region.err = e.compileRegion() })
	return e.region.p, e.region.err
}

func (e *Expr) compileRegion() (*RegionProgram, error) {
	if err := join(e.misplaced(Region)); err != nil {
		return nil, err
	}
	r := &RegionProgram{e: e}
	index := map[string]int{}
	arg := func(n *node) int {
		text := n.text()
		i, ok := index[text]
		if !ok {
			i = len(r.args)
			index[text] = i
			r.args = append(r.args, compile(n))
		}
		return i
	}
	for _, n := range e.aggs {
		a := aggregate{op: n.op, p: n.num, x: arg(n.args[0])}
		if len(n.args) > 1 {
			a.w = arg(n.args[1])
		}
		a.truth = n.op == opCount && n.args[0].isCondition()
		r.aggs = append(r.aggs, a)
	}
	r.sums = !slices.ContainsFunc(r.aggs, func(a aggregate) bool { return a.op != opSum })
	return r, nil
}

// Sums tells whether the formula's aggregates are sums and nothing else, so that
// it says of the units that were put together what it said of the one that they
// became.
func (r *RegionProgram) Sums() bool { return r.sums }

// BoundRegion is a region program with its columns. It may be used by several
// goroutines at once, each with its own Scratch and Acc.
type BoundRegion struct {
	r    *RegionProgram
	args []*Bound
}

// Bind gives the program its columns, which it reads in place.
func (r *RegionProgram) Bind(c Columns) *BoundRegion {
	b := &BoundRegion{r: r, args: make([]*Bound, len(r.args))}
	bound := make([]Bound, len(r.args))
	for i, p := range r.args {
		bound[i] = p.bind(c)
		b.args[i] = &bound[i]
	}
	return b
}

// Acc gathers the rows of one region, part by part.
type Acc struct {
	r       *RegionProgram
	n       int
	missing int
	states  []state
	sort    stats.Scratch
}

// state is what one aggregate has gathered; which of it depends on the aggregate.
type state struct {
	total  stats.Total
	spread stats.Moments
	count  int
	values []float64
}

// NewAcc makes an accumulator for one region.
func (b *BoundRegion) NewAcc() *Acc { return &b.NewAccs(1)[0] }

// NewAccs makes accumulators for n regions, in two pieces of memory.
func (b *BoundRegion) NewAccs(n int) []Acc {
	k := len(b.r.aggs)
	accs, states := make([]Acc, n), make([]state, n*k)
	for i := range accs {
		accs[i] = Acc{r: b.r, states: states[i*k : (i+1)*k : (i+1)*k]}
	}
	return accs
}

// Reset empties the accumulator for another region and keeps its space.
func (a *Acc) Reset() {
	a.n, a.missing = 0, 0
	for i := range a.states {
		s := &a.states[i]
		s.total = stats.Total{}
		if !a.r.sums {
			s.spread, s.count, s.values = stats.Moments{}, 0, s.values[:0]
		}
	}
}

// Add takes rows lo to hi-1; in, which may be nil for all, tells by row number
// which of them belong. A row from which an argument cannot be computed is left
// out of every aggregate.
func (b *BoundRegion) Add(a *Acc, lo, hi int, in []bool, s *Scratch) {
	for _, p := range b.args {
		s.need(p.p.temps + 1)
	}
	for len(s.args) < len(b.args) {
		s.args = append(s.args, make([]float64, blockRows))
	}
	if s.rows == nil {
		s.rows = make([]int32, blockRows)
	}
	if s.views == nil || cap(s.views) < len(b.args) {
		s.views = make([][]float64, len(b.args))
		s.sums = make([]stats.Total, len(b.args))
	}
	for lo < hi {
		n := min(blockRows, hi-lo)
		b.add(a, lo, n, in, s)
		lo += n
	}
}

func (b *BoundRegion) add(a *Acc, lo, n int, in []bool, s *Scratch) {
	if b.r.sums && in == nil && b.totals(a, lo, n, s) {
		return
	}
	views := s.views[:len(b.args)]
	whole := true
	for i, p := range b.args {
		views[i] = p.view(lo, s.args[i][:n], s)
		whole = lanes.Whole(views[i]) && whole
	}
	used := n
	if in != nil || !whole {
		var asked int
		asked, used = keep(views, s, lo, n, in)
		a.missing += asked - used
	}
	a.n += used
	if used == 0 {
		return
	}
	for i := range a.states {
		a.states[i].add(&b.r.aggs[i], views)
	}
}

// totals is add for a formula of nothing but sums over rows that all belong. It
// does nothing and reports false where a sum does not come to a number, most
// often because a figure is missing.
func (b *BoundRegion) totals(a *Acc, lo, n int, s *Scratch) bool {
	sums := s.sums[:len(b.args)]
	for i, p := range b.args {
		var of *float64
		x := p.view(lo, s.args[i][:n], s)
		if p.p.result.kind == column {
			of = &x[0]
		}
		sums[i] = s.total(x, of)
		if v := sums[i].Value(); v != v {
			return false
		}
	}
	a.n += n
	for i := range a.states {
		a.states[i].total.Merge(sums[b.r.aggs[i].x])
	}
	return true
}

// columnSum is the sum of a stretch of a column.
type columnSum struct {
	at  *float64
	n   int
	sum stats.Total
}

// total adds up x. Of a stretch of a column, which of tells, it remembers the
// sum: the formulas of a pack mostly divide by the same total of pupils.
func (s *Scratch) total(x []float64, of *float64) stats.Total {
	if of != nil {
		for i := range s.known {
			if k := &s.known[i]; k.at == of && k.n == len(x) {
				return k.sum
			}
		}
	}
	var t stats.Total
	t.AddSlice(x)
	if of != nil {
		s.known[s.next] = columnSum{of, len(x), t}
		s.next = (s.next + 1) % len(s.known)
	}
	return t
}

// keep moves the rows that in holds and that have every argument to the front
// of the scratch, in place of views, and counts the rows that in holds and those
// that it kept. A row that is not kept is overwritten by the next one, so that
// there is no branch for the processor to guess.
func keep(views [][]float64, s *Scratch, lo, n int, in []bool) (asked, used int) {
	if len(views) <= 2 { // nearly every formula: one total over another
		last := len(views) - 1
		x, y := views[0][:n], views[last][:n]
		dx, dy := s.args[0][:n], s.args[last][:n]
		for i, v := range x {
			w := y[i]
			dx[used], dy[used] = v, w
			held, known := 1, 0
			if in != nil && !in[lo+i] {
				held = 0
			}
			if sum := v + w; sum == sum {
				known = 1
			}
			asked += held
			used += held & known
		}
		views[0], views[last] = dx[:used], dy[:used]
		return asked, used
	}
	rows := s.rows[:n]
	for i := range rows {
		rows[asked] = int32(i)
		if in == nil || in[lo+i] {
			asked++
		}
	}
	rows = rows[:asked]
	for _, v := range views {
		kept := 0
		for _, r := range rows {
			rows[kept] = r
			if v[r] == v[r] {
				kept++
			}
		}
		rows = rows[:kept]
	}
	for i, v := range views {
		dense := s.args[i][:len(rows)]
		for j, r := range rows { // r >= j, so nothing is overwritten unread
			dense[j] = v[r]
		}
		views[i] = dense
	}
	return asked, len(rows)
}

func (s *state) add(a *aggregate, views [][]float64) {
	x := views[a.x]
	switch a.op {
	case opSum, opMean:
		s.total.AddSlice(x)
	case opWMean, opWCV:
		s.spread.AddSliceWeighted(x, views[a.w])
	case opCV:
		s.spread.AddSlice(x)
	case opGini, opTheil, opQuantile:
		s.values = append(s.values, x...)
	case opShare:
		s.count += len(x) - stats.Zeros(x)
	case opCount:
		s.count += len(x)
		if a.truth {
			s.count -= stats.Zeros(x)
		}
	}
}

// Merge takes in what another accumulator of the same program has gathered.
func (a *Acc) Merge(o *Acc) {
	a.n += o.n
	a.missing += o.missing
	for i := range a.states {
		s, t := &a.states[i], &o.states[i]
		s.total.Merge(t.total)
		if !a.r.sums {
			s.spread.Merge(t.spread)
			s.count += t.count
			s.values = append(s.values, t.values...)
		}
	}
}

// Result gives the value, the number of rows it stands on, and the number of
// rows left out because something was missing. No rows give no value.
func (a *Acc) Result() (value float64, n, missing int) {
	if a.n == 0 {
		return math.NaN(), 0, a.missing
	}
	return finite(a.r.e.root.scalar(func(n *node) float64 { return a.aggregate(n.agg) })), a.n, a.missing
}

// Missing is the number of rows left out so far because something was missing.
func (a *Acc) Missing() int { return a.missing }

// aggregate is the figure of one aggregate so far.
func (a *Acc) aggregate(i int) float64 {
	if a.n == 0 {
		return math.NaN()
	}
	s := &a.states[i]
	switch agg := &a.r.aggs[i]; agg.op {
	case opSum:
		return s.total.Value()
	case opMean:
		return s.total.Value() / float64(a.n)
	case opWMean:
		return s.spread.Mean()
	case opCV, opWCV:
		return s.spread.CV()
	case opGini:
		return stats.Gini(s.values, &a.sort)
	case opTheil:
		return stats.Theil(s.values)
	case opQuantile:
		return stats.Quantile(s.values, agg.p, &a.sort)
	case opShare:
		return float64(s.count) / float64(a.n)
	default:
		return float64(s.count)
	}
}

// scalar evaluates a formula whose leaves are single numbers.
func (n *node) scalar(leaf func(*node) float64) float64 {
	if n.op == opNum {
		return n.num
	}
	if n.op == opField || n.op.aggregate() {
		return leaf(n)
	}
	var v [3]float64
	for i, a := range n.args {
		v[i] = a.scalar(leaf)
	}
	return apply(n.op, n.num, v[0], v[1], v[2])
}
