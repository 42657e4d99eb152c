package gallery

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
)

// What a county's plan says of the years ahead: seats against the pupils who will
// come, and what closing the gaps costs. Both are taken from what the county was
// shown already, the forecast and the proposal that it works with.

// Ahead is what a county's plan takes from the forecast and the proposal; Offer is nil
// where none was worked out.
type Ahead struct {
	Seats []Seats
	Offer *Offer
}

// Seats is what a stage will need, and has.
type Seats struct {
	Stage   edu.Stage
	Have    Num
	Missing Num // schools that do not say their seats; their pupils are left out too
	Years   []SeatsIn
	Short   Num // the first year in which there are too few; none where there is none, Few where some year's pupils are
	Most    Num // how many are short at the worst
	Worst   Num // in which year
}

// SeatsIn are the pupils of a year ahead.
type SeatsIn struct {
	Year   int
	Pupils Num
}

// Offer is the proposal of a county.
type Offer struct {
	Scenario, Year                string
	Cost, Before, After, Sections Num // Cost in 万元
	Lines                         []OfferLine
}

// OfferLine is one thing to do. What was rejected is not among them.
type OfferLine struct {
	What, Act, School, Year string
	Authority, State        string
	Cost                    Num // 万元
	Price                   OfferPrice
}

// OfferPrice is the line of the county's price list that a cost was counted by. Unit
// and Yuan are none where the list has changed since: they would not come to the cost.
type OfferPrice struct {
	Name, Unit, Basis string
	Yuan              Num
}

// year is a year as a figure: it has no thousands.
func (b *builder) year(n Num) int {
	k := b.num(n)
	if f := b.at(k); f.Known {
		f.Text = fmt.Sprintf("%d", int(n.Value))
	}
	return k
}

func (b *builder) seats(list []Seats) {
	if len(list) == 0 {
		b.para("尚无学位供需预测：学校未报学位数，或没有可供预测的历年学生数，见系统“学龄人口预测”页。")
		return
	}
	t := Table{Caption: "学位供需", Head: []string{"学段", "学年", "预测学生数", "学位数", "余缺"}, Note: "预测为中方案；学位数为最近一学年数。未报学位数的学校，其学位和学生均未计入。"}
	for i := range list {
		s := &list[i]
		have := b.num(s.Have)
		for _, y := range s.Years {
			x := b.num(y.Pupils)
			t.Rows = append(t.Rows, [][]Run{say(stageName(s.Stage)), say(edu.Year(y.Year).Label()), fig(x), fig(have), fig(b.derived(Minus, 0, have, x))})
		}
	}
	b.table(t)
	for i := range list {
		s := &list[i]
		name := stageName(s.Stage)
		said := say(name + "学位在预测期内能够满足需要")
		switch {
		case s.Short.Few:
			said = say(name + "有的年份学生人数过少，不列出，余缺不作判断")
		case !s.Short.none():
			said = runs(name+"学位自{}年起不足，最多缺{}个（{}年）", b.year(s.Short), b.num(s.Most), b.year(s.Worst))
		}
		if !s.Missing.none() && s.Missing.Value > 0 {
			said = line(said, runs("；另有{}校未报学位数", b.num(s.Missing)))
		}
		b.block(Block{Kind: Para, Text: line(said, say("。"))})
	}
}

// noOffer stands where a county has no proposal.
const noOffer = "尚未测算方案，见系统“差距与方案”页。"

// aim says what the proposal makes of the schools that pass.
func (b *builder) aim(o *Offer) {
	if o == nil {
		return
	}
	b.para("按“"+o.Scenario+"”方案测算（依据"+o.Year+"学年数据），达标学段由{}个增至{}个，共{}个。", b.num(o.Before), b.num(o.After), b.num(o.Sections))
}

// projects is the annex of what is to be done. Where the money is from, and who does
// it, the proposal does not know: the county says so.
func (b *builder) projects(no int, o *Offer) {
	b.attach(no, "措施与项目表")
	t := Table{Caption: "措施与项目表", Head: []string{"项目", "类型", "学校", "投资（万元）", "资金来源", "年度", "批准单位", "进度"}, Note: "资金来源由县填写。年度为自该学年起。进度为本县对方案各行的意见。"}
	for i := range o.Lines {
		l := &o.Lines[i]
		t.Rows = append(t.Rows, [][]Run{say(l.What), say(l.Act), say(l.School), fig(b.num(l.Cost)), say("（待填）"), say(l.Year), say(l.Authority), say(l.State)})
	}
	b.table(t)
}

// funds is what it costs, item by item of the price list.
func (b *builder) funds(o *Offer) {
	if o == nil {
		b.para(noOffer)
		return
	}
	b.para("按“"+o.Scenario+"”方案和本县单价表测算，共需{}万元；逐项见附件。", b.num(o.Cost))
	type item struct {
		OfferPrice
		lines []int
	}
	var items []item
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Cost.Value == 0 {
			continue // what costs nothing has no price
		}
		at := slices.IndexFunc(items, func(x item) bool {
			return x.Name == l.Price.Name && x.Unit == l.Price.Unit && x.Basis == l.Price.Basis && x.Yuan.none() == l.Price.Yuan.none() && (x.Yuan.none() || x.Yuan.Value == l.Price.Yuan.Value)
		})
		if at < 0 {
			at, items = len(items), append(items, item{OfferPrice: l.Price})
		}
		items[at].lines = append(items[at].lines, b.num(l.Cost))
	}
	t := Table{Caption: "资金测算", Head: []string{"单价表项目", "单价（元）", "计价单位", "项数", "金额（万元）", "单价依据"}}
	for _, x := range items {
		price, unit := say(hidden), say(hidden)
		if !x.Yuan.none() {
			price, unit = fig(b.num(x.Yuan)), say(x.Unit)
		}
		t.Rows = append(t.Rows, [][]Run{say(x.Name), price, unit, fig(b.derived(Counted, 0, x.lines...)), fig(b.derived(Sum, 1, x.lines...)), say(x.Basis)})
	}
	if len(t.Rows) > 0 {
		b.table(t)
	}
}
