// Package family makes models of the kinds that solve is for, of any size, from
// a seed. Tests and benchmarks share them; nothing here is a figure of anything.
package family

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shuren/internal/solve"
)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func between(r *rand.Rand, lo, hi int) float64 { return float64(lo + r.IntN(hi-lo+1)) }

type place struct{ x, y float64 }

func places(r *rand.Rand, n int) []place {
	p := make([]place, n)
	for i := range p {
		p[i] = place{100 * r.Float64(), 100 * r.Float64()}
	}
	return p
}

func (a place) to(b place) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }

// Transport is a network: each of n places gives or lacks up to 9 units and is
// joined to the nearest k; what is lacking can be had from outside at 1,000.
func Transport(n, k int, seed uint64) *solve.Network {
	r := source(seed)
	at := places(r, n)
	g := solve.NewNetwork(n + 1)
	units := make([]int64, n)
	var giving, lacking []int
	total := int64(0)
	for i := range units {
		units[i] = r.Int64N(19) - 9
		g.Supply(i, units[i])
		total += units[i]
		if units[i] > 0 {
			giving = append(giving, i)
			g.Arc(i, n, 0, solve.Unlimited, 0)
		} else if units[i] < 0 {
			lacking = append(lacking, i)
			g.Arc(n, i, 0, solve.Unlimited, 1000)
		}
	}
	g.Supply(n, -total)
	for _, i := range giving {
		near := slices.Clone(lacking)
		if k < len(near) {
			slices.SortFunc(near, func(a, b int) int {
				if d := at[i].to(at[a]) - at[i].to(at[b]); d != 0 {
					return int(math.Copysign(1, d))
				}
				return a - b
			})
			near = near[:k]
		}
		for _, j := range near {
			g.Arc(i, j, 0, solve.Unlimited, int64(math.Round(at[i].to(at[j])*4)))
		}
	}
	return g
}

// Carry is the same as a Model.
func Carry(n, k int, seed uint64) *solve.Model {
	g := Transport(n, k, seed)
	m := &solve.Model{}
	nodes := make([][]solve.Term, g.Nodes())
	for e := range g.Arcs() {
		from, to, lower, upper, cost := g.At(e)
		hi := float64(upper)
		if upper == solve.Unlimited {
			hi = solve.Inf
		}
		x := m.Continuous("", float64(lower), hi, float64(cost))
		nodes[from] = append(nodes[from], x.Times(1))
		nodes[to] = append(nodes[to], x.Times(-1))
	}
	for i, terms := range nodes {
		m.Equal("", float64(g.Gives(i)), terms...)
	}
	return m
}

// Places opens sites and sends areas to them: a site has a capacity, opening it
// costs, and an area's people may be shared out.
func Places(areas, sites int, seed uint64) *solve.Model {
	r := source(seed)
	from, to := places(r, areas), places(r, sites)
	m := &solve.Model{}
	people := make([]float64, areas)
	total := 0.0
	for i := range people {
		people[i] = between(r, 20, 100)
		total += people[i]
	}
	visits := make([][]solve.Term, areas)
	for j := range to {
		capacity := math.Ceil(total / float64(sites) * (2 + 2*r.Float64()))
		open := m.Binary(fmt.Sprintf("open %d", j), between(r, 2000, 6000))
		load := []solve.Term{open.Times(-capacity)}
		for i := range from {
			d := from[i].to(to[j])
			if d > 45 && j > 0 {
				continue
			}
			x := m.Continuous(fmt.Sprintf("area %d to %d", i, j), 0, people[i], math.Round(d*4)/8)
			visits[i] = append(visits[i], x.Times(1))
			load = append(load, x.Times(1))
			m.AtMost("", 0, x.Times(1), open.Times(-people[i]))
		}
		m.AtMost(fmt.Sprintf("capacity %d", j), 0, load...)
	}
	for i, terms := range visits {
		m.Equal(fmt.Sprintf("people %d", i), people[i], terms...)
	}
	return m
}

// Assign gives jobs to people, each job to one, within the hours of each and
// within a common limit of travel.
func Assign(people, jobs int, seed uint64) *solve.Model {
	r := source(seed)
	m := &solve.Model{}
	hours, done := make([][]solve.Term, people), make([][]solve.Term, jobs)
	var travel []solve.Term
	for i := range people {
		for j := range jobs {
			x := m.Binary(fmt.Sprintf("%d does %d", i, j), between(r, 10, 50))
			hours[i] = append(hours[i], x.Times(between(r, 5, 25)))
			done[j] = append(done[j], x.Times(1))
			travel = append(travel, x.Times(between(r, 0, 20)))
		}
	}
	for i := range hours {
		m.AtMost(fmt.Sprintf("hours %d", i), math.Ceil(15*float64(jobs)/float64(people)*0.9), hours[i]...)
	}
	for j := range done {
		m.Equal(fmt.Sprintf("job %d", j), 1, done[j]...)
	}
	m.AtMost("travel", 8*float64(jobs), travel...)
	return m
}

// Knapsacks chooses among things under several limits.
func Knapsacks(things, limits int, seed uint64) *solve.Model {
	r := source(seed)
	m := &solve.Model{}
	sums := make([]float64, limits)
	rows := make([][]solve.Term, limits)
	for range things {
		total := 0.0
		w := make([]float64, limits)
		for i := range w {
			w[i] = between(r, 1, 1000)
			total += w[i]
			sums[i] += w[i]
		}
		x := m.Binary("", -math.Round(total/float64(limits)+500*r.Float64()))
		for i := range w {
			rows[i] = append(rows[i], x.Times(w[i]))
		}
	}
	for i := range rows {
		m.AtMost(fmt.Sprintf("limit %d", i), math.Floor(sums[i]/2), rows[i]...)
	}
	return m
}
