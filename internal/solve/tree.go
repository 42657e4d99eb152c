package solve

import (
	"context"
	"math"
)

// A tree is the state of the network simplex: a spanning tree of the nodes and a
// root, and for each arc outside it the bound at which its flow is. Every node
// hangs on the root at first, by an arc too dear to keep.
//
// The tree is strongly feasible: an arc of it without flow leads towards the
// root, so units could always be sent there. Choosing the leaving arc so that
// this stays (the last one that blocks, in the direction of the circle, seen
// from where its two paths meet) excludes cycling.
type tree struct {
	supply    []int64
	from, to  []int32
	cost, cap []int64 // of the arcs, then of those to the root
	flow      []int64 // above the lower bound
	side      []int8  // +1 at the lower bound, -1 at the upper, 0 in the tree
	arcs      int     // without those to the root

	parent, arc, depth []int32
	up                 []bool // the arc leads to the parent
	child, next, prev  []int32
	pi                 []int64

	at     int // where the search for an arc goes on
	pivots int
	cycle  []int
	path   []int32
}

func newTree(g *Network, cost []int64) *tree {
	n, m := len(g.supply), len(g.from)
	t := &tree{arcs: m, supply: append([]int64(nil), g.supply...)}
	t.from = append(append(make([]int32, 0, m+n), g.from...), make([]int32, n)...)
	t.to = append(append(make([]int32, 0, m+n), g.to...), make([]int32, n)...)
	t.cost = append(append(make([]int64, 0, m+n), cost...), make([]int64, n)...)
	t.cap = make([]int64, m+n)
	t.flow = make([]int64, m+n)
	t.side = make([]int8, m+n)
	dear := int64(0)
	for e := range m {
		t.side[e] = 1
		t.cap[e] = Unlimited
		if g.upper[e] != Unlimited {
			t.cap[e] = g.upper[e] - g.lower[e]
		}
		t.supply[g.from[e]] -= g.lower[e]
		t.supply[g.to[e]] += g.lower[e]
		dear = max(dear, cost[e], -cost[e])
	}
	dear = (dear + 1) * int64(n+1)
	ints := func() []int32 { return make([]int32, n+1) }
	t.parent, t.arc, t.depth, t.child, t.next, t.prev = ints(), ints(), ints(), ints(), ints(), ints()
	t.up = make([]bool, n+1)
	t.pi = make([]int64, n+1)
	root := int32(n)
	for i := range t.child {
		t.child[i], t.next[i], t.prev[i] = -1, -1, -1
	}
	t.parent[root] = -1
	for i := range n {
		e := m + i
		u := int32(i)
		t.cap[e] = Unlimited
		t.cost[e] = dear
		t.arc[u], t.depth[u] = int32(e), 1
		if s := t.supply[i]; s >= 0 {
			t.up[u], t.from[e], t.to[e], t.flow[e] = true, u, root, s
			t.pi[u] = -dear
		} else {
			t.from[e], t.to[e], t.flow[e] = root, u, -s
			t.pi[u] = dear
		}
		t.hang(u, root)
	}
	return t
}

// hang makes u a child of p.
func (t *tree) hang(u, p int32) {
	t.parent[u] = p
	first := t.child[p]
	t.next[u], t.prev[u] = first, -1
	if first >= 0 {
		t.prev[first] = u
	}
	t.child[p] = u
}

// unhang takes u from its parent's children.
func (t *tree) unhang(u int32) {
	before, after := t.prev[u], t.next[u]
	if before >= 0 {
		t.next[before] = after
	} else {
		t.child[t.parent[u]] = after
	}
	if after >= 0 {
		t.prev[after] = before
	}
}

// run pivots until no arc would make the flow cheaper.
func (t *tree) run(ctx context.Context) Status {
	block := max(32, int(math.Sqrt(float64(t.arcs))))
	for {
		if t.pivots&1023 == 0 && over(ctx) {
			return Stopped
		}
		e := t.entering(block)
		if e < 0 {
			return Optimal
		}
		t.pivots++
		if !t.pivot(e) {
			return Unbounded
		}
	}
}

// entering looks through the arcs block by block, from where it left off, and
// takes the worst of the first block that has any.
func (t *tree) entering(block int) int {
	best, worst := -1, int64(0)
	e := t.at
	for left := t.arcs; left > 0; {
		k := min(block, left)
		left -= k
		for ; k > 0; k-- {
			if c := int64(t.side[e]) * (t.cost[e] + t.pi[t.from[e]] - t.pi[t.to[e]]); c < worst {
				worst, best = c, e
			}
			if e++; e == t.arcs {
				e = 0
			}
		}
		if best >= 0 {
			break
		}
	}
	t.at = e
	return best
}

// pivot sends what it can around the circle that an arc closes, and exchanges
// the arc for the one that blocks. It reports false if nothing blocks.
func (t *tree) pivot(e int) bool {
	// Units go from first to second over the arc, and back through the tree.
	first, second := t.from[e], t.to[e]
	if t.side[e] < 0 {
		first, second = second, first
	}
	delta := t.cap[e]
	out, onFirst := int32(-1), false
	u, v := first, second
	for u != v {
		if t.depth[u] >= t.depth[v] {
			// The path from the meeting point down to first: against the way up.
			if room := t.room(u, !t.up[u]); room < delta {
				delta, out, onFirst = room, u, true
			}
			u = t.parent[u]
		} else {
			v = t.parent[v]
		}
	}
	for w := second; w != u; w = t.parent[w] {
		if room := t.room(w, t.up[w]); room <= delta && room != Unlimited {
			delta, out, onFirst = room, w, false
		}
	}
	if delta == Unlimited {
		t.circle(e, first, second, u)
		return false
	}
	if delta > 0 {
		t.flow[e] += int64(t.side[e]) * delta
		for w := first; w != u; w = t.parent[w] {
			t.send(w, !t.up[w], delta)
		}
		for w := second; w != u; w = t.parent[w] {
			t.send(w, t.up[w], delta)
		}
	}
	if out < 0 { // the arc itself blocks: it changes its bound
		t.side[e] = -t.side[e]
		return true
	}
	gone := t.arc[out]
	t.side[gone] = 1
	if t.flow[gone] != 0 {
		t.side[gone] = -1
	}
	t.side[e] = 0
	if onFirst {
		t.turn(first, second, int32(e), out)
	} else {
		t.turn(second, first, int32(e), out)
	}
	return true
}

// room is how much more the arc of u carries, along its direction or against.
func (t *tree) room(u int32, along bool) int64 {
	e := t.arc[u]
	if !along {
		return t.flow[e]
	}
	if t.cap[e] == Unlimited {
		return Unlimited
	}
	return t.cap[e] - t.flow[e]
}

func (t *tree) send(u int32, along bool, units int64) {
	if along {
		t.flow[t.arc[u]] += units
	} else {
		t.flow[t.arc[u]] -= units
	}
}

// turn hangs the part of the tree below out, which holds in, on p by the arc e:
// the parents from in to out become children.
func (t *tree) turn(in, p, e, out int32) {
	t.path = t.path[:0]
	for u := in; ; u = t.parent[u] {
		t.path = append(t.path, u)
		if u == out {
			break
		}
	}
	for i := len(t.path) - 1; i >= 0; i-- {
		u := t.path[i]
		t.unhang(u)
		if i > 0 { // takes over the arc of the node below, the other way up
			w := t.path[i-1]
			t.arc[u], t.up[u] = t.arc[w], !t.up[w]
		} else {
			t.arc[u], t.up[u] = e, t.from[e] == u
		}
	}
	for i, u := range t.path {
		if i == 0 {
			t.hang(u, p)
		} else {
			t.hang(u, t.path[i-1])
		}
	}
	// All potentials below change alike.
	shift := -t.cost[e]
	if !t.up[in] {
		shift = t.cost[e]
	}
	shift += t.pi[p] - t.pi[in]
	u := in
	for {
		t.depth[u] = t.depth[t.parent[u]] + 1
		t.pi[u] += shift
		if t.child[u] >= 0 {
			u = t.child[u]
			continue
		}
		for u != in && t.next[u] < 0 {
			u = t.parent[u]
		}
		if u == in {
			return
		}
		u = t.next[u]
	}
}
