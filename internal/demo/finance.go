package demo

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// The money of education, as a county's department of finance answers: it grows
// everywhere but where kindergartens empty, and in two counties that cut one
// stage in the newest year.

var _ = register(scheme{pack: "cn-guarantee", sheet: "教育投入", county: (*City).financeAnswers})

// spent is what a pupil of a stage costs in the newest year, in yuan.
var spent = []struct {
	stage edu.Stage
	yuan  float64
}{{edu.Preschool, 7600}, {edu.Primary, 13800}, {edu.Junior, 18200}, {edu.Senior, 17100}, {edu.Vocational, 16300}}

// roll is a county's pupils of a stage in a year.
func (c *City) roll(county, y int, stage edu.Stage) float64 {
	n := 0
	for _, s := range c.sections {
		if s.school.county == county && s.stage == stage && s.in(y) {
			n += s.total(y)
		}
	}
	return float64(n)
}

// financeAnswers are what a county's department of finance answers. Money grows
// by its own rate, not with the pupils, so that where they leave each gets more.
func (c *City) financeAnswers(county, y int) (figures, map[string]string) {
	p := &counties[county]
	r := c.random("finance", county)
	ago := float64(newest - y)
	million := func(x float64) float64 { return 1e4 * math.Round(x/1e4) }
	f := figures{}
	sum := 0.0
	for _, x := range spent {
		pupils := c.roll(county, newest, x.stage)
		growth := r.between(.028, .055)
		if x.stage == edu.Preschool {
			growth = r.between(-.002, .03) // kindergartens empty, and money follows slowly
		}
		cut := 1.0
		if y == newest && p.answers.paylow && x.stage == edu.Junior {
			cut = .93
		}
		if pupils == 0 {
			f["budget_stage."+string(x.stage)] = notApplicable
			continue
		}
		v := million(pupils * x.yuan * r.between(.9, 1.12) * math.Pow(1+growth, -ago) * cut)
		f["budget_stage."+string(x.stage)] = v
		sum += v
	}
	budget := million(sum * (1.045 + .002*float64(county%3)))
	f["budget_education"] = budget
	f["fiscal_education"] = million(budget * (1.12 + .01*float64(county%4)))
	gdp := p.people * 1000 * []float64{92000, 61000, 47000}[min(2, int(p.failing*10))] * math.Pow(1.062, -ago)
	f["gdp"] = million(gdp)
	f["boarder_supplement"], f["special_base"] = 200.0, 6000.0
	if y >= 5 {
		f["boarder_supplement"] = 300.0
	}
	if y >= 4 {
		f["special_base"] = 7000.0
	}
	if p.answers.monitor && p.failing > .3 {
		f["special_base"] = 6000.0 // never raised
	}
	taxes := million(gdp * .034)
	f["surcharge_base"] = taxes
	f["surcharge_education"] = million(taxes * r.between(.0285, .03))
	f["surcharge_local"] = million(taxes * r.between(.0185, .02))
	land := million(gdp * r.between(.004, .012))
	f["land_net"] = land
	f["land_education"] = million(land * r.between(.06, .1))
	evidence := map[string]string{}
	for k, id := range []string{"review_full_payment", "review_surcharge_use"} {
		f[id] = !(p.failing > .3 && k == 0 && y > newest-2)
		evidence[id] = fmt.Sprintf("%s财教〔%d〕示例%d号", p.Short.ZH, firstYear+y, 11+2*k)
	}
	return f, evidence
}
