package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// filingColumns are read by scanFiling.
const filingColumns = `issue, unit, state, rev, handed, check_code, due, asked, returned, required, blocking, reason, by_whom, at_time, since`

func scanFiling(rows interface{ Scan(...any) error }) (f collect.Filing, err error) {
	var at, since string
	if err := rows.Scan(&f.Issue, &f.Unit, &f.State, &f.Rev, &f.Handed, &f.Check, &f.Due, &f.Asked, &f.Returns, &f.Required, &f.Blocking, &f.Reason, &f.By, &at, &since); err != nil {
		return f, err
	}
	if f.At, err = parseTime(at); err != nil {
		return f, err
	}
	f.Since, err = parseTime(since)
	return f, err
}

// shardIn gives the shard of a unit that the scope holds on a day. Whoever asks
// for another one is told that there is none.
func (st *state) shardIn(sc Scope, unit edu.UnitID, day edu.Date) (string, error) {
	v, err := st.view()
	if err != nil {
		return "", err
	}
	shard, known := v.shard[unit]
	if !known || !sc.holds(v.tree, unit, day) {
		return "", fmt.Errorf("unit %q: %w", unit, fault.NotFound)
	}
	return shard, nil
}

// Filings lists the filings of an issue that anything has happened to, by unit.
// Due is 0 where the issue's day holds. below narrows it to a unit and what
// stands under it; "" is everything within the scope. One query for each shard.
func (s *Store) Filings(ctx context.Context, sc Scope, is collect.Issue, below edu.UnitID) (map[edu.UnitID]collect.Filing, error) {
	out := map[edu.UnitID]collect.Filing{}
	err := s.eachFiling(ctx, sc, is, below, filingColumns, `filings`, ``, func(rows *sql.Rows) (edu.UnitID, func(), error) {
		f, err := scanFiling(rows)
		return f.Unit, func() { out[f.Unit] = f }, err
	})
	return out, s.wrap("list the filings of "+is.ID, err)
}

const eventColumns = `unit, no, at_time, by_whom, name, action, from_state, to_state, handed, reason, due, sent`

func scanEvent(rows *sql.Rows) (unit edu.UnitID, e collect.Event, err error) {
	var at string
	if err := rows.Scan(&unit, &e.No, &at, &e.By, &e.Name, &e.Action, &e.From, &e.To, &e.Handed, &e.Reason, &e.Due, &e.Sent); err != nil {
		return unit, e, err
	}
	e.At, err = parseTime(at)
	return unit, e, err
}

// FilingLogs gives the logs of the filings of an issue, by unit.
func (s *Store) FilingLogs(ctx context.Context, sc Scope, is collect.Issue, below edu.UnitID) (map[edu.UnitID][]collect.Event, error) {
	out := map[edu.UnitID][]collect.Event{}
	err := s.eachFiling(ctx, sc, is, below, eventColumns, `filing_events`, ` ORDER BY unit, no`, func(rows *sql.Rows) (edu.UnitID, func(), error) {
		unit, e, err := scanEvent(rows)
		return unit, func() { out[unit] = append(out[unit], e) }, err
	})
	return out, s.wrap("read the logs of "+is.ID, err)
}

// eachFiling runs over the rows of a table of filings that the scope holds.
func (s *Store) eachFiling(ctx context.Context, sc Scope, is collect.Issue, below edu.UnitID, columns, table, rest string, scan func(*sql.Rows) (edu.UnitID, func(), error)) error {
	if !sc.sees() {
		return nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return err
	}
	v, err := st.view()
	if err != nil {
		return err
	}
	day := edu.DateOf(is.Period.Reference())
	narrow := Scope{role: Reader, whole: true}
	if below != "" {
		narrow = Part(Reader, below)
	}
	shards, err := st.shardsOf(sc)
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(shards))
	if sc.whole {
		names = slices.Sorted(maps.Keys(st.shards))
	}
	if u, ok := v.tree.Unit(below); ok && u.Level >= edu.County {
		names = []string{v.shard[below]}
	}
	// A school asks for its own row, not for its county's.
	one := ""
	if u, ok := v.tree.Unit(below); ok && u.Level >= edu.School {
		one = ` AND unit = $3`
	}
	for _, shard := range names {
		args := []any{shard, is.ID}
		if one != "" {
			args = append(args, string(below))
		}
		err := each(ctx, s.r, `SELECT `+columns+` FROM `+table+` WHERE shard = $1 AND issue = $2`+one+rest, args, func(rows *sql.Rows) error {
			unit, keep, err := scan(rows)
			if err != nil {
				return err
			}
			if sc.holds(v.tree, unit, day) && narrow.holds(v.tree, unit, day) {
				keep()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Filing gives one filing with its log and the saved draft, which is JSON and
// nil where there is none. A filing that nothing has happened to is not started.
func (s *Store) Filing(ctx context.Context, sc Scope, is collect.Issue, unit edu.UnitID) (f collect.Filing, log []collect.Event, draft []byte, err error) {
	what := fmt.Sprintf("filing of %s for %s", unit, is.ID)
	f = collect.Filing{Issue: is.ID, Unit: unit, State: collect.NotStarted}
	st, err := s.current(ctx)
	if err != nil {
		return f, nil, nil, s.wrap(what, err)
	}
	shard, err := st.shardIn(sc, unit, edu.DateOf(is.Period.Reference()))
	if err != nil {
		return f, nil, nil, s.wrap(what, err)
	}
	// One transaction, so that log and draft are of the filing's revision.
	tx, err := s.r.BeginTx(ctx, &s.dialect.read)
	if err != nil {
		return f, nil, nil, s.wrap(what, err)
	}
	defer tx.Rollback()
	if f, err = filing(ctx, tx, shard, is.ID, unit); err != nil {
		return f, nil, nil, s.wrap(what, err)
	}
	err = each(ctx, tx, `SELECT `+eventColumns+` FROM filing_events WHERE shard = $1 AND issue = $2 AND unit = $3 ORDER BY no`, []any{shard, is.ID, string(unit)}, func(rows *sql.Rows) error {
		_, e, err := scanEvent(rows)
		log = append(log, e)
		return err
	})
	if err == nil {
		err = tx.QueryRowContext(ctx, `SELECT content FROM drafts WHERE shard = $1 AND issue = $2 AND unit = $3`, shard, is.ID, string(unit)).Scan(&draft)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
	}
	return f, log, draft, s.wrap(what, err)
}

func filing(ctx context.Context, q querier, shard, issue string, unit edu.UnitID) (collect.Filing, error) {
	f, err := scanFiling(q.QueryRowContext(ctx, `SELECT `+filingColumns+` FROM filings WHERE shard = $1 AND issue = $2 AND unit = $3`, shard, issue, string(unit)))
	if errors.Is(err, sql.ErrNoRows) {
		return collect.Filing{Issue: issue, Unit: unit, State: collect.NotStarted}, nil
	}
	return f, err
}

// HandedIn is a content as it was handed in.
type HandedIn struct {
	No         int
	Content    []byte // JSON
	Check      string
	By         string
	At         time.Time
	Submission string
}

// Handed gives what a unit handed in under a number, the last where it is 0.
func (s *Store) Handed(ctx context.Context, sc Scope, is collect.Issue, unit edu.UnitID, no int) (h HandedIn, err error) {
	what := fmt.Sprintf("what %s handed in for %s", unit, is.ID)
	st, err := s.current(ctx)
	if err != nil {
		return h, s.wrap(what, err)
	}
	shard, err := st.shardIn(sc, unit, edu.DateOf(is.Period.Reference()))
	if err != nil {
		return h, s.wrap(what, err)
	}
	query, args := `SELECT no, content, check_code, by_whom, at_time, submission FROM handed WHERE shard = $1 AND issue = $2 AND unit = $3`, []any{shard, is.ID, string(unit)}
	if no > 0 {
		query, args = query+` AND no = $4`, append(args, no)
	}
	var at string
	err = s.r.QueryRowContext(ctx, query+` ORDER BY no DESC LIMIT 1`, args...).Scan(&h.No, &h.Content, &h.Check, &h.By, &at, &h.Submission)
	if errors.Is(err, sql.ErrNoRows) {
		return h, s.wrap(what, fault.NotFound)
	}
	if err == nil {
		h.At, err = parseTime(at)
	}
	return h, s.wrap(what, err)
}

// SetRoute turns the central school's review of a form on or off in a county.
func (s *Store) SetRoute(ctx context.Context, sc Scope, county edu.UnitID, form string, township bool, by string, at time.Time, recs ...audit.Record) error {
	return s.countySwitch(ctx, sc, "route of "+form, county, at, `INSERT INTO routes (shard, form, township, by_whom, at_time) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (shard, form) DO UPDATE SET township = excluded.township, by_whom = excluded.by_whom, at_time = excluded.at_time`, form, bit(township), by, recs)
}

// SetInner sets what a county changes of an issue for its own units.
func (s *Store) SetInner(ctx context.Context, sc Scope, county edu.UnitID, issue string, in Inner, by string, at time.Time, recs ...audit.Record) error {
	b, err := json.Marshal(inner(in))
	if err != nil {
		return err
	}
	return s.countySwitch(ctx, sc, "the county's own of "+issue, county, at, `INSERT INTO inner_issues (shard, issue, body, by_whom, at_time) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (shard, issue) DO UPDATE SET body = excluded.body, by_whom = excluded.by_whom, at_time = excluded.at_time`, issue, string(b), by, recs)
}

func (s *Store) countySwitch(ctx context.Context, sc Scope, what string, county edu.UnitID, at time.Time, query, key string, value any, by string, recs []audit.Record) error {
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		shard, err := st.shardIn(sc, county, collect.Today(at))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, query, shard, key, value, by, formatTime(at))
		return err
	})
}

// Switches are what the counties set for an issue, by shard: a county's
// permanent id.
type Switches struct {
	Township map[edu.UnitID]bool
	Inner    map[edu.UnitID]Inner
}

// Inner is what a county changes of an issue for its own units: an earlier day,
// and fields that it knows already and does not ask.
type Inner struct {
	Due  edu.Date
	Drop []string
}

type inner struct {
	Due  edu.Date `json:"due,omitempty"`
	Drop []string `json:"drop,omitempty"`
}

// Switches gives them. They are no secret.
func (s *Store) Switches(ctx context.Context, sc Scope, is collect.Issue) (Switches, error) {
	sw := Switches{Township: map[edu.UnitID]bool{}, Inner: map[edu.UnitID]Inner{}}
	if !sc.sees() {
		return sw, nil
	}
	err := each(ctx, s.r, `SELECT shard, township FROM routes WHERE form = $1`, []any{is.Form}, func(rows *sql.Rows) error {
		var c edu.UnitID
		var on bool
		err := rows.Scan(&c, &on)
		sw.Township[c] = on
		return err
	})
	if err == nil {
		err = each(ctx, s.r, `SELECT shard, body FROM inner_issues WHERE issue = $1`, []any{is.ID}, func(rows *sql.Rows) error {
			var c edu.UnitID
			var body string
			var in inner
			if err := rows.Scan(&c, &body); err != nil {
				return err
			}
			err := json.Unmarshal([]byte(body), &in)
			sw.Inner[c] = Inner(in)
			return err
		})
	}
	return sw, s.wrap("read the switches of "+is.ID, err)
}

// Drafts gives the saved drafts of an issue, by unit: JSON of contents.
func (s *Store) Drafts(ctx context.Context, sc Scope, is collect.Issue, below edu.UnitID) (map[edu.UnitID][]byte, error) {
	out := map[edu.UnitID][]byte{}
	err := s.eachFiling(ctx, sc, is, below, `unit, content`, `drafts`, ``, func(rows *sql.Rows) (unit edu.UnitID, keep func(), err error) {
		var content []byte
		err = rows.Scan(&unit, &content)
		return unit, func() { out[unit] = content }, err
	})
	return out, s.wrap("read the drafts of "+is.ID, err)
}
