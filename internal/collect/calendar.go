package collect

import (
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// China is the one time zone of the whole country. It is fixed, so that no
// machine needs a table of zones.
var China = time.FixedZone("CST", 8*60*60)

// Office hours, as minutes of the day. Outside them nothing falls due.
const (
	officeOpens  = 8*60 + 30
	officeCloses = 17*60 + 30
)

// Mark says of one day that it is not what its weekday is: a holiday on a
// weekday, or a make-up workday on a weekend.
type Mark struct {
	Day    edu.Date
	Off    bool
	Name   edu.Text
	Source string
	Tag    string // evidence mark: V, S, M, P or E
}

// TermDates are the first and the last day of a term's teaching.
type TermDates struct {
	Period      edu.Period // of kind edu.Term
	First, Last edu.Date
	Source, Tag string
}

// Calendar tells working days from others. The zero Calendar, and a nil one,
// know weekends and nothing else. It does not change, so many may read it.
type Calendar struct {
	marks map[edu.Date]Mark
	terms []TermDates // by first day
	years map[int]bool
}

// NewCalendar makes a calendar. Of two marks of a day, or two of a term, the
// later one counts: what a city enters stands over what is shipped.
func NewCalendar(marks []Mark, terms []TermDates) (*Calendar, error) {
	c := &Calendar{marks: make(map[edu.Date]Mark, len(marks)), years: map[int]bool{}}
	for _, m := range marks {
		if m.Day == 0 {
			return nil, fmt.Errorf("a day of the calendar has no date: %w", fault.Invalid)
		}
		c.marks[m.Day] = m
		if m.Off {
			c.years[m.Day.Time().Year()] = true
		}
	}
	for _, t := range terms {
		if err := t.check(); err != nil {
			return nil, err
		}
		c.terms = slices.DeleteFunc(c.terms, func(u TermDates) bool { return u.Period == t.Period })
		c.terms = append(c.terms, t)
	}
	slices.SortFunc(c.terms, func(a, b TermDates) int { return int(a.First - b.First) })
	for i := 1; i < len(c.terms); i++ {
		if a, b := c.terms[i-1], c.terms[i]; a.Last >= b.First {
			return nil, auth.Refuse(fault.Invalid, fmt.Sprintf("学期%s的结束日%s晚于%s的开学日%s", a.Period, a.Last, b.Period, b.First),
				fmt.Sprintf("the term %s ends on %s, after %s has begun on %s", a.Period, a.Last, b.Period, b.First))
		}
	}
	return c, nil
}

func (t TermDates) check() error {
	switch {
	case t.Period.Kind() != edu.Term:
		return auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”不是学期，应如2025T1", t.Period), fmt.Sprintf("%q is not a term; want one such as 2025T1", t.Period))
	case t.First == 0 || t.Last < t.First+7:
		return auth.Refuse(fault.Invalid, fmt.Sprintf("学期%s须有开学日，结束日至少晚一周", t.Period), fmt.Sprintf("the term %s needs a first day and a last one at least a week later", t.Period))
	}
	return nil
}

// Marks lists the days that are not what their weekday is, the earliest first.
func (c *Calendar) Marks() []Mark {
	if c == nil {
		return nil
	}
	out := make([]Mark, 0, len(c.marks))
	for _, m := range c.marks {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Mark) int { return int(a.Day - b.Day) })
	return out
}

// Terms lists the terms, the earliest first.
func (c *Calendar) Terms() []TermDates {
	if c == nil {
		return nil
	}
	return slices.Clone(c.terms)
}

// Known tells whether the holidays of a year are in the calendar. The State
// Council names them in November of the year before.
func (c *Calendar) Known(year int) bool { return c != nil && c.years[year] }

// Mark gives what is said of a day, if anything is.
func (c *Calendar) Mark(d edu.Date) (Mark, bool) {
	if c == nil {
		return Mark{}, false
	}
	m, ok := c.marks[d]
	return m, ok
}

// Working tells whether a day is a working day.
func (c *Calendar) Working(d edu.Date) bool {
	if m, ok := c.Mark(d); ok {
		return !m.Off
	}
	w := d.Time().Weekday()
	return w != time.Saturday && w != time.Sunday
}

// AddWorking gives the nth working day after a day, or before it where n is
// negative. With n = 0 it is the day itself, or the next working day.
func (c *Calendar) AddWorking(d edu.Date, n int) edu.Date {
	step := edu.Date(1)
	if n < 0 {
		step, n = -1, -n
	}
	if n == 0 {
		for !c.Working(d) {
			d++
		}
		return d
	}
	for n > 0 {
		if d += step; c.Working(d) {
			n--
		}
	}
	return d
}

// WorkingBetween counts the working days after a up to and with b: what passes
// from the evening of a to the evening of b. It is negative where b is earlier.
func (c *Calendar) WorkingBetween(a, b edu.Date) int {
	if b < a {
		return -c.WorkingBetween(b, a)
	}
	n := 0
	for d := a + 1; d <= b; d++ {
		if c.Working(d) {
			n++
		}
	}
	return n
}

// Today is the day of a moment in China.
func Today(now time.Time) edu.Date { return edu.DateOf(now.In(China)) }

// Opens is when the offices open on a day, Closes when they close: a request
// that is due on a day is due then.
func Opens(d edu.Date) time.Time { return clock(d, officeOpens) }

// Closes is when the offices close on a day.
func Closes(d edu.Date) time.Time { return clock(d, officeCloses) }

func clock(d edu.Date, minutes int) time.Time {
	y, m, day := d.Time().Date()
	return time.Date(y, m, day, 0, minutes, 0, 0, China)
}

// Week gives the term that a day lies in and the week of its teaching, from 1;
// ok is false outside the known terms.
func (c *Calendar) Week(d edu.Date) (term edu.Period, week int, ok bool) {
	if c == nil {
		return edu.Period{}, 0, false
	}
	for _, t := range c.terms {
		if t.First <= d && d <= t.Last {
			return t.Period, int(d-t.First)/7 + 1, true
		}
	}
	return edu.Period{}, 0, false
}
