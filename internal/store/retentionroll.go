package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Enrolled counts by school the children of compulsory stages who are enrolled (应在校), by
// the register of a school year or, where that has not come, the newest before it; it
// tells which. Who was transferred is the school's until the next one has answered. A
// school without a register is not in it.
func (s *Store) Enrolled(ctx context.Context, sc Scope, top edu.UnitID, until int) (out map[edu.UnitID]int, year int, err error) {
	const what = "count who is enrolled"
	out = map[edu.UnitID]int{}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, 0, err
	}
	year, err = s.newestYear(ctx, "children", ` AND list = $1 AND year <= $2`, string(register.Register), until)
	if err != nil || year == 0 {
		return out, 0, s.wrap(what, err)
	}
	for _, p := range registerParts(v, sc, top) {
		var w where
		p.narrow(&w)
		w.add(`c.year = ` + w.arg(year))
		w.add(`c.list = ` + w.arg(string(register.Register)))
		w.add(w.in("c.stage", []string{string(edu.Primary), string(edu.Junior), string(edu.Special)}))
		w.add(w.in("c.schooling", []string{"", string(register.Enrolled)}))
		w.add(`(c.left_day = 0 OR c.received = 0 AND c.leaving NOT IN ('` + register.Graduation + `', '` + register.Death + `'))`)
		w.add(counts("c"))
		err := each(ctx, s.r, `SELECT c.school, count(*) FROM children c`+w.String()+` GROUP BY c.school`, w.args, func(rows *sql.Rows) error {
			var school edu.UnitID
			var n int
			err := rows.Scan(&school, &n)
			if school != "" {
				out[school] += n
			}
			return err
		})
		if err != nil {
			return nil, 0, s.wrap(what, err)
		}
	}
	return out, year, nil
}

// OnRegister gives the rows that children have on the schools' register of a year: of
// those within a scope, whichever list named them. Who they are is not read.
func (s *Store) OnRegister(ctx context.Context, sc Scope, year int, people []register.PersonID) (map[register.PersonID]register.Child, error) {
	const what = "read the register's rows of children"
	out := map[register.PersonID]register.Child{}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(people, 500) {
		ids := make([]string, len(part))
		for i, p := range part {
			ids[i] = string(p)
		}
		var w where
		w.add(w.in("c.shard", v.shards()))
		w.add(w.in("c.person", ids))
		w.add(`c.year = ` + w.arg(year))
		w.add(`c.list = ` + w.arg(string(register.Register)))
		w.add(counts("c"))
		none := w.arg([]byte{})
		err := each(ctx, s.r, `SELECT `+childColumns+`, coalesce(p.sealed, `+none+`) FROM children c`+joinPerson+counts("p")+w.String()+` ORDER BY c.left_day DESC, c.shard`, w.args, func(rows *sql.Rows) error {
			r, err := scanChild(rows)
			if err == nil && sc.holds(v.tree, cmp.Or(r.School, r.Home), lastDay) {
				if _, ok := out[r.Person]; !ok || r.Left == 0 { // where it left a school, the school that has it
					out[r.Person] = r.Child
				}
			}
			return err
		})
		if err != nil {
			return nil, s.wrap(what, err)
		}
	}
	return out, nil
}
