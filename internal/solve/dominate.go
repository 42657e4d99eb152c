package solve

import (
	"cmp"
	"math"
	"slices"
)

// dominate fixes variables that another one can stand in for at no higher cost:
// the other is in the same rows, so many times, and has no upper bound. Things
// that may be done in any of several years, of which one is the cheapest or all
// are alike, leave one variable; the search need not look at all ways to say the
// same. Variables that convex rules look at stay. Bounds must still be those of
// the model, not what rows imply.
func (p *problem) dominate(seen []bool) {
	n := len(p.lo)
	at := make([]int32, n+1)
	for i := range p.rows {
		for _, j := range p.rows[i].ind {
			at[j+1]++
		}
	}
	for j := range n {
		at[j+1] += at[j]
	}
	next := slices.Clone(at)
	row, val := make([]int32, at[n]), make([]float64, at[n])
	for i := range p.rows {
		for k, j := range p.rows[i].ind {
			row[next[j]], val[next[j]] = int32(i), p.rows[i].val[k]
			next[j]++
		}
	}
	compare := func(a, b int32) int {
		if c := slices.Compare(row[at[a]:at[a+1]], row[at[b]:at[b+1]]); c != 0 {
			return c
		}
		return slices.Compare(val[at[a]:at[a+1]], val[at[b]:at[b+1]])
	}
	var order []int32
	for j := range int32(n) {
		if at[j] < at[j+1] && p.lo[j] < p.hi[j] && !math.IsInf(p.lo[j], -1) && !(seen != nil && seen[j]) {
			order = append(order, j)
		}
	}
	// Alike stand together, the cheapest first.
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(compare(a, b), cmp.Compare(p.cost[a], p.cost[b]), cmp.Compare(a, b))
	})
	for len(order) > 0 {
		end := 1
		for end < len(order) && compare(order[0], order[end]) == 0 {
			end++
		}
		p.standIn(order[:end])
		order = order[end:]
	}
}

// standIn fixes those of alike variables that a cheaper one stands in for.
func (p *problem) standIn(alike []int32) {
	whole, any := false, false // such a one without upper bound came before
	for _, j := range alike {
		if any || whole && p.whole[j] {
			p.hi[j] = p.lo[j]
		} else if math.IsInf(p.hi[j], 1) {
			whole = whole || p.whole[j]
			any = any || !p.whole[j]
		}
	}
}
