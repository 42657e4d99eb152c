package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// block is the sheet of one block of the standard: an item a row, the parts of an
// item below it.
func (w *countyWriter) block(b *pack.Rule) *Sheet {
	name, _, _ := strings.Cut(w.opt.text(b.Name), "（")
	name, _, _ = strings.Cut(name, " (")
	s := &Sheet{Name: name, Cols: []SheetCol{
		{"", w.t("序号", "No."), 6}, {"", w.t("指标", "Indicator"), 40}, {"", w.t("标准", "Standard"), 12},
		{"", w.t("分子", "Numerator"), 13}, {"", w.t("分母", "Denominator"), 13}, {"", w.t("数值", "Value"), 11}, {"", w.t("判定", "Verdict"), 11},
		{"", w.t("数据来源", "Data from"), 28}, {"", w.t("责任部门", "Answering department"), 14}, {"", w.t("佐证材料（文号，页码）", "Evidence (number, page)"), 30}, {"", w.t("备注", "Remarks"), 20},
	}}
	for i, id := range b.Of {
		no := fmt.Sprint(i + 1)
		if d := w.a.Pack.Indicator(id); d != nil {
			s.Rows = append(s.Rows, w.item(b, d, no)...)
			continue
		}
		r := w.rule(id)
		if r == nil {
			continue
		}
		s.Rows = append(s.Rows, []SheetCell{say(no), say(code(r.Code, w.opt.text(r.Name))), {}, {}, {}, {}, w.verdict(w.a.Member(b, id, edu.County, w.unit)), {}, say(w.opt.Register.Departments[id]), say(w.opt.Register.Of(id, "")), {}})
		for k, part := range r.Of {
			if d := w.a.Pack.Indicator(part); d != nil && r.Statistic == "" && r.Level != edu.Section {
				s.Rows = append(s.Rows, w.item(r, d, fmt.Sprintf("%s.%d", no, k+1))...)
			}
		}
	}
	s.Rows = append(s.Rows, []SheetCell{{}, say(w.t("判定", "Verdict")), {}, {}, {}, {}, w.verdict(w.a.Verdict(b.ID, edu.County, w.unit)), {}, {}, {}, {}})
	s.Foot = 1
	return s
}

func (w *countyWriter) rule(id string) *pack.Rule {
	i := slices.IndexFunc(w.a.Standard.Rules, func(r *pack.Rule) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return w.a.Standard.Rules[i]
}

// item is the row of one indicator, or one row for each stage where sections are
// measured.
func (w *countyWriter) item(of *pack.Rule, d *pack.Indicator, no string) [][]SheetCell {
	name := code(d.Code, w.opt.text(d.Name))
	line := func(stage edu.Stage, f itemFigures) []SheetCell {
		label := name
		if stage != "" && !strings.Contains(name, w.stageName(stage)) {
			label += "（" + w.stageName(stage) + "）"
		}
		shown := number(f.value, f.decimals)
		if f.text != "" {
			shown = say(f.text)
		}
		shown.Bad = f.verdict == edu.Short
		over, under := number(f.over, digits(f.over)), number(f.under, digits(f.under))
		return []SheetCell{say(no), say(label), say(f.held), over, under, shown, w.verdict(f.verdict), say(w.from(d)), say(w.department(d)), say(w.evidence(d)), say(f.note)}
	}
	if d.Level == edu.County {
		return [][]SheetCell{line("", w.countyItem(d))}
	}
	var out [][]SheetCell
	for si, st := range w.a.Stages {
		jd := st.Indicator(d.ID)
		if jd == nil || w.u.Region[si] < 0 {
			continue
		}
		if f, ok := w.sectionItem(of, st, si, jd); ok {
			out = append(out, line(st.Frame.Stage, f))
		}
	}
	return out
}

// itemFigures are the figures of one row of a block.
type itemFigures struct {
	value, over, under float64
	decimals           int
	text, held, note   string
	verdict            edu.Verdict
}

func noFigures() itemFigures {
	return itemFigures{value: math.NaN(), over: math.NaN(), under: math.NaN(), verdict: edu.Unknown}
}

func (w *countyWriter) countyItem(d *pack.Indicator) itemFigures {
	f := noFigures()
	if w.a.Counties == nil || w.u.Row < 0 || w.a.Counties.Indicator(d.ID) == nil {
		return f
	}
	jd := w.a.Counties.Indicator(d.ID)
	f.value, f.decimals, f.held, f.verdict = jd.Item.Value(w.u.Row), d.Decimals, w.held(d, jd.Threshold), jd.Verdict(w.u.Row)
	if edu.FromFloat(f.value).IsNotApplicable() {
		f.text = "/"
	} else if d.Unit == pack.YesNo && f.value == f.value {
		f.text = w.t("否", "no")
		if f.value != 0 {
			f.text = w.t("是", "yes")
		}
	}
	if t := jd.Item.Trace(w.u.Row); t.Ratio {
		f.over, f.under = t.Over.Float(), t.Under.Float()
	}
	f.note = w.opt.text(w.a.Reason(w.a.Counties, jd, w.u.Row))
	if f.verdict == edu.Met || f.verdict == edu.Short {
		f.note = ""
	}
	return f
}

// sectionItem is an item that is measured in sections: the region's own value
// where that is held to the standard, otherwise how many sections meet it.
func (w *countyWriter) sectionItem(of *pack.Rule, st *standard.Stage, si int, jd *standard.Judged) (itemFigures, bool) {
	f, d, ri := noFigures(), jd.Item.Def, w.u.Region[si]
	if jd.Region != nil {
		s := jd.Item.Stats[edu.County][ri]
		f.value, f.decimals, f.held, f.verdict = s.Value, d.Decimals, w.held(d, jd.Region), jd.RegionVerdicts[edu.County][ri]
		if t := jd.Item.RegionTrace(edu.County, ri); t.Ratio {
			f.over, f.under = t.Over.Float(), t.Under.Float()
		}
		if s.Missing > 0 {
			f.note = w.t(fmt.Sprintf("%d校缺数据", s.Missing), fmt.Sprintf("%d schools lack figures", s.Missing))
		}
		return f, true
	}
	if jd.Threshold == nil {
		return f, false
	}
	lo, hi := w.a.Rows(edu.County, w.unit, si)
	n := standard.Tally(jd.Verdicts, lo, hi)
	asked := n.Count[edu.Met] + n.Count[edu.Short] + n.Count[edu.Unknown]
	if asked == 0 {
		return f, false
	}
	f.over, f.under, f.held, f.decimals = float64(n.Count[edu.Met]), float64(asked), w.held(d, jd.Threshold), 1
	f.value = 100 * f.over / f.under
	f.text = w.t(fmt.Sprintf("%s%%的学校达到", Number(math.Round(10*f.value)/10)), fmt.Sprintf("met by %s%% of schools", Number(math.Round(10*f.value)/10)))
	f.verdict = n.Verdict()
	if of.Share > 0 && of.Share < 1 {
		f.verdict = w.a.Member(of, d.ID, edu.County, w.unit)
	}
	if n.Count[edu.Unknown] > 0 {
		f.note = w.t(fmt.Sprintf("%d校无法判定", n.Count[edu.Unknown]), fmt.Sprintf("%d schools cannot be judged", n.Count[edu.Unknown]))
	}
	return f, true
}

// from says which figures an item rests on, by their names.
func (w *countyWriter) from(d *pack.Indicator) string {
	var names []string
	for _, id := range d.Needs {
		e := w.a.Pack.Element(id)
		if e == nil {
			continue
		}
		if n := w.opt.text(e.Name); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, w.t("、", ", "))
}

// department is who answers for an item: whom the county named, otherwise who
// answers the first of its figures by the pack.
func (w *countyWriter) department(d *pack.Indicator) string {
	if x := w.opt.Register.Departments[d.ID]; x != "" {
		return x
	}
	return w.opt.text(AnsweringOf(w.a.Pack, d))
}

// AnsweringOf is who answers for an indicator by the pack: the department of the
// first of its figures that names one, otherwise who fills the first.
func AnsweringOf(p *pack.Pack, d *pack.Indicator) edu.Text {
	var who edu.Text
	for _, id := range d.Needs {
		e := p.Element(id)
		switch {
		case e == nil:
		case e.Department != (edu.Text{}):
			return e.Department
		case who == (edu.Text{}) && e.Who != "":
			who = WhoName(e.Who)
		}
	}
	return who
}

// WhoName is what those are called who answer an element.
func WhoName(who string) edu.Text {
	switch who {
	case "school":
		return edu.Text{ZH: "学校", EN: "school"}
	case "township":
		return edu.Text{ZH: "中心学校", EN: "central school"}
	case "county":
		return edu.Text{ZH: "县级教育部门", EN: "county education bureau"}
	case "department":
		return edu.Text{ZH: "县级有关部门", EN: "another department of the county"}
	case "city":
		return edu.Text{ZH: "市级教育部门", EN: "city education bureau"}
	}
	return edu.Text{ZH: who, EN: who}
}

// evidence is what the county's answers cite, and what the register adds.
func (w *countyWriter) evidence(d *pack.Indicator) string {
	var texts []string
	if w.a.Counties != nil && w.u.Row >= 0 {
		for _, id := range EvidenceElements(w.a, d) {
			if t := strings.TrimSpace(w.a.Counties.Frame.Text(w.u.Row, id)); t != "" && !slices.Contains(texts, t) {
				texts = append(texts, t)
			}
		}
	}
	return w.opt.Register.Of(d.ID, strings.Join(texts, "；"))
}

// EvidenceElements are the elements whose text holds the evidence of an
// indicator of counties.
func EvidenceElements(a *standard.Assessment, d *pack.Indicator) []string {
	var out []string
	for _, id := range d.Needs {
		if e := a.Pack.Element(id); e != nil && e.Evidence && !slices.Contains(out, e.ID) {
			out = append(out, e.ID)
		}
	}
	if a.Standard != nil {
		for _, t := range a.Standard.Thresholds {
			if t.Indicator == d.ID && t.EvidenceOf != "" && !slices.Contains(out, t.EvidenceOf) {
				out = append(out, t.EvidenceOf)
			}
		}
	}
	return out
}

// answers is the sheet of what the county itself answered, in the order of the
// pack.
func (w *countyWriter) answers() *Sheet {
	s := &Sheet{Name: w.t("县级填报", "County answers"), Cols: []SheetCol{
		{"", w.t("序号", "No."), 6}, {"", w.t("项目", "Item"), 44}, {"", w.t("数值", "Answer"), 16}, {"", w.t("单位", "Unit"), 12}, {"", w.t("填报单位", "Answered by"), 20}, {"", w.t("佐证材料（文号，页码）", "Evidence (number, page)"), 36},
	}}
	f := w.a.Counties.Frame
	for _, e := range w.a.Pack.Elements {
		if e.Level != edu.County || e.Derive != nil {
			continue
		}
		for _, part := range partsOf(e) {
			name := w.opt.text(e.Name)
			if part.ID != e.ID {
				name += "：" + w.opt.text(part.Name)
			}
			s.Rows = append(s.Rows, []SheetCell{number(float64(len(s.Rows)+1), 0), say(name), w.answer(f, e, part.ID), say(w.unitName(e)), say(w.opt.text(WhoName(e.Who))), say(strings.TrimSpace(f.Text(w.u.Row, e.ID)))})
		}
	}
	return s
}

func partsOf(e *pack.Element) []pack.Option {
	if e.By == nil {
		return []pack.Option{{ID: e.ID}}
	}
	var out []pack.Option
	for _, p := range e.By.Parts {
		p.ID = e.ID + "." + p.ID
		out = append(out, p)
	}
	return out
}

// answer is a figure in the unit in which it was filled.
func (w *countyWriter) answer(f *frame.Frame, e *pack.Element, id string) SheetCell {
	v := f.Value(w.u.Row, id)
	x, ok := v.Number()
	switch {
	case v.IsNotApplicable():
		return say("/")
	case !ok:
		return SheetCell{}
	case e.Type == edu.TypeYesNo && x != 0:
		return say(w.t("是", "yes"))
	case e.Type == edu.TypeYesNo:
		return say(w.t("否", "no"))
	case e.Type == edu.TypeChoice:
		if i := int(x); i >= 0 && i < len(e.Choices) {
			return say(w.opt.text(e.Choices[i].Name))
		}
		return SheetCell{}
	case e.Type == edu.TypeDate:
		return say(edu.Date(x).String())
	}
	x /= math.Pow10(e.Shift())
	return number(x, digits(x))
}

// unitName is the unit of measure in which an element is filled.
func (w *countyWriter) unitName(e *pack.Element) string {
	unit := e.Unit
	if e.FilledIn != "" {
		unit = e.FilledIn
	}
	over, under, divided := strings.Cut(unit, "/")
	name := func(u string) string {
		scale, base, scaled := strings.Cut(strings.TrimSpace(u), " ")
		if !scaled {
			scale, base = "", scale
		}
		for _, k := range w.a.Pack.Units {
			if k.ID == base {
				base = w.opt.text(k.Name)
			}
		}
		switch {
		case scale == "10000" && w.opt.Lang != "en":
			return "万" + base
		case scale != "":
			return scale + " " + base
		case base == "1":
			return ""
		}
		return base
	}
	if divided {
		return name(over) + "/" + name(under)
	}
	return name(over)
}
