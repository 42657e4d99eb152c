// Values of Parquet columns: as numbers where they are numbers, as texts where
// texts are wanted.

package sheet

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/format"

	"shuren/internal/edu"
)

// smallCodes bounds the whole numbers whose codes are looked up by number.
const smallCodes = 1 << 16

// leaf is a column of a Parquet file.
type leaf struct {
	name     string
	column   int
	defined  int // definition level of a value that is there
	kind     parquet.Kind
	unsigned bool
	decimal  bool
	scale    int           // of a decimal
	date     bool          // days since 1970
	tick     time.Duration // of a timestamp
	size     int           // of a fixed-length value
}

func newLeaf(c *parquet.Column) *leaf {
	l := &leaf{name: strings.Join(c.Path(), "."), column: c.Index(), defined: c.MaxDefinitionLevel(), kind: c.Type().Kind(), size: c.Type().Length()}
	if c.MaxRepetitionLevel() > 0 {
		l.name += "[]" // a list in a cell: no header means it
	}
	if t := c.Type().LogicalType(); t != nil {
		switch v := t.Value.(type) {
		case *format.IntType:
			l.unsigned = !v.IsSigned
		case *format.DecimalType:
			l.decimal, l.scale = true, int(v.Scale)
		case *format.DateType:
			l.date = true
		case *format.TimestampType:
			if v.Unit.Value != nil {
				l.tick = v.Unit.Value.Duration()
			}
		}
	}
	return l
}

// direct appends plain numbers without a look at each; false where the column
// needs more than that.
func (r *columnReader) direct(v *encoding.Values) bool {
	if r.decimal || r.date || r.tick > 0 || r.unsigned {
		return false
	}
	switch r.kind {
	case parquet.Double:
		values := v.Double()
		if slices.ContainsFunc(values, func(f float64) bool { return f-f != 0 }) || r.shift != 0 {
			return false
		}
		r.num = append(r.num, values...)
	case parquet.Int64:
		for _, n := range v.Int64() {
			r.num = append(r.num, r.integer(n, 0))
		}
	case parquet.Int32:
		for _, n := range v.Int32() {
			r.num = append(r.num, r.integer(int64(n), 0))
		}
	default:
		return false
	}
	return true
}

// integer is n over 10^places, shifted.
func (r *columnReader) integer(n int64, places int) float64 {
	e := r.shift - places
	if e == 0 {
		return float64(n)
	}
	if f, ok := scale(uint64(max(n, -n)), e); ok && n != math.MinInt64 {
		if n < 0 {
			return -f
		}
		return f
	}
	f, _ := strconv.ParseFloat(strconv.FormatInt(n, 10)+"e"+strconv.Itoa(e), 64)
	return f
}

// translate says what each of n values means: its number, or its text's code.
func (r *columnReader) translate(v encoding.Values, n int) {
	r.entryNum, r.entryCode = r.entryNum[:0], r.entryCode[:0]
	number := func(f float64) { r.entryNum = append(r.entryNum, f) }
	wantNumber := r.num != nil
	text := func(b []byte) {
		if !wantNumber {
			b = trim(b)
			r.cellLimit(b)
			r.entryCode = append(r.entryCode, r.texts.code(b))
			return
		}
		b = trim(b)
		f, ok := edu.Missing(), len(b) == 0
		if !ok {
			var g float64
			if g, ok = Number(b, r.shift); ok {
				f = g
			}
		}
		code := uint32(0)
		if !ok {
			r.cellLimit(b)
			code = r.texts.code(b) + 1
		}
		for len(r.entryCode) < len(r.entryNum) {
			r.entryCode = append(r.entryCode, 0)
		}
		r.entryCode = append(r.entryCode, code)
		number(f)
	}
	whole := func(i int64) {
		switch {
		case r.date:
			text(time.Unix(i*86400, 0).UTC().AppendFormat(r.scratch[:0], time.DateOnly))
		case r.tick > 0:
			per := int64(time.Second / r.tick)
			sec, rest := i/per, i%per
			if rest < 0 {
				sec, rest = sec-1, rest+per
			}
			t := time.Unix(sec, rest*int64(r.tick)).UTC()
			form := "2006-01-02T15:04:05"
			if t.Hour()+t.Minute()+t.Second() == 0 {
				form = time.DateOnly
			}
			text(t.AppendFormat(r.scratch[:0], form))
		case r.decimal:
			r.decimalText(big.NewInt(i), text)
		case wantNumber:
			number(r.integer(i, 0))
		case i >= 0 && i < smallCodes: // a region, a stage: few and often
			if r.small == nil {
				r.small = make([]uint32, smallCodes)
			}
			if r.small[i] == 0 {
				r.small[i] = r.texts.code(strconv.AppendInt(r.scratch[:0], i, 10)) + 1
			}
			r.entryCode = append(r.entryCode, r.small[i]-1)
		default:
			text(strconv.AppendInt(r.scratch[:0], i, 10))
		}
	}
	real := func(f float64) {
		switch {
		case f != f:
			if wantNumber {
				number(edu.Missing())
			} else {
				text(nil)
			}
		case math.IsInf(f, 0) || !wantNumber:
			text(strconv.AppendFloat(r.scratch[:0], f, 'f', -1, 64))
		default:
			g, _ := Shift(f, r.shift)
			number(g)
		}
	}
	switch r.kind {
	case parquet.Boolean:
		bits := v.Boolean()
		for i := range n {
			switch on := bits[i/8]>>(i%8)&1 == 1; {
			case wantNumber && on:
				number(1)
			case wantNumber:
				number(0)
			case on:
				text([]byte("TRUE"))
			default:
				text([]byte("FALSE"))
			}
		}
	case parquet.Int32:
		for _, i := range v.Int32() {
			if r.unsigned {
				whole(int64(uint32(i)))
			} else {
				whole(int64(i))
			}
		}
	case parquet.Int64:
		for _, i := range v.Int64() {
			if r.unsigned && i < 0 {
				text(strconv.AppendUint(r.scratch[:0], uint64(i), 10))
			} else {
				whole(i)
			}
		}
	case parquet.Float:
		for _, f := range v.Float() {
			real(float64(f))
		}
	case parquet.Double:
		for _, f := range v.Double() {
			real(f)
		}
	case parquet.ByteArray:
		data, offsets := v.ByteArray()
		for i := 0; i+1 < len(offsets); i++ {
			b := data[offsets[i]:offsets[i+1]]
			if r.decimal {
				r.decimalText(signed(b), text)
			} else {
				text(b)
			}
		}
	case parquet.FixedLenByteArray:
		data, size := v.FixedLenByteArray()
		for i := 0; size > 0 && i+size <= len(data); i += size {
			if r.decimal {
				r.decimalText(signed(data[i:i+size]), text)
			} else {
				text(data[i : i+size])
			}
		}
	default:
		for range n {
			text([]byte(r.kind.String()))
		}
	}
}

// decimalText hands on a decimal as it would be written.
func (r *columnReader) decimalText(unscaled *big.Int, text func([]byte)) {
	s := new(big.Int).Abs(unscaled).String()
	if r.scale > 0 {
		for len(s) <= r.scale {
			s = "0" + s
		}
		s = s[:len(s)-r.scale] + "." + s[len(s)-r.scale:]
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	if unscaled.Sign() < 0 {
		s = "-" + s
	}
	text([]byte(s))
}

// signed reads a big-endian number in two's complement.
func signed(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}
