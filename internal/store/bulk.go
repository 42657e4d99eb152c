// Writing many rows in one transaction: a server takes them by COPY, a file by
// statements.

package store

import (
	"context"
	"database/sql"
	"strings"
)

// copyAtOnce is how many rows of a table go to a server together.
const copyAtOnce = 10_000

// writeBulk is write with a writer for many rows. What it inserts is in the tables at
// the latest when do has ended.
func (s *Store) writeBulk(ctx context.Context, what string, do func(tx *sql.Tx, st *state, w *writer) error) error {
	err := func() error {
		conn, err := s.w.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		tx, err := s.beginOn(ctx, conn)
		if err != nil {
			return err
		}
		return s.run(ctx, tx, func(tx *sql.Tx, st *state) error {
			w := newWriter(tx, "")
			if w.atOnce = s.dialect.atOnce; s.dialect.copy != nil {
				w.atOnce = copyAtOnce
				w.copy = func(ctx context.Context, into string, rows [][]any) error {
					table, columns, _ := strings.Cut(strings.TrimSuffix(into, ")"), " (")
					return s.dialect.copy(ctx, conn, table, strings.Split(columns, ", "), rows)
				}
			}
			if s.dialect.many != nil {
				w.many = func(ctx context.Context, query string, args [][]any) error {
					return s.dialect.many(ctx, conn, query, args)
				}
			}
			if err := do(tx, st, w); err != nil {
				return err
			}
			return w.finish(ctx, false)
		})
	}()
	return s.written(what, err)
}
