package places

import (
	"math"
	"slices"
)

// waysOf takes ways from the table, and where it has none, straight lines from
// where things stand.
func (r *reader) waysOf() {
	in := &r.Input
	area := map[string]int{}
	for i, a := range in.Areas {
		area[a.ID] = i
		ways := make([]Way, len(in.Schools))
		for s := range ways {
			ways[s] = Way{Km: math.NaN(), Minutes: math.NaN()}
		}
		in.Ways = append(in.Ways, ways)
	}
	told := map[[2]int]bool{}
	for _, w := range r.ways {
		a, ok := area[w.area]
		if !ok {
			if _, known := r.areas[w.area]; !known {
				r.note(w.areaAt, true, "没有片区“%s”", "no area %q", cut(w.area))
			}
			continue
		}
		some := false
		for s := range in.Schools {
			if in.Schools[s].ID != w.school {
				continue
			}
			if some = true; told[[2]int{a, s}] {
				r.note(w.areaAt, true, "同一片区和学校写了两次", "this area and school are there twice")
			}
			told[[2]int{a, s}] = true
			in.Ways[a][s] = w.Way
		}
		if !some {
			r.note(w.schoolAt, true, "没有学校或选址“%s”", "no school or site %q", cut(w.school))
		}
	}
	places := make([]point, len(in.Schools))
	for i, s := range in.Schools {
		k := slices.IndexFunc(r.schools, func(l schoolLine) bool { return l.ID == s.ID && l.stage == in.Stages[s.Stage].ID })
		places[i] = r.schools[k].place
	}
	for _, p := range places {
		r.SchoolAt = append(r.SchoolAt, Spot{p.x, p.y, p.known})
	}
	for a := range in.Areas {
		at := r.order[r.areas[in.Areas[a].ID]].at
		r.AreaAt = append(r.AreaAt, Spot{at.x, at.y, at.known})
	}
	for a := range in.Areas {
		from := r.order[r.areas[in.Areas[a].ID]].at
		for s := range in.Schools {
			if told[[2]int{a, s}] || !from.known || !places[s].known || from.degree != places[s].degree {
				continue
			}
			if km := line(from, places[s]) * r.choice.Winding; km <= maxKm {
				in.Ways[a][s] = Way{Km: math.Round(km*1000) / 1000, Minutes: math.NaN(), Straight: true}
			}
		}
	}
}

// line is the straight line in kilometres, on the globe where places stand in
// degrees.
func line(a, b point) float64 {
	if !a.degree {
		return math.Hypot(a.x-b.x, a.y-b.y)
	}
	rad := math.Pi / 180
	h := math.Pow(math.Sin((b.y-a.y)*rad/2), 2) + math.Cos(a.y*rad)*math.Cos(b.y*rad)*math.Pow(math.Sin((b.x-a.x)*rad/2), 2)
	return 2 * 6371 * math.Asin(math.Min(1, math.Sqrt(h)))
}
