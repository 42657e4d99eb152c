package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/incident"
)

// IncidentFilter chooses incidents; empty fields choose all.
type IncidentFilter struct {
	Unit  edu.UnitID // of exactly this unit
	State incident.State
	Level incident.Level
	Kind  incident.Kind
	Open  bool      // not closed
	Since time.Time // that happened then or later
}

// Incidents lists the incidents that lie in the scope with all of their entries,
// the newest first.
func (s *Store) Incidents(ctx context.Context, sc Scope, f IncidentFilter) (out []incident.Incident, err error) {
	return s.incidents(ctx, sc, "", f)
}

func (s *Store) incidents(ctx context.Context, sc Scope, id string, f IncidentFilter) (out []incident.Incident, err error) {
	if !sc.sees() {
		return nil, nil
	}
	since := ""
	if !f.Since.IsZero() {
		since = formatTime(f.Since)
	}
	_, v, err := s.seen(ctx, "read incidents")
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	err = each(ctx, s.r, `SELECT i.id, i.unit, i.year, i.no, i.rev, i.state, e.body FROM incidents i JOIN incident_entries e ON e.shard = i.shard AND e.incident = i.id AND e.rev <= i.rev
		WHERE ($1 = '' OR i.id = $1) AND ($2 = '' OR i.unit = $2) AND ($3 = '' OR i.state = $3) AND ($4 = '' OR i.level = $4) AND ($5 = '' OR i.kind = $5) AND ($6 = 0 OR i.state <> 'closed') AND i.happened >= $7
		ORDER BY i.happened DESC, i.id, e.rev`,
		[]any{id, string(f.Unit), string(f.State), string(f.Level), string(f.Kind), bit(f.Open), since}, func(rows *sql.Rows) error {
			var x incident.Incident
			var body string
			if err := rows.Scan(&x.ID, &x.Unit, &x.Year, &x.No, &x.Rev, &x.State, &body); err != nil {
				return err
			}
			k, ok := at[x.ID]
			if !ok {
				if !sc.holds(v.tree, x.Unit, lastDay) {
					return nil
				}
				k, at[x.ID] = len(out), len(out)
				out = append(out, x)
			}
			var e incident.Entry
			err := json.Unmarshal([]byte(body), &e)
			out[k].Entries = append(out[k].Entries, e)
			return err
		})
	return out, s.wrap("read incidents", err)
}

// Incident is one incident; what lies outside the scope is not found.
func (s *Store) Incident(ctx context.Context, sc Scope, id string) (incident.Incident, error) {
	all, err := s.incidents(ctx, sc, id, IncidentFilter{})
	if err == nil && (id == "" || len(all) != 1) {
		err = fmt.Errorf("incident %s: %w", id, fault.NotFound)
	}
	if err != nil {
		return incident.Incident{}, err
	}
	return all[0], nil
}

// PutIncident keeps an incident with its last entry, over the revision before it. A
// new one is given its number of the city in the year in which it happened, which stays
// when that is put right. The same entry sent twice is kept once. Where another entry was made meanwhile the
// answer is fault.Conflict.
func (s *Store) PutIncident(ctx context.Context, sc Scope, x incident.Incident, rec audit.Record) (incident.Incident, error) {
	const what = "keep an incident"
	if err := sc.mayWrite(what); err != nil {
		return x, err
	}
	if len(x.Entries) != x.Rev || x.Rev == 0 {
		return x, fmt.Errorf("incident %s at revision %d with %d entries: %w", x.ID, x.Rev, len(x.Entries), fault.Invalid)
	}
	last := x.Entries[x.Rev-1]
	err := s.audited(ctx, what, []audit.Record{rec}, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		if !sc.holds(v.tree, x.Unit, lastDay) {
			return fmt.Errorf("unit %s: %w", x.Unit, fault.NotFound)
		}
		shard, err := st.auditShard(x.Unit)
		if err != nil {
			return err
		}
		var rev int
		var unit string
		err = tx.QueryRowContext(ctx, `SELECT rev, year, no, unit FROM incidents WHERE shard = $1 AND id = $2`, shard, x.ID).Scan(&rev, &x.Year, &x.No, &unit)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if rev > 0 && unit != string(x.Unit) {
			return fmt.Errorf("incident %s: %w", x.ID, fault.NotFound)
		}
		if rev >= x.Rev && last.Sent != "" {
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM incident_entries WHERE shard = $1 AND incident = $2 AND sent = $3 AND by_whom = $4`, shard, x.ID, last.Sent, rec.Account).Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				return errNothing
			}
		}
		if rev != x.Rev-1 {
			return fmt.Errorf("incident %s was added to meanwhile, revision %d over %d: %w", x.ID, x.Rev, rev, fault.Conflict)
		}
		f := x.Facts()
		if rev == 0 {
			x.Year = f.Happened.In(collect.China).Year()
			var n int64
			if n, err = safetyNumber(ctx, tx, fmt.Sprintf("incident/%d", x.Year)); err != nil {
				return err
			}
			x.No = int(n)
			_, err = tx.ExecContext(ctx, `INSERT INTO incidents (shard, id, unit, year, no, rev, state, kind, level, happened) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
				shard, x.ID, string(x.Unit), x.Year, x.No, x.Rev, string(x.State), string(f.Kind), string(f.Level), formatTime(f.Happened))
		} else {
			_, err = tx.ExecContext(ctx, `UPDATE incidents SET rev = $3, state = $4, kind = $5, level = $6, happened = $7 WHERE shard = $1 AND id = $2`,
				shard, x.ID, x.Rev, string(x.State), string(f.Kind), string(f.Level), formatTime(f.Happened))
		}
		if err != nil {
			return err
		}
		body, err := json.Marshal(last)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO incident_entries (shard, incident, rev, at_time, by_whom, act, sent, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			shard, x.ID, last.Rev, formatTime(last.Entered), rec.Account, string(last.Act), strings.ToValidUTF8(last.Sent, "?"), string(body))
		return err
	})
	return x, err
}
