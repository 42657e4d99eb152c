package solve

import (
	"context"
	"math"
)

// Status says what is known.
type Status uint8

// What can be known.
const (
	// Stopped: the context or a limit ended the work before any point that
	// keeps all rules was found. Bound holds.
	Stopped Status = iota
	// Optimal: no point is cheaper, to within the wanted gap of 1e-6 or less.
	Optimal
	// Within: a point was found, and no point is cheaper than Bound.
	Within
	// Infeasible: no point keeps all rules.
	Infeasible
	// Unbounded: points get cheaper without end.
	Unbounded
)

func (s Status) String() string {
	return [...]string{"stopped", "optimal", "within a gap", "infeasible", "unbounded"}[s]
}

// Options say how to solve. The zero Options are those for the best answer.
type Options struct {
	// Gap ends the work when the best point is proven to be within this fraction
	// of the optimum; 0 stands for 1e-6, below which Optimal is said.
	Gap float64
	// Nodes ends it after so many nodes; 0 is no limit.
	Nodes int
	// Start is a point to begin with. It need not keep the rules: whole numbers
	// near it are tried.
	Start []float64
	// Progress is told, now and then and at each better point, how far the work
	// is. It is called from one goroutine at a time.
	Progress func(Progress)
	// Workers is how many models Split works on at a time; 0 is one for each
	// processor. It does not change the answer.
	Workers int
}

// Progress is how far the work is.
type Progress struct {
	Nodes, Open int
	// Best is the cost of the best point, +Inf before there is one.
	Best, Bound float64
	Gap         float64
}

// A Result is the answer for a Model.
type Result struct {
	Status Status
	// X is the best point, a value for each variable; nil if none was found.
	X []float64
	// Value is what it costs, and Bound what every point costs at least.
	Value, Bound float64
	// Gap is what Value is above Bound, as a fraction of |Value|, or of 1 where
	// that is less than 1.
	Gap                     float64
	Nodes, Iterations, Cuts int
}

// defaultGap is what Optimal means.
const defaultGap = 1e-6

// gap is how far a value is from its bound, as a fraction.
func gap(value, bound float64) float64 {
	switch {
	case math.IsInf(value, 1):
		return math.Inf(1)
	case bound >= value:
		return 0
	}
	return (value - bound) / math.Max(math.Abs(value), 1)
}

// over reports that the context has ended.
func over(ctx context.Context) bool { return ctx.Err() != nil }
