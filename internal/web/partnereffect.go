package web

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/partner"
)

// effectView is the card that says whether linked schools changed more than
// others like them.
type effectView struct {
	Stages   []Choice
	Measures []Choice
	Hidden   []Param
	Title    string
	Lamp     Lamp
	Says     []string // the finding, then what it rests on
	Chart    *chartView
	Numbers  Table
	Path     Table
	Sets     Table
	Left     []string
}

// effect compares linked schools with those like them in one measure; nil where
// there are no data, or no links to ask about.
func (s *Server) effect(r *request, tree *edu.Tree, links []partner.Link, kind partner.Kind) (*effectView, error) {
	if r.a == nil || !slices.ContainsFunc(links, func(l partner.Link) bool { return l.Undone.IsZero() }) {
		return nil, nil
	}
	stage, err := r.stage()
	if err != nil || stage < 0 || stage >= len(r.a.Stages) {
		return nil, err
	}
	st := r.a.Stages[stage]
	v := &effectView{Stages: r.stages(stage)}
	var d *pack.Indicator
	for _, x := range r.lens.measures {
		if st.Item(x.ID) == nil || x.Unit == pack.YesNo {
			continue
		}
		on := x.ID == r.query.Get("indicator")
		if d == nil || on {
			d = x
		}
		v.Measures = append(v.Measures, Choice{Link{joinCode(x.Code, r.Text(x.Name)), x.ID}, on})
	}
	if id := r.query.Get("indicator"); d == nil || id != "" && d.ID != id {
		if id != "" {
			return nil, fmt.Errorf("indicator %q: %w", id, fault.NotFound)
		}
		return nil, nil
	}
	if k := r.query.Get("stage"); k != "" {
		v.Hidden = append(v.Hidden, Param{"stage", k})
	}
	v.Hidden = append(v.Hidden, Param{"year", r.period.String()})
	h, err := s.history(r)
	if err != nil {
		return nil, err
	}
	units, features, err := linkedUnits(r, h, stage, d, links, kind)
	if err != nil {
		return nil, err
	}
	e := partner.Estimate(units, features, d.Better)
	r.fillEffect(v, tree, e, units, features, d, st.Frame.Stage)
	return v, nil
}

// linkedUnits are the schools of a stage with their years, and since when each
// has been a member of a link. One that leads a link, or that has another kind
// of link besides, is neither member nor control.
func linkedUnits(r *request, h *compare.History, stage int, d *pack.Indicator, links []partner.Link, kind partner.Kind) ([]partner.Unit, []compare.Feature, error) {
	st := r.a.Stages[stage]
	features, values, _ := compare.SchoolFeatures(r.a, st)
	now := h.Years[len(h.Years)-1]
	var years []edu.Period
	for _, y := range h.Years {
		years = append(years, y.Period)
	}
	type member struct {
		link  *partner.Link
		taken bool
	}
	of := map[edu.UnitID]*member{}
	at := func(id edu.UnitID) *member {
		if of[id] == nil {
			of[id] = &member{}
		}
		return of[id]
	}
	for i := range links {
		l := &links[i]
		if !l.Undone.IsZero() {
			continue
		}
		at(l.Lead).taken = true
		m := at(l.Member)
		switch {
		case kind != "" && l.Kind != kind:
			m.taken = true
		case m.link == nil || l.From < m.link.From:
			m.link = l
		}
	}
	order := make([]int, st.Frame.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareText(st.Frame.Rows[a].Code, st.Frame.Rows[b].Code) })
	units := make([]partner.Unit, 0, len(order))
	for _, row := range order {
		code := st.Frame.Rows[row].Code
		points, err := h.School(code, st.Frame.Stage, d.ID)
		if err != nil {
			return nil, nil, err
		}
		u := partner.Unit{Key: code, Features: values[row], First: -1, End: len(years), Values: make([]float64, len(years))}
		for y := range u.Values {
			u.Values[y] = math.NaN()
			if k := y - (len(years) - len(points)); k >= 0 {
				u.Values[y] = points[k].Value
				if points[k].Break&compare.Redefined != 0 { // another figure under the same name
					for back := range y {
						u.Values[back] = math.NaN()
					}
				}
			}
		}
		if found := now.On.ByKey(edu.School, code); len(found) == 1 {
			if m := of[now.On.Nodes[found[0]].Unit.ID]; m != nil {
				u.Taken = m.taken
				if m.link != nil {
					u.First, u.End = partner.YearsOf(m.link, years)
					u.Lead = string(m.link.Lead)
				}
			}
		}
		units = append(units, u)
	}
	return units, features, nil
}

func (r *request) fillEffect(v *effectView, tree *edu.Tree, e partner.Effect, units []partner.Unit, features []compare.Feature, d *pack.Indicator, stage edu.Stage) {
	unit := r.Uom(r.a.Pack, d.Unit)
	by := unit // of a difference
	if d.Unit == compare.Percent {
		by = r.T("compare.points")
	}
	amount := func(x float64) string { return r.measured(chart.Change(x, d.Decimals+1), by) }
	v.Title = r.T("partners.effect.of", d.Name, r.Stage(stage))
	linked := 0
	for _, u := range units {
		if u.First >= 0 && !u.Taken {
			linked++
		}
	}
	v.Lamp = Lamp{Tone: chart.Open, Word: r.T("partners.lamp.open")}
	if e.Finding.Concludes() {
		v.Lamp = Lamp{Tone: chart.Plain, Word: r.T("partners.lamp.said")}
	}
	switch e.Finding {
	case partner.FewYears:
		v.Says = append(v.Says, r.T("partners.find.years", partner.LeastYears))
	case partner.FewUnits:
		v.Says = append(v.Says, r.T("partners.find.units", len(e.Sets)))
	case partner.Unlike:
		v.Says = append(v.Says, r.T("partners.find.unlike"))
	case partner.TrendsApart:
		v.Says = append(v.Says, r.T("partners.find.trends", amount(e.Slope), chart.Number(e.PreP, 3), amount(e.Drift)))
	case partner.NoDifference:
		v.Says = append(v.Says, r.T("partners.find.none", amount(e.Estimate), amount(e.Low), amount(e.High)))
	case partner.More:
		v.Says = append(v.Says, r.T("partners.find.more", amount(e.Estimate), amount(e.Low), amount(e.High)), r.T("partners.find.cause"))
	case partner.Less:
		v.Says = append(v.Says, r.T("partners.find.less", amount(e.Estimate), amount(e.Low), amount(e.High)), r.T("partners.find.cause"))
	}
	var names []string
	for _, f := range features {
		names = append(names, r.Text(f.Name))
	}
	v.Says = append(v.Says, r.T("partners.how", linked, len(e.Sets), r.List(append([]string{r.T("partners.level"), r.T("partners.trend")}, names...))))
	v.Numbers = r.effectNumbers(e, amount)
	v.Path, v.Chart = r.effectPath(e, unit, d)
	v.Sets = r.effectSets(e, units, d, by, stage)
	v.Left = r.effectLeft(e, units, stage)
}

// effectNumbers are the figures behind the finding; without a conclusion they are
// not shown as if they were one.
func (r *request) effectNumbers(e partner.Effect, amount func(float64) string) Table {
	t := Table{ID: "effect", Caption: r.T("partners.numbers"), Sheet: r.T("partners.effect"), Tight: true, Empty: r.T("partners.numbers.none"), Cols: []Col{{Label: r.T("partners.number"), Wrap: true}, {Label: r.T("value"), Num: true}, {Label: r.T("partners.meaning"), Wrap: true}}}
	add := func(name, meaning, value string, x float64) {
		c := Cell{Text: value, Value: x, Number: x-x == 0}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(name), c, text(meaning)}})
	}
	add(r.T("partners.n.sets"), r.T("partners.m.sets"), strconv.Itoa(len(e.Sets)), float64(len(e.Sets)))
	add(r.T("partners.n.leads"), r.T("partners.m.leads"), strconv.Itoa(e.Leads), float64(e.Leads))
	if len(e.Sets) == 0 {
		return t
	}
	if e.Finding != partner.FewUnits {
		add(r.T("partners.n.estimate"), r.T("partners.m.estimate"), amount(e.Estimate), e.Estimate)
		add(r.T("partners.n.low"), r.T("partners.m.low"), amount(e.Low), e.Low)
		add(r.T("partners.n.high"), r.T("partners.m.high"), amount(e.High), e.High)
		add(r.T("partners.n.se"), r.T("partners.m.se"), amount(e.SE), e.SE)
		add(r.T("partners.n.p"), r.T("partners.m.p"), chart.Number(e.P, 4), e.P)
	}
	add(r.T("partners.n.slope"), r.T("partners.m.slope"), amount(e.Slope), e.Slope)
	add(r.T("partners.n.pre_p"), r.T("partners.m.pre_p"), chart.Number(e.PreP, 4), e.PreP)
	add(r.T("partners.n.tried"), r.T("partners.m.tried"), chart.Number(float64(e.Tried), 0), float64(e.Tried))
	return t
}

// effectPath is the mean of linked schools and of those like them, by the year
// counted from the link.
func (r *request) effectPath(e partner.Effect, unit string, d *pack.Indicator) (Table, *chartView) {
	t := Table{ID: "path", Caption: r.T("partners.path"), Sheet: r.T("partners.path.sheet"), Tight: true, Cols: []Col{{Label: r.T("partners.year")}, {Label: r.T("partners.linked"), Unit: unit, Num: true}, {Label: r.T("partners.alike"), Unit: unit, Num: true}, {Label: r.T("partners.n"), Num: true}}}
	spec := chart.Spec{Kind: chart.Line, Title: t.Caption, Unit: unit, Decimals: d.Decimals, XName: r.T("partners.year"), Height: 200, Series: []chart.Series{{Name: r.T("partners.linked")}, {Name: r.T("partners.alike")}}}
	for _, m := range e.Path {
		x := chart.Change(float64(m.Year), 0)
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(x), figure(m.Linked, d.Decimals), figure(m.Other, d.Decimals), count(m.N)}})
		spec.X = append(spec.X, x)
		spec.Series[0].Values = append(spec.Series[0].Values, m.Linked)
		spec.Series[1].Values = append(spec.Series[1].Values, m.Other)
		if m.Year == 0 {
			for i := range spec.Series[:1] {
				spec.Series[i].Cuts = []chart.Cut{{At: len(spec.X) - 1, Says: r.T("partners.begins")}}
			}
		}
	}
	if len(e.Path) == 0 {
		return t, nil
	}
	spec.Says = r.T("partners.path.says", d.Name)
	return t, view(spec)
}

func (r *request) effectSets(e partner.Effect, units []partner.Unit, d *pack.Indicator, by string, stage edu.Stage) Table {
	t := Table{ID: "sets", Caption: r.T("partners.sets.caption"), Sheet: r.T("partners.sets"), Empty: r.T("partners.sets.none"), Cols: []Col{{Label: r.T("partners.member"), Wrap: true}, {Label: r.T("partners.own"), Unit: by, Num: true, Wrap: true}, {Label: r.T("partners.others"), Unit: by, Num: true, Wrap: true}, {Label: r.T("partners.diff"), Unit: by, Num: true, Wrap: true}, {Label: r.T("partners.with"), Wrap: true}}}
	for i := range e.Sets {
		s := &e.Sets[i]
		var with []string
		for k, c := range s.With {
			with = append(with, r.T("peers.one", r.schoolCalled(units[c].Key, stage), chart.Number(s.Apart[k], 2)))
		}
		key := units[s.Unit].Key
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(r.schoolCalled(key, stage), r.toSchool(key)), change(s.Change, d.Decimals+1), change(s.Other, d.Decimals+1), change(s.Effect(), d.Decimals+1), text(r.List(with))}})
	}
	return t
}

// schoolCalled is the name of a school of a stage, by its code.
func (r *request) schoolCalled(code string, stage edu.Stage) string {
	if st := r.a.Stage(stage); st != nil {
		if row, ok := st.Frame.Find(code); ok {
			return r.called(st.Frame.Rows[row])
		}
	}
	return code
}

// effectLeft says which linked schools have no part, and why.
func (r *request) effectLeft(e partner.Effect, units []partner.Unit, stage edu.Stage) (out []string) {
	by := map[partner.Why][]string{}
	for _, l := range e.Left {
		by[l.Why] = append(by[l.Why], r.schoolCalled(units[l.Unit].Key, stage))
	}
	for _, x := range []struct {
		why partner.Why
		key string
	}{{partner.FewBefore, "partners.left.before"}, {partner.FewAfter, "partners.left.after"}, {partner.NoFeature, "partners.left.feature"}, {partner.NobodyLike, "partners.left.alike"}} {
		if names := by[x.why]; len(names) > 0 {
			shown := names[:min(6, len(names))]
			out = append(out, r.T(x.key, len(names), r.List(shown)))
		}
	}
	return out
}
