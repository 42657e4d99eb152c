// Checks of a fitted model: what a careful reader asks before believing it.

package valueadd

import (
	"math"
	"slices"
)

// Checks are the diagnostics of a fit.
type Checks struct {
	// Boundary: the likelihood is largest without any difference between schools.
	Boundary    bool
	Evaluations int
	// Slope is the derivative of the criterion by log λ where the search ended;
	// Width is the bracket around the best λ. Both are next to zero.
	Slope, Width float64

	// LR compares with a model without school differences; P is its probability if
	// there were none (half of a χ² with one degree of freedom, since a variance
	// cannot be negative).
	LR, P float64

	// Explained is the share of the variance of the model without predictors that
	// the predictors explain, of both levels together.
	Explained float64

	// Of the schools' standardised effects, which should look normal: skewness,
	// excess kurtosis, and the probability of both together if they are (Jarque and
	// Bera). NaN where all effects are zero or there are fewer than eight schools.
	Skewness, Kurtosis, NormalP float64

	// WithinSD is the spread of pupils' residuals within schools that are shown:
	// smallest, lower quartile, median, upper quartile, largest. One σe stands for
	// them all in the model.
	WithinSD [5]float64

	// Tiny schools are those below the minimum size: how many they are, their share
	// of the pupils, and their share of the weight that the average school is made with.
	Tiny                   int
	TinyPupils, TinyWeight float64
	// Pull is the largest leverage of one school on the coefficients, of 1.
	Pull float64
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
	c.Skewness, c.Kurtosis, c.NormalP = math.NaN(), math.NaN(), math.NaN()
	if len(z) >= 8 && m2 > 0 {
		c.Skewness, c.Kurtosis = m3/math.Pow(m2, 1.5), m4/(m2*m2)-3
		c.NormalP = math.Exp(-n / 12 * (c.Skewness*c.Skewness + c.Kurtosis*c.Kurtosis/4))
	}

	scratch := make([]float64, d.p)
	var sds []float64
	for j, n := range d.n {
		wj := n / (1 + n*s.ratio)
		c.Pull = max(c.Pull, wj*d.leverage(j, &s.state, scratch))
		if int(n) < r.Options.MinPupils {
			c.Tiny++
			c.TinyPupils += n / d.total
			c.TinyWeight += wj / s.w
		} else {
			sds = append(sds, d.scale[d.p]*math.Sqrt(d.residuals(j, &s.state)/(n-1)))
		}
	}
	slices.Sort(sds)
	for i := range c.WithinSD {
		c.WithinSD[i] = math.NaN()
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
