package inspection

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// An inspection as a workbook that is filled in at the school and read back. The
// first row says of which inspection it is; each row below is an item, known by its
// id in the hidden first column. Of an inspection that has not begun, a hidden cell
// says what it begins with.

const bookMark = "shuren-inspection"

var bookSheet = edu.Text{ZH: "检查表", EN: "checklist"}

// The columns, of which those from the result on are read.
var bookHeads = []edu.Text{{ZH: "编号（勿改）", EN: "id (leave)"}, {ZH: "类别", EN: "category"}, {ZH: "检查项目", EN: "what is checked"}, {ZH: "检查方法", EN: "how"}, {ZH: "标准要求", EN: "wanted"},
	{ZH: "结果", EN: "result"}, {ZH: "部位", EN: "place"}, {ZH: "存在问题", EN: "problem"}, {ZH: "现场整改", EN: "fixed on the spot"}, {ZH: "重大隐患", EN: "major hazard"}, {ZH: "管控措施", EN: "control until mended"}, {ZH: "整改时限", EN: "limit"}}

const (
	colResult = 5 + iota
	colPart
	colProblem
	colFixed
	colMajor
	colControl
	colDue
)

var yesWord = edu.Text{ZH: "是", EN: "yes"}

// Blank is what an inspection begins with whose workbook was made before it began.
type Blank struct {
	Plan   string     `json:"plan,omitempty"`
	School edu.UnitID `json:"school"`
	Kind   Kind       `json:"kind"`
	Lists  []string   `json:"lists"`
}

const blankCell, colBlank = "M1", 12

// WriteBook writes an inspection as a workbook that ReadBook reads. note stands above
// the table.
func WriteBook(w io.Writer, x *Inspection, school, lang, note string) error {
	f := excelize.NewFile()
	defer f.Close()
	name := bookSheet.In(lang)
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	style := func(fill string, bold bool) int {
		s := &excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: bold}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}
		if fill != "" {
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		}
		id, _ := f.NewStyle(s)
		return id
	}
	row := func(n int, cells []any) error { return f.SetSheetRow(name, fmt.Sprintf("A%d", n), &cells) }
	var heads []any
	for _, h := range bookHeads {
		heads = append(heads, h.In(lang))
	}
	groups := map[string]string{}
	for _, g := range x.Groups {
		groups[g.ID] = g.Name.In(lang)
	}
	title := []string{school, x.Kind.Name().In(lang)}
	if x.Day != 0 {
		title = append(title, x.Day.String())
	}
	errs := []error{row(1, []any{bookMark + "@" + x.ID, strings.TrimSpace(strings.Join(title, " ") + " " + note)}), row(2, heads)}
	if x.No == 0 {
		b := Blank{Plan: x.Plan, School: x.School, Kind: x.Kind}
		for _, g := range x.Groups {
			b.Lists = append(b.Lists, g.ID)
		}
		body, err := json.Marshal(b)
		errs = append(errs, err, f.SetCellStr(name, blankCell, string(body)), f.SetColVisible(name, "M", false))
	}
	word := func(yes bool) string {
		if yes {
			return yesWord.In(lang)
		}
		return ""
	}
	for i, it := range x.Items {
		a := x.Answers[it.ID]
		result, due := "", ""
		if a.Result != NoResult {
			result = a.Result.Name().In(lang)
		}
		if a.Due != 0 {
			due = a.Due.String()
		}
		errs = append(errs, row(i+3, []any{it.ID, groups[it.Group], it.What.In(lang), it.How.In(lang), it.Wanted.In(lang), result, cmp.Or(a.Part, it.Where.In(lang)), a.Problem, word(a.Fixed), word(a.Major), a.Control, due}))
	}
	end := len(x.Items) + 2
	var results []string
	for _, r := range Results {
		results = append(results, r.Name().In(lang))
	}
	drop := func(col string, words []string) error {
		v := excelize.NewDataValidation(true)
		v.Sqref = fmt.Sprintf("%s3:%s%d", col, col, end)
		if err := v.SetDropList(words); err != nil {
			return err
		}
		return f.AddDataValidation(name, v)
	}
	errs = append(errs, f.SetCellStyle(name, "A2", "L2", style("E8F0FB", true)), f.SetCellStyle(name, "A3", fmt.Sprintf("E%d", end), style("ECEFF3", false)), f.SetCellStyle(name, "F3", fmt.Sprintf("L%d", end), style("", false)),
		f.SetColVisible(name, "A", false), f.SetColWidth(name, "B", "B", 12), f.SetColWidth(name, "C", "D", 36), f.SetColWidth(name, "E", "F", 12), f.SetColWidth(name, "G", "G", 18), f.SetColWidth(name, "H", "H", 36), f.SetColWidth(name, "I", "L", 12),
		f.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: 3, YSplit: 2, TopLeftCell: "D3", ActivePane: "bottomRight"}),
		drop("F", results), drop("I", []string{yesWord.In(lang)}), drop("J", []string{yesWord.In(lang)}))
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return f.Write(w)
}

// MaxBook is the most bytes of a workbook.
const MaxBook = 4 << 20

var bookLimits = func() sheet.Limits {
	l := sheet.DefaultLimits
	l.File, l.Text, l.Unzipped, l.Rows, l.Columns = MaxBook, 4<<20, 32<<20, 1000, 60
	return l
}()

func bookRows(ctx context.Context, r io.ReadCloser) (rows []sheet.Row, err error) {
	book, err := sheet.Open(r, bookLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	for _, s := range book.Sheets {
		if name := strings.TrimSpace(s.Name); name == bookSheet.ZH || name == bookSheet.EN {
			if rows, err = s.Head(ctx, 1000); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

func cell(row sheet.Row, i int) string {
	if i < len(row.Cells) {
		return strings.TrimSpace(strings.ReplaceAll(row.Cells[i], "\r\n", "\n"))
	}
	return ""
}

// BookOf tells of which inspection a workbook is, and what that begins with where the
// workbook was made before.
func BookOf(ctx context.Context, r io.ReadCloser) (id string, b Blank, err error) {
	rows, err := bookRows(ctx, r)
	if err != nil {
		return "", b, err
	}
	if len(rows) > 0 {
		id, _ = strings.CutPrefix(cell(rows[0], 0), bookMark+"@")
		// Before places were asked it stood one column nearer: such a workbook is known for
		// what it is, and told by ReadBook to be exported anew.
		if s := cmp.Or(cell(rows[0], colBlank), cell(rows[0], colBlank-1)); s != "" && json.Unmarshal([]byte(s), &b) != nil {
			id = ""
		}
	}
	if id == "" || id == cell(rows[0], 0) {
		return "", Blank{}, auth.Refuse(fault.Invalid, "不是检查表工作簿：请用系统生成的工作簿填写", "no workbook of an inspection: fill in one that the system made")
	}
	return id, b, nil
}

// ReadBook reads what a workbook says of an inspection: the answers of the rows in
// which something stands. The error lists every wrong cell.
func ReadBook(ctx context.Context, r io.ReadCloser, x *Inspection) (map[string]Answer, error) {
	rows, err := bookRows(ctx, r)
	if err != nil {
		return nil, err
	}
	var no lacks
	if len(rows) < 3 || cell(rows[0], 0) != bookMark+"@"+x.ID {
		return nil, auth.Refuse(fault.Invalid, "不是本次检查的工作簿：请在本页导出后填写", "not the workbook of this inspection: export it on this page and fill that in")
	}
	heads := func(want []edu.Text, from int) bool {
		return !slices.ContainsFunc(want, func(h edu.Text) bool {
			got := cell(rows[1], from)
			from++
			return got != h.ZH && got != h.EN
		})
	}
	if heads(bookHeads[:colPart], 0) && heads(bookHeads[colProblem:], colPart) { // as it was written before places were asked
		return nil, auth.Refuse(fault.Invalid, "工作簿是旧版本，没有“"+bookHeads[colPart].ZH+"”一列：请重新导出后填写", fmt.Sprintf("the workbook is of an older version without the column %q: export it anew and fill that in", bookHeads[colPart].EN))
	}
	for i, h := range bookHeads {
		if got := cell(rows[1], i); got != h.ZH && got != h.EN {
			no.say(fmt.Sprintf("第2行第%d列应为“%s”", i+1, h.ZH), fmt.Sprintf("row 2, column %d: want %q", i+1, h.EN))
		}
	}
	if err := no.err(); err != nil {
		return nil, err
	}
	out := map[string]Answer{}
	for _, row := range rows[2:] {
		id := cell(row, 0)
		say := func(col int, zh, en string) {
			no.say(fmt.Sprintf("%c%d：%s", 'A'+col, row.Number, zh), fmt.Sprintf("%c%d: %s", 'A'+col, row.Number, en))
		}
		if id == "" && cell(row, colResult) == "" && cell(row, colProblem) == "" {
			continue
		}
		if _, twice := out[id]; twice || x.Item(id) == nil {
			say(0, "没有编号“"+clip(id)+"”的检查项目，或重复", fmt.Sprintf("there is no item %q, or it stands here twice", clip(id)))
			continue
		}
		a := Answer{Part: cell(row, colPart), Problem: cell(row, colProblem), Control: cell(row, colControl)}
		if typed := cell(row, colResult); typed != "" {
			i := slices.IndexFunc(Results, func(r Result) bool { n := r.Name(); return typed == n.ZH || strings.EqualFold(typed, n.EN) })
			if i < 0 {
				say(colResult, "结果“"+clip(typed)+"”应为合格、不合格或不适用", fmt.Sprintf("the result %q must be fit, unfit or not applicable", clip(typed)))
			} else {
				a.Result = Results[i]
			}
		}
		for _, y := range []struct {
			col int
			to  *bool
		}{{colFixed, &a.Fixed}, {colMajor, &a.Major}} {
			switch typed := cell(row, y.col); {
			case typed == "" || typed == "否" || strings.EqualFold(typed, "no"):
			case typed == yesWord.ZH || strings.EqualFold(typed, yesWord.EN) || typed == "√":
				*y.to = true
			default:
				say(y.col, "“"+clip(typed)+"”应为是，或留空", fmt.Sprintf("%q must be yes, or empty", clip(typed)))
			}
		}
		if typed := cell(row, colDue); typed != "" {
			d, ok := bookDay(typed)
			if !ok {
				say(colDue, "日期“"+clip(typed)+"”应为2025-09-01的形式", fmt.Sprintf("%q is not a date such as 2025-09-01", clip(typed)))
			}
			a.Due = d
		}
		if a.Result != NoResult || a.Problem != "" {
			out[id] = a
		}
	}
	if err := no.err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, auth.Refuse(fault.Invalid, "工作簿中没有填写任何结果", "the workbook has no result")
	}
	return out, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// bookDay reads a day as people and spreadsheets write it.
func bookDay(s string) (edu.Date, bool) {
	s, _, _ = strings.Cut(s, " ")
	s = strings.TrimSuffix(strings.NewReplacer("年", "-", "月", "-", "/", "-", ".", "-").Replace(s), "日")
	t, err := time.Parse("2006-1-2", s)
	if err != nil || t.Year() < 2000 || t.Year() > 2199 {
		return 0, false
	}
	return edu.DateOf(t), true
}
