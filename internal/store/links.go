package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/partner"
)

// Links between schools. Whoever keeps one has both schools in reach; a link and
// its line in the audit log are one write.

// AddLinks keeps links, all or none. Each is checked within the write, beside
// those that are there and those before it in the list. One that is there
// already, by its id, is left as it is; another one under its id is refused.
func (s *Store) AddLinks(ctx context.Context, sc Scope, links []partner.Link, recs []audit.Record) error {
	const what = "keep links between schools"
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		v, err := st.viewOf(withHidden())
		if err != nil {
			return err
		}
		have, err := schoolLinks(ctx, tx)
		if err != nil {
			return err
		}
		added := 0
		var bad partner.Problems
		for i := range links {
			l := links[i]
			if k := slices.IndexFunc(have, func(o partner.Link) bool { return o.ID == l.ID }); k >= 0 {
				if !l.Same(&have[k]) {
					return auth.Refuse(fault.Conflict, "此页已登记过另一项关系，请重新打开再填", "this page has recorded another link already; open the form anew")
				}
				continue
			}
			for _, p := range partner.Check(&l, v.tree, have) {
				if len(links) > 1 {
					p.Row = i + 1
				}
				bad = append(bad, p)
			}
			for _, u := range []edu.UnitID{l.Lead, l.Member} {
				if _, ok := v.tree.Unit(u); ok && !sc.holds(v.tree, u, l.From) {
					return auth.Refuse(fault.Forbidden, "牵头学校与成员学校须都在您的管辖范围内", "both schools must be in your part of the tree")
				}
			}
			if len(bad) > 0 {
				continue
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO school_links (id, kind, lead_unit, member, from_day, to_day, document, closing, by_whom, by_name, at_time, undone_at, undone_by)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '')`,
				l.ID, string(l.Kind), string(l.Lead), string(l.Member), int64(l.From), int64(l.To), l.Document, l.Closing, l.By, l.ByName, formatTime(l.At)); err != nil {
				return err
			}
			have = append(have, l)
			added++
		}
		switch {
		case len(bad) > 0:
			return bad
		case added == 0:
			return errNothing
		}
		return nil
	})
}

// EndLink lets a link end on a day, by a document. An ended one may be given
// another day.
func (s *Store) EndLink(ctx context.Context, sc Scope, id string, to edu.Date, document string, rec audit.Record) error {
	return s.changeLink(ctx, sc, "end the link "+id, id, rec, func(tx *sql.Tx, l *partner.Link, all []partner.Link) error {
		if !l.Undone.IsZero() {
			return auth.Refuse(fault.Conflict, "此项已撤销", "the link was undone")
		}
		if l.To == to && l.Closing == document {
			return errNothing
		}
		ended := *l
		ended.To = to
		if to <= l.From {
			return partner.Problems{{Text: edu.Text{ZH: "结束日期不晚于开始日期", EN: "it ends before it has begun"}}}
		}
		for i := range all { // an end that is moved back may meet one that followed
			o := &all[i]
			if o.ID != l.ID && o.Kind == l.Kind && o.Lead == l.Lead && o.Member == l.Member && o.Undone.IsZero() && o.From >= l.From && o.From < to {
				return auth.Refuse(fault.Conflict, "两校在此日期前已有后续的同类关系", "the two have another such link from before that day")
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE school_links SET to_day = $1, closing = $2 WHERE id = $3`, int64(to), document, id)
		return err
	})
}

// UndoLink takes back a link that was entered by mistake; it stays in the list.
func (s *Store) UndoLink(ctx context.Context, sc Scope, id string, rec audit.Record) error {
	return s.changeLink(ctx, sc, "undo the link "+id, id, rec, func(tx *sql.Tx, l *partner.Link, _ []partner.Link) error {
		if !l.Undone.IsZero() {
			return errNothing
		}
		_, err := tx.ExecContext(ctx, `UPDATE school_links SET undone_at = $1, undone_by = $2 WHERE id = $3`, formatTime(rec.At), rec.Account, id)
		return err
	})
}

func (s *Store) changeLink(ctx context.Context, sc Scope, what, id string, rec audit.Record, do func(*sql.Tx, *partner.Link, []partner.Link) error) error {
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	rec.Object = id
	return s.audited(ctx, what, []audit.Record{rec}, func(tx *sql.Tx, st *state) error {
		all, err := schoolLinks(ctx, tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(l partner.Link) bool { return l.ID == id })
		if i < 0 {
			return fault.NotFound
		}
		v, err := st.viewOf(withHidden())
		if err != nil {
			return err
		}
		if l := &all[i]; !sc.holds(v.tree, l.Lead, l.From) || !sc.holds(v.tree, l.Member, l.From) {
			return fault.NotFound // outside one's part nothing is to be found
		}
		return do(tx, &all[i], all)
	})
}

// Links lists the links of which both schools lie in the scope, as they are
// shown.
func (s *Store) Links(ctx context.Context, sc Scope) ([]partner.Link, error) {
	const what = "list links between schools"
	if !sc.sees() {
		return nil, nil
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	all, err := schoolLinks(ctx, s.r)
	if err != nil {
		return nil, s.wrap(what, err)
	}
	all = slices.DeleteFunc(all, func(l partner.Link) bool {
		return !sc.holds(v.tree, l.Lead, l.From) || !sc.holds(v.tree, l.Member, l.From)
	})
	partner.Order(all)
	return all, nil
}

func schoolLinks(ctx context.Context, q querier) (out []partner.Link, err error) {
	err = each(ctx, q, `SELECT id, kind, lead_unit, member, from_day, to_day, document, closing, by_whom, by_name, at_time, undone_at, undone_by FROM school_links ORDER BY id`, nil, func(rows *sql.Rows) error {
		var l partner.Link
		var at, undone string
		if err := rows.Scan(&l.ID, &l.Kind, &l.Lead, &l.Member, &l.From, &l.To, &l.Document, &l.Closing, &l.By, &l.ByName, &at, &undone, &l.UndoneBy); err != nil {
			return err
		}
		var err, err2 error
		l.At, err = parseTime(at)
		l.Undone, err2 = maybeTime(undone)
		out = append(out, l)
		return errors.Join(err, err2)
	})
	return out, err
}
