package compare

import (
	"math"
	"slices"
)

// Lower is the Better of an indicator of which less is better.
const Lower = "lower"

// Place is where a unit stands among those that have a value.
type Place struct {
	At     int  // from 1; 0 is no place, since there is no value
	Shared bool // another unit stands at the same place
	Of     int  // how many have a place
}

// Places ranks values as in a competition: 1, 2, 2, 4. Equal values share a
// place, a missing one has none. The order of the values is not touched: the
// order in which units are shown is the administrative code's, whoever stands
// where.
func Places(values []float64, better string) []Place {
	out := make([]Place, len(values))
	var by []int
	of := make([]float64, len(values))
	for i, v := range values {
		if of[i] = exactly(v); math.IsNaN(of[i]) {
			continue
		}
		if better != Lower {
			of[i] = -of[i]
		}
		by = append(by, i)
	}
	slices.SortStableFunc(by, func(a, b int) int {
		switch {
		case of[a] < of[b]:
			return -1
		case of[a] > of[b]:
			return 1
		}
		return 0
	})
	for k, i := range by {
		out[i] = Place{At: k + 1, Of: len(by)}
		if k > 0 && of[by[k-1]] == of[i] {
			out[i].At, out[i].Shared = out[by[k-1]].At, true
			out[by[k-1]].Shared = true
		}
	}
	return out
}
