// Agreement of two programs on one design.

package cohort

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Estimates are what two programs are compared on.
type Estimates = Reference

// Differ lists where got is further than a relative bound from want, and gives
// the largest relative difference of each kind. A figure close to zero is
// measured against a hundredth of its own standard error, a variance against the
// pupils' variance times the bound at least: relative to nothing, nothing agrees.
func Differ(got, want *Estimates, bound float64) (bad []string, worst map[string]float64) {
	worst = map[string]float64{}
	compare := func(kind, name string, g, w, floor float64) {
		diff := math.Abs(g-w) / max(math.Abs(w), floor)
		if g == w {
			diff = 0
		}
		worst[kind] = max(worst[kind], diff)
		if !(diff <= bound) {
			bad = append(bad, fmt.Sprintf("%s %s: %.12g, want %.12g (relative difference %.1e)", kind, name, g, w, diff))
		}
	}
	compare("variance", "school", got.School, want.School, want.Pupil*bound)
	compare("variance", "pupil", got.Pupil, want.Pupil, 0)
	compare("criterion", "", got.Criterion, want.Criterion, 0)
	each := func(kind string, g, w, se map[string]float64) {
		if len(g) != len(w) {
			bad = append(bad, fmt.Sprintf("%d of kind %s, want %d", len(g), kind, len(w)))
		}
		for _, name := range slices.Sorted(maps.Keys(w)) {
			v, ok := g[name]
			if !ok {
				bad = append(bad, "no "+kind+" "+name)
				continue
			}
			compare(kind, name, v, w[name], se[name]/100)
		}
	}
	each("fixed", got.Fixed, want.Fixed, want.SE)
	each("se", got.SE, want.SE, nil)
	each("effect", got.Effect, want.Effect, want.CondSE)
	each("condse", got.CondSE, want.CondSE, nil)
	return bad, worst
}
