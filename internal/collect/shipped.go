package collect

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"shuren/internal/edu"
)

//go:embed holidays.json
var holidays []byte

// holiday is how the file of holidays says it: the days off, and the days on
// which they are worked for.
type holiday struct {
	From, To string
	Name     edu.Text
	Work     []string
	Source   string
	Tag      string
}

// Shipped are the holidays of the known years, as the State Council announced
// them, and term dates as they mostly are, which a city corrects.
var Shipped = sync.OnceValues(func() ([]Mark, []TermDates) {
	var hs []holiday
	if err := json.Unmarshal(holidays, &hs); err != nil {
		panic(fmt.Sprintf("the shipped holidays: %v", err)) // a test reads them
	}
	var marks []Mark
	for _, h := range hs {
		first, last := day(h.From), day(h.From)
		if h.To != "" {
			last = day(h.To)
		}
		for d := first; d <= last; d++ {
			marks = append(marks, Mark{Day: d, Off: true, Name: h.Name, Source: h.Source, Tag: h.Tag})
		}
		for _, w := range h.Work {
			name := edu.Text{ZH: h.Name.ZH + "调休上班", EN: "make-up workday for " + h.Name.EN}
			marks = append(marks, Mark{Day: day(w), Name: name, Source: h.Source, Tag: h.Tag})
		}
	}
	return marks, usualTerms(2023, 2027)
})

func day(s string) edu.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(fmt.Sprintf("the shipped holidays: %v", err))
	}
	return edu.DateOf(t)
}

// usualTerms are the terms of school years as most cities have them: from
// 1 September for twenty weeks, and from the Monday that is next to 1 March.
// That is practice [P], not a rule: each city announces its own.
func usualTerms(first, last int) []TermDates {
	p := func(y int, term string) edu.Period {
		q, err := edu.ParsePeriod(fmt.Sprintf("%04dT%s", y, term))
		if err != nil {
			panic(err)
		}
		return q
	}
	var out []TermDates
	for y := first; y <= last; y++ {
		autumn := edu.DateOf(time.Date(y, time.September, 1, 0, 0, 0, 0, time.UTC))
		spring := edu.DateOf(time.Date(y+1, time.March, 1, 0, 0, 0, 0, time.UTC))
		spring += edu.Date((8-int(spring.Time().Weekday()))%7+3)%7 - 3 // the Monday at most three days away
		for i, d := range []edu.Date{autumn, spring} {
			out = append(out, TermDates{Period: p(y, fmt.Sprint(i+1)), First: d, Last: d + 20*7 - 1, Source: "通常安排，待本市校历核定", Tag: "P"})
		}
	}
	return out
}

// Usual is the calendar as shipped, without what a city entered.
var Usual = sync.OnceValue(func() *Calendar {
	c, err := NewCalendar(Shipped())
	if err != nil {
		panic(err) // a test makes it
	}
	return c
})
