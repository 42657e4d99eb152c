package web

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// The explanation of a figure of one group of a region's sections: urban or
// rural, public or private. It lists the sections of that group alone, with what
// they add up to.

// groupPlace is one group of a region's sections of a stage.
type groupPlace struct {
	stage  int
	st     *standard.Stage
	name   string
	rows   []int
	lo, hi int
	level  edu.Level
	region int   // the county's place in the frame; -1 is the whole
	group  []int // of each row of the stage
	by     compare.By
	at     int // which group; -1 are those of whom nobody knows it
}

// groupAt reads the group from the address; ok is false where it names none.
func (r *request) groupAt(stage int, at place) (g groupPlace, ok bool, err error) {
	id := r.query.Get("group")
	if id == "" {
		return g, false, nil
	}
	by, k, known := compare.GroupOf(id)
	if !known {
		return g, false, fmt.Errorf("group %q: %w", id, fault.Invalid)
	}
	if stage < 0 {
		return g, false, fmt.Errorf("sections by %s: %w", r.ref(), fault.NotFound)
	}
	g = groupPlace{stage: stage, st: r.a.Stages[stage], by: by, at: k, name: r.T("compare.group.none")}
	if k >= 0 {
		g.name = r.Text(by.Groups[k])
	}
	if g.group, known = by.Of(r.a, g.st); !known {
		return g, false, fmt.Errorf("groups by %s: %w", by.ID, fault.NotFound)
	}
	g.lo, g.hi = r.a.Rows(at.level, at.i, stage)
	g.level, g.region = at.level, -1
	if at.level >= edu.County && len(g.st.Frame.Regions[edu.County]) > 0 {
		g.region = g.st.Frame.RegionOf(edu.County, g.lo)
	}
	for row := g.lo; row < g.hi; row++ {
		if g.group[row] == k {
			g.rows = append(g.rows, row)
		}
	}
	return g, true, nil
}

// groupSteps explains an indicator over a group: its formula with the group's
// sums put in, and the group's sections.
func (r *request) groupSteps(d *pack.Indicator, g groupPlace) ([]step, error) {
	in := make([]bool, g.st.Frame.Len())
	for _, row := range g.rows {
		in[row] = true
	}
	if compare.NewVeil(r.a, g.st, compare.Least).Parts(d, g.region) {
		return []step{{Title: r.T("value"), Text: r.T("compare.few")}, r.indicatorStep(d)}, nil
	}
	x, err := compare.Pool(g.st, d.ID, in)
	if err != nil {
		return nil, err
	}
	steps := []step{{Title: r.T("value"), Facts: []Fact{{Term: r.T("trace.value", g.name), Text: r.measured(chart.Number(x.Value, d.Decimals), r.Uom(r.a.Pack, d.Unit))}}}, r.indicatorStep(d)}
	if d.Region != nil {
		tr, err := compare.PoolTrace(g.st, d.ID, in)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{Title: r.T("trace.formula"), Text: r.T("trace.region", x.N, x.Missing),
			Lines: []string{d.Region.Src, "= " + tr.Notation, "= " + exact(edu.FromFloat(x.Value))}})
	}
	list, err := r.sectionsStep(d, g.stage, g.rows)
	return append(steps, list), err
}

// groupTotal explains what a group reported: the sum, and the group's sections.
// A count of pupils that is not published is not made up here either.
func (r *request) groupTotal(e *pack.Element, field string, g groupPlace) ([]step, error) {
	col, ok := g.st.Frame.Column(field)
	if !ok {
		return nil, fmt.Errorf("%s of %s: %w", field, g.st.Frame.Stage, fault.NotFound)
	}
	sum, n, missing := 0.0, 0, 0
	for _, row := range g.rows {
		switch {
		case !math.IsNaN(col[row]):
			sum, n = sum+col[row], n+1
		case !edu.FromFloat(col[row]).IsNotApplicable():
			missing++
		}
	}
	what := step{Title: r.T("value"), Text: r.T("trace.total", n, missing)}
	hidden, err := r.countHidden(field, g)
	if hidden || err != nil {
		what.Text = r.T("compare.counts.note", compare.Least)
		return []step{what}, err
	}
	if e.Type != edu.TypeYesNo && e.Type != edu.TypeChoice && e.Type != edu.TypeDate {
		what.Facts = []Fact{{Term: r.T("trace.value", g.name), Text: r.measured(r.answerCell(e, valueOf(sum, n)).Text, r.uomOf(e))}}
	}
	what.Facts = append(what.Facts, r.cited(e.Source, e.Tag)...)
	list, err := r.totalList(e, field, g.st.Frame, g.rows)
	return []step{what, list}, err
}

// countHidden tells that a count of pupils of a group is not published.
func (r *request) countHidden(field string, g groupPlace) (bool, error) {
	if field != compare.Pupils {
		return false, nil
	}
	counted, err := compare.NewVeil(r.a, g.st, compare.Least).Counted()
	if err != nil {
		return true, fmt.Errorf("counts of pupils: %w", err)
	}
	return slices.ContainsFunc(g.rows, func(row int) bool {
		switch g.level {
		case edu.County:
			return counted.County(row)
		case edu.Township:
			return counted.Township(row)
		}
		return counted.Whole(row)
	}), nil
}
