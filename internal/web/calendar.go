package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Calendar is the city's calendar, for everybody to read and for the city's
// section to keep. flow implements it; nil leaves the page out.
type Calendar interface {
	Calendar(ctx context.Context) (*collect.Calendar, error)
	SetDay(ctx context.Context, who auth.Actor, m collect.Mark) error
	DropDay(ctx context.Context, who auth.Actor, d edu.Date) error
	SetTerm(ctx context.Context, who auth.Actor, t collect.TermDates) error
}

type calendarPage struct {
	Shell
	Of     string // the year shown
	Others []Choice
	Known  bool // its holidays are in the calendar
	Today  string
	Days   Table
	Terms  Table
	Keeps  bool // the reader may enter days and terms
	Day    collect.Mark
	First  string
	Last   string
	Term   string
	Choose []Choice // terms whose dates may be entered
	Error  string
	Said   string
}

// calendar shows a year's holidays and terms.
func (s *Server) calendar(w http.ResponseWriter, r *request) error {
	p := calendarPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("calendar.did")
	}
	return s.showCalendar(w, r, p)
}

func (s *Server) showCalendar(w http.ResponseWriter, r *request, p calendarPage) error {
	if s.days == nil {
		return fmt.Errorf("calendar: %w", fault.NotFound)
	}
	cal, err := s.days.Calendar(r.Context())
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	now := s.now().In(collect.China)
	year := now.Year()
	if y := r.query.Get("of"); y != "" {
		if year, err = strconv.Atoi(y); err != nil || year < 2000 || year > 2100 {
			return fmt.Errorf("year %q: %w", y, fault.Invalid)
		}
	}
	p.Shell, p.Of, p.Known = s.shell(r, r.T("calendar.title"), "calendar"), strconv.Itoa(year), cal.Known(year)
	p.Keeps = r.who.Reach(auth.IssueForm).Whole
	for y := now.Year() - 2; y <= now.Year()+1; y++ {
		p.Others = append(p.Others, Choice{Link{strconv.Itoa(y), r.here("of", strconv.Itoa(y), "did", "")}, y == year})
	}
	today := collect.Today(now)
	p.Today = r.today(cal, today)
	for y := year - 1; y <= year; y++ {
		for _, of := range []string{"T1", "T2"} {
			t := strconv.Itoa(y) + of
			if term, err := edu.ParsePeriod(t); err == nil {
				p.Choose = append(p.Choose, Choice{Link{r.Term(term), t}, t == p.Term})
			}
		}
	}
	p.Days, p.Terms = r.dayTable(cal, year), r.termTable(cal, year)
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "calendar.html", p)
}

// today says what sort of day it is.
func (r *request) today(cal *collect.Calendar, d edu.Date) string {
	parts := []string{d.String() + " " + r.Weekday(d)}
	if cal.Working(d) {
		parts = append(parts, r.T("calendar.working"))
	} else {
		parts = append(parts, r.T("calendar.off"))
	}
	if m, ok := cal.Mark(d); ok {
		parts = append(parts, r.Text(m.Name))
	}
	if term, week, ok := cal.Week(d); ok {
		parts = append(parts, r.T("calendar.week", r.Term(term), week))
	}
	return strings.Join(parts, " · ")
}

// dayTable lists the days that are not what their weekday is; days in a row of
// one name are one line.
func (r *request) dayTable(cal *collect.Calendar, year int) Table {
	t := Table{ID: "days", Caption: r.T("calendar.days"), Empty: r.T("calendar.days.none"), Cols: []Col{{Label: r.T("calendar.day")}, {Label: r.T("calendar.what")}, {Label: r.T("calendar.sort")}, {Label: r.T("calendar.count"), Num: true}, {Label: r.T("calendar.source"), Wrap: true}, {Label: r.T("calendar.tag")}}}
	marks := cal.Marks()
	for i := 0; i < len(marks); i++ {
		m := marks[i]
		if m.Day.Time().Year() != year {
			continue
		}
		last := m.Day
		for i+1 < len(marks) && marks[i+1].Day == last+1 && marks[i+1].Off == m.Off && marks[i+1].Name == m.Name {
			i++
			last++
		}
		span := r.dated(m.Day)
		if last != m.Day {
			span = r.T("calendar.span", span, r.dated(last))
		}
		sort := lampCell(Lamp{"g", r.T("calendar.off"), ""})
		if !m.Off {
			sort = lampCell(Lamp{"y", r.T("calendar.worked"), ""})
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(span), text(r.Text(m.Name)), sort, count(int(last-m.Day) + 1), text(m.Source), r.mark(m.Tag)}})
	}
	return t
}

func (r *request) dated(d edu.Date) string {
	return d.String() + " " + r.Weekday(d)
}

func (r *request) termTable(cal *collect.Calendar, year int) Table {
	t := Table{ID: "terms", Caption: r.T("calendar.terms"), Empty: r.T("calendar.terms.none"), Cols: []Col{{Label: r.T("calendar.term")}, {Label: r.T("calendar.first")}, {Label: r.T("calendar.quiet")}, {Label: r.T("calendar.last")}, {Label: r.T("calendar.weeks"), Num: true}, {Label: r.T("calendar.source"), Wrap: true}, {Label: r.T("calendar.tag")}}}
	for _, x := range cal.Terms() {
		if x.First.Time().Year() != year && x.Last.Time().Year() != year {
			continue
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Term(x.Period)), text(r.dated(x.First)), text(r.T("calendar.span", x.First.String(), (x.First + 6).String())), text(r.dated(x.Last)), count(int(x.Last-x.First)/7 + 1), text(x.Source), r.mark(x.Tag)}})
	}
	return t
}

// keepDay enters a day, or takes one back.
func (s *Server) keepDay(w http.ResponseWriter, r *request) error {
	return s.keepCalendar(w, r, func(p *calendarPage) error {
		day, err := dayOf(r.PostFormValue("day"))
		if err != nil {
			return err
		}
		if r.PostFormValue("do") == "drop" {
			return s.days.DropDay(r.Context(), r.who, day)
		}
		p.Day = collect.Mark{Day: day, Off: r.PostFormValue("off") != "0", Name: edu.Text{ZH: strings.TrimSpace(r.PostFormValue("name"))}, Source: strings.TrimSpace(r.PostFormValue("source")), Tag: "V"}
		return s.days.SetDay(r.Context(), r.who, p.Day)
	})
}

// keepTerm enters the dates of a term.
func (s *Server) keepTerm(w http.ResponseWriter, r *request) error {
	return s.keepCalendar(w, r, func(p *calendarPage) error {
		p.Term, p.First, p.Last = r.PostFormValue("term"), r.PostFormValue("first"), r.PostFormValue("last")
		term, err := edu.ParsePeriod(p.Term)
		if err != nil {
			return auth.Refuse(fault.Invalid, "学期应写作 2025T1（第一学期）或 2025T2（第二学期）", "want a term such as 2025T1 or 2025T2")
		}
		first, err := dayOf(p.First)
		if err != nil {
			return err
		}
		last, err := dayOf(p.Last)
		if err != nil {
			return err
		}
		return s.days.SetTerm(r.Context(), r.who, collect.TermDates{Period: term, First: first, Last: last, Source: strings.TrimSpace(r.PostFormValue("source")), Tag: "V"})
	})
}

func (s *Server) keepCalendar(w http.ResponseWriter, r *request, do func(*calendarPage) error) error {
	if s.days == nil {
		return fmt.Errorf("calendar: %w", fault.NotFound)
	}
	if err := r.parse(); err != nil {
		return err
	}
	var p calendarPage
	if err := do(&p); err != nil {
		return s.orSay(err, func(why string) error { p.Error = why; return s.showCalendar(w, r, p) }, r)
	}
	return away{"/calendar?did=1"}
}

// dayOf reads a day as date fields give it.
func dayOf(text string) (edu.Date, error) {
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(text))
	if err != nil {
		return 0, auth.Refuse(fault.Invalid, "日期应写作 2025-09-01", "want a day such as 2025-09-01")
	}
	return edu.DateOf(t), nil
}
