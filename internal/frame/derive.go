package frame

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// addSums completes totals from their parts: a total is missing where a part
// is, unless somebody gave it, and it contradicts parts that do not add up to it.
func (b *builder) addSums(l *layer) {
	if l.order.rows == 0 {
		return // counties have answered, and no school yet
	}
	for _, sum := range b.opt.Sums {
		typed := l.cols[sum.Element]
		var out []float64
		lo := 0
		for i := range max(len(b.stages), 1) {
			hi, stage := l.order.rows, edu.Stage("")
			if l == b.set.sections.layer {
				hi, stage = lo+b.rowsOf(i), b.stages[i]
			}
			var parts [][]float64
			any := false
			for _, p := range sum.Parts {
				if stage == "" || len(p.Stages) == 0 || slices.Contains(p.Stages, stage) {
					parts = append(parts, l.cols[p.ID])
					any = any || l.cols[p.ID] != nil
				}
			}
			if any && out == nil {
				out = missingColumn(l.order.rows)
				copy(out, typed)
			}
			for row := lo; any && row < hi; row++ {
				b.addSum(l, sum.Element, parts, out, row)
			}
			if lo = hi; lo == l.order.rows {
				break
			}
		}
		if out != nil {
			l.cols[sum.Element] = out
		}
	}
}

// addSum completes one total.
func (b *builder) addSum(l *layer, element string, parts [][]float64, out []float64, row int) {
	total, answers := 0.0, 0
	for _, p := range parts {
		v := edu.Value{}
		if p != nil {
			v = edu.FromFloat(p[row])
		}
		if v.IsMissing() {
			return
		}
		if n, ok := v.Number(); ok { // a part that does not apply adds nothing
			total += n
			answers++
		}
	}
	typed := edu.FromFloat(out[row])
	was, ok := typed.Number()
	switch {
	case answers == 0 && typed.IsMissing():
		out[row] = edu.NotApplicable.Float()
	case answers == 0:
	case !ok:
		out[row] = total
	case math.Abs(was-total) > 1e-9*math.Max(math.Abs(was), math.Abs(total)):
		b.contradicts(l, row, element, was, total)
	}
}

// contradicts reports a total that somebody typed and that its parts, or the
// rows it follows from, do not add up to.
func (b *builder) contradicts(l *layer, row int, element string, typed, computed float64) {
	for _, r := range l.order.records(row) {
		t, j := l.record(r)
		if !given(t, j, element) {
			continue
		}
		code := t.keys().At(j)
		b.problem(Problem{Blocking: true, Cells: []edu.Cell{t.cell(j, element)}, Message: edu.Text{
			EN: fmt.Sprintf("%s of %s is %s, but its parts come to %s", element, code, edu.Some(typed), edu.Some(computed)),
			ZH: fmt.Sprintf("%s 的 %s 填为 %s，而各分项合计为 %s", code, element, edu.Some(typed), edu.Some(computed)),
		}})
		return
	}
}

func missingColumn(n int) []float64 { return slices.Repeat([]float64{edu.Missing()}, n) }

// rowsOf is the number of section rows of a stage.
func (b *builder) rowsOf(stage int) int {
	o := b.set.sections.order
	n := 0
	for _, c := range o.count[stage*o.leaves : (stage+1)*o.leaves] {
		n += int(c)
	}
	return n
}

// listed is one list table with the section row of each of its rows.
type listed struct {
	*Table
	row []uint32 // row of the layer, none where the section is not known
}

// fromLists derives section elements from the rows of lists.
func (b *builder) fromLists(l *layer, lists []placed) {
	if len(lists) == 0 {
		return
	}
	at := make(map[[2]uint32]uint32, l.order.rows)
	row := 0
	for s := range b.stages {
		for range b.rowsOf(s) {
			at[[2]uint32{l.row[row], uint32(s)}] = uint32(row)
			row++
		}
	}
	b.set.lists = map[string][]listed{}
	strangers := map[[2]uint32]bool{}
	for i := range lists {
		t := &lists[i]
		var stage []uint8
		if b.sole != nil {
			stage = b.stagesIn(t)
		} else {
			stage = make([]uint8, t.N)
		}
		rows := make([]uint32, t.N)
		for j, u := range t.unit {
			rows[j] = none
			if u == none {
				continue
			}
			key := [2]uint32{u, uint32(stage[j])}
			if r, ok := at[key]; ok {
				rows[j] = r
			} else if !strangers[key] {
				strangers[key] = true
				code := t.keys().At(j)
				b.problem(Problem{Cells: []edu.Cell{t.cell(j, "")}, Message: edu.Text{
					EN: fmt.Sprintf("%s %s is in this list but in no table of sections; its rows were left out", code, t.Stage.At(j)),
					ZH: fmt.Sprintf("%s %s 在名册中，但不在学校基本数据中，其各行未计入", code, t.Stage.At(j)),
				}})
			}
		}
		b.set.lists[t.List] = append(b.set.lists[t.List], listed{t.Table, rows})
	}
	b.set.derive = map[string]Derive{}
	for _, d := range b.opt.Derive {
		if d.List != "" && b.set.lists[d.List] != nil {
			b.fromList(l, d)
		}
	}
}

// fromList derives one element. A section without any row in the list has not
// filled it, so the element is missing; one with rows of which none counts is 0.
func (b *builder) fromList(l *layer, d Derive) {
	b.set.derive[d.Element] = d
	n := l.order.rows
	acc := make([]tally, n)
	for _, t := range b.set.lists[d.List] {
		holds := t.holds(d)
		of := t.Cols[d.Of]
		for j, row := range t.row {
			if row == none {
				continue
			}
			v := 1.0
			if d.Agg != Count {
				v = edu.Missing()
				if of != nil {
					v = of[j]
				}
			}
			acc[row].take(v, holds, j)
		}
	}
	out := missingColumn(n)
	copy(out, l.cols[d.Element])
	for row := range acc {
		v, filled := acc[row].value(d.Agg)
		if !filled {
			continue
		}
		if typed, ok := edu.FromFloat(out[row]).Number(); ok && v == v && typed != v {
			b.contradicts(l, row, d.Element, typed, v)
			continue
		}
		out[row] = v
	}
	l.cols[d.Element] = out
}

// tally gathers the rows behind one derived figure.
type tally struct {
	seen, count int
	sum         float64
	max, min    float64
	unknown     bool // a row that may count, or a figure that counts, is missing
}

// take adds row j of a list, or of a larger unit; holds is nil where every row counts.
func (t *tally) take(v float64, holds []float64, j int) {
	t.seen++
	if holds != nil && holds[j] == 0 {
		return
	}
	if holds != nil && holds[j] != holds[j] || v != v {
		t.unknown = true
		return
	}
	if t.count == 0 || v > t.max {
		t.max = v
	}
	if t.count == 0 || v < t.min {
		t.min = v
	}
	t.count++
	t.sum += v
}

// value is the figure; ok is false where there was no row at all.
func (t *tally) value(agg Agg) (v float64, ok bool) {
	switch {
	case t.seen == 0:
		return 0, false
	case t.unknown:
		return edu.Missing(), true
	case agg == Count:
		return float64(t.count), true
	case agg == Total:
		return t.sum, true
	case t.count == 0:
		return edu.Missing(), true
	case agg == Largest:
		return t.max, true
	default:
		return t.min, true
	}
}

// holds evaluates the condition of a Derive for each row of the list: 1, 0 or
// missing; nil where every row counts.
func (t *listed) holds(d Derive) []float64 {
	return evaluate(d.Where, t.column, t.N)
}

func (t *listed) column(e string) ([]float64, bool) { c, ok := t.Cols[e]; return c, ok }

func evaluate(p *formula.Program, cols formula.Columns, n int) []float64 {
	if p == nil {
		return nil
	}
	out := make([]float64, n)
	p.Bind(cols).Eval(0, n, out, new(formula.Scratch))
	return out
}

// overTotals derives totals over the sections of a school or a county.
func (b *builder) overTotals() {
	l := b.set.sections.layer
	for _, d := range b.opt.Derive {
		if d.Over == edu.NoLevel || l.order.rows == 0 {
			continue
		}
		var group []uint32 // by row, plus one; 0 is none
		groups := 0
		switch {
		case d.Over == edu.School:
			groups = len(b.units.codes)
			group = make([]uint32, len(l.row))
			for i, u := range l.row {
				group[i] = u + 1
			}
		case d.Over == edu.County && b.paths.at[edu.County] != nil:
			groups = len(b.paths.places[edu.County].codes)
			group = make([]uint32, len(l.row))
			for i, u := range l.row {
				group[i] = b.paths.at[edu.County][u]
			}
		default:
			continue
		}
		b.overTotal(l, d, group, groups)
	}
}

// overTotal derives one total, which is missing where a part is.
func (b *builder) overTotal(l *layer, d Derive, group []uint32, groups int) {
	of := l.cols[d.Of]
	if of == nil && d.Agg != Count {
		return
	}
	holds := evaluate(d.Where, func(e string) ([]float64, bool) { c, ok := l.cols[e]; return c, ok }, l.order.rows)
	stages := d.Stages
	if len(stages) == 0 {
		stages = b.opt.Stages
	}
	acc := make([]tally, groups)
	row := 0
	for s, stage := range b.stages {
		n := b.rowsOf(s)
		if len(stages) == 0 || stage == "" || slices.Contains(stages, stage) {
			for i := row; i < row+n; i++ {
				if group[i] == 0 {
					continue
				}
				v := 1.0
				if d.Agg != Count {
					v = of[i]
					if edu.FromFloat(v).IsNotApplicable() {
						continue
					}
				}
				acc[group[i]-1].take(v, holds, i)
			}
		}
		row += n
	}
	if b.set.derive == nil {
		b.set.derive = map[string]Derive{}
	}
	b.set.derive[d.Element] = d
	if d.Over == edu.County {
		c := b.set.counties.layer
		out := missingColumn(c.order.rows)
		for i, u := range c.row {
			if v, ok := acc[u].value(d.Agg); ok {
				out[i] = v
			}
		}
		c.cols[d.Element] = out
		return
	}
	out := missingColumn(l.order.rows)
	for i, g := range group {
		if v, ok := acc[g-1].value(d.Agg); ok {
			out[i] = v
		}
	}
	l.cols[d.Element] = out
}
