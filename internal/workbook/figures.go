// The cells of a sheet of figures.

package workbook

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/han"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

// figures reads a sheet of figures, of either layout.
func (rd *reader) figures(s *opened) error {
	cols := s.named()
	merged, err := s.Merged()
	if err != nil {
		return err
	}
	s.NoteFormulas(ourFormula)
	stray := 0
	taken := map[[2]int]bool{} // row, column of cells to fill
	err = rd.each(s, func(l line) error {
		if l.id.Has(keyKind) {
			return nil
		}
		if len(l.id) == 0 {
			for i, c := range cols {
				if l.text[i] != "" && (c.id.Has(keyField) || c.id.Has(keyPart)) {
					if stray++; stray <= 10 {
						rd.note(RuleRow, s.place(l.number, c.index, "", l.text[i]), both("这一行没有编号，未读取", "the row has no id and was not read"), both("新插入的行不能填数，请填在原有的行里。", "Figures in rows that were put in are not read; use the rows that were there."))
					}
					break
				}
			}
			return nil
		}
		for i, c := range cols {
			if c.id.Has(keyKind) {
				continue
			}
			if rd.figure(s, merge(s.id, c.id, l.id), l.number, c.index, l.text[i]) {
				taken[[2]int{l.number, c.index}] = true
			}
		}
		return nil
	})
	rd.mergedOver(s, merged, taken)
	return err
}

// merge joins the addresses of a sheet, a column and a row.
func merge(ids ...id) id {
	out := id{}
	for _, v := range ids {
		for k, x := range v {
			out[k] = x
		}
	}
	return out
}

// figure takes one cell; it reports whether it is one that is filled.
func (rd *reader) figure(s *opened, a id, row, column int, text string) bool {
	u := edu.UnitID(a.Get(keyUnit))
	p := rd.papers[u]
	at := s.place(row, column, "", text)
	if p == nil {
		if u != "" && !slices.Contains(rd.meta.Units, u) {
			rd.otherUnit(at)
		}
		return false
	}
	switch {
	case a.Has(keySame):
		if yes(text) && !slices.Contains(rd.same[u], a.Get(keySame)) && slices.ContainsFunc(p.Form.Same, func(c pack.Choice) bool { return c.ID == a.Get(keySame) }) {
			rd.same[u] = append(rd.same[u], a.Get(keySame))
		}
		return false
	case a.Has(keySign):
		rd.sign(u, a.Get(keySign), text)
		if len(rd.out.signs[u]) < 4 {
			at.Header = a.Get(keySign)
			rd.out.signs[u] = append(rd.out.signs[u], at)
		}
		return false
	case !a.Has(keyField) || !a.Has(keyPart):
		return false
	}
	f := p.Field(a.Get(keyField))
	if f == nil {
		return false
	}
	k, kind := kindOf(p, f, edu.Stage(a.Get(keyPart)))
	at.Header = f.Name().ZH
	if kind == absent {
		if text != "" {
			rd.refuse(RuleFixed, at, both("“"+shorten(text, 40)+"”填在不用填的格里："+f.Name().ZH, fmt.Sprintf("%q stands in a cell that is not asked: %s", shorten(text, 40), f.Name().EN)), both("这一学段没有此项，请清空此格，数据填到对应学段。", "The section has no such figure: clear the cell and write it where it belongs."))
		}
		return false
	}
	switch {
	case kind != entry && (strings.HasPrefix(text, "=") || isErrorValue(text)):
		text = "" // our own formula, not yet counted
	case rd.bad(at, text):
		return true
	}
	if rd.cells[u] == nil {
		rd.cells[u] = map[form.Key]found{}
	}
	if was, twice := rd.cells[u][k]; twice {
		rd.refuse(RuleDuplicate, at, both(fmt.Sprintf("%s的“%s”出现两次，另一处在 %s!%s%d", p.Unit.Name.ZH, f.Name().ZH, was.at.Sheet, was.at.Column, was.at.Row), fmt.Sprintf("%s of %s comes twice, also at %s!%s%d", f.Name().EN, p.Unit.Name.In("en"), was.at.Sheet, was.at.Column, was.at.Row)),
			both("请删除重复的行、列或工作表。", "Delete the row, column or sheet that repeats it."))
		return true
	}
	rd.cells[u][k] = found{text, at, s.Formula(row, column)}
	return kind == entry
}

func (rd *reader) otherUnit(at edu.Cell) {
	for _, p := range rd.out.Problems {
		if p.Rule == RuleUnit && p.Cell.Sheet == at.Sheet && p.Cell.Row == at.Row {
			return
		}
	}
	at.Column, at.Text = "", ""
	rd.refuse(RuleUnit, at, both("这一行是另一所学校的，不在本文件的填报单位内", "the row is of another school, which this workbook is not for"), both("请删除这一行；别校的数据用别校的文件上传。", "Delete the row; upload that school's figures with its own file."))
}

// maxAnswer is how many characters an answer may have: more than drafts keep
// would be lost later.
const maxAnswer = 2000

// bad reports a cell that has no value: a formula without one, or an error; or
// that holds a whole document.
func (rd *reader) bad(at edu.Cell, text string) bool {
	switch {
	case strings.HasPrefix(text, "="):
		rd.refuse(RuleFormula, at, both("是没有计算结果的公式", "a formula without a value"), both("请用 Excel 或 WPS 打开并保存一次，或直接填数。", "Open and save the file in Excel or WPS once, or write the figure."))
		return true
	case utf8.RuneCountInString(text) > maxAnswer:
		at.Text = shorten(text, 40)
		rd.refuse(RuleLong, at, both(fmt.Sprintf("有%d个字，超过%d个", utf8.RuneCountInString(text), maxAnswer), fmt.Sprintf("has %d characters, more than %d", utf8.RuneCountInString(text), maxAnswer)), both("请缩短；详细材料另附文件，此处写文号。", "Shorten it; cite the document instead."))
		return true
	case isErrorValue(text):
		rd.refuse(RuleError, at, both("是错误值 "+shorten(text, 20), "an error value: "+shorten(text, 20)), both("请改正公式，或直接填数。", "Mend the formula, or write the figure."))
		return true
	}
	return false
}

var errorValues = []string{"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#BLOCKED!", "#CONNECT!", "#FIELD!", "#UNKNOWN!"}

func isErrorValue(s string) bool {
	return strings.HasPrefix(s, "#") && (slices.Contains(errorValues, strings.ToUpper(s)) || strings.HasPrefix(s, "#Err") || strings.HasPrefix(s, "Err:"))
}

func yes(s string) bool {
	switch fold(s) {
	case "是", "yes", "y", "1", "true", "√", "✓", "一致":
		return true
	}
	return false
}

// sign takes a line of the signature block; the first row that has it counts.
func (rd *reader) sign(u edu.UnitID, line, text string) {
	text, _ = han.Normalise(text)
	s := rd.signs[u]
	for _, x := range []struct {
		id string
		to *string
	}{{"filler", &s.Filler}, {"phone", &s.Phone}, {"reviewer", &s.Reviewer}, {"head", &s.Head}} {
		if x.id == line && *x.to == "" {
			*x.to = text
		}
	}
	rd.signs[u] = s
}

// mergedOver reports merged ranges that reach over more than one cell to fill.
func (rd *reader) mergedOver(s *opened, merged []sheet.Range, taken map[[2]int]bool) {
	for _, m := range merged {
		n := 0
		for r := m.Row; r <= m.LastRow && r-m.Row < 5000 && n < 2; r++ {
			for c := m.Col; c <= m.LastCol && c-m.Col < 500 && n < 2; c++ {
				if taken[[2]int{r, c}] {
					n++
				}
			}
		}
		if n > 1 {
			rd.refuse(RuleMerged, s.place(m.Row, m.Col, "", ""), both("填报格被合并，分不清是哪一格的数", "cells to fill were merged, so that nobody can tell whose figure it is"), both("请取消合并，逐格填写。", "Split the cells again and fill each."))
		}
	}
}
