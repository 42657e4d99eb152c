package frame

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"shuren/internal/edu"
)

// layer is everything given about the units of one level, before it is cut into
// frames: rows in order, one column for each element over all of them.
type layer struct {
	tables []placed
	base   []int // number of the first record of each table, and of the end
	unit   []uint32
	order  *order
	cols   map[string][]float64
	texts  map[string]*Strings
	row    []uint32 // unit of each row
}

// newLayer numbers the records of tables through.
func newLayer(tables []placed) *layer {
	l := &layer{tables: tables, base: []int{0}, cols: map[string][]float64{}, texts: map[string]*Strings{}}
	n := 0
	for _, t := range tables {
		n += t.N
		l.base = append(l.base, n)
	}
	if len(tables) == 1 {
		l.unit = tables[0].unit
		return l
	}
	l.unit = make([]uint32, 0, n)
	for _, t := range tables {
		l.unit = append(l.unit, t.unit...)
	}
	return l
}

// record finds the table of a record and its place there.
func (l *layer) record(r uint32) (t *Table, row int) {
	i, found := slices.BinarySearch(l.base, int(r))
	if !found {
		i--
	}
	for l.base[i+1] == int(r) { // tables without records
		i++
	}
	return l.tables[i].Table, int(r) - l.base[i]
}

// single reports that no two records make one row.
func (l *layer) single() bool { return l.order.start == nil }

// units notes the unit of each row.
func (l *layer) units() {
	if l.order.perm == nil {
		l.row = l.unit
		return
	}
	l.row = make([]uint32, l.order.rows)
	for i := range l.row {
		l.row[i] = l.unit[l.order.records(i)[0]]
	}
}

// duplicates reports units that stand twice in one table, and leaves the later
// record out.
func (l *layer) duplicates(b *builder) {
	if l.single() {
		return
	}
	for i := range l.order.rows {
		rs := l.order.records(i)
		for j := 1; j < len(rs); j++ {
			t, row := l.record(rs[j])
			before, first := l.record(rs[j-1])
			if t != before {
				continue
			}
			l.order.rowOf[rs[j]] = none
			code := t.keys().At(row)
			b.problem(Problem{
				Blocking: true,
				Cells:    []edu.Cell{t.cell(row, ""), t.cell(first, "")},
				Message: edu.Text{
					EN: fmt.Sprintf("%s stands here a second time, after %s; a unit may stand in a table once for each stage", code, Place(t.cell(first, ""))),
					ZH: fmt.Sprintf("%s 重复出现(前一次在 %s),每个单位每个学段在一张表中只能出现一次", code, PlaceZH(t.cell(first, ""))),
				},
			})
		}
	}
}

// join brings the columns of all tables into the order of the rows.
func (l *layer) join(b *builder) {
	elements, texts := map[string]bool{}, map[string]bool{}
	for _, t := range l.tables {
		for e := range t.Cols {
			elements[e] = true
		}
		for e := range t.Texts {
			texts[e] = true
		}
	}
	names := slices.Sorted(maps.Keys(elements))
	words := slices.Sorted(maps.Keys(texts))
	cols := make([][]float64, len(names))
	strs := make([]*Strings, len(words))
	found := make([][]Problem, len(names)+len(words))
	parallel(len(found), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if i < len(names) {
				cols[i], found[i] = l.gather(names[i])
			} else {
				strs[i-len(names)], found[i] = l.gatherText(words[i-len(names)])
			}
		}
	})
	for i, e := range names {
		l.cols[e] = cols[i]
	}
	for i, e := range words {
		l.texts[e] = strs[i]
	}
	for _, ps := range found {
		b.problems = append(b.problems, ps...)
	}
}

// gather brings one column into the order of the rows. Records that say nothing
// leave the cell to others; two that differ are a problem.
func (l *layer) gather(element string) ([]float64, []Problem) {
	o := l.order
	if len(l.tables) == 1 && o.perm == nil {
		return l.tables[0].Cols[element], nil
	}
	out := make([]float64, o.rows)
	if len(l.tables) == 1 && l.single() {
		col := l.tables[0].Cols[element]
		for i, r := range o.perm {
			out[i] = col[r]
		}
		return out, nil
	}
	for i := range out {
		out[i] = edu.Missing()
	}
	var problems []Problem
	for k, t := range l.tables {
		col := t.Cols[element]
		for j, v := range col {
			row, ok := o.row(l.base[k] + j)
			if !ok || isMissing(v) {
				continue
			}
			switch was := out[row]; {
			case isMissing(was):
				out[row] = v
			case was != v && math.Float64bits(was) != math.Float64bits(v):
				problems = append(problems, l.conflict(t.Table, j, row, element, edu.FromFloat(was).String(), edu.FromFloat(v).String()))
			}
		}
	}
	return out, problems
}

// isMissing reports a cell that nobody filled; "does not apply" is an answer.
func isMissing(v float64) bool { return v != v && edu.FromFloat(v).IsMissing() }

// gatherText is gather for texts.
func (l *layer) gatherText(element string) (*Strings, []Problem) {
	o := l.order
	if len(l.tables) == 1 && o.perm == nil {
		return l.tables[0].Texts[element], nil
	}
	out := &Strings{Dict: []string{""}, Code: make([]uint32, o.rows)}
	number := map[string]uint32{"": 0}
	var problems []Problem
	for k, t := range l.tables {
		col := t.Texts[element]
		if col == nil {
			continue
		}
		for j := range t.N {
			row, ok := o.row(l.base[k] + j)
			v := col.At(j)
			if !ok || v == "" {
				continue
			}
			n, ok := number[v]
			if !ok {
				n = uint32(len(out.Dict))
				number[v] = n
				out.Dict = append(out.Dict, v)
			}
			switch was := out.Code[row]; was {
			case n:
			case 0:
				out.Code[row] = n
			default:
				problems = append(problems, l.conflict(t.Table, j, row, element, strconv.Quote(out.Dict[was]), strconv.Quote(v)))
			}
		}
	}
	return out, problems
}

// conflict reports two records that give one figure differently.
func (l *layer) conflict(t *Table, j, row int, element, was, now string) Problem {
	here := t.cell(j, element)
	cells := []edu.Cell{here}
	place, placeInZH := "elsewhere", "别处"
	for _, r := range l.order.records(row) {
		other, k := l.record(r)
		if other == t && k == j {
			break
		}
		if given(other, k, element) {
			c := other.cell(k, element)
			cells = append(cells, c)
			place, placeInZH = Place(c), PlaceZH(c)
			break
		}
	}
	code := t.keys().At(j)
	return Problem{
		Blocking: true,
		Cells:    cells,
		Message: edu.Text{
			EN: fmt.Sprintf("%s of %s is %s here but %s in %s", element, code, now, was, place),
			ZH: fmt.Sprintf("%s 的 %s 在此处为 %s，在 %s 为 %s", code, element, now, placeInZH, was),
		},
	}
}

// given reports that a record answers an element.
func given(t *Table, row int, element string) bool {
	if c, ok := t.Cols[element]; ok && !isMissing(c[row]) {
		return true
	}
	return t.Texts[element].At(row) != ""
}

// keys is the column that tells units apart: codes, or names where there are none.
func (t *Table) keys() *Strings {
	if t.Key != nil {
		return t.Key
	}
	return t.Name
}
