package formula

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// nation is half a million sections with eight columns.
func nation() Columns {
	const rows = 500_000
	r := rand.New(rand.NewPCG(1, 2))
	cols := map[string][]float64{}
	for i := range 9 {
		c := make([]float64, rows)
		for j := range c {
			c[j] = float64(50 + r.IntN(2000))
		}
		cols[fmt.Sprintf("x%d", i)] = c
	}
	return func(f string) ([]float64, bool) { c, ok := cols[f]; return c, ok }
}

func BenchmarkEval(b *testing.B) {
	cols := nation()
	for _, src := range []string{
		"x0", "x1 + x0", "x1 * x0", "x1 / x0", "100 * x1 / x0", "(x1 - x2) / x0", "(x1 + x2) / x0", "x1 >= 1000", "x1 >= 1000 and x2 < 100",
		"x1 > x0 ? x1 : x0", "max(x1, x2)", "coalesce(x1, 0)", "ceil(x1 / 12)", "round_half_even(x1 / x0, 2)",
	} {
		b.Run(src, func(b *testing.B) {
			benchEval(b, cols, src)
		})
	}
}

// BenchmarkRatios is the national evaluation: seven ratios of every section,
// block by block.
func BenchmarkRatios(b *testing.B) {
	var src []string
	for i := 1; i <= 7; i++ {
		src = append(src, fmt.Sprintf("100 * x%d / x0", i))
	}
	benchEval(b, nation(), src...)
}

func benchEval(b *testing.B, cols Columns, srcs ...string) {
	const rows, block = 500_000, 1024
	var bound []*Bound
	for _, src := range srcs {
		bound = append(bound, mustSection(b, src).Bind(cols))
	}
	s := NewScratch()
	out := make([]float64, block)
	b.ReportAllocs()
	for b.Loop() {
		for lo := 0; lo < rows; lo += block {
			hi := min(lo+block, rows)
			for _, p := range bound {
				p.Eval(lo, hi, out, s)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows/float64(len(srcs)), "ns/row")
}

func mustSection(t testing.TB, src string) *Program {
	t.Helper()
	e, err := Parse(src)
	if err != nil {
		t.Fatalf("Parse(%q): %v", src, err)
	}
	p, err := e.Section()
	if err != nil {
		t.Fatalf("Section(%q): %v", src, err)
	}
	return p
}

func BenchmarkRegion(b *testing.B) {
	cols := nation()
	for _, src := range []string{"sum(x1) / sum(x0)", "wcv(100 * x1 / x0, x0)", "cv(x1)", "gini(x1)", "share(x1 >= 1000)"} {
		b.Run(src, func(b *testing.B) {
			const rows, county = 500_000, 176
			e, err := Parse(src)
			if err != nil {
				b.Fatal(err)
			}
			r, err := e.Region()
			if err != nil {
				b.Fatal(err)
			}
			bound := r.Bind(cols)
			acc, s := bound.NewAcc(), NewScratch()
			b.ReportAllocs()
			for b.Loop() {
				for lo := 0; lo < rows; lo += county {
					acc.Reset()
					bound.Add(acc, lo, min(lo+county, rows), nil, s)
					acc.Result()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
