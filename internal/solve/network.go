package solve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// A Network is nodes that give and take whole units, and arcs that carry them at
// a cost. What is given must be taken: where it may be left over, an arc to a
// node that takes it says so, and what that costs.
type Network struct {
	supply   []int64
	from, to []int32
	lower    []int64
	upper    []int64
	cost     []int64
}

// Unlimited is the upper bound of an arc that has none.
const Unlimited = int64(math.MaxInt64)

// flowMax bounds amounts, and with the number of nodes costs, so that no sum
// overflows.
const flowMax = int64(1) << 60

// NewNetwork has nodes 0 to n-1, which neither give nor take.
func NewNetwork(n int) *Network { return &Network{supply: make([]int64, n)} }

// Supply lets a node give so many units more; a negative number is taken.
func (g *Network) Supply(node int, units int64) { g.supply[node] += units }

// Arc adds an arc that carries at least lower and at most upper units, each at
// cost, and gives its number; they count from 0.
func (g *Network) Arc(from, to int, lower, upper, cost int64) int {
	g.from = append(g.from, int32(from))
	g.to = append(g.to, int32(to))
	g.lower = append(g.lower, lower)
	g.upper = append(g.upper, upper)
	g.cost = append(g.cost, cost)
	return len(g.from) - 1
}

// Arcs counts the arcs.
func (g *Network) Arcs() int { return len(g.from) }

// A Flow is the answer for a Network.
type Flow struct {
	// Status is Optimal, Infeasible, Unbounded, or Stopped when the context
	// ended.
	Status Status
	// Cost is that of the flow, Units what each arc carries.
	Cost  int64
	Units []int64
	// Potential proves that no flow is cheaper: an arc whose cost + potential of
	// its start - potential of its end is positive carries its lower bound, and
	// one where that is negative its upper bound.
	Potential []int64
	// Short proves, where nothing fits, why: nodes that together, when the arcs
	// into them bring all they may and those out of them carry no more than they
	// must, still lack so many units. Where Missing is negative it is the other
	// way round: so many cannot be carried away. Both are empty where an arc's
	// own bounds contradict each other.
	Short   []int
	Missing int64
	// Cycle proves, where costs fall without end: arcs in a circle, none of them
	// limited, at less than nothing.
	Cycle  []int
	Pivots int
}

// check refuses numbers that could overflow, and arcs to nowhere.
func (g *Network) check() error {
	var bad []error
	add := func(format string, args ...any) {
		if len(bad) < most {
			bad = append(bad, fmt.Errorf(format, args...))
		}
	}
	n := len(g.supply)
	if n > math.MaxInt32-2 || len(g.from) > math.MaxInt32-n-2 {
		return &Invalid{[]error{errors.New("network: too many nodes or arcs")}}
	}
	var gives, takes uint64
	for i, s := range g.supply {
		if s > flowMax || s < -flowMax {
			add("node %d gives %d; wanted at most %d", i, s, flowMax)
			continue
		}
		if s > 0 {
			gives += uint64(s)
		} else {
			takes += uint64(-s)
		}
		if gives > uint64(flowMax) || takes > uint64(flowMax) {
			add("the nodes give or take more than %d together", flowMax)
			break
		}
	}
	limit := flowMax / int64(n+2)
	var lowers, room uint64
	for e := range g.from {
		if g.from[e] < 0 || int(g.from[e]) >= n || g.to[e] < 0 || int(g.to[e]) >= n {
			add("arc %d goes from node %d to %d; there are %d", e, g.from[e], g.to[e], n)
			continue
		}
		if c := g.cost[e]; c > limit || c < -limit {
			add("arc %d costs %d; wanted at most %d", e, c, limit)
		}
		if lo, hi := g.lower[e], g.upper[e]; lo < -flowMax || lo > flowMax || hi != Unlimited && (hi > flowMax || hi < -flowMax) {
			add("arc %d carries from %d to %d; wanted at most %d, or Unlimited", e, lo, hi, flowMax)
		} else if lowers += uint64(max(lo, -lo)); lowers > uint64(flowMax) {
			add("the lower bounds of the arcs add up to more than %d", flowMax)
			break
		} else if hi != Unlimited {
			if room += uint64(max(hi-lo, 0)); room > uint64(flowMax) {
				add("the bounds of the arcs add up to more than %d; wanted Unlimited for those that have none", flowMax)
				break
			}
		}
	}
	if bad == nil {
		return nil
	}
	return &Invalid{bad}
}

// Solve finds the cheapest flow. The error is an *Invalid, or says that the cost
// of the answer has no place in an int64.
func (g *Network) Solve(ctx context.Context) (Flow, error) {
	if err := g.check(); err != nil {
		return Flow{}, err
	}
	for e := range g.from {
		if g.lower[e] > g.upper[e] {
			// Impossible by itself, without any set of nodes.
			return Flow{Status: Infeasible}, nil
		}
	}
	t := newTree(g, g.cost)
	f := Flow{Status: t.run(ctx), Pivots: t.pivots, Cycle: t.cycle}
	if f.Status == Unbounded { // so far only if anything fits at all
		t = newTree(g, make([]int64, len(g.cost)))
		f.Pivots += t.pivots
		if t.run(ctx) == Stopped {
			return Flow{Status: Stopped}, nil
		}
	}
	if f.Status == Stopped {
		return f, nil
	}
	if short, missing := t.short(); short != nil {
		return Flow{Status: Infeasible, Short: short, Missing: missing, Pivots: f.Pivots}, nil
	}
	if f.Status == Unbounded {
		return f, nil
	}
	m := len(g.from)
	f.Units = make([]int64, m)
	f.Potential = t.pi[:len(g.supply)]
	hi, lo := int64(0), uint64(0) // the cost in 128 bits
	for e := range m {
		f.Units[e] = t.flow[e] + g.lower[e]
		h, l := mul(f.Units[e], g.cost[e])
		var carry uint64
		lo, carry = bits.Add64(lo, l, 0)
		hi += h + int64(carry)
	}
	if hi != int64(lo)>>63 {
		return Flow{}, errors.New("network: the cost of the cheapest flow is beyond an int64")
	}
	f.Cost = int64(lo)
	return f, nil
}

// mul multiplies into 128 bits, two's complement.
func mul(a, b int64) (int64, uint64) {
	h, l := bits.Mul64(uint64(a), uint64(b))
	r := int64(h)
	if a < 0 {
		r -= b
	}
	if b < 0 {
		r -= a
	}
	return r, l
}

// Nodes counts the nodes.
func (g *Network) Nodes() int { return len(g.supply) }

// Gives is what a node gives; negative is taken.
func (g *Network) Gives(node int) int64 { return g.supply[node] }

// At is an arc, as it was added.
func (g *Network) At(arc int) (from, to int, lower, upper, cost int64) {
	return int(g.from[arc]), int(g.to[arc]), g.lower[arc], g.upper[arc], g.cost[arc]
}
