package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
)

// meetingView is the page of one meeting: what is left from the last one, who is
// there, what is on the agenda, what was decided.
type meetingView struct {
	Shell
	ID       string
	Rev      int
	Lamp     Lamp
	Sub      string
	Said     string
	Error    string
	Conflict *conflictTable
	Steps    []stepForm
	Links    []Link // edit, minutes
	Facts    []Fact
	Join     string // address by which a sub-venue joins
	Last     Table
	LastOf   string
	Says     []sayLine
	Venues   Table
	Agenda   Table
	Decided  Table
	Note     string // why no decision is shown
	Entry    *decisionForm
	Give     int // decisions that can become tasks now
	Log      Table
}

// stepForm is a step that the reader may take.
type stepForm struct {
	Act, Name string
	Reason    bool
	First     bool
}

// sayLine is an item that the agenda could have.
type sayLine struct {
	Title, Why string
	Matters    []Link
	More       int
}

// decisionForm is a decision as it is typed; No is 0 for a new one.
type decisionForm struct {
	No                int
	Sent              string
	Words, Lead, With string
	Due               string
	Classes           []Choice
	Number            string
	Max               int
	Focus             bool
	Cancel            string
}

// conflictTable shows what was typed beside what is kept now.
type conflictTable struct {
	Rows []conflictRow
}

type conflictRow struct{ Name, Mine, Theirs string }

func (s *Server) meetingPage(w http.ResponseWriter, r *request) error {
	p := meetingView{}
	switch did := r.query.Get("did"); did {
	case "saved":
		p.Said = r.T("meeting.did.saved")
	case "step":
		p.Said = r.T("meeting.did.step")
	case "decided":
		p.Said = r.T("meeting.did.decided")
	case "checkin":
		p.Said = r.T("meeting.did.checkin")
	case "tasks":
		n, err := strconv.Atoi(r.query.Get("n"))
		if err != nil {
			return fmt.Errorf("number of tasks: %w", fault.Invalid)
		}
		if p.Said = r.T("meeting.did.tasks", n); n == 0 {
			p.Said = r.T("meeting.did.notasks")
		}
	}
	var typed *decisionForm
	if no := r.query.Get("edit"); no != "" {
		n, err := strconv.Atoi(no)
		if err != nil {
			return fmt.Errorf("decision %q: %w", no, fault.Invalid)
		}
		typed = &decisionForm{No: n}
	}
	return s.showMeeting(w, r, p, typed, http.StatusOK)
}

// showMeeting shows the page; typed is the form of a decision as it was sent, or
// names the decision that is to be changed.
func (s *Server) showMeeting(w http.ResponseWriter, r *request, p meetingView, typed *decisionForm, status int) error {
	v, err := s.council.Meeting(r.Context(), r.who, r.PathValue("meeting"))
	if err != nil {
		return fmt.Errorf("meeting: %w", err)
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	m := &v.Meeting
	p.Shell = s.shell(r, m.Name, "meetings", Link{r.T("meeting.title"), "/meetings"})
	p.ID, p.Rev, p.Lamp = m.ID, m.Rev, r.meetingLamp(m.State)
	p.Sub = joinWords(" · ", m.Session, r.T("meeting.numbered", m.Number()), r.meetingWhen(m))
	p.Join = m.Link
	if v.Keeps {
		for i, st := range council.May(m.State) {
			p.Steps = append(p.Steps, stepForm{string(st.Act), r.Text(st.Name), st.Reason, i == 0})
		}
		if m.Editable() {
			p.Links = append(p.Links, Link{r.T("meeting.edit"), "/meetings/" + m.ID + "/edit"})
		}
	}
	if v.Draft != nil {
		p.Links = append(p.Links, Link{r.T("meeting.minutes"), "/meetings/" + m.ID + "/minutes"})
	}
	p.Facts = r.meetingFacts(m, units)
	p.lastOf(r, &v)
	for _, x := range v.Says {
		line := sayLine{Title: r.Text(x.Title), Why: r.Text(x.Why)}
		for _, k := range x.Matters[:min(len(x.Matters), 6)] {
			line.Matters = append(line.Matters, Link{joinWords(" · ", r.Text(k.Body), k.Title), k.Ref})
		}
		line.More = len(x.Matters) - len(line.Matters)
		p.Says = append(p.Says, line)
	}
	p.Venues = r.venueTable(&v, units)
	if len(v.Own) == 1 && (m.State == council.Planned || m.State == council.Running || m.State == council.Held) {
		p.Links = append([]Link{{r.T("meeting.checkin.title"), "/meetings/" + m.ID + "/venue"}}, p.Links...)
	}
	p.Agenda = r.agendaTable(m)
	x, err := s.bodyIndex(r)
	if err != nil {
		return err
	}
	p.Decided = r.decisionTable(&v, x)
	if !v.Whole && m.State != council.Minuted {
		p.Note = r.T("meeting.decided.later")
	}
	if v.Keeps && m.Deciding() {
		p.Entry = r.decisionEntry(m, x, typed)
	}
	if v.Gives && m.Giving() {
		for _, d := range m.Decisions {
			if _, there := v.Tasks[d.No]; d.Tasks() && !there {
				p.Give++
			}
		}
	}
	if v.Whole {
		p.Log = r.meetingHistory(m)
	}
	return s.write(w, r, status, "meeting.html", p)
}

func (r *request) meetingFacts(m *council.Meeting, units func(edu.UnitID) string) []Fact {
	var out []Fact
	add := func(term, text string) {
		if text != "" {
			out = append(out, Fact{Term: term, Text: text})
		}
	}
	add(r.T("meeting.when"), r.meetingWhen(m))
	add(r.T("meeting.place"), m.Place)
	add(r.T("meeting.form"), r.Text(m.Form.Name()))
	add(r.T("meeting.of"), units(m.Unit))
	add(r.T("meeting.chair"), m.Chair)
	add(r.T("meeting.recorder"), m.Recorder)
	add(r.T("meeting.signer"), m.Signer)
	add(r.T("meeting.level"), r.Text(m.Level.Name()))
	var names []string
	for _, u := range m.Range {
		names = append(names, units(u))
	}
	if m.Copies != "" {
		names = append(names, m.Copies)
	}
	add(r.T("meeting.range"), r.List(names))
	return out
}

// lastOf shows what has come of the decisions before this meeting, with lamps.
func (p *meetingView) lastOf(r *request, v *flow.MeetingView) {
	t := Table{ID: "last", Caption: r.T("meeting.last"), Cols: []Col{{Label: r.T("meeting.decision.no")}, {Label: r.T("meeting.words"), Wrap: true}, {Label: r.T("task.lead.one"), Wrap: true}, {Label: r.T("task.due")}, {Label: r.T("log.state")}, {Label: r.T("task.lamp")}, {Label: r.T("meeting.progress"), Wrap: true}}}
	for _, f := range v.Last {
		no := Cell{Text: f.No, Href: "/meetings/" + f.Meeting}
		if !f.Last {
			no.Small = r.T("meeting.earlier")
		}
		row := []Cell{no, text(f.Words), text(orElse(r.Text(f.LeadName), r.T("meeting.open"))), text(orElse(f.Due.String(), r.T("meeting.open"))), text(r.T("meeting.notask")), text(""), text("")}
		if x := f.Task; x != nil {
			lamp := r.taskLamp(x.Lamp, x.Why)
			row[1].Href, row[2].Text, row[3].Text = "/tasks/"+x.ID, orElse(r.Text(x.LeadName), r.T("meeting.open")), r.dueWords(&x.Task)
			row[4], row[5], row[6] = text(r.TaskState(x.State)), lampCell(lamp), text(x.Last.Text)
			if x.Last.NoChange {
				row[6].Text = r.T("meeting.nochange")
			}
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	p.Last = t
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func joinWords(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), between)
}

// venueTable counts attendance by venue, and names who is not there.
func (r *request) venueTable(v *flow.MeetingView, units func(edu.UnitID) string) Table {
	t := Table{ID: "venues", Caption: r.T("meeting.attendance"), Cols: []Col{{Label: r.T("meeting.venue")}, {Label: r.T("meeting.in")}, {Label: r.T("meeting.must"), Num: true}, {Label: r.T("meeting.there"), Num: true}, {Label: r.T("meeting.onleave"), Num: true}, {Label: r.T("meeting.absent"), Num: true}, {Label: r.T("meeting.unsaid"), Num: true}, {Label: r.T("meeting.observers"), Num: true}, {Label: r.T("meeting.who"), Wrap: true}}}
	line := func(name, in Cell, c council.Counts, who string, sum bool) {
		t.Rows = append(t.Rows, Row{Sum: sum, Cells: []Cell{name, in, count(c.Must), count(c.Present), count(c.OnLeave), count(c.Absent), count(c.Unsaid), count(c.Observers), text(who)}})
	}
	for _, x := range v.Rolls {
		name := Cell{Text: units(x.Unit), Small: x.Place}
		if x.Main {
			name.Text = r.T("meeting.main")
		}
		in := r.T("meeting.unsaid")
		if x.CheckIn != nil {
			in = x.CheckIn.At.In(collect.China).Format("15:04")
			if x.CheckIn.Ready {
				in += " " + r.T("meeting.ready")
			}
		}
		var who []string
		for _, a := range x.People {
			switch {
			case a.Mark == council.OnLeave, a.Mark == council.Instead:
				who = append(who, a.Called()+" "+r.Text(a.Mark.Name())+r.T("meeting.said", a.Said))
			case a.Mark == council.Absent && a.As == council.Member:
				who = append(who, a.Called()+" "+r.Text(a.Mark.Name()))
			}
		}
		if len(who) > 8 {
			who = append(who[:8], "…")
		}
		note := ""
		if x.CheckIn != nil {
			note = x.CheckIn.Note
		}
		cell := text(in)
		if slices.Contains(v.Own, x.Unit) && (v.State == council.Planned || v.State == council.Running || v.State == council.Held) {
			cell.Href = "/meetings/" + v.ID + "/venue?unit=" + queryEscape(string(x.Unit))
		}
		line(name, cell, x.Counts, joinWords("；", strings.Join(who, "；"), note), false)
	}
	if len(v.Rolls) > 1 {
		line(text(r.T("meeting.total")), text(""), v.Counts, "", true)
	}
	return t
}

func (r *request) agendaTable(m *council.Meeting) Table {
	t := Table{ID: "agenda", Caption: r.T("meeting.agenda"), Empty: r.T("meeting.agenda.none"), Cols: []Col{{Label: r.T("meeting.item.no")}, {Label: r.T("meeting.item"), Wrap: true}, {Label: r.T("meeting.reporter"), Wrap: true}, {Label: r.T("meeting.material"), Wrap: true}}}
	for i, it := range m.Items {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(strconv.Itoa(i + 1)), text(it.Title), text(it.Reporter), text(it.Material)}})
	}
	return t
}

func (r *request) decisionTable(v *flow.MeetingView, x *bodyIndex) Table {
	m := &v.Meeting
	t := Table{ID: "decisions", Caption: r.T("meeting.decided"), Empty: r.T("meeting.decided.none"), Cols: []Col{{Label: r.T("meeting.decision.no")}, {Label: r.T("meeting.words"), Wrap: true}, {Label: r.T("meeting.class")}, {Label: r.T("task.lead.one"), Wrap: true}, {Label: r.T("task.due")}, {Label: r.T("meeting.becomes")}}}
	edits := v.Keeps && m.Deciding()
	for _, d := range m.Decisions {
		row := []Cell{text(m.NumberOf(d.No)), text(d.Words), text(r.Text(d.Class.Name())), text(""), text(""), text("")}
		if d.Tasks() {
			lead := r.T("meeting.open")
			if d.Lead != "" {
				lead = x.named(d.Lead)
			}
			var with []string
			for _, b := range d.With {
				with = append(with, x.named(b))
			}
			row[3], row[4] = Cell{Text: lead, Small: r.List(with)}, text(orElse(d.Due.String(), r.T("meeting.open")))
		}
		switch k, there := v.Tasks[d.No]; {
		case there:
			lamp := r.taskLamp(k.Lamp, k.Why)
			row[5] = Cell{Text: lamp.Text(), Lamp: &lamp, Href: "/tasks/" + k.ID, Small: r.TaskState(k.State)}
		case !d.Tasks():
			row[5] = text(r.T("meeting.principle"))
		case edits && d.Made == "":
			row[5] = linked(r.T("meeting.change"), r.here("edit", strconv.Itoa(d.No), "did", "", "n", ""))
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	return t
}

// decisionEntry is the form in which decisions are written while a meeting runs.
func (r *request) decisionEntry(m *council.Meeting, x *bodyIndex, typed *decisionForm) *decisionForm {
	f := &decisionForm{Max: council.MaxWords}
	class := council.Agreed
	if typed != nil {
		*f = *typed
		f.Max = council.MaxWords
		for _, c := range typed.Classes {
			if c.On {
				class = council.Class(c.Href)
			}
		}
		if i := slices.IndexFunc(m.Decisions, func(d council.Decision) bool { return d.No == f.No }); i >= 0 {
			f.Number, f.Cancel = m.NumberOf(f.No), "/meetings/"+m.ID
			if typed.Sent == "" { // it is opened, and nothing was typed yet
				d := m.Decisions[i]
				var with []string
				for _, b := range d.With {
					with = append(with, x.named(b))
				}
				f.Words, f.Lead, f.With, f.Due, class = d.Words, x.named(d.Lead), strings.Join(with, "、"), d.Due.String(), d.Class
			}
		}
	}
	f.Focus = typed != nil || r.query.Get("did") == "decided"
	if f.Sent == "" {
		f.Sent = rand.Text()
	}
	f.Classes = options(r, council.Classes, council.Class.Name, class)
	return f
}

// stepMeeting moves a meeting on.
func (s *Server) stepMeeting(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if err != nil {
		return s.showMeeting(w, r, meetingView{Error: r.T("meeting.norev")}, nil, http.StatusUnprocessableEntity)
	}
	id := r.PathValue("meeting")
	if _, err := s.council.StepMeeting(r.Context(), r.who, id, rev, council.Act(r.PostFormValue("act")), r.PostFormValue("reason")); err != nil {
		return s.meetingWrong(w, r, err, nil)
	}
	return away{"/meetings/" + id + "?did=step"}
}

// meetingWrong shows the page with what was wrong; a conflict says that the page
// shows what is kept now.
func (s *Server) meetingWrong(w http.ResponseWriter, r *request, err error, typed *decisionForm) error {
	if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
		return s.showMeeting(w, r, meetingView{Error: r.T("meeting.conflict")}, typed, http.StatusConflict)
	}
	return s.orSay(err, func(why string) error {
		return s.showMeeting(w, r, meetingView{Error: why}, typed, http.StatusUnprocessableEntity)
	}, r)
}

// decide writes a decision, changes one, or takes one out.
func (s *Server) decide(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f := &decisionForm{Sent: v("sent"), Words: v("words"), Lead: v("lead"), With: v("with"), Due: v("due"), Classes: []Choice{{Link{"", v("class")}, true}}}
	f.No, _ = strconv.Atoi(v("no"))
	rev, _ := strconv.Atoi(v("rev"))
	d := council.Decision{No: f.No, Words: f.Words, Class: council.Class(v("class")), Sent: f.Sent}
	if v("do") == "drop" {
		d.Words = ""
	} else if f.Words == "" {
		return s.showMeeting(w, r, meetingView{Error: r.T("meeting.nowords")}, f, http.StatusUnprocessableEntity)
	}
	why, err := s.ownersTyped(r, f.Lead, f.With, &d.Lead, &d.With)
	if err != nil {
		return err
	}
	if d.Due, err = r.dayTyped(f.Due); err != nil || why != "" {
		return s.showMeeting(w, r, meetingView{Error: joinWords("；", why, r.why(err))}, f, http.StatusUnprocessableEntity)
	}
	id := r.PathValue("meeting")
	if _, err := s.council.Decide(r.Context(), r.who, id, rev, d); err != nil {
		return s.meetingWrong(w, r, err, f)
	}
	return away{"/meetings/" + id + "?did=decided"}
}

// ownersTyped reads the body that leads and those that help, as they were typed.
func (s *Server) ownersTyped(r *request, lead, with string, intoLead *string, intoWith *[]string) (why string, err error) {
	x, err := s.bodyIndex(r)
	if err != nil {
		return "", err
	}
	var all []string
	one := func(typed string) string {
		b, no := x.one(r, typed)
		if no != "" {
			all = append(all, no)
		}
		return b.ID
	}
	if lead != "" {
		*intoLead = one(lead)
	}
	if intoWith != nil {
		for _, w := range strings.FieldsFunc(with, func(c rune) bool { return strings.ContainsRune("、;；,，", c) }) {
			if w = strings.TrimSpace(w); w != "" {
				*intoWith = append(*intoWith, one(w))
			}
		}
	}
	return strings.Join(all, "；"), nil
}

// decisionsToTasks makes tasks of all that has not become one.
func (s *Server) decisionsToTasks(w http.ResponseWriter, r *request) error {
	id := r.PathValue("meeting")
	n, err := s.council.DecisionsToTasks(r.Context(), r.who, id, nil)
	if err != nil {
		return s.meetingWrong(w, r, err, nil)
	}
	return away{fmt.Sprintf("/meetings/%s?did=tasks&n=%d#decisions", id, n)}
}
