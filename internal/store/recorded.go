package store

import (
	"bytes"
	"context"
	"database/sql"
	"slices"

	"shuren/internal/edu"
)

// Recorded gives the units that have a visible record of some forms in a
// period, without reading the records: who reported anything.
func (s *Store) Recorded(ctx context.Context, sc Scope, p edu.Period, forms []string) (map[edu.UnitID]bool, error) {
	out := map[edu.UnitID]bool{}
	what := "units with records of " + p.String()
	if !sc.sees() {
		return out, nil
	}
	st, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	none := (&importer{}).digest(&record{})
	day := edu.DateOf(p.Reference())
	for name, sh := range st.shards {
		if !slices.ContainsFunc(forms, func(f string) bool { return sh.newest()[stamp{p, f}] > 0 }) {
			continue
		}
		o := now.order(name, sh)
		type key struct {
			form string
			unit edu.UnitID
		}
		newest := map[key]int64{}
		gone := map[key]bool{}
		err := each(ctx, s.r, `SELECT form, unit, seq, digest FROM records WHERE shard = $1 AND period = $2`, []any{name, p.String()}, func(rows *sql.Rows) error {
			var k key
			var seq int64
			var digest []byte
			if err := rows.Scan(&k.form, &k.unit, &seq, &digest); err != nil {
				return err
			}
			if at := o.at(seq); at > newest[k] && slices.Contains(forms, k.form) {
				newest[k], gone[k] = at, bytes.Equal(digest, none)
			}
			return nil
		})
		if err != nil {
			return nil, s.wrap(what, err)
		}
		for k := range newest {
			if !gone[k] && sc.holds(v.tree, k.unit, day) {
				out[k.unit] = true
			}
		}
	}
	return out, nil
}
