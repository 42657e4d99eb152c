package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// state is the small part of the database that every call needs: units, writes
// and the layouts of submissions. Rows are only added, so it is kept in memory
// and only what came since is read. A state does not change once it is made;
// readers hold the one they began with.
type state struct {
	shards map[string]*shardState
	latest *lazyView
}

// shardState is one shard. Its slices only grow, so states that follow each
// other share their backing; each reads no further than its own length.
type shardState struct {
	seq    int64
	units  []unitRow
	attrs  []attrRow
	writes []write // by sequence number

	latest  int64 // greatest place in the order of what counts
	hidden  int   // how many writes do not count yet
	flipped bool  // hidden writes of the state before count since

	once sync.Once
	now  []edu.Unit // under the reading of what is visible

	stamps stamps
}

type unitRow struct {
	unit     edu.Unit // without Attrs
	seq      int64
	school   edu.UnitID // of a section
	declared bool
}

type attrRow struct {
	unit edu.UnitID
	seq  int64
	edu.Attrs
}

// write is one submission in one shard.
type write struct {
	seq     int64
	sub     *submission // nil for units that were registered
	visible int64       // its place in the order of what counts; 0 while it is hidden
}

type submission struct {
	Submission
	digest string
	tables []layout
}

// layout is a table of a submission as it stood in the file: what the cells of
// a record mean.
type layout struct {
	level  edu.Level
	list   string
	file   string
	sheet  string
	staged bool
	heads
}

// heads are the columns, in the order of the packed cells.
type heads struct {
	Cols  []head `json:"cols"`
	Texts []head `json:"texts,omitempty"`
}

type head struct {
	ID       string `json:"id"`
	Column   string `json:"col,omitempty"`
	Header   string `json:"head,omitempty"`
	FilledIn string `json:"in,omitempty"`
}

func (h head) frame() frame.Head {
	return frame.Head{Column: h.Column, Header: h.Header, FilledIn: h.FilledIn}
}

func newState() *state {
	return &state{shards: map[string]*shardState{}, latest: &lazyView{}}
}

// querier is a transaction or a pool of connections.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// current is the state as it is in the database now. Mostly nothing has moved on,
// and one question says so; pages ask many times.
func (s *Store) current(ctx context.Context) (*state, error) {
	s.mu.Lock()
	st := s.state
	s.mu.Unlock()
	if moved, err := behind(ctx, s.r, st); err != nil || len(moved) == 0 {
		return st, err
	}
	// One read transaction, so that sequence numbers and rows fit together.
	tx, err := s.r.BeginTx(ctx, &s.dialect.read)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	return s.refresh(ctx, tx)
}

// seen is the current state with its view of the tree, for a reading call that
// says what it does where it fails.
func (s *Store) seen(ctx context.Context, what string) (*state, *view, error) {
	st, err := s.current(ctx)
	if err != nil {
		return nil, nil, s.wrap(what, err)
	}
	v, err := st.view()
	return st, v, s.wrap(what, err)
}

// refresh reads what came since the state in memory.
func (s *Store) refresh(ctx context.Context, q querier) (*state, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	behind, err := behind(ctx, q, s.state)
	if err != nil || len(behind) == 0 {
		return s.state, err
	}
	next := &state{shards: maps.Clone(s.state.shards), latest: s.state.latest}
	for shard, seq := range behind {
		sh, old := &shardState{seq: seq}, next.shards[shard]
		if old == nil {
			old = &shardState{}
		}
		sh.units, sh.attrs, sh.writes = old.units, old.attrs, old.writes
		sh.latest, sh.hidden = old.latest, old.hidden
		if err := s.load(ctx, q, shard, sh, old.seq); err != nil {
			return nil, err
		}
		next.shards[shard] = sh
		if sh.movesUnits(old) {
			next.latest = &lazyView{}
		}
	}
	s.state = next
	return next, nil
}

// behind gives the shards that have moved on, with their sequence numbers. A
// reader that began before a write may be older than the state: it is not
// moved back.
func behind(ctx context.Context, q querier, st *state) (map[string]int64, error) {
	m := map[string]int64{}
	err := each(ctx, q, `SELECT shard, seq FROM shards`, nil, func(rows *sql.Rows) error {
		var shard string
		var seq int64
		if err := rows.Scan(&shard, &seq); err != nil {
			return err
		}
		if sh := st.shards[shard]; sh == nil || sh.seq < seq {
			m[shard] = seq
		}
		return nil
	})
	return m, err
}

// load reads what came to a shard after a sequence number.
func (s *Store) load(ctx context.Context, q querier, shard string, sh *shardState, after int64) error {
	known := len(sh.writes)
	var subs []string
	err := each(ctx, q, `SELECT seq, submission, visible FROM writes WHERE shard = $1 AND seq > $2 ORDER BY seq`, []any{shard, after}, func(rows *sql.Rows) error {
		var w write
		var sub string
		err := rows.Scan(&w.seq, &sub, &w.visible)
		sh.writes, subs = append(sh.writes, w), append(subs, sub)
		return err
	})
	if err != nil {
		return err
	}
	for i, id := range subs {
		w := &sh.writes[known+i]
		if w.visible == 0 {
			sh.hidden++
		}
		sh.latest = max(sh.latest, w.visible)
		if id == "" {
			continue
		}
		if s.subs[id] == nil {
			if s.subs[id], err = loadSubmission(ctx, q, id); err != nil {
				return fmt.Errorf("submission %s: %w", id, err)
			}
		}
		w.sub = s.subs[id]
	}
	// Every write takes one number; where more were taken, a batch may have been
	// published.
	if int64(len(subs)) < sh.seq-after && sh.hidden > 0 {
		if err := sh.flip(ctx, q, shard, after, known); err != nil {
			return err
		}
	}
	err = each(ctx, q, `SELECT id, seq, level, stage, school, declared, ended, into_json FROM units
		WHERE shard = $1 AND seq > $2 ORDER BY seq, id`, []any{shard, after}, func(rows *sql.Rows) error {
		var u unitRow
		var into string
		if err := rows.Scan(&u.unit.ID, &u.seq, &u.unit.Level, &u.unit.Stage, &u.school, &u.declared, &u.unit.Ended, &into); err != nil {
			return err
		}
		if into != "" {
			if err := json.Unmarshal([]byte(into), &u.unit.Into); err != nil {
				return fmt.Errorf("unit %s: %w", u.unit.ID, err)
			}
		}
		sh.units = append(sh.units, u)
		return nil
	})
	if err != nil {
		return err
	}
	return each(ctx, q, `SELECT unit, seq, from_day, code, name_zh, name_en, parent, kind, ownership, urban_rural, statutory, source, tag
		FROM unit_attrs WHERE shard = $1 AND seq > $2 ORDER BY seq, unit, from_day`, []any{shard, after}, func(rows *sql.Rows) error {
		var a attrRow
		err := rows.Scan(&a.unit, &a.seq, &a.From, &a.Code, &a.Name.ZH, &a.Name.EN, &a.Parent, &a.Kind, &a.Ownership, &a.UrbanRural, &a.Statutory, &a.Source, &a.Tag)
		sh.attrs = append(sh.attrs, a)
		return err
	})
}

// flip reads which of the known writes count since a sequence number.
func (sh *shardState) flip(ctx context.Context, q querier, shard string, after int64, known int) error {
	visible := map[int64]int64{}
	err := each(ctx, q, `SELECT seq, visible FROM writes WHERE shard = $1 AND seq <= $2 AND visible > $2`, []any{shard, after}, func(rows *sql.Rows) error {
		var seq, at int64
		err := rows.Scan(&seq, &at)
		visible[seq] = at
		return err
	})
	if err != nil || len(visible) == 0 {
		return err
	}
	sh.flipped = true
	sh.writes = slices.Clone(sh.writes) // older states keep theirs
	for i := range sh.writes[:known] {
		w := &sh.writes[i]
		if at := visible[w.seq]; at > 0 {
			w.visible = at
			sh.hidden--
			sh.latest = max(sh.latest, at)
		}
	}
	return nil
}

func loadSubmission(ctx context.Context, q querier, id string) (*submission, error) {
	s := &submission{Submission: Submission{ID: id}}
	var period, at string
	err := q.QueryRowContext(ctx, `SELECT form, period, title, file, hash, by_whom, at_time, fictional, batch, digest FROM submissions WHERE id = $1`, id).
		Scan(&s.Form, &period, &s.Title, &s.File, &s.Hash, &s.By, &at, &s.Fictional, &s.Batch, &s.digest)
	if err != nil {
		return nil, err
	}
	if s.Period, err = edu.ParsePeriod(period); err != nil {
		return nil, err
	}
	if s.At, err = parseTime(at); err != nil {
		return nil, err
	}
	err = each(ctx, q, `SELECT level, list, file, sheet, staged, heads_json FROM submission_tables WHERE submission = $1 ORDER BY no`, []any{id}, func(rows *sql.Rows) error {
		var l layout
		var heads string
		if err := rows.Scan(&l.level, &l.list, &l.file, &l.sheet, &l.staged, &heads); err != nil {
			return err
		}
		s.tables = append(s.tables, l)
		return json.Unmarshal([]byte(heads), &s.tables[len(s.tables)-1].heads)
	})
	return s, err
}

func each(ctx context.Context, q querier, query string, args []any, do func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
