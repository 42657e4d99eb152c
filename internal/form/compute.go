// Cells that follow from lists and from other cells of the paper.

package form

import (
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/pack"
)

// computed is the figure of a cell that follows from others. ok is false where
// those are not there, so that the cell may be typed.
func (p *Paper) computed(k Key, f *Field, shown bool) (v edu.Value, ok bool) {
	c := f.Ask.Compute
	switch {
	case c == nil || f.Evidence:
		return edu.Value{}, false
	case c.List == "":
		return p.sum(k, c, shown)
	}
	l := p.list(c.List)
	if l == nil {
		return edu.Value{}, false
	}
	all, _ := p.rows(c.List, shown)
	rows := slices.DeleteFunc(slices.Clone(all), func(r Row) bool { return r.Part != k.Part && k.Part != Whole })
	if len(rows) == 0 {
		return edu.Value{}, false
	}
	part := ""
	if f.Part != nil {
		part = f.Part.ID
	}
	return total(l, c, rows, part)
}

// total adds up rows of a list.
func total(l *List, c *pack.Compute, rows []Row, part string) (edu.Value, bool) {
	if c.Unless != nil && slices.Contains(wherever(l, c.Unless, rows), true) {
		return edu.Value{}, false
	}
	picked := wherever(l, c.Where, rows)
	sum := 0.0
	for i, r := range rows {
		if !picked[i] {
			continue
		}
		if c.PartBy != "" {
			o := option(column(l.List, c.PartBy), r.Cells[c.PartBy])
			if o == nil {
				return edu.Value{}, true // the row says what is wrong with it
			}
			if o.ID != part {
				continue
			}
		}
		if c.Agg == "count" {
			sum++
			continue
		}
		of := column(l.List, c.Of)
		v, wanted := Read(r.Cells[c.Of], of, nil)
		n, ok := v.Number()
		switch {
		case ok:
			sum += n
		case v.IsNotApplicable():
		default:
			// A column that need not be filled leaves the total to be typed.
			return edu.Value{}, of.Required || wanted != nil
		}
	}
	return edu.Some(tidy(sum)), true
}

// tidy takes off what binary fractions add to a sum: 0.1 + 0.2 is 0.3.
func tidy(sum float64) float64 {
	f, _ := strconv.ParseFloat(strconv.FormatFloat(sum, 'g', 15, 64), 64)
	return f
}

// wherever tells which rows fulfil a condition; all do where there is none.
func wherever(l *List, cond *pack.Formula, rows []Row) []bool {
	out := slices.Repeat([]bool{true}, len(rows))
	if cond == nil {
		return out
	}
	program, err := cond.Expr.Section()
	if err != nil {
		return make([]bool, len(rows)) // the pack would not have loaded
	}
	holds := make([]float64, len(rows))
	program.Bind(func(id string) ([]float64, bool) {
		e := column(l.List, id)
		if e == nil {
			return nil, false
		}
		col := make([]float64, len(rows))
		for i, r := range rows {
			v, _ := Read(r.Cells[id], e, nil)
			col[i] = v.Float()
		}
		return col, true
	}).Eval(0, len(rows), holds, formula.NewScratch())
	for i, h := range holds {
		out[i] = h == h && h != 0
	}
	return out
}

func column(l *pack.List, id string) *pack.Element {
	for _, c := range l.Columns {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// sum adds up other cells of the same part; all of them must say something.
func (p *Paper) sum(k Key, c *pack.Compute, shown bool) (edu.Value, bool) {
	total, any := 0.0, false
	for _, id := range c.PartsOf(k.Part) {
		for i := range p.Fields {
			f := &p.Fields[i]
			if f.Evidence || f.ID != id && !strings.HasPrefix(f.ID, id+".") {
				continue
			}
			at := Key{k.Part, f.ID}
			if !p.Has(at) {
				continue
			}
			v := p.cell(at, shown).value
			n, ok := v.Number()
			if !ok && !v.IsNotApplicable() {
				return edu.Value{}, false
			}
			total, any = total+n, any || ok
		}
	}
	return edu.Some(tidy(total)), any
}
