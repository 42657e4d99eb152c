package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// TaskView is who reads tasks: all of the scope's where it is the whole tree;
// otherwise those in which a body of the scope's part is a party, or one for which
// the reader acts. Drafts are their issuer's alone.
type TaskView struct {
	Scope  Scope
	Bodies []string // for which the reader acts
}

// TaskList is a page of tasks with the counts of the list.
type TaskList struct {
	Tasks  []task.Task
	Total  int
	Counts map[task.Lamp]int
	States map[task.State]int
}

// where collects the conditions of a query with their arguments.
type where struct {
	conds []string
	args  []any
	// few: a condition names the tasks, so that none is to be looked for by whether
	// it is live. The + keeps SQLite from it, and means nothing elsewhere.
	few bool
}

func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

func (w *where) add(cond string) { w.conds = append(w.conds, cond) }

// in adds that a column has one of some values.
func (w *where) in(column string, values []string) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = w.arg(v)
	}
	return column + " IN (" + strings.Join(marks, ", ") + ")"
}

func (w *where) String() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// see narrows a query to what the view may see. It tells whether anything is left.
func (v TaskView) see(w *where, st *view) bool {
	if !v.Scope.sees() {
		return false
	}
	if v.Scope.whole {
		return true
	}
	var counties, units []string
	var above []edu.UnitID // of units, those that schools may stand below
	for _, top := range v.Scope.tops {
		u, ok := st.tree.Unit(top)
		switch {
		case !ok:
		case u.Level == edu.County:
			counties = append(counties, string(top))
		default:
			units = append(units, string(top))
			if u.Level < edu.School {
				above = append(above, top)
			}
		}
	}
	// What lies below a township or a school is little; of a county it is not, so
	// the county stands beside each party.
	if len(above) > 0 {
		tops := Part(Reader, above...)
		for _, u := range st.tree.Units() {
			if u.Level == edu.School && !slices.Contains(units, string(u.ID)) && tops.holds(st.tree, u.ID, lastDay) {
				units = append(units, string(u.ID))
			}
		}
	}
	var parts []string
	for _, p := range []struct {
		column string
		values []string
	}{{"p.county", counties}, {"p.unit", units}, {"p.body", v.Bodies}} {
		if len(p.values) > 0 {
			parts = append(parts, `SELECT p.task FROM task_parties p WHERE `+w.in(p.column, p.values)+` AND p.seen = 1`)
		}
	}
	if parts == nil {
		return false
	}
	w.add(`t.id IN (` + strings.Join(parts, ` UNION `) + `)`)
	w.few = true
	return true
}

func fromUnits(ids []edu.UnitID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// choose adds what a filter says, but for states and lamps, which are counted.
func (w *where) choose(f task.Filter, bodies []string) {
	party := func(roles string, body string) {
		w.add(`t.id IN (SELECT p.task FROM task_parties p WHERE p.body = ` + w.arg(body) + roles + `)`)
	}
	if f.Body != "" {
		party("", f.Body)
	}
	if f.Lead != "" {
		party(` AND p.role = '`+TaskLead+`'`, f.Lead)
	}
	if f.Issuer != "" {
		party(` AND p.role = '`+TaskIssuer+`'`, f.Issuer)
	}
	if f.Mine {
		if len(bodies) == 0 {
			bodies = []string{""}
		}
		w.add(`t.id IN (SELECT p.task FROM task_parties p WHERE ` + w.in("p.body", bodies) + `)`)
	}
	if f.County != "" {
		w.add(`t.id IN (SELECT p.task FROM task_parties p WHERE p.county = ` + w.arg(string(f.County)) + `)`)
	}
	if len(f.Units) > 0 {
		w.add(`t.id IN (SELECT p.task FROM task_parties p WHERE ` + w.in("p.unit", fromUnits(f.Units)) + `)`)
	}
	if f.Plan != "" || f.Measure != "" {
		var of []string
		if f.Plan != "" {
			of = append(of, `v.plan = `+w.arg(f.Plan))
		}
		if f.Measure != "" {
			of = append(of, `v.measure = `+w.arg(f.Measure))
		}
		w.add(`t.id IN (SELECT v.task FROM task_serves v WHERE ` + strings.Join(of, ` AND `) + `)`)
	}
	for _, c := range []struct {
		on   bool
		cond func() string
	}{
		{f.Live, func() string {
			if w.few || f.Body != "" || f.Lead != "" || f.Issuer != "" || f.Mine || f.County != "" || len(f.Units) > 0 || f.Plan != "" || f.Measure != "" {
				return `+t.live = 1`
			}
			return `t.live = 1`
		}},
		{f.Sheet, func() string { return `t.sheet = 1` }},
		{f.Key, func() string { return `t.is_key = 1` }},
		{f.Meeting != "", func() string { return `t.meeting = ` + w.arg(f.Meeting) }},
		{f.Into != "", func() string { return `t.merged = ` + w.arg(f.Into) }},
		{f.Source != "", func() string { return `t.source = ` + w.arg(string(f.Source)) }},
		{f.Year != 0, func() string { return `t.sheet_year = ` + w.arg(f.Year) }},
		{f.From != 0, func() string { return `t.due >= ` + w.arg(int64(f.From)) }},
		{f.Until != 0, func() string { return `t.open_due <= ` + w.arg(int64(f.Until)) }},
	} {
		if c.on {
			w.add(c.cond())
		}
	}
	for _, word := range strings.Fields(strings.ToLower(f.Query)) {
		w.add(`t.search LIKE ` + w.arg("%"+likeEscaper.Replace(word)+"%") + ` ESCAPE '!'`)
	}
}

var likeEscaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

var taskOrders = map[string]string{
	"due": "t.open_due", "no": "t.no", "changed": "t.changed_at", "lead": "t.lead", "state": "t.state",
}

// Tasks gives a page of the tasks that a view may see, with what it counts.
func (s *Store) Tasks(ctx context.Context, v TaskView, f task.Filter, now time.Time) (out TaskList, err error) {
	const what = "list tasks"
	out.Counts, out.States = map[task.Lamp]int{}, map[task.State]int{}
	_, st, err := s.seen(ctx, what)
	if err != nil {
		return out, err
	}
	var w where
	if !v.see(&w, st) {
		return out, nil
	}
	w.choose(f, v.Bodies)
	if f.Overdue {
		w.add(`t.red_at <= ` + w.arg(now.Unix()))
	}
	if f.Query != "" {
		if w, err = s.found(ctx, w); err != nil {
			return out, s.wrap(what, err)
		}
	}
	if err := s.countTasks(ctx, w, f, now, &out); err != nil || out.Total == 0 {
		return out, s.wrap(what, err)
	}
	if len(f.State) > 0 {
		states := make([]string, len(f.State))
		for i, x := range f.State {
			states[i] = string(x)
		}
		w.add(w.in("t.state", states))
	}
	at := func() string { return w.arg(now.Unix()) }
	switch f.Lamp {
	case "":
	case task.Red:
		w.add(`t.red_at <= ` + at())
	case task.Amber:
		w.add(`t.amber_at <= ` + at() + ` AND t.red_at > ` + at())
	default:
		w.add(`t.amber_at > ` + at() + ` AND t.red_at > ` + at() + ` AND t.rest = ` + w.arg(string(f.Lamp)))
	}
	column, down := strings.CutPrefix(f.Sort, "-")
	order := taskOrders[column]
	if order == "" {
		order = taskOrders["due"]
	}
	dir := ""
	if down {
		dir = " DESC"
	}
	// The rows of the page are found first: only theirs is read whole.
	query := `SELECT t.id, ` + order + ` AS sorted, t.no FROM tasks t` + w.String() + ` ORDER BY 2` + dir + `, 3` + dir
	if f.Size >= 0 {
		size, page := f.Size, max(f.Page, 1)
		if size == 0 {
			size = 50
		}
		query += ` LIMIT ` + w.arg(size) + ` OFFSET ` + w.arg((page-1)*size)
	}
	query = `SELECT b.body FROM (` + query + `) x JOIN task_bodies b ON b.task = x.id ORDER BY x.sorted` + dir + `, x.no` + dir
	err = each(ctx, s.r, query, w.args, func(rows *sql.Rows) error {
		t, err := scanTask(rows)
		out.Tasks = append(out.Tasks, t)
		return err
	})
	return out, s.wrap(what, err)
}

// fewFound is up to how many tasks are named one by one after a search for words.
const fewFound = 500

// found looks for words once: what is found is named by id from then on, where it
// is little, since to read all texts is the dearest part of a list.
func (s *Store) found(ctx context.Context, w where) (where, error) {
	limited := where{conds: w.conds, args: slices.Clone(w.args)}
	var ids []string
	err := each(ctx, s.r, `SELECT t.id FROM tasks t`+limited.String()+` LIMIT `+limited.arg(fewFound+1), limited.args, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil || len(ids) > fewFound {
		return w, err
	}
	var named where
	named.add(named.in("t.id", append(ids, "")))
	return named, nil
}

// countTasks counts the tasks of a list in one pass: by lamp but for its own choice
// of a lamp, by state but for its own choice of states.
func (s *Store) countTasks(ctx context.Context, w where, f task.Filter, now time.Time, out *TaskList) error {
	at := w.arg(now.Unix())
	sum := func(cond string) string { return `sum(CASE WHEN ` + cond + ` THEN 1 ELSE 0 END)` }
	calm := `t.red_at > ` + at + ` AND t.amber_at > ` + at + ` AND t.rest = `
	columns := []string{sum(`t.red_at <= ` + at), sum(`t.red_at > ` + at + ` AND t.amber_at <= ` + at), sum(calm + `'green'`), sum(calm + `'grey'`)}
	return each(ctx, s.r, `SELECT t.state, `+strings.Join(columns, `, `)+` FROM tasks t`+w.String()+` GROUP BY t.state`, w.args, func(rows *sql.Rows) error {
		var state task.State
		var n [4]int // as task.Lamps
		if err := rows.Scan(&state, &n[0], &n[1], &n[2], &n[3]); err != nil {
			return err
		}
		inState := len(f.State) == 0 || slices.Contains(f.State, state)
		for i, lamp := range task.Lamps {
			inLamp := f.Lamp == "" || f.Lamp == lamp
			if inState && n[i] > 0 {
				out.Counts[lamp] += n[i]
			}
			if inLamp && n[i] > 0 {
				out.States[state] += n[i]
			}
			if inState && inLamp {
				out.Total += n[i]
			}
		}
		return nil
	})
}

// task reads one task that the view may see.
func (v TaskView) task(ctx context.Context, q querier, st *state, id string) (task.Task, error) {
	tree, err := st.view()
	if err != nil {
		return task.Task{}, err
	}
	var w where
	w.add(`t.id = ` + w.arg(id))
	if !v.see(&w, tree) {
		return task.Task{}, fmt.Errorf("task %s: %w", id, fault.NotFound)
	}
	t, err := scanTask(q.QueryRowContext(ctx, `SELECT b.body FROM tasks t JOIN task_bodies b ON b.task = t.id`+w.String(), w.args...))
	if errors.Is(err, sql.ErrNoRows) {
		return t, fmt.Errorf("task %s: %w", id, fault.NotFound)
	}
	return t, err
}

// Task is one task with its history, the oldest first, and its entries, the newest
// first. What lies outside the view is not found.
func (s *Store) Task(ctx context.Context, v TaskView, id string) (t task.Task, events []task.Event, entries []task.Entry, err error) {
	const what = "read a task"
	st, err := s.current(ctx)
	if err != nil {
		return t, nil, nil, s.wrap(what, err)
	}
	if t, err = v.task(ctx, s.r, st, id); err != nil {
		return t, nil, nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT body FROM task_events WHERE task = $1 ORDER BY rev`, []any{id}, func(rows *sql.Rows) error {
		e, err := scanAs[task.Event](rows)
		events = append(events, e)
		return err
	})
	if err != nil {
		return t, nil, nil, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT body FROM task_entries WHERE task = $1 ORDER BY no DESC`, []any{id}, func(rows *sql.Rows) error {
		e, err := scanAs[task.Entry](rows)
		entries = append(entries, e)
		return err
	})
	return t, events, entries, s.wrap(what, err)
}

func scanAs[T any](row interface{ Scan(...any) error }) (v T, err error) {
	var body string
	if err = row.Scan(&body); err == nil {
		err = json.Unmarshal([]byte(body), &v)
	}
	return v, err
}

// TaskNews gives what happened to the tasks that a view may see between two days:
// the live ones and those that changed, their entries and their events.
type TaskNews struct {
	Tasks   []task.Task
	Entries map[string][]task.Entry // by task, oldest first
	Events  map[string][]task.Event
}

// TaskNews reads what a digest is made of.
func (s *Store) TaskNews(ctx context.Context, v TaskView, f task.Filter, from, until edu.Date) (out TaskNews, err error) {
	const what = "read what happened to tasks"
	out = TaskNews{Entries: map[string][]task.Entry{}, Events: map[string][]task.Event{}}
	_, st, err := s.seen(ctx, what)
	if err != nil {
		return out, err
	}
	var w where
	if !v.see(&w, st) {
		return out, nil
	}
	w.choose(f, v.Bodies)
	w.add(`(t.live = 1 OR t.changed_at >= ` + w.arg(formatTime(begins(from))) + `)`)
	err = each(ctx, s.r, `SELECT b.body FROM tasks t JOIN task_bodies b ON b.task = t.id`+w.String()+` ORDER BY t.no`, w.args, func(rows *sql.Rows) error {
		t, err := scanTask(rows)
		out.Tasks = append(out.Tasks, t)
		return err
	})
	if err != nil {
		return out, s.wrap(what, err)
	}
	seen := make(map[string]bool, len(out.Tasks))
	for i := range out.Tasks {
		seen[out.Tasks[i].ID] = true
	}
	days := []any{int64(from), int64(until)}
	err = each(ctx, s.r, `SELECT task, body FROM task_entries WHERE day >= $1 AND day <= $2 ORDER BY day, no`, days, func(rows *sql.Rows) error {
		id, e, err := scanOf[task.Entry](rows)
		if seen[id] {
			out.Entries[id] = append(out.Entries[id], e)
		}
		return err
	})
	if err != nil {
		return out, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT task, body FROM task_events WHERE at_time >= $1 AND at_time < $2 ORDER BY at_time, rev`, []any{formatTime(begins(from)), formatTime(begins(until + 1))}, func(rows *sql.Rows) error {
		id, e, err := scanOf[task.Event](rows)
		if seen[id] {
			out.Events[id] = append(out.Events[id], e)
		}
		return err
	})
	return out, s.wrap(what, err)
}

func scanOf[T any](rows *sql.Rows) (id string, v T, err error) {
	var body string
	if err = rows.Scan(&id, &body); err == nil {
		err = json.Unmarshal([]byte(body), &v)
	}
	return id, v, err
}

// begins is when a day begins in China.
func begins(d edu.Date) time.Time { return d.Time().Add(-8 * time.Hour) }
