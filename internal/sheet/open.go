// Opening a file: what it is, by its first bytes.

package sheet

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
)

// Format is the kind of file.
type Format string

const (
	CSV     Format = "CSV"
	XLSX    Format = "XLSX"
	Parquet Format = "Parquet"
)

// Book is an open file: one or more sheets.
type Book struct {
	Format Format
	Sheets []*Sheet
	close  func() error
}

// Close lets go of the file.
func (b *Book) Close() error { return b.close() }

// source is what a format gives.
type source interface {
	headRows(ctx context.Context, n int) ([]Row, error)
	load(ctx context.Context, from, width int, cols []Column, progress func(done, total int64)) (*Data, error)
	stream(ctx context.Context, from, width int, cols []Column, progress func(done, total int64), take func(*Data) error) error
}

// Sheet is one table of a file.
type Sheet struct {
	Name   string // empty in CSV and Parquet
	Hidden bool
	src    source
}

// Head gives the first n rows as texts, blank ones too. In a workbook the text
// of a merged cell stands in every cell of its range.
func (s *Sheet) Head(ctx context.Context, n int) ([]Row, error) {
	return s.src.headRows(ctx, n)
}

// Read gives the columns from a row on, after Head. Rows with a text to the
// right of width columns are listed as too long. A CSV sheet can be read once.
func (s *Sheet) Read(ctx context.Context, from, width int, cols []Column, progress func(done, total int64)) (*Data, error) {
	return s.src.load(ctx, from, width, cols, progress)
}

// Stream is Read for a file whose rows nobody wants to hold: it gives them batch
// by batch in their order. A batch is some hundred kilobytes of a CSV file, some
// thousand rows of a worksheet, a row group of a Parquet file; it has its own
// dictionaries and is the caller's to keep.
func (s *Sheet) Stream(ctx context.Context, from, width int, cols []Column, progress func(done, total int64), take func(*Data) error) error {
	return s.src.stream(ctx, from, width, cols, progress, take)
}

// statter is what a file tells of itself.
type statter interface{ Stat() (os.FileInfo, error) }

// Open finds out what a file is and opens it; closing the book closes r. A
// workbook or a Parquet file is read in place where r can (an os.File), and
// held in memory otherwise.
func Open(r io.ReadCloser, lim Limits) (*Book, error) {
	b, err := open(r, lim)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	b.close = r.Close
	return b, nil
}

func open(r io.Reader, lim Limits) (*Book, error) {
	var size int64
	if f, ok := r.(statter); ok {
		if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
			size = st.Size()
		} else if err == nil && st.IsDir() {
			return nil, invalid("是文件夹，不是文件", "a folder, not a file")
		}
	}
	counted := &counter{r: r}
	buf := bufio.NewReaderSize(counted, 64<<10)
	head, err := buf.Peek(8)
	if err != nil && err != io.EOF {
		return nil, err
	}
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case len(head) == 0:
		return nil, invalid("文件是空的", "the file is empty")
	case has("PK\x03\x04"), has("PK\x05\x06"), has("PAR1"):
		at, n, err := whole(r, buf, size, lim)
		if err != nil {
			return nil, err
		}
		if has("PAR1") {
			return openParquet(at, n, lim)
		}
		return openXLSX(at, n, lim)
	case has("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"):
		return nil, invalid("是加密的工作簿或旧版 .xls 文件：请去掉密码，另存为 .xlsx", "an encrypted workbook or an old .xls file: remove the password and save it as .xlsx")
	case has("\x1F\x8B"):
		gz, err := gzip.NewReader(buf)
		if err != nil {
			return nil, invalid("压缩文件已损坏", "the gzip file is damaged")
		}
		return csvBook(&gunzip{gz}, 0, counted, size, lim)
	case has("%PDF"), has("{\\rtf"):
		return nil, invalid("不是表格文件：需要 xlsx、CSV 或 Parquet", "not a table: want xlsx, CSV or Parquet")
	}
	return csvBook(buf, size, counted, size, lim)
}

func csvBook(r io.Reader, size int64, counted *counter, total int64, lim Limits) (*Book, error) {
	src, err := openCSV(r, size, func() int64 { return counted.n.Load() }, lim)
	if err != nil {
		return nil, err
	}
	src.total = total
	return &Book{Format: CSV, Sheets: []*Sheet{{src: src}}}, nil
}
