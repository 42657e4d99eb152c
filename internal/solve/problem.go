package solve

import (
	"math"
	"slices"
)

// A problem is a Model as the algorithms want it: rows without double names, in
// slices that share no memory with the Model.
type problem struct {
	lo, hi, cost []float64
	whole        []bool
	rows         []packed
	offset       float64
}

// A packed row has each variable once, in ascending order, none of them zero.
type packed struct {
	ind    []int32
	val    []float64
	lo, hi float64
}

func (m *Model) problem() *problem {
	p := &problem{offset: m.Offset}
	n := len(m.vars)
	p.lo, p.hi, p.cost = make([]float64, n), make([]float64, n), make([]float64, n)
	p.whole = make([]bool, n)
	for j, v := range m.vars {
		p.lo[j], p.hi[j], p.cost[j], p.whole[j] = v.lo, v.hi, v.cost, v.whole
	}
	k := newPacker(n)
	p.rows = make([]packed, len(m.rows))
	for i, r := range m.rows {
		p.rows[i] = k.pack(r.terms, r.lo, r.hi)
	}
	return p
}

// A packer adds up terms; its slices are clean between rows. What is left of
// terms that cancel each other, but for rounding, is nothing.
type packer struct {
	sum, size []float64
	seen      []bool
	ind       []int32
}

func newPacker(n int) packer {
	return packer{sum: make([]float64, n), size: make([]float64, n), seen: make([]bool, n)}
}

func (k *packer) add(j int32, c float64) {
	if !k.seen[j] {
		k.seen[j] = true
		k.ind = append(k.ind, j)
	}
	k.sum[j] += c
	k.size[j] = math.Max(k.size[j], math.Abs(c))
}

func (k *packer) pack(terms []Term, lo, hi float64) packed {
	for _, t := range terms {
		k.add(int32(t.Var), t.Coef)
	}
	return k.take(lo, hi)
}

// take gives what was added and forgets it.
func (k *packer) take(lo, hi float64) packed {
	if !slices.IsSorted(k.ind) {
		slices.Sort(k.ind)
	}
	r := packed{lo: lo, hi: hi, ind: make([]int32, 0, len(k.ind)), val: make([]float64, 0, len(k.ind))}
	for _, j := range k.ind {
		if math.Abs(k.sum[j]) > 1e-14*k.size[j] {
			r.ind = append(r.ind, j)
			r.val = append(r.val, k.sum[j])
		}
		k.sum[j], k.size[j], k.seen[j] = 0, 0, false
	}
	k.ind = k.ind[:0]
	return r
}

// at is the row's sum at a point, and the size of what was added.
func (r *packed) at(x []float64) (sum, size float64) {
	for k, j := range r.ind {
		v := r.val[k] * x[j]
		sum += v
		size = math.Max(size, math.Abs(v))
	}
	return sum, size
}

// broken is by how much a point breaks the row, as a multiple of what is allowed.
func (r *packed) broken(x []float64) float64 {
	sum, size := r.at(x)
	return math.Max(r.lo-sum, sum-r.hi) / (Feasible * math.Max(1, size))
}

// value is what a point costs.
func (p *problem) value(x []float64) float64 {
	sum := p.offset
	for j, c := range p.cost {
		if c != 0 {
			sum += c * x[j]
		}
	}
	return sum
}

// keeps reports that a point is within bounds and rows, and of a size at which
// that means something.
func (p *problem) keeps(x []float64) bool {
	for j, v := range x {
		tol := Feasible * math.Max(1, math.Abs(v))
		if v < p.lo[j]-tol || v > p.hi[j]+tol || math.Abs(v) > 10*Huge || p.whole[j] && math.Abs(v) > hugeWhole {
			return false
		}
	}
	for i := range p.rows {
		if p.rows[i].broken(x) > 1 {
			return false
		}
	}
	return true
}
