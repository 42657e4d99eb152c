package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/forecast"
	"shuren/internal/report"
)

// Forecasts are the forecast of pupils and the births that counties keep for it.
// flow implements it; nil leaves the page out.
type Forecasts interface {
	Forecast(ctx context.Context, who auth.Actor) (*flow.Forecast, error)
	// LastForecast is the one that was made last; fault.NotFound before the first.
	LastForecast(ctx context.Context, who auth.Actor) (*flow.Forecast, error)
	Births(ctx context.Context, who auth.Actor) ([]forecast.Births, error)
	// KeepBirths answers fault.Conflict where they were saved meanwhile.
	KeepBirths(ctx context.Context, who auth.Actor, b forecast.Births) (forecast.Births, error)
	ReadBirths(ctx context.Context, name string, r io.ReadCloser) ([]forecast.BirthLine, []forecast.Problem, error)
	// KeepHousing answers fault.Conflict where it was saved meanwhile.
	KeepHousing(ctx context.Context, who auth.Actor, h forecast.Housing) (forecast.Housing, error)
	ReadHousing(ctx context.Context, name string, r io.ReadCloser) ([]forecast.HousingLine, []forecast.Problem, error)
}

func (s *Server) forecastRoutes() []route {
	if s.ahead == nil {
		return nil
	}
	return []route{
		{"GET /forecast", auth.ReadRegion, aboutReach, s.forecastPage},
		{"POST /forecast/births", auth.KeepCounty, aboutReach, s.typeBirths},
		{"POST /forecast/births/upload", auth.KeepCounty, aboutReach, s.sendBirths},
		{"POST /forecast/housing", auth.KeepCounty, aboutReach, s.typeHousing},
		{"POST /forecast/housing/upload", auth.KeepCounty, aboutReach, s.sendHousing},
	}
}

// forecastLight tells that an address needs no assessment: the forecast reads the
// rolls of all years by itself.
func forecastLight(path string) bool {
	return path == "/forecast" || strings.HasPrefix(path, "/forecast/")
}

func (s *Server) forecastNavigation(r *request, sh *Shell) {
	if s.ahead != nil && r.who.May(auth.ReadRegion) {
		sh.item("forecast", r.T("forecast.title"), "", "M2 13h12M2 11l4-4 3 2 5-6M11 3h3v3", "/forecast", 0)
	}
}

// forecastView is what is shown of a place and a stage, and its births.
type forecastView struct {
	Shell
	Said   string
	Error  string
	None   string // why there is no forecast
	Places []Choice
	Stages []Choice
	Stage  string
	Of     string
	Says   string
	Holds  string
	Chart  *chartView
	Test   Table
	Table  Table
	Around Table // counties side by side
	Ratios Table
	Births Table
	Notes  []string
	Keeps  bool
	Form   birthsForm
	Made   string
	Seats  *seatsView
	Held   Table // how often bands held, by level
	Town   Table // a county's births by township
	Homes  Table // new housing
	Moves  Table
	CSV    string
	JSON   string

	Grades      Table // of the stage and place that are looked at
	Implied     Table // births that kindergartens and grade one imply, beside those told
	staleBirths bool  // what was typed was not seen against what is kept now
	// SeatPlan is the page of the plan of places of the county that is looked at.
	SeatPlan string

	Housing      housingForm
	wrongHousing bool // the form of housing, not that of births, is what is wrong
	typedHousing bool // what was typed stays in the form
	staleHousing bool // but was not seen against what is kept now
}

// birthsForm is what a county's births are typed into; no counties is nobody who
// may.
type birthsForm struct {
	Counties []Choice
	Bases    []Choice
	Source   string
	AsOf     string
	Lines    string
	Rev      int
	Now      string // what is kept, beside what could not be
}

func (s *Server) forecastPage(w http.ResponseWriter, r *request) error {
	p := forecastView{}
	switch r.query.Get("did") {
	case "births":
		p.Said = r.T("forecast.births.kept")
	case "housing":
		p.Said = r.T("forecast.housing.kept")
	}
	return s.showForecast(w, r, p, http.StatusOK)
}

func (s *Server) showForecast(w http.ResponseWriter, r *request, p forecastView, status int) error {
	p.Shell = s.shell(r, r.T("forecast.title"), "forecast")
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	f, err := s.ahead.Forecast(r.Context(), r.who)
	if errors.Is(err, fault.NotFound) {
		if p.None = r.why(err); p.None == "" {
			p.None = r.T("forecast.none")
		}
		return s.write(w, r, status, "forecast.html", p)
	}
	if err != nil {
		return fmt.Errorf("forecast: %w", err)
	}
	v := forecastOf{r, f, units}
	at, stage, err := v.asked()
	if err != nil {
		return err
	}
	if format, ok := map[string]report.Format{"xlsx": report.XLSX, "csv": report.CSV, "json": report.JSON}[r.query.Get("as")]; ok {
		var b bytes.Buffer
		if err := report.WriteForecast(&b, format, v.file()); err != nil {
			return fmt.Errorf("file of the forecast: %w", err)
		}
		s.sendFile(w, r, r.T("forecast.title")+"."+r.query.Get("as"), b.Bytes())
		return nil
	}
	p.Export, p.CSV, p.JSON = r.here("as", "xlsx", "did", ""), r.here("as", "csv", "did", ""), r.here("as", "json", "did", "")
	for i, x := range f.Places {
		if f.Shown[i] && x.Level != edu.Section {
			p.Places = append(p.Places, Choice{Link{v.name(i), v.key(i)}, i == at})
		}
	}
	for k, x := range f.Result.Sections {
		p.Stages = append(p.Stages, Choice{Link{r.Stage(edu.Stage(x)), r.here("stage", x, "did", "")}, k == stage})
	}
	p.Stage, p.Of = f.Result.Sections[stage], v.key(at)
	p.Says, p.Holds = r.Text(f.Result.Conclusion()), r.Text(f.Result.Held(f.Level))
	p.Chart, p.Table = v.path(at, stage)
	p.Test, p.Around, p.Ratios, p.Births = v.test(), v.around(stage), v.ratios(), v.births(at)
	p.Seats, p.Held, p.Town, p.Homes, p.Moves = v.seats(at, stage), v.held(), v.townships(at), v.housing(at), v.moves()
	p.Grades, p.Implied = v.grades(at, stage), v.implied(at)
	for _, n := range f.Result.Tell() {
		p.Notes = append(p.Notes, r.Text(n.Text))
	}
	if s.gaps != nil && f.Places[at].Level == edu.County {
		p.SeatPlan = s.toGaps(r, v.key(at)) + "/places"
	}
	p.Made = r.T("forecast.made", report.Minute(f.AsOf))
	p.form(v, at)
	return s.write(w, r, status, "forecast.html", p)
}

// forecastOf is a forecast with its reader.
type forecastOf struct {
	*request
	f     *flow.Forecast
	units func(edu.UnitID) string
}

// key is how a place is asked for.
func (v forecastOf) key(i int) string { return v.f.Places[i].Code }

func (v forecastOf) name(i int) string {
	p := v.f.Places[i]
	switch {
	case i == 0:
		return v.Text(v.city.Name())
	case p.Level == edu.County:
		return v.units(p.Unit)
	}
	return p.Name
}

// asked gives the place and the stage that are asked for; without, the widest one
// and the one of primary schools.
func (v forecastOf) asked() (at, stage int, err error) {
	at = -1
	for i, p := range v.f.Places {
		if v.f.Shown[i] && p.Level != edu.Section && (at < 0 || v.query.Has("of") && v.key(i) == v.query.Get("of")) {
			at = i
		}
	}
	if of := v.query.Get("of"); of != "" && v.key(at) != of {
		return 0, 0, fmt.Errorf("place %q: %w", of, fault.NotFound)
	}
	want := v.query.Get("stage")
	if stage = slices.Index(v.f.Result.Sections, want); stage < 0 {
		if want != "" {
			return 0, 0, fmt.Errorf("stage %q: %w", want, fault.NotFound)
		}
		stage = max(0, slices.Index(v.f.Result.Sections, string(edu.Primary)))
	}
	return at, stage, nil
}

// path is the past and the years ahead of a place: as a chart, and in figures.
func (v forecastOf) path(at, stage int) (*chartView, Table) {
	p := &v.f.Result.Section[at][stage]
	unit, n := v.T("forecast.pupils"), len(p.Past)
	spec := chart.Spec{Kind: chart.Line, Title: v.T("forecast.path", v.name(at), v.Stage(edu.Stage(v.f.Result.Sections[stage]))), Unit: unit, One: v.T("forecast.pupil"), XName: v.T("year"), Width: 760, Height: 280,
		Series: []chart.Series{{Name: v.T("forecast.past")}, {Name: v.T("forecast.mid"), Dashed: true}, {Name: v.T("forecast.low"), Dashed: true}, {Name: v.T("forecast.high"), Dashed: true}}, Holds: []float64{0}}
	t := Table{ID: "years", Caption: spec.Title, Sheet: v.T("forecast.sheet"), Tight: true, Cols: []Col{{Label: v.T("year")}, {Label: v.T("forecast.kind")}, {Label: v.T("forecast.n"), Num: true}, {Label: v.T("forecast.low"), Num: true}, {Label: v.T("forecast.high"), Num: true}, {Label: v.T("forecast.own"), Num: true}}}
	nan := math.NaN()
	put := func(year int, figures ...float64) {
		spec.X = append(spec.X, strconv.Itoa(year))
		for k := range spec.Series {
			if v.f.Few(at, stage, -1, year) {
				figures[k] = nan
			}
			spec.Series[k].Values = append(spec.Series[k].Values, figures[k])
		}
	}
	for y, x := range p.Past {
		year := v.f.Input.First + y
		if y == n-1 { // the lines ahead begin at the last count
			put(year, x, x, x, x)
		} else {
			put(year, x, nan, nan, nan)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(v.Period(edu.Year(year))), text(v.T("forecast.past")), v.count(at, stage, year, x), {}, {}, {}}})
	}
	for h, x := range p.Mid {
		year := v.f.Result.Years[h]
		low, high := p.Low[h], p.High[h]
		if !v.f.Result.Banded {
			low, high = nan, nan
		}
		put(year, nan, x, low, high)
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(v.Period(edu.Year(year))), text(v.T("forecast.ahead")), v.count(at, stage, year, x), v.count(at, stage, year, low), v.count(at, stage, year, high), text(v.between(p.OwnLow[h], p.OwnHigh[h]))}})
	}
	last := len(p.Mid) - 1
	spec.Says = v.T("forecast.says", v.Period(edu.Year(v.f.Input.First+n-1)), chart.Number(p.Past[n-1], 0), v.Period(edu.Year(v.f.Result.Years[last])), chart.Number(p.Mid[last], 0), chart.Number(p.Low[last], 0), chart.Number(p.High[last], 0))
	if !v.f.Result.Banded {
		spec.Says = v.T("forecast.says.unbanded", v.Period(edu.Year(v.f.Input.First+n-1)), chart.Number(p.Past[n-1], 0), v.Period(edu.Year(v.f.Result.Years[last])), chart.Number(p.Mid[last], 0))
	}
	return &chartView{spec, dataTable{}}, t
}

// count is a figure of a stage at a place; a mark where it would tell of too few.
func (v forecastOf) count(at, stage, year int, x float64) Cell {
	if v.f.Few(at, stage, -1, year) {
		return text(hiddenMark)
	}
	return figure(x, 0).to(v.roll(at, stage, year))
}

// roll leads to the explanation of what a year counted: nowhere of years ahead.
func (v forecastOf) roll(at, stage, year int) string {
	if year >= v.f.Input.First+v.f.Input.Years {
		return ""
	}
	section := v.f.Result.Sections[stage]
	for g, grade := range v.f.Input.Grades {
		if grade.Section != section {
			continue
		}
		id, _, _ := strings.Cut(v.f.Grades[g], ".") // of a breakdown the element
		return v.tracing(at, id, section, year)
	}
	return ""
}

// tracing leads to the explanation of an element of a stage at a place.
func (v forecastOf) tracing(at int, id, stage string, year int) string {
	p, pk := v.f.Places[at], v.asking(id)
	code := p.Code
	if at == 0 {
		code = v.f.Root
	}
	if pk == nil || code == "" {
		return ""
	}
	return v.toScheme(pk, []string{"trace", p.Level.String(), code, id}, "stage", stage, "year", edu.Year(year).String())
}

func (v forecastOf) between(lo, hi float64) string {
	if !v.f.Result.Banded { // no error was seen to draw one from
		return chart.NoNumber
	}
	return chart.Number(lo, 0) + " – " + chart.Number(hi, 0)
}

// file is the forecast as it is exported: places within reach, in the reader's words.
func (v forecastOf) file() *report.Forecast {
	f := &report.Forecast{Input: v.f.Input, Result: v.f.Result, Level: v.f.Level, Lang: v.Lang(), At: v.f.AsOf, Name: v.name,
		Year: func(y int) string { return v.Period(edu.Year(y)) }, Stage: func(s string) string { return v.Stage(edu.Stage(s)) },
		Grade: v.grade, Shown: func(i int) bool { return v.f.Shown[i] }, Few: v.f.Few, Seats: v.seatFile(), Added: v.housingWords()}
	if v.city.Fictional() {
		f.Mark = v.T("sample.mark")
	}
	for _, b := range v.f.Births {
		f.Source = append(f.Source, v.T("forecast.births.source", v.units(b.County), v.Text(b.Basis.Name()), b.Source, b.AsOf.String()))
	}
	return f
}

// grade is a grade in words.
func (v forecastOf) grade(g int) string {
	_, id, _ := strings.Cut(v.f.Grades[g], ".")
	switch id {
	case "small":
		return v.T("forecast.small")
	case "middle":
		return v.T("forecast.middle")
	case "big":
		return v.T("forecast.big")
	}
	n, err := strconv.Atoi(strings.TrimPrefix(id, "g"))
	if err != nil {
		return id
	}
	return v.T("forecast.grade", n)
}

// form is the form of births of the county that is looked at, for who keeps it.
func (p *forecastView) form(v forecastOf, at int) {
	if !v.who.May(auth.KeepCounty) {
		return
	}
	p.Keeps = true
	of := p.Form.chosen()
	for i, x := range v.f.Places {
		if v.f.Shown[i] && x.Level == edu.County {
			if string(x.Unit) != of && (of != "" || i != at) {
				continue
			}
			p.Form.Counties = []Choice{{Link{v.name(i), string(x.Unit)}, true}}
			if p.Error == "" || p.wrongHousing {
				p.Form.of(v.f.Births, x.Unit)
			} else if p.staleBirths {
				var now birthsForm
				now.of(v.f.Births, x.Unit)
				p.Form.Rev, p.Form.Now = now.Rev, now.Source+"\n"+now.Lines
			}
			now := housingForm{County: p.Form.Counties[0]}
			now.of(v.f.Housing, x.Unit, func(stage string) string { return v.Text(forecast.SectionName(stage)) })
			if p.typedHousing {
				now.Lines = p.Housing.Lines
				if !p.staleHousing {
					now.Rev = p.Housing.Rev
				}
			}
			p.Housing = now
		}
	}
	basis := forecast.Registered
	for _, b := range p.Form.Bases {
		if b.On {
			basis = forecast.Basis(b.Href)
		}
	}
	p.Form.Bases = options(v.request, forecast.Bases, forecast.Basis.Name, basis)
	if p.Form.AsOf == "" {
		p.Form.AsOf = edu.DateOf(v.f.AsOf.In(collect.China)).String()
	}
}

func (f *birthsForm) chosen() string {
	for _, c := range f.Counties {
		if c.On {
			f.Counties = nil
			return c.Href
		}
	}
	return ""
}

// of puts what a county said last into the form.
func (f *birthsForm) of(all []forecast.Births, county edu.UnitID) {
	for _, b := range all {
		if b.County != county {
			continue
		}
		f.Source, f.AsOf, f.Rev = b.Source, b.AsOf.String(), b.Rev
		f.Bases = []Choice{{Link{"", string(b.Basis)}, true}}
		var out strings.Builder
		sexes := len(b.Lines) > 0 && !slices.ContainsFunc(b.Lines, func(l forecast.BirthLine) bool { return !l.Sexes })
		if sexes {
			out.WriteString("乡镇\t出生年份\t男\t女\n")
		}
		for _, l := range b.Lines {
			if sexes {
				fmt.Fprintf(&out, "%s\t%d\t%d\t%d\n", l.Place, l.Year, l.Boys, l.Births-l.Boys)
			} else {
				fmt.Fprintf(&out, "%s\t%d\t%d\n", l.Place, l.Year, l.Births)
			}
		}
		f.Lines = out.String()
	}
}
