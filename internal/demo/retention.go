package demo

import (
	"math"

	"shuren/internal/edu"
)

var _ = register(scheme{pack: "cn-retention", sheet: "控辍保学", record: (*City).stay, county: (*City).retentionAnswers})

// stay is what a compulsory section says of its primary cohort and of last
// year's changes. Counts only, as everywhere: nobody is named.
func (c *City) stay(s *section, y int) figures {
	r := c.random("stay", s.index*years+y)
	f := figures{}
	roll := float64(s.total(max(0, y-1)))
	if y == 0 || !s.in(y-1) {
		roll = float64(s.total(y))
	}
	f["dropouts_year"] = r.whole(roll * (.0004 + .0022*counties[s.school.county].failing) * (1 + .12*float64(newest-y)))
	f["transfer_in_year"], f["transfer_out_year"] = r.whole(roll*r.between(.004, .02)), r.whole(roll*r.between(.004, .02))
	if s.stage == edu.Primary {
		c.primaryCohort(s, y, r, f)
	}
	return f
}

// primaryCohort follows those who entered six years before to the end of primary
// school. Teaching points that end before grade 6, and new schools, have none.
func (c *City) primaryCohort(s *section, y int, r random, f figures) {
	ids := []string{"graduates_6y", "entrants_6y", "transfer_in_6y", "transfer_out_6y", "deaths_6y"}
	graduates := s.pupils[y][5]
	if y > 0 {
		graduates = s.pupils[y-1][5]
	}
	if graduates == 0 || s.school.opened > 0 && y < s.school.opened+6 {
		for _, id := range ids {
			f[id] = notApplicable
		}
		return
	}
	expected := int(math.Ceil(float64(graduates) / min(1, r.between(.984, 1.004))))
	entrants := int(float64(expected) * r.between(.97, 1.05))
	if y >= 6 {
		entrants = s.pupils[y-6][0]
	}
	both, deaths := int(.02*float64(expected)*r.Float64()), 0
	if r.chance(.03) {
		deaths = 1
	}
	in, out := both, both
	if d := expected - entrants + deaths; d > 0 {
		in += d
	} else {
		out -= d
	}
	f["graduates_6y"], f["entrants_6y"], f["transfer_in_6y"], f["transfer_out_6y"], f["deaths_6y"] = graduates, entrants, in, out, deaths
}

// retentionAnswers are a county's cohort of nine years and what it can show of
// its mechanism. Families move: those who left are why the statistical figure
// lies below the managed one, and above it where they went.
func (c *City) retentionAnswers(county, y int) (figures, map[string]string) {
	r := c.random("retention answers", county)
	p := &counties[county]
	grade9 := 0
	for _, s := range c.sections {
		if s.school.county == county && s.stage == edu.Junior && s.in(y) {
			grade9 += s.pupils[y][8]
		}
	}
	ago := float64(newest - y)
	left := float64(grade9) / (r.between(.984, .995) - .002*ago) // those who should be here
	moved := (p.pull - 1) * 4 * left
	deaths := math.Round(left * .002)
	in, out := math.Round(left*r.between(.01, .02)+max(0, moved)), math.Round(left*r.between(.01, .02)+max(0, -moved))
	f := figures{"cohort_g1": int(math.Round(left - in + out + deaths)), "cohort_in": int(in), "cohort_out": int(out), "cohort_deaths": int(deaths)}
	evidence := map[string]string{}
	for k, id := range []string{"review_rt_checks", "review_rt_ledgers", "review_rt_plan", "review_rt_reports"} {
		f[id] = !c.lagging(id, county, y, .5, .09)
		evidence[id] = c.document(county, y, 71+k)
	}
	return f, evidence
}
