package council

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// HonourLine is an honour as a row of a file has it: its unit by code or name.
type HonourLine struct {
	Row    int
	Honour Honour
	AtUnit string
}

// Column heads of a file of honours, the first name of each preferred.
var honourHeads = [][]string{
	{"获奖人或单位", "姓名或单位", "who"},
	{"身份", "quality"},
	{"所在单位", "所在单位代码", "单位代码", "unit"},
	{"荣誉名称", "title"},
	{"级别", "level"},
	{"年度", "year"},
	{"颁发单位", "issuer"},
	{"文号或证书号", "文号", "证书号", "number"},
	{"类别", "category"},
}

const (
	hWho = iota
	hQuality
	hUnit
	hTitle
	hLevel
	hYear
	hIssuer
	hNumber
	hCategory
)

// HonourHead is the head row of a file of honours.
func HonourHead() []string {
	out := make([]string, len(honourHeads))
	for i, h := range honourHeads {
		out[i] = h[0]
	}
	return out
}

// MaxHonours is how many honours a file may hold.
const MaxHonours = 5000

// RowProblem is what is wrong with a row; row 0 is the whole file.
type RowProblem struct {
	Row  int
	Text edu.Text
}

// RowProblems are all that is wrong with a file.
type RowProblems []RowProblem

func (ps RowProblems) Error() string { return ps.In("en") }

// Unwrap says that whoever sent it can mend it.
func (ps RowProblems) Unwrap() error { return fault.Invalid }

// In gives the problems in a language, the first twenty of them.
func (ps RowProblems) In(lang string) string {
	sep, more := "; ", edu.Text{ZH: fmt.Sprintf("；共%d处", len(ps)), EN: fmt.Sprintf("; %d in all", len(ps))}
	if lang == "zh" {
		sep = "；"
	}
	var lines []string
	for _, p := range ps[:min(len(ps), 20)] {
		text := p.Text.In(lang)
		if p.Row > 0 {
			at := edu.Text{ZH: fmt.Sprintf("第%d行：", p.Row), EN: fmt.Sprintf("row %d: ", p.Row)}
			text = at.In(lang) + text
		}
		lines = append(lines, text)
	}
	out := strings.Join(lines, sep)
	if len(ps) > 20 {
		out += more.In(lang)
	}
	return out
}

// ReadHonours reads honours from a CSV file or a workbook's first sheet. The error
// lists every row that is wrong; with one, no line counts.
func ReadHonours(ctx context.Context, r io.ReadCloser, lim sheet.Limits, thisYear int) ([]HonourLine, error) {
	book, err := sheet.Open(r, lim)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	if len(book.Sheets) == 0 {
		return nil, RowProblems{{Text: edu.Text{ZH: "文件中没有工作表", EN: "the file has no sheet"}}}
	}
	sh := book.Sheets[0]
	top, err := sh.Head(ctx, 10)
	if err != nil {
		return nil, err
	}
	from, at := honourColumns(top)
	if from == 0 {
		want := strings.Join(HonourHead(), "、")
		return nil, RowProblems{{Text: edu.Text{ZH: "前10行中没有表头，应有：" + want, EN: "no head among the first 10 rows; want " + want}}}
	}
	var cols []sheet.Column
	for _, c := range at {
		if c >= 0 {
			cols = append(cols, sheet.Column{Index: c, Kind: sheet.Texts})
		}
	}
	data, err := sh.Read(ctx, from+1, slices.Max(at)+1, cols, nil)
	if err != nil {
		return nil, err
	}
	if data.N > MaxHonours {
		return nil, RowProblems{{Text: edu.Text{ZH: fmt.Sprintf("共%d行，一次最多%d行", data.N, MaxHonours), EN: fmt.Sprintf("%d rows; at most %d at a time", data.N, MaxHonours)}}}
	}
	var out []HonourLine
	var bad RowProblems
	for i := range data.N {
		cells := make([]string, len(honourHeads))
		k := 0
		for c := range honourHeads {
			if at[c] >= 0 {
				cells[c] = strings.TrimSpace(data.Text[k].At(i))
				k++
			}
		}
		if strings.Join(cells, "") == "" {
			continue
		}
		l := honourLine(int(data.Rows[i]), cells)
		for _, t := range l.Honour.Problems(thisYear) {
			bad = append(bad, RowProblem{l.Row, t})
		}
		out = append(out, l)
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return out, nil
}

func honourColumns(rows []sheet.Row) (row int, at []int) {
	for _, r := range rows {
		at = make([]int, len(honourHeads))
		whole := true
		for c, names := range honourHeads {
			at[c] = slices.IndexFunc(r.Cells, func(s string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(s))) })
			whole = whole && (at[c] >= 0 || c == hCategory || c == hIssuer || c == hUnit)
		}
		if whole {
			return r.Number, at
		}
	}
	return 0, nil
}

// honourLine reads a row. A word that is no quality or rank stays empty, and is
// told with the rest of what is wrong.
func honourLine(row int, cells []string) HonourLine {
	l := HonourLine{Row: row, AtUnit: cells[hUnit]}
	h := &l.Honour
	h.Who, h.Title, h.Issuer, h.Number, h.Category = cells[hWho], cells[hTitle], cells[hIssuer], cells[hNumber], cells[hCategory]
	h.Year, _ = strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(cells[hYear], "年"), "年度"))
	for _, q := range Qualities {
		if is(cells[hQuality], string(q), q.Name()) {
			h.Quality = q
		}
	}
	for _, k := range Ranks {
		if is(cells[hLevel], string(k), k.Name()) {
			h.Level = k
		}
	}
	return l
}

// is tells whether a cell says a word, in one of its ways.
func is(cell, id string, name edu.Text) bool {
	cell = strings.NewReplacer("(", "（", ")", "）").Replace(cell)
	return cell == id || cell == name.ZH || strings.EqualFold(cell, name.EN) || cell == strings.NewReplacer("（", "", "）", "").Replace(name.ZH) || cell == strings.ReplaceAll(name.ZH, "（园）", "")
}
