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

	mu    sync.Mutex // guards what follows while it is brought up to date
	state *state
	subs  map[string]*submission

	roll *roll // belongs to whoever writes
}

// Open opens a database, makes it where there is none and brings its tables up
// to date. The data source name is the path of a SQLite file, or begins with
// postgres:// and is the address of a database on a PostgreSQL server, which
// must be there already.
func Open(ctx context.Context, dsn string) (*Store, error) {
	s := &Store{dsn: dsn, dialect: sqliteDialect, state: newState(), subs: map[string]*submission{}, roll: newRoll()}
	if Shared(dsn) {
		s.dialect = postgresDialect
	}
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
	if err := s.migrate(ctx, ms); err != nil {
		return errors.Join(err, s.Close())
	}
	return nil
}

// migrate brings the tables up to date in one transaction, which holds the
// lock: of two programs that start at once one waits and then has nothing to do.
func (s *Store) migrate(ctx context.Context, ms []migration) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := s.dialect.claim(ctx, tx, s.dsn); err != nil {
		return err
	}
	if err := migrate(ctx, tx, ms, s.dialect.ddl); err != nil {
		return err
	}
	return tx.Commit()
}

// begin begins a transaction of the writing connection and takes the lock, so
// that what it reads stays as it is until it ends.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) { return s.beginOn(ctx, s.w) }

// beginner is a database, or one connection to it.
type beginner interface {
	BeginTx(context.Context, *sql.TxOptions) (*sql.Tx, error)
}

func (s *Store) beginOn(ctx context.Context, b beginner) (*sql.Tx, error) {
	tx, err := b.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, err
	}
	if err := s.dialect.lock(ctx, tx); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

// Close closes the database. An acknowledged write does not need it.
func (s *Store) Close() error { return errors.Join(s.r.Close(), s.w.Close()) }

// write runs one transaction of the writing connection. The state it hands over
// is that of this transaction's begin, and it stays so: the lock is held.
func (s *Store) write(ctx context.Context, what string, do func(tx *sql.Tx, st *state) error) error {
	err := func() error {
		tx, err := s.begin(ctx)
		if err != nil {
			return err
		}
		return s.run(ctx, tx, do)
	}()
	return s.written(what, err)
}

// run ends a transaction with what is done in it.
func (s *Store) run(ctx context.Context, tx *sql.Tx, do func(tx *sql.Tx, st *state) error) error {
	defer tx.Rollback()
	st, err := s.refresh(ctx, tx)
	if err != nil {
		return err
	}
	if err := do(tx, st); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *Store) written(what string, err error) error {
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
