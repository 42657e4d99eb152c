package demo

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// Vocational schools: most were brought up to the conditions over the eight
// years; in the newest year a few of the counties with most left to do still lack
// land, rooms or books. Programmes follow what the county lives on, more or less.

var _ = register(scheme{
	pack: "cn-vocational", sheet: "中等职业教育",
	elements: []string{"school_kind", "urban_rural", "ownership", "built_year", "voc_class", "voc_eng_med", "pupils", "boarders", "teachers", "teachers_professional", "teachers_dual",
		"teachers_industry", "area_campus", "area_school_building", "equipment", "books", "practice_stations", "graduates", "grad_employed", "grad_study", "grad_matched",
		"grad_local", "grad_certified", "partners", "intern_bases", "interns", "industry_colleges", "consortia", "equipment_donated", "through_intake"},
	record: (*City).vocational,
	lists:  map[string]func(*City, *section, int) []figures{"programmes": (*City).programmes},
	county: (*City).vocationalAnswers,
})

// vocGrades are a vocational section's pupils by year of study.
func (c *City) vocGrades(s *section, y int) [3]int {
	r := c.random("vocational years", s.index)
	n := s.total(y)
	first := int(math.Round(float64(n) * r.between(.34, .36)))
	second := int(math.Round(float64(n) * r.between(.325, .34)))
	return [3]int{first, second, n - first - second}
}

// vocClass is under which conditions a school falls. The one school of arts and
// one technician school are exceptions that a city of this size has.
func (c *City) vocClass(s *section) string {
	switch {
	case s.school.kind == "361" && counties[s.school.county].ID == "YX-QW":
		return "technician"
	case s.school.kind == "361" && counties[s.school.county].ID == "YX-LX" && s.weight < 3000:
		return "provincial"
	}
	return "general"
}

// vocLack is what a vocational school still lacks in the newest year, and how
// much of what is asked it has: land, rooms, equipment or books.
func (c *City) vocLack(s *section) (what int, part float64) {
	r := c.random("vocational lack", s.index)
	if p := &counties[s.school.county]; p.failing < .2 || !r.chance(.22) {
		return -1, 1
	}
	return r.IntN(4), r.between(.72, .95)
}

// vocTeachers are a vocational section's teachers. Most schools were short of
// them until three years ago.
func (c *City) vocTeachers(s *section, y int) int {
	r := c.random("vocational teachers", s.index)
	n := float64(s.total(y))
	enough, few := r.between(15.5, 19.6), r.between(20.5, 23)
	if r.chance(.6) && y < newest-3 {
		return max(45, int(n/few))
	}
	return max(62, int(math.Ceil(n/enough)))
}

// vocational is what a vocational section reports in a year.
func (c *City) vocational(s *section, y int) figures {
	r := c.random("vocational", s.index)
	ago := float64(newest - y)
	p := &counties[s.school.county]
	grades := c.vocGrades(s, y)
	n := float64(s.total(y))
	last := float64(s.total(s.last()))
	lack, part := c.vocLack(s)
	// What there is in the newest year, as a multiple of what is asked per pupil.
	has := func(i int, lo, hi float64) float64 {
		if lack == i {
			return part
		}
		return r.between(lo, hi)
	}
	ten := func(x float64) float64 { return 10 * math.Ceil(x/10) }
	most := max(last, n)
	land := ten(max(41000, 33*most) * has(0, 1.05, 1.5))
	rooms := ten(max(24500, 20*most) * has(1, 1.05, 1.35))
	if y < newest-2 && s.index%3 == 0 {
		rooms = ten(rooms * .82) // before the new training building
	}
	f := figures{
		"school_kind": s.school.kind, "urban_rural": s.school.urban, "built_year": s.school.built, "ownership": "public",
		"voc_class": c.vocClass(s), "voc_eng_med": r.chance(.4),
		"pupils.v1": grades[0], "pupils.v2": grades[1], "pupils.v3": grades[2], "boarders": int(n * r.between(.78, .95)),
		"area_campus": land, "area_school_building": rooms,
		"equipment": 100 * math.Ceil(max(3.1e6, 2500*most)*has(2, 1.08, 1.7)*math.Pow(.945, ago)/100),
		"books":     int(30 * most * has(3, 1.02, 1.25) * math.Pow(.97, ago)),
	}
	teachers := c.vocTeachers(s, y)
	professional := int(math.Ceil(float64(teachers) * r.between(.51, .62)))
	dual := r.between(.52, .66) - .022*ago
	if p.failing > .25 && s.index%4 == 0 {
		dual -= .12
	}
	f["teachers"], f["teachers_professional"], f["teachers_dual"] = teachers, professional, int(math.Ceil(float64(professional)*dual))
	f["teachers_industry"] = int(float64(teachers) * (r.between(.1, .24) - .01*ago))
	f["practice_stations"] = int(n * (r.between(.45, .75) - .03*ago))

	graduates := grades[2]
	if y > 0 {
		graduates = int(float64(c.vocGrades(s, y-1)[2]) * r.between(.95, .99))
	}
	study := int(float64(graduates) * (r.between(.52, .7) - .025*ago))
	employed := int(float64(graduates-study) * r.between(.86, .97))
	f["graduates"], f["grad_study"], f["grad_employed"] = graduates, study, employed
	f["grad_matched"] = int(float64(employed) * r.between(.62, .85))
	f["grad_local"] = int(float64(employed) * r.between(.35, .62))
	f["grad_certified"] = int(float64(graduates) * (r.between(.35, .6) - .04*ago))

	f["partners"] = max(2, int(n/r.between(120, 260)-ago))
	f["intern_bases"] = max(2, int(n/r.between(220, 420)))
	f["interns"] = int(float64(grades[2]) * r.between(.45, .8))
	f["industry_colleges"] = max(0, r.IntN(3)-int(ago)/3)
	f["consortia"] = max(0, r.IntN(2)-int(ago)/2)
	f["equipment_donated"] = 100 * math.Floor(f["equipment"].(float64)*r.between(.005, .05)/100)
	f["through_intake"] = int(float64(grades[0]) * (r.between(.12, .3) - .015*ago))
	return f
}

// industries are the industries that programmes serve, in the pack's order, with
// a programme for each. The last serves none in particular.
var industries = []struct{ id, programme string }{
	{"agri", "作物生产技术"}, {"food", "农产品加工与质量检测"}, {"energy", "煤矿机电技术"}, {"solar", "光伏工程技术与应用"}, {"metal", "有色金属智能冶炼"},
	{"machinery", "机电技术应用"}, {"construction", "建筑工程施工"}, {"transport", "新能源汽车运用与维修"}, {"digital", "计算机网络技术"},
	{"tourism", "旅游服务与管理"}, {"health", "护理"}, {"commerce", "电子商务"}, {"other", "音乐表演"},
}

// vocationalAnswers are a county's answers on its industries and on vocational
// education.
func (c *City) vocationalAnswers(county, y int) (figures, map[string]string) {
	p := &counties[county]
	f := figures{}
	for _, x := range industries[:len(industries)-1] {
		f["industry_weight."+x.id] = 0.0
	}
	left := 100.0
	for k, i := range c.keyIndustries(county) {
		w := []float64{30, 22, 14, 9}[k]
		f["industry_weight."+industries[i].id] = w
		left -= w
	}
	evidence := map[string]string{}
	for k, id := range []string{"review_voc_plan", "review_voc_interns"} {
		f[id] = y >= 5 || k == 1 && p.failing < .25
		evidence[id] = fmt.Sprintf("%s教体〔%d〕示例%d号", p.Short.ZH, firstYear+y, 61+2*k)
	}
	return f, evidence
}

// keyIndustries are the four industries that a county counts on most.
func (c *City) keyIndustries(county int) []int {
	r := c.random("industries", county)
	order := r.Perm(len(industries) - 1)
	return order[:4]
}

// programmes are a vocational section's programmes, whose pupils add up to its
// roll: some for what the county lives on, the rest what is asked everywhere.
func (c *City) programmes(s *section, y int) []figures {
	if s.stage != edu.Vocational {
		return nil
	}
	r := c.random("programmes", s.index)
	n := s.total(y)
	count := min(len(industries), 5+n/900)
	var chosen []int
	take := func(i int) {
		for _, x := range chosen {
			if x == i {
				return
			}
		}
		chosen = append(chosen, i)
	}
	for _, i := range c.keyIndustries(s.school.county) {
		if r.chance(.72) {
			take(i)
		}
	}
	for _, i := range r.Perm(len(industries)) {
		if len(chosen) < count {
			take(i)
		}
	}
	weights := make([]float64, len(chosen))
	sum := 0.0
	for k := range chosen {
		weights[k] = r.between(.5, 1.5)
		sum += weights[k]
	}
	var all []figures
	rest := n
	for k, i := range chosen {
		size := int(float64(n) * weights[k] / sum)
		if k == len(chosen)-1 {
			size = rest
		}
		rest -= size
		all = append(all, figures{"prog_name": industries[i].programme, "prog_industry": industries[i].id, "prog_pupils": size})
	}
	return all
}
