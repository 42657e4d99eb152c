package demo

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// foundSchools lays out townships and schools, county by county.
func (c *City) foundSchools() {
	places := c.placeNames()
	take := func() name {
		n := places[0]
		places = places[1:]
		return n
	}
	wantPrimary, wantJunior := countyPupils(edu.Primary), countyPupils(edu.Junior)
	for i := range counties {
		c.foundCounty(i, take, wantPrimary[i], wantJunior[i])
	}
	for i := range counties {
		c.foundOthers(i)
	}
}

// foundCounty lays out the compulsory schools of a county: rural ones by the
// plan, then as many in the county town as the rest of the pupils fill.
func (c *City) foundCounty(i int, take func() name, primaryPupils, juniorPupils float64) {
	p := &counties[i]
	r := c.random("county", i)
	prefix := p.prefix()
	var seats, rural []*township
	for k := range p.streets + p.towns + p.rural {
		t := &township{county: i}
		stem := take()
		switch {
		case k < p.streets:
			t.code, t.street, t.seat = fmt.Sprintf("%03d", k+1), true, true
			t.name = name{stem.zh + "街道", stem.en + " Street"}
			seats = append(seats, t)
		case k < p.streets+p.towns:
			t.code, t.town = fmt.Sprintf("%03d", 100+k-p.streets), true
			t.name = name{stem.zh + "镇", stem.en + " Town"}
			rural = append(rural, t)
		default:
			t.code = fmt.Sprintf("%03d", 200+k-p.streets-p.towns)
			t.name = name{stem.zh + "乡", stem.en + " Township"}
			rural = append(rural, t)
		}
		t.code = p.Code + t.code
		if p.Zone {
			// A zone's streets are coded under the county that it lies in.
			t.code = fmt.Sprintf("%s%03d", counties[p.statutoryOf].Code, counties[p.statutoryOf].streets+k+1)
		}
		c.townships = append(c.townships, t)
	}
	away := rural // where villages lie: a zone has only streets
	if len(away) == 0 {
		away = seats
	}
	var primary, junior float64
	addTo := func(sum *float64, s *school, stage edu.Stage, pupils float64) {
		c.add(s, stage, pupils)
		if s.closed == years {
			*sum += pupils
		}
	}

	centres := map[*township]*school{}
	perTownship := math.Sqrt(p.people / float64(max(1, len(rural))) / 45)
	for _, t := range rural {
		size := r.around(960, .38, 380, 1750) * min(max(perTownship, .6), 1.1)
		if !t.town {
			size *= .72
		}
		s := c.found(t, "211", join(prefix, t.name, name{"中心小学", "Central Primary School"}), centre)
		addTo(&primary, s, edu.Primary, size)
		centres[t] = s
	}
	for k := range p.villages {
		t := away[k%len(away)]
		n := take()
		s := c.found(t, "211", join(prefix, t.name, n, name{"完全小学", "Village Primary School"}), village)
		if r.chance(.05) && centres[t] != nil {
			s.closed, s.into = 2+r.IntN(years-2), centres[t]
		}
		addTo(&primary, s, edu.Primary, r.around(158, .52, 54, 420))
	}
	for k := range p.points {
		t := away[(k*7+3)%len(away)]
		n := take()
		s := c.found(t, "218", join(prefix, t.name, n, name{"教学点", "Teaching Point"}), point)
		if r.chance(.14) {
			s.closed, s.into = 1+r.IntN(years-1), centres[t]
		}
		addTo(&primary, s, edu.Primary, r.between(7, 62))
	}

	// A nine-year school takes the place of the junior school in small
	// townships; in the city and the zone it is a new school of a street.
	nineYear := map[*township]bool{}
	for k := range p.nineYear {
		t, at := seats[k%len(seats)], town
		n := join(prefix, t.name, name{"九年一贯制学校", "Nine-Year School"})
		primaryPart, juniorPart := r.between(700, 1150), r.between(420, 640)
		if k >= len(seats) {
			n = join(prefix, t.name, name{"实验学校", "Experimental School"})
		}
		if len(rural) > 0 && k < len(rural) && p.streets <= 4 {
			t, at = rural[len(rural)-1-k], centre
			n = join(prefix, t.name, name{"九年一贯制学校", "Nine-Year School"})
			primaryPart, juniorPart = r.between(160, 520), r.between(200, 520)
			nineYear[t] = true
		}
		s := c.found(t, "312", n, at)
		if at == town {
			s.built = int(r.between(2008, 2016))
		}
		addTo(&primary, s, edu.Primary, primaryPart)
		addTo(&junior, s, edu.Junior, juniorPart)
	}
	for _, t := range rural {
		if nineYear[t] {
			continue
		}
		size := r.around(690, .3, 320, 1300)
		s := c.found(t, "311", join(prefix, t.name, name{"初级中学", "Junior Middle School"}), centre)
		addTo(&junior, s, edu.Junior, size)
		if t.town && r.chance(.45) {
			s := c.found(t, "311", join(prefix, t.name, name{"第二初级中学", "No. 2 Junior Middle School"}), centre)
			addTo(&junior, s, edu.Junior, r.around(520, .25, 300, 900))
		}
	}
	for k := range p.complete {
		t := seats[k%len(seats)]
		s := c.found(t, "341", join(prefix, name{"第" + ordinals[k].zh + "中学", ordinals[k].en + " Secondary School"}), town)
		addTo(&junior, s, edu.Junior, r.between(.55, .9)*p.townJunior)
		c.add(s, edu.Senior, r.around(2100, .22, 1000, 3200))
	}
	for range p.twelveYear {
		t := seats[len(seats)-1]
		s := c.found(t, "345", join(prefix, take(), name{"学校", "School"}), town)
		s.ownership, s.built = edu.Private, 2012
		addTo(&primary, s, edu.Primary, r.between(800, 1200))
		addTo(&junior, s, edu.Junior, r.between(700, 1000))
		c.add(s, edu.Senior, r.between(600, 1100))
	}

	for k := range townSchools(primaryPupils-primary, p.townPrimary) {
		t := seats[k%len(seats)]
		n := join(prefix, name{"第" + ordinals[k].zh + "小学", ordinals[k].en + " Primary School"})
		if k == 2 {
			n = join(prefix, name{"实验小学", "Experimental Primary School"})
		}
		s := c.found(t, "211", n, town)
		addTo(&primary, s, edu.Primary, r.around(p.townPrimary, .15, .7*p.townPrimary, 1.32*p.townPrimary))
	}
	for k := range townSchools(juniorPupils-junior, p.townJunior) {
		t := seats[(k+1)%len(seats)]
		n := join(prefix, name{"第" + ordinals[k].zh + "初级中学", ordinals[k].en + " Junior Middle School"})
		if k == 1 {
			n = join(prefix, name{"实验中学", "Experimental Middle School"})
		}
		s := c.found(t, "311", n, town)
		addTo(&junior, s, edu.Junior, r.around(p.townJunior, .15, .7*p.townJunior, 1.3*p.townJunior))
	}
	c.openNew(i, r)
}

func townSchools(pupils, size float64) int {
	return min(max(1, int(math.Round(pupils/size))), len(ordinals))
}

// openNew says which schools of the county town are new: they open during the
// eight years and take pupils over from the fullest neighbour.
func (c *City) openNew(i int, r random) {
	var last *school
	news := 0
	for _, s := range c.schools {
		if s.county != i || s.setting != town || s.kind != "211" && s.kind != "311" {
			continue
		}
		if last != nil && last.kind == s.kind && last.opened == 0 && news < 3 && r.chance(.22) {
			s.opened = 1 + r.IntN(5)
			s.built, s.from = firstYear+s.opened, last
			news++
		}
		last = s
	}
}
