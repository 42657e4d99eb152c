package web

import (
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

// venuePage is the check-in of one venue, by its own unit.
type venuePage struct {
	Shell
	Action string
	Back   string
	Venue  string
	Others []Link
	Unit   string
	Rev    int
	Ready  bool
	Note   string
	Since  string
	People []attendLine
	Marks  []Choice
	Join   string
	Said   string
	Error  string
}

// attendLine is somebody with what is marked of them.
type attendLine struct {
	ID, Called, As string
	Marks          []Choice
	Said           string
}

// venueMarks are what a venue says of somebody.
var venueMarks = []council.Mark{council.Present, council.OnLeave, council.Absent}

func (s *Server) venue(w http.ResponseWriter, r *request) error {
	p := venuePage{}
	if r.query.Get("did") == "checkin" {
		p.Said = r.T("meeting.did.checkin")
	}
	return s.showVenue(w, r, p, nil, http.StatusOK)
}

// showVenue shows the form; typed is a check-in as it was sent.
func (s *Server) showVenue(w http.ResponseWriter, r *request, p venuePage, typed *council.CheckIn, status int) error {
	v, err := s.council.Meeting(r.Context(), r.who, r.PathValue("meeting"))
	if err != nil {
		return fmt.Errorf("meeting: %w", err)
	}
	unit := edu.UnitID(r.FormValue("unit"))
	if !r.URL.Query().Has("unit") && r.PostFormValue("unit") == "" && len(v.Own) > 0 {
		unit = v.Own[0]
	}
	if !slices.Contains(v.Own, unit) {
		return auth.Refuse(fault.Forbidden, "只能为本单位的会场签到", "a venue is checked in by its own unit")
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	roll := venueOf(&v, unit)
	p.Shell = s.shell(r, r.T("meeting.checkin.title"), "meetings", Link{r.T("meeting.title"), "/meetings"}, Link{v.Name, "/meetings/" + v.ID})
	p.Action, p.Back, p.Unit, p.Join = "/meetings/"+v.ID+"/venue", "/meetings/"+v.ID, string(unit), v.Link
	name := func(u edu.UnitID) string {
		if u == v.Unit {
			return r.T("meeting.main")
		}
		return units(u)
	}
	p.Venue = joinWords(" · ", name(unit), roll.Place)
	for _, u := range v.Own {
		if u != unit {
			p.Others = append(p.Others, Link{name(u), p.Action + "?unit=" + queryEscape(string(u))})
		}
	}
	c := roll.CheckIn
	if c != nil {
		p.Since = r.T("meeting.since", r.Minute(c.At.In(collect.China)), c.Name)
		p.Rev = c.Rev
	}
	if typed != nil {
		c = typed
	}
	if c != nil {
		p.Ready, p.Note = c.Ready, c.Note
	}
	for _, a := range roll.People {
		line := attendLine{ID: a.ID, Called: a.Called(), As: r.T("meeting.as.member")}
		if a.As == council.Observer {
			line.As = r.T("meeting.as.observer")
		}
		mark := council.Present
		if c != nil {
			switch {
			case slices.Contains(c.Present, a.ID):
				line.Said = c.Instead[a.ID]
			case c.Leave[a.ID] != "":
				mark, line.Said = council.OnLeave, c.Leave[a.ID]
			default:
				mark = council.Absent
			}
		}
		line.Marks = options(r, venueMarks, council.Mark.Name, mark)
		p.People = append(p.People, line)
	}
	return s.write(w, r, status, "venue.html", p)
}

func venueOf(v *flow.MeetingView, unit edu.UnitID) council.VenueRoll {
	for _, x := range v.Rolls {
		if x.Unit == unit {
			return x
		}
	}
	return council.VenueRoll{Unit: unit}
}

// checkIn keeps what a venue says of itself.
func (s *Server) checkIn(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id := r.PathValue("meeting")
	if !r.PostForm.Has("unit") {
		return s.showVenue(w, r, venuePage{Error: r.T("meeting.norev")}, nil, http.StatusUnprocessableEntity)
	}
	c := council.CheckIn{Meeting: id, Unit: edu.UnitID(r.PostFormValue("unit")), Ready: r.PostFormValue("ready") != "", Note: strings.TrimSpace(r.PostFormValue("note")), Instead: map[string]string{}, Leave: map[string]string{}}
	c.Rev, _ = strconv.Atoi(r.PostFormValue("rev"))
	wrong := ""
	for _, p := range r.PostForm["person"] {
		said := strings.TrimSpace(r.PostFormValue("said." + p))
		switch council.Mark(r.PostFormValue("mark." + p)) {
		case council.Present:
			if c.Present = append(c.Present, p); said != "" {
				c.Instead[p] = said
			}
		case council.OnLeave:
			if c.Leave[p] = said; said == "" {
				c.Leave[p], wrong = " ", r.T("meeting.noreason")
			}
		}
	}
	if wrong != "" {
		return s.showVenue(w, r, venuePage{Error: wrong}, &c, http.StatusUnprocessableEntity)
	}
	_, err := s.council.CheckIn(r.Context(), r.who, c)
	switch _, told := errors.AsType[*auth.Refusal](err); {
	case err == nil:
		return away{"/meetings/" + id + "/venue?did=checkin&unit=" + queryEscape(string(c.Unit))}
	case errors.Is(err, fault.Conflict) && !told:
		return s.showVenue(w, r, venuePage{Error: r.T("meeting.checkin.conflict")}, nil, http.StatusConflict)
	case errors.Is(err, fault.Forbidden):
		return err
	}
	return s.orSay(err, func(why string) error {
		return s.showVenue(w, r, venuePage{Error: why}, &c, http.StatusUnprocessableEntity)
	}, r)
}
