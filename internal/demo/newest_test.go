package demo

import (
	"math"
	"slices"
	"testing"

	"shuren/internal/edu"
)

// The seven resource indicators by plain arithmetic from what a workbook
// reports, so that the demo's story does not rest on the engines it is to show.
func indicators(f figures, pupils int) (v [resources]float64, complete bool) {
	complete = true
	get := func(id string) float64 {
		switch x := f[id].(type) {
		case int:
			return float64(x)
		case float64:
			return x
		}
		if id != "area_sport_other" && id != "area_sport_leased" && id != "teachers_pe_arts_shared" {
			complete = false
		}
		return 0
	}
	p := float64(pupils)
	arts := get("teachers_pe") + get("teachers_music") + get("teachers_art") + get("teachers_arts") + get("teachers_pe_arts_shared")
	sport := get("area_field") + get("area_hall")
	if f["crowded_center"] == true {
		sport += get("area_sport_other") + get("area_sport_leased")
	}
	v = [resources]float64{100 * get("teachers_qualified") / p, 100 * get("teachers_backbone") / p, 100 * arts / p,
		(get("area_teaching") - get("area_indoor_sport")) / p, sport / p, get("equipment") / p, 100 * get("multimedia_rooms") / p}
	return v, complete
}

func TestNewestYearFailsWhereCitiesFail(t *testing.T) {
	for seed := range uint64(4) {
		c := New(seed)
		var fails, assessed [10]int
		var short [settings][resources]int
		var nearest, flips, silent, small, exempt, crowded, byShared int
		var cv float64
		for county := range counties {
			for _, stage := range []edu.Stage{edu.Primary, edu.Junior} {
				var weights, sports []float64
				for _, s := range c.sections {
					if s.school.county != county || s.stage != stage || !s.in(newest) {
						continue
					}
					n := s.total(newest)
					if !s.assessed(newest) {
						exempt++
						continue
					}
					if n >= 50 && n < 100 {
						small++
					}
					assessed[county]++
					f := c.record(s, newest)
					v, complete := indicators(f, n)
					if !complete {
						silent++
						continue
					}
					if s.school.crowded {
						crowded++
					}
					weights, sports = append(weights, float64(n)), append(sports, v[r5])
					met, lowest, flip := 0, math.Inf(1), false
					for k, x := range v {
						part := x / thresholds[stage][k]
						lowest = min(lowest, part)
						if part >= 1 {
							met++
						} else {
							short[s.school.setting][k]++
							flip = flip || math.Round(100*x)/100 >= thresholds[stage][k]
						}
					}
					if flip {
						flips++
					}
					if f["teachers_pe_arts_shared"] != nil && met >= 6 && lowest >= floor {
						byShared++
					}
					if met < 6 || lowest < floor {
						fails[county]++
						if met >= 5 && lowest > .9 {
							nearest++
						}
					}
				}
				if counties[county].uneven && stage == edu.Primary {
					cv = weightedCV(sports, weights)
				} else if x := weightedCV(sports, weights); x > .44 && !counties[county].uneven {
					t.Errorf("seed %d: sports areas of %s are as uneven as %.3f", seed, counties[county].Name.EN, x)
				}
			}
		}
		for i := range counties {
			p := &counties[i]
			rate := float64(fails[i]) / float64(assessed[i])
			if p.failing == 0 && fails[i] > 0 || p.failing > 0 && (rate == 0 || rate > p.failing+.02) {
				t.Errorf("seed %d: %d of %d sections of %s fail, planned %.3f", seed, fails[i], assessed[i], p.Name.EN, p.failing)
			}
		}
		space := short[town][r4] + short[town][r5]
		people := short[village][r2] + short[village][r3] + short[point][r2] + short[point][r3]
		if all := sum(short[town][:]); 2*space < all {
			t.Errorf("seed %d: in county towns %d of %d shortfalls are of space: want most", seed, space, all)
		}
		if all := sum(short[village][:]) + sum(short[point][:]); 2*people < all {
			t.Errorf("seed %d: in villages %d of %d shortfalls are of backbone and arts teachers: want most", seed, people, all)
		}
		for _, tt := range []struct {
			what      string
			got, from int
		}{
			{"sections just short of a pass", nearest, 10}, {"verdicts that rounding would flip", flips, 2}, {"sections with a figure missing", silent, 4},
			{"sections of 50 to 99 pupils", small, 100}, {"teaching points under 50 pupils", exempt, 150}, {"sections in over-dense centres", crowded, 3},
			{"small schools that pass by shared teachers", byShared, 3},
		} {
			if tt.got < tt.from {
				t.Errorf("seed %d: %d %s, want at least %d", seed, tt.got, tt.what, tt.from)
			}
		}
		if cv <= .5 {
			t.Errorf("seed %d: the difference coefficient of the uneven county is %.3f, want above 0.50", seed, cv)
		}
	}
}

func sum(all []int) (n int) {
	for _, x := range all {
		n += x
	}
	return n
}

func weightedCV(x, w []float64) float64 {
	var weight, mean, variance float64
	for i := range x {
		weight += w[i]
		mean += w[i] * x[i]
	}
	mean /= weight
	for i := range x {
		variance += w[i] / weight * (x[i] - mean) * (x[i] - mean)
	}
	return math.Sqrt(variance) / mean
}

// A trend line that jumps would look like an error in the data.
func TestYearsFollowEachOther(t *testing.T) {
	c := New(1)
	for county := range counties {
		var rates []float64
		for y := range years {
			pass, n := 0, 0
			for _, s := range c.sections {
				if s.school.county != county || !s.compulsory() || !s.in(y) || s.total(y) == 0 || !s.assessed(y) {
					continue
				}
				v, complete := indicators(c.record(s, y), s.total(y))
				if !complete {
					continue
				}
				met, lowest := 0, math.Inf(1)
				for k, x := range v {
					part := x / thresholds[s.stage][k]
					lowest = min(lowest, part)
					if part >= 1 {
						met++
					}
				}
				n++
				if met >= 6 && lowest >= floor {
					pass++
				}
			}
			rates = append(rates, float64(pass)/float64(n))
		}
		if rates[newest] < rates[0]+.1 {
			t.Errorf("%s: the share that passes goes %.2f: want a rise", counties[county].Name.EN, rates)
		}
		steps := make([]float64, 0, newest)
		for y := 1; y < years; y++ {
			steps = append(steps, rates[y]-rates[y-1])
		}
		if lo, hi := slices.Min(steps), slices.Max(steps); lo < -.12 || hi > .25 {
			t.Errorf("%s: the share that passes jumps: %.2f", counties[county].Name.EN, rates)
		}
	}
}
