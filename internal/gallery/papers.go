package gallery

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/task"
)

// Papers are the papers of a meeting: how the standards stand, what was handed in,
// and what is late with those who have it to do. Each part is a bulletin's.
type Papers struct {
	City, Agency, Mark string
	Period             edu.Period
	Day                edu.Date
	Parts              []*Bulletin
}

// Compose makes the draft.
func (p *Papers) Compose() *Draft {
	b := &builder{d: &Draft{Kind: Meeting, Title: p.City + "教育工作进展情况（会议材料）", From: p.Agency, Of: p.City, Period: p.Period, Day: p.Day, Mark: p.Mark}}
	for _, x := range p.Parts {
		first := len(b.d.Sources)
		b.d.Sources = append(b.d.Sources, x.Sources...)
		b.part(x, first)
	}
	b.chapter(reasons)
	b.heading(1, "下一步措施")
	b.written(measures)
	return b.d
}

// part is one matter: the whole in a sentence, the counties in a table, what is late.
func (b *builder) part(x *Bulletin, first int) {
	from := len(b.d.Figures)
	b.heading(1, x.Words.Subject)
	sub := &builder{d: b.d, outline: b.outline}
	whole := sub.place(&x.Whole, false, x.Words)
	w := x.Words
	all, _, _ := x.scope()
	b.para(all+w.All+"{}"+w.Unit+"，"+w.Done+"{}"+w.Unit+"，"+w.Rate+"{}%，"+w.Open+"{}"+w.Unit+"。", whole.all, whole.done, whole.rate, whole.open)
	t := Table{Caption: w.Subject + "分县情况", Head: []string{"单位", w.Done + "/" + w.All, w.Rate + "（%）", w.Open}, Note: "按行政区划代码排列。"}
	for i := range x.Places {
		c := sub.place(&x.Places[i], false, x.Words)
		t.Rows = append(t.Rows, [][]Run{say(c.Name), runs("{}/{}", c.done, c.all), fig(c.rate), fig(c.open)})
	}
	b.table(t)
	if len(x.Late) > 0 {
		// A meeting reads what is late longest; the whole list is the bulletin's.
		list := slices.Clone(x.Late)
		slices.SortStableFunc(list, func(a, c Late) int { return cmp.Compare(c.Days.Value, a.Days.Value) })
		list = list[:min(top20, len(list))]
		t := b.lateTable(w.Late+"事项", list)
		if len(list) < len(x.Late) {
			what := "只列前" + strconv.Itoa(top20) + "条"
			if slices.ContainsFunc(list, func(l Late) bool { return l.Days.Value > 0 }) {
				what = "只列逾期最久的部分"
			}
			t.Note = what + "，其余见" + x.Kind.Name().ZH + "。"
		}
		b.table(t)
	}
	for i := from; i < len(b.d.Figures); i++ {
		b.d.Figures[i].Source += first
	}
}

// SheetOf is a 督办单: one matter, one sheet, as the task's own page has it.
func SheetOf(p *task.Paper, of string, day edu.Date, src Source) *Draft {
	b := &builder{d: &Draft{Kind: Order, Title: p.Title.ZH, From: p.From, Of: of, Day: day, Sources: []Source{src}}}
	for _, f := range p.Fields {
		if f.Name.ZH == task.MatterName {
			b.d.Matter = f.Value
		}
	}
	b.block(Block{Kind: Note, Text: say(p.No)})
	t := Table{Caption: p.Title.ZH, Head: []string{"项目", "内容", "项目", "内容"}, Form: true}
	for part, name := range []string{"交办", "承办单位填写", "审核"} {
		rows := p.Rows(part)
		if len(rows) > 0 {
			t.Rows = append(t.Rows, [][]Run{say(name)})
		}
		for _, fields := range rows {
			var cells [][]Run
			for _, f := range fields {
				cells = append(cells, say(f.Name.ZH), say(strings.TrimSpace(f.Value)))
			}
			t.Rows = append(t.Rows, cells)
		}
	}
	b.table(t)
	return b.d
}
