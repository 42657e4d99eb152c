package store

import (
	"context"
	"database/sql"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Enrolled counts by school the children of compulsory stages who are enrolled by the
// newest register (应在校). A school without a register is not in it.
func (s *Store) Enrolled(ctx context.Context, sc Scope, top edu.UnitID) (map[edu.UnitID]int, error) {
	const what = "count who is enrolled"
	out := map[edu.UnitID]int{}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	year, err := s.newestYear(ctx, "children", ` AND list = $1`, string(register.Register))
	if err != nil || year == 0 {
		return out, s.wrap(what, err)
	}
	for _, p := range registerParts(v, sc, top) {
		var w where
		p.narrow(&w)
		w.add(`c.year = ` + w.arg(year))
		w.add(`c.list = ` + w.arg(string(register.Register)))
		w.add(w.in("c.stage", []string{string(edu.Primary), string(edu.Junior), string(edu.Special)}))
		w.add(w.in("c.schooling", []string{"", string(register.Enrolled)}))
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
			return nil, s.wrap(what, err)
		}
	}
	return out, nil
}
