package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// What the audit log calls changes of units.
const (
	unitsChanged audit.Action = "units.change"
	unitsUndone  audit.Action = "units.undo"
)

// inReach is the part of the tree in which somebody has a permission, as the
// store wants it.
func inReach(who auth.Actor, p auth.Permission, role store.Role) (store.Scope, error) {
	r := who.Reach(p)
	if r.None() {
		return store.Scope{}, fmt.Errorf("%s: %w", p, fault.Forbidden)
	}
	return scopeOf(r, role), nil
}

// record begins a line of the audit log.
func record(who auth.Actor, a audit.Action, detail string, at time.Time) audit.Record {
	account := who.Account
	if who.Local {
		account = "local"
	}
	return audit.Record{At: at, Account: account, Action: a, Detail: detail}
}

// ChangeUnit makes a change of the register of schools. Sending it again, by its
// id, does no harm.
func (c *City) ChangeUnit(ctx context.Context, who auth.Actor, ch collect.UnitChange) (collect.UnitChange, error) {
	sc, err := inReach(who, auth.ChangeUnits, store.Editor)
	if err != nil {
		return ch, err
	}
	now := time.Now()
	ch.ID = cmp.Or(ch.ID, rand.Text())
	rec := record(who, unitsChanged, strings.Join([]string{string(ch.Kind), ch.Day.String(), ch.Document}, " "), now)
	ch.By, ch.ByName, ch.At = rec.Account, who.Name, now
	return c.store.ChangeUnits(ctx, sc, ch, rec)
}

// UndoChange takes a change back while nothing rests on it.
func (c *City) UndoChange(ctx context.Context, who auth.Actor, id string) error {
	sc, err := inReach(who, auth.ChangeUnits, store.Editor)
	if err != nil {
		return err
	}
	return c.store.UndoChange(ctx, sc, id, record(who, unitsUndone, "", time.Now()))
}

// Changes lists the changes of units that somebody may see, the newest first.
func (c *City) Changes(ctx context.Context, who auth.Actor) ([]collect.UnitChange, error) {
	sc, err := inReach(who, auth.ChangeUnits, store.Reader)
	if err != nil {
		return nil, err
	}
	return c.store.UnitChanges(ctx, sc)
}

// PreviewChange says what a change would do, without doing it.
func (c *City) PreviewChange(ctx context.Context, who auth.Actor, ch collect.UnitChange) ([]edu.Text, error) {
	reach := who.Reach(auth.ChangeUnits)
	if reach.None() {
		return nil, fmt.Errorf("%s: %w", auth.ChangeUnits, fault.Forbidden)
	}
	t, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	on := t.At(ch.Day)
	ch.After, err = ch.Apply(t, func(id edu.UnitID) bool {
		for i := on.Find(id); i >= 0; i = on.Nodes[i].Up {
			if reach.Whole || slices.Contains(reach.Units, on.Nodes[i].Unit.ID) {
				return true
			}
		}
		return false
	})
	if err != nil {
		return nil, err
	}
	for _, u := range ch.After {
		if old, ok := t.Unit(u.ID); ok {
			ch.Before = append(ch.Before, *old)
		}
	}
	return ch.Effects(t), nil
}
