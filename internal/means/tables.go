// The tables in which means are told: which columns each has, and a workbook with
// all of them to fill in.

package means

import (
	"io"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
)

// Element is what a person of a group may count to, as the pack calls it.
type Element struct {
	ID   string
	Name edu.Text
}

// column is one of a table.
type column struct {
	id    string
	name  string   // heading, as the template writes it
	must  bool     // the table is not this one without
	heads []string // other headings
}

// tables are known by their columns that must be there.
type table struct {
	id   string
	name string // of the sheet, in the template
	cols []column
}

var tables = []table{
	{"prices", "单价表", []column{
		{"item", "项目", true, []string{"item"}},
		{"yuan", "单价（元）", true, []string{"单价", "price", "yuan"}},
		{"unit", "单位", false, []string{"unit"}},
		{"year", "年份", false, []string{"year"}},
		{"basis", "依据", false, []string{"basis", "source"}},
	}},
	{"staff", "教师数", []column{
		{"school", "学校标识码", true, []string{"学校代码", "学校", "school", "code"}},
		{"stage", "学段", true, []string{"stage"}},
		{"subject", "主教学科", false, []string{"学科", "subject"}},
		{"people", "人数", true, []string{"people", "教师人数"}},
		{"posts", "编制在本校", false, []string{"posts"}},
		{"on_loan", "借出借入", false, []string{"借出", "on_loan"}},
		{"nursing", "孕期哺乳期", false, []string{"孕期、哺乳期", "nursing"}},
		{"ill", "病休", false, []string{"ill"}},
		{"retiring", "五年内退休", false, []string{"retiring"}},
		{"eligible", "符合交流条件", false, []string{"eligible"}},
	}},
	{"ways", "乡镇路程", []column{
		{"from", "起点乡镇", true, []string{"起点", "from"}},
		{"to", "终点乡镇", true, []string{"终点", "to"}},
		{"km", "路程（千米）", true, []string{"路程", "千米", "路程（km）", "km"}},
		{"minutes", "时间（分钟）", false, []string{"时间", "minutes"}},
	}},
	{"posts", "编制", []column{
		{"approved", "核定编制", true, []string{"核定教职工编制数", "approved"}},
		{"established", "在编人数", true, []string{"在编", "established"}},
		{"basis", "依据", false, []string{"basis", "source"}},
	}},
	{"budgets", "分年经费", []column{
		{"period", "学年", true, []string{"school year", "year", "period"}},
		{"yuan", "经费（元）", true, []string{"经费", "金额（元）", "budget", "yuan"}},
		{"basis", "依据", false, []string{"basis", "source", "来源"}},
	}},
}

// stages are the words for stages in files of means.
var stages = map[string]edu.Stage{
	"小学": edu.Primary, "初中": edu.Junior, "高中": edu.Senior, "普通高中": edu.Senior, "学前": edu.Preschool, "幼儿园": edu.Preschool, "中职": edu.Vocational, "特教": edu.Special,
}

// Template writes a workbook with a sheet for each table, headings and the known
// items of the price list, to fill in. elements are what staff may count to.
func Template(w io.Writer, elements []Element) error {
	f := excelize.NewFile()
	defer f.Close()
	for i, t := range tables {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", t.name); err != nil {
				return err
			}
		} else if _, err := f.NewSheet(t.name); err != nil {
			return err
		}
		var head []any
		for _, c := range t.cols {
			head = append(head, c.name)
		}
		if t.id == "staff" {
			for _, e := range elements {
				head = append(head, e.Name.ZH)
			}
		}
		if err := f.SetSheetRow(t.name, "A1", &head); err != nil {
			return err
		}
		if t.id != "prices" {
			continue
		}
		for k, item := range Items {
			cell, err := excelize.CoordinatesToCellName(1, k+2)
			if err != nil {
				return err
			}
			if err := f.SetSheetRow(t.name, cell, &[]any{item.Name.ZH, nil, item.Unit.ZH}); err != nil {
				return err
			}
		}
	}
	return f.Write(w)
}
