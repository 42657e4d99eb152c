// Cells that are added up from a list, as formulas that any spreadsheet counts.

package workbook

import (
	"fmt"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// sum makes a computed cell: its formula where the rule is simple, and its value
// as it is now.
func (l *layout) sum(p *form.Paper, f *form.Field, part edu.Stage) cell {
	c := f.Ask.Compute
	ls := listOf(p, c.List)
	out := cell{text: l.addUp(p, f, ls, part), number: true}
	s, ok := l.spans[c.List]
	if !ok || c.Where != nil {
		return out
	}
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
	if s.columns[columnPart] != "" && part != WholeSchool && len(p.Parts) > 1 {
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

// addUp is the value of the cell as the rows stand.
func (l *layout) addUp(p *form.Paper, f *form.Field, ls *form.List, part edu.Stage) string {
	c := f.Ask.Compute
	rows := rowsOf(p, ls)
	if len(rows) == 0 || c.Where != nil {
		return p.Known[form.Key{Part: part, Field: f.ID}].Text
	}
	sum := 0.0
	for _, r := range rows {
		if part != WholeSchool && r.Part != "" && r.Part != part {
			continue
		}
		if c.PartBy != "" && f.Part != nil && r.Cells[c.PartBy] != f.Part.ID && r.Cells[c.PartBy] != f.Part.Name.ZH && r.Cells[c.PartBy] != f.Part.Name.EN {
			continue
		}
		if c.Agg == "count" {
			sum++
		} else if n, err := strconv.ParseFloat(r.Cells[c.Of], 64); err == nil {
			sum += n
		}
	}
	return figure(sum)
}

// quote is the name of a sheet inside quotes.
func quote(sheet string) string { return strings.ReplaceAll(sheet, "'", "''") }
