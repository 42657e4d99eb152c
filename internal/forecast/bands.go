package forecast

import (
	"math"
	"slices"
	"sort"
)

// bands are half widths of a band by depth of the node, section and year ahead,
// as logarithms: the truth lies between forecast·exp(low) and forecast·exp(high).
type bands struct {
	low, high [][][]float64
	seen      int // years ahead for which there were errors
}

// any tells that some error was seen at all.
func (b bands) any() bool {
	for d := range b.low {
		for s := range b.low[d] {
			for h := range b.low[d][s] {
				if b.low[d][s][h] != 0 || b.high[d][s][h] != 0 {
					return true
				}
			}
		}
	}
	return false
}

// fewest is how many errors of a year ahead a band is drawn from.
const fewest = 8

// bandsOf draws bands from the errors of origins whose truth was known after
// some years. The quantiles are those of conformal prediction (Vovk, Gammerman
// and Shafer 2005): of n errors the ⌈(n+1)·p⌉th, so that a new one lies within as
// often as the level says if it is like them.
func (t trial) bandsOf(p *past, depth []int, sections, ahead, known int, level float64) bands {
	deepest := slices.Max(depth)
	b := bands{make([][][]float64, deepest+1), make([][][]float64, deepest+1), 0}
	for d := range deepest + 1 {
		b.low[d], b.high[d] = make([][]float64, sections), make([][]float64, sections)
		for s := range sections {
			var errs [][]float64
			for o, n := range t.origins {
				for i := range t.errs[o].log {
					if depth[i] != d || s >= len(t.errs[o].log[i]) {
						continue
					}
					for h, x := range t.errs[o].log[i][s] {
						if n+h >= known || math.IsNaN(x) {
							continue
						}
						for len(errs) <= h {
							errs = append(errs, nil)
						}
						errs[h] = append(errs[h], x)
					}
				}
			}
			var seen int
			b.low[d][s], b.high[d][s], seen = widths(errs, ahead, level)
			if d == 0 {
				b.seen = max(b.seen, seen)
			}
		}
	}
	return b
}

// widths makes of the errors by year ahead the two sides of a band. It never
// narrows with the years; where too few errors were seen it widens with the
// square root of the years, as a random walk does.
func widths(errs [][]float64, ahead int, level float64) (low, high []float64, seen int) {
	low, high = make([]float64, ahead), make([]float64, ahead)
	var pooled []float64
	for h := range ahead {
		enough := h < len(errs) && len(errs[h]) >= fewest
		switch {
		case enough:
			low[h], high[h] = sides(errs[h], level)
			seen = h + 1
		case h == 0:
			// Too short a past for the first year even: all errors there are, together.
			for _, e := range errs {
				pooled = append(pooled, e...)
			}
			low[h], high[h] = sides(pooled, level)
		default:
			f := math.Sqrt(float64(h+1) / float64(h))
			low[h], high[h] = low[h-1]*f, high[h-1]*f
		}
		if h > 0 {
			low[h], high[h] = math.Min(low[h], low[h-1]), math.Max(high[h], high[h-1])
		}
	}
	return low, high, seen
}

// sides are the two quantiles of errors between which the level lies, not inside
// of no error at all. Of so few that the level cannot be had, they are the
// farthest.
func sides(errs []float64, level float64) (low, high float64) {
	if len(errs) == 0 {
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(errs))
	n := len(sorted)
	k := int(math.Ceil(float64(n+1) * (1 + level) / 2))
	k = min(max(k, 1), n)
	return math.Min(0, sorted[n-k]), math.Max(0, sorted[k-1])
}

// banding is the question how often bands held: from each later origin, those
// that the method in use gave, from errors known then.
type banding struct {
	p               *past
	trial           trial
	depth           []int
	sections, ahead int
	earlier         int
	level           float64
}

// checked is a truth's error as a part of the band on its side, by depth: within
// the band up to 1, within the band widened by two up to 2.
func (w banding) checked() [][]float64 {
	parts := make([][]float64, slices.Max(w.depth)+1)
	t := w.trial
	for o := w.earlier; o < len(t.origins); o++ {
		b := t.bandsOf(w.p, w.depth, w.sections, w.ahead, t.origins[o], w.level)
		for i, ss := range t.errs[o].log {
			d := w.depth[i]
			for s, years := range ss {
				for h, x := range years {
					low, high := b.low[d][s][h], b.high[d][s][h]
					if math.IsNaN(x) || low == 0 && high == 0 {
						continue // nothing to look at, or nothing was known of errors then
					}
					parts[d] = append(parts[d], ofBand(x, low, high))
				}
			}
		}
	}
	return parts
}

// ofBand is an error as a part of its side of the band.
func ofBand(x, low, high float64) float64 {
	side := high
	if x < 0 {
		side = low
	}
	switch {
	case x == 0:
		return 0
	case side == 0:
		return math.Inf(1)
	}
	return x / side
}

// most is the factor beyond which bands are not widened: what lies outside then is
// a break, and no band of the past holds it.
const most = 4

// widen tells by depth how often bands held, and the factor by which they would
// have held as often as the level says; 1 where they did. A city's band is not
// taken for good because those of its many schools are.
func (w banding) widen() (out []Held) {
	for _, parts := range w.checked() {
		if len(parts) == 0 {
			out = append(out, Held{math.NaN(), math.NaN(), 1, 0})
			continue
		}
		slices.Sort(parts)
		within := func(f float64) float64 {
			n := sort.Search(len(parts), func(i int) bool { return parts[i] > f })
			return float64(n) / float64(len(parts))
		}
		h := Held{Before: within(1), Widened: 1, Checked: len(parts)}
		if h.Before < w.level {
			h.Widened = math.Min(most, parts[int(math.Ceil(w.level*float64(len(parts))))-1])
		}
		h.After = within(h.Widened)
		out = append(out, h)
	}
	return out
}

// depths are how far each node stands below the root.
func (in *Input) depths() []int {
	out := make([]int, len(in.Nodes))
	for i, n := range in.Nodes {
		if n.Up >= 0 {
			out[i] = out[n.Up] + 1
		}
	}
	return out
}
