package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// Remind reminds the units below a unit that have not handed in (催报): until
// the due date all of them, then those that are late. It tells the accounts that
// fill their papers, once a day, and gives the text for a chat group.
func (d *Desk) Remind(ctx context.Context, issue string, below edu.UnitID) (collect.Reminder, error) {
	out := collect.Reminder{Issue: issue}
	m, err := d.matter(ctx, issue)
	if err != nil {
		return out, err
	}
	watch := d.who.Reach(auth.WatchForms)
	if watch.None() {
		return out, fmt.Errorf("reminding needs the permission %s: %w", auth.WatchForms, fault.Forbidden)
	}
	tasks, err := d.tasks(ctx, m, below)
	if err != nil {
		return out, err
	}
	today := collect.Today(m.now)
	open := map[edu.UnitID]collect.Task{}
	for _, t := range tasks {
		if !t.State.Open() || today < m.Opens || m.Closed || !m.roster.within(watch, t.Unit) {
			continue
		}
		if today <= t.Due || t.Late > 0 {
			open[t.Unit] = t
			out.Units = append(out.Units, t.Place)
		}
	}
	until := m.Due
	if today >= until {
		until = m.cal.AddWorking(today, 1)
	}
	out.Text = collect.Chase(m.form.Name, out.Units, m.now, until, d.contact(ctx))
	var units []edu.UnitID
	for _, p := range out.Units {
		units = append(units, p.Unit)
	}
	fillers, err := d.city.Fillers(ctx, units)
	if err != nil {
		return out, err
	}
	var messages []collect.Message
	accounts := map[string]auth.Account{}
	for _, p := range out.Units {
		for _, a := range fillers[p.Unit] {
			messages = append(messages, chase(open[p.Unit], a.ID, m))
			accounts[a.ID] = a
		}
	}
	out.Sent, err = d.city.Tell(ctx, messages, accounts, "")
	return out, err
}

// chase is what an account that fills the paper of a unit is told.
func chase(t collect.Task, account string, m *matter) collect.Message {
	return collect.Message{Account: account, ID: fmt.Sprintf("chase:%s:%s:%s", m.ID, t.Unit, collect.Today(m.now)), At: m.now, Kind: "remind",
		Link:  collect.PaperLink(m.ID, t.Unit),
		Title: edu.Text{ZH: "催报：" + t.Form.ZH, EN: "Reminder: " + t.Form.In("en")},
		Body: edu.Text{
			ZH: fmt.Sprintf("%s的%s尚未报送，应于%s前报送。", t.Place.Name.ZH, t.Form.ZH, t.Due),
			EN: fmt.Sprintf("%s of %s has not been handed in; it is due on %s.", t.Form.In("en"), t.Place.Name.In("en"), t.Due),
		},
	}
}

// contact is whom a reminded unit may call: the person who reminds.
func (d *Desk) contact(ctx context.Context) collect.Contact {
	c := collect.Contact{Name: d.who.Name}
	if d.who.Account == "" {
		return c
	}
	a, err := d.city.store.Account(ctx, local, d.who.Account)
	if err == nil {
		c.Name, c.Phone = a.Name, a.Phone
	} else if !errors.Is(err, fault.NotFound) {
		return c
	}
	return c
}

// Waiting are the filings that have not been handed in, as the reminders of
// T-3, T-1 and T+1 see them.
func (c *City) Waiting(ctx context.Context) ([]collect.Waiting, error) {
	issues, err := c.store.Issues(ctx, local, edu.Period{})
	if err != nil {
		return nil, err
	}
	var list []collect.Waiting
	issues = slices.DeleteFunc(issues, func(is collect.Issue) bool { return is.Closed || collect.Today(c.now()) < is.Opens })
	ms, err := c.matters(ctx, issues, c.now())
	if err != nil {
		return nil, err
	}
	for _, m := range ms {
		filings, err := c.store.Filings(ctx, local, m.Issue, "")
		if err != nil {
			return nil, err
		}
		for _, p := range m.roster.places {
			if f := m.fill(filings[p.Unit], p); f.State.Open() {
				list = append(list, collect.Waiting{Issue: m.ID, Form: m.form.Name, Due: f.Due, Place: p})
			}
		}
	}
	return list, nil
}

// SaveMapping keeps a column map for files that are not our template, for the
// units below its owner.
func (d *Desk) SaveMapping(ctx context.Context, mp store.Mapping) error {
	scope := scopeOf(d.who.Reach(auth.ImportFiles), store.Editor)
	mp.By, mp.At = d.who.Account, d.now()
	return d.city.store.PutMapping(ctx, scope, mp)
}

// Mappings are the column maps for a signature that the person may use.
func (d *Desk) Mappings(ctx context.Context, signature string) ([]store.Mapping, error) {
	return d.city.store.Mappings(ctx, scopeOf(d.who.Reach(auth.ImportFiles), store.Reader), signature)
}
