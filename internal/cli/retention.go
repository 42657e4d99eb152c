package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/docx"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/report"
	"shuren/internal/retention"
)

type retentionCmd struct {
	DB     dbName `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	By     string `default:"month" enum:"month,quarter,term,year" help:"Which of the four reports: month, quarter, term or year."`
	Period string `help:"Period, such as 2025-09, 2025Q3, 2025T1 or 2025; the newest without." placeholder:"PERIOD"`
	Of     string `help:"Id of a county: a line for each of its schools instead of a line for each county." placeholder:"UNIT"`
	Zero   bool   `help:"Also list the schools that owe the zero report of the month."`
	Out    string `help:"Write the report here: .xlsx or .docx." placeholder:"FILE"`
}

func (c *retentionCmd) Run(a *app) error {
	format := strings.ToLower(filepath.Ext(c.Out))
	if c.Out != "" && format != ".xlsx" && format != ".docx" {
		return fmt.Errorf("--out %q: want .xlsx or .docx: %w", c.Out, fault.Invalid)
	}
	if c.Zero && c.By != string(retention.Monthly) {
		return fmt.Errorf("--zero with --by=%s: zero reports are of months: %w", c.By, fault.Invalid)
	}
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	x, who := city.Retention(), auth.Operator()
	rep, err := x.Report(a.ctx, who, retention.Cadence(c.By), c.Period, edu.UnitID(c.Of))
	if err != nil {
		return err
	}
	t := table{head: []string{a.say("单位", "unit")}, right: []bool{false}}
	for _, h := range caseColumns {
		t.head, t.right = append(t.head, h.In(a.lang)), append(t.right, true)
	}
	for i := range rep.Lines {
		t.add(caseCounts(rep.Lines[i].Name.In(a.lang), &rep.Lines[i].Counts)...)
	}
	if len(rep.Lines) > 1 {
		t.add(caseCounts(a.say("合计", "all"), &rep.Total.Counts)...)
	}
	title := a.say("控辍保学情况报告（", "Dropout prevention, ") + rep.Span.Name.In(a.lang) + a.say("）", "")
	fmt.Fprintf(a.Out, "%s\n\n", title)
	t.print(a.Out)
	if c.Zero {
		zeros, err := x.Zeros(a.ctx, who, rep.Span.Key)
		if err != nil {
			return err
		}
		given, owed := 0, table{head: []string{a.say("未报零报告的学校", "school that owes its zero report"), a.say("截止", "by")}, right: []bool{false, false}}
		for _, z := range zeros {
			if z.Given {
				given++
			} else if z.Asked && !z.Cases {
				owed.add(z.Name.In(a.lang), z.LastDay.String())
			}
		}
		fmt.Fprintf(a.Out, a.say("\n零报告：已报 %d 所，未报 %d 所\n", "\nzero reports: %d schools gave theirs, %d owe it\n"), given, len(owed.rows))
		if len(owed.rows) > 0 {
			owed.print(a.Out)
		}
	}
	switch format {
	case ".xlsx":
		return a.writeBeside(c.Out, 0o644, caseBook(title, &t).Write)
	case ".docx":
		return a.writeBeside(c.Out, 0o644, func(w io.Writer) error { return casePaper(title, &t, rep.Span.Last.Time()).Write(w) })
	}
	return nil
}

// caseColumns are the columns of a report (forms §6.4): who should be and is in school,
// and the counts of cases.
var caseColumns = []edu.Text{{ZH: "应在校", EN: "enrolled"}, {ZH: "实在校", EN: "present"}, {ZH: "疑似", EN: "suspected"}, {ZH: "辍学未返", EN: "away"}, {ZH: "新增", EN: "new"}, {ZH: "返校", EN: "back"}, {ZH: "销号", EN: "closed"}, {ZH: "观察中", EN: "observed"}, {ZH: "不计入", EN: "not counted"}}

// caseCounts is a line of a report; what no register says is a dash.
func caseCounts(name string, c *retention.Counts) []string {
	out := []string{name}
	for _, n := range append([]int{c.Enrolled, c.Present}, c.Columns()...) {
		if n < 0 {
			out = append(out, "–")
			continue
		}
		out = append(out, strconv.Itoa(n))
	}
	return out
}

func caseBook(title string, t *table) *report.Book {
	s := &report.Sheet{Name: t.head[0]}
	for i, h := range t.head {
		width := 12.0
		if i == 0 {
			width = 28
		}
		s.Cols = append(s.Cols, report.SheetCol{Label: h, Width: width})
	}
	for _, row := range t.rows {
		var cells []report.SheetCell
		for _, text := range row {
			cell := report.SheetCell{Text: text}
			if n, err := strconv.Atoi(text); err == nil {
				cell = report.SheetCell{Value: float64(n), Number: true}
			}
			cells = append(cells, cell)
		}
		s.Rows = append(s.Rows, cells)
	}
	return &report.Book{Note: title, Sheets: []*report.Sheet{s}}
}

func casePaper(title string, t *table, day time.Time) *docx.Document {
	out := docx.Table{}
	for k, row := range append([][]string{t.head}, t.rows...) {
		var cells []docx.Cell
		for i, text := range row {
			cell := docx.Cell{Text: text, Head: k == 0}
			if i == 0 {
				cell.Align = docx.Left
			}
			cells = append(cells, cell)
		}
		out.Rows = append(out.Rows, cells)
	}
	for i := range t.head {
		share := 8.0
		if i == 0 {
			share = 28
		}
		out.Shares = append(out.Shares, share)
	}
	return &docx.Document{Title: title, Made: day, Body: []docx.Block{out}}
}
