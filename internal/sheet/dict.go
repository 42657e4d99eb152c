// Dictionary coding of texts without an allocation for each cell.

package sheet

import (
	"bytes"
	"hash/maphash"
	"slices"
)

var seed = maphash.MakeSeed()

// Codes of units mostly come in ascending order, each its own. As long as every
// text is above all before it, it is known to be new without being hashed.

// blockDict codes the texts of one column in one block of records. It keeps
// their bytes in one arena, and their hashes so that nobody hashes twice.
type blockDict struct {
	codes  []uint32 // by record
	arena  []byte
	ends   []int    // where the text of each code ends in the arena
	hashes []uint64 // none while the texts ascend
	table  []uint32 // open addressing, code+1; 0 is free
	last   uint32   // code of the text before, which often repeats
}

func (d *blockDict) reset() {
	if len(d.hashes) > 0 {
		clear(d.table)
	}
	d.codes, d.arena, d.ends, d.hashes = d.codes[:0], d.arena[:0], d.ends[:0], d.hashes[:0]
	d.last = 0
}

func (d *blockDict) text(code uint32) []byte {
	lo := 0
	if code > 0 {
		lo = d.ends[code-1]
	}
	return d.arena[lo:d.ends[code]]
}

// ascends reports that every text is above the one before it.
func (d *blockDict) ascends() bool { return len(d.hashes) == 0 }

// code gives the code of a text, a new one if it is new.
func (d *blockDict) code(b []byte) uint32 {
	if d.ascends() {
		if len(d.ends) == 0 {
			return d.add(b)
		}
		switch bytes.Compare(d.text(d.last), b) {
		case 0:
			return d.last
		case -1:
			return d.add(b)
		}
		d.hash()
	} else if bytes.Equal(d.text(d.last), b) {
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
			d.hashes = append(d.hashes, h)
			d.table[i] = uint32(len(d.hashes))
			return d.add(b)
		}
		if d.hashes[c-1] == h && bytes.Equal(d.text(c-1), b) {
			d.last = c - 1
			return d.last
		}
	}
}

func (d *blockDict) add(b []byte) uint32 {
	d.arena = append(d.arena, b...)
	d.ends = append(d.ends, len(d.arena))
	d.last = uint32(len(d.ends) - 1)
	return d.last
}

// hash ends the ascending.
func (d *blockDict) hash() {
	for c := range d.ends {
		d.hashes = append(d.hashes, maphash.Bytes(seed, d.text(uint32(c))))
	}
	d.table = index(d.table, d.hashes)
}

// grow doubles a table and puts the codes of all hashes into it again.
func grow(table []uint32, hashes []uint64) []uint32 {
	table = make([]uint32, max(64, 2*len(table)))
	enter(table, hashes)
	return table
}

// index enters all hashes into an empty table, or a larger one where it is small.
func index(table []uint32, hashes []uint64) []uint32 {
	size := 64
	for size <= 2*len(hashes) {
		size *= 2
	}
	if len(table) < size {
		table = make([]uint32, size)
	}
	enter(table, hashes)
	return table
}

func enter(table []uint32, hashes []uint64) {
	mask := uint64(len(table) - 1)
	for c, h := range hashes {
		i := h & mask
		for table[i] != 0 {
			i = (i + 1) & mask
		}
		table[i] = uint32(c + 1)
	}
}

// dict codes the texts of a whole column.
type dict struct {
	texts  []string
	hashes []uint64 // none while the texts ascend
	table  []uint32
}

// expect makes room for n texts.
func (d *dict) expect(n int) { d.texts = slices.Grow(d.texts, n) }

// merge takes in the texts of a block and gives the code of each.
func (d *dict) merge(b *blockDict, codes []uint32) []uint32 {
	if len(b.ends) == 0 {
		return codes
	}
	if len(d.hashes) == 0 && b.ascends() {
		if n := len(d.texts); n == 0 || d.texts[n-1] < string(b.text(0)) {
			return d.extend(b, codes)
		}
	}
	if b.ascends() {
		b.hash()
	}
	if len(d.hashes) == 0 {
		d.hash()
	}
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

// extend appends the texts of a block that go on ascending.
func (d *dict) extend(b *blockDict, codes []uint32) []uint32 {
	arena, lo := string(b.arena), 0
	for _, end := range b.ends {
		codes = append(codes, uint32(len(d.texts)))
		d.texts = append(d.texts, arena[lo:end])
		lo = end
	}
	return codes
}

// hash ends the ascending.
func (d *dict) hash() {
	d.hashes = slices.Grow(d.hashes, cap(d.texts))
	for _, s := range d.texts {
		d.hashes = append(d.hashes, maphash.String(seed, s))
	}
	size := 64
	for size < 2*cap(d.texts) {
		size *= 2
	}
	d.table = index(make([]uint32, size), d.hashes)
}
