package valueadd

import (
	"os"
	"testing"

	"shuren/internal/valueadd/cohort"
)

// estimates names a result as lme4 does.
func estimates(r *Result) *cohort.Estimates {
	out := &cohort.Estimates{School: r.Variances.School, Pupil: r.Variances.Pupil, Criterion: r.Criterion,
		Fixed: map[string]float64{}, SE: map[string]float64{}, Effect: map[string]float64{}, CondSE: map[string]float64{}}
	for _, c := range r.Fixed {
		name := c.Term + c.Level
		switch {
		case c.Intercept:
			name = "(Intercept)"
		case c.Mean:
			name += ".mean"
		}
		out.Fixed[name], out.SE[name] = c.Estimate, c.SE
	}
	for _, e := range r.Effects {
		out.Effect[e.School], out.CondSE[e.School] = e.Value, e.CondSE
	}
	return out
}

// The estimates of lme4 on the same pupils, published with its version in
// testdata/lme4.csv, which bench/valueadd/lme4.R writes: balanced and uneven
// schools, no difference between schools at all (lme4 calls that fit singular),
// a faint one, many covariates, school means, schools of three pupils, and
// outcomes around a million.
func TestEqualToLme4(t *testing.T) {
	f, err := os.Open("testdata/lme4.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := cohort.ReadReference(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) != len(cohort.Designs) {
		t.Errorf("%d designs in the file, %d are made", len(want), len(cohort.Designs))
	}
	for _, d := range cohort.Designs {
		t.Run(d.Name, func(t *testing.T) {
			bad, worst := cohort.Differ(estimates(fit(t, d)), want[d.Name], 1e-4)
			for _, b := range bad {
				t.Error(b)
			}
			t.Logf("largest relative differences from %s: %v", want[d.Name].By, worst)
		})
	}
}
