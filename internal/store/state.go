package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"math"
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
	subs   map[string]*submission

	once   sync.Once
	latest *view
	err    error
}

type shardState struct {
	seq    int64
	units  []unitRow
	attrs  []attrRow
	writes map[int64]write

	once sync.Once
	now  *shardUnits // under the reading of what is visible
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
	sub     string
	visible int64 // its place in the order of what counts; 0 while it is hidden
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
	return &state{shards: map[string]*shardState{}, subs: map[string]*submission{}}
}

// querier is a transaction or a pool of connections.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// current is the state as it is in the database now.
func (s *Store) current(ctx context.Context) (*state, error) {
	// One read transaction, so that sequence numbers and rows fit together.
	tx, err := s.r.BeginTx(ctx, &s.dialect.read)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	return s.refresh(ctx, tx)
}

// refresh reads what came since the state in memory.
func (s *Store) refresh(ctx context.Context, q querier) (*state, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	behind, err := behind(ctx, q, s.state)
	if err != nil || len(behind) == 0 {
		return s.state, err
	}
	next := &state{shards: maps.Clone(s.state.shards), subs: maps.Clone(s.state.subs)}
	for shard, seq := range behind {
		sh := &shardState{seq: seq}
		after := int64(0)
		if old := next.shards[shard]; old != nil {
			sh.units, sh.attrs, after = old.units, old.attrs, old.seq
		}
		if err := sh.load(ctx, q, shard, after); err != nil {
			return nil, err
		}
		next.shards[shard] = sh
		for _, w := range sh.writes {
			if w.sub == "" || next.subs[w.sub] != nil {
				continue
			}
			if next.subs[w.sub], err = loadSubmission(ctx, q, w.sub); err != nil {
				return nil, fmt.Errorf("submission %s: %w", w.sub, err)
			}
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

func (sh *shardState) load(ctx context.Context, q querier, shard string, after int64) error {
	sh.writes = map[int64]write{}
	err := each(ctx, q, `SELECT seq, submission, visible FROM writes WHERE shard = $1`, []any{shard}, func(rows *sql.Rows) error {
		var seq int64
		var w write
		if err := rows.Scan(&seq, &w.sub, &w.visible); err != nil {
			return err
		}
		sh.writes[seq] = w
		return nil
	})
	if err != nil {
		return err
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

// order tells for each write of a shard its place in the order of what counts;
// a write that is not in it does not count.
type order map[int64]int64

// reading says which writes count.
type reading struct {
	upTo   map[string]int64 // nil is everything
	hidden func(write) bool // hidden writes that count too, behind all visible ones
}

// now counts what is visible.
var now = reading{}

// asOf counts what was visible at a snapshot.
func asOf(seqs map[string]int64) reading { return reading{upTo: seqs} }

// withHidden counts what is visible and every hidden write.
func withHidden() reading { return reading{hidden: func(write) bool { return true }} }

// withBatch counts what is visible and what a batch has written so far.
func (st *state) withBatch(batch string) reading {
	if batch == "" {
		return now
	}
	return reading{hidden: func(w write) bool { return w.sub != "" && st.subs[w.sub].Batch == batch }}
}

// pending places hidden writes behind all visible ones.
const pending = int64(1) << 52

// order applies a reading to a shard. It reports whether it counts exactly what
// is visible now.
func (r reading) order(name string, sh *shardState) (o order, isNow bool) {
	upTo := int64(math.MaxInt64)
	if r.upTo != nil {
		upTo = r.upTo[name]
	}
	o, isNow = make(order, len(sh.writes)), true
	for seq, w := range sh.writes {
		switch {
		case w.visible > upTo:
			isNow = false
		case w.visible > 0:
			o[seq] = w.visible
		case r.hidden != nil && r.hidden(w):
			o[seq] = pending + seq
			isNow = false
		}
	}
	return o, isNow
}

// view is the tree under one reading.
type view struct {
	tree  *edu.Tree
	shard map[edu.UnitID]string
	parts map[string]*shardUnits

	mu    sync.Mutex
	byDay map[edu.Date]*edu.Snapshot
}

// shardUnits are the units of a shard under one reading.
type shardUnits struct {
	list []edu.Unit
	// said holds the days for which a unit's attributes were stated by a
	// submission.
	said map[saidKey]bool
	// declared units were registered on purpose: submissions do not rename them.
	declared map[edu.UnitID]bool
}

type saidKey struct {
	unit edu.UnitID
	day  edu.Date
}

// view gives the tree as it is now.
func (st *state) view() (*view, error) {
	st.once.Do(func() { st.latest, st.err = st.build(now) })
	return st.latest, st.err
}

// viewOf gives the tree under a reading.
func (st *state) viewOf(r reading) (*view, error) {
	for name, sh := range st.shards {
		if _, isNow := r.order(name, sh); !isNow {
			return st.build(r)
		}
	}
	return st.view()
}

func (st *state) build(r reading) (*view, error) {
	v := &view{shard: map[edu.UnitID]string{}, parts: map[string]*shardUnits{}, byDay: map[edu.Date]*edu.Snapshot{}}
	var list []edu.Unit
	for name, sh := range st.shards {
		var part *shardUnits
		if o, isNow := r.order(name, sh); isNow {
			sh.once.Do(func() { sh.now = sh.unitsUnder(o) })
			part = sh.now
		} else {
			part = sh.unitsUnder(o)
		}
		v.parts[name] = part
		list = append(list, part.list...)
		for i := range part.list {
			v.shard[part.list[i].ID] = name
		}
	}
	var err error
	v.tree, err = edu.NewTree(list)
	return v, err
}

// unitsUnder gathers the units that an order lets count, each with its
// attributes.
func (sh *shardState) unitsUnder(o order) *shardUnits {
	out := &shardUnits{said: map[saidKey]bool{}, declared: map[edu.UnitID]bool{}}
	newest := map[edu.UnitID]*unitRow{}
	for i := range sh.units {
		u := &sh.units[i]
		if old := newest[u.unit.ID]; o[u.seq] > 0 && (old == nil || o[u.seq] > o[old.seq]) {
			newest[u.unit.ID] = u
		}
	}
	attrs := map[edu.UnitID][]*attrRow{}
	for i := range sh.attrs {
		if a := &sh.attrs[i]; o[a.seq] > 0 {
			attrs[a.unit] = append(attrs[a.unit], a)
		}
	}
	for id, p := range newest {
		u := p.unit
		if u.Level == edu.Section {
			u.Attrs = []edu.Attrs{{Parent: p.school}}
			out.list = append(out.list, u)
			continue
		}
		as := attrs[id]
		if p.declared {
			out.declared[id] = true
			as = slices.DeleteFunc(as, func(a *attrRow) bool { return a.seq != p.seq })
		}
		// Of several statements for one day the newest counts: it stands first,
		// where CompactFunc keeps it.
		slices.SortFunc(as, func(a, b *attrRow) int {
			return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(o[b.seq], o[a.seq]))
		})
		as = slices.CompactFunc(as, func(a, b *attrRow) bool { return a.From == b.From })
		for i, row := range as {
			a := row.Attrs
			if !p.declared {
				out.said[saidKey{id, a.From}] = true
				if i == 0 {
					a.From = 0 // the first that is known holds for the time before
				}
			}
			if n := len(u.Attrs); n > 0 && !p.declared {
				same := a
				same.From = u.Attrs[n-1].From
				if same == u.Attrs[n-1] {
					continue
				}
			}
			u.Attrs = append(u.Attrs, a)
		}
		out.list = append(out.list, u)
	}
	return out
}

func (v *view) declared(id edu.UnitID) bool {
	p := v.parts[v.shard[id]]
	return p != nil && p.declared[id]
}

// said reports whether a submission stated a known unit's attributes for a day.
func (v *view) said(id edu.UnitID, day edu.Date) bool {
	p := v.parts[v.shard[id]]
	return p != nil && p.said[saidKey{id, day}]
}

// on gives the tree of a day; it is made once.
func (v *view) on(day edu.Date) *edu.Snapshot {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.byDay[day]
	if s == nil {
		s = v.tree.At(day)
		v.byDay[day] = s
	}
	return s
}
