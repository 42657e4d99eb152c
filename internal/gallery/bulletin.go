package gallery

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
)

// Num is a number with the page that shows it. NaN is missing.
type Num struct {
	Value    float64
	Decimals int
	Href     string
	At       []string // words that stand beside it on the page
	Source   int      // of Bulletin.Sources
	Few      bool     // it is left out, and Value is none: it would tell of few persons
	Added    bool     // the sum of what stands above it in its column
}

// None is no number.
var None = Num{Value: math.NaN()}

func (n Num) none() bool { return n.Href == "" }

// Place is what a bulletin says of a county or township, or of the whole: what was to
// be done and what is, each as one number or as the parts that it is the sum of.
type Place struct {
	Code, Name      string
	All, Done, Late []Num
	WasAll, WasDone []Num // last time; nil where there was none
	Longest         Num   // days of what is late longest
}

// Late is a line of the list of what is late or was not handed in.
type Late struct {
	Unit, Matter, Due string
	Days              Num
}

// Words are what a bulletin calls what it counts.
type Words struct {
	Purpose string // 为全面掌握…，
	Subject string // …情况
	Unit    string // 份
	All     string // 应报
	Done    string // 已锁定
	Rate    string // 锁定率
	Open    string // 未锁定
	Late    string // 逾期
	Act     string // what those who are behind have to do
	Than    string // what it is compared with; empty is 较上期
	How     string // how things are counted, where that has to be said
}

func (w Words) than() string { return cmp.Or(w.Than, "较上期") }

// Bulletin is what a 通报 is composed of.
type Bulletin struct {
	Kind       Kind
	Of, Agency string // the city, or the county whose townships are the places
	County     bool   // it is of a county
	Office     string
	Copies     string
	Period     edu.Period
	Day, Until edu.Date // of the bulletin, and by when what it asks for is to be done
	AsOf       edu.Date // on which the figures were read
	Sources    []Source
	Words      Words
	Whole      Place
	Places     []Place
	Parts      []string // names of the parts of All and Done, where there are several
	Locked     [2]Num   // papers that are locked, of how many
	Owing      []string // units whose figures are missing
	Late       []Late
	Says       []Said  // of the whole, beside what it counts
	More       []Extra // annexes
	Ranked     bool    // the city has switched ranking on
	Mark       string
}

// Said is a sentence with figures where it has {}.
type Said struct {
	Format string
	Nums   []Num
}

// Extra is a table beside what a bulletin counts.
type Extra struct {
	Caption, Note string
	Head          []string
	Rows          []ExtraRow
}

// ExtraRow is a line of one.
type ExtraRow struct {
	Name  string
	Cells []Num
}

// scope is what a bulletin calls its whole and its places.
func (x *Bulletin) scope() (whole, places, to string) {
	if x.County {
		return wholeOf(x.Of), "各乡镇（街道）", "各乡镇（街道）中心学校，县直属学校"
	}
	return "全市", "各县（市、区）", "各县（市、区）教育体育局，市直属学校"
}

// wholeOf is what a county is called as a whole: 全县, 全区, 全市.
func wholeOf(county string) string {
	for _, last := range []string{"市", "区", "旗"} {
		if strings.HasSuffix(county, last) {
			return "全" + last
		}
	}
	return "全县"
}

// counted are the figures of a place in a draft.
type counted struct {
	*Place
	all, done, open, late, rate, was, points, longest int
	few                                               bool
	have                                              float64 // rate as a number; NaN where it is not written
}

// Compose makes the draft of a bulletin.
func (x *Bulletin) Compose() *Draft {
	_, _, to := x.scope()
	b := &builder{d: &Draft{Kind: x.Kind, Title: "关于" + x.Words.Subject + "情况的通报", Agency: x.Agency + "文件", To: to,
		From: x.Agency, Of: x.Of, Period: x.Period, Day: x.Day, Sources: x.Sources, Copies: x.Copies, Office: x.Office, Mark: x.Mark}}
	places := slices.Clone(x.Places)
	slices.SortStableFunc(places, func(a, c Place) int { return byCode(a.Code, c.Code) })
	hide := map[string]bool{}
	if x.Kind.Personal() {
		hide = fewPersons(places)
	}
	whole := b.place(&x.Whole, x.Kind.Personal() && few10(x.Whole), x.Words)
	var rows []counted
	for i := range places {
		rows = append(rows, b.place(&places[i], hide[places[i].Code+places[i].Name], x.Words))
	}
	x.basis(b, whole)
	x.overall(b, whole)
	if len(rows) > 0 {
		x.merits(b, whole, rows)
		x.problems(b, whole, rows)
	}
	x.demands(b, rows)
	b.block(Block{Kind: Sign})
	x.byCounty(b, whole, rows)
	x.lateOnes(b)
	no := 3
	if len(rows) > 0 && len(x.Parts) > 1 {
		x.byPart(b, rows)
		no++
	}
	for i := range x.More {
		b.attach(no+i, x.More[i].Caption)
		b.extra(&x.More[i])
	}
	return b.d
}

// byCode puts what has no code last.
func byCode(a, b string) int {
	if (a == "") != (b == "") {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

func (b *builder) num(n Num) int {
	if n.Few {
		return b.figure(Figure{Text: hidden, Href: n.Href, At: n.At, Source: n.Source, Few: true})
	}
	k := b.value(n.Value, n.Decimals, n.Href, n.At...)
	b.at(k).Source = n.Source
	return k
}

// total is a number, or the sum of its parts.
func (b *builder) total(parts []Num) int {
	var list []int
	for _, p := range parts {
		list = append(list, b.num(p))
	}
	if len(list) == 1 {
		return list[0]
	}
	if len(list) == 0 {
		return 0
	}
	return b.derived(Sum, 0, list...)
}

func (b *builder) place(p *Place, few bool, w Words) counted {
	c := counted{Place: p, few: few, have: math.NaN()}
	c.all = b.total(p.All)
	if few {
		c.done, c.open, c.rate = b.hideOf(c.all, p)
	} else {
		c.done = b.total(p.Done)
		c.open = b.derived(Minus, 0, c.all, c.done)
		c.rate = b.derived(Share, 1, c.done, c.all)
		if r := b.at(c.rate); r.Known {
			c.have = r.Value
		}
	}
	c.late = b.total(p.Late)
	if len(p.WasAll) > 0 && !few {
		c.was = b.derived(Share, 1, b.total(p.WasDone), b.total(p.WasAll))
		c.points = b.derived(Points, 1, c.rate, c.was)
	}
	if !p.Longest.none() {
		c.longest = b.num(p.Longest)
	}
	return c
}

// hideOf are the figures of a place with fewer than ten persons left: what is not
// done, what is, and a rate that says no more than that they are fewer than ten.
func (b *builder) hideOf(all int, p *Place) (done, open, rate int) {
	href := ""
	if len(p.Done) > 0 {
		href = p.Done[0].Href
	}
	src := b.at(all).Source
	text := hidden
	left := hidden // of one that is left out for another's sake it would not be true
	if few10(*p) {
		left = few
		if a := b.at(all); a.Known && a.Value >= FewerThan {
			text = fmt.Sprintf("≥%d", int(math.Floor(100*(a.Value-FewerThan+1)/a.Value)))
		}
	}
	done = b.figure(Figure{Text: hidden, Href: href, Few: true, Source: src})
	open = b.figure(Figure{Text: left, Href: href, Few: true, Source: src})
	rate = b.figure(Figure{Text: text, Href: href, Few: true, Source: src})
	return done, open, rate
}

func sumOf(ns []Num) (v float64) {
	for _, n := range ns {
		v += n.Value
	}
	return v
}

// few10 tells that so few are left that their number would point to persons.
func few10(p Place) bool {
	if slices.ContainsFunc(p.Done, func(n Num) bool { return n.Few }) {
		return false // it is left out as it is
	}
	left := sumOf(p.All) - sumOf(p.Done)
	return left > 0 && left < FewerThan
}

// fewPersons are the counties whose numbers are not written: those with fewer than
// ten left, and where that is one alone the next, because it follows from the sum.
func fewPersons(places []Place) map[string]bool {
	out := map[string]bool{}
	next, least := "", math.Inf(1)
	for _, p := range places {
		left := sumOf(p.All) - sumOf(p.Done)
		switch {
		case slices.ContainsFunc(p.Done, func(n Num) bool { return n.Few }):
		case few10(p):
			out[p.Code+p.Name] = true
		case left >= FewerThan && left < least:
			next, least = p.Code+p.Name, left
		}
	}
	if len(out) == 1 && next != "" {
		out[next] = true
	}
	return out
}

func (x *Bulletin) basis(b *builder, whole counted) {
	w := x.Words
	b.para(w.Purpose + "现将" + w.Subject + "情况通报如下。")
	parts := [][]Run{say("数据口径：截至" + x.AsOf.Official() + "，以系统内数据为准")}
	if d := x.Sources[0].Day; d != "" {
		parts = append(parts, say("，最近一次更新为"+d))
	}
	if !x.Locked[1].none() {
		parts = append(parts, runs("；报表已锁定{}/{}份", b.num(x.Locked[0]), b.num(x.Locked[1])))
	}
	switch n := len(x.Owing); {
	case n == 0 && x.Locked[0].Value < x.Locked[1].Value: // who is behind is another bulletin's
	case n == 0:
		parts = append(parts, say("；各单位均已报齐"))
	default:
		parts = append(parts, say("；尚未报齐的单位："+strings.Join(x.Owing, "、")))
	}
	if x.Words.How != "" {
		parts = append(parts, say("；"+x.Words.How))
	}
	b.block(Block{Kind: Para, Text: line(append(parts, say("。"))...)})
}

func (x *Bulletin) overall(b *builder, whole counted) {
	w := x.Words
	b.heading(1, "总体情况")
	all, _, _ := x.scope()
	var parts [][]Run
	switch {
	case b.told(whole):
		parts = append(parts, runs(all+w.All+"{}"+w.Unit+"，"+w.Done+"{}"+w.Unit+"，"+w.Rate+"{}%", whole.all, whole.done, whole.rate))
		if whole.points > 0 && b.at(whole.points).Known {
			parts = append(parts, say("，"+w.than()), b.change(whole.rate, whole.was))
		}
		parts = append(parts, runs("；"+w.Open+"{}"+w.Unit, whole.open))
	case b.unknown(whole):
		parts = append(parts, say(all+x.Kind.lacks()+"，"+w.All+"、"+w.Done+"的"+w.Unit+"数和"+w.Rate+notCounted))
	default:
		parts = append(parts, runs(all+w.All+"{}"+w.Unit+"；"+w.Done+"、"+w.Open+"的"+w.Unit+"数和"+w.Rate+notTold, whole.all))
	}
	if whole.late > 0 {
		parts = append(parts, runs("，"+w.Late+"{}"+w.Unit, whole.late))
	}
	b.block(Block{Kind: Para, Text: line(append(parts, say("。"))...)})
	for _, s := range x.Says {
		var figures []int
		for _, n := range s.Nums {
			figures = append(figures, b.num(n))
		}
		b.para(s.Format, figures...)
	}
}

// notTold is said of numbers of persons that are left out.
const notTold = "不足10人或可由此推算，不写"

// notCounted is said of numbers that nobody knows.
const notCounted = "未计"

// lacks says what was not there to count them from.
func (k Kind) lacks() string {
	if k.Personal() {
		return "没有名册"
	}
	return "没有数据"
}

// told tells that what was done is written: as a number, or as a bound. What is left
// out and what nobody knows look alike, so it is the figure that tells them apart.
func (b *builder) told(c counted) bool {
	r := b.at(c.rate)
	return r.Known || r.Few && r.Text != hidden
}

// unknown tells that what was done is not written because nobody knows it.
func (b *builder) unknown(c counted) bool { return !b.told(c) && !b.at(c.rate).Few }

// change says in words by how much a rate has moved.
func (b *builder) change(now, was int) []Run {
	word := "提高"
	if b.at(now).Value < b.at(was).Value {
		word, now, was = "下降", was, now
	}
	k := b.derived(Points, 1, now, was)
	if b.at(k).Text = chart.Number(b.at(k).Value, 1); b.at(k).Text == chart.Number(0, 1) {
		return say("持平")
	}
	return runs(word+"{}个百分点", k)
}

// extra is a table of figures of its own.
func (b *builder) extra(x *Extra) {
	t := Table{Caption: x.Caption, Head: x.Head, Note: x.Note}
	columns := make([][]int, len(x.Head))
	for _, row := range x.Rows {
		cells := [][]Run{say(row.Name)}
		for i, n := range row.Cells {
			k := 0
			switch {
			case n.Added && len(columns[i]) > 0:
				k = b.derived(Sum, 0, columns[i]...)
			case !n.none():
				k = b.num(n)
				columns[i] = append(columns[i], k)
			}
			if k == 0 {
				cells = append(cells, say(hidden))
			} else {
				cells = append(cells, fig(k))
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	b.table(t)
}

// named is how many counties a paragraph names at most.
const named = 3

// merits names the counties that are furthest above the whole, each with its
// figure, in code order.
func (x *Bulletin) merits(b *builder, whole counted, rows []counted) {
	b.heading(1, "主要成效")
	all, _, _ := x.scope()
	best := slices.DeleteFunc(slices.Clone(rows), func(c counted) bool {
		return math.IsNaN(c.have) || c.have == 0 || !math.IsNaN(whole.have) && c.have <= whole.have
	})
	slices.SortStableFunc(best, func(a, c counted) int { return cmp.Compare(c.have, a.have) })
	best = best[:min(named, len(best))]
	if len(best) == 0 {
		b.para("本期没有" + x.Words.Rate + "高于" + all + "水平且可以公布的单位。")
		return
	}
	x.inOrder(best)
	var parts [][]Run
	for i, c := range best {
		if i > 0 {
			parts = append(parts, say("；"))
		}
		parts = append(parts, runs(c.Name+x.Words.Rate+"{}%（{}/{}"+x.Words.Unit+"）", c.rate, c.done, c.all))
	}
	b.block(Block{Kind: Para, Text: line(append(append([][]Run{say("高于" + all + "水平的有：")}, parts...), say("。"))...)})
}

// inOrder is code order, and the order of rates only where the city ranks.
func (x *Bulletin) inOrder(list []counted) {
	if !x.Ranked {
		slices.SortStableFunc(list, func(a, c counted) int { return byCode(a.Code, c.Code) })
	}
}

// problems names the counties that are furthest below, with figures and days.
func (x *Bulletin) problems(b *builder, whole counted, rows []counted) {
	w := x.Words
	b.heading(1, "存在问题")
	worst := slices.DeleteFunc(slices.Clone(rows), func(c counted) bool {
		return c.few || !b.at(c.open).Known || b.at(c.open).Value <= 0
	})
	slices.SortStableFunc(worst, func(a, c counted) int {
		return cmp.Or(cmp.Compare(b.known(c.late), b.known(a.late)), cmp.Compare(a.have, c.have))
	})
	worst = worst[:min(named+2, len(worst))]
	switch {
	case len(worst) == 0 && slices.ContainsFunc(rows, b.untold):
		b.para(w.Open + "的数字不足10人、为防推算不写或没有上报，不逐一列出。")
		return
	case len(worst) == 0:
		b.para("本期没有" + w.Open + "的情况。")
		return
	}
	x.inOrder(worst)
	for _, c := range worst {
		parts := [][]Run{runs(c.Name+w.Open+"{}"+w.Unit+"，"+w.Rate+"{}%", c.open, c.rate)}
		if c.late > 0 && b.known(c.late) > 0 {
			parts = append(parts, runs("，"+w.Late+"{}"+w.Unit, c.late))
		}
		if c.longest > 0 && b.known(c.longest) > 0 {
			parts = append(parts, runs("，最长逾期{}天", c.longest))
		}
		b.block(Block{Kind: Para, Text: line(append(parts, say("。"))...)})
	}
}

func (b *builder) known(n int) float64 {
	if n == 0 || !b.at(n).Known {
		return 0
	}
	return b.at(n).Value
}

// untold tells that nothing is written of what a place has left to do.
func (b *builder) untold(c counted) bool { return !b.at(c.open).Known }

// demands are what is asked, each of somebody and by a day.
func (x *Bulletin) demands(b *builder, rows []counted) {
	b.heading(1, "下一步工作要求")
	var behind, late []string
	for _, c := range rows {
		switch {
		case b.known(c.late) > 0:
			late = append(late, c.Name)
			fallthrough
		case c.few || b.known(c.open) > 0:
			behind = append(behind, c.Name)
		}
	}
	ask := func(what string, who []string, by edu.Date) {
		if len(who) > 0 {
			b.para(b.outline.Next(2, what).Text + "。责任单位：" + strings.Join(who, "、") + "；完成时限：" + by.Official() + "。")
		}
	}
	switch {
	case len(rows) == 0:
		behind = []string{"各有关学校"}
	case x.Kind.Personal() && slices.ContainsFunc(rows, b.untold):
		behind = nil // to name some would tell where there are few: all are asked
		for _, c := range rows {
			behind = append(behind, c.Name)
		}
	}
	ask(x.Words.Act, x.offices(behind), x.Until)
	ask("对"+x.Words.Late+"事项逐项说明原因并明确完成日期", x.offices(late), x.Day+(x.Until-x.Day)/2)
	ask("复核各地上报数据，汇总完成情况", []string{x.Agency}, x.Until+7)
}

// offices are who answers for places: a county's bureau, a township's own office.
func (x *Bulletin) offices(places []string) (out []string) {
	for _, c := range places {
		if !x.County {
			c += "教育体育局"
		}
		out = append(out, c)
	}
	return out
}

// byCounty is annex 1.
func (x *Bulletin) byCounty(b *builder, whole counted, rows []counted) {
	w := x.Words
	all, places, _ := x.scope()
	b.attach(1, places+"情况表")
	t := Table{Caption: w.Subject + "情况", Head: []string{"单位", w.Done + "/" + w.All + "（" + w.Unit + "）", w.Rate + "（%）", w.than() + "（个百分点）", w.Open + "（" + w.Unit + "）"}, Unit: "%", Bars: 3}
	late := whole.late > 0
	if late {
		t.Head = append(t.Head, w.Late+"（"+w.Unit+"）")
	}
	rank := map[int]int{}
	if x.Ranked {
		t.Head = append(t.Head, "位次")
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, c counted) int { return cmp.Compare(down(c.have), down(a.have)) })
		var all []int
		for _, c := range rows {
			if !c.few {
				all = append(all, c.rate)
			}
		}
		for i, c := range rows {
			if !math.IsNaN(c.have) {
				rank[i] = b.derived(Rank, 0, append([]int{c.rate}, all...)...)
			}
		}
	}
	cells := func(name string, c counted, rank int) [][]Run {
		points := say(hidden)
		if c.points > 0 {
			points = fig(c.points)
		}
		out := [][]Run{say(name), runs("{}/{}", c.done, c.all), fig(c.rate), points, fig(c.open)}
		if late {
			if c.late > 0 {
				out = append(out, fig(c.late))
			} else {
				out = append(out, say(hidden))
			}
		}
		switch {
		case x.Ranked && rank > 0:
			out = append(out, fig(rank))
		case x.Ranked:
			out = append(out, say(hidden))
		}
		return out
	}
	for i, c := range rows {
		t.Rows = append(t.Rows, cells(c.Name, c, rank[i]))
	}
	t.Rows = append(t.Rows, cells(all, whole, 0))
	if t.Note = "按行政区划代码排列。"; x.Ranked {
		t.Note = "按" + w.Rate + "排列，相同的位次相同。"
	}
	if x.Kind.Personal() {
		t.Note += "不足10人的不写人数；为防由合计推算，另隐去若干。"
		if slices.ContainsFunc(rows, b.unknown) {
			t.Note += x.Kind.lacks() + "的单位" + notCounted + "。"
		}
	}
	b.table(t)
	b.block(Block{Kind: Bars})
}

// down is a rate by which to order; a missing one comes last.
func down(v float64) float64 {
	if math.IsNaN(v) {
		return math.Inf(-1)
	}
	return v
}

// lateOnes is annex 2. Where persons are counted no school is named.
func (x *Bulletin) lateOnes(b *builder) {
	b.attach(2, "未报、逾期名单")
	if x.Kind.Personal() {
		b.para("涉及个人的事项不列学校，由县级在系统内逐案办理。")
		return
	}
	if len(x.Late) == 0 {
		b.para("本期没有。")
		return
	}
	b.table(b.lateTable("未报、逾期名单", x.Late))
}

// lateTable lists what is late. A column in which nothing stands is left out, and so
// is what is the same in every line: that is said once.
func (b *builder) lateTable(caption string, list []Late) Table {
	t := Table{Caption: caption}
	one := len(list) > 1
	due, days := false, false
	for _, l := range list {
		one = one && l.Matter == list[0].Matter
		due, days = due || l.Due != "", days || !l.Days.none()
	}
	put := func(on bool, head string, cell func(*Late) []Run) {
		if !on {
			return
		}
		t.Head = append(t.Head, head)
		for i := range list {
			if len(t.Rows) <= i {
				t.Rows = append(t.Rows, nil)
			}
			t.Rows[i] = append(t.Rows[i], cell(&list[i]))
		}
	}
	put(true, "单位", func(l *Late) []Run { return say(l.Unit) })
	put(!one, "事项", func(l *Late) []Run { return say(l.Matter) })
	put(due, "期限", func(l *Late) []Run { return say(cmp.Or(l.Due, hidden)) })
	put(days, "逾期（天）", func(l *Late) []Run {
		if l.Days.none() {
			return say(hidden)
		}
		return fig(b.num(l.Days))
	})
	if one {
		t.Caption += "（" + list[0].Matter + "）"
	}
	return t
}

// byPart is annex 3: what the sums of annex 1 are made of.
func (x *Bulletin) byPart(b *builder, rows []counted) {
	b.attach(3, "分项情况表")
	t := Table{Caption: "各项" + x.Words.Done + "/" + x.Words.All + "（" + x.Words.Unit + "）", Head: append([]string{"单位"}, x.Parts...)}
	for _, c := range rows {
		cells := [][]Run{say(c.Name)}
		for i := range x.Parts {
			if i < len(b.at(c.all).From) && i < len(b.at(c.done).From) {
				cells = append(cells, runs("{}/{}", b.at(c.done).From[i], b.at(c.all).From[i]))
			} else {
				cells = append(cells, say(hidden))
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	b.table(t)
}
