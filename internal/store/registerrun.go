package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Run is an import of a register: what it writes is hidden until it is done.
type Run struct {
	No      int
	State   RunState
	Kind    PersonKind
	List    register.List
	Year    int
	Hash    string // of the file and of how it is read
	Unit    edu.UnitID
	By      string
	Began   time.Time
	Touched time.Time
	Chunks  int    // how many parts of the file are written
	Body    string // what the caller says of it: counts and problems
}

const runColumns = `run, state, kind, list, year, hash, unit, by_whom, began, touched, chunks, body`

func scanRun(rows interface{ Scan(...any) error }) (r Run, err error) {
	var kind, began, touched string
	if err = rows.Scan(&r.No, &r.State, &kind, &r.List, &r.Year, &r.Hash, &r.Unit, &r.By, &began, &touched, &r.Chunks, &r.Body); err != nil {
		return r, err
	}
	if r.Kind = AChild; kind == kindNames[AStaff] {
		r.Kind = AStaff
	}
	r.Began, _ = parseTime(began)
	r.Touched, _ = parseTime(touched)
	return r, nil
}

var kindNames = map[PersonKind]string{AChild: "pupils", AStaff: "staff"}

// BeginRun begins an import, or gives the one of the same unit that was broken off with
// the same file. While another one writes the answer is ErrRunWrites with that one: one
// number is the horizon of all, so two of them cannot be hidden at once ([Store.DropSilent]).
func (s *Store) BeginRun(ctx context.Context, sc Scope, r Run) (out Run, err error) {
	const what = "begin an import of a register"
	if err := sc.mayWrite(what); err != nil {
		return out, err
	}
	err = s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
		out, err = scanRun(tx.QueryRowContext(ctx, `SELECT `+runColumns+` FROM register_runs WHERE state = $1`, string(RunWrites)))
		switch {
		case err == nil && out.Kind == r.Kind && out.List == r.List && out.Year == r.Year && out.Hash == r.Hash && out.Unit == r.Unit:
			out.Touched = r.Began // somebody goes on with it
			_, err = tx.ExecContext(ctx, `UPDATE register_runs SET touched = $1 WHERE run = $2`, formatTime(out.Touched), out.No)
			return err
		case err == nil:
			return fmt.Errorf("since %s: %w", formatTime(out.Began), ErrRunWrites)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		out = r
		out.State, out.Touched, out.Chunks = RunWrites, r.Began, 0
		if err := tx.QueryRowContext(ctx, `UPDATE register_state SET last = last + 1 WHERE id = 1 RETURNING last`).Scan(&out.No); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO register_runs (`+runColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			out.No, string(out.State), kindNames[out.Kind], string(out.List), out.Year, out.Hash, string(out.Unit), out.By, formatTime(out.Began), formatTime(out.Touched), 0, out.Body)
		return err
	})
	return out, err
}

// Runs lists imports, the newest first: of a part of the tree those that were for it.
func (s *Store) Runs(ctx context.Context, sc Scope, limit int) (out []Run, err error) {
	const what = "list imports of registers"
	if !sc.sees() {
		return nil, nil
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	err = each(ctx, s.r, `SELECT `+runColumns+` FROM register_runs ORDER BY run DESC LIMIT $1`, []any{max(limit, 1) * 4}, func(rows *sql.Rows) error {
		r, err := scanRun(rows)
		if err == nil && len(out) < limit && (sc.whole || sc.holds(v.tree, r.Unit, lastDay)) {
			out = append(out, r)
		}
		return err
	})
	return out, s.wrap(what, err)
}

// KnownPerson is a person that an import may meet again, with the row of its year.
type KnownPerson struct {
	ID               register.PersonID
	Shard            string
	Citizen, Student []byte
	Coarse, Digest   []byte
	RowShard         string // empty where the year has no row of the person yet
	RowUnit          edu.UnitID
	RowDigest        int64
}

// Known passes all persons by that an import of a year may meet, also those that it
// has written itself before it was broken off. Only what they are matched by is read.
func (s *Store) Known(ctx context.Context, sc Scope, r Run, person func(KnownPerson), row func(id register.PersonID, shard string, unit edu.UnitID, digest int64, left bool)) error {
	const what = "read whom a register knows"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	const there = `from_run <= $1 AND until_run > $1`
	err := each(ctx, s.r, `SELECT id, shard, citizen, student, coarse, digest FROM persons WHERE kind = $2 AND `+there, []any{r.No, int(r.Kind)}, func(rows *sql.Rows) error {
		var k KnownPerson
		err := rows.Scan(&k.ID, &k.Shard, &k.Citizen, &k.Student, &k.Coarse, &k.Digest)
		person(k)
		return err
	})
	if err != nil {
		return s.wrap(what, err)
	}
	query, args := `SELECT person, shard, unit, digest, left_day FROM children WHERE year = $2 AND list = $3 AND `+there, []any{r.No, r.Year, string(r.List)}
	if r.Kind == AStaff {
		query, args = `SELECT person, shard, unit, digest, 0 FROM staff WHERE year = $2 AND `+there, []any{r.No, r.Year}
	}
	return s.wrap(what, each(ctx, s.r, query, args, func(rows *sql.Rows) error {
		var id register.PersonID
		var shard string
		var unit edu.UnitID
		var digest, left int64
		err := rows.Scan(&id, &shard, &unit, &digest, &left)
		row(id, shard, unit, digest, left != 0)
		return err
	}))
}

// RunRow is what an import says of one person.
type RunRow struct {
	Child *register.Child // one of these, or neither: then the row of the year ends
	Staff *register.Staff
	ID    register.PersonID
	// Person is who it is, where that is new or changed; nil leaves it.
	Person *Person
	// PersonShard is where the person is kept; empty for a new one.
	PersonShard string
	// Replaces is the shard of the row of the year that this one stands in for.
	Replaces string
}

// WriteRun writes one part of an import, hidden, in one transaction. Parts are written
// in their order; of two programs that go on with the same one, one is told
// fault.Conflict.
func (s *Store) WriteRun(ctx context.Context, sc Scope, r *Run, rows []RunRow, now time.Time) error {
	const what = "write a part of a register"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	err := s.writeBulk(ctx, what, func(tx *sql.Tx, st *state, w *writer) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		if n, err := changed(tx.ExecContext(ctx, `UPDATE register_runs SET chunks = $1, touched = $2, body = $3 WHERE run = $4 AND chunks = $5 AND state = $6`,
			r.Chunks+1, formatTime(now), r.Body, r.No, r.Chunks, string(RunWrites))); err != nil {
			return err
		} else if n == 0 {
			return fmt.Errorf("another program goes on with this import, or it was dropped: %w", fault.Conflict)
		}
		for i := range rows {
			if err := writeRunRow(ctx, w, v, sc, r, &rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		r.Chunks++
	}
	return err
}

func writeRunRow(ctx context.Context, w *writer, v *view, sc Scope, r *Run, row *RunRow) error {
	unit := edu.UnitID("")
	switch {
	case row.Child != nil:
		unit = cmp.Or(row.Child.School, row.Child.Home)
	case row.Staff != nil:
		unit = row.Staff.Unit
	}
	if unit != "" && !sc.holds(v.tree, unit, lastDay) {
		return fmt.Errorf("unit %s: %w", unit, fault.Forbidden)
	}
	shard := v.shard[unit]
	personShard := cmp.Or(row.PersonShard, shard)
	if p := row.Person; p != nil {
		if row.PersonShard != "" {
			if err := w.later(ctx, `UPDATE persons SET until_run = $1 WHERE shard = $2 AND id = $3 AND until_run > $1 AND from_run < $1`, r.No, personShard, string(row.ID)); err != nil {
				return err
			}
		}
		if err := w.insert(ctx, `persons (shard, id, from_run, until_run, kind, key_id, sealed, citizen, student, coarse, digest)`,
			personShard, string(row.ID), r.No, forever, int(r.Kind), int64(p.Key), p.Sealed, some(p.Citizen), some(p.Student), some(p.Coarse), some(p.Digest)); err != nil {
			return err
		}
	}
	if r.Kind == AStaff {
		return writeRunStaff(ctx, w, r, row, shard, personShard)
	}
	if row.Replaces != "" {
		if err := w.later(ctx, `UPDATE children SET until_run = $1 WHERE shard = $2 AND year = $3 AND list = $4 AND person = $5 AND until_run > $1 AND from_run < $1`, r.No, row.Replaces, r.Year, string(r.List), string(row.ID)); err != nil {
			return err
		}
	}
	if row.Child == nil {
		return nil
	}
	return w.insert(ctx, `children (shard, year, list, person, person_shard, unit, school, home, stage, grade, class, born, sex, marks, boards, schooling, proof, approved, from_day, until_day, case_no, left_day, leaving, received, more, digest, from_run, until_run)`,
		append(childArgs(shard, personShard, r.List, row.Child), r.No, forever)...)
}

func writeRunStaff(ctx context.Context, w *writer, r *Run, row *RunRow, shard, personShard string) error {
	if row.Replaces != "" {
		if err := w.later(ctx, `UPDATE staff SET until_run = $1 WHERE shard = $2 AND year = $3 AND person = $4 AND until_run > $1 AND from_run < $1`, r.No, row.Replaces, r.Year, string(row.ID)); err != nil {
			return err
		}
	}
	if row.Staff == nil {
		return nil
	}
	args, err := staffArgs(shard, personShard, row.Staff)
	if err != nil {
		return err
	}
	return w.insert(ctx, `staff (shard, year, person, person_shard, unit, category, duty, post, stage, subject, backbone, class_head, head_since, body, digest, from_run, until_run)`, append(args, r.No, forever)...)
}

// RowDigest tells whether a row of an import differs from one that is known.
func RowDigest(row *RunRow) (int64, error) {
	if row.Staff != nil {
		args, err := staffArgs("", "", row.Staff)
		if err != nil {
			return 0, err
		}
		return args[len(args)-1].(int64), nil
	}
	return childDigest(row.Child), nil
}

// FinishRun makes an import count: the hashes of whom it brought are written in order,
// shard by shard, then one number changes. What it replaced is deleted behind it.
func (s *Store) FinishRun(ctx context.Context, sc Scope, r *Run, now time.Time, progress func(done, total int), recs ...audit.Record) error {
	const what = "finish an import of a register"
	began := time.Now()
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	shards, err := s.shardsOf(ctx)
	if err != nil {
		return s.wrap(what, err)
	}
	for i, shard := range shards {
		if err := s.touchRun(ctx, r, now.Add(time.Since(began))); err != nil {
			return s.wrap(what, err)
		}
		if err := s.indexPersons(ctx, shard, `from_run = $2`, r.No); err != nil {
			return s.wrap(what, err)
		}
		if progress != nil {
			progress(i+1, len(shards))
		}
	}
	err = s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE register_runs SET state = $1, touched = $2, body = $3 WHERE run = $4 AND state = $5 AND chunks = $6`, string(RunDone), formatTime(now), r.Body, r.No, string(RunWrites), r.Chunks))
		if err == nil && n == 0 {
			err = errRunEnded
		}
		if err != nil {
			return err
		}
		if _, err = tx.ExecContext(ctx, `UPDATE register_state SET visible = $1 WHERE id = 1`, r.No); err != nil {
			return err
		}
		return moveRegister(ctx, tx, r.Kind, now)
	})
	if err != nil {
		return err
	}
	r.State = RunDone
	return s.sweepRegisters(ctx)
}

// shardsOf are all shards.
func (s *Store) shardsOf(ctx context.Context) ([]string, error) {
	st, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	v, err := st.view()
	if err != nil {
		return nil, err
	}
	return v.shards(), nil
}

// atATime is how many rows one transaction of upkeep writes: pages are served between.
const atATime = 10_000

// indexPersons writes the hashes of some persons of a shard, in the order of the table.
func (s *Store) indexPersons(ctx context.Context, shard, cond string, args ...any) error {
	type match struct {
		key    int64
		value  []byte
		person string
	}
	var all []match
	err := each(ctx, s.r, `SELECT id, key_id, citizen, student, coarse FROM persons WHERE shard = $1 AND `+cond, append([]any{shard}, args...), func(rows *sql.Rows) error {
		var p Person
		if err := rows.Scan(&p.ID, &p.Key, &p.Citizen, &p.Student, &p.Coarse); err != nil {
			return err
		}
		return eachMatch(p, func(value []byte) error {
			all = append(all, match{int64(p.Key), bytes.Clone(value), string(p.ID)})
			return nil
		})
	})
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.key, b.key), bytes.Compare(a.value, b.value), cmp.Compare(a.person, b.person))
	})
	all = slices.CompactFunc(all, func(a, b match) bool { return a.key == b.key && bytes.Equal(a.value, b.value) && a.person == b.person })
	for part := range slices.Chunk(all, atATime) {
		err := s.writeBulk(ctx, "write hashes", func(tx *sql.Tx, _ *state, w *writer) error {
			// What is there already was written before the import was broken off.
			first, last := part[0], part[len(part)-1]
			have := map[string]bool{}
			low, high := first.value, last.value
			if first.key != last.key {
				low, high = []byte{}, bytes.Repeat([]byte{0xff}, 33)
			}
			if err := each(ctx, tx, `SELECT value, person FROM person_matches WHERE shard = $1 AND key_id >= $2 AND key_id <= $3 AND value >= $4 AND value <= $5`, []any{shard, first.key, last.key, low, high}, func(rows *sql.Rows) error {
				var value []byte
				var person string
				err := rows.Scan(&value, &person)
				have[string(value)+person] = true
				return err
			}); err != nil {
				return err
			}
			for _, m := range part {
				if have[string(m.value)+m.person] {
					continue
				}
				if err := w.insert(ctx, `person_matches (shard, key_id, value, person)`, shard, m.key, m.value, m.person); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// DropRun gives an import up that has not ended: what it wrote is deleted, and nothing
// has changed. The log has who gave it up as soon as it is taken: whoever deletes the
// rest, should that be cut short, writes no line of its own.
func (s *Store) DropRun(ctx context.Context, sc Scope, r *Run, to RunState, now time.Time, recs ...audit.Record) error {
	const what = "drop an import of a register"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	if err := s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error { return takeRun(ctx, tx, r, to, now, ``) }); err != nil {
		return err
	}
	return s.deleteRun(ctx, what, r, to, now)
}

// deleteRun deletes what an import wrote that was taken from whoever carried it out.
func (s *Store) deleteRun(ctx context.Context, what string, r *Run, to RunState, now time.Time) error {
	shards, err := s.shardsOf(ctx)
	if err != nil {
		return s.wrap(what, err)
	}
	for _, shard := range shards {
		err := s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
			for _, table := range []string{"children", "staff", "persons"} {
				if table == "persons" {
					if err := deleteMatches(ctx, tx, shard, `from_run = $2`, r.No); err != nil {
						return err
					}
				}
				if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE shard = $1 AND from_run = $2`, shard, r.No); err != nil {
					return err
				}
				if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET until_run = $3 WHERE shard = $1 AND until_run = $2`, shard, r.No, forever); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	err = s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `UPDATE register_runs SET state = $1, touched = $2, body = $3 WHERE run = $4 AND state = $5`, string(to), formatTime(now), r.Body, r.No, string(RunWrites))
		return err
	})
	if err == nil {
		r.State = to
	}
	return err
}

// deleteMatches deletes the hashes of some persons of a shard that no other row of
// the same person has too.
func deleteMatches(ctx context.Context, tx *sql.Tx, shard, cond string, args ...any) error {
	type match struct {
		key   int64
		value []byte
		id    string
	}
	var gone []match
	err := each(ctx, tx, `SELECT id, key_id, citizen, student, coarse FROM persons WHERE shard = $1 AND `+cond, append([]any{shard}, args...), func(rows *sql.Rows) error {
		var p Person
		if err := rows.Scan(&p.ID, &p.Key, &p.Citizen, &p.Student, &p.Coarse); err != nil {
			return err
		}
		return eachMatch(p, func(value []byte) error {
			gone = append(gone, match{int64(p.Key), bytes.Clone(value), string(p.ID)})
			return nil
		})
	})
	if err != nil || len(gone) == 0 {
		return err
	}
	st, err := tx.PrepareContext(ctx, `DELETE FROM person_matches WHERE shard = $1 AND key_id = $2 AND value = $3 AND person = $4
		AND (SELECT count(*) FROM persons WHERE shard = $1 AND id = $4 AND (citizen = $3 OR student = $3 OR coarse = $3)) <= 1`)
	if err != nil {
		return err
	}
	defer st.Close()
	for _, m := range gone {
		if _, err := st.ExecContext(ctx, shard, m.key, m.value, m.id); err != nil {
			return err
		}
	}
	return nil
}

// sweepRegisters deletes what an import has replaced, shard by shard.
func (s *Store) sweepRegisters(ctx context.Context) error {
	shards, err := s.shardsOf(ctx)
	if err != nil {
		return err
	}
	const gone = `until_run <= ` + horizon
	for _, shard := range shards {
		err := s.write(ctx, "sweep registers", func(tx *sql.Tx, _ *state) error {
			if err := deleteMatches(ctx, tx, shard, gone); err != nil {
				return err
			}
			n := int64(0)
			for _, table := range []string{"children", "staff", "persons"} {
				k, err := changed(tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE shard = $1 AND `+gone, shard))
				if err != nil {
					return err
				}
				n += k
			}
			if n == 0 {
				return errNothing
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
