package gallery

import (
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Schedule makes a draft of a kind again and again and lays it before one person.
// It sends nothing.
type Schedule struct {
	ID      string     `json:"id"`
	Rev     int        `json:"-"`
	Kind    Kind       `json:"kind"`
	Unit    edu.UnitID `json:"unit,omitempty"` // the county or school; empty is the city
	Every   Every      `json:"every"`
	On      int        `json:"on"`      // day of the week (1 Monday) or of the month
	Account string     `json:"account"` // before whom the draft is laid
	Name    string     `json:"name"`    // of that person
	From    edu.Date   `json:"from"`    // nothing is made before
	Last    edu.Date   `json:"last,omitempty"`
	Off     bool       `json:"off,omitempty"`
	Problem string     `json:"problem,omitempty"` // why the last run made nothing
}

// Every is how often.
type Every string

const (
	Week    Every = "week"
	Month   Every = "month"
	Quarter Every = "quarter"
)

// Everies lists them.
var Everies = []Every{Week, Month, Quarter}

// Name is it in words.
func (e Every) Name() edu.Text {
	return map[Every]edu.Text{Week: {ZH: "每周", EN: "every week"}, Month: {ZH: "每月", EN: "every month"}, Quarter: {ZH: "每季度", EN: "every quarter"}}[e]
}

// Check refuses a schedule that could never run.
func (s *Schedule) Check() error {
	most := 28 // every month has it
	if s.Every == Week {
		most = 7
	}
	switch {
	case !s.Kind.Known() || s.Kind.Of() == OfTask:
		return auth.Refuse(fault.Invalid, "这种文档不能定期生成", "documents of this kind are not made by a schedule")
	case s.Every.Name() == (edu.Text{}):
		return auth.Refuse(fault.Invalid, "请选择周期", "say how often")
	case s.On < 1 || s.On > most:
		return auth.Refuse(fault.Invalid, "每周填1至7，每月、每季度填1至28", "a day of the week is 1 to 7, of the month 1 to 28")
	case s.Account == "":
		return auth.Refuse(fault.Invalid, "请指定由谁处理", "say who looks at it")
	}
	return nil
}

// Due is the last day up to today on which the schedule was to run; false where it
// has run since, or there was none yet. Days that were missed are made up once.
func (s *Schedule) Due(today edu.Date) (edu.Date, bool) {
	d := s.before(today)
	return d, !s.Off && d >= s.From && d > s.Last
}

// Next is the first day after today on which it runs.
func (s *Schedule) Next(today edu.Date) edu.Date {
	for d := max(today+1, s.From); ; d++ {
		if s.before(d) == d {
			return d
		}
	}
}

// before is the last day up to a day on which it runs.
func (s *Schedule) before(day edu.Date) edu.Date {
	t := day.Time()
	if s.Every == Week {
		back := (int(t.Weekday()) + 6 - (s.On - 1)) % 7
		return day - edu.Date(back)
	}
	m := time.Date(t.Year(), t.Month(), s.On, 0, 0, 0, 0, time.UTC)
	if m.After(t) {
		m = time.Date(t.Year(), t.Month()-1, s.On, 0, 0, 0, 0, time.UTC)
	}
	if s.Every == Quarter {
		for (int(m.Month())-1)%3 != 0 {
			m = time.Date(m.Year(), m.Month()-1, s.On, 0, 0, 0, 0, time.UTC)
		}
	}
	return edu.DateOf(m)
}
