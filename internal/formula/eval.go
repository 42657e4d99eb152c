package formula

import (
	"math"

	"shuren/internal/lanes"
	"shuren/internal/stats"
)

// blockRows is how many rows one step works on: a few blocks stay in the
// processor's nearest cache.
const blockRows = 1024

// Columns gives the column of a field; a field without one is missing in every
// row. A column holds numbers and NaN, never an infinity.
type Columns func(field string) ([]float64, bool)

// Scratch is the space that an evaluation works in. Keep one for each
// goroutine: after its first use with a program nothing is allocated.
type Scratch struct {
	temps [][]float64
	args  [][]float64
	rows  []int32
	views [][]float64
	sums  []stats.Total
	known [8]columnSum // sums of columns, the oldest replaced first
	next  int
}

// NewScratch makes a Scratch.
func NewScratch() *Scratch { return &Scratch{} }

func (s *Scratch) need(temps int) {
	for len(s.temps) < temps {
		s.temps = append(s.temps, make([]float64, blockRows))
	}
}

// absent is a block of a column that is not there.
var absent = func() []float64 {
	b := make([]float64, blockRows)
	for i := range b {
		b[i] = math.NaN()
	}
	return b
}()

// Bound is a program with its columns. It may be used by several goroutines at
// once, each with its own Scratch.
type Bound struct {
	p    *Program
	cols [][]float64
}

// Bind gives the program its columns, which it reads in place.
func (p *Program) Bind(c Columns) *Bound {
	b := p.bind(c)
	return &b
}

func (p *Program) bind(c Columns) Bound {
	b := Bound{p: p, cols: make([][]float64, len(p.fields))}
	for i, f := range p.fields {
		if col, ok := c(f); ok {
			b.cols[i] = col
		}
	}
	return b
}

// Eval evaluates rows lo to hi-1 into out[0:hi-lo], which must not overlap a
// column. A row without a result is NaN; of which kind is not defined, so read
// results with edu.Some.
func (b *Bound) Eval(lo, hi int, out []float64, s *Scratch) {
	s.need(b.p.temps + 1)
	out = out[:hi-lo]
	for len(out) > 0 {
		n := min(blockRows, len(out))
		b.block(lo, out[:n], s)
		lo, out = lo+n, out[n:]
	}
}

// block evaluates len(out) rows, at most a block, from row lo on.
func (b *Bound) block(lo int, out []float64, s *Scratch) {
	for i := range b.p.steps {
		b.run(&b.p.steps[i], lo, out, s)
	}
	switch r := b.p.result; r.kind {
	case column:
		copyFinite(out, b.operand(r, lo, out, s))
	case constant:
		fill(out, finite(r.value))
	}
}

// view is block without the copy where the result is a column as it stands.
func (b *Bound) view(lo int, out []float64, s *Scratch) []float64 {
	if r := b.p.result; r.kind == column {
		return b.operand(r, lo, out, s)
	}
	b.block(lo, out, s)
	return out
}

func (b *Bound) operand(o operand, lo int, out []float64, s *Scratch) []float64 {
	if o.kind == column {
		if col := b.cols[o.index]; col != nil {
			return col[lo : lo+len(out)]
		}
		return absent[:len(out)]
	}
	if o.index == 0 {
		return out
	}
	return s.temps[o.index][:len(out)]
}

func (b *Bound) run(st *step, lo int, out []float64, s *Scratch) {
	dst := out
	if st.dst > 0 {
		dst = s.temps[st.dst][:len(out)]
	}
	if st.kernel == kFill {
		fill(dst, st.a.value)
		return
	}
	x := b.operand(st.a, lo, out, s)
	var y []float64
	if st.b.kind != constant {
		y = b.operand(st.b, lo, out, s)
	}
	switch k := st.b.value; st.kernel {
	case kNeg:
		neg(dst, x)
	case kNot:
		not(dst, x)
	case kAbs:
		absolute(dst, x)
	case kCeil:
		ceil(dst, x)
	case kRound:
		round(dst, x, st.k)
	case kAddBB:
		addBB(dst, x, y)
	case kAddBC:
		addBC(dst, x, k)
	case kSubBB:
		subBB(dst, x, y)
	case kSubBC:
		addBC(dst, x, -k)
	case kSubCB:
		subCB(dst, k, x)
	case kMulBB:
		mulBB(dst, x, y)
	case kMulBC:
		mulBC(dst, x, k)
	case kDivBB:
		lanes.Div(dst, x, y)
	case kDivBC:
		divBC(dst, x, k)
	case kDivCB:
		divCB(dst, k, x)
	case kMulDiv:
		lanes.MulDiv(dst, st.k, x, y)
	case kSubDiv:
		subDiv(dst, x, y, b.operand(st.c, lo, out, s))
	case kAddDiv:
		addDiv(dst, x, y, b.operand(st.c, lo, out, s))
	case kEqBB:
		eqBB(dst, x, y)
	case kEqBC:
		eqBC(dst, x, k)
	case kNeBB:
		neBB(dst, x, y)
	case kNeBC:
		neBC(dst, x, k)
	case kLtBB:
		ltBB(dst, x, y)
	case kLtBC:
		ltBC(dst, x, k)
	case kLeBB:
		leBB(dst, x, y)
	case kLeBC:
		leBC(dst, x, k)
	case kGtBC:
		gtBC(dst, x, k)
	case kGeBC:
		geBC(dst, x, k)
	case kAnd:
		and(dst, x, y)
	case kOr:
		or(dst, x, y)
	case kMin:
		minimum(dst, x, y)
	case kMax:
		maximum(dst, x, y)
	case kCoalesce:
		coalesce(dst, x, y)
	case kIf:
		choose(dst, x, y, b.operand(st.c, lo, out, s))
	}
}
