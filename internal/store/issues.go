package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// PutIssue issues a form. The same issue again changes nothing; another one
// under its id is a conflict.
func (s *Store) PutIssue(ctx context.Context, sc Scope, is collect.Issue, recs ...audit.Record) error {
	what := "issue " + is.ID
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		old, err := issues(ctx, tx, ` WHERE id = $1`, is.ID)
		if err != nil {
			return err
		}
		if len(old) > 0 {
			if o := old[0]; o.Form == is.Form && o.Hash == is.Hash && o.Period == is.Period && o.Due == is.Due {
				return errNothing
			}
			return fmt.Errorf("the form was issued before for %s, due on %s: %w", old[0].Period, old[0].Due, fault.Conflict)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO issues (id, form, pack, hash, period, opens, due, by_whom, at_time, reason, closed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			is.ID, is.Form, is.Pack, is.Hash, is.Period.String(), int64(is.Opens), int64(is.Due), is.By, formatTime(is.At), is.Reason, bit(is.Closed))
		return err
	})
}

// CloseIssue ends a form's issue, or opens it again: nothing can be filled in
// while it is closed.
func (s *Store) CloseIssue(ctx context.Context, sc Scope, id string, closed bool, recs ...audit.Record) error {
	what := "close " + id
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE issues SET closed = $1 WHERE id = $2`, bit(closed), id))
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		return err
	})
}

// Issues lists the issues of a period, or all of them, the earliest due first.
// Which forms are issued is no secret: whoever sees anything sees them.
func (s *Store) Issues(ctx context.Context, sc Scope, p edu.Period) ([]collect.Issue, error) {
	if !sc.sees() {
		return nil, nil
	}
	if p.IsZero() {
		out, err := issues(ctx, s.r, ``)
		return out, s.wrap("list issues", err)
	}
	out, err := issues(ctx, s.r, ` WHERE period = $1`, p.String())
	return out, s.wrap("list issues", err)
}

// Issue gives one issue.
func (s *Store) Issue(ctx context.Context, sc Scope, id string) (collect.Issue, error) {
	what := "issue " + id
	if !sc.sees() {
		return collect.Issue{}, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	out, err := issues(ctx, s.r, ` WHERE id = $1`, id)
	if err == nil && len(out) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return collect.Issue{}, s.wrap(what, err)
	}
	return out[0], nil
}

func issues(ctx context.Context, q querier, where string, args ...any) (out []collect.Issue, err error) {
	err = each(ctx, q, `SELECT id, form, pack, hash, period, opens, due, by_whom, at_time, reason, closed FROM issues`+where+` ORDER BY due, id`, args, func(rows *sql.Rows) error {
		var is collect.Issue
		var period, at string
		if err := rows.Scan(&is.ID, &is.Form, &is.Pack, &is.Hash, &period, &is.Opens, &is.Due, &is.By, &at, &is.Reason, &is.Closed); err != nil {
			return err
		}
		if is.Period, err = edu.ParsePeriod(period); err != nil {
			return err
		}
		is.At, err = parseTime(at)
		out = append(out, is)
		return err
	})
	return out, err
}

// changed is how many rows a statement changed.
func changed(r sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Listed is what a bureau changed of a form on the list of forms.
type Listed struct {
	Form      string
	Pack      string
	Basis     string
	Frequency string
	Minutes   int
	Approver  string
	Valid     edu.Date
	Struck    bool // taken off the list
	By        string
	At        time.Time
}

// ListForm puts a form on the list, or changes what the list says of it.
func (s *Store) ListForm(ctx context.Context, sc Scope, l Listed, recs ...audit.Record) error {
	what := "list the form " + l.Form
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO form_list (form, pack, basis, frequency, minutes, approver, valid, struck, by_whom, at_time)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (form) DO UPDATE SET pack = excluded.pack, basis = excluded.basis, frequency = excluded.frequency, minutes = excluded.minutes,
				approver = excluded.approver, valid = excluded.valid, struck = excluded.struck, by_whom = excluded.by_whom, at_time = excluded.at_time`,
			l.Form, l.Pack, l.Basis, l.Frequency, int64(l.Minutes), l.Approver, int64(l.Valid), bit(l.Struck), l.By, formatTime(l.At))
		return err
	})
}

// ListedForms gives what was changed of the list of forms, by form.
func (s *Store) ListedForms(ctx context.Context, sc Scope) (map[string]Listed, error) {
	out := map[string]Listed{}
	if !sc.sees() {
		return out, nil
	}
	err := each(ctx, s.r, `SELECT form, pack, basis, frequency, minutes, approver, valid, struck, by_whom, at_time FROM form_list`, nil, func(rows *sql.Rows) (err error) {
		var l Listed
		var at string
		if err := rows.Scan(&l.Form, &l.Pack, &l.Basis, &l.Frequency, &l.Minutes, &l.Approver, &l.Valid, &l.Struck, &l.By, &at); err != nil {
			return err
		}
		l.At, err = parseTime(at)
		out[l.Form] = l
		return err
	})
	return out, s.wrap("read the list of forms", err)
}

// Mapping is a column map that somebody made for files that are not our
// template; it serves the next file with the same signature.
type Mapping struct {
	Owner     edu.UnitID
	Signature string
	Title     string
	Body      []byte
	By        string
	At        time.Time
}

// PutMapping keeps a column map for its owner unit.
func (s *Store) PutMapping(ctx context.Context, sc Scope, m Mapping) error {
	what := "keep the column map " + m.Title
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		if _, err := st.shardIn(sc, m.Owner, collect.Today(m.At)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO mappings (owner, signature, title, body, by_whom, at_time) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (owner, signature) DO UPDATE SET title = excluded.title, body = excluded.body, by_whom = excluded.by_whom, at_time = excluded.at_time`,
			string(m.Owner), m.Signature, m.Title, m.Body, m.By, formatTime(m.At))
		return err
	})
}

// Mappings gives the column maps with a signature whose owner lies in the scope
// or above it, the newest first.
func (s *Store) Mappings(ctx context.Context, sc Scope, signature string) ([]Mapping, error) {
	if !sc.sees() {
		return nil, nil
	}
	_, v, err := s.seen(ctx, "read column maps")
	if err != nil {
		return nil, err
	}
	var out []Mapping
	err = each(ctx, s.r, `SELECT owner, signature, title, body, by_whom, at_time FROM mappings WHERE signature = $1 ORDER BY at_time DESC`, []any{signature}, func(rows *sql.Rows) (err error) {
		var m Mapping
		var at string
		if err := rows.Scan(&m.Owner, &m.Signature, &m.Title, &m.Body, &m.By, &at); err != nil {
			return err
		}
		if m.At, err = parseTime(at); err != nil {
			return err
		}
		above := slices.ContainsFunc(sc.tops, func(top edu.UnitID) bool {
			return Part(Reader, m.Owner).holds(v.tree, top, collect.Today(m.At))
		})
		if above || sc.holds(v.tree, m.Owner, collect.Today(m.At)) {
			out = append(out, m)
		}
		return nil
	})
	return out, s.wrap("read column maps", err)
}

// Upload gives what became of a file with this hash, nil where it is new.
func (s *Store) Upload(ctx context.Context, sc Scope, hash string) (result []byte, err error) {
	if !sc.sees() {
		return nil, nil
	}
	err = s.r.QueryRowContext(ctx, `SELECT result FROM uploads WHERE hash = $1`, hash).Scan(&result)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return result, s.wrap("look for an earlier upload", err)
}
