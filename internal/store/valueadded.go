package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/valueadd"
)

// valueAddedBody is what a run's row holds beside its columns.
type valueAddedBody struct {
	Unknown int             `json:"unknown"`
	Result  valueadd.Result `json:"result"`
}

// PutValueAdded keeps a run with the effects of its schools. Of a school that is
// not shown only the fact is kept. The effects come first, county by county, and
// the run's row makes them count; sending the same again does no harm.
func (s *Store) PutValueAdded(ctx context.Context, sc Scope, run valueadd.Run, effects []valueadd.UnitEffect, recs ...audit.Record) error {
	what := "keep value-added run " + run.ID
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	if run.ID == "" || run.Period.IsZero() {
		return fmt.Errorf("%s: it has no id or no period: %w", what, fault.Invalid)
	}
	body, err := json.Marshal(valueAddedBody{run.Unknown, run.Result})
	if err != nil {
		return s.wrap(what, err)
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return err
	}
	shards := map[string][]valueadd.UnitEffect{}
	for _, e := range effects {
		sh := v.shard[e.Unit]
		if sh == "" {
			return fmt.Errorf("%s: unit %q: %w", what, e.Unit, fault.NotFound)
		}
		shards[sh] = append(shards[sh], e)
	}
	for _, sh := range slices.Sorted(maps.Keys(shards)) {
		err := s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
			for _, e := range shards[sh] {
				text := []byte{}
				if e.Shown {
					e.School = ""
					if text, err = json.Marshal(e.Effect); err != nil {
						return err
					}
				}
				if _, err := tx.ExecContext(ctx, `INSERT INTO value_added_effects (shard, run, unit, body) VALUES ($1, $2, $3, $4) ON CONFLICT (shard, run, unit) DO NOTHING`,
					sh, run.ID, string(e.Unit), string(text)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		n, err := changed(tx.ExecContext(ctx, `INSERT INTO value_added_runs (id, period, title, by_whom, by_name, at_time, body) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
			run.ID, run.Period.String(), run.Title, run.By, run.ByName, formatTime(run.At), string(body)))
		if err == nil && n == 0 {
			return errNothing
		}
		return err
	})
}

// ValueAddedRuns lists the runs, the newest first. That there was one is no secret.
func (s *Store) ValueAddedRuns(ctx context.Context, sc Scope) ([]valueadd.Run, error) {
	if !sc.sees() {
		return nil, nil
	}
	out, err := valueAddedRuns(ctx, s.r, ``)
	return out, s.wrap("list value-added runs", err)
}

func valueAddedRuns(ctx context.Context, q querier, where string, args ...any) (out []valueadd.Run, err error) {
	err = each(ctx, q, `SELECT id, period, title, by_whom, by_name, at_time, body FROM value_added_runs`+where+` ORDER BY at_time DESC, id`, args, func(rows *sql.Rows) error {
		var r valueadd.Run
		var period, at, text string
		if err := rows.Scan(&r.ID, &period, &r.Title, &r.By, &r.ByName, &at, &text); err != nil {
			return err
		}
		var body valueAddedBody
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			return err
		}
		r.Unknown, r.Result = body.Unknown, body.Result
		if r.Period, err = edu.ParsePeriod(period); err != nil {
			return err
		}
		r.At, err = parseTime(at)
		out = append(out, r)
		return err
	})
	return out, err
}

// ValueAdded gives a run with the effects of the schools in the scope, by unit.
func (s *Store) ValueAdded(ctx context.Context, sc Scope, id string) (valueadd.Run, []valueadd.UnitEffect, error) {
	what := "value-added run " + id
	if !sc.sees() {
		return valueadd.Run{}, nil, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	runs, err := valueAddedRuns(ctx, s.r, ` WHERE id = $1`, id)
	if err == nil && len(runs) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return valueadd.Run{}, nil, s.wrap(what, err)
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return valueadd.Run{}, nil, err
	}
	day := edu.DateOf(runs[0].Period.Reference())
	query, args := `SELECT unit, body FROM value_added_effects WHERE run = $1`, []any{id}
	if shards := valueAddedShards(v, sc); len(shards) == 1 { // a school or a county asks its own shard only
		query, args = query+` AND shard = $2`, append(args, shards[0])
	}
	var out []valueadd.UnitEffect
	err = each(ctx, s.r, query, args, func(rows *sql.Rows) error {
		var unit, text string
		if err := rows.Scan(&unit, &text); err != nil {
			return err
		}
		e := valueadd.UnitEffect{Unit: edu.UnitID(unit)}
		if !sc.holds(v.tree, e.Unit, day) {
			return nil
		}
		if text != "" {
			if err := json.Unmarshal([]byte(text), &e.Effect); err != nil {
				return err
			}
		}
		out = append(out, e)
		return nil
	})
	slices.SortFunc(out, func(a, b valueadd.UnitEffect) int { return cmp.Compare(a.Unit, b.Unit) })
	return runs[0], out, s.wrap(what, err)
}

// valueAddedShards are the shards that a part of the tree lies in, none where it
// may lie in any.
func valueAddedShards(v *view, sc Scope) (out []string) {
	for _, u := range sc.tops {
		sh := v.shard[u]
		if n, ok := v.tree.Unit(u); sc.whole || sh == "" || !ok || n.Level < edu.County {
			return nil
		}
		if !slices.Contains(out, sh) {
			out = append(out, sh)
		}
	}
	return out
}

// DropValueAdded takes a run away with all its effects.
func (s *Store) DropValueAdded(ctx context.Context, sc Scope, id string, recs ...audit.Record) error {
	what := "drop value-added run " + id
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		n, err := changed(tx.ExecContext(ctx, `DELETE FROM value_added_runs WHERE id = $1`, id))
		if err == nil && n == 0 {
			err = fault.NotFound
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM value_added_effects WHERE run = $1`, id)
		}
		return err
	})
}
