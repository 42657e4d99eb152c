// Rows without a common number: candidates, what is joined, what a person decides.

package reconcile

import (
	"cmp"
	"context"
	"crypto/sha256"
	"slices"
	"sync"

	"shuren/internal/register"
)

// Pair are two records that may be one child's. A and B name the records for the
// decision on the pair, and are the same in every run with the same secret.
type Pair struct {
	A, B       Key
	Score      float64 // in bits
	RowA, RowB Row
	Numbers    bool // both have identity numbers, and different ones
}

// Decision is what a person said of a pair.
type Decision struct {
	A, B Key
	Same bool
}

// pair are two children while they are weighed.
type pair struct {
	a, b       uint32 // children, a < b
	rowA, rowB uint32
	bits       float64
	sure       bool
}

// mix makes one key of two hashes; 0 where one is missing.
func mix(kind, a, b uint64) uint64 {
	if a == 0 || b == 0 {
		return 0
	}
	h := (a^kind*0x9e3779b97f4a7c15)*0xff51afd7ed558ccd ^ (b+kind)*0xc4ceb9fe1a85ec53
	h ^= h >> 32
	h *= 0xff51afd7ed558ccd
	return h ^ h>>29 | 1
}

const blocks = 6

// keys are what a row is looked for by: any two of name, birth and guardian, and
// an identity number with a slip in one of its parts.
func (l *List) keys(i int) [blocks]uint64 {
	born, p := uint64(uint32(l.Born[i])), l.Parts[i]
	return [blocks]uint64{
		mix(1, l.Name[i], born), mix(2, l.Sound[i], born),
		mix(3, l.Name[i], l.Guardian[i]), mix(4, l.Guardian[i], born),
		mix(5, uint64(p[0]), uint64(p[2])), mix(6, uint64(p[1]), uint64(p[2])),
	}
}

// candidates weighs every row that could be the rest of a loose child's record.
// Every pair has a loose child, so what it costs follows their number and not the
// square of all. crowded counts keys that too many loose rows share.
func (g *grouped) candidates(ctx context.Context, loose func(child int) bool) (pairs []pair, crowded int, err error) {
	type held struct {
		key uint64
		row uint32
	}
	var all []held
	for c := range g.len() {
		if !loose(c) {
			continue
		}
		for _, row := range g.of(c) {
			l, i := g.at(row)
			for _, k := range l.keys(i) {
				if k != 0 {
					all = append(all, held{k, row})
				}
			}
		}
	}
	if len(all) == 0 {
		return nil, 0, ctx.Err()
	}
	slices.SortFunc(all, func(x, y held) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.row, y.row)) })
	size := 64
	for size < 2*len(all) {
		size *= 2
	}
	table, seen := make([]uint32, size), make([]uint64, size/8) // places in all, from 1; 8 bits of filter each
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && all[j].key == all[i].key {
			j++
		}
		if j-i > maxBest {
			crowded++
		} else {
			h := int(all[i].key>>1) & (size - 1)
			for table[h] != 0 {
				h = (h + 1) & (size - 1)
			}
			table[h] = uint32(i + 1)
			f := all[i].key >> 20 & uint64(len(seen)*64-1)
			seen[f/64] |= 1 << (f % 64)
		}
		i = j
	}
	type work struct{ list, from, to int }
	var parts []work
	for n, l := range g.lists {
		for from := 0; from < l.Len(); from += chunk {
			parts = append(parts, work{n, from, min(from+chunk, l.Len())})
		}
	}
	var mu sync.Mutex
	best := map[[2]uint32]pair{}
	err = parallel(ctx, len(parts), func(p int) {
		found := map[[2]uint32]pair{}
		l, first := g.lists[parts[p].list], g.first[parts[p].list]
		for i := parts[p].from; i < parts[p].to; i++ {
			for _, k := range l.keys(i) {
				f := k >> 20 & uint64(len(seen)*64-1)
				if k == 0 || seen[f/64]>>(f%64)&1 == 0 {
					continue
				}
				h := int(k>>1) & (size - 1)
				for table[h] != 0 && all[table[h]-1].key != k {
					h = (h + 1) & (size - 1)
				}
				if table[h] == 0 {
					continue
				}
				for at := int(table[h] - 1); at < len(all) && all[at].key == k; at++ {
					g.weigh(found, first+uint32(i), all[at].row)
				}
			}
		}
		mu.Lock()
		for k, v := range found {
			better(best, k, v)
		}
		mu.Unlock()
	})
	for _, v := range best {
		pairs = append(pairs, v)
	}
	slices.SortFunc(pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(y.bits, x.bits), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return pairs, crowded, err
}

func (g *grouped) weigh(found map[[2]uint32]pair, x, y uint32) {
	a, b := g.child[x], g.child[y]
	if a == b {
		return
	}
	if a > b {
		a, b, x, y = b, a, y, x
	}
	l, i := g.at(x)
	m, j := g.at(y)
	bits, sure, known := score(l, i, m, j)
	if known && bits >= Asks {
		better(found, [2]uint32{a, b}, pair{a, b, x, y, bits, sure})
	}
}

// better keeps the pair of rows that speaks most for two children being one; among
// equals the earlier rows, so that a run does not depend on its goroutines.
func better(m map[[2]uint32]pair, k [2]uint32, v pair) {
	old, ok := m[k]
	if !ok || v.bits > old.bits || v.bits == old.bits && cmp.Or(cmp.Compare(v.rowA, old.rowA), cmp.Compare(v.rowB, old.rowB)) < 0 {
		m[k] = v
	}
}

// decide joins what is certain and gives what is not. Two children are one when the
// score is high, name and birth agree, no list has both, they have not two identity
// numbers, and no other child that could stand in the other's place comes near. All
// that hang together so are joined, or none: where a chain of them would bring two
// rows of one list together, every link of it goes to a person. So nothing depends
// on the order of the rows.
func (g *grouped) decide(pairs []pair, decided map[[2]uint32]bool) (open []pair) {
	s := standing{g: g, pairs: pairs, of: map[uint32][]int{}, has: map[uint32]uint8{}, number: map[uint32]bool{}}
	for i, p := range pairs {
		s.of[p.a], s.of[p.b] = append(s.of[p.a], i), append(s.of[p.b], i)
		for _, c := range []uint32{p.a, p.b} {
			s.has[c], s.number[c] = g.has(int(c))
		}
	}
	// The children that would be joined, by the least of those that hang together.
	to := map[uint32]uint32{}
	var root func(c uint32) uint32
	root = func(c uint32) uint32 {
		if t, ok := to[c]; ok {
			return root(t)
		}
		return c
	}
	for _, p := range pairs {
		if _, said := decided[[2]uint32{p.a, p.b}]; said || !s.certain(p, decided) {
			continue
		}
		if a, b := root(p.a), root(p.b); a != b {
			to[max(a, b)] = min(a, b)
		}
	}
	lists, numbers, clash := map[uint32]uint8{}, map[uint32]bool{}, map[uint32]bool{}
	for c, mask := range s.has {
		r := root(c)
		if lists[r]&mask != 0 || numbers[r] && s.number[c] {
			clash[r] = true
		}
		lists[r], numbers[r] = lists[r]|mask, numbers[r] || s.number[c]
	}
	for k, same := range decided {
		if a, b := root(k[0]), root(k[1]); !same && a == b {
			clash[a] = true // joining others would join what a person kept apart
		}
	}
	for _, p := range pairs {
		if _, said := decided[[2]uint32{p.a, p.b}]; said {
			continue // joined before, or kept apart
		}
		if r := root(p.a); r != root(p.b) || clash[r] {
			open = append(open, p)
			continue
		}
		for _, c := range []uint32{p.a, p.b} {
			for _, row := range g.of(int(c)) {
				g.flags[row] |= byName
			}
		}
		g.join(p.rowA, p.rowB)
	}
	return open
}

// standing is what is known of children while pairs are decided.
type standing struct {
	g      *grouped
	pairs  []pair
	of     map[uint32][]int // pairs of a child, best first
	has    map[uint32]uint8 // lists that it is in
	number map[uint32]bool
}

// certain tells that a pair, looked at alone, is one child.
func (s *standing) certain(p pair, decided map[[2]uint32]bool) bool {
	return p.bits >= Joins && p.sure && s.has[p.a]&s.has[p.b] == 0 && !(s.number[p.a] && s.number[p.b]) &&
		!s.rival(p.a, p.b, p.bits, decided) && !s.rival(p.b, p.a, p.bits, decided)
}

// rival tells that a child fits another nearly as well, which could stand in the
// place of the one it is to be joined to.
func (s *standing) rival(child, other uint32, bits float64, decided map[[2]uint32]bool) bool {
	for _, i := range s.of[child] {
		q := s.pairs[i]
		if q.bits <= bits-Clear {
			return false
		}
		x := q.a
		if x == child {
			x = q.b
		}
		if same, said := decided[[2]uint32{q.a, q.b}]; said && !same {
			continue
		}
		if x != other && s.has[x]&s.has[other] != 0 {
			return true
		}
	}
	return false
}

// has tells in which lists a child is, and whether by an identity number.
func (g *grouped) has(child int) (mask uint8, number bool) {
	for _, row := range g.of(child) {
		l, i := g.at(row)
		mask |= 1 << l.Source
		number = number || !l.Citizen[i].zero()
	}
	return mask, number
}

// PersonKey names a stored record for a decision. Its id says nothing of who it is.
func PersonKey(id register.PersonID) (out Key) {
	sum := sha256.Sum256([]byte(id))
	copy(out[:], sum[:])
	return out
}

// Record names a row for a decision: by its stored record, by its number, or else by
// what it has.
func (l *List) Record(i int) Key {
	if l.Person != nil && l.Person[i] != "" {
		return PersonKey(l.Person[i])
	}
	if !l.Citizen[i].zero() {
		return l.Citizen[i]
	}
	if !l.Student[i].zero() {
		return l.Student[i]
	}
	var out Key
	h := mix(7+uint64(l.Source), l.Name[i]|1, uint64(uint32(l.Born[i]))|1<<40)
	g := mix(20, l.Guardian[i]|1, h)
	for b := range 8 {
		out[b], out[8+b] = byte(h>>(8*b)), byte(g>>(8*b))
	}
	return out
}
