package lanes

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// same reports that two numbers have the same bits, or are both NaN.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// sameAs fails where the machine code and the Go loops differ in any bit.
func sameAs[T any](t *rapid.T, run func() []T, equal func(a, b T) bool) {
	t.Helper()
	if !available {
		t.Skip("this processor runs the Go loops only")
	}
	defer force(true)
	force(false)
	slow := run()
	force(true)
	if quick := run(); !slices.EqualFunc(quick, slow, equal) {
		t.Fatalf("machine code gives %v, Go %v", quick, slow)
	}
}

var (
	number = rapid.OneOf(rapid.Float64(), rapid.Float64Range(0, 3000), rapid.Map(rapid.IntRange(-5, 3000), func(i int) float64 { return float64(i) }),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 5e-324, math.MaxFloat64}))
	plain = rapid.Map(rapid.IntRange(0, 100000), func(i int) float64 { return float64(i) / 8 })
)

// pair draws two columns of one length, sometimes of figures without gaps.
func pair(t *rapid.T) (x, y []float64) {
	of := rapid.SampledFrom([]*rapid.Generator[float64]{number, plain}).Draw(t, "kind")
	n := rapid.IntRange(0, 70).Draw(t, "rows")
	return rapid.SliceOfN(of, n, n).Draw(t, "x"), rapid.SliceOfN(of, n, n).Draw(t, "y")
}

func TestMachineCodeGivesTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := pair(t)
		k := number.Draw(t, "k")
		sameAs(t, func() []float64 {
			var s Sums
			Sum(x, &s)
			return append(s.Hi[:], s.Lo[:]...)
		}, same)
		sameAs(t, func() []float64 {
			s := Spreads(x, y, k)
			if slices.ContainsFunc(y, func(v float64) bool { return v != v }) {
				s.Negative = false // the sign of a NaN stays open
			}
			out := []float64{s.D, s.DD, s.W, s.WD, s.WDD}
			if s.Negative {
				out = append(out, 1)
			}
			return out
		}, same)
		sameAs(t, func() []float64 { dst := make([]float64, len(x)); MulDiv(dst, k, x, y); return dst }, same)
		sameAs(t, func() []float64 { dst := make([]float64, len(x)); Div(dst, x, y); return dst }, same)
		sameAs(t, func() []uint8 { dst := make([]uint8, len(x)); Below(dst, x, k, 2, 1); return dst }, func(a, b uint8) bool { return a == b })
		sameAs(t, func() []bool { return []bool{Whole(x)} }, func(a, b bool) bool { return a == b })
	})
}

// What the loops give is what they say, by loops that could not be simpler.
func TestLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := pair(t)
		k := plain.Draw(t, "k")
		whole := !slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
		if Whole(x) != whole {
			t.Fatalf("Whole(%v) = %v", x, !whole)
		}
		verdict, quotient := make([]uint8, len(x)), make([]float64, len(x))
		Below(verdict, x, k, 7, 9)
		MulDiv(quotient, k, x, y)
		for i, v := range x {
			if (v < k) != (verdict[i] == 7) || (v < k) == (verdict[i] == 9) {
				t.Fatalf("%v below %v: %v", v, k, verdict[i])
			}
			want := k * v / y[i]
			if math.IsInf(want, 0) || math.IsInf(y[i], 0) {
				want = math.NaN()
			}
			if quotient[i] != want && !same(quotient[i], want) { // -0 becomes 0
				t.Fatalf("%v * %v / %v = %v, want %v", k, v, y[i], quotient[i], want)
			}
		}
		if !whole || !Whole(y) {
			return
		}
		var s Sums
		Sum(x, &s)
		var want, got, size float64
		for i := range x {
			want += x[i]
			size += math.Abs(x[i])
		}
		for i := range s.Hi {
			got += s.Hi[i] + s.Lo[i]
		}
		if math.Abs(got-want) > 1e-13*size {
			t.Fatalf("sum %v, want %v", got, want)
		}
	})
}

func TestSpreads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "rows")
		x, w := rapid.SliceOfN(plain, n, n).Draw(t, "x"), rapid.SliceOfN(plain, n, n).Draw(t, "w")
		p := plain.Draw(t, "point")
		minus := n > 0 && rapid.Bool().Draw(t, "minus")
		if minus {
			w[rapid.IntRange(0, n-1).Draw(t, "at")] = -1
		}
		got := Spreads(x, w, p)
		var want Spread
		for i, v := range x {
			d := v - p
			want.D += d
			want.DD += d * d
			want.W += w[i]
			want.WD += w[i] * d
			want.WDD += w[i] * d * d
		}
		near := func(a, b, size float64) bool { return math.Abs(a-b) <= 1e-10*(1+math.Abs(size)) }
		if !near(got.D, want.D, math.Sqrt(want.DD*float64(n))) || !near(got.DD, want.DD, want.DD) || !near(got.W, want.W, want.W) ||
			!near(got.WD, want.WD, math.Sqrt(math.Abs(want.WDD*want.W))) || !near(got.WDD, want.WDD, want.WDD) || got.Negative != minus {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}
