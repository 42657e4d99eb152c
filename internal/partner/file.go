package partner

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/sheet"
)

// Line is a link as a row of a file names it: schools by code or name.
type Line struct {
	Row          int
	Link         Link // without its schools
	Lead, Member string
}

// heads are the columns of a file of links, the first name of each preferred.
var heads = [][]string{
	{"关系类型", "类型", "kind"},
	{"牵头学校", "牵头学校代码", "核心校", "lead"},
	{"成员学校", "成员学校代码", "成员校", "member"},
	{"开始日期", "起始日期", "from"},
	{"结束日期", "终止日期", "to"},
	{"依据文号", "文号", "document"},
}

const (
	colKind = iota
	colLead
	colMember
	colFrom
	colTo
	colDocument
)

// Head is the head row of a file of links.
func Head() []string {
	out := make([]string, len(heads))
	for i, h := range heads {
		out[i] = h[0]
	}
	return out
}

// MaxLines is how many links a file may hold.
const MaxLines = 5000

// Read reads links from a CSV file or a workbook's first sheet. The error lists
// every row that is wrong; with one, no line counts.
func Read(ctx context.Context, r io.ReadCloser, lim sheet.Limits) ([]Line, error) {
	book, err := sheet.Open(r, lim)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	if len(book.Sheets) == 0 {
		return nil, Problems{{Text: edu.Text{ZH: "文件中没有工作表", EN: "the file has no sheet"}}}
	}
	sh := book.Sheets[0]
	top, err := sh.Head(ctx, 10)
	if err != nil {
		return nil, err
	}
	from, at := headRow(top)
	if from == 0 {
		want := strings.Join(Head(), "、")
		return nil, Problems{{Text: edu.Text{ZH: "前10行中没有表头，应有：" + want, EN: "no head among the first 10 rows; want " + want}}}
	}
	var cols []sheet.Column
	for _, c := range at {
		if c >= 0 {
			cols = append(cols, sheet.Column{Index: c, Kind: sheet.Texts})
		}
	}
	width := slices.Max(at) + 1
	data, err := sh.Read(ctx, from+1, width, cols, nil)
	if err != nil {
		return nil, err
	}
	if data.N > MaxLines {
		return nil, Problems{{Text: edu.Text{ZH: fmt.Sprintf("共%d行，一次最多%d行", data.N, MaxLines), EN: fmt.Sprintf("%d rows; at most %d at a time", data.N, MaxLines)}}}
	}
	var out []Line
	var bad Problems
	for i := range data.N {
		cells := make([]string, len(heads))
		k := 0
		for c := range heads {
			if at[c] >= 0 {
				cells[c] = strings.TrimSpace(data.Text[k].At(i))
				k++
			}
		}
		l, ps := line(int(data.Rows[i]), cells)
		out, bad = append(out, l), append(bad, ps...)
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return out, nil
}

// headRow finds the row with the heads, 0 for none, and the place of each column
// in it, -1 for one that is left out. Only the end may be.
func headRow(rows []sheet.Row) (row int, at []int) {
	for _, r := range rows {
		at = make([]int, len(heads))
		whole := true
		for c, names := range heads {
			at[c] = slices.IndexFunc(r.Cells, func(s string) bool {
				return slices.Contains(names, strings.ToLower(strings.TrimSpace(s)))
			})
			whole = whole && (at[c] >= 0 || c == colTo)
		}
		if whole {
			return r.Number, at
		}
	}
	return 0, nil
}

func line(row int, cells []string) (Line, Problems) {
	var bad Problems
	say := func(zh, en string) { bad = append(bad, Problem{Row: row, Text: edu.Text{ZH: zh, EN: en}}) }
	l := Line{Row: row, Lead: cells[colLead], Member: cells[colMember], Link: Link{Document: cells[colDocument]}}
	for _, k := range Kinds {
		if n := k.Name(); slices.Contains([]string{string(k), n.ZH, n.EN}, cells[colKind]) {
			l.Link.Kind = k
		}
	}
	if l.Link.Kind == "" {
		say(fmt.Sprintf("关系类型“%s”应为教育集团、托管帮扶或结对学校", cells[colKind]), fmt.Sprintf("kind %q; want group, custody or paired", cells[colKind]))
	}
	for _, x := range []struct {
		col  int
		into *edu.Date
	}{{colFrom, &l.Link.From}, {colTo, &l.Link.To}} {
		text := cells[x.col]
		if text == "" {
			if x.col == colFrom {
				say("未填开始日期", "the first day is missing")
			}
			continue
		}
		d, ok := day(text)
		if !ok {
			say(fmt.Sprintf("日期“%s”应为2025-09-01的形式", text), fmt.Sprintf("%q is not a date such as 2025-09-01", text))
		}
		*x.into = d
	}
	for _, x := range []struct{ text, zh, en string }{{l.Lead, "未填牵头学校", "the lead school is missing"}, {l.Member, "未填成员学校", "the member school is missing"}, {l.Link.Document, "未填依据文号", "the document's number is missing"}} {
		if x.text == "" {
			say(x.zh, x.en)
		}
	}
	return l, bad
}

// day reads a date as people and spreadsheets write it; in a workbook it may be
// a serial day.
func day(s string) (edu.Date, bool) {
	s, _, _ = strings.Cut(s, " ")
	if n, err := strconv.Atoi(s); err == nil && n > 18_263 && n < 73_050 { // 1950 to 2099
		return edu.Date(n - 25_569), true
	}
	s = strings.TrimSuffix(strings.NewReplacer("年", "-", "月", "-", "/", "-", ".", "-").Replace(s), "日")
	for _, layout := range []string{"2006-1-2", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1950 && t.Year() < 2100 {
			return edu.DateOf(t), true
		}
	}
	return 0, false
}

// SortLines puts the lines of a file in the order of their days, so that a link
// that ended stands before the one that follows it.
func SortLines(lines []Line) {
	slices.SortStableFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Link.From, b.Link.From), cmp.Compare(a.Row, b.Row))
	})
}
