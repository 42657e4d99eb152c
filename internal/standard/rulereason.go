// Why a rule came out as it did: which of its members are short or unknown.

package standard

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// mostNamed is how many members of a rule a reason names.
const mostNamed = 8

// SectionRuleReason says what one section's judgements came to, names those
// that are short and says which of them lie below the floor: with six of seven
// met, that is why the school still fails.
func (a *Assessment) SectionRuleReason(st *Stage, ruled *SectionRuled, row int) edu.Text {
	var t edu.AllOf
	var zh, en []string
	for _, id := range ruled.Rule.Of {
		jd := st.Indicator(id)
		if jd == nil || jd.Threshold == nil {
			continue
		}
		v := jd.Verdict(row)
		t.Add(v)
		if v != edu.Short {
			continue
		}
		label := a.label(id)
		z, e := label.ZH, label.EN
		if limit := jd.Limit(row); ruled.Rule.Floor > 0 && jd.Item.Value(row) < downTo(exactly(ruled.Rule.Floor*limit)) {
			z += fmt.Sprintf("低于标准的%g%%", 100*ruled.Rule.Floor)
			e += fmt.Sprintf(" below %g %% of the standard", 100*ruled.Rule.Floor)
		}
		zh, en = append(zh, z), append(en, e)
	}
	r := TallyReason(t)
	if len(zh) > 0 {
		r.ZH += "：" + strings.Join(zh, "、")
		r.EN += ": " + strings.Join(en, ", ")
	}
	return r
}

// RuleReason counts what a region rule's verdict for a unit was made of, and
// says it in words: its members where the rule is judged, above that the units
// below.
func (a *Assessment) RuleReason(r *pack.Rule, level edu.Level, unit int) (edu.AllOf, edu.Text) {
	var t edu.AllOf
	if at := a.RuleLevel(r.ID); level < at {
		for u := range a.Units[at] {
			if a.within(at, u, level, unit) {
				t.Add(a.Verdict(r.ID, at, u))
			}
		}
		return t, TallyReason(t)
	}
	var short, unknown []edu.Text
	add := func(v edu.Verdict, name edu.Text) {
		t.Add(v)
		switch {
		case v == edu.Short && !slices.Contains(short, name):
			short = append(short, name)
		case v == edu.Unknown && !slices.Contains(unknown, name):
			unknown = append(unknown, name)
		}
	}
	var means edu.Text
	if r.Statistic != "" {
		a.spread(r, level, unit, func(v edu.Verdict, stage edu.Stage, id string, figure float64) {
			name := a.label(id)
			s := stageWords[stage]
			if s != (edu.Text{}) {
				name = edu.Text{ZH: s.ZH + name.ZH, EN: s.EN + " " + name.EN}
			}
			if r.Mean && figure == figure {
				limit := r.Limit[stage]
				c := compared(figure, r.Op, limit, Compare(figure, r.Op, limit) == edu.Met)
				means.ZH += "；" + strings.TrimSpace(s.ZH+"平均 "+c)
				means.EN += "; " + strings.TrimSpace(s.EN+" mean "+c)
			}
			add(v, name)
		})
	} else {
		for _, id := range r.Of {
			add(a.member(r, id, level, unit), a.label(id))
		}
	}
	words := TallyReason(t)
	for _, x := range []struct {
		names  []edu.Text
		zh, en string
	}{{short, "不达标", "short"}, {unknown, "无法判定", "unknown"}} {
		if len(x.names) == 0 {
			continue
		}
		var zh, en []string
		for _, n := range x.names[:min(mostNamed, len(x.names))] {
			zh, en = append(zh, n.ZH), append(en, n.EN)
		}
		if len(x.names) > mostNamed {
			zh, en = append(zh, "……"), append(en, "…")
		}
		words.ZH += "；" + x.zh + "：" + strings.Join(zh, "、")
		words.EN += "; " + x.en + ": " + strings.Join(en, ", ")
	}
	words.ZH, words.EN = words.ZH+means.ZH, words.EN+means.EN
	if r.First {
		if _, id := a.firstOf(r, level, unit); id != "" {
			words.ZH += "；依据：" + a.label(id).ZH
			words.EN += "; by: " + a.label(id).EN
		}
	}
	return t, words
}

var stageWords = map[edu.Stage]edu.Text{
	edu.Preschool: {ZH: "学前", EN: "preschool"}, edu.Primary: {ZH: "小学", EN: "primary"}, edu.Junior: {ZH: "初中", EN: "junior"},
	edu.Senior: {ZH: "高中", EN: "senior"}, edu.Vocational: {ZH: "中职", EN: "vocational"}, edu.Special: {ZH: "特教", EN: "special"},
}

// within tells whether a unit lies in another one of a level above.
func (a *Assessment) within(level edu.Level, unit int, upper edu.Level, in int) bool {
	for level > upper {
		up := a.Units[level][unit].Parent
		if up < 0 {
			return false
		}
		for level--; level > upper && len(a.Units[level]) == 0; {
			level--
		}
		unit = up
	}
	return unit == in
}

// label is what documents call an indicator or a rule: G5, or its name.
func (a *Assessment) label(id string) edu.Text {
	if i := slices.IndexFunc(a.Standard.Rules, func(r *pack.Rule) bool { return r.ID == id }); i >= 0 {
		r := a.Standard.Rules[i]
		if r.Code != "" {
			return edu.Text{ZH: r.Code, EN: r.Code}
		}
		return edu.Text{ZH: r.Name.In("zh"), EN: r.Name.In("en")}
	}
	def := a.Pack.Indicator(id)
	// One of several parts of an item needs more than the item's number; figures
	// for comparison only are no parts.
	alone := def.Code != "" && !slices.ContainsFunc(a.Standard.Thresholds, func(t *pack.Threshold) bool {
		return t.Indicator != id && a.Pack.Indicator(t.Indicator).Code == def.Code
	})
	switch {
	case alone:
		return edu.Text{ZH: def.Code, EN: def.Code}
	case def.Short == (edu.Text{}):
		return edu.Text{ZH: def.Name.In("zh"), EN: def.Name.In("en")}
	case def.Code == "":
		return edu.Text{ZH: def.Short.In("zh"), EN: def.Short.In("en")}
	}
	return edu.Text{ZH: def.Code + def.Short.In("zh"), EN: def.Code + " " + def.Short.In("en")}
}
