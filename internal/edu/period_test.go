package edu

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParsePeriod(t *testing.T) {
	for _, tt := range []struct {
		in, want, label, ref, last string
	}{
		{"2025", "2025", "2025—2026", "2025-09-01", "2024"},
		{"2025-2026", "2025", "2025—2026", "2025-09-01", "2024"},
		{"2025—2026", "2025", "2025—2026", "2025-09-01", "2024"},
		{" 2025–2026 ", "2025", "2025—2026", "2025-09-01", "2024"},
		{"2025T1", "2025T1", "2025T1", "2025-09-01", "2024T1"},
		{"2025T2", "2025T2", "2025T2", "2026-03-01", "2024T2"},
		{"CY2025", "CY2025", "CY2025", "2025-01-01", "CY2024"},
		{"2025-09", "2025-09", "2025-09", "2025-09-01", "2024-09"},
		{"2025-12", "2025-12", "2025-12", "2025-12-01", "2024-12"},
		{"2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29", "2023-02-28"},
	} {
		p, err := ParsePeriod(tt.in)
		if err != nil {
			t.Errorf("%q: %v", tt.in, err)
			continue
		}
		if p.String() != tt.want || p.Label() != tt.label || p.Reference().Format(time.DateOnly) != tt.ref || p.LastTime().String() != tt.last {
			t.Errorf("%q is %s, %s, from %s, before it %s; want %s, %s, %s, %s", tt.in, p, p.Label(), p.Reference().Format(time.DateOnly), p.LastTime(),
				tt.want, tt.label, tt.ref, tt.last)
		}
	}
	for _, in := range []string{"", "25", "2025-2027", "2025-2024", "2025-13", "2025-00", "2025T3", "2025T", "CY", "CY25", "CY2025T1", "2025-02-30", "2025-9", "2025-9-1",
		"+2025", "-2025", "2025-", "1899", "3000", "２０２５", "2025-09-01-01", "2025T1T1", "9"} {
		if p, err := ParsePeriod(in); err == nil {
			t.Errorf("%q is the period %s; want an error", in, p)
		} else if !strings.Contains(err.Error(), "2025-2026") {
			t.Errorf("%q: the error does not say what was wanted: %v", in, err)
		}
	}
}

func TestPeriodIsComparable(t *testing.T) {
	a, _ := ParsePeriod("2025-2026")
	if a != Year(2025) || a.Kind() != SchoolYear || a.Int() != 2025 || a.IsZero() {
		t.Errorf("%v is not the school year 2025", a)
	}
	var zero Period
	if !zero.IsZero() || zero.String() != "" || Year(2025).IsZero() {
		t.Error("only the zero Period is no period")
	}
	if p := OnDay(2025, 1, 32); p != OnDay(2025, 2, 1) {
		t.Errorf("the 32nd of January is %s; want 1 February", p)
	}
}

var anyPeriod = rapid.Custom(func(t *rapid.T) Period {
	y := rapid.IntRange(1900, 2999).Draw(t, "year")
	switch rapid.IntRange(1, 5).Draw(t, "kind") {
	case 1:
		return Year(y)
	case 2:
		return Period{kind: Term, year: int16(y), sub: rapid.SampledFrom([]uint8{1, 2}).Draw(t, "term")}
	case 3:
		return Period{kind: CalendarYear, year: int16(y)}
	case 4:
		return Period{kind: Month, year: int16(y), sub: rapid.Uint8Range(1, 12).Draw(t, "month")}
	default:
		return OnDay(y, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"))
	}
})

func TestPeriodRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := anyPeriod.Draw(t, "p"), anyPeriod.Draw(t, "q")
		for _, s := range []string{p.String(), p.Label()} {
			if got, err := ParsePeriod(s); err != nil || got != p {
				t.Fatalf("%s comes back as %v, %v", s, got, err)
			}
		}
		if (p.Compare(q) == 0) != (p == q) || p.Compare(q) != -q.Compare(p) {
			t.Fatalf("%s and %s compare as %d and %d", p, q, p.Compare(q), q.Compare(p))
		}
		if p.Kind() == q.Kind() && p.Reference().Before(q.Reference()) && p.Compare(q) >= 0 {
			t.Fatalf("%s begins before %s but does not stand before it", p, q)
		}
		if last := p.LastTime(); last.Kind() != p.Kind() || !last.Reference().Before(p.Reference()) {
			t.Fatalf("the year before %s is %s", p, last)
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2025", "2025—2026", "2025T2", "CY2025", "2025-09", "2025-09-01", "", "2025-", "T", "–"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s)
		if err != nil {
			if !p.IsZero() {
				t.Errorf("%q: an error, and the period %s", s, p)
			}
			return
		}
		if q, err := ParsePeriod(p.String()); err != nil || q != p {
			t.Errorf("%q is %s, which comes back as %v, %v", s, p, q, err)
		}
		if DateOf(p.Reference()).Time() != p.Reference() {
			t.Errorf("%s: its reference %v is not midnight UTC", p, p.Reference())
		}
	})
}

func TestDate(t *testing.T) {
	for _, s := range []string{"1969-12-31", "1970-01-02", "2016-02-29", "2999-12-31", "1900-01-01"} {
		day, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		if d := DateOf(day); d.String() != s || d.Time() != day {
			t.Errorf("%s comes back as %s, %v", s, d, d.Time())
		}
	}
	if d := DateOf(time.Date(2025, 9, 1, 23, 59, 0, 0, time.FixedZone("", 8*3600))); d.String() != "2025-09-01" {
		t.Errorf("an evening is of the day %s; want the day that its clock shows", d)
	}
	if s := Date(0).String(); s != "" {
		t.Errorf("the zero Date is written %q", s)
	}
}
