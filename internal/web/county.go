package web

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/report"
	"shuren/internal/standard"
)

// nearest is how many sections the list of those nearest to passing shows.
const nearest = 12

type countyPage struct {
	Shell
	Lamp       Lamp
	LampHref   string
	Sub        string
	Prev, Next *Link
	Stages     []Choice
	Measures   Table
	RuleNote   string
	History    dataTable
	Shortest   Table
	All        Link
	Flips      Table
	Blocks     [2][]Table // two stacks side by side
	Dates      string     // of when figures are that do not say it
	Does       string
	Schemes    Table
	Heads      Table
	Dossier    *countyCard
	Peers      *peersPanel
	Tasks      *taskCard
	Ahead      *aheadCard
}

// county shows one county: its indicators against the standard, what its
// sections lack, and what it owes itself.
func (s *Server) county(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "counties")
	}
	i := r.lens.county(r.PathValue("county"))
	if i < 0 {
		return s.countyElsewhere(w, r, r.PathValue("county"))
	}
	stage, err := r.stage()
	if err != nil {
		return err
	}
	years, err := s.years(r)
	if err != nil {
		return err
	}
	u := r.a.Units[edu.County][i]
	p := countyPage{
		Shell:  s.shell(r, u.Name, "counties", Link{r.T("nav.overview"), r.to(nil)}, Link{r.T("nav.counties"), r.to([]string{"counties"})}),
		Stages: r.stages(stage), Does: r.does(),
	}
	if p.Schemes, err = r.countySchemes(u.ID); err != nil {
		return err
	}
	if r.lens.root != nil {
		v := r.a.Verdict(r.lens.root.ID, edu.County, i)
		p.Lamp = r.Verdict(v)
		p.Lamp.Word = r.T("county.lamp", r.Text(r.lens.root.Name), p.Lamp.Word)
		p.Lamp.Why = r.T("county.lamp.why", r.rootWords())
		p.LampHref = r.toTrace(edu.County, codeOf(u), r.lens.root.ID)
	}
	p.Sub = r.countySize(i)
	units := r.a.Units[edu.County]
	if n := len(units); n > 1 {
		stageNow := r.query.Get("stage")
		prev, next := units[(i+n-1)%n], units[(i+1)%n]
		p.Prev = &Link{prev.Name, r.toCounty(codeOf(prev), "stage", stageNow)}
		p.Next = &Link{next.Name, r.toCounty(codeOf(next), "stage", stageNow)}
	}
	if stage >= 0 {
		p.Measures, p.History = r.measures(years, stage, i, codeOf(u))
		if len(p.Measures.Rows) > mostCells {
			p.History = dataTable{} // the page would not fit its budget; every row leads to its years
		}
		p.RuleNote = r.sectionRuleWords(stage)
		p.Shortest = r.shortest(stage, i)
		p.All = Link{r.T("county.all"), r.to([]string{"schools"}, "county", codeOf(u), "stage", string(r.a.Stages[stage].Frame.Stage), "verdict", edu.Short.String())}
		p.Flips = r.flips(i)
	}
	blocks := r.duties(i, codeOf(u))
	p.Blocks = stacks(blocks)
	if !r.period.IsZero() {
		p.Dates = r.T("county.dates", r.Day(r.period.Reference()))
	}
	p.Heads = r.heads(i)
	if p.Dossier, err = s.dossierCard(r, u); err != nil {
		return err
	}
	p.Peers = r.peersPanel(edu.County, stage, i)
	if p.Tasks, err = s.countyTasks(r, codeOf(u)); err != nil {
		return err
	}
	if p.Ahead, err = s.aheadCard(r, codeOf(u)); err != nil {
		return fmt.Errorf("forecast: %w", err)
	}
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, u.Name, slices.Concat([]Table{p.Schemes, p.Measures, p.Shortest}, blocks, []Table{p.Flips, p.Heads})...)
	}
	return s.render(w, r, "county.html", p)
}

// countyElsewhere answers for a county of which the scheme has no figures.
func (s *Server) countyElsewhere(w http.ResponseWriter, r *request, code string) error {
	name := ""
	var id edu.UnitID
	if err := r.each(func(_ *pack.Pack, l *lens) {
		if i := l.county(code); i >= 0 && name == "" {
			name, id = l.a.Units[edu.County][i].Name, l.a.Units[edu.County][i].ID
		}
	}); err != nil {
		return err
	}
	if name == "" {
		return fmt.Errorf("county %s: %w", code, fault.NotFound)
	}
	others, err := r.countySchemes(id)
	if err != nil {
		return err
	}
	return s.unmeasured(w, r, name, "counties", r.T("scheme.nothing.unit", r.a.Pack.Name, name, r.Period(r.period)), others)
}

// rootWords says which rules must all be met for the whole to be met.
func (r *request) rootWords() string {
	var names []string
	for _, b := range r.lens.blocks {
		names = append(names, r.Text(b.Name))
	}
	return r.List(names)
}

// sectionRuleWords is the section rule in words.
func (r *request) sectionRuleWords(stage int) string {
	rule := r.lens.at[stage]
	if rule == nil {
		return ""
	}
	n := rule.AtLeast
	if n == 0 {
		n = len(rule.Of)
	}
	if rule.Floor > 0 {
		return r.T("rule.section.floor", n, len(rule.Of), chart.Number(100*rule.Floor, 0))
	}
	return r.T("rule.section", n, len(rule.Of))
}

func (r *request) countySize(i int) string {
	var parts []string
	if r.lens.sectional() {
		parts = append(parts, r.T("size.schools", r.schoolsIn(i)))
	}
	for _, k := range r.lens.stages {
		st := r.a.Stages[k]
		col, ok := st.Frame.Column("pupils")
		if !ok {
			continue
		}
		lo, hi := r.a.Rows(edu.County, i, k)
		if v, n := sum(col, lo, hi); n > 0 {
			parts = append(parts, r.T("size.pupils", r.Stage(st.Frame.Stage), chart.Number(v, 0)))
		}
	}
	var teachers float64
	any := false
	for _, k := range r.lens.stages {
		st := r.a.Stages[k]
		if col, ok := st.Frame.Column("teachers"); ok {
			lo, hi := r.a.Rows(edu.County, i, k)
			v, n := sum(col, lo, hi)
			teachers, any = teachers+v, any || n > 0
		}
	}
	if any {
		parts = append(parts, r.T("size.teachers", chart.Number(teachers, 0)))
	}
	return strings.Join(parts, " · ")
}

// mostRows is how many indicators a page shows with drawings; the catalogue has
// them all.
const mostRows = 20

// measures is one indicator a row, against the standard, with its history.
func (r *request) measures(years []year, stage, county int, code string) (Table, dataTable) {
	st := r.a.Stages[stage]
	name := r.Stage(st.Frame.Stage)
	t := Table{
		ID: "measures", Caption: r.T("measures.caption", name), Sheet: r.T("measures.sheet", name), List: true,
		Cols: []Col{
			{Label: r.T("indicator"), Wrap: true}, {Label: r.T("county.value"), Num: true}, {Label: r.T("standard"), Num: true},
			{Label: r.T("measures.bar"), Draw: true}, {Label: r.T("measures.share"), Num: true}, {Label: r.T("measures.change"), Num: true},
			{Label: r.T("measures.history"), Draw: true},
		},
	}
	if r.lens.spread != nil {
		t.Cols = append(t.Cols, Col{Label: r.Text(r.lens.spread.Name), Wrap: true, Unit: r.Op(r.lens.spread.Op) + r.Limit(r.lens.limit(stage)), Num: true})
	}
	t.Cols = append(t.Cols, Col{Label: r.T("status")})
	hist := dataTable{Table: chart.Table{Caption: r.T("history.caption", name), Head: []string{r.T("indicator")}}}
	for _, y := range years {
		hist.Head = append(hist.Head, y.period.String())
	}
	uid := r.a.Units[edu.County][county].ID
	for _, d := range r.lens.measures {
		jd := st.Indicator(d.ID)
		s, ok := r.lens.stat(stage, d.ID, edu.County, county)
		if jd == nil || !ok || len(t.Rows) == mostRows {
			continue
		}
		values := over(years, st.Frame.Stage, func(l *lens, k int) float64 { return l.value(k, d.ID, edu.County, l.a.Unit(edu.County, uid)) })
		unit := r.Uom(r.a.Pack, d.Unit)
		limit, target := text(chart.NoNumber), (*chart.Target)(nil)
		tone := chart.Plain
		var lo, hi int
		lo, hi = r.a.Rows(edu.County, county, stage)
		n := standard.Tally(jd.Verdicts, lo, hi)
		if th := jd.Threshold; th != nil && th.Formula == nil {
			limit = Cell{Text: r.Op(th.Op) + r.Limit(th.Value), Value: th.Value, Number: true}
			target = &chart.Target{Name: r.T("standard"), Value: th.Value}
			tone = r.lens.tone(s.value, th.Op, th.Value)
		}
		lamp := r.valueLamp(tone)
		trace := r.toTrace(edu.County, code, d.ID, "stage", string(st.Frame.Stage))
		value := figure(s.value, d.Decimals).to(trace)
		value.Small = unit
		says := r.T("bullet.says", d.Name, r.measured(chart.Number(s.value, d.Decimals), unit), limit.Text)
		row := Row{Cells: []Cell{
			{Text: joinCode(d.Code, r.Text(d.Name)), Href: r.to([]string{"indicators", d.ID}, "stage", string(st.Frame.Stage)), Small: r.ownDate(d)},
			value, limit.to(r.to([]string{"indicators", d.ID}, "stage", string(st.Frame.Stage))),
			{Chart: draw(chart.Spec{Kind: chart.Bullet, Says: says, Width: 150, Series: []chart.Series{{Values: []float64{s.value}, Tones: []chart.Tone{tone}}}, Target: target})},
			r.shareMet(n).to(r.to([]string{"schools"}, "county", code, "stage", string(st.Frame.Stage), "short", d.ID)),
			change(s.value-before(values), d.Decimals).to(trace),
			{Chart: draw(r.spark(r.Text(d.Name), values, d.Decimals, unit))},
		}}
		if r.lens.spread != nil {
			row.Cells = append(row.Cells, figure(s.spread, 3).to(trace).toned(r.lens.spreadTone(s.spread, s.missing, stage)))
		}
		status := lampCell(lamp)
		status.Href = trace
		row.Cells = append(row.Cells, status)
		t.Rows = append(t.Rows, row)
		h := []string{joinCode(d.Code, r.Text(d.Name))}
		to := []string{""}
		for i, v := range values {
			h, to = append(h, chart.Number(v, d.Decimals)), append(to, r.inYear(years[i], uid, d.ID, string(st.Frame.Stage)))
		}
		hist.Rows, hist.Href = append(hist.Rows, h), append(hist.Href, to)
	}
	return t, hist
}

// inYear is the explanation of a county's value in another year, under the code
// that it had then; empty where it was not there.
func (r *request) inYear(y year, id edu.UnitID, item, stage string) string {
	i := y.lens.a.Unit(edu.County, id)
	if i < 0 {
		return ""
	}
	return r.toTrace(edu.County, codeOf(y.lens.a.Units[edu.County][i]), item, "stage", stage, "year", y.period.String())
}

// shareMet is the part of the sections asked that meet one indicator.
func (r *request) shareMet(n edu.AllOf) Cell {
	c := share(n.Count[edu.Met], judged(n))
	c.Title = r.T("share.title", n.Count[edu.Met], judged(n))
	return c
}

// change is a difference with its sign.
func change(v float64, decimals int) Cell {
	c := figure(v, decimals)
	c.Text = chart.Change(v, decimals)
	return c
}

// valueLamp is the lamp of a region's value beside the standard of sections.
func (r *request) valueLamp(t chart.Tone) Lamp {
	switch t {
	case chart.Good:
		return Lamp{t, r.T("value.met"), r.T("value.rule")}
	case chart.Near:
		return Lamp{t, r.T("value.near"), r.T("value.rule")}
	case chart.Bad:
		return Lamp{t, r.T("value.short"), r.T("value.rule")}
	default:
		return Lamp{chart.Open, r.T("value.none"), r.T("value.rule")}
	}
}

// shortest lists the sections nearest to passing, and what each lacks.
func (r *request) shortest(stage, county int) Table {
	st := r.a.Stages[stage]
	t := Table{
		ID: "shortest", List: true, Sheet: r.T("shortest.title"), Empty: r.T("shortest.none"),
		Cols: []Col{{Label: r.T("school")}, {Label: r.T("pupils"), Num: true}, {Label: r.T("shortest.steps"), Num: true, Wrap: true}, {Label: r.T("shortest.lacks"), Wrap: true}},
	}
	rule := r.lens.at[stage]
	if rule == nil {
		return t
	}
	all := 0
	for _, way := range gap.Shortest(r.a, rule.ID, edu.County, county) {
		if way.Stage != stage {
			continue
		}
		all++
		if len(t.Rows) == nearest {
			continue
		}
		row := st.Frame.Rows[way.Row]
		pupils, _ := st.Frame.Value(way.Row, "pupils").Number()
		if st.Frame.Value(way.Row, "pupils").IsMissing() {
			pupils = math.NaN()
		}
		why := r.toTrace(edu.Section, row.Code, rule.ID, "stage", string(st.Frame.Stage))
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			linked(r.called(row), r.toSchool(row.Code, "stage", string(st.Frame.Stage))),
			figure(pupils, 0).to(r.toTrace(edu.Section, row.Code, "pupils", "stage", string(st.Frame.Stage))), count(len(way.Steps)).to(why), Cell{Text: r.steps(way.Steps)}.to(why),
		}})
	}
	t.Caption = r.T("shortest.caption", r.Stage(st.Frame.Stage), all, len(t.Rows))
	return t
}

// steps says what a section has to get: 体艺教师 +2 人(0.71→0.9).
func (r *request) steps(steps []gap.Lack) string {
	var parts []string
	for _, x := range steps {
		d := x.Indicator
		what := shortName(r.locale, d)
		if !math.IsNaN(x.Amount) {
			what += " +" + r.amount(x.Amount, x.Unit).Text
		}
		dec := max(d.Decimals, digits(x.Target))
		for dec < 8 && chart.Number(x.Value, dec) == chart.Number(x.Target, dec) {
			dec++ // the two must not look alike
		}
		what += r.T("step.from", chart.Number(x.Value, dec), r.Limit(x.Target))
		if x.ToFloor() {
			what += r.T("step.floor")
		}
		parts = append(parts, what)
	}
	return strings.Join(parts, r.T("list.semicolon"))
}

// flips lists the verdicts that rounding would turn round.
func (r *request) flips(county int) Table {
	t := Table{
		ID: "flips", Caption: r.T("flips.caption"), Sheet: r.T("flips.title"), Empty: r.T("flips.none"),
		Tight: true,
		Cols:  []Col{{Label: r.T("school"), Wrap: true}, {Label: r.T("indicator")}, {Label: r.T("flips.shown"), Num: true}, {Label: r.T("flips.exact"), Num: true}, {Label: r.T("standard"), Num: true}, {Label: r.T("verdict")}},
	}
	unit := r.a.Units[edu.County][county]
	for _, f := range gap.RegionFlipsOf(r.a, edu.County, county) {
		d, item := f.Judged.Item.Def, f.Judged.Item.Def.ID
		what := shortName(r.locale, d)
		if f.Rule != nil {
			what += " · " + r.Text(f.Rule.Name)
			item = f.Rule.ID
		}
		stage := string(r.a.Stages[f.Stage].Frame.Stage)
		trace := r.toTrace(edu.County, codeOf(unit), item, "stage", stage)
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: unit.Name, Small: r.Stage(r.a.Stages[f.Stage].Frame.Stage)}, {Text: what, Title: r.Text(d.Name)},
			figure(f.Shown, f.ShownDecimals).to(trace), figure(f.Value, f.ShownDecimals+4).to(trace),
			text(r.Op(f.Op) + r.Limit(f.Limit)).to(trace), lampCell(r.Verdict(f.Verdict)),
		}})
	}
	flips := gap.FlipsOf(r.a, edu.County, county)
	for _, f := range flips[:min(20, len(flips))] {
		st := r.a.Stages[f.Stage]
		row, d := st.Frame.Rows[f.Row], f.Judged.Item.Def
		v := f.Judged.Item.Value(f.Row)
		trace := r.toTrace(edu.Section, row.Code, d.ID, "stage", string(st.Frame.Stage))
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: r.called(row), Href: r.toSchool(row.Code, "stage", string(st.Frame.Stage)), Small: r.Stage(st.Frame.Stage)},
			{Text: shortName(r.locale, d), Title: r.Text(d.Name)},
			figure(gap.Round(v, d.Decimals), d.Decimals).to(trace), figure(v, min(8, d.Decimals+4)).to(trace),
			text(r.heldOf(f.Judged, f.Row)).to(trace), lampCell(r.Verdict(f.Judged.Verdict(f.Row))),
		}})
	}
	return t
}

// duties is what is asked of the county itself, a table for each block.
func (r *request) duties(county int, code string) []Table {
	var out []Table
	var block *pack.Rule
	for _, it := range r.lens.items() {
		if it.block != block {
			block = it.block
			v := r.Verdict(r.a.Verdict(block.ID, edu.County, county))
			out = append(out, Table{
				ID: "block-" + block.ID, Caption: r.Text(block.Name), Sheet: r.Text(block.Name), List: true, Tight: true, Lamp: &v, LampHref: r.toTrace(edu.County, code, block.ID),
				Cols: []Col{{Label: r.T("item"), Wrap: true}, {Label: r.T("duties.value"), Wrap: true}, {Label: r.T("standard"), Wrap: true}, {Label: r.T("status")}},
			})
		}
		t := &out[len(out)-1]
		value, limit := r.itemFigure(it, county)
		name := Cell{Text: it.name(r.locale)}
		if it.def != nil {
			name.Href = r.to([]string{"indicators", it.id})
			name.Small = r.answeredWhen(it.def)
		}
		lamp := lampCell(r.Verdict(r.a.Member(it.block, it.id, edu.County, county)))
		lamp.Href = r.toTrace(edu.County, code, it.id)
		if value.Text != "" {
			value = value.to(lamp.Href)
		}
		if it.def != nil && limit.Text != "" {
			limit = limit.to(name.Href)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{name, value, limit, lamp}})
	}
	return out
}

// mostCells is how many measures have the data behind their small charts on the
// county's page.
const mostCells = 12

// answeredWhen says who answers for an item of the county, and of when its
// figures are: 财政局 · 2024年度.
func (r *request) answeredWhen(d *pack.Indicator) string {
	var parts []string
	if d.Level == edu.County {
		parts = appendNew(parts, r.Text(report.AnsweringOf(r.a.Pack, d)))
	}
	return strings.Join(appendNew(parts, r.ownDate(d)), " · ")
}

// ownDate says of when an indicator's figures are where that is not simply the
// day of reference, which a page says once.
func (r *request) ownDate(d *pack.Indicator) string {
	if len(d.Dated) == 1 && d.Dated[0].When == pack.DatedStart && d.Dated[0].Before == 0 {
		return ""
	}
	return r.Text(d.AsOf(r.period))
}

// stacks puts tables into two columns of about the same length, in order.
func stacks(tables []Table) (out [2][]Table) {
	total, sofar := 0, 0
	for _, t := range tables {
		total += len(t.Rows) + 3
	}
	for _, t := range tables {
		side := 0
		if 2*sofar >= total || sofar > 0 && 2*(sofar+len(t.Rows)+3)-total > total-2*sofar {
			side = 1
		}
		sofar += len(t.Rows) + 3
		out[side] = append(out[side], t)
	}
	return out
}

// heads is how many pupils the county has at every stage, with those that the
// pack does not measure.
func (r *request) heads(county int) Table {
	t := Table{ID: "heads", Caption: r.T("heads.caption"), Sheet: r.T("heads.title"), Empty: r.T("heads.none"), Cols: []Col{{Label: r.T("stage")}, {Label: r.T("heads.units"), Num: true}, {Label: r.T("pupils"), Num: true}, {Label: r.T("teachers"), Num: true}}}
	u := r.a.Units[edu.County][county]
	frames := slices.Clone(r.a.Set.Sections)
	slices.SortStableFunc(frames, func(x, y *frame.Frame) int {
		return cmp.Compare(slices.Index(edu.Stages, x.Stage), slices.Index(edu.Stages, y.Stage))
	})
	for _, f := range frames {
		for _, reg := range f.Regions[edu.County] {
			if reg.ID != u.ID {
				continue
			}
			to := func(c Cell, element string) Cell {
				p := r.asking(element)
				if p == nil || !c.Number {
					return c
				}
				return c.to(r.toScheme(p, []string{"trace", edu.County.String(), codeOf(u), element}, "stage", string(f.Stage)))
			}
			of := func(element string) float64 {
				col, ok := f.Column(element)
				if !ok {
					return math.NaN()
				}
				v, n := sum(col, reg.Lo, reg.Hi)
				if n == 0 {
					return math.NaN()
				}
				return v
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Stage(f.Stage)), to(count(reg.Hi-reg.Lo), "pupils"), to(figure(of("pupils"), 0), "pupils"), to(figure(of("teachers"), 0), "teachers")}})
		}
	}
	return t
}
