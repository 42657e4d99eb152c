package flow

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/plan"
	"shuren/internal/standard"
)

// TargetLive is a target with how far it is, from the figures as they are now. What
// lies outside the reader's part is not in it.
type TargetLive struct {
	Line     *plan.Line
	Target   *plan.Target
	Seen     bool // the reader sees the figures of the whole
	Progress plan.Progress
	Figures  map[int]plan.Reading
	Name     edu.Text // of the indicator, empty where the city is not measured by it
	Code     string
	Decimals int
	Counties []CountyLive // in the order of their codes
}

// CountyLive is a county with its share of a target.
type CountyLive struct {
	ID       edu.UnitID
	Code     string
	Name     edu.Text
	Share    plan.Target
	Seen     bool
	Progress plan.Progress
}

// PlanTargets gives the targets of a version with their progress. For every year
// from the base to now the city is measured by the schemes that they name; readers
// of a part see the figures of their counties.
func (o *Office) PlanTargets(ctx context.Context, who auth.Actor, v *PlanView) ([]TargetLive, error) {
	b, err := o.bodyList(ctx)
	if err != nil {
		return nil, err
	}
	figures, err := o.planFigures(ctx, who, b, v)
	if err != nil {
		return nil, err
	}
	whole := who.Reach(auth.ReadRegion).Whole
	var out []TargetLive
	for i := range v.Lines {
		l := &v.Lines[i]
		for k := range l.Targets {
			t := &l.Targets[k]
			x := TargetLive{Line: l, Target: t, Seen: whole, Decimals: 2}
			if d := o.measureOf(t); d != nil {
				x.Name, x.Code, x.Decimals = d.Name, d.Code, d.Decimals
			} else if r := o.ruleOf(t); r != nil {
				x.Name, x.Code, x.Decimals = r.Name, r.Code, 1
			}
			switch t.Of {
			case plan.Passed:
				x.Decimals = 1
			case plan.Spread:
				x.Decimals = 3
			}
			if whole {
				x.Figures = figures[figureOf{t.Scheme, t.Indicator, t.Stage, t.Of}][""]
				x.Progress = plan.Judge(t, x.Figures, v.Near, v.To)
			}
			for _, u := range plan.Counties(t) {
				unit, ok := b.tree.Unit(u)
				if !ok {
					continue
				}
				c := CountyLive{ID: u, Code: lastAttrs(unit).Code, Name: lastAttrs(unit).Name, Seen: whole || withinReach(b.tree, who.Reach(auth.ReadRegion), u)}
				c.Share, _ = t.Share(u)
				if c.Seen {
					c.Progress = plan.Judge(&c.Share, figures[figureOf{t.Scheme, t.Indicator, t.Stage, t.Of}][u], v.Near, v.To)
				}
				x.Counties = append(x.Counties, c)
			}
			slices.SortFunc(x.Counties, func(a, b CountyLive) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID)) })
			out = append(out, x)
		}
	}
	return out, nil
}

func withinReach(t *edu.Tree, r auth.Reach, u edu.UnitID) bool {
	return r.Whole || slices.ContainsFunc(r.Units, func(top edu.UnitID) bool { return under(t, u, top) })
}

func (o *Office) packNamed(ref string) *pack.Pack {
	for _, p := range o.city.Packs() {
		if p.Ref() == ref {
			return p
		}
	}
	return nil
}

func (o *Office) measureOf(t *plan.Target) *pack.Indicator {
	if p := o.packNamed(t.Scheme); p != nil && t.Of != plan.RuleOf {
		return p.Indicator(t.Indicator)
	}
	return nil
}

func (o *Office) ruleOf(t *plan.Target) *pack.Rule {
	if p := o.packNamed(t.Scheme); p != nil && t.Of == plan.RuleOf {
		for _, s := range p.Standards {
			for _, r := range s.Rules {
				if r.ID == t.Indicator {
					return r
				}
			}
		}
	}
	return nil
}

// figureOf names a figure of the assessment.
type figureOf struct {
	scheme, indicator string
	stage             edu.Stage
	of                plan.Of
}

// planFigures reads the figures of the plan's targets: by figure, unit ("" is the
// whole) and year.
func (o *Office) planFigures(ctx context.Context, who auth.Actor, b *bodyList, v *PlanView) (map[figureOf]map[edu.UnitID]map[int]plan.Reading, error) {
	out := map[figureOf]map[edu.UnitID]map[int]plan.Reading{}
	if who.Reach(auth.ReadRegion).None() {
		return out, nil
	}
	from := v.From
	var schemes []string
	for i := range v.Lines {
		for k := range v.Lines[i].Targets {
			t := &v.Lines[i].Targets[k]
			if t.Indicator == "" || o.packNamed(t.Scheme) == nil {
				continue
			}
			if t.BaseYear != 0 {
				from = min(from, t.BaseYear)
			}
			out[figureOf{t.Scheme, t.Indicator, t.Stage, t.Of}] = map[edu.UnitID]map[int]plan.Reading{}
			if !slices.Contains(schemes, t.Scheme) {
				schemes = append(schemes, t.Scheme)
			}
		}
	}
	view := o.city.As(who)
	periods, err := view.Periods(ctx)
	if err != nil {
		return nil, err
	}
	// A year that has just been opened is not shown until it is whole.
	current, err := o.city.Current(ctx, periods)
	if err != nil {
		return nil, err
	}
	for _, p := range periods {
		if p.Kind() != edu.SchoolYear || p.Int() < from || p.Int() > v.To || p.Compare(current) > 0 {
			continue
		}
		on := b.tree.On(p)
		for _, ref := range schemes {
			a, err := view.Measure(ctx, ref, p)
			if errors.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			for f, by := range out {
				if f.scheme == ref {
					take(a, on, f, by, p.Int(), who.Reach(auth.ReadRegion).Whole)
				}
			}
		}
	}
	return out, nil
}

// take reads one figure of an assessment, of the whole and of every county.
func take(a *standard.Assessment, on *edu.Snapshot, f figureOf, by map[edu.UnitID]map[int]plan.Reading, year int, whole bool) {
	keep := func(u edu.UnitID, r plan.Reading) {
		if by[u] == nil {
			by[u] = map[int]plan.Reading{}
		}
		by[u][year] = r
	}
	for i := range a.Units[edu.County] {
		u := a.Units[edu.County][i]
		at := on.ByKey(edu.County, cmp.Or(u.Code, string(u.ID))) // an assessment knows counties by their codes of the year
		if r, ok := figure(a, f, edu.County, i); ok && len(at) == 1 {
			keep(on.Nodes[at[0]].Unit.ID, r)
		}
	}
	if !whole {
		return
	}
	for l := range a.Units {
		if len(a.Units[l]) > 0 {
			if r, ok := figure(a, f, edu.Level(l), 0); ok {
				keep("", r)
			}
			return
		}
	}
}

// stageOf is the frame that has an indicator: the one that the target names, or
// the only one.
func stageOf(a *standard.Assessment, f figureOf) int {
	at := -1
	for i, st := range a.Stages {
		if st.Item(f.indicator) == nil || f.stage != "" && st.Frame.Stage != f.stage {
			continue
		}
		if at >= 0 {
			return -1 // two stages have it, and the target does not say which
		}
		at = i
	}
	return at
}

// figure is one figure of a unit. ok is false where there is nothing of the kind
// in the period at all: the unit has no sections of the stage.
func figure(a *standard.Assessment, f figureOf, level edu.Level, unit int) (plan.Reading, bool) {
	if f.of == plan.RuleOf {
		return ruled(a, f, level, unit)
	}
	if k := stageOf(a, f); k >= 0 {
		st := a.Stages[k]
		r := a.Units[level][unit].Region[k]
		it := st.Item(f.indicator)
		if r < 0 || r >= len(it.Stats[level]) {
			return plan.Reading{}, false
		}
		s := it.Stats[level][r]
		switch f.of {
		case plan.Passed:
			lo, hi := a.Rows(level, unit, k)
			return share(standard.Tally(st.Indicator(f.indicator).Verdicts, lo, hi)), true
		case plan.Spread:
			return plan.Reading{Value: standard.Dispersion(s, "wcv"), Owed: s.Missing}, true
		}
		return plan.Reading{Value: s.Value, Owed: s.Missing}, true
	}
	if a.Counties == nil || a.Counties.Item(f.indicator) == nil {
		return plan.Reading{}, false
	}
	it := a.Counties.Item(f.indicator)
	jd := a.Counties.Indicator(f.indicator)
	if level == edu.County {
		row := a.Units[level][unit].Row
		if row < 0 {
			return plan.Reading{}, false
		}
		if f.of == plan.Passed {
			return share(standard.Tally(jd.Verdicts, row, row+1)), true
		}
		return plan.Reading{Value: it.Value(row)}, true
	}
	if f.of == plan.Passed {
		return share(standard.Tally(jd.Verdicts, 0, a.Counties.Frame.Len())), true
	}
	for r, reg := range a.Counties.Frame.Regions[level] {
		if u := a.Units[level][unit]; (reg.ID == u.ID || reg.Code != "" && reg.Code == u.Code) && r < len(it.Stats[level]) {
			return plan.Reading{Value: it.Stats[level][r].Value, Owed: it.Stats[level][r].Missing}, true
		}
	}
	return plan.Reading{Value: edu.Missing()}, true
}

// ruled is how much of a unit meets a rule: of a rule for sections the percentage,
// of one for counties how many.
func ruled(a *standard.Assessment, f figureOf, level edu.Level, unit int) (plan.Reading, bool) {
	stage := -1
	for i, st := range a.Stages {
		if st.Rule(f.indicator) != nil && (f.stage == "" || st.Frame.Stage == f.stage) {
			if stage = i; f.stage != "" {
				break
			}
		}
	}
	if stage >= 0 {
		if f.stage == "" {
			stage = -1 // all stages together
		}
		return share(a.Sections(f.indicator, level, unit, stage)), true
	}
	at := a.RuleLevel(f.indicator)
	if at == edu.NoLevel || at < level {
		return plan.Reading{}, false
	}
	n, owed := 0.0, 0
	for i, u := range a.Units[at] {
		if at == level && i != unit || at > level && !below(a, at, u, level, unit) {
			continue
		}
		switch a.Verdict(f.indicator, at, i) {
		case edu.Met:
			n++
		case edu.Unknown:
			owed++
		}
	}
	if at == level && owed > 0 {
		return plan.Reading{Value: edu.Missing(), Owed: 1}, true
	}
	return plan.Reading{Value: n, Owed: owed, Floor: true}, true
}

// below tells whether a unit stands under another one.
func below(a *standard.Assessment, at edu.Level, u standard.Unit, level edu.Level, top int) bool {
	for {
		up := edu.NoLevel
		for l := at - 1; l > edu.NoLevel; l-- {
			if len(a.Units[l]) > 0 {
				up = l
				break
			}
		}
		if up == edu.NoLevel || u.Parent < 0 {
			return false
		}
		if up == level {
			return u.Parent == top
		}
		u, at = a.Units[up][u.Parent], up
	}
}

// share is the percentage of what was judged that is met; who has not reported is
// owed.
func share(t edu.AllOf) plan.Reading {
	all := t.Count[edu.Met] + t.Count[edu.Short] + t.Count[edu.Unknown]
	if all == 0 {
		return plan.Reading{Value: edu.Missing()}
	}
	return plan.Reading{Value: 100 * float64(t.Count[edu.Met]) / float64(all), Owed: t.Count[edu.Unknown], Floor: true}
}
