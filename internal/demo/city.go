package demo

import (
	"fmt"

	"shuren/internal/edu"
)

const (
	firstYear = 2018
	lastYear  = 2025
	years     = lastYear - firstYear + 1
	newest    = years - 1
)

// City is the fictional city of one seed. It is made at once and never changes,
// so its workbooks can be written side by side.
type City struct {
	seed      uint64
	townships []*township
	schools   []*school
	sections  []*section
	schemes   []scheme // further packs, for which counties report a second workbook
	serial    map[string]int
}

// New makes the city of a seed.
func New(seed uint64) *City {
	return newCity(seed, ordered())
}

func newCity(seed uint64, schemes []scheme) *City {
	c := &City{seed: seed, serial: map[string]int{}, schemes: schemes}
	c.foundSchools()
	c.enrol()
	c.equip()
	// What schemes add comes last: the rest of the city does not move for it.
	for _, s := range c.schemes {
		if s.found != nil {
			s.found(c)
		}
	}
	return c
}

// Years are the school years that the city has workbooks for, oldest first.
func (c *City) Years() []edu.Period {
	all := make([]edu.Period, years)
	for i := range all {
		all[i] = edu.Year(firstYear + i)
	}
	return all
}

// Name is the city's name.
func (c *City) Name() edu.Text { return cityName }

// Counties are the ten county-level units; a workbook is asked for by their
// index.
func (c *City) Counties() []County {
	all := make([]County, len(counties))
	for i := range counties {
		all[i] = counties[i].County
	}
	return all
}

// yearIndex is the place of a period among Years.
func yearIndex(p edu.Period) (int, error) {
	y := p.Int() - firstYear
	if p.Kind() != edu.SchoolYear || y < 0 || y >= years {
		return 0, fmt.Errorf("school year %s: the demo city has %d to %d", p, firstYear, lastYear)
	}
	return y, nil
}
