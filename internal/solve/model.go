package solve

import "math"

// Inf is the bound of what has none.
var Inf = math.Inf(1)

// A Var is a variable of one Model, numbered from 0 in the order of making.
type Var int

// Times is a term of a row: the variable, so many times.
func (v Var) Times(c float64) Term { return Term{v, c} }

// A Term is one product of a row.
type Term struct {
	Var  Var
	Coef float64
}

// Sum has each variable once.
func Sum(vars ...Var) []Term {
	terms := make([]Term, len(vars))
	for i, v := range vars {
		terms[i] = Term{v, 1}
	}
	return terms
}

// A Row is a linear rule of one Model, numbered from 0.
type Row int

// A Rule is a convex rule of one Model, numbered from 0.
type Rule int

// A Model is what to minimise, under which rules. The zero Model is empty and
// ready for use. It may be solved any number of times, also at the same time,
// and changed between.
type Model struct {
	// Offset is added to the cost of every point.
	Offset float64

	vars []variable
	rows []linear
	conv []convex
}

type variable struct {
	name         string
	lo, hi, cost float64
	whole        bool
}

type linear struct {
	name   string
	lo, hi float64
	terms  []Term
}

type convex struct {
	name     string
	separate Separator
	sees     []Var // what the separator looks at; nil is not known, so all
}

// A Separator looks at a point, which has a value for every variable of the
// model, and gives rows that the point breaks and that no point within the rule
// breaks; none if the point keeps the rule. It is asked again after its rows
// were added. It must depend on the point alone, must not keep the slice, and is
// called from one goroutine at a time for each Solve.
//
// The rule is kept when no row that it gives is broken by more than Feasible, so
// a Separator need not have a tolerance of its own.
type Separator func(x []float64) []Cut

// A Cut is a row that a Separator gives: the terms add up to at least Lo and at
// most Hi.
type Cut struct {
	Terms  []Term
	Lo, Hi float64
}

// Continuous adds a variable that may have any value from lo to hi.
func (m *Model) Continuous(name string, lo, hi, cost float64) Var {
	m.vars = append(m.vars, variable{name, lo, hi, cost, false})
	return Var(len(m.vars) - 1)
}

// Integer adds a variable that has a whole value from lo to hi.
func (m *Model) Integer(name string, lo, hi, cost float64) Var {
	m.vars = append(m.vars, variable{name, lo, hi, cost, true})
	return Var(len(m.vars) - 1)
}

// Binary adds a variable that is 0 or 1.
func (m *Model) Binary(name string, cost float64) Var { return m.Integer(name, 0, 1, cost) }

// Between adds the rule that the terms add up to at least lo and at most hi. A
// variable that is named twice counts twice.
func (m *Model) Between(name string, lo, hi float64, terms ...Term) Row {
	m.rows = append(m.rows, linear{name, lo, hi, append([]Term(nil), terms...)})
	return Row(len(m.rows) - 1)
}

// AtMost adds the rule that the terms add up to at most hi.
func (m *Model) AtMost(name string, hi float64, terms ...Term) Row {
	return m.Between(name, -Inf, hi, terms...)
}

// AtLeast adds the rule that the terms add up to at least lo.
func (m *Model) AtLeast(name string, lo float64, terms ...Term) Row {
	return m.Between(name, lo, Inf, terms...)
}

// Equal adds the rule that the terms add up to v.
func (m *Model) Equal(name string, v float64, terms ...Term) Row {
	return m.Between(name, v, v, terms...)
}

// Convex adds a rule that is asked at points.
func (m *Model) Convex(name string, s Separator) Rule {
	m.conv = append(m.conv, convex{name: name, separate: s})
	return Rule(len(m.conv) - 1)
}

// seen tells the variables that convex rules look at, nil where there are no
// rules.
func (m *Model) seen() []bool {
	if len(m.conv) == 0 {
		return nil
	}
	seen := make([]bool, len(m.vars))
	for _, c := range m.conv {
		if c.sees == nil {
			for j := range seen {
				seen[j] = true
			}
		}
		for _, v := range c.sees {
			seen[v] = true
		}
	}
	return seen
}

// SetBounds changes what a variable may be.
func (m *Model) SetBounds(v Var, lo, hi float64) { m.vars[v].lo, m.vars[v].hi = lo, hi }

// SetCost changes what one of a variable costs.
func (m *Model) SetCost(v Var, cost float64) { m.vars[v].cost = cost }

// SetRow changes the bounds of a row.
func (m *Model) SetRow(r Row, lo, hi float64) { m.rows[r].lo, m.rows[r].hi = lo, hi }

// Bounds are what a variable may be.
func (m *Model) Bounds(v Var) (lo, hi float64) { return m.vars[v].lo, m.vars[v].hi }

// Cost is what one of a variable costs.
func (m *Model) Cost(v Var) float64 { return m.vars[v].cost }

// Limits are the bounds of a row.
func (m *Model) Limits(r Row) (lo, hi float64) { return m.rows[r].lo, m.rows[r].hi }

// Terms are those of a row; not to be changed.
func (m *Model) Terms(r Row) []Term { return m.rows[r].terms }

// Whole reports that a variable must be a whole number.
func (m *Model) Whole(v Var) bool { return m.vars[v].whole }

// Vars, Rows and Rules count what the model has.
func (m *Model) Vars() int { return len(m.vars) }

// Rows counts the linear rules.
func (m *Model) Rows() int { return len(m.rows) }

// Rules counts the convex rules.
func (m *Model) Rules() int { return len(m.conv) }

// VarName is the name that the variable was given.
func (m *Model) VarName(v Var) string { return m.vars[v].name }

// RowName is the name that the row was given.
func (m *Model) RowName(r Row) string { return m.rows[r].name }

// RuleName is the name that the convex rule was given.
func (m *Model) RuleName(r Rule) string { return m.conv[r].name }

// Clone is a copy that can be changed without the other.
func (m *Model) Clone() *Model {
	c := &Model{Offset: m.Offset}
	c.vars = append(c.vars, m.vars...)
	c.rows = append(c.rows, m.rows...) // terms are never changed
	c.conv = append(c.conv, m.conv...)
	return c
}

// Value is what a point costs.
func (m *Model) Value(x []float64) float64 {
	sum := m.Offset
	for j, v := range m.vars {
		if v.cost != 0 {
			sum += v.cost * x[j]
		}
	}
	return sum
}
