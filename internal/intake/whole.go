// Rows about a school as a whole: they give once what its sections share.

package intake

import (
	"maps"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

// wholeRows are the rows about schools as a whole in a sheet of sections.
type wholeRows struct {
	rows  []bool           // by record
	of    map[string]int32 // code of a school -> its record
	codes *frame.Strings   // of all records
}

// wholeSchools finds the rows about schools as a whole; nil if there are none.
func wholeSchools(t *frame.Table, gone []bool) *wholeRows {
	if t.Stage == nil || !slices.Contains(t.Stage.Dict, string(pack.WholeSchool)) {
		return nil
	}
	w := &wholeRows{rows: make([]bool, t.N), of: map[string]int32{}, codes: t.Key}
	for i := range t.N {
		if t.Stage.At(i) == string(pack.WholeSchool) && (gone == nil || !gone[i]) {
			w.rows[i] = true
			w.of[t.Key.At(i)] = int32(i)
		}
	}
	return w
}

// shared reports that a school may give an element once for all its sections.
func (v *vocabulary) shared(t target) bool {
	return t.el != nil && t.part == "" && !t.evidence && v.pack.Split != nil && slices.Contains(v.pack.Split.Elements, t.el.ID)
}

// givenOnce reports that nothing is missing in a cell because a row about the
// school as a whole answers it, or is that row.
func (w *work) givenOnce(f *field, col []float64, record int) bool {
	if w.whole == nil {
		return false
	}
	if w.whole.rows[record] {
		return true
	}
	i, ok := w.whole.of[w.whole.codes.At(record)]
	return ok && w.shared(f.target) && !edu.FromFloat(col[i]).IsMissing()
}

// schoolTable takes what schools gave as a whole out of a table of sections. It
// says which cells it did not read: nobody could tell which section they are of.
func (w *work) schoolTable(t *frame.Table) *frame.Table {
	s := *t
	s.Level, s.Stage = edu.School, nil
	s.Cols, s.Texts, s.Heads = maps.Clone(t.Cols), map[string]*frame.Strings{}, maps.Clone(t.Heads)
	for _, f := range w.fields {
		if f.el == nil || w.shared(f.target) {
			continue
		}
		delete(s.Cols, f.id())
		delete(s.Heads, f.id())
		var rows []int32
		n := 0
		for i, is := range w.whole.rows {
			col := t.Cols[f.id()]
			if !is || (col == nil || edu.FromFloat(col[i]).IsMissing()) && t.Texts[f.id()].At(i) == "" {
				continue
			}
			if n++; len(rows) < 10 {
				rows = append(rows, t.Rows[i])
			}
		}
		if n > 0 {
			w.problem(Problem{Row: int(rows[0]), Column: sheet.Letters(f.index), Header: f.header, Element: f.id(), Kind: KindCell,
				Wanted: textf("应按学段填写，全校行不能填，没有读取(第 %s 行)", "is asked of each section, so it was not read in rows about a whole school (rows %s)", rowList(rows, n))})
		}
	}
	return &s
}

// apart splits a table by period, and the rows about schools from those about
// sections.
func (w *work) apart(t *frame.Table, ps *periods, gone []bool) []*frame.Table {
	if w.whole == nil {
		return split(t, ps, gone)
	}
	notSections, notSchools := make([]bool, t.N), make([]bool, t.N)
	for i, is := range w.whole.rows {
		out := gone != nil && gone[i]
		notSections[i], notSchools[i] = out || is, out || !is
	}
	return append(split(t, ps, notSections), split(w.schoolTable(t), ps, notSchools)...)
}
