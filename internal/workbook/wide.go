// The wide layout: many units. A row for each section of each unit, a column for
// each field under group headings; last year's figures on a sheet of the same
// shape.

package workbook

import (
	"slices"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// wideColumn is one column of the wide layout.
type wideColumn struct {
	id    id
	group string
	name  string
	unit  string
	width float64
	field *form.Field
	same  string
	sign  string
}

// fieldsOf are the fields that any of the papers has, in the order of the form.
func (l *layout) fieldsOf() []*form.Field {
	var out []*form.Field
	all := form.Fields(l.pack, l.form)
	for i := range all {
		if slices.ContainsFunc(l.papers, func(p *form.Paper) bool { return p.Field(all[i].ID) != nil }) {
			out = append(out, &all[i])
		}
	}
	return out
}

func (l *layout) wideColumns() []wideColumn {
	var cols []wideColumn
	confirm := map[string]group{}
	for _, p := range l.papers {
		for _, g := range groups(p, l.lang) {
			confirm[g.id] = g
		}
	}
	same := func(heading string, g group) {
		delete(confirm, g.id)
		cols = append(cols, wideColumn{id: pairs(keySame, g.id), group: heading, name: l.confirm(g), width: 11, same: g.id})
	}
	for _, f := range l.fieldsOf() {
		g := l.groupName(f)
		if s, ok := confirm[f.Ask.Same]; ok {
			same(g, s)
		}
		cols = append(cols, wideColumn{id: pairs(keyField, f.ID), group: g, name: l.fieldLabel(f), unit: unitName(l.pack, f.Element, l.lang), width: 11, field: f})
	}
	for _, c := range l.form.Same { // groups of lists alone
		if g, ok := confirm[c.ID]; ok {
			same(l.say("核对", "Confirm"), g)
		}
	}
	for _, s := range l.signs() {
		cols = append(cols, wideColumn{id: pairs(keySign, s[0]), group: l.say("签署", "Signed"), name: s[1], width: 11, sign: s[0]})
	}
	return cols
}

// keyColumns stand before the figures: unit, code, part.
const keyColumns = 3

// wide makes the sheet to fill, and the one of last year where there is any.
func (l *layout) wide() []*page {
	cols := l.wideColumns()
	main := l.wideHead(cols, l.say("填报表", "Form"), l.form.Name.In(l.lang), l.meta.mark(nil),
		l.say("一行一个学段，带 * 的必填；淡黄格请填写，淡蓝格已按已有数据填好、请核对，灰格不用填。选中单元格可看填报说明；上年数在“上年数据”表的同一位置。",
			"One row for each section; columns with * are required. Yellow cells are to be filled, blue ones hold what is known, grey ones are not filled. Choose a cell to see its rule; last year's figures stand at the same place of the sheet Last year."))
	prior := l.wideHead(cols, l.say("上年数据", "Last year"), l.say("上年数据（只读）", "Last year (read only)"), l.meta.mark(pairs(keyKind, "prior")), l.say("与“填报表”同行同列，供对照。", "Same rows and columns as the sheet Form."))
	opens := make([][]int, len(cols)) // rows to fill, by column
	hints := make([]string, len(cols))
	old := false
	for _, p := range l.papers {
		for i, s := range parts(p) {
			r, before := l.wideRow(p, s, i == 0, cols, len(main.rows)+2, opens, hints)
			main.add(r)
			prior.add(before)
			for _, c := range before.cells[keyColumns:] {
				old = old || c.text != ""
			}
		}
	}
	l.addUp(main)
	for c, rows := range opens {
		if len(rows) == 0 {
			continue
		}
		// One range from the first to the last: what lies between is locked.
		firstCell := at(c+2+keyColumns, rows[0])
		sq := firstCell + ":" + at(c+2+keyColumns, rows[len(rows)-1])
		switch w := cols[c]; {
		case w.field != nil:
			main.checks = append(main.checks, l.guard(w.field.Element, sq, firstCell, hints[c]))
		case w.same != "":
			dv := excelize.NewDataValidation(true)
			dv.SetSqref(sq)
			dv.SetSqrefDropList(l.dict.list("yesno", l.say("是否", "Yes or no"), []string{l.say("是", "yes"), l.say("否", "no")}))
			dv.SetInput(l.say("与上年一致", "Same as last year"), l.say("选“是”：本组空着的格按上年数填报。", "Choose yes: empty cells of this group are filed as last year's figures."))
			main.checks = append(main.checks, dv)
		}
	}
	if !old {
		return []*page{main}
	}
	return []*page{main, prior}
}

// wideHead opens a sheet of the wide layout.
func (l *layout) wideHead(cols []wideColumn, name, title, mark, lead string) *page {
	pg := &page{name: name, mark: mark, wide: true}
	pg.columns = []id{pairs(keyKind, "label"), pairs(keyKind, "code"), pairs(keyKind, "part")}
	pg.widths = []float64{26, 13, 7}
	for _, c := range cols {
		pg.columns, pg.widths = append(pg.columns, c.id), append(pg.widths, c.width)
	}
	l.top(pg, title, lead, min(len(pg.columns), 16))
	headed := pairs(keyKind, "head")
	up := row{id: headed, height: 20, cells: []cell{{look: head, text: l.say("单位", "Unit")}, {look: head, text: l.say("代码", "Code")}, {look: head, text: l.say("学段", "Stage")}}}
	mid := row{id: headed, height: 48, cells: []cell{{look: head}, {look: head}, {look: head}}}
	low := row{id: headed, height: 16, cells: []cell{{look: head}, {look: head}, {look: head}}}
	for _, c := range cols {
		up.cells = append(up.cells, cell{look: head, text: c.group})
		mid.cells = append(mid.cells, cell{look: head, text: c.name})
		low.cells = append(low.cells, cell{look: head, text: c.unit})
		mid.height = max(mid.height, 14*float64(lines(c.name, c.width)))
	}
	r := pg.add(up)
	pg.add(mid)
	pg.add(low)
	for c := range keyColumns {
		pg.merge(c+2, r, c+2, r+2)
	}
	for i := 0; i < len(cols); {
		j := i
		for j < len(cols) && cols[j].group == cols[i].group {
			if j > i {
				pg.rows[r-2].cells[keyColumns+j].text = ""
			}
			j++
		}
		pg.merge(keyColumns+2+i, r, keyColumns+1+j, r)
		i = j
	}
	pg.frozen, pg.repeat = [2]int{1 + keyColumns, r + 2}, [2]int{r, r + 2}
	return pg
}

// wideRow makes the row of a section, here and on the sheet of last year.
func (l *layout) wideRow(p *form.Paper, s edu.Stage, firstOfUnit bool, cols []wideColumn, n int, opens [][]int, hints []string) (now, before row) {
	keys := []cell{{look: fixedText, text: l.names[p.Unit.ID]}, {look: fixedText, text: p.Unit.Code}, {look: fixedText, text: stageName(s, l.lang)}}
	if s == "" {
		keys[2].text = ""
	}
	now = row{id: pairs(keyUnit, string(p.Unit.ID), keyPart, string(s)), height: 18, cells: append([]cell(nil), keys...)}
	before = row{id: pairs(keyKind, "prior"), height: 18, cells: append([]cell(nil), keys...)}
	own := groups(p, l.lang)
	for i, c := range cols {
		switch {
		case c.field != nil:
			f := p.Field(c.field.ID)
			if f == nil {
				now.cells, before.cells = append(now.cells, cell{look: unused}), append(before.cells, cell{look: unused})
				continue
			}
			v, k, kind := l.in(p, f, s)
			old := cell{look: former, text: l.typed(f, p.Prior[k].Text), number: true}
			if kind != absent {
				l.place(p, f, k, n, keyColumns+i)
			}
			switch kind {
			case absent:
				old = cell{look: unused}
			case entry:
				opens[i] = append(opens[i], n)
			}
			if src := l.sourceOf(p.Known[k]); src != "" && hints[i] == "" {
				hints[i] = src
			}
			now.cells, before.cells = append(now.cells, v), append(before.cells, old)
		case !firstOfUnit, c.same != "" && !hasGroup(own, c.same):
			now.cells, before.cells = append(now.cells, cell{look: unused}), append(before.cells, cell{look: unused})
		default:
			v := cell{look: choose}
			if c.same != "" && slices.Contains(p.Content.Same, c.same) {
				v.text = l.say("是", "yes")
			} else if c.sign != "" {
				v.text = signOf(p.Content.Sign, c.sign)
			}
			opens[i] = append(opens[i], n)
			now.cells, before.cells = append(now.cells, v), append(before.cells, cell{look: unused})
		}
	}
	return now, before
}
