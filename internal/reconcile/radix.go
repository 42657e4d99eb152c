// Rows that share a number are found partition by partition, each small enough
// for the processor's cache.

package reconcile

import (
	"context"
	"encoding/binary"
	"runtime"
	"sync"
	"sync/atomic"
)

const (
	partitions = 256
	chunk      = 1 << 15
)

// entry is a row under its key. Partition and hash are 72 bits of a keyed hash:
// that two of ten million different numbers agree has a chance of one in 10^8.
type entry struct {
	hash uint64
	row  uint32
}

// parallel calls do for 0 to n-1 on all processors.
func parallel(ctx context.Context, n int, do func(i int)) error {
	workers := min(runtime.GOMAXPROCS(0), n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// column is a key column of a list, and the number of its first row among all.
type column struct {
	keys  []Key
	first uint32
}

// same groups the rows that share a key: do is called with the rows of a partition
// in their order, and for each with the place among them of the first of the same
// key. Rows without a key are in none. do runs on several goroutines.
func same(ctx context.Context, cols []column, do func(rows, first []uint32)) error {
	type part struct{ col, from, to int }
	var parts []part
	for c := range cols {
		for from := 0; from < len(cols[c].keys); from += chunk {
			parts = append(parts, part{c, from, min(from+chunk, len(cols[c].keys))})
		}
	}
	// How many rows of each chunk fall into each partition, and where they go.
	counts := make([][partitions]uint32, len(parts))
	if err := parallel(ctx, len(parts), func(i int) {
		for _, k := range cols[parts[i].col].keys[parts[i].from:parts[i].to] {
			if !k.zero() {
				counts[i][k[15]]++
			}
		}
	}); err != nil {
		return err
	}
	var starts [partitions + 1]uint32
	at := uint32(0)
	for p := range partitions {
		starts[p] = at
		for i := range counts {
			at, counts[i][p] = at+counts[i][p], at
		}
	}
	starts[partitions] = at
	entries := make([]entry, at)
	if err := parallel(ctx, len(parts), func(i int) {
		c := &cols[parts[i].col]
		for j, k := range c.keys[parts[i].from:parts[i].to] {
			if !k.zero() {
				to := &counts[i][k[15]]
				entries[*to] = entry{binary.LittleEndian.Uint64(k[:]), c.first + uint32(parts[i].from+j)}
				*to++
			}
		}
	}); err != nil {
		return err
	}
	return parallel(ctx, partitions, func(p int) {
		in := entries[starts[p]:starts[p+1]]
		if len(in) == 0 {
			return
		}
		size := 2
		for size < 2*len(in) {
			size *= 2
		}
		table := make([]uint32, size) // places in in, from 1
		rows, first := make([]uint32, len(in)), make([]uint32, len(in))
		for i, e := range in {
			h := int(e.hash) & (size - 1)
			for table[h] != 0 && in[table[h]-1].hash != e.hash {
				h = (h + 1) & (size - 1)
			}
			if table[h] == 0 {
				table[h] = uint32(i + 1)
			}
			rows[i], first[i] = e.row, table[h]-1
		}
		do(rows, first)
	})
}
