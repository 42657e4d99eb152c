package solve

import "math"

// A propagator narrows bounds by what the rows leave: a variable cannot be more
// than what is left when all others take the least they may.
type propagator struct {
	p     *problem
	cols  spread // rows of each variable
	queue []int32
	in    []bool
	// log has the changes of the last run, with what was before.
	log []change
}

// A change of a variable's bounds; lo and hi are those after it.
type change struct {
	j      int32
	lo, hi float64
}

func newPropagator(p *problem) *propagator {
	g := &propagator{p: p, in: make([]bool, len(p.rows))}
	count := make([]int32, len(p.lo)+1)
	for i := range p.rows {
		for _, j := range p.rows[i].ind {
			count[j+1]++
		}
	}
	for j := range p.lo {
		count[j+1] += count[j]
	}
	g.cols.at = append([]int32(nil), count...)
	g.cols.ind = make([]int32, count[len(p.lo)])
	for i := range p.rows {
		for _, j := range p.rows[i].ind {
			g.cols.ind[count[j]] = int32(i)
			count[j]++
		}
	}
	return g
}

// touch puts the rows of a variable in the queue.
func (g *propagator) touch(j int32) {
	for _, i := range g.cols.ind[g.cols.at[j]:g.cols.at[j+1]] {
		g.enqueue(i)
	}
}

func (g *propagator) enqueue(i int32) {
	if !g.in[i] {
		g.in[i] = true
		g.queue = append(g.queue, i)
	}
}

// run narrows lo and hi until the queue is empty or it does not pay any more. It
// reports false when some row cannot be kept.
func (g *propagator) run(lo, hi []float64) bool {
	g.log = g.log[:0]
	good := true
	left := 1000 + 10*len(g.p.rows)
	for k := 0; k < len(g.queue); k++ {
		i := g.queue[k]
		g.in[i] = false
		if left--; good && left > 0 {
			good = g.row(&g.p.rows[i], lo, hi)
		}
	}
	g.queue = g.queue[:0]
	return good
}

// activity is the least and the most that a row can sum up to, without the terms
// that have no limit, which are counted; size is that of the largest term.
type activity struct {
	least, most         float64
	noLeast, noMost     int
	sizeLeast, sizeMost float64
}

func (r *packed) activity(lo, hi []float64) (a activity) {
	for k, j := range r.ind {
		c := r.val[k]
		u, v := c*lo[j], c*hi[j]
		if c < 0 {
			u, v = v, u
		}
		if math.IsInf(u, 0) {
			a.noLeast++
		} else {
			a.least += u
			a.sizeLeast = math.Max(a.sizeLeast, math.Abs(u))
		}
		if math.IsInf(v, 0) {
			a.noMost++
		} else {
			a.most += v
			a.sizeMost = math.Max(a.sizeMost, math.Abs(v))
		}
	}
	return a
}

func (g *propagator) row(r *packed, lo, hi []float64) bool {
	a := r.activity(lo, hi)
	if a.noLeast == 0 && a.least > r.hi+Feasible*math.Max(1, a.sizeLeast) ||
		a.noMost == 0 && a.most < r.lo-Feasible*math.Max(1, a.sizeMost) {
		return false
	}
	upper := !math.IsInf(r.hi, 1) && a.noLeast <= 1
	lower := !math.IsInf(r.lo, -1) && a.noMost <= 1
	if !upper && !lower {
		return true
	}
	for k, j := range r.ind {
		c := r.val[k]
		if lo[j] == hi[j] {
			continue
		}
		newLo, newHi := math.Inf(-1), math.Inf(1)
		u, v := c*lo[j], c*hi[j]
		if c < 0 {
			u, v = v, u
		}
		if upper {
			if rest, ok := without(a.least, a.noLeast, u); ok {
				if b := (r.hi - rest) / c; c > 0 {
					newHi = b
				} else {
					newLo = b
				}
			}
		}
		if lower {
			if rest, ok := without(a.most, a.noMost, v); ok {
				if b := (r.lo - rest) / c; c > 0 {
					newLo = math.Max(newLo, b)
				} else {
					newHi = math.Min(newHi, b)
				}
			}
		}
		if !g.narrow(j, newLo, newHi, lo, hi) {
			return false
		}
	}
	return true
}

// without is a sum without one of its terms, if what is left has a limit.
func without(sum float64, endless int, term float64) (float64, bool) {
	if math.IsInf(term, 0) {
		return sum, endless == 1
	}
	return sum - term, endless == 0
}

// narrow takes new bounds where they are narrower by enough. Continuous
// variables get a bound only where they had none, and some room with it, since
// the row itself already holds them.
func (g *propagator) narrow(j int32, newLo, newHi float64, lo, hi []float64) bool {
	if g.p.whole[j] {
		newLo, newHi = math.Ceil(newLo-Integral), math.Floor(newHi+Integral)
		if math.Abs(newLo) > hugeWhole && newLo <= hi[j] {
			newLo = math.Inf(-1)
		}
		if math.Abs(newHi) > hugeWhole && newHi >= lo[j] {
			newHi = math.Inf(1)
		}
	} else {
		room := func(v float64) float64 { return 1e-6 * math.Max(1, math.Abs(v)) }
		if newLo > hi[j]+room(hi[j]) || newHi < lo[j]-room(lo[j]) {
			return false
		}
		if !math.IsInf(lo[j], -1) || math.Abs(newLo) > 1e7 {
			newLo = math.Inf(-1)
		} else {
			newLo -= room(newLo)
		}
		if !math.IsInf(hi[j], 1) || math.Abs(newHi) > 1e7 {
			newHi = math.Inf(1)
		} else {
			newHi += room(newHi)
		}
	}
	newLo, newHi = math.Max(lo[j], newLo), math.Min(hi[j], newHi)
	if newLo == lo[j] && newHi == hi[j] {
		return true
	}
	if newLo > newHi {
		return false
	}
	lo[j], hi[j] = newLo, newHi
	g.log = append(g.log, change{j, newLo, newHi})
	g.touch(j)
	return true
}
