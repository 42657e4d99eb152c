// A workbook of marks: a person a line, a consideration a column. It is downloaded,
// filled in and read back; with a fault nothing of it counts, and it goes back with
// the bad cells red and what is wrong with each said on it and in a list.

package teams

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/sheet"
)

// MarkRow is a person's line; the cells are those of the marked criteria, as texts.
type MarkRow struct {
	Person       register.PersonID
	Name, School string // the name is masked
	Cells        []string
}

var (
	marksSheet  = edu.Text{ZH: "考核评分", EN: "marks"}
	faultsSheet = edu.Text{ZH: "错误清单", EN: "faults"}
	marksHeads  = []edu.Text{{ZH: "记录编号（勿改）", EN: "record id (leave)"}, {ZH: "姓名（遮蔽）", EN: "name (masked)"}, {ZH: "单位", EN: "unit"}}
)

const (
	marksMark = "shuren-marks"
	firstMark = 3 // columns before the marks
	mostMarks = 20_000
)

// MarkCell is where a person's mark of a criterion stands in the workbook.
func MarkCell(row, criterion int) string {
	return fmt.Sprintf("%s%d", sheet.Letters(firstMark+criterion), row+3)
}

// WriteMarks writes the workbook; faults, if there are any, make their cells red.
func WriteMarks(w io.Writer, s *Scheme, rows []MarkRow, faults sheet.Faults, note, lang string) error {
	f := excelize.NewFile()
	defer f.Close()
	name := marksSheet.In(lang)
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	fill := func(color string) int {
		id, _ := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}, Font: &excelize.Font{Bold: color == "E8F0FB"}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
		return id
	}
	marked := s.Marked()
	head := []any{}
	for _, h := range marksHeads {
		head = append(head, h.In(lang))
	}
	for _, c := range marked {
		head = append(head, markHead(c, lang))
	}
	last := sheet.Letters(len(head) - 1)
	var do []error
	do = append(do, f.SetSheetRow(name, "A1", &[]any{marksMark, s.ID, note}), f.SetSheetRow(name, "A2", &head))
	for i, r := range rows {
		cells := []any{string(r.Person), r.Name, r.School}
		for _, c := range r.Cells {
			if v, ok := sheet.Number(c, 0); ok {
				cells = append(cells, v)
			} else {
				cells = append(cells, c)
			}
		}
		do = append(do, f.SetSheetRow(name, fmt.Sprintf("A%d", i+3), &cells))
	}
	do = append(do, f.SetCellStyle(name, "A2", last+"2", fill("E8F0FB")), f.SetColWidth(name, "A", last, 16), f.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: firstMark, YSplit: 2, TopLeftCell: "D3", ActivePane: "bottomRight"}))
	if len(rows) > 0 {
		do = append(do, f.SetCellStyle(name, "A3", fmt.Sprintf("C%d", len(rows)+2), fill("ECEFF3")))
	}
	if len(faults) > 0 {
		red := fill("FBE6E4")
		list := faultsSheet.In(lang)
		_, err := f.NewSheet(list)
		do = append(do, err, f.SetColWidth(list, "B", "B", 80))
		for i, x := range faults {
			do = append(do, f.SetSheetRow(list, fmt.Sprintf("A%d", i+1), &[]any{x.Cell, x.Text.In(lang)}))
			if x.Cell != "" {
				do = append(do, f.SetCellStyle(name, x.Cell, x.Cell, red), f.AddComment(name, excelize.Comment{Cell: x.Cell, Author: "Shuren", Text: x.Text.In(lang)}))
			}
		}
	}
	for _, err := range do {
		if err != nil {
			return err
		}
	}
	return f.Write(w)
}

func markHead(c Criterion, lang string) string {
	return edu.Text{ZH: fmt.Sprintf("%s（满分%d）", c.Name, c.Full), EN: fmt.Sprintf("%s (full marks %d)", c.Name, c.Full)}.In(lang)
}

// ReadMarks reads a filled workbook: the rows as they stand there, and the marks of
// who is among people. The faults name each bad cell; where there is one, there are
// no marks.
func ReadMarks(ctx context.Context, in io.ReadCloser, s *Scheme, people map[register.PersonID]bool) ([]MarkRow, map[register.PersonID]map[string]float64, error) {
	limits := sheet.DefaultLimits
	limits.File, limits.Rows, limits.Columns = 8<<20, mostMarks+10, 60
	book, err := sheet.Open(in, limits)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	var bad sheet.Faults
	say := func(cell, zh, en string, args ...any) {
		bad = append(bad, sheet.Fault{Sheet: marksSheet.ZH, Cell: cell, Text: edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}})
	}
	var rows []sheet.Row
	for _, x := range book.Sheets {
		if n := strings.TrimSpace(x.Name); n == marksSheet.ZH || n == marksSheet.EN {
			if rows, err = x.Head(ctx, mostMarks+3); err != nil {
				return nil, nil, err
			}
		}
	}
	cell := func(r sheet.Row, i int) string {
		if i < len(r.Cells) {
			return strings.TrimSpace(r.Cells[i])
		}
		return ""
	}
	if len(rows) < 2 || cell(rows[0], 0) != marksMark {
		say("", "不是本系统的评分表：请先下载评分表，在下载的文件上填写", "no workbook of marks: download one and fill in that")
		return nil, nil, bad
	}
	if id := cell(rows[0], 1); id != s.ID {
		say("B1", "这是另一个方案的评分表", "this is the workbook of another scheme")
		return nil, nil, bad
	}
	if len(rows) > mostMarks+2 {
		say("", "超过%d行", "more than %d rows", mostMarks)
		return nil, nil, bad
	}
	marked := s.Marked()
	for i, c := range marked {
		if h := cell(rows[1], firstMark+i); h != markHead(c, "zh") && h != markHead(c, "en") {
			say(fmt.Sprintf("%s2", sheet.Letters(firstMark+i)), "此列应为“%s”：方案可能已修改，请重新下载", "this column should be %q: the scheme may have changed, so download it again", markHead(c, "zh"))
		}
	}
	if bad != nil {
		return nil, nil, bad
	}
	var out []MarkRow
	got := map[register.PersonID]map[string]float64{}
	for _, r := range rows[2:] {
		row := MarkRow{Person: register.PersonID(cell(r, 0)), Name: cell(r, 1), School: cell(r, 2)}
		at := len(out)
		empty := row.Person == "" && row.Name == ""
		for i := range marked {
			row.Cells = append(row.Cells, cell(r, firstMark+i))
			empty = empty && row.Cells[i] == ""
		}
		out = append(out, row) // an empty one too, so that cells stay where they were
		switch {
		case empty:
			continue
		case !people[row.Person]:
			say(fmt.Sprintf("A%d", at+3), "记录编号不在本方案的人员中", "nobody of this record id is among the scheme's people")
			continue
		case got[row.Person] != nil:
			say(fmt.Sprintf("A%d", at+3), "此人在表中出现两次", "this person stands in the table twice")
			continue
		}
		marks := map[string]float64{}
		for i, c := range marked {
			v, why := c.Mark(row.Cells[i])
			if why.ZH != "" {
				say(MarkCell(at, i), "%[1]s", "%[2]s", why.ZH, why.EN)
				continue
			}
			marks[c.ID] = v
		}
		got[row.Person] = marks
	}
	if bad != nil {
		return out, nil, bad
	}
	return out, got, nil
}
