// Which estimates are shown: the minimum-size rule.

package valueadd

import (
	"cmp"
	"slices"
)

const (
	// FewestPupils is the rule of the whole product: a figure of fewer than ten
	// persons is never shown.
	FewestPupils = 10
	// DefaultMinPupils is how many pupils a school needs unless a city says
	// otherwise [E: with a tenth of the variance between schools, 20 pupils keep
	// 20·(1/9)/(1+20·(1/9)) = 69 % of their mean residual, 10 pupils 53 %].
	DefaultMinPupils = 20
)

// publish says which schools are shown. All of them are in the model. Those
// below the minimum are not shown, nor is how many pupils they have. If that
// would let a reader work out a number below ten from the total, the smallest of
// the others are kept back with them.
func (r *Result) publish() {
	order := make([]int, len(r.Effects))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.Effects[a].Pupils, r.Effects[b].Pupils) })
	held, pupils, small := 0, 0, 0
	for _, i := range order {
		e := &r.Effects[i]
		e.Shown = e.Pupils >= r.Options.MinPupils
		if e.Shown && small > 0 && (held == 1 || pupils < FewestPupils) {
			e.Shown = false
		}
		if !e.Shown {
			held++
			pupils += e.Pupils
			if e.Pupils < FewestPupils {
				small++
			}
			continue
		}
		switch e.Reading() {
		case Above:
			r.Tally.Above++
		case Below:
			r.Tally.Below++
		default:
			r.Tally.Indistinct++
		}
	}
	r.Tally.Held, r.Tally.HeldPupils = held, pupils
}
