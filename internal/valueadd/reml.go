// The restricted likelihood, profiled over the ratio of the two variances.

package valueadd

import (
	"math"
)

// state is the model at one ratio λ = σu²/σe², on the scale of the design.
//
// With w_j = n_j/(1+n_jλ), Σ the sum over schools of the cross-products within
// them, and m̄ the mean of the schools' means weighted by w:
//
//	A(λ) = Σ + Σ_j w_j (m_j−m̄)(m_j−m̄)'
//
// has the predictors' part A_xx, whence β = A_xx⁻¹A_xy and the residual sum of
// squares A_yy − A_yx β; the intercept has been swept out.
type state struct {
	ratio float64
	w     float64   // Σ w_j
	mid   []float64 // m̄, with the outcome last
	a     factor    // of A_xx
	beta  []float64
	rss   float64
	crit  float64 // −2 log likelihood
	slope float64 // of crit, by λ
	ok    bool
}

// df is the pupils less the coefficients.
func (d *design) df() float64 { return d.total - float64(d.p+1) }

// at evaluates the model at a ratio.
func (d *design) at(ratio float64) state {
	w := d.p + 1
	s := state{ratio: ratio, mid: make([]float64, w)}
	var spread float64
	for j, n := range d.n {
		grow := 1 + float64(n*ratio)
		wj := n / grow
		s.w += wj
		spread += math.Log1p(float64(n * ratio))
		for i, m := range d.means(j) {
			s.mid[i] += float64(wj * m)
		}
	}
	for i := range s.mid {
		s.mid[i] /= s.w
	}
	a := append([]float64(nil), d.within...)
	away := make([]float64, w)
	for j, n := range d.n {
		wj := n / (1 + float64(n*ratio))
		for i, m := range d.means(j) {
			away[i] = m - s.mid[i]
		}
		rest := a
		for i := range away {
			wa := float64(wj * away[i])
			for k, b := range away[i:] {
				rest[k] += float64(wa * b)
			}
			rest = rest[w-i:]
		}
	}
	rows := make([]int, d.p)
	for i := range rows {
		rows[i] = i
	}
	if s.a, s.ok = cholesky(pick(a, w, rows), d.p); !s.ok {
		return s
	}
	s.beta = make([]float64, d.p)
	for i := range s.beta {
		s.beta[i] = a[at(w, i, d.p)]
	}
	z := append([]float64(nil), s.beta...)
	s.a.half(z)
	s.rss = a[at(w, d.p, d.p)] - dot(z, z)
	s.a.solve(s.beta)
	if s.ok = s.rss > 0; !s.ok {
		return s
	}
	df := d.df()
	s.crit = df*(1+math.Log(2*math.Pi*s.rss/df)) + spread + math.Log(s.w) + s.a.logDet()
	for j, n := range d.n {
		wj := n / (1 + float64(n*ratio))
		r := d.residual(j, &s)
		s.slope += wj - float64(wj*wj)*(df*r*r/s.rss+d.leverage(j, &s, away))
	}
	return s
}

// residual is the mean residual of a school.
func (d *design) residual(j int, s *state) float64 {
	m := d.means(j)
	r := m[d.p] - s.mid[d.p]
	for i, b := range s.beta {
		r -= float64(b * (m[i] - s.mid[i]))
	}
	return r
}

// leverage is m_j'(X'V⁻¹X)⁻¹m_j/σe²: how uncertain the fitted mean of a school is.
func (d *design) leverage(j int, s *state, scratch []float64) float64 {
	z := scratch[:d.p]
	for i := range z {
		z[i] = d.means(j)[i] - s.mid[i]
	}
	s.a.half(z)
	return 1/s.w + dot(z, z)
}

// The ratios that are looked at before the best one is refined: nothing first.
// Steps of half a decade are far narrower than the likelihood's bends, since n_jλ
// enters by its logarithm.
func grid() []float64 {
	g := []float64{0}
	for k := -18; k <= 12; k++ {
		g = append(g, math.Pow(10, float64(k)/2))
	}
	return g
}

// search is how the best ratio was found.
type search struct {
	state
	evaluations int
	boundary    bool // the best ratio is zero: no differences between schools
	width       float64
}

// best finds the ratio of the largest restricted likelihood.
func (d *design) best() (search, error) {
	points := grid()
	var out search
	states := make([]state, len(points))
	low := -1
	for i, r := range points {
		states[i] = d.at(r)
		out.evaluations++
		if states[i].ok && (low < 0 || states[i].crit < states[low].crit) {
			low = i
		}
	}
	if low < 0 || low == len(points)-1 {
		return out, refuse("同一所学校的学生成绩没有差别，模型无法估计", "pupils of the same school do not differ: the model cannot be estimated")
	}
	// The slope tells on which side of the best point the minimum lies.
	lo, hi := low, low+1
	if states[low].slope > 0 {
		if low == 0 {
			out.state, out.boundary = states[0], true
			return out, nil
		}
		lo, hi = low-1, low
	}
	if !states[lo].ok || !states[hi].ok || states[lo].slope > 0 || states[hi].slope < 0 {
		// Two minima within one step, or a likelihood that is flat to rounding.
		out.state, out.boundary = states[low], low == 0
		out.width = points[hi] - points[lo]
		return out, nil
	}
	out.root(d, states[lo], states[hi])
	return out, nil
}

// root closes in on the ratio where the slope is zero, by the method of Ridders
// on the logarithm of the ratio, with bisection as its guard.
func (o *search) root(d *design, lo, hi state) {
	pos := func(s state) float64 {
		if s.ratio == 0 {
			return math.Log(hi.ratio) - 40 // nothing, as far as a float can tell
		}
		return math.Log(s.ratio)
	}
	a, b := pos(lo), pos(hi)
	fa, fb := lo.slope, hi.slope
	best := lo
	if math.Abs(fb) < math.Abs(fa) {
		best = hi
	}
	for range 60 {
		mid := (a + b) / 2
		m := d.at(math.Exp(mid))
		o.evaluations++
		if math.Abs(m.slope) < math.Abs(best.slope) {
			best = m
		}
		next, f := mid, m.slope
		if under := m.slope*m.slope - fa*fb; under > 0 && f != 0 {
			x := mid + (mid-a)*math.Copysign(1, fa-fb)*m.slope/math.Sqrt(under)
			if x > a && x < b {
				s := d.at(math.Exp(x))
				o.evaluations++
				if math.Abs(s.slope) < math.Abs(best.slope) {
					best = s
				}
				// Keep the narrowest of the brackets.
				switch {
				case f < 0:
					a, fa = mid, f
				default:
					b, fb = mid, f
				}
				next, f = x, s.slope
			}
		}
		if f < 0 {
			if next > a {
				a, fa = next, f
			}
		} else if next < b {
			b, fb = next, f
		}
		if f == 0 || b-a < 1e-13 {
			break
		}
	}
	o.state = best
	o.width = math.Exp(b) - math.Exp(a)
}
