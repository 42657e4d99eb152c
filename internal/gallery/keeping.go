package gallery

import "shuren/internal/edu"

// Keeping is what the retention plan of a county (控辍保学一县一案) is composed of:
// forms.md §9 asks for the base, the counts of the three ledgers, groups to watch,
// duties, measures and the calendar of reports. The last four lines of it are a
// person's or the calendar's; the counts are those that everybody may see.
type Keeping struct {
	Of, Agency, Mark string
	Day, AsOf        edu.Date
	Period           edu.Period
	Span             string // of the counts
	Sources          []Source
	Base             Place // who should be in school, and is
	Counts           []Count
	Reports          []ReportDue
}

// Count is a number of a ledger.
type Count struct {
	Name string
	Num  Num
}

// ReportDue is a report that is due at the end of a period.
type ReportDue struct{ By, Often, Now, Ends string }

// Compose makes the draft.
func (k *Keeping) Compose() *Draft {
	b := &builder{d: &Draft{Kind: KeepingPlan, Title: k.Of + "控辍保学一县一案", From: k.Agency, Of: k.Of, Period: k.Period, Day: k.Day, Sources: k.Sources, Mark: k.Mark}}
	b.para("数据口径：截至" + k.AsOf.Official() + "，以系统内" + k.Span + "台账为准。不足10人的不写，为防由合计推算另隐去若干，均以“—”表示。")
	b.heading(1, "基数")
	c := b.place(&k.Base, few10(k.Base), Words{})
	switch {
	case b.told(c):
		b.para("义务教育阶段应在校{}人，实在校{}人，在校率{}%。", c.all, c.done, c.rate)
	case b.unknown(c):
		b.para(KeepingPlan.lacks() + "，义务教育阶段应在校、实在校人数和在校率" + notCounted + "。")
	default:
		b.para("义务教育阶段应在校{}人；实在校人数和在校率"+notTold+"。", c.all)
	}
	b.heading(1, "台账")
	t := Table{Caption: k.Span + "台账情况", Head: []string{"台账和环节", "人数"}}
	for _, x := range k.Counts {
		t.Rows = append(t.Rows, [][]Run{say(x.Name), fig(b.num(x.Num))})
	}
	b.table(t)
	for _, f := range KeepingPlan.Fields() {
		b.chapter(f)
	}
	b.heading(1, "报告日历")
	r := Table{Caption: "报告日历", Head: []string{"报告", "频次", "本期", "本期截止"}}
	for _, x := range k.Reports {
		r.Rows = append(r.Rows, [][]Run{say(x.By), say(x.Often), say(x.Now), say(x.Ends)})
	}
	b.table(r)
	b.block(Block{Kind: Sign})
	return b.d
}
