package nation

import (
	"math"
	"strconv"
	"sync"

	"shuren/internal/edu"
)

// The same judgement written out section by section, county by county, without
// anything of the product: what the packs' outcome is held against.

const countyLevel = edu.County

type rules struct {
	least  [2][7]float64 // by stage
	equip  float64       // factor on the equipment
	of7    int
	floor  float64
	share  float64
	spread [2]float64
}

func benchmarkRules() rules {
	return rules{
		least:  [2][7]float64{{4.2, 1, 0.9, 4.5, 7.5, 2000, 2.3}, {5.3, 1, 0.9, 5.8, 10.2, 2500, 2.4}},
		equip:  1,
		of7:    6,
		floor:  0.85,
		share:  0.5,
		spread: [2]float64{0.50, 0.45},
	}
}

func (r rules) ratios(s *Section) [7]float64 {
	p := float64(s.Students)
	return [7]float64{
		float64(s.Degree) * 100 / p, float64(s.Backbone) * 100 / p, float64(s.Art) * 100 / p,
		s.RoomArea / p, s.SportArea / p, r.equip * s.Equip / p, float64(s.MMRooms) * 200 / p,
	}
}

// meets compares as decimals, in whole numbers: 519.40 m² for 106 students is
// 4.9 and not a hair less, as it is in binary.
func (r rules) meets(s *Section) bool {
	cents := func(x float64) int64 { return int64(math.Round(x * 100)) }
	met := 0
	for k, hundredths := range [7]int64{
		int64(s.Degree) * 100_00, int64(s.Backbone) * 100_00, int64(s.Art) * 100_00,
		cents(s.RoomArea), cents(s.SportArea), cents(s.Equip), int64(s.MMRooms) * 200_00,
	} {
		factor := 1.0
		if k == 5 {
			factor = r.equip
		}
		has := hundredths * int64(math.Round(factor*1e6))
		asks := func(x float64) int64 { return int64(math.Round(x*1e6)) * int64(s.Students) * 100 }
		if has < asks(r.floor*r.least[s.Stage-1][k]) {
			return false
		}
		if has >= asks(r.least[s.Stage-1][k]) {
			met++
		}
	}
	return met >= r.of7
}

var sections = sync.OnceValue(func() []Section {
	all := make([]Section, 0, Sections)
	Each(Sections, 1, func(s *Section) { all = append(all, *s) })
	return all
})

func each(do func(*Section)) {
	all := sections()
	for i := range all {
		do(&all[i])
	}
}

func naive(r rules) (counties, met int) {
	var all, good [Counties]int
	each(func(s *Section) {
		all[s.County]++
		if r.meets(s) {
			good[s.County]++
			met++
		}
	})
	wcv := spreads(r)
	for c := range all {
		ok := float64(good[c]) >= r.share*float64(all[c])
		for stage, cvs := range wcv[strconv.Itoa(c)] {
			for _, cv := range cvs {
				ok = ok && !(cv > r.spread[stage])
			}
		}
		if ok {
			counties++
		}
	}
	return counties, met
}

// spreads are the difference coefficients by county, stage and ratio, in two
// passes: the mean first, then what lies around it.
func spreads(r rules) map[string][2][7]float64 {
	type sums struct{ w, x, d [7]float64 }
	var of [Counties][2]sums
	for pass := range 2 {
		each(func(s *Section) {
			u := &of[s.County][s.Stage-1]
			w := float64(s.Students)
			for k, x := range r.ratios(s) {
				if pass == 0 {
					u.w[k] += w
					u.x[k] += w * x
				} else {
					d := x - u.x[k]/u.w[k]
					u.d[k] += w * d * d
				}
			}
		})
	}
	out := map[string][2][7]float64{}
	for c := range of {
		var cv [2][7]float64
		for stage := range of[c] {
			u := &of[c][stage]
			for k := range 7 {
				cv[stage][k] = math.Sqrt(u.d[k]/u.w[k]) / (u.x[k] / u.w[k])
			}
		}
		out[strconv.Itoa(c)] = cv
	}
	return out
}
