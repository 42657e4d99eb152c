package formula

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// Trace says how a formula came to its value.
type Trace struct {
	Value    edu.Value
	Formula  string // as it was written
	Notation string // with numbers put in: "100 * 38 / 905"; "_" is missing
	// Inputs are the fields, or over a region the aggregates, with their values.
	Inputs []Input
	// Missing are the inputs for lack of which there is no value; an input that
	// is missing but does not matter (coalesce, the other choice) is not there.
	Missing []string
	// Zero are the divisions by zero for which there is no value.
	Zero []ZeroDivision
	// NotFinite: a result lay beyond what a number can hold.
	NotFinite bool
	// Over and Under are numerator and denominator where the formula is a ratio,
	// without a factor such as 100: what a table of 分子 and 分母 asks. Ratio is
	// false where it is none.
	Over, Under edu.Value
	Ratio       bool
}

// Input is a figure that went into a formula.
type Input struct {
	Name  string // field, with [PrevSuffix] for an earlier time, or aggregate: "sum(area)"
	Value edu.Value
}

// ZeroDivision is a division by zero: Divisor is "pupils", or "pupils - boarders"
// whose Notation is "40 - 40".
type ZeroDivision struct{ Divisor, Notation string }

// Reason says in English why there is no value; it is empty if there is one.
func (t Trace) Reason() string {
	var all []string
	if len(t.Missing) > 0 {
		all = append(all, "needs "+strings.Join(t.Missing, ", "))
	}
	for _, z := range t.Zero {
		if z.Notation == "0" {
			all = append(all, fmt.Sprintf("division by zero: %s = 0", z.Divisor))
		} else {
			all = append(all, fmt.Sprintf("division by zero: %s = %s = 0", z.Divisor, z.Notation))
		}
	}
	if len(all) == 0 && t.NotFinite {
		all = append(all, "the result is too large for a number")
	}
	return strings.Join(all, "; ")
}

// Explain evaluates the formula for one row and keeps account. The value is
// what a program gives for that row.
func (e *Expr) Explain(get func(field string) edu.Value) Trace {
	return e.explain(func(n *node) (edu.Value, bool) {
		if n.op == opField {
			return get(n.name), true
		}
		return edu.Value{}, n.op.aggregate()
	})
}

// Explain says how the region's value came about: its inputs are the aggregates
// over the rows that were used.
func (a *Acc) Explain() Trace {
	return a.r.e.explain(func(n *node) (edu.Value, bool) {
		if n.op.aggregate() {
			return edu.Some(a.aggregate(n.agg)), true
		}
		return edu.Value{}, false
	})
}

// explain evaluates with leaf telling which parts are inputs.
func (e *Expr) explain(leaf func(*node) (edu.Value, bool)) Trace {
	t := Trace{Formula: e.src}
	x := explainer{leaf: leaf, seen: map[string]edu.Value{}, trace: &t}
	v, causes := x.eval(e.root)
	t.Value = edu.Some(v)
	t.Notation = x.notation(e.root)
	if over, under, ok := e.root.ratio(); ok {
		a, _ := x.eval(over)
		b, _ := x.eval(under)
		t.Over, t.Under, t.Ratio = edu.FromFloat(a), edu.FromFloat(b), true
	}
	for _, c := range causes {
		switch {
		case c.divisor != nil:
			z := ZeroDivision{c.divisor.text(), x.notation(c.divisor)}
			if !slices.Contains(t.Zero, z) {
				t.Zero = append(t.Zero, z)
			}
		case c.input == "":
			t.NotFinite = true
		case !slices.Contains(t.Missing, c.input):
			t.Missing = append(t.Missing, c.input)
		}
	}
	return t
}

// ratio finds the division that a formula comes down to: a factor that is a
// plain number, before, behind or in the numerator, and as(x, "unit") only say
// how it is written.
func (n *node) ratio() (over, under *node, ok bool) {
	n = n.bare()
	if n.op != opDiv {
		return nil, nil, false
	}
	return n.args[0].bare(), n.args[1], true
}

// bare is the node without plain factors and units around it.
func (n *node) bare() *node {
	switch {
	case n.op == opAs:
		return n.args[0].bare()
	case n.op == opMul && n.args[0].op == opNum:
		return n.args[1].bare()
	case n.op == opMul && n.args[1].op == opNum:
		return n.args[0].bare()
	}
	return n
}

// cause is why a part has no value: an input, a divisor that is 0, or neither,
// which is a number too large.
type cause struct {
	input   string
	divisor *node
}

type explainer struct {
	leaf  func(*node) (edu.Value, bool)
	seen  map[string]edu.Value
	trace *Trace
}

func (x *explainer) input(n *node) (edu.Value, string, bool) {
	if n.op != opField && !n.op.aggregate() {
		return edu.Value{}, "", false
	}
	name := n.name
	if n.op.aggregate() {
		name = n.text()
	}
	if v, ok := x.seen[name]; ok {
		return v, name, true
	}
	v, ok := x.leaf(n)
	if ok {
		x.seen[name] = v
		x.trace.Inputs = append(x.trace.Inputs, Input{name, v})
	}
	return v, name, ok
}

func (x *explainer) eval(n *node) (float64, []cause) {
	if n.op == opNum {
		return n.num, nil
	}
	if v, name, ok := x.input(n); ok {
		if f, ok := v.Number(); ok {
			return f, nil
		}
		return edu.Missing(), []cause{{input: name}}
	}
	var v [3]float64
	var why [3][]cause
	for i, a := range n.args {
		v[i], why[i] = x.eval(a)
	}
	r := apply(n.op, n.num, v[0], v[1], v[2])
	if r == r {
		return r, nil
	}
	switch {
	case n.op == opIf && v[0] != v[0]:
		return r, why[0]
	case n.op == opIf && v[0] != 0:
		return r, why[1]
	case n.op == opIf:
		return r, why[2]
	}
	causes := slices.Concat(why[0], why[1], why[2])
	if n.op == opDiv && v[1] == 0 {
		causes = append(causes, cause{divisor: n.args[1]})
	}
	if len(causes) == 0 {
		causes = []cause{{}}
	}
	return r, causes
}

// notation writes a part with the numbers put in.
func (x *explainer) notation(n *node) string {
	var b strings.Builder
	n.write(&b, func(n *node) (string, bool) {
		v, _, ok := x.input(n)
		if !ok {
			return "", false
		}
		s := v.String()
		if strings.HasPrefix(s, "-") {
			s = "(" + s + ")"
		}
		return s, true
	})
	return b.String()
}
