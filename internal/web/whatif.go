package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// scenarios is a City that can say what would be; a city of one file cannot.
type scenarios interface {
	WhatIf(ctx context.Context, ref string, p edu.Period, s flow.Scenario) (*flow.Supposed, error)
}

// mostFlips is how many flipped sections the page lists; the workbook has all.
const mostFlips = 60

type whatIfPage struct {
	Shell
	Error      string
	Asked      string // what is supposed, in words
	Said       string // what comes of it
	Made       []Link // the changes made, each with what it changes
	Held       string // the chosen indicator's standard as it is
	Indicators []Choice
	Rules      []Choice
	Stages     []Choice
	Elements   []Choice
	Counties   []Choice
	In         map[string]string
	Sections   Table
	Units      Table
	Figures    Table
	Lacks      Table
}

// whatIf asks what would change if a threshold or a figure were another one. The
// question stands in the address, so that it can be passed on; nothing is saved.
func (s *Server) whatIf(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "indicators")
	}
	p := whatIfPage{Shell: s.shell(r, r.T("whatif.title"), "indicators", Link{r.T("nav.indicators"), r.to([]string{"indicators"})}), In: map[string]string{}}
	for _, k := range []string{"indicator", "stage", "to", "rule", "rulestage", "limit", "unit", "unitstage", "element", "value", "county", "countystage", "of", "by"} {
		p.In[k] = strings.TrimSpace(r.query.Get(k))
	}
	p.choices(r)
	scenario, words, err := r.scenario(p.In)
	status := http.StatusOK
	if err == nil && len(words) > 0 {
		p.Asked = strings.Join(words, r.T("list.semicolon"))
		city, ok := r.city.(scenarios)
		if !ok {
			return fmt.Errorf("what if: %w", fault.NotFound)
		}
		var got *flow.Supposed
		if got, err = city.WhatIf(r.Context(), r.a.Pack.Ref(), r.period, scenario); err == nil {
			p.outcome(r, got)
			p.Made = r.changesMade(scenario, words)
		}
	}
	if err != nil {
		why := r.why(err)
		if why == "" {
			return err
		}
		p.Error, status = why, http.StatusBadRequest
	}
	if r.query.Get("as") == "xlsx" && p.Said != "" {
		return s.export(w, r, p.Title, p.Figures, p.Sections, p.Units, p.Lacks)
	}
	if p.Said != "" {
		p.Export = r.here("as", "xlsx")
		p.Sections.Rows = p.Sections.Rows[:min(len(p.Sections.Rows), mostFlips)]
		p.Units.Rows = p.Units.Rows[:min(len(p.Units.Rows), mostFlips)]
	}
	return s.write(w, r, status, "whatif.html", p)
}

// choices are what may be supposed otherwise.
func (p *whatIfPage) choices(r *request) {
	pick := func(into *[]Choice, word, value, now string) {
		*into = append(*into, Choice{Link{word, value}, value == now})
	}
	pk := r.a.Pack
	for _, d := range pk.Indicators {
		held := r.heldTo(pk, d.ID)
		if len(held) > 0 && d.Unit != pack.YesNo {
			if d.ID == p.In["indicator"] {
				p.Held = r.T("whatif.held", r.limitWords(entry{pack: pk, d: d, held: held}))
			}
			pick(&p.Indicators, joinCode(d.Code, r.Text(d.Name))+"  "+r.limitWords(entry{pack: pk, d: d, held: held}), d.ID, p.In["indicator"])
		}
	}
	if r.a.Standard != nil {
		for _, x := range r.a.Standard.Rules {
			if x.Statistic != "" {
				pick(&p.Rules, joinCode(x.Code, r.Text(x.Name)), x.ID, p.In["rule"])
			}
		}
	}
	for _, st := range r.a.Stages {
		if st.Frame.Stage != "" {
			pick(&p.Stages, r.Stage(st.Frame.Stage), string(st.Frame.Stage), "")
		}
	}
	for _, e := range r.supposable() {
		pick(&p.Elements, r.Text(e.Name)+r.unitHint(pk, e), e.ID, "")
	}
	for _, u := range r.a.Units[edu.County] {
		pick(&p.Counties, u.Name, codeOf(u), "")
	}
}

// supposable are the elements that the scheme's indicators rest on and that
// somebody types as a figure.
func (r *request) supposable() []*pack.Element {
	var out []*pack.Element
	add := func(id string) {
		e := r.a.Pack.Element(id)
		if e == nil || slices.Contains(out, e) {
			return
		}
		switch e.Type {
		case edu.TypeCount, edu.TypeArea, edu.TypeMoney, edu.TypeRatio:
			if e.Derive == nil {
				out = append(out, e)
			}
		}
	}
	for _, d := range r.a.Pack.Indicators {
		for _, id := range d.Needs {
			add(id)
		}
	}
	return out
}

func (r *request) unitHint(pk *pack.Pack, e *pack.Element) string {
	if u := r.uomIn(pk, e); u != "" {
		return r.T("whatif.unit", u)
	}
	return ""
}

// scenario reads what the address supposes, and says it in words.
func (r *request) scenario(in map[string]string) (s flow.Scenario, words []string, err error) {
	number := func(key string) (float64, bool) {
		text := strings.NewReplacer(" ", "", ",", "", "，", "").Replace(in[key])
		if text == "" {
			return 0, false
		}
		v, e := strconv.ParseFloat(text, 64)
		if (e != nil || math.IsInf(v, 0) || math.IsNaN(v)) && err == nil {
			err = auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”不是数值", in[key]), fmt.Sprintf("%q is not a number", in[key]))
		}
		return v, e == nil
	}
	stage := func(key string) edu.Stage { return edu.Stage(in[key]) }
	where := func(key string) string {
		if in[key] == "" {
			return r.T("stage.every")
		}
		return r.Stage(stage(key))
	}
	pk := r.a.Pack
	if v, ok := number("to"); ok && in["indicator"] != "" {
		s.Thresholds = append(s.Thresholds, pack.AdjustThreshold{Indicator: in["indicator"], Stage: stage("stage"), Value: v})
		name, unit := in["indicator"], ""
		if d := pk.Indicator(in["indicator"]); d != nil {
			name, unit = joinCode(d.Code, r.Text(d.Name)), r.Uom(pk, d.Unit)
		}
		words = append(words, r.T("whatif.said.threshold", name, where("stage"), r.measured(r.Limit(v), unit)))
	}
	if v, ok := number("limit"); ok && in["rule"] != "" {
		s.Limits = append(s.Limits, pack.AdjustLimit{Rule: in["rule"], Stage: stage("rulestage"), Value: v})
		name := in["rule"]
		if x := r.lens.rule(in["rule"]); x != nil {
			name = r.Text(x.Name)
		}
		words = append(words, r.T("whatif.said.threshold", name, where("rulestage"), r.Limit(v)))
	}
	if v, ok := number("value"); ok && in["unit"] != "" && in["element"] != "" {
		e := pk.Element(in["element"])
		if e == nil {
			return s, nil, fmt.Errorf("element %q: %w", in["element"], fault.NotFound)
		}
		at := stage("unitstage")
		if e.Level == edu.County {
			at = ""
		}
		s.Inputs = append(s.Inputs, flow.Input{Unit: in["unit"], Stage: at, Element: in["element"], Value: v * math.Pow10(e.Shift())})
		words = append(words, r.T("whatif.said.input", r.unitWord(in["unit"]), r.Text(e.Name), r.measured(r.Limit(v), r.uomIn(pk, e))))
	}
	if v, ok := number("by"); ok && in["of"] != "" {
		e := pk.Element(in["of"])
		if e == nil {
			return s, nil, fmt.Errorf("element %q: %w", in["of"], fault.NotFound)
		}
		s.Factors = append(s.Factors, flow.Factor{County: in["county"], Stage: stage("countystage"), Element: in["of"], By: v})
		county := r.T("whatif.everywhere")
		if in["county"] != "" {
			county = r.unitWord(in["county"])
		}
		words = append(words, r.T("whatif.said.factor", county, where("countystage"), r.Text(e.Name), r.Limit(v)))
	}
	return s, words, err
}

// unitWord is a school or county by its code, as people call it.
func (r *request) unitWord(code string) string {
	if i := r.lens.county(code); i >= 0 {
		return r.a.Units[edu.County][i].Name
	}
	for i, st := range r.a.Stages {
		if row := r.lens.row(i, code); row >= 0 {
			return r.called(st.Frame.Rows[row])
		}
	}
	return code
}

// outcome puts what comes of a scenario into tables.
func (p *whatIfPage) outcome(r *request, got *flow.Supposed) {
	after := got.After.Renamed(r.english)
	name := func(d *pack.Indicator) string { return joinCode(d.Code, r.Text(d.Name)) }
	stage := func(i int) string {
		if i < 0 {
			return r.Level(edu.County)
		}
		return r.Stage(after.Stages[i].Frame.Stage)
	}
	lost, won, other := 0, 0, 0
	p.Sections = Table{ID: "sections", Caption: r.T("whatif.sections"), Sheet: r.T("whatif.sections"), Empty: r.T("whatif.none"), List: true,
		Cols: []Col{{Label: r.T("school"), Wrap: true}, {Label: r.T("stage")}, {Label: r.T("county")}, {Label: r.T("indicator"), Wrap: true}, {Label: r.T("whatif.before")}, {Label: r.T("whatif.after")}}}
	ruled := !slices.ContainsFunc(got.Sections, func(x gap.SectionFlip) bool { return x.Indicator != nil })
	if ruled { // all by the one rule of sections, which the caption names
		p.Sections.Cols = slices.Delete(p.Sections.Cols, 3, 4)
	}
	for _, x := range got.Sections {
		st := after.Stages[x.Stage]
		row := st.Frame.Rows[x.Row]
		switch {
		case x.Before == edu.Met:
			lost++
		case x.After == edu.Met:
			won++
		default:
			other++
		}
		what := ""
		if x.Indicator != nil {
			what = name(x.Indicator)
		}
		cells := []Cell{{Text: r.called(row), Href: r.toSchool(row.Code, "stage", string(st.Frame.Stage))}, text(stage(x.Stage)), text(countyName(after, st, x.Row)), text(what), lampTo(r.Verdict(x.Before), r.beforeSection(x, st, row.Code)), lampTo(r.Verdict(x.After), howHref("changes"))}
		if ruled {
			cells = slices.Delete(cells, 3, 4)
		}
		p.Sections.Rows = append(p.Sections.Rows, Row{Cells: cells})
	}
	p.Units = Table{ID: "units", Caption: r.T("whatif.units"), Sheet: r.T("whatif.units"), Empty: r.T("whatif.none"), List: true, Tight: true,
		Cols: []Col{{Label: r.T("whatif.unitname"), Wrap: true}, {Label: r.T("rule"), Wrap: true}, {Label: r.T("whatif.before")}, {Label: r.T("whatif.after")}}}
	counties := 0
	for _, x := range got.Units {
		u := after.Units[x.Level][x.Unit]
		c := text(u.Name)
		if x.Level == edu.County {
			c = Cell{Text: u.Name, Href: r.toCounty(codeOf(u))}
			if r.lens.root != nil && x.Rule.ID == r.lens.root.ID {
				counties++
			}
		}
		p.Units.Rows = append(p.Units.Rows, Row{Cells: []Cell{c, text(joinCode(x.Rule.Code, r.Text(x.Rule.Name))), lampTo(r.Verdict(x.Before), r.toTrace(x.Level, addressOf(u), x.Rule.ID)), lampTo(r.Verdict(x.After), howHref("changes"))}})
	}
	p.Figures = Table{ID: "figures", Caption: r.T("whatif.figures"), Sheet: r.T("whatif.figures"), Empty: r.T("whatif.none"), Tight: true,
		Cols: []Col{{Label: r.T("indicator"), Wrap: true}, {Label: r.T("stage")}, {Label: r.T("whatif.lost"), Num: true, Wrap: true}, {Label: r.T("whatif.won"), Num: true, Wrap: true}, {Label: r.T("whatif.other"), Num: true, Wrap: true}}}
	for _, x := range got.Figures {
		rest := 0
		for from := range x.Count {
			for _, n := range x.Count[from] {
				rest += n
			}
		}
		down, up := x.Count[edu.Met][edu.Short], x.Count[edu.Short][edu.Met]
		p.Figures.Rows = append(p.Figures.Rows, Row{Cells: []Cell{{Text: name(x.Indicator), Href: r.to([]string{"indicators", x.Indicator.ID})}, text(stage(x.Stage)), count(down).to(howHref("changes")), count(up).to(howHref("changes")), count(rest - down - up).to(howHref("changes"))}})
	}
	p.Lacks = Table{ID: "lacks", Caption: r.T("whatif.lacks"), Sheet: r.T("whatif.lacks"), Empty: r.T("whatif.lacks.none"), Tight: true,
		Cols: []Col{{Label: r.T("indicator"), Wrap: true}, {Label: r.T("stage")}, {Label: r.T("whatif.before"), Num: true, Wrap: true}, {Label: r.T("whatif.after"), Num: true, Wrap: true}, {Label: r.T("whatif.change"), Num: true, Wrap: true}}}
	for _, x := range got.Lacks {
		amount := func(v float64) Cell {
			c := r.amount(v, x.Unit)
			c.Text = beforeUnit.Replace(c.Text)
			return c
		}
		diff := change(x.After-x.Before, 0) // in the unit of the two beside it
		if d := x.After - x.Before; x.Unit == "yuan" && diff.Number && d != 0 {
			sign := "+" // money has a scale of its own
			if d < 0 {
				sign = "−"
			}
			diff.Text = sign + amount(math.Abs(d)).Text
		}
		p.Lacks.Rows = append(p.Lacks.Rows, Row{Cells: []Cell{text(name(x.Indicator)), text(stage(x.Stage)), amount(x.Before).to(r.beforeLack(x, after)), amount(x.After).to(howHref("changes")), diff.to(howHref("changes"))}})
	}
	p.Said = r.T("whatif.said", len(got.Sections), lost, won, other, counties)
}

// beforeUnit lets a line break before the unit of measure, and nowhere inside the
// figure: millions of "PE and arts teachers" are wider than half a page.
var beforeUnit = strings.NewReplacer("\u2009", "\u202f", "\u00a0", " ")

func countyName(a *standard.Assessment, st *standard.Stage, row int) string {
	if k := st.Frame.RegionOf(edu.County, row); k >= 0 {
		reg := st.Frame.Regions[edu.County][k]
		if i := a.Unit(edu.County, reg.ID); i >= 0 {
			return a.Units[edu.County][i].Name
		}
		return reg.Name
	}
	return ""
}
