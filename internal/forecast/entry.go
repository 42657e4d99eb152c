package forecast

import (
	"math"
	"slices"
)

// recent is over how many years a leaf's part of the entries is taken.
const recent = 3

// entries gives those who enter the first grade, by leaf and year ahead: births
// times a ratio, or the series going on where births are unknown.
func (c cohort) entries(p *past, ahead int) [][]float64 {
	out := make([][]float64, len(p.leaves))
	groups := map[int][]int{} // leaves by source of births
	for k, leaf := range p.leaves {
		if from := p.source[k]; from >= 0 && len(p.births(from)) > 0 {
			groups[from] = append(groups[from], k)
		} else {
			out[k] = smoothed(p.of(leaf, 0), ahead)
		}
	}
	for from, ks := range groups {
		c.born(p, from, ks, ahead, out)
	}
	return out
}

// born enters the leaves that take the births of one node.
func (c cohort) born(p *past, from int, ks []int, ahead int, out [][]float64) {
	known := p.births(from)
	more := max(0, p.in.First+p.years+ahead-p.in.Lag-p.in.BirthFirst-len(known))
	births := append(append([]float64(nil), known...), smoothed(known, more)...)
	at := func(year int) float64 {
		if i := year - p.in.Lag - p.in.BirthFirst; i >= 0 && i < len(births) {
			return births[i]
		}
		return math.NaN()
	}
	f := newFlow(p.years)
	part := make([]float64, len(ks))
	all := 0.0
	for y := range p.years {
		sum, whole := 0.0, true
		for _, k := range ks {
			x := p.of(p.leaves[k], 0)[y]
			if math.IsNaN(x) {
				// A leaf that was not counted yet, or not any more, has nobody.
				_, at := newest(p.of(p.leaves[k], 0))
				whole = whole && (at < y || before(p.of(p.leaves[k], 0), y))
				continue
			}
			sum += x
		}
		if b := at(p.in.First + y); whole && b > 0 {
			f.from[y], f.to[y] = b, sum
		}
	}
	for i, k := range ks {
		past := p.of(p.leaves[k], 0)
		for y := max(0, p.years-recent); y < p.years; y++ {
			part[i] += zero(past[y])
		}
		all += part[i]
	}
	ratio := c.ratio(f, math.NaN())
	for i, k := range ks {
		out[k] = make([]float64, ahead)
		if math.IsNaN(ratio) || all == 0 {
			out[k] = smoothed(p.of(p.leaves[k], 0), ahead)
			continue
		}
		for h := range ahead {
			b := at(p.in.First + p.years + h)
			if math.IsNaN(b) {
				b, _ = newest(births)
			}
			out[k][h] = b * ratio * part[i] / all
		}
	}
}

// before tells that nothing was counted up to a year.
func before(past []float64, y int) bool {
	for _, x := range past[:y+1] {
		if !math.IsNaN(x) {
			return false
		}
	}
	return true
}

// single runs a method that looks at each series by itself.
func single(series func([]float64, int) []float64) func(*past, int) [][][]float64 {
	return func(p *past, ahead int) [][][]float64 {
		out := p.empty(ahead)
		for k, leaf := range p.leaves {
			for g := range p.in.Grades {
				out[k][g] = series(p.of(leaf, g), ahead)
			}
		}
		// What is expected on top moves up a grade a year, since the series do not
		// know of it.
		for _, a := range p.in.Added {
			k, ok := slices.BinarySearch(p.leaves, a.Node)
			for h, g := a.Year-p.in.First-p.years, a.Grade; ok && h >= 0 && h < ahead && g < len(p.in.Grades); h, g = h+1, g+1 {
				out[k][g][h] = math.Max(0, out[k][g][h]+a.Pupils)
				if p.in.Grades[g].Away {
					break
				}
			}
		}
		return out
	}
}
