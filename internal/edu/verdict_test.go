package edu

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAll(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   []Verdict
		want Verdict
	}{
		{"nothing to judge", nil, Exempt},
		{"exempt only", []Verdict{Exempt, Exempt}, Exempt},
		{"met", []Verdict{Met}, Met},
		{"all met", []Verdict{Met, Met}, Met},
		{"exempt is left out", []Verdict{Exempt, Met}, Met},
		{"an unknown keeps it unknown", []Verdict{Met, Unknown, Met}, Unknown},
		{"unknown beside exempt", []Verdict{Exempt, Unknown}, Unknown},
		{"one short makes it short", []Verdict{Met, Short, Met}, Short},
		{"short even beside unknowns", []Verdict{Unknown, Short, Unknown}, Short},
		{"short beside exempt", []Verdict{Exempt, Short}, Short},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := All(tt.in...); got != tt.want {
				t.Errorf("All(%v) = %v; want %v", tt.in, got, tt.want)
			}
		})
	}
}

// Kleene's conjunction of two, written out: the combination of many must follow
// from it in any order and grouping.
func both(a, b Verdict) Verdict {
	table := map[[2]Verdict]Verdict{
		{Met, Met}: Met, {Met, Short}: Short, {Met, Unknown}: Unknown,
		{Short, Met}: Short, {Short, Short}: Short, {Short, Unknown}: Short,
		{Unknown, Met}: Unknown, {Unknown, Short}: Short, {Unknown, Unknown}: Unknown,
	}
	switch {
	case a == Exempt:
		return b
	case b == Exempt:
		return a
	default:
		return table[[2]Verdict{a, b}]
	}
}

func TestAllIsKleene(t *testing.T) {
	one := rapid.SampledFrom([]Verdict{Unknown, Met, Short, Exempt})
	rapid.Check(t, func(t *rapid.T) {
		vs := rapid.SliceOf(one).Draw(t, "verdicts")
		want := Exempt
		for _, v := range vs {
			want = both(want, v)
		}
		if got := All(vs...); got != want {
			t.Fatalf("All(%v) = %v; want %v", vs, got, want)
		}
		if got := All(rapid.Permutation(vs).Draw(t, "order")...); got != want {
			t.Fatalf("in another order: %v; want %v", got, want)
		}
		n := rapid.IntRange(0, len(vs)).Draw(t, "cut")
		if got := both(All(vs[:n]...), All(vs[n:]...)); got != want {
			t.Fatalf("in two groups: %v; want %v", got, want)
		}
		var a AllOf
		for _, v := range vs {
			a.Add(v)
		}
		if a.Total() != len(vs) {
			t.Fatalf("%d were counted; want %d", a.Total(), len(vs))
		}
	})
}

func TestVerdictText(t *testing.T) {
	for _, v := range []Verdict{Unknown, Met, Short, Exempt} {
		if got, ok := ParseVerdict(v.String()); !ok || got != v {
			t.Errorf("%v comes back as %v, %v", v, got, ok)
		}
	}
	if v, ok := ParseVerdict("pass"); ok || v != Unknown {
		t.Errorf("an unknown word is %v, %v", v, ok)
	}
	var zero Verdict
	if zero != Unknown {
		t.Error("the zero Verdict is not Unknown")
	}
}

func TestLevelText(t *testing.T) {
	for l := Root; int(l) < NumLevels; l++ {
		if got, err := ParseLevel(l.String()); err != nil || got != l {
			t.Errorf("%v comes back as %v, %v", l, got, err)
		}
	}
	for _, s := range []string{"", "district", "County"} {
		if l, err := ParseLevel(s); err == nil {
			t.Errorf("%q is the level %v; want an error", s, l)
		}
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		text     Text
		lang, in string
	}{
		{Text{ZH: "县", EN: "county"}, "zh", "县"},
		{Text{ZH: "县", EN: "county"}, "en", "county"},
		{Text{ZH: "县"}, "en", "县"},
		{Text{EN: "county"}, "zh", "county"},
		{Text{}, "en", ""},
	} {
		if got := tt.text.In(tt.lang); got != tt.in {
			t.Errorf("%+v in %s is %q; want %q", tt.text, tt.lang, got, tt.in)
		}
	}
}
