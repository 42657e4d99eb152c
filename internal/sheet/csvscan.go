// The CSV parser: from the bytes of whole records straight to columns.

package sheet

import (
	"bytes"

	"shuren/internal/edu"
)

const (
	skipped = -1 // a column nobody asked for
	beyond  = -2 // a cell to the right of the head's last column
)

// csvParser parses blocks of whole records; it may be shared.
type csvParser struct {
	sep   byte
	plan  []int // by column of the file: index in cols, or skipped
	cols  []Column
	lim   Limits
	width int
}

func newCSVParser(sep byte, width int, cols []Column, lim Limits) *csvParser {
	p := &csvParser{sep: sep, cols: cols, lim: lim, width: width, plan: make([]int, width)}
	for i := range p.plan {
		p.plan[i] = skipped
	}
	for k, c := range cols {
		p.plan[c.Index] = k
	}
	return p
}

// parse reads records that end with a line end each. The first skip records
// count as rows but give nothing.
//
// A number is read digit by digit up to its separator; anything that is not
// plainly a number, a quote above all, takes the slower way for that cell only.
func (p *csvParser) parse(b *block, data []byte, skip int) {
	b.reset(bytes.Count(data, []byte{'\n'}))
	sep, pos := p.sep, 0
	var scratch []byte
	for pos < len(data) {
		if skip > 0 {
			pos += recordEnd(data[pos:], sep)
			b.spent++
			skip--
			continue
		}
		col, filled := 0, false
		for {
			k := beyond
			if col < len(p.plan) {
				k = p.plan[col]
			}
			start := pos
			if k >= 0 && b.text[k] == nil {
				// The fast path: [-]digits[.digits], at most 15 of them.
				var mant uint64
				neg := data[pos] == '-'
				if neg {
					pos++
				}
				first := pos
				c := data[pos]
				for c-'0' <= 9 {
					mant = mant*10 + uint64(c-'0')
					pos++
					c = data[pos]
				}
				digits, frac := pos-first, 0
				if c == '.' {
					pos++
					c = data[pos]
					at := pos
					for c-'0' <= 9 {
						mant = mant*10 + uint64(c-'0')
						pos++
						c = data[pos]
					}
					frac = pos - at
					digits += frac
				}
				if c == '\r' && data[pos+1] == '\n' {
					pos++
					c = '\n'
				}
				if c == sep || c == '\n' {
					if digits > 0 && digits <= 15 {
						if f, ok := scale(mant, p.cols[k].Shift-frac); ok {
							if neg {
								f = -f
							}
							b.num[k][b.n] = f
							filled = true
							goto next
						}
					} else if pos-start == 0 || pos-start == 1 && data[start] == '\r' {
						b.num[k][b.n] = edu.Missing()
						goto next
					}
				}
				pos = start
			}
			{
				var text []byte
				if data[pos] == '"' {
					text, pos = unquote(data, pos, sep, &scratch)
				} else {
					for data[pos] != sep && data[pos] != '\n' {
						pos++
					}
					text = data[start:pos]
				}
				text = trim(text) // of the carriage return too
				if len(text) > 0 {
					filled = true
					if overlong(text, p.lim) {
						b.fail(cellTooLong(col, p.lim))
						return
					}
				}
				switch {
				case k >= 0:
					b.cell(k, text, p.cols[k].Shift)
				case k == beyond && len(text) > 0:
					if col >= p.lim.Columns {
						b.fail(tooManyColumns(p.lim))
						return
					}
					b.tooLong(col + 1)
				}
			}
		next:
			col++
			if data[pos] == '\n' {
				pos++
				break
			}
			pos++
		}
		if filled {
			for ; col < len(p.plan); col++ {
				if k := p.plan[col]; k >= 0 {
					b.empty(k)
				}
			}
			b.rows[b.n] = int32(b.spent)
			b.n++
		}
		b.spent++
	}
}

// trim takes white space off both ends, the full-width one too.
func trim(b []byte) []byte {
	if len(b) == 0 || b[0] > ' ' && b[0] < 0x7f && b[len(b)-1] > ' ' && b[len(b)-1] < 0x7f {
		return b
	}
	return bytes.TrimSpace(b)
}

// unquote reads a quoted cell from its opening quote on and gives its text and
// the position of the separator or line end behind it. Text between the
// closing quote and the separator belongs to the cell.
func unquote(data []byte, pos int, sep byte, scratch *[]byte) (text []byte, end int) {
	buf, plain := (*scratch)[:0], true
	at := pos + 1
	for {
		i := bytes.IndexByte(data[at:], '"')
		if i < 0 { // whole records only: see recordEnd
			return data[pos+1 : len(data)-1], len(data) - 1
		}
		q := at + i
		if data[q+1] == '"' {
			buf = append(buf, data[at:q+1]...)
			at, plain = q+2, false
			continue
		}
		end = q + 1
		for data[end] != sep && data[end] != '\n' {
			end++
		}
		if plain && (end == q+1 || end == q+2 && data[q+1] == '\r') {
			return data[pos+1 : q], end
		}
		tail := data[q+1 : end]
		if data[end] == '\n' {
			tail = bytes.TrimSuffix(tail, []byte{'\r'})
		}
		buf = append(append(buf, data[at:q]...), tail...)
		*scratch = buf
		return buf, end
	}
}

// recordsEnd is the length of the whole records at the front of data. A quote
// opens only at the start of a cell.
func recordsEnd(data []byte, sep byte) (end int) {
	for pos := 0; ; {
		q := bytes.IndexByte(data[pos:], '"')
		if q < 0 {
			if i := bytes.LastIndexByte(data[pos:], '\n'); i >= 0 {
				end = pos + i + 1
			}
			return end
		}
		q += pos
		if i := bytes.LastIndexByte(data[pos:q], '\n'); i >= 0 {
			end = pos + i + 1
		}
		if q > 0 && data[q-1] != sep && data[q-1] != '\n' {
			pos = q + 1
			continue
		}
		if pos = closing(data, q+1); pos < 0 {
			return end
		}
	}
}

// recordEnd is the length of the first record, all of data if it is not whole.
func recordEnd(data []byte, sep byte) int {
	for pos := 0; ; {
		n := bytes.IndexByte(data[pos:], '\n')
		q := bytes.IndexByte(data[pos:max(pos, pos+n)], '"')
		if n < 0 {
			return len(data)
		}
		if q < 0 {
			return pos + n + 1
		}
		q += pos
		if q > 0 && data[q-1] != sep {
			pos = q + 1
			continue
		}
		if pos = closing(data, q+1); pos < 0 {
			return len(data)
		}
	}
}

// closing is the position behind the quote that closes what was opened before
// at, or -1.
func closing(data []byte, at int) int {
	for {
		i := bytes.IndexByte(data[at:], '"')
		if i < 0 {
			return -1
		}
		at += i + 1
		if at < len(data) && data[at] == '"' {
			at++
			continue
		}
		return at
	}
}
