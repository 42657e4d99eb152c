package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/incident"
)

// DrillFilter chooses drills; empty fields choose all.
type DrillFilter struct {
	Unit        edu.UnitID // of exactly this unit
	From, Until edu.Date
	Past        bool // with those that were put right, and what put them right
}

// Drills lists the drills that lie in the scope, in the order of their days; of
// those that were put right only what stands.
func (s *Store) Drills(ctx context.Context, sc Scope, f DrillFilter) (out []incident.Drill, err error) {
	if !sc.sees() {
		return nil, nil
	}
	if f.Until == 0 {
		f.Until = lastDay
	}
	_, v, err := s.seen(ctx, "read drills")
	if err != nil {
		return nil, err
	}
	err = each(ctx, s.r, `SELECT d.body FROM drills d LEFT JOIN drills r ON r.shard = d.shard AND r.replaces = d.id
		WHERE d.day >= $1 AND d.day <= $2 AND ($3 = '' OR d.unit = $3) AND ($4 = 1 OR r.id IS NULL) ORDER BY d.day, d.at_time, d.id`,
		[]any{int64(f.From), int64(f.Until), string(f.Unit), bit(f.Past)}, func(rows *sql.Rows) error {
			d, err := scanAs[incident.Drill](rows)
			if err == nil && sc.holds(v.tree, d.Unit, lastDay) && (f.Past || !d.Void) {
				out = append(out, d)
			}
			return err
		})
	return out, s.wrap("read drills", err)
}

// DrillStamp changes whenever a drill of those days is entered or put right, also into
// other days; with it
// goes when that was last. It is empty where none is on record.
func (s *Store) DrillStamp(ctx context.Context, from, until edu.Date) (stamp string, at time.Time, err error) {
	const what = "see whether drills were entered"
	var n int64
	var last string
	if err := s.r.QueryRowContext(ctx, `SELECT count(*) + count(r.id), coalesce(max(CASE WHEN r.at_time > d.at_time THEN r.at_time ELSE d.at_time END), '')
		FROM drills d LEFT JOIN drills r ON r.shard = d.shard AND r.replaces = d.id WHERE d.day >= $1 AND d.day <= $2`, int64(from), int64(until)).Scan(&n, &last); err != nil {
		return "", at, s.wrap(what, err)
	}
	if n == 0 {
		return "", at, nil
	}
	at, err = parseTime(last)
	return fmt.Sprintf("%d %s", n, last), at, s.wrap(what, err)
}

// AddDrill keeps a drill. The same id again is the same drill, which is given as it
// was kept. What it puts right must be of the same unit, and still stand.
func (s *Store) AddDrill(ctx context.Context, sc Scope, d incident.Drill, rec audit.Record) (incident.Drill, error) {
	const what = "keep a drill"
	if err := sc.mayWrite(what); err != nil {
		return d, err
	}
	err := s.audited(ctx, what, []audit.Record{rec}, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		if !sc.holds(v.tree, d.Unit, lastDay) {
			return fmt.Errorf("unit %s: %w", d.Unit, fault.NotFound)
		}
		shard, err := st.auditShard(d.Unit)
		if err != nil {
			return err
		}
		switch was, err := scanAs[incident.Drill](tx.QueryRowContext(ctx, `SELECT body FROM drills WHERE shard = $1 AND id = $2`, shard, d.ID)); {
		case err == nil && was.Unit == d.Unit:
			d = was
			return errNothing
		case err == nil:
			return fmt.Errorf("drill %s is another unit's: %w", d.ID, fault.Conflict)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if d.Replaces != "" {
			was, err := scanAs[incident.Drill](tx.QueryRowContext(ctx, `SELECT body FROM drills WHERE shard = $1 AND id = $2 AND unit = $3`, shard, d.Replaces, string(d.Unit)))
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("drill %s: %w", d.Replaces, fault.NotFound)
			}
			if err != nil {
				return err
			}
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM drills WHERE shard = $1 AND replaces = $2`, shard, d.Replaces).Scan(&n); err != nil {
				return err
			}
			if n > 0 || was.Void {
				return fmt.Errorf("drill %s was put right meanwhile: %w", d.Replaces, fault.Conflict)
			}
			if d.Void {
				d.Day = was.Day // it is found where the drill was
			}
		}
		body, err := json.Marshal(d)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO drills (shard, id, unit, day, replaces, by_whom, at_time, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			shard, d.ID, string(d.Unit), int64(d.Day), d.Replaces, rec.Account, formatTime(d.At), string(body))
		return err
	})
	return d, err
}
