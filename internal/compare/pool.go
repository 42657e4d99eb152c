package compare

import (
	"fmt"
	"math"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/standard"
)

// Pooled is an indicator over some sections, by its region formula: computed
// from their figures, never the mean of their values.
type Pooled struct {
	Value   float64
	N       int // sections that entered it
	Missing int // sections that lack a figure
}

// Pool computes an indicator over the rows of a stage that in holds, less those
// outside the standard's scope or to which the question does not apply.
func Pool(st *standard.Stage, indicator string, in []bool) (Pooled, error) {
	p, err := newPool(st, indicator)
	if p == nil || err != nil {
		return Pooled{Value: math.NaN()}, err
	}
	return p.over(in), nil
}

// PoolTrace is how the value of [Pool] comes about: the formula with its sums.
func PoolTrace(st *standard.Stage, indicator string, in []bool) (formula.Trace, error) {
	p, err := newPool(st, indicator)
	if p == nil || err != nil {
		return formula.Trace{}, err
	}
	return p.sums(in).Explain(), nil
}

// pool is an indicator's region formula with its columns.
type pool struct {
	st    *standard.Stage
	item  string
	bound *formula.BoundRegion
	space *formula.Scratch
	holds []bool
}

// newPool is nil where the stage does not measure the indicator, or where the
// indicator has no value for a region.
func newPool(st *standard.Stage, indicator string) (*pool, error) {
	it := st.Item(indicator)
	if it == nil || it.Def.Region == nil {
		return nil, nil
	}
	prog, err := it.Def.Region.Expr.Region()
	if err != nil {
		return nil, fmt.Errorf("indicator %s: region: %w", indicator, err)
	}
	p := &pool{st: st, item: indicator, bound: prog.Bind(st.Frame.Column), space: formula.NewScratch(), holds: make([]bool, st.Frame.Len())}
	for row := range p.holds {
		p.holds[row] = holds(st, indicator, row)
	}
	return p, nil
}

// holds tells whether a row may enter an indicator's figure of a region.
func holds(st *standard.Stage, indicator string, row int) bool {
	jd := st.Indicator(indicator)
	if jd == nil || edu.FromFloat(jd.Item.Value(row)).IsNotApplicable() {
		return false
	}
	scoped := jd.Threshold == nil || jd.Threshold.Scoped
	return !scoped || st.Scope == nil || st.Scope[row] == edu.Met
}

func (p *pool) over(in []bool) Pooled {
	var out Pooled
	out.Value, out.N, out.Missing = p.sums(in).Result()
	return out
}

// sums adds the rows up that are in and that the indicator holds.
func (p *pool) sums(in []bool) *formula.Acc {
	of := make([]bool, len(p.holds))
	lo, hi := len(of), 0
	for i := range of {
		if of[i] = p.holds[i] && in[i]; of[i] {
			lo, hi = min(lo, i), i+1
		}
	}
	acc := p.bound.NewAcc()
	if lo < hi {
		p.bound.Add(acc, lo, hi, of, p.space)
	}
	return acc
}

// Past is what a section's figure was, whose school was the schools of some codes
// then: the sum of their counts put through the formula. It is known only where the
// indicator's region formula is made of sums alone and says the same of one
// section as its section formula; an average, a largest or a share of sections
// does not add up.
func Past(then *standard.Stage, indicator string, codes []string) (float64, Loss, error) {
	it := then.Item(indicator)
	if it == nil {
		return math.NaN(), NotMeasured, nil
	}
	var rows []int
	for _, c := range codes {
		row, ok := then.Frame.Find(c)
		if !ok {
			return math.NaN(), NotReported, nil
		}
		rows = append(rows, row)
	}
	switch {
	case len(rows) == 0:
		return math.NaN(), NewUnit, nil
	case len(rows) == 1:
		v := it.Value(rows[0])
		return v, lossOf(v), nil
	case it.Def.Region == nil || it.Def.Section == nil:
		return math.NaN(), NotAdding, nil
	}
	prog, err := it.Def.Region.Expr.Region()
	if err != nil {
		return math.NaN(), NotAdding, fmt.Errorf("indicator %s: region: %w", indicator, err)
	}
	if !prog.Sums() {
		return math.NaN(), NotAdding, nil
	}
	p, err := newPool(then, indicator)
	if err != nil {
		return math.NaN(), NotAdding, err
	}
	in := make([]bool, then.Frame.Len())
	for _, row := range rows {
		// A part that is outside the scope then is a part of the whole all the same.
		p.holds[row] = true
		in[row] = true
		alone := p.over(only(len(in), row))
		v := it.Value(row)
		switch {
		case math.IsNaN(v):
			return math.NaN(), NotReported, nil
		case math.Abs(alone.Value-v) > 1e-9*math.Max(1, math.Abs(v)) || math.IsNaN(alone.Value):
			return math.NaN(), NotAdding, nil
		}
	}
	v := p.over(in).Value
	return v, lossOf(v), nil
}

func lossOf(v float64) Loss {
	if math.IsNaN(v) {
		return NotReported
	}
	return Kept
}

func only(n, row int) []bool {
	in := make([]bool, n)
	in[row] = true
	return in
}
