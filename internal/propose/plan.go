package propose

import (
	"context"
	"math"
	"slices"

	"shuren/internal/solve"
)

// Make finds the cheapest plan by which a county passes. The error is of a county
// that cannot be read; a county that cannot pass has a Plan that says so, and Why says by which rules.
//
// Progress and ctx are those of solve: a long search can be watched and stopped,
// and keeps the best so far.
func Make(ctx context.Context, c *County, o solve.Options) (*Plan, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	b := newModel(c)
	r, err := solve.Solve(ctx, &b.m, o)
	if err != nil {
		return nil, err
	}
	p := &Plan{Cost: r.Value, Bound: r.Bound, Gap: r.Gap, Nodes: r.Nodes, Ordered: b.orders()}
	switch r.Status {
	case solve.Infeasible:
		p.Status = Infeasible
		return p, nil
	case solve.Stopped, solve.Unbounded:
		p.Status = Stopped
		return p, nil
	case solve.Optimal:
		p.Status = Optimal
	default:
		p.Status = Within
	}
	b.read(p, r.X)
	// Amounts were rounded up: what that costs is in the gap too.
	p.Gap = math.Max(0, (p.Cost+p.Order-p.Bound)/math.Max(1, p.Cost+p.Order))
	if len(p.Lines) == 0 {
		p.Status = Nothing
	}
	return p, nil
}

// read takes the lines out of a point.
func (b *model) read(p *Plan, x []float64) {
	c := b.c
	p.Spent = make([]float64, len(c.Years))
	p.After = make([][]float64, len(c.Sections))
	p.Short = make([]int, len(c.Sections))
	for s := range c.Sections {
		p.After[s] = slices.Clone(c.Sections[s].Have)
	}
	b.moved(p, x)
	b.toured(p, x)
	for s := range c.Sections {
		for k, kind := range c.Kinds {
			for y, v := range b.hire[s][k] {
				if n := amount(x, v); n > 0 {
					for i := range c.Indicators {
						if kind.Counts[i] {
							p.After[s][i] += n
						}
					}
					p.add(Line{Act: Hired, Year: y, Section: s, Kind: k, Amount: n, Cost: n * c.Prices.Hire * float64(len(c.Years)-y)})
					for later := y; later < len(c.Years); later++ {
						p.Spent[later] += n * c.Prices.Hire
					}
				}
			}
		}
		for i := range c.Indicators {
			for y, v := range b.train[s][i] {
				if n := amount(x, v); n > 0 {
					p.After[s][i] += n
					p.add(Line{Act: Trained, Year: y, Section: s, Indicator: i, Amount: n, Cost: n * c.Prices.Train[i]})
					p.Spent[y] += n * c.Prices.Train[i]
				}
			}
			built := b.built(s, i, p.After[s][i], x)
			for y := range b.build[s][i] {
				if n := built[y]; n > 0 {
					p.After[s][i] += n
					p.add(Line{Act: Built, Year: y, Section: s, Indicator: i, Amount: n, Cost: n * c.Prices.Build[i]})
					p.Spent[y] += n * c.Prices.Build[i]
				}
			}
		}
	}
	p.Cost, p.Order = 0, b.ordered(p)
	for i := range p.Lines {
		p.Cost += p.Lines[i].Cost
		p.Lines[i].For = b.reasons(p, &p.Lines[i])
	}
	for s := range c.Sections {
		p.Short[s] = -1
		for i := range c.Indicators {
			if b.reach[s][i] != none && !c.reaches(s, i, p.After[s][i]) {
				p.Short[s] = i
			}
		}
	}
}

// built are the amounts of each year. The solver's "reached" has a tolerance of its
// own and the standard's has none: what is a hair short of the limit, or of the
// floor, is made up in the last year that builds.
func (b *model) built(s, i int, have float64, x []float64) []float64 {
	c := b.c
	out, last, sum := make([]float64, len(c.Years)), -1, 0.0
	for y, v := range b.build[s][i] {
		if n := amount(x, v); n > 0 {
			if !c.Indicators[i].Whole {
				n = up(n)
			}
			out[y], last, sum = n, y, sum+n
		}
	}
	if last < 0 || c.Indicators[i].Whole || b.reach[s][i] == none {
		return out
	}
	full := c.Limit(s, i) * c.Unit(s, i)
	for _, target := range []float64{full, full * c.Stages[c.Sections[s].Stage].Floor} {
		if lack := target - have - sum; lack > 0 && lack <= 1e-5*target {
			out[last] = up(out[last] + lack)
			break
		}
	}
	return out
}

func (p *Plan) add(l Line) { p.Lines = append(p.Lines, l) }

// amount is the value of a variable, nothing where it is only a tolerance.
func amount(x []float64, v solve.Var) float64 {
	if v == none || x[v] < 1e-6 {
		return 0
	}
	return x[v]
}

// up rounds an amount up to hundredths: nobody builds less than that.
func up(n float64) float64 {
	if n == 0 {
		return 0
	}
	return math.Ceil(n*100-1e-6) / 100
}

// moved makes of who leaves and who comes, and of the ways between townships, a
// line for each pair of sections. Inside a pair of townships any pairing costs the
// same; they are paired in order.
func (b *model) moved(p *Plan, x []float64) {
	c := b.c
	left, came := b.whole(x, b.out), b.whole(x, b.in)
	for _, f := range b.flows {
		n := int(math.Round(amount(x, f.people)))
		gives, takes := b.at(f.stage, f.from), b.at(f.stage, f.to)
		for g, t := 0, 0; n > 0 && g < len(gives) && t < len(takes); {
			from, to := gives[g], takes[t]
			m := min(n, left[from][f.kind], came[to][f.kind])
			if m == 0 {
				if left[from][f.kind] == 0 {
					g++
				} else {
					t++
				}
				continue
			}
			n -= m
			left[from][f.kind] -= m
			came[to][f.kind] -= m
			if from == to {
				continue // whoever leaves and comes back does not move
			}
			for i := range c.Indicators {
				if c.Kinds[f.kind].Counts[i] {
					p.After[from][i] -= float64(m)
					p.After[to][i] += float64(m)
				}
			}
			km := c.km(f.from, f.to)
			cost := float64(m) * c.moving(f.from, f.to)
			p.Spent[0] += cost
			p.add(Line{Act: Moved, Section: to, From: from, Kind: f.kind, Amount: float64(m), Cost: cost, Km: km})
		}
	}
}

func (b *model) whole(x []float64, of [][]solve.Var) [][]int {
	out := make([][]int, len(of))
	for s := range of {
		for _, v := range of[s] {
			out[s] = append(out[s], int(math.Round(amount(x, v))))
		}
	}
	return out
}

// at are the sections of a stage in a township.
func (b *model) at(stage, township int) (out []int) {
	for s := range b.c.Sections {
		if sec := &b.c.Sections[s]; sec.Stage == stage && sec.Township == township {
			out = append(out, s)
		}
	}
	return out
}

// same is the relative difference below which two figures are the same: that of
// the standard's engine, since exact decimals fall short of their own limit by
// binary noise.
const same = 1e-12

// reaches tells that an amount reaches the limit of an indicator, in the
// standard's own terms: the ratio, unrounded.
func (c *County) reaches(s, i int, have float64) bool {
	return have/c.Unit(s, i) >= c.Limit(s, i)*(1-same)
}

// Unit is what one of an indicator's ratio stands for in a section, and Limit what
// the ratio must reach.
func (c *County) Unit(s, i int) float64 {
	sec := &c.Sections[s]
	if sec.Unit != nil {
		return sec.Unit[i]
	}
	return sec.Pupils / c.Indicators[i].Per
}

func (c *County) Limit(s, i int) float64 {
	sec := &c.Sections[s]
	if sec.Limit != nil {
		return sec.Limit[i]
	}
	return c.Stages[sec.Stage].Limit[i]
}

// reasons are the indicators for which a line is needed: those below their limit
// before, or where nothing of the section is below, those of which the spread is
// at stake.
func (b *model) reasons(p *Plan, l *Line) (out []int) {
	c := b.c
	touches := func(i int) bool {
		switch l.Act {
		case Toured:
			return c.Sections[l.Section].Guest[i] > 0
		case Moved, Hired:
			return c.Kinds[l.Kind].Counts[i]
		}
		return i == l.Indicator
	}
	for i := range c.Indicators {
		if touches(i) && b.reach[l.Section][i] != none && !c.reaches(l.Section, i, c.Sections[l.Section].Have[i]) {
			out = append(out, i)
		}
	}
	if len(out) > 0 {
		return out
	}
	st := c.Stages[c.Sections[l.Section].Stage]
	for i := range c.Indicators {
		if touches(i) && c.Bounded && i < len(st.Spread) && st.Spread[i] > 0 {
			out = append(out, i)
		}
	}
	return out
}
