// Package store keeps what is saved: the tree of units, submissions with the
// records they brought, lock-downs and the packs behind them.
//
// Data are stored by submission, not by cell: one row for each unit, form,
// period and revision, its cells packed. Nothing is overwritten. A reader sees
// the newest visible revision, or, as of a snapshot, what was visible then: by
// each shard's sequence number, never by the clock.
//
// Every call takes a [Scope], and the zero Scope sees nothing.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"
)

// Store is an open database. It may be used by many goroutines.
type Store struct {
	dsn     string
	dialect dialect
	w, r    *sql.DB

	mu    sync.Mutex // guards state while it is brought up to date
	state *state
}

// Open opens a database, makes it where there is none and brings its tables up
// to date. For SQLite the data source name is the path of the file.
func Open(ctx context.Context, dsn string) (*Store, error) {
	s := &Store{dsn: dsn, dialect: sqliteDialect, state: newState()}
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("open database: %w", s.dialect.explain(dsn, err))
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	dir, err := fs.Sub(embedded, "migrations")
	if err != nil {
		return err
	}
	ms, err := migrations(dir, s.dialect.name)
	if err != nil {
		return err
	}
	if s.w, s.r, err = s.dialect.open(ctx, s.dsn); err != nil {
		return err
	}
	if err := migrate(ctx, s.w, ms); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}

// Close closes the database. An acknowledged write does not need it.
func (s *Store) Close() error { return errors.Join(s.r.Close(), s.w.Close()) }

// write runs one transaction of the writing connection. The state it hands over
// is that of this transaction's begin, and it stays so: the lock is held.
func (s *Store) write(ctx context.Context, what string, do func(tx *sql.Tx, st *state) error) error {
	err := func() error {
		tx, err := s.w.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		st, err := s.refresh(ctx, tx)
		if err != nil {
			return err
		}
		if err := do(tx, st); err != nil {
			return err
		}
		return tx.Commit()
	}()
	if errors.Is(err, errNothing) {
		return nil
	}
	return s.wrap(what, err)
}

// errNothing ends a write that turned out to change nothing.
var errNothing = errors.New("nothing to write")

func (s *Store) wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, s.dialect.explain(s.dsn, err))
}

// A time is written as text of fixed width in UTC, so that texts sort as times
// do and no driver converts it.
const timeLayout = "2006-01-02T15:04:05.000Z"

func formatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

func parseTime(s string) (time.Time, error) { return time.Parse(timeLayout, s) }

// nextSeq takes the lock of a shard, until the transaction ends, and its next
// sequence number.
func nextSeq(ctx context.Context, tx *sql.Tx, shard string) (seq int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO shards (shard, seq) VALUES ($1, 1)
		ON CONFLICT (shard) DO UPDATE SET seq = shards.seq + 1 RETURNING seq`, shard).Scan(&seq)
	return seq, err
}
