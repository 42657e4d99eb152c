package flow

import (
	"context"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// RetentionLine is one line of a report of cases.
type RetentionLine struct {
	Unit   edu.UnitID
	Name   edu.Text
	Code   string
	Counts retention.Counts
	// Hidden tells which of Counts.Columns, and after them whether who is really in
	// school, are left out for the reader.
	Hidden [8]bool
}

// Untold tells that all counts of cases of a line are left out.
func (l *RetentionLine) Untold() bool {
	return !slices.Contains(l.Hidden[:], false)
}

// RetentionReport is one of the four reports, or the counts that leaders see.
type RetentionReport struct {
	Cadence  retention.Cadence
	Span     retention.Span
	Spans    []retention.Span // to choose from
	Of       edu.UnitID       // county whose schools are the lines; empty for counties
	Counties []edu.UnitID     // that the reader may choose
	Names    map[edu.UnitID]edu.Text
	Lines    []RetentionLine
	Total    RetentionLine
	Few      bool // cells below compare.Least are left out
	Roll     int  // school year of the register that who should be in school is of; 0 for none
}

// countedStates are the columns of a report that part the cases: what stands.
const countedStates = 4 // suspected, away, observed, excepted

// Report counts the cases of a period. Who follows cases up sees all counts of the own
// part; everybody else sees those of counties or of one county's schools, where none
// below [compare.Least] can be read or worked out.
func (x *Retention) Report(ctx context.Context, who auth.Actor, cadence retention.Cadence, key string, of edu.UnitID) (RetentionReport, error) {
	out := RetentionReport{Cadence: cadence, Names: map[edu.UnitID]edu.Text{}}
	reach := who.Reach(auth.DoRetention)
	if out.Few = reach.None(); out.Few {
		reach = who.Reach(auth.ReadRegion)
	}
	if reach.None() {
		return out, fmt.Errorf("%s: %w", auth.DoRetention, fault.Forbidden)
	}
	d, err := x.desk(ctx)
	if err != nil {
		return out, err
	}
	if !slices.Contains(retention.Cadences, cadence) {
		return out, fmt.Errorf("a report by %q: %w", cadence, fault.Invalid)
	}
	out.Spans = retention.Spans(cadence, d.Env, 12)
	if len(out.Spans) == 0 {
		return out, auth.Refuse(fault.NotFound, "校历中还没有学期", "the calendar has no term yet")
	}
	out.Span = out.Spans[0]
	if i := slices.IndexFunc(out.Spans, func(s retention.Span) bool { return s.Key == key }); key != "" && i < 0 {
		return out, fmt.Errorf("the period %q: %w", key, fault.NotFound)
	} else if i >= 0 {
		out.Span = out.Spans[i]
	}
	if out.Few {
		out.Span.First, out.Span.Last = wholeMonths(out.Span.First, out.Span.Last)
	}
	for _, u := range d.tree.Units() {
		if u.Level == edu.County && u.Exists(out.Span.Last) && (reach.Covers(u.ID, d.holds) || slices.ContainsFunc(reach.Units, func(r edu.UnitID) bool { return d.up(r, edu.County) == u.ID })) {
			out.Counties = append(out.Counties, u.ID)
			out.Names[u.ID] = lastAttrs(&u).Name
		}
	}
	if of == "" && len(out.Counties) == 1 && !reach.Whole {
		of = out.Counties[0]
	}
	if of != "" && !slices.Contains(out.Counties, of) {
		return out, fmt.Errorf("cases of %s: %w", of, fault.NotFound)
	}
	out.Of = of
	return out, x.count(ctx, d, who, reach, &out)
}

// count fills a report. What is left out is decided of the whole city at once, so that
// two readers of two parts cannot put together what neither may know.
func (x *Retention) count(ctx context.Context, d caseDesk, who auth.Actor, reach auth.Reach, out *RetentionReport) error {
	sc := scopeOf(reach, store.Reader)
	cellsOf := sc
	if out.Few {
		cellsOf = local
	}
	cells, err := x.city.store.CaseCells(ctx, cellsOf, out.Span.First, min(out.Span.Last, retention.Today(d.Env)))
	if err != nil {
		return err
	}
	roll, year, err := x.city.store.Enrolled(ctx, sc, out.Of, schoolYear(out.Span.Last))
	if err != nil {
		return err
	}
	out.Roll = year
	lines := map[edu.UnitID]*retention.Counts{} // by county, or by school of the county
	var order []edu.UnitID
	begin := func(id edu.UnitID) {
		lines[id] = &retention.Counts{}
		order = append(order, id)
	}
	if out.Of == "" {
		for _, c := range out.Counties {
			begin(c)
		}
	} else {
		for _, u := range x.schools(d, reach) {
			if d.up(u.ID, edu.County) == out.Of {
				begin(u.ID)
				out.Names[u.ID] = lastAttrs(&u).Name
			}
		}
	}
	enrolled := map[edu.UnitID]int{}
	for school, n := range roll {
		id := school
		if out.Of == "" {
			id = d.up(school, edu.County)
		}
		enrolled[id] += n
	}
	var rest retention.Counts // on no roll of the county, or at a school of the city itself
	for _, c := range cells {
		id := c.County
		if out.Of != "" {
			if id != out.Of {
				continue
			}
			id = c.School
		}
		switch l := lines[id]; {
		case l != nil:
			l.Add(c)
		case reach.Covers(c.County, d.holds):
			rest.Add(c)
		}
	}
	hide := func(bool, edu.UnitID, int) bool { return false }
	if out.Few {
		months, err := x.monthCells(ctx, d, out.Span)
		if err != nil {
			return err
		}
		if hide, err = fewOver(d, cells, months); err != nil {
			return err
		}
	}
	all, known := 0, false
	for _, id := range order {
		l := RetentionLine{Unit: id, Name: d.name(id), Counts: *lines[id]}
		if u, ok := d.tree.Unit(id); ok {
			l.Code = lastAttrs(u).Code
		}
		n, ok := enrolled[id]
		if !ok {
			n = -1
		}
		known, all = known || ok, all+max(n, 0)
		l.Counts.Enrol(n)
		for i := range 7 {
			l.Hidden[i] = hide(out.Of != "", id, i)
		}
		l.Hidden[7] = l.Hidden[0] || l.Hidden[1]
		out.Lines = append(out.Lines, l)
		out.Total.Counts = plus(out.Total.Counts, l.Counts)
	}
	out.Total.Counts = plus(out.Total.Counts, rest)
	if !known {
		all = -1
	}
	out.Total.Counts.Enrol(all)
	top := out.Of // the total of a county's schools is the county's
	for i := range 7 {
		out.Total.Hidden[i] = hide(false, top, i)
	}
	out.Total.Hidden[7] = out.Total.Hidden[0] || out.Total.Hidden[1]
	out.Total.Unit = top
	return nil
}

func plus(a, b retention.Counts) retention.Counts {
	a.Suspects, a.Away, a.New, a.Back, a.Closed = a.Suspects+b.Suspects, a.Away+b.Away, a.New+b.New, a.Back+b.Back, a.Closed+b.Closed
	a.Observed, a.Excepted = a.Observed+b.Observed, a.Excepted+b.Excepted
	return a
}

// hiding tells whether a column of a unit is left out: of a school, or of a county or
// the city.
type hiding func(schools bool, id edu.UnitID, col int) bool

// wholeMonths are the days of all months that a period touches: readers who see no
// small counts see acts by whole months, so that no two reports differ by some days.
func wholeMonths(first, last edu.Date) (edu.Date, edu.Date) {
	a, _, _ := retention.MonthDays(retention.Month(first))
	_, b, _ := retention.MonthDays(retention.Month(last))
	return a, b
}

// monthCells are the counts of each month of a period that has begun.
func (x *Retention) monthCells(ctx context.Context, d caseDesk, s retention.Span) (out [][]retention.Cell, err error) {
	today := retention.Today(d.Env)
	for day := s.First; day <= min(s.Last, today); {
		first, last, _ := retention.MonthDays(retention.Month(day))
		cells, err := x.city.store.CaseCells(ctx, local, first, min(last, today))
		if err != nil {
			return nil, err
		}
		out, day = append(out, cells), last+1
	}
	return out, nil
}

// fewOver is fewCases for a period of months. Acts of a longer period are the sum of
// those of its months: where a month is left out, so is the sum, or the months that are
// shown would tell the one that is not. What is shown of a longer period is then no
// more than the shown months add up to.
func fewOver(d caseDesk, cells []retention.Cell, months [][]retention.Cell) (hiding, error) {
	own, err := fewCases(d, cells)
	if err != nil || len(months) < 2 {
		return own, err
	}
	var each []hiding
	for _, m := range months {
		hide, err := fewCases(d, m)
		if err != nil {
			return nil, err
		}
		each = append(each, hide)
	}
	return func(schools bool, id edu.UnitID, col int) bool {
		if countedAs[col] >= 0 {
			return own(schools, id, col)
		}
		return own(schools, id, col) || slices.ContainsFunc(each, func(hide hiding) bool { return hide(schools, id, col) })
	}, nil
}

// order of the columns of retention.Counts by the population that they are of: those
// that stand part one; each kind of act is one of its own.
var countedAs = [7]int{0, 1, -1, -1, -1, 2, 3}

// fewCases decides what of the counts of cases is left out for readers who follow none
// up, by the rule that comparisons use. Of counties the empty unit is the whole city.
func fewCases(d caseDesk, cells []retention.Cell) (hiding, error) {
	type place struct{ county, school edu.UnitID }
	var places []place
	at := map[place]int{}
	add := func(p place) int {
		i, ok := at[p]
		if !ok {
			i = len(places)
			at[p] = i
			places = append(places, p)
		}
		return i
	}
	for _, u := range d.tree.Units() {
		switch u.Level {
		case edu.County:
			add(place{u.ID, ""})
		case edu.School:
			c := retention.Case{School: u.ID}
			d.place(&c, "")
			add(place{c.County, u.ID})
		}
	}
	counts := map[place]*retention.Counts{}
	for _, c := range cells {
		p := place{c.County, c.School}
		add(p)
		if counts[p] == nil {
			counts[p] = &retention.Counts{}
		}
		counts[p].Add(c)
	}
	number := map[edu.UnitID]int{}
	for _, p := range places {
		if _, ok := number[p.county]; !ok {
			number[p.county] = len(number)
		}
	}
	// Of what stands, each column is a class; of acts each has a table of its own.
	left := map[int]compare.Left{}
	for _, table := range [][]int{{0, 1, 5, 6}, {2}, {3}, {4}} {
		pop := compare.Population{Zero: true}
		for _, p := range places {
			var cols []int
			if c := counts[p]; c != nil {
				cols = c.Columns()
			} else {
				cols = make([]int, 7)
			}
			for class, col := range table {
				pop.County = append(pop.County, number[p.county])
				pop.Class = append(pop.Class, class)
				pop.Count = append(pop.Count, cols[col])
			}
		}
		l, err := compare.Leave(pop, compare.Least)
		if err != nil {
			return nil, err
		}
		for _, col := range table {
			left[col] = l
		}
	}
	return func(schools bool, id edu.UnitID, col int) bool {
		l, class, width := left[col], 0, 1
		if countedAs[col] >= 0 {
			class, width = countedAs[col], countedStates
		}
		switch {
		case schools:
			c := retention.Case{School: id}
			d.place(&c, "")
			i, ok := at[place{c.County, id}]
			return !ok || l.Row[i*width+class]
		case id == "":
			return l.Class[class]
		}
		n, ok := number[id]
		return !ok || l.Cell[n][class]
	}, nil
}
