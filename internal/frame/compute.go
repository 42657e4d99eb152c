package frame

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// formulas computes the elements of a layer that follow from others of the same
// row. They come before totals over counties, which may add them up, so a
// section's formula knows nothing of such a total.
func (b *builder) formulas(l *layer, level edu.Level) {
	if l == nil || l.order == nil || l.order.rows == 0 {
		return
	}
	for _, d := range b.opt.Derive {
		if d.Formula == nil || (d.Level == edu.County) != (level == edu.County) {
			continue
		}
		fields := d.Formula.Fields()
		if !slices.ContainsFunc(fields, func(f string) bool { return l.cols[f] != nil }) {
			continue // nobody was asked any of it
		}
		out := make([]float64, l.order.rows)
		d.Formula.Bind(func(f string) ([]float64, bool) { c, ok := l.cols[f]; return c, ok }).Eval(0, len(out), out, formula.NewScratch())
		for row, v := range out {
			if v != v {
				out[row] = l.lack(fields, row)
			}
		}
		l.cols[d.Element] = out
		if b.set.derive == nil {
			b.set.derive = map[string]Derive{}
		}
		b.set.derive[d.Element] = d
	}
}

// lack is what a row has that could not be computed: it does not apply where one
// of the figures does not and none is owed, and is missing otherwise.
func (l *layer) lack(fields []string, row int) float64 {
	none := false
	for _, f := range fields {
		c := l.cols[f]
		if c == nil || isMissing(c[row]) {
			return edu.Missing()
		}
		none = none || edu.FromFloat(c[row]).IsNotApplicable()
	}
	if none {
		return edu.NotApplicable.Float()
	}
	return edu.Missing()
}
