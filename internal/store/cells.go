package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"shuren/internal/edu"
)

// A record's body is all that one submission says of one unit:
//
//	version byte, parts, CRC-32C of everything before it
//
// A part is what one table of the submission says: a matrix of its records by
// its columns. A section has one record in the table of sections and several
// in a class list. A body without parts is a withdrawn record.
//
//	uvarint table number
//	uvarint number of records, uvarint number of columns
//	flags byte: hasNotApplicable, hasTexts
//	varint  row number of each record, as the difference from the one before
//	bitmap  which cells hold a number, record by record
//	bitmap  which cells are "not applicable", if the flag is set
//	float64 little-endian, one for each number
//	texts   if the flag is set: uvarint count, then uvarint record,
//	        uvarint text column, uvarint length, UTF-8
//
// Missing cells cost a bit. No NaN or infinity is ever written.
type part struct {
	table int
	cols  int
	rows  []int32
	cells []float64 // record by record; NaN is missing or not applicable
	texts []textCell
}

type textCell struct {
	row, col int
	text     string
}

const (
	bodyVersion      = 1
	hasNotApplicable = 1
	hasTexts         = 2
)

var (
	crcTable    = crc32.MakeTable(crc32.Castagnoli)
	naBits      = math.Float64bits(edu.NotApplicable.Float())
	missingBits = math.Float64bits(edu.Missing())
	errDamaged  = errors.New("the record is damaged")
)

// packable reports whether a cell may be stored: a finite number, missing, or
// not applicable. A NaN of another payload was computed, not given.
func packable(f float64) bool {
	if f-f == 0 {
		return true
	}
	b := math.Float64bits(f)
	return b == missingBits || b == naBits
}

func packParts(parts []part) []byte {
	b := []byte{bodyVersion}
	for i := range parts {
		b = appendPart(b, &parts[i])
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, crcTable))
}

func appendPart(b []byte, p *part) []byte {
	var flags byte
	for _, f := range p.cells {
		if f != f && math.Float64bits(f) == naBits {
			flags |= hasNotApplicable
			break
		}
	}
	if len(p.texts) > 0 {
		flags |= hasTexts
	}
	b = binary.AppendUvarint(b, uint64(p.table))
	b = binary.AppendUvarint(b, uint64(len(p.rows)))
	b = binary.AppendUvarint(b, uint64(p.cols))
	b = append(b, flags)
	last := int32(0)
	for _, r := range p.rows {
		b = binary.AppendVarint(b, int64(r)-int64(last))
		last = r
	}
	b = appendBitmap(b, p.cells, func(f float64) bool { return f-f == 0 })
	if flags&hasNotApplicable != 0 {
		b = appendBitmap(b, p.cells, func(f float64) bool { return math.Float64bits(f) == naBits })
	}
	for _, f := range p.cells {
		if f-f == 0 {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
		}
	}
	if flags&hasTexts != 0 {
		b = binary.AppendUvarint(b, uint64(len(p.texts)))
		for _, t := range p.texts {
			b = binary.AppendUvarint(b, uint64(t.row))
			b = binary.AppendUvarint(b, uint64(t.col))
			b = binary.AppendUvarint(b, uint64(len(t.text)))
			b = append(b, t.text...)
		}
	}
	return b
}

func appendBitmap(b []byte, cells []float64, set func(float64) bool) []byte {
	from := len(b)
	b = append(b, make([]byte, (len(cells)+7)/8)...)
	for i, f := range cells {
		if set(f) {
			b[from+i/8] |= 1 << (i % 8)
		}
	}
	return b
}

// unpacker reads the parts of one body after the other, reusing its buffers.
type unpacker struct {
	b    []byte
	part part // the part that next read; valid until the next call
	err  error
}

// reset begins a body. Damage shows up as an error of next.
func (u *unpacker) reset(body []byte) {
	u.b, u.err = nil, nil
	n := len(body) - 4
	switch {
	case n < 1:
		u.err = fmt.Errorf("%w: it has %d bytes", errDamaged, len(body))
	case crc32.Checksum(body[:n], crcTable) != binary.LittleEndian.Uint32(body[n:]):
		u.err = fmt.Errorf("%w: its checksum is wrong", errDamaged)
	case body[0] != bodyVersion:
		u.err = fmt.Errorf("%w: it has version %d; want %d", errDamaged, body[0], bodyVersion)
	default:
		u.b = body[1:n]
	}
}

// next reads a part into u.part, and reports whether there was one.
func (u *unpacker) next() bool {
	if u.err != nil || len(u.b) == 0 {
		return false
	}
	p := &u.part
	p.table = u.uvarint(math.MaxInt32)
	n := u.uvarint(len(u.b))
	p.cols = u.uvarint(math.MaxInt16)
	flags := u.bytes(1)
	if u.err != nil {
		return false
	}
	p.rows = p.rows[:0]
	row := int64(0)
	for range n {
		d, k := binary.Varint(u.b)
		if row += d; k <= 0 || d > math.MaxInt32 || d < -math.MaxInt32 || row < 0 || row > math.MaxInt32 {
			return u.damaged("row numbers")
		}
		u.b = u.b[k:]
		p.rows = append(p.rows, int32(row))
	}
	return u.cells(p, n*p.cols, flags[0]&hasNotApplicable != 0) && u.texts(p, n, flags[0]&hasTexts != 0)
}

func (u *unpacker) cells(p *part, count int, withNA bool) bool {
	number := u.bytes((count + 7) / 8)
	var na []byte
	if withNA {
		na = u.bytes((count + 7) / 8)
	}
	if u.err != nil {
		return false
	}
	if cap(p.cells) < count {
		p.cells = make([]float64, count)
	}
	p.cells = p.cells[:count]
	missing := edu.Missing()
	b := u.b
	for i := range p.cells {
		if number[i/8]&(1<<(i%8)) == 0 {
			p.cells[i] = missing
			if na != nil && na[i/8]&(1<<(i%8)) != 0 {
				p.cells[i] = math.Float64frombits(naBits)
			}
			continue
		}
		if len(b) < 8 {
			return u.damaged("numbers")
		}
		f := math.Float64frombits(binary.LittleEndian.Uint64(b))
		if f-f != 0 {
			return u.damaged("numbers")
		}
		p.cells[i] = f
		b = b[8:]
	}
	u.b = b
	return true
}

func (u *unpacker) texts(p *part, n int, with bool) bool {
	p.texts = p.texts[:0]
	if !with {
		return true
	}
	for range u.uvarint(len(u.b)) {
		row, col := u.uvarint(n-1), u.uvarint(math.MaxInt16)
		text := u.bytes(u.uvarint(len(u.b)))
		if u.err != nil {
			return false
		}
		p.texts = append(p.texts, textCell{row, col, string(text)})
	}
	return u.err == nil
}

func (u *unpacker) uvarint(most int) int {
	x, k := binary.Uvarint(u.b)
	if u.err != nil || k <= 0 || most < 0 || x > uint64(most) {
		u.damaged("lengths")
		return 0
	}
	u.b = u.b[k:]
	return int(x)
}

func (u *unpacker) bytes(n int) []byte {
	if u.err != nil || n > len(u.b) {
		u.damaged("lengths")
		return nil
	}
	b := u.b[:n]
	u.b = u.b[n:]
	return b
}

func (u *unpacker) damaged(what string) bool {
	if u.err == nil {
		u.err = fmt.Errorf("%w: its %s do not fit", errDamaged, what)
	}
	u.b = nil
	return false
}
