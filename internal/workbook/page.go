// A page: a sheet as it is laid out, before it is written. Layouts make pages;
// one function writes them all.

package workbook

import (
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// cell is one cell of a page.
type cell struct {
	look    look
	text    string
	number  bool   // the text is written as a number where it is one
	formula string // the text is its value
}

// row is one row of a page; its first cell stands in column B.
type row struct {
	id     id
	height float64
	cells  []cell
}

// page is one sheet.
type page struct {
	name    string
	mark    string // the corner
	columns []id   // of column B and on
	widths  []float64
	rows    []row // from row 2 on
	merges  []string
	checks  []*excelize.DataValidation
	links   map[string]string // cell -> place
	frozen  [2]int            // columns and rows that stay in view
	repeat  [2]int            // rows printed on each page
	wide    bool              // A3 across instead of A4 upright
	open    int               // rows below the last that may be filled: lists
	openAs  []look
	hidden  bool
	secret  bool // very hidden
	loose   bool // not protected
}

// add appends a row and gives its number in the sheet.
func (p *page) add(r row) int {
	p.rows = append(p.rows, r)
	return len(p.rows) + 1
}

func (p *page) merge(c1, r1, c2, r2 int) {
	if c2 > c1 || r2 > r1 {
		p.merges = append(p.merges, at(c1, r1)+":"+at(c2, r2))
	}
}

// at is the name of a cell: column from 1.
func at(column, row int) string {
	return letters(column) + strconv.Itoa(row)
}

func letters(column int) string {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		panic(err) // pages are far narrower than a sheet may be
	}
	return name
}

// book is a workbook that is being written.
type book struct {
	file   *excelize.File
	styles styles
	header string // printed at the top of each page
	footer string
}

// put writes all pages. The sheets are made first: once a sheet is streamed,
// the library cannot look at it again.
func (b *book) put(pages []*page) error {
	for i, p := range pages {
		if i == 0 {
			if err := b.file.SetSheetName("Sheet1", p.name); err != nil {
				return err
			}
		} else if _, err := b.file.NewSheet(p.name); err != nil {
			return err
		}
	}
	for _, p := range pages {
		if p.hidden || p.secret {
			if err := b.file.SetSheetVisible(p.name, false, p.secret); err != nil {
				return err
			}
		}
	}
	for _, p := range pages {
		if err := b.sheet(p); err != nil {
			return fmt.Errorf("sheet %s: %w", p.name, err)
		}
	}
	return nil
}

func (b *book) sheet(p *page) error {
	f := b.file
	fit := true
	if err := f.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	gridless := false
	if err := f.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: &gridless}); err != nil {
		return err
	}
	w, err := f.NewStreamWriter(p.name)
	if err != nil {
		return err
	}
	if p.frozen != [2]int{} {
		top := at(p.frozen[0]+1, p.frozen[1]+1)
		pane := "bottomRight"
		if p.frozen[0] == 0 {
			pane = "bottomLeft"
		}
		if err := w.SetPanes(&excelize.Panes{Freeze: true, XSplit: p.frozen[0], YSplit: p.frozen[1], TopLeftCell: top, ActivePane: pane}); err != nil {
			return err
		}
	}
	for i, width := range p.widths {
		if err := w.SetColWidth(i+2, i+2, width); err != nil {
			return err
		}
	}
	if err := w.SetColWidth(1, 1, 4); err != nil {
		return err
	}
	if err := w.SetColVisible(1, 1, false); err != nil {
		return err
	}
	if err := b.cells(w, p); err != nil {
		return err
	}
	for _, m := range p.merges {
		from, to, _ := cut(m)
		if err := w.MergeCell(from, to); err != nil {
			return err
		}
	}
	if err := b.around(p); err != nil {
		return err
	}
	return w.Flush()
}

func cut(m string) (from, to string, ok bool) {
	for i := range m {
		if m[i] == ':' {
			return m[:i], m[i+1:], true
		}
	}
	return m, m, false
}

// cells writes the row of column ids and all rows with their ids.
func (b *book) cells(w *excelize.StreamWriter, p *page) error {
	ids := make([]any, 0, len(p.columns)+1)
	ids = append(ids, excelize.Cell{StyleID: b.styles[idLook], Value: p.mark})
	for _, c := range p.columns {
		ids = append(ids, excelize.Cell{StyleID: b.styles[idLook], Value: c.Encode()})
	}
	if err := w.SetRow("A1", ids, excelize.RowOpts{Hidden: true}); err != nil {
		return err
	}
	for i, r := range p.rows {
		values := make([]any, 0, len(r.cells)+1)
		values = append(values, excelize.Cell{StyleID: b.styles[idLook], Value: text(r.id.Encode())})
		for _, c := range r.cells {
			values = append(values, excelize.Cell{StyleID: b.styles[c.look], Formula: c.formula, Value: c.value()})
		}
		if err := w.SetRow(at(1, i+2), values, excelize.RowOpts{Height: r.height}); err != nil {
			return err
		}
	}
	for i := range p.open {
		values := make([]any, 0, len(p.openAs)+1)
		values = append(values, nil)
		for _, l := range p.openAs {
			values = append(values, excelize.Cell{StyleID: b.styles[l]})
		}
		if err := w.SetRow(at(1, len(p.rows)+2+i), values); err != nil {
			return err
		}
	}
	return nil
}

// text is nil for the empty text, so that no empty cell of text is written.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// value is what is written into a cell: a number only where it comes back as
// the very same text.
func (c cell) value() any {
	if c.number {
		if f, err := strconv.ParseFloat(c.text, 64); err == nil && strconv.FormatFloat(f, 'f', -1, 64) == c.text {
			return f
		}
	}
	return text(c.text)
}

// widePage is how many characters an A3 page across holds and can still be read.
const widePage = 240
