package formula

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// cohort follows pupils year by year, as the diagrams of the method do: who is
// in which grade, having repeated how often. It shares nothing with the formula.
func cohort(p, r []float64) float64 {
	k := len(p)
	in := make([][3]float64, k+1) // by grade, and by how often its pupils have repeated
	in[0][0] = 1
	reached := 0.0
	for range k + 3 {
		next := make([][3]float64, k+1)
		for g := range k {
			for times, n := range in[g] {
				next[g+1][times] += n * p[g]
				if times < 2 {
					next[g][times+1] += n * r[g]
				}
			}
		}
		for _, n := range next[k] {
			reached += n
		}
		next[k] = [3]float64{}
		in = next
	}
	return reached
}

// survive evaluates survival over one row; a NaN stands for what nobody gave.
func survive(t interface{ Fatal(...any) }, p, r []float64) (value float64, src string, e *Expr) {
	var args []string
	tab := table{}
	for i := range p {
		a, b := fmt.Sprintf("p%d", i), fmt.Sprintf("r%d", i)
		tab[a], tab[b] = []float64{p[i]}, []float64{r[i]}
		args = append(args, a, b)
	}
	src = "survival(" + strings.Join(args, ", ") + ")"
	e, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	prog, err := e.Section()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float64, 1)
	prog.Bind(tab.columns).Eval(0, 1, out, NewScratch())
	return out[0], src, e
}

// By hand, of 1000 pupils of whom each year 0.9 are promoted and 0.1 repeat.
// Grade 1: 1000, 100 and 10 in three years, of whom 900, 90 and 9 go up. Grade
// 2 in the years after: 900; 90 + 90; 9 + 9 + 9, of whom 810, 162 and 24.3 go
// up: 996.3 reach grade 3.
func TestSurvivalByHand(t *testing.T) {
	for _, tt := range []struct {
		name string
		p, r []float64
		want float64
	}{
		{"nobody repeats or leaves", []float64{1, 1}, []float64{0, 0}, 1},
		{"nobody repeats: the product", []float64{.9, .8}, []float64{0, 0}, .72},
		{"one grade, two repeats at most", []float64{.5}, []float64{.5}, .875},
		{"the three diagonals of the diagram", []float64{.9, .9}, []float64{.1, .1}, .9963},
		{"a grade nobody leaves upwards", []float64{.9, 0}, []float64{.1, .5}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, src, _ := survive(t, tt.p, tt.r); math.Abs(got-tt.want) > 1e-12 {
				t.Errorf("%s = %v, want %v", src, got, tt.want)
			}
			if got := cohort(tt.p, tt.r); math.Abs(got-tt.want) > 1e-12 {
				t.Errorf("the cohort followed by year gives %v, want %v", got, tt.want)
			}
		})
	}
}

// The closed form is the cohort followed year by year, never exceeds one, is
// written again as it was, and is missing where one of its rates is.
func TestSurvivalIsTheCohort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 9).Draw(t, "grades")
		p, r := make([]float64, k), make([]float64, k)
		for i := range p {
			p[i] = rapid.Float64Range(0, 1).Draw(t, "p")
			r[i] = rapid.Float64Range(0, 1-p[i]).Draw(t, "r")
		}
		got, src, e := survive(t, p, r)
		want := cohort(p, r)
		if math.Abs(got-want) > 1e-9 || got > 1+1e-9 {
			t.Fatalf("%s = %v, by year %v", src, got, want)
		}
		if e.root.text() != src {
			t.Fatalf("written again it is %s, not %s", e.root.text(), src)
		}
		[][]float64{p, r}[rapid.IntRange(0, 1).Draw(t, "which")][rapid.IntRange(0, k-1).Draw(t, "gone")] = math.NaN()
		if got, src, _ := survive(t, p, r); got == got {
			t.Fatalf("%s is %v without one of its rates", src, got)
		}
	})
}

// Over a region the rates are those of the region: sums over sums.
func TestSurvivalOfARegion(t *testing.T) {
	e, err := Parse("100 * survival(sum(a) / sum(b), sum(c.x) / sum(b))")
	if err != nil {
		t.Fatal(err)
	}
	prog, err := e.Region()
	if err != nil {
		t.Fatal(err)
	}
	b := prog.Bind(table{"a": {60, 30}, "b": {80, 40}, "c.x": {8, 4}}.columns)
	acc := b.NewAcc()
	b.Add(acc, 0, 2, nil, NewScratch())
	if v, _, _ := acc.Result(); math.Abs(v-100*.75*1.11) > 1e-12 {
		t.Errorf("survival over the region = %v, want 83.25", v)
	}
	if trace, want := acc.Explain(), "100 * survival(90 / 120, 12 / 120)"; trace.Notation != want {
		t.Errorf("written with its numbers it is %q, want %q", trace.Notation, want)
	}
}

func TestSurvivalRefuses(t *testing.T) {
	bases := Bases{"pupil": true}
	pupil, _ := ParseUnit("pupil", bases)
	for src, want := range map[string]string{
		"survival(a)":              "takes other arguments",
		"survival(a, a, a)":        "takes other arguments",
		"survival(a, b)":           "unknown field",
		"survival(pupils, pupils)": "plain numbers from 0 to 1",
		"survival(pupils / pupils, 100 * pupils / pupils)": "plain numbers from 0 to 1",
	} {
		e, err := Parse(src)
		if err == nil {
			_, err = e.Check(Section, func(f string) (Type, bool) {
				return map[string]Type{"a": {Unit: One}, "pupils": {Unit: pupil}}[f], f != "b"
			}, bases, nil)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", src, err, want)
		}
	}
}
