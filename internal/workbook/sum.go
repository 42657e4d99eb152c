// Cells that are added up from a list, as formulas that any spreadsheet counts.

package workbook

import (
	"bytes"
	"fmt"
	"strings"

	"shuren/internal/form"
)

// sum makes a computed cell: its formula where the rule is simple, and its value
// as it is now.
func (l *layout) sum(p *form.Paper, f *form.Field, k form.Key) cell {
	c := f.Ask.Compute
	text, origin := p.Shown(k)
	out := cell{text: text, number: true}
	nothing := `""` // without rows nothing is known: no zero
	switch origin {
	case form.FromTyping:
		return out // what was typed beside the list stays as it is
	case form.FromKnown:
		rows, _ := p.ShownRows(c.List)
		if _, isNumber := out.value().(float64); !isNumber || len(rows) > 0 {
			return out
		}
		nothing = text
	}
	ls := listOf(p, c.List)
	s, ok := l.spans[c.List]
	if !ok || c.Where != nil || ls == nil {
		return out
	}
	part := k.Part
	ref := func(id string) string {
		col := s.columns[id]
		return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", quote(s.sheet), col, s.first, col, s.last)
	}
	var when []string
	only := func(column, text string) {
		when = append(when, ref(column), `"`+strings.ReplaceAll(text, `"`, `""`)+`"`)
	}
	if s.columns[columnUnit] != "" {
		only(columnUnit, l.names[p.Unit.ID])
	}
	// The grade tells the section as well, and is there where nobody says which.
	if s.columns[columnPart] != "" && part != form.Whole && len(p.Parts) > 1 && (c.PartBy == "" || f.Part == nil || len(f.Part.Stages) != 1) {
		only(columnPart, stageName(part, l.lang))
	}
	rows := "COUNTIFS(" + strings.Join(when, ",") + ")"
	if len(when) == 0 {
		for _, e := range ls.List.Columns {
			if s.columns[e.ID] != "" {
				rows = "COUNTA(" + ref(e.ID) + ")"
				break
			}
		}
	}
	if c.PartBy != "" && f.Part != nil {
		e := column(ls, c.PartBy)
		if e == nil || s.columns[c.PartBy] == "" {
			return out
		}
		only(c.PartBy, partChoice(f, e, l.lang))
	}
	switch {
	case c.Agg == "sum" && s.columns[c.Of] != "":
		if len(when) == 0 {
			out.formula = "SUM(" + ref(c.Of) + ")"
		} else {
			out.formula = "SUMIFS(" + ref(c.Of) + "," + strings.Join(when, ",") + ")"
		}
	case c.Agg == "count" && len(when) > 0:
		out.formula = "COUNTIFS(" + strings.Join(when, ",") + ")"
	case c.Agg == "count":
		out.formula = rows
	}
	if out.formula != "" {
		out.formula = fmt.Sprintf(`IF(%s=0,%s,%s)`, rows, nothing, out.formula)
	}
	return out
}

// ourFormula tells whether a formula may be the template's own, as any
// spreadsheet writes it: all of them count whether there is anything to add up.
// One that is shared with other cells does not say.
func ourFormula(formula []byte) bool {
	return len(formula) == 0 || bytes.Contains(formula, []byte("COUNTIFS(")) || bytes.Contains(formula, []byte("COUNTA("))
}

// sum is a cell that adds up other cells of its paper: it gets its formula when
// all of them have their places.
type sum struct {
	paper *form.Paper
	key   form.Key
	field *form.Field
	at    [2]int // index of its row in the page, and of its cell in the row
}

// place notes where a cell of a paper stands.
func (l *layout) place(p *form.Paper, f *form.Field, k form.Key, row, cell int) {
	if l.placed[p.Unit.ID] == nil {
		l.placed[p.Unit.ID] = map[form.Key]string{}
	}
	l.placed[p.Unit.ID][k] = at(cell+2, row)
	if c := f.Ask.Compute; c != nil && c.List == "" && !f.Evidence {
		l.sums = append(l.sums, sum{p, k, f, [2]int{row - 2, cell}})
	}
}

// maxSummed bounds a formula over single cells; Excel takes 255 of them.
const maxSummed = 200

// addUp writes the formulas of sums. Where a part is empty the sum is, too.
func (l *layout) addUp(pg *page) {
	for _, s := range l.sums {
		var cells []string
		for _, id := range s.field.Ask.Compute.PartsOf(s.key.Part) {
			for i := range s.paper.Fields {
				f := &s.paper.Fields[i]
				if f.Evidence || f.ID != id && !strings.HasPrefix(f.ID, id+".") {
					continue
				}
				if at := l.placed[s.paper.Unit.ID][form.Key{Part: s.key.Part, Field: f.ID}]; at != "" {
					cells = append(cells, at)
				}
			}
		}
		if len(cells) == 0 || len(cells) > maxSummed {
			continue
		}
		list := strings.Join(cells, ",")
		c := &pg.rows[s.at[0]].cells[s.at[1]]
		nothing := `""`
		switch _, origin := s.paper.Shown(s.key); origin {
		case form.FromTyping:
			continue // before its parts were
		case form.FromKnown:
			if _, isNumber := c.value().(float64); !isNumber {
				continue
			}
			nothing = c.text
		}
		c.formula = fmt.Sprintf(`IF(COUNTA(%s)=%d,SUM(%s),%s)`, list, len(cells), list, nothing)
	}
}

// quote is the name of a sheet inside quotes.
func quote(sheet string) string { return strings.ReplaceAll(sheet, "'", "''") }
