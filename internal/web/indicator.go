package web

import (
	"fmt"
	"html/template"
	"math"
	"net/http"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

type indicatorPage struct {
	Shell
	Sub        string
	Facts      []Fact
	Note       string
	Notation   template.HTML
	Needs      []string
	Versions   Table // what was replaced, and what is not in force
	Links      []Link
	Stages     []Choice
	Thresholds Table
	Spread     *chartView // how sections are distributed
	Counties   *chartView
	History    *chartView
	Table      Table
}

// chartView is a chart with the table behind it.
type chartView struct {
	chart.Spec
	Data dataTable
}

func view(s chart.Spec) *chartView { return &chartView{s, dataTable{Table: s.Table()}} }

// leads makes the figures of a chart's data lead to their explanations, row by
// row; the standard, where it stands beside them, to its source.
func (v *chartView) leads(rows int, to func(row, series int) string, limit string) *chartView {
	for i := range rows {
		line := []string{""}
		for k := range v.Series {
			line = append(line, to(i, k))
		}
		v.Data.Href = append(v.Data.Href, append(line, limit))
	}
	return v
}

// indicator shows one measure: what it is, what it is held to, how sections and
// counties stand, and how it went.
func (s *Server) indicator(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "indicators")
	}
	d := r.a.Pack.Indicator(r.PathValue("indicator"))
	if d == nil {
		return fmt.Errorf("indicator %s: %w", r.PathValue("indicator"), fault.NotFound)
	}
	stage, err := r.indicatorStage(d)
	if err != nil {
		return err
	}
	years, err := s.years(r)
	if err != nil {
		return err
	}
	p := indicatorPage{
		Shell: s.shell(r, joinCode(d.Code, r.Text(d.Name)), "indicators", Link{r.T("nav.overview"), r.to(nil)}, Link{r.T("nav.indicators"), r.to([]string{"indicators"})}),
		Facts: r.indicatorFacts(d), Note: r.Text(d.Note), Thresholds: r.thresholdTable(d), Notation: notation(d.Notation), Needs: r.needsOf(r.a.Pack, d),
	}
	p.Versions = r.historyTable(entry{pack: r.a.Pack, d: d})
	p.Links = []Link{{r.T("whatif.title"), r.to([]string{"what-if"}, "indicator", d.ID, "stage", r.query.Get("stage"))}}
	if d.Level == edu.Section && stage >= 0 {
		for i, c := range r.stages(stage) {
			if r.a.Stages[r.lens.stages[i]].Item(d.ID) != nil {
				p.Stages = append(p.Stages, c)
			}
		}
		p.Spread = r.distribution(stage, d)
		p.Counties, p.Table = r.byCounty(stage, d)
		p.History = r.cityHistory(years, stage, d)
	} else if d.Level != edu.Section {
		p.Table = r.countyAnswers(d)
	}
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, p.Title, p.Table, p.Thresholds, p.Versions)
	}
	return s.render(w, r, "indicator.html", p)
}

// indicatorStage is the stage asked for, otherwise the first that has the
// indicator, or -1.
func (r *request) indicatorStage(d *pack.Indicator) (int, error) {
	if d.Level != edu.Section {
		return 0, nil
	}
	i, err := r.stage()
	if err != nil {
		return 0, err
	}
	if i >= 0 && r.a.Stages[i].Item(d.ID) != nil {
		return i, nil
	}
	for k, st := range r.a.Stages {
		if st.Item(d.ID) != nil {
			return k, nil
		}
	}
	return -1, nil // defined, but nobody has figures of it this year
}

func (r *request) indicatorFacts(d *pack.Indicator) []Fact {
	var out []Fact
	add := func(term, text string, code bool) {
		if text != "" {
			out = append(out, Fact{Term: r.T(term), Text: text, Code: code})
		}
	}
	add("catalogue.words", r.Text(d.Words), false)
	if d.Section != nil {
		add("formula.section", d.Section.Src, true)
	}
	if d.Region != nil {
		add("formula.region", d.Region.Src, true)
	}
	unit := d.Unit
	if d.Unit == pack.YesNo {
		unit = r.T("unit.yesno")
	}
	add("unit", unit, d.Unit != pack.YesNo)
	var stages []string
	for _, s := range d.Stages {
		stages = append(stages, r.Stage(s))
	}
	add("catalogue.stages", r.List(stages), false)
	add("catalogue.reference", r.Text(d.AsOf(r.period)), false)
	if d.Weight != "" {
		add("catalogue.weight", r.element(d.Weight), false)
	}
	add("source", d.Source, false)
	if d.Tag != "" {
		add("evidence", d.Tag+" · "+r.Evidence(d.Tag), false)
	}
	return out
}

func (r *request) thresholdTable(d *pack.Indicator) Table {
	t := Table{ID: "thresholds", Tight: true, Caption: r.T("thresholds.caption"), Sheet: r.T("thresholds.title"), Empty: r.T("thresholds.none"),
		Cols: []Col{{Label: r.T("stage")}, {Label: r.T("thresholds.of"), Wrap: true}, {Label: r.T("standard"), Wrap: true}, {Label: r.T("thresholds.from")}, {Label: r.T("source"), Wrap: true}, {Label: r.T("evidence")}}}
	if r.a.Standard == nil {
		return t
	}
	for _, th := range r.inForce(d.ID) {
		stage := r.T("stage.every")
		if th.Stage != "" {
			stage = r.Stage(th.Stage)
		}
		of := r.T("thresholds.each")
		if th.Region {
			of = r.T("thresholds.region")
		} else if d.Level == edu.County {
			of = r.Level(edu.County)
		}
		words := r.thresholdWords(d, th)
		if th.Formula != nil {
			words = r.Op(th.Op) + " " + th.Formula.Src
		}
		if th.When != nil {
			words += r.T("thresholds.when", th.When.Src)
		}
		if n := r.Text(th.Note); n != "" {
			words += r.T("list.semicolon") + n
		}
		from := th.From.String()
		if from == "" {
			from = chart.NoNumber
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(stage), text(of), text(words), text(from), r.cite(th.Source), r.mark(th.Tag)}})
	}
	for _, rule := range r.a.Standard.Rules {
		if rule.Statistic == "" || !slices.Contains(rule.Of, d.ID) {
			continue
		}
		for _, s := range edu.Stages {
			if v, ok := rule.Limit[s]; ok {
				t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Stage(s)), text(r.Text(rule.Name)), text(r.Op(rule.Op) + r.Limit(v)), text(chart.NoNumber), r.cite(rule.Source), r.mark(rule.Tag)}})
			}
		}
	}
	return t
}

// classes of a histogram: about so many.
const bins = 16

// distribution is how many sections lie in each class of values; the standard
// is a tick at its true place.
func (r *request) distribution(stage int, d *pack.Indicator) *chartView {
	st := r.a.Stages[stage]
	jd := st.Indicator(d.ID)
	var values []float64
	for _, v := range jd.Item.Values() {
		if !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	if len(values) < 2 || d.Unit == pack.YesNo {
		return nil
	}
	slices.Sort(values)
	limit := math.NaN()
	if jd.Threshold != nil && jd.Threshold.Formula == nil {
		limit = jd.Threshold.Value
	}
	// The far tail goes into the last class, so that it does not flatten the rest.
	lo, hi := math.Min(0, values[0]), values[len(values)*98/100]
	if !math.IsNaN(limit) {
		hi = math.Max(hi, limit*1.2)
	}
	step := niceStep((hi - lo) / bins)
	first := lo
	if !math.IsNaN(limit) { // no class may lie on both sides of the standard
		lo = limit - math.Ceil((limit-lo)/step-1e-9)*step
	}
	n := int(math.Ceil((hi-lo)/step - 1e-9))
	if n < 1 {
		return nil
	}
	counts, tones := make([]float64, n), make([]chart.Tone, n)
	met := 0
	for _, v := range values {
		at := math.Floor((v-lo)/step + 1e-9)
		if opOf(jd) == pack.AtMost { // the limit itself is met: it ends a class
			at = math.Ceil((v-lo)/step-1e-9) - 1
		}
		counts[min(n-1, max(0, int(at)))]++
		if standard.Compare(v, opOf(jd), limit) == edu.Met {
			met++
		}
	}
	spec := chart.Spec{Kind: chart.Histogram, Title: r.T("distribution.title", r.Stage(st.Frame.Stage)), XName: r.T("distribution.class", r.Uom(r.a.Pack, d.Unit)), Unit: r.T("distribution.unit"), Width: 520}
	dec := max(digits(step), digits(lo))
	for i := range n {
		from := lo + float64(i)*step
		label := chart.Number(math.Max(first, from), dec)
		if i == n-1 && values[len(values)-1] >= from+step {
			label = "≥" + label
		}
		spec.X = append(spec.X, label)
		if !math.IsNaN(limit) {
			tones[i] = chart.Bad
			if standard.Compare(from+step/2, jd.Threshold.Op, limit) == edu.Met {
				tones[i] = chart.Good
			}
		}
	}
	spec.Series = []chart.Series{{Name: r.T("sections"), Values: counts, Tones: tones}}
	if math.IsNaN(limit) {
		spec.Says = r.T("distribution.says.plain", d.Name, len(values))
	} else {
		spec.Target = &chart.Target{Name: r.T("standard") + " " + r.Op(jd.Threshold.Op), Value: limit, At: (limit - lo) / step}
		spec.Decimals = digits(limit)
		spec.Says = r.T("distribution.says", d.Name, len(values), met, chart.Percent(ratio(met, len(values))))
	}
	// The sections of a class stand beside each other in the list behind the whole.
	return view(spec).leads(n, func(int, int) string { return r.toTop(d.ID, "stage", string(st.Frame.Stage)) }, "")
}

func opOf(jd *standard.Judged) pack.Op {
	if jd.Threshold == nil {
		return pack.AtLeast
	}
	return jd.Threshold.Op
}

// niceStep is the next round step: 1, 2 or 5 times a power of ten.
func niceStep(x float64) float64 {
	if x <= 0 || math.IsNaN(x) {
		return 1
	}
	mag := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*mag >= x*0.999 {
			return m * mag
		}
	}
	return 10 * mag
}

// byCounty compares the counties, highest first.
func (r *request) byCounty(stage int, d *pack.Indicator) (*chartView, Table) {
	st := r.a.Stages[stage]
	jd := st.Indicator(d.ID)
	code := string(st.Frame.Stage)
	t := Table{ID: "bycounty", Caption: r.T("bycounty.caption", r.Stage(st.Frame.Stage)), List: true, Sheet: r.T("nav.counties"), Empty: r.T("empty.counties"),
		Cols: []Col{{Label: r.T("county"), Wrap: true}, {Label: r.T("county.value"), Unit: r.Uom(r.a.Pack, d.Unit), Num: true}, {Label: r.T("bycounty.n"), Num: true}, {Label: r.T("bycounty.missing"), Num: true}, {Label: r.T("measures.share"), Num: true}, {Label: r.T("bycounty.short"), Num: true}}}
	if r.lens.spread != nil && slices.Contains(r.lens.spread.Of, d.ID) {
		t.Cols = append(t.Cols, Col{Label: r.Text(r.lens.spread.Name), Wrap: true, Unit: r.Op(r.lens.spread.Op) + r.Limit(r.lens.limit(stage)), Num: true})
	}
	type line struct {
		name string
		v    float64
		tone chart.Tone
		row  Row
		// trace explains the county's value.
		trace string
	}
	var lines []line
	for i, u := range r.a.Units[edu.County] {
		s, ok := r.lens.stat(stage, d.ID, edu.County, i)
		if !ok {
			continue
		}
		lo, hi := r.a.Rows(edu.County, i, stage)
		n := standard.Tally(jd.Verdicts, lo, hi)
		tone := r.valueTone(stage, d.ID, s.value)
		trace := r.toTrace(edu.County, codeOf(u), d.ID, "stage", code)
		cells := []Cell{
			linked(u.Name, r.toCounty(codeOf(u), "stage", code)), figure(s.value, d.Decimals).to(trace).toned(tone),
			count(s.n).to(trace), count(s.missing).to(trace), r.shareMet(n).to(trace), count(n.Count[edu.Short]).to(r.to([]string{"schools"}, "county", codeOf(u), "stage", code, "short", d.ID)),
		}
		if len(t.Cols) > 6 {
			cells = append(cells, figure(s.spread, 3).to(trace).toned(r.lens.spreadTone(s.spread, s.missing, stage)))
		}
		lines = append(lines, line{u.Name, s.value, tone, Row{Cells: cells}, trace})
	}
	spec := chart.Spec{Kind: chart.Bars, Title: r.T("bycounty.title", r.Stage(st.Frame.Stage)), XName: r.T("county"), Unit: r.Uom(r.a.Pack, d.Unit), Decimals: d.Decimals, Width: 520}
	series := chart.Series{Name: r.T("county.value")}
	met := 0
	for _, ln := range lines {
		t.Rows = append(t.Rows, ln.row)
		if len(spec.X) < 30 {
			spec.X = append(spec.X, ln.name)
			series.Values = append(series.Values, ln.v)
			series.Tones = append(series.Tones, ln.tone)
		}
		if ln.tone == chart.Good {
			met++
		}
	}
	spec.Series = []chart.Series{series}
	if d.Region == nil || len(lines) == 0 {
		return nil, t
	}
	if jd.Threshold != nil && jd.Threshold.Formula == nil {
		spec.Target = &chart.Target{Name: r.T("standard") + " " + r.Op(jd.Threshold.Op), Value: jd.Threshold.Value}
		spec.Says = r.T("bycounty.says", d.Name, met, len(lines))
	} else {
		spec.Says = r.T("bycounty.says.plain", d.Name, len(lines))
	}
	return view(spec).leads(len(spec.X), func(i, _ int) string { return lines[i].trace }, r.to([]string{"indicators", d.ID}, "stage", code)), t
}

// cityHistory is the whole's value over the years, all stages in one chart.
func (r *request) cityHistory(years []year, stage int, d *pack.Indicator) *chartView {
	if d.Region == nil || len(years) < 2 {
		return nil
	}
	spec := chart.Spec{Kind: chart.Line, Title: r.T("history.title"), XName: r.T("year"), X: labels(years), Unit: r.Uom(r.a.Pack, d.Unit), Decimals: d.Decimals, Width: 520}
	var of []string
	for _, st := range r.a.Stages {
		if st.Item(d.ID) == nil {
			continue
		}
		of = append(of, string(st.Frame.Stage))
		v := over(years, st.Frame.Stage, func(l *lens, k int) float64 {
			level, top := l.top()
			return l.value(k, d.ID, level, top)
		})
		spec.Series = append(spec.Series, chart.Series{Name: r.Stage(st.Frame.Stage), Values: v})
	}
	now := over(years, r.a.Stages[stage].Frame.Stage, func(l *lens, k int) float64 {
		level, top := l.top()
		return l.value(k, d.ID, level, top)
	})
	first := 0
	for first < len(now)-1 && math.IsNaN(now[first]) {
		first++
	}
	spec.Says = r.T("history.says", r.Stage(r.a.Stages[stage].Frame.Stage), d.Name, years[first].period.String(), chart.Number(now[first], d.Decimals), r.period.String(), chart.Number(last(now), d.Decimals))
	return view(spec).leads(len(years), func(i, k int) string {
		l := years[i].lens
		level, top := l.top()
		at := slices.IndexFunc(l.a.Stages, func(st *standard.Stage) bool { return string(st.Frame.Stage) == of[k] })
		if at < 0 {
			return ""
		}
		if _, ok := l.stat(at, d.ID, level, top); !ok {
			return ""
		}
		return r.toTop(d.ID, "stage", of[k], "year", years[i].period.String())
	}, "")
}

// countyAnswers is an indicator of the counties' own answers.
func (r *request) countyAnswers(d *pack.Indicator) Table {
	t := Table{ID: "answers", Caption: r.T("answers.caption"), List: true, Sheet: r.T("nav.counties"), Empty: r.T("empty.answers"),
		Cols: []Col{{Label: r.T("county"), Wrap: true}, {Label: r.T("county.value"), Num: true}, {Label: r.T("standard"), Num: true}, {Label: r.T("why"), Wrap: true}, {Label: r.T("status")}}}
	if r.a.Counties == nil || r.a.Counties.Indicator(d.ID) == nil {
		return t
	}
	jd := r.a.Counties.Indicator(d.ID)
	unit := r.Uom(r.a.Pack, d.Unit)
	for i, u := range r.a.Units[edu.County] {
		if u.Row < 0 {
			continue
		}
		v, limit := r.itemFigure(blockItem{id: d.ID, def: d}, i)
		if d.Unit != pack.YesNo && v.Number {
			v.Text, v.Small = chart.Number(v.Value, d.Decimals), unit
		}
		trace := r.toTrace(edu.County, codeOf(u), d.ID)
		lamp := lampCell(r.Verdict(jd.Verdict(u.Row)))
		if jd.Threshold == nil {
			lamp = lampCell(Lamp{chart.Open, r.T("value.none"), r.T("value.rule")})
		}
		lamp.Href = trace
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(u.Name, r.toCounty(codeOf(u))), v.to(trace), limit.to(trace), text(r.Text(r.a.Reason(r.a.Counties, jd, u.Row))).to(trace), lamp}})
	}
	return t
}
