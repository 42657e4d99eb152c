package web

import (
	"time"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Words and signs of collection that several pages share.

// State names a state of a filing.
func (l locale) State(s collect.State) string {
	switch s {
	case collect.NotStarted:
		return l.T("state.not_started")
	case collect.Draft:
		return l.T("state.draft")
	case collect.AtTownship:
		return l.T("state.at_township")
	case collect.AtCounty:
		return l.T("state.at_county")
	case collect.AtCity:
		return l.T("state.at_city")
	case collect.Locked:
		return l.T("state.locked")
	case collect.Returned:
		return l.T("state.returned")
	default:
		return l.T("state.excused")
	}
}

// StepName names a step.
func (l locale) StepName(a collect.Action) string {
	switch a {
	case collect.Save:
		return l.T("step.save")
	case collect.Submit:
		return l.T("step.submit")
	case collect.Recall:
		return l.T("step.recall")
	case collect.Pass:
		return l.T("step.pass")
	case collect.Lock:
		return l.T("step.lock")
	case collect.Return:
		return l.T("step.return")
	case collect.Excuse:
		return l.T("step.excuse")
	case collect.Unexcuse:
		return l.T("step.unexcuse")
	case collect.AskUnlock:
		return l.T("step.ask_unlock")
	case collect.GrantUnlock:
		return l.T("step.grant_unlock")
	case collect.RefuseUnlock:
		return l.T("step.refuse_unlock")
	default:
		return l.T("step.extend")
	}
}

// stateTone is the colour of a state: done, on its way, wants work, nothing yet.
func stateTone(s collect.State) chart.Tone {
	switch s {
	case collect.Locked:
		return chart.Good
	case collect.Returned:
		return chart.Bad
	case collect.AtTownship, collect.AtCounty, collect.AtCity:
		return chart.Near
	default:
		return chart.Open
	}
}

// StateLamp is the lamp of a state, with the reason of a return.
func (l locale) StateLamp(f collect.Filing) Lamp {
	lamp := Lamp{stateTone(f.State), l.State(f.State), ""}
	if f.Asked {
		lamp.Tone, lamp.Word = chart.Near, l.T("state.asked")
	}
	if f.Reason != "" && (f.State == collect.Returned || f.State == collect.Excused || f.Asked) {
		lamp.Why = l.T("reason.is", f.Reason)
	}
	return lamp
}

// Due says how long there is, or how late it is.
func (l locale) Due(t collect.Task) Lamp {
	switch {
	case t.Late > 0:
		return Lamp{chart.Bad, l.T("due.late", t.Late), l.T("due.late.why")}
	case t.State.Done():
		return Lamp{}
	case t.Left < 0:
		return Lamp{chart.Bad, l.T("due.past"), ""}
	case t.Left == 0:
		return Lamp{chart.Near, l.T("due.today"), ""}
	case t.Left <= 3:
		return Lamp{chart.Near, l.T("due.left", t.Left), ""}
	default:
		return Lamp{chart.Plain, l.T("due.left", t.Left), ""}
	}
}

// Clock is the time of day, in the server's zone.
func (l locale) Clock(t time.Time) string { return t.In(collect.China).Format("15:04") }

// When is a day and a time, in the server's zone; empty for no time.
func (l locale) When(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.Minute(t.In(collect.China))
}

// stripStep is one station of the strip of the workflow.
type stripStep struct {
	Name string
	Note string // who and when
	Past bool
	Now  bool
	Tone chart.Tone
}

// strip is the way of a filing: where it has been, where it is.
func (l locale) strip(f collect.Filing, log []collect.Event, way collect.Route) []stripStep {
	stations := []collect.State{collect.Draft}
	if way.Township {
		stations = append(stations, collect.AtTownship)
	}
	if way.County {
		stations = append(stations, collect.AtCounty)
	}
	stations = append(stations, collect.AtCity, collect.Locked)
	now := f.State
	switch now {
	case collect.NotStarted, collect.Returned, collect.Excused:
		now = collect.Draft
	}
	// Where each station was reached last.
	at := map[collect.State]collect.Event{}
	for _, e := range log {
		if e.From != e.To {
			at[e.To] = e
		}
	}
	var out []stripStep
	past := true
	for _, s := range stations {
		step := stripStep{Name: l.State(s)}
		if s == now {
			past = false
			step.Now, step.Name, step.Tone = true, l.State(f.State), stateTone(f.State)
		} else {
			step.Past = past
		}
		e, ok := at[s]
		if s == now {
			e, ok = at[f.State]
		}
		if ok && (step.Past || step.Now) {
			step.Note = l.T("strip.note", e.Name, l.When(e.At))
		}
		out = append(out, step)
	}
	return out
}

// wayOf is the route of a filing as its log shows it: the township's station
// stands only where the filing has been there.
func wayOf(f collect.Filing, log []collect.Event, level edu.Level) collect.Route {
	way := collect.Route{County: level != edu.County, Township: f.State == collect.AtTownship}
	for _, e := range log {
		if e.To == collect.AtTownship {
			way.Township = true
		}
	}
	return way
}

// workItem is the item of the navigation, with the count of what is to be done.
func (s *Server) workItem(r *request, sh *Shell) {
	if s.desk == nil || !collects(r.who) {
		return
	}
	mine, err := s.desk(r.who).Tasks(r.Context(), collect.Filter{Mine: true, Limit: 1})
	if err != nil {
		s.log.Warn("count of to-dos", "err", err) // the page itself is still good
	}
	sh.item("work", r.T("work.title"), "d", "M3 2h7l3 3v9H3zM10 2v3h3M5 8h6M5 11h4", r.to([]string{"work"}), mine.Total)
}

// collects tells whether the actor has anything to do with forms.
func collects(a auth.Actor) bool {
	for _, p := range []auth.Permission{auth.FillForm, auth.SubmitForm, auth.ReviewTown, auth.ReviewForm, auth.LockForm, auth.WatchForms, auth.IssueForm} {
		if a.May(p) {
			return true
		}
	}
	return false
}
