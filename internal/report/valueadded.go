// Value-added estimates as files: schools in the order given, then the model.

package report

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/xuri/excelize/v2"

	"shuren/internal/fault"
	"shuren/internal/valueadd"
)

// ValueAdded is a result with the schools that the reader may see.
type ValueAdded struct {
	Result  *valueadd.Result
	Schools []ValueAddedSchool
	Lang    string
	Mark    string // 示例数据 where the data are fictional
}

// ValueAddedSchool is a line: of a school that is not shown, nothing but its name.
type ValueAddedSchool struct {
	Code string
	Name string
	valueadd.Effect
}

// ValueAddedColumns are the columns of a school's line.
var ValueAddedColumns = []string{"school", "school_name", "pupils", "raw_mean", "expected", "value_added", "se", "low", "high", "reliability", "reading", "reading_text", "note"}

// headings are ValueAddedColumns for people.
var headings = map[string][]string{
	"zh": {"学校代码", "学校", "学生数", "原始平均", "期望平均", "增值", "标准误", "区间下限", "区间上限", "可靠性", "结论代码", "结论", "备注"},
	"en": {"School code", "School", "Pupils", "Raw mean", "Expected mean", "Value added", "Standard error", "Low", "High", "Reliability", "Reading", "In words", "Note"},
}

// numbers of a line, in the order of the columns from raw_mean on.
func (s *ValueAddedSchool) numbers() [7]float64 {
	lo, hi := s.Interval()
	out := [7]float64{s.Raw, s.Expected, s.Value, s.SE, lo, hi, s.Reliability}
	if s.Reliability == 0 { // no difference between schools was found: there is no interval to give
		out[3], out[4], out[5] = math.NaN(), math.NaN(), math.NaN()
	}
	if !s.Shown {
		for i := range out {
			out[i] = math.NaN()
		}
	}
	return out
}

// texts of a line: what it reads, in code and in words, and a note.
func (v *ValueAdded) texts(s *ValueAddedSchool) (reading, words, note string) {
	if !s.Shown {
		note = "too few pupils to be shown"
		if v.Lang == "zh" {
			note = "人数少，不公布"
		}
		return "", "", note
	}
	r := s.Reading()
	return r.String(), r.Text().In(v.Lang), v.Mark
}

// WriteValueAdded writes a result as CSV (the schools only), JSON or a workbook.
func WriteValueAdded(w io.Writer, f Format, v *ValueAdded) error {
	switch f {
	case CSV:
		return v.csv(w)
	case JSON:
		return v.json(w)
	case XLSX:
		return v.xlsx(w)
	}
	return fmt.Errorf("format %q: want .csv, .json or .xlsx: %w", f, fault.Invalid)
}

func (v *ValueAdded) csv(w io.Writer) error {
	cw := csv.NewWriter(bufio.NewWriterSize(w, 1<<16))
	if err := cw.Write(ValueAddedColumns); err != nil {
		return err
	}
	for i := range v.Schools {
		s := &v.Schools[i]
		line := []string{s.Code, s.Name, ""}
		if s.Shown {
			line[2] = strconv.Itoa(s.Pupils)
		}
		for _, x := range s.numbers() {
			line = append(line, Number(x))
		}
		a, b, c := v.texts(s)
		if err := cw.Write(append(line, a, b, c)); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

// valueAddedJSON is the whole result.
type valueAddedJSON struct {
	Mark       string                 `json:"mark,omitempty"`
	Conclusion string                 `json:"conclusion"`
	ICC        float64                `json:"icc"`
	LogLik     float64                `json:"log_likelihood"`
	Model      *valueadd.Result       `json:"model"`
	Findings   []string               `json:"findings"`
	CannotSay  []string               `json:"cannot_say"`
	Schools    []valueAddedSchoolJSON `json:"schools"`
}

type valueAddedSchoolJSON struct {
	School      string   `json:"school"`
	Name        string   `json:"school_name,omitempty"`
	Pupils      *int     `json:"pupils"`
	Raw         *float64 `json:"raw_mean"`
	Expected    *float64 `json:"expected"`
	Value       *float64 `json:"value_added"`
	SE          *float64 `json:"se"`
	Low         *float64 `json:"low"`
	High        *float64 `json:"high"`
	Reliability *float64 `json:"reliability"`
	Reading     string   `json:"reading,omitempty"`
	Note        string   `json:"note,omitempty"`
}

func (v *ValueAdded) json(w io.Writer) error {
	out := valueAddedJSON{Mark: v.Mark, Conclusion: v.Result.Conclusion().In(v.Lang), ICC: v.Result.Variances.ICC(), LogLik: v.Result.LogLik(), Model: v.Result, Schools: []valueAddedSchoolJSON{}}
	for _, f := range v.Result.Diagnose() {
		out.Findings = append(out.Findings, f.Text.In(v.Lang))
	}
	for _, t := range valueadd.CannotSay() {
		out.CannotSay = append(out.CannotSay, t.In(v.Lang))
	}
	for i := range v.Schools {
		s := &v.Schools[i]
		line := valueAddedSchoolJSON{School: s.Code, Name: s.Name}
		if line.Reading, _, line.Note = v.texts(s); s.Shown {
			line.Pupils = &s.Pupils
			to := [7]**float64{&line.Raw, &line.Expected, &line.Value, &line.SE, &line.Low, &line.High, &line.Reliability}
			for k, x := range s.numbers() {
				if !math.IsNaN(x) {
					*to[k] = &x
				}
			}
		}
		out.Schools = append(out.Schools, line)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
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
	for i, width := range []float64{16, 28, 9, 10, 10, 10, 10, 10, 10, 10, 12, 24, 20} {
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
		if err := sw.SetRow(fmt.Sprintf("A%d", i+2), append(row, a, b, c)); err != nil {
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
