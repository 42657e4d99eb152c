package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
)

// Submission is what somebody handed in at once: usually one workbook.
type Submission struct {
	// ID is made by the client, so that sending it again after a lost answer
	// does no harm.
	ID        string
	Form      string // what was filled; a newer submission of a form replaces its cells
	Period    edu.Period
	Title     string
	File      string
	Hash      string // hex SHA-256 of the file
	By        string
	At        time.Time
	Fictional bool // demonstration data: marks the whole store
	// Batch, if set, keeps the submission hidden until Publish flips the batch:
	// a big import commits workbook by workbook and appears at once.
	Batch string
	// Complete: the submission is all there is of its form, period, and the
	// kinds of unit it has, in the counties that it names. Records of an
	// earlier one that it does not repeat are withdrawn.
	Complete bool
}

// Revision tells what an import did.
type Revision struct {
	Submission string
	Repeated   bool // the same submission had been imported before
	Records    int  // units that the submission has something on
	Changed    int  // of these, how many got a new revision
	Withdrawn  int
	NewUnits   int
	Seqs       map[string]int64 // sequence number taken, by shard
}

// MetaFictional is set while the store holds demonstration data, which every
// page and export must then say.
const MetaFictional = "fictional"

// Import saves a submission in one transaction. Units that its tables name and
// nobody knows are registered; names and parents become attributes from the
// period's reference date on. Only records that differ from what is saved get a
// new revision, and a submission that changes nothing is not kept at all.
func (s *Store) Import(ctx context.Context, sc Scope, sub Submission, tables []*frame.Table) (Revision, error) {
	what := importing(sub)
	if err := sc.mayWrite(what); err != nil {
		return Revision{}, err
	}
	if err := checkSubmission(&sub, tables); err != nil {
		return Revision{}, fmt.Errorf("%s: %w", what, err)
	}
	digest := digestTables(sub, tables)
	var rev Revision
	err := s.write(ctx, what, func(tx *sql.Tx, st *state) (err error) {
		rev, err = s.importTx(ctx, tx, st, sc, sub, digest, tables)
		return err
	})
	return rev, err
}

// importIn is Import inside a bigger write, such as a filing that is handed in
// together with its figures:
//
//	s.write(ctx, what, func(tx *sql.Tx, st *state) error {
//		rev, err := s.importIn(ctx, tx, st, sc, sub, tables)
//		…
//	})
//
// That the submission changes nothing, or was imported before, is no error
// here: rev says so, and the write goes on. One write imports once, since st is
// the state before it.
func (s *Store) importIn(ctx context.Context, tx *sql.Tx, st *state, sc Scope, sub Submission, tables []*frame.Table) (Revision, error) {
	what := importing(sub)
	if err := sc.mayWrite(what); err != nil {
		return Revision{}, err
	}
	err := checkSubmission(&sub, tables)
	if err != nil {
		return Revision{}, fmt.Errorf("%s: %w", what, err)
	}
	rev, err := s.importTx(ctx, tx, st, sc, sub, digestTables(sub, tables), tables)
	if errors.Is(err, errNothing) {
		err = nil
	}
	return rev, err
}

func importing(sub Submission) string { return "import " + cmp.Or(sub.File, sub.ID) }

// checkSubmission refuses what must not get past the door, naming every cell.
func checkSubmission(sub *Submission, tables []*frame.Table) error {
	var errs []error
	need := func(ok bool, what string) {
		if !ok {
			errs = append(errs, fmt.Errorf("the submission has no %s", what))
		}
	}
	need(sub.ID != "", "id")
	need(sub.Form != "", "form")
	need(!sub.Period.IsZero(), "period")
	if p, err := edu.ParsePeriod(sub.Period.String()); !sub.Period.IsZero() && (err != nil || p != sub.Period) {
		errs = append(errs, fmt.Errorf("the period %s cannot be written down: want a year from 1900 to 2999", sub.Period))
	}
	need(!sub.At.IsZero(), "time")
	for _, text := range []string{sub.ID, sub.Form, sub.Title, sub.File, sub.Hash, sub.By, sub.Batch} {
		if !writable(text) {
			errs = append(errs, fmt.Errorf("the submission says %q, which is no text: a NUL or broken UTF-8", text))
		}
	}
	sub.At = sub.At.UTC().Truncate(time.Millisecond)
	for _, t := range tables {
		at := tableName(t)
		if t.Period != sub.Period && !t.Period.IsZero() {
			errs = append(errs, fmt.Errorf("%s: it is of %s; want %s, the submission's period", at, t.Period, sub.Period))
		}
		if t.Level == edu.NoLevel || int(t.Level) >= edu.NumLevels {
			errs = append(errs, fmt.Errorf("%s: it has no level", at))
		}
		if t.Key == nil || len(t.Key.Code) != t.N {
			errs = append(errs, fmt.Errorf("%s: it has no code of a unit for each of its %d records", at, t.N))
			continue
		}
		if t.Rows != nil && len(t.Rows) != t.N {
			errs = append(errs, fmt.Errorf("%s: it has %d row numbers for %d records", at, len(t.Rows), t.N))
		}
		for i := range t.N {
			if t.Key.At(i) == "" {
				errs = append(errs, fmt.Errorf("%s, row %d: it names no unit", at, rowNo(t, i)))
			}
		}
		for _, texts := range append(append([]*frame.Strings{t.Key, t.Stage, t.Name}, t.Path[:]...), t.PathName[:]...) {
			if texts == nil {
				continue
			}
			for _, text := range texts.Dict {
				if !writable(text) {
					errs = append(errs, fmt.Errorf("%s: a code or name is %q, which is no text: a NUL or broken UTF-8", at, text))
				}
			}
		}
		for _, id := range slices.Sorted(maps.Keys(t.Cols)) {
			col := t.Cols[id]
			if len(col) != t.N {
				errs = append(errs, fmt.Errorf("%s, column %s: it has %d figures for %d records", at, id, len(col), t.N))
				continue
			}
			for i, f := range col {
				if !packable(f) {
					errs = append(errs, fmt.Errorf("%s, row %d, column %s: %v is not a figure; want a finite number or missing", at, rowNo(t, i), id, f))
				}
			}
		}
		for _, id := range slices.Sorted(maps.Keys(t.Texts)) {
			if n := t.Texts[id]; n != nil && len(n.Code) != t.N {
				errs = append(errs, fmt.Errorf("%s, column %s: it has %d texts for %d records", at, id, len(n.Code), t.N))
			}
		}
	}
	if len(errs) > 0 {
		return errors.Join(append([]error{fault.Invalid}, errs...)...)
	}
	return nil
}

// writable reports whether every database can hold a text.
func writable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func tableName(t *frame.Table) string {
	if t.Sheet != "" {
		return t.File + ", sheet " + t.Sheet
	}
	return t.File
}

func rowNo(t *frame.Table, i int) int32 {
	if t.Rows == nil {
		return 0
	}
	return t.Rows[i]
}

// importer gathers, for each unit, what the submission says of it.
type importer struct {
	resolver
	sub     Submission
	layouts []layout
	records map[edu.UnitID]*record
}

type record struct {
	unit   edu.UnitID
	shard  string
	parts  []part
	digest []byte
}

func (s *Store) importTx(ctx context.Context, tx *sql.Tx, st *state, sc Scope, sub Submission, digest string, tables []*frame.Table) (Revision, error) {
	rev := Revision{Submission: sub.ID}
	if old, err := findSubmission(ctx, tx, sub.ID); err != nil {
		return rev, err
	} else if old != "" {
		if old != digest {
			return rev, fmt.Errorf("the id %q was used for a submission with other content; want a new id: %w", sub.ID, fault.Conflict)
		}
		rev.Repeated = true
		return rev, errNothing
	}
	im := &importer{sub: sub, records: map[edu.UnitID]*record{}}
	im.resolver.init(s.roll.under(st, withHidden()), sub.Period)
	for _, t := range tables {
		im.add(t)
	}
	im.finish(sc)
	if len(im.errs) > 0 {
		return rev, errors.Join(im.errs...)
	}
	rev.Records = len(im.records)

	w := newWriter(tx, sub.ID)
	w.atOnce = s.dialect.atOnce
	if err := im.writeRecords(ctx, w, st, &rev); err != nil {
		return rev, err
	}
	if err := im.writeUnits(ctx, w, s.roll.under(st, withBatch(sub.Batch)), &rev); err != nil {
		return rev, err
	}
	if len(w.seqs) == 0 {
		return rev, errNothing
	}
	if err := im.writeSubmission(ctx, w, digest); err != nil {
		return rev, err
	}
	if sub.Fictional {
		if err := w.exec(ctx, setMeta, MetaFictional, "yes"); err != nil {
			return rev, err
		}
	}
	rev.Seqs = w.seqs
	if sub.Batch != "" {
		return rev, w.hidden(ctx)
	}
	return rev, w.visible(ctx)
}

func findSubmission(ctx context.Context, q querier, id string) (digest string, err error) {
	err = q.QueryRowContext(ctx, `SELECT digest FROM submissions WHERE id = $1`, id).Scan(&digest)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return digest, err
}

// add sorts the records of a table to their units.
func (im *importer) add(t *frame.Table) {
	no := len(im.layouts)
	l := layout{level: t.Level, list: t.List, file: t.File, sheet: t.Sheet, staged: t.Stage != nil}
	head := func(id string) head {
		h := t.Heads[id]
		return head{ID: id, Column: h.Column, Header: h.Header, FilledIn: h.FilledIn}
	}
	var cols [][]float64
	for _, id := range slices.Sorted(maps.Keys(t.Cols)) {
		l.Cols = append(l.Cols, head(id))
		cols = append(cols, t.Cols[id])
	}
	var texts []*frame.Strings
	for _, id := range slices.Sorted(maps.Keys(t.Texts)) {
		l.Texts = append(l.Texts, head(id))
		texts = append(texts, t.Texts[id])
	}
	im.layouts = append(im.layouts, l)
	units := im.resolve(t)
	for i, id := range units {
		if id == "" {
			continue // its error is noted
		}
		r := im.records[id]
		if r == nil {
			r = &record{unit: id}
			im.records[id] = r
		}
		if n := len(r.parts); n == 0 || r.parts[n-1].table != no {
			r.parts = append(r.parts, part{table: no, cols: len(cols)})
		}
		p := &r.parts[len(r.parts)-1]
		for c, txt := range texts {
			if s := txt.At(i); s != "" {
				p.texts = append(p.texts, textCell{len(p.rows), c, s})
			}
		}
		p.rows = append(p.rows, rowNo(t, i))
		for _, col := range cols {
			p.cells = append(p.cells, col[i])
		}
	}
}

// finish completes the records and checks that the scope may write them.
func (im *importer) finish(sc Scope) {
	lists := map[edu.Level]map[string]int{}
	for no, l := range im.layouts {
		if l.list == "" {
			continue
		}
		if lists[l.level] == nil {
			lists[l.level] = map[string]int{}
		}
		if _, seen := lists[l.level][l.list]; !seen {
			lists[l.level][l.list] = no
		}
	}
	spoken := im.listedStages()
	for _, r := range im.records {
		// A list in which a unit has no rows says that there are none; one that has
		// rows of other stages only says nothing of this one.
		for _, no := range lists[im.level(r.unit)] {
			if stages := spoken[im.layouts[no].list]; len(stages) > 0 && !stages[im.stage(r.unit)] {
				continue
			}
			has := slices.ContainsFunc(r.parts, func(p part) bool { return im.layouts[p.table].list == im.layouts[no].list })
			if !has {
				r.parts = append(r.parts, part{table: no, cols: len(im.layouts[no].Cols)})
			}
		}
		slices.SortFunc(r.parts, func(a, b part) int { return cmp.Compare(a.table, b.table) })
		r.digest = im.digest(r)
		r.shard = im.shardOf(r.unit)
	}
	if sc.whole {
		return
	}
	var outside []edu.UnitID
	for id := range im.records {
		if !im.within(sc, id) {
			outside = append(outside, id)
		}
	}
	slices.Sort(outside)
	for _, id := range outside {
		im.errs = append(im.errs, fmt.Errorf("unit %q lies outside the part of the tree that may be written: %w", id, fault.Forbidden))
	}
}

// listedStages are the stages of the units that have rows, by list.
func (im *importer) listedStages() map[string]map[edu.Stage]bool {
	out := map[string]map[edu.Stage]bool{}
	for _, r := range im.records {
		for i := range r.parts {
			list := im.layouts[r.parts[i].table].list
			if list == "" || len(r.parts[i].rows) == 0 {
				continue
			}
			if out[list] == nil {
				out[list] = map[edu.Stage]bool{}
			}
			out[list][im.stage(r.unit)] = true
		}
	}
	return out
}

// digest identifies what a record says, whatever file and row said it.
func (im *importer) digest(r *record) []byte {
	h := sha256.New()
	for i := range r.parts {
		p := &r.parts[i]
		l := &im.layouts[p.table]
		hashString(h, l.list)
		hashInts(h, len(p.rows), len(p.texts))
		for _, c := range l.Cols {
			hashString(h, c.ID)
		}
		hashFloats(h, p.cells)
		for _, t := range p.texts {
			hashInts(h, t.row)
			hashString(h, l.Texts[t.col].ID)
			hashString(h, t.text)
		}
	}
	return h.Sum(nil)[:16]
}

func hashString(h hash.Hash, s string) {
	hashInts(h, len(s))
	h.Write([]byte(s))
}

func hashInts(h hash.Hash, ns ...int) {
	var b [8]byte
	for _, n := range ns {
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
}

func hashFloats(h hash.Hash, fs []float64) {
	b := make([]byte, 0, 8*len(fs))
	for _, f := range fs {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
	}
	h.Write(b)
}

// digestTables identifies the whole of a submission.
func digestTables(sub Submission, tables []*frame.Table) string {
	h := sha256.New()
	for _, s := range []string{sub.Form, sub.Period.String(), sub.Hash, sub.Batch} {
		hashString(h, s)
	}
	for _, t := range tables {
		hashInts(h, int(t.Level), t.N)
		hashString(h, t.List)
		for _, id := range slices.Sorted(maps.Keys(t.Cols)) {
			hashString(h, id)
			hashFloats(h, t.Cols[id])
		}
		texts := []*frame.Strings{t.Key, t.Stage, t.Name}
		texts = append(texts, t.Path[:]...)
		for _, id := range slices.Sorted(maps.Keys(t.Texts)) {
			hashString(h, id)
			texts = append(texts, t.Texts[id])
		}
		for _, s := range texts {
			for i := range t.N {
				hashString(h, s.At(i))
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// saved is the newest revision of a record.
type saved struct {
	order  int64
	digest []byte
}

func (im *importer) writeRecords(ctx context.Context, w *writer, st *state, rev *Revision) error {
	byShard := map[string][]*record{}
	for _, r := range im.records {
		byShard[r.shard] = append(byShard[r.shard], r)
	}
	read := withBatch(im.sub.Batch)
	for _, shard := range slices.Sorted(maps.Keys(byShard)) {
		rs := byShard[shard]
		old, err := im.saved(ctx, w, st, shard, rs, read)
		if err != nil {
			return err
		}
		slices.SortFunc(rs, func(a, b *record) int { return cmp.Compare(a.unit, b.unit) })
		levels := map[edu.Level]bool{}
		for _, r := range rs {
			levels[im.level(r.unit)] = true
			if bytes.Equal(old[r.unit].digest, r.digest) {
				continue
			}
			rev.Changed++
			if err := im.writeRecord(ctx, w, r); err != nil {
				return err
			}
		}
		if !im.sub.Complete {
			continue
		}
		none := (&importer{}).digest(&record{})
		for _, id := range slices.Sorted(maps.Keys(old)) {
			if im.records[id] != nil || !levels[im.level(id)] || bytes.Equal(old[id].digest, none) {
				continue
			}
			rev.Withdrawn++
			if err := im.writeRecord(ctx, w, &record{unit: id, shard: shard, digest: none}); err != nil {
				return err
			}
		}
	}
	return nil
}

// few is how many records are looked up one group of units after the other; for
// more, all records of the form are read.
const few, group = 256, 16

// saved gives the newest revisions of the records of a form in a shard: of all
// of them, or of those that the submission has if they are few.
func (im *importer) saved(ctx context.Context, w *writer, st *state, shard string, rs []*record, read reading) (map[edu.UnitID]saved, error) {
	old := map[edu.UnitID]saved{}
	sh := st.shards[shard]
	if sh == nil {
		return old, nil
	}
	o := read.order(shard, sh)
	take := func(rows *sql.Rows) error {
		var unit edu.UnitID
		var seq int64
		var digest []byte
		if err := rows.Scan(&unit, &seq, &digest); err != nil {
			return err
		}
		if at := o.at(seq); at > old[unit].order {
			old[unit] = saved{order: at, digest: digest}
		}
		return nil
	}
	const query = `SELECT unit, seq, digest FROM records WHERE shard = $1 AND period = $2 AND form = $3`
	args := []any{shard, im.sub.Period.String(), im.sub.Form}
	if im.sub.Complete || len(rs) > few {
		return old, each(ctx, w.tx, query, args, take)
	}
	for some := range slices.Chunk(rs, group) {
		args := slices.Clone(args)
		for i := range group { // always as many, so that it is one statement
			args = append(args, string(some[min(i, len(some)-1)].unit))
		}
		if err := each(ctx, w.tx, query+` AND unit IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`, args, take); err != nil {
			return nil, err
		}
	}
	return old, nil
}

func (im *importer) writeRecord(ctx context.Context, w *writer, r *record) error {
	seq, err := w.seq(ctx, r.shard)
	if err != nil {
		return err
	}
	return w.insert(ctx, `records (shard, period, form, unit, seq, digest, body)`,
		r.shard, im.sub.Period.String(), im.sub.Form, string(r.unit), seq, r.digest, packParts(r.parts))
}

func (im *importer) writeSubmission(ctx context.Context, w *writer, digest string) error {
	sub := im.sub
	err := w.exec(ctx, `INSERT INTO submissions (id, form, period, title, file, hash, by_whom, at_time, fictional, batch, digest)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		sub.ID, sub.Form, sub.Period.String(), sub.Title, sub.File, sub.Hash, sub.By, formatTime(sub.At), bit(sub.Fictional), sub.Batch, digest)
	if err != nil {
		return err
	}
	for no, l := range im.layouts {
		heads, err := json.Marshal(l.heads)
		if err != nil {
			return err
		}
		err = w.exec(ctx, `INSERT INTO submission_tables (submission, no, level, list, file, sheet, staged, heads_json) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			sub.ID, no, int64(l.level), l.list, l.file, l.sheet, bit(l.staged), string(heads))
		if err != nil {
			return err
		}
	}
	return nil
}

// Publish makes all submissions of a batch count from now on, in one step.
func (s *Store) Publish(ctx context.Context, sc Scope, batch string) error {
	what := "publish " + batch
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		known := false
		for _, shard := range slices.Sorted(maps.Keys(st.shards)) {
			var hidden []int64
			for _, w := range st.shards[shard].writes {
				if w.sub != nil && w.sub.Batch == batch {
					known = true
					if w.visible == 0 {
						hidden = append(hidden, w.seq)
					}
				}
			}
			// Each gets a place of its own, in the order of writing.
			for _, seq := range hidden {
				at, err := nextSeq(ctx, tx, shard)
				if err != nil {
					return err
				}
				if _, err := tx.ExecContext(ctx, `UPDATE writes SET visible = $1 WHERE shard = $2 AND seq = $3`, at, shard, seq); err != nil {
					return err
				}
			}
		}
		if !known {
			return fmt.Errorf("no submission has the batch %q: %w", batch, fault.NotFound)
		}
		return nil
	})
}
