// The tables in which means are told: which columns each has, and a workbook with
// all of them to fill in.

package means

import (
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// Element is what a person of a group may count to, as the pack calls it.
type Element struct {
	ID    string
	Name  edu.Text
	Heads []string // other names
}

// ElementsOf are those of packs whose levers move people.
func ElementsOf(packs ...*pack.Pack) (out []Element) {
	seen := map[string]bool{}
	for _, p := range packs {
		for _, l := range p.Levers {
			if l.Act != pack.LeverMove {
				continue
			}
			for _, id := range l.Elements {
				if e := p.Element(id); e != nil && !seen[id] {
					seen[id] = true
					out = append(out, Element{id, e.Name, e.Headers})
				}
			}
		}
	}
	return out
}

// Kind is a table of means.
type Kind string

const (
	PriceTable  Kind = "prices"
	StaffTable  Kind = "staff"
	WayTable    Kind = "ways"
	PostTable   Kind = "posts" // of all the county's schools
	BudgetTable Kind = "budgets"
	LessonTable Kind = "lessons" // the county's own plan, by stage and subject
)

// column is one of a table.
type column struct {
	id    string
	name  string   // heading, as the template writes it
	must  bool     // the table is not this one without
	heads []string // other headings
}

// tables are known by their columns that must be there.
type table struct {
	kind Kind
	name edu.Text // in Chinese, that of the sheet in the template
	cols []column
}

var tables = []table{
	{PriceTable, edu.Text{ZH: "单价表", EN: "prices"}, []column{
		{"item", "项目", true, []string{"item"}},
		{"yuan", "单价（元）", true, []string{"单价", "price", "yuan"}},
		{"unit", "单位", false, []string{"unit"}},
		{"year", "年份", false, []string{"year"}},
		{"basis", "依据", false, []string{"basis", "source"}},
	}},
	{StaffTable, edu.Text{ZH: "教职工人数", EN: "staff"}, []column{
		{"school", "学校标识码", true, []string{"学校代码", "学校", "school", "code"}},
		{"stage", "学段", true, []string{"stage"}},
		{"subject", "主教学科", false, []string{"学科", "subject"}},
		{"counts", "计入", false, []string{"counts to"}},
		{"people", "人数", true, []string{"people", "教师人数"}},
		{"posts", "编制在本校", false, []string{"其中编制在本校", "posts"}},
		{string(OnLoan), "借出借入", false, []string{"借出", "on_loan"}},
		{string(Nursing), "孕期哺乳期", false, []string{"孕期、哺乳期", "孕期哺乳", "nursing"}},
		{string(Ill), "病休", false, []string{"ill"}},
		{string(Retiring), "五年内退休", false, []string{"retiring"}},
		{"eligible", "符合交流条件", false, []string{"eligible"}},
		{"leave", "9月1日不在岗", false, []string{"leave"}},
	}},
	{WayTable, edu.Text{ZH: "乡镇间路程", EN: "ways"}, []column{
		{"from", "起点乡镇", true, []string{"起点", "乡镇", "from"}},
		{"to", "终点乡镇", true, []string{"终点", "到乡镇", "to"}},
		{"km", "路程（千米）", true, []string{"路程", "千米", "km"}},
		{"minutes", "时间（分钟）", false, []string{"时间", "minutes"}},
	}},
	{PostTable, edu.Text{ZH: "编制", EN: "posts"}, []column{
		{"approved", "核定编制", true, []string{"核定教职工编制数", "approved"}},
		{"established", "在编人数", true, []string{"在编", "established"}},
		{"basis", "依据", false, []string{"basis", "source"}},
	}},
	{BudgetTable, edu.Text{ZH: "年度资金", EN: "money of years"}, []column{
		{"period", "学年", true, []string{"school year", "year", "period"}},
		{"yuan", "经费（元）", true, []string{"经费", "金额", "budget", "yuan"}},
		{"basis", "来源", false, []string{"依据", "basis", "source"}},
	}},
	{LessonTable, edu.Text{ZH: "课程课时计划", EN: "plan of lessons"}, []column{
		{"stage", "学段", true, []string{"stage"}},
		{"subject", "学科", true, []string{"课程", "subject"}},
		{"class", "每班周课时", true, []string{"每班周课时数", "lessons per class"}},
		{"teacher", "教师周课时", true, []string{"教师周课时数", "每名教师周课时", "lessons per teacher"}},
		{"year", "年份", false, []string{"year"}},
		{"basis", "依据", false, []string{"basis", "source"}},
	}},
}

// retireHeads end the headings of the columns of those who retire, by school year:
// 2027退休, 2027 retiring.
var retireHeads = []string{"退休", "retiring"}

// stages are the words for stages in files of means.
var stages = map[string]edu.Stage{
	"小学": edu.Primary, "初中": edu.Junior, "高中": edu.Senior, "普通高中": edu.Senior, "学前": edu.Preschool, "幼儿园": edu.Preschool, "中职": edu.Vocational, "特教": edu.Special, "特殊教育": edu.Special, "高等教育": edu.Higher,
}

// Headed puts the headings of a table, as the template has them, above lines that
// were pasted without.
func Headed(k Kind, lines string) string {
	first, _, _ := strings.Cut(lines, "\n")
	for _, t := range tables {
		if t.kind != k {
			continue
		}
		cells := strings.FieldsFunc(first, func(r rune) bool { return r == '\t' || r == ',' })
		var names []string
		for _, c := range t.cols {
			if find(cells, append([]string{c.name}, c.heads...)...) >= 0 {
				return lines
			}
			names = append(names, c.name)
		}
		return strings.Join(names, "\t") + "\n" + lines
	}
	return lines
}

// Template writes a workbook with a sheet for each table, headings and the known
// items of the price list, to fill in. elements are what staff may count to.
func Template(w io.Writer, elements []Element) error {
	f := excelize.NewFile()
	defer f.Close()
	for i, t := range tables {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", t.name.ZH); err != nil {
				return err
			}
		} else if _, err := f.NewSheet(t.name.ZH); err != nil {
			return err
		}
		var head []any
		for _, c := range t.cols {
			head = append(head, c.name)
		}
		if t.kind == StaffTable {
			for _, e := range elements {
				head = append(head, e.Name.ZH)
			}
		}
		if err := f.SetSheetRow(t.name.ZH, "A1", &head); err != nil {
			return err
		}
		if err := f.SetColWidth(t.name.ZH, "A", "Z", 16); err != nil {
			return err
		}
		if t.kind != PriceTable {
			continue
		}
		for k, item := range Items {
			cell, err := excelize.CoordinatesToCellName(1, k+2)
			if err != nil {
				return err
			}
			if err := f.SetSheetRow(t.name.ZH, cell, &[]any{item.Name.ZH, nil, item.Unit.ZH}); err != nil {
				return err
			}
		}
	}
	return f.Write(w)
}
