// What early warning reads of a county: its register without who anybody is, what
// schools said day by day, and what became of cases.

package store

import (
	"context"
	"database/sql"

	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/retention"
)

// logMark keeps what a school said on a day.
func logMark(ctx context.Context, tx *sql.Tx, m *MarkMove) error {
	k := &m.Mark
	_, err := tx.ExecContext(ctx, `INSERT INTO attendance_log (county, person, school, day, kind, since, days) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (county, person, school, day) DO UPDATE SET kind = excluded.kind, since = excluded.since, days = excluded.days`,
		string(m.County), string(k.Person), string(k.School), int64(k.Day), string(k.Kind), int64(k.Since), k.Days)
	return err
}

// AttendanceLog gives what the schools of a county said from one day to another, the
// earliest first.
func (s *Store) AttendanceLog(ctx context.Context, sc Scope, county edu.UnitID, from, until edu.Date, do func(retention.Mark) error) error {
	const what = "read what schools said of attendance"
	_, v, err := s.seen(ctx, what)
	if err != nil || !sc.holds(v.tree, county, lastDay) {
		return err
	}
	err = each(ctx, s.r, `SELECT person, school, day, kind, since, days FROM attendance_log WHERE county = $1 AND day >= $2 AND day <= $3 ORDER BY day, person, school`,
		[]any{string(county), int64(from), int64(until)}, func(rows *sql.Rows) error {
			var k retention.Mark
			if err := rows.Scan(&k.Person, &k.School, &k.Day, &k.Kind, &k.Since, &k.Days); err != nil {
				return err
			}
			return do(k)
		})
	return s.wrap(what, err)
}

// TrimAttendance deletes what was said before a day.
func (s *Store) TrimAttendance(ctx context.Context, sc Scope, before edu.Date) error {
	const what = "delete old reports of attendance"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM attendance_log WHERE day < $1`, int64(before))
		return err
	})
}

// CaseStep is a line of a case's history, without words.
type CaseStep struct {
	Case   string
	Person retention.Person
	Day    edu.Date
	Act    retention.Act
	To     retention.State
}

// CaseSteps gives the history of a county's cases, case by case.
func (s *Store) CaseSteps(ctx context.Context, sc Scope, county edu.UnitID, do func(CaseStep) error) error {
	const what = "read what became of cases"
	_, v, err := s.seen(ctx, what)
	if err != nil || !sc.holds(v.tree, county, lastDay) {
		return err
	}
	err = each(ctx, s.r, `SELECT e.case_id, c.person, e.day, e.act, e.to_state FROM retention_cases c JOIN retention_events e ON e.case_id = c.id WHERE c.county = $1 ORDER BY e.case_id, e.rev`,
		[]any{string(county)}, func(rows *sql.Rows) error {
			var x CaseStep
			if err := rows.Scan(&x.Case, &x.Person, &x.Day, &x.Act, &x.To); err != nil {
				return err
			}
			return do(x)
		})
	return s.wrap(what, err)
}

// EachPlace gives every row of the schools' register in a year within the scope and
// below a unit, with nothing of who it is.
func (s *Store) EachPlace(ctx context.Context, sc Scope, top edu.UnitID, year int, do func(register.Child) error) error {
	const what = "read the register without who anybody is"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return err
	}
	for _, p := range registerParts(v, sc, top) {
		var w where
		p.narrow(&w)
		w.add(`c.year = ` + w.arg(year))
		w.add(`c.list = ` + w.arg(string(register.Register)))
		w.add(counts("c"))
		err := each(ctx, s.r, `SELECT c.person, c.school, c.stage, c.grade, c.born, c.sex, c.marks, c.boards, c.schooling FROM children c`+w.String()+` ORDER BY c.unit, c.grade, c.class, c.person`, w.args, func(rows *sql.Rows) error {
			k := register.Child{Year: year}
			var boards int
			if err := rows.Scan(&k.Person, &k.School, &k.Stage, &k.Grade, &k.Born, &k.Sex, &k.Groups, &boards, &k.Schooling); err != nil {
				return err
			}
			k.Boards = boards != 0
			return do(k)
		})
		if err != nil {
			return s.wrap(what, err)
		}
	}
	return nil
}
