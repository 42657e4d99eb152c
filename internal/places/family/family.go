// Package family makes counties for tests and benchmarks of places: of a given
// size, from a seed. None is a real one.
package family

import (
	"fmt"
	"math"
	"math/rand/v2"

	"shuren/internal/places"
)

// County has areas, schools with sites among them, and years. Kindergartens
// shrink, juniors grow; some schools were heard on their closing, some are small
// rural ones, some sites cost more than others. Tight is a budget that binds.
func County(areas, schools, years int, tight bool, seed uint64) *places.Input {
	r := rand.New(rand.NewPCG(seed, 7))
	in := &places.Input{Stages: []places.Stage{
		{ID: "preschool", Class: 30, Km: 6, BusKm: 60, Prices: places.Prices{Expand: 12000, Build: 20000, Convert: 2000, Run: 150_000, Bus: 1800, Board: -1, PerKm: 20}},
		{ID: "primary", Class: 45, Km: 8, BusKm: 60, Prices: places.Prices{Expand: 15000, Build: 25000, Convert: 3000, Run: 200_000, Bus: 1500, Board: -1, PerKm: 20}},
		{ID: "junior", Class: 50, Km: 12, BusKm: 60, Prices: places.Prices{Expand: 18000, Build: 30000, Convert: 4000, Run: 400_000, Bus: 1500, Board: 2500, PerKm: 10}},
	}}
	for y := range years {
		in.Years = append(in.Years, places.Year{First: 2026 + y, Budget: -1})
	}
	trend := []float64{0.93, 0.99, 1.06} // a year
	demand := make([]float64, len(in.Stages))
	type spot struct{ x, y float64 }
	var at []spot
	place := func() spot { return spot{r.Float64() * 40, r.Float64() * 30} }
	for a := range areas {
		p := place()
		at = append(at, p)
		size := 8 + 60*math.Pow(r.Float64(), 3)
		area := places.Area{ID: fmt.Sprint(a), Name: fmt.Sprintf("village %d", a)}
		for st, per := range []float64{1, 2, 1} {
			var children []int
			for y := range years {
				children = append(children, int(size*per*math.Pow(trend[st], float64(y+1))*(0.8+0.4*r.Float64())))
			}
			area.Children = append(area.Children, children)
			demand[st] += float64(children[0])
		}
		in.Areas = append(in.Areas, area)
	}
	count := []int{0, 0, 0}
	for s := range schools {
		count[s%3]++
	}
	var where []spot
	for s := range schools {
		st := s % 3
		sc := places.School{ID: fmt.Sprint(s), Name: fmt.Sprintf("%s %d", in.Stages[st].ID, s), Stage: st, Most: 6 + r.IntN(16)}
		p := place()
		where = append(where, p)
		rooms := int(math.Ceil(demand[st] / float64(in.Stages[st].Class) / float64(count[st]) * (0.4 + 1.3*r.Float64())))
		sc.Seats = rooms * in.Stages[st].Class
		switch {
		case s >= 6 && r.IntN(5) == 0:
			sc.New, sc.Seats, sc.Least, sc.Most, sc.Fixed, sc.From = true, 0, 6, 24, float64(1+r.IntN(4))*1e6, r.IntN(2)
		case r.IntN(4) == 0:
			sc.Steps = places.Steps{Consulted: true, Published: true, Heard: true, SafeRoute: true, Optional: true}
			sc.Small = r.IntN(2) == 0
		}
		if st == 2 {
			sc.Beds = r.IntN(200)
		}
		in.Schools = append(in.Schools, sc)
	}
	for s, sc := range in.Schools { // the next junior may take a kindergarten's rooms
		if sc.Stage == 0 && !sc.New && s+2 < schools && !in.Schools[s+2].New {
			in.Convert = append(in.Convert, places.Conversion{From: s, To: s + 2, Most: min(4, sc.Seats/in.Stages[0].Class)})
		}
	}
	for _, a := range at {
		var ways []places.Way
		for _, s := range where {
			km := math.Round(13*math.Hypot(a.x-s.x, a.y-s.y)) / 10
			ways = append(ways, places.Way{Km: km, Minutes: math.NaN()})
		}
		in.Ways = append(in.Ways, ways)
	}
	if tight {
		for y := range in.Years {
			in.Years[y].Budget = 300 * demand[1] / float64(years)
		}
	}
	return in
}
