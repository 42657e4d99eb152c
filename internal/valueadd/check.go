// Checks of a fitted model: what a careful reader asks before believing it.

package valueadd

import (
	"math"
	"slices"
)

// Checks are the diagnostics of a fit.
type Checks struct {
	// Boundary: the likelihood is largest without any difference between schools.
	Boundary    bool `json:"boundary"`
	Evaluations int  `json:"evaluations"`
	// Slope is the derivative of the criterion by log λ where the search ended;
	// Width is the bracket around the best λ. Both are next to zero.
	Slope float64 `json:"slope"`
	Width float64 `json:"width"`

	// LR compares with a model without school differences; P is its probability if
	// there were none (half of a χ² with one degree of freedom, since a variance
	// cannot be negative).
	LR float64 `json:"lr"`
	P  float64 `json:"p"`

	// Explained is the share of the variance of the model without predictors that
	// the predictors explain, of both levels together.
	Explained float64 `json:"explained"`

	// Of the schools' standardised effects, which should look normal: how many they
	// are (none where all effects are zero or there are fewer than eight schools),
	// skewness, excess kurtosis, and the probability of both together if they are
	// normal (Jarque and Bera).
	Effects  int     `json:"effects"`
	Skewness float64 `json:"skewness"`
	Kurtosis float64 `json:"kurtosis"`
	NormalP  float64 `json:"normal_p"`

	// WithinSD is the spread of pupils' residuals within the schools that are shown,
	// of which there are Within: smallest, lower quartile, median, upper quartile,
	// largest. One σe stands for them all in the model.
	Within   int        `json:"within"`
	WithinSD [5]float64 `json:"within_sd"`

	// Tiny schools are those that are not shown, most of them below the minimum
	// size: how many they are, their share of the pupils, and their share of the
	// weight that the average school is made with.
	Tiny       int     `json:"tiny"`
	TinyPupils float64 `json:"tiny_pupils"`
	TinyWeight float64 `json:"tiny_weight"`
	// Pull is the largest leverage of one school on the coefficients, of 1.
	Pull float64 `json:"pull"`
}

func (r *Result) checks(d *design, s *search) {
	c := &r.Checks
	c.Boundary, c.Evaluations, c.Slope, c.Width = s.boundary || s.ratio == 0, s.evaluations, s.slope*s.ratio, s.width
	none := d.at(0)
	c.LR = max(0, none.crit-s.crit)
	c.P = 1
	if c.LR > 0 {
		c.P = math.Erfc(math.Sqrt(c.LR/2)) / 2
	}
	c.Explained = 1 - (r.Variances.School+r.Variances.Pupil)/(r.Empty.School+r.Empty.Pupil)

	var m2, m3, m4, mean float64
	var z []float64
	for i := range r.Effects {
		if e := &r.Effects[i]; e.Reliability > 0 {
			z = append(z, e.Value/math.Sqrt(r.Variances.School*e.Reliability))
		}
	}
	n := float64(len(z))
	for _, v := range z {
		mean += v / n
	}
	for _, v := range z {
		a := v - mean
		m2 += a * a / n
		m3 += a * a * a / n
		m4 += a * a * a * a / n
	}
	if len(z) >= 8 && m2 > 0 {
		c.Effects = len(z)
		c.Skewness, c.Kurtosis = m3/math.Pow(m2, 1.5), m4/(m2*m2)-3
		c.NormalP = math.Exp(-n / 12 * (c.Skewness*c.Skewness + c.Kurtosis*c.Kurtosis/4))
	}

	scratch := make([]float64, d.p)
	var sds []float64
	for j, n := range d.n {
		wj := n / (1 + n*s.ratio)
		c.Pull = max(c.Pull, wj*d.leverage(j, &s.state, scratch))
		if !r.Effects[j].Shown {
			c.Tiny++
			c.TinyPupils += n / d.total
			c.TinyWeight += wj / s.w
		} else {
			sds = append(sds, d.scale[d.p]*math.Sqrt(d.residuals(j, &s.state)/(n-1)))
		}
	}
	slices.Sort(sds)
	c.Within = len(sds)
	for i := range c.WithinSD {
		if len(sds) > 0 {
			c.WithinSD[i] = sds[i*(len(sds)-1)/4]
		}
	}
}

// residuals is the sum of squares of a school's pupils around their mean residual.
func (d *design) residuals(j int, s *state) float64 {
	c, w := d.crossOf(j), d.p+1
	ss := c[at(w, d.p, d.p)]
	for i, b := range s.beta {
		ss -= 2 * b * c[at(w, i, d.p)]
		for k, b2 := range s.beta {
			ss += b * b2 * c[sym(w, i, k)]
		}
	}
	return max(0, ss)
}
