package compare

import (
	"cmp"
	"fmt"
	"slices"

	"shuren/internal/fault"
)

// Least is the smallest count of persons that is published.
const Least = 10

// Counts is a table of counts of persons that add up: over its columns to the
// row's total, and over the rows below a row to that row.
type Counts struct {
	// Up is the row above each row, -1 for the one top row. Rows stand in the
	// tree's order, a row after the one above it.
	Up []int
	// Cells are the counts of the rows by column, without the total. Only those of
	// rows with none below are read; the others are their sums. Nobody is a figure
	// that everybody knows to be none.
	Cells [][]int
	// Must are figures, totals with them, that are left out although they are not
	// small; nil where there are none.
	Must [][]bool
	// Known tells that the total of the top row is published elsewhere whatever it
	// is: nothing may rest on its being left out.
	Known bool
}

// Nobody stands where there can be no person to count, which is no secret: a
// county without an urban school has no pupil in one. Such a figure is not
// suppressed, and it protects no other.
const Nobody = -1

// Hidden tells which figures of a table of counts are left out. In it each row
// has one more column at the end: the row's total.
type Hidden [][]bool

// Suppress finds which figures of a table must not be published: every one below
// least, and as many more as it takes that nobody can work out one of those.
//
// What is promised, of whoever knows every figure that is published, that counts
// are whole and not negative, and how the table adds up: for each figure below
// least there is a table that fits all of that in which it is least or more, and
// the figures that it can be span at least that many. Figures below least are
// never known as such: those left out for their sake look the same.
//
// The table is a network (each figure stands in at most two sums), so how far a
// figure can move while the published ones stand still is a maximum flow, and
// exact in whole numbers.
func Suppress(t Counts, least int) (Hidden, error) {
	n, err := newNetwork(t)
	if err != nil {
		return nil, err
	}
	if t.Known && n.rows > 0 {
		n.arcs[n.cols].none = true
	}
	var primary []int
	for a := range n.arcs {
		must := t.Must != nil && t.Must[a/(n.cols+1)][a%(n.cols+1)]
		if (n.arcs[a].value < least || must) && !n.arcs[a].none {
			n.arcs[a].open = true
			primary = append(primary, a)
		}
	}
	for _, a := range primary {
		n.protect(a, least)
	}
	n.close(primary, least)
	// Where the whole is known to be so few that nothing can hide in it, nothing is
	// published beside it.
	if t.Known && slices.ContainsFunc(primary, func(a int) bool { return !n.safe(a, least) }) {
		for a := range n.arcs {
			n.arcs[a].open = !n.arcs[a].none
		}
	}
	return n.hidden(), nil
}

// network is a table of counts as a flow: a figure is an arc from the sum that
// it is part of to the sum that it is. Published arcs do not move.
type network struct {
	rows, cols int // cols without the total
	nodes      int
	arcs       []arc
	out        [][]half // by node
}

type arc struct {
	from, to int // raising the figure takes from "to" and gives to "from"
	value    int
	open     bool // not published
	none     bool // known to be nobody
}

// half is one direction in which an arc can be walked.
type half struct {
	arc  int
	to   int
	rise bool // walked by raising the figure
}

// newNetwork makes the sums of a table into nodes. For rows with none below the
// sum is over the columns; for the others it is, column by column, over the rows
// below: their sums over columns follow. One more node stands for what the top
// row is no part of.
func newNetwork(t Counts) (*network, error) {
	n := &network{rows: len(t.Up)}
	if len(t.Cells) != n.rows {
		return nil, fmt.Errorf("a table of %d rows with %d rows of counts: %w", n.rows, len(t.Cells), fault.Invalid)
	}
	if n.rows == 0 {
		return n, nil
	}
	leaf := make([]bool, n.rows)
	for r, up := range t.Up {
		leaf[r] = true
		if (up < 0) != (r == 0) || up >= r {
			return nil, fmt.Errorf("row %d stands under row %d; want one top row, and rows after the one above them: %w", r, up, fault.Invalid)
		}
		if up >= 0 {
			leaf[up] = false
		}
	}
	for r := range t.Up {
		if leaf[r] {
			n.cols = len(t.Cells[r])
		}
	}
	values, some := make([][]int, n.rows), make([][]bool, n.rows)
	for r := range values {
		values[r], some[r] = make([]int, n.cols+1), make([]bool, n.cols+1)
	}
	for r := n.rows - 1; r >= 0; r-- {
		if leaf[r] {
			if len(t.Cells[r]) != n.cols {
				return nil, fmt.Errorf("row %d has %d columns; want %d: %w", r, len(t.Cells[r]), n.cols, fault.Invalid)
			}
			for c, v := range t.Cells[r] {
				if v == Nobody {
					continue
				}
				if v < 0 {
					return nil, fmt.Errorf("row %d: a count of %d: %w", r, v, fault.Invalid)
				}
				values[r][c] = v
				values[r][n.cols] += v
				some[r][c], some[r][n.cols] = true, true
			}
		}
		if up := t.Up[r]; up >= 0 {
			for c, v := range values[r] {
				values[up][c] += v
				some[up][c] = some[up][c] || some[r][c]
			}
		}
	}
	// Node 0 is the outside; a leaf has one node, another row one for each column.
	at := make([]int, n.rows)
	n.nodes = 1
	for r := range at {
		at[r] = n.nodes
		if n.nodes++; !leaf[r] {
			n.nodes += n.cols
		}
	}
	sum := func(r, c int) int { // the sum over rows below, in a column
		if r < 0 {
			return 0
		}
		return at[r] + c
	}
	for r := range at {
		for c := range n.cols + 1 {
			own, over := at[r], sum(t.Up[r], c)
			if !leaf[r] {
				own = sum(r, c)
			}
			from, to := own, over
			if c == n.cols { // a total stands on the other side of its sums
				from, to = over, own
			}
			n.arcs = append(n.arcs, arc{from: from, to: to, value: values[r][c], none: !some[r][c]})
		}
	}
	n.out = make([][]half, n.nodes)
	for i, a := range n.arcs {
		n.out[a.to] = append(n.out[a.to], half{i, a.from, true})
		n.out[a.from] = append(n.out[a.from], half{i, a.to, false})
	}
	return n, nil
}

// protect opens further arcs until the figure of an arc can be least or more,
// and can move over as many.
func (n *network) protect(a, least int) {
	down := n.flow(n.arcs[a].to, n.arcs[a].from, a, min(n.arcs[a].value, least), false, nil)
	need := max(least-n.arcs[a].value, least-down)
	used := make([]int, len(n.arcs))
	n.flow(n.arcs[a].from, n.arcs[a].to, a, need, true, used)
	for i, moved := range used {
		n.arcs[i].open = n.arcs[i].open || moved != 0
	}
}

// safe tells whether the figure of an arc is protected by what is open.
func (n *network) safe(a, least int) bool {
	v := n.arcs[a].value
	down := n.flow(n.arcs[a].to, n.arcs[a].from, a, min(v, least), false, nil)
	need := max(least-v, least-down)
	return n.flow(n.arcs[a].from, n.arcs[a].to, a, need, false, nil) >= need
}

// flow is how much, up to most, can be moved between two nodes along arcs other
// than one: the open ones alone, or all of them, those that are open first and
// then the small figures. used takes how far each figure was moved.
func (n *network) flow(from, to, without, most int, all bool, used []int) int {
	moved := used
	if moved == nil {
		moved = make([]int, len(n.arcs))
	}
	total := 0
	for total < most {
		room, path := n.path(from, to, without, most-total, all, moved)
		if room == 0 {
			break
		}
		for _, h := range path {
			if h.rise {
				moved[h.arc] += room
			} else {
				moved[h.arc] -= room
			}
		}
		total += room
	}
	return total
}

// path finds the cheapest way on which something can be moved. A published
// figure costs more the larger it is, since a large one is missed more.
func (n *network) path(from, to, without, most int, all bool, moved []int) (room int, path []half) {
	const far = int(^uint(0) >> 2)
	cost := slices.Repeat([]int{far}, n.nodes)
	by := make([]half, n.nodes)
	came := slices.Repeat([]int{-1}, n.nodes)
	done := make([]bool, n.nodes)
	cost[from] = 0
	for {
		at := -1
		for v := range cost {
			if !done[v] && cost[v] < far && (at < 0 || cost[v] < cost[at]) {
				at = v
			}
		}
		if at < 0 || at == to {
			break
		}
		done[at] = true
		for _, h := range n.out[at] {
			a := &n.arcs[h.arc]
			if h.arc == without || a.none || !all && !a.open || !h.rise && a.value+moved[h.arc] <= 0 {
				continue
			}
			step := 1 // fewer figures before more
			if !a.open && moved[h.arc] == 0 {
				step += 1000 + min(a.value, 1_000_000)
			}
			if c := cost[at] + step; c < cost[h.to] {
				cost[h.to], by[h.to], came[h.to] = c, h, at
			}
		}
	}
	if cost[to] >= far {
		return 0, nil
	}
	room = most
	for v := to; v != from; v = came[v] {
		if h := by[v]; !h.rise {
			room = min(room, n.arcs[h.arc].value+moved[h.arc])
		}
		path = append(path, by[v])
	}
	return room, path
}

// close publishes again what turned out to be left out for nothing, the largest
// figures first.
func (n *network) close(primary []int, least int) {
	var extra []int
	for i := range n.arcs {
		if n.arcs[i].open && n.arcs[i].value >= least && !slices.Contains(primary, i) {
			extra = append(extra, i)
		}
	}
	slices.SortStableFunc(extra, func(a, b int) int { return cmp.Compare(n.arcs[b].value, n.arcs[a].value) })
	for _, i := range extra {
		n.arcs[i].open = false
		if slices.ContainsFunc(primary, func(a int) bool { return !n.safe(a, least) }) {
			n.arcs[i].open = true
		}
	}
}

func (n *network) hidden() Hidden {
	out := make(Hidden, n.rows)
	for r := range out {
		out[r] = make([]bool, n.cols+1)
		for c := range out[r] {
			out[r][c] = n.arcs[r*(n.cols+1)+c].open
		}
	}
	return out
}
