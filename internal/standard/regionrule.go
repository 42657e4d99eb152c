package standard

import (
	"runtime"
	"slices"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/indicator"
	"shuren/internal/pack"
)

// units gathers the units above the sections over all stages. A unit may have
// sections of one stage only, or have answered without having any.
func (a *Assessment) units() {
	frames := make([]*frame.Frame, 0, len(a.Stages)+1)
	for _, st := range a.Stages {
		frames = append(frames, st.Frame)
	}
	if a.Counties != nil {
		frames = append(frames, a.Counties.Frame)
	}
	for l := edu.Root; l < edu.School; l++ {
		most := 0
		for _, f := range frames {
			if f.Base > l {
				most = max(most, len(f.Regions[l]))
			}
		}
		a.byUnit[l] = make(map[edu.UnitID]int, most)
		a.Units[l] = make([]Unit, 0, most)
		var slab []int // the Region of many units in one piece of memory
		for fi, f := range frames {
			if f.Base <= l {
				continue
			}
			for ri, r := range f.Regions[l] {
				i, ok := a.byUnit[l][r.ID]
				if !ok {
					i = len(a.Units[l])
					a.byUnit[l][r.ID] = i
					u := Unit{Level: l, ID: r.ID, Code: r.Code, Name: r.Name, Parent: -1, Row: -1}
					if len(slab) < len(a.Stages) {
						slab = slices.Repeat([]int{-1}, len(a.Stages)*max(16, most))
					}
					u.Region, slab = slab[:len(a.Stages):len(a.Stages)], slab[len(a.Stages):]
					if up := above(f, l); up != edu.NoLevel && r.Parent >= 0 {
						u.Parent = a.Unit(up, f.Regions[up][r.Parent].ID)
					}
					a.Units[l] = append(a.Units[l], u)
				}
				if fi < len(a.Stages) {
					a.Units[l][i].Region[fi] = ri
				}
			}
		}
		if a.Counties != nil && a.Counties.Frame.Base == l {
			f := a.Counties.Frame
			for row, r := range f.Rows {
				i, ok := a.byUnit[l][r.ID]
				if !ok { // it answered without having any section here
					i = len(a.Units[l])
					a.byUnit[l][r.ID] = i
					u := Unit{Level: l, ID: r.ID, Code: r.Code, Name: r.Name, Parent: -1, Region: slices.Repeat([]int{-1}, len(a.Stages))}
					if up := above(f, l); up != edu.NoLevel {
						if k := f.RegionOf(up, row); k >= 0 {
							u.Parent = a.Unit(up, f.Regions[up][k].ID)
						}
					}
					a.Units[l] = append(a.Units[l], u)
				}
				a.Units[l][i].Row = row
			}
		}
		if len(a.Units[l]) > 0 && l <= edu.County {
			a.lowest = l
		}
	}
}

// above is the level just above l that a frame has.
func above(f *frame.Frame, l edu.Level) edu.Level {
	up := edu.NoLevel
	for _, k := range f.Levels {
		if k < l {
			up = k
		}
	}
	return up
}

// regionRules judges the rules over regions, in the order of the pack, so that
// a rule finds those it refers to done.
func (a *Assessment) regionRules() {
	if a.Standard == nil {
		return
	}
	a.ruled = make([]*regionRuled, len(a.Standard.Rules))
	for i, r := range a.Standard.Rules {
		if r.Level == edu.Section {
			continue
		}
		rr := &regionRuled{rule: r, level: r.Level}
		if len(a.Units[r.Level]) == 0 {
			rr.level = a.lowest // a file of one county that does not name it
		}
		vs := make([]edu.Verdict, len(a.Units[rr.level]))
		sideBySide(len(vs), func(lo, hi int) {
			for u := lo; u < hi; u++ {
				vs[u] = a.judgeRule(r, rr.level, u)
			}
		})
		rr.verdicts[rr.level] = vs
		a.rollUp(rr)
		a.ruled[i] = rr
	}
}

// sideBySide cuts n things into a stretch for each processor where there are
// enough of them to be worth it.
func sideBySide(n int, do func(lo, hi int)) {
	workers := min(runtime.GOMAXPROCS(0), n/256)
	if workers < 2 {
		do(0, n)
		return
	}
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() { do(n*k/workers, n*(k+1)/workers) })
	}
	wg.Wait()
}

// rollUp gives the units above the rule's level the verdict that all units
// below must be met.
func (a *Assessment) rollUp(rr *regionRuled) {
	below := rr.level
	for l := rr.level; l > edu.NoLevel; {
		l--
		if len(a.Units[l]) == 0 {
			continue
		}
		sums := make([]edu.AllOf, len(a.Units[l]))
		for u, unit := range a.Units[below] {
			if unit.Parent >= 0 {
				sums[unit.Parent].Add(rr.verdicts[below][u])
			}
		}
		vs := make([]edu.Verdict, len(sums))
		for u := range sums {
			vs[u] = sums[u].Verdict()
		}
		rr.verdicts[l] = vs
		below = l
	}
}

func (a *Assessment) judgeRule(r *pack.Rule, level edu.Level, unit int) edu.Verdict {
	if r.Statistic != "" {
		return a.dispersion(r, level, unit)
	}
	if r.First {
		v, _ := a.firstOf(r, level, unit)
		return v
	}
	var met, unknown, exempt, k int
	for _, id := range r.Of {
		k++
		switch a.member(r, id, level, unit) {
		case edu.Met:
			met++
		case edu.Unknown:
			unknown++
		case edu.Exempt:
			exempt++
		}
	}
	atLeast := k
	if r.AtLeast > 0 {
		atLeast = r.AtLeast
	}
	return verdictOf(k, atLeast, met, unknown, exempt, false)
}

// firstOf is the verdict of the first member that can be told, and its id. A
// figure that was typed for want of better data must not outvote these.
func (a *Assessment) firstOf(r *pack.Rule, level edu.Level, unit int) (edu.Verdict, string) {
	var all edu.AllOf
	for _, id := range r.Of {
		v := a.member(r, id, level, unit)
		if v == edu.Met || v == edu.Short {
			return v, id
		}
		all.Add(v)
	}
	return all.Verdict(), ""
}

// member is the verdict of one member of a region rule.
func (a *Assessment) member(r *pack.Rule, id string, level edu.Level, unit int) edu.Verdict {
	if i := slices.IndexFunc(a.Standard.Rules, func(x *pack.Rule) bool { return x.ID == id }); i >= 0 {
		if a.Standard.Rules[i].Level == edu.Section {
			return every(a.Sections(id, level, unit, -1), r.Share)
		}
		return a.Verdict(id, level, unit)
	}
	def := a.Pack.Indicator(id)
	if def.Level == edu.County {
		row := a.Units[level][unit].Row
		if a.Counties == nil || row < 0 || a.Counties.Indicator(id) == nil {
			return edu.Unknown
		}
		return a.Counties.Indicator(id).Verdict(row)
	}
	var all edu.AllOf
	for i, st := range a.Stages {
		jd := st.Indicator(id)
		ri := a.Units[level][unit].Region[i]
		if jd == nil || ri < 0 {
			continue
		}
		if jd.Threshold != nil {
			lo, hi := a.Rows(level, unit, i)
			all.Add(every(Tally(jd.Verdicts, lo, hi), r.Share))
		}
		if jd.Region != nil {
			all.Add(jd.RegionVerdicts[level][ri])
		}
	}
	return all.Verdict()
}

// every is the verdict of a unit over its sections: all of them, or the stated
// share of those in scope.
func every(t edu.AllOf, share float64) edu.Verdict {
	if share <= 0 || share >= 1 {
		return t.Verdict()
	}
	n := t.Count[edu.Met] + t.Count[edu.Short] + t.Count[edu.Unknown]
	met, could := float64(t.Count[edu.Met]), float64(t.Count[edu.Met]+t.Count[edu.Unknown])
	need := share * float64(n)
	switch {
	case n == 0:
		return edu.Exempt
	case met >= need:
		return edu.Met
	case could < need:
		return edu.Short
	default:
		return edu.Unknown
	}
}

// dispersion holds a statistic of each indicator, or the mean of them, to the
// limit of each stage.
func (a *Assessment) dispersion(r *pack.Rule, level edu.Level, unit int) edu.Verdict {
	var all edu.AllOf
	a.spread(r, level, unit, func(v edu.Verdict, _ edu.Stage, _ string, _ float64) { all.Add(v) })
	return all.Verdict()
}

// spread gives the verdict on each figure that a rule over a statistic holds to
// its limit: of an indicator at a stage, or of the rule's mean at a stage.
func (a *Assessment) spread(r *pack.Rule, level edu.Level, unit int, add func(v edu.Verdict, stage edu.Stage, id string, figure float64)) {
	for i, st := range a.Stages {
		limit, ok := r.Limit[st.Frame.Stage]
		ri := a.Units[level][unit].Region[i]
		if !ok || ri < 0 {
			continue
		}
		var sum float64
		var n, missing int
		for _, id := range r.Of {
			it := st.Item(id)
			if it == nil {
				continue
			}
			s := it.Stats[level][ri]
			if s.N == 0 && s.Missing == 0 {
				continue
			}
			v := Dispersion(s, r.Statistic)
			n++
			sum += v
			missing += s.Missing
			if !r.Mean {
				add(incomplete(Compare(v, r.Op, limit), s.Missing), st.Frame.Stage, id, v)
			}
		}
		if r.Mean && n > 0 {
			mean := sum / float64(n)
			add(incomplete(Compare(mean, r.Op, limit), missing), st.Frame.Stage, r.ID, mean)
		}
	}
}

// Dispersion reads a coefficient of variation off a region's moments: "wcv"
// weighted, "cv" of the population, "scv" of the sample; NaN is missing.
func Dispersion(s indicator.Stat, statistic string) float64 {
	switch statistic {
	case "wcv":
		return s.Weighted.CV()
	case "cv":
		return s.Plain.CV()
	case "scv":
		return s.Plain.SampleCV()
	default:
		return edu.Missing()
	}
}
