package propose

import (
	"fmt"
	"math"

	"shuren/internal/solve"
)

// model is a county as a solve.Model, with where everything stands in it.
type model struct {
	c       *County
	m       solve.Model
	have    [][]solve.Var // by section and indicator: what there is at the end
	reach   [][]solve.Var // by section and indicator: 1 where the limit is reached; -1 where not asked
	out, in [][]solve.Var // by section and kind: people who leave and come
	flows   []flow
	hire    [][][]solve.Var // by section, kind and year
	train   [][][]solve.Var // by section, indicator and year
	build   [][][]solve.Var
	guest   [][]solve.Var // by section and year: people who come as to a second school; nil where none may
	lend    [][]solve.Var // by section and kind: people who teach at a second school; nil where none may
	why     map[solve.Row]Conflict
	spread  map[solve.Rule]Conflict
}

// flow are the people of a kind who move from one township to another, inside a
// stage.
type flow struct {
	stage, kind, from, to int
	people                solve.Var
}

const none = solve.Var(-1)

// safety is by how much spreads are kept inside their limits: a solver's "met"
// has a tolerance, and the standard's has none. People are whole and amounts are
// rounded up, so they need none.
const safety = 1e-5

// build makes the model. Moves take effect on the first September of the plan.
func newModel(c *County) *model {
	b := &model{c: c, why: map[solve.Row]Conflict{}, spread: map[solve.Rule]Conflict{}}
	b.people()
	b.amounts()
	b.limits()
	if c.Bounded {
		b.spreads()
	}
	b.budgets()
	return b
}

func (b *model) row(r solve.Row, why Conflict) { b.why[r] = why }

// people are moves, hires and training. A kind moves between sections of one
// stage; who gives and who takes is decided by section, and the way between
// townships is what it costs.
func (b *model) people() {
	c := b.c
	for s := range c.Sections {
		sec := &c.Sections[s]
		var out, in []solve.Var
		var stay []solve.Term
		free := 0
		for k := range c.Kinds {
			free += sec.Free[k]
			out = append(out, b.m.Integer("", 0, float64(sec.gives(k)), 0))
			most := math.Inf(1)
			if sec.Closed.Move {
				most = 0
			}
			in = append(in, b.m.Integer("", 0, most, 0))
			stay = append(stay, out[k].Times(-1), in[k].Times(1))
		}
		b.out, b.in = append(b.out, out), append(b.in, in)
		var hire, train [][]solve.Var
		for _, kind := range c.Kinds {
			var years []solve.Var
			for y := range c.Years {
				v := none
				if kind.Hire && c.Prices.Hire >= 0 && !sec.Closed.Hire {
					// Whoever comes in a year is paid for it and the years after.
					v = b.m.Integer("", 0, math.Inf(1), c.Prices.Hire*float64(len(c.Years)-y)+b.order(y))
					stay = append(stay, v.Times(1))
				}
				years = append(years, v)
			}
			hire = append(hire, years)
		}
		for i, ind := range c.Indicators {
			var years []solve.Var
			for range c.Years {
				v := none
				if ind.What == People && !sec.Closed.grow(i) && b.trainable(s, i) > 0 && i < len(c.Prices.Train) && c.Prices.Train[i] >= 0 {
					v = b.m.Integer("", 0, math.Inf(1), c.Prices.Train[i])
				}
				years = append(years, v)
			}
			train = append(train, years)
		}
		b.hire, b.train = append(b.hire, hire), append(b.train, train)
		total := 0
		for _, n := range sec.Staff {
			total += n
		}
		// A section below its own floor need not be filled up by this plan, but gives
		// nobody.
		least := math.Min(float64(sec.Least), float64(total))
		b.row(b.m.AtLeast(fmt.Sprintf("least %d", s), least-float64(total), stay...), Conflict{Rule: "least", Section: s})
	}
	b.ways()
	b.tours()
	b.posts()
	for s := range c.Sections {
		b.trained(s)
	}
}

// gives is how many people of a kind may move away.
func (s *Section) gives(k int) int {
	if s.Closed.Move {
		return 0
	}
	return s.Free[k]
}

// trainable is how many people of a section training can make count to an
// indicator.
func (b *model) trainable(s, i int) int {
	n := 0
	for k, kind := range b.c.Kinds {
		if !kind.Counts[i] && i < len(kind.Into) && kind.Into[i] >= 0 {
			n += b.c.Sections[s].Staff[k]
		}
	}
	return n
}

// trained bounds training by the people who are there and stay.
func (b *model) trained(s int) {
	for i := range b.c.Indicators {
		var terms []solve.Term
		for _, v := range b.train[s][i] {
			if v != none {
				terms = append(terms, v.Times(1))
			}
		}
		if len(terms) == 0 {
			continue
		}
		for k, kind := range b.c.Kinds {
			if !kind.Counts[i] && i < len(kind.Into) && kind.Into[i] >= 0 {
				terms = append(terms, b.out[s][k].Times(1))
			}
		}
		b.row(b.m.AtMost(fmt.Sprintf("train %d %d", s, i), float64(b.trainable(s, i)), terms...), Conflict{Rule: "people", Section: s, Indicator: i})
	}
}

// ways connect those who leave with those who come.
func (b *model) ways() {
	c := b.c
	for stage := range c.Stages {
		for k := range c.Kinds {
			leave, come := make([][]solve.Term, len(c.Townships)), make([][]solve.Term, len(c.Townships))
			any := false
			movable := c.Prices.Move >= 0
			for s := range c.Sections {
				if sec := &c.Sections[s]; sec.Stage == stage {
					leave[sec.Township] = append(leave[sec.Township], b.out[s][k].Times(-1))
					come[sec.Township] = append(come[sec.Township], b.in[s][k].Times(-1))
					any = any || movable && sec.gives(k) > 0
				}
			}
			if !any {
				for s := range c.Sections {
					if c.Sections[s].Stage == stage {
						b.m.SetBounds(b.in[s][k], 0, 0)
						b.m.SetBounds(b.out[s][k], 0, 0)
					}
				}
				continue
			}
			for from := range c.Townships {
				for to := range c.Townships {
					if len(leave[from]) == 0 || len(come[to]) == 0 || !(c.moving(from, to) >= 0) {
						continue
					}
					v := b.m.Continuous("", 0, math.Inf(1), c.moving(from, to))
					b.flows = append(b.flows, flow{stage, k, from, to, v})
					leave[from] = append(leave[from], v.Times(1))
					come[to] = append(come[to], v.Times(1))
				}
			}
			for t := range c.Townships {
				if len(leave[t]) > 0 {
					b.m.Equal("", 0, leave[t]...)
				}
				if len(come[t]) > 0 {
					b.m.Equal("", 0, come[t]...)
				}
			}
		}
	}
}

// km is the way between two townships: 0 inside one and where no ways are known,
// NaN where others are and this one is not.
func (c *County) km(from, to int) float64 {
	if c.Km == nil || from == to {
		return 0
	}
	return c.Km[from][to]
}

// moving is what it costs to move a person; NaN where nobody can tell.
func (c *County) moving(from, to int) float64 {
	if km := c.km(from, to); km != 0 {
		return c.Prices.Move + c.Prices.PerKm*km
	}
	return c.Prices.Move
}

// amounts are rooms, areas and equipment.
func (b *model) amounts() {
	c := b.c
	for s := range c.Sections {
		sec := &c.Sections[s]
		var build [][]solve.Var
		for i, ind := range c.Indicators {
			var years []solve.Var
			for range c.Years {
				v := none
				if ind.What == Amount && !sec.Closed.grow(i) && i < len(c.Prices.Build) && c.Prices.Build[i] > 0 {
					if ind.Whole {
						v = b.m.Integer("", 0, math.Inf(1), c.Prices.Build[i])
					} else {
						v = b.m.Continuous("", 0, math.Inf(1), c.Prices.Build[i])
					}
				}
				years = append(years, v)
			}
			build = append(build, years)
			if i < len(sec.Room) && !math.IsNaN(sec.Room[i]) && !math.IsInf(sec.Room[i], 1) && years[0] != none {
				var terms []solve.Term
				for _, v := range years {
					terms = append(terms, v.Times(1))
				}
				b.row(b.m.AtMost(fmt.Sprintf("place %d %d", s, i), sec.Room[i], terms...), Conflict{Rule: "place", Section: s, Indicator: i})
			}
		}
		b.build = append(b.build, build)
	}
}

// gains are all that changes an indicator of a section.
func (b *model) gains(s, i int) (terms []solve.Term) {
	add := func(years []solve.Var) {
		for _, v := range years {
			if v != none {
				terms = append(terms, v.Times(1))
			}
		}
	}
	if b.c.Indicators[i].What == Amount {
		add(b.build[s][i])
		return terms
	}
	for k, kind := range b.c.Kinds {
		if kind.Counts[i] {
			terms = append(terms, b.in[s][k].Times(1), b.out[s][k].Times(-1))
			add(b.hire[s][k])
		}
	}
	add(b.train[s][i])
	return append(terms, b.guests(s, i)...)
}

// limits are the rule of each stage: so many of the indicators reach their limit,
// and none is below the floor. Which ones is the plan's choice.
func (b *model) limits() {
	c := b.c
	for s := range c.Sections {
		sec := &c.Sections[s]
		st := c.Stages[sec.Stage]
		var have, reach []solve.Var
		var count []solve.Term
		asked := 0
		for i := range c.Indicators {
			h := b.m.Continuous("", math.Inf(-1), math.Inf(1), 0)
			have = append(have, h)
			terms := append([]solve.Term{h.Times(-1)}, b.gains(s, i)...)
			b.m.Equal("", -sec.Have[i], terms...)
			if !sec.Counted || !(c.Limit(s, i) > 0) {
				reach = append(reach, none)
				continue
			}
			asked++
			full := c.Limit(s, i) * c.Unit(s, i)
			floor := st.Floor * full
			z := b.m.Binary("", 0)
			reach = append(reach, z)
			count = append(count, z.Times(1))
			gains := b.gains(s, i)
			b.row(b.m.AtLeast(fmt.Sprintf("floor %d %d", s, i), floor-sec.Have[i], gains...), Conflict{Rule: "limit", Section: s, Stage: sec.Stage, Indicator: i})
			// have >= floor + (full - floor) z: the limit where z is 1, the floor where it is 0.
			b.row(b.m.AtLeast(fmt.Sprintf("limit %d %d", s, i), floor-sec.Have[i], append(gains, z.Times(-(full-floor)))...), Conflict{Rule: "limit", Section: s, Stage: sec.Stage, Indicator: i})
		}
		b.have, b.reach = append(b.have, have), append(b.reach, reach)
		if asked > 0 {
			// Fewer indicators than usual are asked where some do not apply: then so many
			// may be short as otherwise.
			need := asked - (len(c.Indicators) - st.Need)
			b.row(b.m.AtLeast(fmt.Sprintf("need %d", s), float64(need), count...), Conflict{Rule: "limit", Section: s, Stage: sec.Stage, Indicator: -1})
		}
	}
}

// spreads are the difference coefficients: over the judged sections of a stage,
// weighted by pupils, at most so much of the mean.
func (b *model) spreads() {
	c := b.c
	for stage, st := range c.Stages {
		pupils := 0.0
		for _, sec := range c.Sections {
			if sec.Stage == stage && sec.Counted {
				pupils += sec.Pupils
			}
		}
		for i := range c.Indicators {
			if i >= len(st.Spread) || st.Spread[i] <= 0 || pupils == 0 {
				continue
			}
			mean := b.m.Continuous("", 0, math.Inf(1), 0)
			terms := []solve.Term{mean.Times(-pupils)}
			var parts []solve.Affine
			for s, sec := range c.Sections {
				if sec.Stage != stage || !sec.Counted {
					continue
				}
				// In the ratio's own unit times Per, so that figures stay near those of amounts.
				per := c.Unit(s, i) * c.Indicators[i].Per
				terms = append(terms, b.have[s][i].Times(sec.Pupils/per))
				w := math.Sqrt(sec.Pupils / pupils)
				parts = append(parts, solve.Affine{Terms: []solve.Term{b.have[s][i].Times(w / per), mean.Times(-w)}})
			}
			b.m.Equal("", 0, terms...)
			rule := b.m.AddCone(fmt.Sprintf("spread %d %d", stage, i), solve.Cone{Parts: parts, Limit: solve.Affine{Terms: []solve.Term{mean.Times(st.Spread[i] * (1 - safety))}}})
			b.spread[rule] = Conflict{Rule: "spread", Section: -1, Stage: stage, Indicator: i}
		}
	}
}

// budgets are the money of each year.
func (b *model) budgets() {
	c := b.c
	for y, year := range c.Years {
		if year.Budget < 0 {
			continue
		}
		b.row(b.m.AtMost(fmt.Sprintf("budget %d", y), year.Budget, b.spending(y)...), Conflict{Rule: "budget", Year: y})
	}
}

// spending is what a year costs.
func (b *model) spending(y int) (terms []solve.Term) {
	c := b.c
	for s := range c.Sections {
		for k := range c.Kinds {
			for from := 0; from <= y; from++ {
				if v := b.hire[s][k][from]; v != none {
					terms = append(terms, v.Times(c.Prices.Hire))
				}
			}
		}
		for i := range c.Indicators {
			if v := b.train[s][i][y]; v != none {
				terms = append(terms, v.Times(c.Prices.Train[i]))
			}
			if v := b.build[s][i][y]; v != none {
				terms = append(terms, v.Times(c.Prices.Build[i]))
			}
		}
	}
	if y == 0 {
		for _, f := range b.flows {
			terms = append(terms, f.people.Times(c.moving(f.from, f.to)))
		}
	}
	return append(terms, b.touring(y)...)
}
