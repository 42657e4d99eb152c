package valueadd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/valueadd/cohort"
)

// design draws a small design.
func draw(t *rapid.T) cohort.Design {
	return cohort.Design{
		Name: "drawn", Seed: rapid.Uint64().Draw(t, "seed"),
		Schools: rapid.IntRange(8, 25).Draw(t, "schools"), Pupils: rapid.IntRange(8, 20).Draw(t, "pupils"),
		Uneven: rapid.SampledFrom([]float64{0, 0.8}).Draw(t, "uneven"),
		School: rapid.SampledFrom([]float64{0, 1, 6}).Draw(t, "school"), Pupil: rapid.SampledFrom([]float64{2, 10}).Draw(t, "pupil"),
		Numbers: rapid.IntRange(0, 2).Draw(t, "numbers"), Sex: rapid.Bool().Draw(t, "sex"), Home: rapid.Bool().Draw(t, "home"), Base: 60,
	}
}

// from fits rows in a given order, changed on the way.
func from(t *rapid.T, d cohort.Design, order func(n int) []int, change func(*cohort.Row)) *Result {
	var rows []cohort.Row
	for r := range d.Rows() {
		r.X = slices.Clone(r.X)
		if change != nil {
			change(&r)
		}
		rows = append(rows, r)
	}
	at := make([]int, len(rows))
	for i := range at {
		at[i] = i
	}
	if order != nil {
		at = order(len(rows))
	}
	g := NewGather("outcome", termsOf(d))
	b := newBatch(g)
	for _, i := range at {
		b.add(cohort.SchoolKey(rows[i].School), rows[i])
		if len(b.Outcome) == 17 { // new texts must be able to come late
			if err := g.Add(b.Batch); err != nil {
				t.Fatal(err)
			}
			b = newBatch(g)
		}
	}
	if err := g.Add(b.Batch); err != nil {
		t.Fatal(err)
	}
	r, err := Fit(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// close reports that two figures agree to a part of their scale.
func near(a, b, scale, bound float64) bool { return math.Abs(a-b) <= bound*max(scale, math.Abs(b)) }

// Whatever the data: an effect keeps between nothing and all of a school's mean
// residual, its interval holds it, and the parts are figures.
func TestShrinkageLiesBetweenZeroAndOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := from(t, draw(t), nil, nil)
		if !(r.Variances.Pupil > 0) || !(r.Variances.School >= 0) || math.IsNaN(r.Criterion) {
			t.Fatalf("%+v, criterion %v", r.Variances, r.Criterion)
		}
		for _, e := range r.Effects {
			lo, hi := e.Interval()
			res := e.Raw - e.Expected
			switch {
			case !(e.Reliability >= 0) || !(e.Reliability < 1):
				t.Fatalf("reliability %v", e.Reliability)
			case !near(e.Value, e.Reliability*res, math.Sqrt(r.Variances.Pupil), 1e-9):
				t.Fatalf("effect %v is not %v of %v", e.Value, e.Reliability, res)
			case !(lo <= e.Value && e.Value <= hi) || e.SE < e.CondSE:
				t.Fatalf("%+v: interval %v to %v", e, lo, hi)
			case r.Variances.School == 0 && (e.Value != 0 || e.Reading() != Indistinct):
				t.Fatalf("no variance between schools, yet %+v", e)
			}
		}
	})
}

// The slope that the search ends on is that of the likelihood.
func TestSlopeIsTheDerivative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		g := NewGather("outcome", termsOf(d))
		b := newBatch(g)
		for r := range d.Rows() {
			b.add(cohort.SchoolKey(r.School), r)
		}
		if err := g.Add(b.Batch); err != nil {
			t.Fatal(err)
		}
		m, err := g.design(false)
		if err != nil {
			t.Fatal(err)
		}
		x := math.Exp(rapid.Float64Range(-5, 2).Draw(t, "log ratio"))
		h := x * 1e-4
		want := (m.at(x+h).crit - m.at(x-h).crit) / (2 * h)
		if got := m.at(x).slope; !near(got, want, m.total, 1e-5) {
			t.Fatalf("slope at %v is %v, differences say %v", x, got, want)
		}
	})
}

// The order of the rows is nobody's business.
func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		seed := rapid.Uint64().Draw(t, "order")
		a := from(t, d, nil, nil)
		b := from(t, d, rand.New(rand.NewPCG(seed, 0)).Perm, nil)
		if !near(a.Criterion, b.Criterion, 1, 1e-12) || !near(a.Variances.Pupil, b.Variances.Pupil, 1, 1e-12) {
			t.Fatalf("criterion %v and %v, %+v and %+v", a.Criterion, b.Criterion, a.Variances, b.Variances)
		}
		for i, e := range a.Effects {
			// The search for the ratio of variances stops where the slope is lost in
			// rounding, so effects agree a little less closely than the likelihood.
			if f := b.Effects[i]; e.School != f.School || e.Pupils != f.Pupils || !near(e.Value, f.Value, a.SD, 1e-9) || !near(e.Expected, f.Expected, a.SD, 1e-9) {
				t.Fatalf("%+v and %+v", e, f)
			}
		}
	})
}

// A constant added to every outcome moves the intercept and nothing else.
func TestConstantMovesTheInterceptOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		add := rapid.SampledFrom([]float64{-1000, 64, 1 << 20}).Draw(t, "add")
		a := from(t, d, nil, nil)
		b := from(t, d, nil, func(r *cohort.Row) { r.Outcome += add })
		if !near(b.Fixed[0].Estimate, a.Fixed[0].Estimate+add, 1, 1e-9) {
			t.Fatalf("intercept %v became %v", a.Fixed[0].Estimate, b.Fixed[0].Estimate)
		}
		for i, c := range a.Fixed[1:] {
			if !near(b.Fixed[i+1].Estimate, c.Estimate, c.SE, 1e-6) || !near(b.Fixed[i+1].SE, c.SE, 0, 1e-6) {
				t.Fatalf("%+v became %+v", c, b.Fixed[i+1])
			}
		}
		for i, e := range a.Effects {
			if f := b.Effects[i]; !near(f.Value, e.Value, a.SD, 1e-6) || !near(f.SE, e.SE, a.SD, 1e-6) {
				t.Fatalf("%+v became %+v", e, f)
			}
		}
	})
}

// Another unit of measure of a covariate changes its coefficient and nothing else.
func TestUnitsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		by := rapid.SampledFrom([]float64{1e-6, 1000, 1e9}).Draw(t, "by")
		a := from(t, d, nil, nil)
		b := from(t, d, nil, func(r *cohort.Row) { r.Prior *= by })
		if !near(b.Fixed[1].Estimate*by, a.Fixed[1].Estimate, a.Fixed[1].SE, 1e-7) {
			t.Fatalf("coefficient %v became %v", a.Fixed[1].Estimate, b.Fixed[1].Estimate)
		}
		for i, e := range a.Effects {
			if f := b.Effects[i]; !near(f.Value, e.Value, a.SD, 1e-7) {
				t.Fatalf("%+v became %+v", e, f)
			}
		}
	})
}

// Files of the same columns may be gathered apart and put together.
func TestMergeIsTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		whole, parts := NewGather("outcome", termsOf(d)), []*Gather{NewGather("outcome", termsOf(d)), NewGather("outcome", termsOf(d))}
		wb, pb := newBatch(whole), []*batch{newBatch(parts[0]), newBatch(parts[1])}
		for r := range d.Rows() {
			wb.add(cohort.SchoolKey(r.School), r)
			pb[rapid.IntRange(0, 1).Draw(t, "part")].add(cohort.SchoolKey(r.School), r)
		}
		if err := whole.Add(wb.Batch); err != nil {
			t.Fatal(err)
		}
		for i, g := range parts {
			if err := g.Add(pb[i].Batch); err != nil {
				t.Fatal(err)
			}
		}
		if err := parts[0].Merge(parts[1]); err != nil {
			t.Fatal(err)
		}
		a, err := Fit(whole, Options{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := Fit(parts[0], Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !near(a.Criterion, b.Criterion, 1, 1e-12) || a.Pupils != b.Pupils || a.Schools != b.Schools {
			t.Fatalf("criterion %v and %v, %d and %d pupils", a.Criterion, b.Criterion, a.Pupils, b.Pupils)
		}
	})
}
