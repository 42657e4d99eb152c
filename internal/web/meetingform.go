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
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// meetingForm is the page on which a meeting is planned. People and agenda are
// pasted as lines: a list of sixty names is in a spreadsheet already.
type meetingForm struct {
	Shell
	New      bool
	Action   string
	Back     string
	Error    string
	Conflict *conflictTable
	Sent     string
	M        council.Meeting
	Day      string
	People   string
	Items    string
	Forms    []Choice
	Levels   []Choice
	Venues   []venueChoice
	Readers  []Choice
	Series   []string
}

// venueChoice is a unit that may have a sub-venue, with its place.
type venueChoice struct {
	Choice
	Place string
}

func (s *Server) newMeeting(w http.ResponseWriter, r *request) error {
	m := council.Meeting{Unit: keepUnit(r), Level: council.Internal, Form: council.Mixed, State: council.Planned, From: "09:00"}
	if r.query.Get("after") != "" { // the next one of a series
		v, err := s.council.Meeting(r.Context(), r.who, r.query.Get("after"))
		if err != nil {
			return fmt.Errorf("meeting: %w", err)
		}
		m.Series, m.Name, m.Form, m.Venues, m.People, m.Chair, m.Place, m.Copies, m.Range, m.Unit = v.Series, v.Name, v.Form, v.Venues, v.People, v.Chair, v.Place, v.Copies, v.Range, v.Unit
	}
	return s.showMeetingForm(w, r, meetingForm{New: true, M: m, Sent: rand.Text()}, http.StatusOK)
}

func (s *Server) editMeeting(w http.ResponseWriter, r *request) error {
	v, err := s.council.Meeting(r.Context(), r.who, r.PathValue("meeting"))
	if err != nil {
		return fmt.Errorf("meeting: %w", err)
	}
	if !v.Keeps {
		return forbidden("meeting " + v.ID)
	}
	return s.showMeetingForm(w, r, meetingForm{M: v.Meeting}, http.StatusOK)
}

func (s *Server) showMeetingForm(w http.ResponseWriter, r *request, p meetingForm, status int) error {
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	m := &p.M
	p.Action, p.Back = "/meetings/new", "/meetings"
	title := r.T("meeting.new")
	if !p.New {
		p.Action, p.Back = "/meetings/"+m.ID+"/edit", "/meetings/"+m.ID
		title = r.T("meeting.edit")
	}
	p.Shell = s.shell(r, title, "meetings", Link{r.T("meeting.title"), "/meetings"})
	p.Day = m.Day.String()
	if p.People == "" {
		p.People = r.peopleLines(m, units)
	}
	if p.Items == "" {
		var lines []string
		for _, it := range m.Items {
			lines = append(lines, strings.TrimRight(strings.Join([]string{it.Title, it.Reporter, it.Material}, "|"), "|"))
		}
		p.Items = strings.Join(lines, "\n")
	}
	p.Forms = options(r, council.Forms, council.Form.Name, m.Form)
	p.Levels = options(r, council.Levels, council.Level.Name, m.Level)
	below, err := s.unitsBelow(r, m.Unit)
	if err != nil {
		return err
	}
	for _, u := range below {
		i := slices.IndexFunc(m.Venues, func(v council.Venue) bool { return v.Unit == u })
		c := venueChoice{Choice: Choice{Link{units(u), string(u)}, i >= 0}}
		if i >= 0 {
			c.Place = m.Venues[i].Place
		}
		p.Venues = append(p.Venues, c)
		p.Readers = append(p.Readers, Choice{Link{units(u), string(u)}, slices.Contains(m.Range, u)})
	}
	all, err := s.council.Meetings(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("meetings: %w", err)
	}
	for i := range all {
		if x := all[i].Series; x != "" && !slices.Contains(p.Series, x) && len(p.Series) < 20 {
			p.Series = append(p.Series, x)
		}
	}
	return s.write(w, r, status, "meetingform.html", p)
}

// unitsBelow are the units that may have a venue of a meeting: the counties of the
// city; of a county its townships, of a township its schools. At most sixty.
func (s *Server) unitsBelow(r *request, of edu.UnitID) ([]edu.UnitID, error) {
	t, err := s.tree(r)
	if err != nil {
		return nil, err
	}
	var out []edu.UnitID
	for i := range t.Nodes {
		n := &t.Nodes[i]
		switch {
		case n.Unit.Ended != 0:
		case of == "" && n.Unit.Level == edu.County, of != "" && n.Parent == of && n.Unit.Level < edu.Section:
			if out = append(out, n.Unit.ID); len(out) == 60 {
				return out, nil
			}
		}
	}
	return out, nil
}

// peopleLines writes the people as lines: name, post, body, venue, quality.
func (r *request) peopleLines(m *council.Meeting, units func(edu.UnitID) string) string {
	var lines []string
	for _, p := range m.People {
		venue := ""
		if p.Unit != m.Unit {
			venue = units(p.Unit)
		}
		as := r.T("meeting.as.member")
		if p.As == council.Observer {
			as = r.T("meeting.as.observer")
		}
		lines = append(lines, strings.Join([]string{p.Name, p.Post, p.Body, venue, as}, "|"))
	}
	return strings.Join(lines, "\n")
}

// fieldsOf splits a line as people type it and as spreadsheets paste it.
func fieldsOf(line string, n int) []string {
	sep := "|"
	for _, c := range []string{"\t", "|", "｜", "，", ","} {
		if strings.Contains(line, c) {
			sep = c
			break
		}
	}
	parts := strings.SplitN(line, sep, n)
	out := make([]string, n)
	for i, p := range parts {
		out[i] = strings.TrimSpace(p)
	}
	return out
}

// saveMeeting keeps what was typed of a meeting.
func (s *Server) saveMeeting(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	p, err := s.meetingTyped(r)
	if err != nil {
		return s.orSay(err, func(why string) error {
			p.Error = why
			return s.showMeetingForm(w, r, p, http.StatusUnprocessableEntity)
		}, r)
	}
	now, err := s.council.SaveMeeting(r.Context(), r.who, p.M)
	switch _, told := errors.AsType[*auth.Refusal](err); {
	case err == nil:
		return away{"/meetings/" + now.ID + "?did=saved"}
	case errors.Is(err, fault.Conflict) && !told && !p.New:
		units, e := s.unitWords(r)
		if e != nil {
			return e
		}
		p.Conflict = r.meetingConflict(&p.M, &now, units)
		p.M.Rev = now.Rev
		return s.showMeetingForm(w, r, p, http.StatusConflict)
	}
	return s.orSay(err, func(why string) error {
		p.Error = why
		return s.showMeetingForm(w, r, p, http.StatusUnprocessableEntity)
	}, r)
}

// meetingTyped reads the form. What is wrong comes back with what was typed.
func (s *Server) meetingTyped(r *request) (meetingForm, error) {
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	id := r.PathValue("meeting")
	p := meetingForm{New: id == "", Sent: v("sent"), People: r.PostFormValue("people"), Items: r.PostFormValue("items")}
	m := &p.M
	*m = council.Meeting{ID: id, Sent: v("sent"), Unit: keepUnit(r), Series: v("series"), Name: v("name"), Session: v("session"), From: v("from"), Until: v("until"), Place: v("place"), Form: council.Form(v("form")), Link: v("link"), Chair: v("chair"), Recorder: v("recorder"), Signer: v("signer"), Level: council.Level(v("level")), Copies: v("copies"), State: council.Planned}
	m.Rev, _ = strconv.Atoi(v("rev"))
	var people []council.Person
	if !p.New {
		was, err := s.council.Meeting(r.Context(), r.who, id)
		if err != nil {
			return p, fmt.Errorf("meeting: %w", err)
		}
		m.Unit, m.State, people = was.Unit, was.State, was.People
	}
	units, err := s.unitWords(r)
	if err != nil {
		return p, err
	}
	below, err := s.unitsBelow(r, m.Unit)
	if err != nil {
		return p, err
	}
	byName := map[string]edu.UnitID{}
	for _, u := range below {
		byName[units(u)], byName[string(u)] = u, u
		if slices.Contains(r.PostForm["venue"], string(u)) {
			m.Venues = append(m.Venues, council.Venue{Unit: u, Place: v("place." + string(u))})
		}
		if slices.Contains(r.PostForm["reader"], string(u)) {
			m.Range = append(m.Range, u)
		}
	}
	var why []edu.Text
	if m.Day, err = r.dayTyped(v("day")); err != nil {
		why = append(why, edu.Text{ZH: "会议日期应为2025-09-01的形式", EN: "the day is not a date such as 2025-09-01"})
	}
	for n, line := range strings.Split(p.People, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		f := fieldsOf(line, 5)
		x := council.Person{Name: f[0], Post: f[1], Body: f[2], Unit: m.Unit, As: council.Member}
		if f[3] != "" && f[3] != r.T("meeting.main") {
			u, ok := byName[f[3]]
			if !ok {
				why = append(why, edu.Text{ZH: fmt.Sprintf("参会人员第%d行：没有“%s”这个分会场", n+1, f[3]), EN: fmt.Sprintf("line %d of the people: there is no venue %q", n+1, f[3])})
			}
			x.Unit = u
		}
		switch strings.ToLower(f[4]) {
		case "", "出席", "member":
		case "列席", "observer":
			x.As = council.Observer
		default:
			why = append(why, edu.Text{ZH: fmt.Sprintf("参会人员第%d行：“%s”应为出席或列席", n+1, f[4]), EN: fmt.Sprintf("line %d of the people: %q is neither 出席 nor 列席", n+1, f[4])})
		}
		m.People = append(m.People, x)
	}
	council.Keep(m.People, people)
	for line := range strings.SplitSeq(p.Items, "\n") {
		if f := fieldsOf(line, 3); f[0] != "" {
			m.Items = append(m.Items, council.Item{Title: f[0], Reporter: f[1], Material: f[2]})
		}
	}
	if len(why) > 0 {
		return p, &auth.Refusal{Kind: fault.Invalid, Texts: why}
	}
	return p, nil
}

// meetingConflict shows what was typed beside what is kept now, where they differ.
func (r *request) meetingConflict(mine, now *council.Meeting, units func(edu.UnitID) string) *conflictTable {
	t := &conflictTable{}
	add := func(name, a, b string) {
		if a != b {
			t.Rows = append(t.Rows, conflictRow{name, a, b})
		}
	}
	add(r.T("meeting.name"), mine.Name, now.Name)
	add(r.T("meeting.series"), mine.Series, now.Series)
	add(r.T("meeting.session"), mine.Session, now.Session)
	add(r.T("meeting.when"), r.meetingWhen(mine), r.meetingWhen(now))
	add(r.T("meeting.place"), mine.Place, now.Place)
	add(r.T("meeting.form"), r.Text(mine.Form.Name()), r.Text(now.Form.Name()))
	add(r.T("meeting.link"), mine.Link, now.Link)
	add(r.T("meeting.chair"), mine.Chair, now.Chair)
	add(r.T("meeting.recorder"), mine.Recorder, now.Recorder)
	add(r.T("meeting.signer"), mine.Signer, now.Signer)
	add(r.T("meeting.level"), r.Text(mine.Level.Name()), r.Text(now.Level.Name()))
	add(r.T("meeting.copies"), mine.Copies, now.Copies)
	names := func(m *council.Meeting) (venues, readers, items string) {
		var a, b, c []string
		for _, v := range m.Venues {
			a = append(a, joinWords(" ", units(v.Unit), v.Place))
		}
		for _, u := range m.Range {
			b = append(b, units(u))
		}
		for _, i := range m.Items {
			c = append(c, joinWords(" ", i.Title, i.Reporter, i.Material))
		}
		return r.List(a), r.List(b), strings.Join(c, "；")
	}
	av, ar, ai := names(mine)
	bv, br, bi := names(now)
	add(r.T("meeting.venues"), av, bv)
	add(r.T("meeting.range"), ar, br)
	add(r.T("meeting.agenda"), ai, bi)
	add(r.T("meeting.people"), r.peopleLines(mine, units), r.peopleLines(now, units))
	return t
}
