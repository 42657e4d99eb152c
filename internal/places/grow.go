// Children of one year carried on by the growth of their stage: a county counts its
// villages once, and the forecast says what becomes of the stage.

package places

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"shuren/internal/edu"
)

// grow gives later years the children of the first, as many as the stage has then.
// Fractions go to the areas that lost most by rounding, so that the areas add up to
// the stage.
func (r *reader) grow() {
	years := slices.Sorted(maps.Keys(r.years))
	if r.choice.Growth == nil || len(years) != 1 || r.choice.Until <= years[0] {
		return
	}
	first := years[0]
	stages := map[string][]childKey{}
	for k := range r.children {
		if !r.inner[k.area] {
			stages[k.stage] = append(stages[k.stage], k)
		}
	}
	for _, stage := range slices.Sorted(maps.Keys(stages)) {
		keys := stages[stage]
		slices.SortFunc(keys, func(a, b childKey) int { return cmp.Compare(r.areas[a.area], r.areas[b.area]) })
		for year := first + 1; year <= r.choice.Until; year++ {
			by, ok := r.choice.Growth(stage, first, year)
			if !ok || !(by >= 0) || math.IsInf(by, 0) {
				r.note(edu.Cell{}, true, "“%s”没有 %d 年的学龄人口预测，请在儿童表中逐年填写", "there is no forecast of %q for %d: give children of every year", stageWord(stage), year)
				return
			}
			r.spread(keys, by, year)
		}
	}
	for year := first + 1; year <= r.choice.Until; year++ {
		r.years[year] = true
	}
	r.note(edu.Cell{}, false, "儿童表只有 %d 年：以后各年按本县该学段学龄人口预测同比例推算到各片区，至 %d 年。", "children are told of %d only: later years follow the county's forecast of the stage, in the same proportion in every area, up to %d.", first, r.choice.Until)
}

func stageWord(id string) string { return StageName(id).ZH }

// spread shares a stage's children of a year over its areas.
func (r *reader) spread(keys []childKey, by float64, year int) {
	sum, given := 0.0, 0
	type part struct {
		i    int
		left float64
	}
	var parts []part
	counts := make([]int, len(keys))
	for i, k := range keys {
		x := float64(r.children[k].n) * by
		sum += x
		counts[i] = int(math.Floor(x))
		given += counts[i]
		parts = append(parts, part{i, x - math.Floor(x)})
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.left, a.left) })
	for _, p := range parts {
		if float64(given) >= math.Round(sum) || p.left == 0 {
			break
		}
		counts[p.i]++
		given++
	}
	for i, k := range keys {
		was := r.children[k]
		r.children[childKey{k.area, k.stage, year}] = childLine{counts[i], was.at}
	}
}
