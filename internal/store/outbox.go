package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"shuren/internal/collect"
)

// DueMail gives mails that wait to be sent, those that wait longest first.
func (s *Store) DueMail(ctx context.Context, now time.Time, limit int) (out []collect.Mail, err error) {
	err = each(ctx, s.r, `SELECT id, recipient, subject, body, attempts, made_at, next_at, error FROM outbox
		WHERE state = $1 AND next_at <= $2 ORDER BY next_at, id LIMIT $3`, []any{string(collect.MailWaiting), formatTime(now), limit}, func(rows *sql.Rows) error {
		m := collect.Mail{State: collect.MailWaiting}
		var made, next string
		if err := rows.Scan(&m.ID, &m.To, &m.Subject, &m.Body, &m.Attempts, &made, &next, &m.Error); err != nil {
			return err
		}
		var err, err2 error
		m.Made, err = parseTime(made)
		m.Next, err2 = parseTime(next)
		out = append(out, m)
		return errors.Join(err, err2)
	})
	return out, s.wrap("read the outbox", err)
}

// SetMail notes what became of a mail: its state, attempts, next try and error.
func (s *Store) SetMail(ctx context.Context, m collect.Mail) error {
	return s.write(ctx, "keep what became of a mail", func(tx *sql.Tx, _ *state) error {
		done := ""
		if !m.Done.IsZero() {
			done = formatTime(m.Done)
		}
		_, err := tx.ExecContext(ctx, `UPDATE outbox SET state = $1, attempts = $2, next_at = $3, done_at = $4, error = $5 WHERE id = $6`,
			string(m.State), m.Attempts, formatTime(m.Next), done, m.Error, m.ID)
		return err
	})
}

// CountMail counts the outbox by state.
func (s *Store) CountMail(ctx context.Context) (map[collect.MailState]int, error) {
	out := map[collect.MailState]int{}
	err := each(ctx, s.r, `SELECT state, count(*) FROM outbox GROUP BY state`, nil, func(rows *sql.Rows) error {
		var st string
		var n int
		err := rows.Scan(&st, &n)
		out[collect.MailState(st)] = n
		return err
	})
	return out, s.wrap("count the outbox", err)
}

// Lease gives recurring work to one holder until a time. It is granted where
// nobody has it, where it ran out, and to whoever has it already: of two servers
// on one database one does the work, and the other takes over if it stops.
func (s *Store) Lease(ctx context.Context, name, holder string, now, until time.Time) (granted bool, err error) {
	err = s.write(ctx, "lease "+name, func(tx *sql.Tx, _ *state) error {
		var got string
		err := tx.QueryRowContext(ctx, `INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE leases.holder = excluded.holder OR leases.until <= $4 RETURNING holder`, name, holder, formatTime(until), formatTime(now)).Scan(&got)
		if errors.Is(err, sql.ErrNoRows) {
			granted = false
			return errNothing
		}
		granted = err == nil
		return err
	})
	return granted && err == nil, err
}

// Release ends a holder's lease.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	return s.write(ctx, "release "+name, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM leases WHERE name = $1 AND holder = $2`, name, holder)
		return err
	})
}
