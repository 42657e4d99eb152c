package formula

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		src    string
		want   string // written again
		fields string
	}{
		{"100 * teachers / pupils", "100 * teachers / pupils", "pupils teachers"},
		{"(area_teaching - area_indoor_sport) / pupils", "(area_teaching - area_indoor_sport) / pupils", "area_indoor_sport area_teaching pupils"},
		{"a - (b - c) - d", "a - (b - c) - d", "a b c d"},
		{"a / (b / c) * d", "a / (b / c) * d", "a b c d"},
		{"-(a + b) * -c", "-(a + b) * -c", "a b c"},
		{"pupils.g7 + pupils . g8", "pupils.g7 + pupils.g8", "pupils.g7 pupils.g8"},
		{"a>1 and not (b<=2 or c!=3)", "a > 1 and not (b <= 2 or c != 3)", "a b c"},
		{"(a > 1 or b > 2) and c > 3", "(a > 1 or b > 2) and c > 3", "a b c"},
		{"a > 1 ? b : c > 2 ? d : 4e2", "a > 1 ? b : c > 2 ? d : 400", "a b c d"},
		{"(a > 1 ? b > 1 : c > 1) ? 1 : 2", "(a > 1 ? b > 1 : c > 1) ? 1 : 2", "a b c"},
		{"min(a, 1, b, max(c, d))", "min(a, 1, b, max(c, d))", "a b c d"},
		{"round_half_even(a) + round_half_even(b, 2)", "round_half_even(a) + round_half_even(b, 2)", "a b"},
		{"a - prev(a)", "a - prev(a)", "a a@prev"},
		{"prev(a / b)", "prev(a) / prev(b)", "a@prev b@prev"},
		{"prev(a, 1) + prev(a + b, 2)", "prev(a) + (prev(a, 2) + prev(b, 2))", "a@prev a@prev@prev b@prev@prev"},
		{"\n as(ceil(classes / 12),\t\"room\")", `as(ceil(classes / 12), "room")`, "classes"},
		{"sum(a) / sum(b) + quantile(a, .5) + count(a > 1)", "sum(a) / sum(b) + quantile(a, 0.5) + count(a > 1)", "a b"},
		{"wcv(100 * a / b, b)", "wcv(100 * a / b, b)", "a b"},
		{"+a", "a", "a"},
	} {
		e, err := Parse(tt.src)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.src, err)
			continue
		}
		if got := e.root.text(); got != tt.want {
			t.Errorf("Parse(%q) reads %q, want %q", tt.src, got, tt.want)
		}
		if got := strings.Join(e.Fields(), " "); got != tt.fields {
			t.Errorf("Parse(%q) has fields %q, want %q", tt.src, got, tt.fields)
		}
		if e.String() != tt.src {
			t.Errorf("String() = %q, want %q", e, tt.src)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"", "1:1: the formula is empty"},
		{" \n ", "1:1: the formula is empty"},
		{"100 * (1 +", "1:11: the formula ends too early"},
		{"a +\nb c", `2:3: unexpected "c"; an operator is missing before it`},
		{"a = b", `1:3: unexpected "="; to compare, write ==`},
		{"a )", `1:3: unexpected ")"`},
		{"a < b < c", "1:7: a comparison has two sides: write a < b and b < c"},
		{"a && b", `1:3: "&&" is written and`},
		{"!a", `1:1: "!" is written not`},
		{"学生 / 2", "1:1: '学' is not part of a formula"},
		{"a ＋ b", `1:3: '＋' is a full-width character; write '+'`},
		{"a ≥ 1", `1:3: "≥" is written >=`},
		{"a // b", "1:3: a formula has no comments"},
		{"85 %", "1:4: a percentage is written as a number: 85 % is 0.85"},
		{"a.b.c", "1:5: a field has one part at most: pupils.g7"},
		{"a.b()", "1:3: only functions can be called"},
		{"Area / 2", `1:1: "Area" is not a name: a field is written in small letters, digits and _, and begins with a letter`},
		{"summ(a)", `1:1: unknown function "summ"; did you mean "sum"?`},
		{"len(a)", `1:1: unknown function "len"`},
		{"now()", `1:1: unknown function "now"`},
		{"map(a, b)", `1:1: unknown function "map"; did you mean "max"?`},
		{"sum(a, b)", "1:1: sum takes other arguments: sum(x)"},
		{"wcv(a)", "1:1: wcv takes other arguments: wcv(x, weight)"},
		{"quantile(a, 2)", "1:13: the second argument of quantile is a number from 0 to 1"},
		{"round_half_even(a, 1.5)", "1:20: the digits to round to are a number from 0 to 9"},
		{"as(a, b)", `1:7: the unit of measure is a text: as(x, "pupil")`},
		{"prev(prev(a))", "1:6: prev inside prev: two periods back are written prev(x, 2)"},
		{"prev(a, 0)", "1:9: how many periods back is a number from 1 to 9"},
		{"prev(a, 10)", "1:9: how many periods back is a number from 1 to 9"},
		{"prev(a, 1.5)", "1:9: how many periods back is a number from 1 to 9"},
		{"prev(a, b)", "1:9: how many periods back is a number from 1 to 9"},
		{"prev(1)", "1:1: prev(x) needs a field"},
		{`"a"`, `1:1: a text stands only in as(x, "unit")`},
		{`as(a, "b`, `1:9: a text is not closed with "`},
		{"0x10 + 1", "1:1: a number is written in digits: 1000 or 0.85"},
		{"1_000", "1:1: a number is written in digits: 1000 or 0.85"},
		{"true", "1:1: true is not part of a formula; write a comparison"},
		{"nil", "1:1: this is not part of a formula"},
		{"a in b", `1:3: "in" is not part of a formula`},
		{"a not in b", `1:7: "in" is not part of a formula`},
		{"if (a) { b } else { c }", `1:8: '{' is not part of a formula`},
		{"a ?: b", `1:3: "?:" is written coalesce(a, b), or c ? a : b with both choices`},
		{"a ? : b", "1:1: a choice is written c ? a : b"},
		{"a\xff", "1:2: the formula is not UTF-8 text"},
		{"foo(1) + bar(2)", "1:1: unknown function \"foo\"\n1:10: unknown function \"bar\""},
		{strings.Repeat("(", 2000) + "a" + strings.Repeat(")", 2000), ""},
		{strings.Repeat("-", 4000) + "a", "1:101: the formula is nested deeper than 100 levels"},
		{strings.Repeat("a+", 1500) + "a", "1:2800: the formula is nested deeper than 100 levels"},
		{"min(" + strings.Repeat("a,", 1500) + "a)", "1:2003: the formula has more than 1000 parts"},
		{strings.Repeat("a", 4097), "1:1: the formula is 4097 bytes long; at most 4096 are read"},
	} {
		_, err := Parse(tt.src)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("Parse(%.40q): %q, want %q", tt.src, got, tt.want)
		}
	}
}

// Beside each other, operands are as deep as they are many: a sum of some
// dozens of parts is a formula that people write.
func TestLongSums(t *testing.T) {
	if _, err := Parse(strings.Repeat("a + ", 90) + "a"); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"100 * teachers / pupils", "(a - b) / c", "sum(area) / sum(pupils)", "wcv(100 * t / p, p)", "a > 1 and not (b <= 2) ? prev(a.b) : 4.5",
		`as(ceil(classes / 12), "room")`, "quantile(x, 0.5)", "round_half_even(x, 2)", "min(a, b, 3)", "a < b < c", "a ?: b", "x | f()", "let a = 1; a",
		"map(a, {# > 1})", "a[1:2]", "\"", "1..2", "0x1p", "::sum(1)", "if a {1} else {2}", "((((", "a.b.c", "a?.b", "学生＋1", "\x00\xff", "not not a", "1e999", "99999999999999999999",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, err := Parse(src)
		if err != nil {
			ps := Problems(err)
			if len(ps) == 0 {
				t.Fatalf("Parse(%q): %v has no position", src, err)
			}
			for _, p := range ps {
				if p.Line < 1 || p.Col < 1 || p.Msg == "" || p.Line == 1 && p.Col > utf8.RuneCountInString(src)+1 {
					t.Fatalf("Parse(%q): bad problem %+v", src, *p)
				}
			}
			return
		}
		// Written again, it is the same formula.
		text := e.root.text()
		again, err := Parse(text)
		if err != nil {
			if len(text) > maxLength {
				return
			}
			t.Fatalf("Parse(%q) is %q, which does not parse: %v", src, text, err)
		}
		if again.root.text() != text || !slices.Equal(again.fields, e.fields) {
			t.Fatalf("Parse(%q) is %q, and that is %q", src, text, again.root.text())
		}
		for _, mode := range []Mode{Section, Region} {
			_, err := e.Check(mode, func(string) (Type, bool) { return Type{}, false }, nil, nil)
			if err == nil && len(e.fields) > 0 {
				t.Fatalf("Check(%q) found fields that do not exist", src)
			}
		}
		if p, err := e.Section(); err == nil {
			var out [3]float64
			p.Bind(func(string) ([]float64, bool) { return []float64{1, 0, 2.5}, true }).Eval(0, 3, out[:], NewScratch())
			for _, v := range out {
				if v-v != 0 && v == v {
					t.Fatalf("%q gives %v", src, v)
				}
			}
		}
		if r, err := e.Region(); err == nil {
			b := r.Bind(func(string) ([]float64, bool) { return []float64{1, 0, 2.5}, true })
			a := b.NewAcc()
			b.Add(a, 0, 3, nil, NewScratch())
			if v, _, _ := a.Result(); v-v != 0 && v == v {
				t.Fatalf("%q gives %v", src, v)
			}
		}
	})
}
