package stats

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The published worked example of the difference coefficient: books of five
// schools. The weighting moves it across the limit of 0.50.
var (
	books  = []float64{279, 137, 935, 160, 402}
	pupils = []float64{45, 37, 89, 76, 55}
)

func TestWorkedExample(t *testing.T) {
	x := make([]float64, len(books))
	for i := range x {
		x[i] = books[i] / pupils[i]
	}
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"mean weighted by pupils is total by total", WMean(x, pupils), 6.334437},
		{"wcv", WCV(x, pupils), 0.515257},
		{"cv of the population", CV(x), 0.488771},
		{"cv of a sample", SCV(x), 0.546462},
	} {
		if math.Abs(tt.got-tt.want) > 5e-7 {
			t.Errorf("%s = %.7f, want %.6f", tt.name, tt.got, tt.want)
		}
	}
}

func TestUndefined(t *testing.T) {
	var s Scratch
	none, zero, neg := []float64{}, []float64{0, 0}, []float64{-1, 2}
	one, hole := []float64{1, 1}, []float64{1, math.NaN()}
	between, within := TheilParts(zero, []int{1, 2})
	for name, v := range map[string]float64{
		"mean of nothing": Mean(none), "min of nothing": Min(none), "max of nothing": Max(none),
		"cv of nothing": CV(none), "scv of one": SCV(one[:1]), "cv around 0": CV([]float64{-1, 1}),
		"wmean without weight": WMean(one, zero), "wmean of a negative weight": WMean(one, neg),
		"wcv without weight": WCV(one, zero), "wcv of a negative weight": WCV(one, neg),
		"gini of nothing": Gini(none, &s), "gini of zeros": Gini(zero, &s), "gini of a negative": Gini(neg, &s),
		"wgini without weight": WGini(one, zero, &s), "wgini of zeros": WGini(zero, one, &s), "wgini of a negative": WGini(neg, one, &s),
		"theil of zeros": Theil(zero), "theil of a negative": Theil(neg), "wtheil of a negative": WTheil(neg, one),
		"parts of zeros": between, "other part of zeros": within,
		"max/min over 0": MaxMin([]float64{0, 3}), "quantile of nothing": Quantile(none, 0.5, &s), "quantile beyond 1": Quantile(one, 1.5, &s),
		"sum with a gap": Sum(hole), "gini with a gap": Gini(hole, &s), "quantile with a gap": Quantile(hole, 0.5, &s), "wcv with a gap": WCV(hole, one),
		"theil with a gap": Theil(hole), "max with a gap": Max(hole), "sum beyond a number": Sum([]float64{math.MaxFloat64, math.MaxFloat64}),
	} {
		if !math.IsNaN(v) {
			t.Errorf("%s = %v, want missing", name, v)
		}
	}
}

func TestDefined(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"the sum of nothing is 0", Sum(nil), 0},
		{"zeros are counted", float64(Zeros([]float64{0, 1, 0, math.NaN()})), 2},
		{"the median of four is between the middle two", Quantile([]float64{4, 1, 3, 2}, 0.5, nil), 2.5},
		{"quartile by interpolation", Quantile([]float64{1, 2, 3, 4, 5, 6}, 0.25, nil), 2.25},
		{"the highest quantile is the maximum", Quantile([]float64{1, 9, 3}, 1, nil), 9},
		{"one school has no spread", CV([]float64{7}), 0},
		{"gini of all to one, without n/(n-1)", Gini([]float64{0, 0, 0, 1}, nil), 0.75},
		{"gini weighs as repeated rows do", WGini([]float64{0, 1}, []float64{3, 1}, nil), 0.75},
		{"theil of all to one: ln n, since 0 ln 0 is 0", Theil([]float64{0, 0, 0, 1}), math.Log(4)},
		{"theil weighs as repeated rows do", WTheil([]float64{0, 1}, []float64{3, 1}), math.Log(4)},
		{"a row without weight is not looked at", WTheil([]float64{-5, 1}, []float64{0, 1}), 0},
		{"max over min", MaxMin([]float64{2, 8, 4}), 4},
		{"large, nearly equal values keep their spread", CV([]float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}), math.Sqrt(22.5) / (1e9 + 10)},
	} {
		if math.Abs(tt.got-tt.want) > 1e-14*math.Abs(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

// truth holds the definitions, written out naively in wide arithmetic.
type truth struct{ x, w []*big.Float }

func wide(f float64) *big.Float { return new(big.Float).SetPrec(400).SetFloat64(f) }

func newTruth(x, w []float64) truth {
	var t truth
	for i, v := range x {
		t.x = append(t.x, wide(v))
		if w == nil {
			t.w = append(t.w, wide(1))
		} else {
			t.w = append(t.w, wide(w[i]))
		}
	}
	return t
}

func add(a, b *big.Float) *big.Float { return wide(0).Add(a, b) }
func sub(a, b *big.Float) *big.Float { return wide(0).Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return wide(0).Mul(a, b) }
func quo(a, b *big.Float) *big.Float { return wide(0).Quo(a, b) }

func float(a *big.Float) float64 { f, _ := a.Float64(); return f }

func (t truth) sums() (w, wx *big.Float) {
	w, wx = wide(0), wide(0)
	for i := range t.x {
		w, wx = add(w, t.w[i]), add(wx, mul(t.w[i], t.x[i]))
	}
	return w, wx
}

func (t truth) cv(less float64) float64 {
	w, wx := t.sums()
	mean, m2 := quo(wx, w), wide(0)
	for i := range t.x {
		d := sub(t.x[i], mean)
		m2 = add(m2, mul(t.w[i], mul(d, d)))
	}
	return float(quo(wide(0).Sqrt(quo(m2, sub(w, wide(less)))), mean))
}

func (t truth) gini() float64 {
	w, wx := t.sums()
	sum := wide(0)
	for i := range t.x {
		for j := range t.x {
			d := sub(t.x[i], t.x[j])
			sum = add(sum, mul(mul(t.w[i], t.w[j]), d.Abs(d)))
		}
	}
	return float(quo(sum, mul(wide(2), mul(w, wx))))
}

// theil takes logarithms in double precision: good to about 1e-15 absolute.
func (t truth) theil() float64 {
	w, wx := t.sums()
	mean, sum := quo(wx, w), wide(0)
	for i := range t.x {
		if r := quo(t.x[i], mean); r.Sign() > 0 {
			sum = add(sum, mul(t.w[i], mul(r, wide(math.Log(float(r))))))
		}
	}
	return float(quo(sum, w))
}

func near(t *rapid.T, what string, got, want, rel, abs float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > rel*math.Abs(want)+abs {
		t.Fatalf("%s = %v, want %v (difference %g)", what, got, want, got-want)
	}
}

func draw(t *rapid.T) (x, w []float64) {
	n := rapid.IntRange(1, 60).Draw(t, "n")
	value := rapid.OneOf(
		rapid.Float64Range(0.5, 10),
		rapid.Just(0.0),
		rapid.Float64Range(1e6, 1e6+1),
		rapid.Float64Range(1e-3, 1e9),
	)
	if rapid.Bool().Draw(t, "near equal") {
		value = rapid.Float64Range(1e6, 1e6+1)
	}
	x = rapid.SliceOfN(value, n, n).Draw(t, "x")
	w = rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(1, 3000), rapid.Just(0.0)), n, n).Draw(t, "w")
	x[0], w[0] = x[0]+1, w[0]+1
	return x, w
}

func TestAgainstDefinitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := draw(t)
		one, weighted := newTruth(x, nil), newTruth(x, w)
		n, nx := one.sums()
		ww, wx := weighted.sums()
		near(t, "Sum", Sum(x), float(nx), 1e-15, 0)
		near(t, "Mean", Mean(x), float(quo(nx, n)), 1e-15, 0)
		near(t, "WMean", WMean(x, w), float(quo(wx, ww)), 1e-15, 0)
		near(t, "CV", CV(x), one.cv(0), 1e-9, 1e-16)
		near(t, "WCV", WCV(x, w), weighted.cv(0), 1e-9, 1e-16)
		if len(x) > 1 {
			near(t, "SCV", SCV(x), one.cv(1), 1e-9, 1e-16)
		}
		near(t, "Gini", Gini(x, nil), one.gini(), 1e-13, 0)
		near(t, "WGini", WGini(x, w, nil), weighted.gini(), 1e-13, 1e-16)
		near(t, "Theil", Theil(x), one.theil(), 1e-12, 1e-14)
		near(t, "WTheil", WTheil(x, w), weighted.theil(), 1e-12, 1e-14)
	})
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := draw(t)
		y, v := slices.Clone(x), slices.Clone(w)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(y), func(i, j int) {
			y[i], y[j] = y[j], y[i]
			v[i], v[j] = v[j], v[i]
		})
		for name, f := range measures {
			near(t, name, f(y, v), f(x, w), 1e-12, 1e-15)
		}
	})
}

var measures = map[string]func(x, w []float64) float64{
	"CV":     func(x, _ []float64) float64 { return CV(x) },
	"WCV":    WCV,
	"Gini":   func(x, _ []float64) float64 { return Gini(x, nil) },
	"WGini":  func(x, w []float64) float64 { return WGini(x, w, nil) },
	"Theil":  func(x, _ []float64) float64 { return Theil(x) },
	"WTheil": WTheil,
	"MaxMin": func(x, _ []float64) float64 { return MaxMin(x) },
}

func TestUnitsOfMeasureDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := draw(t)
		k := rapid.Float64Range(1e-3, 1e4).Draw(t, "factor")
		y := make([]float64, len(x))
		for i := range x {
			y[i] = k * x[i]
		}
		for name, f := range measures {
			near(t, name, f(y, w), f(x, w), 1e-8, 1e-13)
		}
	})
}

func TestMergingPartsGivesTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := draw(t)
		if rapid.IntRange(0, 9).Draw(t, "long") == 0 { // longer than a chunk
			for len(x) <= chunk {
				x, w = append(x, x...), append(w, w...)
			}
		}
		var whole, weighted Moments
		whole.AddSlice(x)
		weighted.AddSliceWeighted(x, w)
		var a, b, one, oneW Moments
		for lo := 0; lo < len(x); {
			hi := rapid.IntRange(lo+1, len(x)).Draw(t, "cut")
			var p, q Moments
			p.AddSlice(x[lo:hi])
			q.AddSliceWeighted(x[lo:hi], w[lo:hi])
			a.Merge(p)
			b.Merge(q)
			lo = hi
		}
		for i := range x {
			one.Add(x[i])
			oneW.AddWeighted(x[i], w[i])
		}
		for _, m := range []struct {
			name      string
			got, want Moments
		}{{"parts", a, whole}, {"weighted parts", b, weighted}, {"single values", one, whole}, {"weighted values", oneW, weighted}} {
			if m.got.N != m.want.N {
				t.Fatalf("%s: N = %d, want %d", m.name, m.got.N, m.want.N)
			}
			near(t, m.name+": W", m.got.W, m.want.W, 1e-13, 0)
			near(t, m.name+": mean", m.got.Mean(), m.want.Mean(), 2e-14, 1e-15*Max(x))
			near(t, m.name+": cv", m.got.CV(), m.want.CV(), 1e-9, 1e-16)
		}
	})
}

func TestPartsOfTheilAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, w := draw(t)
		var ends []int
		for lo := 0; lo < len(x); {
			lo = rapid.IntRange(lo, len(x)).Draw(t, "end") // empty groups too
			ends = append(ends, lo)
		}
		between, within := TheilParts(x, ends)
		near(t, "between + within", between+within, Theil(x), 1e-10, 1e-15)
		between, within = WTheilParts(x, w, ends)
		near(t, "weighted between + within", between+within, WTheil(x, w), 1e-10, 1e-15)
		if between < -1e-15 || within < 0 {
			t.Fatalf("parts are never negative: %g, %g", between, within)
		}
	})
}

// The parts by their own definition: between is Theil's T with every value
// replaced by its group's mean.
func TestBetweenIsTheilOfGroupMeans(t *testing.T) {
	x := []float64{1, 3, 5, 0, 0, 8, 2, 2, 9}
	w := []float64{4, 1, 2, 3, 9, 1, 5, 2, 2}
	ends := []int{3, 5, 9}
	var means, wmeans []float64
	lo := 0
	for _, hi := range ends {
		for range hi - lo {
			means = append(means, Mean(x[lo:hi]))
			wmeans = append(wmeans, WMean(x[lo:hi], w[lo:hi]))
		}
		lo = hi
	}
	if b, _ := TheilParts(x, ends); math.Abs(b-Theil(means)) > 1e-14 {
		t.Errorf("between = %v, want %v", b, Theil(means))
	}
	if b, _ := WTheilParts(x, w, ends); math.Abs(b-WTheil(wmeans, w)) > 1e-14 {
		t.Errorf("weighted between = %v, want %v", b, WTheil(wmeans, w))
	}
}

func TestKnown(t *testing.T) {
	x, w := []float64{1, math.NaN(), 3, 4}, []float64{1, 2, math.NaN(), 4}
	if got := Known(nil, x); !slices.Equal(got, []float64{1, 3, 4}) {
		t.Errorf("Known = %v", got)
	}
	gx, gw := KnownPairs(nil, nil, x, w)
	if !slices.Equal(gx, []float64{1, 4}) || !slices.Equal(gw, []float64{1, 4}) {
		t.Errorf("KnownPairs = %v, %v", gx, gw)
	}
}

func BenchmarkMoments(b *testing.B) {
	x, w := make([]float64, 176), make([]float64, 176)
	for i := range x {
		x[i], w[i] = float64(i%37+1), float64(i%11)
	}
	var s Scratch
	for name, f := range map[string]func(){
		"wcv":   func() { WCV(x, w) },
		"cv":    func() { CV(x) },
		"sum":   func() { Sum(x) },
		"gini":  func() { Gini(x, &s) },
		"theil": func() { Theil(x) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x)), "ns/row")
		})
	}
}

func TestNothingIsAllocated(t *testing.T) {
	x, w, ends := make([]float64, 999), make([]float64, 999), []int{100, 999}
	for i := range x {
		x[i], w[i] = float64(i%37+1), float64(i%11)
	}
	var s Scratch
	all := func() {
		CV(x)
		WCV(x, w)
		WMean(x, w)
		Gini(x, &s)
		WGini(x, w, &s)
		Theil(x)
		TheilParts(x, ends)
		WTheilParts(x, w, ends)
		Quantile(x, 0.9, &s)
		MaxMin(x)
	}
	all()
	if n := testing.AllocsPerRun(10, all); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
