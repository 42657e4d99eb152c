package collect

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// maxReason is how long a reason may be: it is read, not filed.
const maxReason = 500

// May tells whether an action is possible with a filing as it stands, whoever
// asks. It gives the step, which names the permission that is needed.
func May(f Filing, r Route, a Action) (*Step, error) {
	s, err := Find(a, f.State)
	if err != nil {
		return nil, err
	}
	no := func(why string) (*Step, error) { return nil, fmt.Errorf("%s: %s: %w", a, why, fault.Conflict) }
	switch {
	// The central school is the first that looks, also where the county has
	// switched its review off since: nobody would be left to act otherwise.
	case a == Recall && f.State != AtTownship && f.State != submitted(r, f.State):
		return no("the next level has acted already")
	case a == AskUnlock && f.Asked:
		return no("an unlock was asked for before and is not answered yet")
	case (a == GrantUnlock || a == RefuseUnlock) && !f.Asked:
		return no("nobody asked for it")
	}
	return s, nil
}

// Take takes a step with a filing: it gives the filing and the log line after
// it. Who may do it is the caller's to check, by the step's permission.
func Take(f Filing, r Route, a Action, by auth.Actor, opt StepOptions, now time.Time) (Filing, Event, error) {
	s, err := May(f, r, a)
	if err != nil {
		return f, Event{}, err
	}
	reason := strings.TrimSpace(opt.Reason)
	switch {
	case s.Reason && reason == "":
		return f, Event{}, fmt.Errorf("%s wants a reason: %w", a, fault.Invalid)
	case utf8.RuneCountInString(reason) > maxReason:
		return f, Event{}, fmt.Errorf("the reason is longer than %d characters: %w", maxReason, fault.TooLarge)
	case a == Extend && opt.Due <= f.Due:
		return f, Event{}, fmt.Errorf("an extension wants a day after %s: %w", f.Due, fault.Invalid)
	}
	was := f
	if to := s.To(r, f.State); to != "" {
		f.State = to
	}
	f.Rev++
	f.By, f.At = by.Account, now
	if f.State.Open() != was.State.Open() || !f.State.Open() && f.State != was.State || was.Since.IsZero() {
		f.Since = now
	}
	if s.Reason {
		f.Reason = reason
	}
	switch a {
	case Submit:
		f.Handed++
		f.Reason = ""
	case Return:
		f.Returns++
	case AskUnlock:
		f.Asked = true
	case GrantUnlock, RefuseUnlock:
		f.Asked = false
	case Extend:
		f.Due = opt.Due
	}
	e := Event{No: f.Rev, At: now, By: by.Account, Name: by.Name, Action: a, From: was.State, To: f.State, Handed: f.Handed, Reason: reason, Sent: opt.ID}
	if a == Extend {
		e.Due = opt.Due
	}
	return f, e, nil
}

// Todo lists what somebody may do with a filing, by the permissions that he has
// over its unit.
func Todo(f Filing, r Route, may func(auth.Permission) bool) []Action {
	var out []Action
	for _, s := range Steps {
		if !slices.Contains(s.From, f.State) || slices.Contains(out, s.Action) || !may(s.By(r)) {
			continue
		}
		if _, err := May(f, r, s.Action); err == nil {
			out = append(out, s.Action)
		}
	}
	return out
}

// Mine tells whether the ball is with somebody who may do these actions: one of
// them takes the filing onward.
func Mine(f Filing, todo []Action) bool {
	onward := []Action{Submit, Pass, Lock}
	if f.Asked {
		onward = append(onward, GrantUnlock)
	}
	return slices.ContainsFunc(todo, func(a Action) bool { return slices.Contains(onward, a) })
}

// Stop is one stop of a filing's way, as the strip above it shows it.
type Stop struct {
	State   State
	Passed  bool
	Current bool
	At      time.Time // when it got there; zero where it has not
	Name    string    // of who brought it there
}

// Strip is the way of a filing: the stops behind it, where it stands and those
// that come.
func Strip(f Filing, r Route, log []Event) []Stop {
	way := []State{Draft}
	if r.Township {
		way = append(way, AtTownship)
	}
	if r.County || r.Township {
		way = append(way, AtCounty)
	}
	way = append(way, AtCity, Locked)
	at := f.State
	switch at {
	case NotStarted:
		at = Draft
	case Returned, Excused:
		way[0] = f.State
	}
	here := slices.Index(way, at)
	if here < 0 && at == AtTownship { // the switch was turned off since
		way = slices.Insert(way, 1, AtTownship)
		here = 1
	}
	out := make([]Stop, len(way))
	for i, s := range way {
		out[i] = Stop{State: s, Passed: i < here, Current: i == here}
		if i > here {
			continue
		}
		for _, e := range log {
			if e.To == s && e.From != s {
				out[i].At, out[i].Name = e.At, e.Name
			}
		}
	}
	if f.State == Excused {
		return out[:1]
	}
	return out
}

var stateNames = map[State]edu.Text{
	NotStarted: {ZH: "未开始", EN: "not started"},
	Draft:      {ZH: "草稿", EN: "draft"},
	AtTownship: {ZH: "待中心校审", EN: "with the central school"},
	AtCounty:   {ZH: "待县审", EN: "with the county"},
	AtCity:     {ZH: "待市审", EN: "with the city"},
	Locked:     {ZH: "已锁定", EN: "locked"},
	Returned:   {ZH: "已退回", EN: "returned"},
	Excused:    {ZH: "免报", EN: "excused"},
}

// Name is what people call the state.
func (s State) Name() edu.Text { return stateNames[s] }
