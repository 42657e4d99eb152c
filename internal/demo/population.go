package demo

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// What UNESCO's indicators need: population by age and sex, and of each section
// girls, repeaters and ages. Children who went with their parents are in the
// population of the birth cohorts and on no roll here.

var _ = register(scheme{
	pack: "unesco-uis", sheet: "学籍补充", stages: []edu.Stage{edu.Primary, edu.Junior, edu.Senior, edu.Vocational}, record: (*City).register,
	county: func(c *City, county, y int) (figures, map[string]string) { return c.populationAnswers(county, y), nil },
})

// boys is the part of boys in a cohort.
const boys = .524

// populationAnswers are a county's population of school age, its residents, and
// in the year of the census who completed which level.
func (c *City) populationAnswers(county, y int) figures {
	p := &counties[county]
	r := c.random("population", county)
	year := firstYear + y
	f := figures{}
	for age := 6; age <= 14; age++ { // those of 15 to 17 are asked by cn-senior
		people := 1000 * births[year-age] * countyShare(county, year) * r.between(.985, 1.005)
		male := math.Round(people * (boys + r.between(-.004, .004)))
		f[fmt.Sprintf("population_male.a%d", age)] = int(male)
		f[fmt.Sprintf("population_female.a%d", age)] = int(math.Round(people) - male)
	}
	f["residents"] = int(1000 * p.people * math.Pow(p.pull, float64(y-2)/3))
	if year == 2020 {
		for _, x := range []struct {
			id        string
			age       int
			completed float64
		}{{"primary", 15, r.between(.985, .997)}, {"junior", 18, r.between(.93, .975)}, {"senior", 21, r.between(.66, .82)}} {
			people := math.Round(3000 * births[max(1999, year-x.age)] * countyShare(county, year) * .9)
			f["people_"+x.id] = int(people)
			f["completed_"+x.id] = int(people * x.completed)
		}
	}
	return f
}

// pupilsByGrade are a section's pupils by grade and what the grades are called;
// none for stages without grades.
func (c *City) pupilsByGrade(s *section, y int) (ids []string, pupils []int, age int) {
	switch s.stage {
	case edu.Primary:
		for g := range 6 {
			ids, pupils = append(ids, fmt.Sprintf("g%d", g+1)), append(pupils, s.pupils[y][g])
		}
		return ids, pupils, 6
	case edu.Junior:
		for g := 6; g < 9; g++ {
			ids, pupils = append(ids, fmt.Sprintf("g%d", g+1)), append(pupils, s.pupils[y][g])
		}
		return ids, pupils, 12
	case edu.Senior:
		grades := c.seniorPupils(s, y)
		return []string{"g10", "g11", "g12"}, grades[:], 15
	case edu.Vocational:
		grades := c.vocGrades(s, y)
		return []string{"v1", "v2", "v3"}, grades[:], 15
	}
	return nil, nil, 0
}

// register is what the register of pupils tells of a section beside its roll.
func (c *City) register(s *section, y int) figures {
	ids, pupils, first := c.pupilsByGrade(s, y)
	if ids == nil {
		return nil
	}
	r := c.random("register", s.index)
	girls := 1 - boys + r.between(-.03, .03)
	f := figures{}
	ages := map[string]int{"under": 0, "over": 0}
	for age := 6; age <= 17; age++ {
		ages[fmt.Sprintf("a%d", age)] = 0
	}
	add := func(age, n int) {
		switch {
		case age < 6:
			ages["under"] += n
		case age > 17:
			ages["over"] += n
		default:
			ages[fmt.Sprintf("a%d", age)] += n
		}
	}
	for g, id := range ids {
		n := pupils[g]
		f["girls."+id] = int(math.Round(float64(n) * girls))
		if s.stage != edu.Vocational {
			f["repeaters."+id] = int(float64(n) * r.between(0, .004))
		}
		// Most are of the official age, a few a year older or younger.
		older := int(float64(n) * r.between(.015, .05))
		younger := int(float64(n) * r.between(0, .012))
		add(first+g, n-older-younger)
		add(first+g+1, older)
		add(first+g-1, younger)
	}
	for id, n := range ages {
		f["pupils_age."+id] = n
	}
	if s.stage != edu.Vocational {
		teachers := c.headcount(s, y).teachers
		if s.compulsory() {
			teachers = s.at(y).teachers
		}
		f["teachers_min_qualified"] = int(math.Floor(float64(teachers) * (1 - r.between(0, .03) - .004*float64(newest-y))))
	}
	return f
}
