package partner

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

func at(y int) func(int) int { return func(int) int { return y } }

// Without an effect, and with linked schools drawn by chance, a difference is
// found about as often as the level says; never much more.
func TestNoEffectIsFoundAtTheNominalRate(t *testing.T) {
	const runs = 400
	found, covered, concluded := 0, 0, 0
	for k := range runs {
		e := Estimate(panel(rand.New(rand.NewPCG(uint64(k), 5)), 60, 6, 0, at(4)), features, "higher")
		if !e.Finding.Concludes() {
			continue
		}
		concluded++
		if e.Finding != NoDifference {
			found++
		}
		if e.Low <= 0 && 0 <= e.High {
			covered++
		}
	}
	// Three binomial standard errors above 5 % of 300: 8.8 %.
	if rate := float64(found) / float64(concluded); rate > 0.088 || concluded < runs/2 {
		t.Errorf("%.1f %% of %d comparisons without an effect found one", 100*rate, concluded)
	}
	if share := float64(covered) / float64(concluded); share < 0.91 {
		t.Errorf("%.1f %% of the intervals hold the truth, want about 95 %%", 100*share)
	}
}

// p by itself is uniform enough: every level is held, not only the one used.
func TestPValueHoldsItsLevel(t *testing.T) {
	const runs = 400
	var ps []float64
	for k := range runs {
		if e := Estimate(panel(rand.New(rand.NewPCG(uint64(k), 9)), 60, 5, 0, at(4)), features, "higher"); len(e.Sets) > 1 {
			ps = append(ps, e.P)
		}
	}
	for _, level := range []float64{0.05, 0.1, 0.2, 0.5} {
		n := 0
		for _, p := range ps {
			if p <= level {
				n++
			}
		}
		bound := level + 3*math.Sqrt(level*(1-level)/float64(len(ps)))
		if rate := float64(n) / float64(len(ps)); rate > bound {
			t.Errorf("p <= %v in %.3f of %d runs, want at most %.3f", level, rate, len(ps), bound)
		}
	}
}

func TestKnownEffectIsRecovered(t *testing.T) {
	const runs, effect = 200, 2.0
	var sum float64
	n, covered, found := 0, 0, 0
	for k := range runs {
		e := Estimate(panel(rand.New(rand.NewPCG(uint64(k), 77)), 60, 6, effect, func(i int) int { return 3 + i%3 }), features, "higher")
		if len(e.Sets) < 3 {
			continue
		}
		n++
		sum += e.Estimate
		if e.Low <= effect && effect <= e.High {
			covered++
		}
		if e.Finding == More {
			found++
		}
	}
	if got := sum / float64(n); math.Abs(got-effect) > 0.12 || n < runs/2 {
		t.Errorf("mean estimate %.3f of %d runs, want about %v", got, n, effect)
	}
	if share := float64(covered) / float64(n); share < 0.91 {
		t.Errorf("%.1f %% of the intervals hold the truth", 100*share)
	}
	if float64(found) < 0.6*float64(n) {
		t.Errorf("an effect of four standard deviations of the noise was found %d times of %d", found, n)
	}
}

func TestFindings(t *testing.T) {
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }
	for _, tt := range []struct {
		name   string
		units  []Unit
		better string
		want   Finding
	}{
		{"a large effect", panel(rng(), 80, 6, 4, at(4)), "higher", More},
		{"of what should fall, a rise is no improvement", panel(rng(), 80, 6, 4, at(4)), "lower", Less},
		{"a fall of what should fall", panel(rng(), 80, 6, -4, at(4)), "lower", More},
		{"one year before the link", panel(rng(), 80, 6, 4, at(1)), "higher", FewYears},
		{"one year after it", panel(rng(), 80, 6, 4, at(7)), "higher", FewYears},
		{"nobody was linked", panel(rng(), 80, 0, 4, at(4)), "higher", FewYears},
		{"one school only", panel(rng(), 80, 1, 4, at(4)), "higher", FewUnits},
		{"no school without a link", panel(rng(), 8, 8, 4, at(4)), "higher", Unlike},
		{"apart before the link already", apart(panel(rng(), 80, 8, 0, at(4))), "higher", TrendsApart},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if e := Estimate(tt.units, features, tt.better); e.Finding != tt.want {
				t.Errorf("finding %d (%d sets, estimate %.3f, p %.3f, before p %.3f), want %d", e.Finding, len(e.Sets), e.Estimate, e.P, e.PreP, tt.want)
			}
		})
	}
}

// apart lets linked schools move away steadily, from before the link on.
func apart(units []Unit) []Unit {
	for i := range units {
		if units[i].First >= 0 {
			for y := range units[i].Values {
				units[i].Values[y] += 0.5 * float64(y-4)
			}
		}
	}
	return units
}

func TestWhoIsLeftOut(t *testing.T) {
	units := panel(rand.New(rand.NewPCG(1, 5)), 60, 5, 0, at(4))
	nan := math.NaN()
	copy(units[0].Values, []float64{nan, nan, nan})
	units[1].End = 5
	units[2].Features[0] = nan
	for y := range units[3].Values {
		units[3].Values[y] += 500
	}
	units[59].Taken = true
	e := Estimate(units, features, "higher")
	if want := []Left{{0, FewBefore}, {1, FewAfter}, {2, NoFeature}, {3, NobodyLike}}; !slices.Equal(e.Left, want) {
		t.Errorf("left out %v, want %v", e.Left, want)
	}
	seen := map[int]bool{}
	for _, s := range e.Sets {
		for i, c := range s.With {
			if c == 59 || c < 5 {
				t.Errorf("school %d, which was linked or leads, is a control", c)
			}
			if seen[c] {
				t.Errorf("school %d is in two sets", c)
			}
			seen[c] = true
			if s.Apart[i] > MaxApart {
				t.Errorf("school %d is %v away", c, s.Apart[i])
			}
		}
	}
}

// What cannot matter does not: the order in which schools are given, a constant
// added to all, a shock that all have in common, another unit of measure.
func TestEffectDoesNotDependOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(0, 1000).Draw(t, "seed")
		make := func() []Unit { return panel(rand.New(rand.NewPCG(seed, 1)), 30, 3, 1, at(4)) }
		base := Estimate(make(), features, "higher")
		units := make()
		shock := rapid.SliceOfN(rapid.Float64Range(-5, 5), 8, 8).Draw(t, "shock")
		for i := range units {
			for y := range units[i].Values {
				units[i].Values[y] = 4 * (units[i].Values[y] + 10)
				units[i].Values[y] += shock[y]
			}
		}
		e := Estimate(units, features, "higher")
		if math.IsNaN(base.Estimate) && math.IsNaN(e.Estimate) {
			return
		}
		if math.Abs(e.Estimate-4*base.Estimate) > 1e-9 || e.P != base.P || len(e.Sets) != len(base.Sets) {
			t.Fatalf("estimate %v, p %v of %d sets; want %v, %v of %d", e.Estimate, e.P, len(e.Sets), 4*base.Estimate, base.P, len(base.Sets))
		}
	})
}

func TestYearsOf(t *testing.T) {
	years := []edu.Period{edu.Year(2020), edu.Year(2021), edu.Year(2022), edu.Year(2023)}
	day := func(s string) edu.Date {
		d, ok := day(s)
		if !ok {
			t.Fatal(s)
		}
		return d
	}
	for _, tt := range []struct {
		name       string
		from, to   string
		first, end int
	}{
		{"from 1 September on: that year counts", "2021-09-01", "", 1, 4},
		{"begun in the spring: the next year is the first", "2022-03-15", "", 2, 4},
		{"ended on a reference date: that year is out", "2021-01-01", "2023-09-01", 1, 3},
		{"ended in the spring", "2021-01-01", "2023-03-01", 1, 3},
		{"begun after all years", "2024-01-01", "", 4, 4},
		{"begun before all years", "2010-01-01", "", 0, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := Link{From: day(tt.from)}
			if tt.to != "" {
				l.To = day(tt.to)
			}
			if first, end := YearsOf(&l, years); first != tt.first || end != tt.end {
				t.Errorf("%d to %d, want %d to %d", first, end, tt.first, tt.end)
			}
		})
	}
}
