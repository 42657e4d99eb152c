package store

import (
	"cmp"
	"math"
	"slices"
)

// reading says which writes count.
type reading struct {
	upTo   map[string]int64 // nil is everything
	hidden func(write) bool // hidden writes that count too, behind all visible ones
}

// now counts what is visible.
var now = reading{}

// asOf counts what was visible at a snapshot.
func asOf(seqs map[string]int64) reading { return reading{upTo: seqs} }

// withHidden counts what is visible and every hidden write.
func withHidden() reading { return reading{hidden: func(write) bool { return true }} }

// withBatch counts what is visible and what a batch has written so far.
func withBatch(batch string) reading {
	if batch == "" {
		return now
	}
	return reading{hidden: func(w write) bool { return w.sub != nil && w.sub.Batch == batch }}
}

// pending places hidden writes behind all visible ones.
const pending = int64(1) << 52

// order tells for each write of a shard its place in the order of what counts.
type order struct {
	sh     *shardState
	upTo   int64
	hidden func(write) bool
}

// order applies a reading to a shard.
func (r reading) order(name string, sh *shardState) order {
	o := order{sh: sh, upTo: math.MaxInt64, hidden: r.hidden}
	if r.upTo != nil {
		o.upTo = r.upTo[name]
	}
	return o
}

// isNow reports whether an order counts exactly what is visible now.
func (o order) isNow() bool {
	return o.sh.latest <= o.upTo && (o.hidden == nil || o.sh.hidden == 0)
}

// at is the place of a write; 0 is one that does not count.
func (o order) at(seq int64) int64 {
	w, ok := o.sh.write(seq)
	switch {
	case !ok || w.visible > o.upTo:
		return 0
	case w.visible > 0:
		return w.visible
	case o.hidden != nil && o.hidden(w):
		return pending + seq
	}
	return 0
}

// write finds a write by its sequence number.
func (sh *shardState) write(seq int64) (write, bool) {
	i, ok := slices.BinarySearchFunc(sh.writes, seq, func(w write, seq int64) int { return cmp.Compare(w.seq, seq) })
	if !ok {
		return write{}, false
	}
	return sh.writes[i], true
}
