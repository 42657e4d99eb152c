// Dictionary coding of texts without an allocation for each cell.

package sheet

import (
	"bytes"
	"hash/maphash"
	"slices"
)

var seed = maphash.MakeSeed()

// blockDict codes the texts of one column in one block of records. It keeps
// their bytes in one arena, and their hashes so that nobody hashes twice.
type blockDict struct {
	codes  []uint32 // by record
	arena  []byte
	ends   []int // where the text of each code ends in the arena
	hashes []uint64
	table  []uint32 // open addressing, code+1; 0 is free
	last   uint32   // code of the text before, which often repeats
}

func (d *blockDict) reset() {
	d.codes, d.arena, d.ends, d.hashes = d.codes[:0], d.arena[:0], d.ends[:0], d.hashes[:0]
	clear(d.table)
	d.last = 0
}

func (d *blockDict) text(code uint32) []byte {
	lo := 0
	if code > 0 {
		lo = d.ends[code-1]
	}
	return d.arena[lo:d.ends[code]]
}

// code gives the code of a text, a new one if it is new.
func (d *blockDict) code(b []byte) uint32 {
	if len(d.ends) > 0 && bytes.Equal(d.text(d.last), b) {
		return d.last
	}
	h := maphash.Bytes(seed, b)
	if len(d.ends)*2 >= len(d.table) {
		d.table = grow(d.table, d.hashes)
	}
	mask := uint64(len(d.table) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		c := d.table[i]
		if c == 0 {
			d.arena = append(d.arena, b...)
			d.ends = append(d.ends, len(d.arena))
			d.hashes = append(d.hashes, h)
			d.table[i] = uint32(len(d.ends))
			d.last = uint32(len(d.ends) - 1)
			return d.last
		}
		if d.hashes[c-1] == h && bytes.Equal(d.text(c-1), b) {
			d.last = c - 1
			return d.last
		}
	}
}

// grow doubles a table and puts the codes of all hashes into it again.
func grow(table []uint32, hashes []uint64) []uint32 {
	table = make([]uint32, max(64, 2*len(table)))
	mask := uint64(len(table) - 1)
	for c, h := range hashes {
		i := h & mask
		for table[i] != 0 {
			i = (i + 1) & mask
		}
		table[i] = uint32(c + 1)
	}
	return table
}

// dict codes the texts of a whole column.
type dict struct {
	texts  []string
	hashes []uint64
	table  []uint32
}

// expect makes room for n texts.
func (d *dict) expect(n int) {
	size := 64
	for size < 2*n+2 {
		size *= 2
	}
	if len(d.table) < size {
		d.texts, d.hashes = slices.Grow(d.texts, n), slices.Grow(d.hashes, n)
		d.table = make([]uint32, size/2)
		d.table = grow(d.table, d.hashes)
	}
}

// merge takes in the texts of a block and gives the code of each.
func (d *dict) merge(b *blockDict, codes []uint32) []uint32 {
	fresh, arena := 0, ""
	for c, h := range b.hashes {
		if len(d.texts)*2 >= len(d.table) {
			d.table = grow(d.table, d.hashes)
		}
		mask := uint64(len(d.table) - 1)
		text := b.text(uint32(c))
		for i := h & mask; ; i = (i + 1) & mask {
			e := d.table[i]
			if e == 0 {
				// A block full of new texts is copied once; a few are copied
				// each, so that they do not keep the whole arena alive.
				if fresh++; fresh == 32 {
					arena = string(b.arena)
				}
				var s string
				if arena == "" {
					s = string(text)
				} else {
					s = arena[b.ends[c]-len(text) : b.ends[c]]
				}
				d.texts = append(d.texts, s)
				d.hashes = append(d.hashes, h)
				d.table[i] = uint32(len(d.texts))
				codes = append(codes, uint32(len(d.texts)-1))
				break
			}
			if d.hashes[e-1] == h && d.texts[e-1] == string(text) {
				codes = append(codes, e-1)
				break
			}
		}
	}
	return codes
}
