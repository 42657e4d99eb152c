// Counts, means and centred cross-products of the rows of one school.

package valueadd

// cross holds what a set of rows leaves behind: how many they are, their mean
// and the cross-products around it, the upper triangle row by row. Centred sums
// keep their digits where the values lie far from zero.
type cross struct {
	n    int
	mean []float64
	c    []float64
}

func newCross(d int) cross {
	return cross{mean: make([]float64, d), c: make([]float64, triangle(d))}
}

// triangle is the size of a symmetric matrix of d rows, packed.
func triangle(d int) int { return d * (d + 1) / 2 }

// at is where the element i ≤ k of a packed matrix of d rows stands.
func at(d, i, k int) int { return i*(2*d-i-1)/2 + k }

// sym is at for i and k in any order.
func sym(d, i, k int) int {
	if i > k {
		i, k = k, i
	}
	return at(d, i, k)
}

// add takes one row by Welford's rule. away is scratch of the row's length.
func (s *cross) add(row, away []float64) {
	s.n++
	step := 1 / float64(s.n)
	keep := 1 - step
	mean, c := s.mean[:len(row)], s.c
	away = away[:len(row)]
	for i, v := range row {
		away[i] = v - mean[i]
		mean[i] += float64(away[i] * step)
	}
	for i, a := range away {
		rest := away[i:]
		if a *= keep; a != 0 {
			for k, b := range rest {
				c[k] += float64(a * b)
			}
		}
		c = c[len(rest):]
	}
}

// merge takes in another set of rows by Chan's rule.
func (s *cross) merge(o *cross) {
	switch {
	case o.n == 0:
		return
	case s.n == 0:
		s.n = o.n
		copy(s.mean, o.mean)
		copy(s.c, o.c)
		return
	}
	n := float64(s.n + o.n)
	part := float64(s.n) * float64(o.n) / n
	k := 0
	for i := range s.mean {
		di := o.mean[i] - s.mean[i]
		for j := i; j < len(s.mean); j++ {
			s.c[k] += o.c[k] + float64(float64(di*part)*(o.mean[j]-s.mean[j]))
			k++
		}
	}
	for i := range s.mean {
		s.mean[i] += float64((o.mean[i] - s.mean[i]) * (float64(o.n) / n))
	}
	s.n += o.n
}

// widen adds columns that were zero in every row so far: a text that a column
// of categories had not held before.
func (s *cross) widen(d int) {
	old := len(s.mean)
	c := make([]float64, triangle(d))
	for i := range old {
		copy(c[at(d, i, i):], s.c[at(old, i, i):at(old, i, i)+old-i])
	}
	s.mean, s.c = append(s.mean, make([]float64, d-old)...), c
}
