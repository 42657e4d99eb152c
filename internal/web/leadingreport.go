package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// reportPage is the yearly report on duties, to be printed: sentences and tables of
// what was counted, and the indicators at the year's ends.
type reportPage struct {
	Shell
	Heading string
	Years2  []Choice
	Units   []Choice
	Leaders []Choice
	Says    []string
	Figures Table
	Measure string // which periods are compared
	Turns   Table
	Schools Table
	Honours Table
	Made    string
}

func (s *Server) leadingReport(w http.ResponseWriter, r *request) error {
	today := collect.Today(s.now())
	year := today.Time().Year()
	if y := r.query.Get("of"); y != "" {
		n, err := strconv.Atoi(y)
		if err != nil {
			return fmt.Errorf("year %q: %w", y, fault.Invalid)
		}
		year = n
	}
	unit := edu.UnitID(r.query.Get("unit"))
	if reach := r.who.Reach(auth.ReadTasks); !r.query.Has("unit") && !reach.Whole && len(reach.Units) > 0 {
		unit = reach.Units[0]
	}
	leader := r.query.Get("leader")
	x, err := s.council.Service(r.Context(), r.who, year, unit, leader)
	if err != nil {
		return fmt.Errorf("report on duties: %w", err)
	}
	units, err := s.unitWords(r)
	if err != nil {
		return err
	}
	p := reportPage{Shell: s.shell(r, r.T("leading.report"), "leading", Link{r.T("leading.title"), "/leading"})}
	p.Heading = r.T("leading.report.of", orElse(leader, units(unit)), strconv.Itoa(year))
	if err := p.choices(s, r, year, unit, leader, units); err != nil {
		return err
	}
	for _, t := range x.Says() {
		p.Says = append(p.Says, r.Text(t))
	}
	if err := p.figures(s, r, year, unit); err != nil {
		return err
	}
	p.Turns = Table{Caption: r.T("leading.duties"), Empty: r.T("leading.duties.none"), Cols: []Col{{Label: r.T("leading.cycle")}, {Label: r.T("leading.duty"), Wrap: true}, {Label: r.T("leading.basis"), Wrap: true}, {Label: r.T("log.state")}, {Label: r.T("leading.evidence"), Wrap: true}}}
	for _, t := range x.Turns[:min(len(x.Turns), 40)] {
		done := Cell{}
		if t.Done != nil && t.Done.Day <= x.Day {
			done = Cell{Text: t.Done.Evidence, Small: t.Done.Day.String()}
		}
		p.Turns.Rows = append(p.Turns.Rows, Row{Cells: []Cell{text(t.Key), text(t.Duty.Words), text(t.Duty.Basis), lampCell(r.turnLamp(t, x.Day)), done}})
	}
	p.Schools = Table{Caption: r.T("leading.linked"), Empty: r.T("leading.linked.none"), Cols: []Col{{Label: r.T("leading.school"), Wrap: true}, {Label: r.T("leading.leader")}, {Label: r.T("leading.visits"), Num: true}, {Label: r.T("leading.problems"), Num: true}}}
	for _, l := range x.Links[:min(len(x.Links), 60)] {
		n, found := 0, 0
		for _, v := range x.Visits {
			if v.School == l.School && v.Leader == l.Leader {
				n, found = n+1, found+len(v.Problems)
			}
		}
		p.Schools.Rows = append(p.Schools.Rows, Row{Cells: []Cell{text(units(l.School)), text(l.Leader), count(n), count(found)}})
	}
	p.Honours = r.honourTable(x.Honours[:min(len(x.Honours), 30)], units, false)
	p.Made = r.T("leading.report.made", r.Minute(s.now().In(collect.China)), x.Day.String())
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, p.Heading, p.Figures, p.Turns, p.Schools, p.Honours)
	}
	p.Export = r.here("as", "xlsx")
	return s.render(w, r, "leadingreport.html", p)
}

// choices are the years, units and leaders of which there is a report.
func (p *reportPage) choices(s *Server, r *request, year int, unit edu.UnitID, leader string, units func(edu.UnitID) string) error {
	now := s.now().In(collect.China).Year()
	for y := now; y > now-4; y-- {
		p.Years2 = append(p.Years2, Choice{Link{strconv.Itoa(y), strconv.Itoa(y)}, y == year})
	}
	reach := r.who.Reach(auth.ReadTasks)
	of := append([]edu.UnitID(nil), reach.Units...)
	if reach.Whole {
		below, err := s.unitsBelow(r, "")
		if err != nil {
			return err
		}
		of = append([]edu.UnitID{""}, below...)
	}
	for _, u := range of {
		p.Units = append(p.Units, Choice{Link{units(u), string(u)}, u == unit})
	}
	links, err := s.council.LinkedSchools(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("linked schools: %w", err)
	}
	var names []string
	for _, l := range links {
		if !slices.Contains(names, l.Leader) {
			names = append(names, l.Leader)
		}
	}
	slices.Sort(names)
	for _, n := range names[:min(len(names), 60)] {
		p.Leaders = append(p.Leaders, Choice{Link{n, n}, n == leader})
	}
	return nil
}

// figures are the indicators that the city's standard asks for, of the unit, in the
// school year in which the year began and in that in which it ended.
func (p *reportPage) figures(s *Server, r *request, year int, unit edu.UnitID) error {
	t := Table{ID: "figures", Caption: r.T("leading.figures"), Empty: r.T("leading.figures.none"), Cols: []Col{{Label: r.T("indicator"), Wrap: true}, {Label: r.T("stage")}}}
	var lenses []*lens
	for _, y := range []int{year - 1, year} {
		q := edu.Year(y)
		if !slices.Contains(r.periods, q) {
			continue
		}
		a, err := r.measure(r.ref(), q)
		if err != nil {
			return err
		}
		lenses = append(lenses, newLens(a))
		t.Cols = append(t.Cols, Col{Label: r.Period(q), Num: true})
	}
	p.Figures = t
	if len(lenses) == 0 {
		return nil
	}
	if len(lenses) == 2 {
		t.Cols = append(t.Cols, Col{Label: r.T("leading.moved")})
	}
	last := lenses[len(lenses)-1]
	r.a, r.lens, r.period = last.a, last, last.a.Period
	code := ""
	if t, err := s.tree(r); err == nil {
		if i := t.Find(unit); i >= 0 {
			code = t.Nodes[i].Key
		}
	}
	at := func(l *lens) (edu.Level, int) {
		if unit == "" {
			return l.top()
		}
		return edu.County, l.county(code)
	}
	for _, k := range last.stages {
		for _, d := range last.measures {
			if len(t.Rows) >= 24 {
				break
			}
			row := []Cell{text(r.Text(d.Name)), text(r.Stage(last.a.Stages[k].Frame.Stage))}
			var vs []float64
			for _, l := range lenses {
				level, i := at(l)
				v := edu.Missing()
				if j := stageOf(l, last.a.Stages[k].Frame.Stage); i >= 0 && j >= 0 {
					v = l.value(j, d.ID, level, i)
				}
				vs = append(vs, v)
				row = append(row, r.valueOf(d, v))
			}
			if v := edu.FromFloat(vs[len(vs)-1]); v.IsMissing() || v.IsNotApplicable() {
				continue
			}
			if len(vs) == 2 {
				row = append(row, r.movedCell(d.Better == "lower", vs[0], vs[1]))
			}
			t.Rows = append(t.Rows, Row{Cells: row})
		}
	}
	p.Figures = t
	p.Measure = r.T("leading.figures.sub", r.city.Name().In(r.Lang()))
	return nil
}

func stageOf(l *lens, st edu.Stage) int {
	return slices.IndexFunc(l.stages, func(k int) bool { return l.a.Stages[k].Frame.Stage == st })
}

// movedCell says whether an indicator has become better.
func (r *request) movedCell(lower bool, a, b float64) Cell {
	x, y := edu.FromFloat(a), edu.FromFloat(b)
	was, ok1 := x.Number()
	now, ok2 := y.Number()
	switch {
	case !ok1 || !ok2:
		return text("")
	case was == now:
		return lampCell(Lamp{Tone: chart.Open, Word: r.T("leading.same")})
	case now > was != lower:
		return lampCell(Lamp{Tone: chart.Good, Word: r.T("leading.better")})
	}
	return lampCell(Lamp{Tone: chart.Near, Word: r.T("leading.worse")})
}
