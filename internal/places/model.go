package places

import (
	"fmt"
	"math"

	"shuren/internal/solve"
)

// model is an input as a solve.Model, with where everything stands in it.
//
// What is built is counted up over the years (rooms there are by then), so that a
// room costs once wherever it begins, and what a year can seat is one variable.
type model struct {
	in    *Input
	m     solve.Model
	rooms [][]solve.Var // by school and year: rooms added by then; none where none can be
	open  [][]solve.Var // the same: whether it is open, where that is a choice
	given [][]solve.Var // by conversion and year: rooms given away by then
	arcs  [][]arc       // by stage
	why   map[solve.Row]Conflict
	bound map[solve.Var]Conflict // of upper bounds
}

const none = solve.Var(-1)

func newModel(in *Input) *model {
	b := &model{in: in, why: map[solve.Row]Conflict{}, bound: map[solve.Var]Conflict{}}
	b.schools()
	b.conversions()
	for st := range in.Stages {
		b.arcs = append(b.arcs, in.arcs(st))
		for y := range in.Years {
			b.place(st, y)
			b.enough(st, y)
		}
	}
	b.budgets()
	return b
}

func (b *model) row(r solve.Row, why Conflict) { b.why[r] = why }

// schools are rooms that are added, sites that are opened, schools that are closed.
func (b *model) schools() {
	in := b.in
	last := len(in.Years) - 1
	for s := range in.Schools {
		sc := &in.Schools[s]
		st := &in.Stages[sc.Stage]
		rooms, open := make([]solve.Var, last+1), make([]solve.Var, last+1)
		may, _, _ := in.closing(s)
		price := st.Prices.Expand
		if sc.New {
			price = st.Prices.Build
		}
		for y := range in.Years {
			rooms[y], open[y] = none, none
			if sc.Most > 0 && sc.From <= y {
				rooms[y] = b.m.Integer("", 0, float64(sc.Most), 0)
				b.bound[rooms[y]] = Conflict{Rule: RoomsLimit, School: s, Stage: sc.Stage, Year: y, Area: -1, To: -1, Number: float64(sc.Most)}
				if y > 0 && rooms[y-1] != none {
					b.m.AtLeast("", 0, rooms[y].Times(1), rooms[y-1].Times(-1)) // what is built stays
				}
			}
			if may && st.Prices.Run > 0 || sc.New && rooms[y] != none { // a closing that saves nothing is none
				open[y] = b.m.Binary("", st.Prices.Run)
			}
			if y > 0 && open[y] != none && open[y-1] != none {
				if sc.New { // what is opened stays open
					b.m.AtLeast("", 0, open[y].Times(1), open[y-1].Times(-1))
				} else { // and what is closed, closed
					b.m.AtLeast("", 0, open[y-1].Times(1), open[y].Times(-1))
				}
			}
			if sc.New && rooms[y] != none {
				b.m.AtMost("", 0, rooms[y].Times(1), open[y].Times(-float64(sc.Most)))
				least := float64(max(1, sc.Least)) // a site without a room is not open
				b.row(b.m.AtLeast(fmt.Sprintf("least %d %d", s, y), 0, rooms[y].Times(1), open[y].Times(-least)), Conflict{Rule: LeastRooms, School: s, Stage: sc.Stage, Year: y, Area: -1, To: -1, Number: least})
			}
		}
		if v := rooms[last]; v != none {
			b.m.SetCost(v, price*float64(st.Class))
		}
		switch v := open[last]; {
		case v == none:
		case sc.New:
			b.m.SetCost(v, b.m.Cost(v)+sc.Fixed)
		default:
			b.m.Offset -= st.Prices.Run * float64(last+1) // to do nothing costs nothing
		}
		b.rooms, b.open = append(b.rooms, rooms), append(b.open, open)
	}
}

// conversions are rooms that another school takes over.
func (b *model) conversions() {
	in := b.in
	for _, c := range in.Convert {
		to := &in.Stages[in.Schools[c.To].Stage]
		var years []solve.Var
		for y := range in.Years {
			v := b.m.Integer("", 0, float64(c.Most), 0)
			b.bound[v] = Conflict{Rule: ConvertMost, School: c.From, To: c.To, Stage: in.Schools[c.From].Stage, Year: y, Area: -1, Number: float64(c.Most)}
			if y > 0 {
				b.m.AtLeast("", 0, v.Times(1), years[y-1].Times(-1))
			}
			years = append(years, v)
		}
		b.m.SetCost(years[len(years)-1], to.Prices.Convert*float64(to.Class))
		b.given = append(b.given, years)
	}
}

// more are the terms of what a school seats beyond its seats of today.
func (b *model) more(s, y int) (terms []solve.Term) {
	in := b.in
	class := float64(in.Stages[in.Schools[s].Stage].Class)
	if v := b.rooms[s][y]; v != none {
		terms = append(terms, v.Times(class))
	}
	for i, c := range in.Convert {
		switch s {
		case c.From:
			terms = append(terms, b.given[i][y].Times(-class))
		case c.To:
			terms = append(terms, b.given[i][y].Times(class))
		}
	}
	return terms
}

// most is what a school can ever seat in a year.
func (in *Input) most(s, y int) int {
	sc := &in.Schools[s]
	class := in.Stages[sc.Stage].Class
	n := sc.Seats
	if sc.From <= y {
		n += sc.Most * class
	}
	for _, c := range in.Convert {
		if c.To == s {
			n += c.Most * class
		}
	}
	return n
}

// place seats the children of a stage and year.
func (b *model) place(stage, y int) {
	in := b.in
	byArea, bySchool, beds := make([][]solve.Term, len(in.Areas)), make([][]solve.Term, len(in.Schools)), make([][]solve.Term, len(in.Schools))
	for _, a := range b.arcs[stage] {
		n := float64(in.Areas[a.area].Children[stage][y])
		if n == 0 || in.most(a.school, y) == 0 {
			continue
		}
		v := b.m.Continuous("", 0, math.Inf(1), float64(a.fen)/100)
		byArea[a.area] = append(byArea[a.area], v.Times(1))
		bySchool[a.school] = append(bySchool[a.school], v.Times(1))
		if a.mode == Board {
			beds[a.school] = append(beds[a.school], v.Times(1))
		}
		if open := b.open[a.school][y]; open != none {
			b.m.AtMost("", 0, v.Times(1), open.Times(-math.Min(n, float64(in.most(a.school, y)))))
		}
	}
	for a := range in.Areas {
		if n := in.Areas[a].Children[stage][y]; n > 0 {
			b.row(b.m.Equal(fmt.Sprintf("children %d %d %d", a, stage, y), float64(n), byArea[a]...), Conflict{Rule: AllPlaced, Area: a, Stage: stage, Year: y, School: -1, To: -1, Number: float64(n)})
		}
	}
	for s := range in.Schools {
		sc := &in.Schools[s]
		if sc.Stage != stage {
			continue
		}
		terms := bySchool[s]
		for _, t := range b.more(s, y) {
			terms = append(terms, t.Var.Times(-t.Coef))
		}
		if len(terms) == 0 {
			continue
		}
		why := Conflict{Rule: SeatsLimit, School: s, Stage: stage, Year: y, Area: -1, To: -1, Number: float64(sc.Seats)}
		b.row(b.m.AtMost(fmt.Sprintf("seats %d %d", s, y), float64(sc.Seats), terms...), why)
		if open := b.open[s][y]; open != none && !sc.New && len(bySchool[s]) > 0 {
			b.row(b.m.AtMost(fmt.Sprintf("open %d %d", s, y), 0, append(bySchool[s], open.Times(-float64(in.most(s, y))))...), why)
		}
		if len(beds[s]) > 0 {
			b.row(b.m.AtMost(fmt.Sprintf("beds %d %d", s, y), float64(sc.Beds), beds[s]...), Conflict{Rule: BedsLimit, School: s, Stage: stage, Year: y, Area: -1, To: -1, Number: float64(sc.Beds)})
		}
	}
}

// enough says again, of all schools together, that there must be seats for all: it
// follows from the others, and its whole rooms round up what fractions hide.
func (b *model) enough(stage, y int) {
	in := b.in
	want := 0.0
	for a := range in.Areas {
		want += float64(in.Areas[a].Children[stage][y])
	}
	var terms []solve.Term
	for s := range in.Schools {
		sc := &in.Schools[s]
		if sc.Stage != stage {
			continue
		}
		open := b.open[s][y]
		choice := open != none && !sc.New
		for _, t := range b.more(s, y) {
			// Of a school that is closed nothing is left that giving away could lessen.
			if !choice || t.Coef > 0 {
				terms = append(terms, t)
			}
		}
		if choice {
			terms = append(terms, open.Times(float64(sc.Seats)))
		} else {
			want -= float64(sc.Seats)
		}
	}
	if want > 0 && len(terms) > 0 {
		b.row(b.m.AtLeast(fmt.Sprintf("enough %d %d", stage, y), want, terms...), Conflict{Rule: Enough, Stage: stage, Year: y, Area: -1, School: -1, To: -1, Number: want})
	}
}

// budgets are the money for building of each year.
func (b *model) budgets() {
	in := b.in
	for y := range in.Years {
		if in.Years[y].Budget < 0 {
			continue
		}
		var terms []solve.Term
		step := func(vars []solve.Var, price float64) {
			if vars[y] == none || price == 0 {
				return
			}
			terms = append(terms, vars[y].Times(price))
			if y > 0 && vars[y-1] != none {
				terms = append(terms, vars[y-1].Times(-price))
			}
		}
		for s := range in.Schools {
			sc := &in.Schools[s]
			st := &in.Stages[sc.Stage]
			if sc.New {
				step(b.rooms[s], st.Prices.Build*float64(st.Class))
				step(b.open[s], sc.Fixed)
			} else {
				step(b.rooms[s], st.Prices.Expand*float64(st.Class))
			}
		}
		for i, c := range in.Convert {
			to := &in.Stages[in.Schools[c.To].Stage]
			step(b.given[i], to.Prices.Convert*float64(to.Class))
		}
		if len(terms) > 0 {
			b.row(b.m.AtMost(fmt.Sprintf("budget %d", y), in.Years[y].Budget, terms...), Conflict{Rule: BudgetLimit, Year: y, Area: -1, School: -1, Stage: -1, To: -1, Number: in.Years[y].Budget})
		}
	}
}
