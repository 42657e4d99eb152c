package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// Query says which records Tables reads.
type Query struct {
	Period edu.Period
	AsOf   *Snapshot // nil is now
	// Forms are those whose records count together, the strongest last: what a
	// later one says of a unit stands over what an earlier one says, column by
	// column, as a newer submission does. None is every form, each for itself.
	Forms []string
}

// Tables gives the records of a period as tables, one for each table of a
// submission that still has a current record, rows in the order of the file.
//
// A newer submission of a form replaces a record's cells column by column: a
// column that it does not have stays as it was, an empty cell empties. A list
// is replaced as a whole.
func (s *Store) Tables(ctx context.Context, sc Scope, q Query) ([]*frame.Table, error) {
	what := "read the records of " + q.Period.String()
	if !sc.sees() {
		return nil, nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, s.wrap(what, err)
	}
	read := now
	if q.AsOf != nil {
		read = asOf(q.AsOf.Seqs)
	}
	v, err := st.viewOf(read)
	if err != nil {
		return nil, s.wrap(what, err)
	}
	parts, err := s.readShards(ctx, st, v, sc, q, read)
	if err != nil {
		return nil, s.wrap(what, err)
	}
	return join(v, q.Period, parts), nil
}

// readShards reads the shards that have records of the period, several at a
// time. Rows are only added and the sequence numbers are already fixed, so the
// connections need no common transaction.
func (s *Store) readShards(ctx context.Context, st *state, v *view, sc Scope, q Query, read reading) ([]*shardReader, error) {
	p := q.Period
	var readers []*shardReader
	for name, sh := range st.shards {
		o := read.order(name, sh)
		var forms []string // of the query, that the shard has
		some := false
		for _, w := range sh.writes {
			if w.sub == nil || w.sub.Period != p || o.at(w.seq) == 0 {
				continue
			}
			some = true
			if len(q.Forms) == 0 {
				break
			}
			if slices.Contains(q.Forms, w.sub.Form) && !slices.Contains(forms, w.sub.Form) {
				forms = append(forms, w.sub.Form)
			}
		}
		if !some || len(q.Forms) > 0 && len(forms) == 0 {
			continue
		}
		slices.SortFunc(forms, func(a, b string) int { return cmp.Compare(slices.Index(q.Forms, a), slices.Index(q.Forms, b)) })
		readers = append(readers, &shardReader{v: v, sc: sc, name: name, order: o, forms: forms, day: edu.DateOf(p.Reference())})
	}
	slices.SortFunc(readers, func(a, b *shardReader) int { return cmp.Compare(a.name, b.name) })
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan *shardReader, len(readers))
	for _, r := range readers {
		next <- r
	}
	close(next)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(readers)) {
		wg.Go(func() {
			for r := range next {
				if ctx.Err() != nil {
					return
				}
				if err := r.read(ctx, s.r, p); err != nil {
					cancel(fmt.Errorf("shard %s: %w", r.name, err))
				}
			}
		})
	}
	wg.Wait()
	return readers, context.Cause(ctx)
}

type tableKey struct {
	sub *submission
	no  int
}

// chunk is a table's records from one shard.
type chunk struct {
	key    tableKey
	layout *layout
	reader *shardReader
	units  []uint32 // by record, its unit's place in the reader's
	rows   []int32
	cells  []float64  // record by record
	texts  []textCell // row is the place in rows
}

// shardReader unpacks the records of one shard.
type shardReader struct {
	v     *view
	sc    Scope
	name  string
	order order
	forms []string // that count together, the strongest last; nil is all, each for itself
	day   edu.Date

	unpack unpacker
	buf    []byte       // bodies of the unit that is being read
	units  []edu.UnitID // that were read, in their order
	spots  []spot       // theirs, once a table asks; empty before
	chunks []*chunk
	byKey  map[tableKey]*chunk
	none   given // what newer revisions have of a record of which there are none
}

// revision is one stored body of a record.
type revision struct {
	form   int   // its place among the forms that count together
	order  int64 // its place among the form's
	sub    *submission
	lo, hi int // of its body in the reader's buffer
}

func (r *shardReader) read(ctx context.Context, db querier, p edu.Period) error {
	r.byKey = map[tableKey]*chunk{}
	var form, unit, body sql.RawBytes
	var lastForm string
	var last edu.UnitID
	var revs []revision
	done := func() error {
		if len(revs) == 0 || !r.holds(last) {
			return nil
		}
		if err := r.record(last, revs); err != nil {
			return fmt.Errorf("unit %s: %w", last, err)
		}
		return nil
	}
	query, args := `SELECT form, unit, seq, body FROM records WHERE shard = $1 AND period = $2`, []any{r.name, p.String()}
	together := len(r.forms) > 1
	switch {
	case together:
		query += ` ORDER BY unit, form, seq`
	case len(r.forms) == 1:
		query, args = query+` AND form = $3 ORDER BY form, unit, seq`, append(args, r.forms[0])
	default:
		query += ` ORDER BY form, unit, seq`
	}
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&form, &unit, &seq, &body); err != nil {
			return err
		}
		at := 0
		if together {
			if at = slices.Index(r.forms, string(form)); at < 0 {
				continue
			}
		}
		if string(unit) != string(last) || !together && string(form) != lastForm {
			if err := done(); err != nil {
				return err
			}
			last, lastForm, revs, r.buf = edu.UnitID(unit), string(form), revs[:0], r.buf[:0]
		}
		if o := r.order.at(seq); o > 0 {
			w, _ := r.order.sh.write(seq)
			lo := len(r.buf)
			r.buf = append(r.buf, body...)
			revs = append(revs, revision{at, o, w.sub, lo, len(r.buf)})
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return done()
}

func (r *shardReader) holds(id edu.UnitID) bool {
	return r.sc.whole || r.sc.holds(r.v.tree, id, r.day)
}

// record adds what counts of a record's revisions.
func (r *shardReader) record(id edu.UnitID, revs []revision) error {
	slices.SortFunc(revs, func(a, b revision) int { return cmp.Or(cmp.Compare(b.form, a.form), cmp.Compare(b.order, a.order)) })
	r.units = append(r.units, id)
	newer := &r.none // what newer revisions have
	gone := -1       // the form that withdrew the unit
	for i, rev := range revs {
		if rev.form == gone {
			continue // what came before does not count
		}
		r.unpack.reset(r.buf[rev.lo:rev.hi])
		n, now := 0, newer
		for r.unpack.next() {
			n++
			p := &r.unpack.part
			if p.table >= len(rev.sub.tables) || p.cols != len(rev.sub.tables[p.table].Cols) {
				return fmt.Errorf("%w: it does not fit the columns of submission %s", errDamaged, rev.sub.ID)
			}
			l := &rev.sub.tables[p.table]
			if r.add(rev.sub, l, p, newer.of(l)) && i+1 < len(revs) {
				now = now.with(l)
			}
		}
		if r.unpack.err != nil {
			return r.unpack.err
		}
		if n == 0 {
			gone = rev.form
			continue
		}
		newer = now
	}
	return nil
}

// add appends a part of the last unit to its table, without what newer revisions
// give. It reports false if nothing of it is left.
func (r *shardReader) add(sub *submission, l *layout, p *part, old *stale) bool {
	if old.all {
		return false
	}
	k := tableKey{sub, p.table}
	c := r.byKey[k]
	if c == nil {
		c = &chunk{key: k, layout: l, reader: r}
		r.byKey[k] = c
		r.chunks = append(r.chunks, c)
	}
	for _, t := range p.texts {
		if t.col < len(l.Texts) && !old.texts[t.col] {
			c.texts = append(c.texts, textCell{len(c.rows) + t.row, t.col, t.text})
		}
	}
	for _, j := range old.cols {
		for i := range p.rows {
			p.cells[i*p.cols+j] = edu.Missing()
		}
	}
	c.cells = append(c.cells, p.cells...)
	c.rows = append(c.rows, p.rows...)
	for range p.rows {
		c.units = append(c.units, uint32(len(r.units)-1))
	}
	return true
}

// join makes the tables of the chunks of all shards.
func join(v *view, p edu.Period, readers []*shardReader) []*frame.Table {
	chunks := map[tableKey][]*chunk{}
	var keys []tableKey
	for _, r := range readers {
		for _, c := range r.chunks {
			if chunks[c.key] == nil {
				keys = append(keys, c.key)
			}
			chunks[c.key] = append(chunks[c.key], c)
		}
	}
	slices.SortFunc(keys, func(a, b tableKey) int {
		return cmp.Or(a.sub.At.Compare(b.sub.At), cmp.Compare(a.sub.ID, b.sub.ID), cmp.Compare(a.no, b.no))
	})
	pl := &placer{v: v, snap: v.on(edu.DateOf(p.Reference()))}
	var out []*frame.Table
	for _, k := range keys {
		if t := joinTable(pl, p, k, chunks[k]); t.N > 0 {
			out = append(out, t)
		}
	}
	return out
}

func joinTable(pl *placer, p edu.Period, k tableKey, chunks []*chunk) *frame.Table {
	l := chunks[0].layout
	t := &frame.Table{Period: p, Level: l.level, List: l.list, Submission: k.sub.ID, File: l.file, Sheet: l.sheet,
		Cols: make(map[string][]float64, len(l.Cols)), Heads: make(map[string]frame.Head, len(l.Cols)+len(l.Texts))}
	for _, c := range chunks {
		t.N += len(c.rows)
	}
	// to tells the place of each record: in the order of the file.
	type ref struct {
		row   int32
		chunk int32
		i     int32
	}
	refs := make([]ref, 0, t.N)
	for n, c := range chunks {
		for i, row := range c.rows {
			refs = append(refs, ref{row, int32(n), int32(i)})
		}
	}
	slices.SortStableFunc(refs, func(a, b ref) int { return cmp.Compare(a.row, b.row) })
	to := make([][]int32, len(chunks))
	for n, c := range chunks {
		to[n] = make([]int32, len(c.rows))
	}
	t.Rows = make([]int32, t.N)
	units := make([]unitRef, t.N)
	for at, f := range refs {
		to[f.chunk][f.i] = int32(at)
		t.Rows[at] = f.row
		c := chunks[f.chunk]
		units[at] = unitRef{c.reader, c.units[f.i]}
	}
	cols := make([][]float64, len(l.Cols))
	for j, h := range l.Cols {
		cols[j] = make([]float64, t.N)
		t.Cols[h.ID] = cols[j]
		t.Heads[h.ID] = h.frame()
	}
	for n, c := range chunks {
		for i, at := range to[n] {
			for j, f := range c.cells[i*len(cols) : (i+1)*len(cols)] {
				cols[j][at] = f
			}
		}
	}
	for j, h := range l.Texts {
		s := newStrings(t.N, 0)
		for n, c := range chunks {
			for _, x := range c.texts {
				if x.col == j {
					s.set(int(to[n][x.row]), x.text)
				}
			}
		}
		if t.Texts == nil {
			t.Texts = make(map[string]*frame.Strings, len(l.Texts))
		}
		t.Texts[h.ID] = &s.Strings
		t.Heads[h.ID] = h.frame()
	}
	pl.place(t, units, l.staged)
	return t
}
