package store

import (
	"context"
	"database/sql"
	"time"

	"shuren/internal/audit"
	"shuren/internal/register"
)

// Expired says what a register lost because its time was over.
type Expired struct {
	Identities int // who somebody is
	Rows       int // what was counted of them
}

// ExpireRegister deletes who the people are whose newest row is of a year up to one,
// and then the rows of years up to another. A year of 0 deletes nothing.
func (s *Store) ExpireRegister(ctx context.Context, sc Scope, kind PersonKind, identities, rows int, log func(Expired) audit.Record) (out Expired, err error) {
	const what = "expire a register"
	if err := sc.mayWriteWhole(what); err != nil {
		return out, err
	}
	shards, err := s.shardsOf(ctx)
	if err != nil {
		return out, s.wrap(what, err)
	}
	table := "children"
	if kind == AStaff {
		table = "staff"
	}
	old := false
	for _, shard := range shards {
		var first, told sql.NullInt64
		err := s.r.QueryRowContext(ctx, `SELECT (SELECT min(year) FROM `+table+` WHERE shard = $1), (SELECT min(year) FROM register_changes WHERE shard = $1 AND kind = $2)`, shard, int(kind)).Scan(&first, &told)
		if err != nil {
			return out, s.wrap(what, err)
		}
		old = old || first.Valid && int(first.Int64) <= max(identities, rows) || told.Valid && int(told.Int64) <= rows
	}
	if !old {
		return out, nil
	}
	for _, shard := range shards {
		n, err := s.dropPersons(ctx, shard, kind, `(SELECT coalesce(max(year), 0) FROM `+table+` c WHERE c.person = p.id AND c.shard IN `, `) <= $2`, identities)
		if err != nil {
			return out, s.wrap(what, err)
		}
		out.Identities += n
	}
	for _, shard := range shards {
		err := s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
			n, err := changed(tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE shard = $1 AND year <= $2`, shard, rows))
			if err != nil {
				return err
			}
			out.Rows += int(n)
			// The row may lie in another part of the tree by now: what was corrected goes by its own year.
			told, err := changed(tx.ExecContext(ctx, `DELETE FROM register_changes WHERE shard = $1 AND kind = $2 AND year <= $3`, shard, int(kind), rows))
			if err == nil && n+told == 0 {
				return errNothing
			}
			if err != nil {
				return err
			}
			return moveRegister(ctx, tx, kind, time.Time{})
		})
		if err != nil {
			return out, err
		}
	}
	if out == (Expired{}) {
		return out, nil
	}
	return out, s.audited(ctx, what, []audit.Record{log(out)}, func(*sql.Tx, *state) error { return nil })
}

// dropPersons deletes the identities of a kind in a shard that meet a condition about
// the rows in all shards, with their hashes.
func (s *Store) dropPersons(ctx context.Context, shard string, kind PersonKind, before, after string, args ...any) (int, error) {
	shards, err := s.shardsOf(ctx)
	if err != nil {
		return 0, err
	}
	w := where{args: append([]any{shard}, args...)}
	in := w.in("", shards)[len(" IN "):]
	cond := ` AND p.kind = ` + w.arg(int(kind)) + ` AND ` + before + in + after
	var ids []string
	err = each(ctx, s.r, `SELECT DISTINCT p.id FROM persons p WHERE p.shard = $1`+cond+` ORDER BY p.id`, w.args, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return 0, err
	}
	for first := 0; first < len(ids); first += atATime {
		part := ids[first:min(first+atATime, len(ids))]
		if err := s.write(ctx, "delete identities", func(tx *sql.Tx, _ *state) error {
			w := newWriter(tx, "")
			for _, id := range part {
				var ps []Person
				if err := each(ctx, tx, `SELECT id, key_id, citizen, student, coarse FROM persons WHERE shard = $1 AND id = $2`, []any{shard, id}, func(rows *sql.Rows) error {
					var p Person
					err := rows.Scan(&p.ID, &p.Key, &p.Citizen, &p.Student, &p.Coarse)
					ps = append(ps, p)
					return err
				}); err != nil {
					return err
				}
				for _, p := range ps {
					if err := eachMatch(p, func(value []byte) error {
						return w.exec(ctx, `DELETE FROM person_matches WHERE shard = $1 AND key_id = $2 AND value = $3 AND person = $4`, shard, int64(p.Key), value, id)
					}); err != nil {
						return err
					}
				}
				if err := w.exec(ctx, `DELETE FROM persons WHERE shard = $1 AND id = $2`, shard, id); err != nil {
					return err
				}
			}
			return moveRegister(ctx, tx, kind, time.Time{})
		}); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// DeleteList deletes a list that a register was compared with, and who was on it and
// nowhere else. The marks of ex-poverty households go with their list.
func (s *Store) DeleteList(ctx context.Context, sc Scope, list register.List, year int, log func(Expired) audit.Record) (out Expired, err error) {
	const what = "delete a list"
	if err := sc.mayWrite(what); err != nil {
		return out, err
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return out, err
	}
	for _, p := range registerParts(v, sc) {
		err := s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
			var w where
			p.narrow(&w)
			w.add(`c.year = ` + w.arg(year))
			w.add(`c.list = ` + w.arg(string(list)))
			n, err := changed(tx.ExecContext(ctx, `DELETE FROM children AS c`+w.String(), w.args...))
			if err != nil {
				return err
			}
			out.Rows += int(n)
			if err := moveRegister(ctx, tx, AChild, time.Time{}); err != nil || list != register.ExPoor {
				return err
			}
			w = where{}
			p.narrow(&w)
			w.add(`c.year = ` + w.arg(year))
			w.add(`(c.marks & 1) = 1`)
			_, err = tx.ExecContext(ctx, `UPDATE children AS c SET marks = marks - 1, digest = 0`+w.String(), w.args...)
			return err
		})
		if err != nil {
			return out, err
		}
	}
	if out.Rows > 0 {
		for _, shard := range v.shards() {
			n, err := s.dropPersons(ctx, shard, AChild, `NOT EXISTS (SELECT 1 FROM children c WHERE c.person = p.id AND c.shard IN `, `)`)
			if err != nil {
				return out, s.wrap(what, err)
			}
			out.Identities += n
		}
	}
	return out, s.audited(ctx, what, []audit.Record{log(out)}, func(*sql.Tx, *state) error { return nil })
}

// ListsOlder names the lists whose newest import ended before a time.
func (s *Store) ListsOlder(ctx context.Context, sc Scope, before time.Time) (out []Run, err error) {
	if !sc.sees() || !sc.whole {
		return nil, nil
	}
	err = each(ctx, s.r, `SELECT `+runColumns+` FROM register_runs r WHERE state = $1 AND list <> '' AND touched < $2
		AND NOT EXISTS (SELECT 1 FROM register_runs n WHERE n.state = $1 AND n.list = r.list AND n.year = r.year AND n.run > r.run)
		AND EXISTS (SELECT 1 FROM children c WHERE c.list = r.list AND c.year = r.year)`, []any{string(RunDone), formatTime(before)}, func(rows *sql.Rows) error {
		r, err := scanRun(rows)
		out = append(out, r)
		return err
	})
	return out, s.wrap("find old lists", err)
}

// ForgetRuns deletes what imports that ended before a time said of their files.
func (s *Store) ForgetRuns(ctx context.Context, sc Scope, before time.Time) error {
	const what = "forget imports"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
		n, err := changed(tx.ExecContext(ctx, `UPDATE register_runs SET body = '' WHERE state <> $1 AND touched < $2 AND body <> ''`, string(RunWrites), formatTime(before)))
		if err == nil && n == 0 {
			return errNothing
		}
		return err
	})
}
