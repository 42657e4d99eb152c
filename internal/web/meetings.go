package web

import (
	"fmt"
	"net/http"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/council"
	"shuren/internal/fault"
)

const meetingsPerPage = 50

type meetingsPage struct {
	Shell
	New   string
	Tabs  []Choice
	Found string
	Table Table
	Pages []Choice
	Prev  string
	Next  string
}

// meetingList lists the meetings that the reader may know of, the next ones first.
func (s *Server) meetingList(w http.ResponseWriter, r *request) error {
	all, err := s.council.Meetings(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("meetings: %w", err)
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	state := council.State(r.query.Get("state"))
	if state != "" {
		if _, err := oneOf("state", council.States, string(state)); err != nil {
			return err
		}
	}
	p := meetingsPage{Shell: s.shell(r, r.T("meeting.title"), "meetings")}
	p.Tabs = append(p.Tabs, Choice{Link{r.T("meeting.all"), r.here("state", "", "page", "")}, state == ""})
	for _, x := range council.States {
		p.Tabs = append(p.Tabs, Choice{Link{r.Text(x.Name()), r.here("state", string(x), "page", "")}, state == x})
	}
	if state != "" {
		all = slices.DeleteFunc(all, func(m council.Meeting) bool { return m.State != state })
	}
	if r.who.May(auth.KeepMeeting) {
		p.New = "/meetings/new"
	}
	t := Table{ID: "meetings", Caption: r.T("meeting.title"), Empty: r.T("meeting.none"), List: true, Sheet: r.T("meeting.title")}
	t.Cols = append(t.Cols, []Col{{Label: r.T("meeting.name"), Wrap: true}, {Label: r.T("meeting.no")}, {Label: r.T("meeting.when")}, {Label: r.T("meeting.of")}, {Label: r.T("meeting.venues"), Num: true}, {Label: r.T("meeting.chair")}, {Label: r.T("log.state")}}...)
	p.Export = r.here("as", "xlsx", "page", "")
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := (len(all) + meetingsPerPage - 1) / meetingsPerPage
	page = min(page, max(1, pages))
	p.Found = r.T("meeting.found", len(all))
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	if r.query.Get("as") != "xlsx" {
		all = all[min(len(all), (page-1)*meetingsPerPage):min(len(all), page*meetingsPerPage)]
	}
	for i := range all {
		m := &all[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: m.Name, Small: m.Session, Href: "/meetings/" + m.ID}, text(m.Number()), text(r.meetingWhen(m)), text(units(m.Unit)), count(1 + len(m.Venues)), text(m.Chair), lampCell(r.meetingLamp(m.State))}})
	}
	p.Table = t
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, r.T("meeting.title"), t)
	}
	return s.render(w, r, "meetings.html", p)
}

// meetingWhen is the day and time of a meeting.
func (l locale) meetingWhen(m *council.Meeting) string {
	out := l.Day(m.Day.Time()) + " " + m.From
	if m.Until != "" {
		out += "–" + m.Until
	}
	return out
}

type minutesPage struct {
	Shell
	Back  string
	State string
	Lamp  Lamp
	Draft *council.Draft
	From  string
	Day   string
}

// minutes are the minutes of a meeting, to be printed: as they read now, or as they
// were signed.
func (s *Server) minutes(w http.ResponseWriter, r *request) error {
	v, err := s.council.Meeting(r.Context(), r.who, r.PathValue("meeting"))
	if err != nil {
		return fmt.Errorf("meeting: %w", err)
	}
	if v.Draft == nil {
		return auth.Refuse(fault.Conflict, "纪要签发后方可查阅", "the minutes can be read when they are signed")
	}
	if r.asWord() {
		return s.sendDocument(w, r, v.Draft.Title, r.minutesDocument(&v.Meeting, v.Draft))
	}
	p := minutesPage{Shell: s.shell(r, r.T("meeting.minutes"), "meetings", Link{r.T("meeting.title"), "/meetings"}, Link{v.Name, "/meetings/" + v.ID}), Back: "/meetings/" + v.ID, Lamp: r.meetingLamp(v.State), Draft: v.Draft}
	p.State = r.T("meeting.minutes.draft")
	if v.State == council.Minuted {
		p.State = r.T("meeting.minutes.signed", v.Signer, v.SignedOn.String())
		p.Day = v.SignedOn.Official()
	}
	return s.render(w, r, "minutes.html", p)
}

// meetingHistory is what was done to a meeting.
func (r *request) meetingHistory(m *council.Meeting) Table {
	t := Table{Caption: r.T("meeting.history"), Cols: []Col{{Label: r.T("changes.at")}, {Label: r.T("changes.by")}, {Label: r.T("meeting.act")}, {Label: r.T("note"), Wrap: true}}}
	for _, l := range m.Log {
		word := string(l.Act)
		for _, st := range council.Steps {
			if st.Act == l.Act {
				word = r.Text(st.Name)
			}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Minute(l.At.In(collect.China))), text(l.Name), text(word), text(l.Reason)}})
	}
	return t
}
