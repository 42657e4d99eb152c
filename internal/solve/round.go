package solve

import (
	"math"
	"slices"
)

// round makes the equation a cut, if it gives one that x breaks.
func (r *rounder) round(tableau bool) (candidateCut, bool) {
	r.parts = r.parts[:0]
	right := 0.0
	add := func(j int32, c, lo, hi, at float64, whole bool) bool {
		if c == 0 {
			return true
		}
		if math.Abs(c) < 1e-10 && hi-lo < 1e3 {
			// What rounding left: at its least.
			right -= math.Min(c*lo, c*hi)
			return true
		}
		p := part{j: j, c: c, whole: whole, room: hi - lo}
		switch {
		case at-lo <= hi-at && !math.IsInf(lo, -1):
			p.bound, p.at = lo, at-lo
			right -= c * lo
		case !math.IsInf(hi, 1):
			p.bound, p.at, p.upper = hi, hi-at, true
			right -= c * hi
			p.c = -c
		default:
			return false
		}
		p.at = math.Max(p.at, 0)
		r.parts = append(r.parts, p)
		return true
	}
	s := r.s
	n := int32(len(r.x))
	fractional := false
	for _, j := range r.vars {
		v := r.x[j]
		fractional = fractional || s.p.whole[j] && r.coef[j] != 0 && math.Abs(v-math.Round(v)) > Integral
		if !add(j, r.coef[j], s.baseLo[j], s.baseHi[j], v, s.p.whole[j]) {
			return candidateCut{}, false
		}
	}
	if !fractional {
		return candidateCut{}, false
	}
	for _, i := range r.rows {
		lo, hi := s.l.rows[i].lo, s.l.rows[i].hi
		if r.wholeRow[i] { // counted from its bound, the sum must be whole too
			lo, hi = math.Ceil(lo-Feasible), math.Floor(hi+Feasible)
		}
		if !add(n+i, r.ofRow[i], lo, hi, r.sums[i], r.wholeRow[i]) {
			return candidateCut{}, false
		}
	}
	var steps []float64
	if tableau {
		steps = append(steps, 1, 1./2, 1./3, 1./4)
	} else {
		for _, p := range r.parts {
			if v := math.Abs(p.c); p.whole && p.at > Integral && !slices.Contains(steps, v) && len(steps) < 6 {
				steps = append(steps, v)
			}
		}
	}
	best := candidateCut{deep: minDeep}
	ok := false
	var step float64
	try := func(d float64) bool {
		if c, good := r.cut(1/d, right/d); good {
			if tableau {
				r.all = append(r.all, c)
			}
			if c.deep > best.deep {
				best, ok, step = c, true, d
				return true
			}
		}
		return false
	}
	for _, d := range steps {
		try(d)
		try(-d)
	}
	if tableau {
		return best, ok
	}
	if ok {
		for _, d := range [...]float64{step / 2, step / 4, step / 8} {
			try(d)
		}
	} else if len(steps) > 0 {
		step = steps[0]
	} else {
		return best, ok
	}
	// Counting a variable from its other bound may give a deeper cut.
	for k := range r.parts {
		p := &r.parts[k]
		if !p.whole || p.at <= Integral || math.IsInf(p.room, 1) || p.room-p.at <= Integral {
			continue
		}
		before := *p
		old := right
		right -= p.c * p.room
		if p.upper {
			p.bound -= p.room
		} else {
			p.bound += p.room
		}
		p.c, p.at, p.upper = -p.c, p.room-p.at, !p.upper
		if a, b := try(step), !ok && try(-step); !a && !b {
			*p, right = before, old
		}
	}
	return best, ok
}

// cut rounds the inequality "the parts, times scale, are at most right".
func (r *rounder) cut(scale, right float64) (candidateCut, bool) {
	for k := range r.parts {
		p := &r.parts[k]
		p.weight = p.c * scale
		if w := math.Round(p.weight); p.whole && math.Abs(w-p.weight) < 1e-6 && (w < p.weight || p.room < 1e4) {
			// Rounding left this beside a whole number; the side makes up for it.
			right += math.Max(w-p.weight, 0) * p.room
			p.weight = w
		}
	}
	f0 := right - math.Floor(right)
	if f0 < minFraction || f0 > maxFraction {
		return candidateCut{}, false
	}
	broken := -math.Floor(right)
	for k := range r.parts {
		p := &r.parts[k]
		c := p.weight
		if p.whole {
			w := math.Floor(c)
			if f := c - w; f > f0 {
				w += (f - f0) / (1 - f0)
			}
			p.weight = w
		} else {
			p.weight = math.Min(c, 0) / (1 - f0)
		}
		broken += p.weight * p.at
	}
	if broken < minFraction/2 {
		return candidateCut{}, false
	}
	// Back to variables.
	s := r.s
	n := int32(len(r.x))
	side := math.Floor(right)
	for _, p := range r.parts {
		w := p.weight
		if w == 0 {
			continue
		}
		if p.upper {
			w = -w
		}
		side += w * p.bound
		if p.j < n {
			s.pack.add(p.j, w)
			continue
		}
		row := &s.l.rows[p.j-n]
		for k, j := range row.ind {
			s.pack.add(j, w*row.val[k])
		}
	}
	row := s.pack.take(math.Inf(-1), side)
	return r.polish(row)
}

// polish drops what is too small to matter, at its bound, and refuses rows that
// are too dense or whose coefficients are too far apart.
func (r *rounder) polish(row packed) (candidateCut, bool) {
	large := 0.0
	for _, v := range row.val {
		large = math.Max(large, math.Abs(v))
	}
	if large == 0 {
		return candidateCut{}, false
	}
	k := 0
	norm, sum := 0.0, 0.0
	for e, j := range row.ind {
		v := row.val[e]
		if math.Abs(v) < 1e-6*large {
			b := r.s.baseLo[j]
			if v < 0 {
				b = r.s.baseHi[j]
			}
			if math.IsInf(b, 0) {
				return candidateCut{}, false
			}
			row.hi -= v * b
			continue
		}
		row.ind[k], row.val[k] = j, v
		k++
		norm += v * v
		sum += v * r.x[j]
	}
	row.ind, row.val = row.ind[:k], row.val[:k]
	if k > 200+len(r.x)/5 {
		return candidateCut{}, false
	}
	row.hi += 3e-8 * math.Max(large, math.Abs(row.hi)) // what rounding may have lost
	deep := (sum - row.hi) / math.Sqrt(norm)
	if math.Abs(row.hi) > 1e9*large || deep < minDeep {
		return candidateCut{}, false
	}
	return candidateCut{row, deep}, true
}
