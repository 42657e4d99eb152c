// Small symmetric matrices, packed by rows of their upper triangle.

package valueadd

import "math"

// factor is the Cholesky factor of a positive definite matrix: A = LL'.
// l holds L by rows, row i from i(i+1)/2.
type factor struct {
	n int
	l []float64
}

// cholesky factors a packed matrix of n rows; ok is false where it is not
// positive definite in floating point.
func cholesky(a []float64, n int) (f factor, ok bool) {
	f = factor{n, make([]float64, triangle(n))}
	for i := range n {
		li := f.row(i)
		for k := range i + 1 {
			s := a[at(n, k, i)]
			lk := f.row(k)
			for m := range k {
				s -= float64(li[m] * lk[m])
			}
			switch {
			case k < i:
				li[k] = s / lk[k]
			case !(s > 0):
				return f, false
			default:
				li[i] = math.Sqrt(s)
			}
		}
	}
	return f, true
}

func (f factor) row(i int) []float64 { return f.l[i*(i+1)/2 : i*(i+1)/2+i+1] }

// logDet is the logarithm of the determinant of A.
func (f factor) logDet() (s float64) {
	for i := range f.n {
		s += math.Log(f.row(i)[i])
	}
	return 2 * s
}

// half solves Lz = b in place, so that z'z = b'A⁻¹b.
func (f factor) half(b []float64) {
	for i := range f.n {
		row, s := f.row(i), b[i]
		for k := range i {
			s -= float64(row[k] * b[k])
		}
		b[i] = s / row[i]
	}
}

// solve solves Ax = b in place.
func (f factor) solve(b []float64) {
	f.half(b)
	for i := f.n - 1; i >= 0; i-- {
		s := b[i]
		for k := i + 1; k < f.n; k++ {
			s -= float64(f.row(k)[i] * b[k])
		}
		b[i] = s / f.row(i)[i]
	}
}

// inverseDiagonal is the diagonal of A⁻¹.
func (f factor) inverseDiagonal() []float64 {
	out, e := make([]float64, f.n), make([]float64, f.n)
	for i := range f.n {
		clear(e)
		e[i] = 1
		f.half(e)
		out[i] = dot(e, e)
	}
	return out
}

func dot(a, b []float64) (s float64) {
	b = b[:len(a)]
	for i, v := range a {
		s += float64(v * b[i])
	}
	return s
}
