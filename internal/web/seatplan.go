// The page of a county's plan of places: which schools to enlarge, build, keep or, once
// heard, merge, year by year; who goes where; and the tables that it is made of.

package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
	siting "shuren/internal/places" // places are the units of a page here
	"shuren/internal/proposal"
	"shuren/internal/report"
	"shuren/internal/sheet"
)

// SeatPlans are counties' plans of places. flow implements it.
type SeatPlans interface {
	PlaceTables(ctx context.Context, who auth.Actor, of edu.UnitID) (flow.PlaceTables, error)
	ReadPlaces(ctx context.Context, name string, r io.ReadCloser) (map[string]string, []siting.Problem, error)
	// KeepPlaces answers fault.Conflict where they were saved meanwhile.
	KeepPlaces(ctx context.Context, who auth.Actor, of edu.UnitID, rev int, tables map[string]string) (flow.PlaceTables, error)
	PlaceInput(ctx context.Context, who auth.Actor, of edu.UnitID, ch flow.PlaceChoice) (*siting.Taken, error)
	PlanPlaces(ctx context.Context, who auth.Actor, of edu.UnitID, ch flow.PlaceChoice) (flow.Placing, error)
	StopPlaces(ctx context.Context, who auth.Actor, of edu.UnitID) error
	Places(ctx context.Context, who auth.Actor, of edu.UnitID) (*flow.PlacePlan, flow.Placing, error)
	PlaceSchools(ctx context.Context, who auth.Actor, of edu.UnitID) (string, error)
	PlaceTemplate(w io.Writer) error
}

func (s *Server) seatPlanRoutes() []route {
	if s.gaps == nil {
		return nil
	}
	return []route{
		{"GET /gaps/counties/{county}/places", auth.ReadRegion, aboutCounty, s.seatPlanPage},
		{"GET /gaps/counties/{county}/places/template", auth.ReadRegion, aboutCounty, s.seatPlanTemplate},
		{"POST /gaps/counties/{county}/places", auth.KeepCounty, aboutCounty, s.typePlaces},
		{"POST /gaps/counties/{county}/places/upload", auth.KeepCounty, aboutCounty, s.sendPlaces},
		{"POST /gaps/counties/{county}/places/make", auth.KeepCounty, aboutCounty, s.makePlaces},
		{"POST /gaps/counties/{county}/places/stop", auth.KeepCounty, aboutCounty, s.stopPlaces},
	}
}

// seatPlanView is the page.
type seatPlanView struct {
	Shell
	Said, Error     string
	Base, Up        string
	Keeps           bool
	Rev             int
	Running, Waits  bool
	Percent         int
	Progress, Ended string
	Scenarios       []Choice
	Answer          []Fact
	Lines           Table
	Years           Table
	Schools         Table
	Routes          *chartView
	Trips           Table
	TripNote        string
	Stages, YearsAt []Choice
	Conflict        []string
	Notes           []string
	None            string
	Lacks           []string
	Assumes         []string
	Tables          []placeTable
	Old             string // the plan is of tables or a forecast that changed since
	Told            string
	kind, typed     string // of a form that could not be kept
	stale           bool
}

// placeTable is one of the tables of the county.
type placeTable struct {
	ID, Name, Heads, Said, Lines string
	Open                         bool
	Now                          string // what is kept, beside what could not be
}

func (s *Server) seatPlanPage(w http.ResponseWriter, r *request) error {
	v := seatPlanView{}
	switch r.query.Get("did") {
	case "keep":
		v.Said = r.T("places.did.keep")
	case "stop":
		v.Said = r.T("places.did.stop")
	}
	return s.showPlaces(w, r, v, http.StatusOK)
}

func (s *Server) showPlaces(w http.ResponseWriter, r *request, v seatPlanView, status int) error {
	i, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	u := r.a.Units[edu.County][i]
	plan, at, err := s.gaps.Places(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("plan of places: %w", err)
	}
	if r.query.Get("as") == "xlsx" && plan != nil {
		var b bytes.Buffer
		if err := report.WritePlaces(&b, report.XLSX, placesFile(r, plan)); err != nil {
			return fmt.Errorf("file of places: %w", err)
		}
		s.sendFile(w, r, r.T("places.title", u.Name)+".xlsx", b.Bytes())
		return nil
	}
	t, err := s.gaps.PlaceTables(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("tables of places: %w", err)
	}
	v.Up = s.toGaps(r, codeOf(u))
	v.Base = v.Up + "/places"
	v.Shell = s.shell(r, r.T("places.title", u.Name), "gaps", Link{r.T("gaps.title"), r.to([]string{"gaps"})}, Link{u.Name, v.Up})
	v.Keeps = s.mayIn(r, auth.KeepCounty, id)
	v.Rev = t.Rev
	v.Told = r.T("means.told.none")
	if t.Rev > 0 {
		v.Told = r.T("places.told", r.Minute(t.Told.At.In(collect.China)), t.Told.Name)
	}
	chosen := "mid"
	if plan != nil {
		chosen = plan.Taken.Scenario
	}
	for _, x := range []string{"mid", "low", "high"} {
		v.Scenarios = append(v.Scenarios, Choice{Link{r.pathName(proposal.Path(x)), x}, x == chosen})
	}
	v.placesState(r, at)
	got, err := s.gaps.PlaceInput(r.Context(), r.who, id, flow.PlaceChoice{Scenario: chosen})
	if got == nil || err != nil && !errors.Is(err, fault.Blocked) && !errors.Is(err, fault.Invalid) {
		return fmt.Errorf("tables of places: %w", err)
	}
	for _, p := range got.Problems {
		if list := &v.Assumes; len(*list) < 20 {
			if p.Blocking {
				list = &v.Lacks
			}
			*list = append(*list, p.In(r.Lang()))
		}
	}
	if err := v.placesForms(s, r, id, &t); err != nil {
		return err
	}
	if plan == nil {
		v.None = r.T("places.none")
	} else {
		v.Export = r.here("as", "xlsx", "did", "")
		v.placesPlan(r, plan)
		if plan.Tables != t.Rev {
			v.Old = r.T("places.old")
		}
	}
	if v.Running && r.Method == http.MethodGet {
		w.Header().Set("Refresh", "2")
	}
	return s.write(w, r, status, "seatplan.html", v)
}

func placesFile(r *request, p *flow.PlacePlan) *report.Places {
	return &report.Places{Taken: &p.Taken, Plan: &p.Plan, Why: p.Why, Lang: r.Lang()}
}

// placesState says how far the making is, and how it ended.
func (v *seatPlanView) placesState(r *request, at flow.Placing) {
	switch at.State {
	case flow.MakingNow:
		v.Running, v.Waits = true, at.Waits
		v.Progress, v.Percent = r.progressWords(at.Making)
	case flow.MakingCut:
		v.Ended = r.T("proposal.cut")
	case flow.MakingFailed:
		v.Ended = r.T("proposal.failed", r.Text(at.Why))
	case flow.MakingStopped:
		v.Ended = r.T("places.stopped")
	}
}

// placesForms are the tables of the county, each with its form.
func (v *seatPlanView) placesForms(s *Server, r *request, id edu.UnitID, t *flow.PlaceTables) error {
	for _, k := range siting.Tables() {
		x := placeTable{ID: k.ID, Name: r.Text(k.Name), Heads: strings.Join(k.Heads, "、"), Said: r.T("places.lines", t.Lines(k.ID))}
		if t.Tables[k.ID] == "" {
			x.Said = r.T("places.lines.none")
			if k.Must {
				x.Said = r.T("places.lines.must")
			}
		}
		if v.Keeps {
			x.Lines = t.Tables[k.ID]
			if k.ID == "schools" && x.Lines == "" {
				from, err := s.gaps.PlaceSchools(r.Context(), r.who, id)
				if err != nil && !errors.Is(err, fault.NotFound) {
					return fmt.Errorf("schools: %w", err)
				}
				x.Lines = from
			}
			if v.kind == k.ID {
				x.Open = true
				if v.stale {
					x.Now = x.Lines
				}
				x.Lines = v.typed
			}
		}
		v.Tables = append(v.Tables, x)
	}
	return nil
}

// typePlaces keeps one table that was typed or pasted.
func (s *Server) typePlaces(w http.ResponseWriter, r *request) error {
	kind, lines := r.PostFormValue("kind"), r.PostFormValue("lines")
	v := seatPlanView{kind: kind, typed: lines}
	if strings.TrimSpace(lines) == "" {
		return s.keepPlaces(w, r, v, map[string]string{kind: ""})
	}
	return s.readPlaces(w, r, v, r.T("forecast.typed"), io.NopCloser(strings.NewReader(siting.Headed(kind, lines))))
}

// sendPlaces keeps all tables of a workbook, or the one of a file.
func (s *Server) sendPlaces(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("file of places: %w", err)
	}
	return s.readPlaces(w, r, seatPlanView{}, files[0].Filename, f)
}

func (s *Server) readPlaces(w http.ResponseWriter, r *request, v seatPlanView, name string, f io.ReadCloser) error {
	wrong := func(why string) error {
		v.Error = why
		return s.showPlaces(w, r, v, http.StatusUnprocessableEntity)
	}
	got, problems, err := s.gaps.ReadPlaces(r.Context(), name, f)
	if no, ok := errors.AsType[*sheet.Refusal](err); ok {
		return wrong(r.Text(no.Text))
	}
	if err != nil {
		return fmt.Errorf("places: %w", err)
	}
	if len(problems) > 0 {
		var says []string
		for _, p := range problems[:min(len(problems), 5)] {
			says = append(says, p.In(r.Lang()))
		}
		return wrong(strings.Join(says, r.T("forecast.and")))
	}
	if _, ok := got[v.kind]; v.kind != "" && (!ok || len(got) != 1) {
		return wrong(r.T("places.another"))
	}
	return s.keepPlaces(w, r, v, got)
}

func (s *Server) keepPlaces(w http.ResponseWriter, r *request, v seatPlanView, tables map[string]string) error {
	_, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	rev, err := numberOf(r, "rev")
	if err != nil {
		return err
	}
	_, err = s.gaps.KeepPlaces(r.Context(), r.who, id, rev, tables)
	if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
		v.Error, v.stale = r.T("places.conflict"), true
		return s.showPlaces(w, r, v, http.StatusConflict)
	}
	if err != nil {
		return s.orSay(err, func(why string) error {
			v.Error = why
			return s.showPlaces(w, r, v, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{s.toGaps(r, r.PathValue("county")) + "/places?did=keep"}
}

// makePlaces begins to work the plan out.
func (s *Server) makePlaces(w http.ResponseWriter, r *request) error {
	_, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	if _, err := s.gaps.PlanPlaces(r.Context(), r.who, id, flow.PlaceChoice{Scenario: r.PostFormValue("scenario")}); err != nil {
		return s.orSay(err, func(why string) error {
			return s.showPlaces(w, r, seatPlanView{Error: why}, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{s.toGaps(r, r.PathValue("county")) + "/places"}
}

func (s *Server) stopPlaces(_ http.ResponseWriter, r *request) error {
	_, id, err := s.countyHere(r)
	if err != nil {
		return err
	}
	if err := s.gaps.StopPlaces(r.Context(), r.who, id); err != nil {
		return err
	}
	return away{s.toGaps(r, r.PathValue("county")) + "/places?did=stop"}
}

func (s *Server) seatPlanTemplate(w http.ResponseWriter, r *request) error {
	if _, _, err := s.countyHere(r); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := s.gaps.PlaceTemplate(&b); err != nil {
		return err
	}
	s.sendFile(w, r, r.T("places.template")+".xlsx", b.Bytes())
	return nil
}

// placesPlan is what the plan says.
func (v *seatPlanView) placesPlan(r *request, p *flow.PlacePlan) {
	in := &p.Taken.Input
	v.Answer = []Fact{{Term: r.T("places.answer"), Text: r.Text(p.Plan.Conclusion())}, {Term: r.T("places.waiting"), Text: r.Text(in.Waiting(&p.Plan))}}
	over, all := 0, 0
	if p.Plan.Travel != nil {
		last := len(in.Years) - 1
		for st := range in.Stages {
			over, all = over+p.Plan.Travel[st][last].Over, all+p.Plan.Travel[st][last].Children
		}
		v.Answer = append(v.Answer, Fact{Term: r.T("places.travel"), Text: r.T("places.travel.text", r.Period(edu.Year(in.Years[last].First)), over, all)})
	}
	for _, c := range p.Why {
		v.Conflict = append(v.Conflict, r.Text(in.Words(c)))
	}
	v.Notes = placesFile(r, p).Notes()[2+len(p.Why):]
	v.Notes = append(v.Notes, r.T("places.made", r.Minute(p.Made.In(collect.China))))
	v.Lines, v.Years = r.placeLines(p), r.placeYears(p)
	r.placeRoutes(v, p)
}

// placeLines are what to do, year by year; what is kept stands last.
func (r *request) placeLines(p *flow.PlacePlan) Table {
	in := &p.Taken.Input
	t := Table{ID: "plan", Caption: r.T("places.plan"), Empty: r.T("places.plan.none"), Tight: true, List: true, Cols: []Col{{Label: r.T("shell.year")}, {Label: r.T("gaps.act")}, {Label: r.T("school"), Wrap: true}, {Label: r.T("places.rooms"), Num: true}, {Label: r.T("places.seats"), Num: true}, {Label: r.T("gaps.cost"), Unit: r.T("gaps.wan"), Num: true}, {Label: r.T("gaps.why"), Wrap: true}}}
	for _, l := range p.Plan.Lines {
		if len(t.Rows) == placeRows {
			break
		}
		sc := in.Schools[l.School]
		name, year, cost := Cell{Text: sc.Name, Small: r.Text(in.StageName(sc.Stage))}, text(r.Period(edu.Year(in.Years[l.Year].First))), r.wanCell(l.Cost)
		if l.To >= 0 {
			name.Text += " → " + in.Schools[l.To].Name
		}
		rooms, seats := count(l.Rooms), count(l.Seats)
		act := text(r.Text(siting.ActName(l.Act, in, l.School)))
		switch l.Act {
		case siting.Keep:
			year, cost, rooms, seats = text(""), text(""), text(""), text("")
		case siting.Merge:
			act, rooms = act.toned(chart.Near), text("")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{year, act, name, rooms, seats, cost, text(r.Text(in.Reason(&p.Plan, l)))}})
	}
	return t
}

// placeRows is how many lines and ways the page shows; the workbook has all.
const placeRows = 80

// placeYears are children, seats and ways by stage and year, with the plan and without.
func (r *request) placeYears(p *flow.PlacePlan) Table {
	in := &p.Taken.Input
	t := Table{ID: "byyear", Caption: r.T("places.years"), Tight: true, Cols: []Col{{Label: r.T("stage")}, {Label: r.T("shell.year")}, {Label: r.T("places.children"), Num: true}, {Label: r.T("places.seats.now"), Num: true}, {Label: r.T("places.without"), Num: true}}}
	planned := p.Plan.Travel != nil
	if planned {
		t.Cols = append(t.Cols, Col{Label: r.T("places.seats.then"), Num: true}, Col{Label: r.T("places.mean"), Unit: "km", Num: true}, Col{Label: "P95", Unit: "km", Num: true}, Col{Label: r.T("places.over"), Num: true}, Col{Label: r.T("places.bus"), Num: true}, Col{Label: r.T("places.board"), Num: true})
	}
	for st := range in.Stages {
		for y := range in.Years {
			now, without := p.Plan.Still.Travel[st][y], p.Plan.Still.Without[st][y]
			lack := count(without)
			if without > 0 {
				lack = lack.toned(chart.Bad)
			}
			row := Row{Cells: []Cell{text(r.Text(in.StageName(st))), text(r.Period(edu.Year(in.Years[y].First))), count(now.Children + without), count(now.Seats), lack}}
			if planned {
				x := p.Plan.Travel[st][y]
				row.Cells = append(row.Cells, count(x.Seats), figure(x.MeanKm, 1), figure(x.P95Km, 1), count(x.Over), count(x.Bus), count(x.Board))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// placeRoutes is who goes where in a stage and year: a map where places were told, and
// a table. Fewer than ten children of a village are no number.
func (r *request) placeRoutes(v *seatPlanView, p *flow.PlacePlan) {
	in := &p.Taken.Input
	served := &p.Plan.Served
	if p.Plan.Travel == nil {
		served = &p.Plan.Still
	}
	stage := max(0, slices.IndexFunc(in.Stages, func(s siting.Stage) bool { return s.ID == r.query.Get("stage") }))
	year := len(in.Years) - 1
	for y := range in.Years {
		if strconv.Itoa(in.Years[y].First) == r.query.Get("at") {
			year = y
		}
	}
	for i, s := range in.Stages {
		v.Stages = append(v.Stages, Choice{Link{r.Text(in.StageName(i)), r.here("stage", s.ID, "did", "")}, i == stage})
	}
	for y := range in.Years {
		first := strconv.Itoa(in.Years[y].First)
		v.YearsAt = append(v.YearsAt, Choice{Link{first, r.here("at", first, "did", "")}, y == year})
	}
	title := r.T("places.routes", r.Text(in.StageName(stage)), r.Period(edu.Year(in.Years[year].First)))
	spec := chart.Spec{Kind: chart.Routes, Title: title, XName: r.T("places.area"), Heads: []string{r.T("school"), r.T("places.children")}}
	t := Table{ID: "trips", Caption: title, Empty: r.T("places.routes.none"), Tight: true, List: true, Cols: []Col{{Label: r.T("places.area"), Wrap: true}, {Label: r.T("school"), Wrap: true}, {Label: r.T("places.children"), Num: true}, {Label: r.T("means.km"), Num: true}, {Label: r.T("places.how")}}}
	modes := map[siting.Mode]string{siting.Daily: r.T("places.daily"), siting.Bus: r.T("places.bus"), siting.Board: r.T("places.board")}
	spots := map[string]int{}
	spot := func(key string, at []siting.Spot, i int, x chart.Spot) int {
		if i >= len(at) || !at[i].Known {
			return -1
		}
		if k, ok := spots[key]; ok {
			return k
		}
		x.X, x.Y = at[i].X, at[i].Y
		spots[key] = len(spec.Spots)
		spec.Spots = append(spec.Spots, x)
		return spots[key]
	}
	total := 0
	for k := range in.Schools {
		if in.Schools[k].Stage == stage && served.Seats[k][year] > 0 {
			tone := chart.Good
			if served.Used[k][year] > served.Seats[k][year]*9/10 {
				tone = chart.Near
			}
			if in.Schools[k].New {
				tone = chart.Open
			}
			spot("s"+strconv.Itoa(k), p.Taken.SchoolAt, k, chart.Spot{Big: true, Label: in.Schools[k].Name, Tone: tone, Says: r.T("places.school.says", in.Schools[k].Name, served.Used[k][year], served.Seats[k][year])})
		}
	}
	for _, x := range served.Trips {
		if x.Year != year || in.Schools[x.School].Stage != stage {
			continue
		}
		total += x.Children
		n := count(x.Children)
		if x.Children < 10 {
			n = text("<10")
		}
		tone := chart.Plain
		if x.Mode != siting.Daily {
			tone = chart.Bad
		}
		from := spot("a"+strconv.Itoa(x.Area), p.Taken.AreaAt, x.Area, chart.Spot{Label: in.Areas[x.Area].Name})
		to := spot("s"+strconv.Itoa(x.School), p.Taken.SchoolAt, x.School, chart.Spot{Big: true, Label: in.Schools[x.School].Name, Tone: chart.Plain})
		if from >= 0 && to >= 0 {
			spec.Flows = append(spec.Flows, chart.Flow{From: from, To: to, Value: float64(max(10, x.Children)), Says: n.Text, Tone: tone})
		}
		if len(t.Rows) < placeRows {
			km := figure(in.Ways[x.Area][x.School].Km, 1)
			if in.Ways[x.Area][x.School].Straight {
				km.Small = r.T("places.straight")
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(in.Areas[x.Area].Name), text(in.Schools[x.School].Name), n, km, text(modes[x.Mode])}})
		} else {
			v.TripNote = r.T("places.routes.more", placeRows)
		}
	}
	v.Trips = t
	if len(spec.Flows) > 0 {
		spec.Says = r.T("places.routes.says", title, total, len(spec.Flows))
		v.Routes = view(spec)
	}
}
