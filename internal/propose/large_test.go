package propose

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"shuren/internal/solve"
)

// county makes a county of so many sections from a seed, with the shape of the
// compulsory scheme: seven indicators, six of which must hold, two stages. Its
// figures are of no place.
func county(sections int, seed uint64) *County {
	r := rand.New(rand.NewPCG(seed, 1))
	c := &County{Bounded: true, Years: []Year{{"1", -1}, {"2", -1}, {"3", -1}}}
	for _, id := range []string{"R1", "R2", "R3"} {
		c.Indicators = append(c.Indicators, Indicator{ID: id, Per: 100})
	}
	c.Indicators = append(c.Indicators, Indicator{ID: "R4", Per: 1, What: Amount}, Indicator{ID: "R5", Per: 1, What: Amount}, Indicator{ID: "R6", Per: 1, What: Amount}, Indicator{ID: "R7", Per: 100, What: Amount, Whole: true})
	for k := range 8 {
		kind := Kind{ID: fmt.Sprint(k), Counts: []bool{k&1 > 0, k&2 > 0, k&4 > 0, false, false, false, false}, Into: []int{-1, -1, -1, -1, -1, -1, -1}, Hire: k&1 > 0 && k&2 == 0}
		if k&1 == 0 {
			kind.Into[0] = k | 1
		}
		if k&2 == 0 {
			kind.Into[1] = k | 2
		}
		c.Kinds = append(c.Kinds, kind)
	}
	c.Prices = Prices{Build: []float64{0, 0, 0, 2500, 400, 1, 30000}, Hire: 80000, Train: []float64{8000, 15000, 0, 0, 0, 0, 0}, Move: 1500, PerKm: 200}
	c.Stages = []Stage{
		{Name: "primary", Limit: []float64{4.2, 1, .9, 4.5, 7.5, 2000, 2.3}, Spread: []float64{.5, .5, .5, .5, .5, .5, .5}, Need: 6, Floor: .85},
		{Name: "junior", Limit: []float64{5.3, 1, .9, 5.8, 10.2, 2500, 2.4}, Spread: []float64{.45, .45, .45, .45, .45, .45, .45}, Need: 6, Floor: .85}}
	towns := max(2, sections/20)
	at := make([][2]float64, towns)
	for i := range towns {
		c.Townships = append(c.Townships, fmt.Sprint(i))
		at[i] = [2]float64{60 * r.Float64(), 60 * r.Float64()}
	}
	c.Km = make([][]float64, towns)
	for i := range towns {
		for j := range towns {
			c.Km[i] = append(c.Km[i], math.Round(1.3*math.Hypot(at[i][0]-at[j][0], at[i][1]-at[j][1])))
		}
	}
	for s := range sections {
		stage := 0
		if s%4 == 3 {
			stage = 1
		}
		p := math.Round(60 + 900*math.Pow(r.Float64(), 2))
		sec := Section{ID: fmt.Sprint(s), Stage: stage, Township: r.IntN(towns), Pupils: p, Counted: true, Have: make([]float64, 7), Room: []float64{math.NaN(), math.NaN(), math.NaN(), math.Inf(1), 3 * p, math.Inf(1), math.Inf(1)}}
		rich := 0.75 + 0.6*r.Float64()
		total := int(p / []float64{19, 13.5}[stage] * (0.9 + 0.4*r.Float64()))
		for k := range c.Kinds {
			share := 1.0
			for i, q := range []float64{.85, .2, .16} {
				if k>>i&1 > 0 {
					share *= q * min(1.1, rich)
				} else {
					share *= 1 - q*min(1.1, rich)
				}
			}
			n := int(float64(total)*share + r.Float64())
			sec.Staff = append(sec.Staff, n)
			sec.Free = append(sec.Free, n/3)
			sec.Least += n * 3 / 4
			for i := range 3 {
				if c.Kinds[k].Counts[i] {
					sec.Have[i] += float64(n)
				}
			}
		}
		for i := 3; i < 7; i++ {
			sec.Have[i] = math.Round(c.Stages[stage].Limit[i] * p / c.Indicators[i].Per * (0.7 + 0.7*r.Float64()))
		}
		c.Sections = append(c.Sections, sec)
	}
	return c
}

// A county of usual size is planned to the proven optimum, and what the plan
// promises holds in the standard's own terms.
func TestCountyIsPlanned(t *testing.T) {
	c := county(60, 1)
	p, err := Make(context.Background(), c, solve.Options{Gap: 1e-4})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: cost %.0f bound %.0f gap %.2g nodes %d lines %d", p.Status, p.Cost, p.Bound, p.Gap, p.Nodes, len(p.Lines))
	if fails := c.Passes(p.After); len(fails) > 0 {
		t.Errorf("%d rules fail after the plan: %+v", len(fails), fails[:min(3, len(fails))])
	}
}

func BenchmarkCounty(b *testing.B) {
	for _, n := range []int{60, 120, 250} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				p, err := Make(context.Background(), county(n, 1), solve.Options{Gap: 1e-3})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(p.Gap, "gap")
				b.ReportMetric(float64(p.Nodes), "nodes")
			}
		})
	}
}
