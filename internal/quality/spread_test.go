package quality

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }

// The figures of a textbook case, worked out by hand: two figures far out hide
// each other from the z-score, not from the modified one.
func TestMasking(t *testing.T) {
	x := []float64{2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3}
	s := measure(x)
	if !near(s.median, 2.45) || !near(s.mad, 0.15) || !near(s.mean, 3.54) {
		t.Errorf("median %v, MAD %v, mean %v; want 2.45, 0.15, 3.54", s.median, s.mad, s.mean)
	}
	if m, stoodIn := s.modified(8.2); stoodIn || !near(m, 0.6745*5.75/0.15) {
		t.Errorf("modified z-score %v", m)
	}
	opt := Options{}.defaults()
	got := judge(8.2, s, opt)
	if len(got) != 1 || got[0].method != ModifiedZ {
		t.Errorf("said of 8.2: %+v; want the modified z-score alone", got)
	}
	if got := judge(2.1, s, opt); len(got) > 0 {
		t.Errorf("said of 2.1: %+v", got)
	}
}

func TestJudge(t *testing.T) {
	same := func(n int, v float64, more ...float64) []float64 {
		return append(slices.Repeat([]float64{v}, n), more...)
	}
	for _, tt := range []struct {
		name string
		x    []float64
		v    float64
		want []Method
	}{
		{"all the same", same(20, 5), 5, nil},
		{"more than half the same: the mean distance stands in", same(15, 5, 5.1, 4.9, 5.2, 4.8, 30), 30, []Method{ModifiedZ, ZScore, Range}},
		{"and a near one is none", same(15, 5, 5.1, 4.9, 5.2, 4.8, 5.05), 5.05, nil},
		{"below as well as above", []float64{100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 1}, 1, []Method{ModifiedZ, ZScore, Range}},
		{"at the edge of an even spread", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 12, nil},
		{"two alike far out are not beyond each other", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 60, 60}, 60, []Method{ModifiedZ}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []Method
			for _, s := range judge(tt.v, measure(tt.x), Options{}.defaults()) {
				got = append(got, s.method)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// middle is a median found in another way: the mean of all figures that have at
// most half of the others on either side.
func middle(x []float64) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range x {
		below, above := 0, 0
		for _, w := range x {
			if w < v {
				below++
			}
			if w > v {
				above++
			}
		}
		if 2*below <= len(x) && 2*above <= len(x) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return (lo + hi) / 2
}

func TestMeasureAgainstOtherFormulas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ints := rapid.SliceOfN(rapid.IntRange(-50, 200), 2, 60).Draw(t, "x")
		var x []float64
		sum, squares := 0, 0
		for _, i := range ints {
			x = append(x, float64(i))
			sum, squares = sum+i, squares+i*i
		}
		s, n := measure(x), len(ints)
		if !near(s.mean, float64(sum)/float64(n)) {
			t.Fatalf("mean %v", s.mean)
		}
		if want := math.Sqrt(float64(n*squares-sum*sum) / float64(n*(n-1))); !near(s.sd, want) {
			t.Fatalf("standard deviation %v, want %v", s.sd, want)
		}
		if want := middle(x); !near(s.median, want) {
			t.Fatalf("median %v, want %v", s.median, want)
		}
		var d []float64
		for _, v := range x {
			d = append(d, math.Abs(v-middle(x)))
		}
		if want := middle(d); !near(s.mad, want) {
			t.Fatalf("MAD %v, want %v", s.mad, want)
		}
		i := rapid.IntRange(0, n-1).Draw(t, "i")
		others := slices.Delete(slices.Clone(x), i, i+1)
		lo, hi := slices.Min(others), slices.Max(others)
		want := 0.0
		if hi > lo {
			want = max(0, (x[i]-hi)/(hi-lo), (lo-x[i])/(hi-lo))
		}
		if got := s.beyond(x[i]); !near(got, want) {
			t.Fatalf("%v lies %v beyond the others, want %v", x[i], got, want)
		}
	})
}

// Scores do not depend on the unit of measure.
func TestScoresDoNotDependOnTheUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(0, 1000), 12, 40).Draw(t, "x")
		by, plus := rapid.SampledFrom([]float64{0.25, 2, 1024}).Draw(t, "by"), 0.0
		y := make([]float64, len(x))
		for i := range x {
			y[i] = x[i]*by + plus
		}
		a, b := measure(x), measure(y)
		for i := range x {
			ma, _ := a.modified(x[i])
			mb, _ := b.modified(y[i])
			if math.Abs(ma-mb) > 1e-6*math.Max(1, math.Abs(ma)) || math.Abs(a.z(x[i])-b.z(y[i])) > 1e-6 {
				t.Fatalf("%v: %v and %v, %v and %v", x[i], ma, mb, a.z(x[i]), b.z(y[i]))
			}
		}
	})
}
