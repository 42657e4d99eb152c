package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// tracePage is the way from a verdict to the cells behind it, step by step.
type tracePage struct {
	Shell
	Of    string // unit and stage
	Steps []step
}

// step is one step of a trace.
type step struct {
	Title  string
	Lamp   *Lamp
	Text   string
	Facts  []Fact
	Lines  []string // formulas
	Tables []Table
}

// trace explains one figure or verdict of one unit.
func (s *Server) trace(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "")
	}
	level, err := edu.ParseLevel(r.PathValue("level"))
	if err != nil {
		return fmt.Errorf("%w: %w", err, fault.Invalid)
	}
	unit, item := r.PathValue("unit"), r.PathValue("item")
	var p tracePage
	switch level {
	case edu.Section:
		p, err = s.traceSection(r, unit, item)
	case edu.County:
		p, err = s.traceCounty(r, unit, item)
	default:
		err = fmt.Errorf("trace of level %s: %w", level, fault.NotFound)
	}
	if err != nil {
		return err
	}
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		var tables []Table
		for _, st := range p.Steps {
			for _, t := range st.Tables {
				if t.Sheet == "" {
					t.Sheet = st.Title
				}
				tables = append(tables, t)
			}
		}
		return s.export(w, r, p.Title, tables...)
	}
	return s.render(w, r, "trace.html", p)
}

func (s *Server) traceSection(r *request, code, item string) (tracePage, error) {
	stage, err := r.stage()
	if err != nil {
		return tracePage{}, err
	}
	if stage < 0 {
		return tracePage{}, fmt.Errorf("sections by %s: %w", r.ref(), fault.NotFound)
	}
	if r.query.Get("stage") == "" { // the first of the school's own
		for _, k := range r.lens.stages {
			if r.lens.row(k, code) >= 0 {
				stage = k
				break
			}
		}
	}
	st := r.a.Stages[stage]
	row := r.lens.row(stage, code)
	if row < 0 {
		return tracePage{}, fmt.Errorf("school %s has no section %s: %w", code, st.Frame.Stage, fault.NotFound)
	}
	name := st.Frame.Rows[row].Name
	crumbs := []Link{{r.T("nav.schools"), r.to([]string{"schools"})}, {name, r.toSchool(code)}}
	of := name + " · " + r.Stage(st.Frame.Stage) + " · " + r.Period(r.period)
	if rule := st.Rule(item); rule != nil {
		p := tracePage{Shell: s.shell(r, r.Text(rule.Rule.Name), "schools", crumbs...), Of: of}
		p.Steps = r.sectionRuleSteps(st, row, code, rule)
		return p, nil
	}
	t, ok := r.a.Trace(st, row, item)
	if e := r.a.Pack.Element(item); !ok && e != nil {
		p := tracePage{Shell: s.shell(r, r.element(item), "schools", crumbs...), Of: of}
		p.Steps = s.elementSteps(r, st, row, item, e)
		return p, nil
	}
	if !ok {
		return tracePage{}, fmt.Errorf("indicator %s of %s: %w", item, st.Frame.Stage, fault.NotFound)
	}
	d := t.Judged.Item.Def
	p := tracePage{Shell: s.shell(r, joinCode(d.Code, r.Text(d.Name)), "schools", crumbs...), Of: of}
	p.Steps = s.rowSteps(r, st, row, t, code)
	return p, nil
}

// elementSteps shows where one reported figure stood, and the rule by which it
// is counted.
func (s *Server) elementSteps(r *request, st *standard.Stage, row int, field string, e *pack.Element) []step {
	v := st.Frame.Value(row, field)
	what := step{Title: r.T("value"), Facts: []Fact{{Term: r.element(field), Text: r.measured(r.answerCell(e, v.Float()).Text, r.uomOf(e))}}}
	if h := r.Text(e.Help); h != "" {
		what.Facts = append(what.Facts, Fact{Term: r.T("element.help"), Text: h})
	}
	what.Facts = append(what.Facts, r.cited(e.Source, e.Tag)...)
	return []step{what, s.inputStep(r, standard.Trace{Inputs: []standard.Input{r.a.Input(st.Frame, row, field)}})}
}

// rowSteps explains an indicator of one row: verdict, standard, indicator,
// formula with the numbers put in, figures and their cells.
func (s *Server) rowSteps(r *request, st *standard.Stage, row int, t standard.Trace, code string) []step {
	jd := t.Judged
	d := jd.Item.Def
	unit := r.Uom(r.a.Pack, d.Unit)
	lamp := r.Verdict(t.Verdict)
	verdict := step{Title: r.T("trace.verdict"), Lamp: &lamp, Text: r.Text(r.a.Reason(st, jd, row))}
	if d.Unit == pack.YesNo && (t.Verdict == edu.Met || t.Verdict == edu.Short) {
		verdict.Text = r.T("yes")
		if x, _ := t.Value.Number(); x == 0 {
			verdict.Text = r.T("no")
		}
	}
	if th := jd.Threshold; th != nil && th.EvidenceOf != "" {
		given := st.Frame.Text(row, th.EvidenceOf)
		if given == "" {
			given = r.T("evidence.none")
		}
		verdict.Facts = append(verdict.Facts, Fact{Term: r.T("evidence.given"), Text: given})
	}
	held := step{Title: r.T("trace.standard")}
	if th := jd.Threshold; th != nil {
		held.Facts = append(held.Facts, Fact{Term: r.T("standard"), Text: r.thresholdWords(d, th)})
		if th.Formula != nil {
			held.Facts = append(held.Facts, Fact{Term: r.T("trace.limitformula"), Text: th.Formula.Src, Code: true}, Fact{Term: r.T("trace.limit"), Text: r.measured(r.Op(th.Op)+r.limitOf(jd, row), unit)})
		}
		if th.When != nil {
			held.Facts = append(held.Facts, Fact{Term: r.T("trace.when"), Text: th.When.Src, Code: true})
		}
		held.Facts = append(held.Facts, r.cited(th.Source, th.Tag)...)
		if n := r.Text(th.Note); n != "" {
			held.Facts = append(held.Facts, Fact{Term: r.T("note"), Text: n})
		}
		if r.a.Standard.Scope != nil && th.Scoped && st.Frame.Base == edu.Section {
			held.Facts = append(held.Facts, Fact{Term: r.T("trace.scope"), Text: r.Text(r.a.Standard.ScopeNote) + " · " + r.scopeWord(t.Scope)})
		}
	} else {
		held.Text = r.T("trace.nostandard")
	}
	if len(t.Rules) > 0 {
		rules := Table{Caption: r.T("trace.rules"), Show: true, Sheet: r.T("trace.rules"), Cols: []Col{{Label: r.T("rule"), Wrap: true}, {Label: r.T("rule.words"), Wrap: true}, {Label: r.T("rule.level")}, {Label: r.T("verdict")}, {Label: r.T("source"), Wrap: true}, {Label: r.T("evidence")}}}
		for _, x := range t.Rules {
			c := lampCell(r.Verdict(x.Verdict))
			c.Title = r.tallyWords(x.Tally)
			if x.Rule.Level == edu.Section {
				c.Href = r.toTrace(edu.Section, code, x.Rule.ID, "stage", string(st.Frame.Stage))
			} else if k := r.countyOf(st.Frame, row); k != "" && r.a.RuleLevel(x.Rule.ID) == edu.County {
				c.Href = r.toTrace(edu.County, k, x.Rule.ID)
			}
			rules.Rows = append(rules.Rows, Row{Cells: []Cell{text(joinCode(x.Rule.Code, r.Text(x.Rule.Name))), text(r.ruleWords(x.Rule)), text(r.Level(x.Rule.Level)), c, r.cite(x.Rule.Source), r.mark(x.Rule.Tag)}})
		}
		held.Tables = append(held.Tables, rules)
	}
	steps := []step{verdict, held, r.indicatorStep(d)}
	bare := false // a formula that is nothing but one figure explains nothing
	if t.Formula != nil {
		_, bare = t.Formula.Expr.IsField()
	}
	if t.Formula != nil && !bare {
		calc := step{Title: r.T("trace.formula"), Lines: []string{t.Formula.Src, "= " + t.Calc.Notation, "= " + exact(t.Value)}}
		calc.Text = r.T("trace.unrounded")
		if reason := t.Calc.Reason(); reason != "" {
			calc.Text = r.Text(r.a.Reason(st, jd, row))
		}
		steps = append(steps, calc)
	}
	return append(steps, s.inputStep(r, t))
}

// exact is a figure with all its digits.
func exact(v edu.Value) string {
	if x, ok := v.Number(); ok {
		return edu.Some(x).String()
	}
	return chart.NoNumber
}

func (r *request) scopeWord(v edu.Verdict) string {
	switch v {
	case edu.Met:
		return r.T("scope.in")
	case edu.Exempt:
		return r.T("scope.out")
	default:
		return r.T("scope.unknown")
	}
}

func (r *request) countyOf(f *frame.Frame, row int) string {
	if k := f.RegionOf(edu.County, row); k >= 0 {
		return regionCode(f.Regions[edu.County][k].Code, f.Regions[edu.County][k].ID)
	}
	return ""
}

// cited is where a figure of a standard comes from, and how sure that is.
func (r *request) cited(source, tag string) []Fact {
	var out []Fact
	if source != "" {
		out = append(out, Fact{Term: r.T("source"), Text: source})
	}
	if tag != "" {
		out = append(out, Fact{Term: r.T("evidence"), Text: tag + " · " + r.Evidence(tag)})
	}
	return out
}

func (r *request) indicatorStep(d *pack.Indicator) step {
	st := step{Title: r.T("trace.indicator")}
	st.Facts = append(st.Facts, Fact{Term: r.T("indicator"), Link: &Link{joinCode(d.Code, r.Text(d.Name)), r.to([]string{"indicators", d.ID})}})
	if w := r.Text(d.Words); w != "" {
		st.Facts = append(st.Facts, Fact{Term: r.T("catalogue.words"), Text: w})
	}
	if d.Notation != "" {
		st.Facts = append(st.Facts, Fact{Term: r.T("catalogue.notation"), Text: d.Notation, Code: true})
	}
	st.Facts = append(st.Facts, r.cited(d.Source, d.Tag)...)
	if n := r.Text(d.Note); n != "" {
		st.Facts = append(st.Facts, Fact{Term: r.T("note"), Text: n})
	}
	return st
}

// inputStep lists the figures that a formula read, and the cells they stood in.
func (s *Server) inputStep(r *request, tr standard.Trace) step {
	t := Table{Caption: r.T("trace.cells"), Sheet: r.T("trace.cells"), Empty: r.T("trace.nocells"), Cols: []Col{
		{Label: r.T("element"), Wrap: true}, {Label: r.T("value"), Num: true}, {Label: r.T("cell.fileword"), Wrap: true}, {Label: r.T("cell.sheetword")}, {Label: r.T("cell.at")}, {Label: r.T("cell.header"), Wrap: true}, {Label: r.T("cell.text")}, {Label: r.T("cell.when")},
	}}
	written := slices.ContainsFunc(tr.Inputs, func(in standard.Input) bool {
		return slices.ContainsFunc(in.Cells, func(c edu.Cell) bool { return c.Text != "" })
	})
	out := step{Title: r.T("trace.inputs")}
	var split *pack.Split
	for _, in := range tr.Inputs {
		name, value := in.Field, Cell{Text: exact(in.Value)}
		if in.Element != nil {
			name = r.element(in.Field)
			value = r.answerCell(in.Element, in.Value.Float())
			value.Small = r.uomOf(in.Element)
		}
		if in.Share != nil {
			out.Facts = append(out.Facts, Fact{Term: name, Text: r.Text(in.Share.Words())})
			split = in.Share.Rule
		}
		if in.Value.IsMissing() {
			value = lampCell(Lamp{chart.Open, r.T("verdict.unknown.short"), r.T("verdict.unknown.why")})
		}
		if len(in.Cells) == 0 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(name), value, text(r.origin(in, tr)), text(""), text(""), text(""), text(""), text("")}})
			continue
		}
		for i, c := range in.Cells[:min(12, len(in.Cells))] {
			first := []Cell{text(name), value}
			if i > 0 { // one figure of several cells
				first[1] = text("")
			}
			if len(in.Cells) > 12 && i == 0 {
				first[0].Small = r.T("cell.more", len(in.Cells), 12)
			}
			t.Rows = append(t.Rows, Row{Cells: append(first, text(c.File), text(c.Sheet), text(r.cellAt(c)), text(c.Header), text(c.Text), text(s.when(r, c.Submission)))})
		}
	}
	if !written { // the store keeps the figure, not always the text
		t.Cols = slices.Delete(t.Cols, 6, 7)
		for i := range t.Rows {
			t.Rows[i].Cells = slices.Delete(t.Rows[i].Cells, 6, 7)
		}
	}
	if split != nil {
		out.Facts = append(append(out.Facts, Fact{Term: r.T("note"), Text: r.Text(split.Note)}), r.cited(split.Source, split.Tag)...)
	}
	out.Tables = []Table{t}
	return out
}

// cellAt is a cell as a spreadsheet names it; a figure counted from a list
// stands in whole rows.
func (r *request) cellAt(c edu.Cell) string {
	if c.Column == "" {
		return r.T("cell.row", c.Row)
	}
	return fmt.Sprintf("%s%d", c.Column, c.Row)
}

// origin says why a figure has no cell.
func (r *request) origin(in standard.Input, tr standard.Trace) string {
	switch {
	case in.Value.IsMissing() && !tr.Value.IsMissing():
		return r.T("cell.optional")
	case in.Value.IsMissing():
		return r.T("cell.nobody")
	case in.Element != nil && in.Element.Derive != nil:
		return r.T("cell.derived")
	default:
		return r.T("cell.unknown")
	}
}

func (s *Server) when(r *request, submission string) string {
	if submission == "" {
		return chart.NoNumber
	}
	at, by, err := r.city.Submission(r.Context(), submission)
	if err != nil || at.IsZero() {
		return chart.NoNumber
	}
	if by == "" {
		return r.Minute(at.In(collect.China))
	}
	return r.Minute(at.In(collect.China)) + " " + by
}

// sectionRuleSteps explains the rule that a section passes or fails.
func (r *request) sectionRuleSteps(st *standard.Stage, row int, code string, rule *standard.SectionRuled) []step {
	lamp := r.Verdict(rule.Verdicts[row])
	t := Table{Caption: r.T("trace.members"), Sheet: r.T("trace.members"), List: true, Cols: []Col{{Label: r.T("indicator")}, {Label: r.T("section.value"), Num: true}, {Label: r.T("standard"), Num: true}, {Label: r.T("trace.floor"), Num: true}, {Label: r.T("section.part"), Num: true}, {Label: r.T("verdict")}}}
	var tally edu.AllOf
	for _, id := range rule.Rule.Of {
		jd := st.Indicator(id)
		if jd == nil || jd.Threshold == nil {
			continue
		}
		d := jd.Item.Def
		v, limit := jd.Item.Value(row), jd.Limit(row)
		tally.Add(jd.Verdict(row))
		floor := text(chart.NoNumber)
		if rule.Rule.Floor > 0 {
			floor = figure(rule.Rule.Floor*limit, 3)
			floor.Text = "≥" + r.Limit(rule.Rule.Floor*limit)
		}
		trace := r.toTrace(edu.Section, code, d.ID, "stage", string(st.Frame.Stage))
		part := text(chart.NoNumber)
		if limit > 0 && !math.IsNaN(v) {
			part = figure(100*v/limit, 1)
			part.Text += "%"
		}
		lamp := lampCell(r.Verdict(jd.Verdict(row)))
		if r.lens.verdictTone(jd, row) == chart.Near {
			lamp = lampCell(Lamp{chart.Near, r.T("verdict.near"), r.T("value.rule")})
		}
		lamp.Href = trace
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(joinCode(d.Code, r.Text(d.Name)), trace), figure(v, d.Decimals).to(trace), text(r.Op(jd.Threshold.Op) + r.limitOf(jd, row)), floor, part, lamp}})
	}
	return []step{
		{Title: r.T("trace.verdict"), Lamp: &lamp, Text: r.T("trace.tally", r.tallyWords(tally))},
		r.ruleStep(rule.Rule),
		{Title: r.T("trace.members"), Tables: []Table{t}},
	}
}

func (r *request) ruleStep(rule *pack.Rule) step {
	return step{Title: r.T("trace.rule"), Text: r.ruleWords(rule), Facts: append([]Fact{{Term: r.T("rule"), Text: joinCode(rule.Code, r.Text(rule.Name))}}, r.cited(rule.Source, rule.Tag)...)}
}

func (s *Server) traceCounty(r *request, code, item string) (tracePage, error) {
	i := r.lens.county(code)
	if i < 0 {
		return tracePage{}, fmt.Errorf("county %s: %w", code, fault.NotFound)
	}
	u := r.a.Units[edu.County][i]
	crumbs := []Link{{r.T("nav.counties"), r.to([]string{"counties"})}, {u.Name, r.toCounty(code)}}
	if rule := r.lens.rule(item); rule != nil && rule.Level != edu.Section {
		p := tracePage{Shell: s.shell(r, r.Text(rule.Name), "counties", crumbs...), Of: u.Name + " · " + r.Period(r.period)}
		p.Steps = r.countyRuleSteps(rule, i, code)
		return p, nil
	}
	d := r.a.Pack.Indicator(item)
	if d == nil {
		return tracePage{}, fmt.Errorf("indicator or rule %s: %w", item, fault.NotFound)
	}
	title := joinCode(d.Code, r.Text(d.Name))
	if d.Level == edu.County {
		if r.a.Counties == nil || u.Row < 0 {
			return tracePage{}, fmt.Errorf("county answers of %s in %s: %w", code, r.period, fault.NotFound)
		}
		t, ok := r.a.Trace(r.a.Counties, u.Row, item)
		if !ok {
			return tracePage{}, fmt.Errorf("indicator %s: %w", item, fault.NotFound)
		}
		p := tracePage{Shell: s.shell(r, title, "counties", crumbs...), Of: u.Name + " · " + r.Period(r.period)}
		p.Steps = s.rowSteps(r, r.a.Counties, u.Row, t, code)
		return p, nil
	}
	stage, err := r.indicatorStage(d)
	if err != nil {
		return tracePage{}, err
	}
	p := tracePage{Shell: s.shell(r, title, "counties", crumbs...), Of: u.Name + " · " + r.Stage(r.a.Stages[stage].Frame.Stage) + " · " + r.Period(r.period)}
	p.Steps, err = r.regionSteps(d, stage, i, code)
	return p, err
}

// regionSteps explains a county's value of an indicator of sections, and its
// difference coefficient.
func (r *request) regionSteps(d *pack.Indicator, stage, county int, code string) ([]step, error) {
	st := r.a.Stages[stage]
	stat, ok := r.lens.stat(stage, d.ID, edu.County, county)
	if !ok {
		return nil, fmt.Errorf("indicator %s in county %s: %w", d.ID, code, fault.NotFound)
	}
	jd := st.Indicator(d.ID)
	unit := r.Uom(r.a.Pack, d.Unit)
	lo, hi := r.a.Rows(edu.County, county, stage)
	n := standard.Tally(jd.Verdicts, lo, hi)
	verdict := step{Title: r.T("trace.verdict")}
	if !math.IsNaN(stat.value) {
		verdict.Facts = append(verdict.Facts, Fact{Term: r.T("county.value"), Text: r.measured(chart.Number(stat.value, d.Decimals), unit)})
	}
	if jd.Threshold != nil {
		verdict.Facts = append(verdict.Facts, Fact{Term: r.T("trace.sections"), Text: r.tallyWords(n), Link: &Link{r.T("answer.list"), r.to([]string{"schools"}, "county", code, "stage", string(st.Frame.Stage), "sort", d.ID, "dir", "asc")}})
	}
	held := step{Title: r.T("trace.standard")}
	for _, th := range []*pack.Threshold{jd.Threshold, jd.Region} {
		if th == nil {
			continue
		}
		who := r.T("thresholds.each")
		if th.Region {
			who = r.T("thresholds.region")
			lamp := r.Verdict(jd.RegionVerdicts[edu.County][r.a.Units[edu.County][county].Region[stage]])
			verdict.Lamp, verdict.Text = &lamp, r.Text(jd.RegionReason(edu.County, r.a.Units[edu.County][county].Region[stage]))
		}
		held.Facts = append(held.Facts, Fact{Term: who, Text: r.thresholdWords(d, th)})
		held.Facts = append(held.Facts, r.cited(th.Source, th.Tag)...)
	}
	if jd.Threshold == nil && jd.Region == nil {
		held.Text = r.T("trace.nostandard")
	}
	steps := []step{verdict, held, r.indicatorStep(d)}
	if d.Region != nil {
		calc := step{Title: r.T("trace.formula"), Lines: []string{d.Region.Src}, Text: r.T("trace.region", stat.n, stat.missing)}
		tr := st.Item(d.ID).RegionTrace(edu.County, r.a.Units[edu.County][county].Region[stage])
		calc.Lines = append(calc.Lines, "= "+tr.Notation, "= "+exact(edu.Some(stat.value)))
		steps = append(steps, calc)
	}
	if rule := r.lens.spread; rule != nil && slices.Contains(rule.Of, d.ID) {
		m := st.Item(d.ID).Stats[edu.County][r.a.Units[edu.County][county].Region[stage]].Weighted
		if rule.Statistic != "wcv" {
			m = st.Item(d.ID).Stats[edu.County][r.a.Units[edu.County][county].Region[stage]].Plain
		}
		cv, mean := stat.spread, m.Mean()
		lamp := r.Verdict(standard.Compare(cv, rule.Op, r.lens.limit(stage)))
		if stat.missing > 0 && lamp.Tone == chart.Good {
			lamp = r.Verdict(edu.Unknown)
		}
		steps = append(steps, step{Title: r.Text(rule.Name), Lamp: &lamp,
			Text:  r.T("trace.spread", r.Op(rule.Op)+r.Limit(r.lens.limit(stage))),
			Lines: []string{"X̄ = Σxᵢ / ΣPᵢ = " + chart.Number(mean, 6), "S = √( Σ (Pᵢ/ΣP)·(xᵢ/Pᵢ − X̄)² ) = " + chart.Number(cv*mean, 6), "CV = S / X̄ = " + chart.Number(cv, 6)},
			Facts: append([]Fact{{Term: r.T("catalogue.weight"), Text: r.element(d.Weight)}}, r.cited(rule.Source, rule.Tag)...)})
	}
	return append(steps, r.sectionsStep(d, stage, lo, hi)), nil
}

// shownSections is how many sections a trace lists; the rest is in the list.
const shownSections = 30

// sectionsStep lists the sections behind a county's value, lowest first.
func (r *request) sectionsStep(d *pack.Indicator, stage, lo, hi int) step {
	st := r.a.Stages[stage]
	jd := st.Indicator(d.ID)
	rows := make([]int, 0, hi-lo)
	for i := lo; i < hi; i++ {
		rows = append(rows, i)
	}
	slices.SortStableFunc(rows, func(a, b int) int { return compareMissingLast(jd.Item.Value(a), jd.Item.Value(b), "asc") })
	t := Table{Caption: r.T("trace.sectionlist", min(shownSections, len(rows)), len(rows)), Show: true, Sheet: r.T("sections"), List: true, Cols: []Col{{Label: r.T("school")}}}
	var needs []*pack.Element
	for _, n := range d.Needs {
		if e := r.a.Pack.Element(n); e != nil && len(needs) < 5 {
			needs = append(needs, e)
			t.Cols = append(t.Cols, Col{Label: r.Text(e.Name), Unit: r.uomOf(e), Num: true, Wrap: true})
		}
	}
	t.Cols = append(t.Cols, Col{Label: r.T("section.value"), Unit: r.Uom(r.a.Pack, d.Unit), Num: true}, Col{Label: r.T("verdict")})
	for _, i := range rows[:min(shownSections, len(rows))] {
		row := st.Frame.Rows[i]
		trace := r.toTrace(edu.Section, row.Code, d.ID, "stage", string(st.Frame.Stage))
		cells := []Cell{linked(row.Name, trace)}
		for _, e := range needs {
			cells = append(cells, r.answerCell(e, st.Frame.Value(i, e.ID).Float()))
		}
		t.Rows = append(t.Rows, Row{Cells: append(cells, figure(jd.Item.Value(i), d.Decimals).to(trace), lampCell(r.Verdict(jd.Verdict(i))))})
	}
	return step{Title: r.T("trace.inputs"), Tables: []Table{t}}
}

// countyRuleSteps explains a rule over a county by its members.
func (r *request) countyRuleSteps(rule *pack.Rule, county int, code string) []step {
	lamp := r.Verdict(r.a.Verdict(rule.ID, edu.County, county))
	verdict := step{Title: r.T("trace.verdict"), Lamp: &lamp}
	if rule.Statistic != "" {
		return []step{verdict, r.ruleStep(rule), r.spreadStep(rule, county, code)}
	}
	t := Table{Caption: r.T("trace.members"), Sheet: r.T("trace.members"), List: true, Cols: []Col{{Label: r.T("item"), Wrap: true}, {Label: r.T("duties.value"), Wrap: true}, {Label: r.T("standard"), Wrap: true}, {Label: r.T("verdict")}}}
	var tally edu.AllOf
	for _, id := range rule.Of {
		v := r.a.Member(rule, id, edu.County, county)
		tally.Add(v)
		it := blockItem{block: rule, id: id, rule: r.lens.rule(id), def: r.a.Pack.Indicator(id)}
		if it.rule == nil && it.def == nil {
			continue
		}
		value, limit := r.itemFigure(it, county)
		href := r.toTrace(edu.County, code, id)
		if it.rule != nil && it.rule.Level == edu.Section {
			n := r.a.Sections(id, edu.County, county, -1)
			value = text(r.tallyWords(n))
			limit = text(r.T("trace.every"))
			href = r.to([]string{"schools"}, "county", code, "verdict", edu.Short.String())
		}
		c := lampCell(r.Verdict(v))
		c.Href = href
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(it.name(r.locale), href), value, limit, c}})
	}
	verdict.Text = r.T("trace.tally", r.tallyWords(tally))
	return []step{verdict, r.ruleStep(rule), {Title: r.T("trace.members"), Tables: []Table{t}}}
}

// spreadStep lists the coefficients of a dispersion rule, stage by stage.
func (r *request) spreadStep(rule *pack.Rule, county int, code string) step {
	t := Table{Caption: r.T("trace.members"), Sheet: r.T("trace.members"), List: true, Cols: []Col{{Label: r.T("indicator")}, {Label: r.T("stage")}, {Label: r.Text(rule.Name), Num: true}, {Label: r.T("standard"), Num: true}, {Label: r.T("bycounty.missing"), Num: true}, {Label: r.T("verdict")}}}
	for i, st := range r.a.Stages {
		limit, ok := rule.Limit[st.Frame.Stage]
		if !ok {
			continue
		}
		for _, id := range rule.Of {
			s, ok := r.lens.stat(i, id, edu.County, county)
			if !ok || s.n == 0 && s.missing == 0 {
				continue
			}
			d := r.a.Pack.Indicator(id)
			trace := r.toTrace(edu.County, code, id, "stage", string(st.Frame.Stage))
			v := standard.Compare(s.spread, rule.Op, limit)
			if v == edu.Met && s.missing > 0 {
				v = edu.Unknown
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{linked(joinCode(d.Code, r.Text(d.Name)), trace), text(r.Stage(st.Frame.Stage)), figure(s.spread, 4).to(trace), text(r.Op(rule.Op) + r.Limit(limit)), count(s.missing), lampCell(r.Verdict(v))}})
		}
	}
	return step{Title: r.T("trace.members"), Tables: []Table{t}}
}
