package frame

import (
	"math"
	"slices"

	"shuren/internal/edu"
)

// tree is the regions above a set of units. The nodes of a level are numbered in
// pre-order: by the code of their parent, then by their own.
type tree struct {
	levels []edu.Level // from Root down
	nodes  [][]node    // by level as in levels
	leaf   []uint32    // by unit: its node at the last level
}

// node is one region.
type node struct {
	parent uint32 // number in the level above
	place  uint32 // number in the level's registry plus one, 0 for no code
}

// newTree grows the tree of all units, level by level from the top. Regions are
// told apart by their whole path, so two townships of one name in two counties
// are two.
func newTree(units int, levels []edu.Level, at func(edu.Level) []uint32, places *[edu.NumLevels]*registry) *tree {
	t := &tree{levels: []edu.Level{edu.Root}, nodes: [][]node{{{}}}, leaf: make([]uint32, units)}
	for _, level := range levels {
		rank := places[level].ranks()
		byRank := make([]uint32, len(rank))
		for place, r := range rank {
			byRank[r] = uint32(place)
		}
		d := uint64(len(rank))
		col := at(level)
		all := uint64(len(t.nodes[len(t.nodes)-1])) * d
		keys, number := distinct(t.leaf, col, rank, all)
		nodes := make([]node, len(keys))
		for i, k := range keys {
			nodes[i] = node{uint32(k / d), byRank[k%d]}
		}
		for u, parent := range t.leaf {
			t.leaf[u] = number(uint64(parent)*d + uint64(rank[col[u]]))
		}
		t.levels = append(t.levels, level)
		t.nodes = append(t.nodes, nodes)
	}
	return t
}

// unroot takes the root away where one region below it holds everything. Trees
// of one set keep it or lose it together: a county's own answers know of
// nothing above it but the root.
func unroot(trees ...*tree) {
	for _, t := range trees {
		if len(t.levels) < 2 || len(t.nodes[1]) != 1 || t.levels[1] != trees[0].levels[1] {
			return
		}
	}
	for _, t := range trees {
		t.levels, t.nodes = t.levels[1:], t.nodes[1:]
	}
}

// distinct lists the pairs of parent and rank that occur, in order, as
// parent*len(rank)+rank, and gives each pair's number. A table is used where it
// is not much larger than the data, a map otherwise.
func distinct(parent, col, rank []uint32, all uint64) (keys []uint64, number func(uint64) uint32) {
	d := uint64(len(rank))
	if all <= uint64(4*len(parent)+1<<16) && all < math.MaxUint32 {
		seen := make([]uint32, all)
		for u, p := range parent {
			seen[uint64(p)*d+uint64(rank[col[u]])] = 1
		}
		n := 0
		for _, s := range seen {
			n += int(s)
		}
		keys = make([]uint64, 0, n)
		for k, s := range seen {
			if s != 0 {
				seen[k] = uint32(len(keys))
				keys = append(keys, uint64(k))
			}
		}
		return keys, func(k uint64) uint32 { return seen[k] }
	}
	numbers := map[uint64]uint32{}
	last := uint64(math.MaxUint64)
	for u, p := range parent {
		if k := uint64(p)*d + uint64(rank[col[u]]); k != last {
			numbers[k] = 0
			last = k
		}
	}
	keys = make([]uint64, 0, len(numbers))
	for k := range numbers {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		numbers[k] = uint32(i)
	}
	return keys, func(k uint64) uint32 { return numbers[k] }
}

// regions lays the tree over the rows of one frame: count[leaf] rows lie in each
// leaf, in order. Regions without rows are left out.
func (t *tree) regions(count []uint32, describe func(edu.Level, uint32) (code, name string)) (levels []edu.Level, out [edu.NumLevels][]Region) {
	levels = slices.Clone(t.levels)
	bottom := len(levels) - 1
	n, lo := 0, 0
	for _, c := range count {
		if c > 0 {
			n++
		}
	}
	of := make([]uint32, 0, n) // the node of each region of the level at hand
	rs := make([]Region, 0, n)
	for leaf, c := range count {
		if c > 0 {
			of = append(of, uint32(leaf))
			rs = append(rs, Region{Lo: lo, Hi: lo + int(c)})
			lo += int(c)
		}
	}
	for k := bottom; k >= 0; k-- {
		level := levels[k]
		for i := range rs {
			code, name := describe(level, t.nodes[k][of[i]].place)
			rs[i].Level, rs[i].ID, rs[i].Code, rs[i].Name, rs[i].Parent = level, edu.UnitID(code), code, name, -1
		}
		out[level] = rs
		if k == 0 {
			break
		}
		var up []Region
		var upOf []uint32
		for i := range rs {
			parent := t.nodes[k][of[i]].parent
			if len(upOf) == 0 || upOf[len(upOf)-1] != parent {
				upOf = append(upOf, parent)
				up = append(up, Region{Lo: rs[i].Lo})
			}
			rs[i].Parent = len(up) - 1
			up[len(up)-1].Hi = rs[i].Hi
		}
		rs, of = up, upOf
	}
	return levels, out
}
