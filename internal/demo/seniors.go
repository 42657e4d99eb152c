package demo

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// Ordinary senior highs: rolls that still grow, classes that got smaller year by
// year, and a few counties where large ones are left.

var _ = register(scheme{
	pack: "cn-senior", sheet: "普通高中",
	elements: []string{"school_kind", "urban_rural", "ownership", "built_year", "county_run", "first_class_high", "custody_help", "pupils", "boarders", "teachers"},
	record:   (*City).seniorHigh,
	lists:    map[string]func(*City, *section, int) []figures{"classes": (*City).seniorClassRows},
	county:   (*City).seniorAnswers,
})

var seniorGrades = [...]string{"g10", "g11", "g12"}

// seniorPupils are a senior section's pupils by grade.
func (c *City) seniorPupils(s *section, y int) [3]int {
	r := c.random("senior grades", s.index)
	n := s.total(y)
	first := int(math.Round(float64(n) * r.between(.335, .355)))
	second := int(math.Round(float64(n) * r.between(.325, .34)))
	return [3]int{first, second, n - first - second}
}

// seniorClasses is a senior section's class list; grade counts from 10.
func (c *City) seniorClasses(s *section, y int) []class {
	r := c.random("senior classes", s.index)
	p := &counties[s.school.county]
	limit := []int{50, 52, 55}[p.rank()]
	crowded := s.school.setting == town && r.chance(p.crowding*.4)
	var all []class
	for g, n := range c.seniorPupils(s, y) {
		most := limit + max(0, 5-y) // large classes were still being resolved
		if crowded && 10+g >= 10+y-5 {
			most += 4
		}
		k := max(1, (n+most-1)/most)
		for i := range k {
			size := n / k
			if i < n%k {
				size++
			}
			all = append(all, class{10 + g, fmt.Sprintf("%d班", i+1), "regular", size, int(math.Round(float64(size) * r.between(.72, .95)))})
		}
	}
	return all
}

func (c *City) seniorClassRows(s *section, y int) (all []figures) {
	for _, x := range c.seniorClasses(s, y) {
		all = append(all, figures{"grade": seniorGrades[x.grade-10], "class_no": x.no, "class_kind": x.kind, "class_pupils": x.pupils, "class_boarders": x.boarders})
	}
	return all
}

// seniorHigh is what a senior section reports in a year.
func (c *City) seniorHigh(s *section, y int) figures {
	r := c.random("senior high", s.index)
	p := &counties[s.school.county]
	public := s.school.ownership == edu.Public
	f := figures{"school_kind": s.school.kind, "urban_rural": s.school.urban, "ownership": "public", "built_year": s.school.built}
	if !public {
		f["ownership"] = "private"
	}
	for g, n := range c.seniorPupils(s, y) {
		f["pupils."+seniorGrades[g]] = n
	}
	boarders := 0
	for _, x := range c.seniorClasses(s, y) {
		boarders += x.boarders
	}
	f["boarders"] = boarders
	f["teachers"] = c.headcount(s, y).teachers
	// The city runs some of the largest schools of its first district itself.
	run := public && !(s.school.county == 0 && s.weight > 2500)
	f["county_run"] = run
	// Schools were rated one after the other, the large ones first.
	rated := int(9.6 - s.weight/520 + 4.2*r.Float64())
	f["first_class_high"] = public && y >= rated
	switch {
	case !run:
		f["custody_help"] = notApplicable
	case y < 4:
		f["custody_help"] = false
	default:
		f["custody_help"] = y >= 5 && !(p.failing > .2 && r.chance(.15)) || r.chance(.4)
	}
	return f
}

var seniorReviews = []string{"review_sh_layout", "review_sh_enrol", "review_sh_teachers"}

// seniorAnswers are a county's own answers on senior highs.
func (c *City) seniorAnswers(county, y int) (figures, map[string]string) {
	p := &counties[county]
	r := c.random("senior answers", county)
	senior, other := 0, 0
	for _, s := range c.sections {
		if s.school.county != county || !s.in(y) {
			continue
		}
		switch s.stage {
		case edu.Senior:
			senior += s.total(y)
		case edu.Vocational:
			other += s.total(y)
		}
	}
	rate := []float64{r.between(.955, .985), r.between(.945, .975), r.between(.9, .96)}[p.rank()] - .008*float64(newest-y)
	f := figures{"senior_other_pupils": other}
	people := int(math.Round(float64(senior+other) / rate))
	for i := range 3 {
		n := (people + i) / 3
		male := int(math.Round(float64(n) * (boys + r.between(-.004, .004))))
		f[fmt.Sprintf("population_15_17.m%d", 15+i)], f[fmt.Sprintf("population_15_17.f%d", 15+i)] = male, n-male
	}
	f["senior_funds_standard"] = []float64{1300, 1200, 1100}[p.rank()]
	if y < 3 {
		f["senior_funds_standard"] = 900.0
	}
	return f, c.reviewed(f, seniorReviews, county, y, 61)
}
