package solve

import "math"

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
