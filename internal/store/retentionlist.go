package store

import (
	"context"
	"database/sql"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/retention"
)

// CaseFilter chooses cases; empty fields choose all.
type CaseFilter struct {
	States []retention.State
	Live   bool
	County edu.UnitID
	School edu.UnitID
	Colour retention.Colour
	Late   bool // past the day of its clock
	Number string
	Today  edu.Date
	Sort   string // due, opened, changed, state; - before it turns it round
	Page   int    // from 1
	Size   int    // 0 is 50, negative is all
}

// CaseList is a page of cases with the counts of the list: by state but for its
// own choice, and by colour but for that.
type CaseList struct {
	Cases   []retention.Case
	Total   int
	States  map[retention.State]int
	Colours map[retention.Colour]int
}

// seeCases narrows a query to what a scope may see. It tells whether anything is
// left. alias has the columns of units that are named.
func (sc Scope) seeCases(w *where, v *view, alias string, columns ...string) bool {
	if !sc.sees() {
		return false
	}
	if sc.whole {
		return true
	}
	var counties, towns, schools []string
	for _, top := range sc.tops {
		u, ok := v.tree.Unit(top)
		switch {
		case !ok:
		case u.Level == edu.County:
			counties = append(counties, string(top))
		case u.Level == edu.Township:
			towns = append(towns, string(top))
			for _, x := range v.tree.Units() {
				if x.Level == edu.School && Part(Reader, top).holds(v.tree, x.ID, lastDay) {
					schools = append(schools, string(x.ID))
				}
			}
		default:
			schools = append(schools, string(top))
		}
	}
	cond := ""
	for _, p := range []struct {
		column string
		values []string
	}{{"county", counties}, {"town", towns}, {"school", schools}, {"receiver", schools}} {
		if len(p.values) == 0 || !slices.Contains(columns, p.column) {
			continue
		}
		if cond != "" {
			cond += " OR "
		}
		cond += w.in(alias+p.column, p.values)
	}
	if cond == "" {
		return false
	}
	w.add("(" + cond + ")")
	return true
}

var caseOrders = map[string]string{"due": "c.due", "opened": "c.opened", "changed": "c.changed_at", "state": "c.state"}

// Cases gives a page of the cases of a scope, with what it counts.
func (s *Store) Cases(ctx context.Context, sc Scope, f CaseFilter) (out CaseList, err error) {
	const what = "list cases"
	out.States, out.Colours = map[retention.State]int{}, map[retention.Colour]int{}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return out, err
	}
	var w where
	if !sc.seeCases(&w, v, "c.", "county", "town", "school", "receiver") {
		return out, nil
	}
	if f.Live {
		w.add(`c.live = 1`)
	}
	if f.County != "" {
		w.add(`c.county = ` + w.arg(string(f.County)))
	}
	if f.School != "" {
		w.add(`c.school = ` + w.arg(string(f.School)))
	}
	if f.Number != "" {
		w.add(`c.platform = ` + w.arg(f.Number))
	}
	if f.Late {
		w.add(`c.due < ` + w.arg(int64(f.Today)))
	}
	counted := where{conds: w.conds, args: slices.Clone(w.args)} // a query has no argument that it does not name
	err = each(ctx, s.r, `SELECT state, colour, COUNT(*) FROM (SELECT c.state AS state, `+caseColour(&counted, f.Today)+` AS colour FROM retention_cases c`+w.String()+`) x GROUP BY state, colour`, counted.args, func(rows *sql.Rows) error {
		var state retention.State
		var colour retention.Colour
		var n int
		if err := rows.Scan(&state, &colour, &n); err != nil {
			return err
		}
		inState, inColour := len(f.States) == 0 || slices.Contains(f.States, state), f.Colour == "" || f.Colour == colour
		if inState {
			out.Colours[colour] += n
		}
		if inColour {
			out.States[state] += n
		}
		if inState && inColour {
			out.Total += n
		}
		return nil
	})
	if err != nil || out.Total == 0 {
		return out, s.wrap(what, err)
	}
	if len(f.States) > 0 {
		states := make([]string, len(f.States))
		for i, x := range f.States {
			states[i] = string(x)
		}
		w.add(w.in("c.state", states))
	}
	if f.Colour != "" {
		w.add(caseColour(&w, f.Today) + ` = ` + w.arg(string(f.Colour)))
	}
	order, dir := f.Sort, ""
	if order != "" && order[0] == '-' {
		order, dir = order[1:], " DESC"
	}
	column := caseOrders[order]
	if column == "" {
		column = caseOrders["due"]
	}
	query := `SELECT b.body FROM retention_cases c JOIN retention_bodies b ON b.case_id = c.id` + w.String() + ` ORDER BY ` + column + dir + `, c.id` + dir
	if f.Size >= 0 {
		size := f.Size
		if size == 0 {
			size = 50
		}
		query += ` LIMIT ` + w.arg(size) + ` OFFSET ` + w.arg((max(f.Page, 1)-1)*size)
	}
	err = each(ctx, s.r, query, w.args, func(rows *sql.Rows) error {
		c, err := scanAs[retention.Case](rows)
		out.Cases = append(out.Cases, c)
		return err
	})
	return out, s.wrap(what, err)
}

// caseColour is the colour of a row on a day, as retention.Turns.On says it.
func caseColour(w *where, today edu.Date) string {
	d := w.arg(int64(today))
	return `CASE WHEN red_on <= ` + d + ` THEN 'red' WHEN amber_on <= ` + d + ` THEN 'amber' WHEN watch_on <= ` + d + ` THEN 'watch' ELSE 'plain' END`
}

// CaseCells counts the cases of a scope as they stood at the end of a day, and the
// acts from one day to it, by county and school. It is what reports are made of.
func (s *Store) CaseCells(ctx context.Context, sc Scope, from, until edu.Date) (out []retention.Cell, err error) {
	const what = "count cases"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	count := func(query string, args []any, make func(a, b string) retention.Cell) error {
		return each(ctx, s.r, query, args, func(rows *sql.Rows) error {
			var county, school, a, b string
			var n int
			if err := rows.Scan(&county, &school, &a, &b, &n); err != nil {
				return err
			}
			x := make(a, b)
			x.County, x.School, x.N = edu.UnitID(county), edu.UnitID(school), n
			out = append(out, x)
			return nil
		})
	}
	var w where
	last := w.arg(int64(until))
	if !sc.seeCases(&w, v, "e.", "county", "school") {
		return nil, nil
	}
	err = count(`SELECT e.county, e.school, e.to_state, '', COUNT(*) FROM retention_events e
		JOIN (SELECT case_id, MAX(rev) AS rev FROM retention_events WHERE day <= `+last+` GROUP BY case_id) m ON m.case_id = e.case_id AND m.rev = e.rev`+w.String()+`
		GROUP BY e.county, e.school, e.to_state ORDER BY 1, 2, 3`, w.args, func(state, _ string) retention.Cell { return retention.Cell{State: retention.State(state)} })
	if err != nil {
		return nil, s.wrap(what, err)
	}
	w = where{}
	w.add(`e.day >= ` + w.arg(int64(from)) + ` AND e.day <= ` + w.arg(int64(until)))
	sc.seeCases(&w, v, "e.", "county", "school")
	err = count(`SELECT e.county, e.school, e.act, e.to_state, COUNT(*) FROM retention_events e`+w.String()+` GROUP BY e.county, e.school, e.act, e.to_state ORDER BY 1, 2, 3, 4`, w.args,
		func(act, to string) retention.Cell {
			return retention.Cell{Act: retention.Act(act), To: retention.State(to)}
		})
	return out, s.wrap(what, err)
}

// CaseTurn is when a case turns which colour, after the rules have changed.
type CaseTurn struct {
	ID    string
	Rev   int
	Due   edu.Date
	Turns retention.Turns
}

// TurnCases notes it. A case that has changed meanwhile was judged by its own act.
func (s *Store) TurnCases(ctx context.Context, sc Scope, turns []CaseTurn) error {
	const what = "judge cases anew"
	if err := sc.mayWriteWhole(what); err != nil {
		return err
	}
	return s.write(ctx, what, func(tx *sql.Tx, _ *state) error {
		for _, t := range turns {
			if _, err := tx.ExecContext(ctx, `UPDATE retention_cases SET due = $1, watch_on = $2, amber_on = $3, red_on = $4 WHERE id = $5 AND rev = $6`,
				int64(t.Due), int64(t.Turns.Watch), int64(t.Turns.Amber), int64(t.Turns.Red), t.ID, t.Rev); err != nil {
				return err
			}
		}
		return nil
	})
}
