package partner

import (
	"cmp"
	"math"
	"slices"

	"shuren/internal/compare"
	"shuren/internal/edu"
)

// What is asked of the data before anything is said.
const (
	// Controls is how many schools a linked one is compared with.
	Controls = 4
	// LeastYears is how many years with figures there must be before the link, and
	// after it.
	LeastYears = 2
	// MaxApart is the farthest that a matched school may lie, in standard
	// deviations: the root of the mean squared difference in all that is matched on.
	MaxApart = 1.0
	// MaxLevel is the farthest that it may lie in the mean of the years before.
	MaxLevel = 0.5
)

// Unit is a school in one stage, with its figures over the years.
type Unit struct {
	Key    string
	Values []float64 // by year, NaN is missing
	// Features are what schools are matched on besides level and trend; NaN is
	// missing.
	Features []float64
	// Lead is the school that leads it: those of one lead count as one cluster.
	Lead string
	// First is the first year after the link began, and End the first year after
	// it ended (or the number of years). A school that was never linked has
	// First < 0.
	First, End int
	// Taken is a school that can be neither treated nor control: a lead, or one
	// with another kind of link.
	Taken bool
}

// Set is a linked school with those that it is compared with.
type Set struct {
	Unit          int
	With          []int
	Apart         []float64 // parallel to With: how far
	Before, After []int     // the years that are compared
	Change        float64   // of the linked school: mean after less mean before
	Other         float64   // mean change of the others
	Slope         float64   // yearly change before, of the linked school
	OtherSlope    float64   // mean of the others

	changes, slopes []float64 // of the linked school, then of the others
}

// Effect is how much more the linked school changed than the others.
func (s *Set) Effect() float64 { return s.Change - s.Other }

// Why is why a linked school has no part in the comparison.
type Why uint8

const (
	_          Why = iota
	FewBefore      // under two years with figures before
	FewAfter       // under two years with figures after
	NoFeature      // a feature is missing
	NobodyLike     // no school without a link is like it
)

// Left is a linked school that has no part, and why.
type Left struct {
	Unit int
	Why  Why
}

// window finds the years of a linked school that have figures before and after.
func window(u *Unit) (before, after []int) {
	for y, v := range u.Values {
		switch {
		case math.IsNaN(v):
		case y < u.First:
			before = append(before, y)
		case y < u.End:
			after = append(after, y)
		}
	}
	return before, after
}

// candidate is a school with which a linked one could be compared.
type candidate struct {
	unit  int
	apart float64
}

// match finds for each linked school those that were most like it before: in
// level, in trend, and in features. A school stands in one set only, so that the
// sets say things apart; schools are given out in turns, the linked school that
// is hardest to serve first, so that none takes all the good ones.
func match(units []Unit, features []compare.Feature) (sets []Set, left []Left) {
	pool := map[int][]candidate{}
	for i := range units {
		u := &units[i]
		if u.First < 0 || u.Taken {
			continue
		}
		before, after := window(u)
		switch {
		case len(before) < LeastYears:
			left = append(left, Left{i, FewBefore})
			continue
		case len(after) < LeastYears:
			left = append(left, Left{i, FewAfter})
			continue
		case slices.ContainsFunc(u.Features, math.IsNaN):
			left = append(left, Left{i, NoFeature})
			continue
		}
		pool[i] = alike(units, features, i, before, after)
		sets = append(sets, Set{Unit: i, Before: before, After: after})
	}
	slices.SortStableFunc(sets, func(a, b Set) int { return cmp.Compare(nearest(pool[b.Unit]), nearest(pool[a.Unit])) })
	given := map[int]bool{}
	for range Controls {
		for k := range sets {
			s := &sets[k]
			for _, c := range pool[s.Unit] {
				if !given[c.unit] {
					given[c.unit] = true
					s.With, s.Apart = append(s.With, c.unit), append(s.Apart, c.apart)
					break
				}
			}
		}
	}
	sets = slices.DeleteFunc(sets, func(s Set) bool {
		if len(s.With) == 0 {
			left = append(left, Left{s.Unit, NobodyLike})
			return true
		}
		return false
	})
	for k := range sets {
		sets[k].measure(units)
	}
	slices.SortFunc(sets, func(a, b Set) int { return a.Unit - b.Unit })
	slices.SortFunc(left, func(a, b Left) int { return a.Unit - b.Unit })
	return sets, left
}

// nearest is the distance of the best candidate; whoever has none is served last.
func nearest(cs []candidate) float64 {
	if len(cs) == 0 {
		return -1
	}
	return cs[0].apart
}

// alike lists the schools that were never linked and are near enough, the nearest
// first; equally near ones stand in the order of their codes.
func alike(units []Unit, features []compare.Feature, at int, before, after []int) []candidate {
	of := append([]compare.Feature{{ID: "level", Weight: 1}, {ID: "trend", Weight: 1}}, features...)
	var who []int
	var values [][]float64
	self := -1
	for i := range units {
		u := &units[i]
		if i != at && (u.First >= 0 || u.Taken || lacks(u, before) || lacks(u, after)) {
			continue
		}
		if i == at {
			self = len(who)
		}
		who = append(who, i)
		values = append(values, append([]float64{mean(u.Values, before), slope(u.Values, before)}, u.Features...))
	}
	p := compare.Alike(of, values, self, len(who))
	var out []candidate
	for _, x := range p.Nearest {
		if x.Distance <= MaxApart && math.Abs(x.Apart[0]) <= MaxLevel {
			out = append(out, candidate{who[x.Unit], x.Distance})
		}
	}
	return out
}

func lacks(u *Unit, years []int) bool {
	return slices.ContainsFunc(years, func(y int) bool { return math.IsNaN(u.Values[y]) })
}

// measure fills in the changes and slopes of a set.
func (s *Set) measure(units []Unit) {
	for _, i := range append([]int{s.Unit}, s.With...) {
		v := units[i].Values
		s.changes = append(s.changes, mean(v, s.After)-mean(v, s.Before))
		s.slopes = append(s.slopes, slope(v, s.Before))
	}
	s.Change, s.Other = s.changes[0], average(s.changes[1:])
	s.Slope, s.OtherSlope = s.slopes[0], average(s.slopes[1:])
}

func mean(v []float64, years []int) float64 {
	x := make([]float64, len(years))
	for i, y := range years {
		x[i] = v[y]
	}
	return average(x)
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// slope is the least-squares change in a year.
func slope(v []float64, years []int) float64 {
	m, at := mean(v, years), 0.0
	for _, y := range years {
		at += float64(y)
	}
	at /= float64(len(years))
	var xy, xx float64
	for _, y := range years {
		d := float64(y) - at
		xy += float64(d * (v[y] - m))
		xx += float64(d * d)
	}
	return xy / xx
}

// YearsOf finds the years after a link: from the first reference date that it
// has reached, to the last before it ended.
func YearsOf(l *Link, years []edu.Period) (first, end int) {
	first, end = len(years), len(years)
	for i := len(years) - 1; i >= 0; i-- {
		d := edu.DateOf(years[i].Reference())
		if d >= l.From {
			first = i
		}
		if l.To != 0 && d >= l.To {
			end = i
		}
	}
	return first, end
}
