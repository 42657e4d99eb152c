package demo

import (
	"math"

	"shuren/internal/edu"
)

var _ = register(scheme{pack: "cn-wellbeing", sheet: "身心健康", record: (*City).fitness, school: (*City).careOf, county: (*City).careAnswers})

// careOf is what a school says of mental health and its home school, once for
// all of its stages.
func (c *City) careOf(s *school, y int) figures {
	r := c.random("care", s.index)
	stage := s.sections[0].stage
	f := figures{}
	times := func(question string, least int) (int, int) {
		a, b := least+r.IntN(2), least+r.IntN(2)
		if c.behind(question, s, y, .2, .05) {
			b = least - 1
		}
		return a, b
	}
	least := 1
	if stage == edu.Preschool {
		least = 2
	}
	f["home_guidance_t1"], f["home_guidance_t2"] = times("guidance", 1)
	f["home_practice_t1"], f["home_practice_t2"] = times("practice", least)
	if stage == edu.Preschool || stage == edu.Special {
		return f
	}
	if stage != edu.Vocational {
		f["home_board_t1"], f["home_board_t2"] = times("board", 1)
	}
	pupils, _ := c.pupilsOf(s, y)
	full, part := 0, 1
	switch {
	case pupils > 1500 || stage == edu.Senior:
		full, part = 1, 1+r.IntN(2)
	case pupils > 500 && r.chance(.4):
		full = 1
	}
	if c.behind("mental", s, y, .22, .075) {
		full, part = 0, 0
	}
	f["mental_fulltime"], f["mental_parttime"], f["mental_survey"] = full, part, full+part > 0 && !c.behind("survey", s, y, .3, .06)
	return f
}

// fitness is what a section says of fitness, eyesight and its timetable: counts
// of tests, never anybody's. Kindergartens are not asked.
func (c *City) fitness(s *section, y int) figures {
	if s.stage == edu.Preschool {
		return nil
	}
	r := c.random("fitness", s.index)
	ago, n := float64(newest-y), float64(s.total(y))
	tested := math.Round(n * r.between(.955, .995))
	good := .5 + .06*r.NormFloat64() - .011*ago + .05
	if s.stage == edu.Senior || s.stage == edu.Vocational {
		good -= .02
	}
	good = min(.75, max(.2, good-.06*counties[s.school.county].failing))
	pass := min(.995, good+r.between(.4, .46))
	f := figures{"fitness_tested": int(tested), "fitness_pass": int(math.Round(tested * pass)), "fitness_good": int(math.Round(tested * good)),
		"fitness_excellent": int(math.Round(tested * good * r.between(.2, .34)))}
	if s.stage == edu.Vocational {
		return f
	}
	rate := map[edu.Stage]float64{edu.Primary: .352, edu.Junior: .615, edu.Senior: .785}[s.stage]
	rate += .04*r.NormFloat64() + .006*ago
	if s.school.setting == town {
		rate += .03
	} else if s.school.setting >= village {
		rate -= .05
	}
	screened := math.Round(n * r.between(.96, .998))
	f["vision_screened"], f["vision_myopic"] = int(screened), int(math.Round(screened*min(.95, max(.08, rate))))

	minutes, lessons := 120+5*r.IntN(4), 5
	if y < newest { // the daily lesson and the two hours came in 2025
		minutes, lessons = 80+5*r.IntN(6)+3*min(5, y), 3+min(1, y/4)
	}
	if c.behind("sports", s.school, y, .35, 0) {
		minutes -= 20
	}
	if s.stage == edu.Senior && y == newest {
		lessons = 3
	}
	f["sports_minutes"], f["pe_lessons"], f["labour_lessons"] = minutes, lessons, 1
	if c.behind("labour", s.school, y, .1, .08) {
		f["labour_lessons"] = 0
	}
	return f
}

// careAnswers are what a county's other departments count, and what it can show.
func (c *City) careAnswers(county, y int) (figures, map[string]string) {
	r := c.random("care answers", county)
	ago := float64(newest - y)
	points := 8 + int(counties[county].people/6)
	six := 0.0
	for _, s := range c.sections {
		if s.school.county == county && s.stage == edu.Primary && s.in(y) {
			six += .62 * float64(s.pupils[y][0])
		}
	}
	screened := math.Round(six * r.between(.9, .97))
	f := figures{"home_edu_points": points, "home_edu_points_mental": int(float64(points) * max(.1, r.between(.58, .82)-.55*counties[county].failing/2-.07*ago)),
		"vision6_screened": int(screened), "vision6_myopic": int(math.Round(screened * (r.between(.03, .055) + .002*ago)))}
	evidence := map[string]string{}
	for k, id := range []string{"review_wb_system", "review_wb_privacy"} {
		f[id] = !c.lagging(id, county, y, .5, .08)
		evidence[id] = c.document(county, y, 91+k)
	}
	return f, evidence
}
