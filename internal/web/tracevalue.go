package web

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// regionSteps explains a region's value of an indicator of sections: verdict,
// standard, formula with its sums put in, how many entered, who owes, and every
// section with its figures.
func (s *Server) regionSteps(r *request, d *pack.Indicator, stage int, at place) ([]step, error) {
	st := r.a.Stages[stage]
	stat, ok := r.lens.stat(stage, d.ID, at.level, at.i)
	if !ok {
		return nil, fmt.Errorf("indicator %s in %s %s: %w", d.ID, at.level, at.code, fault.NotFound)
	}
	region := r.a.Units[at.level][at.i].Region[stage]
	jd := st.Indicator(d.ID)
	unit := r.Uom(r.a.Pack, d.Unit)
	lo, hi := r.a.Rows(at.level, at.i, stage)
	verdict := step{Title: r.T("trace.verdict")}
	value := Fact{Term: r.T("trace.value", at.name), Text: r.measured(chart.Number(stat.value, d.Decimals), unit)}
	if math.IsNaN(stat.value) {
		value.Text = r.T("verdict.unknown.short")
		if why := jd.Item.RegionReason(at.level, region); why != "" && r.Lang() == "en" {
			value.Text += " · " + why
		}
	}
	if d.Region != nil {
		verdict.Facts = append(verdict.Facts, value)
	}
	if jd.Threshold != nil {
		verdict.Facts = append(verdict.Facts, Fact{Term: r.T("trace.sections"), Text: r.tallyWords(standard.Tally(jd.Verdicts, lo, hi)), Link: r.listLink(at, stage, "sort", d.ID, "dir", "asc")})
	}
	held := step{Title: r.T("trace.standard")}
	for _, th := range []*pack.Threshold{jd.Threshold, jd.Region} {
		if th == nil {
			continue
		}
		who := r.T("thresholds.each")
		if th.Region {
			who = r.T("thresholds.region")
			lamp := r.Verdict(jd.RegionVerdicts[at.level][region])
			verdict.Lamp, verdict.Text = &lamp, r.Text(jd.RegionReason(at.level, region))
		}
		held.Facts = append(held.Facts, Fact{Term: who, Text: r.thresholdWords(d, th)})
		held.Facts = append(held.Facts, r.cited(th.Source, th.Tag)...)
	}
	if jd.Threshold == nil && jd.Region == nil {
		held.Text = r.T("trace.nostandard")
	}
	steps := []step{verdict, held, r.indicatorStep(d)}
	if d.Region != nil {
		tr := jd.Item.RegionTrace(at.level, region)
		steps = append(steps, step{Title: r.T("trace.formula"), Text: r.T("trace.region", stat.n, stat.missing),
			Lines: []string{d.Region.Src, "= " + tr.Notation, "= " + exact(edu.FromFloat(stat.value))}})
	}
	if x, ok := r.spreadSteps(d, stage, at, stat); ok {
		steps = append(steps, x)
	}
	if x, ok := r.owesStep(jd, stage, at, region); ok {
		steps = append(steps, x)
	}
	if x, ok := r.lackStep(d, stage, lo, hi); ok {
		steps = append(steps, x)
	}
	uid := r.a.Units[at.level][at.i].ID
	steps = append(steps, s.past(r, func(y year) (float64, string) {
		i := y.lens.a.Unit(at.level, uid)
		for k, x := range y.lens.a.Stages {
			if i >= 0 && x.Frame.Stage == st.Frame.Stage {
				return y.lens.value(k, d.ID, at.level, i), addressOf(y.lens.a.Units[at.level][i])
			}
		}
		return edu.Missing(), ""
	}, at.level, d.ID, d.Decimals, string(st.Frame.Stage))...)
	rows := make([]int, 0, hi-lo)
	for i := lo; i < hi; i++ {
		rows = append(rows, i)
	}
	list, err := r.sectionsStep(d, stage, rows)
	return append(steps, list), err
}

// listLink leads to the list of a county's schools, or of all.
func (r *request) listLink(at place, stage int, kv ...string) *Link {
	kv = append(kv, "stage", string(r.a.Stages[stage].Frame.Stage))
	switch {
	case at.level == edu.County:
		kv = append(kv, "county", at.code)
	case at.level > edu.County:
		return nil
	}
	return &Link{r.T("answer.list"), r.to([]string{"schools"}, kv...)}
}

// spreadSteps explains a difference coefficient: X̄, S and their quotient.
func (r *request) spreadSteps(d *pack.Indicator, stage int, at place, stat unitStat) (step, bool) {
	rule := r.lens.spread
	if rule == nil || !slices.Contains(rule.Of, d.ID) {
		return step{}, false
	}
	all := r.a.Stages[stage].Item(d.ID).Stats[at.level][r.a.Units[at.level][at.i].Region[stage]]
	m, x := all.Weighted, "X̄ = Σxᵢ / ΣPᵢ = "
	sd := "S = √( Σ (Pᵢ/ΣP)·(xᵢ/Pᵢ − X̄)² ) = "
	if rule.Statistic != "wcv" {
		m, x, sd = all.Plain, "X̄ = Σxᵢ / n = ", "S = √( Σ (xᵢ − X̄)² / n ) = "
		if rule.Statistic == "scv" {
			sd = "S = √( Σ (xᵢ − X̄)² / (n − 1) ) = "
		}
	}
	cv, mean := stat.spread, m.Mean()
	out := step{Title: r.Text(rule.Name), Text: r.T("trace.spread", r.Op(rule.Op)+r.Limit(r.lens.limit(stage))),
		Lines: []string{x + chart.Number(mean, 6), sd + chart.Number(cv*mean, 6), "CV = S / X̄ = " + chart.Number(cv, 6), "n = " + chart.Number(float64(m.N), 0)},
		Facts: append([]Fact{{Term: r.T("catalogue.weight"), Text: r.element(d.Weight)}}, r.cited(rule.Source, rule.Tag)...)}
	if rule.Statistic != "wcv" {
		out.Facts = out.Facts[1:]
	}
	if at.level == r.a.RuleLevel(rule.ID) { // above it the rule is not one of coefficients
		lamp := r.Verdict(r.lens.spreadVerdict(cv, stat.missing, stage))
		out.Lamp = &lamp
	}
	return out, true
}

// mostOwes is how many sections that owe a figure are named.
const mostOwes = 20

// owesStep says what is missing and who owes it.
func (r *request) owesStep(jd *standard.Judged, stage int, at place, region int) (step, bool) {
	owes := jd.Item.Owes(at.level, region)
	if len(owes) == 0 {
		return step{}, false
	}
	d, f := jd.Item.Def, r.a.Stages[stage].Frame
	t := Table{ID: "owes", Caption: r.T("trace.owes.caption", min(mostOwes, len(owes)), len(owes)), Show: true, Sheet: r.T("trace.owes"), Tight: true,
		Cols: []Col{{Label: r.T("school"), Wrap: true}, {Label: r.T("trace.owes.what"), Wrap: true}, {Label: r.T("trace.owes.who")}}}
	for _, o := range owes[:min(mostOwes, len(owes))] {
		row := f.Rows[o.Row]
		what, who := r.T("trace.owes.unknown"), ""
		var names, whose []string
		for _, x := range o.Fields {
			names = append(names, r.element(x))
			if e := r.a.Pack.Element(x); e != nil {
				whose = appendNew(whose, r.answerer(e))
			}
		}
		if len(names) > 0 {
			what, who = r.List(names), r.List(whose)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(r.called(row), r.toTrace(edu.Section, row.Code, d.ID, "stage", string(f.Stage))), text(what), text(who)}})
	}
	return step{Title: r.T("trace.owes"), Text: r.T("trace.owes.text", len(owes)), Tables: []Table{t}}, true
}

// answerer names who answers an element.
func (r *request) answerer(e *pack.Element) string {
	if who := r.Text(e.Department); who != "" {
		return who
	}
	switch e.Who {
	case "township":
		return r.T("answers.township")
	case "county":
		return r.T("answers.county")
	case "department":
		return r.T("answers.department")
	case "city":
		return r.T("answers.city")
	default:
		return r.T("answers.school")
	}
}

// lackStep adds up what the sections that fall short lack.
func (r *request) lackStep(d *pack.Indicator, stage, lo, hi int) (step, bool) {
	st := r.a.Stages[stage]
	total, n, unit := 0.0, 0, ""
	if jd := st.Indicator(d.ID); jd.Threshold == nil {
		return step{}, false
	}
	for row := lo; row < hi; row++ {
		if st.Indicator(d.ID).Verdict(row) != edu.Short {
			continue
		}
		for _, x := range gap.Section(st, row) {
			if x.Indicator == d && !math.IsNaN(x.Amount) {
				total, n, unit = total+x.Amount, n+1, x.Unit
			}
		}
	}
	if n == 0 {
		return step{}, false
	}
	return step{Title: r.T("trace.lack"), Text: r.T("trace.lack.text", n), Facts: []Fact{{Term: r.T("wrong.lack"), Text: r.amount(total, unit).Text}}}, true
}

// past is the figure in every year up to the one that is shown, each leading
// to its own explanation: what a change is the difference of.
func (s *Server) past(r *request, of func(y year) (value float64, code string), level edu.Level, item string, decimals int, stage string) []step {
	years, err := s.years(r)
	if err != nil || len(years) < 2 {
		return nil
	}
	t := Table{ID: "years", Caption: r.T("trace.years"), Sheet: r.T("trace.years"), Tight: true, Cols: []Col{{Label: r.T("year")}, {Label: r.T("value"), Num: true}, {Label: r.T("measures.change"), Num: true}}}
	last := math.NaN()
	for _, y := range years {
		v, code := of(y)
		c := figure(v, decimals)
		d := change(v-last, decimals)
		if x := r.a.Pack.Indicator(item); x != nil && level == edu.Section && x.Fact() {
			c, d = r.valueOf(x, v), text(chart.NoNumber)
		}
		if code != "" {
			href := r.toTrace(level, code, item, "year", y.period.String(), "stage", stage)
			c, d = c.to(href), d.to(href)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Period(y.period)), c, d}})
		last = v
	}
	return []step{{Title: r.T("trace.years"), Tables: []Table{t}}}
}

// sectionsStep lists the sections behind a region's value, lowest first, page by
// page.
func (r *request) sectionsStep(d *pack.Indicator, stage int, rows []int) (step, error) {
	st := r.a.Stages[stage]
	jd := st.Indicator(d.ID)
	slices.SortStableFunc(rows, func(a, b int) int { return compareMissingLast(jd.Item.Value(a), jd.Item.Value(b), "asc") })
	shown, out, err := r.part(rows)
	if err != nil {
		return step{}, err
	}
	t := Table{ID: "sections", Caption: r.T("trace.sectionlist", len(rows)), Show: true, Sheet: r.T("sections"), List: true, Cols: []Col{{Label: r.T("school")}}}
	var needs []*pack.Element
	for _, n := range append(slices.Clone(d.Needs[:min(len(d.Needs), 5)]), d.Weight) {
		if e := r.a.Pack.Element(n); e != nil && !slices.Contains(needs, e) {
			needs = append(needs, e)
			t.Cols = append(t.Cols, Col{Label: r.Text(e.Name), Unit: r.uomOf(e), Num: true, Wrap: true})
		}
	}
	t.Cols = append(t.Cols, Col{Label: r.T("section.value"), Unit: r.Uom(r.a.Pack, d.Unit), Num: true}, Col{Label: r.T("verdict")})
	for _, i := range shown {
		row := st.Frame.Rows[i]
		trace := r.toTrace(edu.Section, row.Code, d.ID, "stage", string(st.Frame.Stage))
		cells := []Cell{linked(r.called(row), trace)}
		for _, e := range needs {
			cells = append(cells, r.answerCell(e, st.Frame.Value(i, e.ID).Float()))
		}
		t.Rows = append(t.Rows, Row{Cells: append(cells, r.valueOf(d, jd.Item.Value(i)), lampCell(r.Verdict(jd.Verdict(i))))})
	}
	out.Title, out.Tables = r.T("trace.inputs"), []Table{t}
	return out, nil
}

// perPart is how many rows of a long list a trace shows at a time.
const perPart = 50

// part is the page of a long list that the address asks for, in an export all of
// it; the step has the pages.
func (r *request) part(rows []int) ([]int, step, error) {
	if r.query.Get("as") == "xlsx" {
		return rows, step{}, nil
	}
	page, err := pageOf(r)
	if err != nil {
		return nil, step{}, err
	}
	pages := max(1, (len(rows)+perPart-1)/perPart)
	page = min(page, pages)
	var out step
	out.Pages, out.Prev, out.Next = r.pager(page, pages)
	return rows[(page-1)*perPart : min(len(rows), page*perPart)], out, nil
}
