package gallery

import (
	"strconv"
	"strings"

	"shuren/internal/report"
)

// Book are the tables of a draft as a workbook, and a sheet with every figure, the
// page that shows it, and the data that it is of.
func (d *Draft) Book(site string) *report.Book {
	var notes []string
	for _, s := range []string{d.Mark, strings.ReplaceAll(d.Title, "\n", ""), d.Period.Label(), d.Day.String()} {
		if s != "" {
			notes = append(notes, s)
		}
	}
	out := &report.Book{Note: strings.Join(notes, " · ")}
	used := map[string]bool{}
	for i := range d.Blocks {
		t := d.Blocks[i].Table
		if t == nil {
			continue
		}
		s := &report.Sheet{Name: sheetName(t.Caption, used), Text: t.Note}
		for i, h := range t.Head {
			wide := 14.0
			if i == 0 {
				wide = 24
			}
			s.Cols = append(s.Cols, report.SheetCol{Label: h, Width: wide})
		}
		for _, row := range t.Rows {
			var cells []report.SheetCell
			for _, c := range row {
				cells = append(cells, d.cell(c))
			}
			s.Rows = append(s.Rows, cells)
		}
		out.Sheets = append(out.Sheets, s)
	}
	return d.figures(out, site, used)
}

func (d *Draft) cell(c []Run) report.SheetCell {
	if len(c) == 1 && c[0].Figure > 0 {
		if f := d.Figures[c[0].Figure-1]; f.Known && f.By != Points {
			return report.SheetCell{Number: true, Value: f.Value, Decimals: decimals(f.Text)}
		}
	}
	return report.SheetCell{Text: d.Plain(c)}
}

func decimals(text string) int {
	if _, frac, ok := strings.Cut(text, "."); ok {
		return len(frac)
	}
	return 0
}

func (d *Draft) figures(out *report.Book, site string, used map[string]bool) *report.Book {
	s := &report.Sheet{Name: sheetName("数据来源", used), Cols: []report.SheetCol{{Label: "序号", Width: 6}, {Label: "数值", Width: 14}, {Label: "所在位置", Width: 40}, {Label: "计算", Width: 40}, {Label: "页面", Width: 60}, {Label: "数据", Width: 24}, {Label: "数据版本", Width: 40}, {Label: "数据截至", Width: 18}}}
	for i, f := range d.Figures {
		src := d.Sources[f.Source]
		href := f.Href
		if href != "" {
			href = site + href
		}
		s.Rows = append(s.Rows, []report.SheetCell{{Text: strconv.Itoa(i + 1)}, {Text: f.Text}, {Text: strings.Trim(strings.Join(f.At, "，"), "，")}, {Text: d.How(i + 1)}, {Text: href}, {Text: src.Name}, {Text: src.Version}, {Text: src.Day}})
	}
	out.Sheets = append(out.Sheets, s)
	return out
}

// sheetName is a name that a workbook takes and that no other sheet has.
func sheetName(s string, used map[string]bool) string {
	s = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, c) {
			return '-'
		}
		return c
	}, s)
	r := []rune(s)
	r = r[:min(len(r), 26)]
	name := string(r)
	for n := 2; used[name] || name == ""; n++ {
		name = string(r) + strconv.Itoa(n)
	}
	used[name] = true
	return name
}
