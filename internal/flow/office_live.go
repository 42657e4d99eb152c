package flow

import (
	"context"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/task"
)

// live is the value of a target's indicator as it is measured now, and at the
// first period that has one: progress is never typed. What the city does not
// measure is unknown, and no error: a task outlives its pack.
func (o *Office) live(ctx context.Context, t task.Target) task.Live {
	l := task.Live{Scheme: t.Scheme, Unit: t.Unit}
	if t == (task.Target{}) {
		return l
	}
	packs := o.city.Packs()
	i := slices.IndexFunc(packs, func(p *pack.Pack) bool { return p.Ref() == t.Scheme || p.ID == t.Scheme })
	if i < 0 || packs[i].Indicator(t.Indicator) == nil {
		return l
	}
	d := packs[i].Indicator(t.Indicator)
	l.Known, l.Name, l.Measure, l.Scheme = true, d.Name, edu.Text{ZH: d.Unit, EN: d.Unit}, packs[i].Ref()
	periods, err := o.city.Periods(ctx)
	if err != nil {
		return l
	}
	tree, err := o.city.Tree(ctx)
	if err != nil {
		return l
	}
	at := func(p edu.Period) (edu.Value, bool) {
		t := t
		if t.Unit != "" { // an assessment knows a unit by the code of its year
			on := tree.On(p)
			i := on.Find(t.Unit)
			if i < 0 {
				return edu.Value{}, false
			}
			t.Unit, l.UnitName = edu.UnitID(on.Nodes[i].Key), on.Nodes[i].Name
		}
		a, err := o.city.Measure(ctx, packs[i].Ref(), p)
		if err != nil {
			return edu.Value{}, false
		}
		return valueOf(a, t)
	}
	for _, p := range slices.Backward(periods) {
		if v, ok := at(p); ok {
			l.Now, l.NowAt = v, p
			break
		}
	}
	for _, p := range periods {
		if v, ok := at(p); ok {
			l.Base, l.BaseAt = v, p
			break
		}
	}
	return l
}

// valueOf is the value of an indicator for the unit of a target; the empty unit is
// the whole city.
func valueOf(a *standard.Assessment, t task.Target) (edu.Value, bool) {
	for _, level := range a.Levels() {
		if level > edu.School {
			continue
		}
		u := a.Unit(level, t.Unit)
		if t.Unit == "" && len(a.Units[level]) == 1 && level <= edu.City {
			u = 0
		}
		if u < 0 {
			continue
		}
		unit := a.Units[level][u]
		if a.Counties != nil && unit.Row >= 0 {
			if j := a.Counties.Indicator(t.Indicator); j != nil {
				v := edu.FromFloat(j.Item.Value(unit.Row))
				_, ok := v.Number()
				return v, ok
			}
		}
		for s, st := range a.Stages {
			if t.Stage != "" && st.Frame.Stage != t.Stage || unit.Region[s] < 0 {
				continue
			}
			if it := st.Item(t.Indicator); it != nil && it.Stats[level] != nil {
				v := edu.FromFloat(it.Stats[level][unit.Region[s]].Value)
				if _, ok := v.Number(); ok {
					return v, true
				}
			}
		}
	}
	return edu.Value{}, false
}
