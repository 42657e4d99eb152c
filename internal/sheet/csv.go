// CSV files: read in blocks of whole records, which are parsed side by side.

package sheet

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"

	"shuren/internal/fault"
)

// blockSize is how many bytes are read at a time: large enough for the work to
// outweigh its handing over, small enough for its columns to stay in cache.
const blockSize = 512 << 10

// csvSource is the one sheet of a CSV file. Memory holds the columns and a few
// blocks, never the file.
type csvSource struct {
	r     io.Reader // without byte order mark, not yet decoded unless UTF-16
	lim   Limits
	cs    charset
	sep   byte
	cr    bool   // lines end in a carriage return alone
	rest  []byte // bytes of a record that has begun
	eof   bool
	head  []byte // the first block, raw
	read  int64
	size  int64 // of the text, 0 where not known
	total int64 // of the file, for progress
	seen  func() int64
}

func openCSV(r io.Reader, size int64, seen func() int64, lim Limits) (*csvSource, error) {
	text, cs, err := unmark(bufio.NewReaderSize(r, 4<<10))
	if err != nil {
		return nil, err
	}
	s := &csvSource{r: text, lim: lim, cs: cs, size: size, seen: seen}
	first := make([]byte, 0, blockSize)
	if first, err = s.fill(first); err != nil {
		return nil, err
	}
	if bytes.IndexByte(first, 0) >= 0 {
		return nil, invalid("不是表格文件：需要 xlsx、CSV 或 Parquet", "not a table: want xlsx, CSV or Parquet")
	}
	if s.cr = bytes.IndexByte(first, '\n') < 0 && bytes.IndexByte(first, '\r') >= 0; s.cr {
		newlines(first)
	}
	s.sep = separator(first)
	if s.head, err = s.cut(first); err != nil {
		return nil, err
	}
	return s, nil
}

func newlines(b []byte) {
	for i, c := range b {
		if c == '\r' {
			b[i] = '\n'
		}
	}
}

// fill reads until the buffer is full or the file ends.
func (s *csvSource) fill(b []byte) ([]byte, error) {
	for len(b) < cap(b) && !s.eof {
		n, err := s.r.Read(b[len(b):cap(b)])
		if s.cr {
			newlines(b[len(b) : len(b)+n])
		}
		b = b[:len(b)+n]
		if s.read += int64(n); s.read > s.lim.Text {
			return nil, tooLarge("文件超过 "+megabytes(s.lim.Text), "the file has more than "+megabytes(s.lim.Text))
		}
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return nil, broken(err)
		}
	}
	return b, nil
}

// records counts whole records.
func records(b []byte, sep byte) (n int) {
	for ; len(b) > 0; n++ {
		b = b[recordEnd(b, sep):]
	}
	return n
}

// cut takes whole records off the front of b and keeps the rest for later. It
// decides the charset on the way. A refusal counts its row from the front of b.
func (s *csvSource) cut(b []byte) ([]byte, error) {
	for {
		end := recordsEnd(b, s.sep)
		if s.eof {
			if end < len(b) {
				if openQuote(b[end:], s.sep) {
					return nil, unclosed().at(records(b[:end], s.sep) + 1)
				}
				b = append(b, '\n')
			}
			end = len(b)
		}
		if end > 0 || s.eof {
			s.rest = append(s.rest[:0], b[end:]...)
			b = b[:end]
			break
		}
		if len(b) > s.lim.Record {
			if openQuote(b, s.sep) {
				return nil, unclosed().at(1)
			}
			return nil, tooLarge("一行超过 "+megabytes(int64(s.lim.Record)), "the row has more than "+megabytes(int64(s.lim.Record))).at(1)
		}
		var err error
		if b, err = s.fill(append(make([]byte, 0, 2*len(b)), b...)); err != nil {
			return nil, err
		}
	}
	if s.cs == unknown {
		s.cs = charsetOf(b)
	}
	return b, nil
}

// openQuote reports that the record at the front of b ends inside a quote.
func openQuote(b []byte, sep byte) bool {
	for pos := 0; ; {
		q := bytes.IndexByte(b[pos:], '"')
		if q < 0 {
			return false
		}
		q += pos
		if q > 0 && b[q-1] != sep && b[q-1] != '\n' {
			pos = q + 1
		} else if pos = closing(b, q+1); pos < 0 {
			return true
		}
	}
}

func unclosed() *Refusal {
	return invalid("引号没有结束", "a quote is opened and never closed")
}

// next gives the next block of whole records in buf, empty at the end.
func (s *csvSource) next(buf []byte) ([]byte, error) {
	if s.eof && len(s.rest) == 0 {
		return nil, nil
	}
	if cap(buf) < blockSize || cap(buf) < 2*len(s.rest) {
		buf = make([]byte, 0, max(blockSize, 2*len(s.rest)))
	}
	b, err := s.fill(append(buf[:0], s.rest...))
	if err != nil {
		return nil, err
	}
	return s.cut(b)
}

// headRows are the first n records as texts.
func (s *csvSource) headRows(_ context.Context, n int) ([]Row, error) {
	text, row, bad := decode(s.head, s.cs)
	if bad != nil {
		return nil, bad.at(row + 1)
	}
	var rows []Row
	for number := 1; number <= n && len(text) > 0; number++ {
		end := recordEnd(text, s.sep)
		cells, err := s.cells(text[:end])
		if err != nil {
			return nil, err.at(number)
		}
		text = text[end:]
		rows = append(rows, Row{Number: number, Cells: cells})

	}
	return rows, nil
}

// cells splits one record, without the empty cells at its end.
func (s *csvSource) cells(rec []byte) ([]string, *Refusal) {
	var cells []string
	var scratch []byte
	for pos := 0; pos < len(rec); pos++ {
		var text []byte
		if rec[pos] == '"' {
			text, pos = unquote(rec, pos, s.sep, &scratch)
		} else {
			start := pos
			for rec[pos] != s.sep && rec[pos] != '\n' {
				pos++
			}
			text = rec[start:pos]
		}
		if overlong(text, s.lim) {
			return nil, cellTooLong(len(cells), s.lim)
		}
		if cells = append(cells, string(trim(text))); len(cells) > s.lim.Columns {
			return nil, tooManyColumns(s.lim)
		}
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells, nil
}

// job is one block on its way: read, parsed by a worker, gathered in order.
type job struct {
	data  []byte
	cs    charset
	skip  int
	err   error
	block *block
	done  chan struct{}
}

func (s *csvSource) load(ctx context.Context, from int, width int, cols []Column, progress func(done, total int64)) (*Data, error) {
	var gathered *columns
	small := s.eof && len(s.rest) == 0
	err := s.blocks(ctx, from, width, cols, progress, func(b *block) error {
		if gathered == nil {
			gathered = newColumns(cols, s.lim, s.expect(b.spent, small))
		}
		return gathered.take(b)
	})
	if err != nil {
		return nil, err
	}
	if gathered == nil {
		gathered = newColumns(cols, s.lim, 0)
	}
	return gathered.done(), nil
}

func (s *csvSource) stream(ctx context.Context, from, width int, cols []Column, progress func(done, total int64), take func(*Data) error) error {
	g := &batches{cols: cols, lim: s.lim, give: take}
	return s.blocks(ctx, from, width, cols, progress, g.take)
}

// blocks parses the file side by side and gives its blocks in order.
func (s *csvSource) blocks(ctx context.Context, from, width int, cols []Column, progress func(done, total int64), take func(*block) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	parser := newCSVParser(s.sep, width, cols, s.lim)
	work, order := make(chan *job, workers), make(chan *job, workers)
	free := make(chan *job, 3*workers)

	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() {
		defer close(order)
		defer close(work)
		skip := from - 1
		for data := s.head; ; {
			var j *job
			select {
			case j = <-free:
			default:
				j = &job{block: newBlock(cols)}
			}
			j.done = make(chan struct{})
			if data == nil {
				data, j.err = s.next(j.data)
			}
			j.data, j.cs, j.skip = data, s.cs, skip
			last := j.err != nil || len(data) == 0
			if last {
				close(j.done)
			} else {
				select {
				case work <- j:
				case <-ctx.Done():
					return
				}
			}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			if last {
				return
			}
			// The rows to skip stand in the first block: the head was read from it.
			skip, data = 0, nil
		}
	})
	for range workers {
		wg.Go(func() {
			for j := range work {
				text, row, bad := decode(j.data, j.cs)
				if bad == nil && bytes.IndexByte(text, 0) >= 0 {
					row, bad = bytes.Count(text[:bytes.IndexByte(text, 0)], []byte{'\n'}), invalid("含有二进制内容", "binary content")
				}
				if bad != nil {
					j.block.reset(0)
					j.block.spent = row
					j.block.fail(bad)
				} else {
					parser.parse(j.block, text, j.skip)
				}
				close(j.done)
			}
		})
	}

	base := 0 // rows before the block
	for j := range order {
		select {
		case <-j.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if j.err != nil {
			if r, ok := j.err.(*Refusal); ok && r.Row > 0 {
				return r.at(base + r.Row)
			}
			return j.err
		}
		if len(j.data) == 0 {
			break
		}
		base += j.block.spent
		if err := take(j.block); err != nil {
			return err
		}
		if progress != nil {
			progress(s.seen(), s.total)
		}
		select {
		case free <- j:
		default:
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.head = nil
	return nil
}

// expect guesses the number of records by those of the first block, with some
// to spare, so that columns seldom grow.
func (s *csvSource) expect(rows int, small bool) int {
	if s.size <= 0 || rows == 0 || small {
		return rows
	}
	guess := float64(s.size)/float64(len(s.head))*float64(rows)*1.02 + 1000
	return int(min(guess, float64(s.lim.Rows)))
}

// broken words an error of the reader below.
func broken(err error) error {
	if err == io.ErrUnexpectedEOF {
		return fmt.Errorf("the file is cut off: %w", fault.Invalid)
	}
	return err
}
