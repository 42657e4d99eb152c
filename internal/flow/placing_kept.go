// A plan of places as a document: JSON knows no NaN and no infinity, and ways that
// nobody goes are not kept.

package flow

import (
	"cmp"
	"math"
	"slices"

	"shuren/internal/places"
)

// storable is the plan without what JSON cannot say: what is not known is -1.
func (p *PlacePlan) storable() *PlacePlan {
	out := *p
	in := p.Taken.Input
	seen := map[[2]int]bool{}
	out.Ways = nil
	for _, list := range [][]places.Trip{p.Plan.Trips, p.Plan.Still.Trips} {
		for _, t := range list {
			k := [2]int{t.Area, t.School}
			if seen[k] {
				continue
			}
			seen[k] = true
			w := in.Ways[t.Area][t.School]
			out.Ways = append(out.Ways, keptReach{t.Area, t.School, nanless(w.Km), nanless(w.Minutes), w.Straight})
		}
	}
	slices.SortFunc(out.Ways, func(a, b keptReach) int { return cmp.Or(a.Area-b.Area, a.School-b.School) })
	out.Taken.Input.Ways = nil
	out.Taken.Problems = slices.Clone(p.Taken.Problems)
	for _, x := range []*float64{&out.Plan.Cost, &out.Plan.Bound, &out.Plan.Gap} {
		if math.IsNaN(*x) || math.IsInf(*x, 0) {
			*x = 0
		}
	}
	out.Plan.Travel, out.Plan.Still.Travel = travels(p.Plan.Travel, nanless), travels(p.Plan.Still.Travel, nanless)
	return &out
}

// whole puts back what was left out.
func (p *PlacePlan) whole() {
	in := &p.Taken.Input
	in.Ways = make([][]places.Way, len(in.Areas))
	for a := range in.Ways {
		in.Ways[a] = slices.Repeat([]places.Way{{Km: math.NaN(), Minutes: math.NaN()}}, len(in.Schools))
	}
	for _, w := range p.Ways {
		if w.Area < len(in.Ways) && w.School < len(in.Schools) {
			in.Ways[w.Area][w.School] = places.Way{Km: nanned(w.Km), Minutes: nanned(w.Minutes), Straight: w.Straight}
		}
	}
	p.Plan.Travel, p.Plan.Still.Travel = travels(p.Plan.Travel, nanned), travels(p.Plan.Still.Travel, nanned)
}

func nanless(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return -1
	}
	return x
}

func nanned(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return x
}

func travels(in [][]places.Travel, by func(float64) float64) (out [][]places.Travel) {
	for _, row := range in {
		row = slices.Clone(row)
		for i := range row {
			for _, x := range []*float64{&row[i].MeanKm, &row[i].P95Km, &row[i].MostKm, &row[i].MeanMin, &row[i].P95Min, &row[i].MostMin} {
				*x = by(*x)
			}
		}
		out = append(out, row)
	}
	return out
}
