package task

import (
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
)

// The 任务分解表 as a workbook that is edited and read back: a row is a task. Its
// hidden first cell holds the id, the revision and a mark of the other cells, so that
// what somebody touched is told from what changed here since. Columns that only
// inform stand at the end and are not read.

// BookNames give bodies their names, and find them by id or name; a name that fits
// several gives several.
type BookNames struct {
	Of     func(id string) edu.Text
	Bodies func(typed string) []string
}

// bookColumn is a column that is read back: how a task writes it, and how it is taken.
type bookColumn struct {
	key   string
	name  edu.Text
	width float64
	must  bool // the sheet is none of ours without it
	of    func(*Task, BookNames) string
	take  func(*bookReader, *Task, string) // nil: it only informs
	words []string                         // few values: the cell offers them
}

// bookSheetName is the sheet; bookKey the column that holds who a row is.
var (
	bookSheetName = edu.Text{ZH: "任务分解表", EN: "tasks"}
	bookKey       = edu.Text{ZH: "编号（勿改）", EN: "id (leave)"}
)

const bookMark = "shuren-tasks"

var yesWord = edu.Text{ZH: "是", EN: "yes"}

func named(id string, n BookNames) string {
	if id == "" {
		return ""
	}
	name := n.Of(id).ZH
	if found := n.Bodies(name); len(found) != 1 || found[0] != id {
		return id // a school, or a name that two have
	}
	return name
}

func yesOf(b bool) string {
	if b {
		return yesWord.ZH
	}
	return ""
}

func zhOf[T interface{ Name() edu.Text }](list []T) (out []string) {
	for _, x := range list {
		out = append(out, x.Name().ZH)
	}
	return out
}

func text(key, zh, en string, width float64, must bool, at func(*Task) *string) bookColumn {
	return bookColumn{key: key, name: edu.Text{ZH: zh, EN: en}, width: width, must: must, of: func(t *Task, _ BookNames) string { return *at(t) }, take: func(_ *bookReader, t *Task, s string) { *at(t) = s }}
}

// bookColumns are the columns that are read, in the order in which they stand.
var bookColumns []bookColumn

func init() { // columns and reader name each other
	bookColumns = []bookColumn{
		{key: "serves", name: edu.Text{ZH: "关联措施（方案/措施）", EN: "measures (plan/measure)"}, width: 22, of: func(t *Task, _ BookNames) string {
			var out []string
			for _, s := range t.Serves {
				out = append(out, s.Plan+"/"+s.Measure)
			}
			return strings.Join(out, "、")
		}, take: (*bookReader).serves},
		{key: "kind", name: edu.Text{ZH: "来源类别", EN: "kind of basis"}, width: 10, of: func(t *Task, _ BookNames) string { return t.Source.Kind.Name().ZH }, take: (*bookReader).kind, words: zhOf(Sources)},
		text("source", "任务来源（文件、会议）", "basis", 24, false, func(t *Task) *string { return &t.Source.Name }),
		text("words", "来源原文", "words of the basis", 30, false, func(t *Task) *string { return &t.Source.Text }),
		text("title", "任务内容", "task", 40, true, func(t *Task) *string { return &t.Title }),
		text("demand", "目标表述", "what is wanted", 40, false, func(t *Task) *string { return &t.Demand }),
		{key: "issuer", name: edu.Text{ZH: "交办单位", EN: "issuer"}, width: 20, of: func(t *Task, n BookNames) string { return named(t.Issuer, n) }, take: (*bookReader).issuer},
		{key: "lead", name: edu.Text{ZH: "牵头单位", EN: "lead"}, width: 20, must: true, of: func(t *Task, n BookNames) string { return named(t.Lead, n) }, take: (*bookReader).lead},
		{key: "with", name: edu.Text{ZH: "配合单位", EN: "helpers"}, width: 24, of: func(t *Task, n BookNames) string {
			var out []string
			for _, w := range t.With {
				out = append(out, named(w, n))
			}
			return strings.Join(out, "、")
		}, take: (*bookReader).with},
		{key: "duty", name: edu.Text{ZH: "责任类型", EN: "duty"}, width: 10, of: func(t *Task, _ BookNames) string { return t.Duty.Name().ZH }, take: (*bookReader).duty, words: zhOf(Duties)},
		text("leader", "责任领导", "leader", 12, false, func(t *Task) *string { return &t.Leader }),
		text("person", "责任人", "person", 12, false, func(t *Task) *string { return &t.Person }),
		text("contact", "联系人/电话", "contact", 18, false, func(t *Task) *string { return &t.Contact }),
		{key: "limit", name: edu.Text{ZH: "完成时限", EN: "limit"}, width: 12, must: true, of: func(t *Task, _ BookNames) string { return t.limit() }, take: (*bookReader).limit},
		{key: "stones", name: edu.Text{ZH: "节点（日期 标志性成果；…）", EN: "milestones (day mark; …)"}, width: 34, of: func(t *Task, _ BookNames) string {
			var out []string
			for _, s := range t.Stones {
				out = append(out, strings.TrimSpace(s.Day.String()+" "+s.Mark))
			}
			return strings.Join(out, "；")
		}, take: (*bookReader).stones},
		{key: "funds", name: edu.Text{ZH: "资金（年份 万元 来源；…）", EN: "money (year 10,000 yuan source; …)"}, width: 26, of: func(t *Task, _ BookNames) string {
			var out []string
			for _, f := range t.Funds {
				out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s", f.Year, strconv.FormatFloat(f.Amount, 'f', -1, 64), f.Source)))
			}
			return strings.Join(out, "；")
		}, take: (*bookReader).funds},
		{key: "key", name: edu.Text{ZH: "重点", EN: "key"}, width: 6, of: func(t *Task, _ BookNames) string { return yesOf(t.Key) }, take: (*bookReader).isKey, words: []string{yesWord.ZH}},
		{key: "sheet", name: edu.Text{ZH: "督办（缓急）", EN: "supervision (urgency)"}, width: 10, of: func(t *Task, _ BookNames) string {
			if t.Sheet.None() {
				return ""
			}
			return t.Sheet.Urgency.Name().ZH
		}, take: (*bookReader).urgency, words: zhOf(Urgencies)},
		text("feedback", "反馈方式", "how to report", 14, false, func(t *Task) *string { return &t.Sheet.Feedback }),
		text("reader", "批办领导", "read by", 12, false, func(t *Task) *string { return &t.Sheet.Reader }),
	}
}

// bookInforms are the columns at the end, which are not read.
var bookInforms = []Column{
	column("no", "序号（只读）", "no. (only to read)", func(r Row) string { return strconv.FormatInt(r.No, 10) }),
	column("state", "状态（只读）", "state (only to read)", func(r Row) string { return r.State.Name().ZH }),
	column("lamp", "灯（只读）", "lamp (only to read)", Row.lamp),
	column("indicator", "关联指标（只读）", "indicator (only to read)", func(r Row) string { return r.Target.Indicator }),
	column("progress", "进展（只读）", "progress (only to read)", Row.lastEntry),
}

// cellsOf are the cells of a task that are read back.
func cellsOf(t *Task, n BookNames) []string {
	out := make([]string, len(bookColumns))
	for i, c := range bookColumns {
		out[i] = bookCell(c.of(t, n))
	}
	return out
}

// bookCell is a text as it comes back from a sheet.
func bookCell(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
}

// markOf is a mark of cells: a row that nobody touched has the mark that it left with.
func markOf(cells []string) string {
	h := fnv.New64a()
	for _, c := range cells {
		io.WriteString(h, bookCell(c))
		h.Write([]byte{0})
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// WriteBook writes tasks as a workbook that ReadBook reads. note, where not empty,
// stands above the table: 示例数据.
func WriteBook(w io.Writer, rows []Row, lang string, names BookNames, note string) error {
	f := excelize.NewFile()
	defer f.Close()
	sheet := bookSheetName.In(lang)
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	style := func(fill string, bold bool) int {
		s := &excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: bold}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}} // 49: text, so that a day stays as it is typed
		if fill != "" {
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		}
		id, _ := f.NewStyle(s)
		return id
	}
	head, plain, grey := style("E8F0FB", true), style("", false), style("ECEFF3", false)
	width := 1 + len(bookColumns) + len(bookInforms)
	set := func(row int, cells []any) error {
		return f.SetSheetRow(sheet, fmt.Sprintf("A%d", row), &cells)
	}
	first := []any{bookKey.In(lang)}
	for _, c := range bookColumns {
		first = append(first, c.name.In(lang))
	}
	for _, c := range bookInforms {
		first = append(first, c.Name.In(lang))
	}
	if err := set(1, []any{bookMark, note}); err != nil {
		return err
	}
	if err := set(2, first); err != nil {
		return err
	}
	for i := range rows {
		cells := cellsOf(&rows[i].Task, names)
		line := []any{fmt.Sprintf("%s@%d@%s", rows[i].ID, rows[i].Rev, markOf(cells))}
		for _, c := range cells {
			line = append(line, c)
		}
		for _, c := range bookInforms {
			line = append(line, c.Of(rows[i]))
		}
		if err := set(i+3, line); err != nil {
			return err
		}
	}
	last, _ := excelize.ColumnNumberToName(width)
	edge, _ := excelize.ColumnNumberToName(1 + len(bookColumns))
	next, _ := excelize.ColumnNumberToName(2 + len(bookColumns))
	end := max(len(rows)+2, 200) // room for new ones
	for _, do := range []error{
		f.SetCellStyle(sheet, "A2", last+"2", head), f.SetCellStyle(sheet, "B3", fmt.Sprintf("%s%d", edge, end), plain), f.SetCellStyle(sheet, next+"3", fmt.Sprintf("%s%d", last, end), grey),
		f.SetColVisible(sheet, "A", false), f.SetColWidth(sheet, next, last, 16),
		f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 2, TopLeftCell: "B3", ActivePane: "bottomRight"}),
	} {
		if do != nil {
			return do
		}
	}
	for i, c := range bookColumns {
		col, _ := excelize.ColumnNumberToName(i + 2)
		if err := f.SetColWidth(sheet, col, col, c.width); err != nil {
			return err
		}
		if c.words == nil {
			continue
		}
		v := excelize.NewDataValidation(true)
		v.Sqref = fmt.Sprintf("%s3:%s%d", col, col, end)
		if err := v.SetDropList(c.words); err != nil {
			return err
		}
		if err := f.AddDataValidation(sheet, v); err != nil {
			return err
		}
	}
	return f.Write(w)
}

// Day reads a date as people and spreadsheets write it; in a workbook it may be a
// serial day.
func Day(s string) (edu.Date, bool) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	if n, err := strconv.Atoi(s); err == nil && n > 36_525 && n < 109_574 { // 2000 to 2199
		return edu.Date(n - 25_569), true
	}
	s = strings.TrimSuffix(strings.NewReplacer("年", "-", "月", "-", "/", "-", ".", "-").Replace(s), "日")
	for _, layout := range []string{"2006-1-2", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 2000 && t.Year() < 2200 {
			return edu.DateOf(t), true
		}
	}
	return 0, false
}

// fromWord finds the value that is called so, in either language.
func fromWord[T interface{ Name() edu.Text }](list []T, s string) (v T, ok bool) {
	i := slices.IndexFunc(list, func(x T) bool { n := x.Name(); return s == n.ZH || strings.EqualFold(s, n.EN) })
	if i < 0 {
		return v, false
	}
	return list[i], true
}
