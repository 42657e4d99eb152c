package plan

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// Change is what differs between two versions, in words.
type Change struct {
	Kind ChangeKind
	ID   string
	Text edu.Text
}

// ChangeKind tells additions, removals and edits apart.
type ChangeKind string

const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Edited  ChangeKind = "edited"
)

// part is one part of a plan as the comparison sees it: its fields in words, with
// what they are called.
type part struct {
	id     string
	what   edu.Text
	name   string
	in     string // id of the part that holds it
	fields []field
}

type field struct {
	name edu.Text
	zh   string
	en   string
}

// Diff says in words what became of a plan. name gives the name of a body or of a
// county; nil writes ids.
func Diff(old, now *Plan, name func(id string) edu.Text) []Change {
	if name == nil {
		name = func(id string) edu.Text { return edu.Text{ZH: id, EN: id} }
	}
	a, b := parts(old, name), parts(now, name)
	before := map[string]part{}
	for _, x := range a {
		before[x.id] = x
	}
	var out []Change
	after := map[string]bool{}
	for _, x := range b {
		after[x.id] = true
		was, ok := before[x.id]
		if !ok {
			out = append(out, Change{Added, x.id, edu.Text{ZH: "新增" + x.what.ZH + "“" + x.name + "”", EN: fmt.Sprintf("new %s %q", x.what.EN, x.name)}})
			continue
		}
		var zh, en []string
		if was.in != x.in {
			zh, en = append(zh, "移到另一处"), append(en, "moved elsewhere")
		}
		for i, f := range x.fields {
			if w := was.fields[i]; w.zh != f.zh || w.en != f.en {
				zh = append(zh, fmt.Sprintf("%s由“%s”改为“%s”", f.name.ZH, w.zh, f.zh))
				en = append(en, fmt.Sprintf("%s from %q to %q", f.name.EN, w.en, f.en))
			}
		}
		if len(zh) > 0 {
			out = append(out, Change{Edited, x.id, edu.Text{ZH: x.what.ZH + "“" + x.name + "”：" + strings.Join(zh, "；"), EN: fmt.Sprintf("%s %q: %s", x.what.EN, x.name, strings.Join(en, "; "))}})
		}
	}
	for _, x := range a {
		if !after[x.id] {
			out = append(out, Change{Removed, x.id, edu.Text{ZH: "删除" + x.what.ZH + "“" + x.name + "”", EN: fmt.Sprintf("%s %q taken out", x.what.EN, x.name)}})
		}
	}
	return out
}

func parts(p *Plan, name func(string) edu.Text) []part {
	same := func(zh, en, v string) field { return field{edu.Text{ZH: zh, EN: en}, v, v} }
	out := []part{{id: "plan", what: aPlan, name: p.Name, fields: []field{
		same("名称", "name", p.Name), same("依据", "basis", p.Basis), same("年份", "years", fmt.Sprintf("%d—%d", p.From, p.To)), same("接近界限", "bound of close", num(p.Near)),
	}}}
	for i := range p.Lines {
		l := &p.Lines[i]
		out = append(out, part{l.ID, aLine, l.Name, "", []field{
			same("名称", "name", l.Name), same("任务行", "row", l.Row), {edu.Text{ZH: "学段", EN: "stage"}, l.Stage.Name().ZH, l.Stage.Name().EN},
		}})
		for k := range l.Targets {
			out = append(out, targetPart(l, &l.Targets[k], name))
		}
		for k := range l.Measures {
			m := &l.Measures[k]
			out = append(out, measurePart(l, m, name))
			for n := range m.Projects {
				out = append(out, projectPart(m, &m.Projects[n], name))
			}
		}
	}
	return out
}

func targetPart(l *Line, t *Target, name func(string) edu.Text) part {
	same := func(zh, en, v string) field { return field{edu.Text{ZH: zh, EN: en}, v, v} }
	base := ""
	if t.BaseYear != 0 {
		base = fmt.Sprint(t.BaseYear)
	}
	if t.BaseValue != nil {
		base += " " + num(*t.BaseValue)
	}
	var shares, sharesEN []string
	for _, u := range Counties(t) {
		n := name(string(u))
		shares, sharesEN = append(shares, n.ZH+" "+byYear(t.Shares[u])), append(sharesEN, n.EN+" "+byYear(t.Shares[u]))
	}
	return part{t.ID, aTarget, t.Name, l.ID, []field{
		same("名称", "name", t.Name), same("关联指标", "indicator", strings.Trim(t.Scheme+":"+t.Indicator+" "+string(t.Stage)+" "+string(t.Of), ": ")), same("单位", "unit", t.Unit),
		same("方向", "direction", string(t.Direction)), same("基期", "base", strings.TrimSpace(base)), same("基期来源", "source of the base", t.BaseSource), same("年度目标", "values", byYear(t.Values)),
		{edu.Text{ZH: "县区分解", EN: "shares"}, strings.Join(shares, "，"), strings.Join(sharesEN, ", ")}, same("分解方式", "way of sharing", string(t.Combine)), same("依据", "source", t.Source),
	}}
}

func byYear(m map[int]float64) string {
	var out []string
	for _, y := range years(m) {
		out = append(out, fmt.Sprintf("%d: %s", y, num(m[y])))
	}
	return strings.Join(out, " ")
}

func measurePart(l *Line, m *Measure, name func(string) edu.Text) part {
	same := func(zh, en, v string) field { return field{edu.Text{ZH: zh, EN: en}, v, v} }
	due := field{name: edu.Text{ZH: "完成时限", EN: "time limit"}, zh: m.Due.String(), en: m.Due.String()}
	if m.Standing {
		due.zh, due.en = "长期坚持", "standing"
	}
	var zh, en []string
	for _, o := range m.Owners {
		n := edu.Text{ZH: o.Said, EN: o.Said}
		if o.Body != "" {
			n = name(o.Body)
		}
		z, e := n.ZH+"（"+DutyName(o.Duty).ZH, n.EN+" ("+DutyName(o.Duty).EN
		if o.Lead {
			z, e = z+"，牵头", e+", leads"
		}
		zh, en = append(zh, z+"）"), append(en, e+")")
	}
	slices.Sort(zh)
	slices.Sort(en)
	return part{m.ID, aMeasure, m.Text, l.ID, []field{
		same("内容", "text", m.Text), {edu.Text{ZH: "责任单位", EN: "owners"}, strings.Join(zh, "、"), strings.Join(en, ", ")}, same("开始", "begin", m.From.String()), due,
		same("对应目标", "target", m.Target), same("数值", "figures", m.Figures), same("出处", "source", m.Source),
	}}
}

func projectPart(m *Measure, p *Project, name func(string) edu.Text) part {
	same := func(zh, en, v string) field { return field{edu.Text{ZH: zh, EN: en}, v, v} }
	var money, stones []string
	for _, f := range p.Money {
		money = append(money, strings.TrimSpace(fmt.Sprintf("%d: %s %s", f.Year, num(f.Amount), f.Source)))
	}
	for _, s := range p.Stones {
		stones = append(stones, s.Day.String()+" "+s.Mark)
	}
	unit := edu.Text{}
	if p.School != "" {
		unit = name(string(p.School))
	}
	return part{p.ID, aProject, p.Name, m.ID, []field{
		same("名称", "name", p.Name), same("类型", "kind", p.Kind), {edu.Text{ZH: "学校", EN: "school"}, unit.ZH, unit.EN}, same("规模", "scale", p.Scale), same("地点", "place", p.Place),
		same("资金", "money", strings.Join(money, "，")), same("节点", "milestones", strings.Join(stones, "，")),
	}}
}
