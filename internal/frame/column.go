package frame

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// grove is a layer with its tree.
type grove struct {
	*layer
	tree *tree
}

// shared is what a frame works out when it is first asked for. A frame may be
// read by many goroutines at once.
type shared struct {
	mu   sync.Mutex
	cols map[string][]float64 // nil for an element that nobody gave
}

// Column is the column of an element, by id or id.part; ok is false where
// nobody gave any figure of it. Answers of a school or a county are repeated for
// each of its sections, except for a school's resources that are shared out (see
// [Split]), and "pupils@prev" is the figure of the same unit in the
// previous set, "pupils@prev@prev" that in the one before it. The column must not be changed.
func (f *Frame) Column(element string) (col []float64, ok bool) {
	if col, ok = f.cols[element]; ok {
		return col, true
	}
	if f.set == nil {
		return nil, false
	}
	f.shared.mu.Lock()
	defer f.shared.mu.Unlock()
	col, ok = f.shared.cols[element]
	if !ok {
		col = f.lookUp(element)
		if f.shared.cols == nil {
			f.shared.cols = map[string][]float64{}
		}
		f.shared.cols[element] = col
	}
	return col, col != nil
}

// lookUp works out a column that the rows do not hold themselves.
func (f *Frame) lookUp(element string) []float64 {
	if strings.HasSuffix(element, formula.PrevSuffix) {
		return f.prior(element)
	}
	if f.Base != edu.Section {
		return nil
	}
	if f.set.split != nil && f.set.split.shared[element] != nil {
		return nil // no section of this stage has a share
	}
	if s := f.set.schools; s != nil && s.cols[element] != nil {
		return broadcast(f.Len(), s.cols[element], f.schoolRow)
	}
	if c := f.set.Counties; c != nil && c.cols[element] != nil {
		return broadcast(f.Len(), c.cols[element], f.countyRow)
	}
	return nil
}

func broadcast(n int, from []float64, at func(int) (int, bool)) []float64 {
	out := missingColumn(n)
	for i := range out {
		if j, ok := at(i); ok {
			out[i] = from[j]
		}
	}
	return out
}

// schoolRow finds the row of the school tables that speaks of a section's school.
func (f *Frame) schoolRow(row int) (int, bool) {
	if f.set.schools == nil {
		return 0, false
	}
	r := f.set.schoolRow[f.grove.row[f.lo+row]]
	return int(r), r != none
}

// countyRow finds a section's row in Counties.
func (f *Frame) countyRow(row int) (int, bool) {
	counties := f.set.Counties
	if counties == nil || len(f.Regions[edu.County]) == 0 {
		return 0, false
	}
	return counties.Find(f.Regions[edu.County][f.RegionOf(edu.County, row)].Code)
}

// Find is the row of a unit, by code.
func (f *Frame) Find(code string) (row int, ok bool) {
	f.finding.Do(func() {
		f.row = make(map[string]int, len(f.Rows))
		for i := range f.Rows {
			f.row[f.Rows[i].Code] = i
		}
	})
	row, ok = f.row[code]
	return row, ok
}

// Elements lists the elements that the rows themselves have figures of, in order.
func (f *Frame) Elements() []string { return slices.Sorted(maps.Keys(f.cols)) }

// Value is one figure.
func (f *Frame) Value(row int, element string) edu.Value {
	if c, ok := f.Column(element); ok {
		return edu.FromFloat(c[row])
	}
	return edu.Value{}
}

// Text is a text answer of a row, its school or its county, empty where there is
// none.
func (f *Frame) Text(row int, element string) string {
	if t, ok := f.texts[element]; ok {
		return t.At(row)
	}
	if f.set == nil || f.Base != edu.Section {
		return ""
	}
	if s := f.set.schools; s != nil && s.texts[element] != nil {
		if j, ok := f.schoolRow(row); ok {
			return s.texts[element].At(j)
		}
		return ""
	}
	if j, ok := f.countyRow(row); ok {
		return f.set.Counties.Text(j, element)
	}
	return ""
}

// Stage is the frame of a stage, or nil.
func (s *Set) Stage(stage edu.Stage) *Frame {
	for _, f := range s.Sections {
		if f.Stage == stage {
			return f
		}
	}
	return nil
}
