package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
	"shuren/internal/task"
)

// HazardFilter chooses hazards; empty fields choose all.
type HazardFilter struct {
	State          inspection.HazardState // as shown: Overdue is one
	Live           bool                   // not closed
	School, County edu.UnitID
	Schools        []edu.UnitID // at one of them; none is any
	Inspection     string
	Category       string
	Holder         inspection.Holder
	Major, Listed  bool
	Unasked        bool // no task under supervision was made of it
	From, Until    edu.Date
	Today          edu.Date // by which overdue is told
	Page, Size     int      // Size < 0 is all
}

// HazardCount is how many hazards of a county are in a state, as shown.
type HazardCount struct {
	County edu.UnitID
	State  inspection.HazardState
	Major  bool
	OnTime int // of closed ones: by the first limit
	N      int
}

const hazardColumns = `id, no, rev, state, runs, school, county, inspection, category, holder, major, listed, on_time, due, found, closed, task, body`

func (w *where) hazards(f HazardFilter) {
	late := func() string { return `runs = 1 AND due > 0 AND due < ` + w.arg(int64(f.Today)) }
	switch f.State {
	case "":
	case inspection.Overdue:
		w.add(late())
	case inspection.ToMend, inspection.Mending, inspection.PassedUp:
		w.equal("state", string(f.State))
		w.add(`NOT (` + late() + `)`)
	default:
		w.equal("state", string(f.State))
	}
	if f.Live {
		w.add(`state <> 'closed'`)
	}
	for _, e := range [][2]string{{"school", string(f.School)}, {"county", string(f.County)}, {"inspection", f.Inspection}, {"category", f.Category}, {"holder", string(f.Holder)}} {
		w.equal(e[0], e[1])
	}
	if len(f.Schools) > 0 {
		w.add(w.in("school", fromUnits(f.Schools)))
	}
	if f.Major {
		w.add(`major = 1`)
	}
	if f.Listed {
		w.add(`listed = 1`)
	}
	if f.Unasked {
		w.add(`task = ''`)
	}
	if f.From != 0 {
		w.add(`found >= ` + w.arg(int64(f.From)))
	}
	if f.Until != 0 {
		w.add(`found <= ` + w.arg(int64(f.Until)))
	}
}

// Hazards lists those within the scope, what is due first and what is closed last,
// and how many there are.
func (s *Store) Hazards(ctx context.Context, sc Scope, f HazardFilter) (out []inspection.Hazard, total int, err error) {
	const what = "list hazards"
	_, st, err := s.seen(ctx, what)
	if err != nil {
		return nil, 0, err
	}
	var w where
	if !safetySee(&w, sc, st) {
		return nil, 0, nil
	}
	w.hazards(f)
	if err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM hazards`+w.String(), w.args...).Scan(&total); err != nil {
		return nil, 0, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT body FROM hazards`+w.String()+` ORDER BY closed, due, no`+w.page(f.Page, f.Size), w.args, func(rows *sql.Rows) error {
		h, err := scanAs[inspection.Hazard](rows)
		out = append(out, h)
		return err
	})
	return out, total, s.wrap(what, err)
}

// CountHazards counts the hazards within the scope by county and state as shown on
// a day, of those that a filter chooses.
func (s *Store) CountHazards(ctx context.Context, sc Scope, f HazardFilter) (out []HazardCount, err error) {
	const what = "count hazards"
	_, st, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	var w where
	if !safetySee(&w, sc, st) {
		return nil, nil
	}
	f.State = ""
	shown := `CASE WHEN runs = 1 AND due > 0 AND due < ` + w.arg(int64(f.Today)) + ` THEN 'overdue' ELSE state END`
	w.hazards(f)
	err = each(ctx, s.r, `SELECT county, shown, major, sum(on_time), count(*) FROM (SELECT county, `+shown+` AS shown, major, on_time FROM hazards`+w.String()+`) h GROUP BY county, shown, major ORDER BY county, shown, major`, w.args, func(rows *sql.Rows) error {
		var c HazardCount
		var major int
		err := rows.Scan(&c.County, &c.State, &major, &c.OnTime, &c.N)
		c.Major = major == 1
		out = append(out, c)
		return err
	})
	return out, s.wrap(what, err)
}

// Hazard is one hazard with its history, the oldest first. What lies outside the
// scope is not found.
func (s *Store) Hazard(ctx context.Context, sc Scope, id string) (h inspection.Hazard, events []inspection.HazardEvent, err error) {
	const what = "read a hazard"
	_, st, err := s.seen(ctx, what)
	if err != nil {
		return h, nil, err
	}
	if h, err = readHazard(ctx, s.r, st, sc, id); err != nil {
		return h, nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT body FROM hazard_events WHERE hazard = $1 ORDER BY rev`, []any{id}, func(rows *sql.Rows) error {
		e, err := scanAs[inspection.HazardEvent](rows)
		events = append(events, e)
		return err
	})
	return h, events, s.wrap(what, err)
}

func readHazard(ctx context.Context, q querier, st *view, sc Scope, id string) (inspection.Hazard, error) {
	h, err := scanAs[inspection.Hazard](q.QueryRowContext(ctx, `SELECT body FROM hazards WHERE id = $1`, id))
	return safetyFound(st, sc, "hazard", id, h, h.School, err)
}

// NewHazard keeps a hazard that was found outside an inspection. The same id by the
// same person is one.
func (s *Store) NewHazard(ctx context.Context, sc Scope, h inspection.Hazard, e inspection.HazardEvent, recs ...audit.Record) (inspection.Hazard, error) {
	const what = "keep a hazard"
	if err := sc.mayWrite(what); err != nil {
		return h, err
	}
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, state *state) error {
		st, err := state.view()
		if err != nil {
			return err
		}
		if !sc.holds(st.tree, h.School, lastDay) {
			return fmt.Errorf("school %s: %w", h.School, fault.NotFound)
		}
		switch old, err := readHazard(ctx, tx, st, Whole(Reader), h.ID); {
		case err == nil && old.By == h.By && old.School == h.School:
			h = old
			return errNothing
		case err == nil:
			return fmt.Errorf("hazard %s is another one: %w", h.ID, fault.Conflict)
		case !errors.Is(err, fault.NotFound):
			return err
		}
		return newHazard(ctx, tx, &h, e)
	})
	return h, err
}

func newHazard(ctx context.Context, tx *sql.Tx, h *inspection.Hazard, e inspection.HazardEvent) (err error) {
	if h.No, err = safetyNumber(ctx, tx, "hazard"); err != nil {
		return err
	}
	return putHazard(ctx, tx, h, e)
}

// ActHazard keeps a hazard as it is after an act over the revision before, and the
// task that the act makes of it: both or neither. The same act sent twice is one;
// over an older revision the answer is ErrStale with the hazard as it is now.
func (s *Store) ActHazard(ctx context.Context, sc Scope, h inspection.Hazard, e inspection.HazardEvent, into *TaskMove, recs ...audit.Record) (inspection.Hazard, []task.Task, error) {
	const what = "act on a hazard"
	if err := sc.mayWrite(what); err != nil {
		return h, nil, err
	}
	var made []task.Task
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, state *state) error {
		st, err := state.view()
		if err != nil {
			return err
		}
		old, err := readHazard(ctx, tx, st, sc, h.ID)
		if err != nil {
			return err
		}
		if again, err := safetySent(ctx, tx, "hazard_events", "hazard", h.ID, e.Sent, e.By); err != nil {
			return err
		} else if again {
			h = old
			return errNothing
		}
		if old.Rev != h.Rev-1 {
			h = old
			return ErrStale
		}
		if into != nil {
			if made, _, err = newTasks(ctx, tx, []TaskMove{*into}); err != nil {
				return err
			}
		}
		return putHazard(ctx, tx, &h, e)
	})
	if err != nil {
		made = nil
	}
	return h, made, err
}

func putHazard(ctx context.Context, tx *sql.Tx, h *inspection.Hazard, e inspection.HazardEvent) error {
	body, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO hazards (`+hazardColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, state = excluded.state, runs = excluded.runs, holder = excluded.holder, major = excluded.major, listed = excluded.listed, on_time = excluded.on_time,
		due = excluded.due, closed = excluded.closed, task = excluded.task, body = excluded.body`,
		h.ID, h.No, h.Rev, string(h.State), bit(h.State.Runs()), string(h.School), string(h.County), h.Inspection, h.Category, string(h.Holder), bit(h.Major), bit(h.Listed.Day != 0), bit(h.OnTime()),
		int64(h.Due), int64(h.FoundAt), int64(h.ClosedAt), h.Task, string(body)); err != nil {
		return err
	}
	if body, err = json.Marshal(e); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO hazard_events (hazard, rev, at_time, by_whom, act, sent, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`, h.ID, e.Rev, formatTime(e.At), e.By, string(e.Act), e.Sent, string(body))
	return err
}
