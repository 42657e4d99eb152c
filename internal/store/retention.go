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
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/retention"
)

// CaseMove is a case as it is to be after an act, with the line of its history.
// What a case is was worked out before; the store keeps all of it or nothing.
type CaseMove struct {
	Case  retention.Case
	Event retention.Event
	Turns retention.Turns
	Due   edu.Date  // retention.Never where no clock runs
	Day   edu.Date  // on which it was entered
	Files []FileUse // evidence that comes with the act; the files are stored already
}

// OpenCases keeps new cases, all of them or none. What was sent before is given
// back as it was made. A child with a case that is not at its end gets no second
// one, nor does a case of the national platform.
func (s *Store) OpenCases(ctx context.Context, sc Scope, moves []CaseMove, recs ...audit.Record) ([]retention.Case, error) {
	const what = "open cases"
	if err := sc.mayWrite(what); err != nil {
		return nil, err
	}
	var out []retention.Case
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		out = nil
		fresh := 0
		for _, m := range moves {
			old, again, err := caseSent(ctx, tx, "", m.Event)
			if err != nil {
				return err
			}
			if again {
				out = append(out, old)
				continue
			}
			if !sc.holdsCase(v, &m.Case) {
				return fmt.Errorf("open a case of another part: %w", fault.NotFound)
			}
			fresh++
			if err := s.putCase(ctx, tx, v, &m, true); err != nil {
				return err
			}
			out = append(out, m.Case)
		}
		if fresh == 0 {
			return errNothing
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// ActCase keeps an act on a case over the revision that it saw. The same act sent
// twice is one; over an older revision nothing is written and the answer is
// ErrStale with the case as it is now.
func (s *Store) ActCase(ctx context.Context, sc Scope, m CaseMove, recs ...audit.Record) (retention.Case, error) {
	const what = "act on a case"
	if err := sc.mayWrite(what); err != nil {
		return retention.Case{}, err
	}
	var now retention.Case
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		var again bool
		if now, again, err = caseSent(ctx, tx, m.Case.ID, m.Event); err != nil {
			return err
		}
		if again {
			return errNothing
		}
		if now, err = readCase(ctx, tx, sc, v, m.Case.ID); err != nil {
			return err
		}
		if now.Rev != m.Case.Rev-1 {
			return ErrStale
		}
		if err := s.putCase(ctx, tx, v, &m, false); err != nil {
			return err
		}
		now = m.Case
		return nil
	})
	return now, err
}

// caseSent finds an act that was sent before with the same id by the same person.
func caseSent(ctx context.Context, tx *sql.Tx, id string, e retention.Event) (c retention.Case, again bool, err error) {
	if e.Sent == "" {
		return c, false, nil
	}
	var act retention.Act
	err = tx.QueryRowContext(ctx, `SELECT case_id, act FROM retention_events WHERE sent = $1 AND by_whom = $2 AND ($3 = '' OR case_id = $3) ORDER BY case_id, rev LIMIT 1`, e.Sent, e.By, id).Scan(&id, &act)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, false, nil
	case err != nil:
		return c, false, err
	case act != e.Act:
		return c, false, fmt.Errorf("the id %q was used for another act; want a new id: %w", e.Sent, fault.Conflict)
	}
	c, err = scanAs[retention.Case](tx.QueryRowContext(ctx, `SELECT body FROM retention_bodies WHERE case_id = $1`, id))
	return c, true, err
}

// putCase writes a case, its body and its line of history.
func (s *Store) putCase(ctx context.Context, tx *sql.Tx, v *view, m *CaseMove, fresh bool) error {
	c := &m.Case
	if err := onlyCase(ctx, tx, c); err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	event, err := json.Marshal(m.Event)
	if err != nil {
		return err
	}
	shard := v.shard[c.County]
	if shard == "" {
		return fmt.Errorf("a case of no county: %w", fault.Invalid)
	}
	args := []any{c.ID, shard, c.Rev, string(c.State), bit(c.State.Live()), string(c.Person), c.Platform, string(c.County), string(c.Town), string(c.School), string(c.Placement.School),
		int64(c.Opened), int64(m.Due), int64(m.Turns.Watch), int64(m.Turns.Amber), int64(m.Turns.Red), formatTime(c.Changed)}
	query := `UPDATE retention_cases SET shard = $2, rev = $3, state = $4, live = $5, person = $6, platform = $7, county = $8, town = $9, school = $10, receiver = $11,
		opened = $12, due = $13, watch_on = $14, amber_on = $15, red_on = $16, changed_at = $17 WHERE id = $1`
	if fresh {
		query = `INSERT INTO retention_cases (id, shard, rev, state, live, person, platform, county, town, school, receiver, opened, due, watch_on, amber_on, red_on, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`
	}
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO retention_bodies (case_id, body) VALUES ($1, $2) ON CONFLICT (case_id) DO UPDATE SET body = excluded.body`, c.ID, string(body)); err != nil {
		return err
	}
	e := m.Event
	if _, err := tx.ExecContext(ctx, `INSERT INTO retention_events (case_id, rev, day, at_time, by_whom, act, from_state, to_state, county, school, sent, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.ID, e.Rev, int64(m.Day), formatTime(e.At), e.By, string(e.Act), string(e.From), string(e.To), string(c.County), string(c.School), e.Sent, string(event)); err != nil {
		return err
	}
	for _, u := range m.Files {
		if u.Kind, u.ID = FilesOfCases, c.ID; !slices.Contains(e.Files, u.Hash) {
			return fmt.Errorf("file %s: the act does not cite it: %w", u.Hash, fault.Invalid)
		}
		if err := putUse(ctx, tx, u); err != nil && !errors.Is(err, errNothing) {
			return err
		}
	}
	if !c.State.Live() {
		return nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE attendance_marks SET case_id = $1 WHERE person = $2`, c.ID, string(c.Person))
	return err
}

// onlyCase refuses a second live case of a child and a second case with a number of
// the national platform, in words: the indexes would refuse them too.
func onlyCase(ctx context.Context, tx *sql.Tx, c *retention.Case) error {
	var n int
	if c.State.Live() {
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM retention_cases WHERE person = $1 AND live = 1 AND id <> $2`, string(c.Person), c.ID).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return auth.Refuse(fault.Conflict, "该学生已有未结个案，不重复立案", "the child has a case already that is not at its end")
		}
	}
	if c.Platform != "" {
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM retention_cases WHERE platform = $1 AND id <> $2`, c.Platform, c.ID).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return auth.Refuse(fault.Conflict, "该全国平台编号已登记在另一个案", "another case has that number of the national platform")
		}
	}
	return nil
}

// holdsCase tells whether a case lies in a scope: by its county, its township, its
// school or the school that is to have the child.
func (sc Scope) holdsCase(v *view, c *retention.Case) bool {
	for _, u := range []edu.UnitID{c.County, c.Town, c.School, c.Placement.School} {
		if u != "" && sc.holds(v.tree, u, lastDay) {
			return true
		}
	}
	return false
}

// readCase reads one case of a scope.
func readCase(ctx context.Context, q querier, sc Scope, v *view, id string) (retention.Case, error) {
	c, err := scanAs[retention.Case](q.QueryRowContext(ctx, `SELECT body FROM retention_bodies WHERE case_id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) || err == nil && !sc.holdsCase(v, &c) {
		return retention.Case{}, fmt.Errorf("case %s: %w", id, fault.NotFound)
	}
	return c, err
}

// Case is one case with its history, the oldest first. What lies outside the scope
// is not found.
func (s *Store) Case(ctx context.Context, sc Scope, id string) (c retention.Case, events []retention.Event, err error) {
	const what = "read a case"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return c, nil, err
	}
	if c, err = readCase(ctx, s.r, sc, v, id); err != nil {
		return c, nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT body FROM retention_events WHERE case_id = $1 ORDER BY rev`, []any{id}, func(rows *sql.Rows) error {
		e, err := scanAs[retention.Event](rows)
		events = append(events, e)
		return err
	})
	return c, events, s.wrap(what, err)
}

// CasesOf gives the newest case of each of some children, in the scope.
func (s *Store) CasesOf(ctx context.Context, sc Scope, people []retention.Person) (map[retention.Person]retention.Case, error) {
	const what = "read cases of children"
	out := map[retention.Person]retention.Case{}
	if len(people) == 0 || !sc.sees() {
		return out, nil
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	for len(people) > 0 {
		part := people[:min(len(people), 500)]
		people = people[len(part):]
		var w where
		ids := make([]string, len(part))
		for i, p := range part {
			ids[i] = string(p)
		}
		w.add(w.in("c.person", ids))
		err := each(ctx, s.r, `SELECT b.body FROM retention_cases c JOIN retention_bodies b ON b.case_id = c.id`+w.String()+` ORDER BY c.opened, c.live, c.id`, w.args, func(rows *sql.Rows) error {
			c, err := scanAs[retention.Case](rows)
			if err == nil && sc.holdsCase(v, &c) {
				out[c.Person] = c
			}
			return err
		})
		if err != nil {
			return nil, s.wrap(what, err)
		}
	}
	return out, nil
}
