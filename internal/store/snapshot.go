package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/fault"
)

// Snapshot is a moment of the database: what was visible when each shard stood
// at its sequence number. Saved as a lock-down it keeps what is needed to
// recompute a published figure.
type Snapshot struct {
	ID     string
	Title  string
	By     string
	At     time.Time
	Pack   string // hash of the pack; its content is kept by PutPack
	Engine string // version of the program that computed
	Seqs   map[string]int64
}

// Snapshot gives the present moment, for AsOf or to be completed and saved.
func (s *Store) Snapshot(ctx context.Context, sc Scope) (*Snapshot, error) {
	if !sc.sees() {
		return &Snapshot{Seqs: map[string]int64{}}, nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, s.wrap("take a snapshot", err)
	}
	snap := &Snapshot{Seqs: make(map[string]int64, len(st.shards))}
	for shard, sh := range st.shards {
		snap.Seqs[shard] = sh.seq
	}
	return snap, nil
}

// SaveSnapshot saves a lock-down. It is never changed: saving it again with
// other sequence numbers is a conflict.
func (s *Store) SaveSnapshot(ctx context.Context, sc Scope, snap *Snapshot, recs ...audit.Record) error {
	what := "save the lock-down " + snap.ID
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	if snap.ID == "" || snap.At.IsZero() {
		return fmt.Errorf("%s: want an id and a time: %w", what, fault.Invalid)
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		old, err := loadSnapshot(ctx, tx, snap.ID)
		if err == nil {
			if maps.Equal(old.Seqs, snap.Seqs) && old.Pack == snap.Pack && old.Engine == snap.Engine {
				return errNothing
			}
			return fmt.Errorf("it was saved before with other content: %w", fault.Conflict)
		}
		if !errors.Is(err, fault.NotFound) {
			return err
		}
		w := newWriter(tx, "")
		if err := w.exec(ctx, `INSERT INTO lockdowns (id, title, by_whom, at_time, pack, engine) VALUES ($1, $2, $3, $4, $5, $6)`,
			snap.ID, snap.Title, snap.By, formatTime(snap.At), snap.Pack, snap.Engine); err != nil {
			return err
		}
		for _, shard := range slices.Sorted(maps.Keys(snap.Seqs)) {
			seq := snap.Seqs[shard]
			if sh := st.shards[shard]; sh == nil || sh.seq < seq {
				return fmt.Errorf("shard %q never stood at %d: %w", shard, seq, fault.Invalid)
			}
			if err := w.exec(ctx, `INSERT INTO lockdown_seqs (shard, lockdown, seq) VALUES ($1, $2, $3)`, shard, snap.ID, seq); err != nil {
				return err
			}
		}
		return nil
	})
}

// LoadSnapshot gives a saved lock-down.
func (s *Store) LoadSnapshot(ctx context.Context, sc Scope, id string) (*Snapshot, error) {
	what := "load the lock-down " + id
	if !sc.sees() {
		return nil, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	snap, err := loadSnapshot(ctx, s.r, id)
	return snap, s.wrap(what, err)
}

func loadSnapshot(ctx context.Context, q querier, id string) (*Snapshot, error) {
	snap := &Snapshot{ID: id, Seqs: map[string]int64{}}
	var at string
	err := q.QueryRowContext(ctx, `SELECT title, by_whom, at_time, pack, engine FROM lockdowns WHERE id = $1`, id).
		Scan(&snap.Title, &snap.By, &at, &snap.Pack, &snap.Engine)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound
	}
	if err != nil {
		return nil, err
	}
	if snap.At, err = parseTime(at); err != nil {
		return nil, err
	}
	return snap, each(ctx, q, `SELECT shard, seq FROM lockdown_seqs WHERE lockdown = $1`, []any{id}, func(rows *sql.Rows) error {
		var shard string
		var seq int64
		err := rows.Scan(&shard, &seq)
		snap.Seqs[shard] = seq
		return err
	})
}

// Snapshots lists the saved lock-downs without where each shard stood, the newest
// first.
func (s *Store) Snapshots(ctx context.Context, sc Scope) (out []Snapshot, err error) {
	if !sc.sees() {
		return nil, nil
	}
	err = each(ctx, s.r, `SELECT id, title, by_whom, at_time, pack, engine FROM lockdowns ORDER BY at_time DESC, id`, nil, func(rows *sql.Rows) error {
		var snap Snapshot
		var at string
		if err := rows.Scan(&snap.ID, &snap.Title, &snap.By, &at, &snap.Pack, &snap.Engine); err != nil {
			return err
		}
		var err error
		snap.At, err = parseTime(at)
		out = append(out, snap)
		return err
	})
	return out, s.wrap("list the lock-downs", err)
}
