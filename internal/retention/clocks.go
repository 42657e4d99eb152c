package retention

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Rules are the numbers that a case is judged by. The five of the warnings are
// those of the standards §8.4 [E]; the others have no source and are practice [P]:
// a city sets its own.
type Rules struct {
	RedDays      int // consecutive absences: red [E]
	AmberDays    int // consecutive absences: amber [E]
	Weeks        int // after the start of term without appearing: amber [E]
	LeaveMonths  int // of leave, beyond which it is watched [E]
	ReceiptDays  int // transferred out without a receipt: red [E]
	CheckDays    int // working days until a suspicion is decided [P]
	FirstDays    int // working days from confirming to the first persuasion [P]
	AgainDays    int // working days from a persuasion that named no next day to the next [P]
	CloseDays    int // working days from the end of observation to closing [P]
	RemindDays   int // days before an exception ends [P]
	TermWeeks    int // weeks that a term must still have to be the one observed [P]
	NoCalendar   int // days of observation where the calendar has no term [P]
	ZeroReportOn int // day of the next month by which a school reports for a month [P]
	// ZeroReportFrom is how many days before a month's last school day its report opens [P].
	ZeroReportFrom int
}

// Default are the rules as shipped.
var Default = Rules{RedDays: 5, AmberDays: 3, Weeks: 2, LeaveMonths: 3, ReceiptDays: 30,
	CheckDays: 5, FirstDays: 3, AgainDays: 10, CloseDays: 10, RemindDays: 30, TermWeeks: 16, NoCalendar: 140, ZeroReportOn: 5, ZeroReportFrom: 5}

// Check refuses rules under which nothing could be judged.
func (r Rules) Check() error {
	if r.AmberDays < 1 || r.RedDays < r.AmberDays || r.Weeks < 0 || r.LeaveMonths < 1 || r.ReceiptDays < 1 || r.CheckDays < 1 || r.FirstDays < 1 || r.AgainDays < 1 ||
		r.CloseDays < 1 || r.RemindDays < 0 || r.TermWeeks < 1 || r.NoCalendar < 30 || r.ZeroReportOn < 1 || r.ZeroReportOn > 28 || r.ZeroReportFrom < 0 || r.ZeroReportFrom > 30 {
		return auth.Refuse(fault.Invalid, "控辍保学规则的数值不合理", "the rules of dropout prevention do not make sense")
	}
	return nil
}

// Colour is how urgent something is.
type Colour string

const (
	Plain Colour = "plain"
	Watch Colour = "watch"
	Amber Colour = "amber"
	Red   Colour = "red"
)

// Colours from the worst on.
var Colours = []Colour{Red, Amber, Watch, Plain}

// Clock is until when something is to be done with a case.
type Clock struct {
	Do  edu.Text
	Due edu.Date
	Tag string // evidence mark of the number of days
}

// ClockOf is the clock that runs in a case's state; ok is false where none does.
func ClockOf(c Case, env Env) (k Clock, ok bool) {
	cal, r := env.Calendar, env.Rules
	switch {
	case c.State == Suspected:
		k = Clock{edu.Text{ZH: "核实疑似情况", EN: "Check the suspicion"}, cal.AddWorking(c.Since, r.CheckDays), "P"}
	case c.State == Confirmed:
		k = Clock{edu.Text{ZH: "首次劝返", EN: "First persuasion"}, cal.AddWorking(c.Since, r.FirstDays), "P"}
	case c.State == Persuading:
		last := c.Visits[len(c.Visits)-1]
		k = Clock{edu.Text{ZH: "下次劝返", EN: "Next persuasion"}, last.Next, ""}
		if last.Next == 0 {
			k.Due, k.Tag = cal.AddWorking(last.Day, r.AgainDays), "P"
		}
	case c.State.Arrived():
		k = Clock{edu.Text{ZH: "接收学校回执", EN: "Receipt of the receiving school"}, c.Placement.Day + edu.Date(r.ReceiptDays), "E"}
	case c.State == Observing:
		k = Clock{edu.Text{ZH: "巩固观察期满后销号", EN: "Close after a term of observation"}, cal.AddWorking(c.Until, r.CloseDays), "P"}
	case c.State == Excepted:
		k = Clock{edu.Text{ZH: "不计入期满，复核", EN: "The exception ends: check"}, c.Exception.Until, ""}
	default:
		return Clock{}, false
	}
	return k, true
}

// ObservedUntil is until when a child is observed that was received on a day: to the
// end of that term where most of it lies ahead, otherwise to the end of the next.
func ObservedUntil(day edu.Date, env Env) edu.Date {
	for _, t := range env.Calendar.Terms() {
		if t.Last-max(day, t.First)+1 >= edu.Date(7*env.Rules.TermWeeks) {
			return t.Last
		}
	}
	return day + edu.Date(env.Rules.NoCalendar)
}

// Warning is one rule that holds of a case or of a report of attendance.
type Warning struct {
	Colour Colour
	From   edu.Date // since when, or from when on if nothing is done
	Text   edu.Text
	Tag    string
}

// Warnings are the rules that hold of a case or will hold if nothing is done.
func Warnings(c Case, env Env) (out []Warning) {
	r := env.Rules
	if c.State == Suspected || c.State.Away() {
		out = append(out, absences(c.Absent, c.Found, r)...)
		if c.Mark != Absent { // of absences the case has the days, which are added to
			out = append(out, MarkWarnings(Mark{Kind: c.Mark, Since: c.Out}, env)...)
		}
	}
	if c.State == Transferred {
		out = append(out, Warning{Red, c.Placement.Day + edu.Date(r.ReceiptDays) + 1, edu.Text{ZH: fmt.Sprintf("转出%d天无回执", r.ReceiptDays), EN: fmt.Sprintf("no receipt for %d days after a transfer", r.ReceiptDays)}, "E"})
	}
	if c.State == Excepted {
		if c.Exception.Kind == Leave {
			out = append(out, longLeave(c.Exception.From, r))
		}
		out = append(out, Warning{Watch, c.Exception.Until - edu.Date(r.RemindDays), edu.Text{ZH: "不计入将于" + c.Exception.Until.String() + "期满", EN: "the exception ends on " + c.Exception.Until.String()}, "P"})
	}
	if k, ok := ClockOf(c, env); ok {
		out = append(out, Warning{Amber, k.Due + 1, edu.Text{ZH: k.Do.ZH + "已过期限", EN: k.Do.EN + ": past its day"}, k.Tag})
	}
	return out
}

// absences are the two rules of consecutive absences: the worse one that holds.
func absences(days int, since edu.Date, r Rules) []Warning {
	says := edu.Text{ZH: fmt.Sprintf("连续缺课%d天", days), EN: fmt.Sprintf("absent for %d days running", days)}
	switch {
	case days >= r.RedDays:
		return []Warning{{Red, since, says, "E"}}
	case days >= r.AmberDays:
		return []Warning{{Amber, since, says, "E"}}
	}
	return nil
}

func longLeave(from edu.Date, r Rules) Warning {
	t := from.Time().AddDate(0, r.LeaveMonths, 0)
	return Warning{Watch, edu.DateOf(t) + 1, edu.Text{ZH: fmt.Sprintf("休学超过%d个月", r.LeaveMonths), EN: fmt.Sprintf("on leave for more than %d months", r.LeaveMonths)}, "E"}
}

// Turns is when a case takes which colour if nothing is done; never is a day that
// does not come.
type Turns struct{ Watch, Amber, Red edu.Date }

// Never is a day that does not come.
const Never edu.Date = 1 << 30

// TurnsOf gives when warnings turn a colour.
func TurnsOf(list []Warning) Turns {
	t := Turns{Never, Never, Never}
	for _, w := range list {
		switch w.Colour {
		case Watch:
			t.Watch = min(t.Watch, w.From)
		case Amber:
			t.Amber = min(t.Amber, w.From)
		case Red:
			t.Red = min(t.Red, w.From)
		}
	}
	return t
}

// On is the colour on a day.
func (t Turns) On(day edu.Date) Colour {
	switch {
	case day >= t.Red:
		return Red
	case day >= t.Amber:
		return Amber
	case day >= t.Watch:
		return Watch
	}
	return Plain
}

// ColourOf is a case's colour now, with the warnings that hold.
func ColourOf(c Case, env Env) (Colour, []Warning) { return hold(Warnings(c, env), env.today()) }

// hold are the warnings that hold on a day, the worst first.
func hold(all []Warning, today edu.Date) (Colour, []Warning) {
	var now []Warning
	for _, w := range all {
		if w.From <= today {
			now = append(now, w)
		}
	}
	slices.SortStableFunc(now, func(a, b Warning) int {
		return cmp.Compare(slices.Index(Colours, a.Colour), slices.Index(Colours, b.Colour))
	})
	return TurnsOf(now).On(today), now
}

// monthOf is a month as zero reports name it: 2026-09.
func monthOf(d edu.Date) string { return d.Time().Format("2006-01") }

// Month is the month of a day.
func Month(d edu.Date) string { return monthOf(d) }

// MonthDays are the first and the last day of a month that is written 2026-09.
func MonthDays(month string) (first, last edu.Date, ok bool) {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return 0, 0, false
	}
	return edu.DateOf(t), edu.DateOf(t.AddDate(0, 1, 0)) - 1, true
}

// Today is the day on which a case is judged.
func Today(env Env) edu.Date { return env.today() }
