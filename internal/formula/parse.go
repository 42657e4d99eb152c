package formula

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Limits of a formula: beyond them it is refused, whoever wrote it.
const (
	maxLength = 4096 // bytes
	maxDepth  = 100
	maxNodes  = 1000
)

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// config makes the parser read every call as a call: its own functions of the
// same names (sum, count) have a grammar of theirs.
func config() *conf.Config {
	c := conf.CreateNew()
	c.DisableIfOperator = true
	for _, b := range builtin.Builtins {
		c.Functions[b.Name] = b
	}
	for name := range functions {
		c.Functions[name] = &builtin.Function{Name: name}
	}
	return c
}

// Parse reads a formula. An error is an [*Error], or several joined: see
// [Problems].
func Parse(src string) (*Expr, error) {
	if err := scan(src); err != nil {
		return nil, err
	}
	if strings.TrimSpace(src) == "" {
		return nil, errorAt(src, 0, "the formula is empty")
	}
	tree, err := parser.ParseWithConfig(src, config())
	if err != nil {
		return nil, inOurWords(src, err)
	}
	r := reader{src: src, text: []rune(src)}
	root := r.read(tree.Node, 1, 0)
	if r.stop != nil {
		return nil, r.stop
	}
	if err := join(r.errs); err != nil {
		return nil, err
	}
	slices.Sort(r.fields)
	return &Expr{src: src, root: root, aggs: r.aggs, fields: slices.Compact(r.fields)}, nil
}

// inOurWords turns an error of the parser into one for the person.
func inOurWords(src string, err error) error {
	var e *file.Error
	if !errors.As(err, &e) {
		return errorAt(src, 0, "%v", err)
	}
	text := []rune(src)
	if strings.Contains(e.Message, "EOF") || e.From >= len(text) {
		return errorAt(src, len([]rune(strings.TrimRight(src, " \t\r\n"))), "the formula ends too early")
	}
	what, found := strings.CutPrefix(e.Message, "unexpected token ")
	if !found {
		return errorAt(src, e.From, "%s", e.Message)
	}
	word := string(text[e.From:min(max(e.To, e.From+1), len(text))])
	switch {
	case word == "=":
		what = `; to compare, write ==`
	case strings.HasPrefix(what, "Number") || strings.HasPrefix(what, "Identifier"):
		what = "; an operator is missing before it"
	default:
		what = ""
	}
	return errorAt(src, e.From, "unexpected %q%s", word, what)
}

// reader turns the parser's tree into ours and refuses what is not in the
// language.
type reader struct {
	src    string
	text   []rune
	nodes  int
	fields []string
	aggs   []*node
	errs   []*Error
	stop   *Error // a limit was reached: nothing more is read
}

var broken = &node{op: opNum, num: math.NaN()}

func (r *reader) fail(at int, format string, args ...any) *node {
	if len(r.errs) < 20 {
		r.errs = append(r.errs, errorAt(r.src, at, format, args...))
	}
	return broken
}

func (r *reader) read(n ast.Node, depth, prev int) *node {
	if r.stop != nil || n == nil {
		return broken
	}
	at := n.Location().From
	if r.nodes++; r.nodes > maxNodes {
		r.stop = errorAt(r.src, at, "the formula has more than %d parts", maxNodes)
		return broken
	}
	if depth > maxDepth {
		r.stop = errorAt(r.src, at, "the formula is nested deeper than %d levels", maxDepth)
		return broken
	}
	next := func(a ast.Node) *node { return r.read(a, depth+1, prev) }
	switch n := n.(type) {
	case *ast.IntegerNode:
		return r.number(at, float64(n.Value))
	case *ast.FloatNode:
		return r.number(at, n.Value)
	case *ast.IdentifierNode:
		return r.field(at, n.Value, prev)
	case *ast.MemberNode:
		base, ok := n.Node.(*ast.IdentifierNode)
		part, named := n.Property.(*ast.StringNode)
		if !ok || !named || n.Method || n.Optional {
			return r.fail(at, "a field has one part at most: pupils.g7")
		}
		return r.field(base.Location().From, base.Value+"."+part.Value, prev)
	case *ast.UnaryNode:
		switch n.Operator {
		case "-":
			return &node{op: opNeg, args: []*node{next(n.Node)}, at: at}
		case "not":
			return &node{op: opNot, args: []*node{next(n.Node)}, at: at}
		case "+":
			return next(n.Node)
		}
		return r.fail(at, "%q is not part of a formula", n.Operator)
	case *ast.BinaryNode:
		op, ok := binary[n.Operator]
		switch {
		case n.Operator == "&&": // the parser's reading of a chain
			return r.fail(at, "a comparison has two sides: write a < b and b < c")
		case !ok:
			return r.fail(at, "%q is not part of a formula", n.Operator)
		}
		return &node{op: op, args: []*node{next(n.Left), next(n.Right)}, at: at}
	case *ast.ConditionalNode:
		if !n.Ternary || n.Exp1 == n.Cond {
			return r.fail(n.Cond.Location().From, "a choice is written c ? a : b")
		}
		c := next(n.Cond)
		return &node{op: opIf, args: []*node{c, next(n.Exp1), next(n.Exp2)}, at: c.at}
	case *ast.CallNode:
		name, ok := n.Callee.(*ast.IdentifierNode)
		if !ok {
			return r.fail(at, "only functions can be called")
		}
		return r.call(at, name.Value, n.Arguments, depth, prev)
	case *ast.StringNode:
		return r.fail(at, `a text stands only in as(x, "unit")`)
	case *ast.BoolNode:
		return r.fail(at, "%v is not part of a formula; write a comparison", n.Value)
	case *ast.VariableDeclaratorNode:
		return r.fail(at, "a formula has no variables")
	default:
		return r.fail(at, "this is not part of a formula")
	}
}

// number refuses what a clerk would not read as a number: 0x10, 1_000.
func (r *reader) number(at int, f float64) *node {
	for i := at; i < len(r.text); i++ {
		c := r.text[i]
		switch {
		case c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E':
		case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			return r.fail(at, "a number is written in digits: 1000 or 0.85")
		default:
			i = len(r.text)
		}
	}
	return &node{op: opNum, num: f, at: at}
}

func (r *reader) field(at int, name string, prev int) *node {
	for _, part := range strings.Split(name, ".") {
		if !identifier.MatchString(part) {
			return r.fail(at, "%q is not a name: a field is written in small letters, digits and _, and begins with a letter", name)
		}
	}
	name += strings.Repeat(PrevSuffix, prev)
	r.fields = append(r.fields, name)
	return &node{op: opField, name: name, at: at}
}

func (r *reader) call(at int, name string, args []ast.Node, depth int, prev int) *node {
	f, ok := functions[name]
	if !ok {
		return r.fail(at, "unknown function %q%s", name, DidYouMean(name, functionNames))
	}
	if len(args) < f.min || len(args) > f.max {
		return r.fail(at, "%s takes other arguments: %s", name, f.usage)
	}
	next := func(a ast.Node) *node { return r.read(a, depth+1, prev) }
	n := &node{op: f.op, at: at}
	switch f.op {
	case opField: // prev(x): every field of x is read from last time
		if prev > 0 {
			return r.fail(at, "prev inside prev: two periods back are written prev(x, 2)")
		}
		back := 1
		if len(args) == 2 {
			d, ok := args[1].(*ast.IntegerNode)
			if !ok || d.Value < 1 || d.Value > maxBack {
				return r.fail(args[1].Location().From, "how many periods back is a number from 1 to %d", maxBack)
			}
			back = d.Value
		}
		before := len(r.fields)
		n = r.read(args[0], depth+1, back)
		if len(r.fields) == before && len(r.errs) == 0 {
			return r.fail(at, "prev(x) needs a field")
		}
		return n
	case opAs:
		unit, ok := args[1].(*ast.StringNode)
		if !ok {
			return r.fail(args[1].Location().From, `the unit of measure is a text: as(x, "pupil")`)
		}
		n.name, n.unitAt = unit.Value, unit.Location().From
		args = args[:1]
	case opRound:
		if len(args) == 2 {
			d, ok := args[1].(*ast.IntegerNode)
			if !ok || d.Value < 0 || d.Value > 9 {
				return r.fail(args[1].Location().From, "the digits to round to are a number from 0 to 9")
			}
			n.num = float64(d.Value)
			args = args[:1]
		}
	case opQuantile:
		p := math.NaN()
		switch a := args[1].(type) {
		case *ast.FloatNode:
			p = a.Value
		case *ast.IntegerNode:
			p = float64(a.Value)
		}
		if !(p >= 0 && p <= 1) {
			return r.fail(args[1].Location().From, "the second argument of quantile is a number from 0 to 1")
		}
		n.num = p
		args = args[:1]
	}
	if f.op == opSurvival {
		if len(args)%2 != 0 {
			return r.fail(at, "%s takes other arguments: %s", name, f.usage)
		}
		for _, a := range args {
			n.shown = append(n.shown, next(a))
		}
		n.args = []*node{survival(n.shown, at)}
		return n
	}
	if f.op.aggregate() {
		n.agg = len(r.aggs)
		r.aggs = append(r.aggs, n)
	}
	for i, a := range args {
		if i >= 2 && f.max == many {
			n.chained = true
			n = &node{op: f.op, at: at, args: []*node{n}}
		}
		n.args = append(n.args, next(a))
	}
	return n
}
