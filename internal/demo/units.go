package demo

import (
	"fmt"
	"time"

	"shuren/internal/edu"
)

// Units is the city's tree: city, counties, townships, schools and sections,
// those that have closed too. The development zone names the county that it is
// also judged with.
func (c *City) Units() []edu.Unit {
	all := []edu.Unit{{ID: cityID, Level: edu.City, Attrs: []edu.Attrs{{Code: cityCode, Name: cityName}}}}
	for i := range counties {
		p := &counties[i]
		a := edu.Attrs{Code: p.Code, Name: p.Name, Parent: cityID}
		if p.Zone {
			a.Kind, a.Statutory = edu.Zone, counties[p.statutoryOf].ID
		}
		all = append(all, edu.Unit{ID: p.ID, Level: edu.County, Attrs: []edu.Attrs{a}})
	}
	for _, t := range c.townships {
		all = append(all, edu.Unit{ID: t.id(), Level: edu.Township,
			Attrs: []edu.Attrs{{Code: t.code, Name: t.name.text(), Parent: counties[t.county].ID}}})
	}
	for _, s := range c.schools {
		u := edu.Unit{ID: s.id(), Level: edu.School, Attrs: []edu.Attrs{{From: autumn(s.opened), Code: s.code, Name: s.name.text(), Parent: s.township.id(),
			Kind: s.kind, Ownership: s.ownership, UrbanRural: s.urban}}}
		if s.closed < years {
			u.Ended = autumn(s.closed)
		}
		if s.into != nil {
			u.Into = []edu.UnitID{s.into.id()}
		}
		all = append(all, u)
		for _, x := range s.sections {
			v := edu.Unit{ID: edu.SectionID(s.id(), x.stage), Level: edu.Section, Stage: x.stage, Ended: u.Ended,
				Attrs: []edu.Attrs{{From: u.Attrs[0].From, Parent: s.id()}}}
			if s.into != nil {
				v.Into = []edu.UnitID{edu.SectionID(s.into.id(), x.stage)}
			}
			all = append(all, v)
		}
	}
	return all
}

func (t *township) id() edu.UnitID { return edu.UnitID("YX-T" + t.code) }

func (s *school) id() edu.UnitID { return edu.UnitID(fmt.Sprintf("YX-S%05d", s.index+1)) }

func (n name) text() edu.Text { return edu.Text{ZH: n.zh, EN: n.en} }

// autumn is the first day of a school year; a school of the first year was
// always there.
func autumn(y int) edu.Date {
	if y == 0 {
		return 0
	}
	return edu.DateOf(time.Date(firstYear+y, time.September, 1, 0, 0, 0, 0, time.UTC))
}
