// Package lanes holds the innermost loops over columns of numbers, which work
// on four rows at a time where the processor can.
//
// Each loop is defined in Go. Its second form, in machine code, gives the same
// bits, so that a figure does not depend on the machine that computed it; only
// of which kind a NaN is stays open.
package lanes

import (
	"math"
	"unsafe"
)

// wide is how many rows the machine code works on at a time.
const wide = 4

// front is the length of the part of n rows that goes four at a time.
func front(n int) int {
	if !fast {
		return 0
	}
	return n &^ (wide - 1)
}

// Whole reports that every number is finite.
func Whole(x []float64) bool {
	var gap uint64 // the bits of 0, or of a NaN
	if n := front(len(x)); n > 0 {
		gap, x = whole(&x[0], n), x[n:]
	}
	for _, v := range x {
		gap |= math.Float64bits(v - v)
	}
	return gap == 0
}

// Sums is a sum in four lanes: what was added, and what rounding lost.
type Sums struct{ Hi, Lo [wide]float64 }

// Sum adds up numbers: the i-th in lane i%4, and the last ones that do not make
// four in lane 0.
func Sum(x []float64, to *Sums) {
	n := front(len(x))
	if n > 0 {
		sum(&x[0], n, to)
	} else {
		n = sumGo(x, to)
	}
	hi, lo := to.Hi[0], to.Lo[0]
	for _, v := range x[n:] {
		hi, lo = add(hi, lo, v)
	}
	to.Hi[0], to.Lo[0] = hi, lo
}

// add adds x to a sum and what its rounding loses to lo.
func add(hi, lo, x float64) (float64, float64) {
	s := hi + x
	b := s - hi
	return s, lo + ((hi - (s - b)) + (x - b))
}

// sumGo is the first part of Sum. Lanes are variables, since an array would
// live in memory.
func sumGo(x []float64, to *Sums) (n int) {
	var h0, h1, h2, h3, l0, l1, l2, l3 float64
	for ; n+wide <= len(x); n += wide {
		v := x[n : n+wide : n+wide]
		h0, l0 = add(h0, l0, v[0])
		h1, l1 = add(h1, l1, v[1])
		h2, l2 = add(h2, l2, v[2])
		h3, l3 = add(h3, l3, v[3])
	}
	to.Hi, to.Lo = [wide]float64{h0, h1, h2, h3}, [wide]float64{l0, l1, l2, l3}
	return n
}

// Spread is what the distances of numbers from a point come to.
type Spread struct {
	D, DD      float64 // sums of the distances and of their squares
	W, WD, WDD float64 // sums of the weights, and of the same weighted
	Negative   bool    // a weight has a minus sign
}

// Spreads adds up the distances of x from a point; w is as long as x. Lanes are
// as in Sum, but the last numbers come after the lanes' total.
func Spreads(x, w []float64, point float64) Spread {
	w = w[:len(x)]
	var s Spread
	var sign uint64
	n := front(len(x))
	if n > 0 {
		s.D, s.DD, s.W, s.WD, s.WDD, sign = spreads(&x[0], &w[0], n, point)
	} else if len(x) >= wide {
		s.D, s.DD, s.W, s.WD, s.WDD, sign = spreadsGo(x, w, point)
		n = len(x) &^ (wide - 1)
	}
	for i := n; i < len(x); i++ {
		d := x[i] - point
		wd := float64(w[i] * d)
		s.D += d
		s.DD += float64(d * d)
		s.W += w[i]
		s.WD += wd
		s.WDD += float64(wd * d)
		sign |= math.Float64bits(w[i])
	}
	s.Negative = sign>>63 != 0
	return s
}

// spreadsGo goes over the rows twice, so that its lanes find room in registers.
func spreadsGo(x, w []float64, point float64) (d, dd, ws, wd, wdd float64, sign uint64) {
	n := len(x) &^ (wide - 1)
	x, w = x[:n], w[:n]
	var d0, d1, d2, d3, s0, s1, s2, s3 float64
	for y := x; len(y) >= wide; y = y[wide:] {
		a, b, c, e := y[0]-point, y[1]-point, y[2]-point, y[3]-point
		d0, d1, d2, d3 = d0+a, d1+b, d2+c, d3+e
		s0, s1, s2, s3 = s0+float64(a*a), s1+float64(b*b), s2+float64(c*c), s3+float64(e*e)
	}
	d, dd = (d0+d1)+(d2+d3), (s0+s1)+(s2+s3)
	d0, d1, d2, d3, s0, s1, s2, s3 = 0, 0, 0, 0, 0, 0, 0, 0
	var w0, w1, w2, w3 float64
	for ; len(x) >= wide && len(w) >= wide; x, w = x[wide:], w[wide:] {
		w0, w1, w2, w3 = w0+w[0], w1+w[1], w2+w[2], w3+w[3]
		sign |= math.Float64bits(w[0]) | math.Float64bits(w[1]) | math.Float64bits(w[2]) | math.Float64bits(w[3])
		a, b, c, e := x[0]-point, x[1]-point, x[2]-point, x[3]-point
		ua, ub, uc, ue := float64(w[0]*a), float64(w[1]*b), float64(w[2]*c), float64(w[3]*e)
		d0, d1, d2, d3 = d0+ua, d1+ub, d2+uc, d3+ue
		s0, s1, s2, s3 = s0+float64(ua*a), s1+float64(ub*b), s2+float64(uc*c), s3+float64(ue*e)
	}
	return d, dd, (w0 + w1) + (w2 + w3), (d0 + d1) + (d2 + d3), (s0 + s1) + (s2 + s3), sign
}

// Div divides x by y; what is missing or not finite becomes NaN, and so does
// what is divided by something infinite.
func Div(dst, x, y []float64) { MulDiv(dst, 1, x, y) }

// MulDiv is Div of k x.
func MulDiv(dst []float64, k float64, x, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	n := front(len(dst))
	if n > 0 {
		mulDiv(&dst[0], &x[0], &y[0], n, k)
	}
	for i := n; i < len(dst); i++ {
		b := y[i]
		q := float64(k*x[i]) / b
		dst[i] = q + ((q - q) + (b - b))
	}
}

// Below gives yes where x is below a limit, otherwise no.
func Below[T ~uint8](dst []T, x []float64, limit float64, yes, no T) {
	x = x[:len(dst)]
	n := front(len(dst))
	if n > 0 {
		below((*uint8)(unsafe.Pointer(&dst[0])), &x[0], n, limit, uint8(yes), uint8(no))
	}
	for i := n; i < len(dst); i++ {
		dst[i] = no
		if x[i] < limit {
			dst[i] = yes
		}
	}
}
