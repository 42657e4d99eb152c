package flow

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/store"
)

// Issues lists the issued forms of a period, or all of them.
func (d *Desk) Issues(ctx context.Context, p edu.Period) ([]collect.Issue, error) {
	return d.city.store.Issues(ctx, scopeOf(d.reach(seeing...), store.Reader), p)
}

// Tasks lists filings by deadline. It reads a county's filings at once, however
// many units there are.
func (d *Desk) Tasks(ctx context.Context, f collect.Filter) (collect.Tasks, error) {
	var ms []*matter
	if f.Issue != "" {
		m, err := d.matter(ctx, f.Issue)
		if err != nil {
			return collect.Tasks{}, err
		}
		ms = append(ms, m)
	} else {
		issues, err := d.Issues(ctx, f.Period)
		if err != nil {
			return collect.Tasks{}, err
		}
		issues = slices.DeleteFunc(issues, func(is collect.Issue) bool { return is.Closed })
		if ms, err = d.city.matters(ctx, issues, d.now()); err != nil {
			return collect.Tasks{}, err
		}
	}
	var all []collect.Task
	for _, m := range ms {
		tasks, err := d.tasks(ctx, m, f.Unit)
		if err != nil {
			return collect.Tasks{}, err
		}
		all = append(all, tasks...)
	}
	all = slices.DeleteFunc(all, func(t collect.Task) bool { return !matches(f, &t) })
	slices.SortStableFunc(all, func(a, b collect.Task) int { return cmp.Compare(day(a.Filing), day(b.Filing)) })
	out := collect.Tasks{Total: len(all)}
	limit := cmp.Or(f.Limit, 50)
	lo := min(max(f.Offset, 0), len(all))
	out.List = all[lo:min(lo+limit, len(all))]
	return out, nil
}

// day is the day that a filing's unit works towards.
func day(f collect.Filing) edu.Date { return cmp.Or(f.Inner, f.Due) }

func matches(f collect.Filter, t *collect.Task) bool {
	switch {
	case f.State != "" && t.State != f.State,
		f.Late && (t.Late == 0 || !t.State.Open()), // as the matrix counts: who was late and has handed in owes nothing
		f.Mine && !t.Mine:
		return false
	}
	q := strings.TrimSpace(f.Query)
	return q == "" || strings.Contains(t.Place.Code, q) || strings.Contains(t.Place.Name.ZH, q) || strings.Contains(strings.ToLower(t.Place.Name.EN), strings.ToLower(q))
}

// tasks are the filings of an issue that the person sees, in the order of the
// tree.
func (d *Desk) tasks(ctx context.Context, m *matter, below edu.UnitID) ([]collect.Task, error) {
	reach := d.reach(seeing...)
	scope := scopeOf(reach, store.Reader)
	filings, err := d.city.store.Filings(ctx, scope, m.Issue, below)
	if err != nil {
		return nil, err
	}
	// In time nobody is late, and no log need be read.
	var logs map[edu.UnitID][]collect.Event
	if collect.Today(m.now) > m.Due {
		if logs, err = d.city.store.FilingLogs(ctx, scope, m.Issue, below); err != nil {
			return nil, err
		}
	}
	reaches := map[auth.Permission]span{}
	for _, p := range auth.Permissions {
		reaches[p] = m.roster.span(d.who.Reach(p))
	}
	sees, under := m.roster.span(reach), m.roster.span(auth.Reach{Whole: below == "", Units: []edu.UnitID{below}})
	var at []int
	for i, node := range m.roster.nodes {
		if sees.has(node) && under.has(node) {
			at = append(at, i)
		}
	}
	out := make([]collect.Task, 0, len(at))
	for _, i := range at {
		p, node := m.roster.places[i], m.roster.nodes[i]
		f := m.fill(filings[p.Unit], p)
		t := collect.Task{Filing: f, Place: p, Form: m.form.Name, Period: m.Period, Late: m.late(f, logs[p.Unit]),
			Left: int(f.Due - collect.Today(m.now)), Waiting: m.now.Sub(f.Since)}
		if !m.Closed {
			t.Todo = collect.Todo(f, m.route(p), func(q auth.Permission) bool { return reaches[q].has(node) })
			t.Mine = collect.Mine(f, t.Todo)
		}
		out = append(out, t)
	}
	return out, nil
}

// Matrix is the completeness of a period: counties by forms, as far as the
// person sees them.
func (d *Desk) Matrix(ctx context.Context, p edu.Period) (collect.Matrix, error) {
	return d.MatrixIn(ctx, p, "")
}

// MatrixIn is the completeness of one county: its townships by forms, and what lies
// in none of them last. The empty county is the whole, by counties.
func (d *Desk) MatrixIn(ctx context.Context, p edu.Period, county edu.UnitID) (collect.Matrix, error) {
	out := collect.Matrix{Period: p}
	issues, err := d.Issues(ctx, p)
	if err != nil {
		return out, err
	}
	ms, err := d.city.matters(ctx, issues, d.now())
	if err != nil {
		return out, err
	}
	row := map[edu.UnitID]int{}
	for n, m := range ms {
		tasks, err := d.tasks(ctx, m, county)
		if err != nil {
			return out, err
		}
		out.Issues = append(out.Issues, m.Issue)
		sum := newCount()
		for i := range tasks {
			t := &tasks[i]
			at, of := t.Place.County, m.roster.county
			if county != "" {
				at, of = t.Place.Township, m.roster.township
			}
			r, ok := row[at]
			if !ok {
				r = len(out.Rows)
				row[at] = r
				out.Rows = append(out.Rows, of(t.Place))
				out.Cells = append(out.Cells, nil)
			}
			for len(out.Cells[r]) <= n {
				out.Cells[r] = append(out.Cells[r], newCount())
			}
			add(&out.Cells[r][n], t)
			add(&sum, t)
		}
		out.Sum = append(out.Sum, sum)
	}
	turn := make([]int, len(out.Rows))
	for i := range out.Cells {
		turn[i] = i
		for len(out.Cells[i]) < len(ms) {
			out.Cells[i] = append(out.Cells[i], newCount())
		}
	}
	slices.SortStableFunc(turn, func(a, b int) int {
		x, y := out.Rows[a], out.Rows[b]
		if (x.Code == "") != (y.Code == "") { // one without a code stands last
			return cmp.Compare(y.Code, x.Code)
		}
		return cmp.Or(cmp.Compare(x.Code, y.Code), cmp.Compare(x.Unit, y.Unit))
	})
	rows, cells := make([]collect.Place, len(turn)), make([][]collect.Count, len(turn))
	for i, at := range turn {
		rows[i], cells[i] = out.Rows[at], out.Cells[at]
	}
	out.Rows, out.Cells = rows, cells
	return out, nil
}

// county is the place of the county that a unit stands in.
func (r *roster) county(p collect.Place) collect.Place {
	if i := r.snap.Find(p.County); i >= 0 {
		return r.place(i)
	}
	return collect.Place{Level: edu.County, Name: edu.Text{ZH: "市直属", EN: "directly under the city"}}
}

// township is the place of the township that a unit stands in.
func (r *roster) township(p collect.Place) collect.Place {
	if i := r.snap.Find(p.Township); i >= 0 {
		return r.place(i)
	}
	return collect.Place{Level: edu.Township, Name: edu.Text{ZH: "县本级及直属", EN: "the county itself and what is directly under it"}}
}

func newCount() collect.Count { return collect.Count{By: map[collect.State]int{}} }

func add(c *collect.Count, t *collect.Task) {
	c.Total++
	c.By[t.State]++
	if t.Late > 0 && t.State.Open() {
		c.Late++
	}
	if t.Returns > 0 {
		c.Returns++
	}
}

// Progress tells, of each issue of a period, how many of its units are locked:
// what pages say beside figures that still move.
func (d *Desk) Progress(ctx context.Context, p edu.Period) ([]collect.Progress, error) {
	issues, err := d.Issues(ctx, p)
	if err != nil {
		return nil, err
	}
	ms, err := d.city.matters(ctx, issues, d.now())
	if err != nil {
		return nil, err
	}
	var out []collect.Progress
	for _, m := range ms {
		tasks, err := d.tasks(ctx, m, "")
		if err != nil {
			return nil, err
		}
		g := collect.Progress{Issue: m.Issue, Form: m.form.Name}
		for i := range tasks {
			switch s := tasks[i].State; {
			case s == collect.Excused:
				continue
			case s == collect.Locked:
				g.Locked++
				g.Handed++
			case s.Done():
				g.Handed++
			}
			g.Total++
		}
		out = append(out, g)
	}
	return out, nil
}
