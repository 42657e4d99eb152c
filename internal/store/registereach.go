package store

import (
	"context"
	"database/sql"

	"shuren/internal/register"
)

// EachChild gives every row of a list in a year within the scope, one after the
// other: a city's are too many to hold with what is sealed of them.
func (s *Store) EachChild(ctx context.Context, sc Scope, year int, list register.List, do func(ChildRow) error) error {
	const what = "read a list of children"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return err
	}
	_, err = s.pageOf(ctx, registerParts(v, sc), 1, -1, func(w *where) {
		w.add(`c.year = ` + w.arg(year))
		w.add(`c.list = ` + w.arg(string(list)))
		w.add(counts("c"))
	}, "children", childColumns, ``, func(rows *sql.Rows) error {
		r, err := scanChild(rows)
		if err != nil {
			return err
		}
		return do(r)
	})
	return s.wrap(what, err)
}
