package pack

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
)

// Kind of an item that two versions of a pack tell apart.
type Kind string

const (
	OfThreshold Kind = "threshold"
	OfIndicator Kind = "indicator"
	OfRule      Kind = "rule"
)

// Difference is one thing that two versions of a pack say differently. Was is
// empty for what is new, Is for what is gone.
type Difference struct {
	Kind   Kind
	ID     string // of the indicator or rule
	Stage  edu.Stage
	Name   edu.Text
	Field  edu.Text // what of it; empty for the whole
	Was    edu.Text
	Is     edu.Text
	Source string // of the newer, otherwise of the older
	Tag    string
}

// Differences lists what changed from one version of a pack to another, in the
// order of the newer.
func Differences(was, is *Pack) []Difference {
	out := thresholdDifferences(was, is)
	out = append(out, indicatorDifferences(was, is)...)
	return append(out, ruleDifferences(was, is)...)
}

// same is a text that both languages write alike.
func same(s string) edu.Text { return edu.Text{ZH: s, EN: s} }

func numberWords(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

var signs = map[Op]string{AtLeast: "≥", AtMost: "≤", Above: ">", Below: "<", Equal: "="}

// Words is what a threshold asks, with its dates.
func (t *Threshold) Words() edu.Text {
	var w edu.Text
	switch {
	case t.Formula != nil:
		w = same(signs[t.Op] + " " + strings.Join(strings.Fields(t.Formula.Src), " "))
	case t.Op == Equal && t.Value == 0:
		w = edu.Text{ZH: "否", EN: "no"}
	case t.Op == Equal:
		w = edu.Text{ZH: "是", EN: "yes"}
	default:
		w = same(signs[t.Op] + numberWords(t.Value))
	}
	if t.When != nil {
		w.ZH += "，当 " + t.When.Src
		w.EN += ", when " + t.When.Src
	}
	switch {
	case t.From != 0 && t.To != 0:
		w.ZH += fmt.Sprintf("（%s 至 %s 前）", t.From, t.To)
		w.EN += fmt.Sprintf(" (from %s until before %s)", t.From, t.To)
	case t.From != 0:
		w.ZH += fmt.Sprintf("（%s 起）", t.From)
		w.EN += fmt.Sprintf(" (from %s)", t.From)
	case t.To != 0:
		w.ZH += fmt.Sprintf("（%s 前）", t.To)
		w.EN += fmt.Sprintf(" (until before %s)", t.To)
	}
	return w
}

// held is what an indicator is held to at a stage, by sections or by regions.
type held struct {
	indicator string
	stage     edu.Stage
	region    bool
}

func thresholdsOf(p *Pack) (order []held, by map[held][]*Threshold) {
	by = map[held][]*Threshold{}
	for _, st := range p.Standards {
		for _, t := range st.Thresholds {
			k := held{t.Indicator, t.Stage, t.Region}
			if by[k] == nil {
				order = append(order, k)
			}
			by[k] = append(by[k], t)
		}
	}
	return order, by
}

func thresholdDifferences(was, is *Pack) (out []Difference) {
	oldOrder, old := thresholdsOf(was)
	order, now := thresholdsOf(is)
	words := func(ts []*Threshold) (w edu.Text) {
		var zh, en []string
		for _, t := range ts {
			x := t.Words()
			zh, en = append(zh, x.ZH), append(en, x.EN)
		}
		return edu.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}
	}
	for _, k := range append(order, oldOrder...) {
		a, b := words(old[k]), words(now[k])
		if a == b || slices.ContainsFunc(out, func(d Difference) bool {
			return d.ID == k.indicator && d.Stage == k.stage && d.Was == a && d.Is == b
		}) {
			continue
		}
		d := Difference{Kind: OfThreshold, ID: k.indicator, Stage: k.stage, Was: a, Is: b, Field: edu.Text{ZH: "标准", EN: "standard"}}
		if k.region {
			d.Field = edu.Text{ZH: "区域标准", EN: "standard of the region"}
		}
		last := old[k]
		if len(now[k]) > 0 {
			last = now[k]
		}
		d.Source, d.Tag = last[len(last)-1].Source, last[len(last)-1].Tag
		d.Name = indicatorName(is, was, k.indicator)
		out = append(out, d)
	}
	return out
}

func indicatorName(is, was *Pack, id string) edu.Text {
	for _, p := range []*Pack{is, was} {
		if d := p.Indicator(id); d != nil {
			if d.Code != "" && d.Code[0] < 0x80 {
				return edu.Text{ZH: d.Code + " " + d.Name.ZH, EN: d.Code + " " + d.Name.EN}
			}
			return d.Name
		}
	}
	return same(id)
}

// indicatorFields is what a version may say differently of an indicator.
func indicatorFields(d *Indicator) []struct{ name, value edu.Text } {
	src := func(f *Formula) edu.Text {
		if f == nil {
			return edu.Text{}
		}
		return same(strings.Join(strings.Fields(f.Src), " "))
	}
	var stages []string
	for _, s := range d.Stages {
		stages = append(stages, string(s))
	}
	return []struct{ name, value edu.Text }{
		{edu.Text{ZH: "名称", EN: "name"}, d.Name},
		{edu.Text{ZH: "学校计算式", EN: "formula of a section"}, src(d.Section)},
		{edu.Text{ZH: "区域计算式", EN: "formula of a region"}, src(d.Region)},
		{edu.Text{ZH: "文字公式", EN: "formula in words"}, d.Words},
		{edu.Text{ZH: "单位", EN: "unit"}, same(d.Unit)},
		{edu.Text{ZH: "学段", EN: "stages"}, same(strings.Join(stages, ", "))},
		{edu.Text{ZH: "权重", EN: "weight"}, same(d.Weight)},
		{edu.Text{ZH: "小数位", EN: "digits"}, same(strconv.Itoa(d.Decimals))},
	}
}

func indicatorDifferences(was, is *Pack) (out []Difference) {
	for _, d := range is.Indicators {
		base := Difference{Kind: OfIndicator, ID: d.ID, Name: indicatorName(is, was, d.ID), Source: d.Source, Tag: d.Tag}
		old := was.Indicator(d.ID)
		if old == nil {
			base.Is = edu.Text{ZH: "新增", EN: "new"}
			out = append(out, base)
			continue
		}
		before := indicatorFields(old)
		for i, f := range indicatorFields(d) {
			if f.value != before[i].value {
				x := base
				x.Field, x.Was, x.Is = f.name, before[i].value, f.value
				out = append(out, x)
			}
		}
	}
	for _, d := range was.Indicators {
		if is.Indicator(d.ID) == nil {
			out = append(out, Difference{Kind: OfIndicator, ID: d.ID, Name: indicatorName(was, was, d.ID), Was: edu.Text{ZH: "有", EN: "there"}, Source: d.Source, Tag: d.Tag})
		}
	}
	return out
}

// Words is what a rule asks, in the terms of the pack.
func (r *Rule) Words() string {
	parts := []string{r.Level.String(), strings.Join(r.Of, " ")}
	add := func(name string, v float64) {
		if v != 0 && !math.IsNaN(v) {
			parts = append(parts, name+" "+numberWords(v))
		}
	}
	add("at_least", float64(r.AtLeast))
	add("floor", r.Floor)
	add("share", r.Share)
	if r.First {
		parts = append(parts, "first")
	}
	if r.Statistic != "" {
		limit := []string{}
		for _, s := range append([]edu.Stage{""}, edu.Stages...) {
			if v, ok := r.Limit[s]; ok {
				limit = append(limit, strings.TrimSpace(string(s)+" "+signs[r.Op]+numberWords(v)))
			}
		}
		parts = append(parts, r.Statistic+" "+strings.Join(limit, ", "))
	}
	return strings.Join(parts, "; ")
}

func ruleDifferences(was, is *Pack) (out []Difference) {
	rules := func(p *Pack) (list []*Rule) {
		for _, st := range p.Standards {
			list = append(list, st.Rules...)
		}
		return list
	}
	find := func(list []*Rule, id string) *Rule {
		if i := slices.IndexFunc(list, func(r *Rule) bool { return r.ID == id }); i >= 0 {
			return list[i]
		}
		return nil
	}
	old, now := rules(was), rules(is)
	for _, r := range now {
		d := Difference{Kind: OfRule, ID: r.ID, Name: r.Name, Is: same(r.Words()), Source: r.Source, Tag: r.Tag}
		if x := find(old, r.ID); x != nil {
			d.Was = same(x.Words())
		}
		if d.Was != d.Is {
			out = append(out, d)
		}
	}
	for _, r := range old {
		if find(now, r.ID) == nil {
			out = append(out, Difference{Kind: OfRule, ID: r.ID, Name: r.Name, Was: same(r.Words()), Source: r.Source, Tag: r.Tag})
		}
	}
	return out
}
