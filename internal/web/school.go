package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

type schoolPage struct {
	Shell
	Past     string // why earlier years are empty
	Sub      string
	Facts    []Fact
	Sections []sectionView
	Schemes  Table
	WhatIf   string
	Tasks    *taskCard
}

// sectionView is a school's part at one stage.
type sectionView struct {
	Name     string
	Lamp     Lamp
	LampHref string
	Way      string // the shortest way to a pass, in words
	Rule     string
	Measures Table
	Others   Table
	History  dataTable
	Basics   []Table
	Peers    *peersPanel
}

// school shows a school's sections: each against the standard, with its
// history, what it lacks and what it reported.
func (s *Server) school(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "schools")
	}
	code := r.PathValue("school")
	years, err := s.years(r)
	if err != nil {
		return err
	}
	p := schoolPage{WhatIf: r.to([]string{"what-if"}, "unit", code, "unitstage", r.query.Get("stage"))}
	if p.Past, err = s.follow(r, years, code); err != nil {
		return err
	}
	var name string
	crumbs := []Link{{r.T("nav.overview"), r.to(nil)}, {r.T("nav.schools"), r.to([]string{"schools"})}}
	var tables []Table
	for _, i := range r.lens.stages {
		st := r.a.Stages[i]
		row := r.lens.row(i, code)
		if row < 0 {
			continue
		}
		if name == "" {
			name = r.called(st.Frame.Rows[row])
			var where []string
			for _, level := range []edu.Level{edu.County, edu.Township} {
				if k := st.Frame.RegionOf(level, row); k >= 0 {
					reg := st.Frame.Regions[level][k]
					where = append(where, r.unitName(reg))
					if level == edu.County {
						crumbs = append(crumbs, Link{r.unitName(reg), r.toCounty(regionCode(reg.Code, reg.ID))})
					}
				}
			}
			p.Sub = strings.Join(append([]string{r.T("school.code") + " " + st.Frame.Rows[row].Code}, where...), " · ")
			p.Facts = r.schoolFacts(i, row)
		}
		v := r.sectionView(years, i, row, code)
		p.Sections = append(p.Sections, v)
		tables = append(tables, v.Measures)
		tables = append(tables, v.Basics...)
	}
	if p.Schemes, err = r.schoolSchemes(code); err != nil {
		return err
	}
	if name == "" {
		return s.schoolElsewhere(w, r, code, p.Schemes)
	}
	if len(r.measuring()) > 1 {
		tables = append(tables, p.Schemes)
	} else {
		p.Schemes.Rows = nil
	}
	p.Shell = s.shell(r, name, "schools", crumbs...)
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, name, tables...)
	}
	if len(p.Sections) > 1 {
		short(r, p.Sections)
	}
	if p.Tasks, err = s.schoolTasks(r, code); err != nil {
		return err
	}
	return s.render(w, r, "school.html", p)
}

// nameOf is what a unit is called in the year that is shown; empty where there
// is none.
func (s *Server) nameOf(r *request, level edu.Level, code string) string {
	if on, err := s.tree(r); err == nil {
		if at := on.ByKey(level, code); len(at) == 1 {
			return r.Text(on.Nodes[at[0]].Name)
		}
	}
	return ""
}

// schoolElsewhere answers for a school that the scheme does not measure. Where
// the reader did not choose the scheme, the first that measures it is meant.
func (s *Server) schoolElsewhere(w http.ResponseWriter, r *request, code string, others Table) error {
	name := ""
	var first *pack.Pack
	if err := r.each(func(p *pack.Pack, l *lens) {
		for _, k := range l.stages {
			if row := l.row(k, code); row >= 0 && name == "" {
				name, first = r.called(l.a.Stages[k].Frame.Rows[row]), p
			}
		}
	}); err != nil {
		return err
	}
	switch {
	case name == "":
		if name = s.nameOf(r, edu.School, code); name == "" {
			return fmt.Errorf("school %s: %w", code, fault.NotFound)
		}
		return s.unmeasured(w, r, name, "schools", r.T("scheme.nobody", name, r.Period(r.period)), others)
	case r.query.Get("scheme") == "":
		return away{r.toScheme(first, []string{"schools", code})}
	}
	return s.unmeasured(w, r, name, "schools", r.T("scheme.nothing.unit", r.a.Pack.Name, name, r.Period(r.period)), others)
}

// short leaves the change since last year out of what the sections reported:
// it can be read off the two figures, and a nine-year school has twice the
// tables and must fit the budget of a page too. The export has it. Similar
// schools are then a link to their page, and small groups share a table.
func short(r *request, sections []sectionView) {
	for i := range sections {
		sections[i].History = dataTable{} // every row leads to its explanation, which has the years
		if p := sections[i].Peers; p != nil {
			p.Peers, p.Says = nil, ""
		}
		sections[i].Basics = r.fewer(sections[i].Basics)
		for k := range sections[i].Basics {
			t := &sections[i].Basics[k]
			t.Cols = t.Cols[:3]
			t.Rows = slices.Clone(t.Rows)
			for n := range t.Rows {
				t.Rows[n].Cells = t.Rows[n].Cells[:3]
			}
		}
	}
}

// mostTogether is how many rows neighbouring groups have that share a table.
const mostTogether = 20

// fewer puts neighbouring small tables of one shape together, under the names of
// all: ten heads of the same three columns cost more than some of their rows.
func (r *request) fewer(tables []Table) []Table {
	var out []Table
	var names [][]string
	for _, t := range tables {
		if n := len(out); n > 0 && len(out[n-1].Rows)+len(t.Rows) <= mostTogether {
			out[n-1].Rows = slices.Concat(out[n-1].Rows, t.Rows)
			names[n-1] = append(names[n-1], t.Caption)
			continue
		}
		out, names = append(out, t), append(names, []string{t.Caption})
	}
	for i := range out {
		out[i].Caption = r.List(names[i])
	}
	return out
}

func regionCode(code string, id edu.UnitID) string {
	if code != "" {
		return code
	}
	return string(id)
}

// schoolFacts are the choices that describe a school: kind, area, who runs it.
func (r *request) schoolFacts(stage, row int) []Fact {
	f := r.a.Stages[stage].Frame
	var out []Fact
	for _, e := range r.a.Pack.Elements {
		if e.Level != edu.Section && e.Level != edu.School || e.Type != edu.TypeChoice && e.Unit != "year" {
			continue
		}
		v := f.Value(row, e.ID)
		if v.IsMissing() {
			continue
		}
		out = append(out, Fact{Term: r.Text(e.Name), Text: r.answerCell(e, v.Float()).Text})
	}
	return out
}

func (r *request) sectionView(years []year, stage, row int, code string) sectionView {
	st := r.a.Stages[stage]
	v := sectionView{Name: r.Stage(st.Frame.Stage), Rule: r.sectionRuleWords(stage)}
	if rule := r.lens.ruleAt(stage); rule != nil {
		v.Lamp = r.Verdict(rule.Verdicts[row])
		v.LampHref = r.toTrace(edu.Section, code, rule.Rule.ID, "stage", string(st.Frame.Stage))
		switch rule.Verdicts[row] {
		case edu.Short:
			if way := gap.WayOf(st, rule.Rule, stage, row); len(way.Steps) > 0 {
				v.Way = r.T("school.way", r.steps(way.Steps))
			}
		case edu.Unknown:
			v.Way = r.T("school.unknown")
		case edu.Exempt:
			v.Way = r.T("school.exempt", r.a.Standard.ScopeNote)
		}
	}
	var others []*standard.Judged
	var measured []*standard.Judged
	for _, jd := range st.Judged {
		switch {
		case slices.Contains(r.lens.measures, jd.Item.Def):
			measured = append(measured, jd)
		case jd.Threshold != nil:
			others = append(others, jd)
		}
	}
	v.Measures, v.History = r.sectionMeasures(years, stage, row, code, measured, true)
	v.Others, _ = r.sectionMeasures(years, stage, row, code, others, false)
	v.Others.ID, v.Others.Caption = "o-"+string(st.Frame.Stage), r.T("school.others")
	v.Basics = r.basics(years, stage, row, code)
	v.Peers = r.peersPanel(edu.Section, stage, row)
	return v
}

// sectionMeasures is one indicator a row: value, standard, history, lack.
func (r *request) sectionMeasures(years []year, stage, row int, code string, of []*standard.Judged, full bool) (Table, dataTable) {
	st := r.a.Stages[stage]
	name := r.Stage(st.Frame.Stage)
	t := Table{ID: "s-" + string(st.Frame.Stage), Caption: r.T("measures.caption", name), Sheet: r.T("measures.sheet", name), List: full,
		Cols: []Col{{Label: r.T("indicator"), Wrap: true}, {Label: r.T("section.value"), Num: true}, {Label: r.T("standard"), Num: true}}}
	if full {
		t.Cols = append(t.Cols, Col{Label: r.T("measures.bar"), Draw: true}, Col{Label: r.T("section.part"), Num: true}, Col{Label: r.T("measures.change"), Num: true}, Col{Label: r.T("measures.history"), Draw: true}, Col{Label: r.T("section.lack"), Num: true})
	}
	t.Cols = append(t.Cols, Col{Label: r.T("status")})
	hist := dataTable{Table: chart.Table{Caption: r.T("history.caption", name), Head: []string{r.T("indicator")}}}
	for _, y := range years {
		hist.Head = append(hist.Head, y.period.String())
	}
	lacks := map[string]gap.Lack{}
	for _, x := range gap.Section(st, row) {
		lacks[x.Indicator.ID] = x
	}
	for _, jd := range of {
		d := jd.Item.Def
		value := jd.Item.Value(row)
		unit := r.Uom(r.a.Pack, d.Unit)
		trace := r.toTrace(edu.Section, code, d.ID, "stage", string(st.Frame.Stage))
		cell := r.valueOf(d, value)
		if !math.IsNaN(value) && !d.Fact() {
			cell.Small = unit
		}
		limit, target, part := text(chart.NoNumber), (*chart.Target)(nil), text(chart.NoNumber)
		lamp := r.Verdict(jd.Verdict(row))
		if jd.Threshold != nil {
			at := jd.Limit(row)
			if !math.IsNaN(at) {
				limit = Cell{Text: r.heldOf(jd, row), Value: at, Number: !d.Fact()}
				target = &chart.Target{Name: r.T("standard"), Value: at}
				if at > 0 && !d.Fact() {
					if part = figure(value/at*100, 0); part.Number {
						part.Text += "%"
					}
				}
			}
			lamp.Why = r.Text(r.a.Reason(st, jd, row))
			if r.lens.verdictTone(jd, row) == chart.Near {
				lamp.Tone, lamp.Word = chart.Near, r.T("verdict.near")
			}
		} else {
			lamp = Lamp{chart.Open, r.T("value.none"), ""}
		}
		if d.Unit == pack.YesNo && !math.IsNaN(value) {
			cell = text(r.T("no"))
			if value != 0 {
				cell = text(r.T("yes"))
			}
			limit = text("")
		}
		// The name leads to the explanation: one link for the row's figures, since
		// a school with several stages has many and must fit the budget.
		out := Row{Cells: []Cell{{Text: joinCode(d.Code, r.Text(d.Name)), Href: trace, Small: r.ownDate(d)}, cell, limit}}
		if full {
			values := overYears(years, st.Frame.Stage, func(y year, k int) float64 {
				if at := y.lens.row(k, y.code); at >= 0 && y.lens.a.Stages[k].Item(d.ID) != nil {
					return y.lens.a.Stages[k].Item(d.ID).Value(at)
				}
				return math.NaN()
			})
			lack := text("")
			if x, ok := lacks[d.ID]; ok && !math.IsNaN(x.Amount) {
				lack = r.amount(x.Amount, x.Unit)
			}
			if d.Fact() { // a bar of yes or no says nothing
				said := []string{joinCode(d.Code, r.Text(d.Name))}
				for _, x := range values {
					said = append(said, r.valueOf(d, x).Text)
				}
				hist.Rows, hist.Href = append(hist.Rows, said), append(hist.Href, []string{trace})
				c := lampCell(lamp)
				c.Href = trace
				out.Cells = append(out.Cells, text(""), text(""), text(""), text(""), lack, c)
				t.Rows = append(t.Rows, out)
				continue
			}
			says := r.T("bullet.says", d.Name, r.measured(chart.Number(value, d.Decimals), unit), limit.Text)
			out.Cells = append(out.Cells,
				Cell{Chart: draw(chart.Spec{Kind: chart.Bullet, Says: says, Width: 150, Series: []chart.Series{{Values: []float64{value}, Tones: []chart.Tone{r.lens.verdictTone(jd, row)}}}, Target: target})},
				part, change(value-before(values), d.Decimals), Cell{Chart: draw(r.spark(r.Text(d.Name), values, d.Decimals, unit))}, lack)
			h := []string{joinCode(d.Code, r.Text(d.Name))}
			for _, x := range values {
				h = append(h, chart.Number(x, d.Decimals))
			}
			hist.Rows, hist.Href = append(hist.Rows, h), append(hist.Href, []string{trace}) // which has the years
		}
		c := lampCell(lamp)
		c.Href = trace
		out.Cells = append(out.Cells, c)
		t.Rows = append(t.Rows, out)
	}
	return t, hist
}

// basics is what the section reported, beside last year's figures, under the
// headings of the pack.
func (r *request) basics(years []year, stage, row int, code string) []Table {
	st := r.a.Stages[stage]
	var prev *standard.Stage
	prevRow := -1
	if len(years) > 1 {
		y := years[len(years)-2]
		for k, ps := range y.lens.a.Stages {
			if ps.Frame.Stage == st.Frame.Stage {
				prev, prevRow = ps, y.lens.row(k, y.code)
			}
		}
	}
	var out []Table
	for _, e := range r.a.Pack.Elements {
		if e.Level == edu.County || e.Type == edu.TypeChoice || e.Unit == "year" || len(e.Stages) > 0 && !slices.Contains(e.Stages, st.Frame.Stage) {
			continue
		}
		now := st.Frame.Value(row, e.ID)
		was := edu.Value{}
		if prev != nil && prevRow >= 0 {
			was = prev.Frame.Value(prevRow, e.ID)
		}
		if now.IsMissing() && was.IsMissing() && !e.Required {
			continue
		}
		group := e.Group
		for _, g := range r.a.Pack.Groups {
			if g.ID == e.Group {
				group = r.Text(g.Name)
			}
		}
		if len(out) == 0 || out[len(out)-1].Caption != group {
			out = append(out, Table{Caption: group, Show: true, Sheet: r.Stage(st.Frame.Stage) + " " + group, Tight: true, Cols: []Col{
				{Label: r.T("element"), Wrap: true}, {Label: r.T("basics.now"), Num: true}, {Label: r.T("basics.was"), Num: true}, {Label: r.T("measures.change"), Num: true},
			}})
		}
		t := &out[len(out)-1]
		a, b := r.answerCell(e, now.Float()), r.answerCell(e, was.Float())
		a.Text = r.measured(a.Text, r.uomOf(e))
		if cells := st.Frame.Origin(row, e.ID); len(cells) > 0 {
			a.Title = r.place(cells[0])
		}
		// The name leads to the explanation, which has the years: one link for the
		// whole row, since a school has many.
		name := Cell{Text: r.Text(e.Name), Title: r.Text(e.Help), Href: r.toTrace(edu.Section, code, e.ID, "stage", string(st.Frame.Stage))}
		diff := text(chart.NoNumber)
		x, ok1 := now.Number()
		y, ok2 := was.Number()
		if ok1 && ok2 && e.Type != edu.TypeYesNo {
			scale := r.scale(e)
			diff = change((x-y)/scale, max(digits(x/scale), digits(y/scale)))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{name, a, b, diff}})
	}
	return out
}

// place says where a cell stands: file, sheet, column and row.
func (r *request) place(c edu.Cell) string {
	if c.Column == "" && c.Row == 0 { // the file as a whole, or a sheet
		if c.Sheet == "" {
			return c.File
		}
		return r.T("cell.file", c.File, r.T("cell.sheetword")+" "+c.Sheet)
	}
	at := r.cellAt(c)
	if c.Sheet != "" {
		return r.T("cell.sheet", c.File, c.Sheet, at)
	}
	return r.T("cell.file", c.File, at)
}
