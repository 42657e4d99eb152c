package family

import (
	"math"

	"shuren/internal/solve"
)

// City is counties that share a budget for each of two kinds of spending, people
// and buildings; the budgets pay for about so large a share of all.
func City(counties, sections int, share float64, seed uint64) ([]solve.Part, []solve.Shared) {
	r := source(seed)
	parts := make([]solve.Part, counties)
	var need [2]float64
	for c := range parts {
		p := county(r, sections)
		parts[c] = solve.Part{Model: p.Model, Uses: [][]solve.Term{p.Hired, p.Built}}
		for k, n := range p.need {
			need[k] += n
		}
	}
	return parts, []solve.Shared{
		{Name: "hiring", Lo: -solve.Inf, Hi: math.Round(share * need[0])},
		{Name: "building", Lo: -solve.Inf, Hi: math.Round(share * need[1])},
	}
}
