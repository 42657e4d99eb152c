package workbook

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
)

// rowOf is the number of the row that a cell stands in, from 1.
func (k *kit) rowOf(cell string) int {
	_, r, err := excelize.CellNameToCoordinates(cell)
	k.ok(err)
	return r
}

func (k *kit) columnOf(cell string) string {
	c, _, err := excelize.CellNameToCoordinates(cell)
	k.ok(err)
	return letters(c)
}

// swap exchanges two columns of a sheet, values only, as cutting and pasting does.
func (k *kit) swap(sheet string, a, b int) {
	rows, err := k.file.GetRows(sheet, excelize.Options{RawCellValue: true})
	k.ok(err)
	for i := range rows {
		x, err := k.file.GetCellValue(sheet, at(a, i+1), excelize.Options{RawCellValue: true})
		k.ok(err)
		y, err := k.file.GetCellValue(sheet, at(b, i+1), excelize.Options{RawCellValue: true})
		k.ok(err)
		set(k, k.file, sheet, at(a, i+1), y)
		set(k, k.file, sheet, at(b, i+1), x)
	}
}

func sixUnits(t *testing.T, r *Reading) {
	if len(r.Units) != 6 {
		t.Errorf("%d units, want 6", len(r.Units))
	}
}

// What people do to the shape of a workbook.
var badShapes = []badCase{
	{zh: "删了隐藏的第1行", en: "the hidden row 1 was deleted", edit: func(k *kit) { k.ok(k.file.RemoveRow(mainSheet, 1)) }, kind: isRefused, rule: RuleKeys},
	{zh: "删了隐藏的A列", en: "the hidden column A was deleted", edit: func(k *kit) { k.ok(k.file.RemoveCol(mainSheet, "A")) }, kind: isRefused, rule: RuleKeys},
	{zh: "清空了左上角的隐藏格", en: "the hidden corner was cleared", edit: func(k *kit) { set(k, k.file, mainSheet, "A1", nil) }, kind: isRefused, rule: RuleKeys},
	{zh: "清空了第1行的列编号", en: "the ids of the columns were cleared", edit: func(k *kit) {
		for c := 2; c < 12; c++ {
			set(k, k.file, mainSheet, at(c, 1), nil)
		}
	}, kind: isRefused, rule: RuleMissing},
	{zh: "清空了A列的行编号", en: "the ids of the rows were cleared", edit: func(k *kit) {
		for r := 2; r < 60; r++ {
			set(k, k.file, mainSheet, at(1, r), nil)
		}
	}, kind: isRefused, rule: RuleMissing},
	{zh: "删了一项的行", en: "the row of a field was deleted", edit: func(k *kit) { k.ok(k.file.RemoveRow(mainSheet, k.rowOf(k.at(edu.Primary, "boarders")))) }, kind: isRefused, rule: RuleMissing},
	{zh: "删了一个学段的列", en: "the column of a section was deleted", edit: func(k *kit) { k.ok(k.file.RemoveCol(mainSheet, k.columnOf(k.at(edu.Junior, "boarders")))) }, kind: isRefused, rule: RuleMissing},
	{zh: "多校表删了一项的列", en: "the column of a field was deleted", many: true, edit: func(k *kit) { k.ok(k.file.RemoveCol(mainSheet, k.columnOf(k.at(edu.Junior, "boarders")))) }, kind: isRefused, rule: RuleMissing},
	{zh: "多校表删了某校一个学段的行", en: "the row of one section was deleted", many: true, edit: func(k *kit) { k.ok(k.file.RemoveRow(mainSheet, k.rowOf(k.at(edu.Junior, "boarders")))) }, kind: isRefused, rule: RuleMissing},
	{zh: "多校表删了某校的全部行", en: "all rows of a school were deleted", many: true, edit: func(k *kit) {
		for range 3 {
			k.ok(k.file.RemoveRow(mainSheet, k.rowOf(k.at(edu.Primary, "boarders"))))
			if rows, _ := k.file.GetRows(mainSheet); !hasUnit(rows, k.unit().Unit.ID) {
				return
			}
		}
	}, kind: isRefused, rule: RuleMissing},
	{zh: "删了名册工作表", en: "the sheet of the class list was deleted", edit: func(k *kit) { k.ok(k.file.DeleteSheet(classesSheet)) }, kind: isRefused, rule: RuleSheet},
	{zh: "删了填报表", en: "the sheet of figures was deleted", edit: func(k *kit) { k.ok(k.file.DeleteSheet(mainSheet)) }, kind: isRefused, rule: RuleMissing},
	{zh: "删了名册的一列", en: "a column of the class list was deleted", edit: func(k *kit) {
		k.ok(k.file.RemoveCol(classesSheet, letters(k.column(classesSheet, keyColumn, "class_pupils"))))
	}, kind: isRefused, rule: RuleMissing},
	{zh: "多校名册删了“单位”列", en: "the column of units was deleted", many: true, edit: func(k *kit) {
		k.ok(k.file.RemoveCol(classesSheet, letters(k.column(classesSheet, keyColumn, columnUnit))))
	}, kind: isRefused, rule: RuleMissing},
	{zh: "多校表复制了某校的行", en: "the row of a school was copied", many: true, edit: func(k *kit) { k.ok(k.file.DuplicateRow(mainSheet, k.rowOf(k.at(edu.Primary, "boarders")))) }, kind: isRefused, rule: RuleDuplicate},
	{zh: "复制了一项的行", en: "the row of a field was copied", edit: func(k *kit) { k.ok(k.file.DuplicateRow(mainSheet, k.rowOf(k.at(edu.Primary, "boarders")))) }, kind: isRefused, rule: RuleDuplicate},
	{zh: "粘贴了别县文件的行", en: "a row of another county's file was pasted in", many: true, edit: func(k *kit) {
		r := k.rowOf(k.at(edu.Primary, "boarders"))
		k.ok(k.file.DuplicateRow(mainSheet, r))
		set(k, k.file, mainSheet, at(1, r+1), pairs(keyUnit, "elsewhere", keyPart, "primary").Encode())
	}, kind: isRefused, rule: RuleUnit},
	{zh: "改了列名和表名", en: "headers and the sheet were renamed", many: true, edit: func(k *kit) {
		for c := 2; c < 20; c++ {
			set(k, k.file, mainSheet, at(c, 6), "我改的列名")
		}
		k.put(edu.Junior, "boarders", 77)
		k.ok(k.file.SetSheetName(mainSheet, "我校的表"))
	}, kind: isRead, check: wantCell("junior/boarders", "77")},
	{zh: "调换了列的次序", en: "columns were moved", many: true, edit: func(k *kit) {
		k.put(edu.Junior, "boarders", 77)
		k.swap(mainSheet, k.column(mainSheet, keyField, "boarders"), k.column(mainSheet, keyField, "built_year"))
	}, kind: isRead, check: wantCell("junior/boarders", "77")},
	{zh: "隐藏了行和列", en: "rows and columns were hidden", edit: func(k *kit) {
		k.put(edu.Junior, "boarders", 77)
		k.ok(k.file.SetColVisible(mainSheet, k.columnOf(k.at(edu.Junior, "boarders")), false))
		k.ok(k.file.SetRowVisible(mainSheet, k.rowOf(k.at(edu.Junior, "boarders")), false))
	}, kind: isRead, check: wantCell("junior/boarders", "77")},
	{zh: "插入了行和列", en: "rows and columns were put in", edit: func(k *kit) {
		k.put(edu.Junior, "boarders", 77)
		k.ok(k.file.InsertRows(mainSheet, 8, 2))
		k.ok(k.file.InsertRows(mainSheet, 1, 1))
		k.ok(k.file.InsertCols(mainSheet, "A", 1))
		k.ok(k.file.InsertCols(mainSheet, "E", 2))
	}, kind: isRead, check: wantCell("junior/boarders", "77")},
	{zh: "调换了工作表的次序，加了自己的表", en: "sheets were moved and one was added", edit: func(k *kit) {
		k.put(edu.Junior, "boarders", 77)
		k.ok(k.file.MoveSheet(classesSheet, mainSheet))
		_, err := k.file.NewSheet("草稿")
		k.ok(err)
		set(k, k.file, "草稿", "A1", "自己用的")
	}, kind: isNote, rule: RuleSheet, check: wantCell("junior/boarders", "77")},
	{zh: "删了隐藏的字典表和版本表", en: "hidden sheets were deleted", edit: func(k *kit) {
		k.ok(k.file.DeleteSheet(dictSheet))
		k.ok(k.file.DeleteSheet(metaSheet))
		k.put(edu.Junior, "boarders", 77)
	}, kind: isRead, check: wantCell("junior/boarders", "77")},
	{zh: "多校表按别的列排了序", en: "rows were sorted", many: true, edit: func(k *kit) {
		k.put(edu.Junior, "boarders", 77)
		r := k.rowOf(k.at(edu.Junior, "boarders"))
		rows, err := k.file.GetRows(mainSheet, excelize.Options{RawCellValue: true})
		k.ok(err)
		last := len(rows)
		for c := range rows[0] {
			x, err := k.file.GetCellValue(mainSheet, at(c+1, r), excelize.Options{RawCellValue: true})
			k.ok(err)
			y, err := k.file.GetCellValue(mainSheet, at(c+1, last), excelize.Options{RawCellValue: true})
			k.ok(err)
			set(k, k.file, mainSheet, at(c+1, last), x)
			set(k, k.file, mainSheet, at(c+1, r), y)
		}
	}, kind: isRead, check: func(t *testing.T, r *Reading) {
		sixUnits(t, r)
		wantCell("junior/boarders", "77")(t, r)
	}},
	{zh: "插入的行里填了数", en: "figures in a row that was put in", edit: func(k *kit) {
		cell := k.at(edu.Primary, "boarders")
		r := k.rowOf(cell)
		k.ok(k.file.InsertRows(mainSheet, r, 1))
		set(k, k.file, mainSheet, k.columnOf(cell)+strings.TrimLeft(at(1, r), "A"), 55)
	}, kind: isNote, rule: RuleRow},
	{zh: "把两个要填的格合并了", en: "two cells to fill were merged", edit: func(k *kit) {
		a := k.at(edu.Primary, "teachers_new")
		k.ok(k.file.MergeCell(mainSheet, a, k.columnOf(a)+strings.TrimLeft(at(1, k.rowOf(a)+1), "A")))
	}, kind: isRefused, rule: RuleMerged},
	{zh: "名册里把同年级的格合并了", en: "the grade of several classes was merged", edit: func(k *kit) {
		c, r := k.column(classesSheet, keyColumn, "grade"), k.row()
		k.ok(k.file.MergeCell(classesSheet, at(c, r), at(c, r+1)))
	}, kind: isRead, check: func(t *testing.T, r *Reading) {
		if got := r.Units[0].Content.Lists["classes"][1].Cells["grade"]; got != "一年级" {
			t.Errorf("the second class is of grade %q", got)
		}
	}},
	{zh: "名册里把两个班的人数合并了", en: "the pupils of two classes were merged", edit: func(k *kit) {
		c, r := k.column(classesSheet, keyColumn, "class_pupils"), k.row()
		k.ok(k.file.MergeCell(classesSheet, at(c, r), at(c, r+1)))
	}, kind: isRefused, rule: RuleMerged},
}

func hasUnit(rows [][]string, u edu.UnitID) bool {
	for _, r := range rows {
		if len(r) > 0 && parseID(r[0]).Get(keyUnit) == string(u) && parseID(r[0]).Get(keyPart) == "primary" {
			return true
		}
	}
	return false
}
