package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// days are the dates of a progress as they are kept.
type days struct {
	Steps  map[county.Step]edu.Date  `json:"steps,omitempty"`
	Checks map[county.Check]edu.Date `json:"checks,omitempty"`
}

// heldCounty refuses a unit that does not lie in the scope, or that is no county.
func (st *state) heldCounty(sc Scope, id edu.UnitID) error {
	v, err := st.view()
	if err != nil {
		return err
	}
	u, ok := v.tree.Unit(id)
	if !ok || u.Level != edu.County || !sc.holds(v.tree, id, lastDay) {
		return fmt.Errorf("county %s: %w", id, fault.NotFound)
	}
	return nil
}

// AddProgress adds an entry to a county's recognition. seen is the number of the
// newest entry that its writer saw: where there is a newer one, nothing is
// written.
func (s *Store) AddProgress(ctx context.Context, sc Scope, p county.Progress, seen int64, recs ...audit.Record) (county.Progress, error) {
	what := "progress of " + string(p.County)
	if err := sc.mayWrite(what); err != nil {
		return p, err
	}
	d, err := json.Marshal(days{p.Dates, p.Checks})
	if err != nil {
		return p, err
	}
	err = s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		if err := st.heldCounty(sc, p.County); err != nil {
			return err
		}
		var last int64
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(no), 0) FROM county_progress WHERE county = $1 AND scheme = $2`, string(p.County), p.Scheme).Scan(&last); err != nil {
			return err
		}
		if last != seen {
			return fmt.Errorf("entry %d was added meanwhile: %w", last, fault.Conflict)
		}
		p.No = last + 1
		_, err := tx.ExecContext(ctx, `INSERT INTO county_progress (county, scheme, no, plan_year, step, days_json, conclusion, issues, closed, note, by_whom, by_name, at_time)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			string(p.County), p.Scheme, p.No, p.Year, string(p.Step), string(d), p.Conclusion, p.Issues, p.Closed, p.Note, p.By, p.ByName, formatTime(p.At))
		return err
	})
	return p, err
}

// Progress gives the entries of counties with a scheme, the newest of each county
// first; an empty county is every one within the scope.
func (s *Store) Progress(ctx context.Context, sc Scope, of edu.UnitID, scheme string) ([]county.Progress, error) {
	what := "read the progress"
	if !sc.sees() {
		return nil, nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, s.wrap(what, err)
	}
	v, err := st.view()
	if err != nil {
		return nil, s.wrap(what, err)
	}
	var out []county.Progress
	err = each(ctx, s.r, `SELECT county, no, plan_year, step, days_json, conclusion, issues, closed, note, by_whom, by_name, at_time
		FROM county_progress WHERE scheme = $1 AND ($2 = '' OR county = $2) ORDER BY county, no DESC`, []any{scheme, string(of)}, func(rows *sql.Rows) error {
		p := county.Progress{Scheme: scheme}
		var text, at string
		if err := rows.Scan(&p.County, &p.No, &p.Year, &p.Step, &text, &p.Conclusion, &p.Issues, &p.Closed, &p.Note, &p.By, &p.ByName, &at); err != nil {
			return err
		}
		if !sc.holds(v.tree, p.County, lastDay) {
			return nil
		}
		var d days
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			return err
		}
		p.Dates, p.Checks = d.Steps, d.Checks
		var err error
		p.At, err = parseTime(at)
		out = append(out, p)
		return err
	})
	return out, s.wrap(what, err)
}

// Register gives the evidence of a county and period.
func (s *Store) Register(ctx context.Context, sc Scope, of edu.UnitID, p edu.Period) (*county.Register, error) {
	what := "read the evidence of " + string(of)
	r := &county.Register{Departments: map[string]string{}}
	if !sc.sees() {
		return r, nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, s.wrap(what, err)
	}
	if st.heldCounty(sc, of) != nil {
		return r, nil
	}
	key := []any{string(of), p.String()}
	err = each(ctx, s.r, `SELECT id, number, title, issuer, day, by_whom, at_time FROM evidence_documents WHERE county = $1 AND period = $2 ORDER BY number, id`, key, func(rows *sql.Rows) error {
		d := county.Document{County: of, Period: p}
		var at string
		if err := rows.Scan(&d.ID, &d.Number, &d.Title, &d.Issuer, &d.Day, &d.By, &at); err != nil {
			return err
		}
		var err error
		d.At, err = parseTime(at)
		r.Documents = append(r.Documents, d)
		return err
	})
	if err != nil {
		return nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT item, document, page, by_whom, at_time FROM evidence_cites WHERE county = $1 AND period = $2 ORDER BY item, document`, key, func(rows *sql.Rows) error {
		c := county.Cite{County: of, Period: p}
		var at string
		if err := rows.Scan(&c.Item, &c.Document, &c.Page, &c.By, &at); err != nil {
			return err
		}
		var err error
		c.At, err = parseTime(at)
		r.Cites = append(r.Cites, c)
		return err
	})
	if err != nil {
		return nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT item, department FROM answering WHERE county = $1 ORDER BY item`, []any{string(of)}, func(rows *sql.Rows) error {
		var item, department string
		err := rows.Scan(&item, &department)
		r.Departments[item] = department
		return err
	})
	return r, s.wrap(what, err)
}

// SetDocument keeps a document of a county's register, or changes it by its id.
func (s *Store) SetDocument(ctx context.Context, sc Scope, d county.Document, recs ...audit.Record) error {
	return s.setEvidence(ctx, sc, d.County, recs, func(tx *sql.Tx) error {
		var other string
		err := tx.QueryRowContext(ctx, `SELECT id FROM evidence_documents WHERE county = $1 AND period = $2 AND number = $3 AND id <> $4`, string(d.County), d.Period.String(), d.Number, d.ID).Scan(&other)
		if err == nil {
			return fmt.Errorf("the document %s is in the register already: %w", d.Number, fault.Conflict)
		}
		if err != sql.ErrNoRows {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO evidence_documents (county, period, id, number, title, issuer, day, by_whom, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (county, period, id) DO UPDATE SET number = excluded.number, title = excluded.title, issuer = excluded.issuer, day = excluded.day, by_whom = excluded.by_whom, at_time = excluded.at_time`,
			string(d.County), d.Period.String(), d.ID, d.Number, d.Title, d.Issuer, int64(d.Day), d.By, formatTime(d.At))
		return err
	})
}

// DropDocument takes a document out of the register. One that is cited stays.
func (s *Store) DropDocument(ctx context.Context, sc Scope, of edu.UnitID, p edu.Period, id string, recs ...audit.Record) error {
	return s.setEvidence(ctx, sc, of, recs, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM evidence_cites WHERE county = $1 AND period = $2 AND document = $3`, string(of), p.String(), id).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%d items cite it: %w", n, fault.Conflict)
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM evidence_documents WHERE county = $1 AND period = $2 AND id = $3`, string(of), p.String(), id)
		return err
	})
}

// Cite lets an item cite a document of the register at a page.
func (s *Store) Cite(ctx context.Context, sc Scope, c county.Cite, recs ...audit.Record) error {
	return s.setEvidence(ctx, sc, c.County, recs, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM evidence_documents WHERE county = $1 AND period = $2 AND id = $3`, string(c.County), c.Period.String(), c.Document).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("document %s: %w", c.Document, fault.NotFound)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO evidence_cites (county, period, item, document, page, by_whom, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (county, period, item, document) DO UPDATE SET page = excluded.page, by_whom = excluded.by_whom, at_time = excluded.at_time`,
			string(c.County), c.Period.String(), c.Item, c.Document, c.Page, c.By, formatTime(c.At))
		return err
	})
}

// DropCite takes a citation back.
func (s *Store) DropCite(ctx context.Context, sc Scope, c county.Cite, recs ...audit.Record) error {
	return s.setEvidence(ctx, sc, c.County, recs, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM evidence_cites WHERE county = $1 AND period = $2 AND item = $3 AND document = $4`, string(c.County), c.Period.String(), c.Item, c.Document)
		return err
	})
}

// SetAnswering names the department that answers for an item; an empty one is
// forgotten.
func (s *Store) SetAnswering(ctx context.Context, sc Scope, a county.Answering, by string, at time.Time, recs ...audit.Record) error {
	return s.setEvidence(ctx, sc, a.County, recs, func(tx *sql.Tx) error {
		if a.Department == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM answering WHERE county = $1 AND item = $2`, string(a.County), a.Item)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO answering (county, item, department, by_whom, at_time) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (county, item) DO UPDATE SET department = excluded.department, by_whom = excluded.by_whom, at_time = excluded.at_time`,
			string(a.County), a.Item, a.Department, by, formatTime(at))
		return err
	})
}

func (s *Store) setEvidence(ctx context.Context, sc Scope, of edu.UnitID, recs []audit.Record, do func(*sql.Tx) error) error {
	what := "evidence of " + string(of)
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		if err := st.heldCounty(sc, of); err != nil {
			return err
		}
		return do(tx)
	})
}
