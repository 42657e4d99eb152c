package solve

import (
	"errors"
	"fmt"
	"math"
)

// Invalid is what is wrong with a Model, so that nothing can be said about it.
// A rule that no point can keep is not among it: that has an answer.
type Invalid struct{ Problems []error }

func (e *Invalid) Error() string { return "model: " + errors.Join(e.Problems...).Error() }

// Unwrap gives the single problems.
func (e *Invalid) Unwrap() []error { return e.Problems }

// Check says all that is wrong with a model's numbers, or nil.
func (m *Model) Check() error {
	var c checker
	c.finite("the offset", m.Offset)
	for j, v := range m.vars {
		at := func() string { return fmt.Sprintf("variable %d %q", j, v.name) }
		c.bounds(at, v.lo, v.hi)
		if !ordinary(v.cost) {
			c.finite("the cost of "+at(), v.cost)
		}
	}
	for i, r := range m.rows {
		at := func() string { return fmt.Sprintf("row %d %q", i, r.name) }
		c.bounds(at, r.lo, r.hi)
		c.terms(at, r.terms, len(m.vars))
	}
	for i, r := range m.conv {
		if r.separate == nil {
			c.add("rule %d %q has no separator", i, r.name)
		}
	}
	if c.problems == nil {
		return nil
	}
	return &Invalid{c.problems}
}

type checker struct{ problems []error }

// most is how many problems are told.
const most = 20

func (c *checker) add(format string, args ...any) {
	if len(c.problems) < most {
		c.problems = append(c.problems, fmt.Errorf(format, args...))
	}
}

func ordinary(v float64) bool { return math.Abs(v) <= Huge }

func (c *checker) finite(what string, v float64) {
	if !ordinary(v) {
		c.add("%s is %v; wanted a number of at most %g", what, v, Huge)
	}
}

func (c *checker) bounds(at func() string, lo, hi float64) {
	if !(ordinary(lo) || math.IsInf(lo, -1)) {
		c.add("the lower bound of %s is %v; wanted a number of at most %g, or none", at(), lo, Huge)
	}
	if !(ordinary(hi) || math.IsInf(hi, 1)) {
		c.add("the upper bound of %s is %v; wanted a number of at most %g, or none", at(), hi, Huge)
	}
}

func (c *checker) terms(at func() string, terms []Term, vars int) {
	for _, t := range terms {
		if t.Var < 0 || int(t.Var) >= vars {
			c.add("%s names variable %d; there are %d", at(), t.Var, vars)
		} else if !ordinary(t.Coef) {
			c.finite(fmt.Sprintf("the coefficient of variable %d in %s", t.Var, at()), t.Coef)
		}
	}
}

// checkCut refuses what a separator may not give.
func checkCut(name string, cut Cut, vars int) error {
	var c checker
	at := func() string { return fmt.Sprintf("a cut of the rule %q", name) }
	c.bounds(at, cut.Lo, cut.Hi)
	c.terms(at, cut.Terms, vars)
	if c.problems == nil {
		return nil
	}
	return &Invalid{c.problems}
}
