package solve

import (
	"math"
	"slices"
)

// A factor is a basis matrix B taken apart, B = L·U up to the order of rows and
// columns, and the changes of basis since then (one column each, "product
// form"). It solves B·z = b and y·B = c.
//
// Columns with one remaining row, then rows with one remaining column, are
// pivots that cost nothing; in flow-like models they are nearly all. What is left
// is eliminated column by column, few entries first, and the pivot of each is
// the row with the fewest entries among those that are not small.
type factor struct {
	m        int
	row, col []int32 // of each step: the row, and the position in the basis
	step     []int32 // of each row, -1 while it has none
	diag     []float64
	l, u     spread // columns of steps: rows and values
	lt, ut   spread // the same by rows
	eta      []eta
	fill     int // entries in eta

	work     []float64
	mark     []int32
	stamp    int32
	reach    []int32
	stack    []frame
	rowCount []int32
	colCount []int32
}

// A spread is a list of sparse columns.
type spread struct {
	at  []int32
	ind []int32
	val []float64
}

func (s *spread) reset() { s.at = append(s.at[:0], 0); s.ind, s.val = s.ind[:0], s.val[:0] }
func (s *spread) close() { s.at = append(s.at, int32(len(s.ind))) }
func (s *spread) add(i int32, v float64) {
	s.ind = append(s.ind, i)
	s.val = append(s.val, v)
}

type frame struct{ step, next int32 }

// An eta is the column that came into the basis at one position, in terms of the
// basis before.
type eta struct {
	pos   int32
	pivot float64
	ind   []int32
	val   []float64
}

// column gives the entries of the basis column at a position.
type column func(pos int) (ind []int32, val []float64)

// build takes the basis apart. Where columns depend on each other it gives the
// positions of those that found no pivot and as many rows without one, which
// take each other's place if the caller puts the rows' own columns there.
func (f *factor) build(m int, col column) (bad []int32, rows []int32) {
	f.m = m
	f.eta, f.fill = f.eta[:0], 0
	f.l.reset()
	f.u.reset()
	f.row, f.col, f.diag = f.row[:0], f.col[:0], f.diag[:0]
	f.step = fit(f.step, m)
	f.mark = fit(f.mark, m)
	f.work = fit(f.work, m)
	f.stamp = 0
	for i := range m {
		f.step[i], f.mark[i], f.work[i] = -1, 0, 0
	}
	rest := f.singles(m, col)
	slices.SortFunc(rest, func(a, b int32) int {
		if d := f.colCount[a] - f.colCount[b]; d != 0 {
			return int(d)
		}
		return int(a - b)
	})
	for _, p := range rest {
		if !f.eliminate(p, col) {
			bad = append(bad, p)
		}
	}
	if bad != nil {
		for i := range m {
			if f.step[i] < 0 {
				rows = append(rows, int32(i))
			}
		}
		return bad, rows
	}
	f.transpose(&f.l, &f.lt)
	f.transpose(&f.u, &f.ut)
	return nil, nil
}

// fit makes a slice of length n, with whatever is in it.
func fit[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

// singles finds the pivots that need no elimination, and gives the positions
// that are left.
func (f *factor) singles(m int, col column) []int32 {
	f.rowCount, f.colCount = fit(f.rowCount, m), fit(f.colCount, m)
	start := make([]int32, m+1)
	for p := range m {
		ind, _ := col(p)
		f.colCount[p] = int32(len(ind))
		for _, i := range ind {
			start[i+1]++
		}
	}
	for i := range m {
		f.rowCount[i] = start[i+1]
		start[i+1] += start[i]
	}
	inRow := make([]int32, start[m])
	fill := append([]int32(nil), start[:m]...)
	for p := range m {
		ind, _ := col(p)
		for _, i := range ind {
			inRow[fill[i]] = int32(p)
			fill[i]++
		}
	}
	done := make([]bool, m)
	var queue []int32
	for p := range m {
		if f.colCount[p] == 1 {
			queue = append(queue, int32(p))
		}
	}
	for k := 0; k < len(queue); k++ {
		p := queue[k]
		ind, val := col(int(p))
		for e, i := range ind {
			if f.step[i] >= 0 {
				continue
			}
			if math.Abs(val[e]) < 1e-9 {
				break
			}
			f.pivot(p, i, ind, val, val[e])
			done[p] = true
			for _, q := range inRow[start[i]:start[i+1]] {
				if f.colCount[q]--; f.colCount[q] == 1 && !done[q] {
					queue = append(queue, q)
				}
			}
			break
		}
	}
	for i := range m {
		f.rowCount[i] = 0
		if f.step[i] >= 0 {
			continue
		}
		for _, p := range inRow[start[i]:start[i+1]] {
			if !done[p] {
				f.rowCount[i]++
			}
		}
	}
	queue = queue[:0]
	for i := range m {
		if f.step[i] < 0 && f.rowCount[i] == 1 {
			queue = append(queue, int32(i))
		}
	}
	for k := 0; k < len(queue); k++ {
		i := queue[k]
		if f.step[i] >= 0 {
			continue
		}
		for _, p := range inRow[start[i]:start[i+1]] {
			if done[p] {
				continue
			}
			ind, val := col(int(p))
			e := slices.Index(ind, i)
			if math.Abs(val[e]) < 1e-9 {
				break
			}
			f.pivot(p, i, ind, val, val[e])
			done[p] = true
			for _, o := range ind {
				if f.step[o] < 0 {
					if f.rowCount[o]--; f.rowCount[o] == 1 {
						queue = append(queue, o)
					}
				}
			}
			break
		}
	}
	var rest []int32
	for p := range m {
		if !done[p] {
			rest = append(rest, int32(p))
		}
	}
	return rest
}

// pivot closes a step whose column needs no elimination.
func (f *factor) pivot(p, r int32, ind []int32, val []float64, d float64) {
	for e, i := range ind {
		if i == r {
			continue
		}
		if f.step[i] >= 0 {
			f.u.add(i, val[e])
		} else {
			f.l.add(i, val[e]/d)
		}
	}
	f.closeStep(p, r, d)
}

func (f *factor) closeStep(p, r int32, d float64) {
	f.step[r] = int32(len(f.row))
	f.row = append(f.row, r)
	f.col = append(f.col, p)
	f.diag = append(f.diag, d)
	f.l.close()
	f.u.close()
}

// eliminate works one column through the steps so far and picks its pivot.
func (f *factor) eliminate(p int32, col column) bool {
	ind, val := col(int(p))
	f.stamp++
	f.reach = f.reach[:0]
	for e, i := range ind {
		f.work[i] = val[e]
		f.visit(i)
	}
	// From the last reached to the first, each row's value is complete when its
	// turn comes.
	for k := len(f.reach) - 1; k >= 0; k-- {
		i := f.reach[k]
		v := f.work[i]
		s := f.step[i]
		if s < 0 || v == 0 {
			continue
		}
		for e := f.l.at[s]; e < f.l.at[s+1]; e++ {
			f.work[f.l.ind[e]] -= v * f.l.val[e]
		}
	}
	best := 0.0
	for _, i := range f.reach {
		if f.step[i] < 0 {
			best = math.Max(best, math.Abs(f.work[i]))
		}
	}
	r := int32(-1)
	if best > 1e-9 {
		for _, i := range f.reach {
			if f.step[i] < 0 && math.Abs(f.work[i]) >= 0.1*best &&
				(r < 0 || f.rowCount[i] < f.rowCount[r] || f.rowCount[i] == f.rowCount[r] && math.Abs(f.work[i]) > math.Abs(f.work[r])) {
				r = i
			}
		}
	}
	for _, i := range f.reach {
		v := f.work[i]
		f.work[i] = 0
		if r < 0 || i == r || math.Abs(v) < zeroTol {
			if i == r {
				f.work[i] = v
			}
			continue
		}
		if f.step[i] >= 0 {
			f.u.add(i, v)
		} else {
			f.l.add(i, v)
		}
	}
	if r < 0 {
		return false
	}
	d := f.work[r]
	f.work[r] = 0
	for e := int(f.l.at[len(f.l.at)-1]); e < len(f.l.val); e++ {
		f.l.val[e] /= d
	}
	f.closeStep(p, r, d)
	return true
}

// visit walks what a row's value reaches through L, deepest first.
func (f *factor) visit(i int32) {
	if f.mark[i] == f.stamp {
		return
	}
	f.mark[i] = f.stamp
	if f.step[i] < 0 {
		f.reach = append(f.reach, i)
		return
	}
	s := f.step[i]
	f.stack = append(f.stack[:0], frame{s, f.l.at[s]})
	for len(f.stack) > 0 {
		top := &f.stack[len(f.stack)-1]
		if top.next == f.l.at[top.step+1] {
			f.reach = append(f.reach, f.row[top.step])
			f.stack = f.stack[:len(f.stack)-1]
			continue
		}
		o := f.l.ind[top.next]
		top.next++
		if f.mark[o] == f.stamp {
			continue
		}
		f.mark[o] = f.stamp
		if s := f.step[o]; s >= 0 {
			f.stack = append(f.stack, frame{s, f.l.at[s]})
		} else {
			f.reach = append(f.reach, o)
		}
	}
}

// transpose lists, for the step of each row, the rows of the steps whose columns
// have an entry there.
func (f *factor) transpose(from, to *spread) {
	m := f.m
	to.at = fit(to.at, m+1)
	to.ind, to.val = fit(to.ind, len(from.ind)), fit(to.val, len(from.val))
	clear(to.at)
	for _, i := range from.ind {
		to.at[f.step[i]+1]++
	}
	for k := range m {
		to.at[k+1] += to.at[k]
	}
	next := append([]int32(nil), to.at[:m]...)
	for k := range m {
		for e := from.at[k]; e < from.at[k+1]; e++ {
			s := f.step[from.ind[e]]
			to.ind[next[s]] = f.row[k]
			to.val[next[s]] = from.val[e]
			next[s]++
		}
	}
}

// forward solves B·z = b. The right side comes by rows in b, which is left
// zero; the answer by positions in z.
func (f *factor) forward(b, z []float64) {
	for k, r := range f.row {
		v := b[r]
		if v == 0 {
			continue
		}
		for e := f.l.at[k]; e < f.l.at[k+1]; e++ {
			b[f.l.ind[e]] -= v * f.l.val[e]
		}
	}
	for k := f.m - 1; k >= 0; k-- {
		r := f.row[k]
		v := b[r]
		if math.Abs(v) < zeroTol {
			b[r] = 0
			z[f.col[k]] = 0
			continue
		}
		b[r] = 0
		v /= f.diag[k]
		z[f.col[k]] = v
		for e := f.u.at[k]; e < f.u.at[k+1]; e++ {
			b[f.u.ind[e]] -= v * f.u.val[e]
		}
	}
	for i := range f.eta {
		t := &f.eta[i]
		v := z[t.pos]
		if v == 0 {
			continue
		}
		v /= t.pivot
		z[t.pos] = v
		for e, p := range t.ind {
			z[p] -= v * t.val[e]
		}
	}
}

// backward solves y·B = c. The left side comes by positions in c, which is left
// zero; the answer by rows in y.
func (f *factor) backward(c, y []float64) {
	for i := len(f.eta) - 1; i >= 0; i-- {
		t := &f.eta[i]
		v := c[t.pos]
		for e, p := range t.ind {
			v -= c[p] * t.val[e]
		}
		c[t.pos] = v / t.pivot
	}
	// y is the working space by rows: the row of a step holds the step's value.
	for k, p := range f.col {
		y[f.row[k]] = c[p]
		c[p] = 0
	}
	for k, r := range f.row {
		v := y[r]
		if v == 0 {
			continue
		}
		v /= f.diag[k]
		y[r] = v
		for e := f.ut.at[k]; e < f.ut.at[k+1]; e++ {
			y[f.ut.ind[e]] -= v * f.ut.val[e]
		}
	}
	for k := f.m - 1; k >= 0; k-- {
		r := f.row[k]
		v := y[r]
		if math.Abs(v) < zeroTol {
			y[r] = 0
			continue
		}
		for e := f.lt.at[k]; e < f.lt.at[k+1]; e++ {
			y[f.lt.ind[e]] -= v * f.lt.val[e]
		}
	}
}

// replace notes that the column z, in terms of the basis, comes to a position.
func (f *factor) replace(pos int, z []float64) {
	t := eta{pos: int32(pos), pivot: z[pos]}
	for p, v := range z {
		if v != 0 && p != pos {
			t.ind = append(t.ind, int32(p))
			t.val = append(t.val, v)
		}
	}
	f.fill += len(t.ind)
	f.eta = append(f.eta, t)
}
