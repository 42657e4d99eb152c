package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/inspection"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// Safety is what the pages of safe campuses do. flow's implements it; nil leaves the
// pages and their item of the navigation out.
type Safety interface {
	SafetyPack() (*pack.Pack, error)
	SafetySchools(ctx context.Context, who auth.Actor, p auth.Permission) ([]flow.SafetyUnit, error)
	SafetyNames(ctx context.Context) (func(edu.UnitID) flow.SafetyUnit, error)
	SafetyCover(ctx context.Context, who auth.Actor, from, until edu.Date) (*flow.Cover, error)
	Facts(ctx context.Context, school edu.UnitID) (flow.Facts, error)
	GuardsWanted(pupils int, boarders *int) (says edu.Text, source, tag string, err error)
	VisitPlans(ctx context.Context, who auth.Actor) ([]flow.VisitPlan, error)
	VisitPlan(ctx context.Context, who auth.Actor, id string) (*flow.VisitPlan, error)
	KeepVisitPlan(ctx context.Context, who auth.Actor, p inspection.Plan) (inspection.Plan, error)
	BeginVisit(ctx context.Context, who auth.Actor, b flow.VisitBegun) (inspection.Inspection, error)
	BlankVisit(ctx context.Context, who auth.Actor, b flow.VisitBegun) (inspection.Inspection, error)
	TakeBook(ctx context.Context, who auth.Actor, body []byte, day edu.Date) (inspection.Inspection, error)
	Visits(ctx context.Context, who auth.Actor, f store.InspectionFilter) ([]store.InspectionRow, int, error)
	Visit(ctx context.Context, who auth.Actor, id string) (*flow.Visit, error)
	FillVisit(ctx context.Context, who auth.Actor, id string, patch map[string]inspection.Answer, sent string) (inspection.Inspection, error)
	AddVisitPhotos(ctx context.Context, who auth.Actor, id, item string, files []flow.Attached) (inspection.Inspection, error)
	SignVisit(ctx context.Context, who auth.Actor, id string, checkers []inspection.Signature, sent string) (inspection.Inspection, error)
	CountersignVisit(ctx context.Context, who auth.Actor, id string, by inspection.Signature, refused, sent string) (inspection.Inspection, error)
	ScrapVisit(ctx context.Context, who auth.Actor, id, why string) (inspection.Inspection, error)
	VisitFile(ctx context.Context, who auth.Actor, id, hash string) (store.FileUse, []byte, error)
	Hazards(ctx context.Context, who auth.Actor, f store.HazardFilter) ([]flow.HazardRow, int, error)
	CountHazards(ctx context.Context, who auth.Actor, f store.HazardFilter) ([]store.HazardCount, error)
	Hazard(ctx context.Context, who auth.Actor, id string) (*flow.HazardView, error)
	ReportHazard(ctx context.Context, who auth.Actor, h inspection.Hazard, photos []flow.Attached) (inspection.Hazard, error)
	ActHazard(ctx context.Context, who auth.Actor, id string, rev int, act inspection.HazardAct, o inspection.HazardOptions, photos []flow.Attached) (inspection.Hazard, error)
	EscalateOverdue(ctx context.Context, who auth.Actor) (flow.Escalated, error)
	HazardFile(ctx context.Context, who auth.Actor, id, hash string) (store.FileUse, []byte, error)
}

// safetyRoutes are the addresses of safe campuses. Which act somebody may do with a
// hazard is in inspection's table of steps, and flow asks for it.
func (s *Server) safetyRoutes() []route {
	if s.safety == nil {
		return nil
	}
	return []route{
		{"GET /safety", auth.ReadSafety, aboutReach, s.safetyHome},
		{"GET /safety/plans", auth.ReadSafety, aboutReach, s.visitPlans},
		{"POST /safety/plans", auth.KeepSafety, aboutReach, s.newVisitPlan},
		{"GET /safety/plans/{visitplan}", auth.ReadSafety, aboutReach, s.visitPlan},
		{"POST /safety/plans/{visitplan}/end", auth.KeepSafety, aboutReach, s.endVisitPlan},
		{"GET /safety/inspections", auth.ReadSafety, aboutReach, s.visits},
		{"GET /safety/inspections/new", auth.Inspect, aboutReach, s.newVisit},
		{"GET /safety/inspections/sheet", auth.Inspect, aboutReach, s.blankVisit},
		{"POST /safety/inspections/book/upload", auth.Inspect, aboutReach, s.takeBlank},
		{"POST /safety/inspections", auth.Inspect, aboutReach, s.beginVisit},
		{"GET /safety/inspections/{inspection}", auth.ReadSafety, aboutSafety, s.visit},
		{"POST /safety/inspections/{inspection}/upload", auth.Inspect, aboutSafety, s.saveVisit},
		{"POST /safety/inspections/{inspection}/sign", auth.Inspect, aboutSafety, s.signVisit},
		{"POST /safety/inspections/{inspection}/countersign", auth.ReadSafety, aboutSafety, s.countersign},
		{"POST /safety/inspections/{inspection}/scrap", auth.Inspect, aboutSafety, s.scrapVisit},
		{"GET /safety/inspections/{inspection}/print", auth.ReadSafety, aboutSafety, s.printVisit},
		{"GET /safety/inspections/{inspection}/book", auth.ReadSafety, aboutSafety, s.visitBook},
		{"POST /safety/inspections/{inspection}/book/upload", auth.Inspect, aboutSafety, s.takeVisitBook},
		{"GET /safety/inspections/{inspection}/photos/{hash}", auth.ReadSafety, aboutSafety, s.sendVisitPhoto},
		{"GET /safety/inspections/{inspection}/photos/{hash}/small", auth.ReadSafety, aboutSafety, s.smallVisitPhoto},
		{"PUT /api/v1/inspections/{inspection}/draft", auth.Inspect, aboutSafety, s.apiVisit},
		{"POST /api/v1/inspections/{inspection}/photos/{item}/upload", auth.Inspect, aboutSafety, s.apiVisitPhoto},
		{"POST /api/v1/inspections/{inspection}/sign", auth.Inspect, aboutSafety, s.apiSignVisit},
		{"GET /safety/hazards", auth.ReadSafety, aboutReach, s.hazardList},
		{"GET /safety/hazards/new", auth.DoSafety, aboutReach, s.newHazard(auth.DoSafety)},
		{"POST /safety/hazards/new/upload", auth.DoSafety, aboutReach, s.reportHazard(auth.DoSafety)},
		{"GET /safety/hazards/found", auth.Inspect, aboutReach, s.newHazard(auth.Inspect)},
		{"POST /safety/hazards/found/upload", auth.Inspect, aboutReach, s.reportHazard(auth.Inspect)},
		{"POST /safety/hazards/escalate", auth.KeepSafety, aboutReach, s.escalate},
		{"GET /safety/hazards/{hazard}", auth.ReadSafety, aboutSafety, s.hazard},
		{"POST /safety/hazards/{hazard}/acts/upload", auth.ReadSafety, aboutSafety, s.actHazard},
		{"GET /safety/hazards/{hazard}/photos/{hash}", auth.ReadSafety, aboutSafety, s.sendHazardPhoto},
		{"GET /safety/hazards/{hazard}/photos/{hash}/small", auth.ReadSafety, aboutSafety, s.smallHazardPhoto},
	}
}

// safetyLight tells that an address is of safety, whose pages need no assessment.
func safetyLight(path string) bool {
	return path == "/safety" || strings.HasPrefix(path, "/safety/") || strings.HasPrefix(path, "/api/v1/inspections/")
}

// safetyNavigation adds safe campuses, from inspections to the limits of reports.
// They are of one section; which of its pages is on, the address says.
func (s *Server) safetyNavigation(r *request, sh *Shell) {
	if !r.who.May(auth.ReadSafety) {
		return
	}
	add := func(word, href string, on bool) {
		sh.pages = append(sh.pages, NavItem{Link{word, href}, on, "", "M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4zM6 8l2 2 3-4", 0, "safety"})
	}
	at := func(href string) bool { return r.URL.Path == href || strings.HasPrefix(r.URL.Path, href+"/") }
	if s.safety != nil {
		add(r.T("safety.part.overview"), "/safety", r.URL.Path == "/safety")
		add(r.T("safety.plans"), "/safety/plans", at("/safety/plans"))
		add(r.T("safety.inspections"), "/safety/inspections", at("/safety/inspections"))
		add(r.T("safety.hazards"), "/safety/hazards", at("/safety/hazards"))
	}
	if s.incidents != nil {
		add(r.T("drill.title"), "/safety/drills", at("/safety/drills"))
		add(r.T("incident.title"), "/safety/incidents", at("/safety/incidents"))
		if r.who.Reach(auth.KeepSafety).Whole {
			add(r.T("limits.title"), "/safety/limits", at("/safety/limits"))
		}
	}
}

// Safe tells that the page is of safety: it has the styles of those.
func (sh Shell) Safe() bool { return sh.Section == "safety" }

type safetyPage struct {
	Shell
	Sub      string
	KPIs     []safetyKPI
	Cards    []KPI // of drills and incidents
	Counties Table
	States   []Choice
	Overdue  Table
	Oldest   Table
	Pages    []Choice // of Oldest
	Prev     string
	Next     string
	More     Link
}

type safetyKPI struct{ Name, Value, Note string }

// mostOldest is how many schools a page of the overview lists.
const mostOldest = 15

func (s *Server) safetyHome(w http.ResponseWriter, r *request) error {
	from, err := r.dayTyped(r.query.Get("from"))
	if err != nil {
		return err
	}
	c, err := s.safety.SafetyCover(r.Context(), r.who, from, 0)
	if err != nil {
		return fmt.Errorf("coverage: %w", err)
	}
	counts, err := s.safety.CountHazards(r.Context(), r.who, store.HazardFilter{})
	if err != nil {
		return fmt.Errorf("hazards: %w", err)
	}
	p := safetyPage{Shell: s.shell(r, r.T("safety.title"), "safety"), Sub: r.T("safety.sub", c.From.String(), c.Until.String())}
	p.Export = "/safety?as=xlsx"
	by, late, live := map[edu.UnitID]map[inspection.HazardState]int{}, 0, 0
	all := map[inspection.HazardState]int{}
	onTime := 0
	for _, n := range counts {
		if by[n.County] == nil {
			by[n.County] = map[inspection.HazardState]int{}
		}
		by[n.County][n.State] += n.N
		all[n.State] += n.N
		onTime += n.OnTime
		if n.State != inspection.Closed {
			live += n.N
		}
		if n.State == inspection.Overdue {
			late += n.N
		}
	}
	p.KPIs = []safetyKPI{
		{r.T("safety.kpi.cover"), share(c.All.Visited, c.All.Schools).Text, r.T("safety.kpi.cover.note", c.All.Visited, c.All.Schools)},
		{r.T("safety.kpi.live"), chart.Number(float64(live), 0), r.T("safety.kpi.live.note", all[inspection.ToCheck], all[inspection.PassedUp])},
		{r.T("safety.kpi.late"), chart.Number(float64(late), 0), r.T("safety.kpi.late.note")},
		{r.T("safety.kpi.ontime"), share(onTime, all[inspection.Closed]).Text, r.T("safety.kpi.ontime.note", onTime, all[inspection.Closed])},
	}
	for _, st := range inspection.HazardStates {
		p.States = append(p.States, Choice{Link{r.label(st.Name()) + " " + chart.Number(float64(all[st]), 0), "/safety/hazards?state=" + string(st)}, false})
	}
	t := Table{ID: "safety-counties", Caption: r.T("safety.counties"), Empty: r.T("safety.none"), Cols: []Col{{Label: r.T("level.county")}, {Label: r.T("safety.schools"), Num: true}, {Label: r.T("safety.visited"), Num: true}, {Label: r.T("safety.share"), Num: true}, {Label: r.T("safety.visits"), Num: true}}}
	for _, st := range inspection.HazardStates {
		t.Cols = append(t.Cols, Col{Label: r.label(st.Name()), Num: true})
	}
	for _, x := range c.Counties {
		row := Row{Cells: []Cell{linked(r.Text(x.Unit.Name), "/safety/inspections?county="+cmp.Or(x.Unit.Code, string(x.Unit.ID))), count(x.Schools), count(x.Visited), share(x.Visited, x.Schools), count(x.Visits)}}
		if x.Unit.ID == "" {
			row.Cells[0] = text(r.T("safety.own"))
		}
		for _, st := range inspection.HazardStates {
			cell := count(by[x.Unit.ID][st])
			if x.Unit.ID != "" && by[x.Unit.ID][st] > 0 {
				cell.Href = "/safety/hazards?" + url.Values{"county": {cmp.Or(x.Unit.Code, string(x.Unit.ID))}, "state": {string(st)}}.Encode()
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	p.Counties = t
	p.Oldest = Table{ID: "safety-oldest", Caption: r.T("safety.oldest"), Empty: r.T("safety.none"), Cols: []Col{{Label: r.T("level.school"), Wrap: true}, {Label: r.T("level.county")}, {Label: r.T("safety.last")}, {Label: r.T("safety.total"), Num: true}}}
	names, err := s.safety.SafetyNames(r.Context())
	if err != nil {
		return err
	}
	old := c.Oldest
	if r.query.Get("as") != "xlsx" {
		page, err := pageOf(r)
		if err != nil {
			return err
		}
		pages := max(1, (len(old)+mostOldest-1)/mostOldest)
		page = min(page, pages)
		p.Pages, p.Prev, p.Next = r.pager(page, pages)
		old = old[min(len(old), (page-1)*mostOldest):min(len(old), page*mostOldest)]
	}
	for _, x := range old {
		last := r.T("safety.never")
		if x.Last != 0 {
			last = x.Last.String()
		}
		cell := linked(r.Text(x.Unit.Name), "/safety/inspections?school="+x.Unit.Code)
		if r.who.May(auth.Inspect) {
			cell.Href = "/safety/inspections/new?school=" + x.Unit.Code
		}
		p.Oldest.Rows = append(p.Oldest.Rows, Row{Cells: []Cell{cell, text(r.Text(names(x.Unit.County).Name)), text(last), count(x.Total)}})
	}
	s.oneCounty(r, &p.Oldest)
	overdue, n, err := s.safety.Hazards(r.Context(), r.who, store.HazardFilter{State: inspection.Overdue, Size: 10})
	if err != nil {
		return err
	}
	p.Overdue = s.hazardTable(r, overdue, names)
	p.Overdue.ID, p.Overdue.Caption, p.Overdue.Empty = "safety-overdue", r.T("safety.overdue"), r.T("safety.overdue.none")
	p.More = Link{r.T("safety.overdue.all", n), "/safety/hazards?state=overdue"}
	if r.query.Get("as") == "xlsx" {
		ledger := s.hazardLedger(r, overdue, names) // with the columns that stand small on the page
		ledger.Caption = p.Overdue.Caption
		return s.exportPlain(w, r, r.T("safety.title"), p.Counties, p.Oldest, ledger)
	}
	if p.Cards, err = s.incidentCards(r); err != nil {
		return err
	}
	return s.render(w, r, "safety.html", p)
}

// hazardLamp is a state as a lamp.
func (l locale) hazardLamp(st inspection.HazardState, days int) Lamp {
	out := Lamp{Word: l.label(st.Name()), Tone: chart.Open}
	switch st {
	case inspection.Overdue:
		out.Tone, out.Why = chart.Bad, l.T("safety.late.days", days)
	case inspection.ToCheck, inspection.PassedUp, inspection.Mending:
		out.Tone = chart.Near
	case inspection.Closed:
		out.Tone = chart.Good
	}
	return out
}

// schoolNamed is the school that a code, an id or a name means, of those given.
func schoolNamed(list []flow.SafetyUnit, typed string) (flow.SafetyUnit, bool) {
	typed = strings.TrimSpace(typed)
	var found []flow.SafetyUnit
	for _, u := range list {
		if typed == u.Code || typed == string(u.ID) {
			return u, true
		}
		if typed == u.Name.ZH || typed == u.Name.EN {
			found = append(found, u)
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	return flow.SafetyUnit{}, false
}

// mostNear is how many schools are offered where a name was typed in part.
const mostNear = 5

// noSchool says that no school is called so, or several are, and which ones the words
// may mean: in part they are never taken for one.
func (r *request) noSchool(list []flow.SafetyUnit, typed string) string {
	typed = strings.TrimSpace(typed)
	var near []string
	more := 0
	for _, u := range list {
		switch {
		case typed == "" || !strings.Contains(u.Name.ZH, typed) && !strings.Contains(strings.ToLower(u.Name.EN), strings.ToLower(typed)):
		case len(near) == mostNear:
			more++
		default:
			near = append(near, r.T("safety.school.code", r.Text(u.Name), u.Code))
		}
	}
	switch {
	case len(near) == 0:
		return r.T("safety.school.unknown", typed)
	case more > 0:
		return r.T("safety.school.many", typed, r.List(near), more)
	}
	return r.T("safety.school.near", typed, r.List(near))
}

// safetyCrumbs lead back to the overview.
func (r *request) safetyCrumbs(more ...Link) []Link {
	return slices.Concat([]Link{{r.T("safety.title"), "/safety"}}, more)
}
