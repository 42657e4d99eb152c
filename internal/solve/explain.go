package solve

import (
	"context"
	"errors"
	"math"
)

// Possible is the error of Explain for a model that has points.
var Possible = errors.New("explain: some points keep all rules of the model")

// Unclear is the error of Explain where the search ended before it was known
// whether there are points.
var Unclear = errors.New("explain: not known whether any point keeps all rules of the model")

// A Conflict is rules that contradict each other: no point keeps them all,
// whatever the other rules are. That variables are whole belongs to every one.
type Conflict struct {
	Rows         []Row
	Rules        []Rule
	Lower, Upper []Var // whose bound is needed
	// Minimal reports that without any single one of them there are points, so
	// each is part of the reason. It is false where some search ended early.
	Minimal bool
}

// An item is one rule that may be left out.
type item struct {
	kind  itemKind
	index int
}

type itemKind uint8

const (
	lowerItem itemKind = iota
	upperItem
	rowItem
	ruleItem
)

// explainNodes is how long each search of Explain may last.
const explainNodes = 2000

// Explain finds why a model has no points: it leaves out what is not needed for
// that, half of the rest at a time and at last one by one, bounds before rows.
func Explain(ctx context.Context, m *Model) (Conflict, error) {
	if err := m.Check(); err != nil {
		return Conflict{}, err
	}
	m = m.Clone()
	m.Offset = 0
	for j := range m.vars {
		m.vars[j].cost = 0
	}
	e := &explainer{ctx: ctx, m: m, sure: true}
	r, err := Relax(m)
	if err != nil {
		return Conflict{}, err
	}
	if r.Status == Infeasible {
		e.linear = true
		e.items = support(m, r.Proof)
		if found, known, err := e.holds(e.items); err != nil || !known || !found {
			e.items = all(m) // the proof rests on rounding
		}
	} else {
		e.items = all(m)
	}
	conflict, known, err := e.holds(e.items)
	switch {
	case err != nil:
		return Conflict{}, err
	case !known:
		return Conflict{}, Unclear
	case !conflict:
		return Conflict{}, Possible
	}
	if err := e.shrink(0, len(e.items)); err != nil {
		return Conflict{}, err
	}
	if e.linear && e.mixed() { // whole numbers may make still more superfluous
		e.linear, e.sure = false, true
		if err := e.shrink(0, len(e.items)); err != nil {
			return Conflict{}, err
		}
	}
	c := Conflict{Minimal: e.sure}
	for _, it := range e.items {
		switch it.kind {
		case lowerItem:
			c.Lower = append(c.Lower, Var(it.index))
		case upperItem:
			c.Upper = append(c.Upper, Var(it.index))
		case rowItem:
			c.Rows = append(c.Rows, Row(it.index))
		default:
			c.Rules = append(c.Rules, Rule(it.index))
		}
	}
	return c, nil
}

// all lists what a model may be without.
func all(m *Model) (items []item) {
	for j, v := range m.vars {
		if !math.IsInf(v.lo, -1) {
			items = append(items, item{lowerItem, j})
		}
		if !math.IsInf(v.hi, 1) {
			items = append(items, item{upperItem, j})
		}
	}
	for i, r := range m.rows {
		if !math.IsInf(r.lo, -1) || !math.IsInf(r.hi, 1) {
			items = append(items, item{rowItem, i})
		}
	}
	for i := range m.conv {
		items = append(items, item{ruleItem, i})
	}
	return items
}

// support lists what a proof speaks of.
func support(m *Model, proof []float64) (items []item) {
	for j, v := range m.vars {
		if v.lo > v.hi {
			return []item{{lowerItem, j}, {upperItem, j}}
		}
	}
	sum := make([]float64, len(m.vars))
	large := 0.0
	for i, y := range proof {
		if m.rows[i].lo > m.rows[i].hi {
			return []item{{rowItem, i}}
		}
		for _, t := range m.rows[i].terms {
			sum[t.Var] += y * t.Coef
			large = math.Max(large, math.Abs(y*t.Coef))
		}
	}
	for j, v := range sum {
		if v > 1e-12*large && !math.IsInf(m.vars[j].lo, -1) {
			items = append(items, item{lowerItem, j})
		} else if v < -1e-12*large && !math.IsInf(m.vars[j].hi, 1) {
			items = append(items, item{upperItem, j})
		}
	}
	for i, y := range proof {
		if y != 0 {
			items = append(items, item{rowItem, i})
		}
	}
	return items
}

type explainer struct {
	ctx    context.Context
	m      *Model
	items  []item
	linear bool // the relaxation alone has no points
	sure   bool
}

// shrink leaves out of items from lo to hi what it can, and gives the rest. It
// works from the back, so that positions before stay.
func (e *explainer) shrink(lo, hi int) error {
	if lo >= hi {
		return nil
	}
	rest := append(append([]item(nil), e.items[:lo]...), e.items[hi:]...)
	conflict, known, err := e.holds(rest)
	if err != nil {
		return err
	}
	if conflict && known {
		e.items = rest
		return nil
	}
	if hi-lo == 1 {
		e.sure = e.sure && known
		return nil
	}
	mid := (lo + hi) / 2
	tail := len(e.items) - hi
	// Bounds stand first, and are tried first.
	if err := e.shrink(lo, mid); err != nil {
		return err
	}
	gone := hi + tail - len(e.items)
	return e.shrink(mid-gone, hi-gone)
}

// mixed reports that there are whole variables.
func (e *explainer) mixed() bool {
	for _, v := range e.m.vars {
		if v.whole {
			return true
		}
	}
	return false
}

// holds reports whether items contradict each other, if that becomes known.
func (e *explainer) holds(items []item) (conflict, known bool, err error) {
	m := &Model{}
	m.vars = make([]variable, len(e.m.vars))
	for j, v := range e.m.vars {
		m.vars[j] = variable{v.name, -Inf, Inf, 0, v.whole}
	}
	for _, it := range items {
		switch it.kind {
		case lowerItem:
			m.vars[it.index].lo = e.m.vars[it.index].lo
		case upperItem:
			m.vars[it.index].hi = e.m.vars[it.index].hi
		case rowItem:
			m.rows = append(m.rows, e.m.rows[it.index])
		default:
			m.conv = append(m.conv, e.m.conv[it.index])
		}
	}
	if over(e.ctx) {
		return false, false, nil
	}
	if e.linear {
		m.conv = nil
		r, err := Relax(m)
		return r.Status == Infeasible, r.Status != Stopped, err
	}
	r, err := Solve(e.ctx, m, Options{Nodes: explainNodes})
	return r.Status == Infeasible, r.Status != Stopped, err
}
