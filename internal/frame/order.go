package frame

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// order says which records make which row. Records are numbered through all
// tables of a layer; rows stand in the order of stage, region and code.
type order struct {
	rows int
	// perm lists the records in the order of the rows, and start the first one
	// of each row and the end. A nil perm means that the records are in order as
	// they come, a nil start that each row has one record.
	perm  []uint32
	start []uint32
	rowOf []uint32 // row of each record, none where it was left out; nil: as they come
	// count is the number of rows by stage and leaf, at stage*leaves+leaf.
	count  []uint32
	leaves int
}

// records gives the records of a row.
func (o *order) records(row int) []uint32 {
	switch {
	case o.perm == nil:
		return []uint32{uint32(row)}
	case o.start == nil:
		return o.perm[row : row+1]
	default:
		return o.perm[o.start[row]:o.start[row+1]]
	}
}

// row gives the row of a record.
func (o *order) row(record int) (int, bool) {
	if o.rowOf == nil {
		return record, true
	}
	return int(o.rowOf[record]), o.rowOf[record] != none
}

// arrange sorts records by stage, leaf of the tree and code, in linear time
// where the records of a region already stand in the order of their codes.
// unit is none for a record to be left out; stage may be nil.
func arrange(unit []uint32, stage []uint8, stages int, t *tree, reg *registry) *order {
	leaves := len(t.nodes[len(t.nodes)-1])
	o := &order{leaves: leaves, count: make([]uint32, stages*leaves)}
	bucket := func(r int) uint32 {
		b := t.leaf[unit[r]]
		if stage != nil {
			b += uint32(stage[r]) * uint32(leaves)
		}
		return b
	}
	less := func(a, b uint32) bool { return a < b }
	if !reg.ascending {
		less = func(a, b uint32) bool { return reg.codes[a] < reg.codes[b] }
	}
	inOrder, last := true, uint32(0)
	kept := 0
	for r, u := range unit {
		if u == none {
			inOrder = false
			continue
		}
		kept++
		b := bucket(r)
		o.count[b]++
		if inOrder && r > 0 && (b < last || b == last && !less(unit[r-1], u)) {
			inOrder = false
		}
		last = b
	}
	if inOrder {
		o.rows = kept
		return o
	}
	ends := make([]uint32, len(o.count))
	sum := uint32(0)
	for i, c := range o.count {
		ends[i] = sum
		sum += c
	}
	o.perm = make([]uint32, kept)
	for r, u := range unit {
		if u != none {
			b := bucket(r)
			o.perm[ends[b]] = uint32(r)
			ends[b]++
		}
	}
	if !reg.ascending {
		parallel(len(ends), 64, func(lo, hi int) {
			for b := lo; b < hi; b++ {
				sortBucket(o.perm[ends[b]-o.count[b]:ends[b]], unit, reg.codes)
			}
		})
	} else {
		for b, end := range ends {
			in := o.perm[end-o.count[b] : end]
			if !slices.IsSortedFunc(in, func(x, y uint32) int { return cmp.Compare(unit[x], unit[y]) }) {
				slices.SortStableFunc(in, func(x, y uint32) int { return cmp.Compare(unit[x], unit[y]) })
			}
		}
	}
	o.group(unit, bucket)
	return o
}

// sortBucket orders the records of one region by code, then as they come.
func sortBucket(in, unit []uint32, codes []string) {
	by := func(x, y uint32) int {
		if unit[x] == unit[y] {
			return cmp.Compare(x, y)
		}
		return strings.Compare(codes[unit[x]], codes[unit[y]])
	}
	if !slices.IsSortedFunc(in, by) {
		slices.SortFunc(in, by)
	}
}

// group makes one row of the records of one unit and stage, which stand beside
// each other by now.
func (o *order) group(unit []uint32, bucket func(int) uint32) {
	o.rowOf = slices.Repeat([]uint32{none}, len(unit))
	same := func(a, b uint32) bool { return unit[a] == unit[b] && bucket(int(a)) == bucket(int(b)) }
	rows := 0
	for i, r := range o.perm {
		if i == 0 || !same(o.perm[i-1], r) {
			rows++
		}
		o.rowOf[r] = uint32(rows - 1)
	}
	o.rows = rows
	if rows == len(o.perm) {
		return
	}
	clear(o.count)
	o.start = make([]uint32, 0, rows+1)
	for i, r := range o.perm {
		if int(o.rowOf[r]) == len(o.start) {
			o.start = append(o.start, uint32(i))
			o.count[bucket(int(r))]++
		}
	}
	o.start = append(o.start, uint32(len(o.perm)))
}

// parallel runs work over 0..n in pieces, on all processors.
func parallel(n, piece int, work func(lo, hi int)) {
	workers := min(runtime.GOMAXPROCS(0), (n+piece-1)/piece)
	if workers <= 1 {
		if n > 0 {
			work(0, n)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				lo := int(next.Add(int64(piece))) - piece
				if lo >= n {
					return
				}
				work(lo, min(lo+piece, n))
			}
		})
	}
	wg.Wait()
}
