package demo

import "math"

var _ = register(scheme{pack: "cn-teachers", sheet: "教师队伍", record: (*City).teams, school: (*City).headsOf, county: (*City).teamsAnswers})

// headsOf is what a school says of its heads, once for all of its stages.
func (c *City) headsOf(s *school, y int) figures {
	r := c.random("heads", s.index)
	pupils, _ := c.pupilsOf(s, y)
	n := 1 + min(5, pupils/500)
	if s.kind == "218" || pupils < 60 {
		n = 0
	}
	f := figures{"heads": n, "heads_trained": n, "heads_two_terms": 0, "heads_exchanged": 0}
	if n > 0 && c.behind("heads trained", s, y, .5, .06) {
		f["heads_trained"] = n - 1
	}
	if n > 0 && r.chance(.3) {
		due := 1 + r.IntN(n)
		f["heads_two_terms"], f["heads_exchanged"] = due, due
		if c.behind("heads exchanged", s, y, .6, .08) {
			f["heads_exchanged"] = r.IntN(due)
		}
	}
	return f
}

// teams is what a compulsory section says of its class teachers and studios.
func (c *City) teams(s *section, y int) figures {
	r := c.random("teams", s.index)
	classes, st := len(c.classes(s, y)), s.at(y)
	n := min(classes, st.teachers)
	if c.behind("class teachers", s.school, y, .2, .02) {
		n = max(0, n-1)
	}
	trained := n
	if c.behind("class teachers trained", s.school, y, .8, .08) {
		trained = int(float64(n) * r.between(.5, .95))
	}
	return figures{"class_teachers": n, "class_teachers_5y": int(float64(n) * r.between(.3, .7)), "class_teachers_trained": trained,
		"studio_members": min(st.teachers, int(float64(st.backbone)*r.between(.05, .3)))}
}

// teamsAnswers are what a county pays beside salaries, and what it can show.
func (c *City) teamsAnswers(county, y int) (figures, map[string]string) {
	r := c.random("teams answers", county)
	ago := float64(newest - y)
	teachers, rural := 0.0, 0.0
	for _, s := range c.sections {
		if s.school.county == county && s.compulsory() && s.in(y) {
			n := float64(s.at(y).teachers)
			teachers += n
			if s.school.urban >= "210" {
				rural += n
			}
		}
	}
	yuan := func(x float64) float64 { return 100 * math.Round(x/100) } // 万元 with two decimals
	merit := teachers * r.between(29000, 34000) * math.Pow(.97, ago)
	basic := r.between(.67, .72)
	f := figures{"merit_pay_basic": yuan(merit * basic), "merit_pay_incentive": yuan(merit * (1 - basic)), "class_teacher_allowance": float64(200 + 50*r.IntN(5))}
	if c.lagging("allowance", county, y, .4, .05) {
		f["class_teacher_allowance"] = 0.0
	}
	f["rural_subsidy_paid"], f["rural_subsidy_months"] = notApplicable, notApplicable
	if rural > 0 {
		months := int(rural * r.between(11.4, 12))
		f["rural_subsidy_months"] = months
		f["rural_subsidy_paid"] = yuan(float64(months) * (r.between(505, 640) - 12*ago))
	}
	evidence := map[string]string{}
	for k, id := range []string{"review_tc_allowance", "review_tc_exchange"} {
		f[id] = !c.lagging(id, county, y, .5, .07)
		evidence[id] = c.document(county, y, 81+k)
	}
	return f, evidence
}
