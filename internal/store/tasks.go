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
	"shuren/internal/fault"
	"shuren/internal/task"
)

// TaskMove is a task as it is to be after an act, and what comes with it. What a
// task is and who is in it is worked out before; the store keeps it all or not.
type TaskMove struct {
	Task    task.Task
	Event   task.Event
	Entry   *task.Entry // what the act reports, nil where it reports nothing
	Parties []TaskParty
	Rest    task.Lamp
	Amber   time.Time // when the lamp turns if nothing is done
	Red     time.Time
}

// TaskParty is a body in a task.
type TaskParty struct {
	Body, Role, County, Unit string
}

// Roles of a party.
const (
	TaskIssuer = "issuer"
	TaskLead   = "lead"
	TaskHelper = "with"
)

// NewTasks keeps new tasks, all of them or none, and gives them their numbers.
// What was sent before with the same id is given back as it was made.
func (s *Store) NewTasks(ctx context.Context, sc Scope, moves []TaskMove, recs ...audit.Record) ([]task.Task, error) {
	const what = "make tasks"
	if err := sc.mayWrite(what); err != nil {
		return nil, err
	}
	var out []task.Task
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, _ *state) error {
		var fresh int
		var err error
		if out, fresh, err = newTasks(ctx, tx, moves); err != nil {
			return err
		}
		if fresh == 0 {
			return errNothing
		}
		return nil
	})
	return out, err
}

// newTasks writes new tasks and tells how many of them were not there yet: all, or
// none where they were sent before.
func newTasks(ctx context.Context, tx *sql.Tx, moves []TaskMove) (out []task.Task, fresh int, err error) {
	for i := range moves {
		m := moves[i]
		if old, again, err := taskSent(ctx, tx, "", &m.Event); err != nil {
			return nil, 0, err
		} else if again {
			out = append(out, old)
			continue
		}
		fresh++
		no, err := taskNumber(ctx, tx, "", 0)
		if err != nil {
			return nil, 0, err
		}
		m.Task.No, m.Task.Rev, m.Event.Rev = no, 1, 1
		if err := putTask(ctx, tx, &m, true); err != nil {
			return nil, 0, err
		}
		moves[i].Task = m.Task
		out = append(out, m.Task)
	}
	if fresh != 0 && fresh != len(moves) {
		return nil, 0, fmt.Errorf("the id %q was used for other tasks: %w", moves[0].Event.Sent, fault.Conflict)
	}
	return out, fresh, nil
}

// ActTasks takes acts with tasks, all of them or none, over the revisions that
// they saw. The same act sent twice is one; over an older revision nothing is
// written and the answer is ErrStale with the first task as it is now.
func (s *Store) ActTasks(ctx context.Context, v TaskView, moves []TaskMove, recs ...audit.Record) (task.Task, error) {
	what := "act on a task"
	if len(moves) == 0 {
		return task.Task{}, fmt.Errorf("%s: nothing to do: %w", what, fault.Invalid)
	}
	if err := v.Scope.mayWrite(what); err != nil {
		return task.Task{}, err
	}
	var now task.Task
	again := false
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		var err error
		if now, again, err = taskSent(ctx, tx, moves[0].Task.ID, &moves[0].Event); err != nil {
			return err
		}
		if again {
			return errNothing
		}
		now, err = v.act(ctx, tx, st, moves)
		return err
	})
	return now, err
}

// act writes acts over the revisions that they saw, and gives the first task as it
// is then; where that one is stale, as it is now.
func (v TaskView) act(ctx context.Context, tx *sql.Tx, st *state, moves []TaskMove) (now task.Task, err error) {
	for i := range moves {
		m := moves[i]
		old, err := v.task(ctx, tx, st, m.Task.ID)
		if err != nil {
			return now, err
		}
		if old.Rev != m.Task.Rev-1 {
			if i == 0 {
				now = old
			}
			return now, ErrStale
		}
		if sh := &m.Task.Sheet; sh.Year > 0 && sh.No == 0 {
			no, err := taskNumber(ctx, tx, m.Task.Issuer, sh.Year)
			if err != nil {
				return now, err
			}
			sh.No = int(no)
		}
		if err := putTask(ctx, tx, &m, false); err != nil {
			return now, err
		}
		if i == 0 {
			now = m.Task
		}
	}
	return now, nil
}

// DraftTasks keeps what a workbook holds: new tasks and changed ones, all of it or
// nothing. Sent twice it is kept once.
func (s *Store) DraftTasks(ctx context.Context, v TaskView, fresh, changed []TaskMove, recs ...audit.Record) error {
	const what = "keep drafts of tasks"
	if err := v.Scope.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		if len(changed) > 0 {
			if _, again, err := taskSent(ctx, tx, changed[0].Task.ID, &changed[0].Event); err != nil {
				return err
			} else if again {
				return errNothing
			}
		}
		if _, n, err := newTasks(ctx, tx, fresh); err != nil {
			return err
		} else if n == 0 && len(fresh) > 0 {
			return errNothing
		}
		_, err := v.act(ctx, tx, st, changed)
		return err
	})
}

// taskSent finds an act that was sent before with the same id by the same person,
// and gives the task as it is now. A task of "" is any.
func taskSent(ctx context.Context, tx *sql.Tx, id string, e *task.Event) (task.Task, bool, error) {
	if e.Sent == "" {
		return task.Task{}, false, nil
	}
	var act task.Act
	err := tx.QueryRowContext(ctx, `SELECT task, act FROM task_events WHERE sent = $1 AND by_whom = $2 AND ($3 = '' OR task = $3) ORDER BY task, rev LIMIT 1`, e.Sent, e.By, id).Scan(&id, &act)
	if errors.Is(err, sql.ErrNoRows) {
		return task.Task{}, false, nil
	}
	if err != nil {
		return task.Task{}, false, err
	}
	if act != e.Act {
		return task.Task{}, false, fmt.Errorf("the id %q was used for another act; want a new id: %w", e.Sent, fault.Conflict)
	}
	t, err := scanTask(tx.QueryRowContext(ctx, `SELECT body FROM task_bodies WHERE task = $1`, id))
	return t, true, err
}

// taskNumber takes the next number of a series.
func taskNumber(ctx context.Context, tx *sql.Tx, issuer string, year int) (no int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO task_numbers (issuer, year, last) VALUES ($1, $2, 1)
		ON CONFLICT (issuer, year) DO UPDATE SET last = task_numbers.last + 1 RETURNING last`, issuer, year).Scan(&no)
	return no, err
}

// noDue sorts what has no limit behind all that has one.
const noDue = 1 << 30

func putTask(ctx context.Context, tx *sql.Tx, m *TaskMove, fresh bool) error {
	t := &m.Task
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	due := int64(t.Due)
	if due == 0 {
		due = noDue
	}
	meeting := ""
	if t.Source.Kind == task.FromMeeting || t.Source.Kind == task.FromVisit {
		meeting = t.Source.Ref
	}
	args := []any{t.ID, t.No, t.Rev, string(t.State), bit(t.State.Live()), bit(t.Opens > 0), t.Issuer, t.Lead, int64(t.Due), due, string(t.Source.Kind), meeting, t.Into,
		bit(!t.Sheet.None()), t.Sheet.Year, t.Sheet.No, bit(t.Key), string(m.Rest), m.Amber.Unix(), m.Red.Unix(), formatTime(t.Changed), taskSearch(t)}
	if fresh {
		_, err = tx.ExecContext(ctx, `INSERT INTO tasks (id, no, rev, state, live, given, issuer, lead, due, open_due, source, meeting, merged, sheet, sheet_year, sheet_no, is_key, rest, amber_at, red_at, changed_at, search)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`, args...)
	} else {
		_, err = tx.ExecContext(ctx, `UPDATE tasks SET no = $2, rev = $3, state = $4, live = $5, given = $6, issuer = $7, lead = $8, due = $9, open_due = $10, source = $11, meeting = $12, merged = $13,
			sheet = $14, sheet_year = $15, sheet_no = $16, is_key = $17, rest = $18, amber_at = $19, red_at = $20, changed_at = $21, search = $22 WHERE id = $1`, args...)
	}
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO task_bodies (task, body) VALUES ($1, $2) ON CONFLICT (task) DO UPDATE SET body = excluded.body`, t.ID, string(body)); err != nil {
		return err
	}
	if err := putTaskParts(ctx, tx, m, fresh); err != nil {
		return err
	}
	event, err := json.Marshal(m.Event)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO task_events (task, rev, at_time, by_whom, act, sent, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		t.ID, m.Event.Rev, formatTime(m.Event.At), m.Event.By, string(m.Event.Act), m.Event.Sent, string(event)); err != nil {
		return err
	}
	if m.Entry == nil {
		return nil
	}
	entry, err := json.Marshal(m.Entry)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO task_entries (task, no, day, body) VALUES ($1, $2, $3, $4)`, t.ID, m.Entry.No, int64(m.Entry.Day), string(entry))
	return err
}

// putTaskParts writes who is in a task and what it serves.
func putTaskParts(ctx context.Context, tx *sql.Tx, m *TaskMove, fresh bool) error {
	id := m.Task.ID
	if !fresh {
		for _, table := range []string{"task_parties", "task_serves"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE task = $1`, id); err != nil {
				return err
			}
		}
	}
	for _, p := range m.Parties {
		if _, err := tx.ExecContext(ctx, `INSERT INTO task_parties (task, body, role, county, unit, seen) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (task, body, role) DO NOTHING`,
			id, p.Body, p.Role, p.County, p.Unit, bit(p.Role == TaskIssuer || m.Task.Opens > 0)); err != nil {
			return err
		}
	}
	for _, v := range m.Task.Serves {
		if _, err := tx.ExecContext(ctx, `INSERT INTO task_serves (task, plan, measure) VALUES ($1, $2, $3) ON CONFLICT (task, plan, measure) DO NOTHING`, id, v.Plan, v.Measure); err != nil {
			return err
		}
	}
	return nil
}

// taskSearch is what words of a search are looked for in.
func taskSearch(t *task.Task) string {
	parts := []string{t.Title, t.Demand, t.Source.Name, t.Person, t.Leader}
	if t.Sheet.No > 0 {
		parts = append(parts, fmt.Sprintf("〔%d〕%d", t.Sheet.Year, t.Sheet.No))
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}

func scanTask(row interface{ Scan(...any) error }) (t task.Task, err error) {
	var body string
	if err = row.Scan(&body); err == nil {
		err = json.Unmarshal([]byte(body), &t)
	}
	return t, err
}
