// Lists of rows: the class list, the rooms. A row for each class, below the
// header as many as are needed.

package workbook

import (
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// spare rows are ready below those that are known.
const spareRows, spareRowsEach, listReach = 40, 12, 5000

// listColumn is a column of a list sheet.
type listColumn struct {
	id      string
	name    string
	width   float64
	element *pack.Element
	choices string // range of its drop-down
}

func column(ls *form.List, id string) *pack.Element {
	for _, e := range ls.List.Columns {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// partChoice is the text in the list's column that stands for a part of a
// breakdown: the choice of the same id, or the part's own name.
func partChoice(f *form.Field, e *pack.Element, lang string) string {
	for _, o := range e.Choices {
		if o.ID == f.Part.ID {
			return o.Name.In(lang)
		}
	}
	return f.Part.Name.In(lang)
}

// listsOf are the lists of all papers, each once.
func (l *layout) listsOf() []*pack.List {
	var out []*pack.List
	for _, p := range l.papers {
		for _, ls := range p.Lists {
			if !slices.Contains(out, ls.List) {
				out = append(out, ls.List)
			}
		}
	}
	return out
}

// needsPart reports that the rows of a list must say to which section they
// belong.
func needsPart(papers []*form.Paper) bool {
	return slices.ContainsFunc(papers, func(p *form.Paper) bool { return len(p.Parts) > 1 })
}

func (l *layout) listColumns(ls *pack.List) []listColumn {
	var cols []listColumn
	if l.meta.Layout == Wide {
		var names []string
		for _, p := range l.papers {
			names = append(names, l.names[p.Unit.ID])
		}
		cols = append(cols, listColumn{id: columnUnit, name: l.say("单位", "Unit"), width: 26, choices: l.dict.list("units", l.say("单位", "Unit"), names)})
	}
	if needsPart(l.papers) {
		var stages []edu.Stage
		for _, p := range l.papers {
			for _, s := range p.Parts {
				if !slices.Contains(stages, s) {
					stages = append(stages, s)
				}
			}
		}
		slices.SortFunc(stages, func(a, b edu.Stage) int { return slices.Index(edu.Stages, a) - slices.Index(edu.Stages, b) })
		var names []string
		for _, s := range stages {
			names = append(names, stageName(s, l.lang))
		}
		cols = append(cols, listColumn{id: columnPart, name: l.say("学段", "Stage"), width: 10, choices: l.dict.list("parts", l.say("学段", "Stage"), names)})
	}
	for _, e := range ls.Columns {
		if e.Derive != nil {
			continue
		}
		n := e.Name.In(l.lang)
		if u := unitName(l.pack, e, l.lang); u != "" {
			n += l.say("（"+u+"）", " ("+u+")")
		}
		if e.Required {
			n += " *"
		}
		cols = append(cols, listColumn{id: e.ID, name: n, width: max(12, min(24, 2.2*float64(len([]rune(n))))), element: e})
	}
	return cols
}

// list makes the sheet of a list.
func (l *layout) list(ls *pack.List) *page {
	cols := l.listColumns(ls)
	mark := pairs(keyList, ls.ID)
	if l.meta.Layout == Tall {
		mark.Set(keyUnit, string(l.papers[0].Unit.ID))
	}
	pg := &page{name: l.listName(ls), mark: l.meta.mark(mark)}
	for _, c := range cols {
		pg.columns, pg.widths = append(pg.columns, pairs(keyColumn, c.id)), append(pg.widths, c.width)
		look := choose
		if c.element != nil && numeric(c.element) {
			look = blank
		}
		pg.openAs = append(pg.openAs, look)
	}
	// Narrow lists are widened, so that a printed page is not blown up.
	if w := width(pg.widths); w < 90 {
		for i := range pg.widths {
			pg.widths[i] *= 90 / w
		}
	}
	lead := l.say("一行填一个，行数不够可在下方继续填写；不需要的行清空即可。灰色示例行不会被读取。", "One row each. Go on below where the rows do not suffice; clear rows that are not needed. The grey example row is not read.")
	l.top(pg, l.listName(ls), lead, len(cols))
	headed := row{id: pairs(keyKind, "head"), height: 24}
	sample := row{id: pairs(keyKind, "sample"), height: 18}
	for i, c := range cols {
		headed.cells = append(headed.cells, cell{look: head, text: c.name})
		t := l.sampleOf(c)
		if i == 0 && c.id != columnUnit {
			t = l.say("例：", "e.g. ") + t
		}
		sample.cells = append(sample.cells, cell{look: example, text: t})
	}
	n := pg.add(headed)
	pg.add(sample)
	pg.frozen, pg.repeat = [2]int{0, n}, [2]int{n, n}
	first := n + 2
	spare := spareRows
	for _, p := range l.papers {
		f := listOf(p, ls.ID)
		if f == nil {
			continue
		}
		if len(l.papers) > 1 {
			spare += spareRowsEach
		}
		rows, origin := p.ShownRows(ls.ID)
		given := origin != form.FromKnown
		for _, r := range rows {
			pg.add(l.listRow(p, r, cols, given))
		}
	}
	pg.open = spare
	l.spans[ls.ID] = span{sheet: pg.name, first: first, last: first + max(listReach, 2*len(pg.rows)), columns: map[string]string{}}
	for i, c := range cols {
		l.spans[ls.ID].columns[c.id] = letters(i + 2)
		sq := at(i+2, first) + ":" + at(i+2, len(pg.rows)+1+spare)
		switch {
		case c.element != nil:
			pg.checks = append(pg.checks, l.guard(c.element, sq, at(i+2, first), ""))
		case c.choices != "":
			dv := excelize.NewDataValidation(true)
			dv.SetSqref(sq)
			dv.SetSqrefDropList(c.choices)
			pg.checks = append(pg.checks, dv)
		}
	}
	return pg
}

func (l *layout) listRow(p *form.Paper, r form.Row, cols []listColumn, given bool) row {
	out := row{id: pairs(keyUnit, string(p.Unit.ID)), height: 18}
	for _, c := range cols {
		v := cell{look: choose}
		switch {
		case c.id == columnUnit:
			v.text = l.names[p.Unit.ID]
		case c.id == columnPart:
			s := r.Part
			if s == "" && len(p.Parts) == 1 {
				s = p.Parts[0]
			}
			v.text = stageName(s, l.lang)
		default:
			v.text, v.number = choiceName(c.element, r.Cells[c.id], l.lang), numeric(c.element)
			if numeric(c.element) {
				v.look = blank
			}
		}
		if !given && v.text != "" && v.look == blank {
			v.look = known
		}
		out.cells = append(out.cells, v)
	}
	return out
}

// sampleOf is what the example row shows.
func (l *layout) sampleOf(c listColumn) string {
	switch {
	case c.id == columnUnit:
		return l.say("示例：", "Example: ") + l.names[l.papers[0].Unit.ID]
	case c.id == columnPart:
		return stageName(l.papers[0].Parts[0], l.lang)
	}
	switch c.element.Type {
	case edu.TypeChoice:
		if len(c.element.Choices) > 0 {
			return c.element.Choices[0].Name.In(l.lang)
		}
	case edu.TypeYesNo:
		return l.say("否", "no")
	case edu.TypeDate:
		return "2025-09-01"
	case edu.TypeText:
		if strings.Contains(c.element.Name.ZH, "班") {
			return l.say("（1）班", "Class 1")
		}
		return "101"
	case edu.TypeArea:
		return "90.5"
	case edu.TypeCount:
		return "45"
	}
	return ""
}
