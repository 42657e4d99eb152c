package report

import "math"

// Book is a workbook to be printed and handed in: its sheets in order.
type Book struct {
	Note   string // stands above every sheet: which county, year, pack
	Sheets []*Sheet
}

// Sheet is one table of a book. A head of two rows has groups over its columns.
type Sheet struct {
	Name string
	Cols []SheetCol
	Rows [][]SheetCell
	Foot int    // how many of the last rows sum up
	Text string // a line under the table
}

// SheetCol is a column; neighbours of one group share a head.
type SheetCol struct {
	Group, Label string
	Width        float64
}

// SheetCell is a figure or a text. The figure is written unrounded and shown with
// its digits: what is read off a printed table must not be what is compared.
type SheetCell struct {
	Text     string
	Value    float64
	Number   bool
	Decimals int
	Bad      bool // unmet: shaded
}

func say(s string) SheetCell { return SheetCell{Text: s} }

// number is a figure; a missing one is an empty cell.
func number(v float64, decimals int) SheetCell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return SheetCell{}
	}
	return SheetCell{Value: v, Number: true, Decimals: decimals}
}

// Sheet finds a sheet by its name, or nil.
func (b *Book) Sheet(name string) *Sheet {
	for _, s := range b.Sheets {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// add puts a sheet behind the others under a name that a workbook takes.
func (b *Book) add(s *Sheet) {
	s.Name = sheetName(s.Name, b)
	b.Sheets = append(b.Sheets, s)
}
