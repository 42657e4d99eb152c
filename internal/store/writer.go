package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"

	"shuren/internal/edu"
)

// writer takes a sequence number in each shard that it writes to.
type writer struct {
	tx    *sql.Tx
	sub   string
	seqs  map[string]int64
	stmts map[string]*sql.Stmt
	rows  map[string]*waiting
	// atOnce is how many rows go into one statement.
	atOnce int
	// copy takes rows to the server without a statement; nil where there is none.
	copy func(ctx context.Context, into string, rows [][]any) error
	// many runs a statement many times; nil where each goes by itself.
	many  func(ctx context.Context, query string, args [][]any) error
	late  map[string][][]any
	texts map[statement]string
}

// statement is an insertion of so many rows.
type statement struct {
	into string
	rows int
}

// waiting are rows that are not written yet.
type waiting struct {
	n    int
	args []any
}

func newWriter(tx *sql.Tx, sub string) *writer {
	return &writer{tx: tx, sub: sub, seqs: map[string]int64{}, stmts: map[string]*sql.Stmt{}, rows: map[string]*waiting{}, atOnce: 1, texts: map[statement]string{}, late: map[string][][]any{}}
}

func (w *writer) seq(ctx context.Context, shard string) (int64, error) {
	if seq := w.seqs[shard]; seq > 0 {
		return seq, nil
	}
	seq, err := nextSeq(ctx, w.tx, shard)
	w.seqs[shard] = seq
	return seq, err
}

func (w *writer) exec(ctx context.Context, query string, args ...any) error {
	st, again := w.stmts[query]
	if !again {
		// A statement that runs once is not worth preparing.
		w.stmts[query] = nil
		_, err := w.tx.ExecContext(ctx, query, args...)
		return err
	}
	if st == nil {
		var err error
		if st, err = w.tx.PrepareContext(ctx, query); err != nil {
			return err
		}
		w.stmts[query] = st
	}
	_, err := st.ExecContext(ctx, args...)
	return err
}

// later runs a statement, at the latest when the writer finishes: it is one whose
// order among the others does not matter.
func (w *writer) later(ctx context.Context, query string, args ...any) error {
	if w.many == nil {
		return w.exec(ctx, query, args...)
	}
	w.late[query] = append(w.late[query], args)
	return nil
}

// insert writes a row, at the latest when the writer finishes. into names the
// table and its columns.
func (w *writer) insert(ctx context.Context, into string, args ...any) error {
	rows := w.rows[into]
	if rows == nil {
		rows = &waiting{}
		w.rows[into] = rows
	}
	rows.n++
	if rows.args = append(rows.args, args...); rows.n < w.atOnce {
		return nil
	}
	return w.flush(ctx, into, rows)
}

func (w *writer) flush(ctx context.Context, into string, rows *waiting) error {
	if rows.n == 0 {
		return nil
	}
	width := len(rows.args) / rows.n
	var err error
	if w.copy != nil {
		err = w.copy(ctx, into, slices.Collect(slices.Chunk(rows.args, width)))
	} else {
		s := statement{into, rows.n}
		text, again := w.texts[s]
		if !again {
			text = insertion(into, len(rows.args), width)
			w.texts[s] = text
		}
		err = w.exec(ctx, text, rows.args...)
	}
	clear(rows.args)
	rows.n, rows.args = 0, rows.args[:0]
	return err
}

// insertion is the statement that inserts rows of a width.
func insertion(into string, args, width int) string {
	query := []byte("INSERT INTO " + into + " VALUES ")
	for i := range args {
		sep := ", "
		if i%width == 0 {
			if sep = "("; i > 0 {
				sep = "), ("
			}
		}
		query = strconv.AppendInt(append(append(query, sep...), '$'), int64(i+1), 10)
	}
	return string(append(query, ')'))
}

func (w *writer) unit(ctx context.Context, shard string, u unitRow) error {
	seq, err := w.seq(ctx, shard)
	if err != nil {
		return err
	}
	into := []byte{}
	if len(u.unit.Into) > 0 {
		if into, err = json.Marshal(u.unit.Into); err != nil {
			return err
		}
	}
	return w.insert(ctx, `units (shard, id, seq, level, stage, school, declared, ended, into_json)`,
		shard, string(u.unit.ID), seq, int64(u.unit.Level), string(u.unit.Stage), string(u.school), bit(u.declared), int64(u.unit.Ended), string(into))
}

func (w *writer) attrs(ctx context.Context, shard string, id edu.UnitID, a edu.Attrs) error {
	seq, err := w.seq(ctx, shard)
	if err != nil {
		return err
	}
	return w.insert(ctx, `unit_attrs (shard, unit, seq, from_day, code, name_zh, name_en, parent, kind, ownership, urban_rural, statutory, source, tag)`,
		shard, string(id), seq, int64(a.From), a.Code, a.Name.ZH, a.Name.EN, string(a.Parent), a.Kind, string(a.Ownership), a.UrbanRural, string(a.Statutory), a.Source, a.Tag)
}

// visible makes what was written count at once.
func (w *writer) visible(ctx context.Context) error { return w.finish(ctx, true) }

// hidden leaves it to a later flip of the batch.
func (w *writer) hidden(ctx context.Context) error { return w.finish(ctx, false) }

func (w *writer) finish(ctx context.Context, visible bool) error {
	for query, args := range w.late {
		if err := w.many(ctx, query, args); err != nil {
			return err
		}
	}
	clear(w.late)
	for into, rows := range w.rows {
		if err := w.flush(ctx, into, rows); err != nil {
			return err
		}
	}
	for shard, seq := range w.seqs {
		at := int64(0)
		if visible {
			at = seq
		}
		if err := w.exec(ctx, `INSERT INTO writes (shard, seq, submission, visible) VALUES ($1, $2, $3, $4)`, shard, seq, w.sub, at); err != nil {
			return err
		}
	}
	return nil
}
