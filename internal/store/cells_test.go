package store

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

var anyCell = rapid.OneOf(rapid.Float64().Filter(func(f float64) bool { return f-f == 0 }),
	rapid.SampledFrom([]float64{0, math.Copysign(0, -1), edu.Missing(), edu.NotApplicable.Float(), math.MaxFloat64, math.SmallestNonzeroFloat64}))

var anyPart = rapid.Custom(func(t *rapid.T) part {
	p := part{table: rapid.IntRange(0, 300).Draw(t, "table"), cols: rapid.IntRange(0, 70).Draw(t, "cols"), rows: rapid.SliceOfN(rapid.Int32Min(0), 0, 9).Draw(t, "rows")}
	for range p.cols * len(p.rows) {
		p.cells = append(p.cells, anyCell.Draw(t, "cell"))
	}
	if len(p.rows) > 0 {
		for range rapid.IntRange(0, 3).Draw(t, "texts") {
			p.texts = append(p.texts, textCell{rapid.IntRange(0, len(p.rows)-1).Draw(t, "row"), rapid.IntRange(0, 40).Draw(t, "col"), rapid.String().Draw(t, "text")})
		}
	}
	return p
})

func TestPackedCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(anyPart, 0, 4).Draw(t, "parts")
		var u unpacker
		u.reset(packParts(parts))
		for i, want := range parts {
			if !u.next() {
				t.Fatalf("part %d is not there: %v", i, u.err)
			}
			samePart(t, &u.part, &want)
		}
		if u.next() || u.err != nil {
			t.Fatalf("after the last part: another one, or %v", u.err)
		}
	})
}

func samePart(t interface {
	Helper()
	Fatalf(string, ...any)
}, got, want *part) {
	t.Helper()
	if got.table != want.table || got.cols != want.cols || len(got.rows) != len(want.rows) || len(got.cells) != len(want.cells) || len(got.texts) != len(want.texts) {
		t.Fatalf("%+v; want %+v", got, want)
	}
	for i := range want.rows {
		if got.rows[i] != want.rows[i] {
			t.Fatalf("row number %d is %d; want %d", i, got.rows[i], want.rows[i])
		}
	}
	for i := range want.cells {
		if math.Float64bits(got.cells[i]) != math.Float64bits(want.cells[i]) {
			t.Fatalf("cell %d is %v; want %v", i, got.cells[i], want.cells[i])
		}
	}
	for i := range want.texts {
		if got.texts[i] != want.texts[i] {
			t.Fatalf("text %d is %v; want %v", i, got.texts[i], want.texts[i])
		}
	}
}

// A body that was changed anywhere is refused: it never becomes other figures.
func TestPackedCellsDamaged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := packParts(rapid.SliceOfN(anyPart, 1, 3).Draw(t, "parts"))
		switch rapid.SampledFrom([]string{"flip", "cut", "grow"}).Draw(t, "how") {
		case "flip":
			body[rapid.IntRange(0, len(body)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case "cut":
			body = body[:rapid.IntRange(0, len(body)-1).Draw(t, "length")]
		case "grow":
			body = append(body, rapid.SliceOfN(rapid.Byte(), 1, 9).Draw(t, "more")...)
		}
		var u unpacker
		for u.reset(body); u.next(); {
		}
		if !errors.Is(u.err, errDamaged) {
			t.Fatalf("a damaged body was read: %v", u.err)
		}
	})
}

// FuzzUnpack gives the decoder bodies whose checksum is right and whose content
// is not.
func FuzzUnpack(f *testing.F) {
	add := func(parts ...part) {
		b := packParts(parts)
		f.Add(b[:len(b)-4])
	}
	add()
	add(part{table: 1, cols: 2, rows: []int32{5}, cells: []float64{1, edu.Missing()}})
	add(part{table: 0, cols: 1, rows: []int32{9, 3}, cells: []float64{edu.NotApplicable.Float(), 2}, texts: []textCell{{1, 0, "文"}}}, part{table: 7, rows: []int32{1}})
	f.Add([]byte{bodyVersion, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xff, 0xff, 3, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		body := binary.LittleEndian.AppendUint32(append([]byte{}, b...), crc32.Checksum(b, crcTable))
		var u unpacker
		var parts []part
		for u.reset(body); u.next(); {
			p := u.part
			p.rows = append([]int32(nil), p.rows...)
			p.cells = append([]float64(nil), p.cells...)
			p.texts = append([]textCell(nil), p.texts...)
			for _, c := range p.cells {
				if !packable(c) {
					t.Errorf("the cell %v came out", c)
				}
			}
			if len(p.cells) != len(p.rows)*p.cols {
				t.Errorf("%d cells in %d rows of %d", len(p.cells), len(p.rows), p.cols)
			}
			parts = append(parts, p)
		}
		if u.err != nil {
			return
		}
		u.reset(packParts(parts))
		for i := range parts {
			if !u.next() {
				t.Fatalf("packed again, part %d is not there: %v", i, u.err)
			}
			samePart(t, &u.part, &parts[i])
		}
	})
}

func TestPackable(t *testing.T) {
	zero := 0.0
	for f, want := range map[float64]bool{0: true, -1.5: true, math.MaxFloat64: true, math.Inf(1): false, math.Inf(-1): false} {
		if packable(f) != want {
			t.Errorf("%v: %v; want %v", f, !want, want)
		}
	}
	for name, f := range map[string]float64{"missing": edu.Missing(), "not applicable": edu.NotApplicable.Float()} {
		if !packable(f) {
			t.Errorf("%s is refused", name)
		}
	}
	if packable(-(zero / zero)) || packable(math.Float64frombits(0x7FF8_0000_0000_0003)) {
		t.Error("a NaN that was computed is taken for missing")
	}
}
