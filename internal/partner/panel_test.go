package partner

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"shuren/internal/compare"
)

var update = flag.Bool("update", false, "write the panel that bench/partner/check.R reads")

var features = []compare.Feature{{ID: "size", Weight: 1}, {ID: "rural", Weight: 1}}

// panel makes schools over eight years: levels, common shocks, trends of their
// own and noise. Of them, linked were linked by the year that first gives, and
// gain effect from then on.
func panel(rng *rand.Rand, schools, linked int, effect float64, first func(i int) int) []Unit {
	const years = 8
	common := make([]float64, years)
	for y := range common {
		common[y] = rng.NormFloat64()
	}
	units := make([]Unit, schools)
	for i := range units {
		u := &units[i]
		*u = Unit{Key: fmt.Sprintf("s%03d", i), Values: make([]float64, years), First: -1, End: years}
		u.Features = []float64{math.Round(100*rng.NormFloat64()) / 100, float64(rng.IntN(2))}
		level, trend := 50+3*u.Features[0]+2*u.Features[1]+2*rng.NormFloat64(), 0.2*rng.NormFloat64()
		if i < linked {
			u.First = first(i)
			u.Lead = "lead" + strconv.Itoa(i/2)
		}
		for y := range u.Values {
			v := level + trend*float64(y) + common[y] + 0.5*rng.NormFloat64()
			if u.First >= 0 && y >= u.First {
				v += effect
			}
			u.Values[y] = math.Round(1000*v) / 1000
		}
	}
	return units
}

func fixture() []Unit {
	rng := rand.New(rand.NewPCG(7, 11))
	return panel(rng, 70, 7, 1.2, func(i int) int { return 3 + i%3 })
}

// The estimate, its standard error, p-values and interval are those of an
// independent implementation: bench/partner/check.R does the matching, a
// regression by base R's lm, and all assignments, from the same panel.
func TestAgreesWithR(t *testing.T) {
	units := fixture()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"key", "lead", "first", "size", "rural", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7"})
	for _, u := range units {
		row := []string{u.Key, u.Lead, strconv.Itoa(u.First)}
		for _, v := range append(append([]float64{}, u.Features...), u.Values...) {
			row = append(row, strconv.FormatFloat(v, 'g', -1, 64))
		}
		w.Write(row)
	}
	w.Flush()
	if *update {
		if err := os.WriteFile("testdata/panel.csv", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile("testdata/panel.csv"); err != nil || !bytes.Equal(kept, b.Bytes()) {
		t.Fatalf("testdata/panel.csv is not this panel (%v): run with -update, and bench/partner/check.R again", err)
	}
	f, err := os.Open("testdata/panel.r.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	e := Estimate(units, features, "higher")
	got := map[string]float64{"sets": float64(len(e.Sets)), "estimate": e.Estimate, "se": e.SE, "p": e.P, "low": e.Low, "high": e.High, "slope": e.Slope, "pre_p": e.PreP, "drift": e.Drift, "tried": float64(e.Tried)}
	for _, s := range e.Sets {
		got["effect_"+units[s.Unit].Key] = s.Effect()
	}
	if len(rows) != len(got)+1 {
		t.Errorf("R gives %d figures, we %d", len(rows)-1, len(got))
	}
	for _, r := range rows[1:] {
		want, err := strconv.ParseFloat(r[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		if g, ok := got[r[0]]; !ok || math.Abs(g-want) > 1e-9*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: %v, R says %v", r[0], g, want)
		}
	}
	if !e.Exact {
		t.Error("the assignments are a sample; R tries all of them")
	}
}
