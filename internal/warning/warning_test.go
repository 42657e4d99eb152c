package warning_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/warning"
)

// made are cases in which the first feature matters, the second does not, and the
// third is often not known.
func made(seed uint64, n int) *warning.Data {
	r := rand.New(rand.NewPCG(seed, 3))
	d := &warning.Data{Features: warning.Features[:3]}
	for i := range n {
		x := []float64{r.NormFloat64() * 5, r.NormFloat64(), float64(r.IntN(3))}
		eta := -1.5 + 0.3*x[0]
		if r.IntN(3) == 0 {
			x[2] = math.NaN()
			eta += 1
		}
		left := r.Float64() < 1/(1+math.Exp(-eta))
		rule := 0.0
		if x[0] > 6 {
			rule = 1
		}
		d.Cases = append(d.Cases, warning.Case{Person: register.PersonID(fmt.Sprintf("p%05d", i)), Day: edu.Date(i/10 + 1), X: x, Left: left, Rule: rule, Groups: []string{[]string{"sex:f", "sex:m"}[i%2]}})
	}
	return d
}

func fit(t testing.TB, d *warning.Data, penalty float64) *warning.Model {
	t.Helper()
	m, err := warning.Fit(d, penalty)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// At the best place the slope is nothing: what was seen and what was expected agree
// along every feature, but for the penalty. Each case counts, those of equal values too,
// which the model puts together.
func TestTheSlopeIsNothing(t *testing.T) {
	slopeIsNothing(t, made(1, 800))
	few := made(5, 800)
	kinds := map[string]bool{}
	for _, c := range few.Cases {
		for f := range c.X {
			c.X[f] = math.Round(c.X[f] / 3)
		}
		kinds[string(warning.Key(nil, c.X))] = true
	}
	if len(kinds) > 80 {
		t.Fatalf("%d kinds of cases: want few", len(kinds))
	}
	slopeIsNothing(t, few)
}

func slopeIsNothing(t *testing.T, d *warning.Data) {
	t.Helper()
	for _, penalty := range []float64{0.01, 1, 100} {
		m := fit(t, d, penalty)
		slope := make([]float64, 4)
		for _, c := range d.Cases {
			p, _ := m.Score(c.X)
			miss := -p
			if c.Left {
				miss++
			}
			slope[0] += miss
			for f, x := range c.X {
				if !math.IsNaN(x) {
					slope[1+f] += miss * (x - m.Mean[f]) / m.Scale[f]
				}
			}
		}
		for f, w := range m.Weight {
			slope[1+f] -= penalty * w
		}
		for i, s := range slope {
			if math.Abs(s) > 1e-5 {
				t.Errorf("penalty %v: slope %d is %v", penalty, i, s)
			}
		}
	}
}

// Equal values have one key, and others another.
func TestKey(t *testing.T) {
	other := math.Float64frombits(math.Float64bits(math.NaN()) ^ 2)
	key := func(x ...float64) string { return string(warning.Key(nil, x)) }
	if key(1, math.NaN()) != key(1, other) || key(0) != key(math.Copysign(0, -1)) {
		t.Error("what is equal has two keys")
	}
	if key(1, 2) == key(2, 1) || key(0) == key(math.NaN()) || key(1) == key(1, 0) {
		t.Error("what differs has one key")
	}
}

// What is made up is found again: the true weights, and that not knowing matters.
func TestKnownWeightsAreFound(t *testing.T) {
	m := fit(t, made(2, 20000), 0.1)
	if w := m.Weight[0] / m.Scale[0]; math.Abs(w-0.3) > 0.02 {
		t.Errorf("first feature %v; want 0.3", w)
	}
	if w := m.Weight[1]; math.Abs(w) > 0.06 {
		t.Errorf("second feature %v; want nothing", w)
	}
	if w := m.Missing[2]; math.Abs(w-1) > 0.12 {
		t.Errorf("not knowing the third %v; want 1", w)
	}
}

func TestReasonsAddUp(t *testing.T) {
	d := made(3, 600)
	m := fit(t, d, 1)
	card := m.Scorecard()
	for _, c := range d.Cases {
		p, reasons := m.Score(c.X)
		sum := m.Base
		for _, r := range reasons {
			sum += r.Adds
		}
		if math.Abs(math.Log(p/(1-p))-sum) > 1e-9 {
			t.Fatalf("probability %v, reasons %v and base %v", p, reasons, m.Base)
		}
		// Points are the log odds, rounded line by line.
		if pts := float64(card.Total(c.X)); math.Abs(pts-sum*warning.PerDouble/math.Ln2) > 2.01 {
			t.Fatalf("%v points for log odds %v", pts, sum)
		}
	}
}

func TestTooFewCasesMakeNoModel(t *testing.T) {
	many := made(4, 600)
	late := *many
	late.Features = append([]warning.Feature{{ID: "next_term", Late: true}}, many.Features[1:]...)
	short := *many
	short.Features = many.Features[:2]
	for name, try := range map[string]func() error{
		"few cases":      func() error { _, err := warning.Fit(made(4, 60), 1); return err },
		"no penalty":     func() error { _, err := warning.Fit(many, 0); return err },
		"known too late": func() error { _, err := warning.Fit(&late, 1); return err },
		"another width":  func() error { _, err := warning.Fit(&short, 1); return err },
		"no feature":     func() error { _, err := warning.Fit(&warning.Data{}, 1); return err },
	} {
		if err := try(); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The area under the curve by its definition: every pair.
func TestAUCIsThatOfAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		p, left := make([]float64, n), make([]bool, n)
		for i := range p {
			p[i], left[i] = float64(rapid.IntRange(0, 6).Draw(t, "p"))/6, rapid.Bool().Draw(t, "left")
		}
		won, pairs := 0.0, 0.0
		for i := range p {
			for j := range p {
				if left[i] && !left[j] {
					pairs++
					if p[i] > p[j] {
						won++
					} else if p[i] == p[j] {
						won += 0.5
					}
				}
			}
		}
		got := warning.AUC(p, left)
		if pairs == 0 && math.IsNaN(got) {
			return
		}
		if math.Abs(got-won/pairs) > 1e-12 {
			t.Fatalf("%v; want %v", got, won/pairs)
		}
		all, mean := 0, 0.0
		for _, b := range warning.Calibration(p, left, 4) {
			all += b.N
			mean += b.Share * float64(b.N)
		}
		want := 0
		for _, l := range left {
			if l {
				want++
			}
		}
		if all != n || math.Abs(mean-float64(want)) > 1e-9 {
			t.Fatalf("the table has %d of %d children, %v of %d left", all, n, mean, want)
		}
	})
}

func TestBrier(t *testing.T) {
	if got := warning.Brier([]float64{1, 0.5, 0.2}, []bool{true, false, true}); math.Abs(got-(0.25+0.64)/3) > 1e-15 {
		t.Error(got)
	}
}

// A list is as long as the visits, the highest first; equal ones by the rule list,
// the day, the record.
func TestVisits(t *testing.T) {
	m := fit(t, made(5, 600), 1)
	c := func(id string, day edu.Date, rule float64) warning.Case {
		return warning.Case{Person: register.PersonID(id), Day: day, Rule: rule, X: []float64{1, 0, 0}}
	}
	d := &warning.Data{Features: m.Features, Cases: []warning.Case{c("d", 5, 0), c("c", 4, 0), c("b", 4, 0), c("a", 9, 1), {Person: "low", X: []float64{-9, 0, 0}}, {Person: "high", X: []float64{20, 0, math.NaN()}}}}
	var got []string
	for _, v := range m.Visits(d, 5) {
		got = append(got, string(d.Cases[v.Case].Person))
	}
	if strings.Join(got, " ") != "high a b c d" {
		t.Errorf("visits %v", got)
	}
	v := m.Visits(d, 1)[0]
	if len(v.Reasons) == 0 || m.Words(v.Reasons[:1], "zh") != "近四周缺课天数" || !strings.Contains(m.Words(v.Reasons, "en"), "(not known)") {
		t.Errorf("reasons %v: %s", v.Reasons, m.Words(v.Reasons, "en"))
	}
	if n := len(m.Visits(d, 100)); n != 6 {
		t.Errorf("%d visits; want all 6", n)
	}
	if n := len(m.Visits(d, -1)); n != 0 {
		t.Errorf("%d visits for less than none", n)
	}
}

func TestItIsOffUntilItIsBetter(t *testing.T) {
	earlier, later := made(6, 3000).Split(0.7)
	m := fit(t, earlier, 1)
	if v := warning.Try(m, later, 60).Judge(); !v.On {
		t.Fatalf("a good model is off: %v", v.Why)
	}
	for name, spoil := range map[string]func(m *warning.Model, d *warning.Data){
		"a rule list that knows":     func(_ *warning.Model, d *warning.Data) { each(d, func(c *warning.Case) { c.Rule = number(c.Left) }) },
		"outcomes by chance":         func(_ *warning.Model, d *warning.Data) { each(d, func(c *warning.Case) { c.Left = c.Day%7 == 0 }) },
		"probabilities too high":     func(m *warning.Model, _ *warning.Data) { m.Base += 1.5 },
		"a model turned upside down": func(m *warning.Model, _ *warning.Data) { m.Weight[0] = -m.Weight[0] },
		"hardly any later cases":     func(_ *warning.Model, d *warning.Data) { d.Cases = d.Cases[:12] },
	} {
		e, l := made(6, 3000).Split(0.7)
		bad := fit(t, e, 1)
		spoil(bad, l)
		if v := warning.Try(bad, l, 60).Judge(); v.On || len(v.Why) == 0 {
			t.Errorf("%s: on", name)
		}
	}
}

func each(d *warning.Data, do func(*warning.Case)) {
	for i := range d.Cases {
		do(&d.Cases[i])
	}
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// A model never learns from what came after the first of the later cases.
func TestSplitIsByTime(t *testing.T) {
	d := made(7, 505)
	earlier, later := d.Split(0.7)
	if len(earlier.Cases)+len(later.Cases) != 505 || len(later.Cases) < 140 {
		t.Fatalf("%d and %d cases", len(earlier.Cases), len(later.Cases))
	}
	last := earlier.Cases[len(earlier.Cases)-1].Day
	for _, c := range later.Cases {
		if c.Day <= last {
			t.Fatalf("a later case is of day %d, the earlier reach to %d", c.Day, last)
		}
	}
}

// Of fewer than ten nothing is said.
func TestSmallGroupsAreNotTold(t *testing.T) {
	var cases []warning.Case
	var listed []bool
	add := func(n int, group string, left, on bool) {
		for range n {
			cases, listed = append(cases, warning.Case{Left: left, Groups: []string{group}}), append(listed, on)
		}
	}
	add(9, "nine", true, true)
	add(10, "ten", true, true)
	add(9, "ten", false, false)
	add(6, "both", true, true)
	add(6, "both", true, false)
	add(5, "both", false, true)
	add(15, "both", false, false)
	got := warning.Fairness(cases, listed)
	if len(got) != 2 || got[0].Group != "both" || got[0].Recall != 0.5 || got[0].FPR != 0.25 || got[1].Group != "ten" || got[1].Recall != 1 || !math.IsNaN(got[1].FPR) {
		t.Errorf("%+v", got)
	}
}

func TestDrift(t *testing.T) {
	then, now := made(8, 3000), made(9, 3000)
	for _, d := range warning.PSI(then, now) {
		if d.PSI < 0 || d.PSI > 0.02 {
			t.Errorf("feature %d of alike children: %v", d.Feature, d.PSI)
		}
	}
	each(now, func(c *warning.Case) { c.X[0] += 8; c.X[2] = math.NaN() })
	got := warning.PSI(then, now)
	if got[0].PSI < warning.Drifted || got[1].PSI > 0.02 || got[2].PSI < warning.Drifted {
		t.Errorf("drift %+v", got)
	}
}
