package store

import (
	"context"
	"database/sql"
	"strconv"

	"shuren/internal/register"
)

// ClassCounts counts the schools' register of a year by class and state of schooling,
// where the rows are. Who left is not in it.
func (s *Store) ClassCounts(ctx context.Context, sc Scope, year int) (out []register.ClassCount, err error) {
	const what = "count pupils by class"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	marks := ``
	for i := range len(register.ClassCount{}.Marked) {
		marks += `, sum(CASE WHEN (c.marks & ` + strconv.Itoa(1<<i) + `) <> 0 THEN 1 ELSE 0 END)`
	}
	for _, p := range registerParts(v, sc) {
		var w where
		p.narrow(&w)
		w.add(`c.year = ` + w.arg(year))
		w.add(`c.list = ` + w.arg(string(register.Register)))
		w.add(`c.school <> ''`)
		w.add(`c.left_day = 0`)
		w.add(counts("c"))
		err := each(ctx, s.r, `SELECT c.school, c.stage, c.grade, c.class, c.schooling, count(*), sum(c.boards)`+marks+` FROM children c`+w.String()+
			` GROUP BY c.school, c.stage, c.grade, c.class, c.schooling ORDER BY 1, 2, 3, 4, 5`, w.args, func(rows *sql.Rows) error {
			var n register.ClassCount
			to := []any{&n.School, &n.Stage, &n.Grade, &n.Class, &n.Schooling, &n.Pupils, &n.Boarders}
			for i := range n.Marked {
				to = append(to, &n.Marked[i])
			}
			err := rows.Scan(to...)
			out = append(out, n)
			return err
		})
		if err != nil {
			return nil, s.wrap(what, err)
		}
	}
	return out, nil
}
