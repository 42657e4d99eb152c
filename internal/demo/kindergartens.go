package demo

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// Kindergartens: children by age class, staff, premises. Rolls fall by a third
// over the years while rooms and yards stay, so that what is measured per child
// gets better; the counties that have most left to do in compulsory education
// have it here too.

var _ = register(scheme{
	pack: "cn-preschool@2020", sheet: "幼儿园",
	elements: []string{"kindergarten_kind", "urban_rural", "ownership", "designed_new", "children", "principals", "principals_certified", "teachers", "teachers_certified",
		"area_building", "area_activity", "area_outdoor"},
	record: (*City).kindergarten,
	lists:  map[string]func(*City, *section, int) []figures{"kg_classes": (*City).kgClassRows},
	county: (*City).preschoolAnswers,
})

// rank says how far a county is from what schemes ask: 0 for those that have all
// of it, 1 for those that lack single things, 2 for those with most left to do.
func (p *countyPlan) rank() int {
	switch {
	case p.failing == 0:
		return 0
	case p.failing < .1:
		return 1
	default:
		return 2
	}
}

// kgClass is one row of a kindergarten's class list.
type kgClass struct {
	age      string // choice of the pack's age_class
	no       string
	children int
}

var ageClasses = [...]struct {
	id, word string
	norm     int
}{{"small", "小", 25}, {"middle", "中", 30}, {"big", "大", 35}}

// kgClasses divides a kindergarten's children into classes. The smallest have
// mixed classes; some in crowded counties put in more than the norm.
func (c *City) kgClasses(s *section, y int) []kgClass {
	r := c.random("kg classes", s.index)
	n := s.total(y)
	var all []kgClass
	divide := func(age, word string, children, limit int) {
		k := (children + limit - 1) / limit
		for i := range k {
			size := children / k
			if i < children%k {
				size++
			}
			all = append(all, kgClass{age, fmt.Sprintf("%s%d班", word, i+1), size})
		}
	}
	over := 0
	p := &counties[s.school.county]
	if r.chance([]float64{0, .08, .3}[p.rank()]) {
		over = []int{3, 5, 8}[r.IntN(3)]
	}
	if n < 40 {
		divide("mixed", "混", n, 30)
		return all
	}
	// Each new year is smaller than the one before it.
	small := int(math.Round(float64(n) * r.between(.29, .33)))
	middle := int(math.Round(float64(n) * r.between(.32, .345)))
	for i, children := range []int{small, middle, n - small - middle} {
		a := ageClasses[i]
		divide(a.id, a.word, children, a.norm+over)
	}
	return all
}

func (c *City) kgClassRows(s *section, y int) (all []figures) {
	for _, x := range c.kgClasses(s, y) {
		all = append(all, figures{"age_class": x.age, "class_no": x.no, "class_children": x.children})
	}
	return all
}

// kindergarten is what a kindergarten reports in a year.
func (c *City) kindergarten(s *section, y int) figures {
	r := c.random("kindergarten", s.index)
	p := &counties[s.school.county]
	rank := p.rank()
	list := c.kgClasses(s, y)
	f := figures{"kindergarten_kind": "111", "urban_rural": s.school.urban, "ownership": string(s.school.ownership),
		"children.nursery": 0, "children.small": 0, "children.middle": 0, "children.big": 0, "children.mixed": 0}
	for _, x := range list {
		id := "children." + x.age
		f[id] = f[id].(int) + x.children
	}
	// One in eight was laid out under the norm of 2017: mostly in towns.
	isNew := r.chance([settings]float64{.17, .07, .07, .07}[s.school.setting])
	f["designed_new"] = isNew
	st := c.kgStaff(s, y)
	f["principals"], f["principals_certified"] = st.principals, st.principals
	f["teachers"], f["teachers_certified"] = st.teachers, st.teachers-st.uncertified

	// Premises are as they were in the kindergarten's last year, and little was
	// added before: a part of today's per child.
	base := float64(s.total(s.last()))
	enough := 1.02 + .75*r.Float64()*r.Float64()
	cramped := [settings]float64{.42, .22, .25, .25}[s.school.setting] * []float64{.45, .8, 1.75}[rank]
	yard := enough
	switch {
	case isNew:
		if rank == 2 && r.chance(.12) {
			yard = r.between(.8, .97)
		}
	case r.chance(cramped):
		yard = r.between(.5, .98)
	}
	rooms := enough * r.between(1, 1.1)
	if !isNew && r.chance(cramped*.7) {
		rooms = r.between(.68, .99)
	}
	f["area_outdoor"] = math.Round(10*4*base*yard) / 10
	f["area_activity"] = math.Round(10*8.17*base*rooms) / 10
	f["area_building"] = math.Round(10*10.44*base*max(rooms, .97*rooms+.05*r.Float64())) / 10
	return f
}

// kgStaff are the people of a kindergarten in a year.
type kgStaff struct{ principals, teachers, uncertified, carers, others, established int }

func (c *City) kgStaff(s *section, y int) kgStaff {
	r := c.random("kg staff", s.index)
	rank := counties[s.school.county].rank()
	classes := len(c.kgClasses(s, y))
	st := kgStaff{principals: 1}
	if classes >= 8 {
		st.principals = 2
	}
	ago := float64(newest - y)
	perClass := []float64{r.between(2, 2.2), r.between(1.85, 2.15), r.between(1.7, 2.1)}[rank]
	// Years ago there were fewer for more children.
	st.teachers = max(1, int(math.Round(float64(classes)*(perClass-.035*ago))))
	carers := []float64{1, r.between(.85, 1), r.between(.6, 1)}[rank]
	st.carers = int(math.Round(float64(classes) * max(.4, carers-.04*ago)))
	if rank == 0 && y == newest {
		st.teachers = max(st.teachers, 2*classes)
		st.carers = max(st.carers, classes, 3*classes-st.teachers)
	}
	if rank > 0 {
		if rate := []float64{0, .03, .1}[rank] + .03*ago; r.chance(min(.6, rate)) {
			st.uncertified = min(st.teachers-1, 1+r.IntN(2))
		}
	}
	st.uncertified = max(0, st.uncertified)
	st.others = 1 + (classes+2)/3
	if rank == 0 && y == newest {
		need := (s.total(y) + 6) / 7
		care := (s.total(y) + 8) / 9
		st.carers = max(st.carers, care-st.teachers)
		st.others = max(st.others, need-st.principals-st.teachers-st.carers)
	}
	if s.school.ownership == edu.Public {
		st.established = int(float64(st.principals+st.teachers) * r.between(.3, .8))
	}
	return st
}

func (st kgStaff) all() int { return st.principals + st.teachers + st.carers + st.others }

var preschoolReviews = []string{"review_kg_party", "review_kg_plan", "review_kg_funds", "review_kg_subsidy", "review_kg_fees", "review_kg_pay", "review_kg_safety",
	"review_kg_watch", "review_kg_conditions", "review_kg_staff", "review_kg_teachers", "review_kg_care"}

// preschoolAnswers are a county's own answers on preschool education.
func (c *City) preschoolAnswers(county, y int) (figures, map[string]string) {
	p := &counties[county]
	r := c.random("preschool answers", county)
	ago := float64(newest - y)
	rank := p.rank()
	children := 0.0
	for _, s := range c.sections {
		if s.school.county == county && s.stage == edu.Preschool && s.in(y) {
			children += float64(s.total(y))
		}
	}
	rate := []float64{r.between(.95, .985), r.between(.925, .96), r.between(.895, .945)}[rank] - .016*ago
	f := figures{"population_3_5": int(math.Round(children / rate))}
	f["funds_public_standard"] = 600.0
	f["subsidy_inclusive"] = 500.0
	if y < 4 {
		f["funds_public_standard"], f["subsidy_inclusive"] = 400.0, 300.0
	}
	if rank == 2 && r.chance(.3) {
		f["funds_public_standard"] = 500.0
	}
	established := math.Round(100*r.between(8.6, 10.2)*math.Pow(.965, ago)) / 100
	ratio := []float64{r.between(.78, .86), r.between(.74, .82), r.between(.66, .78)}[rank] - .012*ago
	f["pay_established"] = established * 10000
	f["pay_contract"] = math.Round(established*ratio*100) * 100
	townships := p.towns + p.rural
	central := townships
	if rank == 2 {
		central -= int(ago) / 3
	}
	f["townships"], f["townships_central"] = townships, max(0, central)
	estate := p.kindergarten / 22
	f["estate_kindergartens"] = estate
	f["estate_inclusive"] = estate
	if rank > 0 {
		f["estate_inclusive"] = max(0, estate-int(ago)/2-rank/2*r.IntN(2))
	}
	f["recognition_preschool"] = math.Round(10*(r.between(87.5, 94)-float64(rank)-.6*ago)) / 10
	return f, c.reviewed(f, preschoolReviews, county, y, 31)
}

// reviewed answers review items and cites invented documents. The weak counties
// did their reviews one after the other, and one is left in the newest year.
func (c *City) reviewed(f figures, items []string, county, y, first int) map[string]string {
	p := &counties[county]
	r := c.random(items[0], county)
	open := r.IntN(len(items))
	evidence := map[string]string{}
	for k, id := range items {
		f[id] = p.rank() < 2 || !(k == open && p.failing > .25) && (y == newest || k%3 <= y*3/years)
		evidence[id] = fmt.Sprintf("%s教体〔%d〕示例%d号", p.Short.ZH, firstYear+y, first+2*k)
	}
	return evidence
}
