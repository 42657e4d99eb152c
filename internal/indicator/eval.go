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

	levels []edu.Level
	// split is the position in levels of the regions that work is cut by: the
	// counties, or the lowest there are. What lies above is merged at the end.
	split int
	// first[k][r] is the first region of level k+1 inside region r of level k.
	first [][]int
}

type evalItem struct {
	*Item
	section *formula.Bound
	region  *formula.BoundRegion
	fields  [][]float64 // columns that the section formula reads; nil where nobody gave any
	inputs  [][]float64 // columns that the region formula reads
	weight  []float64
	hasW    bool            // the indicator names a weight
	accs    [][]formula.Acc // of the levels down to split, by region
}

// Worker is the space one goroutine evaluates in.
type Worker struct {
	scratch *formula.Scratch
	accs    [][]formula.Acc // by item and level below the split
	probe   []formula.Acc   // by item, for single rows
	x, w    []float64
	scope   []float64
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
	e := &Eval{frame: f, levels: f.Levels, result: &Result{Frame: f, byID: map[string]*Item{}}}
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
	regions := 0
	for _, l := range e.levels {
		regions += len(f.Regions[l])
	}
	for _, def := range defs {
		if !Applies(f, def) {
			continue
		}
		it, err := e.prepare(def, regions)
		if err != nil {
			return nil, err
		}
		e.items = append(e.items, it)
		e.result.Items = append(e.result.Items, it.Item)
		e.result.byID[def.ID] = it.Item
	}
	return e, nil
}

func (e *Eval) prepare(def *pack.Indicator, regions int) (evalItem, error) {
	f := e.frame
	it := evalItem{Item: &Item{Def: def, Values: make([]float64, f.Len()), result: e.result}}
	if def.Section != nil {
		p, err := program(def.Section)
		if err != nil {
			return it, fmt.Errorf("indicator %s: %w", def.ID, err)
		}
		it.section = p.Bind(f.Column)
		it.fields = columns(f, def.Section.Expr.Fields())
	}
	if def.Region != nil {
		p, err := def.Region.Expr.Region()
		if err != nil {
			return it, fmt.Errorf("indicator %s: region: %s:%d: %w", def.ID, def.Region.File, def.Region.Line, err)
		}
		it.region = p.Bind(f.Column)
		it.inputs = columns(f, def.Region.Expr.Fields())
		it.Item.region = it.region
		it.accs = make([][]formula.Acc, e.split+1)
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

func columns(f *frame.Frame, fields []string) [][]float64 {
	out := make([][]float64, len(fields))
	for i, field := range fields {
		out[i], _ = f.Column(field)
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

// Chunks cuts the rows into pieces of whole counties, or of whole regions of
// the lowest level where the data tell no counties apart.
func (e *Eval) Chunks() [][2]int {
	rows := e.frame.Len()
	out := make([][2]int, 0, rows/chunkRows+1)
	lo := 0
	for _, r := range e.frame.Regions[e.levels[e.split]] {
		if r.Hi-lo >= chunkRows || r.Hi == rows {
			out = append(out, [2]int{lo, r.Hi})
			lo = r.Hi
		}
	}
	return out
}

// NewWorker makes the space for one goroutine.
func (e *Eval) NewWorker() *Worker {
	w := &Worker{scratch: formula.NewScratch()}
	below := len(e.levels) - 1 - e.split
	w.accs = make([][]formula.Acc, len(e.items))
	w.probe = make([]formula.Acc, len(e.items))
	for i := range e.items {
		if r := e.items[i].region; r != nil {
			accs := r.NewAccs(below + 1)
			w.accs[i], w.probe[i] = accs[:below], accs[below]
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
	rs := e.frame.Regions[e.levels[e.split]]
	r := e.frame.RegionOf(e.levels[e.split], lo)
	for ; r < len(rs) && rs[r].Lo < hi; r++ {
		for i := range e.items {
			it := &e.items[i]
			e.values(it, rs[r].Lo, rs[r].Hi, w)
			var acc *formula.Acc
			if it.region != nil {
				acc = &it.accs[e.split][r]
				acc.Reset()
			}
			e.regionOf(i, e.split, r, acc, w)
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

// values evaluates the section formula. A value is "not applicable" where no
// figure is missing but one does not apply.
func (e *Eval) values(it *evalItem, lo, hi int, w *Worker) {
	out := it.Values[lo:hi]
	if it.section == nil {
		for i := range out {
			out[i] = edu.Missing()
		}
		return
	}
	it.section.Eval(lo, hi, out, w.scratch)
	if !holes(out) {
		return
	}
	for i, v := range out {
		if v == v {
			continue
		}
		out[i] = edu.Missing()
		if lacks, na := gaps(it.fields, lo+i); !lacks && na {
			out[i] = edu.NotApplicable.Float()
		}
	}
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

// gaps tells whether any of a row's figures is missing, and whether any does
// not apply.
func gaps(cols [][]float64, row int) (lacks, na bool) {
	for _, c := range cols {
		switch {
		case c == nil:
			lacks = true
		case c[row] == c[row]:
		case edu.FromFloat(c[row]).IsNotApplicable():
			na = true
		default:
			lacks = true
		}
	}
	return lacks, na
}

// regionOf evaluates one indicator over one region of level k: from its rows at
// the lowest level, otherwise by merging the regions inside.
func (e *Eval) regionOf(item, k, r int, acc *formula.Acc, w *Worker) {
	it := &e.items[item]
	reg := &e.frame.Regions[e.levels[k]][r]
	st := &it.Stats[e.levels[k]][r]
	*st = Stat{}
	if k == len(e.levels)-1 {
		e.gather(it, reg.Lo, reg.Hi, acc, st, &w.probe[item], w)
	} else {
		for c := e.first[k][r]; c < e.first[k][r+1]; c++ {
			var inner *formula.Acc
			if acc != nil {
				inner = &w.accs[item][k-e.split]
				inner.Reset()
			}
			e.regionOf(item, k+1, c, inner, w)
			st.merge(&it.Stats[e.levels[k+1]][c])
			if acc != nil {
				acc.Merge(inner)
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
func (e *Eval) gather(it *evalItem, lo, hi int, acc *formula.Acc, st *Stat, probe *formula.Acc, w *Worker) {
	all := e.in == nil || !slices.Contains(e.in[lo:hi], false)
	in := e.in
	if all {
		in = nil
	}
	e.moments(it, lo, hi, in, st, w)
	if acc == nil {
		for i, v := range it.Values[lo:hi] {
			if v != v && (in == nil || in[lo+i]) && !edu.FromFloat(v).IsNotApplicable() {
				st.Missing++
			}
		}
	} else {
		it.region.Add(acc, lo, hi, in, w.scratch)
		_, _, st.Missing = acc.Result()
		if st.Missing > 0 {
			st.Missing -= e.notApplicable(it, lo, hi, in, probe, w)
		}
	}
	if !all {
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
		if lacks, na := gaps(it.inputs, row); lacks || !na {
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
func (e *Eval) moments(it *evalItem, lo, hi int, in []bool, st *Stat, w *Worker) {
	x := it.Values[lo:hi]
	weight := it.weight
	if weight != nil {
		weight = weight[lo:hi]
	}
	if in == nil && !holes(x) {
		if weight != nil && !holes(weight) {
			st.Plain, st.Weighted = stats.Spreads(x, weight)
			return
		}
		if weight == nil {
			st.Plain.AddSlice(x)
			return
		}
	}
	if in != nil {
		in = in[lo:hi]
	}
	w.x, w.w = known(w.x[:0], w.w[:0], x, nil, in)
	st.Plain.AddSlice(w.x)
	if weight != nil {
		w.x, w.w = known(w.x[:0], w.w[:0], x, weight, in)
		st.Weighted.AddSliceWeighted(w.x, w.w)
	}
}

// known appends the values that are there, and their weights, of the rows that
// in holds. With weights, rows without one are left out.
func known(dx, dw, x, weight []float64, in []bool) ([]float64, []float64) {
	for i, v := range x {
		if v != v || in != nil && !in[i] {
			continue
		}
		if weight != nil {
			if weight[i] != weight[i] {
				continue
			}
			dw = append(dw, weight[i])
		}
		dx = append(dx, v)
	}
	return dx, dw
}

// Finish merges the regions that chunks were cut by into those above them, in
// the order of the tree, so that the last digits do not depend on who was
// faster.
func (e *Eval) Finish() *Result {
	for i := range e.items {
		it := &e.items[i]
		for k := e.split - 1; k >= 0; k-- {
			for r := range e.frame.Regions[e.levels[k]] {
				st := &it.Stats[e.levels[k]][r]
				*st = Stat{}
				var acc *formula.Acc
				if it.region != nil {
					acc = &it.accs[k][r]
					acc.Reset()
				}
				for c := e.first[k][r]; c < e.first[k][r+1]; c++ {
					st.merge(&it.Stats[e.levels[k+1]][c])
					if acc != nil {
						acc.Merge(&it.accs[k+1][c])
					}
				}
				st.finish(acc)
			}
		}
	}
	return e.result
}
