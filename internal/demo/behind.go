package demo

import "slices"

// behind tells whether a school still lacks something in a year: in the newest
// year a part of the schools of counties that have much left to do, and more the
// longer ago. A school that has caught up stays so.
func (c *City) behind(question string, s *school, y int, most, perYear float64) bool {
	u := c.random("behind "+question, s.index).Float64()
	return u < most*counties[s.county].failing+perYear*float64(newest-y)
}

// lagging is behind for what a county answers itself: one county in ten or so
// has not done it yet, and more had not in the years before.
func (c *City) lagging(question string, county, y int, most, perYear float64) bool {
	u := c.random("lagging "+question, county).Float64()
	return u < most*counties[county].failing+perYear*float64(newest-y)
}

// pupilsOf is a school's roll over all of its stages in a year, and how many of
// them board.
func (c *City) pupilsOf(s *school, y int) (pupils, boarders int) {
	for _, x := range s.sections {
		if !x.in(y) {
			continue
		}
		pupils += x.total(y)
		boarders += c.boardersOf(x, y)
	}
	return pupils, boarders
}

// boardersOf is how many pupils of a section board, as its class list or the
// scheme of its stage says.
func (c *City) boardersOf(x *section, y int) int {
	if x.compulsory() {
		n := 0
		for _, k := range c.classes(x, y) {
			n += k.boarders
		}
		return n
	}
	for i := range c.schemes {
		s := &c.schemes[i]
		if s.record == nil || !slices.Contains(s.elements, "boarders") {
			continue
		}
		if p, err := s.packOf(); err != nil || !s.on(p, x.stage) {
			continue
		}
		if n, ok := s.record(c, x, y)["boarders"].(int); ok {
			return n
		}
	}
	return 0
}
