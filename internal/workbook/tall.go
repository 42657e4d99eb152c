// The tall layout: one unit. A row for each field, under headings; for each
// section a column to fill with last year's beside it; the counting rule last.

package workbook

import (
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
)

func (l *layout) tall() *page {
	p := l.papers[0]
	ps := parts(p)
	pg := &page{name: l.say("填报表", "Form"), mark: l.meta.mark(pairs(keyUnit, string(p.Unit.ID)))}
	pg.columns, pg.widths = []id{pairs(keyKind, "label"), pairs(keyKind, "unit")}, []float64{34, 9}
	for _, s := range ps {
		pg.columns = append(pg.columns, pairs(keyPart, string(s)), pairs(keyKind, "prior"))
		pg.widths = append(pg.widths, 13, 11)
	}
	pg.columns, pg.widths = append(pg.columns, pairs(keyKind, "help")), append(pg.widths, max(30, 52-8*float64(len(ps)-1)))
	n := len(pg.columns)
	lead := l.say("带 * 的必填；淡黄格请填写，淡蓝格已按已有数据填好、请核对，灰格由系统计算或已锁定，不用填；浅灰格按名册计算，名册说不清的（如复式班）可直接填。没有请填0，不清楚请留空。",
		"Fields with * are required. Yellow cells are to be filled; blue cells hold what is known already, please check them; grey cells are computed or locked; light grey ones follow from a list and may be written where it does not tell, as with a multigrade class. Write 0 for none and leave a cell empty while it is not known.")
	l.top(pg, l.form.Name.In(l.lang), lead, n)
	l.tallHead(pg, ps)
	done := map[string]bool{}
	own := groups(p, l.lang)
	last, rule := "", ""
	for i := range p.Fields {
		f := &p.Fields[i]
		if g := l.groupName(f); g != last && g != "" {
			last = g
			r := row{id: pairs(keyKind, "head"), height: 20, cells: []cell{{look: heading, text: g}}}
			for range n - 1 {
				r.cells = append(r.cells, cell{look: heading})
			}
			at := pg.add(r)
			pg.merge(2, at, n+1, at)
		}
		for _, g := range own {
			if g.id == f.Ask.Same && !done[g.id] {
				done[g.id] = true
				l.tallSame(pg, p, ps, g)
			}
		}
		l.tallField(pg, p, ps, f, &rule)
	}
	for _, g := range own { // a group of lists alone
		if !done[g.id] {
			l.tallSame(pg, p, ps, g)
		}
	}
	l.addUp(pg)
	l.tallSign(pg, p)
	return pg
}

// tallHead writes the two rows of the header.
func (l *layout) tallHead(pg *page, ps []edu.Stage) {
	up := row{id: pairs(keyKind, "head"), height: 20, cells: []cell{{look: head, text: l.say("项目", "Item")}, {look: head, text: l.say("单位", "Unit")}}}
	down := row{id: pairs(keyKind, "head"), height: 20, cells: []cell{{look: head}, {look: head}}}
	for _, s := range ps {
		name := stageName(s, l.lang)
		if s == "" {
			name = l.say("填报", "Figures")
		}
		up.cells = append(up.cells, cell{look: head, text: name}, cell{look: head})
		down.cells = append(down.cells, cell{look: head, text: l.say("本年", "This year")}, cell{look: head, text: l.say("上年", "Last year")})
	}
	up.cells, down.cells = append(up.cells, cell{look: head, text: l.say("填报说明", "How to count")}), append(down.cells, cell{look: head})
	r := pg.add(up)
	pg.add(down)
	for c := range up.cells {
		switch {
		case c < 2 || c == len(up.cells)-1:
			pg.merge(c+2, r, c+2, r+1)
		case c%2 == 0:
			pg.merge(c+2, r, c+3, r)
		}
	}
	pg.frozen, pg.repeat = [2]int{2, r + 1}, [2]int{r, r + 1}
}

// tallSame writes the row that confirms a group as last year.
func (l *layout) tallSame(pg *page, p *form.Paper, ps []edu.Stage, g group) {
	value := ""
	if slices.Contains(p.Content.Same, g.id) {
		value = l.say("是", "yes")
	}
	r := row{id: pairs(keySame, g.id), cells: []cell{{look: label, text: l.confirm(g)}, {look: measure}}}
	for range 2 * len(ps) {
		r.cells = append(r.cells, cell{look: unused})
	}
	// It stands where the figures that it confirms stand.
	c := 2
	for k, f := range p.Cells() {
		if f.Ask.Same == g.id {
			c += 2 * max(0, slices.Index(ps, k.Part))
			break
		}
	}
	r.cells[c] = cell{look: choose, text: value}
	r.cells = append(r.cells, cell{look: help, text: l.say("选“是”：“"+g.name+"”中空着的格按上年数（或已有数据）填报，不必逐格抄写。", "Choose yes: empty cells of this group are filed as last year's figures or as what is known.")})
	r.height = 15 * float64(lines(r.cells[len(r.cells)-1].text, pg.widths[len(pg.widths)-1]))
	n := pg.add(r)
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(at(c+2, n))
	dv.SetSqrefDropList(l.dict.list("yesno", l.say("是否", "Yes or no"), []string{l.say("是", "yes"), l.say("否", "no")}))
	pg.checks = append(pg.checks, dv)
}

// tallField writes the row of a field. before is the rule of the row above: the
// parts of a broken-down element have one and the same.
func (l *layout) tallField(pg *page, p *form.Paper, ps []edu.Stage, f *form.Field, before *string) {
	r := row{id: pairs(keyField, f.ID), cells: []cell{{look: label, text: l.fieldLabel(f)}, {look: measure, text: unitName(l.pack, f.Element, l.lang)}}}
	var open []string
	var sources []string
	n := len(pg.rows) + 2
	any := false
	for i, s := range ps {
		c, k, kind := l.in(p, f, s)
		prior := cell{look: former, text: l.typed(f, p.Prior[k].Text), number: true}
		if kind == absent {
			prior = cell{look: unused}
		}
		if any = any || kind != absent; kind != absent {
			l.place(p, f, k, n, 2+2*i)
		}
		if kind == entry {
			open = append(open, at(4+2*i, n))
		}
		if src := l.sourceOf(p.Known[k]); src != "" && (c.look == known || kind == sure) && !slices.Contains(sources, src) {
			sources = append(sources, src)
		}
		r.cells = append(r.cells, c, prior)
	}
	if !any {
		return
	}
	rule := f.Element.Help.In(l.lang)
	if c := f.Ask.Compute; c != nil && !f.Evidence {
		if ls := listOf(p, c.List); ls == nil {
			rule = strings.TrimSpace(rule + l.say("由本表其他格自动汇总。", " Added up from other cells."))
		} else {
			rule = strings.TrimSpace(rule + l.say("由“"+l.listName(ls.List)+"”自动汇总。", " Added up from the sheet "+l.listName(ls.List)+"."))
		}
	}
	about := strings.TrimSpace(rule + rangeText(f.Element, l.lang))
	if len(sources) > 0 {
		about = strings.TrimSpace(about + "\n" + strings.Join(sources, "\n"))
	}
	if f.Part != nil && about == *before && about != "" {
		about = l.say("同上。", "As above.")
	} else {
		*before = about
	}
	r.cells = append(r.cells, cell{look: help, text: about})
	r.height = max(18, 13*float64(lines(about, 1.2*pg.widths[len(pg.widths)-1]))+4, 14*float64(lines(r.cells[0].text, 1.1*pg.widths[0]))+2, 14*float64(lines(r.cells[1].text, pg.widths[1]-1))+2)
	pg.add(r)
	if len(open) > 0 {
		pg.checks = append(pg.checks, l.guard(f.Element, strings.Join(open, " "), open[0], strings.Join(sources, "\n")))
	}
}

// tallSign writes the signature block.
func (l *layout) tallSign(pg *page, p *form.Paper) {
	pg.add(row{id: pairs(keyKind, "head"), height: 10})
	for _, s := range l.signs() {
		r := row{id: pairs(keySign, s[0]), height: 24, cells: []cell{{look: signLabel, text: s[1] + l.say("：", ":")}, {look: plain}, {look: signBlank, text: signOf(p.Content.Sign, s[0])}, {look: signBlank}}}
		n := pg.add(r)
		pg.merge(4, n, 5, n)
	}
	n := pg.add(row{id: pairs(keyKind, "head"), height: 24, cells: []cell{{look: signLabel, text: l.say("填报日期：", "Date:")}, {look: plain}, {look: signBlank}, {look: signBlank}, {look: plain}, {look: note, text: l.say("（单位盖章）", "(seal)")}}})
	pg.merge(4, n, 5, n)
}
