package forecast

import (
	"math"
	"slices"
)

// Make forecasts. The error names every fault of the input.
func Make(in *Input, o Options) (*Result, error) {
	if o.Horizon == 0 {
		o.Horizon = 10
	}
	if o.Level == 0 {
		o.Level = 0.8
	}
	if err := in.check(o); err != nil {
		return nil, err
	}
	p := newPast(in)
	names, of := in.sections()
	ms := methods()
	r := &Result{Sections: names, Notes: p.notes(o.Horizon)}
	for h := range o.Horizon {
		r.Years = append(r.Years, in.First+in.Years+h)
	}

	from := origins(in.Years)
	earlier := (len(from) + 1) / 2
	trials := p.try(ms, o.Horizon, of, len(names))
	p.judge(r, ms, trials, from, earlier)
	used := p.best(ms, trials, decided(from, earlier, in.Years))
	r.Method, r.Test.Methods[used].Used = ms[used].name, true

	leaves := p.forecastBy(ms, used, o.Horizon)
	r.Grade = p.sums(leaves)
	mid := bySection(r.Grade, of, len(names))
	depth := in.depths()
	w := banding{p, trials[used], depth, len(names), o.Horizon, earlier, o.Level}
	r.Test.Held = w.widen()
	b := trials[used].bandsOf(p, depth, len(names), o.Horizon, in.Years, o.Level)
	if b.seen < o.Horizon {
		r.Notes = append(r.Notes, Note{-1, -1, ThinErrors, b.seen})
	}
	r.Banded = b.any()
	r.GradePast = p.sums(p.actual())
	r.Section = p.paths(mid, bySection(r.GradePast, of, len(names)), b, depth, r.Test.Held)
	low, high := p.gradeBands(ms, used, o)
	r.GradeLow, r.GradeHigh = p.byGrade(r, leaves, of, low, high)
	r.Ratios = p.told(ms[used])
	return r, nil
}

// decided is how many years were known when the earlier origins were over: what
// came by then decides which method is used.
func decided(from []int, earlier, years int) int {
	if earlier < len(from) {
		return from[earlier]
	}
	return years
}

// best is the method that erred least in what had come after some years; the plain
// cohort where nothing had come yet.
func (p *past) best(ms []method, trials []trial, known int) int {
	used, least := slices.IndexFunc(ms, func(m method) bool { return m.name == "cohort" }), math.Inf(1)
	for m, t := range trials {
		if e, _, _ := score([]trial{t}, p, 0, len(t.origins), known, nil); e < least {
			used, least = m, e
		}
	}
	return used
}

// judge tells what each method was worth on the later origins, and what choosing
// anew at each of them was: the method that was best by what was known then.
func (p *past) judge(r *Result, ms []method, trials []trial, from []int, earlier int) {
	var picks []int
	for i, n := range from {
		picks = append(picks, p.best(ms, trials, n))
		year := p.in.First + n - 1
		if i < earlier {
			r.Test.Earlier = append(r.Test.Earlier, year)
		} else {
			r.Test.Later = append(r.Test.Later, year)
			r.Test.Picked = append(r.Test.Picked, ms[picks[i]].name)
		}
	}
	if len(from) < 2 {
		r.Notes = append(r.Notes, Note{-1, -1, FewOrigins, 0})
	}
	at := decided(from, earlier, p.years)
	one := func(name string, of []trial, picks []int) Score {
		s := Score{Method: name, Earlier: math.NaN()}
		if picks == nil {
			s.Earlier, _, _ = score(of, p, 0, earlier, at, nil)
		}
		s.Later, s.ByAhead, s.RootAhead = score(of, p, earlier, len(from), p.years, picks)
		return s
	}
	for m := range trials {
		r.Test.Methods = append(r.Test.Methods, one(ms[m].name, trials[m:m+1], nil))
	}
	r.Test.Chosen = one("", trials, picks)
}

// paths puts bands around the middle. Every node has its own; the root's is
// handed down as scenarios, each child taking of it by the width of its own.
func (p *past) paths(mid, before [][][]float64, b bands, depth []int, held []Held) [][]Path {
	out := make([][]Path, len(mid))
	for i := range mid {
		for s, m := range mid[i] {
			w := Path{Past: before[i][s], Mid: m}
			factor := held[depth[i]].Widened
			for h, x := range m {
				w.OwnLow = append(w.OwnLow, math.Max(0, (x+0.5)*math.Exp(factor*b.low[depth[i]][s][h])-0.5))
				w.OwnHigh = append(w.OwnHigh, (x+0.5)*math.Exp(factor*b.high[depth[i]][s][h])-0.5)
			}
			out[i] = append(out[i], w)
		}
	}
	children := make([][]int, len(mid))
	for i, n := range p.in.Nodes {
		if n.Up >= 0 {
			children[n.Up] = append(children[n.Up], i)
		}
	}
	for s := range out[0] {
		out[0][s].Low, out[0][s].High = slices.Clone(out[0][s].OwnLow), slices.Clone(out[0][s].OwnHigh)
	}
	for i := range out { // parents stand before their children
		for s := range out[i] {
			p.handDown(out, children[i], i, s)
		}
	}
	return out
}

// handDown gives the scenarios of a node to its children so that they add up.
func (p *past) handDown(out [][]Path, children []int, i, s int) {
	at := &out[i][s]
	parts := make([]part, len(children))
	for h := range at.Mid {
		for k, c := range children {
			x := &out[c][s]
			parts[k] = part{mid: x.Mid[h], ownLow: x.OwnLow[h], ownHigh: x.OwnHigh[h]}
		}
		split(parts, at.Low[h], at.Mid[h], at.High[h])
		for k, c := range children {
			x := &out[c][s]
			x.Low, x.High = append(x.Low, parts[k].low), append(x.High, parts[k].high)
		}
	}
}

// told are the ratios of the root, as they were and as they are used: of a method
// that has none those of the plain cohort, of the mean those of all cohorts.
func (p *past) told(m method) (out []Ratio) {
	of := []cohort{{1, false, pulls}}
	if m.run == nil {
		of = nil
	}
	for _, k := range cohorts() {
		if m.run == nil {
			of = append(of, k.cohort)
		} else if k.name == m.name {
			of[0] = k.cohort
		}
	}
	for g := 1; g < len(p.in.Grades); g++ {
		f := p.flows(g - 1)
		r := Ratio{Grade: p.in.Grades[g].ID}
		for _, c := range of {
			r.Used += c.ratios(p, f)[0] / float64(len(of))
		}
		for y := range f[0].from {
			x := math.NaN()
			if f[0].from[y] > 0 {
				x = f[0].to[y] / f[0].from[y]
			}
			r.Past = append(r.Past, x)
		}
		out = append(out, r)
	}
	return out
}
