package edu

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// PeriodKind tells the kinds of period apart.
type PeriodKind uint8

const (
	SchoolYear   PeriodKind = iota + 1 // 2025: September 2025 to August 2026
	Term                               // 2025T1, 2025T2
	CalendarYear                       // CY2025
	Month                              // 2025-09
	Day                                // 2025-09-01
)

// Period is a stretch of time that figures belong to. It is comparable with ==;
// the zero Period is no period.
type Period struct {
	kind PeriodKind
	year int16
	sub  uint8 // term, or month
	day  uint8
}

// Year is a school year: Year(2025) runs from September 2025 to August 2026.
func Year(y int) Period { return Period{kind: SchoolYear, year: int16(y)} }

// OnDay is the period of one day; the 32nd of a month is a day of the next one.
func OnDay(y int, m time.Month, d int) Period {
	y, m, d = time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Date()
	return Period{kind: Day, year: int16(y), sub: uint8(m), day: uint8(d)}
}

// ParsePeriod reads a period: 2025 or 2025-2026 or 2025—2026 (school year),
// 2025T1 (term), CY2025 (calendar year), 2025-09 (month), 2025-09-01 (day).
func ParsePeriod(s string) (Period, error) {
	bad := func() (Period, error) {
		return Period{}, fmt.Errorf("%q is not a period: want 2025, 2025-2026, 2025T1, CY2025, 2025-09 or 2025-09-01", s)
	}
	t := strings.NewReplacer("—", "-", "–", "-").Replace(strings.TrimSpace(s))
	num := func(x string, lo, hi int) (int, bool) {
		n, err := strconv.Atoi(x)
		return n, err == nil && n >= lo && n <= hi && x[0] != '+'
	}
	year := func(x string) (int, bool) {
		if len(x) != 4 {
			return 0, false
		}
		return num(x, 1900, 2999)
	}
	if rest, ok := strings.CutPrefix(t, "CY"); ok {
		if y, ok := year(rest); ok {
			return Period{kind: CalendarYear, year: int16(y)}, nil
		}
		return bad()
	}
	if y, term, ok := strings.Cut(t, "T"); ok {
		yy, ok1 := year(y)
		if ok1 && (term == "1" || term == "2") {
			return Period{kind: Term, year: int16(yy), sub: term[0] - '0'}, nil
		}
		return bad()
	}
	parts := strings.Split(t, "-")
	y, ok := year(parts[0])
	if !ok {
		return bad()
	}
	switch len(parts) {
	case 1:
		return Year(y), nil
	case 2:
		if parts[1] == strconv.Itoa(y+1) {
			return Year(y), nil
		}
		if m, ok := num("1"+parts[1], 101, 112); ok && len(parts[1]) == 2 {
			return Period{kind: Month, year: int16(y), sub: uint8(m - 100)}, nil
		}
	case 3:
		if d, err := time.Parse("2006-01-02", t); err == nil {
			return OnDay(y, d.Month(), d.Day()), nil
		}
	}
	return bad()
}

// Kind tells which kind of period it is.
func (p Period) Kind() PeriodKind { return p.kind }

// Int is the (first) calendar year of the period.
func (p Period) Int() int { return int(p.year) }

// IsZero reports that there is no period.
func (p Period) IsZero() bool { return p.kind == 0 }

// Compare orders periods by kind, then by time.
func (p Period) Compare(q Period) int {
	return cmp.Or(cmp.Compare(p.kind, q.kind), cmp.Compare(p.year, q.year), cmp.Compare(p.sub, q.sub), cmp.Compare(p.day, q.day))
}

// LastTime is the same period one year earlier.
func (p Period) LastTime() Period {
	p.year--
	if p.kind == Day && p.sub == 2 && p.day == 29 {
		p.day = 28
	}
	return p
}

// Reference is the date at which the period's units and headcounts are taken:
// 1 September of a school year, otherwise the period's first day.
func (p Period) Reference() time.Time {
	m, d := time.January, 1
	switch p.kind {
	case SchoolYear:
		m = time.September
	case Term:
		m = time.September
		if p.sub == 2 {
			return time.Date(int(p.year)+1, time.March, 1, 0, 0, 0, 0, time.UTC)
		}
	case Month:
		m = time.Month(p.sub)
	case Day:
		m, d = time.Month(p.sub), int(p.day)
	}
	return time.Date(int(p.year), m, d, 0, 0, 0, 0, time.UTC)
}

// String is the form that ParsePeriod reads and that machines get.
func (p Period) String() string {
	switch p.kind {
	case SchoolYear:
		return fmt.Sprintf("%04d", p.year)
	case Term:
		return fmt.Sprintf("%04dT%d", p.year, p.sub)
	case CalendarYear:
		return fmt.Sprintf("CY%04d", p.year)
	case Month:
		return fmt.Sprintf("%04d-%02d", p.year, p.sub)
	case Day:
		return fmt.Sprintf("%04d-%02d-%02d", p.year, p.sub, p.day)
	default:
		return ""
	}
}

// MarshalText writes what String does, so that a period can be kept in JSON, as a
// key too.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote; nothing is no period.
func (p *Period) UnmarshalText(text []byte) (err error) {
	*p = Period{}
	if len(text) > 0 {
		*p, err = ParsePeriod(string(text))
	}
	return err
}

// Label is the form that people read: 2025—2026 for a school year.
func (p Period) Label() string {
	if p.kind == SchoolYear {
		return fmt.Sprintf("%04d—%04d", p.year, p.year+1)
	}
	return p.String()
}
