package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// SessionRow is a signed-in browser as it is kept: its secret as a hash.
type SessionRow struct {
	Hash        string
	Began, Seen time.Time
}

// TokenRow is a key of the API as it is kept.
type TokenRow struct {
	auth.Token
	Hash string
}

// Failures gives how often a login name failed in a row, and until when it may
// not try. It need not exist.
func (s *Store) Failures(ctx context.Context, login string) (failed int, last, until time.Time, err error) {
	var l, u string
	err = s.r.QueryRowContext(ctx, `SELECT failed, last_at, locked_until FROM failures WHERE login_key = $1`, loginKey(login)).Scan(&failed, &l, &u)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, last, until, nil
	}
	if err == nil {
		last, err = parseTime(l)
	}
	if err == nil && u != "" {
		until, err = parseTime(u)
	}
	return failed, last, until, s.wrap("read failures", err)
}

// Failed counts a failure of a login name, which need not exist, and notes until
// when it is locked by the rule. What happened is written to the log of unit.
func (s *Store) Failed(ctx context.Context, login string, at time.Time, forget time.Time, rule func(failed int) time.Time, unit edu.UnitID, line func(until time.Time) []audit.Record) (until time.Time, err error) {
	err = s.write(ctx, "count a failure", func(tx *sql.Tx, st *state) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM failures WHERE last_at < $1`, formatTime(forget)); err != nil {
			return err
		}
		var failed int
		err := tx.QueryRowContext(ctx, `INSERT INTO failures (login_key, failed, last_at, locked_until) VALUES ($1, 1, $2, '')
			ON CONFLICT (login_key) DO UPDATE SET failed = failures.failed + 1, last_at = excluded.last_at RETURNING failed`, loginKey(login), formatTime(at)).Scan(&failed)
		if err != nil {
			return err
		}
		if until = rule(failed); !until.IsZero() {
			if _, err := tx.ExecContext(ctx, `UPDATE failures SET locked_until = $1 WHERE login_key = $2`, formatTime(until), loginKey(login)); err != nil {
				return err
			}
		}
		shard, err := st.auditShard(unit)
		if err != nil {
			return err
		}
		for _, rec := range line(until) {
			rec.Shard, rec.Unit = shard, unit
			if err := appendAudit(ctx, tx, rec); err != nil {
				return err
			}
		}
		return nil
	})
	return until, err
}

// Session gives a session by its hash, with its account.
func (s *Store) Session(ctx context.Context, hash string) (*Login, SessionRow, error) {
	row := SessionRow{Hash: hash}
	var began, seen string
	l, err := scanLogin(s.r.QueryRowContext(ctx, `SELECT `+accountColumns+`, s.began, s.seen FROM sessions s JOIN accounts a ON a.id = s.account
		LEFT JOIN failures f ON f.login_key = a.login_key WHERE s.hash = $1`, hash).Scan, &began, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, row, fmt.Errorf("session: %w", fault.NotFound)
	}
	if err == nil {
		row.Began, err = parseTime(began)
	}
	if err == nil {
		row.Seen, err = parseTime(seen)
	}
	if err == nil {
		err = loadGrants(ctx, s.r, l)
	}
	return l, row, s.wrap("session", err)
}

// Seen notes that a session is in use, and drops those that began or were seen
// too long ago.
func (s *Store) Seen(ctx context.Context, hash string, at, began, seen time.Time) error {
	return s.write(ctx, "session", func(tx *sql.Tx, _ *state) error {
		if _, err := tx.ExecContext(ctx, `UPDATE sessions SET seen = $1 WHERE hash = $2 AND seen < $1`, formatTime(at), hash); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE began < $1 OR seen < $2`, formatTime(began), formatTime(seen))
		return err
	})
}

// EndSession ends one session; one that has ended already is no error.
func (s *Store) EndSession(ctx context.Context, hash string, rec audit.Record) error {
	return s.write(ctx, "end a session", func(tx *sql.Tx, st *state) error {
		err := tx.QueryRowContext(ctx, `DELETE FROM sessions WHERE hash = $1 RETURNING account`, hash).Scan(&rec.Account)
		if errors.Is(err, sql.ErrNoRows) {
			return errNothing
		}
		if err != nil {
			return err
		}
		l, err := findLogin(ctx, tx, `a.id = $1`, rec.Account)
		if err != nil {
			return err
		}
		rec.Unit, rec.Object = l.Unit, l.ID
		if rec.Shard, err = st.auditShard(l.Unit); err != nil {
			return err
		}
		return appendAudit(ctx, tx, rec)
	})
}

const tokenColumns = `t.id, t.label, t.made, t.until, t.used`

func scanToken(into *auth.Token) (dest []any, parse func() error) {
	var made, until, used string
	return []any{&into.ID, &into.Label, &made, &until, &used}, func() (err error) {
		if into.Made, err = parseTime(made); err != nil {
			return err
		}
		if into.Until, err = parseTime(until); err != nil {
			return err
		}
		if used != "" {
			into.Used, err = parseTime(used)
		}
		return err
	}
}

// Token gives a key of the API by the hash of its secret, with its account.
func (s *Store) Token(ctx context.Context, hash string) (*Login, auth.Token, error) {
	var t auth.Token
	dest, parse := scanToken(&t)
	l, err := scanLogin(s.r.QueryRowContext(ctx, `SELECT `+accountColumns+`, `+tokenColumns+` FROM tokens t JOIN accounts a ON a.id = t.account
		LEFT JOIN failures f ON f.login_key = a.login_key WHERE t.hash = $1`, hash).Scan, dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, t, fmt.Errorf("key: %w", fault.NotFound)
	}
	if err == nil {
		err = parse()
	}
	if err == nil {
		err = loadGrants(ctx, s.r, l)
	}
	return l, t, s.wrap("key", err)
}

// TokenUsed notes that a key was used.
func (s *Store) TokenUsed(ctx context.Context, id string, at time.Time) error {
	return s.write(ctx, "key", func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `UPDATE tokens SET used = $1 WHERE id = $2`, formatTime(at), id)
		return err
	})
}

// Tokens lists the keys of an account, the newest first.
func (s *Store) Tokens(ctx context.Context, account string) ([]auth.Token, error) {
	var out []auth.Token
	err := each(ctx, s.r, `SELECT `+tokenColumns+` FROM tokens t WHERE t.account = $1 ORDER BY t.made DESC, t.id`, []any{account}, func(rows *sql.Rows) error {
		var t auth.Token
		dest, parse := scanToken(&t)
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		err := parse()
		out = append(out, t)
		return err
	})
	return out, s.wrap("list keys", err)
}

// DropToken drops a key of an account.
func (s *Store) DropToken(ctx context.Context, account, id string, rec audit.Record) error {
	return s.write(ctx, "drop a key", func(tx *sql.Tx, st *state) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM tokens WHERE id = $1 AND account = $2`, id, account)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fault.NotFound)
		}
		l, err := findLogin(ctx, tx, `a.id = $1`, account)
		if err != nil {
			return err
		}
		rec.Unit = l.Unit
		if rec.Shard, err = st.auditShard(l.Unit); err != nil {
			return err
		}
		return appendAudit(ctx, tx, rec)
	})
}
