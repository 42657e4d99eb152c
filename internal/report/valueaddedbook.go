// Value-added estimates as a workbook: schools, model, notes.

package report

import (
	"fmt"
	"io"
	"math"

	"github.com/xuri/excelize/v2"

	"shuren/internal/valueadd"
)

// headings are ValueAddedColumns for people.
var headings = map[string][]string{
	"zh": {"学校代码", "学校", "学生数", "原始平均", "期望平均", "增值", "标准误", "区间下限", "区间上限", "可靠性", "结论代码", "结论", "备注", "学年", "数据截至", "解释"},
	"en": {"School code", "School", "Pupils", "Raw mean", "Expected mean", "Value added", "Standard error", "Low", "High", "Reliability", "Reading", "In words", "Note", "School year", "Data as of", "Explanation"},
}

func (v *ValueAdded) xlsx(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}})
	if err != nil {
		return err
	}
	two := 2 // 0.00
	figures, err := f.NewStyle(&excelize.Style{NumFmt: two})
	if err != nil {
		return err
	}
	names := map[string][3]string{"zh": {"学校", "模型", "说明"}, "en": {"schools", "model", "notes"}}[v.lang()]
	if err := f.SetSheetName("Sheet1", names[0]); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(names[0])
	if err != nil {
		return err
	}
	for i, width := range []float64{16, 28, 9, 10, 10, 10, 10, 10, 10, 10, 12, 24, 20, 9, 17, 60} {
		if err := sw.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: 2, YSplit: 1, TopLeftCell: "C2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	head := make([]any, 0, len(ValueAddedColumns))
	for _, h := range headings[v.lang()] {
		head = append(head, excelize.Cell{Value: h, StyleID: bold})
	}
	if err := sw.SetRow("A1", head); err != nil {
		return err
	}
	period, at := v.dates()
	for i := range v.Schools {
		s := &v.Schools[i]
		row := []any{s.Code, s.Name, nil}
		if s.Shown {
			row[2] = s.Pupils
		}
		for _, x := range s.numbers() {
			if math.IsNaN(x) {
				row = append(row, nil)
			} else {
				row = append(row, excelize.Cell{Value: x, StyleID: figures})
			}
		}
		a, b, c := v.texts(s)
		if err := sw.SetRow(fmt.Sprintf("A%d", i+2), append(row, a, b, c, period, at, v.trace(s))); err != nil {
			return err
		}
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	if err := v.model(f, names[1], bold); err != nil {
		return err
	}
	if err := v.notes(f, names[2]); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

func (v *ValueAdded) lang() string {
	if v.Lang == "en" {
		return "en"
	}
	return "zh"
}

func (v *ValueAdded) say(zh, en string) string {
	if v.lang() == "en" {
		return en
	}
	return zh
}

// model is the sheet of the coefficients and variances.
func (v *ValueAdded) model(f *excelize.File, sheet string, bold int) error {
	if _, err := f.NewSheet(sheet); err != nil {
		return err
	}
	r := v.Result
	rows := [][]any{{v.say("系数", "Coefficient"), v.say("估计", "Estimate"), v.say("标准误", "Standard error"), v.say("方差膨胀", "Variance inflation")}}
	for _, c := range r.Fixed {
		if c.Intercept {
			rows = append(rows, []any{v.say("截距", "Intercept"), c.Estimate, c.SE, nil})
		} else {
			rows = append(rows, []any{c.Label().In(v.lang()), c.Estimate, c.SE, c.VIF})
		}
	}
	rows = append(rows, nil,
		[]any{v.say("学校间方差 σu²", "Variance between schools σu²"), r.Variances.School},
		[]any{v.say("学生间方差 σe²", "Variance between pupils σe²"), r.Variances.Pupil},
		[]any{v.say("组内相关 ICC", "Intraclass correlation"), r.Variances.ICC()},
		[]any{v.say("限制对数似然（REML）", "Restricted log likelihood"), r.LogLik()},
		[]any{v.say("学校数", "Schools"), r.Schools},
		[]any{v.say("学生数", "Pupils"), r.Pupils},
		[]any{v.say("成绩列", "Outcome"), r.Outcome},
		[]any{v.say("最低公布人数", "Fewest pupils shown"), r.Options.MinPupils},
		[]any{v.say("公式", "Formulas"), valueadd.Doc},
		[]any{v.say("文件 SHA-256", "File SHA-256"), r.File},
	)
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
	}
	if err := f.SetColWidth(sheet, "A", "A", 44); err != nil {
		return err
	}
	return f.SetCellStyle(sheet, "A1", "D1", bold)
}

// notes is the sheet of what the result says and what it cannot.
func (v *ValueAdded) notes(f *excelize.File, sheet string) error {
	if _, err := f.NewSheet(sheet); err != nil {
		return err
	}
	wrap, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	lines := []string{v.Result.Conclusion().In(v.lang()), v.say("诊断", "Diagnostics")}
	if v.Mark != "" {
		lines = append([]string{v.Mark}, lines...)
	}
	for _, d := range v.Result.Diagnose() {
		lines = append(lines, d.Text.In(v.lang()))
	}
	lines = append(lines, v.say("这些结果不能说明什么", "What this cannot say"))
	for _, t := range valueadd.CannotSay() {
		lines = append(lines, t.In(v.lang()))
	}
	for i, l := range lines {
		if err := f.SetCellValue(sheet, fmt.Sprintf("A%d", i+1), l); err != nil {
			return err
		}
	}
	if err := f.SetColWidth(sheet, "A", "A", 100); err != nil {
		return err
	}
	return f.SetCellStyle(sheet, "A1", fmt.Sprintf("A%d", len(lines)), wrap)
}
