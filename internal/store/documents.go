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
	"shuren/internal/task"
)

// Document is a small document that is edited as a whole: a version of a plan, a
// meeting, a duty, an honour, a body. What is in Body is its package's affair.
type Document struct {
	Kind  string
	ID    string
	Unit  edu.UnitID // whose it is; empty is the whole tree's
	Rev   int        // 1 for the first; saving names the rev that was seen, 0 for a new one
	State string
	Title string
	Day   edu.Date // by which lists are in order
	Body  string   // JSON
	By    string   // account
	Name  string   // as shown
	At    time.Time
}

// DocumentFilter chooses documents; empty fields choose all.
type DocumentFilter struct {
	Kind  string
	Unit  edu.UnitID   // of exactly this unit
	Units []edu.UnitID // of one of these
	State string
	From  edu.Date // of this day or later
	Until edu.Date // of this day or earlier
}

const documentColumns = `kind, id, unit, rev, state, title, day, body, by_whom, by_name, at_time`

func scanDocument(rows interface{ Scan(...any) error }) (r Document, err error) {
	var at string
	if err = rows.Scan(&r.Kind, &r.ID, &r.Unit, &r.Rev, &r.State, &r.Title, &r.Day, &r.Body, &r.By, &r.Name, &at); err == nil {
		r.At, err = parseTime(at)
	}
	return r, err
}

// Documents lists the documents of a kind that lie in the scope and those of the
// whole tree, newest day first.
func (s *Store) Documents(ctx context.Context, sc Scope, f DocumentFilter) (out []Document, err error) {
	if !sc.sees() {
		return nil, nil
	}
	if f.Until == 0 {
		f.Until = lastDay
	}
	_, v, err := s.seen(ctx, "read documents")
	if err != nil {
		return nil, err
	}
	w := where{args: []any{f.Kind, int64(f.From), int64(f.Until), f.State, string(f.Unit)}}
	w.add(`kind = $1 AND day >= $2 AND day <= $3 AND ($4 = '' OR state = $4) AND ($5 = '' OR unit = $5)`)
	if len(f.Units) > 0 {
		ids := make([]string, len(f.Units))
		for i, id := range f.Units {
			ids[i] = string(id)
		}
		w.add(w.in("unit", ids))
	}
	err = each(ctx, s.r, `SELECT `+documentColumns+` FROM documents`+w.String()+` ORDER BY day DESC, id`,
		w.args, func(rows *sql.Rows) error {
			r, err := scanDocument(rows)
			if err == nil && (r.Unit == "" || sc.holds(v.tree, r.Unit, lastDay)) {
				out = append(out, r)
			}
			return err
		})
	return out, s.wrap("read documents", err)
}

// Document is one document; what lies outside the scope is not found.
func (s *Store) Document(ctx context.Context, sc Scope, kind, id string) (Document, error) {
	_, v, err := s.seen(ctx, "read documents")
	if err != nil {
		return Document{}, err
	}
	r, err := scanDocument(s.r.QueryRowContext(ctx, `SELECT `+documentColumns+` FROM documents WHERE kind = $1 AND id = $2`, kind, id))
	if errors.Is(err, sql.ErrNoRows) || err == nil && (!sc.sees() || r.Unit != "" && !sc.holds(v.tree, r.Unit, lastDay)) {
		return Document{}, fmt.Errorf("%s %s: %w", kind, id, fault.NotFound)
	}
	return r, s.wrap("read a document", err)
}

// DocumentHistory lists what a document was at each revision, newest first.
func (s *Store) DocumentHistory(ctx context.Context, sc Scope, kind, id string) (out []Document, err error) {
	now, err := s.Document(ctx, sc, kind, id)
	if err != nil {
		return nil, err
	}
	err = each(ctx, s.r, `SELECT kind, id, $3, rev, state, title, day, body, by_whom, by_name, at_time FROM document_history WHERE kind = $1 AND id = $2 ORDER BY rev DESC`,
		[]any{kind, id, string(now.Unit)}, func(rows *sql.Rows) error {
			r, err := scanDocument(rows)
			out = append(out, r)
			return err
		})
	return out, s.wrap("read the history of a document", err)
}

// PutDocument keeps a document over the revision that its writer saw. Where it was
// saved meanwhile, nothing is written and the answer is fault.Conflict with the
// document as it is now.
func (s *Store) PutDocument(ctx context.Context, sc Scope, r Document, recs ...audit.Record) (Document, error) {
	out, err := s.PutDocuments(ctx, sc, []Document{r}, recs...)
	if len(out) == 1 {
		return out[0], err
	}
	return r, err
}

// PutDocuments keeps documents, all of them or none. At the first that was saved
// meanwhile the answer is fault.Conflict with that document as it is now.
func (s *Store) PutDocuments(ctx context.Context, sc Scope, all []Document, recs ...audit.Record) ([]Document, error) {
	const what = "keep documents"
	for i := range all {
		if all[i].Unit == "" {
			if err := sc.mayWriteWhole(what); err != nil {
				return nil, err
			}
		} else if err := sc.mayWrite(what); err != nil {
			return nil, err
		}
	}
	var out []Document
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		out = make([]Document, 0, len(all))
		for _, r := range all {
			now, err := putDocument(ctx, tx, v, sc, r)
			if errors.Is(err, fault.Conflict) {
				out = []Document{now}
			}
			if err != nil {
				return err
			}
			out = append(out, now)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fault.Conflict) {
		out = nil
	}
	return out, err
}

func putDocument(ctx context.Context, tx *sql.Tx, v *view, sc Scope, r Document) (Document, error) {
	old, err := scanDocument(tx.QueryRowContext(ctx, `SELECT `+documentColumns+` FROM documents WHERE kind = $1 AND id = $2`, r.Kind, r.ID))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if r.Unit != "" && !sc.holds(v.tree, r.Unit, lastDay) {
			return r, fmt.Errorf("unit %s: %w", r.Unit, fault.NotFound)
		}
	case err != nil:
		return r, err
	case old.Unit != r.Unit || r.Unit != "" && !sc.holds(v.tree, r.Unit, lastDay):
		return r, fmt.Errorf("%s %s: %w", r.Kind, r.ID, fault.NotFound)
	}
	if old.Rev != r.Rev {
		return old, fmt.Errorf("%s %s was saved meanwhile, revision %d over %d: %w", r.Kind, r.ID, old.Rev, r.Rev, fault.Conflict)
	}
	r.Rev++
	if _, err := tx.ExecContext(ctx, `INSERT INTO documents (`+documentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (kind, id) DO UPDATE SET rev = excluded.rev, state = excluded.state, title = excluded.title, day = excluded.day, body = excluded.body, by_whom = excluded.by_whom, by_name = excluded.by_name, at_time = excluded.at_time`,
		r.Kind, r.ID, string(r.Unit), r.Rev, r.State, r.Title, int64(r.Day), r.Body, r.By, r.Name, formatTime(r.At)); err != nil {
		return r, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO document_history (kind, id, rev, state, title, day, body, by_whom, by_name, at_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.Kind, r.ID, r.Rev, r.State, r.Title, int64(r.Day), r.Body, r.By, r.Name, formatTime(r.At))
	return r, err
}

// PutDocumentAndTasks keeps a document as PutDocument does, and the new tasks that
// follow from it: all of it or nothing.
func (s *Store) PutDocumentAndTasks(ctx context.Context, sc Scope, r Document, moves []TaskMove, recs ...audit.Record) (Document, []task.Task, error) {
	what := "keep " + r.Kind + " " + r.ID
	if r.Unit == "" {
		if err := sc.mayWriteWhole(what); err != nil {
			return r, nil, err
		}
	} else if err := sc.mayWrite(what); err != nil {
		return r, nil, err
	}
	var kept Document
	var tasks []task.Task
	err := s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		if kept, err = putDocument(ctx, tx, v, sc, r); err != nil {
			return err
		}
		tasks, _, err = newTasks(ctx, tx, moves)
		return err
	})
	if err != nil {
		tasks = nil
	}
	return kept, tasks, err
}
