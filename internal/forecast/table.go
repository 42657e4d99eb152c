// The table of a file: where it stands, and which of its columns is what.

package forecast

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// wanted is a column that a file may have.
type wanted struct {
	id    string
	name  edu.Text
	must  bool
	usual []string // headings by which it is found
}

// table is a sheet whose columns were found.
type table struct {
	file  string
	sheet *sheet.Sheet
	row   int // of the heading
	width int
	at    map[string]int    // columns by what they are
	heads map[string]string // their headings as they stand
}

// headRows are the rows among which the heading is looked for.
const headRows = 12

// find looks for the sheet and row whose headings have what is wanted. chosen are
// headings that the user named.
func find(ctx context.Context, book *sheet.Book, file, name string, want []wanted, chosen map[string]string) (*table, error) {
	var best *table
	var lacks []string
	var have []string
	looked := false
	for _, s := range book.Sheets {
		if s.Hidden || name != "" && s.Name != name {
			continue
		}
		looked = true
		rows, err := s.Head(ctx, headRows)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			t := &table{file: file, sheet: s, row: row.Number, width: len(row.Cells), at: map[string]int{}, heads: map[string]string{}}
			if not := t.match(row.Cells, want, chosen); best == nil || len(not) < len(lacks) {
				best, lacks, have = t, not, row.Cells
			}
			if len(lacks) == 0 {
				return best, nil
			}
		}
	}
	switch {
	case !looked && name != "":
		return nil, refuse("没有名为“%s”的工作表", "no sheet is called %q", name)
	case best == nil:
		return nil, refuse("没有找到表头：应在前 %[1]d 行中有列名", "no heading was found: want the names of the columns in the first %[1]d rows", headRows)
	}
	have = slices.DeleteFunc(slices.Clone(have), func(s string) bool { return clean(s) == "" })
	if len(have) > 20 {
		have = have[:20]
	}
	var zh, en []string
	for _, id := range lacks {
		w := want[slices.IndexFunc(want, func(w wanted) bool { return w.id == id })]
		if chosen[id] != "" {
			zh, en = append(zh, w.name.ZH+"“"+cut(chosen[id])+"”"), append(en, fmt.Sprintf("%s %q", w.name.EN, cut(chosen[id])))
		} else {
			zh, en = append(zh, w.name.ZH+"（如“"+w.usual[0]+"”）"), append(en, fmt.Sprintf("%s (such as %q)", w.name.EN, w.usual[len(w.usual)-1]))
		}
	}
	return nil, &sheet.Refusal{Kind: fault.Invalid, Text: edu.Text{
		ZH: file + "：没有找到列：" + strings.Join(zh, "、") + "；表中有：" + list(have),
		EN: file + ": no column was found for " + strings.Join(en, ", ") + "; the table has " + list(have),
	}}
}

// match finds the columns in a row and tells which that must be there are not.
func (t *table) match(cells []string, want []wanted, chosen map[string]string) (lacks []string) {
	for _, w := range want {
		names := w.usual
		if chosen[w.id] != "" {
			names = []string{chosen[w.id]}
		}
		i := -1
		for _, n := range names {
			if i = slices.IndexFunc(cells, func(c string) bool { return fold(c) == fold(n) }); i >= 0 {
				break
			}
		}
		taken := false
		for _, k := range t.at {
			taken = taken || k == i
		}
		switch {
		case i >= 0 && !taken:
			t.at[w.id], t.heads[w.id] = i, clean(cells[i])
		case w.must || chosen[w.id] != "":
			lacks = append(lacks, w.id)
		}
	}
	return lacks
}

func (t *table) has(id string) bool { _, ok := t.at[id]; return ok }

// cell is where a figure stood.
func (t *table) cell(row int, id string) edu.Cell {
	return edu.Cell{File: t.file, Sheet: t.sheet.Name, Row: row, Column: sheet.Letters(t.at[id]), Header: t.heads[id]}
}

// each gives the rows below the heading, cleaned.
func (t *table) each(ctx context.Context, take func(row int, cell func(id string) string)) error {
	var cols []sheet.Column
	place := map[string]int{}
	for id, i := range t.at {
		place[id] = len(cols)
		cols = append(cols, sheet.Column{Index: i, Kind: sheet.Texts})
	}
	return t.sheet.Stream(ctx, t.row+1, t.width, cols, nil, func(d *sheet.Data) error {
		for i := range d.N {
			take(int(d.Rows[i]), func(id string) string {
				if k, ok := place[id]; ok {
					return clean(d.Text[k].At(i))
				}
				return ""
			})
		}
		return nil
	})
}

func refuse(zh, en string, args ...any) error {
	return &sheet.Refusal{Kind: fault.Invalid, Text: edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}}
}
