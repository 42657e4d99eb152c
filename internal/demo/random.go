package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// random is a stream of chance that belongs to one question about one thing.
// Each question has its own stream, so that one more question never changes the
// answers to the others.
type random struct{ *rand.Rand }

func (c *City) random(question string, thing int) random {
	h := fnv.New64a()
	h.Write([]byte(question))
	return random{rand.New(rand.NewPCG(c.seed, h.Sum64()+uint64(thing)*0x9E37_79B9_7F4A_7C15))}
}

// between is uniform from lo to hi.
func (r random) between(lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

// chance is true with probability p.
func (r random) chance(p float64) bool { return r.Float64() < p }

// around is lognormal with the given median, kept between lo and hi.
func (r random) around(median, sigma, lo, hi float64) float64 {
	return min(max(median*math.Exp(sigma*r.NormFloat64()), lo), hi)
}

// whole rounds up or down by chance, so that the mean of many is x.
func (r random) whole(x float64) int {
	n := math.Floor(x)
	if r.Float64() < x-n {
		n++
	}
	return int(n)
}

// pick draws an index by weight.
func (r random) pick(weights []float64) int {
	var sum float64
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}
