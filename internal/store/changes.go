package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// The register of changes of units. A change, the units as they are after it and
// its line in the audit log are one write.

// ChangeUnits makes a change. Apply is asked within the write, so that it sees
// the tree that it changes. A change that is there already, by its id, is
// given back as it was; another one under its id is refused.
func (s *Store) ChangeUnits(ctx context.Context, sc Scope, c collect.UnitChange, rec audit.Record) (collect.UnitChange, error) {
	what := "change of units " + c.ID
	if err := sc.mayWrite(what); err != nil {
		return c, err
	}
	err := s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		old, err := changes(ctx, tx, `WHERE id = $1`, c.ID)
		if err != nil {
			return err
		}
		if len(old) > 0 {
			if !c.Same(&old[0]) {
				return auth.Refuse(fault.Conflict, "此页已登记过一项变更，请重新打开“登记变更”再填", "this page has recorded a change already; open the form anew for another one")
			}
			c = old[0]
			return errNothing
		}
		v, err := st.viewOf(withHidden())
		if err != nil {
			return err
		}
		if c.After, err = c.Apply(v.tree, func(id edu.UnitID) bool { return sc.holds(v.tree, id, c.Day) }); err != nil {
			return err
		}
		c.Before = nil
		for _, u := range c.After {
			if old, ok := v.tree.Unit(u.ID); ok {
				c.Before = append(c.Before, *old)
			}
		}
		if err := s.registerUnits(ctx, tx, st, sc, c.After); err != nil {
			return err
		}
		before, err := json.Marshal(c.Before)
		if err != nil {
			return err
		}
		after, err := json.Marshal(c.After)
		if err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `INSERT INTO unit_changes (id, no, kind, day, document, reason, by_whom, by_name, at_time, before_json, after_json, undone_at, undone_by)
			SELECT $1, coalesce(max(no), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '' FROM unit_changes RETURNING no`,
			c.ID, string(c.Kind), int64(c.Day), c.Document, c.Reason, c.By, c.ByName, formatTime(c.At), string(before), string(after)).Scan(&c.No)
		if err != nil {
			return err
		}
		return s.logChange(ctx, tx, v, &c, rec)
	})
	return c, err
}

// logChange writes the change's line into the audit log of its first unit's
// county.
func (s *Store) logChange(ctx context.Context, tx *sql.Tx, v *view, c *collect.UnitChange, rec audit.Record) error {
	rec.Object = c.ID
	for _, u := range c.After {
		if sh := v.shard[u.ID]; sh != "" {
			rec.Unit, rec.Shard = u.ID, sh
			break
		}
		if sh := v.shard[u.Attrs[0].Parent]; sh != "" {
			rec.Unit, rec.Shard = u.ID, sh
		}
	}
	return appendAudit(ctx, tx, rec)
}

// UndoChange takes a change back while nothing rests on it: no later change of
// the same units, and no figures of a unit that it made.
func (s *Store) UndoChange(ctx context.Context, sc Scope, id string, rec audit.Record) error {
	what := "undo the change of units " + id
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		all, err := changes(ctx, tx, "")
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(c collect.UnitChange) bool { return c.ID == id })
		if i < 0 {
			return fault.NotFound
		}
		c := all[i]
		if !c.Undone.IsZero() {
			return errNothing
		}
		touched := c.Touches()
		for _, later := range all {
			if later.No > c.No && later.Undone.IsZero() && slices.ContainsFunc(later.Touches(), func(u edu.UnitID) bool { return slices.Contains(touched, u) }) {
				return auth.Refuse(fault.Conflict, fmt.Sprintf("%s的变更（%s）以此为前提，请先撤销那一项", later.Day, later.Document), fmt.Sprintf("the change of %s (%s) rests on it; undo that first", later.Day, later.Document))
			}
		}
		v, err := st.viewOf(withHidden())
		if err != nil {
			return err
		}
		for _, u := range touched {
			if !sc.holds(v.tree, u, c.Day) {
				return fmt.Errorf("unit %q: %w", u, fault.Forbidden)
			}
		}
		for _, u := range c.Made() {
			p, err := reported(ctx, tx, v, u)
			if err != nil {
				return err
			}
			if p != "" {
				return auth.Refuse(fault.Conflict, fmt.Sprintf("新学校%s已报%s的数据，不能撤销", u, p), fmt.Sprintf("%s has figures of %s, which rest on it", u, p))
			}
		}
		if err := s.registerUnits(ctx, tx, st, sc, c.Undo()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE unit_changes SET undone_at = $1, undone_by = $2 WHERE id = $3`, formatTime(rec.At), rec.Account, id); err != nil {
			return err
		}
		return s.logChange(ctx, tx, v, &c, rec)
	})
}

// reported gives a period in which a school, or one of its sections, has
// figures; "" where there is none.
func reported(ctx context.Context, tx *sql.Tx, v *view, school edu.UnitID) (period string, err error) {
	ids := []edu.UnitID{school}
	for _, u := range v.tree.Units() {
		if u.Level == edu.Section && u.Attrs[0].Parent == school {
			ids = append(ids, u.ID)
		}
	}
	for _, id := range ids {
		err := tx.QueryRowContext(ctx, `SELECT period FROM records WHERE shard = $1 AND unit = $2 LIMIT 1`, v.shard[school], string(id)).Scan(&period)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return period, err
		}
	}
	return "", nil
}

// UnitChanges lists the changes that concern the scope, the newest first.
func (s *Store) UnitChanges(ctx context.Context, sc Scope) ([]collect.UnitChange, error) {
	const what = "list changes of units"
	if !sc.sees() {
		return nil, nil
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	all, err := changes(ctx, s.r, "")
	if err != nil {
		return nil, s.wrap(what, err)
	}
	return slices.DeleteFunc(all, func(c collect.UnitChange) bool {
		return !slices.ContainsFunc(c.Touches(), func(u edu.UnitID) bool { return sc.holds(v.tree, u, c.Day) })
	}), nil
}

// CountChanges tells how often units were changed: whoever keeps something that
// follows from the tree looks whether it has moved.
func (s *Store) CountChanges(ctx context.Context) (n int, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT count(*) + coalesce(sum(CASE WHEN undone_at <> '' THEN 1 ELSE 0 END), 0) FROM unit_changes`).Scan(&n)
	return n, s.wrap("count changes of units", err)
}

func changes(ctx context.Context, q querier, where string, args ...any) (out []collect.UnitChange, err error) {
	err = each(ctx, q, `SELECT id, no, kind, day, document, reason, by_whom, by_name, at_time, before_json, after_json, undone_at, undone_by
		FROM unit_changes `+where+` ORDER BY no DESC`, args, func(rows *sql.Rows) error {
		var c collect.UnitChange
		var at, undone, before, after string
		if err := rows.Scan(&c.ID, &c.No, &c.Kind, &c.Day, &c.Document, &c.Reason, &c.By, &c.ByName, &at, &before, &after, &undone, &c.UndoneBy); err != nil {
			return err
		}
		var err, err2 error
		c.At, err = parseTime(at)
		c.Undone, err2 = maybeTime(undone)
		err = errors.Join(err, err2, json.Unmarshal([]byte(before), &c.Before), json.Unmarshal([]byte(after), &c.After))
		out = append(out, c)
		return err
	})
	return out, err
}
