package indicator

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

func parse(t testing.TB, src string) *pack.Formula {
	t.Helper()
	e, err := formula.Parse(src)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return &pack.Formula{Src: src, Expr: e}
}

// ratio is an indicator of the usual kind, weighted by pupils.
func ratio(t testing.TB, id, section, region string) *pack.Indicator {
	return &pack.Indicator{ID: id, Level: edu.Section, Section: parse(t, section), Region: parse(t, region), Weight: "pupils"}
}

func sevenRatios(t testing.TB) []*pack.Indicator {
	return []*pack.Indicator{
		ratio(t, "r1", "100 * e1 / pupils", "100 * sum(e1) / sum(pupils)"),
		ratio(t, "r2", "100 * e2 / pupils", "100 * sum(e2) / sum(pupils)"),
		ratio(t, "r3", "100 * e3 / pupils", "100 * sum(e3) / sum(pupils)"),
		ratio(t, "r4", "(e4 - e8) / pupils", "sum(e4 - e8) / sum(pupils)"),
		ratio(t, "r5", "(e5 + e8) / pupils", "sum(e5 + e8) / sum(pupils)"),
		ratio(t, "r6", "e6 / pupils", "sum(e6) / sum(pupils)"),
		ratio(t, "r7", "200 * e7 / pupils", "200 * sum(e7) / sum(pupils)"),
	}
}

// nation is a frame of sections in 2,844 counties, 333 cities and 31 provinces;
// missing is the part of the figures that nobody gave.
func nation(t testing.TB, rows int, townships bool, missing float64) *frame.Frame {
	t.Helper()
	const counties, cities, provinces = 2844, 333, 31
	r := rand.New(rand.NewPCG(1, 2))
	tab := &frame.Table{Level: edu.Section, N: rows, Cols: map[string][]float64{}}
	column := func(n int, of func(i int) int) *frame.Strings {
		s := &frame.Strings{Code: make([]uint32, rows)}
		for i := range n {
			s.Dict = append(s.Dict, fmt.Sprintf("%06d", i))
		}
		for i := range rows {
			s.Code[i] = uint32(of(i))
		}
		return s
	}
	county := func(i int) int { return i * counties / rows }
	tab.Path[edu.County] = column(counties, county)
	tab.Path[edu.City] = column(cities, func(i int) int { return county(i) * cities / counties })
	tab.Path[edu.Province] = column(provinces, func(i int) int { return county(i) * cities / counties * provinces / cities })
	if townships {
		tab.Path[edu.Township] = column(14*counties, func(i int) int { return i * 14 * counties / rows })
	}
	key := &frame.Strings{Dict: make([]string, rows), Code: make([]uint32, rows)}
	for i := range rows {
		key.Dict[i], key.Code[i] = strconv.Itoa(1000000000+i), uint32(i)
	}
	tab.Key = key
	for _, e := range []string{"pupils", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8"} {
		col := make([]float64, rows)
		for i := range col {
			col[i] = float64(80 + r.IntN(2000))
			if missing > 0 && r.Float64() < missing {
				col[i] = edu.Missing()
			}
		}
		tab.Cols[e] = col
	}
	set, problems := frame.Build([]*frame.Table{tab}, frame.Options{})
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	return set.Sections[0]
}

// BenchmarkNation evaluates seven ratios of half a million sections: values,
// region formulas, moments and all levels.
func BenchmarkNation(b *testing.B) {
	for _, c := range []struct {
		name      string
		townships bool
		missing   float64
		scope     string
	}{
		{"complete", false, 0, ""},
		{"with_scope", false, 0, "pupils >= 100"},
		{"one_percent_missing", false, 0.01, ""},
		{"townships", true, 0, ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			const rows = 500_000
			f := nation(b, rows, c.townships, c.missing)
			defs := sevenRatios(b)
			var scope *pack.Formula
			if c.scope != "" {
				scope = parse(b, c.scope)
			}
			b.Run("prepared", func(b *testing.B) {
				e, err := Prepare(f, defs, scope)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					e.Run()
				}
			})
			b.Run("whole", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Evaluate(f, defs, scope); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
