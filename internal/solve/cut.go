package solve

import (
	"cmp"
	"math"
	"slices"
)

const (
	// minFraction is how far from whole a value must be to be rounded: below,
	// rounding errors would be rounded too.
	minFraction = 1e-3
	// maxFraction is the same from above, where errors grow with 1/(1-fraction).
	maxFraction = 0.98
	// minDeep is how far x must be from a cut.
	minDeep = 1e-5
)

// A candidateCut is a row that x breaks, and by how much for its length.
type candidateCut struct {
	row  packed
	deep float64
}

// wholeCuts finds rows that every whole point keeps and x does not: each comes
// from an equation that holds everywhere, by rounding (mixed-integer rounding).
// The equations are rows of the problem, with bounds that other rows put on
// continuous variables, and rows of the simplex tableau.
func (s *search) wholeCuts(x []float64) []packed {
	r := newRounder(s, x)
	var found []candidateCut
	add := func(c candidateCut, ok bool) {
		if ok {
			found = append(found, c)
		}
	}
	for i := range s.p.rows {
		r.clear()
		r.addRow(i, 1)
		r.substitute()
		add(r.round(false))
	}
	tried := 0
	for _, j := range s.whole {
		f := x[j] - math.Floor(x[j])
		if s.l.where[j] != basic || math.Min(f, 1-f) < minFraction || tried >= 200 {
			continue
		}
		tried++
		s.l.unit(int(s.l.pos[j]))
		r.clear()
		for i, v := range s.l.rho {
			if w := v * s.l.scale[j] / s.l.scale[s.l.n+i]; math.Abs(v) > 1e-9 {
				r.addRow(i, w)
			}
		}
		r.all = r.all[:0]
		r.round(true)
		found = append(found, r.all...)
	}
	slices.SortStableFunc(found, func(a, b candidateCut) int { return cmp.Compare(b.deep, a.deep) })
	most := 50 + len(s.p.lo)/20
	var rows []packed
	for _, c := range found {
		if len(rows) == most {
			break
		}
		if !slices.ContainsFunc(rows, func(o packed) bool { return parallel(&c.row, &o) }) {
			rows = append(rows, c.row)
		}
	}
	return rows
}

// parallel reports that two rows say nearly the same.
func parallel(a, b *packed) bool {
	dot, aa, bb := 0.0, 0.0, 0.0
	for _, v := range a.val {
		aa += v * v
	}
	for _, v := range b.val {
		bb += v * v
	}
	for i, k := 0, 0; i < len(a.ind) && k < len(b.ind); {
		switch {
		case a.ind[i] < b.ind[k]:
			i++
		case a.ind[i] > b.ind[k]:
			k++
		default:
			dot += a.val[i] * b.val[k]
			i++
			k++
		}
	}
	return dot > 0.999*math.Sqrt(aa*bb)
}

// A rounder adds rows up to an equation, the terms and sums of rows on one side
// and nothing on the other, and rounds it.
type rounder struct {
	s        *search
	x        []float64
	sums     []float64 // of the rows at x
	wholeRow []bool    // the row's sum is whole at whole points
	vub      []int32   // a row that bounds a continuous variable by a whole one, or -1
	coef     []float64 // of variables
	ofRow    []float64 // of the sums of rows
	vars     []int32
	rows     []int32
	inVar    []bool
	inRow    []bool
	parts    []part
	all      []candidateCut
}

// A part is one term, counted from the bound nearer to x.
type part struct {
	j      int32 // n+i for the sum of row i
	c      float64
	at     float64 // value, counted from that bound
	bound  float64
	room   float64
	upper  bool
	whole  bool
	weight float64
}

func newRounder(s *search, x []float64) *rounder {
	n, m := len(x), s.l.m
	r := &rounder{s: s, x: x, sums: make([]float64, m), wholeRow: make([]bool, m), vub: make([]int32, n),
		coef: make([]float64, n), ofRow: make([]float64, m), inVar: make([]bool, n), inRow: make([]bool, m)}
	for j := range r.vub {
		r.vub[j] = -1
	}
	for i := range s.l.rows {
		row := &s.l.rows[i]
		r.sums[i], _ = row.at(x)
		r.wholeRow[i] = true
		for k, j := range row.ind {
			if !s.p.whole[j] || row.val[k] != math.Round(row.val[k]) {
				r.wholeRow[i] = false
			}
		}
		if i < len(s.p.rows) && len(row.ind) == 2 {
			a, b := row.ind[0], row.ind[1]
			if s.p.whole[a] != s.p.whole[b] {
				if s.p.whole[a] {
					a = b
				}
				if old := r.vub[a]; old < 0 || r.slack(i) < r.slack(int(old)) {
					r.vub[a] = int32(i)
				}
			}
		}
	}
	return r
}

// slack is how far x is from the nearer side of a row.
func (r *rounder) slack(i int) float64 {
	row := &r.s.l.rows[i]
	return math.Min(r.sums[i]-row.lo, row.hi-r.sums[i])
}

func (r *rounder) clear() {
	for _, j := range r.vars {
		r.coef[j], r.inVar[j] = 0, false
	}
	for _, i := range r.rows {
		r.ofRow[i], r.inRow[i] = 0, false
	}
	r.vars, r.rows = r.vars[:0], r.rows[:0]
}

func (r *rounder) addRow(i int, w float64) {
	row := &r.s.l.rows[i]
	for k, j := range row.ind {
		if !r.inVar[j] {
			r.inVar[j] = true
			r.vars = append(r.vars, j)
		}
		r.coef[j] += w * row.val[k]
	}
	if !r.inRow[i] {
		r.inRow[i] = true
		r.rows = append(r.rows, int32(i))
	}
	r.ofRow[i] -= w
}

// substitute replaces continuous variables by the rows that bind them to whole
// ones.
func (r *rounder) substitute() {
	for _, j := range slices.Clone(r.vars) {
		i := r.vub[j]
		if i < 0 || r.s.p.whole[j] || r.coef[j] == 0 || r.inRow[i] {
			continue
		}
		lo, hi := r.s.baseLo[j], r.s.baseHi[j]
		if near := math.Min(r.x[j]-lo, hi-r.x[j]); r.slack(int(i)) > near+1e-9 {
			continue
		}
		row := &r.s.l.rows[i]
		for k, o := range row.ind {
			if o == j {
				r.addRow(int(i), -r.coef[j]/row.val[k])
				r.coef[j] = 0
				break
			}
		}
	}
}

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
		row := &s.l.rows[i]
		if !add(n+i, r.ofRow[i], row.lo, row.hi, r.sums[i], r.wholeRow[i]) {
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
