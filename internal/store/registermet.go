package store

import (
	"context"
	"database/sql"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// MetAsked is of whom an import wants to know more than by what they are matched: by
// shard, who they are, and their row of its year and list.
type MetAsked struct {
	Persons, Rows map[string][]register.PersonID
}

// Met is what is kept of them, as the import sees it. Who somebody is has only those in
// it of whom the scope had a row before the import: a number in a file of one's own
// reveals nothing of a child that another part of the tree keeps.
type Met struct {
	Sealed   map[register.PersonID][]byte
	Children map[register.PersonID]register.Child
	Staff    map[register.PersonID]register.Staff
}

// metAtATime is how many are asked for in one statement: few statements of one length.
const metAtATime = 500

// Met reads of some people whom an import meets what is kept of them, shard by shard.
func (s *Store) Met(ctx context.Context, sc Scope, r Run, asked MetAsked) (Met, error) {
	const what = "read whom an import meets"
	out := Met{map[register.PersonID][]byte{}, map[register.PersonID]register.Child{}, map[register.PersonID]register.Staff{}}
	if err := sc.mayWrite(what); err != nil {
		return out, err
	}
	read := func(people map[string][]register.PersonID, query, column string, narrow func(*where), take func(*sql.Rows) error) error {
		for shard, all := range people {
			for part := range slices.Chunk(all, metAtATime) {
				ids := make([]string, len(part))
				for i, id := range part {
					ids[i] = string(id)
				}
				var w where
				w.add(`c.shard = ` + w.arg(shard))
				w.add(w.in(column, ids))
				narrow(&w)
				no := w.arg(r.No)
				w.add(`c.from_run <= ` + no)
				w.add(`c.until_run > ` + no)
				if err := each(ctx, s.r, query+w.String(), w.args, take); err != nil {
					return err
				}
			}
		}
		return nil
	}
	persons, err := s.metWithin(ctx, sc, r, asked.Persons)
	if err != nil {
		return out, s.wrap(what, err)
	}
	err = read(persons, `SELECT c.id, c.sealed FROM persons c`, "c.id", func(w *where) { w.add(`c.kind = ` + w.arg(int(r.Kind))) }, func(rows *sql.Rows) error {
		var id register.PersonID
		var sealed []byte
		err := rows.Scan(&id, &sealed)
		out.Sealed[id] = sealed
		return err
	})
	if err != nil {
		return out, s.wrap(what, err)
	}
	if r.Kind == AStaff {
		err = read(asked.Rows, `SELECT `+staffColumns+`, '' FROM staff c`, "c.person", func(w *where) { w.add(`c.year = ` + w.arg(r.Year)) }, func(rows *sql.Rows) error {
			m, err := scanStaff(rows)
			out.Staff[m.Person] = m.Staff
			return err
		})
		return out, s.wrap(what, err)
	}
	err = read(asked.Rows, `SELECT `+childColumns+`, '' FROM children c`, "c.person", func(w *where) {
		w.add(`c.year = ` + w.arg(r.Year))
		w.add(`c.list = ` + w.arg(string(r.List)))
	}, func(rows *sql.Rows) error {
		c, err := scanChild(rows)
		out.Children[c.Person] = c.Child
		return err
	})
	return out, s.wrap(what, err)
}

// metWithin leaves those of whom a row of any list and year lay within the scope before
// an import.
func (s *Store) metWithin(ctx context.Context, sc Scope, r Run, people map[string][]register.PersonID) (map[string][]register.PersonID, error) {
	if sc.whole || len(people) == 0 {
		return people, nil
	}
	_, v, err := s.seen(ctx, "read whom an import reaches")
	if err != nil {
		return nil, err
	}
	table := "children"
	if r.Kind == AStaff {
		table = "staff"
	}
	parts := registerParts(v, sc)
	out := map[string][]register.PersonID{}
	for shard, all := range people {
		for some := range slices.Chunk(all, metAtATime) {
			ids := make([]string, len(some))
			for i, id := range some {
				ids[i] = string(id)
			}
			within := map[register.PersonID]bool{}
			for _, part := range parts {
				var w where
				w.add(`c.shard = ` + w.arg(part.shard))
				w.add(w.in("c.person", ids))
				no := w.arg(r.No)
				w.add(`c.from_run < ` + no)
				w.add(`c.until_run >= ` + no)
				err := each(ctx, s.r, `SELECT c.person, c.unit FROM `+table+` c`+w.String(), w.args, func(rows *sql.Rows) error {
					var id register.PersonID
					var unit edu.UnitID
					err := rows.Scan(&id, &unit)
					if sc.holds(v.tree, unit, lastDay) {
						within[id] = true
					}
					return err
				})
				if err != nil {
					return nil, err
				}
			}
			for _, id := range some {
				if within[id] {
					out[shard] = append(out[shard], id)
				}
			}
		}
	}
	return out, nil
}
