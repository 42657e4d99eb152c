package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/todo"
)

// The settings of to-dos belong to accounts, not to parts of the tree: whoever
// reads or sets them names the own account, and flow takes it from the session.

// TodoSettings gives what an account wants to hear of its to-dos.
func (s *Store) TodoSettings(ctx context.Context, account string) (out todo.Settings, err error) {
	var made string
	err = s.r.QueryRowContext(ctx, `SELECT digest, feed_made FROM todo_feeds WHERE account = $1`, account).Scan(&out.Digest, &made)
	if errors.Is(err, sql.ErrNoRows) {
		return out, nil
	}
	if err == nil {
		out.Feed, err = maybeTime(made)
	}
	return out, s.wrap("read the settings of to-dos", err)
}

// SetDigest switches an account's daily digest.
func (s *Store) SetDigest(ctx context.Context, account string, on bool) error {
	n := 0
	if on {
		n = 1
	}
	return s.write(ctx, "switch a digest", func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO todo_feeds (account, digest, feed_hash, feed_made) VALUES ($1, $2, '', '')
			ON CONFLICT (account) DO UPDATE SET digest = excluded.digest`, account, n)
		return err
	})
}

// SetFeed gives an account's calendar another secret address, of which hash is
// kept; the one before leads nowhere. An empty hash leaves none.
func (s *Store) SetFeed(ctx context.Context, account, hash string, at time.Time, rec audit.Record) error {
	return s.audited(ctx, "set the address of a calendar", []audit.Record{rec}, func(tx *sql.Tx, _ *state) error {
		made := ""
		if hash != "" {
			made = formatTime(at)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO todo_feeds (account, digest, feed_hash, feed_made) VALUES ($1, 0, $2, $3)
			ON CONFLICT (account) DO UPDATE SET feed_hash = excluded.feed_hash, feed_made = excluded.feed_made`, account, hash, made)
		return err
	})
}

// FeedOf gives the account, if it is open, to which a secret address of a
// calendar belongs.
func (s *Store) FeedOf(ctx context.Context, hash string) (auth.Account, error) {
	const what = "calendar of to-dos"
	if hash == "" {
		return auth.Account{}, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	l, err := findLogin(ctx, s.r, `a.closed = 0 AND a.id IN (SELECT account FROM todo_feeds WHERE feed_hash = $1)`, hash)
	if err != nil {
		return auth.Account{}, s.wrap(what, err)
	}
	return l.Account, nil
}

// Digested lists the open accounts that want a digest and have an address.
func (s *Store) Digested(ctx context.Context) (out []auth.Account, err error) {
	var ids []string
	err = each(ctx, s.r, `SELECT f.account FROM todo_feeds f JOIN accounts a ON a.id = f.account WHERE f.digest = 1 AND a.closed = 0 AND a.mail <> '' ORDER BY f.account`, nil, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	for _, id := range ids {
		if err != nil {
			break
		}
		var l *Login
		if l, err = findLogin(ctx, s.r, `a.id = $1`, id); err == nil {
			out = append(out, l.Account)
		}
	}
	return out, s.wrap("list who wants a digest", err)
}
