package formula

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

// ref is a formula and, beside it, what it means: a function that walks one row
// with an explicit "is there a value". It shares nothing with the engine.
type ref struct {
	src  string
	cond bool
	eval func(row int) (float64, bool)
}

type table map[string][]float64

func (t table) columns(f string) ([]float64, bool) { c, ok := t[f]; return c, ok }

var names = []string{"a", "b", "c.x", "a@prev", "gone"} // nobody gave any figure of "gone"

func drawTable(t *rapid.T, rows int) table {
	cell := rapid.OneOf(
		rapid.Float64Range(-100, 100),
		rapid.Map(rapid.IntRange(-3, 3), func(i int) float64 { return float64(i) }),
		rapid.SampledFrom([]float64{0, 1, 2.5, 0.125, 2.675, -2.675, 1e300, -1e300, 1e-300, 5e-324, edu.Missing(), edu.NotApplicable.Float()}),
	)
	tab := table{}
	for _, n := range names[:4] {
		tab[n] = rapid.SliceOfN(cell, rows, rows).Draw(t, n)
	}
	return tab
}

func number1(f func(a float64) float64) func(ref) func(int) (float64, bool) {
	return func(x ref) func(int) (float64, bool) {
		return func(row int) (float64, bool) {
			a, ok := x.eval(row)
			return valid(f(a), ok)
		}
	}
}

func valid(v float64, ok bool) (float64, bool) {
	return v, ok && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// roundRef rounds the shortest decimal that reads as x, half to even, in exact
// arithmetic.
func roundRef(x float64, digits int) float64 {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(x, 'f', -1, 64))
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	r.Mul(r, scale)
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	q, rem := new(big.Int).DivMod(new(big.Int).Add(twice, r.Denom()), new(big.Int).Mul(r.Denom(), big.NewInt(2)), new(big.Int))
	if rem.Sign() == 0 && q.Bit(0) == 1 {
		q.Sub(q, big.NewInt(1))
	}
	f, _ := new(big.Rat).Quo(new(big.Rat).SetInt(q), scale).Float64()
	return f
}

func drawNumber(t *rapid.T, tab table, depth int) ref {
	kind := rapid.IntRange(0, 12).Draw(t, "kind")
	if depth == 0 {
		kind %= 2
	}
	sub := func() ref { return drawNumber(t, tab, depth-1) }
	switch kind {
	case 0:
		f := rapid.SampledFrom([]float64{0, 1, 100, 12, 0.5, 2.675, 1e308}).Draw(t, "number")
		return ref{src: number(f), eval: func(int) (float64, bool) { return f, true }}
	case 1, 2:
		n := rapid.SampledFrom(names).Draw(t, "field")
		src := n
		if n == "a@prev" {
			src = "prev(a)"
		}
		return ref{src: src, eval: func(row int) (float64, bool) {
			if c, ok := tab[n]; ok {
				return c[row], !math.IsNaN(c[row])
			}
			return 0, false
		}}
	case 3:
		x := sub()
		return ref{src: "-(" + x.src + ")", eval: number1(func(a float64) float64 { return -a })(x)}
	case 4:
		x := sub()
		name, f := "abs", math.Abs
		if rapid.Bool().Draw(t, "ceil") {
			name, f = "ceil", math.Ceil
		}
		return ref{src: name + "(" + x.src + ")", eval: number1(f)(x)}
	case 5:
		x, y, z := drawCondition(t, tab, depth-1), sub(), sub()
		return ref{src: fmt.Sprintf("(%s ? %s : %s)", x.src, y.src, z.src), eval: func(row int) (float64, bool) {
			c, ok := x.eval(row)
			switch {
			case !ok:
				return 0, false
			case c != 0:
				return y.eval(row)
			}
			return z.eval(row)
		}}
	case 6:
		x, y := sub(), sub()
		return ref{src: fmt.Sprintf("coalesce(%s, %s)", x.src, y.src), eval: func(row int) (float64, bool) {
			if v, ok := x.eval(row); ok {
				return v, true
			}
			return y.eval(row)
		}}
	case 7:
		x, y, z := sub(), sub(), sub()
		name, f := "min", math.Min
		if rapid.Bool().Draw(t, "max") {
			name, f = "max", math.Max
		}
		return ref{src: fmt.Sprintf("%s(%s, %s, %s)", name, x.src, y.src, z.src), eval: func(row int) (float64, bool) {
			a, ok1 := x.eval(row)
			b, ok2 := y.eval(row)
			c, ok3 := z.eval(row)
			return f(f(a, b), c), ok1 && ok2 && ok3
		}}
	default:
		x, y := sub(), sub()
		op := rapid.SampledFrom([]string{"+", "-", "*", "/", "/"}).Draw(t, "op")
		return ref{src: fmt.Sprintf("(%s %s %s)", x.src, op, y.src), eval: func(row int) (float64, bool) {
			a, ok1 := x.eval(row)
			b, ok2 := y.eval(row)
			ok := ok1 && ok2
			switch op {
			case "+":
				return valid(a+b, ok)
			case "-":
				return valid(a-b, ok)
			case "*":
				return valid(a*b, ok)
			}
			if b == 0 {
				return 0, false
			}
			return valid(a/b, ok)
		}}
	}
}

func drawCondition(t *rapid.T, tab table, depth int) ref {
	kind := rapid.IntRange(0, 4).Draw(t, "condition")
	if depth <= 0 {
		kind = 4
	}
	one := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	switch kind {
	case 0:
		x := drawCondition(t, tab, depth-1)
		return ref{cond: true, src: "not (" + x.src + ")", eval: func(row int) (float64, bool) {
			a, ok := x.eval(row)
			return one(a == 0), ok
		}}
	case 1, 2:
		x, y := drawCondition(t, tab, depth-1), drawCondition(t, tab, depth-1)
		op, decides := "and", 0.0
		if kind == 2 {
			op, decides = "or", 1.0
		}
		return ref{cond: true, src: fmt.Sprintf("(%s %s %s)", x.src, op, y.src), eval: func(row int) (float64, bool) {
			a, ok1 := x.eval(row)
			b, ok2 := y.eval(row)
			if ok1 && a == decides || ok2 && b == decides {
				return decides, true
			}
			return 1 - decides, ok1 && ok2
		}}
	default:
		x, y := drawNumber(t, tab, max(depth-1, 0)), drawNumber(t, tab, max(depth-1, 0))
		op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
		return ref{cond: true, src: fmt.Sprintf("(%s %s %s)", x.src, op, y.src), eval: func(row int) (float64, bool) {
			a, ok1 := x.eval(row)
			b, ok2 := y.eval(row)
			return one(map[string]bool{"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]), ok1 && ok2
		}}
	}
}

func drawFormula(t *rapid.T, tab table) ref {
	if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
		return drawCondition(t, tab, 3)
	}
	return drawNumber(t, tab, 4)
}

func TestBlocksAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 8).Draw(t, "rows")
		tab := drawTable(t, rows)
		f := drawFormula(t, tab)
		e, err := Parse(f.src)
		if err != nil {
			t.Fatalf("Parse(%q): %v", f.src, err)
		}
		p, err := e.Section()
		if err != nil {
			t.Fatalf("Section(%q): %v", f.src, err)
		}
		lo := rapid.IntRange(0, rows).Draw(t, "lo")
		out := make([]float64, rows-lo)
		p.Bind(tab.columns).Eval(lo, rows, out, NewScratch())
		for i, got := range out {
			want, ok := f.eval(lo + i)
			if !ok {
				want = math.NaN()
			}
			if got != want && !(got != got && want != want) {
				t.Fatalf("%q in row %d = %v, want %v", f.src, lo+i, got, want)
			}
			trace := e.Explain(func(field string) edu.Value {
				if c, ok := tab[field]; ok {
					return edu.FromFloat(c[lo+i])
				}
				return edu.Value{}
			})
			if n, has := trace.Value.Number(); has != ok || ok && n != want {
				t.Fatalf("%q explained in row %d = %v, want %v", f.src, lo+i, trace.Value, want)
			}
			if (trace.Reason() == "") != ok {
				t.Fatalf("%q in row %d = %v, with reason %q", f.src, lo+i, want, trace.Reason())
			}
		}
	})
}

// What a row gives does not depend on where in a block it stands.
func TestManyBlocks(t *testing.T) {
	const rows = 3*blockRows + 17
	tab := table{"a": make([]float64, rows), "b": make([]float64, rows)}
	for i := range rows {
		tab["a"][i], tab["b"][i] = float64(i), float64(i%7)
	}
	out := make([]float64, rows)
	mustSection(t, "max(a / b, a - b) + (a > b ? 1 : 0)").Bind(tab.columns).Eval(5, rows, out, NewScratch())
	for i, got := range out[:rows-5] {
		a, b := float64(i+5), float64((i+5)%7)
		want := math.Max(a/b, a-b)
		if a > b {
			want++
		}
		if b == 0 {
			want = math.NaN()
		}
		if got != want && !(got != got && want != want) {
			t.Fatalf("row %d = %v, want %v", i+5, got, want)
		}
	}
}

func TestRoundHalfEven(t *testing.T) {
	for _, tt := range []struct {
		x      float64
		digits int
		want   float64
	}{
		{0.5, 0, 0}, {1.5, 0, 2}, {2.5, 0, 2}, {-0.5, 0, 0}, {-1.5, 0, -2},
		{2.675, 2, 2.68}, {1.005, 2, 1}, {1.015, 2, 1.02}, {1.025, 2, 1.02}, {1.0251, 2, 1.03}, {1e300, 2, 1e300}, {4.4999, 0, 4},
	} {
		if got := roundHalfEven(tt.x, tenTo[tt.digits]); got != tt.want {
			t.Errorf("round_half_even(%v, %d) = %v, want %v", tt.x, tt.digits, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.IntRange(0, 9).Draw(t, "digits")
		x := float64(rapid.Int64Range(-1e12, 1e12).Draw(t, "n")) / math.Pow(10, float64(rapid.IntRange(0, 9).Draw(t, "scale")))
		if got, want := roundHalfEven(x, tenTo[digits]), roundRef(x, digits); got != want {
			t.Fatalf("round_half_even(%v, %d) = %v, want %v", x, digits, got, want)
		}
	})
}

func TestRegionAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 40).Draw(t, "rows")
		tab := drawTable(t, rows)
		x, w := drawNumber(t, tab, 2), drawNumber(t, tab, 1)
		c := drawCondition(t, tab, 2)
		src := fmt.Sprintf("sum(%s) + 0 * count(%s) + 0 * sum(%s)", x.src, c.src, w.src)
		in := rapid.SliceOfN(rapid.Bool(), rows, rows).Draw(t, "in")
		if rapid.Bool().Draw(t, "all") {
			in = nil
		}
		// The reference, in wide arithmetic.
		sum, sumW := new(big.Float).SetPrec(3000), new(big.Float).SetPrec(3000)
		var n, missing, large int
		for i := range rows {
			if in != nil && !in[i] {
				continue
			}
			a, ok1 := x.eval(i)
			b, ok2 := w.eval(i)
			if _, ok3 := c.eval(i); !ok1 || !ok2 || !ok3 {
				missing++
				continue
			}
			if math.Abs(a) > 1e200 || math.Abs(b) > 1e200 {
				large++
			}
			n++
			sum.Add(sum, new(big.Float).SetFloat64(a))
			sumW.Add(sumW, new(big.Float).SetFloat64(b))
		}
		b := mustRegion(t, src).Bind(tab.columns)
		s := NewScratch()
		cut := rapid.IntRange(0, rows).Draw(t, "cut")
		acc, rest := b.NewAcc(), b.NewAcc()
		if rapid.Bool().Draw(t, "reuse") {
			b.Add(acc, 0, rows, nil, s)
			acc.Reset()
		}
		b.Add(acc, 0, cut, in, s)
		b.Add(rest, cut, rows, in, s)
		acc.Merge(rest)
		got, gotN, gotMissing := acc.Result()
		if gotN != n || gotMissing != missing {
			t.Fatalf("%q: n, missing = %d, %d, want %d, %d", src, gotN, gotMissing, n, missing)
		}
		if v, ok := acc.Explain().Value.Number(); ok != (got == got) || ok && v != got {
			t.Fatalf("%q: explained as %v, is %v", src, acc.Explain().Value, got)
		}
		if n == 0 {
			if got == got {
				t.Fatalf("%q over no rows = %v, want missing", src, got)
			}
			return
		}
		if large > 0 {
			return // the total may lie beyond a number
		}
		if want, _ := sum.Float64(); math.Abs(got-want) > 1e-14*math.Abs(want)+1e-13 {
			t.Fatalf("%q = %v, want %v", src, got, want)
		}
	})
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func mustRegion(t fataler, src string) *RegionProgram {
	t.Helper()
	e, err := Parse(src)
	if err != nil {
		t.Fatalf("Parse(%q): %v", src, err)
	}
	r, err := e.Region()
	if err != nil {
		t.Fatalf("Region(%q): %v", src, err)
	}
	return r
}

func TestRegion(t *testing.T) {
	gap := edu.Missing()
	tab := table{
		"books":  {279, 137, 935, 160, 402},
		"pupils": {45, 37, 89, 76, 55},
		"area":   {1350, 300, gap, 800, 0},
		"people": {300, 100, 50, gap, 0},
	}
	for _, tt := range []struct {
		src        string
		want       float64
		n, missing int
	}{
		{"wcv(books / pupils, pupils)", 0.515257, 5, 0}, // the published worked example
		{"cv(books / pupils)", 0.488771, 5, 0},
		{"wmean(books / pupils, pupils)", 6.334437, 5, 0},
		{"sum(books) / sum(pupils)", 6.334437, 5, 0},
		{"sum(area) / sum(people)", 4.125, 3, 2}, // never the area of one row over the pupils of another
		{"sum(area)", 2450, 4, 1},
		{"mean(area / people)", 3.75, 2, 3}, // 0/0 is no value
		{"count(area)", 4, 4, 1},
		{"count(area > 500)", 2, 4, 1},
		{"share(area > 500)", 0.5, 4, 1},
		{"count(coalesce(area, 0) == 0)", 2, 5, 0}, // coalesce says that a gap is no gap
		{"quantile(books, 0.5)", 279, 5, 0},
		{"gini(books)", 0.384318, 5, 0},
		{"theil(pupils) > 0 ? 1 : 2", 1, 5, 0},
		{"sum(area) / (count(area) - 4)", math.NaN(), 4, 1},
		{"sum(nothing)", math.NaN(), 0, 5},
		{"wmean(books, 1)", 382.6, 5, 0},
	} {
		b := mustRegion(t, tt.src).Bind(tab.columns)
		acc := b.NewAcc()
		b.Add(acc, 0, 5, nil, NewScratch())
		got, n, missing := acc.Result()
		if n != tt.n || missing != tt.missing || math.IsNaN(got) != math.IsNaN(tt.want) || math.Abs(got-tt.want) > 5e-7 {
			t.Errorf("%s = %v of %d, %d missing; want %v of %d, %d missing", tt.src, got, n, missing, tt.want, tt.n, tt.missing)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	cols := nation()
	s := NewScratch()
	out := make([]float64, 5000)
	p := mustSection(t, "max(100 * x1 / x0, (x2 - x3) / x0) > 4 and x5 > 3 ? x6 : coalesce(x7, 0)").Bind(cols)
	b := mustRegion(t, "sum(x1) / sum(x0) + wcv(x1 / x0, x0) + gini(x2) + quantile(x2, 0.5) + share(x2 > 3)").Bind(cols)
	acc := b.NewAcc()
	run := func() {
		p.Eval(7, 5007, out, s)
		acc.Reset()
		b.Add(acc, 7, 5007, nil, s)
		acc.Result()
	}
	run()
	if n := testing.AllocsPerRun(5, run); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func TestExplain(t *testing.T) {
	values := map[string]edu.Value{
		"teachers": edu.Some(38), "pupils": edu.Some(905), "empty": edu.Some(0), "change": edu.Some(-3), "pupils@prev": edu.Some(900), "na": edu.NotApplicable,
	}
	for _, tt := range []struct{ src, value, notation, missing, reason string }{
		{"100 * teachers / pupils", "4.198895027624309", "100 * 38 / 905", "[]", ""},
		{"teachers / empty", "_", "38 / 0", "[]", "division by zero: empty = 0"},
		{"teachers / (pupils - pupils)", "_", "38 / (905 - 905)", "[]", "division by zero: pupils - pupils = 905 - 905 = 0"},
		{"(area + rooms) / pupils", "_", "(_ + _) / 905", "[area rooms]", "needs area, rooms"},
		{"coalesce(area, 0) + area / empty", "_", "coalesce(_, 0) + _ / 0", "[area]", "needs area; division by zero: empty = 0"},
		{"coalesce(area, 5)", "5", "coalesce(_, 5)", "[]", ""},
		{"pupils > 1 ? teachers : area", "38", "905 > 1 ? 38 : _", "[]", ""},
		{"pupils < 1 and area > 2", "0", "905 < 1 and _ > 2", "[]", ""},
		{"2 - change", "5", "2 - (-3)", "[]", ""},
		{"pupils - prev(pupils)", "5", "905 - 900", "[]", ""},
		{"na * 2", "_", "/ * 2", "[na]", "needs na"},
		{"pupils * 1e308", "_", "905 * 1e+308", "[]", "the result is too large for a number"},
	} {
		e, err := Parse(tt.src)
		if err != nil {
			t.Fatal(err)
		}
		got := e.Explain(func(f string) edu.Value { return values[f] })
		if got.Value.String() != tt.value || got.Notation != tt.notation || fmt.Sprint(got.Missing) != tt.missing || got.Reason() != tt.reason {
			t.Errorf("%s: %v, %q, %v, %q; want %v, %q, %v, %q", tt.src,
				got.Value, got.Notation, got.Missing, got.Reason(), tt.value, tt.notation, tt.missing, tt.reason)
		}
		var inputs []string
		for _, in := range got.Inputs {
			inputs = append(inputs, in.Name)
		}
		slices.Sort(inputs)
		if !slices.Equal(inputs, e.Fields()) {
			t.Errorf("%s: inputs %v, want %v", tt.src, inputs, e.Fields())
		}
	}
}

func TestExplainRegion(t *testing.T) {
	tab := table{"area": {1350, 300}, "pupils": {300, 100}}
	b := mustRegion(t, "sum(area) / sum(pupils)").Bind(tab.columns)
	acc := b.NewAcc()
	b.Add(acc, 0, 2, nil, NewScratch())
	got := acc.Explain()
	if got.Notation != "1650 / 400" || got.Value != edu.Some(4.125) || got.Inputs[0] != (Input{"sum(area)", edu.Some(1650)}) {
		t.Errorf("explained as %+v", got)
	}
}
