package indicator

import (
	"slices"

	"shuren/internal/pack"
)

// Join puts results over the same frame together, in the order of defs. The
// first one's scope is the scope of the whole; each item keeps its own.
func Join(defs []*pack.Indicator, results ...*Result) *Result {
	r := &Result{Frame: results[0].Frame, Scope: results[0].Scope, byID: map[string]*Item{}}
	for _, x := range results {
		for _, it := range x.Items {
			r.Items = append(r.Items, it)
			r.byID[it.Def.ID] = it
		}
	}
	slices.SortStableFunc(r.Items, func(x, y *Item) int {
		return slices.Index(defs, x.Def) - slices.Index(defs, y.Def)
	})
	return r
}
