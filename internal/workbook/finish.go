// From cells to contents: what is missing, what was changed though it is locked,
// and what the form says of the rest.

package workbook

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/han"
)

// missing reports rows, columns and sheets that were deleted.
func (rd *reader) missing() {
	do := both("请撤销删除，或重新下载模板；行、列可以隐藏和移动，不能删除。", "Undo the deletion or download the template again: rows and columns may be hidden or moved, not deleted.")
	var names []edu.Text // fields that lack, each once
	lack := map[string]int{}
	units := 0
	for _, u := range rd.order {
		p := rd.papers[u]
		if !slices.Contains(rd.meta.Units, u) {
			continue
		}
		if len(rd.cells[u]) == 0 && len(rd.order) > 1 {
			rd.note(RuleMissing, edu.Cell{}, both(p.Unit.Name.ZH+"的行已删除，本次不导入这个单位", "the rows of "+p.Unit.Name.In("en")+" were deleted; the unit is left out"), both("要一并上报，请恢复这些行。", "Put the rows back to hand it in too."))
			continue
		}
		units++
		for k, f := range p.Cells() {
			if _, kind := kindOf(p, f, k.Part); kind != entry {
				continue
			}
			if _, ok := rd.cells[u][k]; !ok {
				n := f.Name()
				if lack[f.ID]++; lack[f.ID] == 1 {
					names = append(names, n)
				}
			}
		}
	}
	for i, n := range names {
		if i == 10 {
			rd.refuse(RuleMissing, edu.Cell{}, both(fmt.Sprintf("共有%d项的行或列被删除", len(names)), fmt.Sprintf("rows or columns of %d fields were deleted", len(names))), do)
			break
		}
		rd.refuse(RuleMissing, edu.Cell{Header: n.ZH}, both("“"+n.ZH+"”的行或列被删除", "the row or column of "+n.EN+" was deleted"), do)
	}
	seen := map[string]bool{}
	for _, u := range rd.order {
		for _, l := range rd.papers[u].Lists {
			if !rd.lists[l.List.ID] && !seen[l.List.ID] {
				seen[l.List.ID] = true
				rd.refuse(RuleSheet, edu.Cell{}, both("缺少工作表“"+l.List.Name.ZH+"”", "the sheet "+l.List.Name.EN+" is missing"), do)
			}
		}
	}
	for _, s := range rd.rest {
		if !s.Hidden {
			rd.note(RuleSheet, edu.Cell{Sheet: s.Name}, both("不是模板的工作表，未读取", "no sheet of the template; it was not read"), both("不影响上报。", "It does no harm."))
		}
	}
}

// finish makes the contents and has the form check them.
func (rd *reader) finish() error {
	for _, u := range rd.order {
		p := rd.papers[u]
		if !slices.Contains(rd.meta.Units, u) || len(rd.cells[u]) == 0 {
			continue
		}
		filled := *p
		filled.Content = rd.content(p)
		rd.locked(p, &filled)
		if _, err := form.ReadContent(filled.Content.JSON()); err != nil {
			rd.refuse(RuleRows, edu.Cell{}, both(p.Unit.Name.ZH+"的内容过多，超出一张表所能有的", "more than a form of "+p.Unit.Name.In("en")+" can hold: "+err.Error()), both("请核对是否粘贴了别的名册。", "See whether another register was pasted in."))
			continue
		}
		problems, err := filled.Check()
		if err != nil {
			return fmt.Errorf("check of %s: %w", p.Unit.ID, err)
		}
		rd.out.Units = append(rd.out.Units, Filled{Unit: p.Unit, Content: filled.Content, Problems: problems, cells: rd.cells[u]})
	}
	return nil
}

// content is what the workbook says of a unit.
func (rd *reader) content(p *form.Paper) form.Content {
	u := p.Unit.ID
	c := form.Content{Cells: map[string]string{}, Cites: map[string]edu.Cell{}, Same: rd.same[u], Sign: rd.signs[u], Reasons: maps.Clone(p.Content.Reasons)}
	if c.Sign != (form.Sign{}) {
		c.Sign.At = p.Content.Sign.At
	}
	for k, f := range p.Cells() {
		_, kind := kindOf(p, f, k.Part)
		x, ok := rd.cells[u][k]
		if !ok || kind != entry {
			continue
		}
		text := x.text
		if f.IsText() {
			text, _ = han.Normalise(text)
		}
		if text == "" {
			// Empty where something stood: emptied on purpose.
			if was, _ := shown(p, f, k); was != "" {
				c.Cells[k.String()] = ""
			}
			continue
		}
		c.Cells[k.String()] = text
		x.at.File = rd.out.File
		c.Cites[k.String()] = x.at
	}
	for i := range p.Lists {
		l := &p.Lists[i]
		rows := rd.rows[u][l.List.ID]
		if l.Ask.Same != "" && len(p.Content.Lists[l.List.ID]) == 0 && sameRows(p, rows, l.Known) {
			continue // as it was handed out: its group says whether that is confirmed
		}
		before, _ := p.ShownRows(l.List.ID)
		if len(rows) == 0 && len(before) == 0 {
			continue
		}
		if c.Lists == nil {
			c.Lists = map[string][]form.Row{}
		}
		c.Lists[l.List.ID] = append([]form.Row{}, rows...)
	}
	for k, r := range rd.why[u] {
		if c.Reasons == nil {
			c.Reasons = map[string]form.Reason{}
		}
		c.Reasons[k] = r
	}
	if len(c.Cites) == 0 {
		c.Cites = nil
	}
	return c
}

// sameRows tells whether rows came back as they were handed out.
func sameRows(p *form.Paper, rows, known []form.Row) bool {
	return slices.EqualFunc(rows, known, func(a, b form.Row) bool {
		part := b.Part
		if part == "" && len(p.Parts) == 1 {
			part = p.Parts[0]
		}
		bare := maps.Clone(b.Cells)
		maps.DeleteFunc(bare, func(_, v string) bool { return v == "" })
		return (a.Part == part || a.Part == "") && reflect.DeepEqual(a.Cells, bare)
	})
}

// locked compares what stands in locked cells with what they say. A figure that
// would follow from a list may be typed while the list is empty.
func (rd *reader) locked(p, filled *form.Paper) {
	notes := 0
	for k, f := range p.Cells() {
		_, kind := kindOf(p, f, k.Part)
		x, ok := rd.cells[p.Unit.ID][k]
		if !ok || x.text == "" || kind == entry {
			continue
		}
		if kind == computed && !filled.Locked(k) {
			// What a formula makes of a list that does not tell was said by nobody, unless
			// it is what is known and was handed out; a typed 0 was.
			was, origin := p.Shown(k)
			if !x.ours || origin == form.FromKnown && sameFigure(f, x.text, was) {
				x.at.File = rd.out.File
				filled.Content.Cells[k.String()], filled.Content.Cites = x.text, cited(filled.Content.Cites, k, x.at)
			}
			continue
		}
		want, _ := filled.Shown(k)
		if kind == sure {
			want, _ = p.Shown(k)
		}
		was, _ := p.Shown(k)
		if sameFigure(f, x.text, want) || kind == computed && sameFigure(f, x.text, was) {
			continue
		}
		if notes++; notes <= 10 {
			rd.note(RuleFixed, x.at, both("“"+f.Name().ZH+"”由系统计算或已锁定为 "+want+"，填的“"+shorten(x.text, 40)+"”不采用", fmt.Sprintf("%s is computed or locked as %s; %q is not taken", f.Name().EN, want, shorten(x.text, 40))),
				both("不对请改名册或分项；锁定的数据请联系县级。", "Mend the list or the parts it follows from; ask the county about locked figures."))
		}
	}
}

func cited(m map[string]edu.Cell, k form.Key, at edu.Cell) map[string]edu.Cell {
	if m == nil {
		m = map[string]edu.Cell{}
	}
	m[k.String()] = at
	return m
}

// sameFigure tells whether two texts say the same of a field.
func sameFigure(f *form.Field, a, b string) bool {
	if strings.TrimSpace(a) == strings.TrimSpace(b) {
		return true
	}
	if f.IsText() {
		return false
	}
	x, bad := form.Read(a, f.Element, f.Part)
	y, worse := form.Read(b, f.Element, f.Part)
	return bad == nil && worse == nil && x == y
}
