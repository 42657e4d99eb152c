package store

import (
	"context"
	"database/sql"
	"time"

	"shuren/internal/audit"
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Calendar gives what the city entered into its calendar. The calendar concerns
// the whole city and everybody may read it.
func (s *Store) Calendar(ctx context.Context) (marks []collect.Mark, terms []collect.TermDates, err error) {
	const what = "read the calendar"
	err = each(ctx, s.r, `SELECT day, is_off, name_zh, name_en, source, tag FROM calendar_days ORDER BY day`, nil, func(rows *sql.Rows) error {
		var m collect.Mark
		var off int64
		err := rows.Scan(&m.Day, &off, &m.Name.ZH, &m.Name.EN, &m.Source, &m.Tag)
		m.Off = off != 0
		marks = append(marks, m)
		return err
	})
	if err != nil {
		return nil, nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT period, first_day, last_day, source, tag FROM calendar_terms ORDER BY first_day`, nil, func(rows *sql.Rows) error {
		var t collect.TermDates
		var p string
		if err := rows.Scan(&p, &t.First, &t.Last, &t.Source, &t.Tag); err != nil {
			return err
		}
		var err error
		t.Period, err = edu.ParsePeriod(p)
		terms = append(terms, t)
		return err
	})
	return marks, terms, s.wrap(what, err)
}

// SetDay enters a day into the city's calendar.
func (s *Store) SetDay(ctx context.Context, sc Scope, m collect.Mark, by string, at time.Time, recs ...audit.Record) error {
	const what = "enter a day into the calendar"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO calendar_days (day, is_off, name_zh, name_en, source, tag, by_whom, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (day) DO UPDATE SET is_off = excluded.is_off, name_zh = excluded.name_zh, name_en = excluded.name_en, source = excluded.source,
			tag = excluded.tag, by_whom = excluded.by_whom, at_time = excluded.at_time`,
			int64(m.Day), bit(m.Off), m.Name.ZH, m.Name.EN, m.Source, m.Tag, by, formatTime(at))
		return err
	})
}

// DropDay takes back what the city entered for a day.
func (s *Store) DropDay(ctx context.Context, sc Scope, d edu.Date, recs ...audit.Record) error {
	const what = "take a day out of the calendar"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM calendar_days WHERE day = $1`, int64(d))
		return err
	})
}

// SetTerm enters a term's dates into the city's calendar.
func (s *Store) SetTerm(ctx context.Context, sc Scope, t collect.TermDates, by string, at time.Time, recs ...audit.Record) error {
	const what = "enter a term into the calendar"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO calendar_terms (period, first_day, last_day, source, tag, by_whom, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (period) DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day, source = excluded.source, tag = excluded.tag,
			by_whom = excluded.by_whom, at_time = excluded.at_time`,
			t.Period.String(), int64(t.First), int64(t.Last), t.Source, t.Tag, by, formatTime(at))
		return err
	})
}
