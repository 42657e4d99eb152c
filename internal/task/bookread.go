package task

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/sheet"
)

// BookFault is a fault of a cell of the one sheet that a workbook of tasks has.
func BookFault(cell string, text edu.Text) sheet.Fault {
	return sheet.Fault{Sheet: bookSheetName.ZH, Cell: cell, Text: text}
}

// BookRow is a row that somebody touched: a new task, or a draft as it is to be.
type BookRow struct {
	Row     int
	Task    Task   // as it is to be; ID and Rev are those that it left with, empty for a new one
	Changes []Cell // what changes, of a task that is there
}

// Cell is a cell that differs.
type Cell struct {
	Name     edu.Text
	Was, Now string
}

// ReadRows is a workbook as it was read.
type ReadRows struct {
	Rows  []BookRow
	Notes []edu.Text // what was read otherwise than it stands there
}

// mostBookRows is how many rows of a workbook are read, mostTouched how many of
// them may be new or changed.
const (
	mostBookRows = 5000
	mostTouched  = 500
)

var bookLimits = func() sheet.Limits {
	l := sheet.DefaultLimits
	l.File, l.Text, l.Unzipped, l.Rows, l.Columns = 8<<20, 8<<20, 64<<20, mostBookRows+10, 100
	return l
}()

// bookReader reads one sheet, row after row.
type bookReader struct {
	names BookNames
	bad   sheet.Faults
	cell  string // that is read
}

func (b *bookReader) say(zh, en string, args ...any) {
	b.bad = append(b.bad, BookFault(b.cell, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}))
}

// ReadBook reads a workbook that WriteBook wrote and somebody has edited. have gives
// the task of an id as it is now. Rows that nobody touched are left out; a row of a
// task that is under way, or that was changed here since, is refused if it was
// touched. The error lists every wrong cell.
func ReadBook(ctx context.Context, r io.ReadCloser, have func(id string) (Task, bool), names BookNames) (*ReadRows, error) {
	book, err := sheet.Open(r, bookLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	b := &bookReader{names: names}
	var rows []sheet.Row
	for _, s := range book.Sheets {
		if name := strings.TrimSpace(s.Name); name == bookSheetName.ZH || name == bookSheetName.EN {
			if rows, err = s.Head(ctx, mostBookRows+3); err != nil {
				return nil, err
			}
		}
	}
	if len(rows) < 2 || len(rows[0].Cells) == 0 || strings.TrimSpace(rows[0].Cells[0]) != bookMark {
		b.say("不是可以导入的任务工作簿：请在“任务—工作簿导出导入”中导出，在导出的文件上修改", "no workbook of tasks that can be read back: export one to be edited and edit that")
		return nil, b.bad
	}
	if len(rows) > mostBookRows+2 {
		b.say("超过%d行", "more than %d rows", mostBookRows)
		return nil, b.bad
	}
	at, key := b.head(rows[1])
	if b.bad != nil {
		return nil, b.bad
	}
	out := &ReadRows{}
	taken := map[string]bool{}
	for _, row := range rows[2:] {
		b.row(row, at, key, have, taken, out)
	}
	if len(out.Rows) > mostTouched {
		b.cell = ""
		b.say("新增、改动%d行，一次最多%d行", "%d rows are new or changed; at most %d at once", len(out.Rows), mostTouched)
	}
	if b.bad != nil {
		return nil, b.bad
	}
	return out, nil
}

// head finds the columns: those that are read, by their place, and that of the key.
func (b *bookReader) head(row sheet.Row) (at []int, key int) {
	at, key = make([]int, len(bookColumns)), -1
	find := func(name edu.Text) int {
		return slices.IndexFunc(row.Cells, func(s string) bool { s = bookCell(s); return s == name.ZH || s == name.EN })
	}
	b.cell = "2"
	for i, c := range bookColumns {
		if at[i] = find(c.name); at[i] < 0 {
			b.say("缺少列“%s”", "the column %q is missing", c.name.ZH)
		}
	}
	if key = find(bookKey); key < 0 {
		b.say("缺少列“%s”", "the column %q is missing", bookKey.ZH)
	}
	return at, key
}

func cellAt(row sheet.Row, i int) string {
	if i < len(row.Cells) {
		return bookCell(row.Cells[i])
	}
	return ""
}

func cellName(col, row int) string { return sheet.Letters(col) + strconv.Itoa(row) }

func (b *bookReader) row(row sheet.Row, at []int, key int, have func(string) (Task, bool), taken map[string]bool, out *ReadRows) {
	n := int(row.Number)
	cells := make([]string, len(at))
	any := false
	for i := range at {
		cells[i] = cellAt(row, at[i])
		any = any || cells[i] != ""
	}
	mark := cellAt(row, key)
	if !any {
		return // an emptied row takes nothing away
	}
	if mark == "" {
		b.fresh(n, cells, at, out)
		return
	}
	b.cell = cellName(key, n)
	parts := strings.Split(mark, "@")
	rev, err := 0, error(nil)
	if len(parts) == 3 {
		rev, err = strconv.Atoi(parts[1])
	}
	if len(parts) != 3 || err != nil {
		b.say("编号列“%s”被改动：请恢复，新任务请留空", "the id %q was changed: put it back, or leave it empty for a new task", mark)
		return
	}
	if taken[parts[0]] {
		out.Notes = append(out.Notes, edu.Text{ZH: fmt.Sprintf("第%d行是复制的行，按新任务处理", n), EN: fmt.Sprintf("row %d is a copied one and read as a new task", n)})
		b.fresh(n, cells, at, out)
		return
	}
	taken[parts[0]] = true
	if markOf(cells) == parts[2] {
		return // nobody touched it
	}
	t, ok := have(parts[0])
	if !ok {
		b.say("没有编号为“%s”的任务，或不在您的范围内", "there is no task %q, or not in your part", parts[0])
		return
	}
	was := cellsOf(&t, b.names)
	if t.State != Drafted {
		for i, c := range bookColumns {
			if cells[i] != was[i] {
				b.cell = cellName(at[i], n)
				b.bad = append(b.bad, BookFault(b.cell, edu.Text{
					ZH: fmt.Sprintf("任务%s，不能在工作簿中修改%s：表中为“%s”，应为“%s”；请在任务页面办理", t.State.Name().ZH, c.name.ZH, clip(cells[i]), clip(was[i])),
					EN: fmt.Sprintf("the task is %s and not changed by a workbook; %s is %q, want %q: use the task's page", t.State.Name().EN, c.name.EN, clip(cells[i]), clip(was[i]))}))
			}
		}
		return
	}
	if t.Rev != rev {
		b.say("该任务在导出后已被修改（第%d次→第%d次保存），导入会覆盖其间的修改，请重新导出", "the task was changed after the export (revision %d to %d): importing would undo that, so export it again", rev, t.Rev)
		return
	}
	x := BookRow{Row: n, Task: t}
	for i, c := range bookColumns {
		if cells[i] != was[i] {
			b.cell = cellName(at[i], n)
			c.take(b, &x.Task, cells[i])
			x.Changes = append(x.Changes, Cell{c.name, was[i], cells[i]})
		}
	}
	b.whole(&x.Task, n, at)
	if len(x.Changes) > 0 {
		out.Rows = append(out.Rows, x)
	}
}

func (b *bookReader) fresh(n int, cells []string, at []int, out *ReadRows) {
	x := BookRow{Row: n}
	for i, c := range bookColumns {
		if cells[i] != "" {
			b.cell = cellName(at[i], n)
			c.take(b, &x.Task, cells[i])
		}
	}
	b.whole(&x.Task, n, at)
	out.Rows = append(out.Rows, x)
}

// whole checks what several cells say together, by the rules of a draft.
func (b *bookReader) whole(t *Task, n int, at []int) {
	place := func(key string) string {
		i := slices.IndexFunc(bookColumns, func(c bookColumn) bool { return c.key == key })
		return cellName(at[i], n)
	}
	if t.Sheet.Urgency == "" && (t.Sheet.Feedback != "" || t.Sheet.Reader != "") {
		b.cell = place("sheet")
		b.say("填了反馈方式或批办领导，缓急不能为空", "with a way to report or a reader the urgency must be given")
	}
	if _, err := Draft(*t, Env{}); err != nil {
		b.cell = place("title")
		if says, ok := err.(interface{ In(string) string }); ok {
			b.bad = append(b.bad, BookFault(b.cell, edu.Text{ZH: says.In("zh"), EN: says.In("en")}))
		}
	}
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// several splits a cell that holds several things.
func several(s, seps string) (out []string) {
	for _, x := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(seps, c) }) {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

func (b *bookReader) body(s string) string {
	switch found := b.names.Bodies(s); len(found) {
	case 0:
		b.say("没有单位“%s”，应为单位名称或编号", "there is no body %q; want its name or id", s)
	case 1:
		return found[0]
	default:
		b.say("“%s”对应%d个单位，请填编号：%s", "%q fits %d bodies; give the id: %s", s, len(found), strings.Join(found[:min(5, len(found))], "、"))
	}
	return ""
}

func (b *bookReader) issuer(t *Task, s string) { t.Issuer = b.maybe(s) }
func (b *bookReader) lead(t *Task, s string)   { t.Lead = b.maybe(s) }

// maybe is a body, or none: 待定.
func (b *bookReader) maybe(s string) string {
	if s == "" || s == "待定" {
		return ""
	}
	return b.body(s)
}

func (b *bookReader) with(t *Task, s string) {
	t.With = nil
	for _, name := range several(s, "、;；,，\n") {
		if id := b.body(name); id != "" && !slices.Contains(t.With, id) {
			t.With = append(t.With, id)
		}
	}
}

func (b *bookReader) serves(t *Task, s string) {
	t.Serves = nil
	for _, x := range several(s, "、;；,，\n") {
		plan, measure, ok := strings.Cut(x, "/")
		if !ok || plan == "" || measure == "" {
			b.say("“%s”应为“方案编号/措施编号”", "%q: want plan/measure, by their ids", x)
			continue
		}
		if v := (Serves{plan, measure}); !slices.Contains(t.Serves, v) {
			t.Serves = append(t.Serves, v)
		}
	}
}

func words[T interface{ Name() edu.Text }](list []T) string { return strings.Join(zhOf(list), "、") }

func (b *bookReader) kind(t *Task, s string) {
	v, ok := fromWord(Sources, s)
	if s != "" && !ok {
		b.say("“%s”不是来源类别，应为：%s", "%q is no kind of basis; want one of: %s", s, words(Sources))
	}
	t.Source.Kind = v
}

func (b *bookReader) duty(t *Task, s string) {
	v, ok := fromWord(Duties, s)
	if s != "" && !ok {
		b.say("“%s”不是责任类型，应为：%s", "%q is no kind of duty; want one of: %s", s, words(Duties))
	}
	t.Duty = v
}

func (b *bookReader) urgency(t *Task, s string) {
	v, ok := fromWord(Urgencies, s)
	if s != "" && !ok {
		b.say("“%s”不是缓急，应为：%s；不督办的留空", "%q is no urgency; want one of: %s; empty where it is not under supervision", s, words(Urgencies))
	}
	t.Sheet.Urgency = v
}

func (b *bookReader) isKey(t *Task, s string) {
	if t.Key = s == yesWord.ZH || strings.EqualFold(s, yesWord.EN); s != "" && s != "否" && !strings.EqualFold(s, "no") && !t.Key {
		b.say("“%s”应为“是”或留空", "%q: want 是 or nothing", s)
	}
}

func (b *bookReader) day(s string) edu.Date {
	d, ok := Day(s)
	if !ok {
		b.say("日期“%s”应为2025-09-01的形式", "%q is not a date such as 2025-09-01", s)
	}
	return d
}

func (b *bookReader) limit(t *Task, s string) {
	t.Due, t.Standing = 0, s == "长期坚持" || strings.EqualFold(s, "standing")
	if s != "" && s != "待定" && !t.Standing {
		t.Due = b.day(s)
	}
}

func (b *bookReader) stones(t *Task, s string) {
	was := t.Stones
	t.Stones = nil
	for _, x := range several(s, ";；\n") {
		day, mark, _ := strings.Cut(x, " ")
		m := Milestone{Day: b.day(day), Mark: strings.TrimSpace(mark)}
		if m.Mark == "" {
			b.say("节点“%s”应为“日期 标志性成果”", "milestone %q: want a day and what marks it", x)
		}
		if i := slices.IndexFunc(was, func(o Milestone) bool { return o.Mark == m.Mark }); i >= 0 {
			m.ID, m.Done = was[i].ID, was[i].Done
		}
		t.Stones = append(t.Stones, m)
	}
	for i := range t.Stones { // ids of new ones, beside those that stay
		for n := 1; t.Stones[i].ID == ""; n++ {
			if id := fmt.Sprintf("m%d", n); !slices.ContainsFunc(append(was, t.Stones...), func(o Milestone) bool { return o.ID == id }) {
				t.Stones[i].ID = id
			}
		}
	}
}

func (b *bookReader) funds(t *Task, s string) {
	t.Funds = nil
	for _, x := range several(s, ";；\n") {
		parts := strings.Fields(x)
		var year int
		var amount float64
		var err1, err2 error
		if len(parts) >= 2 {
			year, err1 = strconv.Atoi(strings.TrimSuffix(parts[0], "年"))
			amount, err2 = strconv.ParseFloat(strings.TrimSuffix(parts[1], "万元"), 64)
		}
		if len(parts) < 2 || err1 != nil || err2 != nil || year < 1949 || year > 2200 || !(amount >= 0 && amount < 1e9) {
			b.say("资金“%s”应为“年份 万元 来源”，如“2025 120 省级专项”", "money %q: want year, amount and source, such as 2025 120 省级专项", x)
			continue
		}
		t.Funds = append(t.Funds, Fund{year, amount, strings.Join(parts[2:], " ")})
	}
}
