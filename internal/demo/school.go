package demo

import (
	"fmt"

	"shuren/internal/edu"
)

// place kinds: what decides a section's size, its growth and what it lacks.
type setting uint8

const (
	town    setting = iota // county town or city street
	centre                 // seat of a township
	village                // village with a complete school
	point                  // teaching point
	settings
)

type township struct {
	county int
	code   string
	name   name // with its kind: 霜塘镇
	street bool
	town   bool
	seat   bool // the county town lies in it
}

// school is a school with its sections; kindergartens and the schools of other
// stages are schools with one section.
type school struct {
	index     int
	county    int
	township  *township
	code      string
	name      name
	kind      string // 学校办学类型代码
	ownership edu.Ownership
	urban     string // 城乡分类代码
	setting   setting
	built     int
	opened    int     // first year index, 0 if it was there before
	closed    int     // first year index in which it is no more; years if it goes on
	into      *school // what it was merged into
	from      *school // whose pupils it took over when it opened
	crowded   bool
	sections  []*section
}

// section is a school's part at one stage.
type section struct {
	index  int
	school *school
	stage  edu.Stage
	weight float64 // what chance says its size should be in the newest year
	drift  float64 // yearly growth of its share of the county's new pupils
	top    int     // highest grade it teaches; 0 for stages without grades here
	limit  int     // pupils to a class before another one is opened

	pupils [years][9]int // by grade; for other stages the total stands first
	stock  stock
}

func (s *section) in(y int) bool { return y >= s.school.opened && y < s.school.closed }

func (s *section) compulsory() bool { return s.stage == edu.Primary || s.stage == edu.Junior }

// last is the newest year in which the section is open.
func (s *section) last() int { return min(newest, s.school.closed-1) }

// assessed reports that the resources rule looks at the section: teaching
// points under 50 pupils are left out.
func (s *section) assessed(y int) bool { return s.school.kind != "218" || s.total(y) >= 50 }

// total is the number of pupils in a year.
func (s *section) total(y int) int {
	n := 0
	for _, g := range s.pupils[y] {
		n += g
	}
	return n
}

// category gives the first two digits of a 学校标识码.
var category = map[string]string{"111": "11", "211": "21", "218": "21", "311": "31", "312": "31", "341": "34", "342": "34", "345": "34",
	"361": "36", "365": "36", "411": "41", "412": "41", "414": "41", "415": "41", "513": "51", "514": "51"}

// found adds a school. Province digits 99 and a serial number starting with 9
// are nobody's.
func (c *City) found(t *township, kind string, n name, at setting) *school {
	p := &counties[t.county]
	cat := category[kind]
	c.serial[cat]++
	s := &school{index: len(c.schools), county: t.county, township: t, kind: kind, name: n, setting: at, closed: years,
		code: fmt.Sprintf("%s999%05d", cat, c.serial[cat]), ownership: edu.Public}
	r := c.random("school", s.index)
	switch {
	case at >= village:
		s.urban = "220"
	case at == centre && t.town:
		s.urban = []string{"121", "122"}[r.pick([]float64{3, 1})]
	case at == centre:
		s.urban = "210"
	case p.streets > 4 || p.Zone:
		s.urban = []string{"111", "112"}[r.pick([]float64{3, 1})]
	default:
		s.urban = []string{"121", "122"}[r.pick([]float64{4, 1})]
	}
	s.built = int(r.between(1954, 2014))
	if at == town {
		s.built = int(r.between(1954, 2016))
	}
	c.schools = append(c.schools, s)
	return s
}

// add gives a school a section of about so many pupils.
func (c *City) add(s *school, stage edu.Stage, pupils float64) *section {
	x := &section{index: len(c.sections), school: s, stage: stage, weight: pupils}
	r := c.random("section", x.index)
	p := &counties[s.county]
	switch stage {
	case edu.Primary:
		x.top, x.limit = 6, 45
		x.drift = [settings]float64{1.022, .996, .962, .95}[s.setting] + .012*r.NormFloat64()
		if s.setting == point {
			x.top = []int{2, 3, 4, 6}[r.pick([]float64{2, 5, 2, 1})]
		}
	case edu.Junior:
		x.top, x.limit = 3, 50
		x.drift = [settings]float64{1.014, .984, .98, .98}[s.setting] + .008*r.NormFloat64()
	}
	if s.setting == town && r.chance(p.crowding) {
		x.limit += []int{3, 5, 7, 9}[r.pick([]float64{2, 4, 3, 1})]
	}
	s.sections = append(s.sections, x)
	c.sections = append(c.sections, x)
	return x
}

// join puts the parts of a name together.
func join(parts ...name) name {
	var n name
	for _, p := range parts {
		n.zh += p.zh
		if p.en != "" {
			if n.en != "" {
				n.en += " "
			}
			n.en += p.en
		}
	}
	return n
}

// stem is how the county begins the names of its schools.
func (p *countyPlan) prefix() name {
	if p.Zone {
		return name{"云岫经开区", "Yunxiu Dev. Zone"}
	}
	return name{p.Name.ZH, p.Short.EN}
}
