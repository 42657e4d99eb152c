package gallery

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// top20 is how many lines of what is unmet stand in the text of a county's plan;
// all of them are attached.
const top20 = 20

// CountyPlan is 一县一案. The year in which recognition is planned may be None.
func (m *Measured) CountyPlan(unit int, planned Num, ahead Ahead) *Draft {
	u := m.A.Units[edu.County][unit]
	b := m.builder(CountyPlan, u.Name+"教育发展一县一案", u.Name)
	b.basisOf(m)
	b.heading(1, "基本情况")
	if all, done := m.size(b, edu.County, unit); all > 0 {
		b.para(wholeOf(u.Name)+"参评学校{}所，达标{}所，达标率{}%（"+ByStage+"）。", all, done, b.derived(Share, 1, done, all))
	}
	b.heading(1, "现状与差距")
	for si := range m.A.Stages {
		m.byIndicator(b, edu.County, unit, si)
	}
	m.items(b, unit)
	list := unmetOf(m.A, unit)
	if len(list) == 0 {
		b.para("没有低于标准的学校指标。")
	} else {
		first := m.unmetTable(b, "未达标清单（差距最大的部分，全部见附件）", list[:min(top20, len(list))])
		b.table(first)
	}
	b.chapter(reasons)
	b.heading(1, aims.Name.ZH)
	if !planned.none() {
		b.para("计划认定年度：{}年。", b.year(planned))
	}
	b.aim(ahead.Offer)
	b.written(aims)
	b.heading(1, "措施与项目")
	b.written(measures)
	switch {
	case ahead.Offer == nil:
		b.para(noOffer)
	case len(ahead.Offer.Lines) > 0:
		b.para("项目见附件。")
	}
	b.chapter(staffing)
	b.heading(1, "学位供需")
	b.seats(ahead.Seats)
	b.heading(1, "资金测算")
	b.funds(ahead.Offer)
	b.chapter(duties)
	b.chapter(risks)
	no := 0
	if len(list) > 0 {
		no++
		b.attach(no, "未达标清单")
		b.table(m.unmetTable(b, "未达标清单（全部）", list))
	}
	if ahead.Offer != nil && len(ahead.Offer.Lines) > 0 {
		b.projects(no+1, ahead.Offer)
	}
	return b.d
}

// ByStage says how schools are counted: what is measured is a school's part at one stage.
const ByStage = "一所学校有几个学段的，按学段分别计"

func (b *builder) chapter(f Field) {
	b.heading(1, f.Name.ZH)
	b.written(f)
}

// SchoolPlan is 一校一策: what a school has, lacks and will do, on two pages. It is
// nil for a school without a section.
func (m *Measured) SchoolPlan(code string) *Draft {
	var b *builder
	for si, st := range m.A.Stages {
		row, ok := st.Frame.Find(code)
		if !ok {
			continue
		}
		r := st.Frame.Rows[row]
		if b == nil {
			b = m.builder(SchoolPlan, r.Name+"一校一策", r.Name)
			b.basisOf(m)
			b.heading(1, "现状与缺口")
		}
		stage := string(st.Frame.Stage)
		t := Table{Caption: stageName(st.Frame.Stage) + "各项指标", Head: []string{"指标", "现值", "标准", "判定", "缺口"}}
		lacks := gap.Section(st, row)
		var exact []string
		for _, jd := range asked(m.A, si) {
			d := jd.Item.Def
			href := m.Links.Trace(edu.Section, code, d.ID, stage)
			limit := say("/")
			switch v := jd.Limit(row); {
			case d.Unit == pack.YesNo:
				limit = b.held(jd.Threshold, d, href)
			case v == v:
				n := digits(v)
				if jd.Limits != nil {
					n = min(2, n)
				}
				limit = line(say(standard.Sign(jd.Threshold.Op)), fig(b.value(v, n, href)))
			}
			short := say("—")
			if i := slices.IndexFunc(lacks, func(l gap.Lack) bool { return l.Indicator == d }); i >= 0 {
				// Taken from the figures as they stand in the row: who adds up by hand
				// must come to the same.
				short = fig(b.short(jd, lacks[i], href))
			}
			if gap.Flips(jd, row) {
				exact = append(exact, d.Name.ZH)
			}
			t.Rows = append(t.Rows, [][]Run{say(label(d)), b.answer(d, jd.Item.Value(row), href), limit, verdict(jd.Verdict(row)), short})
		}
		if rule := SectionRule(m.A, si); rule != nil {
			b.block(Block{Kind: Para, Text: line(say(stageName(st.Frame.Stage)+"综合判定："), verdict(rule.Verdicts[row]), say("。"))})
		}
		if len(t.Rows) > 0 {
			t.Note = unrounded(exact)
			b.table(t)
		}
	}
	if b == nil {
		return nil
	}
	b.heading(1, "三年措施（年度、措施、责任人）")
	b.written(measures)
	b.chapter(upward)
	return b.d
}

// short is by how much a value is below its standard, from the value and the limit.
func (b *builder) short(jd *standard.Judged, l gap.Lack, href string) int {
	limit := b.value(l.Limit, min(2, digits(l.Limit)), href)
	have := b.value(l.Value, l.Indicator.Decimals, href)
	return b.derived(Minus, l.Indicator.Decimals, limit, have)
}

// YearOf is how many sections passed in a year, and of how many.
type YearOf struct {
	Period    edu.Period
	All, Done []Num
}

// Yearly is the report of a year about the whole.
func (m *Measured) Yearly(years []YearOf) *Draft {
	level, top := Top(m.A)
	b := m.builder(Yearly, m.City+m.A.Period.Label()+"学年教育发展年度报告", m.City)
	b.basisOf(m)
	b.heading(1, "总体情况")
	if all, done := m.size(b, level, top); all > 0 {
		b.para("全市参评学校{}所，达标{}所，达标率{}%（"+ByStage+"）。", all, done, b.derived(Share, 1, done, all))
	}
	if len(years) > 1 {
		t := Table{Caption: "近年达标情况", Head: []string{"学年", "参评校数", "达标校数", "达标率（%）"}, Bars: 4, Unit: "%"}
		for _, y := range years {
			all, done := b.total(y.All), b.total(y.Done)
			if all == 0 {
				continue
			}
			t.Rows = append(t.Rows, [][]Run{say(y.Period.Label()), fig(all), fig(done), fig(b.derived(Share, 1, done, all))})
		}
		b.table(t)
		b.block(Block{Kind: Bars})
	}
	b.heading(1, "各学段指标")
	for si := range m.A.Stages {
		m.byIndicator(b, level, top, si)
	}
	b.heading(1, "各县（市、区）情况")
	m.counties(b)
	b.chapter(reasons)
	b.heading(1, "下一年度措施")
	b.written(measures)
	b.block(Block{Kind: Sign})
	return b.d
}

// counties is the table of the counties in code order, with the verdict of the whole
// standard where there is one.
func (m *Measured) counties(b *builder) {
	units := m.A.Units[edu.County]
	order := make([]int, len(units))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return byCode(units[x].Code, units[y].Code) })
	t := Table{Caption: "各县（市、区）达标情况", Head: []string{"单位", "参评校数", "达标校数", "达标率（%）"}, Bars: 4, Unit: "%", Note: "按行政区划代码排列。"}
	root := ""
	if m.A.Standard != nil && m.A.Standard.Root != "" && m.A.RuleLevel(m.A.Standard.Root) == edu.County {
		root = m.A.Standard.Root
		t.Head = append(t.Head, "判定")
	}
	for _, i := range order {
		a, d, _ := Passing(m.A, m.Links, edu.County, i, 0)
		all, done := b.total(a), b.total(d)
		if all == 0 {
			continue
		}
		row := [][]Run{say(units[i].Name), fig(all), fig(done), fig(b.derived(Share, 1, done, all))}
		if root != "" {
			row = append(row, verdict(m.A.Verdict(root, edu.County, i)))
		}
		t.Rows = append(t.Rows, row)
	}
	b.table(t)
	b.block(Block{Kind: Bars})
}

// Consolidation is how a county held what it had reached the year before: which
// sections passed in both years, came up, or fell back, by name. It is nil where
// there is no year before, or the county was not there.
func (m *Measured) Consolidation(unit int) *Draft {
	u := m.A.Units[edu.County][unit]
	if m.Before == nil {
		return nil
	}
	old := m.Before.Unit(edu.County, u.ID)
	if old < 0 {
		return nil
	}
	b := m.builder(Consolidation, u.Name+"巩固提高情况报告", u.Name)
	b.basisOf(m)
	b.heading(1, "总体情况")
	a, d, _ := Passing(m.A, m.Links, edu.County, unit, 0)
	wa, wd, _ := Passing(m.Before, m.Was, edu.County, old, 1)
	all, done, wasAll, wasDone := b.total(a), b.total(d), b.total(wa), b.total(wd)
	if all > 0 && wasAll > 0 {
		now, was := b.derived(Share, 1, done, all), b.derived(Share, 1, wasDone, wasAll)
		b.block(Block{Kind: Para, Text: line(runs("本学年参评学校{}所，达标{}所，达标率{}%；上学年参评{}所，达标{}所，达标率{}%，本学年", all, done, now, wasAll, wasDone, was), b.change(now, was), say("（"+ByStage+"）。"))})
	}
	back := Table{Caption: "回落的学校指标", Head: []string{"学校", "学段", "指标", "上年值", "本年值"}}
	up := Table{Caption: "提升的学校指标", Head: back.Head}
	var fell, rose []int
	for si, st := range m.A.Stages {
		was := m.Before.Stage(st.Frame.Stage)
		lo, hi := m.A.Rows(edu.County, unit, si)
		for row := lo; was != nil && row < hi; row++ {
			r := st.Frame.Rows[row]
			then, ok := was.Frame.Find(r.Code)
			if !ok {
				continue
			}
			for _, jd := range asked(m.A, si) {
				x := was.Indicator(jd.Item.Def.ID)
				if x == nil || jd.Item.Def.Unit == pack.YesNo {
					continue
				}
				v, w := jd.Verdict(row), x.Verdict(then)
				if v == w || v != edu.Met && v != edu.Short || w != edu.Met && w != edu.Short {
					continue
				}
				stage, id := string(st.Frame.Stage), jd.Item.Def.ID
				before := b.value(x.Item.Value(then), x.Item.Def.Decimals, m.Was.Trace(edu.Section, r.Code, id, stage))
				b.at(before).Source = 1
				after := b.value(jd.Item.Value(row), jd.Item.Def.Decimals, m.Links.Trace(edu.Section, r.Code, id, stage))
				cells := [][]Run{say(r.Name), say(stageName(st.Frame.Stage)), say(label(jd.Item.Def)), fig(before), fig(after)}
				if v == edu.Short {
					back.Rows, fell = append(back.Rows, cells), append(fell, after)
				} else {
					up.Rows, rose = append(up.Rows, cells), append(rose, after)
				}
			}
		}
	}
	b.para("与上学年相比，回落{}项次，提升{}项次（同一学校一个指标为一项次）。", b.derived(Counted, 0, fell...), b.derived(Counted, 0, rose...))
	b.heading(1, "回落情况")
	if len(back.Rows) > 0 {
		b.table(back)
	} else {
		b.para("没有回落的学校指标。")
	}
	b.chapter(reasons)
	b.heading(1, "巩固措施")
	b.written(measures)
	if len(up.Rows) > 0 {
		b.attach(1, "提升的学校指标")
		b.table(up)
	}
	return b.d
}
