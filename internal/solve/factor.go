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
