package demo

import (
	"math"

	"shuren/internal/edu"
)

// births are the city's birth cohorts in thousands, a rough calibration only
// (domain page 13.2, evidence E; 2022 is near the one published figure). A
// child born in year b enters grade one in b+6.
var births = map[int]float64{
	1999: 93, 2000: 92, 2001: 90, 2002: 88, 2003: 86.5, 2004: 85, 2005: 83.5, 2006: 82, 2007: 82, 2008: 83, 2009: 84.5,
	2010: 85, 2011: 85, 2012: 85.5, 2013: 85, 2014: 87, 2015: 88.5, 2016: 95, 2017: 95, 2018: 84, 2019: 78, 2020: 68,
	2021: 57, 2022: 49.4, 2023: 47,
}

// What part of a cohort is on the rolls: some leave with their parents, some
// pupils of a junior school are older than their cohort.
const (
	primaryShare = .985
	juniorShare  = 1.015
)

// cohort is the number of pupils of a grade (1 to 9) in the city in a school
// year.
func cohort(year, grade int) float64 {
	share := primaryShare
	if grade > 6 {
		share = juniorShare
	}
	return 1000 * share * births[year-5-grade]
}

// countyShare is the part of the city's pupils that a county has in a year.
func countyShare(county, year int) float64 {
	var all, own float64
	for i := range counties {
		w := counties[i].people * math.Pow(counties[i].pull, float64(year-2020))
		all += w
		if i == county {
			own = w
		}
	}
	return own / all
}

// countyPupils is what each county will have in the newest year.
func countyPupils(stage edu.Stage) []float64 {
	lo, hi := 1, 6
	if stage == edu.Junior {
		lo, hi = 7, 9
	}
	all := make([]float64, len(counties))
	for i := range all {
		for g := lo; g <= hi; g++ {
			all[i] += cohort(lastYear, g) * countyShare(i, lastYear)
		}
	}
	return all
}

// enrol follows the cohorts through the grades of every section. It starts
// years before the first workbook, so that its upper grades have a past.
func (c *City) enrol() {
	byCounty := make([]map[edu.Stage][]*section, len(counties))
	for i := range byCounty {
		byCounty[i] = map[edu.Stage][]*section{}
	}
	for _, s := range c.sections {
		if s.compulsory() {
			byCounty[s.school.county][s.stage] = append(byCounty[s.school.county][s.stage], s)
		}
	}
	for i := range counties {
		c.enrolStage(i, byCounty[i][edu.Primary], 6, 1)
		c.enrolStage(i, byCounty[i][edu.Junior], 3, 7)
	}
	weight := map[edu.Stage]float64{}
	for _, s := range c.sections {
		if s.school.closed == years {
			weight[s.stage] += s.weight
		}
	}
	for _, s := range c.sections {
		if !s.compulsory() {
			c.enrolOther(s, weight[s.stage])
		}
	}
}

// enrolStage fills the grades of one stage of a county. Grade number first is
// the entrance grade of the stage.
func (c *City) enrolStage(county int, sections []*section, grades, first int) {
	centreOf := map[*township]*section{}
	for _, s := range sections {
		if s.school.setting == centre && s.school.kind != "312" && centreOf[s.school.township] == nil {
			centreOf[s.school.township] = s
		}
	}
	now := map[*section][]float64{}
	noise := map[*section]random{}
	for _, s := range sections {
		now[s] = make([]float64, grades)
		noise[s] = c.random("enrol", s.index)
	}
	for year := firstYear - grades + 1; year <= lastYear; year++ {
		y := year - firstYear
		open := func(s *section) bool {
			return y >= s.school.opened && y < s.school.closed || s.school.opened == 0 && y < 0
		}
		// Everybody moves up a grade.
		for _, s := range sections {
			g := now[s]
			keep := [settings]float64{1.004, .999, .99, .985}[s.school.setting]
			for k := grades - 1; k > 0; k-- {
				g[k] = math.Round(g[k-1] * keep * (1 + .012*noise[s].NormFloat64()))
			}
			g[0] = 0
		}
		// Schools that close and points without upper grades hand pupils on.
		for _, s := range sections {
			to := centreOf[s.school.township]
			if s.school.into != nil {
				to = s.school.into.sections[0]
			}
			for k := range grades {
				if to != nil && to != s && (!open(s) && y >= s.school.closed || k >= s.top) {
					now[to][k] += now[s][k]
					now[s][k] = 0
				}
			}
		}
		// New schools take over the lower grades of a neighbour.
		for _, s := range sections {
			if s.school.opened != y || s.school.from == nil {
				continue
			}
			from := now[s.school.from.sections[0]]
			for k := 1; k < grades; k++ {
				moved := math.Round(from[k] * [...]float64{0, .45, .45, .4, .2, 0}[k])
				now[s][k] += moved
				from[k] -= moved
			}
		}
		// The new cohort.
		var sum float64
		for _, s := range sections {
			if open(s) {
				sum += s.share(year)
			}
		}
		entering := cohort(year, first) * countyShare(county, year)
		for _, s := range sections {
			if open(s) {
				n := entering * s.share(year) / sum * (1 + .05*noise[s].NormFloat64())
				now[s][0] = float64(noise[s].whole(max(0, n)))
			}
			if y >= 0 && open(s) {
				for k, n := range now[s] {
					s.pupils[y][first-1+k] = int(n)
				}
			}
		}
	}
}

// share is the section's claim on the new cohort of a year.
func (s *section) share(year int) float64 {
	perGrade := 6.0
	if s.stage == edu.Junior {
		perGrade = 3
	}
	if s.school.setting == point {
		perGrade = float64(s.top)
	}
	// The newest year's roll was filled by the cohorts of the years before.
	return s.weight / perGrade * math.Pow(s.drift, float64(year-lastYear)+perGrade/2)
}
