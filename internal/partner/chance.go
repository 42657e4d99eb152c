package partner

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Randomization: had chance picked, within each set, which of its schools was
// linked, how often would the difference be as large? The answer needs no
// distribution and no large number of schools, and it is exact under that
// assumption, which is why few linked schools can be compared at all. What it
// cannot do is mend a choice that was made for reasons nobody wrote down.

// most is how many assignments are compared with; above it a sample is drawn,
// always the same one, so that a page gives the same answer twice.
const most = 9999

// noise is what rounding may add to a difference, as a part of it.
const noise = 1e-9

// randomize computes the p-values and the interval.
func (e *Effect) randomize() {
	all := 1.0
	for i := range e.Sets {
		all *= float64(len(e.Sets[i].changes))
	}
	e.Exact = all <= most+1
	e.Tried = most + 1
	if e.Exact {
		e.Tried = int(all)
	}
	pick := make([]int, len(e.Sets))
	rng := rand.New(rand.NewPCG(20250901, 1))
	atLeast, trends := 0, 0
	lows, highs := make([]float64, 0, e.Tried), make([]float64, 0, e.Tried)
	scale := math.Max(math.Abs(e.Estimate), e.size())
	for k := range e.Tried {
		// a and slope are the difference had these been the linked ones; b is what a
		// true effect of 1 on the schools that were linked adds to a.
		var a, b, slope float64
		for i := range e.Sets {
			s := &e.Sets[i]
			a += other(s.changes, pick[i])
			slope += other(s.slopes, pick[i])
			if pick[i] == 0 {
				b++
			} else {
				b -= 1 / float64(len(s.With))
			}
		}
		n := float64(len(e.Sets))
		a, b, slope = a/n, b/n, slope/n
		if math.Abs(a) >= math.Abs(e.Estimate)-noise*scale {
			atLeast++
		}
		if math.Abs(slope) >= math.Abs(e.Slope)-noise*scale {
			trends++
		}
		// Were the effect t, this assignment would be as extreme as the real one
		// exactly for t from low to high.
		low, high := between(e.Estimate, a, b)
		lows, highs = append(lows, low), append(highs, high)
		if e.Exact {
			next(pick, e.Sets)
		} else if k+1 < e.Tried {
			for i := range pick {
				pick[i] = rng.IntN(len(e.Sets[i].changes))
			}
		}
	}
	e.P, e.PreP = float64(atLeast)/float64(e.Tried), float64(trends)/float64(e.Tried)
	slices.Sort(lows)
	slices.Sort(highs)
	m := int(math.Floor(Level*float64(e.Tried) + noise))
	e.Low, e.High = lows[m], highs[len(highs)-1-m]
}

// size is how large the changes are, for telling rounding from a difference.
func (e *Effect) size() float64 {
	var m float64
	for i := range e.Sets {
		for _, c := range e.Sets[i].changes {
			m = math.Max(m, math.Abs(c))
		}
	}
	return m
}

// other is one of a set's figures less the mean of the others.
func other(x []float64, at int) float64 {
	sum := 0.0
	for i, v := range x {
		if i != at {
			sum += v
		}
	}
	return x[at] - sum/float64(len(x)-1)
}

// between solves |a - b t| >= |est - t| for t.
func between(est, a, b float64) (low, high float64) {
	low, high = math.Inf(-1), math.Inf(1)
	if b >= 1-noise { // the real assignment: always as extreme as itself
		return low, high
	}
	x := (est - a) / (1 - b)
	if 1+b <= noise { // everything is turned round: as extreme on one side, or everywhere
		return low, high
	}
	y := (est + a) / (1 + b)
	return math.Min(x, y), math.Max(x, y)
}

// next is the next assignment, like the wheels of a counter.
func next(pick []int, sets []Set) {
	for i := range pick {
		if pick[i]++; pick[i] < len(sets[i].changes) {
			return
		}
		pick[i] = 0
	}
}
