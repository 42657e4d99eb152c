package forecast

import (
	"math"
	"slices"
)

// cohort moves pupils up by grade progression ratios.
type cohort struct {
	decay  float64 // weight of a year to that of the year after it
	robust bool    // the median of years and not their mean: one odd year does not count
	pull   float64 // pupils by which a small place is drawn towards the place above it
}

// past is an input as it was known after some years.
type past struct {
	in     *Input
	years  int // that are known
	leaves []int
	leaf   []bool
	source []int // by leaf: the node whose births it takes, -1 for none
	series [][][]float64
}

func newPast(in *Input) *past {
	p := &past{in: in, years: in.Years, leaf: make([]bool, len(in.Nodes))}
	for i := range p.leaf {
		p.leaf[i] = true
	}
	for _, n := range in.Nodes {
		if n.Up >= 0 {
			p.leaf[n.Up] = false
		}
	}
	for i := range in.Nodes {
		if !p.leaf[i] {
			continue
		}
		p.leaves = append(p.leaves, i)
		from := -1
		for b := i; b >= 0 && from < 0 && in.Births != nil; b = in.Nodes[b].Up {
			if len(in.Births[b]) > 0 {
				from = b
			}
		}
		p.source = append(p.source, from)
	}
	return p.after(in.Years)
}

// after is the past as it was known after some years.
func (p *past) after(years int) *past {
	q := *p
	q.years, q.series = years, make([][][]float64, len(p.in.Nodes))
	someone := make([]bool, years) // anybody was counted
	for _, leaf := range q.leaves {
		for _, g := range p.in.Counts[leaf] {
			for y, x := range g[:years] {
				someone[y] = someone[y] || !math.IsNaN(x)
			}
		}
	}
	for _, leaf := range q.leaves {
		q.series[leaf] = closed(p.in.Counts[leaf], someone)
	}
	return &q
}

// closed are the counts of a leaf with nobody in the years after its last ones,
// where others were counted and the leaf was not, or other grades of the leaf
// and this one was not: it, or the grade, is gone.
func closed(counts [][]float64, someone []bool) [][]float64 {
	out := make([][]float64, len(counts))
	for g := range counts {
		out[g] = slices.Clone(counts[g][:len(someone)])
	}
	for g := range out {
		_, last := newest(out[g])
		for y := last + 1; last >= 0 && y < len(someone); y++ {
			if someone[y] {
				out[g][y] = 0
			}
		}
	}
	return out
}

// of is a leaf's grade as far as it is known.
func (p *past) of(leaf, grade int) []float64 { return p.series[leaf][grade] }

// births are those of a node as far as they are known: born up to the last year
// that is known.
func (p *past) births(node int) []float64 {
	b := p.in.Births[node]
	return b[:max(0, min(len(b), p.in.First+p.years-p.in.BirthFirst))]
}

// flow are the pupils before and after a step up, by year: the pupils of a grade,
// or births, and what became of them a year (or a lag) later.
type flow struct{ from, to []float64 }

func (f *flow) add(g flow) {
	for y := range g.from {
		// A year in which one part is missing counts by the parts that are there.
		if !math.IsNaN(g.from[y]) && !math.IsNaN(g.to[y]) {
			f.from[y] += g.from[y]
			f.to[y] += g.to[y]
		}
	}
}

func newFlow(years int) flow { return flow{make([]float64, years), make([]float64, years)} }

// ratio is what a flow says, drawn towards what holds above. NaN where neither
// says anything.
func (c cohort) ratio(f flow, above float64) float64 {
	var from, to float64
	type year struct{ r, w float64 }
	var years []year
	w := 1.0
	for y := len(f.from) - 1; y >= 0; y-- {
		if f.from[y] > 0 {
			from += w * f.from[y]
			to += w * f.to[y]
			years = append(years, year{f.to[y] / f.from[y], w * f.from[y]})
		}
		w *= c.decay
	}
	if from == 0 {
		return above
	}
	if c.robust {
		slices.SortFunc(years, func(a, b year) int {
			switch {
			case a.r < b.r:
				return -1
			case a.r > b.r:
				return 1
			}
			return 0
		})
		sum := 0.0
		for _, y := range years {
			if sum += y.w; sum >= from/2 {
				to = y.r * from
				break
			}
		}
	}
	if math.IsNaN(above) {
		return to / from
	}
	return (to + c.pull*above) / (from + c.pull)
}

// flows are the steps from a grade into the next at every node: inside each
// leaf, or over all leaves of a node where pupils move away.
func (p *past) flows(g int) []flow {
	out := make([]flow, len(p.in.Nodes))
	for i := range out {
		out[i] = newFlow(p.years - 1)
	}
	away := p.in.Grades[g].Away
	for i := len(out) - 1; i >= 0; i-- {
		if p.leaf[i] && !away {
			out[i] = flow{p.of(i, g)[:p.years-1], p.of(i, g+1)[1:]}
		}
		if p.leaf[i] && away && p.in.Nodes[i].Up >= 0 {
			for y := range p.years - 1 { // both ends are sums of their own
				up := &out[p.in.Nodes[i].Up]
				up.from[y] += zero(p.of(i, g)[y])
				up.to[y] += zero(p.of(i, g+1)[y+1])
			}
			continue
		}
		if up := p.in.Nodes[i].Up; up >= 0 {
			out[up].add(out[i])
		}
	}
	return out
}

func zero(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

// ratios are the progression ratios of a step at every node, each drawn towards
// the node above.
func (c cohort) ratios(p *past, flows []flow) []float64 {
	out := make([]float64, len(flows))
	for i := range flows {
		above := math.NaN()
		if up := p.in.Nodes[i].Up; up >= 0 {
			above = out[up]
		}
		out[i] = c.ratio(flows[i], above)
	}
	return out
}

// forecast gives pupils by leaf, grade and year ahead.
func (c cohort) forecast(p *past, ahead int) [][][]float64 {
	grades := len(p.in.Grades)
	out := p.empty(ahead)
	step := make([][]float64, grades) // into each grade, by node
	for g := 1; g < grades; g++ {
		step[g] = c.ratios(p, p.flows(g-1))
	}
	enter := c.entries(p, ahead)
	cur := p.last()
	for h := range ahead {
		next := make([][]float64, len(p.leaves))
		for k := range p.leaves {
			next[k] = make([]float64, grades)
			next[k][0] = enter[k][h]
		}
		for g := 1; g < grades; g++ {
			if p.in.Grades[g-1].Away {
				p.share(cur, next, g, step[g])
				continue
			}
			for k, leaf := range p.leaves {
				if r := step[g][leaf]; !math.IsNaN(r) {
					next[k][g] = cur[k][g-1] * r
				} else {
					next[k][g] = cur[k][g] // nobody was ever seen to move up: it stays
				}
			}
		}
		p.add(next, h)
		for k := range next {
			for g := range grades {
				out[k][g][h] = next[k][g]
			}
		}
		cur = next
	}
	return out
}

// empty is room for a forecast, by leaf, grade and year ahead.
func (p *past) empty(ahead int) [][][]float64 {
	out := make([][][]float64, len(p.leaves))
	for k := range out {
		out[k] = make([][]float64, len(p.in.Grades))
		for g := range out[k] {
			out[k][g] = make([]float64, ahead)
		}
	}
	return out
}

// last are the pupils that the forecast begins with.
func (p *past) last() [][]float64 {
	out := make([][]float64, len(p.leaves))
	for k, leaf := range p.leaves {
		out[k] = make([]float64, len(p.in.Grades))
		for g := range out[k] {
			out[k][g], _ = newest(p.of(leaf, g))
		}
	}
	return out
}

// add puts what is expected on top of a year ahead.
func (p *past) add(next [][]float64, h int) {
	for _, a := range p.in.Added {
		if a.Year != p.in.First+p.years+h {
			continue
		}
		if k, ok := slices.BinarySearch(p.leaves, a.Node); ok {
			next[k][a.Grade] = math.Max(0, next[k][a.Grade]+a.Pupils)
		}
	}
}

// share gives those who move away to the leaves of the node above, by what each
// has of the grade.
func (p *past) share(cur, next [][]float64, g int, step []float64) {
	from, has := map[int]float64{}, map[int]float64{}
	for k, leaf := range p.leaves {
		up := p.in.Nodes[leaf].Up
		from[up] += cur[k][g-1]
		has[up] += cur[k][g]
	}
	for k, leaf := range p.leaves {
		up := p.in.Nodes[leaf].Up
		r := step[max(up, 0)]
		switch {
		case up < 0 || math.IsNaN(r) || from[up] == 0:
			next[k][g] = cur[k][g]
		case has[up] > 0:
			next[k][g] = from[up] * r * cur[k][g] / has[up]
		}
	}
}
