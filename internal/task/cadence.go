package task

import (
	"time"

	"shuren/internal/edu"
)

// Cadence is how often something is looked at: the five ones.
type Cadence string

const (
	Week    Cadence = "week"    // 周调度
	Month   Cadence = "month"   // 月小结
	Quarter Cadence = "quarter" // 季梳理
	Half    Cadence = "half"    // 半年督导
	Year    Cadence = "year"    // 年度回头看
)

// Cadences are the five ones, the shortest first.
var Cadences = []Cadence{Week, Month, Quarter, Half, Year}

// Name is what people call the look at a period.
func (c Cadence) Name() edu.Text {
	switch c {
	case Week:
		return edu.Text{ZH: "周调度", EN: "weekly dispatch"}
	case Month:
		return edu.Text{ZH: "月小结", EN: "monthly summary"}
	case Quarter:
		return edu.Text{ZH: "季梳理", EN: "quarterly review"}
	case Half:
		return edu.Text{ZH: "半年督导", EN: "half-year supervision"}
	}
	return edu.Text{ZH: "年度回头看", EN: "yearly look-back"}
}

// Span is the period that a day lies in, its first and last day. Weeks begin on
// Monday; the others are of the calendar year.
func (c Cadence) Span(day edu.Date) (from, until edu.Date) {
	t := day.Time()
	if c == Week {
		from = day - edu.Date((int(t.Weekday())+6)%7)
		return from, from + 6
	}
	n := map[Cadence]int{Month: 1, Quarter: 3, Half: 6, Year: 12}[c]
	if n == 0 {
		n = 12
	}
	m := (int(t.Month())-1)/n*n + 1
	first := time.Date(t.Year(), time.Month(m), 1, 0, 0, 0, 0, time.UTC)
	return edu.DateOf(first), edu.DateOf(first.AddDate(0, n, 0)) - 1
}

// Wanted is the progress entry that a task is asked for now. The zero Wanted asks
// for nothing.
type Wanted struct {
	Every  Cadence  // Week or Month
	From   edu.Date // first day of the period
	Due    edu.Date // last working day of it
	First  bool     // the first report on a decision of a meeting
	Given  bool     // there is an entry of this period: nothing more is asked
	Missed bool     // an earlier one was asked for and did not come
}

// Asked tells that an entry is still to be written.
func (w Wanted) Asked() bool { return w.Every != "" && !w.Given }

// Open is what a task is asked for: weekly where it is key, amber or red, monthly
// otherwise, and only while the owner works on it. One entry answers all.
func Open(t Task, env Env) Wanted {
	if t.State != Working {
		return Wanted{}
	}
	today := env.today()
	l := light(t, env)
	w := Wanted{Every: Month}
	if t.Key || !env.Now.Before(l.amber) || !env.Now.Before(l.red) {
		w.Every = Week
	}
	from, until := w.Every.Span(today)
	w.From, w.Due = from, env.lastWorking(from, until)
	if due, ok := firstReport(t, env); ok {
		w.First, w.From, w.Due = true, t.Opens, due
		w.Missed = today > due
		return w
	}
	w.Given = t.Last.Day >= from && t.Entries > 0
	base := reportBase(t)
	w.Missed = today >= missedOn(Month, base)
	if w.Every == Week {
		if !t.Key {
			base = max(base, dayOf(l.weekly))
		}
		w.Missed = w.Missed || today >= missedOn(Week, base)
	}
	return w
}

// reportBase is the day that counts as reported: of the last entry, or when the
// owner got the task.
func reportBase(t Task) edu.Date { return max(t.Last.Day, dayOf(t.Ball), dayOf(t.Signed)) }

// missedOn is the day on which the report after a day's period was missed: it may
// come on any day of the next period.
func missedOn(c Cadence, base edu.Date) edu.Date {
	_, until := c.Span(base)
	_, until = c.Span(until + 1)
	return until + 1
}

// firstReport is until when the first report on a decision of a meeting is due,
// while there is none.
func firstReport(t Task, env Env) (edu.Date, bool) {
	if t.Source.Kind != FromMeeting || t.Entries > 0 || t.Opens == 0 || env.Rules.FirstDays <= 0 {
		return 0, false
	}
	return env.Calendar.AddWorking(t.Opens+edu.Date(env.Rules.FirstDays), 0), true
}

// lastWorking is the last working day of a period, or its last where all are off.
func (e Env) lastWorking(from, until edu.Date) edu.Date {
	for d := until; d >= from; d-- {
		if e.Calendar.Working(d) {
			return d
		}
	}
	return until
}
