package duty

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Setting is what a city decided of a list. The zero Setting is off.
type Setting struct {
	List     string
	Rev      int `json:"-"`
	On       bool
	Approver string    // who approved that schools are asked (报表目录: 批准人)
	Reason   string    // why it was switched
	Basis    string    // the document that it rests on, where the pack leaves it to the city
	Waived   string    `json:",omitempty"` // who let it go beyond the yearly budget of forms, and why
	By       string    // as shown
	At       time.Time // from then on it is asked
}

// Rests is the document that a duty rests on: its own, the city's, the list's.
func (s Setting) Rests(l *List, it *Item) string {
	switch {
	case it != nil && it.Basis != "":
		return it.Basis
	case s.Basis != "":
		return s.Basis
	}
	return l.Basis
}

// Wrong is everything that stands against switching a list on.
func (s Setting) Wrong(l *List) (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(strings.TrimSpace(s.Reason) == "", "未填理由", "the reason is missing")
	if s.On {
		add(s.Rests(l, nil) == "", "未填依据文件和文号：没有依据的清单不能下发", "the document that it rests on is missing: a list without one is not sent out")
		add(strings.TrimSpace(s.Approver) == "", "未填批准人", "who approved it is missing")
	}
	for _, t := range []string{s.Approver, s.Reason, s.Basis, s.Waived} {
		add(utf8.RuneCountInString(t) > 120, "文字不能超过120字", "a text has more than 120 characters")
	}
	return why
}

// Round is a list in a term or a year: when it is due, and whether it is asked.
type Round struct {
	Period edu.Period
	First  edu.Date // of the term or the school year
	Due    edu.Date // last working day of the term, or of the year's last term
	Asked  bool
}

// Rounds are the rounds of a list that have begun by a day, oldest first. A round
// is asked where there was fair time: a list that is switched on in the last days
// of a term begins with the next.
func Rounds(l *List, s Setting, cal *collect.Calendar, today edu.Date) (out []Round) {
	for _, t := range cal.Terms() {
		if t.First > today {
			break
		}
		p := t.Period
		if l.Every == Year {
			p = edu.Year(t.Period.Int())
		}
		i := slices.IndexFunc(out, func(r Round) bool { return r.Period == p })
		if i < 0 {
			out = append(out, Round{Period: p, First: t.First})
			i = len(out) - 1
		}
		out[i].Due = lastWorking(cal, t.Last)
	}
	if l.Every == Year { // the year ends with its last term, whether that has begun or not
		for i := range out {
			for _, t := range cal.Terms() {
				if edu.Year(t.Period.Int()) == out[i].Period {
					out[i].Due = max(out[i].Due, lastWorking(cal, t.Last))
				}
			}
		}
	}
	for i := range out {
		r := &out[i]
		since := s.At
		if opens := collect.Opens(r.First); since.Before(opens) {
			since = opens
		}
		r.Asked = s.On && collect.FairDue(since, collect.Closes(r.Due), cal, collect.Exception{}) == nil
	}
	return out
}

func lastWorking(cal *collect.Calendar, d edu.Date) edu.Date {
	for !cal.Working(d) {
		d--
	}
	return d
}

// YearMinutes is what a list costs a school in a school year.
func (l *List) YearMinutes() int {
	if l.Every == Term {
		return 2 * l.Minutes
	}
	return l.Minutes
}
