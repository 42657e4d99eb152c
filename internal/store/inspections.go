package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
)

// InspectionFilter chooses inspections; empty fields choose all.
type InspectionFilter struct {
	Plan           string
	School, County edu.UnitID
	Kind           inspection.Kind
	State          inspection.State
	From, Until    edu.Date
	Page, Size     int // Size < 0 is all
}

// InspectionRow is an inspection as lists show it.
type InspectionRow struct {
	ID                        string
	No                        int64
	Rev                       int
	State                     inspection.State
	Kind                      inspection.Kind
	Plan                      string
	School, County            edu.UnitID
	Day                       edu.Date
	Items, Open, Unfit, Fixed int
	By                        string
}

// InspectionEvent is a line of an inspection's history.
type InspectionEvent struct {
	Rev      int
	At       time.Time
	By, Name string
	Act      string // begin, fill, photo, sign, countersign, scrap
	Sent     string // id that the client made: the same act sent twice is one
	Body     string // JSON of what was filled in; may be empty
}

// safetySee adds the scope to a list of rows that have a school and a county. False:
// nothing is seen.
func safetySee(w *where, sc Scope, st *view) bool {
	if !sc.sees() {
		return false
	}
	if sc.whole {
		return true
	}
	var counties, schools []string
	for _, top := range sc.tops {
		u, ok := st.tree.Unit(top)
		if !ok {
			continue
		}
		switch u.Level {
		case edu.County:
			counties = append(counties, string(top))
		case edu.School:
			schools = append(schools, string(top))
		default:
			for _, b := range st.tree.Units() {
				if (b.Level == edu.School && u.Level > edu.County || b.Level == edu.County && u.Level < edu.County) && Part(Reader, top).holds(st.tree, b.ID, lastDay) {
					if b.Level == edu.School {
						schools = append(schools, string(b.ID))
					} else {
						counties = append(counties, string(b.ID))
					}
				}
			}
		}
	}
	var parts []string
	if len(counties) > 0 {
		parts = append(parts, w.in("county", counties))
	}
	if len(schools) > 0 {
		parts = append(parts, w.in("school", schools))
	}
	if parts == nil {
		return false
	}
	w.add("(" + strings.Join(parts, " OR ") + ")")
	return true
}

func (w *where) equal(column, value string) {
	if value != "" {
		w.add(column + ` = ` + w.arg(value))
	}
}

const inspectionColumns = `id, no, rev, state, kind, plan, school, county, day, items, open, unfit, fixed, by_whom`

// Inspections lists those within the scope, the newest day first, and how many
// there are.
func (s *Store) Inspections(ctx context.Context, sc Scope, f InspectionFilter) (out []InspectionRow, total int, err error) {
	const what = "list inspections"
	_, st, err := s.seen(ctx, what)
	if err != nil {
		return nil, 0, err
	}
	var w where
	if !safetySee(&w, sc, st) {
		return nil, 0, nil
	}
	for _, e := range [][2]string{{"plan", f.Plan}, {"school", string(f.School)}, {"county", string(f.County)}, {"kind", string(f.Kind)}, {"state", string(f.State)}} {
		w.equal(e[0], e[1])
	}
	if f.From != 0 {
		w.add(`day >= ` + w.arg(int64(f.From)))
	}
	if f.Until != 0 {
		w.add(`day <= ` + w.arg(int64(f.Until)))
	}
	if err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM inspections`+w.String(), w.args...).Scan(&total); err != nil {
		return nil, 0, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT `+inspectionColumns+` FROM inspections`+w.String()+` ORDER BY day DESC, no DESC`+w.page(f.Page, f.Size), w.args, func(rows *sql.Rows) error {
		var r InspectionRow
		err := rows.Scan(&r.ID, &r.No, &r.Rev, &r.State, &r.Kind, &r.Plan, &r.School, &r.County, &r.Day, &r.Items, &r.Open, &r.Unfit, &r.Fixed, &r.By)
		out = append(out, r)
		return err
	})
	return out, total, s.wrap(what, err)
}

// page limits a list; the arguments are added behind those that are there.
func (w *where) page(page, size int) string {
	if size < 0 {
		return ""
	}
	size = cmp.Or(size, 50)
	return ` LIMIT ` + w.arg(size) + ` OFFSET ` + w.arg((max(page, 1)-1)*size)
}

// Inspection is one inspection with its history, the oldest first. What lies outside
// the scope is not found.
func (s *Store) Inspection(ctx context.Context, sc Scope, id string) (x inspection.Inspection, events []InspectionEvent, err error) {
	const what = "read an inspection"
	_, st, err := s.seen(ctx, what)
	if err != nil {
		return x, nil, err
	}
	if x, err = readInspection(ctx, s.r, st, sc, id); err != nil {
		return x, nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT rev, at_time, by_whom, by_name, act, sent, body FROM inspection_events WHERE inspection = $1 ORDER BY rev`, []any{id}, func(rows *sql.Rows) error {
		var e InspectionEvent
		var at string
		err := rows.Scan(&e.Rev, &at, &e.By, &e.Name, &e.Act, &e.Sent, &e.Body)
		if err == nil {
			e.At, err = parseTime(at)
		}
		events = append(events, e)
		return err
	})
	return x, events, s.wrap(what, err)
}

func readInspection(ctx context.Context, q querier, st *view, sc Scope, id string) (inspection.Inspection, error) {
	x, err := scanAs[inspection.Inspection](q.QueryRowContext(ctx, `SELECT body FROM inspections WHERE id = $1`, id))
	return safetyFound(st, sc, "inspection", id, x, x.School, err)
}

// safetyFound is what was read of a school, where the scope holds it; else it is not
// found.
func safetyFound[T any](st *view, sc Scope, what, id string, x T, school edu.UnitID, err error) (T, error) {
	if errors.Is(err, sql.ErrNoRows) || err == nil && !sc.holds(st.tree, school, lastDay) {
		var none T
		return none, fmt.Errorf("%s %s: %w", what, id, fault.NotFound)
	}
	return x, err
}

// PutInspection keeps an inspection over the revision that its writer saw, with the
// hazards that follow from it: all of it or nothing. One that is begun twice with the
// same id by the same person, and an act that is sent twice, are one. Over an older
// revision the answer is ErrStale with the inspection as it is now.
func (s *Store) PutInspection(ctx context.Context, sc Scope, x inspection.Inspection, rev int, e InspectionEvent, found []inspection.Hazard, recs ...audit.Record) (inspection.Inspection, error) {
	const what = "keep an inspection"
	if err := sc.mayWrite(what); err != nil {
		return x, err
	}
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, state *state) error {
		st, err := state.view()
		if err != nil {
			return err
		}
		if !sc.holds(st.tree, x.School, lastDay) {
			return fmt.Errorf("school %s: %w", x.School, fault.NotFound)
		}
		old, err := readInspection(ctx, tx, st, Whole(Reader), x.ID)
		fresh := errors.Is(err, fault.NotFound)
		switch {
		case fresh && rev != 0:
			return err
		case err != nil && !fresh:
			return err
		case !fresh && old.School != x.School:
			return fmt.Errorf("inspection %s: %w", x.ID, fault.NotFound)
		}
		if !fresh {
			if again, err := safetySent(ctx, tx, "inspection_events", "inspection", x.ID, e.Sent, e.By); err != nil {
				return err
			} else if again || rev == 0 && old.By == x.By {
				x = old
				return errNothing
			}
			if old.Rev != rev {
				x = old
				return ErrStale
			}
		} else if x.No, err = safetyNumber(ctx, tx, "inspection"); err != nil {
			return err
		}
		x.Rev = rev + 1
		if err := putInspection(ctx, tx, &x); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO inspection_events (inspection, rev, at_time, by_whom, by_name, act, sent, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			x.ID, x.Rev, formatTime(e.At), e.By, e.Name, e.Act, e.Sent, e.Body); err != nil {
			return err
		}
		for i := range found {
			h := &found[i]
			ev := inspection.HazardEvent{Rev: 1, At: e.At, By: e.By, Name: e.Name, Act: inspection.Note, From: h.State, To: h.State, Text: h.Text, Due: h.Due, Photos: append(append([]string(nil), h.Before...), h.After...), Holder: h.Holder}
			if err := newHazard(ctx, tx, h, ev); err != nil {
				return err
			}
		}
		return nil
	})
	return x, err
}

func putInspection(ctx context.Context, tx *sql.Tx, x *inspection.Inspection) error {
	body, err := json.Marshal(x)
	if err != nil {
		return err
	}
	n, fixed := x.Count()
	_, err = tx.ExecContext(ctx, `INSERT INTO inspections (`+inspectionColumns+`, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, state = excluded.state, day = excluded.day, open = excluded.open, unfit = excluded.unfit, fixed = excluded.fixed, body = excluded.body`,
		x.ID, x.No, x.Rev, string(x.State), string(x.Kind), x.Plan, string(x.School), string(x.County), int64(x.Day), len(x.Items), n[inspection.NoResult], n[inspection.Unfit], fixed, x.By, string(body))
	return err
}

// safetySent tells whether an act was sent before with the same id.
func safetySent(ctx context.Context, tx *sql.Tx, table, column, id, sent, by string) (bool, error) {
	if sent == "" {
		return false, nil
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM `+table+` WHERE `+column+` = $1 AND sent = $2 AND by_whom = $3`, id, sent, by).Scan(&n)
	return n > 0, err
}

func safetyNumber(ctx context.Context, tx *sql.Tx, kind string) (no int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO safety_numbers (kind, last) VALUES ($1, 1) ON CONFLICT (kind) DO UPDATE SET last = safety_numbers.last + 1 RETURNING last`, kind).Scan(&no)
	return no, err
}

// Visited is how often a school was visited, and when last.
type Visited struct {
	School, County edu.UnitID
	N              int
	Last           edu.Date
}

// Visits counts the visits to each school within the scope between two days, of a
// plan or of all; 0 is without a limit. Schools without a visit are not in it.
func (s *Store) Visits(ctx context.Context, sc Scope, plan string, from, until edu.Date) (out []Visited, err error) {
	const what = "count visits"
	_, st, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	var w where
	if !safetySee(&w, sc, st) {
		return nil, nil
	}
	w.add(`state IN ('signed', 'done')`)
	w.equal("plan", plan)
	if until == 0 {
		until = lastDay
	}
	w.add(`day >= ` + w.arg(int64(from)) + ` AND day <= ` + w.arg(int64(until)))
	err = each(ctx, s.r, `SELECT school, county, count(*), max(day) FROM inspections`+w.String()+` GROUP BY school, county ORDER BY school`, w.args, func(rows *sql.Rows) error {
		var v Visited
		err := rows.Scan(&v.School, &v.County, &v.N, &v.Last)
		out = append(out, v)
		return err
	})
	return out, s.wrap(what, err)
}
