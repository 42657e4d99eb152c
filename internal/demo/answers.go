package demo

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// answers says where a county's own answers fall short in the newest year.
type answers struct {
	paylow   bool // teachers earn less than civil servants
	exchange bool // too few teachers exchanged
	quota    bool // too few places of quality senior highs are allotted
	disabled bool // too few disabled children are enrolled
	monitor  bool // one subject of the quality monitoring falls short
	silent   bool // some answers were never given
}

var reviewItems = []string{"review_g1", "review_g2", "review_g8_merit", "review_g10", "review_g15_care", "review_q3", "review_q5", "review_q6", "review_q7", "review_q8"}

var vetoItems = []string{"veto_exam", "veto_choice", "veto_key", "veto_false"}

var subjects = []string{"chinese", "maths", "science", "pe", "arts", "moral"}

// countyAnswers are a county's answers in a year and, by element, the evidence
// cited. Document numbers are invented and say so.
func (c *City) countyAnswers(county, y int) (figures, map[string]string) {
	p := &counties[county]
	r := c.random("answers", county)
	ago := float64(newest - y)
	var pupils, teachers, migrants, graduates float64
	for _, s := range c.sections {
		if s.school.county == county && s.compulsory() && s.in(y) {
			n := float64(s.total(y))
			pupils += n
			teachers += float64(s.at(y).teachers)
			graduates += float64(s.pupils[y][8])
			migrants += n * [settings]float64{.13, .03, .01, 0}[s.school.setting]
		}
	}
	below := func(falls bool, good, bad float64) float64 {
		if falls {
			return bad
		}
		return good
	}
	f := figures{}
	f["base_primary"], f["base_junior"] = fundsBase(y)
	special := math.Round(c.specialPupils(county, y))
	f["special_pupils"] = int(special)
	f["special_funds"] = math.Round(special * (r.between(8300, 9300) - 60*ago))

	civil := math.Round(100*r.between(10.4, 12.2)*math.Pow(.965, ago)) / 100
	f["pay_civil"] = civil * 10000
	f["pay_teacher"] = math.Round(100*civil*below(p.answers.paylow, r.between(1.005, 1.04), r.between(.965, .99))) * 100

	eligible := math.Round(teachers * r.between(.3, .4))
	done := math.Ceil(eligible * (below(p.answers.exchange, r.between(.108, .14), r.between(.078, .092)) - .002*ago))
	f["exchange_eligible"], f["exchange_done"] = int(eligible), int(done)
	f["exchange_backbone"] = int(math.Ceil(done * (r.between(.215, .27) - .008*ago)))

	plan := math.Round(graduates * .32)
	allocated := math.Ceil(plan * (below(p.answers.quota, r.between(.52, .6), r.between(.44, .48)) - .008*ago))
	f["quota_plan"], f["quota_allocated"], f["quota_rural"] = int(plan), int(allocated), int(allocated*r.between(.5, .62))

	f["migrant_eligible"] = int(migrants)
	f["migrant_public"] = int(math.Round(migrants * (r.between(.89, .95) - .008*ago)))
	f["migrant_purchased"] = int(migrants * .02)

	disabled := math.Round(pupils * .0042)
	f["disabled_school_age"] = int(disabled)
	f["disabled_enrolled"] = int(math.Ceil(disabled * (below(p.answers.disabled, r.between(.965, .99), .938) - .004*ago)))

	f["recognition"] = math.Round(10*(r.between(87.5, 93.5)-.7*ago)) / 10
	for k, id := range subjects {
		level := 3
		if r.chance(.3) {
			level = 4
		}
		difference := math.Round(1000*(r.between(.07, .138)+.003*ago)) / 1000
		if p.answers.monitor && k == 1 {
			difference = .162
		}
		if p.answers.monitor && p.failing > .2 && k == 3 {
			level = 2
		}
		f["monitor_level."+id], f["monitor_diff."+id] = level, difference
	}

	evidence := map[string]string{}
	weak := int(40 * p.failing * r.Float64() / 4)
	for k, id := range reviewItems {
		// The weak counties did their reviews one after the other.
		f[id] = k >= weak || y == newest && !(p.failing > .25 && k == 1)
		evidence[id] = fmt.Sprintf("%s教体〔%d〕示例%d号", p.Short.ZH, firstYear+y, 3+2*k)
	}
	for _, id := range vetoItems {
		f[id] = false
	}
	if p.answers.silent && y == newest {
		delete(f, "review_q5")
		delete(f, "exchange_backbone")
		delete(evidence, "review_q7")
		delete(evidence, "review_q5")
	}
	return f, evidence
}

// specialPupils are the pupils whose special schooling the county pays for; the
// zone sends its own to the district's school.
func (c *City) specialPupils(county, y int) float64 {
	if counties[county].Zone {
		return 14
	}
	n := 0
	for _, s := range c.sections {
		if s.school.county == county && s.stage == edu.Special && s.in(y) {
			n += s.total(y)
		}
	}
	return float64(n)
}
