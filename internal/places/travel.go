package places

import (
	"cmp"
	"math"
	"slices"
)

// travel sums up ways by stage and year.
func (in *Input) travel(v *Served) [][]Travel {
	km, minutes := make([][][]weighted, len(in.Stages)), make([][][]weighted, len(in.Stages))
	out := make([][]Travel, len(in.Stages))
	for st := range in.Stages {
		out[st] = make([]Travel, len(in.Years))
		km[st], minutes[st] = make([][]weighted, len(in.Years)), make([][]weighted, len(in.Years))
	}
	for s := range in.Schools {
		for y := range in.Years {
			out[in.Schools[s].Stage][y].Seats += v.Seats[s][y]
		}
	}
	for _, t := range v.Trips {
		st, w := in.Schools[t.School].Stage, in.Ways[t.Area][t.School]
		o := &out[st][t.Year]
		o.Children += t.Children
		switch t.Mode {
		case Bus:
			o.Bus += t.Children
			o.Over += t.Children
		case Board:
			o.Board += t.Children
			o.Over += t.Children
			continue // no way of every day
		}
		if w.Straight {
			o.Straight += t.Children
		}
		if !math.IsNaN(w.Km) {
			km[st][t.Year] = append(km[st][t.Year], weighted{w.Km, t.Children})
		}
		if !math.IsNaN(w.Minutes) {
			minutes[st][t.Year] = append(minutes[st][t.Year], weighted{w.Minutes, t.Children})
		}
	}
	for st := range out {
		for y := range out[st] {
			o := &out[st][y]
			daily := o.Children - o.Board
			o.MeanKm, o.P95Km, o.MostKm = spread(km[st][y], daily)
			o.MeanMin, o.P95Min, o.MostMin = spread(minutes[st][y], daily)
		}
	}
	return out
}

// weighted is a value of so many.
type weighted struct {
	x float64
	n int
}

// spread gives the mean, the least value that at least 95 of 100 do not pass, and
// the most; NaN of nobody, or where those are not all.
func spread(ws []weighted, all int) (mean, p95, most float64) {
	slices.SortFunc(ws, func(a, b weighted) int { return cmp.Compare(a.x, b.x) })
	n, sum := 0, 0.0
	for _, w := range ws {
		n += w.n
		sum += w.x * float64(w.n)
	}
	if n == 0 || n < all {
		return math.NaN(), math.NaN(), math.NaN()
	}
	seen := 0
	for _, w := range ws {
		if seen += w.n; 100*seen >= 95*n {
			p95 = w.x
			break
		}
	}
	return sum / float64(n), p95, ws[len(ws)-1].x
}
