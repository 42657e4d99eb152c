// Which rows are one child's.

package reconcile

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sync"
)

// linker joins the rows of several lists.
type linker struct {
	lists  []*List
	first  []uint32 // of each list, its first row among all; and the end
	parent []uint32 // of each row, towards the first row of its child
	flags  []flag
}

// flag is what linking found of a row.
type flag uint8

const (
	shared flag = 1 << iota // several identity numbers have its student number
	byName                  // joined to others by name, birth and guardian
	unsure                  // perhaps the same child as another
)

func newLinker(lists []*List) *linker {
	l := &linker{lists: lists, first: make([]uint32, len(lists)+1)}
	for i, list := range lists {
		l.first[i+1] = l.first[i] + uint32(list.Len())
	}
	l.parent, l.flags = make([]uint32, l.first[len(lists)]), make([]flag, l.first[len(lists)])
	for i := range l.parent {
		l.parent[i] = uint32(i)
	}
	return l
}

// at is where a row stands: its list, and its place in that.
func (l *linker) at(row uint32) (*List, int) {
	i := 0
	for row >= l.first[i+1] {
		i++
	}
	return l.lists[i], int(row - l.first[i])
}

func (l *linker) root(row uint32) uint32 {
	for l.parent[row] != row {
		l.parent[row] = l.parent[l.parent[row]]
		row = l.parent[row]
	}
	return row
}

// join makes two rows' children one; the earlier row stands for it.
func (l *linker) join(a, b uint32) {
	a, b = l.root(a), l.root(b)
	if a > b {
		a, b = b, a
	}
	l.parent[b] = a
}

func (l *linker) columns(of func(*List) []Key) []column {
	out := make([]column, len(l.lists))
	for i, list := range l.lists {
		out[i] = column{of(list), l.first[i]}
	}
	return out
}

// byNumber joins rows of the same identity number.
func (l *linker) byNumber(ctx context.Context) error {
	return same(ctx, l.columns(func(l *List) []Key { return l.Citizen }), func(rows, first []uint32) {
		for i, row := range rows {
			l.parent[row] = rows[first[i]] // no other partition has these rows
		}
	})
}

// byStudent joins rows without an identity number to those of the same student
// number. Where several identity numbers have one student number nothing is joined
// and all rows are marked.
func (l *linker) byStudent(ctx context.Context) error {
	var mu sync.Mutex
	var joins [][2]uint32
	err := same(ctx, l.columns(func(l *List) []Key { return l.Student }), func(rows, first []uint32) {
		// Of each first row: the child of the identity number that came with it,
		// from 1, and whether there were several.
		child, several := make([]uint32, len(rows)), make([]bool, len(rows))
		loose, any := false, false
		for i, row := range rows {
			list, at := l.at(row)
			if list.Citizen[at].zero() {
				loose = true
				continue
			}
			// byNumber left every row one step from its root.
			switch f, root := first[i], l.parent[row]+1; child[f] {
			case 0:
				child[f] = root
			case root:
			default:
				several[f], any = true, true
			}
		}
		if !loose && !any {
			return
		}
		var found [][2]uint32
		for i, row := range rows {
			f := first[i]
			if several[f] {
				l.flags[row] |= shared
				continue
			}
			if list, at := l.at(row); !list.Citizen[at].zero() {
				continue
			}
			if child[f] != 0 {
				found = append(found, [2]uint32{row, child[f] - 1})
			} else if rows[f] != row {
				found = append(found, [2]uint32{row, rows[f]})
			}
		}
		mu.Lock()
		joins = append(joins, found...)
		mu.Unlock()
	})
	if err != nil {
		return err
	}
	for _, j := range joins {
		l.join(j[0], j[1])
	}
	return nil
}

// byPerson joins the rows of one stored record, which a person may have joined.
func (l *linker) byPerson(ctx context.Context) error {
	cols := make([]column, len(l.lists))
	seed, other := maphash.MakeSeed(), maphash.MakeSeed()
	for i, list := range l.lists {
		cols[i].first = l.first[i]
		if list.Person == nil {
			continue
		}
		cols[i].keys = make([]Key, len(list.Person))
		for at, id := range list.Person {
			if id != "" {
				binary.LittleEndian.PutUint64(cols[i].keys[at][:], maphash.String(seed, string(id)))
				binary.LittleEndian.PutUint64(cols[i].keys[at][8:], maphash.String(other, string(id))|1)
			}
		}
	}
	var mu sync.Mutex
	var joins [][2]uint32
	err := same(ctx, cols, func(rows, first []uint32) {
		var found [][2]uint32
		for i, row := range rows {
			// byNumber and byStudent joined nearly all of them.
			if f := rows[first[i]]; f != row && l.parent[row] != l.parent[f] {
				found = append(found, [2]uint32{f, row})
			}
		}
		mu.Lock()
		joins = append(joins, found...)
		mu.Unlock()
	})
	for _, j := range joins {
		l.join(j[0], j[1])
	}
	return err
}

// children numbers the children: which child a row is of, and the rows of each
// child, in the order of the lists.
func (l *linker) children() *grouped {
	g := &grouped{linker: l, child: make([]uint32, len(l.parent))}
	n := uint32(0)
	for row := range l.parent {
		if root := l.root(uint32(row)); root == uint32(row) {
			g.child[row] = n
			n++
		} else {
			g.child[row] = g.child[root] // a root is the first row of its child
		}
	}
	g.start = make([]uint32, n+1)
	for _, c := range g.child {
		g.start[c+1]++
	}
	for i := range n {
		g.start[i+1] += g.start[i]
	}
	g.rows = make([]uint32, len(g.child))
	next := slices.Clone(g.start[:n])
	for row, c := range g.child {
		g.rows[next[c]] = uint32(row)
		next[c]++
	}
	return g
}

// grouped are the rows by child.
type grouped struct {
	*linker
	child []uint32
	start []uint32
	rows  []uint32
}

func (g *grouped) len() int { return len(g.start) - 1 }

// of are the rows of a child.
func (g *grouped) of(child int) []uint32 { return g.rows[g.start[child]:g.start[child+1]] }
