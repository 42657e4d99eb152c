package web

import (
	"context"
	"fmt"
	"io"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/task"
)

// Council is what the pages of meetings, of the leading group and of honours do.
// flow's office implements it; nil leaves the pages and their items of the
// navigation out.
type Council interface {
	Meetings(ctx context.Context, who auth.Actor) ([]council.Meeting, error)
	// Meeting is one meeting as its reader may see it; outside the own part it is
	// not found.
	Meeting(ctx context.Context, who auth.Actor, id string) (flow.MeetingView, error)
	// SaveMeeting, StepMeeting, CheckIn and Decide answer fault.Conflict with what is
	// kept now where it was saved meanwhile.
	SaveMeeting(ctx context.Context, who auth.Actor, m council.Meeting) (council.Meeting, error)
	StepMeeting(ctx context.Context, who auth.Actor, id string, rev int, act council.Act, reason string) (council.Meeting, error)
	CheckIn(ctx context.Context, who auth.Actor, c council.CheckIn) (council.CheckIn, error)
	Decide(ctx context.Context, who auth.Actor, id string, rev int, d council.Decision) (council.Meeting, error)
	DecisionsToTasks(ctx context.Context, who auth.Actor, id string, nos []int) (made int, err error)

	Duties(ctx context.Context, who auth.Actor) ([]council.Duty, error)
	KeepDuty(ctx context.Context, who auth.Actor, d council.Duty) (council.Duty, error)
	DutyDone(ctx context.Context, who auth.Actor, id string, rev int, key string, k council.Done) (council.Duty, error)
	LinkedSchools(ctx context.Context, who auth.Actor) ([]council.Linked, error)
	KeepLinked(ctx context.Context, who auth.Actor, l council.Linked) (council.Linked, error)
	Visits(ctx context.Context, who auth.Actor) ([]council.Visit, error)
	KeepVisit(ctx context.Context, who auth.Actor, v council.Visit) (council.Visit, error)
	VisitTasks(ctx context.Context, who auth.Actor, id string) (map[string]task.Row, error)
	// DropLeading takes a duty, a linked-school or a visit off, over the revision that
	// was seen.
	DropLeading(ctx context.Context, who auth.Actor, kind, id string, rev int) error
	ProblemsToTasks(ctx context.Context, who auth.Actor, id string, rev int) (made int, err error)
	Service(ctx context.Context, who auth.Actor, year int, unit edu.UnitID, leader string) (*council.Service, error)

	Honours(ctx context.Context, who auth.Actor) ([]council.Honour, error)
	KeepHonours(ctx context.Context, who auth.Actor, hs []council.Honour) error
	DropHonour(ctx context.Context, who auth.Actor, id string, rev int) error
	ImportHonours(ctx context.Context, who auth.Actor, f io.ReadCloser) (n int, err error)
}

// councilRoutes are the addresses of meetings, the leading group and honours. Where
// a meeting is another's to keep the office says so.
func (s *Server) councilRoutes() []route {
	if s.council == nil {
		return nil
	}
	return []route{
		{"GET /meetings", auth.ReadTasks, aboutReach, s.meetingList},
		{"GET /meetings/new", auth.KeepMeeting, aboutReach, s.newMeeting},
		{"POST /meetings/new", auth.KeepMeeting, aboutReach, s.saveMeeting},
		{"GET /meetings/{meeting}", auth.ReadTasks, aboutMeeting, s.meetingPage},
		{"GET /meetings/{meeting}/edit", auth.KeepMeeting, aboutMeeting, s.editMeeting},
		{"POST /meetings/{meeting}/edit", auth.KeepMeeting, aboutMeeting, s.saveMeeting},
		{"POST /meetings/{meeting}/step", auth.KeepMeeting, aboutMeeting, s.stepMeeting},
		{"POST /meetings/{meeting}/decisions", auth.KeepMeeting, aboutMeeting, s.decide},
		{"POST /meetings/{meeting}/tasks", auth.GiveTasks, aboutMeeting, s.decisionsToTasks},
		{"GET /meetings/{meeting}/minutes", auth.ReadTasks, aboutMeeting, s.minutes},
		{"GET /meetings/{meeting}/venue", auth.KeepMeeting, aboutMeeting, s.venue},
		{"POST /meetings/{meeting}/venue", auth.KeepMeeting, aboutMeeting, s.checkIn},

		{"GET /leading", auth.ReadRegion, aboutReach, s.leading},
		{"POST /leading", auth.KeepMeeting, aboutReach, s.keepLeading},
		{"GET /leading/edit", auth.KeepMeeting, aboutReach, s.editLeading},
		{"POST /leading/tasks", auth.GiveTasks, aboutReach, s.problemsToTasks},
		{"GET /leading/report", auth.ReadRegion, aboutReach, s.leadingReport},
		{"GET /honours", auth.ReadRegion, aboutReach, s.honours},
		{"POST /honours", auth.KeepMeeting, aboutReach, s.keepHonour},
		{"POST /honours/upload", auth.KeepMeeting, aboutReach, s.takeHonours},
		{"GET /honours/template", auth.KeepMeeting, aboutReach, s.honourTemplate},
	}
}

// councilLight tells that an address needs no assessment; the yearly report
// measures what it shows by itself.
func councilLight(path string) bool {
	for _, p := range []string{"/meetings", "/leading", "/honours"} {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}

// councilNavigation adds meetings and the leading group to the group of daily work.
func (s *Server) councilNavigation(r *request, sh *Shell) {
	if s.council == nil || !r.who.May(auth.ReadTasks) {
		return
	}
	sh.item("meetings", r.T("meeting.title"), "", "M2 3h12v8H9l-3 3v-3H2zM5 6h6M5 8.5h4", "/meetings", 0)
	if r.who.May(auth.ReadRegion) {
		sh.item("leading", r.T("leading.title"), "", "", "/leading", 0)
		sh.item("honours", r.T("honour.title"), "", "", "/honours", 0)
	}
}

// meetingLamp is how a meeting stands.
func (l locale) meetingLamp(st council.State) Lamp {
	out := Lamp{Word: l.Text(st.Name()), Tone: chart.Open}
	switch st {
	case council.Running, council.Held:
		out.Tone = chart.Near
	case council.Minuted:
		out.Tone = chart.Good
	case council.Planned, council.Dropped:
	}
	return out
}

// unitWords gives the names of units in the reader's language; the empty unit is
// the city.
func (s *Server) unitWords(r *request) (func(edu.UnitID) string, error) {
	t, err := s.city.Tree(r.Context())
	if err != nil {
		return nil, fmt.Errorf("tree of units: %w", err)
	}
	return func(id edu.UnitID) string {
		if id == "" {
			return r.T("meeting.city")
		}
		if u, ok := t.Unit(id); ok {
			return r.Text(u.Attrs[len(u.Attrs)-1].Name)
		}
		return string(id)
	}, nil
}

// keepUnit is for whom the reader keeps meetings, duties and honours: the city, or
// the first unit of the own part.
func keepUnit(r *request) edu.UnitID {
	reach := r.who.Reach(auth.KeepMeeting)
	if reach.Whole || len(reach.Units) == 0 {
		return ""
	}
	return reach.Units[0]
}

// options makes the options of a choice; the one that is on is marked.
func options[T ~string](r *request, all []T, name func(T) edu.Text, on T) []Choice {
	out := make([]Choice, len(all))
	for i, x := range all {
		out[i] = Choice{Link{r.Text(name(x)), string(x)}, x == on}
	}
	return out
}

// oneOf reads a choice of a form: what is not on the list is refused.
func oneOf[T ~string](what string, all []T, typed string) (T, error) {
	for _, x := range all {
		if string(x) == typed {
			return x, nil
		}
	}
	return "", fmt.Errorf("%s %q: %w", what, typed, fault.Invalid)
}
