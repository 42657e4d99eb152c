package task

import (
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
)

// AsOf is a task as it stood at the end of a day, by its history: the state, the
// limit, and what the owner was late by. A report of a year that is over speaks of
// that year's end, whatever happened since. What history does not keep (words, who
// leads) is as it is now. It is false where the task was not there yet.
//
// events are the whole history, oldest first.
func AsOf(t Task, events []Event, day edu.Date) (Task, bool) {
	s := t
	s.Rev, s.State, s.Opens, s.Due, s.FirstDue, s.Extended, s.Late, s.Ball, s.Ended, s.Outcome = 0, Drafted, 0, 0, 0, 0, 0, zeroTime, 0, NoOutcome
	there := false
	for _, e := range events {
		if collect.Today(e.At) > day {
			break
		}
		there = true
		s.after(e)
	}
	if s.State == Closed {
		s.Outcome = t.Outcome
		if t.State != Closed {
			s.Outcome = Completed
		}
	}
	return s, there
}

// after takes one act of a history.
func (t *Task) after(e Event) {
	if held := t.State.Held(); held && !e.To.Held() {
		t.Late = Overdue(*t, Env{Now: e.At})
	} else if !held && e.To.Held() {
		t.Ball = e.At
	}
	today := collect.Today(e.At)
	switch e.Act {
	case Edit:
		t.Due = e.Due
	case Issue, Request:
		t.Opens, t.Due, t.FirstDue, t.Extended, t.Late = today, e.Due, e.Due, 0, 0
		t.Standing = t.Due == 0
	case TakenUp:
		t.Opens = today
		if e.Due != t.Due {
			t.FirstDue = e.Due
		}
		t.Due, t.Standing = e.Due, e.Due == 0
	case Decline:
		t.Opens, t.FirstDue, t.Ball = 0, 0, time.Time{}
	case Grant:
		t.Due = e.Due
		t.Extended++
	case Transfer:
		t.Due, t.Standing, t.Late, t.Ball = e.Due, e.Due == 0, 0, e.At
	case Reopen:
		t.Due, t.Standing, t.Late, t.Extended, t.Ended = e.Due, e.Due == 0, 0, 0, 0
	case Sign, Report, Ask, Refuse, HandIn, Close, Return, Merge, Urge, Comment, Conclude, Withdraw, Absorb, Recheck, Serve:
	}
	t.State, t.Rev = e.To, e.Rev
	if !e.To.Live() && t.Ended == 0 {
		t.Ended = today
	}
}
