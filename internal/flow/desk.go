package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// Desk is what one person can do with forms. Whatever lies outside the person's
// part of the tree does not exist for it.
type Desk struct {
	city *City
	who  auth.Actor
	now  func() time.Time
}

// Desk gives a person's desk.
func (c *City) Desk(who auth.Actor) *Desk { return &Desk{c, who, c.now} }

// At is the desk at another time: what a demonstration says was done some weeks
// ago. The log says so as if it had been then.
func (d *Desk) At(now func() time.Time) *Desk { return &Desk{d.city, d.who, now} }

// seeing are the permissions of which any lets a person see a filing.
var seeing = []auth.Permission{auth.FillForm, auth.ReviewTown, auth.ReviewForm, auth.LockForm, auth.WatchForms, auth.IssueForm}

// reading lets a person see the figures of a paper.
var reading = []auth.Permission{auth.ReadForm}

// reach is the part of the tree over which the person has any of some
// permissions.
func (d *Desk) reach(ps ...auth.Permission) auth.Reach {
	var all auth.Reach
	for _, p := range ps {
		r := d.who.Reach(p)
		if r.Whole {
			return r
		}
		for _, u := range r.Units {
			if !slices.Contains(all.Units, u) {
				all.Units = append(all.Units, u)
			}
		}
	}
	return all
}

// matter is an issue with everything that is needed to say of a unit where it
// stands.
type matter struct {
	collect.Issue
	pack   *pack.Pack
	form   *pack.Form
	roster *roster
	sw     store.Switches
	cal    *collect.Calendar
	now    time.Time
}

// matter opens an issue for the person: whoever sees no filing of it is told
// that there is none.
func (d *Desk) matter(ctx context.Context, id string) (*matter, error) {
	is, err := d.city.store.Issue(ctx, scopeOf(d.reach(seeing...), store.Reader), id)
	if err != nil {
		return nil, err
	}
	return d.city.matter(ctx, is, d.now())
}

func (c *City) matter(ctx context.Context, is collect.Issue, now time.Time) (*matter, error) {
	m := &matter{Issue: is, now: now}
	var err error
	if m.pack, m.form, err = c.issued(ctx, is.Form, is.Hash); err != nil {
		return nil, err
	}
	if m.roster, err = c.roster(ctx, m.pack, m.form, is.Period); err != nil {
		return nil, err
	}
	if m.sw, err = c.store.Switches(ctx, local, is); err != nil {
		return nil, err
	}
	m.cal, err = c.Calendar(ctx)
	return m, err
}

// matters opens issues, but for those whose form is nowhere to be found: neither
// in a pack of the city nor in what the database keeps. One of them must not hide
// all others.
func (c *City) matters(ctx context.Context, issues []collect.Issue, now time.Time) ([]*matter, error) {
	var out []*matter
	for _, is := range issues {
		m, err := c.matter(ctx, is, now)
		switch {
		case errors.Is(err, fault.NotFound):
		case err != nil:
			return nil, err
		default:
			out = append(out, m)
		}
	}
	return out, nil
}

// route is the way of a unit's filing.
func (m *matter) route(p collect.Place) collect.Route {
	if m.form.Level != edu.School {
		return collect.Route{}
	}
	return collect.Route{Township: p.Township != "" && m.sw.Township[p.County], County: p.County != ""}
}

// fill completes a filing as the store has it, or begins one.
func (m *matter) fill(f collect.Filing, p collect.Place) collect.Filing {
	if f.State == "" {
		f = collect.Filing{Issue: m.ID, Unit: p.Unit, State: collect.NotStarted}
	}
	if f.Due == 0 {
		f.Due = m.Due
		f.Inner = m.sw.Inner[p.County].Due
	}
	if f.Since.IsZero() {
		f.Since = m.At
	}
	return f
}

// place finds a unit of the issue that the person sees with any of some
// permissions.
func (d *Desk) place(m *matter, unit edu.UnitID, ps ...auth.Permission) (int, error) {
	i, ok := m.roster.at[unit]
	if !ok || !m.roster.within(d.reach(ps...), unit) {
		return 0, fmt.Errorf("unit %q in %s: %w", unit, m.ID, fault.NotFound)
	}
	return i, nil
}

// may tells which permissions the person has over a unit.
func (d *Desk) may(m *matter, unit edu.UnitID) func(auth.Permission) bool {
	return func(p auth.Permission) bool { return m.roster.within(d.who.Reach(p), unit) }
}

// filing reads a unit's filing with its log and its draft.
func (d *Desk) filing(ctx context.Context, m *matter, i int) (collect.Filing, []collect.Event, []byte, error) {
	p := m.roster.places[i]
	f, log, draft, err := d.city.store.Filing(ctx, scopeOf(d.reach(seeing...), store.Reader), m.Issue, p.Unit)
	if err != nil {
		return f, nil, nil, err
	}
	return m.fill(f, p), log, draft, nil
}

// late is how many working days a unit is late.
func (m *matter) late(f collect.Filing, log []collect.Event) int {
	if f.State == collect.Excused || collect.Today(m.now) <= f.Due {
		return 0
	}
	return collect.LateDays(log, f.Due, m.cal, m.now)
}
