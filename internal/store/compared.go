// What a comparison of lists found, in lines: a city's are too many for one document,
// and are read a page at a time.

package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// ComparedRun names what one comparison wrote. Its lines are there before the document
// that names the run, so that nobody sees half of them.
type ComparedRun struct {
	Comparison string
	Unit       edu.UnitID // whose lists were compared; empty is the whole tree's
	Run        string
}

func (sc Scope) mayCompare(what string, u edu.UnitID) error {
	if u == "" {
		return sc.mayWriteWhole(what)
	}
	return sc.mayWrite(what)
}

// ComparedLine is a line of a run; the child is empty where it is of none.
type ComparedLine struct {
	Person register.PersonID
	Body   string
}

// comparedAtOnce is how many lines one statement writes.
const comparedAtOnce = 200

// WriteCompared adds lines to a part of a run, the first of them as number from.
func (s *Store) WriteCompared(ctx context.Context, sc Scope, r ComparedRun, part string, from int, lines []ComparedLine) error {
	const what = "keep what was compared"
	if err := sc.mayCompare(what, r.Unit); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		if err := sc.comparedHere(st, r.Unit); err != nil {
			return err
		}
		for len(lines) > 0 {
			n := min(len(lines), comparedAtOnce)
			var q strings.Builder
			q.WriteString(`INSERT INTO compared (comparison, run, part, no, person, body) VALUES `)
			args := []any{r.Comparison, r.Run, part}
			for i, l := range lines[:n] {
				if i > 0 {
					q.WriteString(`, `)
				}
				args = append(args, from+i, string(l.Person), l.Body)
				fmt.Fprintf(&q, `($1, $2, $3, $%d, $%d, $%d)`, len(args)-2, len(args)-1, len(args))
			}
			if _, err := tx.ExecContext(ctx, q.String(), args...); err != nil {
				return err
			}
			lines, from = lines[n:], from+n
		}
		return nil
	})
}

func (sc Scope) comparedHere(st *state, u edu.UnitID) error {
	if u == "" {
		return nil
	}
	v, err := st.view()
	if err == nil && !sc.holds(v.tree, u, lastDay) {
		err = fmt.Errorf("what was compared of %s: %w", u, fault.NotFound)
	}
	return err
}

// Compared gives n lines of a part of a run from a number on; below zero is all.
func (s *Store) Compared(ctx context.Context, sc Scope, r ComparedRun, part string, from, n int) (out []string, err error) {
	const what = "read what was compared"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	if !sc.sees() || r.Unit != "" && !sc.holds(v.tree, r.Unit, lastDay) {
		return nil, fmt.Errorf("what was compared: %w", fault.NotFound)
	}
	if n < 0 {
		n = 1<<31 - 1 - from
	}
	err = s.eachCompared(ctx, &out, `part = $3 AND no >= $4 AND no < $5 ORDER BY no`, r.Comparison, r.Run, part, from, from+n)
	return out, s.wrap(what, err)
}

// ComparedOf gives the lines of a run that are of some children.
func (s *Store) ComparedOf(ctx context.Context, sc Scope, r ComparedRun, part string, of []register.PersonID) (out []string, err error) {
	const what = "read what was compared of children"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	if !sc.sees() || r.Unit != "" && !sc.holds(v.tree, r.Unit, lastDay) {
		return nil, fmt.Errorf("what was compared: %w", fault.NotFound)
	}
	for ids := range slices.Chunk(of, comparedAtOnce) {
		w := where{args: []any{r.Comparison, r.Run, part}}
		texts := make([]string, len(ids))
		for i, id := range ids {
			texts[i] = string(id)
		}
		in := w.in("person", texts)
		if err := s.eachCompared(ctx, &out, `part = $3 AND `+in, w.args...); err != nil {
			return nil, s.wrap(what, err)
		}
	}
	return out, nil
}

func (s *Store) eachCompared(ctx context.Context, out *[]string, where string, args ...any) error {
	return each(ctx, s.r, `SELECT body FROM compared WHERE comparison = $1 AND run = $2 AND `+where, args, func(rows *sql.Rows) error {
		var b string
		err := rows.Scan(&b)
		*out = append(*out, b)
		return err
	})
}

// DropCompared deletes what other runs of a comparison wrote than this one.
func (s *Store) DropCompared(ctx context.Context, sc Scope, r ComparedRun) error {
	const what = "drop what was compared"
	if err := sc.mayCompare(what, r.Unit); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, st *state) error {
		if err := sc.comparedHere(st, r.Unit); err != nil {
			return err
		}
		n, err := changed(tx.ExecContext(ctx, `DELETE FROM compared WHERE comparison = $1 AND run <> $2`, r.Comparison, r.Run))
		if err == nil && n == 0 {
			return errNothing
		}
		return err
	})
}

// Leased tells whether somebody holds a lease, which a process that was killed no
// longer lengthens.
func (s *Store) Leased(ctx context.Context, name string, now time.Time) (bool, error) {
	var n int
	err := s.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM leases WHERE name = $1 AND until > $2`, name, formatTime(now)).Scan(&n)
	return n > 0, s.wrap("read a lease", err)
}
