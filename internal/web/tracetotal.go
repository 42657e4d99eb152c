package web

import (
	"fmt"
	"math"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// totalSteps explains what a unit has of a reported figure: the sum over its
// sections with all of them, or the county's own answer with its cell. Stages
// that the scheme does not measure have their figures too.
func (s *Server) totalSteps(r *request, e *pack.Element, field string, at place) ([]step, string, error) {
	if e.Level == edu.County {
		if r.a.Counties == nil || at.level != edu.County || r.a.Units[edu.County][at.i].Row < 0 {
			return nil, "", fmt.Errorf("county answers of %s in %s: %w", at.code, r.period, fault.NotFound)
		}
		return s.elementSteps(r, r.a.Counties, r.a.Units[edu.County][at.i].Row, field, e), "", nil
	}
	id := r.a.Units[at.level][at.i].ID
	var parts []total
	want := edu.Stage(r.query.Get("stage"))
	for _, f := range r.a.Set.Sections {
		if t, ok := totalOf(f, field, at.level, id); ok && (want == "" || f.Stage == want) {
			parts = append(parts, t)
		}
	}
	if own := slices.DeleteFunc(slices.Clone(parts), func(t total) bool { return !r.ownStage(t.f) }); want == "" && len(own) > 0 {
		parts = own // all stages of the scheme, not of the city
	}
	if len(parts) == 0 {
		return nil, "", fmt.Errorf("%s in %s %s: %w", field, at.level, at.code, fault.NotFound)
	}
	slices.SortStableFunc(parts, func(x, y total) int { return slices.Index(edu.Stages, x.f.Stage) - slices.Index(edu.Stages, y.f.Stage) })
	sum, n, missing := 0.0, 0, 0
	for _, t := range parts {
		sum, n, missing = sum+t.sum, n+t.n, missing+t.missing
	}
	unit := r.uomOf(e)
	what := step{Title: r.T("value"), Text: r.T("trace.total", n, missing), Facts: []Fact{{Term: r.element(field), Text: r.measured(r.answerCell(e, valueOf(sum, n)).Text, unit)}}}
	if e.Type == edu.TypeYesNo || e.Type == edu.TypeChoice || e.Type == edu.TypeDate {
		what.Facts = nil // which nobody adds up
	}
	if h := r.Text(e.Help); h != "" {
		what.Facts = append(what.Facts, Fact{Term: r.T("element.help"), Text: h})
	}
	what.Facts = append(what.Facts, Fact{Term: r.T("trace.owes.who"), Text: r.answerer(e)})
	what.Facts = append(append(what.Facts, r.elementDates(e)...), r.cited(e.Source, e.Tag)...)
	steps := []step{what}
	if len(parts) > 1 {
		t := Table{ID: "members", Caption: r.T("trace.bystage"), Sheet: r.T("trace.bystage"), Tight: true, Cols: []Col{{Label: r.T("stage")}, {Label: r.T("value"), Unit: unit, Num: true}, {Label: r.T("bycounty.n"), Num: true}, {Label: r.T("bycounty.missing"), Num: true}}}
		for _, x := range parts {
			href := r.traceAt(at, field, "stage", string(x.f.Stage))
			t.Rows = append(t.Rows, Row{Cells: []Cell{linked(r.Stage(x.f.Stage), href), r.answerCell(e, valueOf(x.sum, x.n)), count(x.n), count(x.missing)}})
		}
		return append(steps, step{Title: r.T("trace.bystage"), Tables: []Table{t}}), "", nil
	}
	rows := make([]int, 0, parts[0].hi-parts[0].lo)
	for row := parts[0].lo; row < parts[0].hi; row++ {
		rows = append(rows, row)
	}
	list, err := r.totalList(e, field, parts[0].f, rows)
	return append(steps, list), r.Stage(parts[0].f.Stage), err
}

// ownStage tells that the scheme measures the stage of a frame.
func (r *request) ownStage(f *frame.Frame) bool {
	return slices.ContainsFunc(r.a.Stages, func(st *standard.Stage) bool { return st.Frame.Stage == f.Stage })
}

// total is what a region has of a figure at one stage.
type total struct {
	f          *frame.Frame
	lo, hi     int
	sum        float64
	n, missing int
}

func totalOf(f *frame.Frame, field string, level edu.Level, id edu.UnitID) (total, bool) {
	col, ok := f.Column(field)
	if !ok {
		return total{}, false
	}
	for _, reg := range f.Regions[level] {
		if reg.ID != id {
			continue
		}
		t := total{f: f, lo: reg.Lo, hi: reg.Hi}
		for row := reg.Lo; row < reg.Hi; row++ {
			switch {
			case !math.IsNaN(col[row]):
				t.sum, t.n = t.sum+col[row], t.n+1
			case !edu.FromFloat(col[row]).IsNotApplicable():
				t.missing++
			}
		}
		return t, true
	}
	return total{}, false
}

func valueOf(sum float64, n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	return sum
}

// totalList lists the sections behind a sum, those that owe the figure first,
// then the largest, each with the cell that it stands in.
func (r *request) totalList(e *pack.Element, field string, f *frame.Frame, rows []int) (step, error) {
	col, _ := f.Column(field)
	slices.SortStableFunc(rows, func(a, b int) int { return compareMissingLast(col[b], col[a], "asc") })
	slices.SortStableFunc(rows, func(a, b int) int { return rank(col[a]) - rank(col[b]) })
	shown, out, err := r.part(rows)
	if err != nil {
		return out, err
	}
	measured := r.ownStage(f)
	t := Table{ID: "sections", Caption: r.T("trace.totallist", len(rows)), Show: true, Sheet: r.T("sections"), List: true, Cols: []Col{{Label: r.T("school")}, {Label: r.Text(e.Name), Unit: r.uomOf(e), Num: true}, {Label: r.T("cell.fileword"), Wrap: true}}}
	if !measured { // no trace of a section leads on: the cells stand here
		t.ID = "reported"
	}
	for _, row := range shown {
		unit := f.Rows[row]
		name := text(r.called(unit))
		if measured {
			name = linked(r.called(unit), r.toTrace(edu.Section, unit.Code, field, "stage", string(f.Stage)))
		}
		v := r.answerCell(e, f.Value(row, field).Float())
		where := text(r.T("cell.nobody"))
		if v.Text != chart.NoNumber {
			where = text(r.T("cell.unknown"))
		} else if edu.FromFloat(col[row]).IsMissing() {
			v = lampCell(Lamp{chart.Open, r.T("verdict.unknown.short"), r.T("verdict.unknown.why")})
		}
		if e.Derive != nil {
			where = text(r.T("cell.derived"))
		}
		if cells := f.Origin(row, field); len(cells) > 0 {
			where = text(r.place(cells[0]))
			if len(cells) > 1 {
				where.Small = r.T("trace.cells.n", len(cells))
			}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{name, v, where}})
	}
	out.Title, out.Tables = r.T("trace.inputs"), []Table{t}
	return out, nil
}

func rank(v float64) int {
	if math.IsNaN(v) && edu.FromFloat(v).IsMissing() {
		return 0
	}
	return 1
}
