package collect

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

func date(s string) edu.Date { return day(s) }

// clockAt is a moment as people in China write it.
func clockAt(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, China)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWorking(t *testing.T) {
	for _, tt := range []struct {
		name, day string
		want      bool
	}{
		{"a Wednesday", "2025-11-26", true},
		{"a Saturday", "2025-11-29", false},
		{"a holiday on a weekday", "2025-10-01", false},
		{"the last day of a long holiday", "2026-02-23", false},
		{"the day after it", "2026-02-24", true},
		{"a Sunday that is worked", "2025-09-28", true},
		{"a Saturday that is worked", "2026-10-10", true},
		{"a Sunday next to it", "2026-10-11", false},
		{"a weekday of a year whose holidays are not known", "2031-10-01", true},
		{"a weekend of such a year", "2031-10-04", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Usual().Working(date(tt.day)); got != tt.want {
				t.Errorf("Working(%s) = %v", tt.day, got)
			}
		})
	}
	if Usual().Known(2031) || !Usual().Known(2026) {
		t.Error("the calendar does not say which years it knows")
	}
	if c := (*Calendar)(nil); !c.Working(date("2025-10-01")) || c.Working(date("2025-10-04")) {
		t.Error("no calendar at all must know weekends and nothing else")
	}
}

// The State Council announces how many days a year's holidays have; that many
// days off must be in the data. 2024 has 28 such days, 2025 too, 2026 has 33.
func TestShippedHolidays(t *testing.T) {
	off, work := map[int]int{}, map[int]int{}
	marks, _ := Shipped()
	for _, m := range marks {
		w := m.Day.Time().Weekday()
		if weekend := w == time.Saturday || w == time.Sunday; !m.Off && !weekend {
			t.Errorf("%s is a make-up workday and a %s", m.Day, w)
		}
		if m.Source == "" || m.Tag == "" || m.Name.ZH == "" || m.Name.EN == "" {
			t.Errorf("%s says not what it is or where that was read", m.Day)
		}
		if m.Off {
			off[m.Day.Time().Year()]++
		} else {
			work[m.Day.Time().Year()]++
		}
	}
	for _, tt := range []struct{ year, off, work int }{
		{2024, 1 + 8 + 3 + 5 + 1 + 3 + 7, 8},
		{2025, 1 + 8 + 3 + 5 + 3 + 8, 5},
		{2026, 3 + 9 + 3 + 5 + 3 + 3 + 7, 6},
	} {
		if off[tt.year] != tt.off || work[tt.year] != tt.work {
			t.Errorf("%d: %d days off and %d make-up workdays; want %d and %d", tt.year, off[tt.year], work[tt.year], tt.off, tt.work)
		}
	}
}

func TestCityStandsOverShipped(t *testing.T) {
	marks, terms := Shipped()
	fair := edu.Text{ZH: "火把节", EN: "Torch Festival"}
	marks = append(marks, Mark{Day: date("2026-08-06"), Off: true, Name: fair}, Mark{Day: date("2026-10-10"), Off: true})
	autumn, _ := edu.ParsePeriod("2026T1")
	terms = append(terms, TermDates{Period: autumn, First: date("2026-08-31"), Last: date("2027-01-15")})
	c, err := NewCalendar(marks, terms)
	if err != nil {
		t.Fatal(err)
	}
	if c.Working(date("2026-08-06")) || c.Working(date("2026-10-10")) {
		t.Error("a day that the city entered does not count")
	}
	if p, week, ok := c.Week(date("2026-09-07")); !ok || week != 2 || p != autumn {
		t.Errorf("7 September is in week %d of %s; want week 2 of the term that the city entered", week, p)
	}
}

func TestNewCalendarRefuses(t *testing.T) {
	autumn, _ := edu.ParsePeriod("2026T1")
	spring, _ := edu.ParsePeriod("2026T2")
	for _, tt := range []struct {
		name  string
		marks []Mark
		terms []TermDates
	}{
		{"a day without a date", []Mark{{Off: true}}, nil},
		{"a school year for a term", nil, []TermDates{{Period: edu.Year(2026), First: 20000, Last: 20100}}},
		{"a term that ends before it begins", nil, []TermDates{{Period: autumn, First: 20100, Last: 20000}}},
		{"terms that overlap", nil, []TermDates{{Period: autumn, First: 20000, Last: 20150}, {Period: spring, First: 20150, Last: 20300}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := NewCalendar(tt.marks, tt.terms); !errors.Is(err, fault.Invalid) {
				t.Errorf("error %v; want one of kind Invalid", err)
			}
		})
	}
}

func TestUsualTermsBeginOnSchoolDays(t *testing.T) {
	for _, term := range Usual().Terms() {
		w := term.First.Time().Weekday()
		m, d := term.First.Time().Month(), term.First.Time().Day()
		switch {
		case term.Period.String()[4:] == "T1" && (m != time.September || d != 1):
			t.Errorf("%s begins on %s", term.Period, term.First)
		case term.Period.String()[4:] == "T2" && (w != time.Monday || d > 4 && d < 26):
			t.Errorf("%s begins on %s, a %s", term.Period, term.First, w)
		}
	}
}

// anyCalendar draws a calendar with holidays and make-up workdays anywhere.
func anyCalendar(t *rapid.T) *Calendar {
	var marks []Mark
	for range rapid.IntRange(0, 30).Draw(t, "marks") {
		marks = append(marks, Mark{Day: edu.Date(rapid.IntRange(20000, 20120).Draw(t, "day")), Off: rapid.Bool().Draw(t, "off")})
	}
	c, err := NewCalendar(marks, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWorkingDayArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCalendar(t)
		d := edu.Date(rapid.IntRange(20000, 20100).Draw(t, "d"))
		n := rapid.IntRange(1, 40).Draw(t, "n")
		on := c.AddWorking(d, n)
		if !c.Working(on) || c.WorkingBetween(d, on) != n {
			t.Fatalf("%d working days after %s is %s, which is %d away", n, d, on, c.WorkingBetween(d, on))
		}
		if back := c.AddWorking(on, -n); c.Working(d) && back != d {
			t.Fatalf("and %d back is %s", n, back)
		}
		e := edu.Date(rapid.IntRange(20000, 20100).Draw(t, "e"))
		if c.WorkingBetween(d, e)+c.WorkingBetween(e, on) != n {
			t.Fatalf("the days do not add up over %s", e)
		}
	})
}
