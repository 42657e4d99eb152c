// Finding the head of a sheet: which rows are the header, and what kind of
// sheet it is.

package intake

import (
	"cmp"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

const (
	headRows  = 24 // rows looked at
	maxHeader = 3  // rows of a header
)

// shape is a kind of sheet: rows of units, a list, or one row for each item.
type shape struct {
	list  *pack.List
	tall  bool
	words words
}

// column is one column of a sheet as its head names it.
type column struct {
	index   int
	header  string
	targets []target // more than one: ambiguous
	unit    string   // the folded unit of measure of the header
}

// head is the head of a sheet as one shape reads it.
type head struct {
	shape   shape
	columns []column
	last    int // row number of the last row of the header
	first   int // index in the rows of the first one
	depth   int // rows of the header
	figures int // columns that mean a figure
	known   int // columns that mean anything
}

// recognise finds the shape and header under which most columns have a
// meaning. It gives nil for a sheet without any figure.
func (v *vocabulary) recognise(name string, rows []sheet.Row) *head {
	shapes := []shape{{words: v.main}, {tall: true, words: v.tall}}
	for _, l := range v.listsInOrder() {
		shapes = append(shapes, shape{list: l, words: v.lists[l]})
	}
	// A row without cells, or with a number, is no header under any shape.
	barred := make([]bool, len(rows))
	for i, r := range rows {
		barred[i] = len(r.Cells) == 0 || numeric(r)
	}
	var best, named *head
	for _, s := range shapes {
		h := v.header(s, rows, barred)
		if h == nil {
			continue
		}
		// Lists of two schemes may stand in a sheet of the same name: its columns
		// tell which it is.
		if s.list != nil && slices.ContainsFunc(s.list.Sheets, func(s string) bool { return fold(s) == fold(name) }) && (named == nil || h.figures > named.figures) {
			named = h
		}
		if best == nil || h.figures > best.figures || s.tall && best.shape.list == nil && h.known > best.known {
			best = h
		}
	}
	if named != nil {
		return named
	}
	return best
}

// listsInOrder are the lists of the pack, in an order that does not depend on that of
// the packs it is made of: the ones with fewer columns first, so that a sheet
// that fits two is the one that it fills.
func (v *vocabulary) listsInOrder() []*pack.List {
	return slices.SortedStableFunc(slices.Values(v.pack.Lists), func(a, b *pack.List) int {
		return cmp.Or(cmp.Compare(len(a.Columns), len(b.Columns)), cmp.Compare(a.ID, b.ID))
	})
}

// header finds the rows that name the most columns under a shape, as few rows
// as do that; barred tells which rows are none.
func (v *vocabulary) header(s shape, rows []sheet.Row, barred []bool) *head {
	var best *head
	for depth := 1; depth <= maxHeader; depth++ {
		for start := 0; start+depth <= len(rows); start++ {
			if slices.Contains(barred[start:start+depth], true) {
				continue
			}
			if h := v.try(s, rows, start, depth); h.figures > 0 && (best == nil || h.known > best.known) {
				best = h
			}
		}
	}
	// Cells merged over two rows show that the row above belongs to the header.
	for best != nil && best.first > 0 && best.depth < maxHeader && spans(rows[best.first-1], rows[best.first]) {
		h := v.try(s, rows, best.first-1, best.depth+1)
		if h.known < best.known {
			break
		}
		best = h
	}
	return best
}

// spans reports that a cell of one row has the text of the cell below it.
func spans(above, below sheet.Row) bool {
	for i, c := range above.Cells {
		if c != "" && i < len(below.Cells) && below.Cells[i] == c {
			return !numeric(above)
		}
	}
	return false
}

// try reads depth rows from start on as a header.
func (v *vocabulary) try(s shape, rows []sheet.Row, start, depth int) *head {
	h := &head{shape: s, last: rows[start+depth-1].Number, first: start, depth: depth}
	width := 0
	for _, r := range rows[start : start+depth] {
		width = max(width, len(r.Cells))
	}
	seen := map[target]bool{}
	item, value := false, false
	for c := range width {
		var levels []string
		for _, r := range rows[start : start+depth] {
			if c < len(r.Cells) && r.Cells[c] != "" && !slices.Contains(levels, r.Cells[c]) {
				levels = append(levels, r.Cells[c])
			}
		}
		if len(levels) == 0 {
			continue
		}
		ts, unit := v.meaning(s.words, levels)
		h.columns = append(h.columns, column{index: c, header: strings.Join(levels, " "), targets: ts, unit: unit})
		for _, t := range ts {
			item, value = item || t.role == roleItem, value || t.role == roleValue
		}
		if len(ts) > 0 && !seen[ts[0]] {
			seen[ts[0]] = true
			h.known++
			if ts[0].el != nil {
				h.figures++
			}
		}
	}
	if s.tall && item && value {
		h.figures++
	}
	return h
}

// numeric reports that a row holds a number, as no header does.
func numeric(r sheet.Row) bool {
	return slices.ContainsFunc(r.Cells, func(s string) bool {
		_, ok := sheet.Number(plain(s), 0)
		return ok
	})
}

// counting reports that a row only numbers the columns, as forms do under
// their header: 甲 乙 1 2 3 or (1) (2) (3).
func counting(r sheet.Row) bool {
	marks, next := 0, 1
	for _, c := range r.Cells {
		f := fold(c)
		n := strings.Trim(f, "()")
		switch {
		case f == "":
		case strings.Contains("甲乙丙丁戊己庚辛壬癸", f):
			marks++
		case n == number(float64(next)):
			next++
			if n != f {
				marks++
			}
		default:
			return false
		}
	}
	return marks > 0 && next > 2
}

// hints are keys that stand in cells above the header: 县区代码:530302.
func (v *vocabulary) hints(rows []sheet.Row) map[string]string {
	hints := map[string]string{}
	for _, r := range rows {
		for i, c := range r.Cells {
			label, value, ok := strings.Cut(strings.Replace(c, "\uff1a", ":", 1), ":")
			value = strings.TrimSpace(value)
			if !ok || value == "" {
				for _, next := range r.Cells[i+1:] {
					if next != "" && next != c {
						value = next
						break
					}
				}
			}
			if ts := v.keys[fold(label)]; len(ts) == 1 && value != "" && hints[ts[0].role] == "" && len(v.keys[fold(value)]) == 0 {
				hints[ts[0].role] = value
			}
		}
	}
	return hints
}

// stageIn finds the one stage that a sheet's name speaks of.
func (v *vocabulary) stageIn(name string) edu.Stage {
	f, best, at := fold(name), edu.Stage(""), 0
	for word, s := range v.stages {
		if s == pack.WholeSchool {
			continue // 全校 in a name says nothing of its rows
		}
		if len(word) > at && len(word) > 1 && strings.Contains(f, word) {
			best, at = s, len(word)
		} else if len(word) == at && s != best && strings.Contains(f, word) {
			return "" // two stages: 小学初中
		}
	}
	for word, s := range v.stages {
		if len(word) > 1 && s != best && s != pack.WholeSchool && strings.Contains(f, word) && len(word) >= at-3 {
			return ""
		}
	}
	return best
}
