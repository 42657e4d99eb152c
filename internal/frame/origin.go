package frame

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// maxCells is how many cells Origin lists for a figure that follows from a list;
// Counted tells how many there are.
const maxCells = 200

// Origin gives the cells that a figure came from: one for a typed figure, the
// rows counted (up to 200) for one derived from a list, the parts for a total,
// the whole and the pupils behind a share, none where nobody gave it.
func (f *Frame) Origin(row int, element string) []edu.Cell {
	cells, _ := f.trace(row, element)
	return cells
}

// Counted is how many cells stand behind a figure, which may be more than Origin
// lists.
func (f *Frame) Counted(row int, element string) int {
	_, n := f.trace(row, element)
	return n
}

func (f *Frame) trace(row int, element string) ([]edu.Cell, int) {
	if f.set == nil {
		return nil, 0
	}
	if of, back := formula.Past(element); back > 0 {
		then := f.earlier(back)
		if then == nil {
			return nil, 0
		}
		var cells []edu.Cell
		n := 0
		for _, j := range f.past(then, back, row, of) {
			more, count := then.trace(j, of)
			cells, n = append(cells, more...), n+count
		}
		return cells, n
	}
	if cells, ok := f.shareCells(row, element); ok {
		return cells, len(cells)
	}
	if c, ok := f.cols[element]; ok || f.texts[element] != nil {
		if cells := f.grove.typed(f.lo+row, element); len(cells) > 0 {
			return cells, len(cells)
		}
		if ok && isMissing(c[row]) {
			return nil, 0
		}
		return f.set.follows(f, row, element)
	}
	if f.Base != edu.Section {
		return nil, 0
	}
	if s := f.set.schools; s != nil && (s.cols[element] != nil || s.texts[element] != nil) {
		if j, ok := f.schoolRow(row); ok {
			cells := s.typed(j, element)
			return cells, len(cells)
		}
		return nil, 0
	}
	if j, ok := f.countyRow(row); ok {
		return f.set.Counties.trace(j, element)
	}
	return nil, 0
}

// typed gives the cells in which somebody answered an element.
func (l *layer) typed(row int, element string) []edu.Cell {
	var cells []edu.Cell
	for _, r := range l.order.records(row) {
		t, j := l.record(r)
		if _, kept := l.order.row(int(r)); kept && given(t, j, element) {
			cells = append(cells, t.cell(j, element))
		}
	}
	return cells
}

// follows gives the cells behind a figure that nobody typed.
func (s *Set) follows(f *Frame, row int, element string) (cells []edu.Cell, n int) {
	add := func(more []edu.Cell, count int) {
		n += count
		cells = append(cells, more[:min(len(more), max(maxCells-len(cells), 0))]...)
	}
	d, derived := s.derive[element]
	switch {
	case !derived:
		for _, sum := range s.sums {
			if sum.Element != element {
				continue
			}
			for _, p := range sum.Parts {
				more := f.grove.typed(f.lo+row, p.ID)
				add(more, len(more))
			}
		}
	case d.Formula != nil:
		for _, id := range d.Formula.Fields() {
			add(f.trace(row, id))
		}
	case d.Over != edu.NoLevel:
		for _, part := range s.Sections {
			if len(d.Stages) > 0 && part.Stage != "" && !slices.Contains(d.Stages, part.Stage) {
				continue
			}
			holds := evaluate(d.Where, part.Column, len(part.Rows))
			for i := range part.Rows {
				if (holds == nil || holds[i] == 1) && s.within(d.Over, part, i, f, row) {
					add(part.trace(i, d.Of))
				}
			}
		}
	default:
		for _, t := range s.lists[d.List] {
			rows := t.of(f.lo + row)
			if len(rows) == 0 {
				continue
			}
			lo := rows[0]
			holds := t.holdsIn(d, lo, rows[len(rows)-1]+1)
			for _, j := range rows {
				if holds == nil || holds[j-lo] == 1 {
					add([]edu.Cell{t.cell(j, d.Of)}, 1)
				}
			}
		}
	}
	return cells, n
}

// of lists the rows of a list that are of one section.
func (t *listed) of(row int) (out []int) {
	for j, r := range t.row {
		if int(r) == row {
			out = append(out, j)
		}
	}
	return out
}

// holdsIn is holds for the rows lo to hi-1 alone: a list has the rows of all
// schools, those of one stand close together, and a page asks for one.
func (t *listed) holdsIn(d Derive, lo, hi int) []float64 {
	if d.Where == nil {
		return nil
	}
	out := make([]float64, hi-lo)
	d.Where.Bind(t.column).Eval(lo, hi, out, new(formula.Scratch))
	return out
}

// within reports that row i of part belongs to the school or county of a row of f.
func (s *Set) within(over edu.Level, part *Frame, i int, f *Frame, row int) bool {
	if over == edu.School {
		return part.Rows[i].Code == f.Rows[row].Code
	}
	of := func(g *Frame, r int) (int, bool) {
		if g.Base == edu.County {
			return r, true
		}
		return g.countyRow(r)
	}
	a, ok := of(part, i)
	b, ok2 := of(f, row)
	return ok && ok2 && a == b
}
