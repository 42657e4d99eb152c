package formula

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Expr is a parsed formula. It never changes and may be shared.
type Expr struct {
	src    string
	root   *node
	aggs   []*node  // aggregates in order of appearance; node.agg is the index
	fields []string // sorted, unique

	section compiled[*Program]
	region  compiled[*RegionProgram]
}

// compiled is a program that is made when it is first asked for. It does not
// change, so every use shares it.
type compiled[P any] struct {
	once sync.Once
	p    P
	err  error
}

// Mode says what a formula is evaluated over.
type Mode uint8

const (
	// Section is one row: no aggregates.
	Section Mode = iota
	// Region is many rows: every field stands inside an aggregate.
	Region
)

// PrevSuffix marks a field that is read from the same period last time:
// prev(pupils) reads the field "pupils@prev", and prev(pupils, 2), that of two
// periods back, "pupils@prev@prev".
const PrevSuffix = "@prev"

// maxBack is how many periods back a formula may look.
const maxBack = 9

// Past tells a field's name and how many periods back it is read from.
func Past(field string) (name string, back int) {
	for {
		was, ok := strings.CutSuffix(field, PrevSuffix)
		if !ok {
			return field, back
		}
		field, back = was, back+1
	}
}

// Back is how many periods back the formula looks at most.
func (e *Expr) Back() int {
	most := 0
	for _, f := range e.fields {
		_, n := Past(f)
		most = max(most, n)
	}
	return most
}

// Written is a field as formulas write it: last time's pupils are prev(pupils).
func Written(field string) string {
	switch name, back := Past(field); back {
	case 0:
		return name
	case 1:
		return "prev(" + name + ")"
	default:
		return "prev(" + name + ", " + strconv.Itoa(back) + ")"
	}
}

type opcode uint8

const (
	opNum opcode = iota
	opField
	opNeg
	opNot
	opAbs
	opCeil
	opRound // to num decimals, half to even
	opAs    // as the unit of measure in name
	opSurvival
	opAdd
	opSub
	opMul
	opDiv
	opEq
	opNe
	opLt
	opLe
	opGt
	opGe
	opAnd
	opOr
	opMin
	opMax
	opCoalesce
	opIf
	opSum // the aggregates, from here on
	opMean
	opWMean
	opCV
	opWCV
	opGini
	opTheil
	opQuantile // num is p
	opCount
	opShare
)

func (op opcode) aggregate() bool  { return op >= opSum }
func (op opcode) comparison() bool { return op >= opEq && op <= opGe }

// condition reports that the operation gives yes or no.
func (op opcode) condition() bool {
	return op.comparison() || op == opAnd || op == opOr || op == opNot
}

// node is a part of a formula. Functions of many arguments are chains of the
// same function of two.
type node struct {
	op      opcode
	num     float64
	name    string // field, or the unit of as(x, unit)
	args    []*node
	agg     int
	at      int     // character of the source, from 0
	unitAt  int     // of as: where the unit is
	chained bool    // min(a, b) inside min(a, b, c)
	shown   []*node // of survival: the arguments as written; args holds what they come to
}

// function is a function of the language.
type function struct {
	op       opcode
	min, max int    // number of arguments
	usage    string // for messages
}

const many = maxLength // as many as there is room for

var functions = map[string]function{
	"min":             {opMin, 2, many, "min(a, b, …)"},
	"max":             {opMax, 2, many, "max(a, b, …)"},
	"coalesce":        {opCoalesce, 2, many, "coalesce(a, b, …)"},
	"abs":             {opAbs, 1, 1, "abs(x)"},
	"ceil":            {opCeil, 1, 1, "ceil(x)"},
	"round_half_even": {opRound, 1, 2, "round_half_even(x) or round_half_even(x, digits)"},
	"as":              {opAs, 2, 2, `as(x, "unit")`},
	"prev":            {opField, 1, 2, "prev(x) or prev(x, periods)"},
	"survival":        {opSurvival, 2, 40, "survival(p1, r1, p2, r2, …), a rate of promotion and one of repetition for each grade"},
	"sum":             {opSum, 1, 1, "sum(x)"},
	"mean":            {opMean, 1, 1, "mean(x)"},
	"wmean":           {opWMean, 2, 2, "wmean(x, weight)"},
	"cv":              {opCV, 1, 1, "cv(x)"},
	"wcv":             {opWCV, 2, 2, "wcv(x, weight)"},
	"gini":            {opGini, 1, 1, "gini(x)"},
	"theil":           {opTheil, 1, 1, "theil(x)"},
	"quantile":        {opQuantile, 2, 2, "quantile(x, p)"},
	"count":           {opCount, 1, 1, "count(x) or count(condition)"},
	"share":           {opShare, 1, 1, "share(condition)"},
}

var functionNames = func() []string {
	var names []string
	for n := range functions {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}()

// spelling is how an operation is written: an operator, or a function's name.
var spelling = func() map[opcode]string {
	m := map[opcode]string{
		opAdd: "+", opSub: "-", opMul: "*", opDiv: "/", opNeg: "-", opNot: "not",
		opEq: "==", opNe: "!=", opLt: "<", opLe: "<=", opGt: ">", opGe: ">=", opAnd: "and", opOr: "or",
	}
	for name, f := range functions {
		if f.op != opField {
			m[f.op] = name
		}
	}
	return m
}()

var binary = map[string]opcode{
	"+": opAdd, "-": opSub, "*": opMul, "/": opDiv, "and": opAnd, "or": opOr,
	"==": opEq, "!=": opNe, "<": opLt, "<=": opLe, ">": opGt, ">=": opGe,
}

// Fields are the fields that the formula reads, sorted, each once. A field read
// from an earlier time ends in [PrevSuffix]; see [Past].
func (e *Expr) Fields() []string { return slices.Clone(e.fields) }

// String is the formula as it was written.
func (e *Expr) String() string { return e.src }

// IsField reports that the formula is nothing but one field, and which.
func (e *Expr) IsField() (string, bool) { return e.root.name, e.root.op == opField }

// IsHundred tells that the formula is "condition ? 100 : 0": of one row a yes or
// no, and a percentage only over many.
func (e *Expr) IsHundred() bool {
	is := func(n *node, v float64) bool { return n.op == opNum && n.num == v }
	return e.root.op == opIf && is(e.root.args[1], 100) && is(e.root.args[2], 0)
}

// precedence orders operations by how tightly they bind.
func (op opcode) precedence() int {
	switch {
	case op == opIf:
		return 0
	case op == opOr:
		return 1
	case op == opAnd:
		return 2
	case op.comparison():
		return 3
	case op == opAdd || op == opSub:
		return 4
	case op == opNot:
		return 5
	case op == opMul || op == opDiv:
		return 6
	case op == opNeg:
		return 7
	default:
		return 8
	}
}

// write writes the formula again, with the least parentheses. leaf may write a
// part in another way, such as a field as its number.
func (n *node) write(b *strings.Builder, leaf func(*node) (string, bool)) {
	if leaf != nil {
		if s, ok := leaf(n); ok {
			b.WriteString(s)
			return
		}
	}
	arg := func(a *node, least int) {
		if a.op.precedence() < least {
			b.WriteByte('(')
			a.write(b, leaf)
			b.WriteByte(')')
			return
		}
		a.write(b, leaf)
	}
	p := n.op.precedence()
	switch n.op {
	case opNum:
		b.WriteString(number(n.num))
	case opField:
		b.WriteString(Written(n.name))
	case opNeg:
		b.WriteByte('-')
		arg(n.args[0], p)
	case opNot:
		b.WriteString("not ")
		arg(n.args[0], p)
	case opIf:
		arg(n.args[0], 1)
		b.WriteString(" ? ")
		arg(n.args[1], 1)
		b.WriteString(" : ")
		arg(n.args[2], 0)
	case opAdd, opSub, opMul, opDiv, opAnd, opOr, opEq, opNe, opLt, opLe, opGt, opGe:
		left := p
		if n.op.comparison() {
			left = p + 1
		}
		arg(n.args[0], left)
		b.WriteString(" " + spelling[n.op] + " ")
		arg(n.args[1], p+1)
	default:
		if !n.chained {
			b.WriteString(spelling[n.op] + "(")
		}
		args := n.args
		if n.op == opSurvival {
			args = n.shown
		}
		for i, a := range args {
			if i > 0 {
				b.WriteString(", ")
			}
			a.write(b, leaf)
		}
		switch n.op {
		case opRound:
			if n.num != 0 {
				b.WriteString(", " + number(n.num))
			}
		case opQuantile:
			b.WriteString(", " + number(n.num))
		case opAs:
			b.WriteString(", \"" + n.name + "\"")
		}
		if !n.chained {
			b.WriteByte(')')
		}
	}
}

func (n *node) text() string {
	var b strings.Builder
	n.write(&b, nil)
	return b.String()
}

func number(f float64) string {
	if f != 0 && (math.Abs(f) >= 1e15 || math.Abs(f) < 1e-6) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
