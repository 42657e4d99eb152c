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
