package demo

import (
	"math"

	"shuren/internal/edu"
)

// Staff and posts: schools in the county towns are short of posts while village
// schools, whose pupils moved away, have some over.

var _ = register(scheme{pack: "cn-staffing", sheet: "教职工与编制", record: (*City).staffed, county: (*City).staffingAnswers})

// staffNeeded is what the norms come to; it only steers what the fictional figures
// are drawn around: what judges them is the pack.
func (c *City) staffNeeded(s *section, y int) int {
	n := float64(s.total(y))
	switch s.stage {
	case edu.Primary:
		need := math.Ceil(n / 19)
		if s.school.urban >= "200" && n < 200 {
			classes := len(c.classes(s, y))
			need = max(need, math.Ceil(float64(17*classes)/10))
		}
		if s.school.kind == "218" {
			need = max(need, 2)
		}
		return int(need)
	case edu.Junior:
		return int(math.Ceil(n / 13.5))
	default:
		return int(math.Ceil(n / 12.5))
	}
}

// staffed is what a section reports of its staff in a year.
func (c *City) staffed(s *section, y int) figures {
	r := c.random("staffing", s.index)
	if s.stage == edu.Preschool {
		st := c.kgStaff(s, y)
		return figures{"staff": st.all(), "staff_established": st.established, "carers": st.carers, "kg_regime": "full_day"}
	}
	p := &counties[s.school.county]
	teachers := 0
	if s.compulsory() {
		teachers = s.at(y).teachers
	} else {
		teachers = c.headcount(s, y).teachers
	}
	part := [settings]float64{r.between(.94, 1.02), r.between(1.02, 1.15), r.between(1.02, 1.2), 1}[s.school.setting]
	if s.stage == edu.Senior {
		part = r.between(.96, 1.06)
	}
	if p.rank() == 0 {
		part = max(part, r.between(.99, 1.04))
	}
	established := int(math.Round(float64(c.staffNeeded(s, y)) * part))
	if small := s.stage == edu.Primary && s.school.urban >= "200" && s.total(y) < 200; small {
		established = c.staffNeeded(s, y)
		if r.chance([]float64{0, .01, .12}[p.rank()]) {
			established = max(1, established-1)
		}
	}
	if s.school.ownership != edu.Public {
		established = 0
	}
	// Some teachers have contracts only, and somebody cooks and guards.
	staff := max(established, teachers) + max(1, s.total(y)/180)
	return figures{"staff": staff, "staff_established": established}
}

var staffingReviews = []string{"review_st_boarding", "review_st_misuse"}

// staffingAnswers are a county's own answers on posts, approved every few years.
func (c *City) staffingAnswers(county, y int) (figures, map[string]string) {
	p := &counties[county]
	r := c.random("staffing answers", county)
	need := map[edu.Stage]int{}
	for _, s := range c.sections {
		if s.school.county == county && s.in(y) && s.total(y) > 0 && s.school.ownership == edu.Public {
			need[s.stage] += c.staffNeeded(s, y)
		}
	}
	f := figures{}
	for i, st := range []edu.Stage{edu.Primary, edu.Junior, edu.Senior} {
		part := r.between(1.01, 1.06)
		if p.rank() == 2 && (county+i)%3 == 0 {
			part = r.between(.93, .985)
		}
		f["posts_approved."+string(st)] = int(math.Ceil(float64(need[st]) * part))
	}
	return f, c.reviewed(f, staffingReviews, county, y, 71)
}
