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
	inputs []*column       // that the region formula reads
	hasW   bool            // the indicator names a weight
	accs   [][]formula.Acc // of the levels above the split, by region
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
	// values are those of the chunk at hand, by item, the first of row lo; whole
	// tells that every row has one.
	values [][]float64
	whole  []bool
	lo     int
	// weight is the column last looked at over the region at hand, and weighs
	// whether it has no holes there: indicators mostly share their weight.
	weight []float64
	weighs bool
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
	slab := make([]Item, len(defs))
	e.items, e.result.Items = make([]evalItem, 0, len(defs)), make([]*Item, 0, len(defs))
	for i, def := range defs {
		if !Applies(f, def) {
			continue
		}
		slab[i].at = len(e.items)
		it, err := e.prepare(&slab[i], def, regions, parts)
		if err != nil {
			return nil, err
		}
		e.items = append(e.items, it)
		e.result.Items = append(e.result.Items, it.Item)
		e.result.byID[def.ID] = it.Item
	}
	return e, nil
}

func (e *Eval) prepare(item *Item, def *pack.Indicator, regions, parts int) (evalItem, error) {
	f := e.frame
	item.Def, item.result = def, e.result
	it := evalItem{Item: item}
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
		n := parts
		for _, l := range e.levels[:e.split] {
			n += len(f.Regions[l])
		}
		all := it.region.NewAccs(n)
		it.parts, all = all[:parts:parts], all[parts:]
		it.accs = make([][]formula.Acc, e.split)
		for k := range it.accs {
			n := len(f.Regions[e.levels[k]])
			it.accs[k], all = all[:n:n], all[n:]
		}
	}
	if def.Weight != "" {
		it.hasW = true
		it.weight, _ = f.Column(def.Weight)
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

// Result is what the chunks fill. It is whole after Finish.
func (e *Eval) Result() *Result { return e.result }

// NewWorker makes the space for one goroutine.
func (e *Eval) NewWorker() *Worker {
	longest := 0
	for _, c := range e.chunks {
		longest = max(longest, c.hi-c.lo)
	}
	n := len(e.items)
	w := &Worker{scratch: formula.NewScratch(), values: make([][]float64, n), whole: make([]bool, n)}
	values := make([]float64, n*longest)
	for i := range w.values {
		w.values[i] = values[i*longest : i*longest : (i+1)*longest]
	}
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

// Values are the values of one of the evaluation's items over the last chunk,
// until the next.
func (w *Worker) Values(it *Item) []float64 { return w.values[it.at] }

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
