package standard

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/pack"
)

// Sign is a comparison as people write it.
func Sign(op pack.Op) string {
	switch op {
	case pack.AtLeast:
		return "≥"
	case pack.AtMost:
		return "≤"
	case pack.Equal:
		return "="
	default:
		return string(op)
	}
}

var outside = edu.Text{ZH: "不在此项要求范围内", EN: "outside what this asks"}

// figure writes a number for a person: enough digits to see why a comparison
// came out as it did, never a long tail.
func figure(x float64) string {
	if math.IsNaN(x) {
		return "_"
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func short(x float64) string {
	if math.IsNaN(x) {
		return "_"
	}
	return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)
}

// compared is "3.9 < 4.2 (92.8 % of it)". The figures are cut to six decimals
// unless that would make the two look equal; the percentage is cut, not rounded,
// so that what lies below 85 % never reads as 85.0 %.
func compared(v float64, op pack.Op, limit float64, ok bool) string {
	a, b := short(v), short(limit)
	if a == b && math.Abs(v-limit) > noise*math.Abs(limit) {
		a, b = figure(v), figure(limit)
	}
	sign := Sign(op)
	if !ok {
		sign = map[pack.Op]string{pack.AtLeast: "<", pack.AtMost: ">", pack.Above: "≤", pack.Below: "≥", pack.Equal: "≠"}[op]
	}
	s := a + " " + sign + " " + b
	if !ok && op == pack.AtLeast && limit > 0 {
		s += " (" + percent(v/limit) + ")"
	}
	return s
}

// percent is a part of a limit that is not reached, cut to a tenth.
func percent(x float64) string {
	return fmt.Sprintf("%.1f%%", math.Floor(1000*x+1e-9)/10)
}

// answered says what a judgement was, beside what is asked where it is not.
func answered(v float64, ok bool) edu.Text {
	yes := v == 1
	word := func(is bool) edu.Text {
		if is {
			return edu.Text{ZH: "是", EN: "yes"}
		}
		return edu.Text{ZH: "否", EN: "no"}
	}
	given, asked := word(yes), word(!yes)
	if ok {
		return given
	}
	return edu.Text{ZH: "填报为“" + given.ZH + "”，要求为“" + asked.ZH + "”", EN: "answered " + given.EN + ", must be " + asked.EN}
}

// Reason says in words why one row got its verdict on one indicator.
func (a *Assessment) Reason(st *Stage, jd *Judged, row int) edu.Text {
	v := jd.Item.Value(row)
	verdict := jd.Verdict(row)
	switch verdict {
	case edu.Met, edu.Short:
		if d := jd.Item.Def; d.Unit == pack.YesNo || d.Fact() {
			return answered(v, verdict == edu.Met)
		}
		s := compared(v, jd.Threshold.Op, jd.Limit(row), verdict == edu.Met)
		return edu.Text{ZH: s, EN: s}
	case edu.Exempt:
		if jd.Threshold == nil {
			if math.IsNaN(v) {
				return a.lacking(st, jd, row)
			}
			return edu.Text{}
		}
		switch {
		case jd.Threshold.Scoped && st.Scope != nil && st.Scope[row] == edu.Exempt && a.Standard.ScopeNote != (edu.Text{}):
			return a.Standard.ScopeNote
		case edu.FromFloat(v).IsNotApplicable():
			return edu.Text{ZH: "填报为不适用(/)", EN: "given as not applicable (/)"}
		}
		return outside
	}
	if !math.IsNaN(v) {
		if ev := jd.Threshold.EvidenceOf; ev != "" && st.Frame.Text(row, ev) == "" {
			return edu.Text{ZH: "未填佐证材料", EN: "no evidence given"}
		}
		if jd.Threshold.Scoped && st.Scope != nil && st.Scope[row] == edu.Unknown {
			return a.needs(st, row, a.Standard.Scope.Expr.Fields(), "评估范围", "the scope")
		}
		var fields []string
		for _, f := range []*pack.Formula{jd.Threshold.Formula, jd.Threshold.When} {
			if f != nil {
				tr := a.explain(st, row, f)
				if len(tr.Missing) == 0 && len(tr.Zero) > 0 {
					return a.dividedBy(tr.Zero[0])
				}
				fields = append(fields, tr.Missing...)
			}
		}
		return a.needs(st, row, fields, "标准值", "the threshold")
	}
	return a.lacking(st, jd, row)
}

// lacking says why a value is missing: who owes what, or what was divided by.
func (a *Assessment) lacking(st *Stage, jd *Judged, row int) edu.Text {
	f := jd.Item.Def.Section
	if f == nil {
		return edu.Text{}
	}
	tr := a.explain(st, row, f)
	if len(tr.Missing) > 0 {
		return a.needs(st, row, tr.Missing, "", "")
	}
	if len(tr.Zero) > 0 {
		return a.dividedBy(tr.Zero[0])
	}
	return edu.Text{ZH: "无法计算", EN: "not computable"}
}

func (a *Assessment) explain(st *Stage, row int, f *pack.Formula) formula.Trace {
	return f.Expr.Explain(func(field string) edu.Value { return st.Frame.Value(row, field) })
}

var identifier = regexp.MustCompile(`[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?`)

// dividedBy says which figure was zero, by the names of what was divided by.
func (a *Assessment) dividedBy(z formula.ZeroDivision) edu.Text {
	in := func(lang string) string {
		return identifier.ReplaceAllStringFunc(z.Divisor, func(id string) string {
			if a.Pack.Element(id) == nil {
				return id
			}
			return a.name(id).In(lang)
		})
	}
	return edu.Text{ZH: "无法计算：" + in("zh") + " = 0,不能作除数", EN: "not computable: division by zero, " + in("en") + " = 0"}
}

// name is what a field is called, with its part: 国家质量监测水平等级(语文).
func (a *Assessment) name(field string) edu.Text {
	el := a.Pack.Element(field)
	if el == nil {
		return edu.Text{ZH: field, EN: field}
	}
	t := edu.Text{ZH: el.Name.In("zh"), EN: el.Name.In("en")}
	if el.By != nil {
		for _, p := range el.By.Parts {
			if field == el.ID+"."+p.ID {
				t.ZH += "(" + p.Name.In("zh") + ")"
				t.EN += " (" + p.Name.In("en") + ")"
			}
		}
	}
	return t
}

// needs names the fields of which a row has no number.
func (a *Assessment) needs(st *Stage, row int, fields []string, zh, en string) edu.Text {
	var z, e []string
	for _, f := range fields {
		if _, ok := st.Frame.Value(row, f).Number(); ok {
			continue
		}
		name := a.name(f)
		if slices.Contains(z, name.ZH) {
			continue
		}
		z, e = append(z, name.ZH), append(e, name.EN)
	}
	if len(z) == 0 {
		return edu.Text{ZH: "无法计算", EN: "not computable"}
	}
	t := edu.Text{ZH: "缺 " + strings.Join(z, "、"), EN: "needs " + strings.Join(e, ", ")}
	if zh != "" {
		t.ZH += "（用于" + zh + "）"
		t.EN += " (for " + en + ")"
	}
	return t
}

// RegionReason says why a region got its verdict on an indicator's own value.
func (jd *Judged) RegionReason(level edu.Level, region int) edu.Text {
	if jd.Region == nil {
		return edu.Text{}
	}
	s := jd.Item.Stats[level][region]
	t := edu.Text{}
	switch v := jd.RegionVerdicts[level][region]; {
	case v == edu.Exempt:
		return outside
	case v == edu.Unknown && s.Missing == 0:
		return edu.Text{ZH: "无法计算：没有可作分母的数", EN: "not computable: nothing to divide by"}
	}
	if v := jd.RegionVerdicts[level][region]; !math.IsNaN(s.Value) {
		c := compared(s.Value, jd.Region.Op, limitOf(jd.Region), Compare(s.Value, jd.Region.Op, limitOf(jd.Region)) == edu.Met && v != edu.Short)
		t = edu.Text{ZH: c, EN: c}
	}
	if s.Missing > 0 {
		t.ZH += fmt.Sprintf(" 缺 %d 个学段的数据", s.Missing)
		t.EN += fmt.Sprintf(" %d sections lack an input", s.Missing)
	}
	return edu.Text{ZH: strings.TrimSpace(t.ZH), EN: strings.TrimSpace(t.EN)}
}

// TallyReason says how many of the members came to what.
func TallyReason(t edu.AllOf) edu.Text {
	z := []string{fmt.Sprintf("达标 %d", t.Count[edu.Met])}
	e := []string{fmt.Sprintf("%d met", t.Count[edu.Met])}
	for _, x := range []struct {
		v      edu.Verdict
		zh, en string
	}{{edu.Short, "不达标", "short"}, {edu.Unknown, "无法判定", "unknown"}, {edu.Exempt, "不适用", "exempt"}} {
		if n := t.Count[x.v]; n > 0 {
			z, e = append(z, fmt.Sprintf("%s %d", x.zh, n)), append(e, fmt.Sprintf("%d %s", n, x.en))
		}
	}
	return edu.Text{ZH: strings.Join(z, "，"), EN: strings.Join(e, ", ")}
}

// Words says how the part was worked out: "41.8 % of 23226 by weighted pupils:
// 166×1 / (166×1 + 210×1.1)".
func (s *Share) Words() edu.Text {
	whole, ok := s.Whole.Number()
	if !ok {
		return edu.Text{ZH: "全校不适用", EN: "does not apply to the school"}
	}
	w := short(whole)
	part, ok := s.Part.Number()
	if !ok {
		return edu.Text{ZH: "全校 " + w + ",各学段所占份额不明", EN: "a part of " + w + " for the whole school that cannot be told"}
	}
	var own string
	var all []string
	for _, sec := range s.Sections {
		n, _ := sec.By.Number()
		term := short(n) + "×" + short(s.Rule.Weights[sec.Stage])
		if all = append(all, term); sec.Stage == s.Stage {
			own = term
		}
	}
	by := own + " / (" + strings.Join(all, " + ") + ")"
	return edu.Text{
		ZH: fmt.Sprintf("全校 %s 的 %.1f%%，按加权%s拆分：%s", w, 100*part, s.By.Name.In("zh"), by),
		EN: fmt.Sprintf("%.1f %% of %s for the whole school, by weighted %s: %s", 100*part, w, s.By.ID, by),
	}
}
