package web

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// place is a unit above sections, of which a figure is explained.
type place struct {
	level edu.Level
	i     int
	code  string
	name  string
}

// noCode stands in addresses for the whole of data that name no unit above
// their counties.
const noCode = "-"

// at finds a unit of the assessment by level and code.
func (r *request) at(level edu.Level, code string) (place, error) {
	i := slices.IndexFunc(r.a.Units[level], func(u standard.Unit) bool { return addressOf(u) == code })
	if i < 0 {
		return place{}, fmt.Errorf("%s %s: %w", level, code, fault.NotFound)
	}
	return r.placeOf(level, i), nil
}

func (r *request) placeOf(level edu.Level, i int) place {
	u := r.a.Units[level][i]
	p := place{level, i, addressOf(u), u.Name}
	if level < edu.City || p.name == "" {
		p.name = r.whole()
	}
	return p
}

// addressOf is how a unit is named in addresses.
func addressOf(u standard.Unit) string {
	if c := codeOf(u); c != "" {
		return c
	}
	return noCode
}

// trace is the address of the explanation of one of a unit's figures.
func (r *request) traceAt(p place, item string, kv ...string) string {
	return r.toTrace(p.level, p.code, item, kv...)
}

// topPlace is the whole; ok is false where there is none.
func (r *request) topPlace() (place, bool) {
	level, i := r.lens.top()
	if i < 0 {
		return place{}, false
	}
	return r.placeOf(level, i), true
}

// toTop is the explanation of one of the whole's figures; empty where the data
// have no whole.
func (r *request) toTop(item string, kv ...string) string {
	p, ok := r.topPlace()
	if !ok {
		return ""
	}
	return r.traceAt(p, item, kv...)
}

// inside lists the units of a lower level that lie in a unit.
func (r *request) inside(p place, level edu.Level) []int {
	var out []int
	for i := range r.a.Units[level] {
		at, u := level, i
		for at > p.level && u >= 0 {
			u = r.a.Units[at][u].Parent
			for at--; at > p.level && len(r.a.Units[at]) == 0; {
				at--
			}
		}
		if at == p.level && u == p.i {
			out = append(out, i)
		}
	}
	return out
}

// traceRegion explains a figure or verdict of a unit above the sections: of a
// rule, an indicator, or what was reported.
func (s *Server) traceRegion(r *request, level edu.Level, code, item string) (tracePage, error) {
	at, err := r.at(level, code)
	if err != nil {
		return tracePage{}, err
	}
	var crumbs []Link
	switch {
	case level == edu.County:
		crumbs = []Link{{r.T("nav.counties"), r.to([]string{"counties"})}, {at.name, r.toCounty(code)}}
	case level > edu.County:
		crumbs = []Link{{r.T("nav.counties"), r.to([]string{"counties"})}}
	default:
		crumbs = []Link{{r.T("nav.overview"), r.to(nil)}}
	}
	page := func(title, stage string, steps []step) tracePage {
		of := at.name
		if stage != "" {
			of += " · " + stage
		}
		return tracePage{Shell: s.shell(r, title, "counties", crumbs...), Of: of + " · " + r.Period(r.period), Steps: steps}
	}
	if rule := r.lens.rule(item); rule != nil {
		steps, stage, err := r.ruleSteps(rule, at)
		return page(r.Text(rule.Name), stage, steps), err
	}
	if d := r.a.Pack.Indicator(item); d != nil {
		title := joinCode(d.Code, r.Text(d.Name))
		if d.Level == edu.County {
			steps, err := s.ownSteps(r, d, at)
			return page(title, "", steps), err
		}
		stage, err := r.indicatorStage(d)
		if err != nil {
			return tracePage{}, err
		}
		of := r.Stage(r.a.Stages[stage].Frame.Stage)
		g, grouped, err := r.groupAt(stage, at)
		if err != nil {
			return tracePage{}, err
		}
		if grouped {
			list, err := r.groupSteps(d, g)
			return page(title, of+" · "+g.name, list), err
		}
		list, err := s.regionSteps(r, d, stage, at)
		return page(title, of, list), err
	}
	if e := r.a.Pack.Element(item); e != nil {
		if r.query.Get("group") != "" && e.Level != edu.County {
			stage, err := r.stage()
			if err != nil {
				return tracePage{}, err
			}
			g, _, err := r.groupAt(stage, at)
			if err != nil {
				return tracePage{}, err
			}
			list, err := r.groupTotal(e, item, g)
			return page(r.element(item), r.Stage(g.st.Frame.Stage)+" · "+g.name, list), err
		}
		steps, stage, err := s.totalSteps(r, e, item, at)
		return page(r.element(item), stage, steps), err
	}
	return tracePage{}, fmt.Errorf("indicator, rule or element %s: %w", item, fault.NotFound)
}

// ownSteps explains an indicator of the counties' own answers: of one county, or
// of all that lie in a larger unit.
func (s *Server) ownSteps(r *request, d *pack.Indicator, at place) ([]step, error) {
	if r.a.Counties == nil || r.a.Counties.Indicator(d.ID) == nil {
		return nil, fmt.Errorf("county answers in %s: %w", r.period, fault.NotFound)
	}
	if at.level == edu.County {
		row := r.a.Units[edu.County][at.i].Row
		if row < 0 {
			return []step{{Title: r.T("trace.verdict"), Text: r.T("trace.noanswers", at.name)}, r.indicatorStep(d)}, nil
		}
		t, ok := r.a.Trace(r.a.Counties, row, d.ID)
		if !ok {
			return nil, fmt.Errorf("indicator %s: %w", d.ID, fault.NotFound)
		}
		return append(s.rowSteps(r, r.a.Counties, row, t, at.code), s.past(r, func(y year) (float64, string) {
			if i := y.lens.a.Unit(edu.County, r.a.Units[edu.County][at.i].ID); i >= 0 && y.lens.a.Counties != nil && y.lens.a.Units[edu.County][i].Row >= 0 && y.lens.a.Counties.Indicator(d.ID) != nil {
				return y.lens.a.Counties.Indicator(d.ID).Item.Value(y.lens.a.Units[edu.County][i].Row), codeOf(y.lens.a.Units[edu.County][i])
			}
			return edu.Missing(), ""
		}, edu.County, d.ID, d.Decimals, "")...), nil
	}
	if at.level > edu.County {
		return nil, fmt.Errorf("a county's answer in a %s: %w", at.level, fault.NotFound)
	}
	jd := r.a.Counties.Indicator(d.ID)
	t := Table{ID: "members", Caption: r.T("trace.units"), Sheet: r.T("nav.counties"), List: true, Empty: r.T("empty.answers"),
		Cols: []Col{{Label: r.T("county"), Wrap: true}, {Label: r.T("county.value"), Num: true}, {Label: r.T("standard"), Num: true}, {Label: r.T("why"), Wrap: true}, {Label: r.T("verdict")}}}
	var n edu.AllOf
	for _, i := range r.inside(at, edu.County) {
		u := r.a.Units[edu.County][i]
		href := r.toTrace(edu.County, addressOf(u), d.ID)
		v, limit := r.itemFigure(blockItem{id: d.ID, def: d}, i)
		verdict, why := edu.Unknown, r.T("trace.noanswers", u.Name)
		if u.Row >= 0 {
			verdict, why = jd.Verdict(u.Row), r.Text(r.a.Reason(r.a.Counties, jd, u.Row))
		}
		n.Add(verdict)
		lamp := lampCell(r.Verdict(verdict))
		lamp.Href = href
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(u.Name, href), v.to(href), limit.to(href), text(why), lamp}})
	}
	return []step{{Title: r.T("trace.verdict"), Text: r.T("trace.tally", r.tallyWords(n))}, r.indicatorStep(d), {Title: r.T("trace.units"), Tables: []Table{t}}}, nil
}
