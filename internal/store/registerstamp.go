package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/register"
)

// RegisterStamp changes whenever a register does: a row, who somebody is, an import
// that begins to count, what expires. With it goes when that was last; a register
// that was kept before stamps were has the day of its newest import. It is empty where
// nothing was ever kept.
func (s *Store) RegisterStamp(ctx context.Context, kind PersonKind) (stamp string, at time.Time, err error) {
	const what = "see whether a register has moved"
	var visible, moved int64
	var on string
	name := kindNames[kind]
	if err := s.r.QueryRowContext(ctx, `SELECT visible, `+name+`_moved, `+name+`_at FROM register_state WHERE id = 1`).Scan(&visible, &moved, &on); err != nil {
		return "", at, s.wrap(what, err)
	}
	if on == "" {
		var last sql.NullString
		if err := s.r.QueryRowContext(ctx, `SELECT max(touched) FROM register_runs WHERE kind = $1 AND state = $2`, name, string(RunDone)).Scan(&last); err != nil {
			return "", at, s.wrap(what, err)
		}
		on = last.String
	}
	if visible == 0 && moved == 0 {
		return "", at, nil
	}
	if on != "" {
		if at, err = parseTime(on); err != nil {
			return "", at, s.wrap(what, err)
		}
	}
	if moved == 0 {
		return fmt.Sprintf("run %d", visible), at, nil
	}
	return fmt.Sprint(moved), at, nil
}

// moveRegister notes that a register was changed. A zero time keeps when it was last.
func moveRegister(ctx context.Context, tx *sql.Tx, kind PersonKind, at time.Time) error {
	name, on := kindNames[kind], ""
	if !at.IsZero() {
		on = formatTime(at)
	}
	_, err := tx.ExecContext(ctx, `UPDATE register_state SET `+name+`_moved = `+name+`_moved + 1, `+name+`_at = CASE WHEN $1 = '' THEN `+name+`_at ELSE $1 END WHERE id = 1`, on)
	return err
}

// atOf is when what some records tell of was done.
func atOf(recs []audit.Record) (at time.Time) {
	for _, r := range recs {
		if r.At.After(at) {
			at = r.At
		}
	}
	return at
}

// StaffFacts is what is counted of members of staff, by unit, without who they are:
// nothing is opened for it, and nothing of the persons is read.
func (s *Store) StaffFacts(ctx context.Context, sc Scope, f register.StaffFilter) (out []register.Staff, err error) {
	const what = "count staff"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	if f.Year == 0 {
		if f.Year, err = s.newestYear(ctx, "staff", ``); err != nil {
			return nil, s.wrap(what, err)
		}
	}
	for _, p := range registerParts(v, sc, f.School, f.County) {
		var w where
		p.narrow(&w)
		w.add(`c.year = ` + w.arg(f.Year))
		w.add(counts("c"))
		if err := each(ctx, s.r, `SELECT `+staffColumns+` FROM staff c`+w.String()+` ORDER BY c.unit, c.person`, w.args, func(rows *sql.Rows) error {
			var id, body string
			var year int
			if err := rows.Scan(&id, &year, &body); err != nil {
				return err
			}
			m, err := unpackStaff(body)
			m.Person, m.Year = register.PersonID(id), year
			out = append(out, m)
			return err
		}); err != nil {
			return nil, s.wrap(what, err)
		}
	}
	return out, nil
}
