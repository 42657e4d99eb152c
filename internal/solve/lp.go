package solve

import (
	"context"
	"math"
)

// An lp is the state of the simplex for one problem: minimise cost·x with A·x =
// s, where the s are the rows' sums and have the rows' bounds. Variable n+i is
// the sum of row i; its column is -e. Everything inside is scaled by powers of
// two, so scaling loses nothing; x = scale·(x inside).
//
// Bounds, costs and rows may change between runs; the basis stays, and the next
// run begins from it.
type lp struct {
	n, m         int
	a, at        spread // by columns and by rows
	rows         []packed
	lo, hi, cost []float64
	scale        []float64

	head  []int32 // the basic variable of each position
	pos   []int32 // the position of each variable, -1 when it is not basic
	where []int8
	x, d  []float64
	work  []float64 // costs as the simplex sees them: cost, perturbed
	bent  bool      // work differs from cost
	edge  []float64 // dual steepest edge weights of positions
	f     factor
	fresh bool // nothing was pivoted since the last factorisation
	stale bool // the basis was changed from outside

	ctx        context.Context // ends a run when it ends; nil for none
	iterations int
	builds     int       // how often the basis was taken apart
	turns      int       // how often one simplex had to call the other
	tol, small float64   // what is outside its bounds, what is too small for a pivot
	rho, tau   []float64 // by rows, by positions
	colw       []float64
	alpha      []float64 // by variables
	touched    []int32
	hit        []bool
	rhs        []float64
	pass       []candidate
	ray        []float64 // multipliers of rows that prove there is no point
	way        []float64 // along which costs fall without end
	own        []int32   // 0, 1, 2 and so on: the rows of the sums' columns
}

// Where a variable is that is not basic.
const (
	basic int8 = iota
	atLower
	atUpper
	atZero // has no bounds
)

func newLP(p *problem) *lp {
	l := &lp{n: len(p.lo)}
	l.scale = make([]float64, l.n)
	for j := range l.scale {
		l.scale[j] = 1
	}
	l.rows = append(l.rows, p.rows...)
	l.setScale()
	l.lo, l.hi = make([]float64, l.n), make([]float64, l.n)
	l.cost = make([]float64, l.n)
	l.where = make([]int8, l.n)
	for j := range l.n {
		l.setBounds(j, p.lo[j], p.hi[j])
		l.cost[j] = p.cost[j] * l.scale[j]
		l.where[j] = atLower
	}
	l.grow(0)
	return l
}

// setScale chooses powers of two that bring the entries near 1: twice the
// geometric mean of the smallest and largest of each row, then of each column.
// What the rows get is found in addRows.
func (l *lp) setScale() {
	small, large := make([]float64, l.n), make([]float64, l.n)
	row := make([]float64, len(l.rows))
	for range 3 {
		for i := range l.rows {
			row[i] = l.rowScale(&l.rows[i])
		}
		for j := range l.n {
			small[j], large[j] = math.Inf(1), 0
		}
		for i := range l.rows {
			r := &l.rows[i]
			for k, j := range r.ind {
				v := math.Abs(r.val[k]) * row[i]
				small[j], large[j] = math.Min(small[j], v), math.Max(large[j], v)
			}
		}
		for j := range l.n {
			if large[j] > 0 {
				l.scale[j] = power(1 / math.Sqrt(small[j]*large[j]))
			}
		}
	}
}

// power is the power of two nearest to v.
func power(v float64) float64 {
	_, e := math.Frexp(v * math.Sqrt2 / 2)
	return math.Ldexp(1, max(-60, min(60, e)))
}

// rowScale is what a row is multiplied by.
func (l *lp) rowScale(r *packed) float64 {
	small, large := math.Inf(1), 0.0
	for k, j := range r.ind {
		v := math.Abs(r.val[k]) * l.scale[j]
		small, large = math.Min(small, v), math.Max(large, v)
	}
	if large == 0 {
		return 1
	}
	return power(1 / math.Sqrt(small*large))
}

// addRows appends rows; each begins basic, so the basis stays one.
func (l *lp) addRows(rows []packed) {
	from := len(l.rows)
	l.rows = append(l.rows, rows...)
	l.grow(from)
}

// grow makes room for the rows from the given one on.
func (l *lp) grow(from int) {
	l.m = len(l.rows)
	for i := from; i < l.m; i++ {
		r := &l.rows[i]
		l.scale = append(l.scale, 1/l.rowScale(r))
		l.lo, l.hi = append(l.lo, 0), append(l.hi, 0)
		l.cost = append(l.cost, 0)
		l.where = append(l.where, basic)
		l.setBounds(l.n+i, r.lo, r.hi)
		l.head = append(l.head, int32(l.n+i))
		l.edge = append(l.edge, 1)
	}
	l.pos = fit(l.pos, l.n+l.m)
	l.sizes()
	l.matrix()
	l.stale = true
}

func (l *lp) sizes() {
	all := l.n + l.m
	grown := func(s []float64, n int) []float64 {
		if len(s) < n {
			s = append(s, make([]float64, n-len(s))...)
		}
		return s[:n]
	}
	l.x, l.d, l.work, l.alpha = grown(l.x, all), grown(l.d, all), grown(l.work, all), grown(l.alpha, all)
	l.rho, l.tau, l.colw, l.rhs = grown(l.rho, l.m), grown(l.tau, l.m), grown(l.colw, l.m), grown(l.rhs, l.m)
	for len(l.own) < l.m {
		l.own = append(l.own, int32(len(l.own)))
	}
	if len(l.hit) < all {
		l.hit = append(l.hit, make([]bool, all-len(l.hit))...)
	}
	l.hit = l.hit[:all]
}

// matrix writes the scaled rows, and the same by columns.
func (l *lp) matrix() {
	l.at.reset()
	count := make([]int32, l.n+1)
	for i := range l.rows {
		r := &l.rows[i]
		s := 1 / l.scale[l.n+i]
		for k, j := range r.ind {
			l.at.add(j, r.val[k]*s*l.scale[j])
			count[j+1]++
		}
		l.at.close()
	}
	for j := range l.n {
		count[j+1] += count[j]
	}
	l.a.at = append(l.a.at[:0], count...)
	l.a.ind, l.a.val = fit(l.a.ind, len(l.at.ind)), fit(l.a.val, len(l.at.val))
	for i := range l.rows {
		for e := l.at.at[i]; e < l.at.at[i+1]; e++ {
			j := l.at.ind[e]
			l.a.ind[count[j]] = int32(i)
			l.a.val[count[j]] = l.at.val[e]
			count[j]++
		}
	}
}

// setBounds changes what a variable, or the sum of a row, may be.
func (l *lp) setBounds(j int, lo, hi float64) {
	l.lo[j], l.hi[j] = lo/l.scale[j], hi/l.scale[j]
}

// A basis is where all variables are; it is kept to come back to.
type basis []int8

func (l *lp) basis() basis { return append(basis(nil), l.where...) }

// load goes back to a basis. Rows that it does not know begin basic.
func (l *lp) load(b basis) {
	l.head = l.head[:0]
	for j := range l.where {
		l.where[j] = basic
		if j < len(b) {
			l.where[j] = b[j]
		}
		if l.where[j] == basic {
			l.head = append(l.head, int32(j))
		}
	}
	for i := range l.edge {
		l.edge[i] = 1
	}
	l.stale = true
}

var minusOne = []float64{-1}

// column gives the column of the variable at a position.
func (l *lp) column(p int) ([]int32, []float64) { return l.of(l.head[p]) }

func (l *lp) of(j int32) ([]int32, []float64) {
	if int(j) >= l.n {
		return l.own[int(j)-l.n : int(j)-l.n+1], minusOne
	}
	s, e := l.a.at[j], l.a.at[j+1]
	return l.a.ind[s:e], l.a.val[s:e]
}
