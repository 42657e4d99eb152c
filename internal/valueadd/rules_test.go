package valueadd

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/valueadd/cohort"
)

// small gathers rows of one number and one category beside school and outcome.
func small(rows ...[4]any) (*Gather, error) {
	g := NewGather("y", []Term{{Name: "x", Prior: true}, {Name: "k", Category: true}})
	b := newBatch(g)
	for _, r := range rows {
		b.text(b.School, r[0].(string))
		b.Outcome = append(b.Outcome, num(r[1]))
		b.Terms[0].Num = append(b.Terms[0].Num, num(r[2]))
		b.text(b.Terms[1].Text, r[3].(string))
	}
	return g, g.Add(b.Batch)
}

func num(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case float64:
		return v
	}
	return math.NaN()
}

func TestRowsThatLackSomethingAreCounted(t *testing.T) {
	g, err := small(
		[4]any{"a", 1, 2, "u"}, [4]any{"", 1, 2, "u"}, [4]any{"a", nil, 2, "u"}, [4]any{"b", 3, nil, "u"},
		[4]any{"b", 3, 1, ""}, [4]any{"b", 3, 1, "v"}, [4]any{"", nil, nil, ""},
	)
	if err != nil {
		t.Fatal(err)
	}
	w := g.Without()
	if w.School != 2 || w.Outcome != 1 || w.Terms[0] != 1 || w.Terms[1] != 1 || g.Used() != 2 || g.Rows() != 7 || w.Rows()+g.Used() != g.Rows() {
		t.Errorf("%+v, %d of %d rows used", w, g.Used(), g.Rows())
	}
}

func TestWhatCannotBeEstimatedIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		rows [][4]any
		says string
	}{
		{"nothing", nil, "no row"},
		{"one school", [][4]any{{"a", 1, 2, "u"}, {"a", 2, 1, "u"}}, "only one school"},
		{"one pupil each", [][4]any{{"a", 1, 2, "u"}, {"b", 2, 1, "u"}, {"c", 4, 1, "u"}}, "only one pupil"},
		{"the same outcome", [][4]any{{"a", 5, 2, "u"}, {"a", 5, 1, "u"}, {"b", 5, 4, "u"}, {"b", 5, 1, "u"}}, "nothing to explain"},
		{"no spread within schools", [][4]any{{"a", 1, 2, "u"}, {"a", 1, 2, "u"}, {"a", 1, 2, "u"}, {"b", 9, 2, "u"}, {"b", 9, 2, "u"}, {"b", 9, 2, "u"}}, "do not differ"},
		{"fewer pupils than predictors", [][4]any{{"a", 1, 2, "u"}, {"a", 3, 4, "v"}, {"b", 2, 7, "u"}}, "too few pupils"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, err := small(tt.rows...)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Fit(g, Options{})
			if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v; want a refusal that says %q", err, tt.says)
			}
		})
	}
}

func TestNamesAreNoCategory(t *testing.T) {
	g := NewGather("y", []Term{{Name: "who", Category: true}})
	b := Batch{School: &frame.Strings{Dict: []string{"a"}}, Terms: []Values{{Text: &frame.Strings{}}}}
	for i := range MaxLevels + 1 {
		b.School.Code = append(b.School.Code, 0)
		b.Outcome = append(b.Outcome, float64(i))
		b.Terms[0].Text.Dict = append(b.Terms[0].Text.Dict, strings.Repeat("z", i+1))
		b.Terms[0].Text.Code = append(b.Terms[0].Text.Code, uint32(i))
	}
	if err := g.Add(b); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), `"who"`) {
		t.Errorf("%v; want a refusal that names the column", err)
	}
}

// A column that others determine is left out by name, and so is a constant one.
func TestCollinearColumnIsNamed(t *testing.T) {
	g := NewGather("y", []Term{{Name: "a"}, {Name: "b"}, {Name: "sum"}, {Name: "same"}, {Name: "c"}})
	b := Batch{School: &frame.Strings{Dict: []string{"s", "t", "u"}}, Terms: make([]Values, 5)}
	for i := range 90 {
		a, c := float64(i*i%37), float64(i*7%11)
		b.School.Code = append(b.School.Code, uint32(i%3))
		b.Outcome = append(b.Outcome, a+float64(i%5))
		for k, v := range []float64{a, c, 2*a - 3*c + 1, 4.1, float64(i % 13)} {
			b.Terms[k].Num = append(b.Terms[k].Num, v)
		}
	}
	if err := g.Add(b); err != nil {
		t.Fatal(err)
	}
	r, err := Fit(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Dropped) != 2 || r.Dropped[0].Term != "sum" || labels(r.Dropped[0].With).EN != "a, b" || r.Dropped[1].Term != "same" || r.Dropped[1].With != nil {
		t.Errorf("dropped %+v; want sum (by a and b) and same", r.Dropped)
	}
	if len(r.Fixed) != 4 || r.Fixed[3].Term != "c" {
		t.Errorf("%d coefficients: %+v; want the intercept, a, b and c", len(r.Fixed), r.Fixed)
	}
}

// A school below the minimum is in the model but not shown, and nobody can work
// out a number of pupils below ten from the total.
func TestSmallSchoolsAreNotShown(t *testing.T) {
	for _, tt := range []struct {
		name  string
		sizes []int
		shown []bool
	}{
		{"all large", []int{30, 20}, []bool{true, true}},
		{"one between ten and the minimum", []int{12, 30, 40}, []bool{false, true, true}},
		{"one below ten takes the next with it", []int{3, 50, 25, 30}, []bool{false, true, false, true}},
		{"two below ten with less than ten", []int{3, 4, 25, 30}, []bool{false, false, false, true}},
		{"two below ten with more", []int{6, 7, 25, 30}, []bool{false, false, true, true}},
		{"one below ten beside one below the minimum", []int{6, 15, 25}, []bool{false, false, true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &Result{Options: Options{MinPupils: 20}}
			for _, n := range tt.sizes {
				r.Effects = append(r.Effects, Effect{Pupils: n})
			}
			r.publish()
			for i, e := range r.Effects {
				if e.Shown != tt.shown[i] {
					t.Errorf("school of %d shown: %v", e.Pupils, e.Shown)
				}
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		r := &Result{Options: Options{MinPupils: rapid.IntRange(FewestPupils, 40).Draw(t, "min")}}
		for _, n := range rapid.SliceOfN(rapid.IntRange(1, 60), 2, 8).Draw(t, "sizes") {
			r.Effects = append(r.Effects, Effect{Pupils: n})
		}
		r.publish()
		c := r.Tally
		if c.HeldPupils > 0 && c.HeldPupils < FewestPupils && c.Held < len(r.Effects) {
			t.Fatalf("%d pupils of %d schools are held back", c.HeldPupils, c.Held)
		}
		if c.Above+c.Below+c.Indistinct+c.Held != len(r.Effects) {
			t.Fatalf("%+v of %d schools", c, len(r.Effects))
		}
		for _, e := range r.Effects {
			if e.Shown && e.Pupils < r.Options.MinPupils {
				t.Fatalf("a school of %d is shown", e.Pupils)
			}
		}
	})
	if _, err := Fit(gather(t, cohort.Designs[0]), Options{MinPupils: FewestPupils - 1}); !errors.Is(err, fault.Invalid) {
		t.Errorf("a minimum of %d: %v", FewestPupils-1, err)
	}
}

// Where pupils differ and schools do not, the model says so instead of ordering
// noise.
func TestNoDifferenceBetweenSchools(t *testing.T) {
	d, _ := cohort.Find("none")
	r := fit(t, d)
	if !r.Checks.Boundary || r.Variances.School != 0 || r.Variances.ICC() != 0 || r.Checks.P != 1 {
		t.Errorf("%+v, %+v", r.Variances, r.Checks)
	}
	for _, e := range r.Effects {
		if e.Value != 0 || e.SE != 0 || e.Reading() != Indistinct || math.Signbit(e.Value) {
			t.Fatalf("%+v", e)
		}
	}
}

// The intervals hold the truth as often as they say. Pupils of 60 made-up cities
// with known school effects, always the same ones: of 6,000 intervals 95 % are
// right, give or take three standard errors of such a count.
func TestIntervalsHoldTheTruth(t *testing.T) {
	d := cohort.Design{Schools: 100, Pupils: 25, Uneven: 0.7, School: 4, Pupil: 9, Sex: true, Base: 60}
	held, all := 0, 0
	for seed := range uint64(60) {
		d.Seed = 1000 + seed
		truth := d.Effects()
		for j, e := range fit(t, d).Effects {
			if lo, hi := e.Interval(); lo <= truth[j] && truth[j] <= hi {
				held++
			}
			all++
		}
	}
	share := float64(held) / float64(all)
	if off := 3 * math.Sqrt(0.95*0.05/float64(all)); math.Abs(share-0.95) > off {
		t.Errorf("%d of %d intervals hold the truth: %.4f, want 0.95 within %.4f", held, all, share, off)
	}
}

// Schools of one size without predictors: the estimates are those of the
// analysis of variance, which a pocket calculator gives.
func TestBalancedIsTheAnalysisOfVariance(t *testing.T) {
	g := NewGather("y", nil)
	b := Batch{School: &frame.Strings{Dict: []string{"a", "b", "c"}}}
	for i, y := range []float64{10, 12, 14, 20, 21, 25, 13, 17, 15} {
		b.School.Code = append(b.School.Code, uint32(i/3))
		b.Outcome = append(b.Outcome, y)
	}
	if err := g.Add(b); err != nil {
		t.Fatal(err)
	}
	r, err := Fit(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Means 12, 22, 15; within 8 + 14 + 8 = 30 of 6 degrees; between 3·(158/3) = 158 of 2.
	within, between := 30.0/6, 158.0/2
	if v := (between - within) / 3; !near(r.Variances.School, v, 1, 1e-9) || !near(r.Variances.Pupil, within, 1, 1e-9) {
		t.Errorf("%+v, want %v and %v", r.Variances, v, within)
	}
	keep := 1 - within/between
	mean := 49.0 / 3
	for i, m := range []float64{12, 22, 15} {
		if e := r.Effects[i]; !near(e.Value, keep*(m-mean), 1, 1e-9) || !near(e.Reliability, keep, 1, 1e-9) {
			t.Errorf("%+v, want %v of %v", e, keep, m-mean)
		}
	}
}

// Two goroutines add what one would, to the bit.
func TestLanesDoNotMatter(t *testing.T) {
	d := cohort.Design{Seed: 5, Schools: 60, Pupils: 200, Uneven: 0.5, School: 4, Pupil: 9, Numbers: 1, Sex: true, Base: 60}
	small := gather(t, d) // batches of a thousand rows: one lane
	large := NewGather("outcome", termsOf(d))
	b := newBatch(large)
	for r := range d.Rows() {
		b.add(cohort.SchoolKey(r.School), r)
	}
	if len(b.Outcome) < many {
		t.Fatalf("%d rows are too few for two lanes", len(b.Outcome))
	}
	if err := large.Add(b.Batch); err != nil {
		t.Fatal(err)
	}
	x, err := Fit(small, Options{})
	if err != nil {
		t.Fatal(err)
	}
	y, err := Fit(large, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if x.Criterion != y.Criterion || x.Variances != y.Variances {
		t.Errorf("%v %+v and %v %+v", x.Criterion, x.Variances, y.Criterion, y.Variances)
	}
	for i := range x.Effects {
		if x.Effects[i] != y.Effects[i] {
			t.Fatalf("%+v and %+v", x.Effects[i], y.Effects[i])
		}
	}
}
