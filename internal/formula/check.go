package formula

import (
	"fmt"
	"math"
)

// Type is what a formula or a field gives: yes or no, or a number of a unit of
// measure.
type Type struct {
	Bool bool
	Unit Unit
}

func (t Type) String() string {
	if t.Bool {
		return "yes or no"
	}
	return t.Unit.String()
}

// Check finds everything that is wrong with a formula: unknown fields, units of
// measure that do not agree, conditions in place of numbers, aggregates where
// there are no rows to add up. lookup tells the type of a field (asked without
// [PrevSuffix]); known, which may be nil, lists the fields that exist, for "did
// you mean". The error is an [*Error], or several joined: see [Problems].
func (e *Expr) Check(mode Mode, lookup func(field string) (Type, bool), b Bases, known func() []string) (Type, error) {
	c := &checker{src: e.src, lookup: lookup, bases: b, known: known}
	t, _ := c.check(e.root)
	c.errs = append(c.errs, e.misplaced(mode)...)
	if err := join(c.errs); err != nil {
		return Type{}, err
	}
	return t, nil
}

// misplaced finds aggregates and fields that stand where they cannot.
func (e *Expr) misplaced(mode Mode) []*Error {
	var errs []*Error
	fail := func(n *node, format string, args ...any) { errs = append(errs, errorAt(e.src, n.at, format, args...)) }
	var walk func(n *node, inside string)
	walk = func(n *node, inside string) {
		switch {
		case n.op.aggregate() && mode == Section:
			fail(n, "%s works over the rows of a region; here there is one row", spelling[n.op])
			return
		case n.op.aggregate() && inside != "":
			fail(n, "%s stands inside %s; aggregates cannot be nested", spelling[n.op], inside)
			return
		case n.op.aggregate():
			inside = spelling[n.op]
		case n.op == opField && mode == Region && inside == "":
			fail(n, "%s has a value in every row of a region; say which is meant: sum(%[1]s) or mean(%[1]s)", n.text())
		}
		for _, a := range n.args {
			walk(a, inside)
		}
	}
	walk(e.root, "")
	if mode == Region && len(e.aggs) == 0 && len(errs) == 0 {
		errs = append(errs, errorAt(e.src, 0, "over a region a formula needs an aggregate, such as sum(x)"))
	}
	return errs
}

type checker struct {
	src    string
	lookup func(string) (Type, bool)
	bases  Bases
	known  func() []string
	errs   []*Error
}

func (c *checker) fail(at int, format string, args ...any) (Type, bool) {
	c.errs = append(c.errs, errorAt(c.src, at, format, args...))
	return Type{}, false
}

// check gives the type of a part; ok is false where it is not known because of
// a problem that is reported already.
func (c *checker) check(n *node) (t Type, ok bool) {
	if n.op == opSurvival {
		return c.rates(n)
	}
	var args [3]Type
	ok = true
	for i, a := range n.args {
		at, aok := c.check(a)
		args[i], ok = at, ok && aok
	}
	if !ok {
		if n.op.condition() {
			return Type{Bool: true}, true // whatever its sides are
		}
		return Type{}, false
	}
	numbers := func() bool {
		good := true
		for i, a := range n.args {
			if args[i].Bool {
				c.fail(a.at, "%s is yes or no, and %s needs a number; write %s ? 1 : 0", a.text(), spelling[n.op], a.parenthesised())
				good = false
			}
		}
		return good
	}
	switch n.op {
	case opNum:
		return Type{Unit: literally(n.num)}, true
	case opField:
		return c.field(n)
	case opNot, opAnd, opOr:
		for i, a := range n.args {
			if !args[i].Bool {
				c.fail(a.at, "%s needs a condition, and %s is a number%s", spelling[n.op], a.text(), notAdvice(n))
				ok = false
			}
		}
		return Type{Bool: true}, ok
	case opEq, opNe, opLt, opLe, opGt, opGe:
		equality := n.op == opEq || n.op == opNe
		switch {
		case args[0].Bool || args[1].Bool:
			if _, ok := conditions(n.args[0], n.args[1], args[0], args[1]); !ok || !equality {
				c.fail(n.at, "%s cannot be compared with %s by %s", describe(n.args[0], args[0]), describe(n.args[1], args[1]), spelling[n.op])
			}
		default:
			c.meet(n, n.args[0], n.args[1], args[0], args[1], "compared")
		}
		return Type{Bool: true}, true
	case opIf, opCoalesce:
		x, y, tx, ty := 0, 1, args[0], args[1]
		if n.op == opIf {
			if !args[0].Bool {
				return c.fail(n.args[0].at, "the choice needs a condition, and %s is a number", n.args[0].text())
			}
			x, y, tx, ty = 1, 2, args[1], args[2]
		}
		if tx.Bool || ty.Bool {
			if t, ok := conditions(n.args[x], n.args[y], tx, ty); ok {
				return t, true
			}
			return c.fail(n.at, "%s and %s cannot stand for each other", describe(n.args[x], tx), describe(n.args[y], ty))
		}
		return c.meet(n, n.args[x], n.args[y], tx, ty, "put in each other's place")
	case opCount:
		if a := n.args[0]; args[0].Bool && !a.isCondition() {
			return c.fail(a.at, "count(%s) could count the rows with an answer or the rows with yes; write count(%s == 1)", a.text(), a.text())
		}
		return Type{Unit: One}, true
	case opShare:
		if !args[0].Bool {
			return c.fail(n.args[0].at, "share needs a condition, and %s is a number", n.args[0].text())
		}
		return Type{Unit: One}, true
	case opSum, opMean:
		if args[0].Bool {
			return c.fail(n.args[0].at, "%s needs a number, and %s is yes or no; count and share take conditions", spelling[n.op], n.args[0].text())
		}
		return args[0], true
	}
	if !numbers() {
		return Type{}, false
	}
	a, b := args[0].Unit, args[1].Unit
	switch n.op {
	case opMul:
		return Type{Unit: a.times(b)}, true
	case opDiv:
		return Type{Unit: a.over(b)}, true
	case opMin, opMax:
		return c.meet(n, n.args[0], n.args[1], args[0], args[1], "compared")
	case opAdd, opSub:
		return c.meet(n, n.args[0], n.args[1], args[0], args[1], "added or subtracted")
	case opAs:
		u, err := ParseUnit(n.name, c.bases)
		if err != nil {
			return c.fail(n.unitAt, "%v", err)
		}
		return Type{Unit: u}, true
	case opCV, opWCV, opGini, opTheil:
		return Type{Unit: One}, true
	default: // a sign, rounding, quantiles and weighted means keep the unit
		return args[0], true
	}
}

// rates checks the arguments of survival as they were written.
func (c *checker) rates(n *node) (Type, bool) {
	good := true
	for _, a := range n.shown {
		t, ok := c.check(a)
		if ok && (t.Bool || !Fits(t.Unit, One)) {
			_, ok = c.fail(a.at, "survival takes rates, plain numbers from 0 to 1; %s is %s", a.text(), t)
		}
		good = good && ok
	}
	return Type{Unit: One}, good
}

func (c *checker) field(n *node) (Type, bool) {
	name, _ := Past(n.name)
	t, ok := c.lookup(name)
	if ok {
		t.Unit = t.Unit.orOne()
		return t, true
	}
	var known []string
	if c.known != nil {
		known = c.known()
	}
	return c.fail(n.at, "unknown field %q%s", name, DidYouMean(name, known))
}

// meet gives the common type of two numbers that are added or compared.
func (c *checker) meet(n, x, y *node, tx, ty Type, verb string) (Type, bool) {
	u, ok := meet(tx.Unit, ty.Unit)
	if ok {
		return Type{Unit: u}, true
	}
	hint := fmt.Sprintf(`; if that is meant, write as(%s, "%s")`, y.text(), tx.Unit)
	if sameDims(tx.Unit, ty.Unit) {
		f, which := tx.Unit.effective()/ty.Unit.effective(), x
		if f < 1 {
			f, which = 1/f, y
		}
		hint = fmt.Sprintf("; multiply %s by %s", which.text(), number(math.Round(f*1e6)/1e6))
	}
	return c.fail(n.at, "%s is in %s and %s in %s: they cannot be %s%s", x.text(), tx.Unit, y.text(), ty.Unit, verb, hint)
}

// conditions gives the type of two conditions that stand beside each other; 1
// and 0 may be written for yes and no.
func conditions(x, y *node, tx, ty Type) (Type, bool) {
	yes := func(n *node, t Type) bool { return t.Bool || n.op == opNum && (n.num == 0 || n.num == 1) }
	return Type{Bool: true}, yes(x, tx) && yes(y, ty)
}

// isCondition reports that a part is a condition by how it is written, so that
// it counts rows with yes, and not rows with an answer.
func (n *node) isCondition() bool { return n.op.condition() }

func (n *node) parenthesised() string {
	if n.op.precedence() < 8 {
		return "(" + n.text() + ")"
	}
	return n.text()
}

func describe(n *node, t Type) string {
	if t.Bool {
		return n.text() + " (yes or no)"
	}
	return n.text() + " (a number)"
}

func notAdvice(n *node) string {
	if n.op == opNot {
		return "; around a comparison write not (a < b)"
	}
	return ""
}
