package gallery

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Measured is what documents about an assessment are composed of.
type Measured struct {
	A      *standard.Assessment
	Links  Links
	Before *standard.Assessment // of the year before; nil where there is none
	Was    Links

	City, Agency, Office, Mark string
	Day                        edu.Date // of the document
	AsOf                       edu.Date // on which the figures were read
	Sources                    []Source // of A, then of Before
}

func (m *Measured) builder(kind Kind, title, of string) *builder {
	return &builder{d: &Draft{Kind: kind, Title: title, From: m.Agency, Of: of, Period: m.A.Period, Day: m.Day, Sources: m.Sources, Mark: m.Mark}}
}

// CodeOf addresses a unit as the pages do.
func CodeOf(u standard.Unit) string { return cmp.Or(u.Code, string(u.ID), "-") }

// Top is the whole: the first unit of the highest level that there is.
func Top(a *standard.Assessment) (edu.Level, int) {
	for lv := range a.Units {
		if len(a.Units[lv]) > 0 {
			return edu.Level(lv), 0
		}
	}
	return edu.NoLevel, -1
}

// SectionRule is the first rule that a stage's sections pass or fail, nil where
// there is none.
func SectionRule(a *standard.Assessment, stage int) *standard.SectionRuled {
	if len(a.Stages[stage].Rules) == 0 {
		return nil
	}
	return a.Stages[stage].Rules[0]
}

// judged is how many sections were asked, whatever came out, as pages count.
func judged(n edu.AllOf) int {
	return n.Count[edu.Met] + n.Count[edu.Short] + n.Count[edu.Unknown]
}

// Words of the pages beside which a count stands. A page leaves out counts of none.
const (
	metWord     = "达标"
	shortWord   = "不达标"
	unknownWord = "无法判定"
)

// Passing is how many sections of a unit pass their stage's rule, of how many that
// are held to it, and how many cannot be judged, stage by stage: what a bulletin
// counts.
func Passing(a *standard.Assessment, l Links, level edu.Level, unit, source int) (all, done, unknown []Num) {
	u := a.Units[level][unit]
	for si, st := range a.Stages {
		rule := SectionRule(a, si)
		if rule == nil || u.Region[si] < 0 {
			continue
		}
		n := a.Sections(rule.Rule.ID, level, unit, si)
		met, missing := n.Count[edu.Met], n.Count[edu.Unknown]
		href := l.Trace(level, CodeOf(u), rule.Rule.ID, string(st.Frame.Stage))
		name := stageName(st.Frame.Stage)
		num := func(n int, word string) Num {
			return Num{Value: float64(n), Href: href, At: []string{name, word}, Source: source}
		}
		all, done, unknown = append(all, num(judged(n), "")), append(done, num(met, metWord)), append(unknown, num(missing, unknownWord))
	}
	return all, done, unknown
}

// StagesPassing are the names of the stages that Passing counts.
func StagesPassing(a *standard.Assessment) (out []string) {
	for si, st := range a.Stages {
		if SectionRule(a, si) != nil {
			out = append(out, stageName(st.Frame.Stage))
		}
	}
	return out
}

var stages = map[edu.Stage]string{edu.Preschool: "幼儿园", edu.Primary: "小学", edu.Junior: "初中", edu.Senior: "普通高中", edu.Vocational: "中职", edu.Special: "特殊教育", edu.Higher: "高等教育"}

func stageName(s edu.Stage) string { return cmp.Or(stages[s], string(s)) }

// asked are the indicators that a stage's rule asks of sections; where it has no
// rule, those with a threshold.
func asked(a *standard.Assessment, si int) (out []*standard.Judged) {
	rule := SectionRule(a, si)
	for _, jd := range a.Stages[si].Judged {
		if jd.Threshold != nil && jd.Item.Def.Level == edu.Section && (rule == nil || slices.Contains(rule.Rule.Of, jd.Item.Def.ID)) {
			out = append(out, jd)
		}
	}
	return out
}

func label(d *pack.Indicator) string {
	if d.Code == "" || d.Code[0] >= 0x80 {
		return d.Name.ZH
	}
	return d.Code + " " + d.Name.ZH
}

// digits is how many decimals a number needs to be written exactly, at most 4, as
// pages write limits.
func digits(v float64) int {
	for d := range 4 {
		p := math.Pow10(d)
		if math.Abs(math.Round(v*p)-v*p) < 1e-9*math.Max(1, math.Abs(v*p)) {
			return d
		}
	}
	return 4
}

// held is the standard of an indicator: the same for all, or computed for each.
func (b *builder) held(t *pack.Threshold, d *pack.Indicator, href string) []Run {
	switch {
	case t == nil:
		return say("/")
	case t.Formula != nil:
		return say("按校计算")
	case d.Unit == pack.YesNo && t.Value == 0:
		return say("否")
	case d.Unit == pack.YesNo:
		return say("是")
	}
	return line(say(standard.Sign(t.Op)), fig(b.value(t.Value, digits(t.Value), href)))
}

func verdict(v edu.Verdict) []Run {
	switch v {
	case edu.Met:
		return say("达标")
	case edu.Short:
		return say("■ 未达标")
	case edu.Exempt:
		return say("/")
	default:
		return say("无法判定")
	}
}

// answer is a value of a unit: a figure, or yes and no in words.
func (b *builder) answer(d *pack.Indicator, v float64, href string, at ...string) []Run {
	switch {
	case edu.FromFloat(v).IsNotApplicable():
		return say("/")
	case d.Unit == pack.YesNo && v == v && v == 0:
		return say("否")
	case d.Unit == pack.YesNo && v == v:
		return say("是")
	}
	return fig(b.value(v, d.Decimals, href, at...))
}

// byIndicator is the table of what a stage's sections are held to, over a unit.
func (m *Measured) byIndicator(b *builder, level edu.Level, unit, si int) {
	st, u := m.A.Stages[si], m.A.Units[level][unit]
	lo, hi := m.A.Rows(level, unit, si)
	list := asked(m.A, si)
	if len(list) == 0 || lo == hi {
		return
	}
	t := Table{Caption: stageName(st.Frame.Stage) + "各项指标", Head: []string{"指标", "本级值", "标准", "达标校数", "未达标校数", "缺数据校数"}}
	for _, jd := range list {
		d := jd.Item.Def
		href := m.Links.Trace(level, CodeOf(u), d.ID, string(st.Frame.Stage))
		own := say("/")
		if d.Region != nil {
			own = b.answer(d, jd.Item.Stats[level][u.Region[si]].Value, href)
		}
		n := standard.Tally(jd.Verdicts, lo, hi)
		t.Rows = append(t.Rows, [][]Run{say(label(d)), own, b.held(jd.Threshold, d, href), fig(b.value(float64(n.Count[edu.Met]), 0, href, "", metWord)), fig(b.value(float64(n.Count[edu.Short]), 0, href, "", shortWord)), fig(b.value(float64(n.Count[edu.Unknown]), 0, href, "", unknownWord))})
	}
	b.table(t)
}

// items is the table of a block of the standard that counties are held to.
func (m *Measured) items(b *builder, unit int) {
	a := m.A
	if a.Standard == nil {
		return
	}
	u := a.Units[edu.County][unit]
	for _, r := range a.Standard.Rules {
		if r.Level == edu.Section || r.Statistic != "" || a.RuleLevel(r.ID) != edu.County {
			continue
		}
		t := Table{Caption: rulesName(r.Name.ZH), Head: []string{"项目", "数值", "标准", "判定"}}
		var exact []string
		for _, id := range r.Of {
			d := a.Pack.Indicator(id)
			if d == nil {
				continue
			}
			v, held := say("—"), say("/")
			href := m.Links.Trace(edu.County, CodeOf(u), id, "")
			if d.Level == edu.County {
				if a.Counties == nil || u.Row < 0 || a.Counties.Indicator(id) == nil {
					continue
				}
				jd := a.Counties.Indicator(id)
				v, held = b.answer(d, jd.Item.Value(u.Row), href), b.held(jd.Threshold, d, href)
				if jd.Threshold != nil && gap.Flips(jd, u.Row) {
					exact = append(exact, d.Name.ZH)
				}
			} else {
				for si, st := range a.Stages {
					jd := st.Indicator(id)
					if jd == nil || jd.Region == nil || u.Region[si] < 0 {
						continue
					}
					href = m.Links.Trace(edu.County, CodeOf(u), id, string(st.Frame.Stage))
					value := jd.Item.Stats[edu.County][u.Region[si]].Value
					v, held = b.answer(d, value, href), b.held(jd.Region, d, href)
					if standard.Compare(gap.Round(value, d.Decimals), jd.Region.Op, jd.Region.Value) != standard.Compare(value, jd.Region.Op, jd.Region.Value) {
						exact = append(exact, d.Name.ZH)
					}
				}
			}
			t.Rows = append(t.Rows, [][]Run{say(label(d)), v, held, verdict(a.Member(r, id, edu.County, unit))})
		}
		if len(t.Rows) > 0 {
			t.Note = unrounded(exact)
			b.table(t)
		}
	}
}

// rulesName is what a block of the standard is called over a table: what its name has
// in brackets is what is asked, and must not read as what came out.
func rulesName(s string) string { return strings.Replace(s, "（", "（标准：", 1) }

// unrounded is said where a number, as it is written, would get another verdict.
func unrounded(names []string) string {
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "、") + "：表内数值已四舍五入，判定以未取整的数值为准。"
}

// unmet is a section's indicator that is short.
type unmet struct {
	st   *standard.Stage
	row  int
	lack gap.Lack
	far  float64 // how far below, as a part of the standard
}

// unmetOf lists what sections of a county lack, the furthest below first.
func unmetOf(a *standard.Assessment, unit int) (out []unmet) {
	for si, st := range a.Stages {
		list := asked(a, si)
		lo, hi := a.Rows(edu.County, unit, si)
		for row := lo; row < hi; row++ {
			for _, l := range gap.Section(st, row) {
				if slices.ContainsFunc(list, func(jd *standard.Judged) bool { return jd.Item.Def == l.Indicator }) && l.Limit != 0 && l.Indicator.Unit != pack.YesNo {
					out = append(out, unmet{st, row, l, (l.Limit - l.Value) / math.Abs(l.Limit)})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(x, y unmet) int { return cmp.Compare(y.far, x.far) })
	return out
}

func (m *Measured) unmetTable(b *builder, caption string, list []unmet) Table {
	t := Table{Caption: caption, Head: []string{"学校", "学段", "指标", "数值", "标准"}}
	var exact []string
	for _, x := range list {
		r := x.st.Frame.Rows[x.row]
		if x.flips() {
			exact = append(exact, r.Name+x.lack.Indicator.Name.ZH)
		}
		href := m.Links.Trace(edu.Section, r.Code, x.lack.Indicator.ID, string(x.st.Frame.Stage))
		limit := b.value(x.lack.Limit, min(2, digits(x.lack.Limit)), href)
		t.Rows = append(t.Rows, [][]Run{say(r.Name), say(stageName(x.st.Frame.Stage)), say(label(x.lack.Indicator)), fig(b.value(x.lack.Value, x.lack.Indicator.Decimals, href)), line(say("≥"), fig(limit))})
	}
	t.Note = unrounded(exact)
	return t
}

// flips tells that a value, as it is written, is no longer below its limit.
func (x unmet) flips() bool {
	return gap.Round(x.lack.Value, x.lack.Indicator.Decimals) >= x.lack.Limit
}

// size is the table of how many schools a unit has, stage by stage, and how many
// of them pass.
func (m *Measured) size(b *builder, level edu.Level, unit int) (all, done int) {
	u := m.A.Units[level][unit]
	t := Table{Caption: "学校和达标情况", Head: []string{"学段", "参评校数", "达标校数", "达标率（%）", "在校生数"}}
	var as, ds []int
	for si, st := range m.A.Stages {
		rule := SectionRule(m.A, si)
		if u.Region[si] < 0 || rule == nil {
			continue
		}
		n := m.A.Sections(rule.Rule.ID, level, unit, si)
		stage := string(st.Frame.Stage)
		href := m.Links.Trace(level, CodeOf(u), rule.Rule.ID, stage)
		x, y := b.value(float64(judged(n)), 0, href, stageName(st.Frame.Stage), ""), b.value(float64(n.Count[edu.Met]), 0, href, stageName(st.Frame.Stage), metWord)
		as, ds = append(as, x), append(ds, y)
		pupils := say("—")
		if col, ok := st.Frame.Column("pupils"); ok {
			lo, hi := m.A.Rows(level, unit, si)
			sum, some := 0.0, false
			for _, v := range col[lo:hi] {
				if v == v {
					sum, some = sum+v, true
				}
			}
			if some {
				pupils = fig(b.value(sum, 0, m.Links.Trace(level, CodeOf(u), "pupils", stage)))
			}
		}
		t.Rows = append(t.Rows, [][]Run{say(stageName(st.Frame.Stage)), fig(x), fig(y), fig(b.derived(Share, 1, y, x)), pupils})
	}
	if len(as) == 0 {
		return 0, 0
	}
	all, done = b.derived(Sum, 0, as...), b.derived(Sum, 0, ds...)
	b.table(t)
	return all, done
}

// Unmet are the sections of a county that lack something, as a table of a bulletin;
// at most so many of them.
func (m *Measured) Unmet(unit, most int) Extra {
	out := Extra{Caption: "未达标项目清单", Head: []string{"学校（学段、指标）", "数值", "标准"}}
	list := unmetOf(m.A, unit)
	if len(list) > most {
		list, out.Note = list[:most], "按差距由大到小，只列差距最大的部分。"
	}
	var exact []string
	for _, x := range list {
		r := x.st.Frame.Rows[x.row]
		if x.flips() {
			exact = append(exact, r.Name+x.lack.Indicator.Name.ZH)
		}
		href := m.Links.Trace(edu.Section, r.Code, x.lack.Indicator.ID, string(x.st.Frame.Stage))
		out.Rows = append(out.Rows, ExtraRow{r.Name + "（" + stageName(x.st.Frame.Stage) + "，" + label(x.lack.Indicator) + "）", []Num{
			{Value: x.lack.Value, Decimals: x.lack.Indicator.Decimals, Href: href}, {Value: x.lack.Limit, Decimals: min(2, digits(x.lack.Limit)), Href: href}}})
	}
	out.Note += unrounded(exact)
	return out
}

// Untold lists the sections of a unit that cannot be judged, and for want of what.
func (m *Measured) Untold(level edu.Level, unit int) (out []Late) {
	for si, st := range m.A.Stages {
		rule := SectionRule(m.A, si)
		if rule == nil {
			continue
		}
		list := asked(m.A, si)
		lo, hi := m.A.Rows(level, unit, si)
		for row := lo; row < hi; row++ {
			if rule.Verdicts[row] != edu.Unknown {
				continue
			}
			var lacks []string
			for _, jd := range list {
				if jd.Verdict(row) == edu.Unknown {
					lacks = append(lacks, jd.Item.Def.Name.ZH)
				}
			}
			out = append(out, Late{Unit: st.Frame.Rows[row].Name + "（" + stageName(st.Frame.Stage) + "）", Matter: "缺数据：" + strings.Join(lacks, "、"), Days: None})
		}
	}
	return out
}

func (b *builder) basisOf(m *Measured) {
	s := "数据口径：截至" + m.AsOf.Official() + "，以系统内" + m.A.Period.Label() + "学年数据为准"
	if len(m.Sources) > 0 && m.Sources[0].Day != "" {
		s += "，最近一次更新为" + m.Sources[0].Day
	}
	b.para(s + "；标准为" + m.A.Pack.Name.ZH + edition(m.A.Pack.Version) + "。")
}

// edition is the version of a scheme in words of a paper.
func edition(version string) string {
	if version == "" {
		return ""
	}
	return "（" + version + "版）"
}
