// Opening a workbook: its corners, and whether they are of one template.

package workbook

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/sheet"
)

// open finds the corners and settles what the workbook is.
func (rd *reader) open(book *sheet.Book) error {
	var secret *opened
	for _, s := range book.Sheets {
		head, err := s.Head(rd.ctx, idRows)
		if err != nil {
			return err
		}
		o := findCorner(s, head)
		switch {
		case o == nil && s.Name == errorSheet:
			continue
		case o == nil:
			rd.rest = append(rd.rest, s)
			rd.leftovers(s, head)
			continue
		case o.id.Get(keyKind) == "errors":
			rd.errors = o
			continue
		case o.id.Get(keyKind) == "meta":
			secret = o
		}
		rd.sheets = append(rd.sheets, o)
	}
	if len(rd.sheets) == 0 {
		if !rd.out.Blocked() {
			rd.refuse(RuleForeign, edu.Cell{}, both("不是本系统的填报模板", "not a template of this system"),
				both("请下载本期模板填报；县里自用的表或其他系统的导出，请到“导入其他表格”上传，对应一次列名，以后自动识别。", "Fill this collection's template; upload the county's own tables and exports as other tables: columns are matched once and known afterwards."))
		}
		return nil
	}
	rd.meta = rd.sheets[0].meta
	if secret != nil {
		rd.meta = secret.meta
	}
	var err error
	if rd.meta.Units, err = rd.units(secret); err != nil {
		return err
	}
	for _, s := range rd.sheets {
		u := edu.UnitID(s.id.Get(keyUnit))
		switch {
		case !s.meta.same(rd.meta):
			rd.refuse(ruleOf(s.meta, rd.meta), edu.Cell{Sheet: s.Name}, both("工作表来自另一份模板："+s.meta.Issue+" "+s.meta.Period.Label()+" 版本 "+version(s.meta.Hash), "the sheet is of another template: "+s.meta.Issue+" "+s.meta.Period.Label()+" version "+version(s.meta.Hash)),
				both("请删除这张工作表，把数据填进本文件自己的表。", "Delete the sheet and enter its figures into this workbook's own."))
		case secret != nil && u != "" && !slices.Contains(rd.meta.Units, u):
			rd.refuse(RuleUnit, edu.Cell{Sheet: s.Name}, both("工作表是另一所学校的", "the sheet is of another school"), both("请删除这张工作表；别校的数据用别校的文件上传。", "Delete the sheet; upload that school's figures with its own file."))
		}
	}
	return nil
}

func ruleOf(a, b Meta) string {
	if a.Issue == b.Issue && a.Form == b.Form && a.Period == b.Period {
		return RuleVersion
	}
	return RuleIssue
}

// findCorner looks for the corner of a sheet; rows and columns may have been put
// in before it.
func findCorner(s *sheet.Sheet, head []sheet.Row) *opened {
	for _, r := range head {
		for c, text := range r.Cells[:min(len(r.Cells), idColumns)] {
			if m, id, ok := parseMark(text); ok {
				return &opened{Sheet: s, meta: m, id: id, row: r.Number, col: c, columns: r.Cells}
			}
		}
	}
	return nil
}

// leftovers reports a sheet whose corner is gone but whose ids show that it was
// of a template.
func (rd *reader) leftovers(s *sheet.Sheet, head []sheet.Row) {
	ids := 0
	for _, r := range head {
		for _, c := range r.Cells {
			if v := parseID(c); v.Has(keyField) || v.Has(keyPart) || v.Has(keyColumn) || v.Get(keyKind) == "head" || v.Has(keySign) {
				ids++
			}
		}
	}
	if ids > 1 {
		rd.refuse(RuleKeys, edu.Cell{Sheet: s.Name}, both("隐藏的第1行或A列被删除，系统认不出各格是什么", "the hidden row 1 or column A was deleted, so that nobody can tell which cell is which"),
			both("请撤销删除，或重新下载模板，把数据复制过去。", "Undo the deletion, or download the template again and copy the figures into it."))
	}
}

// units are those that the workbook was made for, or where it does not say any
// more those that its sheets speak of.
func (rd *reader) units(secret *opened) ([]edu.UnitID, error) {
	var out []edu.UnitID
	add := func(v id) {
		if u := edu.UnitID(v.Get(keyUnit)); u != "" && !slices.Contains(out, u) && len(out) < 20_000 {
			out = append(out, u)
		}
	}
	if secret != nil {
		rd.meta.Base = map[edu.UnitID]string{}
		return out, rd.each(secret, func(r line) error {
			if add(r.id); r.id.Has(keyBase) {
				rd.meta.Base[edu.UnitID(r.id.Get(keyUnit))] = r.id.Get(keyBase)
			}
			if t := r.id.Get(keyMade); t != "" && len(t) <= 64 {
				rd.meta.Template = t
			}
			return nil
		})
	}
	for _, s := range rd.sheets {
		add(s.id)
		if s.id.Has(keyKind) || s.id.Has(keyList) {
			continue
		}
		if err := rd.each(s, func(r line) error { add(r.id); return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}
