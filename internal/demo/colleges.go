package demo

import (
	"math"

	"shuren/internal/edu"
)

// Four colleges, which report of themselves for the city's information: one has
// all that is asked, two lack single things, and one comes under a line at which
// the ministry restricts enrolment.

// collegePlan is what is decided of a college before chance fills it in.
type collegePlan struct {
	name           name
	kind, code     string
	county         int
	level, class   string
	roll           float64 // in the newest year
	ratio, degree  float64 // students to a teacher; per cent of teachers with a graduate degree
	area, equipped float64 // per equivalent student
	books          float64
}

var colleges = []collegePlan{
	{name{"云岫师范学院", "Yunxiu Normal College"}, "412", "4199099001", 0, "undergraduate", "comprehensive", 17400, 17.2, 62, 15.1, 7200, 104},
	{name{"云岫医学高等专科学校", "Yunxiu Medical Junior College"}, "414", "4199099002", 0, "junior", "medical", 9200, 16.8, 31, 16.6, 8100, 63},
	{name{"云岫能源职业技术学院", "Yunxiu Energy Vocational College"}, "415", "4199099003", 2, "junior", "engineering", 11600, 17.7, 24, 16.4, 6900, 57},
	{name{"云岫职业技术学院", "Yunxiu Vocational College"}, "415", "4199099004", 1, "junior", "comprehensive", 7900, 21.3, 19, 11.2, 4300, 42},
}

var _ = register(scheme{
	pack: "cn-higher", sheet: "高等教育", found: (*City).foundColleges, record: (*City).higher,
	elements: []string{"school_kind", "urban_rural", "ownership", "built_year", "college_level", "college_class", "students_higher", "teachers", "teachers_graduate_degree",
		"teachers_external", "area_teaching_admin", "equipment_research", "equipment_new", "books", "books_new"},
})

// foundColleges lays out the colleges.
func (c *City) foundColleges() {
	for i := range colleges {
		p := &colleges[i]
		for _, t := range c.townships {
			if t.county != p.county || !t.street {
				continue
			}
			s := c.found(t, p.kind, p.name, town)
			s.code, s.built = p.code, 1956+13*i
			x := c.add(s, edu.Higher, p.roll)
			for y := range years {
				x.pupils[y][0] = int(math.Round(p.roll * math.Pow(1.021, float64(y-newest))))
			}
			break
		}
	}
}

// college is the plan of a college's section.
func (s *section) college() *collegePlan {
	for i := range colleges {
		if s.school.code == colleges[i].code {
			return &colleges[i]
		}
	}
	return nil
}

// students are a college's students by kind.
func (p *collegePlan) students(n float64) map[string]float64 {
	kinds := map[string]float64{"undergraduate": 0, "junior": 0, "master": 0, "doctor": 0, "international": 0, "preparatory": 0, "further": math.Round(n * .004),
		"adult": 0, "evening": 0, "correspondence": math.Round(n * .05)}
	rest := n - kinds["further"] - kinds["correspondence"]
	if p.level == "undergraduate" {
		kinds["master"], kinds["international"], kinds["junior"] = math.Round(n*.018), math.Round(n*.006), math.Round(n*.08)
		kinds["undergraduate"] = rest - kinds["junior"] - kinds["master"] - kinds["international"]
	} else {
		kinds["junior"] = rest
	}
	return kinds
}

// equivalent are students by the factors of the document, as far as the demo's
// colleges have such.
func equivalent(kinds map[string]float64) float64 {
	return kinds["undergraduate"] + kinds["junior"] + 1.5*kinds["master"] + 3*kinds["international"] + kinds["further"] + .1*kinds["correspondence"]
}

// collegeTeachers are a college's teachers, its own and external ones, of whom
// two count as one.
func (c *City) collegeTeachers(s *section, y int) (own, external int) {
	p := s.college()
	all := equivalent(p.students(float64(s.total(y)))) / (p.ratio + .12*float64(newest-y))
	external = int(math.Round(all * .14))
	return int(math.Ceil(all - float64(external)/2)), external
}

// higher is what a college reports in a year. Rolls grow faster than buildings
// and staff, so the oldest figures per student are not the worst.
func (c *City) higher(s *section, y int) figures {
	p := s.college()
	r := c.random("college", s.index)
	ago := float64(newest - y)
	n := float64(s.total(y))
	f := figures{
		"school_kind": p.kind, "urban_rural": s.school.urban, "built_year": s.school.built, "ownership": "public",
		"college_level": p.level, "college_class": p.class,
	}
	kinds := p.students(n)
	for id, k := range kinds {
		f["students_higher."+id] = int(k)
	}
	equivalent := equivalent(kinds)
	teachers, external := c.collegeTeachers(s, y)
	f["teachers"], f["teachers_external"] = teachers, external
	f["teachers_graduate_degree"] = int(math.Ceil(float64(teachers) * (p.degree - 1.6*ago) / 100))
	f["area_teaching_admin"] = 10 * math.Ceil(equivalent*p.area*(1+.004*ago)/10)
	equipment := 1e4 * math.Ceil(equivalent*p.equipped*math.Pow(.94, ago)/1e4)
	f["equipment_research"] = equipment
	f["equipment_new"] = 1e4 * math.Round(equipment*r.between(.07, .12)/1e4)
	f["books"] = int(equivalent * p.books * (1 - .008*ago))
	f["books_new"] = int(equivalent * r.between(1.8, 3.1))
	return f
}
