package web

import (
	"math"
	"net/http"
	"slices"
	"strconv"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/form"
)

// figures are the cells of a paper as a reviewer reads them: this year's beside
// last year's, with the difference, and marked where something is wrong. Cells
// that need not be filled, and never were, are left out unless all are wanted.
func (r *request) figures(p *form.Paper, problems []form.Problem, all bool) []Table {
	wrong := map[string]*form.Problem{}
	for i, q := range problems {
		for _, k := range q.Cells {
			if old := wrong[k.String()]; old == nil || q.Blocking && !old.Blocking {
				wrong[k.String()] = &problems[i]
			}
		}
	}
	parts := slices.Clone(p.Parts)
	if slices.ContainsFunc(p.Fields, func(f form.Field) bool { return f.Ask.Whole }) {
		parts = append(parts, form.Whole)
	}
	var out []Table
	for i := range p.Fields {
		f := &p.Fields[i]
		for _, k := range keysOf(p, f) {
			if text, _ := p.Shown(k); !all && text == "" && p.Prior[k].Text == "" && wrong[k.String()] == nil && !f.Ask.Required {
				continue
			}
			name := r.groupName(p.Pack, f.Element.Group)
			if k.Part != "" && len(parts) > 1 {
				name = r.partName(k.Part) + " · " + name
			}
			at := slices.IndexFunc(out, func(t Table) bool { return t.Caption == name })
			if at < 0 {
				at = len(out)
				out = append(out, Table{Caption: name, Show: true, Tight: true, Sheet: name, Cols: []Col{{Label: r.T("element"), Wrap: true}, {Label: p.Period.Label(), Num: true}, {Label: p.Period.LastTime().Label(), Num: true}, {Label: r.T("measures.change"), Num: true}, {Label: "%", Num: true}}})
			}
			out[at].Rows = append(out[at].Rows, r.figureRow(p, f, k, wrong[k.String()]))
		}
	}
	for _, l := range p.Lists {
		if rows := shownRows(p, l.List.ID); len(rows) > 0 {
			out = append(out, r.listTable(p, l, rows))
		}
	}
	return out
}

func (r *request) figureRow(p *form.Paper, f *form.Field, k form.Key, q *form.Problem) Row {
	name := r.Text(f.Element.Name)
	if f.Part != nil {
		name += " · " + r.Text(f.Part.Name)
	}
	value, _ := p.Shown(k)
	was := p.Prior[k].Text
	now, ok1 := parseNumber(value)
	old, ok2 := parseNumber(was)
	a, b := text(or(r.shownChoice(f.Element, value), chart.NoNumber)), text(or(r.shownChoice(f.Element, was), chart.NoNumber))
	diff, part, unit := text(""), text(""), ""
	if numeric(f.Element) && f.Element.Unit != "year" {
		unit = r.uomIn(p.Pack, f.Element)
		if ok1 {
			a = Cell{Text: chart.Number(now, digits(now)), Value: now, Number: true}
		}
		if ok2 {
			b = Cell{Text: chart.Number(old, digits(old)), Value: old, Number: true}
		}
		if ok1 && ok2 {
			diff = change(now-old, max(digits(now), digits(old)))
			if old != 0 {
				v := (now - old) / old
				part = Cell{Text: chart.Percent(v), Value: math.Round(v*1e5) / 1e3, Number: true}
			}
		}
	}
	if q != nil {
		a.Title = r.Text(q.Text)
		if q.Blocking {
			a = a.toned(chart.Bad)
		} else {
			a = a.toned(chart.Near)
		}
	}
	return Row{Cells: []Cell{{Text: name, Title: r.Text(f.Element.Help), Small: unit}, a, b, diff, part}}
}

// listTable is a list as it was filled.
func (r *request) listTable(p *form.Paper, l form.List, rows []form.Row) Table {
	t := Table{ID: "list-" + l.List.ID, Caption: r.Text(l.List.Name) + " · " + r.T("paper.list.rows", len(rows)), Show: true, Tight: true, Tall: len(rows) > 15, Sheet: r.Text(l.List.Name), Cols: []Col{{Label: "#"}}}
	if len(p.Parts) > 1 {
		t.Cols = append(t.Cols, Col{Label: r.T("stage")})
	}
	for _, e := range l.List.Columns {
		col := Col{Label: r.Text(e.Name), Num: numeric(e)}
		if col.Num && e.Unit != "year" {
			col.Unit = r.uomIn(p.Pack, e)
		}
		t.Cols = append(t.Cols, col)
	}
	const most = 60 // rows on the page; the downloaded workbook has them all
	for i, row := range rows {
		if i == most && r.query.Get("as") == "" {
			t.Caption += " · " + r.T("paper.list.cut", most)
			break
		}
		out := Row{Cells: []Cell{count(i + 1)}}
		if len(p.Parts) > 1 {
			out.Cells = append(out.Cells, text(r.partName(row.Part)))
		}
		for _, e := range l.List.Columns {
			c := text(r.shownChoice(e, row.Cells[e.ID]))
			if v, ok := parseNumber(c.Text); ok && numeric(e) {
				c.Value, c.Number = v, true
			}
			out.Cells = append(out.Cells, c)
		}
		t.Rows = append(t.Rows, out)
	}
	return t
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func parseNumber(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// logTable is every step that a filing took, the newest first.
func (r *request) logTable(log []collect.Event) Table {
	t := Table{ID: "log", Caption: r.T("log.caption"), Tight: true, Empty: r.T("log.empty"), Cols: []Col{{Label: r.T("log.when")}, {Label: r.T("log.who")}, {Label: r.T("log.step")}, {Label: r.T("log.state")}, {Label: r.T("log.note"), Wrap: true}}}
	const most = 30
	for i := len(log) - 1; i >= 0; i-- {
		e := log[i]
		note := e.Reason
		if e.Due != 0 {
			note = r.T("log.due", e.Due.String()) + " " + note
		}
		if e.Handed > 0 && e.Action == collect.Submit {
			note = r.T("log.handed", e.Handed) + " " + note
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.When(e.At)), text(e.Name), text(r.StepName(e.Action)), lampCell(Lamp{stateTone(e.To), r.State(e.To), ""}), text(note)}})
		if len(t.Rows) == most && i > 0 && r.query.Get("log") != "all" {
			t.Caption = r.T("log.some", most, len(log))
			break
		}
	}
	return t
}

// paperData sends the figures of a paper as a workbook.
func (s *Server) paperData(w http.ResponseWriter, r *request) error {
	d, f, err := s.filed(r)
	if err != nil {
		return err
	}
	problems, err := d.Check(r.Context(), f.filing.Issue, f.filing.Unit, f.paper.Content)
	if err != nil {
		return err
	}
	r.query.Set("as", "xlsx")
	tables := append(r.figures(f.paper, problems, true), r.logTable(f.log))
	note := r.T("paper.data.note", r.Text(f.paper.Form.Name), r.Text(f.paper.Unit.Name), r.State(f.filing.State), r.When(f.filing.At))
	return s.sendTables(w, r, r.Text(f.paper.Unit.Name)+"-"+r.Text(f.paper.Form.Name)+"-"+f.paper.Period.String(), note, f.paper.Period, tables)
}
