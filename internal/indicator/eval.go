package indicator

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/stats"
)

// chunkRows is about how many rows one piece of work has: their columns and
// values together fit a processor's second cache.
const chunkRows = 4096

// Eval is an evaluation made ready: formulas bound to columns, and space for
// the result. Its chunks may be evaluated by several goroutines at once.
type Eval struct {
	frame  *frame.Frame
	scope  *formula.Bound
	in     []bool // by row: the scope holds it; nil where there is no scope
	items  []evalItem
	result *Result
	cols   map[string]*column

	levels []edu.Level
	// split is the position in levels of the regions that work is cut by: the
	// counties, or the lowest there are. What lies above is merged at the end.
	split int
	// first[k][r] is the first region of level k+1 inside region r of level k.
	first  [][]int
	chunks []chunk
}

// chunk is a piece of work: whole regions of the split level.
type chunk struct {
	lo, hi int // rows
	region int // the first region
	// Regions of the level above that the chunk has a part in: up is the first
	// of them, at the place of its part among the parts of all chunks.
	up, part, parts int
}

type evalItem struct {
	*Item
	section *formula.Bound
	region  *formula.BoundRegion
	fields  []*column // that the section formula reads
	inputs  []*column // that the region formula reads
	weight  []float64
	hasW    bool            // the indicator names a weight
	accs    [][]formula.Acc // of the levels above the split, by region
	// parts are what each chunk has of the regions of the level above the split.
	// They are merged in the order of the chunks, so that the last digits do not
	// depend on who was faster.
	parts []formula.Acc
}

// column is a figure that formulas read.
type column struct {
	data  []float64 // nil where nobody gave any
	asked sync.Once
	na    bool
}

// hasNA tells whether any cell says "does not apply", which is rare: without
// one, rows without a value need no second look.
func (c *column) hasNA() bool {
	c.asked.Do(func() {
		c.na = slices.ContainsFunc(c.data, func(v float64) bool { return v != v && edu.FromFloat(v).IsNotApplicable() })
	})
	return c.na
}

func anyNA(cols []*column) bool { return slices.ContainsFunc(cols, (*column).hasNA) }

// Worker is the space one goroutine evaluates in.
type Worker struct {
	scratch *formula.Scratch
	accs    [][]formula.Acc // by item and level, from the split down
	probe   []formula.Acc   // by item, for single rows
	x, w    []float64
	scope   []float64
	// weight is the column last looked at over the region at hand, and whole
	// whether it has no holes there: indicators mostly share their weight.
	weight []float64
	whole  bool
}

// Applies reports that an indicator is measured on the rows of a frame.
func Applies(f *frame.Frame, def *pack.Indicator) bool {
	level := def.Level
	if level == edu.NoLevel {
		level = edu.Section
	}
	return level == f.Base && (f.Stage == "" || len(def.Stages) == 0 || slices.Contains(def.Stages, f.Stage))
}

// Prepare binds the formulas of those definitions that apply to a frame. Rows
// for which scope says no are left out of every figure of a region; scope may
// be nil.
func Prepare(f *frame.Frame, defs []*pack.Indicator, scope *pack.Formula) (*Eval, error) {
	e := &Eval{frame: f, levels: f.Levels, result: &Result{Frame: f, byID: map[string]*Item{}}, cols: map[string]*column{}}
	if scope != nil {
		p, err := program(scope)
		if err != nil {
			return nil, fmt.Errorf("scope: %w", err)
		}
		e.scope = p.Bind(f.Column)
		e.in = make([]bool, f.Len())
		e.result.Scope = make([]edu.Verdict, f.Len())
	}
	e.split = max(slices.Index(e.levels, edu.County), 0)
	if e.levels[e.split] != edu.County {
		e.split = len(e.levels) - 1
	}
	for k := 0; k+1 < len(e.levels); k++ {
		e.first = append(e.first, firstInside(f.Regions[e.levels[k]], f.Regions[e.levels[k+1]]))
	}
	parts := e.cut()
	regions := 0
	for _, l := range e.levels {
		regions += len(f.Regions[l])
	}
	for _, def := range defs {
		if !Applies(f, def) {
			continue
		}
		it, err := e.prepare(def, regions, parts)
		if err != nil {
			return nil, err
		}
		e.items = append(e.items, it)
		e.result.Items = append(e.result.Items, it.Item)
		e.result.byID[def.ID] = it.Item
	}
	return e, nil
}

func (e *Eval) prepare(def *pack.Indicator, regions, parts int) (evalItem, error) {
	f := e.frame
	it := evalItem{Item: &Item{Def: def, Values: make([]float64, f.Len()), result: e.result}}
	if def.Section != nil {
		p, err := program(def.Section)
		if err != nil {
			return it, fmt.Errorf("indicator %s: %w", def.ID, err)
		}
		it.section = p.Bind(f.Column)
		it.fields = e.columns(def.Section.Expr.Fields())
	}
	if def.Region != nil {
		p, err := def.Region.Expr.Region()
		if err != nil {
			return it, fmt.Errorf("indicator %s: region: %s:%d: %w", def.ID, def.Region.File, def.Region.Line, err)
		}
		it.region = p.Bind(f.Column)
		it.inputs = e.columns(def.Region.Expr.Fields())
		it.Item.region = it.region
		it.parts = it.region.NewAccs(parts)
		it.accs = make([][]formula.Acc, e.split)
		for k := range it.accs {
			it.accs[k] = it.region.NewAccs(len(f.Regions[e.levels[k]]))
		}
	}
	if def.Weight != "" {
		it.hasW = true
		it.weight, _ = f.Column(def.Weight)
		it.Item.weight = it.weight
	}
	all := make([]Stat, regions)
	for _, l := range e.levels {
		n := len(f.Regions[l])
		it.Stats[l], all = all[:n:n], all[n:]
	}
	return it, nil
}

func program(f *pack.Formula) (*formula.Program, error) {
	p, err := f.Expr.Section()
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", f.File, f.Line, err)
	}
	return p, nil
}

func (e *Eval) columns(fields []string) []*column {
	out := make([]*column, len(fields))
	for i, field := range fields {
		c := e.cols[field]
		if c == nil {
			data, _ := e.frame.Column(field)
			c = &column{data: data}
			e.cols[field] = c
		}
		out[i] = c
	}
	return out
}

// firstInside finds for each region the first region of the level below inside
// it; the end follows.
func firstInside(regions, below []frame.Region) []int {
	out := make([]int, 0, len(regions)+1)
	for i := range below {
		for len(out) <= below[i].Parent {
			out = append(out, i)
		}
	}
	return append(out, len(below))
}

// Evaluate computes every indicator of a pack that applies to a frame, on all
// processors.
func Evaluate(f *frame.Frame, defs []*pack.Indicator, scope *pack.Formula) (*Result, error) {
	e, err := Prepare(f, defs, scope)
	if err != nil {
		return nil, err
	}
	return e.Run(), nil
}

// Run evaluates every chunk on all processors.
func (e *Eval) Run() *Result {
	chunks := e.Chunks()
	var next atomic.Int64
	work := func() {
		w := e.NewWorker()
		for {
			i := int(next.Add(1)) - 1
			if i >= len(chunks) {
				return
			}
			e.Chunk(chunks[i][0], chunks[i][1], w)
		}
	}
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(chunks)) {
		wg.Go(work)
	}
	wg.Wait()
	return e.Finish()
}

// Result is what the chunks fill. It is whole after Finish; until then only the
// values of chunks that are done may be read.
func (e *Eval) Result() *Result { return e.result }

// Chunks are the pieces of work: ranges of rows of whole counties, or of whole
// regions of the lowest level where the data tell no counties apart.
func (e *Eval) Chunks() [][2]int {
	out := make([][2]int, len(e.chunks))
	for i, c := range e.chunks {
		out[i] = [2]int{c.lo, c.hi}
	}
	return out
}

// cut makes the chunks, and tells in how many parts they have the regions of
// the level above.
func (e *Eval) cut() (parts int) {
	rs := e.frame.Regions[e.levels[e.split]]
	first := 0
	for i, r := range rs {
		c := chunk{lo: rs[first].Lo, hi: r.Hi, region: first}
		if c.hi-c.lo < chunkRows && i < len(rs)-1 {
			continue
		}
		if e.split > 0 {
			c.up, c.part, c.parts = rs[first].Parent, parts, r.Parent-rs[first].Parent+1
			parts += c.parts
		}
		e.chunks = append(e.chunks, c)
		first = i + 1
	}
	return parts
}

// NewWorker makes the space for one goroutine.
func (e *Eval) NewWorker() *Worker {
	w := &Worker{scratch: formula.NewScratch()}
	deep := len(e.levels) - e.split
	w.accs = make([][]formula.Acc, len(e.items))
	w.probe = make([]formula.Acc, len(e.items))
	for i := range e.items {
		if r := e.items[i].region; r != nil {
			accs := r.NewAccs(deep + 1)
			w.accs[i], w.probe[i] = accs[:deep], accs[deep]
		}
	}
	return w
}

// Chunk evaluates the rows lo to hi-1, which must be one of Chunks, and the
// regions inside them up to the level that chunks are cut by.
func (e *Eval) Chunk(lo, hi int, w *Worker) {
	if e.scope != nil {
		e.judgeScope(lo, hi, w)
	}
	i, ok := slices.BinarySearchFunc(e.chunks, lo, func(c chunk, lo int) int { return c.lo - lo })
	if !ok || e.chunks[i].hi != hi {
		panic(fmt.Sprintf("rows %d to %d are no chunk", lo, hi))
	}
	c := &e.chunks[i]
	for i := range e.items {
		if it := &e.items[i]; it.region != nil {
			for p := range c.parts {
				it.parts[c.part+p].Reset()
			}
		}
	}
	rs := e.frame.Regions[e.levels[e.split]]
	for r := c.region; r < len(rs) && rs[r].Lo < hi; r++ {
		reg := &rs[r]
		w.weight = nil
		all := e.in == nil || !slices.Contains(e.in[reg.Lo:reg.Hi], false)
		for i := range e.items {
			it := &e.items[i]
			whole := e.values(it, reg.Lo, reg.Hi, w)
			e.regionOf(i, e.split, r, all, whole, w)
			if it.region != nil && c.parts > 0 {
				it.parts[c.part+reg.Parent-c.up].Merge(&w.accs[i][0])
			}
		}
	}
}

func (e *Eval) judgeScope(lo, hi int, w *Worker) {
	w.scope = slices.Grow(w.scope[:0], hi-lo)[:hi-lo]
	e.scope.Eval(lo, hi, w.scope, w.scratch)
	for i, v := range w.scope {
		switch {
		case v != v:
			e.result.Scope[lo+i] = edu.Unknown
		case v == 0:
			e.result.Scope[lo+i] = edu.Exempt
		default:
			e.result.Scope[lo+i] = edu.Met
		}
		e.in[lo+i] = v != 0 && v == v
	}
}

// values evaluates the section formula, and tells whether every row has a
// value. A value is "not applicable" where no figure is missing but one does
// not apply.
func (e *Eval) values(it *evalItem, lo, hi int, w *Worker) (whole bool) {
	out := it.Values[lo:hi]
	if it.section == nil {
		for i := range out {
			out[i] = edu.Missing()
		}
		return false
	}
	it.section.Eval(lo, hi, out, w.scratch)
	if !holes(out) {
		return true
	}
	na := anyNA(it.fields)
	for i, v := range out {
		if v == v {
			continue
		}
		out[i] = edu.Missing()
		if na && applies(it.fields, lo+i) == edu.Exempt {
			out[i] = edu.NotApplicable.Float()
		}
	}
	return false
}

// holes reports that a value is missing.
func holes(x []float64) bool {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a += x[0] - x[0]
		b += x[1] - x[1]
		c += x[2] - x[2]
		d += x[3] - x[3]
	}
	for _, v := range x {
		a += v - v
	}
	return (a+b)+(c+d) != 0
}

// applies tells of a row's figures whether they are all there (Met), one is
// missing (Unknown), or none is missing but one does not apply (Exempt).
func applies(cols []*column, row int) edu.Verdict {
	v := edu.Met
	for _, c := range cols {
		switch {
		case c.data == nil:
			return edu.Unknown
		case c.data[row] == c.data[row]:
		case edu.FromFloat(c.data[row]).IsNotApplicable():
			v = edu.Exempt
		default:
			return edu.Unknown
		}
	}
	return v
}

// regionOf evaluates one indicator over one region of level k, from its rows at
// the lowest level, otherwise by merging the regions inside. all tells that
// every row is in scope, whole that every row has a value.
func (e *Eval) regionOf(item, k, r int, all, whole bool, w *Worker) {
	it := &e.items[item]
	reg := &e.frame.Regions[e.levels[k]][r]
	st := &it.Stats[e.levels[k]][r]
	*st = Stat{}
	var acc *formula.Acc
	if it.region != nil {
		acc = &w.accs[item][k-e.split]
		acc.Reset()
	}
	if k == len(e.levels)-1 {
		e.gather(it, reg.Lo, reg.Hi, all, whole, acc, st, &w.probe[item], w)
	} else {
		for c := e.first[k][r]; c < e.first[k][r+1]; c++ {
			e.regionOf(item, k+1, c, all, whole, w)
			st.merge(&it.Stats[e.levels[k+1]][c])
			if acc != nil {
				acc.Merge(&w.accs[item][k+1-e.split])
			}
		}
	}
	st.finish(acc)
}

// merge takes in the region of a lower level. The counts of rows that lack
// something, and of those that do not apply, are gathered in Missing.
func (s *Stat) merge(o *Stat) {
	s.Plain.Merge(o.Plain)
	s.Weighted.Merge(o.Weighted)
	s.Missing += o.Missing
}

// finish takes the value from the accumulator.
func (s *Stat) finish(acc *formula.Acc) {
	if acc == nil {
		s.Value = edu.Missing()
		s.N = s.Plain.N
		return
	}
	s.Value, s.N, _ = acc.Result()
}

// gather evaluates one region of the lowest level from its rows.
func (e *Eval) gather(it *evalItem, lo, hi int, all, whole bool, acc *formula.Acc, st *Stat, probe *formula.Acc, w *Worker) {
	in := e.in
	if all {
		in = nil
	}
	e.moments(it, lo, hi, in, whole, st, w)
	if acc == nil {
		for i, v := range it.Values[lo:hi] {
			if v != v && (in == nil || in[lo+i]) && !edu.FromFloat(v).IsNotApplicable() {
				st.Missing++
			}
		}
	} else {
		it.region.Add(acc, lo, hi, in, w.scratch)
		_, _, st.Missing = acc.Result()
		if st.Missing > 0 && anyNA(it.inputs) {
			st.Missing -= e.notApplicable(it, lo, hi, in, probe, w)
		}
	}
	if in != nil {
		for _, v := range e.result.Scope[lo:hi] {
			if v == edu.Unknown {
				st.Missing++
			}
		}
	}
}

// notApplicable counts the rows that the region formula left out although
// nothing is missing there: a figure does not apply.
func (e *Eval) notApplicable(it *evalItem, lo, hi int, in []bool, probe *formula.Acc, w *Worker) int {
	n := 0
	for row := lo; row < hi; row++ {
		if in != nil && !in[row] {
			continue
		}
		if applies(it.inputs, row) != edu.Exempt {
			continue
		}
		probe.Reset()
		it.region.Add(probe, row, row+1, nil, w.scratch)
		if _, used, _ := probe.Result(); used == 0 {
			n++
		}
	}
	return n
}

// moments gathers mean and spread of the section values of a region.
func (e *Eval) moments(it *evalItem, lo, hi int, in []bool, whole bool, st *Stat, w *Worker) {
	x := it.Values[lo:hi]
	if it.weight == nil {
		if in != nil || !whole {
			w.x = known(w.x, x, in, lo)
			x = w.x
		}
		st.Plain.AddSlice(x)
		return
	}
	weight := it.weight[lo:hi]
	if in == nil && whole {
		if w.weight == nil || &w.weight[0] != &weight[0] || len(w.weight) != len(weight) {
			w.weight, w.whole = weight, !holes(weight)
		}
		if w.whole {
			st.Plain, st.Weighted = stats.Spreads(x, weight)
			return
		}
	}
	values := 0
	w.x, w.w, values = knownPairs(w.x, w.w, x, weight, in, lo)
	if values == len(w.x) {
		st.Plain, st.Weighted = stats.Spreads(w.x, w.w)
		return
	}
	st.Weighted.AddSliceWeighted(w.x, w.w)
	w.x = known(w.x, x, in, lo)
	st.Plain.AddSlice(w.x)
}

// known gathers the values that are there, of rows that in holds; lo is the row
// of the first value. What is not kept is overwritten by the next, so that
// there is no branch to guess.
func known(dst, x []float64, in []bool, lo int) []float64 {
	dst = slices.Grow(dst[:0], len(x))[:len(x)]
	n := 0
	for i, v := range x {
		dst[n] = v
		if v == v && (in == nil || in[lo+i]) {
			n++
		}
	}
	return dst[:n]
}

// knownPairs gathers the values that are there together with their weight, and
// counts the values that are there with or without one.
func knownPairs(dx, dw, x, weight []float64, in []bool, lo int) ([]float64, []float64, int) {
	dx, dw = slices.Grow(dx[:0], len(x))[:len(x)], slices.Grow(dw[:0], len(x))[:len(x)]
	weight = weight[:len(x)]
	n, values := 0, 0
	for i, v := range x {
		dx[n], dw[n] = v, weight[i]
		if v == v && (in == nil || in[lo+i]) {
			values++
			if weight[i] == weight[i] {
				n++
			}
		}
	}
	return dx[:n], dw[:n], values
}

// Finish merges what the chunks have into the regions above them, in the order
// of the tree.
func (e *Eval) Finish() *Result {
	for i := range e.items {
		it := &e.items[i]
		if it.region != nil && e.split > 0 {
			up := it.accs[e.split-1]
			for r := range up {
				up[r].Reset()
			}
			for _, c := range e.chunks {
				for p := range c.parts {
					up[c.up+p].Merge(&it.parts[c.part+p])
				}
			}
		}
		for k := e.split - 1; k >= 0; k-- {
			for r := range e.frame.Regions[e.levels[k]] {
				st := &it.Stats[e.levels[k]][r]
				*st = Stat{}
				var acc *formula.Acc
				if it.region != nil {
					acc = &it.accs[k][r]
				}
				for c := e.first[k][r]; c < e.first[k][r+1]; c++ {
					st.merge(&it.Stats[e.levels[k+1]][c])
				}
				if acc != nil && k < e.split-1 {
					acc.Reset()
					for c := e.first[k][r]; c < e.first[k][r+1]; c++ {
						acc.Merge(&it.accs[k+1][c])
					}
				}
				st.finish(acc)
			}
		}
	}
	return e.result
}
