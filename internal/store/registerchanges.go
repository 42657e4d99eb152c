package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/register"
)

// Corrected is what somebody did by hand to a row of a register.
type Corrected struct {
	Person register.PersonID
	Kind   PersonKind
	Year   int
	Unit   edu.UnitID // of the row from then on
	At     time.Time
	By     string // account
	Name   string // of who did it
	register.Correction
}

// noteCorrection keeps what was done to a row, beside its person, in the transaction
// that does it. What changes nothing leaves no line.
func noteCorrection(ctx context.Context, tx *sql.Tx, c Corrected, shard string, recs []audit.Record) error {
	if c.Nothing() || len(recs) == 0 {
		return nil
	}
	body, err := json.Marshal(c.Correction)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO register_changes (shard, person, no, kind, year, unit, at, by_whom, name, body)
		VALUES ($1, $2, (SELECT coalesce(max(no), 0) + 1 FROM register_changes WHERE shard = $1 AND person = $2), $3, $4, $5, $6, $7, $8, $9)`,
		shard, string(c.Person), int(c.Kind), c.Year, string(c.Unit), formatTime(recs[0].At), recs[0].Account, c.Name, string(body))
	return err
}

// Corrections lists what was done by hand to somebody's rows, the newest first, as far
// as they were of the scope's part of the tree then.
func (s *Store) Corrections(ctx context.Context, sc Scope, kind PersonKind, id register.PersonID, limit int) (out []Corrected, err error) {
	const what = "read the history of a record"
	if !sc.sees() {
		return nil, nil
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	var w where
	w.add(w.in("shard", v.shards()))
	w.add(`person = ` + w.arg(string(id)))
	w.add(`kind = ` + w.arg(int(kind)))
	err = each(ctx, s.r, `SELECT year, unit, at, by_whom, name, body FROM register_changes`+w.String()+` ORDER BY at DESC, no DESC`, w.args, func(rows *sql.Rows) error {
		c := Corrected{Person: id, Kind: kind}
		var at, body string
		if err := rows.Scan(&c.Year, &c.Unit, &at, &c.By, &c.Name, &body); err != nil {
			return err
		}
		if len(out) == limit || !sc.whole && !sc.holds(v.tree, c.Unit, lastDay) {
			return nil
		}
		if c.At, err = parseTime(at); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(body), &c.Correction)
		out = append(out, c)
		return err
	})
	return out, s.wrap(what, err)
}
