package flow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

const calendarChanged audit.Action = "calendar.change"

// Calendar is the city's calendar: the shipped holidays and what the city
// entered over them. Anybody may read it.
func (c *City) Calendar(ctx context.Context) (*collect.Calendar, error) {
	own, ownTerms, err := c.store.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	marks, terms := collect.Shipped()
	return collect.NewCalendar(append(append([]collect.Mark{}, marks...), own...), append(append([]collect.TermDates{}, terms...), ownTerms...))
}

// keepsCalendar gives the scope of whoever keeps the calendar: it concerns the
// whole city.
func keepsCalendar(who auth.Actor) (store.Scope, error) {
	sc, err := inReach(who, auth.IssueForm, store.Editor)
	if err == nil && !who.Reach(auth.IssueForm).Whole {
		err = fmt.Errorf("the calendar is the whole city's: %w", fault.Forbidden)
	}
	return sc, err
}

// SetDay enters a holiday or a make-up workday.
func (c *City) SetDay(ctx context.Context, who auth.Actor, m collect.Mark) error {
	sc, err := keepsCalendar(who)
	if err != nil {
		return err
	}
	switch {
	case m.Day == 0:
		return auth.Refuse(fault.Invalid, "未填日期", "the day is missing")
	case strings.TrimSpace(m.Name.ZH) == "":
		return auth.Refuse(fault.Invalid, "未填名称", "what the day is called is missing")
	case strings.TrimSpace(m.Source) == "":
		return auth.Refuse(fault.Invalid, "未填依据", "the document that says so is missing")
	}
	rec := record(who, calendarChanged, fmt.Sprintf("%s off=%t", m.Day, m.Off), time.Now())
	return c.store.SetDay(ctx, sc, m, rec.Account, rec.At, rec)
}

// DropDay takes back what the city entered for a day; what is shipped stays.
func (c *City) DropDay(ctx context.Context, who auth.Actor, d edu.Date) error {
	sc, err := keepsCalendar(who)
	if err != nil {
		return err
	}
	return c.store.DropDay(ctx, sc, d, record(who, calendarChanged, d.String()+" dropped", time.Now()))
}

// SetTerm enters the dates of a term.
func (c *City) SetTerm(ctx context.Context, who auth.Actor, t collect.TermDates) error {
	sc, err := keepsCalendar(who)
	if err != nil {
		return err
	}
	// All terms together must hold: one may not begin before another has ended.
	_, own, err := c.store.Calendar(ctx)
	if err != nil {
		return err
	}
	_, terms := collect.Shipped()
	if _, err := collect.NewCalendar(nil, append(append(append([]collect.TermDates{}, terms...), own...), t)); err != nil {
		return err
	}
	rec := record(who, calendarChanged, fmt.Sprintf("%s %s to %s", t.Period, t.First, t.Last), time.Now())
	return c.store.SetTerm(ctx, sc, t, rec.Account, rec.At, rec)
}
