package retention_test

import (
	"testing"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/retention"
)

// A zero report opens some days before the last school day of its month.
func TestZeroDays(t *testing.T) {
	autumn, _ := edu.ParsePeriod("2025T1")
	spring, _ := edu.ParsePeriod("2025T2")
	terms := []collect.TermDates{{Period: autumn, First: day("2025-09-01"), Last: day("2026-01-24")}, {Period: spring, First: day("2026-02-28"), Last: day("2026-07-10")}}
	cal, err := collect.NewCalendar(nil, terms)
	if err != nil {
		t.Fatal(err)
	}
	rule := func(from, on int) retention.Rules {
		r := retention.Default
		r.ZeroReportFrom, r.ZeroReportOn = from, on
		return r
	}
	for _, tt := range []struct {
		name, month     string
		cal             *collect.Calendar
		rules           retention.Rules
		open, last, due string
		asked           bool
	}{
		{"a whole month of school", "2025-10", cal, retention.Default, "2025-10-26", "2025-10-31", "2025-11-05", true},
		{"the term ends within it", "2026-01", cal, retention.Default, "2026-01-19", "2026-01-24", "2026-02-05", true},
		{"the term begins on its last day: not before the month", "2026-02", cal, rule(30, 5), "2026-02-01", "2026-02-28", "2026-03-05", true},
		{"no school days", "2026-08", cal, retention.Default, "2026-08-26", "2026-08-31", "2026-09-05", false},
		{"a city that takes it on the last day only", "2025-10", cal, rule(0, 3), "2025-10-31", "2025-10-31", "2025-11-03", true},
		{"no calendar", "2025-10", nil, retention.Default, "2025-10-26", "2025-10-31", "2025-11-05", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := retention.ZeroDaysOf(tt.month, tt.cal, tt.rules)
			if want := (retention.ZeroDays{day(tt.open), day(tt.last), day(tt.due), tt.asked}); !ok || got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
	if _, ok := retention.ZeroDaysOf("2025-13", cal, retention.Default); ok {
		t.Error("a month that is none")
	}
}
