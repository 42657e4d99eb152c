// Worksheets: rows out of the XML, with merged cells and typed values.

package sheet

import (
	"bytes"
	"context"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxSheetRow = 1 << 20 // Excel's own
	maxMerges   = 200_000
	blockRows   = 2048
)

// xlsxSource is one worksheet of a workbook.
type xlsxSource struct {
	book   *workbook
	part   string
	merged []merge // in the order of their first rows
	ready  bool    // merged is known

	wanted func(formula []byte) bool // formulas to be noted, nil for none
	noted  []uint64                  // their cells in the order of the sheet
}

// merge is a merged range, 0-based columns and 1-based rows.
type merge struct{ row, col, lastRow, lastCol int }

// xlsxCell is a cell with text, in the arena of its row.
type xlsxCell struct {
	col    int
	lo, hi int
}

// xlsxRow is one row with its texts.
type xlsxRow struct {
	number int
	cells  []xlsxCell
	arena  []byte
}

func (r *xlsxRow) text(c xlsxCell) []byte { return r.arena[c.lo:c.hi] }

// rows walks through the rows of the sheet that have any cell with text. The
// row is reused. Texts are trimmed; numbers stand in the form in which the file
// has them unless canonical asks for the shortest.
func (s *xlsxSource) rows(canonical func(col int) bool, visit func(*xlsxRow) error) error {
	w := s.book
	if err := w.loadStrings(); err != nil {
		return err
	}
	part, err := w.part(s.part)
	if err != nil {
		return err
	}
	defer part.Close()
	x := newXMLScanner(part)
	var (
		row     xlsxRow
		collect *[]byte // where text goes
		value   []byte
		formula []byte
		kind    string
		styleID int
		col     int // of the current cell
		before  int // column of the cell before it
		inData  bool
		inCell  bool
		hasV    bool
		hasF    bool
		hidden  int // inside phonetic text
	)
	for {
		tok, err := x.next()
		if err != nil {
			return refusedAt(err, row.number)
		}
		switch tok {
		case xmlEOF:
			return nil
		case xmlText:
			if collect != nil && hidden == 0 {
				if *collect, err = x.appendText(*collect); err != nil {
					return refusedAt(err, row.number)
				}
				if len(*collect) > 4*w.lim.CellText {
					return cellTooLong(col, w.lim).at(row.number)
				}
			}
		case xmlStart:
			switch string(x.name) {
			case "sheetData":
				inData = true
			case "row":
				if !inData {
					continue
				}
				number := row.number + 1
				if a := x.attr("r"); a != nil {
					if number, err = strconv.Atoi(string(a)); err != nil || number <= row.number {
						return damagedXML("rows are out of order").at(row.number)
					}
				}
				if number > maxSheetRow {
					return tooLarge("行号超过 1048576", "a row number is beyond 1048576")
				}
				row.number, row.cells, row.arena, before = number, row.cells[:0], row.arena[:0], -1
			case "c":
				if !inData {
					continue
				}
				inCell, hasV, hasF = true, false, false
				value, formula = value[:0], formula[:0]
				kind = cellKind(x.attr("t"))
				styleID = 0
				if a := x.attr("s"); a != nil {
					styleID, _ = strconv.Atoi(string(a))
				}
				col = before + 1
				if a := x.attr("r"); a != nil {
					c, r, ok := address(a)
					if !ok || r != row.number || c <= before {
						return damagedXML("cells are out of order").at(row.number)
					}
					col = c
				}
				if before = col; col >= w.lim.Columns {
					return tooManyColumns(w.lim).at(row.number)
				}
			case "v":
				if inCell {
					collect, hasV = &value, true
				}
			case "t":
				if inCell && kind == "inlineStr" {
					collect, hasV = &value, true
				}
			case "f":
				if inCell {
					collect, hasF = &formula, true
				}
			case "rPh":
				hidden++
			}
		case xmlEnd:
			switch string(x.name) {
			case "v", "t", "f":
				collect = nil
			case "rPh":
				hidden--
			case "c":
				if !inCell {
					continue
				}
				inCell = false
				lo := len(row.arena)
				if row.arena, err = w.cellText(row.arena, kind, styleID, value, formula, hasV, hasF, canonical(col)); err != nil {
					return refusedAt(err, row.number)
				}
				text := trim(row.arena[lo:])
				if overlong(text, w.lim) {
					return cellTooLong(col, w.lim).at(row.number)
				}
				if len(text) > 0 {
					n := copy(row.arena[lo:], text)
					row.arena = row.arena[:lo+n]
					row.cells = append(row.cells, xlsxCell{col, lo, lo + n})
					if hasF && s.wanted != nil && s.wanted(formula) {
						s.noted = append(s.noted, cellNo(row.number, col))
					}
				} else {
					row.arena = row.arena[:lo]
				}
			case "row":
				if inData && len(row.cells) > 0 {
					if err := visit(&row); err != nil {
						return err
					}
				}
			case "sheetData":
				inData = false
			}
		}
	}
}

// refusedAt adds the row to a refusal.
func refusedAt(err error, row int) error {
	if r, ok := err.(*Refusal); ok && row > 0 {
		return r.at(row)
	}
	return err
}

func cellKind(t []byte) string {
	switch string(t) {
	case "s":
		return "s"
	case "str":
		return "str"
	case "inlineStr":
		return "inlineStr"
	case "b":
		return "b"
	case "e":
		return "e"
	case "d":
		return "d"
	}
	return "n"
}

// cellText appends what stands in a cell. A formula without a value comes as
// the formula with its "=".
func (w *workbook) cellText(dst []byte, kind string, styleID int, value, formula []byte, hasV, hasF, canonical bool) ([]byte, error) {
	if hasF && (!hasV || len(value) == 0 && kind != "str") {
		return append(append(dst, '='), formula...), nil
	}
	if !hasV {
		return dst, nil
	}
	switch kind {
	case "s":
		i, err := strconv.Atoi(string(bytes.TrimSpace(value)))
		text, ok := w.strings.at(i)
		if err != nil || !ok {
			return nil, damagedXML("a text is not there")
		}
		value = text
	case "str", "inlineStr":
		lo := len(dst)
		dst = unescapeExcel(append(dst, value...), lo)
		if !utf8.Valid(dst[lo:]) {
			return nil, damagedXML("text is not valid UTF-8")
		}
		return dst, nil
	case "b":
		if string(value) == "1" || string(value) == "true" {
			return append(dst, "TRUE"...), nil
		}
		return append(dst, "FALSE"...), nil
	case "n":
		value = bytes.TrimSpace(value)
		s := plainStyle
		if styleID > 0 && styleID < len(w.styles) {
			s = w.styles[styleID]
		}
		if s == plainStyle && !canonical {
			break
		}
		f, ok := Number(value, 0)
		if !ok {
			break
		}
		switch s {
		case dateStyle:
			return w.appendDate(dst, f), nil
		case percentStyle:
			p, _ := Shift(f, 2)
			return append(strconv.AppendFloat(dst, p, 'f', -1, 64), '%'), nil
		}
		return strconv.AppendFloat(dst, f, 'f', -1, 64), nil
	}
	if !utf8.Valid(value) {
		return nil, damagedXML("text is not valid UTF-8")
	}
	return append(dst, value...), nil
}

// appendDate writes a serial number as a date; a time of day alone stays a
// time. In the 1900 system serial 60 is a day that never was.
func (w *workbook) appendDate(dst []byte, serial float64) []byte {
	days := math.Floor(serial)
	if days < 0 || days > 2958465 {
		return strconv.AppendFloat(dst, serial, 'f', -1, 64)
	}
	seconds := math.Round((serial - days) * 86400)
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case w.date04:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		base = base.AddDate(0, 0, 1)
	}
	t := base.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	if days == 0 && !w.date04 {
		return t.AppendFormat(dst, "15:04:05")
	}
	if seconds == 0 {
		return t.AppendFormat(dst, time.DateOnly)
	}
	return t.AppendFormat(dst, "2006-01-02T15:04:05")
}

// address reads a cell address such as AB12.
func address(a []byte) (col, row int, ok bool) {
	i := 0
	for i < len(a) && a[i]|0x20 >= 'a' && a[i]|0x20 <= 'z' && i < 4 {
		col = col*26 + int(a[i]|0x20-'a') + 1
		i++
	}
	if i == 0 || i == len(a) || len(a)-i > 7 {
		return 0, 0, false
	}
	for ; i < len(a); i++ {
		if a[i]-'0' > 9 {
			return 0, 0, false
		}
		row = row*10 + int(a[i]-'0')
	}
	return col - 1, row, row > 0
}

// merges reads the merged ranges. They stand behind the rows, so the sheet is
// unpacked once for them alone; only the marks are looked for.
func (s *xlsxSource) merges() error {
	if s.ready {
		return nil
	}
	r, err := s.book.part(s.part)
	if err != nil {
		return err
	}
	defer r.Close()
	const mark, reach = "mergeCell ", 256
	buf, n := make([]byte, 256<<10), 0
	for {
		m, err := r.Read(buf[n:])
		n += m
		last := err == io.EOF
		if err != nil && !last {
			return err
		}
		if !last && n < len(buf)/2 {
			continue
		}
		at := 0
		for {
			i := bytes.Index(buf[at:n], []byte(mark))
			if i < 0 || !last && at+i+reach > n {
				if i < 0 {
					at = max(at, n-len(mark))
				} else {
					at += i
				}
				break
			}
			at += i + len(mark)
			x := xmlScanner{attrs: buf[at-1 : min(n, at+reach)]}
			from, to, _ := strings.Cut(string(x.attr("ref")), ":")
			c1, r1, ok1 := address([]byte(from))
			c2, r2, ok2 := address([]byte(to))
			if ok1 && ok2 && c2 >= c1 && r2 >= r1 {
				if s.merged = append(s.merged, merge{r1, c1, r2, c2}); len(s.merged) > maxMerges {
					return tooLarge("合并单元格过多", "too many merged cells")
				}
			}
		}
		n = copy(buf, buf[at:n])
		if last {
			s.ready = true
			return nil
		}
	}
}

// headRows gives the first rows; the text of a merged cell stands in all of it.
func (s *xlsxSource) headRows(ctx context.Context, n int) ([]Row, error) {
	if err := s.merges(); err != nil {
		return nil, err
	}
	var rows []Row
	put := func(row, col int, text string) {
		for len(rows) < row {
			rows = append(rows, Row{Number: len(rows) + 1})
		}
		cells := rows[row-1].Cells
		for len(cells) <= col {
			cells = append(cells, "")
		}
		if cells[col] == "" {
			cells[col] = text
		}
		rows[row-1].Cells = cells
	}
	err := s.rows(func(int) bool { return true }, func(r *xlsxRow) error {
		if r.number > n || ctx.Err() != nil {
			return io.EOF
		}
		for _, c := range r.cells {
			put(r.number, c.col, string(r.text(c)))
		}
		return nil
	})
	if err != nil && err != io.EOF {
		return nil, err
	}
	room := n * s.book.lim.Columns // ranges that do not overlap fit into the rows
	for _, m := range s.merged {
		if m.row > len(rows) || m.col >= len(rows[m.row-1].Cells) || rows[m.row-1].Cells[m.col] == "" {
			continue
		}
		text := rows[m.row-1].Cells[m.col]
		for r := m.row; r <= min(m.lastRow, n); r++ {
			for c := m.col; c <= min(m.lastCol, m.col+1000); c++ {
				put(r, c, text)
				room--
			}
			if room < 0 {
				return nil, damagedXML("merged cells overlap")
			}
		}
	}
	return rows, ctx.Err()
}

// fill is a merged text that goes on in the rows below.
type fill struct {
	merge
	text []byte
}

func (s *xlsxSource) load(ctx context.Context, from, width int, cols []Column, progress func(done, total int64)) (*Data, error) {
	gathered := newColumns(cols, s.book.lim, 0)
	if err := s.blocks(ctx, from, width, cols, progress, gathered.take); err != nil {
		return nil, err
	}
	return gathered.done(), nil
}

func (s *xlsxSource) stream(ctx context.Context, from, width int, cols []Column, progress func(done, total int64), take func(*Data) error) error {
	g := &batches{cols: cols, lim: s.book.lim, give: take}
	return s.blocks(ctx, from, width, cols, progress, g.take)
}

// blocks gives the rows of the sheet in blocks.
func (s *xlsxSource) blocks(ctx context.Context, from, width int, cols []Column, progress func(done, total int64), take func(*block) error) error {
	if err := s.merges(); err != nil {
		return err
	}
	texts := map[int]bool{}
	order := make(map[int]int, len(cols)) // column of the file -> asked for
	for k, c := range cols {
		order[c.Index] = k
		texts[c.Index] = c.Kind == Texts
	}
	down := map[int][]merge{} // merged cells of text columns that go down, by first row
	for _, m := range s.merged {
		if m.lastRow > m.row && texts[m.col] && m.row >= from {
			down[m.row] = append(down[m.row], m)
		}
	}
	var active []fill
	base := 0 // rows before the block
	b := newBlock(cols)
	b.reset(blockRows)
	s.noted = s.noted[:0]
	cells := make([][]byte, len(cols))
	flush := func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		base += b.spent
		if err := take(b); err != nil {
			return err
		}
		b.reset(blockRows)
		return nil
	}
	err := s.rows(func(col int) bool { return texts[col] }, func(r *xlsxRow) error {
		if r.number < from {
			return nil
		}
		if b.n == blockRows {
			if err := flush(); err != nil {
				return err
			}
		}
		clear(cells)
		b.spent = r.number - 1 - base
		for _, c := range r.cells {
			if k, ok := order[c.col]; ok {
				cells[k] = r.text(c)
			} else if c.col >= width {
				b.tooLong(c.col + 1)
			}
		}
		keep := active[:0]
		for _, f := range active {
			if f.lastRow >= r.number {
				if k := order[f.col]; cells[k] == nil {
					cells[k] = f.text
				}
				keep = append(keep, f)
			}
		}
		active = keep
		for _, m := range down[r.number] {
			if t := cells[order[m.col]]; t != nil {
				if slices.ContainsFunc(active, func(f fill) bool { return f.col == m.col }) {
					return damagedXML("merged cells overlap").at(r.number)
				}
				active = append(active, fill{m, append([]byte(nil), t...)})
			}
		}
		for k := range cols {
			if cells[k] == nil {
				b.empty(k)
			} else {
				b.cell(k, cells[k], cols[k].Shift)
			}
		}
		b.rows[b.n] = int32(b.spent)
		b.n++
		b.spent++
		return nil
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	if f := s.book.parts[strings.ToLower(s.part)]; progress != nil && f != nil {
		s.book.done += int64(f.CompressedSize64)
		progress(s.book.done, s.book.size)
	}
	return nil
}
