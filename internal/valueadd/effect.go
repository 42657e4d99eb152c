// Effects of schools, their intervals and how they read.

package valueadd

import (
	"fmt"
	"math"

	"shuren/internal/edu"
)

// Effect is the estimate of one school.
type Effect struct {
	School string  `json:"school"`
	Pupils int     `json:"pupils"`
	Raw    float64 `json:"raw"` // mean outcome of its pupils
	// Expected is the mean that its pupils would have had in the average school.
	Expected float64 `json:"expected"`
	Value    float64 `json:"value"` // the effect, shrunken: lme4's ranef
	// SE is the standard error of Value as a prediction of the true effect, the
	// uncertainty of the coefficients included. CondSE leaves that out: lme4's condVar.
	SE     float64 `json:"se"`
	CondSE float64 `json:"cond_se"`
	// Reliability is how much of the mean residual the effect keeps, 0 to 1; one
	// less it is the shrinkage.
	Reliability float64 `json:"reliability"`
	// Shown is false where too few pupils stand behind the estimate: see
	// Result.publish. Nothing of such a school is stored, written or put on a page.
	Shown bool `json:"shown"`
}

// z95 is the normal quantile of 95 % intervals.
const z95 = 1.959963984540054

// Interval is the 95 % interval of the effect.
func (e *Effect) Interval() (lo, hi float64) { return e.Value - z95*e.SE, e.Value + z95*e.SE }

// Reading is what an effect says in words.
type Reading uint8

const (
	Indistinct Reading = iota // from the average school
	Above
	Below
)

// Reading compares the interval with the average school.
func (e *Effect) Reading() Reading {
	switch lo, hi := e.Interval(); {
	case lo > 0:
		return Above
	case hi < 0:
		return Below
	}
	return Indistinct
}

// Text words a reading.
func (r Reading) Text() edu.Text {
	switch r {
	case Above:
		return edu.Text{ZH: "高于平均水平", EN: "above average"}
	case Below:
		return edu.Text{ZH: "低于平均水平", EN: "below average"}
	}
	return edu.Text{ZH: "与平均水平无显著差异", EN: "indistinguishable from average"}
}

// String is the name that files and the store use.
func (r Reading) String() string { return [...]string{"indistinct", "above", "below"}[r] }

// ParseReading is the inverse of String.
func ParseReading(s string) (Reading, error) {
	for r := Indistinct; r <= Below; r++ {
		if r.String() == s {
			return r, nil
		}
	}
	return 0, fmt.Errorf("reading %q", s)
}

// effects predicts what each school adds.
//
// The mean residual r_j is drawn towards zero by n_jλ/(1+n_jλ). The error of the
// prediction has the variance σe²[λ/(1+n_jλ) + (λw_j)²h_j], whose second part
// comes from the coefficients being estimates too.
func (r *Result) effects(d *design, s *state) {
	sy := d.scale[d.p]
	scratch := make([]float64, d.p)
	r.Effects = make([]Effect, len(d.keys))
	for j, key := range d.keys {
		n := d.n[j]
		wj := n / (1 + n*s.ratio)
		res := d.residual(j, s)
		cond := s.ratio / (1 + n*s.ratio)
		also := s.ratio * wj * s.ratio * wj * d.leverage(j, s, scratch)
		raw := d.centre[d.p] + sy*d.means(j)[d.p]
		r.Effects[j] = Effect{
			School: key, Pupils: int(n), Raw: raw, Expected: raw - sy*res,
			Value:       sy*s.ratio*wj*res + 0, // never minus zero
			Reliability: s.ratio * wj,
			SE:          math.Sqrt(r.Variances.Pupil * (cond + also)), CondSE: math.Sqrt(r.Variances.Pupil * cond),
		}
	}
}
