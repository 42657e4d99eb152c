package web

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/report"
	"shuren/internal/valueadd"
)

// valueAddedRun is one estimate as its reader may see it.
type valueAddedRun struct {
	Shell
	Sub      string
	Says     string
	Facts    []Fact
	Chart    *chartView
	Q        string
	Reading  string
	Readings []Choice
	Orders   []Choice // by code or by effect, where the city ranks
	Filtered bool
	Found    string
	Schools  Table
	Pages    []Choice
	Prev     string
	Next     string
	Model    Table
	Checks   Table
	Cannot   []string
	Files    []Link
	Drop     string // address; empty for who may not
	Action   string
}

// schoolsOnPage is how many schools a page of an estimate has.
const schoolsOnPage = 35

// valueAddedResult shows an estimate.
func (s *Server) valueAddedResult(w http.ResponseWriter, r *request) error {
	sw, err := s.valueAddedOn(r)
	if err != nil {
		return err
	}
	if !sw.On {
		return fmt.Errorf("%s: %w", r.T("va.off"), fault.NotFound)
	}
	run, all, err := s.added.ValueAdded(r.Context(), r.who, r.PathValue("run"))
	if err != nil {
		return r.inWords(err)
	}
	if f := r.query.Get("as"); f != "" {
		return s.sendValueAdded(w, r, report.Format(f), run, all)
	}
	sws, err := s.added.Switches(r.Context())
	if err != nil {
		return err
	}
	res := &run.Result
	p := valueAddedRun{Shell: s.shell(r, run.Title, "valueadded", Link{r.T("va.title"), "/value-added"}), Sub: r.T("va.sub", r.Period(run.Period), res.Outcome, r.Day(run.At.In(collect.China)), run.ByName),
		Says: r.Text(res.Conclusion()), Facts: r.valueAddedFacts(&run), Cannot: r.cannot(), Q: strings.TrimSpace(r.query.Get("q")), Reading: r.query.Get("reading"), Action: "/value-added/" + url.PathEscape(run.ID)}
	for _, f := range []report.Format{report.XLSX, report.CSV, report.JSON} {
		p.Files = append(p.Files, Link{strings.ToUpper(string(f)), r.here("as", string(f), "page", "", "q", "", "reading", "", "sort", "")})
	}
	if r.estimates() {
		p.Drop = p.Action + "/drop"
	}
	p.Chart = r.caterpillar(run.Title, all)
	shown := p.filter(r, all)
	if sws.Ranking.On && len(all) > 1 {
		by := r.query.Get("sort")
		p.Orders = []Choice{{Link{r.T("va.order.code"), r.here("sort", "", "page", "")}, by != "value"}, {Link{r.T("va.order.value"), r.here("sort", "value", "page", "")}, by == "value"}}
		if by == "value" {
			slices.SortStableFunc(shown, func(a, b valueadd.School) int {
				if a.Shown != b.Shown {
					return map[bool]int{true: -1, false: 1}[a.Shown]
				}
				return cmp.Compare(b.Value, a.Value)
			})
		}
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := (len(shown) + schoolsOnPage - 1) / schoolsOnPage
	page = min(page, max(1, pages))
	p.Found = r.T("va.found", len(shown))
	p.Schools = r.valueAddedTable(run.ID, shown[min(len(shown), (page-1)*schoolsOnPage):min(len(shown), page*schoolsOnPage)], all)
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	p.Model, p.Checks = r.coefficients(res), r.diagnostics(res)
	return s.render(w, r, "varun.html", p)
}

// filter keeps the schools that the reader asks for.
func (p *valueAddedRun) filter(r *request, all []valueadd.School) []valueadd.School {
	p.Filtered = p.Q+p.Reading != ""
	for _, rd := range []valueadd.Reading{valueadd.Above, valueadd.Indistinct, valueadd.Below} {
		p.Readings = append(p.Readings, Choice{Link{r.Text(rd.Text()), rd.String()}, p.Reading == rd.String()})
	}
	p.Readings = append(p.Readings, Choice{Link{r.T("va.held"), "held"}, p.Reading == "held"})
	return slices.DeleteFunc(slices.Clone(all), func(s valueadd.School) bool {
		is := "held"
		if s.Shown {
			is = s.Reading().String()
		}
		return p.Reading != "" && p.Reading != is || p.Q != "" && !strings.Contains(r.Text(s.Name), p.Q) && !strings.HasPrefix(s.Code, p.Q)
	})
}

// valueAddedFacts are the model in a few lines.
func (r *request) valueAddedFacts(run *valueadd.Run) []Fact {
	res := &run.Result
	var priors, others []string
	for _, t := range res.Terms {
		if t.Prior {
			priors = append(priors, t.Name)
		} else {
			others = append(others, t.Name)
		}
	}
	out := []Fact{
		{Term: r.T("va.terms"), Text: r.T("va.terms.text", res.Outcome, r.List(priors))},
		{Term: r.T("va.counts"), Text: r.T("va.counts.text", chart.Number(float64(res.Pupils), 0), chart.Number(float64(res.Schools), 0))},
		{Term: r.T("va.icc"), Text: r.T("va.icc.text", chart.Percent(res.Variances.ICC()), chart.Percent(res.Empty.ICC()))},
		{Term: r.T("va.explained"), Text: chart.Percent(max(0, res.Checks.Explained))},
		{Term: r.T("va.fewest"), Text: r.T("va.fewest.text", res.Options.MinPupils, res.Tally.Held)},
	}
	if len(others) > 0 {
		out[0].Text = r.T("va.terms.also", res.Outcome, r.List(priors), r.List(others))
	}
	if run.Unknown > 0 {
		out = append(out, Fact{Term: r.T("va.unknown"), Text: r.T("va.unknown.text", run.Unknown)})
	}
	if r.estimates() && res.Without.Rows() > 0 { // who sent the file; others learn of no small numbers
		out = append(out, Fact{Term: r.T("va.without"), Text: r.T("va.without.text", chart.Number(float64(res.Without.Rows()), 0), chart.Number(float64(res.Rows), 0))})
	}
	return out
}

// points is how many estimates a chart shows at most; of more schools it shows
// as many steps from the lowest to the highest.
const points = 50

// caterpillar shows the spread of the schools that the reader sees, without
// their names: which is where is no question of this chart. One school, or no
// difference between them, makes none.
func (r *request) caterpillar(title string, all []valueadd.School) *chartView {
	shown := slices.DeleteFunc(slices.Clone(all), func(s valueadd.School) bool { return !s.Shown || s.Reliability == 0 })
	if len(shown) < 5 {
		return nil
	}
	slices.SortFunc(shown, func(a, b valueadd.School) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Unit, b.Unit))
	})
	n := min(points, len(shown))
	spec := chart.Spec{Kind: chart.Caterpillar, Title: r.T("va.chart"), Decimals: 2, Width: 1080, Height: 230, XName: r.T("va.chart.x")}
	sr := chart.Series{Name: r.T("va.value"), Ends: [2]string{r.T("va.low"), r.T("va.high")}}
	for i := range n {
		k := i
		name := r.T("va.chart.nth", i+1)
		if n < len(shown) {
			k = (2*i + 1) * len(shown) / (2 * n)
			name = chart.Percent(float64(2*i+1) / float64(2*n))
		}
		e := &shown[k].Effect
		lo, hi := e.Interval()
		sr.Values, sr.Low, sr.High, sr.Tones = append(sr.Values, e.Value), append(sr.Low, lo), append(sr.High, hi), append(sr.Tones, r.readingLamp(e).Tone)
		spec.X = append(spec.X, name)
	}
	spec.Series = []chart.Series{sr}
	spec.Says = r.T("va.chart.says", len(shown), chart.Number(shown[0].Value, 2), chart.Number(shown[len(shown)-1].Value, 2))
	if n < len(shown) {
		spec.Says = r.T("va.chart.steps", len(shown), n, chart.Number(shown[0].Value, 2), chart.Number(shown[len(shown)-1].Value, 2))
	}
	return view(spec)
}

// valueAddedTable is a page of schools; the intervals of all of them share a scale.
func (r *request) valueAddedTable(run string, page, all []valueadd.School) Table {
	full := 0.0
	several := false
	for i := range all {
		e := &all[i]
		if e.Shown {
			lo, hi := e.Interval()
			full = max(full, -lo, hi)
		}
		several = several || e.County != all[0].County
	}
	t := Table{ID: "added", Caption: r.T("va.table"), Empty: r.T("va.table.none"), List: true, Tight: true, Cols: []Col{{Label: r.T("va.school"), Wrap: true}}}
	if several {
		t.Cols = append(t.Cols, Col{Label: r.T("county")})
	}
	t.Cols = append(t.Cols, Col{Label: r.T("va.pupils"), Num: true}, Col{Label: r.T("va.raw"), Num: true}, Col{Label: r.T("va.expected"), Num: true}, Col{Label: r.T("va.value"), Num: true},
		Col{Label: r.T("va.interval"), Num: true}, Col{Label: "", Title: r.T("va.interval"), Draw: true}, Col{Label: r.T("va.says")})
	for i := range page {
		s := &page[i]
		row := []Cell{{Text: r.Text(s.Name), Small: s.Code, Href: r.toSchool(s.Code), Quiet: true}}
		if several {
			row = append(row, text(r.Text(s.County)))
		}
		if !s.Shown {
			for len(row) < len(t.Cols)-2 {
				row = append(row, text(chart.NoNumber))
			}
			row = append(row, text(""))
			t.Rows = append(t.Rows, Row{Cells: append(row, text(r.T("va.held.why")))})
			continue
		}
		lo, hi := s.Interval()
		value := figure(s.Value, 2)
		value.Text = chart.Change(s.Value, 2)
		interval, drawn := text(chart.NoNumber), text("")
		lamp := r.readingLamp(&s.Effect)
		if s.Reliability > 0 {
			interval = text(r.T("va.range", chart.Number(lo, 2), chart.Number(hi, 2)))
			drawn = Cell{Chart: draw(chart.Spec{Kind: chart.Interval, Full: full, Says: r.Text(s.Name) + " " + interval.Text, Series: []chart.Series{{Values: []float64{s.Value}, Low: []float64{lo}, High: []float64{hi}, Tones: []chart.Tone{lamp.Tone}}}})}
		}
		to := valueAddedHref(run, s.Code)
		t.Rows = append(t.Rows, Row{Cells: append(row, count(s.Pupils).to(to), figure(s.Raw, 2).to(to), figure(s.Expected, 2).to(to), value.to(to), interval.to(to), drawn, lampCell(lamp))})
	}
	return t
}

// coefficients are the fixed effects.
func (r *request) coefficients(res *valueadd.Result) Table {
	t := Table{ID: "model", Caption: r.T("va.model"), Tight: true, Cols: []Col{{Label: r.T("va.term"), Wrap: true}, {Label: r.T("va.estimate"), Num: true}, {Label: r.T("va.se"), Num: true}, {Label: r.T("va.vif"), Num: true}}}
	for _, c := range res.Fixed {
		name, vif := r.Text(c.Label()), figure(c.VIF, 1)
		if c.Intercept {
			name, vif = r.T("va.intercept"), text("")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(name), figure(c.Estimate, 4), figure(c.SE, 4), vif}})
	}
	add := func(name string, v float64, decimals int) {
		t.Rows = append(t.Rows, Row{Sum: true, Cells: []Cell{text(name), figure(v, decimals), text(""), text("")}})
	}
	add(r.T("va.var.school"), res.Variances.School, 4)
	add(r.T("va.var.pupil"), res.Variances.Pupil, 4)
	add(r.T("va.loglik"), res.LogLik(), 2)
	return t
}

// diagnostics are the checks of the model in words.
func (r *request) diagnostics(res *valueadd.Result) Table {
	t := Table{ID: "checks", Caption: r.T("va.checks"), Tight: true, Cols: []Col{{Label: r.T("va.check"), Wrap: true}, {Label: r.T("va.check.state")}}}
	for _, f := range res.Diagnose() {
		lamp := Lamp{chart.Open, r.T("va.check.told"), ""}
		if f.Watch {
			lamp = Lamp{chart.Near, r.T("va.check.watch"), ""}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(f.Text)), lampCell(lamp)}})
	}
	return t
}

// sendValueAdded sends what the reader may see as a file.
func (s *Server) sendValueAdded(w http.ResponseWriter, r *request, f report.Format, run valueadd.Run, all []valueadd.School) error {
	v := &report.ValueAdded{Result: &run.Result, Lang: r.Lang(), Period: run.Period, At: run.At.In(collect.China), Explain: func(school string) string { return s.absolute(r, valueAddedHref(run.ID, school)) }}
	if !r.estimates() { // small numbers of what was left out are for who sent the file
		v.Result.Without, v.Result.Rows = valueadd.Without{}, v.Result.Pupils
	}
	if r.city.Fictional() {
		v.Mark = r.T("sample.mark")
	}
	for i := range all {
		v.Schools = append(v.Schools, report.ValueAddedSchool{Code: all[i].Code, Name: r.Text(all[i].Name), Effect: all[i].Effect})
	}
	var b bytes.Buffer
	if err := report.WriteValueAdded(&b, f, v); err != nil {
		return err
	}
	name := r.T("va.title") + "-" + run.Title + "." + string(f)
	if f == report.XLSX {
		s.sendFile(w, r, name, b.Bytes())
		return nil
	}
	kind := map[report.Format]string{report.CSV: "text/csv; charset=utf-8", report.JSON: "application/json"}[f]
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="export.`+string(f)+`"; filename*=UTF-8''`+url.PathEscape(name))
	h.Set("Cache-Control", "no-store")
	if _, err := w.Write(b.Bytes()); err != nil {
		s.log.Debug("reader gone", "path", r.URL.Path, "err", err)
	}
	return nil
}
