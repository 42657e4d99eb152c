// Blocks of parsed records, and how they become the columns of a sheet.

package sheet

import (
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// block holds the parsed records of one stretch of a file. Blocks are parsed
// side by side and gathered in order.
type block struct {
	num  [][]float64 // by column asked for; nil for texts
	text []*blockDict
	rows []int32 // of each record, its ordinal in the block
	odd  []Odd
	// oddText codes the texts of odd cells.
	oddText blockDict
	n       int // records
	spent   int // rows, blank ones too
	long    []Long
	longs   int
	err     error
	errRow  int // ordinal in the block of the row to blame, -1 for none
}

func newBlock(cols []Column) *block {
	b := &block{num: make([][]float64, len(cols)), text: make([]*blockDict, len(cols))}
	for i, c := range cols {
		if c.Kind == Texts {
			b.text[i] = &blockDict{}
		}
	}
	return b
}

// reset makes room for at most n records.
func (b *block) reset(n int) {
	for i, t := range b.text {
		if t != nil {
			t.reset()
			t.codes = sized(t.codes, n)
		} else {
			b.num[i] = sized(b.num[i], n)
		}
	}
	b.rows = sized(b.rows, n)
	b.odd, b.n, b.spent, b.long, b.longs, b.err, b.errRow = b.odd[:0], 0, 0, b.long[:0], 0, nil, -1
	b.oddText.reset()
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// empty puts an empty cell into a column of the current record.
func (b *block) empty(k int) {
	if t := b.text[k]; t != nil {
		t.codes[b.n] = t.code(nil)
	} else {
		b.num[k][b.n] = edu.Missing()
	}
}

// cell puts a trimmed text into a column of the current record.
func (b *block) cell(k int, text []byte, shift int) {
	if t := b.text[k]; t != nil {
		t.codes[b.n] = t.code(text)
		return
	}
	if len(text) > 0 {
		if f, ok := Number(text, shift); ok {
			b.num[k][b.n] = f
			return
		}
		b.odd = append(b.odd, Odd{Record: b.n, Column: k, Text: b.oddText.code(text)})
	}
	b.num[k][b.n] = edu.Missing()
}

func (b *block) tooLong(cells int) {
	if b.longs++; len(b.long) < maxLong {
		b.long = append(b.long, Long{Row: b.spent, Cells: cells})
	}
}

// fail notes why the block cannot be read, at the current row.
func (b *block) fail(r error) {
	if b.err == nil {
		b.err, b.errRow = r, b.spent
	}
}

// columns gathers blocks.
type columns struct {
	cols  []Column
	lim   Limits
	data  *Data
	dicts []*dict
	odd   dict
	codes []uint32 // scratch
	base  int      // rows before the next block
	hint  int      // records to expect
}

func newColumns(cols []Column, lim Limits, hint int) *columns {
	c := &columns{cols: cols, lim: lim, hint: hint, dicts: make([]*dict, len(cols)), data: &Data{Num: make([][]float64, len(cols)), Text: make([]*frame.Strings, len(cols))}}
	for i, col := range cols {
		if col.Kind == Texts {
			c.dicts[i], c.data.Text[i] = &dict{}, &frame.Strings{}
		}
	}
	return c
}

// take appends a block. On a refusal it says which row of the file is to blame.
func (c *columns) take(b *block) error {
	d := c.data
	if b.err != nil {
		if r, ok := b.err.(*Refusal); ok && b.errRow >= 0 {
			return r.at(c.base + b.errRow + 1)
		}
		return b.err
	}
	if d.N+b.n > c.lim.Rows {
		return tooManyRows(c.lim)
	}
	if (d.N+b.n)*len(c.cols) > c.lim.Cells {
		return tooManyCells(c.lim)
	}
	for i := range c.cols {
		if c.dicts[i] == nil {
			d.Num[i] = c.extend(d.Num[i], b.num[i][:b.n])
			continue
		}
		if d.N == 0 && len(b.text[i].ends) > b.n/2 {
			c.dicts[i].expect(min(c.hint, c.lim.Rows)) // a column of codes, most of them its own
		}
		c.codes = c.dicts[i].merge(b.text[i], c.codes[:0])
		to := d.Text[i].Code
		if cap(to) < d.N+b.n {
			to = append(make([]uint32, 0, max(c.hint, 2*cap(to), d.N+b.n)), to...)
		}
		for _, code := range b.text[i].codes[:b.n] {
			to = append(to, c.codes[code])
		}
		d.Text[i].Code = to
	}
	if cap(d.Rows) < d.N+b.n {
		d.Rows = append(make([]int32, 0, max(c.hint, 2*cap(d.Rows), d.N+b.n)), d.Rows...)
	}
	for _, r := range b.rows[:b.n] {
		d.Rows = append(d.Rows, int32(c.base)+r+1)
	}
	if len(b.odd) > 0 {
		c.codes = c.odd.merge(&b.oddText, c.codes[:0])
		for _, o := range b.odd {
			d.Odd = append(d.Odd, Odd{Record: d.N + o.Record, Column: o.Column, Text: c.codes[o.Text]})
		}
	}
	for _, l := range b.long {
		if len(d.Long) < maxLong {
			d.Long = append(d.Long, Long{Row: c.base + l.Row + 1, Cells: l.Cells})
		}
	}
	d.Longs += b.longs
	d.N += b.n
	c.base += b.spent
	return nil
}

// batches turns every block into columns of its own.
type batches struct {
	cols    []Column
	lim     Limits
	give    func(*Data) error
	base, n int // rows and records before the next block
}

func (g *batches) take(b *block) error {
	c := newColumns(g.cols, g.lim, b.n)
	c.base = g.base
	if err := c.take(b); err != nil {
		return err
	}
	g.base = c.base
	if g.n += b.n; g.n > g.lim.Rows {
		return tooManyRows(g.lim)
	}
	return g.give(c.done())
}

func (c *columns) extend(to, from []float64) []float64 {
	if cap(to) < len(to)+len(from) {
		to = append(make([]float64, 0, max(c.hint, 2*cap(to), len(to)+len(from))), to...)
	}
	return append(to, from...)
}

// done gives the columns.
func (c *columns) done() *Data {
	for i, d := range c.dicts {
		if d != nil {
			c.data.Text[i].Dict = d.texts
		}
	}
	c.data.OddText = c.odd.texts
	return c.data
}

// overlong reports that a cell holds more characters than are allowed.
func overlong(text []byte, lim Limits) bool {
	return len(text) > lim.CellText && utf8.RuneCount(text) > lim.CellText
}
