package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/incident"
	"shuren/internal/store"
)

// incidentWords are what every page of incidents says, printed ones too.
type incidentWords struct{ NoHotline, Prohibited, NoNames string }

func (r *request) incidentWords() incidentWords {
	return incidentWords{r.Text(incident.NoHotline), r.T("incident.prohibited", r.Text(incident.Prohibited), incident.ProhibitedSource.Text, incident.ProhibitedSource.Evidence), r.Text(incident.NoNames)}
}

type incidentsPage struct {
	Shell
	incidentWords
	Sub      string
	States   []Choice
	Levels   []Choice
	Counties []Choice
	New      string
	Table    Table
	Limits   Table
	Grades   Table
	Pages    []Choice
	Prev     string
	Next     string
	Shown    bool
	Filter   bool
	Cleared  string
}

// incidentList lists incidents, the newest first.
func (s *Server) incidentList(w http.ResponseWriter, r *request) error {
	f := store.IncidentFilter{State: incident.State(r.query.Get("state")), Level: incident.Level(r.query.Get("level"))}
	for _, bad := range []error{known("state", incident.States, f.State), known("level", incident.Levels, f.Level)} {
		if bad != nil {
			return bad
		}
	}
	list, err := s.incidents.Incidents(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("incidents: %w", err)
	}
	county := edu.UnitID(r.query.Get("county"))
	if county != "" {
		list = slices.DeleteFunc(list, func(x flow.IncidentRow) bool { return x.In != county })
	}
	rules, err := s.incidents.Rules(r.Context())
	if err != nil {
		return fmt.Errorf("limits of incidents: %w", err)
	}
	p := incidentsPage{Shell: s.shell(r, r.T("incident.title"), "drills"), incidentWords: r.incidentWords(), Filter: f != store.IncidentFilter{} || county != "", Cleared: "/safety/incidents"}
	p.States, p.Levels = options(r, incident.States, incident.State.Name, f.State), options(r, incident.Levels, incident.Level.Name, f.Level)
	if p.Counties, err = s.countyChoice(r, auth.ReadSafety, county); err != nil {
		return err
	}
	open, late := 0, 0
	for i := range list {
		if list[i].State != incident.Closed {
			open++
		}
		if list[i].Late {
			late++
		}
	}
	p.Sub, p.Export = r.T("incident.sub", len(list), open, late), r.here("as", "xlsx", "page", "")
	if r.who.May(auth.DoSafety) {
		p.New = "/safety/incidents/new"
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	sheet := r.query.Get("as") == "xlsx"
	if !sheet {
		pages := (len(list) + drillsPerPage - 1) / drillsPerPage
		page = min(page, max(1, pages))
		p.Pages, p.Prev, p.Next = r.pager(page, pages)
		list = list[min(len(list), (page-1)*drillsPerPage):min(len(list), page*drillsPerPage)]
	}
	p.Table, p.Limits, p.Grades = s.incidentTable(r, list), r.limitTable(rules), r.gradeTable()
	if sheet {
		return s.sendTables(w, r, r.T("incident.title"), p.NoHotline+" "+p.Prohibited, edu.Period{}, []Table{p.Table, p.Limits, p.Grades})
	}
	return s.render(w, r, "incidents.html", p)
}

// known refuses what is neither on the list nor left open.
func known[T ~string](what string, all []T, typed T) error {
	if typed == "" {
		return nil
	}
	_, err := oneOf(what, all, string(typed))
	return err
}

func (s *Server) incidentTable(r *request, list []flow.IncidentRow) Table {
	t := Table{ID: "incidents", Caption: r.T("incident.title"), Sheet: r.T("incident.title"), Empty: r.T("incident.none"), List: true,
		Cols: []Col{{Label: r.T("incident.no")}, {Label: r.T("drill.school"), Wrap: true}, {Label: r.T("level.county")}, {Label: r.T("incident.kind")}, {Label: r.T("incident.level")}, {Label: r.T("incident.happened")}, {Label: r.T("log.state")}, {Label: r.T("incident.clock"), Wrap: true}}}
	for i := range list {
		x := &list[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: x.Number(), Href: incidentLink(x.ID)}, text(r.Text(x.Name)), text(r.Text(x.County)), text(r.Text(x.What.Kind.Name())), text(r.Text(x.What.Level.Name())), text(r.Minute(x.What.Happened.In(collect.China))), lampCell(r.incidentLamp(x.State)), lampCell(s.clockLamp(r, x))}})
	}
	s.oneCounty(r, &t)
	return t
}

func incidentLink(id string) string { return "/safety/incidents/" + url.PathEscape(id) }

func (r *request) incidentLamp(st incident.State) Lamp {
	out := Lamp{Word: r.Text(st.Name()), Tone: chart.Near}
	switch st {
	case incident.Closed:
		out.Tone = chart.Good
	case incident.Recorded:
		out.Tone = chart.Bad
	case incident.Phoned, incident.Written, incident.Final:
	}
	return out
}

// clockLamp is the clock of an incident that is due first: what is left, or by how
// much it is late.
func (s *Server) clockLamp(r *request, x *flow.IncidentRow) Lamp {
	switch c := x.Running; {
	case c != nil && c.Late(s.now()) > 0:
		return Lamp{Tone: chart.Bad, Word: r.T("incident.overdue", r.Text(c.Kind.Name()), r.Text(incident.Lasting(c.Late(s.now()))))}
	case c != nil:
		return Lamp{Tone: clockTone(c, s.now()), Word: r.T("incident.left", r.Text(c.Kind.Name()), r.Text(incident.Lasting(c.Left(s.now()))))}
	case x.Late:
		return Lamp{Tone: chart.Bad, Word: r.T("incident.waslate")}
	}
	return Lamp{Tone: chart.Good, Word: r.T("incident.intime")}
}

// clockTone is that of a clock that runs and is not late.
func clockTone(c *incident.Clock, now time.Time) chart.Tone {
	if c.Near(now) {
		return chart.Near
	}
	return chart.Good
}

// limitTable are the limits in force with where each was read.
func (r *request) limitTable(rules incident.Rules) Table {
	t := Table{ID: "limits", Caption: r.T("limits.title"), Sheet: r.T("limits.title"), Cols: []Col{{Label: r.T("incident.level")}, {Label: r.T("limits.clock")}, {Label: r.T("limits.within")}, {Label: r.T("duties.basis"), Wrap: true}, {Label: r.T("duties.evidence")}}}
	for _, l := range incident.Levels {
		lim := rules.Of(l)
		for _, x := range []struct {
			k incident.ClockKind
			m int
		}{{incident.PhoneClock, lim.Phone}, {incident.WrittenClock, lim.Written}, {incident.PassClock, lim.Pass}, {incident.FollowClock, lim.Follow}, {incident.FinalClock, lim.Final}} {
			if x.m > 0 {
				src := lim.Sources[x.k]
				t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(l.Name())), text(r.Text(x.k.Name())), text(r.lasting(x.m)), text(r.Text(src.Words())), r.mark(src.Evidence)}})
			}
		}
	}
	return t
}

// gradeTable are the grades of accidents.
func (r *request) gradeTable() Table {
	t := Table{ID: "grades", Caption: r.T("incident.grades", incident.GradesSource.Text, incident.GradesSource.Evidence), Sheet: r.T("incident.level"), Cols: []Col{{Label: r.T("incident.level")}, {Label: r.T("incident.dead"), Num: true}, {Label: r.T("incident.hurt"), Num: true}, {Label: r.T("incident.loss"), Num: true}}}
	for _, g := range incident.Grades {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(g.Level.Name())), text(fmt.Sprintf("≥%d", g.Least.Dead)), text(fmt.Sprintf("≥%d", g.Least.Hurt)), text(fmt.Sprintf("≥%g", g.Least.Loss))}})
	}
	t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(incident.Accident.Name())), text("<3"), text("<10"), text("<1000")}})
	return t
}

type incidentForm struct {
	Shell
	incidentWords
	Error   string
	Sent    string
	Schools []Choice
	School  string
	Named   string // as it was typed, by who has many
	Kinds   []Choice
	Levels  []Choice
	Typed   incidentTyped
}

type incidentTyped struct {
	Place, Happened, Known, Dead, Hurt, Loss, What string
}

func (s *Server) newIncident(w http.ResponseWriter, r *request) error {
	return s.showNewIncident(w, r, incidentForm{Sent: rand.Text(), Kinds: options(r, incident.Kinds, incident.Kind.Name, ""), Levels: options(r, incident.Levels[4:], incident.Level.Name, incident.Other), Typed: incidentTyped{Dead: "0", Hurt: "0", Loss: "0"}}, http.StatusOK)
}

func (s *Server) showNewIncident(w http.ResponseWriter, r *request, p incidentForm, status int) error {
	p.Shell = s.shell(r, r.T("incident.new"), "drills", Link{r.T("incident.title"), "/safety/incidents"})
	p.incidentWords = r.incidentWords()
	// Of a school's own people the school is known.
	rows, err := s.incidents.DrillRows(r.Context(), r.who, s.now().In(collect.China).Year(), "")
	if err != nil {
		return fmt.Errorf("schools: %w", err)
	}
	if len(rows) <= 60 {
		for _, x := range rows {
			p.Schools = append(p.Schools, Choice{Link{r.Text(x.Name), string(x.Unit)}, string(x.Unit) == p.School || len(rows) == 1})
		}
	}
	return s.write(w, r, status, "incidentnew.html", p)
}

// momentTyped reads a date and a time as forms send them.
func momentTyped(typed string) (time.Time, error) {
	if typed = strings.TrimSpace(strings.Replace(typed, " ", "T", 1)); typed == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, typed, collect.China); err == nil {
			return t, nil
		}
	}
	return time.Time{}, auth.Refuse(fault.Invalid, fmt.Sprintf("时间“%s”应为2025-09-01 14:30的形式", typed), fmt.Sprintf("%q is not a time such as 2025-09-01 14:30", typed))
}

// factsTyped reads what is known of an incident.
func factsTyped(v func(string) string) (f incident.Facts, err error) {
	f = incident.Facts{Kind: incident.Kind(v("kind")), Level: incident.Level(v("level")), Place: v("place"), What: v("what")}
	if f.Happened, err = momentTyped(v("happened")); err != nil {
		return f, err
	}
	if f.Known, err = momentTyped(v("known")); err != nil {
		return f, err
	}
	number := func(name string) int {
		n, e := strconv.Atoi(v(name))
		if v(name) != "" && e != nil {
			err = auth.Refuse(fault.Invalid, "人数应为整数", "a number of persons is not a whole number")
		}
		return n
	}
	f.Dead, f.Hurt = number("dead"), number("hurt")
	if v("loss") != "" {
		var e error
		if f.Loss, e = strconv.ParseFloat(v("loss"), 64); e != nil {
			err = auth.Refuse(fault.Invalid, "直接经济损失应为数字（万元）", "the loss is not a number")
		}
	}
	return f, err
}

func (s *Server) recordIncident(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f, err := factsTyped(v)
	unit := edu.UnitID(v("school"))
	if err == nil && v("named") != "" {
		unit, err = s.schoolTyped(r, v("named"))
	}
	var now incident.Incident
	if err == nil && unit == "" {
		err = auth.Refuse(fault.Invalid, "请选择学校", "choose a school")
	}
	if err == nil {
		now, err = s.incidents.RecordIncident(r.Context(), r.who, unit, f, v("sent"))
	}
	if err != nil {
		return s.orSay(err, func(why string) error {
			return s.showNewIncident(w, r, incidentForm{Error: why, Sent: v("sent"), School: string(unit), Named: v("named"), Kinds: options(r, incident.Kinds, incident.Kind.Name, f.Kind), Levels: options(r, incident.Levels, incident.Level.Name, f.Level), Typed: incidentTyped{v("place"), v("happened"), v("known"), v("dead"), v("hurt"), v("loss"), v("what")}}, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{incidentLink(now.ID) + "?did=record"}
}

type incidentView struct {
	Shell
	incidentWords
	Said   string
	Error  string
	ID     string
	Rev    int
	Lamp   Lamp
	Clock  Lamp // the one that is due first
	Facts  []Fact
	Clocks Table
	Log    Table
	Steps  []incidentStep
	Sent   string
	Now    string
	Of     []Choice // entries whose time can be put right
	Kinds  []Choice
	Levels []Choice
	Typed  incidentTyped
	Again  url.Values // what was typed for an act that was refused
}

// incidentStep is a form of the page: what the act asks.
type incidentStep struct {
	Act, Name                      string
	At, To, Body, Number, Text, Is bool // Is: the facts can be put right
	Open                           bool // it was refused: what was typed stands in it
	V                              map[string]string
}

func (s *Server) incidentPage(w http.ResponseWriter, r *request) error {
	p := incidentView{}
	if r.query.Get("did") != "" {
		p.Said = r.T("incident.did")
	}
	return s.showIncident(w, r, p, http.StatusOK)
}

func (s *Server) showIncident(w http.ResponseWriter, r *request, p incidentView, status int) error {
	v, err := s.incidents.Incident(r.Context(), r.who, r.PathValue("incident"))
	if err != nil {
		return fmt.Errorf("incident: %w", err)
	}
	f := v.What
	name := joinWords(" · ", r.Text(v.Name), r.Text(f.Kind.Name()), v.Number())
	p.Shell = s.shell(r, name, "drills", Link{r.T("incident.title"), "/safety/incidents"})
	p.incidentWords, p.ID, p.Rev, p.Lamp = r.incidentWords(), url.PathEscape(v.ID), v.Rev, r.incidentLamp(v.State)
	p.Clock, p.Sent, p.Now = s.clockLamp(r, &v.IncidentRow), rand.Text(), s.now().In(collect.China).Format("2006-01-02T15:04")
	add := func(term, text string) {
		if text != "" {
			p.Facts = append(p.Facts, Fact{Term: term, Text: text})
		}
	}
	minute := func(t time.Time) string { return r.Minute(t.In(collect.China)) }
	add(r.T("drill.school"), r.Text(v.Name))
	add(r.T("level.county"), r.Text(v.County))
	add(r.T("incident.level"), r.Text(f.Level.Name()))
	add(r.T("incident.place"), f.Place)
	add(r.T("incident.happened"), minute(f.Happened))
	add(r.T("incident.known"), minute(f.Known))
	add(r.T("incident.harm"), r.T("incident.harm.of", f.Dead, f.Hurt, strconv.FormatFloat(f.Loss, 'f', -1, 64)))
	add(r.T("incident.what"), f.What)
	p.Clocks = Table{ID: "clocks", Caption: r.T("incident.clocks"), Sheet: r.T("incident.clocks"), Cols: []Col{{Label: r.T("limits.clock")}, {Label: r.T("incident.from")}, {Label: r.T("incident.due")}, {Label: r.T("incident.met")}, {Label: r.T("log.state")}, {Label: r.T("duties.basis"), Wrap: true}, {Label: r.T("duties.evidence")}}}
	for _, c := range v.Clocks {
		l, met := Lamp{Tone: chart.Good, Word: r.T("incident.intime")}, ""
		if late := c.Late(s.now()); late > 0 {
			l = Lamp{Tone: chart.Bad, Word: r.T("incident.late", r.Text(incident.Lasting(late)))}
		} else if c.Met.IsZero() {
			l = Lamp{Tone: clockTone(&c, s.now()), Word: r.T("incident.runs", r.Text(incident.Lasting(c.Left(s.now()))))}
		}
		if !c.Met.IsZero() {
			met = minute(c.Met)
		}
		p.Clocks.Rows = append(p.Clocks.Rows, Row{Cells: []Cell{text(r.Text(c.Kind.Name())), text(minute(c.From)), text(minute(c.Due)), text(met), lampCell(l), text(r.Text(c.Words())), r.mark(c.Evidence)}})
	}
	p.Log = Table{ID: "log", Caption: r.T("incident.log"), Sheet: r.T("incident.log"), Cols: []Col{{Label: "#", Num: true}, {Label: r.T("incident.act")}, {Label: r.T("incident.at")}, {Label: r.T("incident.to"), Wrap: true}, {Label: r.T("note"), Wrap: true}, {Label: r.T("incident.entered"), Wrap: true}}}
	for i := range v.Entries {
		e := &v.Entries[i]
		st, _ := incident.StepOf(e.Act)
		what := e.Text
		if e.Facts != nil {
			what = joinWords(" · ", what, r.Text(e.Facts.Level.Name()), e.Facts.What, r.T("incident.known.at", minute(e.Facts.Known)))
		}
		if e.Of > 0 {
			what = joinWords(" · ", r.T("incident.of", e.Of), what)
		}
		at := Cell{Text: minute(e.At)}
		if right := v.At(e); !right.Equal(e.At) {
			at.Small = r.T("incident.righted", minute(right))
		}
		p.Log.Rows = append(p.Log.Rows, Row{Cells: []Cell{count(e.Rev), text(r.Text(st.Name)), at, text(joinWords(" ", e.To.Name, e.To.Post)), text(joinWords(" · ", e.Number, what)), text(joinWords(" ", e.By, minute(e.Entered)))}})
		if slices.Contains([]incident.Act{incident.Phone, incident.Write, incident.Follow, incident.Pass}, e.Act) {
			p.Of = append(p.Of, Choice{Link{joinWords(" ", "#"+strconv.Itoa(e.Rev), r.Text(st.Name), minute(v.At(e))), strconv.Itoa(e.Rev)}, false})
		}
	}
	for _, st := range v.Steps {
		a := st.Act
		typed := map[string]string{"at": p.Now}
		again := p.Again.Get("act") == string(a)
		if again {
			for _, k := range []string{"at", "to", "body", "number", "text", "of"} {
				typed[k] = p.Again.Get(k)
			}
		}
		p.Steps = append(p.Steps, incidentStep{Act: string(a), Name: r.Text(st.Name), At: slices.Contains([]incident.Act{incident.Phone, incident.Write, incident.Follow, incident.Finish, incident.Pass}, a), To: a == incident.Phone, Body: a == incident.Phone || a == incident.Pass, Number: a == incident.Write || a == incident.Finish, Text: a != incident.Phone && a != incident.Pass && a != incident.Accept && a != incident.Write, Is: a == incident.Correct, Open: again, V: typed})
	}
	if p.Again.Get("act") == string(incident.Correct) {
		g := p.Again.Get
		p.Kinds, p.Levels = options(r, incident.Kinds, incident.Kind.Name, incident.Kind(g("kind"))), options(r, incident.Levels, incident.Level.Name, incident.Level(g("level")))
		p.Typed = incidentTyped{g("place"), g("happened"), g("known"), g("dead"), g("hurt"), g("loss"), g("what")}
		for i := range p.Of {
			p.Of[i].On = p.Of[i].Href == g("of")
		}
	} else {
		p.Kinds, p.Levels = options(r, incident.Kinds, incident.Kind.Name, f.Kind), options(r, incident.Levels, incident.Level.Name, f.Level)
		p.Typed = incidentTyped{f.Place, f.Happened.In(collect.China).Format("2006-01-02T15:04"), f.Known.In(collect.China).Format("2006-01-02T15:04"), strconv.Itoa(f.Dead), strconv.Itoa(f.Hurt), strconv.FormatFloat(f.Loss, 'f', -1, 64), f.What}
	}
	if r.query.Get("as") == "xlsx" {
		return s.sendTables(w, r, name, p.NoHotline+" "+p.Prohibited, edu.Period{}, []Table{p.Clocks, p.Log})
	}
	p.Export = r.here("as", "xlsx", "did", "")
	return s.write(w, r, status, "incident.html", p)
}

func (s *Server) actIncident(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	id := r.PathValue("incident")
	e := incident.Entry{Act: incident.Act(v("act")), Sent: v("sent"), To: incident.Official{Name: v("to"), Post: v("body")}, Number: v("number"), Text: v("text")}
	var err error
	if e.At, err = momentTyped(v("at")); err == nil && e.Act == incident.Correct {
		if e.Of, _ = strconv.Atoi(v("of")); e.Of == 0 {
			var f incident.Facts
			if f, err = factsTyped(v); err == nil {
				e.Facts, e.At = &f, time.Time{}
			}
		}
	}
	if err == nil {
		rev, _ := strconv.Atoi(v("rev"))
		_, err = s.incidents.ActIncident(r.Context(), r.who, id, rev, e)
	}
	if err != nil {
		if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
			return s.showIncident(w, r, incidentView{Error: r.T("incident.conflict"), Again: r.PostForm}, http.StatusConflict)
		}
		return s.orSay(err, func(why string) error {
			return s.showIncident(w, r, incidentView{Error: why, Again: r.PostForm}, http.StatusUnprocessableEntity)
		}, r)
	}
	return away{incidentLink(id) + "?did=" + string(e.Act)}
}
