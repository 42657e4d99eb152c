// What is decided: rooms added, given away, schools open, by year.

package places

import (
	"math"

	"shuren/internal/solve"
)

// design is what a plan decides. Counts are of all years until then.
type design struct {
	rooms [][]int // by school and year
	given [][]int // by conversion and year
	open  [][]bool
}

// today is to do nothing.
func (in *Input) today() *design {
	d := &design{}
	for s := range in.Schools {
		open := make([]bool, len(in.Years))
		for y := range open {
			open[y] = !in.Schools[s].New
		}
		d.rooms, d.open = append(d.rooms, make([]int, len(in.Years))), append(d.open, open)
	}
	for range in.Convert {
		d.given = append(d.given, make([]int, len(in.Years)))
	}
	return d
}

// read takes a design out of a point.
func (b *model) read(x []float64) *design {
	d := b.in.today()
	whole := func(v solve.Var) int { return int(math.Round(x[v])) }
	for s := range b.in.Schools {
		for y := range b.in.Years {
			if v := b.rooms[s][y]; v != none {
				d.rooms[s][y] = whole(v)
			}
			if v := b.open[s][y]; v != none {
				d.open[s][y] = whole(v) == 1
			}
		}
	}
	for i := range b.in.Convert {
		for y := range b.in.Years {
			d.given[i][y] = whole(b.given[i][y])
		}
	}
	return d
}

// capacity is what the schools have in a year.
func (in *Input) capacity(d *design, y int) capacity {
	c := capacity{make([]int, len(in.Schools)), make([]int, len(in.Schools))}
	for s := range in.Schools {
		if sc := &in.Schools[s]; d.open[s][y] {
			c.seats[s], c.beds[s] = sc.Seats+d.rooms[s][y]*in.Stages[sc.Stage].Class, sc.Beds
		}
	}
	for i, conv := range in.Convert {
		c.seats[conv.From] -= d.given[i][y] * in.Stages[in.Schools[conv.From].Stage].Class
		if d.open[conv.To][y] {
			c.seats[conv.To] += d.given[i][y] * in.Stages[in.Schools[conv.To].Stage].Class
		}
	}
	for s := range c.seats {
		c.seats[s] = max(c.seats[s], 0) // a closed school has none to lose
	}
	return c
}

// at is a count of a year and of the year before.
func at(years []int, y int) (now, before int) {
	if y > 0 {
		before = years[y-1]
	}
	return years[y], before
}

// spent is what building of a year costs.
func (in *Input) spent(d *design, y int) (sum float64) {
	for s := range in.Schools {
		sum += in.building(d, s, y)
	}
	for i, c := range in.Convert {
		to := &in.Stages[in.Schools[c.To].Stage]
		now, before := at(d.given[i], y)
		sum += float64(now-before) * float64(to.Class) * to.Prices.Convert
	}
	return sum
}

// building is what a school's rooms of a year cost.
func (in *Input) building(d *design, s, y int) float64 {
	sc := &in.Schools[s]
	st := &in.Stages[sc.Stage]
	now, before := at(d.rooms[s], y)
	price, fixed := st.Prices.Expand, 0.0
	if sc.New {
		price = st.Prices.Build
		if now > 0 && before == 0 {
			fixed = sc.Fixed
		}
	}
	return fixed + float64(now-before)*float64(st.Class)*price
}
