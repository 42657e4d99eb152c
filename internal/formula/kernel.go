package formula

// The inner loops. Each works on blocks of one length, in place where dst is
// one of its operands, and leaves a NaN where a result is missing or not
// finite. q + (q - q) is q, or NaN for an infinity, without a branch.

import "math"

func fill(dst []float64, k float64) {
	for i := range dst {
		dst[i] = k
	}
}

func copyFinite(dst, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		v := x[i]
		dst[i] = v + (v - v)
	}
}

func neg(dst, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = -x[i]
	}
}

func absolute(dst, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = math.Abs(x[i])
	}
}

func ceil(dst, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = math.Ceil(x[i])
	}
}

func round(dst, x []float64, k float64) {
	x = x[:len(dst)]
	scale := tenTo[int(k)]
	for i := range dst {
		dst[i] = roundHalfEven(x[i], scale)
	}
}

func addBB(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		v := x[i] + y[i]
		dst[i] = v + (v - v)
	}
}

func subBB(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		v := x[i] - y[i]
		dst[i] = v + (v - v)
	}
}

func mulBB(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		v := float64(x[i] * y[i])
		dst[i] = v + (v - v)
	}
}

func addBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	for i := range dst {
		v := x[i] + k
		dst[i] = v + (v - v)
	}
}

func subCB(dst []float64, k float64, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		v := k - x[i]
		dst[i] = v + (v - v)
	}
}

func mulBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	for i := range dst {
		v := float64(x[i] * k)
		dst[i] = v + (v - v)
	}
}

// divBC divides by a number that is finite and not 0.
func divBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	for i := range dst {
		q := x[i] / k
		dst[i] = q + (q - q)
	}
}

func divCB(dst []float64, k float64, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		b := x[i]
		q := k / b
		dst[i] = q + ((q - q) + (b - b))
	}
}

func subDiv(dst, x, y, z []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	z = z[:len(dst)]
	for i := range dst {
		b := z[i]
		q := (x[i] - y[i]) / b
		dst[i] = q + ((q - q) + (b - b))
	}
}

func addDiv(dst, x, y, z []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	z = z[:len(dst)]
	for i := range dst {
		b := z[i]
		q := (x[i] + y[i]) / b
		dst[i] = q + ((q - q) + (b - b))
	}
}

// A comparison becomes a bit, and the bit a 1.0 or 0.0, without a branch;
// adding v - v makes it missing where v is.

const one = 0x3FF0000000000000 // the bits of 1.0

func bit(b bool) uint64 {
	var u uint64
	if b {
		u = 1
	}
	return u
}

func eqBB(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		a, b := x[i], y[i]
		dst[i] = math.Float64frombits(-bit(a == b)&one) + ((a - a) + (b - b))
	}
}

func neBB(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		a, b := x[i], y[i]
		dst[i] = math.Float64frombits(-bit(a != b)&one) + ((a - a) + (b - b))
	}
}

func ltBB(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		a, b := x[i], y[i]
		dst[i] = math.Float64frombits(-bit(a < b)&one) + ((a - a) + (b - b))
	}
}

func leBB(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		a, b := x[i], y[i]
		dst[i] = math.Float64frombits(-bit(a <= b)&one) + ((a - a) + (b - b))
	}
}

func eqBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	missing := k - k
	for i := range dst {
		a := x[i]
		dst[i] = math.Float64frombits(-bit(a == k)&one) + ((a - a) + missing)
	}
}

func neBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	missing := k - k
	for i := range dst {
		a := x[i]
		dst[i] = math.Float64frombits(-bit(a != k)&one) + ((a - a) + missing)
	}
}

func ltBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	missing := k - k
	for i := range dst {
		a := x[i]
		dst[i] = math.Float64frombits(-bit(a < k)&one) + ((a - a) + missing)
	}
}

func leBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	missing := k - k
	for i := range dst {
		a := x[i]
		dst[i] = math.Float64frombits(-bit(a <= k)&one) + ((a - a) + missing)
	}
}

func gtBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	missing := k - k
	for i := range dst {
		a := x[i]
		dst[i] = math.Float64frombits(-bit(a > k)&one) + ((a - a) + missing)
	}
}

func geBC(dst, x []float64, k float64) {
	x = x[:len(dst)]
	missing := k - k
	for i := range dst {
		a := x[i]
		dst[i] = math.Float64frombits(-bit(a >= k)&one) + ((a - a) + missing)
	}
}

func not(dst, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		a := x[i]
		dst[i] = math.Float64frombits(-bit(a == 0)&one) + (a - a)
	}
}

func and(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		a, b := x[i], y[i]
		yes := 1 + ((a - a) + (b - b))
		no := -(bit(a == 0) | bit(b == 0))
		dst[i] = math.Float64frombits(math.Float64bits(yes) &^ no)
	}
}

func or(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		a, b := x[i], y[i]
		no := (a - a) + (b - b)
		yes := -(bit(a > 0) | bit(a < 0) | bit(b > 0) | bit(b < 0))
		dst[i] = math.Float64frombits(math.Float64bits(no)&^yes | one&yes)
	}
}

func minimum(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		dst[i] = min(x[i], y[i])
	}
}

func maximum(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		dst[i] = max(x[i], y[i])
	}
}

func coalesce(dst, x, y []float64) {
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		gap := -bit(x[i] != x[i])
		dst[i] = math.Float64frombits(math.Float64bits(x[i])&^gap | math.Float64bits(y[i])&gap)
	}
}

func choose(dst, c, x, y []float64) {
	c = c[:len(dst)]
	x = x[:len(dst)]
	y = y[:len(dst)]
	for i := range dst {
		yes := -bit(c[i] != 0)
		v := math.Float64frombits(math.Float64bits(x[i])&yes | math.Float64bits(y[i])&^yes)
		dst[i] = v + (c[i] - c[i])
	}
}
