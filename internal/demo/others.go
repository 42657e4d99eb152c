package demo

import (
	"math"

	"shuren/internal/edu"
)

// Stages outside compulsory education enter the first workbook with headcounts
// only: children or pupils, classes and teachers. What their schemes ask beyond
// that stands in the second, and comes to the same.

// stagePupils is the city's roll of such a stage in a year, a rough calibration
// (domain page 13.2, evidence E).
func stagePupils(stage edu.Stage, year int) float64 {
	t := float64(year - 2020)
	switch stage {
	case edu.Preschool:
		enrolled := .86 + .10*(1-math.Exp(-(t+2)/3.2))
		return 1000 * enrolled * (births[year-3] + births[year-4] + births[year-5])
	case edu.Senior:
		return 161000 + 3100*t
	case edu.Vocational:
		return 115000 - 350*t
	default:
		return 1230 + 25*t
	}
}

var kindergartenWords = []name{{"蒲公英", "Dandelion"}, {"向阳花", "Sunflower"}, {"七彩石", "Rainbow Stone"}, {"小松果", "Pine Cone"},
	{"红蜻蜓", "Red Dragonfly"}, {"启明星", "Morning Star"}, {"小云雀", "Skylark"}, {"金种子", "Golden Seed"}, {"大风车", "Windmill"},
	{"智慧树", "Wisdom Tree"}, {"小白鸽", "White Dove"}, {"春苗", "Spring Sprout"}, {"晨曦", "Daybreak"}, {"童心", "Childlike Heart"},
	{"萤火虫", "Firefly"}, {"四叶草", "Clover"}, {"小海豚", "Little Dolphin"}, {"彩虹桥", "Rainbow Bridge"}}

// foundOthers lays out a county's kindergartens and its schools beyond
// compulsory education.
func (c *City) foundOthers(i int) {
	p := &counties[i]
	r := c.random("others", i)
	prefix := p.prefix()
	var all, seats []*township
	for _, t := range c.townships {
		if t.county != i {
			continue
		}
		all = append(all, t)
		if t.street {
			seats = append(seats, t)
		}
	}
	kindergarten := name{"幼儿园", "Kindergarten"}
	left := p.kindergarten + p.kindergarten/25
	for _, t := range all {
		if t.street || left == 0 {
			continue
		}
		s := c.found(t, "111", join(prefix, t.name, name{"中心", "Central"}, kindergarten), centre)
		c.add(s, edu.Preschool, r.around(250, .3, 120, 520))
		left--
	}
	used := map[*township]int{}
	for k := range left {
		t := all[r.IntN(len(all))]
		at := centre
		if k%2 == 0 {
			t, at = seats[k/2%len(seats)], town
		}
		u := used[t]
		used[t]++
		switch {
		case k%8 == 0 && k/8 < len(ordinals):
			s := c.found(t, "111", join(prefix, name{"第" + ordinals[k/8].zh, ordinals[k/8].en}, kindergarten), town)
			c.add(s, edu.Preschool, r.around(340, .2, 200, 540))
		default:
			n := join(prefix, t.name, kindergartenWords[u%len(kindergartenWords)])
			if round := u / len(kindergartenWords); round > 0 {
				n = join(n, name{"第" + ordinals[round].zh, ordinals[round].en})
			}
			s := c.found(t, "111", join(n, kindergarten), at)
			s.ownership = []edu.Ownership{edu.Public, edu.InclusivePrivate, edu.Private}[r.pick([]float64{3, 6, 1})]
			if s.ownership != edu.Public && r.chance(.11) {
				s.closed = 5 + r.IntN(3)
			}
			c.add(s, edu.Preschool, r.around(120, .4, 30, 360))
		}
	}
	city := 0.0
	for k := range counties {
		city += counties[k].people
	}
	for k := range int(math.Round(45 * p.people / city)) {
		s := c.found(seats[k%len(seats)], "342", join(prefix, name{"第" + ordinals[k].zh + "高级中学", ordinals[k].en + " Senior High School"}), town)
		c.add(s, edu.Senior, r.around(2600, .2, 1500, 3600))
	}
	for k := range max(1, int(math.Round(34*p.people/city))) {
		s := c.found(seats[(k+1)%len(seats)], []string{"365", "361"}[k%2], join(prefix, name{"第" + ordinals[k].zh + "职业高级中学", ordinals[k].en + " Vocational School"}), town)
		c.add(s, edu.Vocational, r.around(3300, .35, 1200, 7000))
	}
	if !p.Zone {
		s := c.found(seats[0], "514", join(prefix, name{"特殊教育学校", "Special School"}), town)
		c.add(s, edu.Special, 60+70*math.Sqrt(p.people/500))
	}
}

// enrolOther gives a section its share of its stage's roll in each year; all is
// the weight of the whole stage.
func (c *City) enrolOther(s *section, all float64) {
	r := c.random("enrol", s.index)
	grow := 1 + .012*r.NormFloat64()
	for y := range years {
		if s.in(y) {
			n := s.weight * stagePupils(s.stage, firstYear+y) / all * math.Pow(grow, float64(y-3)) * (1 + .03*r.NormFloat64())
			s.pupils[y][0] = max(1, int(math.Round(n)))
		}
	}
}

// headcount is what a section outside compulsory education reports.
type headcount struct{ pupils, classes, staff, teachers int }

func (c *City) headcount(s *section, y int) headcount {
	r := c.random("headcount", s.index)
	h := headcount{pupils: s.total(y)}
	if s.stage == edu.Preschool {
		st := c.kgStaff(s, y)
		h.classes, h.teachers, h.staff = len(c.kgClasses(s, y)), st.teachers, st.all()
		return h
	}
	perTeacher, perClass, support := 15.5, 27.0, 1.75
	switch s.stage {
	case edu.Senior:
		perTeacher, perClass, support = 12.8, 51, 1.13
	case edu.Vocational:
		perTeacher, perClass, support = 20.5, 43, 1.15
	case edu.Special:
		perTeacher, perClass, support = 4.2, 10, 1.15
	}
	n := float64(h.pupils)
	h.classes = int(math.Ceil(n / (perClass * r.between(.88, 1.05))))
	// Rolls fall faster than staff.
	base := float64(s.total(s.last()))
	h.teachers = max(1, int(math.Round(math.Pow(n, .7)*math.Pow(base, .3)/(perTeacher*r.between(.85, 1.15)))))
	switch s.stage {
	case edu.Vocational:
		h.teachers = c.vocTeachers(s, y)
	case edu.Higher:
		h.teachers, _ = c.collegeTeachers(s, y)
	}
	h.staff = h.teachers + int(math.Ceil(float64(h.teachers)*(support-1)))
	if s.stage == edu.Senior {
		h.classes = len(c.seniorClasses(s, y))
	}
	return h
}
