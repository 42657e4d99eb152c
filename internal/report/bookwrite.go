package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"
)

// shade is the fill of an unmet cell: light enough for black type to be read on a
// copy of a copy.
const shade = "F4C7C3"

const paperA3 = 8

// Write writes the book as .xlsx: A3 landscape, as wide as one page, with the
// head repeated on every page.
func (b *Book) Write(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	st := &bookStyles{f: f, made: map[bookStyle]int{}}
	for i, s := range b.Sheets {
		var err error
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err != nil {
			return err
		}
		if err := b.sheet(f, st, s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
	}
	return f.Write(w)
}

func (b *Book) sheet(f *excelize.File, st *bookStyles, s *Sheet) error {
	head := 2
	grouped := false
	for _, c := range s.Cols {
		grouped = grouped || c.Group != ""
	}
	if grouped {
		head = 3
	}
	if err := page(f, s.Name, head); err != nil { // a stream begins with what is set by then
		return err
	}
	sw, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	for i, c := range s.Cols {
		if err := sw.SetColWidth(i+1, i+1, max(c.Width, 6)); err != nil {
			return err
		}
	}
	last := max(1, len(s.Cols))
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: min(2, last), YSplit: head, TopLeftCell: cellName(min(2, last)+1, head+1), ActivePane: "bottomRight"}); err != nil {
		return err
	}
	if err := sw.SetRow("A1", []any{excelize.Cell{StyleID: st.of(bookStyle{kind: "note"}), Value: s.Name + "　" + b.Note}}); err != nil {
		return err
	}
	if grouped {
		if err := b.groups(sw, st, s); err != nil {
			return err
		}
	}
	labels := make([]any, len(s.Cols))
	for i, c := range s.Cols {
		labels[i] = excelize.Cell{StyleID: st.of(bookStyle{kind: "head"}), Value: c.Label}
		if grouped && c.Group == "" {
			labels[i] = excelize.Cell{StyleID: st.of(bookStyle{kind: "head"})}
		}
	}
	if err := sw.SetRow(cellName(1, head), labels); err != nil {
		return err
	}
	at := head + 1
	for i, row := range s.Rows {
		cells := make([]any, len(row))
		for k, c := range row {
			style := bookStyle{kind: "text", bad: c.Bad, sum: i >= len(s.Rows)-s.Foot}
			v := any(c.Text)
			if c.Number {
				style.kind, style.decimals, v = "number", c.Decimals, c.Value
			}
			cells[k] = excelize.Cell{StyleID: st.of(style), Value: v}
		}
		if err := sw.SetRow(cellName(1, at), cells, excelize.RowOpts{Height: 14 * float64(lines(s, row))}); err != nil {
			return err
		}
		at++
	}
	if s.Text != "" {
		if err := sw.SetRow(cellName(1, at), []any{excelize.Cell{StyleID: st.of(bookStyle{kind: "note"}), Value: s.Text}}); err != nil {
			return err
		}
	}
	if st.err != nil {
		return st.err
	}
	return sw.Flush()
}

// lines is how many lines the longest text of a row takes in its column: a row
// that is written once does not grow by itself.
func lines(s *Sheet, row []SheetCell) int {
	most := 1
	for i, c := range row {
		wide := 0.0
		for _, r := range c.Text {
			wide++
			if r >= 0x2E80 {
				wide += 0.9
			}
		}
		if i < len(s.Cols) {
			most = max(most, int(math.Ceil(wide/math.Max(s.Cols[i].Width-1, 5))))
		}
	}
	return min(most, 12)
}

// groups writes the upper row of the head; a column without a group stands in
// both rows.
func (b *Book) groups(sw *excelize.StreamWriter, st *bookStyles, s *Sheet) error {
	row := make([]any, len(s.Cols))
	for i := 0; i < len(s.Cols); {
		n := i + 1
		for g := s.Cols[i].Group; g != "" && n < len(s.Cols) && s.Cols[n].Group == g; {
			n++
		}
		for k := i; k < n; k++ {
			row[k] = excelize.Cell{StyleID: st.of(bookStyle{kind: "head"})}
		}
		text, to := s.Cols[i].Group, cellName(n, 2)
		if text == "" {
			text, to = s.Cols[i].Label, cellName(i+1, 3)
		}
		row[i] = excelize.Cell{StyleID: st.of(bookStyle{kind: "head"}), Value: text}
		if from := cellName(i+1, 2); from != to {
			if err := sw.MergeCell(from, to); err != nil {
				return err
			}
		}
		i = n
	}
	return sw.SetRow("A2", row)
}

// page sets the sheet up for A3 paper.
func page(f *excelize.File, sheet string, head int) error {
	size, across, wide, tall := paperA3, "landscape", 1, 0
	if err := f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &across, FitToWidth: &wide, FitToHeight: &tall}); err != nil {
		return err
	}
	fit := true
	if err := f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&C&P / &N"}); err != nil {
		return err
	}
	quoted := "'" + strings.ReplaceAll(sheet, "'", "''") + "'"
	return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("%s!$1:$%d", quoted, head), Scope: sheet})
}

func cellName(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		panic(err) // both count from 1
	}
	return name
}

type bookStyle struct {
	kind     string
	bad, sum bool
	decimals int
}

// bookStyles makes each style of a book once.
type bookStyles struct {
	f    *excelize.File
	made map[bookStyle]int
	err  error
}

func (b *bookStyles) of(s bookStyle) int {
	if id, ok := b.made[s]; ok {
		return id
	}
	x := &excelize.Style{Font: &excelize.Font{Size: 10}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}
	line := func(side string) excelize.Border { return excelize.Border{Type: side, Color: "8090A0", Style: 1} }
	switch s.kind {
	case "note":
		x.Alignment.WrapText = false
	case "head":
		x.Font.Bold = true
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8F0FB"}}
		x.Alignment.Horizontal = "center"
	case "number":
		format := "0"
		if s.decimals > 0 {
			format += "." + strings.Repeat("0", s.decimals)
		}
		x.CustomNumFmt = &format
	}
	if s.kind != "note" {
		x.Border = []excelize.Border{line("left"), line("right"), line("top"), line("bottom")}
	}
	x.Font.Bold = x.Font.Bold || s.sum
	if s.bad {
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{shade}}
	}
	id, err := b.f.NewStyle(x)
	if err != nil && b.err == nil {
		b.err = err
	}
	b.made[s] = id
	return id
}

// sheetName is a name that a workbook takes and that no other sheet has.
func sheetName(name string, b *Book) string {
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, c) {
			return ' '
		}
		return c
	}, name)
	name = strings.TrimSpace(name)
	if runes := []rune(name); len(runes) > 27 { // 31, less what tells two apart
		name = string(runes[:27])
	}
	if name == "" {
		name = "Sheet"
	}
	for n, base := 2, name; b.Sheet(name) != nil; n++ {
		name = fmt.Sprintf("%s %d", base, n)
	}
	return name
}
