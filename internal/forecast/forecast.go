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
	picks := p.judge(r, ms, trials, from, earlier)
	used := p.best(ms, trials, in.Years)
	r.Method, r.Test.Methods[used].Used = ms[used].name, true

	r.Grade = p.sums(ms[used].run(p, o.Horizon))
	mid := bySection(r.Grade, of, len(names))
	depth := in.depths()
	w := banding{p, trials, picks, depth, len(names), o.Horizon, earlier, o.Level}
	r.Test.Coverage, r.Test.Covered, r.Test.Widened, r.Test.Checked = w.widen()
	b := trials[used].bandsOf(p, depth, len(names), o.Horizon, in.Years, o.Level)
	if b.seen < o.Horizon {
		r.Notes = append(r.Notes, Note{-1, -1, ThinErrors, b.seen})
	}
	r.Section = p.paths(mid, bySection(p.sums(p.actual()), of, len(names)), b, depth, r.Test.Widened)
	r.Ratios = p.told(ms[used])
	return r, nil
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
// was: at each of them the method that was best by what was known then.
func (p *past) judge(r *Result, ms []method, trials []trial, from []int, earlier int) (picks []int) {
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
	at := p.years
	if earlier < len(from) {
		at = from[earlier]
	}
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
	return picks
}

// paths puts bands around the middle. Every node has its own; the root's is
// handed down as scenarios, each child taking of it by the width of its own.
func (p *past) paths(mid, before [][][]float64, b bands, depth []int, factor float64) [][]Path {
	out := make([][]Path, len(mid))
	for i := range mid {
		for s, m := range mid[i] {
			w := Path{Past: before[i][s], Mid: m}
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
	for h := range at.Mid {
		down, up := at.Mid[h]-at.Low[h], at.High[h]-at.Mid[h]
		var widthDown, widthUp float64
		for _, c := range children {
			widthDown += out[c][s].Mid[h] - out[c][s].OwnLow[h]
			widthUp += out[c][s].OwnHigh[h] - out[c][s].Mid[h]
		}
		for _, c := range children {
			x := &out[c][s]
			d, u := 0.0, 0.0
			// No child can lose more than its own band says unless all together must:
			// then each loses the same part of what it has.
			switch {
			case widthDown >= down && widthDown > 0:
				d = down * (x.Mid[h] - x.OwnLow[h]) / widthDown
			case at.Mid[h] > 0:
				d = down * x.Mid[h] / at.Mid[h]
			}
			switch {
			case widthUp > 0:
				u = up * (x.OwnHigh[h] - x.Mid[h]) / widthUp
			case len(children) > 0:
				u = up / float64(len(children))
			}
			x.Low, x.High = append(x.Low, x.Mid[h]-d), append(x.High, x.Mid[h]+u)
		}
	}
}

// told are the ratios of the root, as they were and as they are used.
func (p *past) told(m method) (out []Ratio) {
	c := cohort{1, false, pulls}
	for _, k := range cohorts() {
		if k.name == m.name {
			c = k.cohort
		}
	}
	for g := 1; g < len(p.in.Grades); g++ {
		f := p.flows(g - 1)
		r := Ratio{Grade: p.in.Grades[g].ID, Used: c.ratios(p, f)[0]}
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
