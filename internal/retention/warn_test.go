package retention_test

import (
	"testing"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/retention"
)

// The warnings of standards §8.4, exactly, on the day before and the day on which
// they come.
func TestWarningsOfTheStandard(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    retention.Mark
		on   string
		want retention.Colour
	}{
		{"2 absences", retention.Mark{Kind: retention.Absent, Days: 2, Day: day("2025-09-08")}, "2025-09-08", retention.Plain},
		{"3 absences", retention.Mark{Kind: retention.Absent, Days: 3, Day: day("2025-09-08")}, "2025-09-08", retention.Amber},
		{"4 absences", retention.Mark{Kind: retention.Absent, Days: 4, Day: day("2025-09-08")}, "2025-09-08", retention.Amber},
		{"5 absences", retention.Mark{Kind: retention.Absent, Days: 5, Day: day("2025-09-08")}, "2025-09-08", retention.Red},
		{"13 days after the start of term", retention.Mark{Kind: retention.Unseen, Since: day("2025-09-01")}, "2025-09-14", retention.Plain},
		{"2 weeks after the start of term", retention.Mark{Kind: retention.Unseen, Since: day("2025-09-01")}, "2025-09-15", retention.Amber},
		{"a leave of 3 months", retention.Mark{Kind: retention.OnLeave, Since: day("2025-09-01")}, "2025-12-01", retention.Plain},
		{"a leave of more than 3 months", retention.Mark{Kind: retention.OnLeave, Since: day("2025-09-01")}, "2025-12-02", retention.Watch},
		{"transferred out for 30 days", retention.Mark{Kind: retention.WentAway, Since: day("2025-09-01")}, "2025-10-01", retention.Plain},
		{"transferred out, without a receipt in 30 days", retention.Mark{Kind: retention.WentAway, Since: day("2025-09-01")}, "2025-10-02", retention.Red},
		{"back", retention.Mark{Kind: retention.BackHere, Since: day("2025-09-01")}, "2026-10-02", retention.Plain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := at(day(tt.on).Time().Add(2 * time.Hour))
			got, why := retention.MarkColour(tt.m, env)
			if got != tt.want {
				t.Errorf("%s: %v; want %s", got, why, tt.want)
			}
			for _, w := range why {
				if w.Tag != "E" || w.Text.ZH == "" || w.Text.EN == "" {
					t.Errorf("%+v: the rules of the warnings are [E], with words", w)
				}
			}
		})
	}
}

func TestCaseWarnings(t *testing.T) {
	moved := step{retention.Move, 0, retention.Options{Place: retention.Placement{School: "s2"}}, "", 0}
	leave := step{retention.Except, 0, retention.Options{Except: retention.Exception{Kind: retention.Leave, Ground: "illness", Proof: "x", Approver: "x", Number: "x", From: day("2025-09-01"), Until: day("2026-06-30")}}, "", 0}
	for _, tt := range []struct {
		name  string
		steps []step
		on    string
		want  retention.Colour
	}{
		{"found with 5 absences", nil, "2025-09-08", retention.Red},
		{"confirmed, still away", []step{confirm}, "2025-09-09", retention.Red},
		{"transferred yesterday", []step{confirm, persuad, moved}, "2025-09-11", retention.Plain},
		{"transferred 30 days ago", []step{confirm, persuad, moved}, "2025-10-10", retention.Plain},
		{"transferred 31 days ago", []step{confirm, persuad, moved}, "2025-10-11", retention.Red},
		{"returned 31 days ago, and no receipt", []step{confirm, persuad, back}, "2025-10-12", retention.Amber},
		{"on leave for 3 months", []step{leave}, "2025-12-01", retention.Plain},
		{"on leave for more", []step{leave}, "2025-12-02", retention.Watch},
		{"leave that ends in 30 days", []step{leave}, "2026-05-31", retention.Watch},
		{"leave that has ended", []step{leave}, "2026-07-01", retention.Amber},
		{"observed", []step{confirm, persuad, back, receipt}, "2025-12-20", retention.Plain},
		{"observed, and not closed for long", []step{confirm, persuad, back, receipt}, "2026-03-20", retention.Amber},
		{"closed", []step{confirm, persuad, back, receipt, closing}, "2030-03-20", retention.Plain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := walk(begun(t), tt.steps...)
			if err != nil {
				t.Fatal(err)
			}
			if got, why := retention.ColourOf(c, at(day(tt.on).Time().Add(2*time.Hour))); got != tt.want {
				t.Errorf("%s: %+v; want %s", got, why, tt.want)
			}
		})
	}
}

// A child is observed to the end of a term of which most lies ahead, otherwise to
// the end of the next.
func TestObservedUntil(t *testing.T) {
	env := at(monday)
	terms := env.Calendar.Terms()
	var autumn, spring collect.TermDates
	for i, x := range terms {
		if x.Period.String() == "2025T1" {
			autumn, spring = x, terms[i+1]
		}
	}
	for _, tt := range []struct {
		name      string
		day, want edu.Date
	}{
		{"the first day", autumn.First, autumn.Last},
		{"the fourth week", autumn.First + 28, autumn.Last},
		{"the fifth", autumn.First + 29, spring.Last},
		{"the holidays", autumn.Last + 5, spring.Last},
		{"no term is known", day("2040-01-01"), day("2040-01-01") + 140},
	} {
		if got := retention.ObservedUntil(tt.day, env); got != tt.want {
			t.Errorf("%s: until %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestSpans(t *testing.T) {
	env := at(day("2026-02-10").Time())
	for _, tt := range []struct {
		c                       retention.Cadence
		keys, first, last, name string
	}{
		{retention.Monthly, "2026-02 2026-01 2025-12", "2026-02-01", "2026-02-28", "2026年2月"},
		{retention.Quarterly, "2026Q1 2025Q4 2025Q3", "2026-01-01", "2026-03-31", "2026年第1季度"},
		{retention.Termly, "2025T1 2024T2 2024T1", "2025-09-01", "2026-01-18", "2025—2026学年第一学期"},
		{retention.Yearly, "2025 2024 2023", "2025-09-01", "2026-08-31", "2025—2026学年"},
	} {
		got := retention.Spans(tt.c, env, 3)
		keys := ""
		for _, s := range got {
			keys += " " + s.Key
		}
		if len(got) != 3 || keys[1:] != tt.keys || got[0].First.String() != tt.first || got[0].Last.String() != tt.last || got[0].Name.ZH != tt.name {
			t.Errorf("%s: %+v", tt.c, got)
		}
	}
}

func TestCounts(t *testing.T) {
	var c retention.Counts
	for _, x := range []retention.Cell{
		{State: retention.Suspected, N: 2}, {State: retention.Confirmed, N: 1}, {State: retention.Persuading, N: 3}, {State: retention.Observing, N: 4}, {State: retention.Excepted, N: 5}, {State: retention.Closed, N: 90}, {State: retention.Returned, N: 7},
		{Act: retention.Open, To: retention.Suspected, N: 6}, {Act: retention.Return, To: retention.Returned, N: 1}, {Act: retention.Place, To: retention.Placed, N: 1}, {Act: retention.Close, To: retention.Closed, N: 8}, {Act: retention.Reopen, To: retention.Suspected, N: 9},
	} {
		c.Add(x)
	}
	c.Enrol(500)
	if want := (retention.Counts{Enrolled: 500, Present: 494, Suspects: 2, Away: 4, New: 6, Back: 2, Closed: 8, Observed: 4, Excepted: 5}); c != want {
		t.Errorf("got %+v, want %+v", c, want)
	}
	c.Enrol(-1)
	if c.Present != -1 {
		t.Errorf("present %d of an unknown roll", c.Present)
	}
}

func TestMonthDays(t *testing.T) {
	for in, want := range map[string]string{"2024-02": "2024-02-01 2024-02-29", "2025-12": "2025-12-01 2025-12-31"} {
		a, b, ok := retention.MonthDays(in)
		if got := a.String() + " " + b.String(); !ok || got != want || retention.Month(b) != in {
			t.Errorf("%s: %s", in, got)
		}
	}
	for _, in := range []string{"", "2024", "2024-13", "2024-1", "x"} {
		if _, _, ok := retention.MonthDays(in); ok {
			t.Errorf("%q is a month", in)
		}
	}
}

func TestMarksAreChecked(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    retention.Mark
		ok   bool
	}{
		{"absent", retention.Mark{Person: "p", School: "s1", Kind: retention.Absent, Days: 3}, true},
		{"absent for no day", retention.Mark{Person: "p", School: "s1", Kind: retention.Absent}, false},
		{"nobody", retention.Mark{School: "s1", Kind: retention.Absent, Days: 3}, false},
		{"of a county", retention.Mark{Person: "p", School: "east", Kind: retention.Absent, Days: 3}, false},
		{"somehow", retention.Mark{Person: "p", School: "s1", Kind: "x"}, false},
		{"from tomorrow on", retention.Mark{Person: "p", School: "s1", Kind: retention.WentAway, Since: day("2025-09-09")}, false},
	} {
		if _, err := retention.CheckMark(tt.m, at(monday)); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	m, err := retention.CheckMark(retention.Mark{Person: "p", School: "s1", Kind: retention.Unseen, Days: 9}, at(monday))
	if err != nil || m.Since != day("2025-09-01") || m.Days != 0 {
		t.Errorf("not appeared since %s for %d days, %v; want since the term began", m.Since, m.Days, err)
	}
}

func TestRulesAreChecked(t *testing.T) {
	if err := retention.Default.Check(); err != nil {
		t.Error(err)
	}
	bad := retention.Default
	bad.RedDays = 2
	if bad.Check() == nil {
		t.Error("red before amber")
	}
}

func FuzzPlatformNumber(f *testing.F) {
	for _, s := range []string{"A-1234", "11010519491231002X", "", "编号"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !retention.PlatformNumber(s) {
			return
		}
		for _, c := range s {
			if c > 127 || c <= ' ' {
				t.Errorf("%q has %q", s, c)
			}
		}
	})
}
