package solve

import (
	"fmt"
	"math"
)

// An Affine is a sum of terms and a number.
type Affine struct {
	Terms []Term
	Const float64
}

// At is its value at a point.
func (a Affine) At(x []float64) float64 {
	v := a.Const
	for _, t := range a.Terms {
		v += t.Coef * x[t.Var]
	}
	return v
}

// A Cone is the rule that the square root of the sum of the squares of Parts is
// at most Limit. A spread that may be no more than a share of its mean is one:
// each part is the root of a weight times a value less the mean.
//
// AddCone is the way to have it in a Model; Separate is the Separator of those
// who want no more variables, and needs very many more rows.
type Cone struct {
	Parts []Affine
	Limit Affine
}

// AddCone adds the rule that a cone holds, and variables for it: of each part its
// value, and the share of the limit that it takes up, which is at least its
// square over the limit. A part by itself is bounded well by a few rows of three
// terms, where the whole would need very many long ones.
//
// The variables come after those that were there; points that are given as Start
// may lack them.
func (m *Model) AddCone(name string, c Cone) Rule {
	type piece struct {
		value Affine
		share Var
	}
	var pieces []piece
	total, sees := []Term{}, []Var{}
	for _, t := range c.Limit.Terms {
		total = append(total, t.Var.Times(-t.Coef))
		sees = append(sees, t.Var)
	}
	for i, p := range c.Parts {
		v := p
		for _, t := range p.Terms {
			sees = append(sees, t.Var)
		}
		if len(p.Terms) > 2 {
			x := m.Continuous(fmt.Sprintf("%s: part %d", name, i), -Inf, Inf, 0)
			m.Equal(fmt.Sprintf("%s: part %d", name, i), p.Const, append([]Term{x.Times(1)}, negative(p.Terms)...)...)
			v = Affine{Terms: []Term{x.Times(1)}}
			sees = append(sees, x)
		}
		share := m.Continuous(fmt.Sprintf("%s: share %d", name, i), 0, Inf, 0)
		sees = append(sees, share)
		pieces = append(pieces, piece{v, share})
		total = append(total, share.Times(1))
	}
	m.AtMost(name+": shares", c.Limit.Const, total...)
	m.AtLeast(name+": limit", -c.Limit.Const, c.Limit.Terms...)
	r := m.Convex(name, func(x []float64) (cuts []Cut) {
		length, limit := c.length(x), c.Limit.At(x)
		if length <= limit {
			return nil
		}
		if limit <= 1e-3*length { // the tangents would be too steep for numbers
			return c.Separate(x)
		}
		for _, p := range pieces {
			v := p.value.At(x)
			if v*v/limit <= x[p.share] {
				continue
			}
			// The tangent of v²/limit where v is so many limits.
			a := v / limit
			terms := []Term{p.share.Times(-1)}
			hi := a*a*c.Limit.Const - 2*a*p.value.Const
			for _, t := range p.value.Terms {
				terms = append(terms, t.Var.Times(2*a*t.Coef))
			}
			for _, t := range c.Limit.Terms {
				terms = append(terms, t.Var.Times(-a*a*t.Coef))
			}
			cuts = append(cuts, Cut{Terms: terms, Lo: -Inf, Hi: hi})
		}
		if cuts == nil { // the shares add up to more than the limit, by rounding
			return c.Separate(x)
		}
		return cuts
	})
	m.conv[r].sees = sees
	return r
}

func negative(terms []Term) []Term {
	n := make([]Term, len(terms))
	for i, t := range terms {
		n[i] = t.Var.Times(-t.Coef)
	}
	return n
}

func (c Cone) length(x []float64) float64 {
	length := 0.0
	for _, p := range c.Parts {
		length = math.Hypot(length, p.At(x))
	}
	return length
}

// Separate is the cone's Separator: the plane that touches the cone above the
// point. Limit itself is at least zero.
func (c Cone) Separate(x []float64) []Cut {
	length, limit := 0.0, c.Limit.At(x)
	at := make([]float64, len(c.Parts))
	for i, p := range c.Parts {
		at[i] = p.At(x)
		length = math.Hypot(length, at[i])
	}
	if length <= limit {
		return nil
	}
	// The sum of (part at x / length) times part is at most the length anywhere,
	// so at most the limit where the rule is kept.
	hi := c.Limit.Const
	var terms []Term
	for i, p := range c.Parts {
		if at[i] == 0 {
			continue
		}
		u := at[i] / length
		for _, t := range p.Terms {
			terms = append(terms, t.Var.Times(u*t.Coef))
		}
		hi -= u * p.Const
	}
	for _, t := range c.Limit.Terms {
		terms = append(terms, t.Var.Times(-t.Coef))
	}
	return []Cut{{Terms: terms, Lo: math.Inf(-1), Hi: hi}}
}
