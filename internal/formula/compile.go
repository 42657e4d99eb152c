package formula

import (
	"math"
	"slices"
)

// A program is a list of steps, each over a whole block of rows. An operand is
// a constant, a column read in place, or a block of scratch; the last step
// writes to the caller's slice.

type operandKind uint8

const (
	constant operandKind = iota
	column
	temp // temp 0 is the caller's slice
)

type operand struct {
	kind  operandKind
	index int
	value float64
}

// kernel says which operands of a step are blocks: B, or constants: C.
type kernel uint8

const (
	kFill kernel = iota
	kCopy
	kNeg
	kNot
	kAbs
	kCeil
	kRound
	kAddBB
	kAddBC
	kSubBB
	kSubBC
	kSubCB
	kMulBB
	kMulBC
	kDivBB
	kDivBC
	kDivCB
	kMulDiv // (c * a) / b: "teachers per 100 pupils"
	kSubDiv // (a - b) / c: "area without the indoor hall per pupil"
	kAddDiv // (a + b) / c
	kEqBB
	kEqBC
	kNeBB
	kNeBC
	kLtBB
	kLtBC
	kLeBB
	kLeBC
	kGtBC
	kGeBC
	kAnd
	kOr
	kMin
	kMax
	kCoalesce
	kIf
)

type step struct {
	kernel  kernel
	dst     int // temp
	a, b, c operand
	k       float64
}

// Program is a section formula made ready to run.
type Program struct {
	fields []string
	steps  []step
	temps  int     // blocks of scratch beside the caller's slice
	result operand // where the result is: temp 0, or a column or constant as it stands
}

// Fields are the fields that the program reads, each once.
func (p *Program) Fields() []string { return slices.Clone(p.fields) }

// Section makes the program that evaluates the formula row by row.
func (e *Expr) Section() (*Program, error) {
	e.section.once.Do(func() { e.section.p, e.section.err = e.compileSection() })
	return e.section.p, e.section.err
}

func (e *Expr) compileSection() (*Program, error) {
	if err := join(e.misplaced(Section)); err != nil {
		return nil, err
	}
	return compile(e.root), nil
}

func compile(n *node) *Program {
	c := compiler{p: &Program{}}
	c.p.result = c.part(n, 0)
	return c.p
}

type compiler struct{ p *Program }

func (c *compiler) column(name string) operand {
	for i, f := range c.p.fields {
		if f == name {
			return operand{kind: column, index: i}
		}
	}
	c.p.fields = append(c.p.fields, name)
	return operand{kind: column, index: len(c.p.fields) - 1}
}

// part compiles a part; its result is a leaf, or the temp of the given number.
// Temps of higher numbers are free.
func (c *compiler) part(n *node, dst int) operand {
	switch n.op {
	case opNum:
		return operand{value: n.num}
	case opField:
		return c.column(n.name)
	case opAs, opSurvival:
		return c.part(n.args[0], dst)
	}
	if o, ok := c.fused(n, dst); ok {
		return o
	}
	var v [3]operand
	free := dst
	allConst := true
	for i, a := range n.args {
		v[i] = c.part(a, free)
		allConst = allConst && v[i].kind == constant
		if v[i].kind == temp {
			free = v[i].index + 1
		}
	}
	if allConst {
		return operand{value: apply(n.op, n.num, v[0].value, v[1].value, v[2].value)}
	}
	a, b := v[0], v[1]
	s := step{dst: dst, a: a, b: b, c: v[2], k: n.num}
	switch n.op {
	case opNeg, opNot, opAbs, opCeil, opRound:
		s.kernel = map[opcode]kernel{opNeg: kNeg, opNot: kNot, opAbs: kAbs, opCeil: kCeil, opRound: kRound}[n.op]
		return c.emit(s)
	case opAdd, opMul, opEq, opNe:
		if a.kind == constant {
			s.a, s.b = b, a
		}
		s.kernel = pick(s.b, map[opcode][2]kernel{
			opAdd: {kAddBB, kAddBC}, opMul: {kMulBB, kMulBC}, opEq: {kEqBB, kEqBC}, opNe: {kNeBB, kNeBC},
		}[n.op])
		return c.emit(s)
	case opSub, opDiv:
		ks := map[opcode][3]kernel{opSub: {kSubBB, kSubBC, kSubCB}, opDiv: {kDivBB, kDivBC, kDivCB}}[n.op]
		switch {
		case a.kind == constant:
			s.a, s.b, s.kernel = b, a, ks[2]
		case n.op == opDiv && b.kind == constant && (b.value == 0 || b.value-b.value != 0):
			return operand{value: math.NaN()}
		default:
			s.kernel = pick(b, [2]kernel{ks[0], ks[1]})
		}
		return c.emit(s)
	case opLt, opLe, opGt, opGe:
		if a.kind == constant { // 5 < x is x > 5
			s.a, s.b = b, a
			s.kernel = map[opcode]kernel{opLt: kGtBC, opLe: kGeBC, opGt: kLtBC, opGe: kLeBC}[n.op]
			return c.emit(s)
		}
		if b.kind == constant {
			s.kernel = map[opcode]kernel{opLt: kLtBC, opLe: kLeBC, opGt: kGtBC, opGe: kGeBC}[n.op]
			return c.emit(s)
		}
		if n.op == opGt || n.op == opGe { // a > b is b < a
			s.a, s.b = b, a
		}
		s.kernel = map[opcode]kernel{opLt: kLtBB, opLe: kLeBB, opGt: kLtBB, opGe: kLeBB}[n.op]
		return c.emit(s)
	}
	// The rest runs over blocks only: constants are filled into one each.
	for i := range n.args {
		if v[i].kind == constant {
			v[i] = c.emit(step{kernel: kFill, dst: free, a: v[i]})
			free++
		}
	}
	s.a, s.b, s.c = v[0], v[1], v[2]
	s.kernel = map[opcode]kernel{opAnd: kAnd, opOr: kOr, opMin: kMin, opMax: kMax, opCoalesce: kCoalesce, opIf: kIf}[n.op]
	return c.emit(s)
}

// fused compiles the three shapes that most ratios have into one pass.
func (c *compiler) fused(n *node, dst int) (operand, bool) {
	if n.op != opDiv {
		return operand{}, false
	}
	top := n.args[0]
	for top.op == opAs {
		top = top.args[0]
	}
	below := n.args[1]
	for below.op == opAs {
		below = below.args[0]
	}
	if below.op != opField {
		return operand{}, false
	}
	leaf := func(n *node) bool { return n.op == opField }
	s := step{dst: dst}
	switch {
	case top.op == opMul && (top.args[0].op == opNum || top.args[1].op == opNum):
		k, x := top.args[0], top.args[1]
		if k.op != opNum {
			k, x = x, k
		}
		s.kernel, s.k = kMulDiv, k.num
		s.a = c.part(x, dst)
		if s.a.kind == constant {
			return operand{}, false
		}
		s.b = c.part(below, dst)
	case top.op == opSub && leaf(top.args[1]):
		s.kernel = kSubDiv
	case top.op == opAdd && leaf(top.args[1]):
		s.kernel = kAddDiv
	default:
		return operand{}, false
	}
	if s.kernel != kMulDiv {
		s.a = c.part(top.args[0], dst)
		if s.a.kind == constant {
			return operand{}, false
		}
		s.b = c.part(top.args[1], dst)
		s.c = c.part(below, dst)
	}
	return c.emit(s), true
}

func pick(o operand, ks [2]kernel) kernel {
	if o.kind == constant {
		return ks[1]
	}
	return ks[0]
}

func (c *compiler) emit(s step) operand {
	c.p.steps = append(c.p.steps, s)
	c.p.temps = max(c.p.temps, s.dst)
	return operand{kind: temp, index: s.dst}
}
