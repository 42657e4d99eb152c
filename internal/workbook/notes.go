// The sheet 填报说明: what the form is, how to fill it, the rule of each field.

package workbook

import (
	"strings"

	"shuren/internal/edu"
)

func (l *layout) notes() *page {
	pg := &page{name: l.say("填报说明", "Instructions"), mark: l.meta.mark(pairs(keyKind, "notes")), widths: []float64{30, 10, 60}}
	pg.columns = []id{pairs(keyKind, "help"), pairs(keyKind, "help"), pairs(keyKind, "help")}
	l.top(pg, l.form.Name.In(l.lang)+l.say(" 填报说明", ": instructions"), "", 3)
	full := func(look look, s string) {
		if s == "" {
			return
		}
		r := pg.add(row{id: pairs(keyKind, "help"), height: 15*float64(lines(s, width(pg.widths))) + 3, cells: []cell{{look: look, text: s}, {look: look}, {look: look}}})
		pg.merge(2, r, 4, r)
	}
	f := l.form
	full(heading, l.say("一、本表", "1. This form"))
	if f.Basis != "" {
		full(subtitle, l.say("依据：", "Basis: ")+f.Rests().In(l.lang))
	}
	if f.Approver != "" {
		full(subtitle, l.say("批准人：", "Approved by: ")+f.ApprovedBy().In(l.lang))
	}
	full(subtitle, f.Note.In(l.lang))
	full(heading, l.say("二、怎样填", "2. How to fill it"))
	for _, s := range []edu.Text{
		{ZH: "1. 只填淡黄格和白格；淡蓝格已按已有数据填好，核对无误即可，不对请直接改；灰格由系统计算或已锁定，改了也不采用。", EN: "1. Fill yellow and white cells. Blue cells hold what is known already: check them and correct what is wrong. Grey cells are computed or locked; changes there are not taken."},
		{ZH: "2. 没有填0；不适用填“/”；尚不清楚留空。空格表示未报，不等于0。", EN: "2. Write 0 for none and / where a question does not apply; leave a cell empty while it is not known. Empty is not zero."},
		{ZH: "3. 面积、用房等与上年相同的，在“与上年一致？”处选“是”，本组空着的格按上年数填报。", EN: "3. Where areas and rooms are as last year, choose yes at Same as last year?: empty cells of the group are then filed as last year's figures."},
		{ZH: "4. 可以移动、改名、隐藏列，不要删除第1行和A列（已隐藏）：系统靠它们认格子。", EN: "4. Columns may be moved, renamed or hidden. Do not delete row 1 and column A, which are hidden: they tell which cell is which."},
		{ZH: "5. 填好后直接上传本文件；有错误会把同一文件退回，出错的格标红并附说明，另有“错误清单”。改好再传即可。", EN: "5. Upload this very file. Where something is wrong it comes back with the cells in red, comments, and a list of errors; mend it and upload it again."},
		{ZH: "6. 本文件只用于本单位、本次填报，请勿把别校的工作表粘贴进来。", EN: "6. This file is for this unit and this collection only. Do not paste sheets of other schools into it."},
	} {
		full(subtitle, s.In(l.lang))
	}
	full(heading, l.say("三、各项口径", "3. The rule of each field"))
	pg.add(row{id: pairs(keyKind, "help"), height: 20, cells: []cell{{look: head, text: l.say("项目", "Item")}, {look: head, text: l.say("单位", "Unit")}, {look: head, text: l.say("口径与依据", "Rule and source")}}})
	seen := map[string]bool{}
	for _, fd := range l.fieldsOf() {
		e := fd.Element
		if seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		rule := strings.TrimSpace(e.Help.In(l.lang) + rangeText(e, l.lang))
		name := e.Name.In(l.lang)
		if fd.Required() {
			name += " *"
		}
		pg.add(row{id: pairs(keyKind, "help"), height: max(18, 14*float64(lines(rule, 60))+4), cells: []cell{{look: label, text: name}, {look: measure, text: unitName(l.pack, e, l.lang)}, {look: help, text: rule}}})
	}
	return pg
}

// secretPage holds the meta in full, one pair a row.
func (l *layout) secretPage() *page {
	pg := &page{name: metaSheet, mark: l.meta.mark(pairs(keyKind, "meta")), secret: true, columns: []id{pairs(keyKind, "meta"), pairs(keyKind, "meta")}, widths: []float64{16, 60}}
	if l.opt.Template != "" {
		pg.add(row{id: pairs(keyMade, l.opt.Template), cells: []cell{{text: "template"}, {text: l.opt.Template}}})
	}
	for _, p := range l.papers {
		pg.add(row{id: pairs(keyUnit, string(p.Unit.ID), keyBase, p.Content.Digest()), cells: []cell{{text: "unit"}, {text: string(p.Unit.ID)}}})
	}
	return pg
}
