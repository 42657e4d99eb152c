package indicator

import (
	"slices"

	"shuren/internal/lanes"
	"shuren/internal/stats"
)

// Mean and spread of the values of a region, over the rows that count.

// moments gathers mean and spread of the section values of a region.
func (e *Eval) moments(it *evalItem, lo, hi int, in []bool, whole bool, st *Stat, w *Worker) {
	x := w.values[it.at][lo-w.lo : hi-w.lo]
	if it.weight == nil {
		if in != nil || !whole {
			w.x = known(w.x, x, in, lo)
			x = w.x
		}
		st.Plain.AddSlice(x)
		return
	}
	weight := it.weight[lo:hi]
	if in == nil && whole {
		if w.weight == nil || &w.weight[0] != &weight[0] || len(w.weight) != len(weight) {
			w.weight, w.weighs = weight, lanes.Whole(weight)
		}
		if w.weighs {
			st.Plain, st.Weighted = stats.Spreads(x, weight)
			return
		}
	}
	values := 0
	w.x, w.w, values = knownPairs(w.x, w.w, x, weight, in, lo)
	if values == len(w.x) {
		st.Plain, st.Weighted = stats.Spreads(w.x, w.w)
		return
	}
	st.Weighted.AddSliceWeighted(w.x, w.w)
	w.x = known(w.x, x, in, lo)
	st.Plain.AddSlice(w.x)
}

// known gathers the values that are there, of rows that in holds; lo is the row
// of the first value. What is not kept is overwritten by the next, so that
// there is no branch to guess.
func known(dst, x []float64, in []bool, lo int) []float64 {
	dst = slices.Grow(dst[:0], len(x))[:len(x)]
	n := 0
	for i, v := range x {
		dst[n] = v
		if v == v && (in == nil || in[lo+i]) {
			n++
		}
	}
	return dst[:n]
}

// knownPairs gathers the values that are there together with their weight, and
// counts the values that are there with or without one.
func knownPairs(dx, dw, x, weight []float64, in []bool, lo int) ([]float64, []float64, int) {
	dx, dw = slices.Grow(dx[:0], len(x))[:len(x)], slices.Grow(dw[:0], len(x))[:len(x)]
	weight = weight[:len(x)]
	n, values := 0, 0
	for i, v := range x {
		dx[n], dw[n] = v, weight[i]
		if v == v && (in == nil || in[lo+i]) {
			values++
			if weight[i] == weight[i] {
				n++
			}
		}
	}
	return dx[:n], dw[:n], values
}
