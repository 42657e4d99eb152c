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
	"shuren/internal/report"
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
	Pages  []Choice // of a long list
	Prev   string
	Next   string
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
	if level == edu.Section {
		p, err = s.traceSection(r, unit, item)
	} else {
		p, err = s.traceRegion(r, level, unit, item)
	}
	if err != nil {
		return err
	}
	p.Export = r.here("as", "xlsx", "page", "")
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
	name := r.called(st.Frame.Rows[row])
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
		p.Steps = append(s.elementSteps(r, st, row, item, e), s.pastOf(r, st.Frame.Stage, code, item, digits(st.Frame.Value(row, item).Float()), func(y year, k, at int) float64 {
			return y.lens.a.Stages[k].Frame.Value(at, item).Float()
		})...)
		return p, nil
	}
	if !ok {
		return tracePage{}, fmt.Errorf("indicator %s of %s: %w", item, st.Frame.Stage, fault.NotFound)
	}
	d := t.Judged.Item.Def
	p := tracePage{Shell: s.shell(r, joinCode(d.Code, r.Text(d.Name)), "schools", crumbs...), Of: of}
	p.Steps = append(s.rowSteps(r, st, row, t, code), s.pastOf(r, st.Frame.Stage, code, item, d.Decimals, func(y year, k, at int) float64 {
		if x := y.lens.a.Stages[k].Item(item); x != nil {
			return x.Value(at)
		}
		return math.NaN()
	})...)
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
	what.Facts = append(what.Facts, r.elementDates(e)...)
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
		verdict.Facts = append(verdict.Facts, Fact{Term: r.T("evidence.given"), Text: r.pages(given)})
	}
	held := step{Title: r.T("trace.standard")}
	if th := jd.Threshold; th != nil {
		words := r.thresholdWords(d, th)
		if d.Fact() && th.Formula == nil && !th.Region {
			words = r.heldOf(jd, row)
		}
		held.Facts = append(held.Facts, Fact{Term: r.T("standard"), Text: words})
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
		rules := Table{ID: "inrules", Caption: r.T("trace.rules"), Show: true, Sheet: r.T("trace.rules"), Cols: []Col{{Label: r.T("rule"), Wrap: true}, {Label: r.T("rule.words"), Wrap: true}, {Label: r.T("rule.level")}, {Label: r.T("verdict")}, {Label: r.T("source"), Wrap: true}, {Label: r.T("evidence")}}}
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

// elementDates says of when an element's figures are, where its source says so.
func (r *request) elementDates(e *pack.Element) []Fact {
	if at := r.Text(e.AsOf(r.period)); at != "" {
		return []Fact{{Term: r.T("catalogue.reference"), Text: at}}
	}
	return nil
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
	if at := r.Text(d.AsOf(r.period)); at != "" {
		st.Facts = append(st.Facts, Fact{Term: r.T("catalogue.reference"), Text: at})
	}
	if d.Level == edu.County {
		if who := r.Text(report.AnsweringOf(r.a.Pack, d)); who != "" {
			st.Facts = append(st.Facts, Fact{Term: r.T("evidence.answering"), Text: who})
		}
	}
	st.Facts = append(st.Facts, r.cited(d.Source, d.Tag)...)
	if n := r.Text(d.Note); n != "" {
		st.Facts = append(st.Facts, Fact{Term: r.T("note"), Text: n})
	}
	return st
}

// inputStep lists the figures that a formula read, and the cells they stood in.
func (s *Server) inputStep(r *request, tr standard.Trace) step {
	t := Table{ID: "cells", Caption: r.T("trace.cells"), Sheet: r.T("trace.cells"), Empty: r.T("trace.nocells"), Cols: []Col{
		{Label: r.T("element"), Wrap: true}, {Label: r.T("value"), Num: true}, {Label: r.T("cell.fileword"), Wrap: true}, {Label: r.T("cell.sheetword")}, {Label: r.T("cell.at")}, {Label: r.T("cell.header"), Wrap: true}, {Label: r.T("cell.text")}, {Label: r.T("cell.when")},
	}}
	written := slices.ContainsFunc(tr.Inputs, func(in standard.Input) bool {
		return slices.ContainsFunc(in.Cells, func(c edu.Cell) bool { return c.Text != "" })
	})
	out := step{Title: r.T("trace.inputs")}
	var split *pack.Split
	for _, in := range tr.Inputs {
		name, id, value := in.Field, "", Cell{Text: exact(in.Value)} // formulas above have the id
		if in.Element != nil {
			name, id = r.element(in.Field), in.Field
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
			t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: name, Small: id}, value, text(r.origin(in, tr)), text(""), text(""), text(""), text(""), text("")}})
			continue
		}
		for i, c := range in.Cells[:min(12, len(in.Cells))] {
			first := []Cell{{Text: name, Small: id}, value}
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
	case in.Value.IsMissing() && in.Element != nil && in.Element.Derive == nil:
		return r.T("cell.owes", r.answerer(in.Element))
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
		if limit > 0 && !math.IsNaN(v) && !d.Fact() {
			part = figure(100*v/limit, 1)
			part.Text += "%"
		}
		lamp := lampCell(r.Verdict(jd.Verdict(row)))
		if r.lens.verdictTone(jd, row) == chart.Near {
			lamp = lampCell(Lamp{chart.Near, r.T("verdict.near"), r.T("value.rule")})
		}
		lamp.Href = trace
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(joinCode(d.Code, r.Text(d.Name)), trace), r.valueOf(d, v).to(trace), text(r.heldOf(jd, row)), floor, part, lamp}})
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

// pastOf is a section's figure in every year.
func (s *Server) pastOf(r *request, stage edu.Stage, code, item string, decimals int, of func(y year, k, row int) float64) []step {
	years, err := s.years(r)
	if err != nil || len(years) < 2 {
		return nil
	}
	if _, err := s.follow(r, years, code); err != nil {
		return nil
	}
	then := map[edu.Period]string{}
	for _, y := range years {
		then[y.period] = y.code
	}
	return s.past(r, func(y year) (float64, string) {
		for k, st := range y.lens.a.Stages {
			if c := then[y.period]; c != "" && st.Frame.Stage == stage {
				if row := y.lens.row(k, c); row >= 0 {
					return of(y, k, row), c
				}
			}
		}
		return math.NaN(), ""
	}, edu.Section, item, decimals, string(stage))
}
