package places

import (
	"context"
	"math"

	"shuren/internal/solve"
)

// Progress is how far a search is: that of solve, of a part, and the parts.
type Progress struct {
	solve.Progress
	Part, Parts int // from 1
}

// Options say how to search.
type Options struct {
	Gap      float64 // ends it within this fraction of the optimum; 0 is optimal
	Nodes    int     // of a part; 0 is no limit
	Progress func(Progress)
}

// rough is the gap of the first round over parts: a search that is stopped shall
// have something of each.
const rough = 0.02

// search solves all parts. The bound is of the whole.
func (in *Input) search(ctx context.Context, o Options) (*design, solve.Result, error) {
	parts := in.parts()
	models, found := make([]*model, len(parts)), make([]solve.Result, len(parts))
	for k := range parts {
		models[k] = newModel(parts[k].in)
	}
	rounds := []float64{o.Gap}
	if len(parts) > 1 && o.Gap < rough {
		rounds = []float64{rough, o.Gap}
	}
	want := max(o.Gap, 1e-6)
	for _, gap := range rounds {
		for k, b := range models {
			was := found[k]
			if was.X != nil && was.Gap <= want {
				continue
			}
			opt := solve.Options{Gap: gap, Nodes: o.Nodes, Start: was.X}
			if o.Progress != nil {
				opt.Progress = func(p solve.Progress) { o.Progress(Progress{p, k + 1, len(parts)}) }
			}
			r, err := solve.Solve(ctx, &b.m, opt)
			switch {
			case err != nil:
				return nil, r, err
			case r.Status == solve.Infeasible:
				return nil, r, nil
			}
			if was.X != nil { // what was known before a stop stays known
				if r.X == nil || was.Value < r.Value {
					r.X, r.Value, r.Status = was.X, was.Value, was.Status
				}
				r.Bound = math.Max(r.Bound, was.Bound)
				r.Nodes += was.Nodes
			}
			found[k] = r
		}
	}
	d, sum := in.today(), solve.Result{Status: solve.Optimal}
	for k, r := range found {
		sum.Value, sum.Bound, sum.Nodes = sum.Value+r.Value, sum.Bound+r.Bound, sum.Nodes+r.Nodes
		switch {
		case r.X == nil:
			sum.Status = solve.Stopped
			continue
		case r.Status != solve.Optimal && sum.Status == solve.Optimal:
			sum.Status = solve.Within
		}
		parts[k].take(d, models[k].read(r.X))
	}
	return d, sum, nil
}
