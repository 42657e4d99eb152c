package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/incident"
	"shuren/internal/store"
)

// Incidents is what the pages of drills and incidents do. flow implements it; nil
// leaves the pages and their item of the navigation out.
type Incidents interface {
	DrillRows(ctx context.Context, who auth.Actor, year int, county edu.UnitID) ([]flow.DrillRow, error)
	DrillSheet(ctx context.Context, who auth.Actor, unit edu.UnitID, year int) (flow.DrillSheet, error)
	AddDrill(ctx context.Context, who auth.Actor, d incident.Drill) (incident.Drill, error)
	KeepDrillPlan(ctx context.Context, who auth.Actor, p incident.Plan) (incident.Plan, error)

	Incidents(ctx context.Context, who auth.Actor, f store.IncidentFilter) ([]flow.IncidentRow, error)
	Incident(ctx context.Context, who auth.Actor, id string) (flow.IncidentView, error)
	RecordIncident(ctx context.Context, who auth.Actor, unit edu.UnitID, f incident.Facts, sent string) (incident.Incident, error)
	ActIncident(ctx context.Context, who auth.Actor, id string, rev int, e incident.Entry) (incident.Incident, error)
	Rules(ctx context.Context) (incident.Rules, error)
	SetRules(ctx context.Context, who auth.Actor, rules incident.Rules) error
	Counts(ctx context.Context, who auth.Actor) (flow.SafetyCounts, error)
}

// incidentRoutes are the addresses of drills and incidents. Which side of an
// incident somebody is on, flow asks.
func (s *Server) incidentRoutes() []route {
	if s.incidents == nil {
		return nil
	}
	return []route{
		{"GET /safety/drills", auth.ReadSafety, aboutReach, s.drillList},
		{"GET /safety/drills/{unit}", auth.ReadSafety, aboutUnit, s.drillSheet},
		{"POST /safety/drills/{unit}", auth.DoSafety, aboutUnit, s.keepDrill},
		{"GET /safety/incidents", auth.ReadSafety, aboutReach, s.incidentList},
		{"GET /safety/incidents/new", auth.DoSafety, aboutReach, s.newIncident},
		{"POST /safety/incidents/new", auth.DoSafety, aboutReach, s.recordIncident},
		{"GET /safety/incidents/{incident}", auth.ReadSafety, aboutReach, s.incidentPage},
		{"POST /safety/incidents/{incident}", auth.ReadSafety, aboutReach, s.actIncident},
		{"GET /safety/limits", auth.KeepSafety, aboutWhole, s.limitsPage},
		{"POST /safety/limits", auth.KeepSafety, aboutWhole, s.setLimits},
	}
}

// incidentLight tells that an address needs no assessment.
func incidentLight(path string) bool {
	return strings.HasPrefix(path, "/safety/drills") || strings.HasPrefix(path, "/safety/incidents") || path == "/safety/limits"
}

// incidentCards are the figures of drills and incidents for an overview of safety;
// each leads to its page.
func (s *Server) incidentCards(r *request) ([]KPI, error) {
	if s.incidents == nil || !r.who.May(auth.ReadSafety) {
		return nil, nil
	}
	n, err := s.incidents.Counts(r.Context(), r.who)
	if err != nil {
		return nil, fmt.Errorf("drills and incidents: %w", err)
	}
	drills, open := Lamp{Tone: chart.Good, Word: r.T("drill.all")}, Lamp{Tone: chart.Good, Word: r.T("incident.none.late")}
	if n.Missing > 0 {
		drills = Lamp{Tone: chart.Bad, Word: r.T("drill.some")}
	}
	if n.Late > 0 {
		open = Lamp{Tone: chart.Bad, Word: r.T("incident.some.late", n.Late)}
	}
	return []KPI{
		{Label: r.T("drill.card"), Href: "/safety/drills?only=missing", Value: chart.Number(float64(n.Missing), 0), Unit: r.T("drill.schools"), Target: r.T("drill.card.of", n.Schools), Lamp: drills},
		{Label: r.T("incident.card"), Href: "/safety/incidents", Value: strconv.Itoa(n.Open), Unit: r.T("incident.unit"), Target: r.T("incident.card.of", n.OfYear), Lamp: open},
	}, nil
}

// drillYear is the school year that the address names, or that of today, with the
// choice of years.
func (s *Server) drillYear(r *request) (int, []Choice, error) {
	today := collect.Today(s.now()).Time()
	now := today.Year()
	if today.Month() < 9 {
		now--
	}
	year := now
	if y := r.query.Get("of"); y != "" {
		n, err := strconv.Atoi(y)
		if err != nil || n < 2000 || n > now+1 {
			return 0, nil, fmt.Errorf("school year %q: %w", y, fault.Invalid)
		}
		year = n
	}
	var out []Choice
	for y := now + 1; y > now-4; y-- {
		out = append(out, Choice{Link{edu.Year(y).Label(), strconv.Itoa(y)}, y == year})
	}
	return year, out, nil
}

type drillsPage struct {
	Shell
	Sub     string
	Years2  []Choice
	Of      []Choice // counties
	Missing bool     // only schools that lack one
	Found   string
	Table   Table
	Norms   Table
	Pages   []Choice
	Prev    string
	Next    string
}

const drillsPerPage = 50

// drillList shows which schools held their drills, month by month.
func (s *Server) drillList(w http.ResponseWriter, r *request) error {
	year, years, err := s.drillYear(r)
	if err != nil {
		return err
	}
	county := edu.UnitID(r.query.Get("county"))
	rows, err := s.incidents.DrillRows(r.Context(), r.who, year, county)
	if err != nil {
		return fmt.Errorf("drills: %w", err)
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	p := drillsPage{Shell: s.shell(r, r.T("drill.title"), "drills"), Years2: years, Missing: r.query.Get("only") == "missing"}
	if p.Of, err = s.countyChoice(r, auth.ReadSafety, county); err != nil {
		return err
	}
	lacking := 0
	for i := range rows {
		if rows[i].Missing > 0 {
			lacking++
		}
	}
	p.Sub = r.T("drill.sub", len(rows), lacking)
	if p.Missing {
		rows = slices.DeleteFunc(rows, func(x flow.DrillRow) bool { return x.Missing == 0 })
	}
	p.Found, p.Export = r.T("drill.found", len(rows)), r.here("as", "xlsx", "page", "")
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	sheet := r.query.Get("as") == "xlsx"
	if !sheet {
		pages := (len(rows) + drillsPerPage - 1) / drillsPerPage
		page = min(page, max(1, pages))
		p.Pages, p.Prev, p.Next = r.pager(page, pages)
		rows = rows[min(len(rows), (page-1)*drillsPerPage):min(len(rows), page*drillsPerPage)]
	}
	p.Table = s.drillTable(r, rows, units, year)
	if sheet {
		return s.sendTables(w, r, r.T("drill.title")+"-"+strconv.Itoa(year), r.T("drill.note"), edu.Period{}, []Table{p.Table, r.normTable()})
	}
	p.Norms = r.normTable()
	return s.render(w, r, "drills.html", p)
}

// drillTable has a line for each school: which months are missing, in words.
func (s *Server) drillTable(r *request, rows []flow.DrillRow, units func(edu.UnitID) string, year int) Table {
	t := Table{ID: "drills", Caption: r.T("drill.title"), Empty: r.T("drill.none"), List: true, Sheet: r.T("drill.title"),
		Cols: []Col{{Label: r.T("drill.school"), Wrap: true}, {Label: r.T("level.county")}, {Label: r.T("drill.rhythm")}, {Label: r.T("drill.count"), Num: true}, {Label: r.T("drill.last")}, {Label: r.T("drill.missing"), Wrap: true}, {Label: r.T("drill.now")}}}
	today := collect.Today(s.now())
	for _, x := range rows {
		var missing []string
		now := Lamp{Word: r.T("drill.pause")}
		for _, s := range x.Slots {
			if s.State == incident.Missing {
				missing = append(missing, r.Text(s.Label))
			}
			if s.State == incident.Now {
				now = Lamp{Tone: chart.Near, Word: r.Text(incident.Now.Name())}
			}
		}
		for _, s := range x.Slots {
			if s.State == incident.Held && s.First <= today && today <= s.Last {
				now = Lamp{Tone: chart.Good, Word: r.Text(incident.Held.Name())}
			}
		}
		lacks := Lamp{Tone: chart.Good, Word: r.T("drill.full")}
		if len(missing) > 0 {
			lacks = Lamp{Tone: chart.Bad, Word: r.T("drill.lacks", len(missing), r.List(missing))}
		}
		rhythm := r.T("drill.monthly")
		if x.Rhythm == incident.Quarterly {
			rhythm = r.T("drill.quarterly")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: r.Text(x.Name), Href: drillLink(x.Unit, year)}, text(units(x.County)), text(rhythm), count(x.Drills), text(x.Last.String()), lampCell(lacks), lampCell(now)}})
	}
	s.oneCounty(r, &t)
	return t
}

func drillLink(unit edu.UnitID, year int) string {
	return "/safety/drills/" + url.PathEscape(string(unit)) + "?of=" + strconv.Itoa(year)
}

// normTable are the rules about drills, each with where it was read.
func (r *request) normTable() Table {
	t := Table{ID: "norms", Caption: r.T("drill.norms"), Sheet: r.T("drill.norms"), Cols: []Col{{Label: r.T("drill.norm"), Wrap: true}, {Label: r.T("duties.basis"), Wrap: true}, {Label: r.T("duties.evidence")}}}
	for _, n := range incident.Norms {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(n.Text)), text(r.Text(n.Words())), r.mark(n.Evidence)}})
	}
	return t
}

// countyChoice are the counties within reach, for who sees more than one.
func (s *Server) countyChoice(r *request, p auth.Permission, on edu.UnitID) ([]Choice, error) {
	t, err := s.tree(r)
	if err != nil {
		return nil, err
	}
	var out []Choice
	if !r.who.Reach(p).Whole {
		return nil, nil
	}
	for i := range t.Nodes {
		if n := &t.Nodes[i]; n.Unit.Level == edu.County && n.Unit.Ended == 0 && len(out) < maxScope {
			out = append(out, Choice{Link{r.Text(n.Unit.Attrs[len(n.Unit.Attrs)-1].Name), string(n.Unit.ID)}, n.Unit.ID == on})
		}
	}
	return out, nil
}

type drillPage struct {
	Shell
	Said   string
	Error  string
	Sub    string
	Unit   string
	Year   int
	Years2 []Choice
	Slots  Table
	Plan   Table
	List   Table
	Past   Table
	Does   bool
	Sent   string
	Rev    int
	Right  []Choice // drills that can be put right
	Lines  string   // of the plan, as typed
	Kinds  []Choice
	Posts  []Choice
	Today  string
	Typed  drillTyped
	Hint   string
	Floors string // what is judged of the time to clear, and why
}

type drillTyped struct{ Day, People, Minutes, Seconds, Problems, Reason, Replaces string }

func (s *Server) drillSheet(w http.ResponseWriter, r *request) error {
	p := drillPage{}
	switch r.query.Get("did") {
	case "drill":
		p.Said = r.T("drill.did")
	case "plan":
		p.Said = r.T("drill.did.plan")
	}
	return s.showDrills(w, r, p, http.StatusOK)
}

func (s *Server) showDrills(w http.ResponseWriter, r *request, p drillPage, status int) error {
	year, years, err := s.drillYear(r)
	if err != nil {
		return err
	}
	v, err := s.incidents.DrillSheet(r.Context(), r.who, edu.UnitID(r.PathValue("unit")), year)
	if err != nil {
		return fmt.Errorf("drills: %w", err)
	}
	p.Shell = s.shell(r, r.Text(v.Name), "drills", Link{r.T("drill.title"), "/safety/drills?of=" + strconv.Itoa(year)})
	p.Unit, p.Year, p.Years2, p.Does, p.Sent, p.Rev, p.Hint = url.PathEscape(string(v.Unit)), year, years, v.Does, rand.Text(), v.Plan.Rev, r.Text(incident.NoNames)
	p.Sub, p.Today = r.T("drill.school.sub", v.Drills, v.Missing), collect.Today(s.now()).String()
	p.Slots = Table{ID: "slots", Caption: r.T("drill.calendar"), Sheet: r.T("drill.calendar"), Cols: []Col{{Label: r.T("drill.month")}, {Label: r.T("drill.count"), Num: true}, {Label: r.T("log.state")}}, Empty: r.T("drill.noslots")}
	for _, x := range v.Slots {
		p.Slots.Rows = append(p.Slots.Rows, Row{Cells: []Cell{text(r.Text(x.Label)), count(x.Drills), lampCell(r.slotLamp(x.State))}})
	}
	p.Plan = Table{ID: "plan", Caption: r.T("drill.plan"), Sheet: r.T("drill.plan"), Cols: []Col{{Label: r.T("drill.month")}, {Label: r.T("drill.kind")}, {Label: r.T("log.state")}}, Empty: r.T("drill.noplan")}
	for _, x := range v.Planned {
		l := Lamp{Word: r.T("drill.ahead")}
		switch {
		case x.Done != nil:
			l = Lamp{Tone: chart.Good, Word: x.Done.Day.String()}
		case x.Late:
			l = Lamp{Tone: chart.Bad, Word: r.T("drill.notheld")}
		}
		p.Plan.Rows = append(p.Plan.Rows, Row{Cells: []Cell{text(x.First.Time().Format("2006-01")), text(r.Text(x.Kind.Name())), lampCell(l)}})
	}
	if p.Lines == "" {
		var lines []string
		for _, l := range v.Plan.Lines {
			lines = append(lines, fmt.Sprintf("%d %s", l.Month, r.Text(l.Kind.Name())))
		}
		p.Lines = strings.Join(lines, "\n")
	}
	p.List = r.drillLines("list", r.T("drill.list"), r.T("drill.list.none"), v.List, v.Floors)
	p.Past = r.drillLines("past", r.T("drill.past"), "", v.Past, 0)
	switch {
	case v.Floors == 0:
		p.Floors = r.T("drill.floors.unknown")
	case v.Floors > incident.LowFloors:
		p.Floors = r.T("drill.floors.high", v.Floors, r.Period(v.Asked))
	default:
		p.Floors = r.T("drill.floors.low", v.Floors, r.Period(v.Asked))
	}
	for _, d := range v.List {
		p.Right = append(p.Right, Choice{Link{joinWords(" ", d.Day.String(), r.Text(d.Kind.Name())), d.ID}, d.ID == p.Typed.Replaces})
	}
	if p.Kinds == nil {
		p.Kinds, p.Posts = options(r, incident.DrillKinds, incident.DrillKind.Name, incident.Evacuation), options(r, incident.Posts, incident.Post.Name, "safety")
	}
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, p.Title+"-"+strconv.Itoa(year), r.T("drill.note"), edu.Period{}, []Table{p.Slots, p.Plan, p.List, p.Past, r.normTable()})
	}
	p.Export = r.here("as", "xlsx", "did", "")
	return s.write(w, r, status, "drill.html", p)
}

func (r *request) slotLamp(s incident.SlotState) Lamp {
	out := Lamp{Word: r.Text(s.Name())}
	switch s {
	case incident.Held:
		out.Tone = chart.Good
	case incident.Missing:
		out.Tone = chart.Bad
	case incident.Now:
		out.Tone = chart.Near
	case incident.Ahead:
	}
	return out
}

func (r *request) drillLines(id, caption, empty string, ds []incident.Drill, floors int) Table {
	t := Table{ID: id, Caption: caption, Sheet: caption, Empty: empty, Cols: []Col{{Label: r.T("drill.day")}, {Label: r.T("drill.kind")}, {Label: r.T("drill.people"), Num: true}, {Label: r.T("drill.time")}, {Label: r.T("drill.lead")}, {Label: r.T("drill.problems"), Wrap: true}, {Label: r.T("drill.by")}, {Label: r.T("drill.reason"), Wrap: true}}}
	for _, d := range ds {
		kind, people, time := r.Text(d.Kind.Name()), count(d.People), ""
		if d.Void {
			kind, people = r.T("drill.void"), text("")
		}
		if d.Whole {
			people.Tail = r.T("drill.whole")
		}
		if d.Seconds > 0 {
			time = r.Text(incident.Seconds(d.Seconds))
		}
		c := text(time)
		switch {
		case incident.Slow(d, floors):
			c = lampCell(Lamp{Tone: chart.Bad, Word: time + " · " + r.T("drill.slow")})
		case floors == 0 && d.Seconds > incident.LowSeconds:
			c.Small = r.T("drill.slow")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(d.Day.String()), text(kind), people, c, text(r.Text(d.Lead.Name())), text(d.Problems), {Text: d.By, Small: r.Minute(d.At.In(collect.China))}, text(d.Reason)}})
	}
	return t
}

// keepDrill keeps a drill, puts one right, or keeps the plan.
func (s *Server) keepDrill(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	year, _, err := s.drillYear(r)
	if err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	unit := edu.UnitID(r.PathValue("unit"))
	p := drillPage{Lines: r.PostFormValue("lines"), Typed: drillTyped{v("day"), v("people"), v("minutes"), v("seconds"), v("problems"), v("reason"), v("replaces")}}
	did := "drill"
	if v("do") == "plan" {
		did = "plan"
		err = s.keepDrillPlan(r, unit, year, p.Lines, v("rev"))
	} else {
		d := incident.Drill{Unit: unit, Sent: v("sent"), Kind: incident.DrillKind(v("kind")), Whole: v("whole") != "", Lead: incident.Post(v("lead")), Problems: v("problems"), Replaces: v("replaces"), Void: v("do") == "void", Reason: v("reason")}
		p.Kinds, p.Posts = options(r, incident.DrillKinds, incident.DrillKind.Name, d.Kind), options(r, incident.Posts, incident.Post.Name, d.Lead)
		if d.Day, err = r.dayTyped(v("day")); err == nil {
			d.People, _ = strconv.Atoi(v("people"))
			m, _ := strconv.Atoi(v("minutes"))
			sec, _ := strconv.Atoi(v("seconds"))
			d.Seconds = 60*m + sec
			_, err = s.incidents.AddDrill(r.Context(), r.who, d)
		}
	}
	if err != nil {
		if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
			p.Error = r.T("drill.conflict")
			return s.showDrills(w, r, p, http.StatusConflict)
		}
		return s.orSay(err, func(why string) error {
			p.Error = why
			return s.showDrills(w, r, p, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{drillLink(unit, year) + "&did=" + did}
}

// keepDrillPlan reads a plan as people type it: a month and a kind a line.
func (s *Server) keepDrillPlan(r *request, unit edu.UnitID, year int, lines, rev string) error {
	p := incident.Plan{Unit: unit, Year: year}
	p.Rev, _ = strconv.Atoi(rev)
	for n, line := range strings.Split(lines, "\n") {
		line = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(line, "月", " "), "|", " "))
		if line == "" {
			continue
		}
		month, kind, _ := strings.Cut(line, " ")
		l := incident.PlanLine{}
		l.Month, _ = strconv.Atoi(strings.TrimSpace(month))
		for _, k := range incident.DrillKinds {
			if kind = strings.TrimSpace(kind); kind == k.Name().ZH || strings.EqualFold(kind, k.Name().EN) {
				l.Kind = k
			}
		}
		if l.Month == 0 || l.Kind == "" {
			return auth.Refuse(fault.Invalid, fmt.Sprintf("计划第%d行应为“月份 演练类型”，如“9 应急疏散”", n+1), fmt.Sprintf("line %d of the plan is not a month and a kind, such as “9 Evacuation”", n+1))
		}
		p.Lines = append(p.Lines, l)
	}
	_, err := s.incidents.KeepDrillPlan(r.Context(), r.who, p)
	return err
}
