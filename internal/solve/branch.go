package solve

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

func sortBranchings(list []branching) {
	slices.SortFunc(list, func(a, b branching) int {
		if c := cmp.Compare(score(b.down, b.up), score(a.down, a.up)); c != 0 {
			return c
		}
		return cmp.Compare(a.j, b.j)
	})
}

// A queue gives the node with the least bound, the deepest and latest of equals.
type queue []*node

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, k int) bool {
	a, b := q[i], q[k]
	if a.bound != b.bound {
		return a.bound < b.bound
	}
	if a.depth != b.depth {
		return a.depth > b.depth
	}
	return a.number > b.number
}
func (q queue) Swap(i, k int) { q[i], q[k] = q[k], q[i] }

// Push and Pop are those of heap.Interface.
func (q *queue) Push(n any) { *q = append(*q, n.(*node)) }

// Pop takes the last.
func (q *queue) Pop() any {
	last := len(*q) - 1
	n := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return n
}

func (s *search) push(n *node) {
	s.made++
	n.number = s.made
	heap.Push(&s.open, n)
}

// branch works from the root down until no node is left: the one with the least
// bound first, and from there deeper and deeper while it is not much worse.
func (s *search) branch() {
	for len(s.open) > 0 && !s.halt() {
		n := heap.Pop(&s.open).(*node)
		if n.bound > s.cutoff() {
			s.leave(n.bound)
			continue
		}
		s.enter(n)
		s.l.load(n.basis)
		for steps := 0; n != nil; steps++ {
			s.current = n
			if s.halt() {
				heap.Push(&s.open, n)
				break
			}
			s.nodes++
			if s.nodes%100 == 0 {
				s.tell()
			}
			n = s.expand(n)
			if n != nil && s.far(n) {
				s.push(n)
				n = nil
			}
		}
		s.current = nil
	}
}

// far reports that going deeper from a node is not promising: its bound is worse
// than a quarter of the way from the least bound to the best point.
func (s *search) far(n *node) bool {
	if math.IsInf(s.value, 1) || len(s.open) == 0 {
		return false
	}
	return n.bound > s.open[0].bound+0.25*(s.value-s.open[0].bound)
}

// expand solves a node whose bounds are set, and gives the child to go on with,
// or nil; the other child waits.
func (s *search) expand(n *node) *node {
	if n.parent != nil {
		own := n.changes[0]
		changes, good := s.narrow(own.j, math.Max(own.lo, s.lo[own.j]), math.Min(own.hi, s.hi[own.j]))
		if !good || s.lo[own.j] > s.hi[own.j] {
			return nil
		}
		n.changes = append(n.changes, changes...)
	}
	rounds := 2
	if n.parent == nil {
		rounds = 20
	}
	for {
		cutoff := s.cutoff()
		x, bound, end := s.relax(cutoff, rounds)
		if s.err != nil {
			return nil
		}
		bound = math.Max(bound, n.bound)
		if n.parent != nil && n.branched >= 0 && (end == solved || end == above) {
			side := 0
			if n.up {
				side = 1
			}
			s.pseudo.learn(n.branched, side, bound-n.parent.bound, n.fraction)
			n.branched = -1
		}
		switch end {
		case impossible:
			return nil
		case above:
			s.leave(bound)
			return nil
		}
		n.bound = bound
		if s.stopped {
			heap.Push(&s.open, n)
			return nil
		}
		if end == solved && s.fractional(x) < 0 {
			before := s.value
			if s.accept(x) {
				if v := math.Min(before, s.p.value(x)-s.p.offset); v > bound+1e-9*math.Max(1, math.Abs(v)) {
					s.leave(bound) // a convex rule or a rounding away
				}
				return nil
			}
			return s.split(n, s.doubtful(x), x)
		}
		s.simpleRounding(x)
		if s.nodes%20 == 0 || n.parent == nil {
			s.improve(x, n)
			if bound > s.cutoff() {
				s.leave(bound)
				return nil
			}
		}
		if s.fractional(x) < 0 {
			return s.split(n, s.doubtful(x), x)
		}
		b, again, none := s.choose(x, bound, cutoff)
		if none {
			return nil
		}
		if !again {
			return s.split(n, b, x)
		}
		if s.halt() {
			heap.Push(&s.open, n)
			return nil
		}
	}
}

// doubtful picks a variable to branch on where all are whole within tolerance,
// but making them exactly whole breaks a rule: the one furthest off, or any.
func (s *search) doubtful(x []float64) branching {
	best, off := int32(-1), -1.0
	for _, j := range s.whole {
		if d := math.Abs(x[j] - math.Round(x[j])); s.lo[j] < s.hi[j] && d > off {
			best, off = j, d
		}
	}
	return branching{j: best}
}

// split makes the two children of a node and gives the one to go on with.
func (s *search) split(n *node, b branching, x []float64) *node {
	if b.j < 0 { // nothing is left to branch on, and the point is not kept
		s.leave(n.bound)
		return nil
	}
	j := b.j
	below := math.Floor(x[j])
	if r := math.Round(x[j]); math.Abs(x[j]-r) <= Integral {
		// Both children must be smaller than the node.
		if below = r; below >= s.hi[j] {
			below = s.hi[j] - 1
		}
	}
	below = math.Max(below, s.lo[j])
	f := x[j] - below
	at := s.l.basis()
	child := func(lo, hi float64, up bool, by float64) *node {
		return &node{parent: n, changes: []change{{j, lo, hi}}, bound: n.bound, guess: n.bound + by,
			depth: n.depth + 1, basis: at, branched: j, up: up, fraction: map[bool]float64{false: f, true: 1 - f}[up]}
	}
	down := child(s.lo[j], below, false, b.down)
	up := child(below+1, s.hi[j], true, b.up)
	first, second := up, down
	if b.down < b.up {
		first, second = down, up
	}
	if s.bestHere != nil { // towards the best point
		if s.bestHere[j] <= below {
			first, second = down, up
		} else {
			first, second = up, down
		}
	}
	s.push(second)
	s.made++
	first.number = s.made
	return first
}
