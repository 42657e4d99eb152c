package web

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"slices"
	"strconv"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/task"
)

// overviewPage is the city at a glance: what is wrong, where, whose turn it is.
type overviewPage struct {
	Shell
	Units   string // how many schools and sections, and when
	Answer  []Fact
	KPIs    []KPI
	KPIData dataTable
	Stages  []Choice
	Tiles   *chartView
	Legend  []string
	Table   Table
	Note    string
	Does    string // where the scheme does less than pages are made for
	Schemes Table
	Wrong   Table
	Items   Table
	Owed    Table
	Tasks   *taskCard
	Ahead   *aheadCard
}

// overview shows the whole city in one year.
func (s *Server) overview(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "overview")
	}
	stage, err := r.stage()
	if err != nil {
		return err
	}
	years, err := s.years(r)
	if err != nil {
		return err
	}
	sum := s.sums.get(r.lens)
	p := overviewPage{Shell: s.shell(r, r.T("nav.overview"), "overview"), Stages: r.stages(stage), Does: r.does()}
	if p.Schemes, err = r.schemeMatrix(); err != nil {
		return err
	}
	if !r.lens.sectional() && r.a.Counties == nil {
		return s.unmeasured(w, r, r.T("nav.overview"), "overview", cmp.Or(p.Does, r.T("scheme.nothing", r.a.Pack.Name, r.Period(r.period))), p.Schemes)
	}
	p.Units = r.size()
	p.KPIs, p.KPIData = r.kpis(lastYears(years))
	p.Tiles, p.Legend = s.tiles(r)
	if stage < 0 {
		p.Table = r.answerMatrix()
	} else if p.Table, err = r.countyMatrix(stage); err != nil {
		return err
	} else {
		p.Note = r.matrixNote(stage)
	}
	p.Wrong = r.wrong(sum)
	p.Items = r.countyItems()
	p.Owed = r.owed(sum)
	p.Answer = r.answer(sum)
	if p.Tasks, err = s.taskCardOf(r, task.Filter{}, ""); err != nil {
		return err
	}
	if p.Ahead, err = s.aheadCard(r, ""); err != nil {
		return fmt.Errorf("forecast: %w", err)
	}
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, r.T("nav.overview"), p.kpiTable(r), p.Schemes, p.Table, p.Wrong, p.Items, p.Owed)
	}
	return s.render(w, r, "overview.html", p)
}

// size says how much the page covers.
func (r *request) size() string {
	schools := map[string]bool{}
	var parts []string
	for _, k := range r.lens.stages {
		st := r.a.Stages[k]
		for _, row := range st.Frame.Rows {
			schools[row.Code] = true
		}
		parts = append(parts, r.T("size.stage", r.Stage(st.Frame.Stage), st.Frame.Len()))
	}
	if len(parts) == 0 {
		return r.T("size.counties", len(r.a.Units[edu.County]))
	}
	return r.T("size.all", len(r.a.Units[edu.County]), len(schools), r.List(parts))
}

// answer is the first thing to read: three sentences.
func (r *request) answer(sum *summary) []Fact {
	level, top := r.lens.top()
	var out []Fact
	if r.lens.section != nil {
		var parts []string
		for i, st := range r.a.Stages {
			if r.lens.at[i] == nil {
				continue
			}
			t := r.lens.tally(level, top, i)
			parts = append(parts, r.T("answer.stage", r.Stage(st.Frame.Stage), t.Count[edu.Met], judged(t), chart.Percent(ratio(t.Count[edu.Met], judged(t)))))
		}
		out = append(out, Fact{Term: r.T("answer.what"), Text: r.T("answer.what.text", r.List(parts), r.Text(r.lens.section.Name))})
	}
	n := len(r.a.Units[edu.County])
	worst, ws, wm := 0, -1, -1
	for si := range sum.short {
		for m := range sum.short[si] {
			if k := sum.short[si][m][n]; k > worst {
				worst, ws, wm = k, si, m
			}
		}
	}
	if ws >= 0 {
		c, k := most(sum.short[ws][wm][:n])
		f := Fact{Term: r.T("answer.where")}
		d := r.lens.measures[wm]
		if c >= 0 {
			f.Text = r.T("answer.where.text", r.Stage(r.a.Stages[ws].Frame.Stage), d.Name, worst, r.a.Units[edu.County][c].Name, k)
			f.Link = &Link{r.T("answer.list"), r.to([]string{"schools"}, "stage", string(r.a.Stages[ws].Frame.Stage), "short", d.ID)}
		} else {
			f.Text = r.T("answer.where.all", r.Stage(r.a.Stages[ws].Frame.Stage), d.Name, worst)
		}
		out = append(out, f)
	}
	turn := Fact{Term: r.T("answer.turn"), Text: r.T("answer.turn.none")}
	c, k := most(sum.owed)
	all, where := 0, 0
	for _, x := range sum.owed {
		all += x
		if x > 0 {
			where++
		}
	}
	if k > 0 {
		turn.Text = r.T("answer.turn.text", where, all, r.a.Units[edu.County][c].Name, k)
		turn.Link = &Link{r.T("answer.list"), r.to([]string{"schools"}, "verdict", edu.Unknown.String())}
	} else if open := r.openCounties(); len(open) > 0 {
		names := r.List(open[:min(3, len(open))])
		if len(open) > 3 {
			names = r.T("items.more", names, len(open))
		}
		turn.Text = r.T("answer.turn.counties", len(open), names)
		turn.Link = &Link{r.T("answer.list"), r.to([]string{"counties"})}
	}
	return append(out, turn)
}

// openCounties are the counties on which the scheme has no verdict for want of
// figures.
func (r *request) openCounties() []string {
	if r.lens.root == nil || r.lens.root.Level == edu.Section {
		return nil
	}
	var out []string
	for i, u := range r.a.Units[edu.County] {
		if r.a.Verdict(r.lens.root.ID, edu.County, i) == edu.Unknown {
			out = append(out, u.Name)
		}
	}
	return out
}

// most is the index and size of the largest count, -1 where all are zero.
func most(n []int) (int, int) {
	at, k := -1, 0
	for i, x := range n {
		if x > k {
			at, k = i, x
		}
	}
	return at, k
}

// indexOf is a card's figure in a year.
type indexOf func(y year) (value float64, part, whole int)

// lastYears are those that the cards' trends show: with each more the table behind them
// has another row of links, and the page would outgrow its budget with the city's age.
func lastYears(years []year) []year { return years[max(0, len(years)-5):] }

// kpis are the cards over the city, and the figures behind their trends.
func (r *request) kpis(years []year) ([]KPI, dataTable) {
	data := dataTable{Table: chart.Table{Caption: r.T("kpi.data"), Head: []string{r.T("year")}}}
	for _, y := range years {
		data.Rows = append(data.Rows, []string{r.Period(y.period)})
		data.Href = append(data.Href, []string{""})
	}
	var out []KPI
	// explained gives the explanation of the card's figure in a year, of the unit
	// that was the whole then.
	explained := func(item string, kv ...string) func(edu.Period) string {
		return func(p edu.Period) string { return r.toTop(item, append(kv, "year", p.String())...) }
	}
	add := func(k KPI, values []float64, decimals int, unit string) {
		k.Trace = k.to(r.period)
		k.Spark = draw(r.spark(k.Label, values, decimals, unit))
		out = append(out, k)
		data.Head = append(data.Head, k.Label)
		for i := range years {
			data.Rows[i] = append(data.Rows[i], chart.Number(values[i], decimals)+unitAfter(values[i], unit))
			href := ""
			if !math.IsNaN(values[i]) {
				href = k.to(years[i].period)
			}
			data.Href[i] = append(data.Href[i], href)
		}
	}
	series := func(f indexOf) []float64 {
		vs := make([]float64, len(years))
		for i, y := range years {
			vs[i], _, _ = f(y)
		}
		return vs
	}
	now := year{period: r.period, lens: r.lens}

	if r.lens.section != nil {
		for i, st := range r.a.Stages {
			if r.lens.at[i] == nil {
				continue
			}
			f := passShare(st.Frame.Stage)
			v, part, whole := f(now)
			hist := series(f)
			add(KPI{
				Label: r.T("kpi.pass", r.Stage(st.Frame.Stage)), Value: chart.Number(v, 1), Unit: "%",
				Href:   r.to([]string{"schools"}, "stage", string(st.Frame.Stage)),
				Target: r.T("kpi.pass.target"), Title: r.T("share.title", part, whole), Lamp: r.toTarget(v, 100, before(hist), true, r.T("kpi.points", chart.Number(100-v, 1))),
				Meter: r.meter(v, 100, r.T("kpi.pass", r.Stage(st.Frame.Stage))), to: explained(r.lens.at[i].ID, "stage", string(st.Frame.Stage)),
			}, hist, 1, "%")
		}
	}
	if rule := r.lens.resources; rule != nil && len(r.a.Units[edu.County]) > 0 {
		f := countiesMeeting(rule.ID)
		v, _, whole := f(now)
		hist := series(f)
		add(KPI{
			Label: r.T("kpi.counties", rule.Name), Value: chart.Number(v, 0), Unit: r.T("kpi.of", whole),
			Href: r.to([]string{"counties"}), Target: r.T("kpi.counties.target", whole),
			Lamp:  r.toTarget(v, float64(whole), before(hist), true, r.T("kpi.counties.short", whole-int(v))),
			Meter: r.meter(v, float64(whole), rule.Name.In(r.Lang())), to: explained(rule.ID),
		}, hist, 0, "")
	}
	if r.lens.spread != nil && len(r.a.Units[edu.County]) > 0 {
		v, _, whole := spreadsMeeting(now)
		hist := series(spreadsMeeting)
		add(KPI{
			Label: r.Text(r.lens.spread.Name), Value: chart.Number(v, 0), Unit: r.T("kpi.of.items", whole),
			Href: r.to([]string{"counties"}), Target: r.T("kpi.spread.target", whole), Title: r.T("kpi.spread.title", len(r.a.Units[edu.County]), len(r.lens.measures)),
			Lamp:  r.toTarget(v, float64(whole), before(hist), true, r.T("kpi.spread.over", whole-int(v))),
			Meter: r.meter(v, float64(whole), r.Text(r.lens.spread.Name)), to: explained(r.lens.spread.ID),
		}, hist, 0, "")
	}
	if e := r.a.Pack.Element("classes_over_norm"); e != nil && r.has("classes_over_norm") && r.looksAtClasses() {
		v, _, whole := classesOver(now)
		hist := series(classesOver)
		add(KPI{
			Label: r.Text(e.Name), Value: chart.Number(v, 0), Unit: r.Uom(r.a.Pack, "class"),
			Href:   r.to([]string{"schools"}, "sort", "classes_over_norm", "dir", "desc"),
			Target: r.T("kpi.zero.target"), Title: r.T("kpi.zero.title", chart.Percent(v/float64(whole))),
			Lamp:  r.toTarget(v, 0, before(hist), false, r.since(v, before(hist))),
			Meter: r.meter(float64(whole)-v, float64(whole), r.Text(e.Name)), to: explained(e.ID),
		}, hist, 0, "")
	}
	if r.lens.section != nil {
		v, part, whole := complete(now)
		hist := series(complete)
		add(KPI{
			Label: r.T("kpi.complete"), Value: chart.Number(v, 1), Unit: "%",
			Href: r.to([]string{"schools"}, "verdict", edu.Unknown.String()), Target: r.T("kpi.pass.target"), Title: r.T("kpi.complete.title", part, whole),
			Lamp:  r.toTarget(v, 100, before(hist), true, r.T("kpi.complete.open", whole-part)),
			Meter: r.meter(v, 100, r.T("kpi.complete")), to: explained(r.lens.section.ID),
		}, hist, 1, "%")
	} else if r.lens.sectional() {
		for _, d := range r.lens.measures {
			if d.Region == nil || len(out) >= 6 {
				continue
			}
			f := wholeValue(d.ID)
			v, _, _ := f(now)
			add(KPI{Label: r.Text(d.Name), Value: chart.Number(v, d.Decimals), Unit: r.Uom(r.a.Pack, d.Unit), Href: r.to([]string{"indicators", d.ID}), to: explained(d.ID)}, series(f), d.Decimals, "")
		}
	}
	return out, data
}

// looksAtClasses tells whether the scheme asks how large classes are; many know
// the figure from the common register and have no question about it.
func (r *request) looksAtClasses() bool {
	return slices.ContainsFunc(r.a.Pack.Indicators, func(d *pack.Indicator) bool {
		return slices.Contains(d.Needs, "classes_over_norm") || slices.Contains(d.Needs, "class_size_max")
	})
}

func unitAfter(v float64, unit string) string {
	if math.IsNaN(v) {
		return ""
	}
	return unit
}

// toTarget is the lamp of a card: reached; not reached but better than the year
// before; not reached and not better.
func (r *request) toTarget(v, target, lastYear float64, higher bool, gap string) Lamp {
	switch {
	case math.IsNaN(v):
		return Lamp{chart.Open, r.T("verdict.unknown"), r.T("verdict.unknown.why")}
	case higher && v >= target || !higher && v <= target:
		return Lamp{chart.Good, r.T("kpi.reached"), r.T("kpi.rule")}
	case higher && v > lastYear || !higher && v < lastYear:
		return Lamp{chart.Near, gap, r.T("kpi.rule")}
	default:
		return Lamp{chart.Bad, gap, r.T("kpi.rule")}
	}
}

// since is the change on last year, in words.
func (r *request) since(v, lastYear float64) string {
	if math.IsNaN(lastYear) {
		return r.T("kpi.notyet")
	}
	return r.T("kpi.since", chart.Change(v-lastYear, 0))
}

// meter is a thin bar of how far a figure is on its way.
func (r *request) meter(v, target float64, name string) template.HTML {
	if target <= 0 || math.IsNaN(v) {
		v, target = 0, 1
	}
	return draw(chart.Spec{
		Kind: chart.Bullet, Width: 150, Height: 10, Says: r.T("kpi.meter", name, chart.Percent(v/target)),
		Series: []chart.Series{{Values: []float64{v / target}}}, Target: &chart.Target{Value: 1}, Full: 1,
	})
}

// wholeValue is an indicator over the whole, of the first stage that has it.
func wholeValue(id string) indexOf {
	return func(y year) (float64, int, int) {
		level, top := y.lens.top()
		for _, k := range y.lens.stages {
			if y.lens.a.Stages[k].Item(id) != nil {
				return y.lens.value(k, id, level, top), 0, 0
			}
		}
		return math.NaN(), 0, 0
	}
}

// passShare is the part of a stage's sections that meet the section rule.
func passShare(stage edu.Stage) indexOf {
	return func(y year) (float64, int, int) {
		for i, st := range y.lens.a.Stages {
			if st.Frame.Stage == stage {
				level, top := y.lens.top()
				t := y.lens.tally(level, top, i)
				return 100 * ratio(t.Count[edu.Met], judged(t)), t.Count[edu.Met], judged(t)
			}
		}
		return math.NaN(), 0, 0
	}
}

func countiesMeeting(rule string) indexOf {
	return func(y year) (float64, int, int) {
		n := 0
		units := y.lens.a.Units[edu.County]
		for i := range units {
			if y.lens.a.Verdict(rule, edu.County, i) == edu.Met {
				n++
			}
		}
		return float64(n), n, len(units)
	}
}

// spreadsMeeting counts the coefficients within their limit: indicators by
// stage by county.
func spreadsMeeting(y year) (float64, int, int) {
	l := y.lens
	if l.spread == nil {
		return math.NaN(), 0, 0
	}
	met, all := 0, 0
	for u := range l.a.Units[edu.County] {
		for i := range l.a.Stages {
			for _, d := range l.measures {
				s, ok := l.stat(i, d.ID, edu.County, u)
				if !ok || s.n == 0 {
					continue
				}
				all++
				if l.spreadVerdict(s.spread, s.missing, i) == edu.Met {
					met++
				}
			}
		}
	}
	return float64(met), met, all
}

func classesOver(y year) (float64, int, int) {
	var over, all float64
	for _, st := range y.lens.a.Stages {
		if c, ok := st.Frame.Column("classes_over_norm"); ok {
			t, _ := sum(c, 0, len(c))
			over += t
		}
		if c, ok := st.Frame.Column("classes"); ok {
			t, _ := sum(c, 0, len(c))
			all += t
		}
	}
	return over, int(over), int(all)
}

// complete is the part of the sections asked whose verdict is known.
func complete(y year) (float64, int, int) {
	level, top := y.lens.top()
	t := y.lens.tally(level, top, -1)
	known := t.Count[edu.Met] + t.Count[edu.Short]
	return 100 * ratio(known, judged(t)), known, judged(t)
}

// has tells that somebody gave figures of an element.
func (r *request) has(element string) bool {
	for _, st := range r.a.Stages {
		if _, ok := st.Frame.Column(element); ok {
			return true
		}
	}
	return false
}

// tiles is the map of counties, each with its lamp and the part of its sections
// that meet the section rule, and the rule of the lamp in words.
func (s *Server) tiles(r *request) (*chartView, []string) {
	spec := chart.Spec{Kind: chart.Tiles, Title: r.T("tiles.title"), XName: r.T("county"), Unit: r.T("tiles.share")}
	units := r.a.Units[edu.County]
	if r.lens.section == nil || len(units) < 2 || len(units) > 60 {
		return nil, nil
	}
	level, top := r.lens.top()
	whole := r.lens.tally(level, top, -1)
	mean := ratio(whole.Count[edu.Met], judged(whole))
	cols := int(math.Ceil(math.Sqrt(float64(len(units)))))
	var full, above, below int
	placed := true
	for i, u := range units {
		x, y, ok := r.city.Place(u.Code)
		if !ok {
			placed = false
			x, y = i%cols, i/cols
		}
		t := r.lens.tally(edu.County, i, -1)
		v := ratio(t.Count[edu.Met], judged(t))
		c := chart.Cell{X: x, Y: y, Label: u.Name, Value: chart.Percent(v), Href: r.toCounty(codeOf(u))}
		switch {
		case judged(t) == 0:
			c.Tone = chart.Open
		case t.Count[edu.Met] == judged(t):
			c.Tone = chart.Good
			full++
		case v >= mean:
			c.Tone = chart.Near
			above++
		default:
			c.Tone = chart.Bad
			below++
		}
		c.Says = r.T("tiles.tip", u.Name, t.Count[edu.Met], judged(t), c.Value)
		spec.Cells = append(spec.Cells, c)
	}
	if !placed { // one that nobody laid out puts all in plain order
		for i := range spec.Cells {
			spec.Cells[i].X, spec.Cells[i].Y = i%cols, i/cols
		}
	}
	spec.Says = r.T("tiles.says", full, above, below)
	legend := []string{r.T("tiles.good"), r.T("tiles.near", chart.Percent(mean)), r.T("tiles.bad")}
	if placed {
		legend = append(legend, r.T("tiles.rough"))
	}
	v := view(spec)
	for _, u := range units {
		v.Data.Href = append(v.Data.Href, []string{"", r.toTrace(edu.County, codeOf(u), r.lens.section.ID)})
	}
	return v, legend
}

// mostMeasures is how many indicators stand side by side; the others are on the
// counties' pages.
const mostMeasures = 7

// countyMatrix is county by indicator: the county's value, its lamp, the
// widest difference and what part of the sections pass.
func (r *request) countyMatrix(stage int) (Table, error) {
	st := r.a.Stages[stage]
	code := string(st.Frame.Stage)
	t := Table{ID: "matrix", Caption: r.T("matrix.caption", r.Stage(st.Frame.Stage)), List: true, Tight: true, Sheet: r.T("matrix.title"), Empty: r.T("empty.counties")}
	sortBy, dir := r.regionOrder(byName)
	col := func(c Col) {
		c.Sort, c.Dir = r.regionSort(c.Key, sortBy, dir)
		t.Cols = append(t.Cols, c)
	}
	col(Col{Key: byName, Label: r.T("county"), Wrap: true})
	var defs []*pack.Indicator
	for _, d := range r.lens.measures {
		if st.Item(d.ID) == nil || len(defs) == mostMeasures {
			continue
		}
		defs = append(defs, d)
		col(Col{Key: d.ID, Label: shortName(r.locale, d), Title: r.Text(d.Name), Unit: r.Uom(r.a.Pack, d.Unit), Num: true, Wrap: true})
	}
	asked := r.askedBeside(stage, mostMeasures-len(defs))
	for _, d := range asked {
		col(Col{Key: d.ID, Label: shortName(r.locale, d), Title: r.Text(d.Name), Unit: r.Uom(r.a.Pack, d.Unit), Num: d.Unit != pack.YesNo, Wrap: true})
	}
	if r.lens.spread != nil {
		col(Col{Key: "spread", Label: r.T("matrix.spread"), Unit: r.Op(r.lens.spread.Op) + r.Limit(r.lens.limit(stage)), Num: true, Wrap: true})
	}
	if r.lens.at[stage] != nil {
		col(Col{Key: "share", Label: r.T("matrix.share"), Unit: "%", Num: true, Wrap: true})
	}
	if r.lens.resources != nil {
		col(Col{Key: "verdict", Label: r.Text(r.lens.resources.Name), Wrap: true})
	}
	type line struct {
		row Row
		key map[string]float64
	}
	var lines []line
	for i, u := range r.a.Units[edu.County] {
		ln := line{key: map[string]float64{byName: float64(i)}}
		ln.row.Cells = append(ln.row.Cells, linked(u.Name, r.toCounty(codeOf(u), "stage", code)))
		for _, d := range defs {
			s, _ := r.lens.stat(stage, d.ID, edu.County, i)
			c := figure(s.value, d.Decimals).to(r.toTrace(edu.County, codeOf(u), d.ID, "stage", code))
			if s.n == 0 && s.missing == 0 {
				s.value = math.NaN()
				c = figure(s.value, 0)
			}
			ln.row.Cells = append(ln.row.Cells, c.toned(r.valueTone(stage, d.ID, s.value)))
			ln.key[d.ID] = s.value
		}
		for _, d := range asked {
			c := r.answerOf(d, i)
			ln.row.Cells = append(ln.row.Cells, c)
			if ln.key[d.ID] = math.NaN(); c.Number {
				ln.key[d.ID] = c.Value
			}
		}
		if r.lens.spread != nil {
			v, of, missing := r.lens.widest(stage, edu.County, i)
			c := figure(v, 3)
			if of != nil {
				c = c.to(r.toTrace(edu.County, codeOf(u), of.ID, "stage", code))
				c.Title = r.Text(of.Name)
			}
			ln.row.Cells = append(ln.row.Cells, c.toned(r.lens.spreadTone(v, missing, stage)))
			ln.key["spread"] = v
		}
		if r.lens.at[stage] != nil {
			n := r.lens.tally(edu.County, i, stage)
			c := share(n.Count[edu.Met], judged(n))
			c.Text = chart.Number(c.Value, 1)
			if judged(n) == 0 {
				c.Text = chart.NoNumber
			}
			c.Title = r.T("share.title", n.Count[edu.Met], judged(n))
			ln.row.Cells = append(ln.row.Cells, c.to(r.toTrace(edu.County, codeOf(u), r.lens.at[stage].ID, "stage", code)))
			ln.key["share"] = ratio(n.Count[edu.Met], judged(n))
		}
		if r.lens.resources != nil {
			v := r.a.Verdict(r.lens.resources.ID, edu.County, i)
			c := lampCell(r.Verdict(v))
			c.Href = r.toTrace(edu.County, codeOf(u), r.lens.resources.ID)
			ln.row.Cells = append(ln.row.Cells, c)
			ln.key["verdict"] = float64(verdictOrder(v))
		}
		lines = append(lines, ln)
	}
	if !slices.ContainsFunc(t.Cols, func(c Col) bool { return c.Key == sortBy }) {
		if r.query.Get("sort") != "" {
			return t, fmt.Errorf("sort by %q: %w", sortBy, fault.Invalid)
		}
		sortBy = byName
	}
	slices.SortStableFunc(lines, func(a, b line) int { return compareMissingLast(a.key[sortBy], b.key[sortBy], dir) })
	for _, ln := range lines {
		t.Rows = append(t.Rows, ln.row)
	}
	if level, top := r.lens.top(); level < edu.County && top >= 0 && len(lines) > 1 {
		t.Rows = append(t.Rows, r.matrixSum(stage, defs, len(asked), level, top))
	}
	return t, nil
}

// matrixSum is the last row: the whole.
func (r *request) matrixSum(stage int, defs []*pack.Indicator, asked int, level edu.Level, top int) Row {
	row := Row{Sum: true, Cells: []Cell{text(r.whole())}}
	code := string(r.a.Stages[stage].Frame.Stage)
	for _, d := range defs {
		row.Cells = append(row.Cells, figure(r.lens.value(stage, d.ID, level, top), d.Decimals).to(r.toTop(d.ID, "stage", code)))
	}
	for range asked { // what each county answers for itself has no sum
		row.Cells = append(row.Cells, text(""))
	}
	if r.lens.spread != nil {
		row.Cells = append(row.Cells, text(""))
	}
	if r.lens.at[stage] != nil {
		n := r.lens.tally(level, top, stage)
		c := share(n.Count[edu.Met], judged(n))
		c.Text = chart.Number(c.Value, 1)
		row.Cells = append(row.Cells, c.to(r.toTop(r.lens.at[stage].ID, "stage", code)))
	}
	if r.lens.resources != nil {
		row.Cells = append(row.Cells, text(""))
	}
	return row
}

// whole is how the whole is called: the data need not be of a city.
func (r *request) whole() string {
	if len(r.a.Units[edu.City]) > 0 {
		return r.T("whole")
	}
	return r.T("any")
}

// valueTone compares a region's value with what every section is held to. It is
// for the eye: a county is judged section by section.
func (r *request) valueTone(stage int, id string, v float64) chart.Tone {
	jd := r.a.Stages[stage].Indicator(id)
	if jd == nil || jd.Threshold == nil || jd.Threshold.Formula != nil {
		return chart.Plain
	}
	return r.lens.tone(v, jd.Threshold.Op, jd.Threshold.Value)
}

func (r *request) matrixNote(stage int) string {
	var parts []string
	for _, d := range r.lens.measures {
		if jd := r.a.Stages[stage].Indicator(d.ID); jd != nil && jd.Threshold != nil && jd.Threshold.Formula == nil {
			parts = append(parts, shortName(r.locale, d)+" "+r.Op(jd.Threshold.Op)+r.Limit(jd.Threshold.Value))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	if f := r.lens.floor(); f > 0 {
		return r.T("matrix.note", chart.Number(100*f, 0), r.List(parts))
	}
	return r.T("matrix.note.plain", r.List(parts))
}

// wrong lists the indicators in which most sections fall short.
func (r *request) wrong(sum *summary) Table {
	t := Table{
		ID: "wrong", Caption: r.T("wrong.caption"), Sheet: r.T("wrong.title"), Empty: r.T("wrong.none"), Tight: true,
		Cols: []Col{{Label: r.T("indicator"), Wrap: true}, {Label: r.T("wrong.short"), Num: true, Wrap: true}, {Label: r.T("wrong.most"), Wrap: true}, {Label: r.T("wrong.lack"), Num: true}},
	}
	type entry struct{ s, m, k int }
	var all []entry
	n := len(r.a.Units[edu.County])
	for s := range sum.short {
		for m := range sum.short[s] {
			if k := sum.short[s][m][n]; k > 0 {
				all = append(all, entry{s, m, k})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Compare(b.k, a.k) })
	for _, e := range all[:min(8, len(all))] {
		d, st := r.lens.measures[e.m], r.a.Stages[e.s]
		where := text(chart.NoNumber)
		if c, k := most(sum.short[e.s][e.m][:n]); c >= 0 {
			u := r.a.Units[edu.County][c]
			where = Cell{Text: u.Name, Href: r.to([]string{"schools"}, "county", codeOf(u), "stage", string(st.Frame.Stage), "short", d.ID), Small: strconv.Itoa(k)}
		}
		lack := text(chart.NoNumber).to(r.toTop(d.ID, "stage", string(st.Frame.Stage)))
		if u := sum.unit[e.s][e.m]; u != "" {
			lack = r.amount(sum.lack[e.s][e.m][n], u).to(r.toTop(d.ID, "stage", string(st.Frame.Stage)))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: shortName(r.locale, d), Title: r.Text(d.Name), Href: r.to([]string{"indicators", d.ID}, "stage", string(st.Frame.Stage)), Small: r.Stage(st.Frame.Stage)},
			count(e.k).to(r.to([]string{"schools"}, "stage", string(st.Frame.Stage), "short", d.ID)),
			where, lack,
		}})
	}
	return t
}

// countyItems lists the items of the county's own duties by how many counties
// fail them.
func (r *request) countyItems() Table {
	t := Table{
		ID: "items", Caption: r.T("items.caption"), Sheet: r.T("items.title"), Empty: r.T("items.none"), Tight: true,
		Cols: []Col{{Label: r.T("item"), Wrap: true}, {Label: r.T("items.short"), Num: true}, {Label: r.T("items.unknown"), Num: true}, {Label: r.T("items.where"), Wrap: true}},
	}
	type entry struct {
		item           blockItem
		short, unknown int
		where          []string
	}
	var all []entry
	for _, it := range r.lens.items() {
		e := entry{item: it}
		for u, unit := range r.a.Units[edu.County] {
			switch r.a.Member(it.block, it.id, edu.County, u) {
			case edu.Short:
				e.short++
				e.where = append(e.where, unit.Name)
			case edu.Unknown:
				e.unknown++
			}
		}
		if e.short+e.unknown > 0 {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return cmp.Or(cmp.Compare(b.short, a.short), cmp.Compare(b.unknown, a.unknown)) })
	for _, e := range all[:min(7, len(all))] {
		where := e.where
		if len(where) > 3 {
			where = slices.Clone(where[:3])
		}
		names, href := r.List(where), ""
		if len(e.where) > len(where) {
			names, href = r.T("items.more", names, len(e.where)), r.toTop(e.item.id)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: e.item.name(r.locale), Title: r.Text(e.item.block.Name)}, count(e.short).to(r.toTop(e.item.id)), count(e.unknown).to(r.toTop(e.item.id)), {Text: names, Href: href},
		}})
	}
	return t
}

// owed lists who has still to report.
func (r *request) owed(sum *summary) Table {
	t := Table{
		ID: "owed", Caption: r.T("owed.caption"), Sheet: r.T("owed.title"), Empty: r.T("owed.none"), Tight: true,
		Cols: []Col{{Label: r.T("owed.who"), Wrap: true}, {Label: r.T("owed.sections"), Num: true}, {Label: r.T("owed.most"), Wrap: true}},
	}
	if open := r.openCounties(); len(open) > 0 { // counties themselves, or figures that no verdict of a section needs
		t.Empty = r.T("owed.counties", r.List(open))
	}
	order := make([]int, 0, len(sum.owed))
	for c, n := range sum.owed {
		if n > 0 {
			order = append(order, c)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sum.owed[b], sum.owed[a]) })
	order = order[:min(8, len(order))]
	if !r.ranks { // those that owe most, and no rank among them
		slices.Sort(order)
	}
	for _, c := range order {
		u := r.a.Units[edu.County][c]
		what := text(chart.NoNumber)
		if e, n := sum.mostOwed(c); e != "" {
			what = Cell{Text: r.T("owed.item", r.element(e), n), Href: r.toTrace(edu.County, codeOf(u), e), Quiet: true}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			linked(u.Name, r.toCounty(codeOf(u))),
			count(sum.owed[c]).to(r.to([]string{"schools"}, "county", codeOf(u), "verdict", edu.Unknown.String())),
			what,
		}})
	}
	return t
}

// kpiTable is the cards as a table, for the export.
func (p overviewPage) kpiTable(r *request) Table {
	t := Table{Sheet: r.T("kpi.data")}
	for _, h := range p.KPIData.Head {
		t.Cols = append(t.Cols, Col{Label: h})
	}
	for n, row := range p.KPIData.Rows {
		var cells []Cell
		for i, c := range row {
			cells = append(cells, Cell{Text: c, Href: p.KPIData.Link(n, i)})
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}
