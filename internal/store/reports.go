package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Report is a document of the gallery. What is in Content, Version and Edits is its
// package's affair; the first two never change.
type Report struct {
	ID      string
	Kind    string
	Unit    edu.UnitID // whose it is; empty is the whole tree's
	Period  edu.Period // zero where it is of none
	Day     edu.Date
	State   string
	Rev     int // 1 for the first; changing names the rev that was seen
	Title   string
	Subject string // of what within the unit: a task; empty for the unit itself
	Content string // JSON
	Version string // JSON
	Edits   string // JSON

	By, ByName        string
	At                time.Time
	Changed, ChangedN string // account and name of who changed it last
	ChangedAt         time.Time
}

// ReportFilter chooses documents of the gallery; empty fields choose all.
type ReportFilter struct {
	Kind, State string
	Unit        edu.UnitID // of exactly this unit
	By          string     // account that made it
	Limit       int        // 0 is all
	Offset      int
}

const reportHead = `id, kind, unit, period, day, state, rev, title, subject, by_whom, by_name, at_time, changed_by, changed_name, changed_at`

func scanReport(scan func(...any) error, more ...any) (r Report, err error) {
	var period, at, changed string
	to := append([]any{&r.ID, &r.Kind, &r.Unit, &period, &r.Day, &r.State, &r.Rev, &r.Title, &r.Subject, &r.By, &r.ByName, &at, &r.Changed, &r.ChangedN, &changed}, more...)
	if err = scan(to...); err != nil {
		return r, err
	}
	if period != "" {
		if r.Period, err = edu.ParsePeriod(period); err != nil {
			return r, err
		}
	}
	if r.At, err = parseTime(at); err != nil {
		return r, err
	}
	r.ChangedAt, err = parseTime(changed)
	return r, err
}

// Reports lists the documents within the scope without what is in them, the newest
// day first, and how many there are in all. Those of the whole tree are seen by who
// sees it whole.
func (s *Store) Reports(ctx context.Context, sc Scope, f ReportFilter) (out []Report, total int, err error) {
	const what = "list documents of the gallery"
	if !sc.sees() {
		return nil, 0, nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, 0, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT `+reportHead+` FROM reports WHERE ($1 = '' OR kind = $1) AND ($2 = '' OR state = $2) AND ($3 = '' OR unit = $3) AND ($4 = '' OR by_whom = $4) ORDER BY day DESC, at_time DESC, id`,
		[]any{f.Kind, f.State, string(f.Unit), f.By}, func(rows *sql.Rows) error {
			r, err := scanReport(rows.Scan)
			if err != nil || st.heldUse(sc, r.Unit) != nil {
				return err
			}
			if total++; total > f.Offset && (f.Limit == 0 || len(out) < f.Limit) {
				out = append(out, r)
			}
			return nil
		})
	return out, total, s.wrap(what, err)
}

// Report is one document with what is in it; outside the scope it is not found.
func (s *Store) Report(ctx context.Context, sc Scope, id string) (Report, error) {
	what := "read the document " + id
	if !sc.sees() {
		return Report{}, fmt.Errorf("%s: %w", what, fault.NotFound)
	}
	st, err := s.current(ctx)
	if err != nil {
		return Report{}, s.wrap(what, err)
	}
	r, err := readReport(ctx, s.r, id)
	if err == nil {
		err = st.heldUse(sc, r.Unit)
	}
	if err != nil {
		return Report{}, s.wrap(what, err)
	}
	return r, nil
}

func readReport(ctx context.Context, q querier, id string) (Report, error) {
	var content, version, edits string
	r, err := scanReport(q.QueryRowContext(ctx, `SELECT `+reportHead+`, content, version, edits FROM reports WHERE id = $1`, id).Scan, &content, &version, &edits)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.NotFound
	}
	r.Content, r.Version, r.Edits = content, version, edits
	return r, err
}

// PutReport keeps a new document. Its id follows from what is in it, so that one
// that is there already is the same: it is left as it is, and fresh is false.
func (s *Store) PutReport(ctx context.Context, sc Scope, r Report, recs ...audit.Record) (fresh bool, err error) {
	what := "keep the document " + r.ID
	if err := sc.mayWrite(what); err != nil {
		return false, err
	}
	if r.ID == "" || r.Kind == "" {
		return false, fmt.Errorf("%s: want an id and a kind: %w", what, fault.Invalid)
	}
	err = s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		if err := st.heldUse(sc, r.Unit); err != nil {
			return err
		}
		period := ""
		if !r.Period.IsZero() {
			period = r.Period.String()
		}
		at := formatTime(r.At)
		n, err := changed(tx.ExecContext(ctx, `INSERT INTO reports (`+reportHead+`, content, version, edits) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO NOTHING`,
			r.ID, r.Kind, string(r.Unit), period, int64(r.Day), r.State, r.Title, r.Subject, r.By, r.ByName, at, r.Content, r.Version, r.Edits))
		if err != nil {
			return err
		}
		if fresh = n > 0; !fresh {
			return errNothing
		}
		return reportEdit(ctx, tx, r, 1)
	})
	return fresh && err == nil, err
}

func reportEdit(ctx context.Context, tx *sql.Tx, r Report, rev int) error {
	by, name, at := r.By, r.ByName, r.At
	if rev > 1 {
		by, name, at = r.Changed, r.ChangedN, r.ChangedAt
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO report_edits (report, rev, state, edits, by_whom, by_name, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, rev, r.State, r.Edits, by, name, formatTime(at))
	return err
}

// ChangeReport keeps what was written in a document, and its state, over the
// revision that was seen. Where it was changed meanwhile nothing is kept, and the
// answer is fault.Conflict with the document as it is now.
func (s *Store) ChangeReport(ctx context.Context, sc Scope, r Report, recs ...audit.Record) (Report, error) {
	what := "change the document " + r.ID
	if err := sc.mayWrite(what); err != nil {
		return r, err
	}
	out := r
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		now, err := readReport(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if err := st.heldUse(sc, now.Unit); err != nil {
			return err
		}
		if now.Rev != r.Rev {
			out = now
			return fmt.Errorf("revision %d over %d: %w", r.Rev, now.Rev, fault.Conflict)
		}
		now.Rev++
		now.Edits, now.State, now.Changed, now.ChangedN, now.ChangedAt = r.Edits, r.State, r.Changed, r.ChangedN, r.ChangedAt
		if _, err := tx.ExecContext(ctx, `UPDATE reports SET rev = $2, edits = $3, state = $4, changed_by = $5, changed_name = $6, changed_at = $7 WHERE id = $1`,
			now.ID, now.Rev, now.Edits, now.State, now.Changed, now.ChangedN, formatTime(now.ChangedAt)); err != nil {
			return err
		}
		out = now
		return reportEdit(ctx, tx, now, now.Rev)
	})
	return out, err
}

// ReportEdits lists what was written in a document at each revision, newest first.
func (s *Store) ReportEdits(ctx context.Context, sc Scope, id string) (out []Report, err error) {
	if _, err := s.Report(ctx, sc, id); err != nil {
		return nil, err
	}
	err = each(ctx, s.r, `SELECT rev, state, edits, by_whom, by_name, at_time FROM report_edits WHERE report = $1 ORDER BY rev DESC`, []any{id}, func(rows *sql.Rows) error {
		r := Report{ID: id}
		var at string
		if err := rows.Scan(&r.Rev, &r.State, &r.Edits, &r.Changed, &r.ChangedN, &at); err != nil {
			return err
		}
		var err error
		r.ChangedAt, err = parseTime(at)
		out = append(out, r)
		return err
	})
	return out, s.wrap("read the history of a document", err)
}
