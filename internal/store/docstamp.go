package store

import "context"

// DocumentStamp changes whenever a document of a kind is kept: whoever holds
// something that follows from them looks whether it has moved.
func (s *Store) DocumentStamp(ctx context.Context, kind string) (n int64, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT coalesce(sum(rev), 0) FROM documents WHERE kind = $1`, kind).Scan(&n)
	return n, s.wrap("look at documents", err)
}
