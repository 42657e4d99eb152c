package solve

import (
	"math"
	"slices"
)

// shrink makes the coefficients of whole variables in a row with one side as
// small as they can be without letting other whole points in or out: where a
// variable at one of its bounds makes the row hold by itself with something to
// spare, what is spare is taken off.
func (p *problem) shrink(r *packed, a activity) (changed bool) {
	upper := math.IsInf(r.lo, -1)
	if !upper && !math.IsInf(r.hi, 1) {
		return false
	}
	sign := 1.0
	most, endless, side := a.most, a.noMost, r.hi
	if !upper {
		sign, most, endless, side = -1, -a.least, a.noLeast, -r.lo
	}
	if endless > 0 {
		return false
	}
	for k, j := range r.ind {
		if !p.whole[j] || p.hi[j]-p.lo[j] != 1 {
			continue
		}
		c := sign * r.val[k]
		spare := side - (most - math.Abs(c)) // with the variable at its milder bound
		if spare <= 1e-7*math.Max(1, math.Abs(side)) || spare >= math.Abs(c)-1e-9 {
			continue
		}
		// At the other bound the row says what it said.
		next := c - math.Copysign(spare, c)
		at := p.hi[j]
		if c < 0 {
			at = p.lo[j]
		}
		side += (next - c) * at
		most += (next - c) * at
		r.val[k] = sign * next
		changed = true
	}
	if upper {
		r.hi = side
	} else {
		r.lo = -side
	}
	return changed
}

// wholeSide sharpens a row whose terms come in whole steps: its sides are brought
// to a step. Where it has one side, one variable with two values may have a coefficient
// that is no step; then each of its values gets the side that fits it.
func (p *problem) wholeSide(r *packed) bool {
	upper := math.IsInf(r.lo, -1)
	both := !upper && !math.IsInf(r.hi, 1)
	step := math.Inf(1)
	for k, j := range r.ind {
		if !p.whole[j] {
			return false
		}
		if p.hi[j]-p.lo[j] > 1 || len(r.ind) == 1 {
			step = math.Min(step, math.Abs(r.val[k]))
		}
	}
	if math.IsInf(step, 1) { // only variables with two values
		for _, v := range r.val {
			step = math.Min(step, math.Abs(v))
		}
	}
	odd := -1
	for k, j := range r.ind {
		if v := r.val[k] / step; math.Abs(v-math.Round(v)) > 1e-9 {
			if both || odd >= 0 || p.hi[j]-p.lo[j] != 1 {
				return false
			}
			odd = k
		} else if math.Abs(v) > 1e6 {
			return false
		}
	}
	sign, side := 1.0, r.hi
	if !upper {
		sign, side = -1, -r.lo
	}
	down := func(v float64) float64 { return step * math.Floor(v/step+1e-7) }
	if both {
		lo, hi := -down(-r.lo), down(r.hi)
		if lo-r.lo <= 1e-9*math.Max(1, math.Abs(lo)) && r.hi-hi <= 1e-9*math.Max(1, math.Abs(hi)) {
			return false
		}
		r.lo, r.hi = lo, hi
		return true
	}
	next := down(side)
	changed := false
	if odd >= 0 {
		j, c := r.ind[odd], sign*r.val[odd]
		atLo, atHi := down(side-c*p.lo[j]), down(side-c*p.hi[j])
		r.val[odd] = sign * (atLo - atHi)
		next = atLo + (atLo-atHi)*p.lo[j]
		changed = atLo-atHi != c
		if atLo == atHi {
			r.ind, r.val = slices.Delete(r.ind, odd, odd+1), slices.Delete(r.val, odd, odd+1)
		}
	}
	changed = changed || side-next > 1e-9*math.Max(1, math.Abs(side))
	if !changed {
		return false
	}
	if upper {
		r.hi = next
	} else {
		r.lo = -next
	}
	return true
}
