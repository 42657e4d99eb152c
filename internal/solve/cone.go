package solve

import "math"

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
//	m.Convex("spread", solve.Cone{Parts: parts, Limit: limit}.Separate)
type Cone struct {
	Parts []Affine
	Limit Affine
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
