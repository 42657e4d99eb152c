package standard

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shuren/internal/edu"
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

// compared is "3.9 < 4.2 (93 % of it)". The figures are cut to six decimals
// unless that would make the two look equal.
func compared(v float64, op pack.Op, limit float64, ok bool) string {
	a, b := short(v), short(limit)
	if a == b && v != limit {
		a, b = figure(v), figure(limit)
	}
	sign := Sign(op)
	if !ok {
		sign = map[pack.Op]string{pack.AtLeast: "<", pack.AtMost: ">", pack.Above: "≤", pack.Below: "≥", pack.Equal: "≠"}[op]
	}
	s := a + " " + sign + " " + b
	if !ok && op == pack.AtLeast && limit > 0 {
		s += fmt.Sprintf(" (%.1f%%)", 100*v/limit)
	}
	return s
}

// Reason says in words why one row got its verdict on one indicator.
func (a *Assessment) Reason(st *Stage, jd *Judged, row int) edu.Text {
	v := jd.Item.Value(row)
	verdict := jd.Verdict(row)
	switch verdict {
	case edu.Met, edu.Short:
		s := compared(v, jd.Threshold.Op, jd.Limit(row), verdict == edu.Met)
		return edu.Text{ZH: s, EN: s}
	case edu.Exempt:
		if jd.Threshold == nil {
			if math.IsNaN(v) {
				return a.lacking(st, jd, row)
			}
			return edu.Text{}
		}
		if st.Scope != nil && st.Scope[row] == edu.Exempt && a.Standard.ScopeNote != (edu.Text{}) {
			return a.Standard.ScopeNote
		}
		return edu.Text{ZH: "不在此项要求范围内", EN: "outside what this asks"}
	}
	if !math.IsNaN(v) {
		if ev := jd.Threshold.EvidenceOf; ev != "" && st.Frame.Text(row, ev) == "" {
			return edu.Text{ZH: "未填佐证材料", EN: "no evidence given"}
		}
		if st.Scope != nil && st.Scope[row] == edu.Unknown {
			return a.needs(st, row, a.Standard.Scope.Expr.Fields(), "评估范围", "the scope")
		}
		var fields []string
		for _, f := range []*pack.Formula{jd.Threshold.Formula, jd.Threshold.When} {
			if f != nil {
				fields = append(fields, f.Expr.Fields()...)
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
	tr := f.Expr.Explain(func(field string) edu.Value { return st.Frame.Value(row, field) })
	if len(tr.Missing) > 0 {
		return a.needs(st, row, tr.Missing, "", "")
	}
	if len(tr.Zero) > 0 {
		z := tr.Zero[0]
		return edu.Text{ZH: "无法计算:除数 " + z.Divisor + " = 0", EN: "not computable: division by zero, " + z.Divisor + " = 0"}
	}
	return edu.Text{ZH: "无法计算", EN: "not computable"}
}

// needs names the fields that are missing in a row.
func (a *Assessment) needs(st *Stage, row int, fields []string, zh, en string) edu.Text {
	var z, e []string
	for _, f := range fields {
		if !st.Frame.Value(row, f).IsMissing() {
			continue
		}
		name := edu.Text{ZH: f, EN: f}
		if el := a.Pack.Element(f); el != nil {
			name.ZH = el.Name.In("zh")
		}
		z, e = append(z, name.ZH), append(e, name.EN)
	}
	t := edu.Text{ZH: "缺 " + strings.Join(z, "、"), EN: "needs " + strings.Join(e, ", ")}
	if zh != "" {
		t.ZH += "(用于" + zh + ")"
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
	return edu.Text{ZH: strings.Join(z, ","), EN: strings.Join(e, ", ")}
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
		ZH: fmt.Sprintf("全校 %s 的 %.1f%%,按加权%s拆分:%s", w, 100*part, s.By.Name.In("zh"), by),
		EN: fmt.Sprintf("%.1f %% of %s for the whole school, by weighted %s: %s", 100*part, w, s.By.ID, by),
	}
}
