// What callers ask of a sheet and what they get.

package sheet

import "shuren/internal/frame"

// Kind says how a column is wanted.
type Kind uint8

const (
	Numbers Kind = iota
	Texts
)

// Column asks for one column of a sheet.
type Column struct {
	Index int // 0-based
	Kind  Kind
	// Shift moves the decimal point of every number to the right before the
	// number is made a float, so that 12.34 in 万元 is exactly 123400.
	Shift int
}

// Row is one row of a sheet's head, as texts.
type Row struct {
	Number int // 1-based
	Cells  []string
}

// Odd is a cell of a number column that is not plainly a number.
type Odd struct {
	Record int    // index in Data
	Column int    // index among the columns asked for
	Text   uint32 // index in Data.OddText
}

// Long is a row with more cells than the head has columns.
type Long struct {
	Row   int
	Cells int
}

// Data are the columns of a sheet. Rows without any text in any cell are left
// out.
type Data struct {
	N    int
	Rows []int32 // row in the file, 1-based
	// Num and Text stand in the order of the columns asked for; the one that was
	// not asked for is nil. An empty cell is missing, or the empty text. The
	// entries of a Dict are distinct, in the order of first appearance.
	Num     [][]float64
	Text    []*frame.Strings
	Odd     []Odd
	OddText []string
	Long    []Long // the first few
	Longs   int    // how many there are
}

// maxLong is how many rows that are too long are listed.
const maxLong = 100

// Letters is the name that a spreadsheet gives a column: 0 is A, 26 is AA.
func Letters(column int) string {
	var b [8]byte
	i := len(b)
	for column++; column > 0; column = (column - 1) / 26 {
		i--
		b[i] = 'A' + byte((column-1)%26)
	}
	return string(b[i:])
}
