package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
)

// MarkMove is a report of attendance as it is kept.
type MarkMove struct {
	Mark         retention.Mark
	County, Town edu.UnitID
	Turns        retention.Turns
}

// PutMarks keeps what schools say of children who are not in class. Of one child
// at one school the newest word counts; retention.BackHere takes it away.
func (s *Store) PutMarks(ctx context.Context, sc Scope, moves []MarkMove, recs ...audit.Record) error {
	const what = "keep reports of attendance"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		for _, m := range moves {
			k := m.Mark
			if !sc.holds(v.tree, k.School, lastDay) {
				return fmt.Errorf("attendance at %s: %w", k.School, fault.NotFound)
			}
			if err := logMark(ctx, tx, &m); err != nil {
				return err
			}
			if k.Kind == retention.BackHere {
				if _, err := tx.ExecContext(ctx, `DELETE FROM attendance_marks WHERE person = $1 AND school = $2`, string(k.Person), string(k.School)); err != nil {
					return err
				}
				continue
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO attendance_marks (person, school, county, town, kind, since, days, day, by_whom, by_name, case_id, watch_on, amber_on, red_on)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, COALESCE((SELECT MIN(id) FROM retention_cases WHERE person = $1 AND live = 1), ''), $11, $12, $13)
				ON CONFLICT (person, school) DO UPDATE SET county = excluded.county, town = excluded.town, kind = excluded.kind, since = excluded.since, days = excluded.days, day = excluded.day,
				by_whom = excluded.by_whom, by_name = excluded.by_name, case_id = excluded.case_id, watch_on = excluded.watch_on, amber_on = excluded.amber_on, red_on = excluded.red_on`,
				string(k.Person), string(k.School), string(m.County), string(m.Town), string(k.Kind), int64(k.Since), k.Days, int64(k.Day), k.By, k.Name, int64(m.Turns.Watch), int64(m.Turns.Amber), int64(m.Turns.Red)); err != nil {
				return err
			}
		}
		return nil
	})
}

// MarkFilter chooses reports of attendance; empty fields choose all.
type MarkFilter struct {
	School edu.UnitID
	Person register.PersonID
	Open   bool // no case was opened from it
	Colour bool // amber or red on Today
	Today  edu.Date
}

// Marks lists the reports of attendance of a scope, the newest first.
func (s *Store) Marks(ctx context.Context, sc Scope, f MarkFilter) (out []retention.Mark, err error) {
	const what = "list reports of attendance"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	var w where
	if !sc.seeCases(&w, v, "m.", "county", "town", "school") {
		return nil, nil
	}
	if f.School != "" {
		w.add(`m.school = ` + w.arg(string(f.School)))
	}
	if f.Person != "" {
		w.add(`m.person = ` + w.arg(string(f.Person)))
	}
	if f.Open {
		w.add(`m.case_id = ''`)
	}
	if f.Colour {
		d := w.arg(int64(f.Today))
		w.add(`(m.red_on <= ` + d + ` OR m.amber_on <= ` + d + `)`)
	}
	err = each(ctx, s.r, `SELECT m.person, m.school, m.kind, m.since, m.days, m.day, m.by_whom, m.by_name, m.case_id FROM attendance_marks m`+w.String()+` ORDER BY m.day DESC, m.school, m.person`, w.args, func(rows *sql.Rows) error {
		var k retention.Mark
		err := rows.Scan(&k.Person, &k.School, &k.Kind, &k.Since, &k.Days, &k.Day, &k.By, &k.Name, &k.Case)
		out = append(out, k)
		return err
	})
	return out, s.wrap(what, err)
}

// ZeroReport is a school's word that a month had nothing to tell.
type ZeroReport struct {
	School, County, Town edu.UnitID
	Month                string
	By, Name             string
	At                   time.Time
}

// PutZero keeps a zero report. The first one stands: sent again it changes nothing.
func (s *Store) PutZero(ctx context.Context, sc Scope, z ZeroReport, recs ...audit.Record) error {
	const what = "keep a zero report"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		if !sc.holds(v.tree, z.School, lastDay) {
			return fmt.Errorf("a zero report of %s: %w", z.School, fault.NotFound)
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO zero_reports (school, month, county, town, by_whom, by_name, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (school, month) DO NOTHING`,
			string(z.School), z.Month, string(z.County), string(z.Town), z.By, z.Name, formatTime(z.At))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, errNothing)
		}
		return nil
	})
}

// Zeros lists the zero reports of a month in a scope, by school.
func (s *Store) Zeros(ctx context.Context, sc Scope, month string) (map[edu.UnitID]ZeroReport, error) {
	const what = "list zero reports"
	out := map[edu.UnitID]ZeroReport{}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	var w where
	if !sc.seeCases(&w, v, "z.", "county", "town", "school") {
		return out, nil
	}
	w.add(`z.month = ` + w.arg(month))
	err = each(ctx, s.r, `SELECT z.school, z.county, z.town, z.month, z.by_whom, z.by_name, z.at_time FROM zero_reports z`+w.String(), w.args, func(rows *sql.Rows) error {
		var z ZeroReport
		var at string
		err := rows.Scan(&z.School, &z.County, &z.Town, &z.Month, &z.By, &z.Name, &at)
		if err == nil {
			z.At, err = parseTime(at)
			out[z.School] = z
		}
		return err
	})
	return out, s.wrap(what, err)
}
