package solve

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawNetwork is a small network, often without a solution.
func drawNetwork(t *rapid.T, nodes, arcs int) *Network {
	n := rapid.IntRange(1, nodes).Draw(t, "nodes")
	g := NewNetwork(n)
	for range rapid.IntRange(0, n).Draw(t, "gifts") {
		a, b := rapid.IntRange(0, n-1).Draw(t, "giver"), rapid.IntRange(0, n-1).Draw(t, "taker")
		k := rapid.Int64Range(0, 4).Draw(t, "units")
		g.Supply(a, k)
		g.Supply(b, -k)
	}
	if rapid.IntRange(0, 9).Draw(t, "unbalanced") == 0 {
		g.Supply(0, rapid.Int64Range(-3, 3).Draw(t, "extra"))
	}
	for range rapid.IntRange(0, arcs).Draw(t, "arcs") {
		lo := rapid.SampledFrom([]int64{0, 0, 0, 1, -1}).Draw(t, "lower")
		hi := lo + rapid.Int64Range(0, 3).Draw(t, "room")
		if rapid.IntRange(0, 4).Draw(t, "unlimited") == 0 {
			hi = Unlimited
		}
		g.Arc(rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to"), lo, hi, rapid.Int64Range(-3, 9).Draw(t, "cost"))
	}
	return g
}

// proven says what is wrong with the proof that comes with a flow.
func proven(g *Network, f Flow) string {
	switch f.Status {
	case Optimal:
		net := append([]int64(nil), g.supply...)
		cost := int64(0)
		for e, units := range f.Units {
			if units < g.lower[e] || units > g.upper[e] {
				return "an arc is outside its bounds"
			}
			net[g.from[e]] -= units
			net[g.to[e]] += units
			cost += units * g.cost[e]
			c := g.cost[e] + f.Potential[g.from[e]] - f.Potential[g.to[e]]
			if c > 0 && units != g.lower[e] || c < 0 && units != g.upper[e] {
				return "the potentials prove nothing"
			}
		}
		for _, left := range net {
			if left != 0 {
				return "units are left at a node"
			}
		}
		if cost != f.Cost {
			return "the cost is another"
		}
	case Infeasible:
		if f.Short == nil {
			for e := range g.lower {
				if g.lower[e] > g.upper[e] {
					return ""
				}
			}
			return "no reason"
		}
		in := make([]bool, len(g.supply))
		lack := int64(0)
		for _, u := range f.Short {
			in[u] = true
			lack -= g.supply[u]
		}
		for e := range g.from {
			a, b := in[g.from[e]], in[g.to[e]]
			most, least := g.upper[e], g.lower[e]
			if f.Missing < 0 {
				most, least = least, most
			}
			switch {
			case a && !b:
				if least == Unlimited {
					return "an arc without limit leads away"
				}
				lack += least
			case b && !a:
				if most == Unlimited {
					return "an arc without limit leads in"
				}
				lack -= most
			}
		}
		if f.Missing == 0 || lack != f.Missing {
			return "the nodes lack another number of units"
		}
	case Unbounded:
		cost := int64(0)
		for i, e := range f.Cycle {
			cost += g.cost[e]
			next := f.Cycle[(i+1)%len(f.Cycle)]
			if g.upper[e] != Unlimited || g.to[e] != g.from[next] {
				return "the arcs are no circle without limits"
			}
		}
		if cost >= 0 {
			return "the circle costs something"
		}
	default:
		return "no status"
	}
	return ""
}

func TestNetworkProvesItsAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawNetwork(t, 8, 24)
		f, err := g.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if wrong := proven(g, f); wrong != "" {
			t.Fatalf("%v: %s", f.Status, wrong)
		}
	})
}

// An unbounded network must have a flow at all, which its cycle does not prove.
func TestNetworkAgainstTrying(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := drawNetwork(t, 4, 6)
		for e := range g.upper {
			if g.upper[e] == Unlimited {
				g.upper[e] = g.lower[e] + 4
			}
		}
		best := int64(math.MaxInt64)
		units := append([]int64(nil), g.lower...)
		for {
			net := append([]int64(nil), g.supply...)
			cost := int64(0)
			for e, k := range units {
				net[g.from[e]] -= k
				net[g.to[e]] += k
				cost += k * g.cost[e]
			}
			balanced := true
			for _, left := range net {
				balanced = balanced && left == 0
			}
			if balanced {
				best = min(best, cost)
			}
			e := 0
			for ; e < len(units); e++ {
				if units[e]++; units[e] <= g.upper[e] {
					break
				}
				units[e] = g.lower[e]
			}
			if e == len(units) {
				break
			}
		}
		f, err := g.Solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if (f.Status == Optimal) != (best < math.MaxInt64) || f.Status == Optimal && f.Cost != best {
			t.Fatalf("%v %d; trying all gives %d", f.Status, f.Cost, best)
		}
	})
}

func TestNetworkCases(t *testing.T) {
	for _, tt := range []struct {
		name   string
		g      func() *Network
		status Status
		cost   int64
		err    string
	}{
		{"nothing", func() *Network { return NewNetwork(0) }, Optimal, 0, ""},
		{"no arc and nothing to carry", func() *Network { return NewNetwork(3) }, Optimal, 0, ""},
		{"an endless gain where nothing fits is no gain", func() *Network {
			g := NewNetwork(3)
			g.Supply(0, 1)
			g.Supply(1, -1)
			g.Arc(2, 2, 0, Unlimited, -1)
			return g
		}, Infeasible, 0, ""},
		{"an endless gain", func() *Network {
			g := NewNetwork(1)
			g.Arc(0, 0, 0, Unlimited, -1)
			return g
		}, Unbounded, 0, ""},
		{"an arc whose bounds contradict each other", func() *Network {
			g := NewNetwork(2)
			g.Arc(0, 1, 2, 1, 0)
			return g
		}, Infeasible, 0, ""},
		{"large numbers stay exact", func() *Network {
			g := NewNetwork(2)
			g.Supply(0, 1<<40)
			g.Supply(1, -1<<40)
			g.Arc(0, 1, 0, Unlimited, 1<<20+1)
			return g
		}, Optimal, 1<<60 + 1<<40, ""},
		{"a cost beyond 64 bits is said", func() *Network {
			g := NewNetwork(2)
			g.Supply(0, 1<<50)
			g.Supply(1, -1<<50)
			g.Arc(0, 1, 0, Unlimited, 1<<50)
			return g
		}, Stopped, 0, "beyond an int64"},
		{"an arc to nowhere", func() *Network {
			g := NewNetwork(2)
			g.Arc(0, 2, 0, 1, 0)
			return g
		}, Stopped, 0, "arc 0 goes from node 0 to 2"},
		{"a cost that could overflow", func() *Network {
			g := NewNetwork(2)
			g.Arc(0, 1, 0, 1, math.MinInt64)
			return g
		}, Stopped, 0, "arc 0 costs"},
		{"limits that stand for none", func() *Network {
			g := NewNetwork(2)
			g.Arc(0, 1, 0, 1<<60, 0)
			g.Arc(0, 1, 0, 1<<60, 0)
			return g
		}, Stopped, 0, "wanted Unlimited"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := tt.g()
			f, err := g.Solve(context.Background())
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v; want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if f.Status != tt.status || f.Cost != tt.cost {
				t.Errorf("%v at %d; want %v at %d", f.Status, f.Cost, tt.status, tt.cost)
			}
			if wrong := proven(g, f); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

func TestNetworkStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	g := NewNetwork(2)
	g.Supply(0, 1)
	g.Supply(1, -1)
	g.Arc(0, 1, 0, 1, 1)
	f, err := g.Solve(ctx)
	if err != nil || f.Status != Stopped {
		t.Errorf("%v, %v; want stopped", f.Status, err)
	}
	var invalid *Invalid
	g.Arc(0, 7, 0, 1, 1)
	if _, err = g.Solve(ctx); !errors.As(err, &invalid) {
		t.Errorf("error %v is not *Invalid", err)
	}
}
