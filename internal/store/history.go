package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// Periods lists the periods that have visible records in the scope, the
// earliest first.
func (s *Store) Periods(ctx context.Context, sc Scope) ([]edu.Period, error) {
	subs, err := s.Submissions(ctx, sc, Filter{})
	if err != nil {
		return nil, err
	}
	var ps []edu.Period
	for _, sub := range subs {
		ps = append(ps, sub.Period)
	}
	slices.SortFunc(ps, edu.Period.Compare)
	return slices.Compact(ps), nil
}

// Filter narrows Submissions; its zero fields take everything.
type Filter struct {
	ID     string
	Period edu.Period
	Form   string
}

// Submissions lists the visible submissions that have a write in a shard of
// the scope, the newest first.
func (s *Store) Submissions(ctx context.Context, sc Scope, f Filter) ([]Submission, error) {
	if !sc.sees() {
		return nil, nil
	}
	st, err := s.current(ctx)
	if err != nil {
		return nil, s.wrap("list submissions", err)
	}
	shards, err := st.shardsOf(sc)
	if err != nil {
		return nil, s.wrap("list submissions", err)
	}
	seen := map[string]bool{}
	var out []Submission
	for name, sh := range st.shards {
		if !sc.whole && !shards[name] {
			continue
		}
		for _, w := range sh.writes {
			sub := w.sub
			if w.visible == 0 || sub == nil || seen[sub.ID] {
				continue
			}
			seen[sub.ID] = true
			if (f.ID == "" || f.ID == sub.ID) && (f.Form == "" || f.Form == sub.Form) && (f.Period.IsZero() || f.Period == sub.Period) {
				out = append(out, sub.Submission)
			}
		}
	}
	slices.SortFunc(out, func(a, b Submission) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// shardsOf gives the shards that hold units of the scope, to be read only; of the
// whole tree it gives none. Every page asks, so a view keeps the answers.
func (st *state) shardsOf(sc Scope) (map[string]bool, error) {
	v, err := st.view()
	if err != nil || sc.whole || !sc.sees() {
		return nil, err
	}
	tops := make([]string, len(sc.tops))
	for i, id := range sc.tops {
		tops[i] = string(id)
	}
	key := strings.Join(tops, "\n")
	v.mu.Lock()
	defer v.mu.Unlock()
	shards, ok := v.holding[key]
	if !ok {
		shards = v.shardsOf(sc)
		v.holding[key] = shards
	}
	return shards, nil
}

func (v *view) shardsOf(sc Scope) map[string]bool {
	shards := map[string]bool{}
	for _, u := range v.tree.Units() {
		sh := v.shard[u.ID]
		if !shards[sh] && slices.ContainsFunc(u.Attrs, func(a edu.Attrs) bool { return sc.holds(v.tree, u.ID, a.From) }) {
			shards[sh] = true
		}
	}
	return shards
}

// Given is one revision of a figure: who gave what, when and where.
type Given struct {
	Value      edu.Value
	Text       string // text answer that stands beside it
	Cell       edu.Cell
	Submission Submission
	Shard      string
	Seq        int64 // its place in the shard's order
	Withdrawn  bool  // the submission no longer has the unit
}

// History gives all revisions of a figure of a unit, the newest first. The unit
// is a section, school or county by its permanent id; figures of list rows have
// no history of their own.
func (s *Store) History(ctx context.Context, sc Scope, unit edu.UnitID, element string, p edu.Period) ([]Given, error) {
	what := fmt.Sprintf("history of %s of %s in %s", element, unit, p)
	if !sc.sees() {
		return nil, nil
	}
	st, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	shard, known := v.shard[unit]
	if !known || !sc.holds(v.tree, unit, edu.DateOf(p.Reference())) {
		return nil, nil
	}
	o := now.order(shard, st.shards[shard])
	var out []Given
	var u unpacker
	err = each(ctx, s.r, `SELECT seq, body FROM records WHERE shard = $1 AND period = $2 AND unit = $3`, []any{shard, p.String(), string(unit)}, func(rows *sql.Rows) error {
		var seq int64
		var body []byte
		if err := rows.Scan(&seq, &body); err != nil {
			return err
		}
		at := o.at(seq)
		if at == 0 {
			return nil
		}
		w, _ := st.shards[shard].write(seq)
		sub := w.sub
		base := Given{Submission: sub.Submission, Shard: shard, Seq: at}
		parts := 0
		for u.reset(body); u.next(); parts++ {
			if u.part.table >= len(sub.tables) {
				return errDamaged
			}
			if g, ok := base.from(&u.part, &sub.tables[u.part.table], element); ok {
				out = append(out, g)
			}
		}
		if u.err == nil && parts == 0 {
			base.Withdrawn = true
			out = append(out, base)
		}
		return u.err
	})
	slices.SortStableFunc(out, func(a, b Given) int { return cmp.Compare(b.Seq, a.Seq) })
	return out, s.wrap(what, err)
}

// from takes an element's figure out of a part.
func (g Given) from(p *part, l *layout, element string) (Given, bool) {
	if l.list != "" || len(p.rows) == 0 || p.cols != len(l.Cols) {
		return g, false
	}
	is := func(h head) bool { return h.ID == element }
	c, t := slices.IndexFunc(l.Cols, is), slices.IndexFunc(l.Texts, is)
	if c < 0 && t < 0 {
		return g, false
	}
	var h head
	if t >= 0 {
		h = l.Texts[t]
		for _, x := range p.texts {
			if x.col == t && x.row == 0 {
				g.Text = x.text
			}
		}
	}
	if c >= 0 {
		h = l.Cols[c]
		g.Value = edu.FromFloat(p.cells[c])
	}
	g.Cell = edu.Cell{Submission: g.Submission.ID, File: l.file, Sheet: l.sheet, Row: int(p.rows[0]), Column: h.Column, Header: h.Header}
	return g, true
}
