// Regularised logistic regression by Newton's method.

package warning

import (
	"fmt"
	"math"

	"shuren/internal/fault"
)

// Model turns the features of a child into the probability that a case follows.
type Model struct {
	Features []Feature
	Mean     []float64 // of the training cases, where known
	Scale    []float64 // their standard deviation; 1 where all are alike
	Weight   []float64 // of the standardised feature
	Missing  []float64 // weight of the feature not being known
	Base     float64
	Penalty  float64
	Cases    int // trained on
	Left     int // of them, those a case followed
}

// Fewest are how few cases a model may be made of: with fewer of either outcome the
// weights say more of chance than of children (our judgement, E).
const (
	FewestLeft = 30
	FewestStay = 30
)

// Fit makes the model that makes the outcomes likeliest, less half the penalty times
// the sum of the squared weights; the base is not penalised. The weights are of
// standardised features, so that one penalty is fair to all.
func Fit(d *Data, penalty float64) (*Model, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if !(penalty > 0) || math.IsInf(penalty, 0) {
		return nil, fmt.Errorf("penalty %v: want more than 0: %w", penalty, fault.Invalid)
	}
	m := &Model{Features: d.Features, Penalty: penalty, Cases: len(d.Cases)}
	for _, c := range d.Cases {
		if c.Left {
			m.Left++
		}
	}
	if m.Left < FewestLeft || m.Cases-m.Left < FewestStay {
		return nil, fmt.Errorf("%d cases in which a child left and %d in which not: want %d and %d: %w", m.Left, m.Cases-m.Left, FewestLeft, FewestStay, fault.Invalid)
	}
	m.standardise(d)
	k := len(d.Features)
	p := 2*k + 1
	beta := make([]float64, p)
	beta[0] = math.Log(float64(m.Left) / float64(m.Cases-m.Left))
	if err := newton(m.gather(d, p), beta, penalty); err != nil {
		return nil, err
	}
	m.Base, m.Weight, m.Missing = beta[0], beta[1:1+k:1+k], beta[1+k:]
	return m, nil
}

func (m *Model) standardise(d *Data) {
	for f := range d.Features {
		n, sum := 0.0, 0.0
		for _, c := range d.Cases {
			if !math.IsNaN(c.X[f]) {
				n, sum = n+1, sum+c.X[f]
			}
		}
		mean, ss := sum/max(n, 1), 0.0
		for _, c := range d.Cases {
			if !math.IsNaN(c.X[f]) {
				ss += (c.X[f] - mean) * (c.X[f] - mean)
			}
		}
		scale := math.Sqrt(ss / max(n, 1))
		if scale < 1e-12*math.Max(1, math.Abs(mean)) {
			scale = 1
		}
		m.Mean, m.Scale = append(m.Mean, mean), append(m.Scale, scale)
	}
}

// row writes what the model sees of a child: 1, the standardised features, and
// which of them are not known. One that is not known stands at the mean.
func (m *Model) row(to, x []float64) {
	clear(to)
	to[0] = 1
	for f, v := range x {
		if math.IsNaN(v) {
			to[1+len(x)+f] = 1
		} else {
			to[1+f] = (v - m.Mean[f]) / m.Scale[f]
		}
	}
}

// pile are the cases of equal values: the likelihood of all follows from how many they
// are and how many left, so a county's children cost no more than their kinds.
type pile struct {
	row     []float64 // as the model sees them
	n, left float64
}

// gather puts equal cases together, in the order in which they come first.
func (m *Model) gather(d *Data, p int) []pile {
	var out []pile
	at := map[string]int{}
	var key []byte
	for _, c := range d.Cases {
		key = Key(key[:0], c.X)
		i, ok := at[string(key)]
		if !ok {
			i = len(out)
			at[string(key)] = i
			out = append(out, pile{row: make([]float64, p)})
			m.row(out[i].row, c.X)
		}
		out[i].n++
		if c.Left {
			out[i].left++
		}
	}
	return out
}

// newton finds the weights. The function is strictly concave for weights that are
// penalised and both outcomes occur, so where the slope is nothing is the one best
// place; a step that does not help is halved.
func newton(piles []pile, beta []float64, penalty float64) error {
	p, all := len(beta), 0.0
	for _, h := range piles {
		all += h.n
	}
	value := func(b []float64) float64 {
		sum := 0.0
		for _, h := range piles {
			eta := dot(h.row, b)
			sum -= h.left*softplus(-eta) + (h.n-h.left)*softplus(eta)
		}
		for _, w := range b[1:] {
			sum -= penalty / 2 * w * w
		}
		return sum
	}
	at := value(beta)
	grad, hess, try := make([]float64, p), make([]float64, p*p), make([]float64, p)
	for range 100 {
		clear(grad)
		clear(hess)
		for _, h := range piles {
			r := h.row
			q := logistic(dot(r, beta))
			miss, w := h.left-h.n*q, h.n*q*(1-q)
			for a, x := range r {
				if x == 0 {
					continue
				}
				grad[a] += miss * x
				for b := 0; b <= a; b++ {
					hess[a*p+b] += w * x * r[b]
				}
			}
		}
		steep := 0.0
		for a := range p {
			if a > 0 {
				grad[a] -= penalty * beta[a]
				hess[a*p+a] += penalty
			}
			steep = max(steep, math.Abs(grad[a]))
		}
		if steep < 1e-9*all {
			return nil
		}
		if err := solve(hess, grad, p); err != nil {
			return err
		}
		step, better := 1.0, false
		for range 40 {
			for a := range p {
				try[a] = beta[a] + step*grad[a]
			}
			if v := value(try); v >= at {
				better = v > at
				copy(beta, try)
				at = v
				break
			}
			step /= 2
		}
		if !better {
			return nil // no step helps any more: the last digits
		}
	}
	return fmt.Errorf("the model did not settle in 100 steps: %w", fault.Invalid)
}

// solve replaces b by the solution of a x = b, a symmetric, of which the lower half
// is given, by Cholesky's method.
func solve(a, b []float64, p int) error {
	for j := range p {
		for i := j; i < p; i++ {
			s := a[i*p+j]
			for k := range j {
				s -= a[i*p+k] * a[j*p+k]
			}
			if i == j {
				if !(s > 0) {
					return fmt.Errorf("the features determine no model: %w", fault.Invalid)
				}
				a[i*p+i] = math.Sqrt(s)
			} else {
				a[i*p+j] = s / a[j*p+j]
			}
		}
	}
	for i := range p {
		for k := range i {
			b[i] -= a[i*p+k] * b[k]
		}
		b[i] /= a[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		for k := i + 1; k < p; k++ {
			b[i] -= a[k*p+i] * b[k]
		}
		b[i] /= a[i*p+i]
	}
	return nil
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func logistic(x float64) float64 {
	if x < 0 {
		e := math.Exp(x)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-x))
}

// softplus is log(1 + e^x).
func softplus(x float64) float64 {
	return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
}

// Reason is what a feature adds to a child's score, in log odds, against a child of
// whom all is average.
type Reason struct {
	Feature int
	Adds    float64
	Unknown bool // the feature is not known
}

// Score is the probability of a case, and what speaks for and against it: the
// reasons add up to the score's log odds less the base.
func (m *Model) Score(x []float64) (p float64, reasons []Reason) {
	eta := m.Base
	for f, v := range x {
		r := Reason{Feature: f, Unknown: math.IsNaN(v)}
		if r.Unknown {
			r.Adds = m.Missing[f]
		} else {
			r.Adds = m.Weight[f] * (v - m.Mean[f]) / m.Scale[f]
		}
		eta += r.Adds
		reasons = append(reasons, r)
	}
	return logistic(eta), reasons
}
