// Cells that are added up from a list, as formulas that any spreadsheet counts.

package workbook

import (
	"fmt"
	"strings"

	"shuren/internal/form"
)

// sum makes a computed cell: its formula where the rule is simple, and its value
// as it is now.
func (l *layout) sum(p *form.Paper, f *form.Field, k form.Key) cell {
	c := f.Ask.Compute
	text, _ := p.Shown(k)
	out := cell{text: text, number: true}
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
	if s.columns[columnPart] != "" && part != form.Whole && len(p.Parts) > 1 {
		only(columnPart, stageName(part, l.lang))
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
	}
	return out
}

// quote is the name of a sheet inside quotes.
func quote(sheet string) string { return strings.ReplaceAll(sheet, "'", "''") }
