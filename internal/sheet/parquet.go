// Parquet files: whole columns, page by page, side by side.

package sheet

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// parquetSource is a Parquet file; its column names are the one row of its head.
type parquetSource struct {
	file   *parquet.File
	leaves []*leaf
	size   int64
	lim    Limits
}

func openParquet(r io.ReaderAt, size int64, lim Limits) (book *Book, err error) {
	defer damagedParquet(&err)
	// The library believes the length of the footer before it reads it.
	var tail [8]byte
	if _, err := r.ReadAt(tail[:], max(0, size-8)); err != nil && err != io.EOF || int64(binary.LittleEndian.Uint32(tail[:])) > size-12 {
		return nil, invalid("Parquet 文件已损坏或不完整", "the Parquet file is damaged or cut off")
	}
	f, err := parquet.OpenFile(r, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true), parquet.ReadBufferSize(1<<20))
	if err != nil {
		return nil, invalid("Parquet 文件已损坏或已加密", "the Parquet file is damaged or encrypted: "+err.Error())
	}
	s := &parquetSource{file: f, size: size, lim: lim}
	if f.NumRows() > int64(lim.Rows) {
		return nil, tooManyRows(lim)
	}
	var walk func(c *parquet.Column)
	walk = func(c *parquet.Column) {
		if c.Leaf() {
			s.leaves = append(s.leaves, newLeaf(c))
		}
		for _, child := range c.Columns() {
			walk(child)
		}
	}
	walk(f.Root())
	if len(s.leaves) > lim.Columns {
		return nil, tooManyColumns(lim)
	}
	return &Book{Format: Parquet, Sheets: []*Sheet{{src: s}}}, nil
}

// damagedParquet turns a panic of the library, which trusts the file, into a
// refusal.
func damagedParquet(err *error) {
	if p := recover(); p != nil {
		*err = invalid("Parquet 文件已损坏", fmt.Sprintf("the Parquet file is damaged: %v", p))
	}
}

func (s *parquetSource) headRows(context.Context, int) ([]Row, error) {
	row := Row{Number: 1}
	for _, l := range s.leaves {
		row.Cells = append(row.Cells, strings.TrimSpace(l.name))
	}
	return []Row{row}, nil
}

func (s *parquetSource) load(ctx context.Context, from, _ int, cols []Column, progress func(done, total int64)) (*Data, error) {
	if int(s.file.NumRows())*len(cols) > s.lim.Cells {
		return nil, tooManyCells(s.lim)
	}
	return s.groups(ctx, s.file.RowGroups(), from, cols, func(part float64) {
		if progress != nil {
			progress(int64(part*float64(s.size)), s.size)
		}
	})
}

func (s *parquetSource) stream(ctx context.Context, from, _ int, cols []Column, progress func(done, total int64), take func(*Data) error) error {
	groups := s.file.RowGroups()
	for i := range groups {
		if int(groups[i].NumRows())*len(cols) > s.lim.Cells {
			return tooManyCells(s.lim)
		}
		d, err := s.groups(ctx, groups[i:i+1], from, cols, func(part float64) {
			if progress != nil {
				progress(int64((float64(i)+part)/float64(len(groups))*float64(s.size)), s.size)
			}
		})
		if err != nil {
			return err
		}
		from += d.N
		if err := take(d); err != nil {
			return err
		}
	}
	return nil
}

// groups reads some row groups whose first row is row number from.
func (s *parquetSource) groups(ctx context.Context, groups []parquet.RowGroup, from int, cols []Column, progress func(part float64)) (*Data, error) {
	n := 0
	for _, g := range groups {
		n += int(g.NumRows())
	}
	d := &Data{N: n, Rows: make([]int32, n), Num: make([][]float64, len(cols)), Text: make([]*frame.Strings, len(cols))}
	for i := range d.Rows {
		d.Rows[i] = int32(i + from) // as a spreadsheet would number them under the head
	}
	readers, errs := make([]*columnReader, len(cols)), make([]error, len(cols))
	var next, done atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(cols)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(cols) || ctx.Err() != nil {
					return
				}
				r := &columnReader{leaf: s.leaves[cols[i].Index], shift: cols[i].Shift, lim: s.lim, index: cols[i].Index, rows: n, scratch: make([]byte, 0, 64)}
				if cols[i].Kind == Numbers {
					r.num = make([]float64, 0, n)
				}
				readers[i] = r
				errs[i] = r.read(ctx, groups)
				progress(float64(done.Add(1)) / float64(len(cols)))
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var odd dict
	for i, r := range readers {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if !utf8.Valid(r.texts.arena) {
			return nil, invalid("“"+r.name+"”列不是有效的 UTF-8 文字", "column "+r.name+" is not valid UTF-8 text")
		}
		if cols[i].Kind == Texts {
			d.Text[i] = &frame.Strings{Dict: textsOf(&r.texts), Code: r.codes}
			continue
		}
		d.Num[i] = r.num
		if len(r.odd) > 0 {
			codes := odd.merge(&r.texts, nil)
			for _, o := range r.odd {
				d.Odd = append(d.Odd, Odd{Record: o.Record, Column: i, Text: codes[o.Text]})
			}
		}
	}
	d.OddText = odd.texts
	slices.SortFunc(d.Odd, func(a, b Odd) int {
		if a.Record != b.Record {
			return a.Record - b.Record
		}
		return a.Column - b.Column
	})
	return d, nil
}

// textsOf are the texts of a dictionary in one piece.
func textsOf(b *blockDict) []string {
	all := string(b.arena)
	out := make([]string, len(b.ends))
	lo := 0
	for i, end := range b.ends {
		out[i] = all[lo:end]
		lo = end
	}
	return out
}

// columnReader reads one column through all row groups.
type columnReader struct {
	*leaf
	shift int
	lim   Limits
	index int
	rows  int

	num   []float64
	codes []uint32
	texts blockDict // of a text column its texts, otherwise those of odd cells
	odd   []Odd

	// What the entries of the current dictionary mean.
	dictionary parquet.Dictionary
	entryNum   []float64
	entryCode  []uint32 // of texts, or of odd entries, code+1
	ordinals   []int32
	small      []uint32 // code+1 of the texts of small whole numbers
	scratch    []byte
}

func (r *columnReader) read(ctx context.Context, groups []parquet.RowGroup) (err error) {
	defer damagedParquet(&err)
	damaged := func(err error) error {
		if _, ok := err.(*Refusal); ok {
			return err
		}
		return invalid("Parquet 文件已损坏", "the Parquet file is damaged: "+err.Error())
	}
	if r.num == nil {
		r.codes = make([]uint32, 0, r.rows)
	}
	for _, g := range groups {
		pages := g.ColumnChunks()[r.column].Pages()
		for {
			if err := ctx.Err(); err != nil {
				pages.Close()
				return err
			}
			page, err := pages.ReadPage()
			if err == io.EOF {
				break
			}
			if err == nil {
				err = r.page(page)
				parquet.Release(page)
			}
			if err != nil {
				pages.Close()
				return damaged(err)
			}
		}
		if err := pages.Close(); err != nil {
			return damaged(err)
		}
	}
	if len(r.num)+len(r.codes) != r.rows {
		return damaged(fmt.Errorf("column %s has %d values for %d rows", r.name, len(r.num)+len(r.codes), r.rows))
	}
	return nil
}

// page takes in one page: its values go where its definition levels say that
// there is one, and the rest is missing.
func (r *columnReader) page(p parquet.Page) error {
	n := int(p.NumValues())
	if len(r.num)+len(r.codes)+n > r.rows {
		return fmt.Errorf("more values than rows")
	}
	var levels []byte // nil where every value is there
	if p.NumNulls() > 0 {
		levels = p.DefinitionLevels()
	}
	values := p.Data()
	d := p.Dictionary()
	switch {
	case d == nil && r.num != nil && levels == nil && r.direct(&values):
		r.dictionary = nil
		return nil
	case d == nil:
		r.dictionary = nil
		r.translate(values, n-int(p.NumNulls()))
		r.ordinals = r.ordinals[:0]
		for i := range n - int(p.NumNulls()) {
			r.ordinals = append(r.ordinals, int32(i))
		}
		r.place(n, levels, r.ordinals)
	default:
		if d != r.dictionary {
			r.entries(d)
		}
		r.place(n, levels, values.Int32())
	}
	return nil
}

// place puts entries where the levels say that there is a value.
func (r *columnReader) place(n int, levels []byte, entries []int32) {
	start := len(r.num)
	switch {
	case levels != nil:
		k := 0
		for i := range n {
			if int(levels[i]) < r.defined {
				r.missing()
				continue
			}
			if r.num == nil {
				r.codes = append(r.codes, r.entryCode[entries[k]])
			} else {
				r.note(len(r.num), entries[k])
				r.num = append(r.num, r.entryNum[entries[k]])
			}
			k++
		}
	case r.num == nil:
		for _, e := range entries {
			r.codes = append(r.codes, r.entryCode[e])
		}
	default:
		for _, e := range entries {
			r.num = append(r.num, r.entryNum[e])
		}
		if len(r.entryCode) > 0 {
			for i, e := range entries {
				r.note(start+i, e)
			}
		}
	}
}

// note lists an odd cell.
func (r *columnReader) note(record int, entry int32) {
	if int(entry) < len(r.entryCode) && r.entryCode[entry] > 0 {
		r.odd = append(r.odd, Odd{Record: record, Text: r.entryCode[entry] - 1})
	}
}

func (r *columnReader) missing() {
	if r.num == nil {
		r.codes = append(r.codes, r.texts.code(nil))
	} else {
		r.num = append(r.num, edu.Missing())
	}
}

// entries learns what the entries of a dictionary mean.
func (r *columnReader) entries(d parquet.Dictionary) {
	r.dictionary = d
	page := d.Page()
	r.translate(page.Data(), d.Len())
}

// cellLimit refuses a text that is too long for a cell.
func (r *columnReader) cellLimit(text []byte) {
	if overlong(text, r.lim) {
		panic(cellTooLong(r.index, r.lim).Text.EN)
	}
}
