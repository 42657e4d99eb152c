// What comes before a hire: people who teach at a second school of their township
// where the rules count it, and the order of costs by which a hire is the last
// resort.

package propose

import (
	"math"

	"shuren/internal/solve"
)

// order is what a hire of a year costs on top of its price in the objective, so
// that a move or a guest is always cheaper than the hire that it saves. With usual
// prices it is nothing: a person and year costs more than any move.
func (b *model) order(y int) float64 {
	c := b.c
	most := 0.0
	if c.Prices.Move >= 0 {
		most = c.Prices.Move
		for from := range c.Townships {
			for to := range c.Townships {
				if m := c.moving(from, to); m > most {
					most = m
				}
			}
		}
	}
	if c.Prices.Tour >= 0 {
		most = math.Max(most, c.Prices.Tour*float64(len(c.Years)))
	}
	if hire := c.Prices.Hire * float64(len(c.Years)-y); hire <= most {
		return most - hire + 1
	}
	return 0
}

// orders tells that a hire of some year costs more in the objective than it costs.
func (b *model) orders() bool {
	for y := range b.c.Years {
		if b.order(y) > 0 {
			return true
		}
	}
	return false
}

// ordered is what order adds to a plan's cost.
func (b *model) ordered(p *Plan) (sum float64) {
	for _, l := range p.Lines {
		if l.Act == Hired {
			sum += l.Amount * b.order(l.Year)
		}
	}
	return sum
}

// tours are people who teach at a second school as well. Who sends and who takes is
// decided by section; both are in one township and stage, and whoever moves away
// teaches at no second school here.
func (b *model) tours() {
	c := b.c
	b.guest, b.lend = make([][]solve.Var, len(c.Sections)), make([][]solve.Var, len(c.Sections))
	if !(c.Prices.Tour >= 0) {
		return
	}
	type place struct{ stage, township int }
	come, send := map[place][]solve.Term{}, map[place][]solve.Term{}
	var places []place
	for s := range c.Sections {
		sec := &c.Sections[s]
		at := place{sec.Stage, sec.Township}
		if !takes(sec) {
			continue
		}
		if come[at] == nil {
			places = append(places, at)
		}
		for y := range c.Years {
			v := b.m.Integer("", 0, math.Inf(1), c.Prices.Tour*float64(len(c.Years)-y))
			b.guest[s] = append(b.guest[s], v)
			come[at] = append(come[at], v.Times(-1))
		}
	}
	for s := range c.Sections {
		sec := &c.Sections[s]
		at := place{sec.Stage, sec.Township}
		if come[at] == nil || takes(sec) {
			continue
		}
		b.lend[s] = make([]solve.Var, len(c.Kinds))
		for k := range c.Kinds {
			b.lend[s][k] = none
			if !c.Kinds[k].Tours || sec.Closed.Tour || sec.Free[k] == 0 {
				continue
			}
			v := b.m.Integer("", 0, float64(sec.Free[k]), 0)
			b.lend[s][k] = v
			send[at] = append(send[at], v.Times(1))
			b.row(b.m.AtMost("", float64(sec.Free[k]), v.Times(1), b.out[s][k].Times(1)), Conflict{Rule: "people", Section: s, Indicator: -1})
		}
	}
	for _, at := range places {
		b.m.Equal("", 0, append(come[at], send[at]...)...)
	}
}

// takes tells that guests count in a section.
func takes(sec *Section) bool {
	if !sec.Counted || sec.Closed.Tour {
		return false
	}
	for _, g := range sec.Guest {
		if g > 0 {
			return true
		}
	}
	return false
}

// guests are what those who come as to a second school add to an indicator.
func (b *model) guests(s, i int) (terms []solve.Term) {
	if b.guest[s] == nil || !(b.c.Sections[s].Guest[i] > 0) {
		return nil
	}
	for _, v := range b.guest[s] {
		terms = append(terms, v.Times(b.c.Sections[s].Guest[i]))
	}
	return terms
}

// touring is what guests cost in a year: whoever begins in a year is paid for it
// and the years after.
func (b *model) touring(y int) (terms []solve.Term) {
	for s := range b.guest {
		for from, v := range b.guest[s] {
			if from <= y {
				terms = append(terms, v.Times(b.c.Prices.Tour))
			}
		}
	}
	return terms
}

// posts bound hires by the posts that the county has left.
func (b *model) posts() {
	if b.c.Posts == nil {
		return
	}
	var terms []solve.Term
	for s := range b.hire {
		for k := range b.hire[s] {
			for _, v := range b.hire[s][k] {
				if v != none {
					terms = append(terms, v.Times(1))
				}
			}
		}
	}
	if len(terms) > 0 {
		b.row(b.m.AtMost("posts", float64(max(0, *b.c.Posts)), terms...), Conflict{Rule: "posts", Section: -1, Indicator: -1})
	}
}

// toured pairs those who teach at a second school with the schools that they come
// to, in order: inside a township any pairing costs the same.
func (b *model) toured(p *Plan, x []float64) {
	c := b.c
	left := map[[2]int][][2]int{} // by stage and township: section and kind, once a person
	for s := range b.lend {
		for k, v := range b.lend[s] {
			for range int(math.Round(amount(x, v))) {
				at := [2]int{c.Sections[s].Stage, c.Sections[s].Township}
				left[at] = append(left[at], [2]int{s, k})
			}
		}
	}
	for s := range b.guest {
		at := [2]int{c.Sections[s].Stage, c.Sections[s].Township}
		for y, v := range b.guest[s] {
			for range int(math.Round(amount(x, v))) {
				who := left[at][0]
				left[at] = left[at][1:]
				for i := range c.Indicators {
					p.After[s][i] += c.Sections[s].Guest[i]
				}
				years := float64(len(c.Years) - y)
				for later := y; later < len(c.Years); later++ {
					p.Spent[later] += c.Prices.Tour
				}
				if n := len(p.Lines) - 1; n >= 0 {
					if l := &p.Lines[n]; l.Act == Toured && l.Section == s && l.Year == y && l.From == who[0] && l.Kind == who[1] {
						l.Amount++
						l.Cost += c.Prices.Tour * years
						continue
					}
				}
				p.add(Line{Act: Toured, Year: y, Section: s, From: who[0], Kind: who[1], Amount: 1, Cost: c.Prices.Tour * years})
			}
		}
	}
}
