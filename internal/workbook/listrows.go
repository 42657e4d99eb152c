// The rows of a list sheet.

package workbook

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/han"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

// maxListRows is how many rows a list may have for each unit of the workbook.
const maxListRows = 3000

// list reads the sheet of a list.
func (rd *reader) list(s *opened) error {
	id := s.id.Get(keyList)
	var ls *pack.List
	for _, p := range rd.papers {
		if l := listOf(p, id); l != nil {
			ls = l.List
			break
		}
	}
	if ls == nil {
		return nil
	}
	if rd.lists[id] && s.id.Get(keyUnit) != "" {
		rd.refuse(RuleDuplicate, edu.Cell{Sheet: s.Name}, both("“"+s.Name+"”有两张", "there are two sheets of "+ls.Name.EN), both("请删除多余的一张。", "Delete one of them."))
		return nil
	}
	rd.lists[id] = true
	cols := s.named()
	where := listPlace{sheet: s.Name, first: s.row + 1, columns: map[string]string{}}
	for _, c := range cols {
		where.columns[c.id.Get(keyColumn)] = sheet.Letters(c.index)
	}
	rd.out.lists[id] = where
	rd.listColumns(s, ls, cols)
	merged, err := s.Merged()
	if err != nil {
		return err
	}
	taken := map[[2]int]bool{}
	n := 0
	err = rd.each(s, func(l line) error {
		if l.id.Has(keyKind) {
			return nil
		}
		if n++; n > maxListRows*max(1, len(rd.papers)) {
			return nil
		}
		r, unit, part := form.Row{Cells: map[string]string{}}, "", ""
		for i, c := range cols {
			switch name := c.id.Get(keyColumn); {
			case name == columnUnit:
				unit = l.text[i]
			case name == columnPart:
				part = l.text[i]
			case name != "" && l.text[i] != "":
				e := columnOf(ls, name)
				if e == nil {
					continue
				}
				if rd.bad(s.place(l.number, c.index, e.Name.ZH, l.text[i]), l.text[i]) {
					continue
				}
				t := l.text[i]
				if e.Type == edu.TypeText {
					if clean, changed := han.Normalise(t); changed {
						r.Cite.Text, t = and(r.Cite.Text, t), clean
					}
				}
				if numeric(e) {
					taken[[2]int{l.number, c.index}] = true
				}
				r.Cells[name] = t
			}
		}
		if len(r.Cells) == 0 {
			return nil
		}
		rd.row(s, ls, l, r, unit, part)
		return nil
	})
	if n > maxListRows*max(1, len(rd.papers)) {
		rd.refuse(RuleRows, edu.Cell{Sheet: s.Name}, both(fmt.Sprintf("有%d行，超过%d行", n, maxListRows*max(1, len(rd.papers))), fmt.Sprintf("has %d rows, more than %d", n, maxListRows*max(1, len(rd.papers)))), both("请核对是否粘贴了别的名册。", "See whether another register was pasted in."))
	}
	rd.mergedOver(s, merged, taken)
	return err
}

// and adds a text to those of a row that were read otherwise than they stood
// there: the row keeps them.
func and(a, b string) string {
	if a == "" {
		return b
	}
	return a + "；" + b
}

// row enters a row under its unit.
func (rd *reader) row(s *opened, ls *pack.List, l line, r form.Row, unit, part string) {
	u := edu.UnitID(s.id.Get(keyUnit))
	at := edu.Cell{Sheet: s.Name, Row: l.number, Text: shorten(unit, 60)}
	if u == "" {
		clean, changed := han.Normalise(unit)
		if changed {
			r.Cite.Text = and(r.Cite.Text, unit)
		}
		switch {
		case unit == "":
			u = edu.UnitID(l.id.Get(keyUnit))
		default:
			u = rd.labels[fold(clean)]
			if u == "" {
				u = rd.labels[fold(unit)]
			}
		}
	}
	if rd.papers[u] == nil {
		t := both("没有写明单位", "does not name its unit")
		if unit != "" {
			t = both("单位“"+shorten(unit, 40)+"”不在本文件的填报单位内", fmt.Sprintf("unit %q is none of this workbook", shorten(unit, 40)))
		}
		rd.refuse(RuleUnit, at, t, both("请从下拉列表中选择单位。", "Choose the unit from the list."))
		return
	}
	r.Part = rd.stage(rd.papers[u], part)
	r.Cite = edu.Cell{File: rd.out.File, Sheet: s.Name, Row: l.number, Text: shorten(r.Cite.Text, 200)}
	if rd.rows[u] == nil {
		rd.rows[u] = map[string][]form.Row{}
	}
	rd.rows[u][ls.ID] = append(rd.rows[u][ls.ID], r)
}

// listColumns reports columns that were deleted.
func (rd *reader) listColumns(s *opened, ls *pack.List, cols []idColumn) {
	count := map[string]int{}
	for _, c := range cols {
		count[c.id.Get(keyColumn)]++
	}
	for _, e := range ls.Columns {
		if e.Derive == nil && count[e.ID] == 0 {
			rd.refuse(RuleMissing, edu.Cell{Sheet: s.Name}, both("“"+e.Name.ZH+"”列被删除", "the column "+e.Name.EN+" was deleted"), both("请撤销删除，或重新下载模板；列可以隐藏、移动、改名，不能删除。", "Undo the deletion or download the template again: columns may be hidden, moved or renamed, not deleted."))
		}
		if count[e.ID] > 1 {
			rd.refuse(RuleDuplicate, edu.Cell{Sheet: s.Name}, both("“"+e.Name.ZH+"”列出现两次", "the column "+e.Name.EN+" comes twice"), both("请删除重复的一列。", "Delete one of them."))
		}
	}
	if s.id.Get(keyUnit) == "" && count[columnUnit] == 0 {
		rd.refuse(RuleMissing, edu.Cell{Sheet: s.Name}, both("“单位”列被删除", "the column of units was deleted"), both("请撤销删除，或重新下载模板。", "Undo the deletion or download the template again."))
	}
}

func columnOf(ls *pack.List, id string) *pack.Element {
	i := slices.IndexFunc(ls.Columns, func(e *pack.Element) bool { return e.ID == id })
	if i < 0 {
		return nil
	}
	return ls.Columns[i]
}

// stage reads the name of a section; what is none stays empty, and the form asks
// for it.
func (rd *reader) stage(p *form.Paper, text string) edu.Stage {
	if text == "" && len(p.Parts) == 1 {
		return p.Parts[0]
	}
	if text == "" {
		return ""
	}
	t := fold(text)
	for _, s := range p.Parts {
		n := form.StageName(s)
		if t == fold(n.ZH) || t == fold(stageName(s, "en")) || t == fold(string(s)) {
			return s
		}
	}
	for _, k := range p.Pack.Keys {
		if k.Role != "stage" {
			continue
		}
		for word, s := range k.Values {
			if fold(word) == t && slices.Contains(p.Parts, edu.Stage(s)) {
				return edu.Stage(s)
			}
		}
	}
	return ""
}
