package report

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// stage is the sheet of one stage: a school a row, three columns an indicator,
// and below them the county's mean, spread and standard.
func (w *countyWriter) stage(si int) *Sheet {
	st := w.a.Stages[si]
	measures := w.measuresOf(st)
	name := w.stageName(st.Frame.Stage)
	s := &Sheet{Name: name, Cols: []SheetCol{
		{"", w.t("序号", "No."), 6}, {"", w.t("学校", "School"), 30}, {"", w.t("学段", "Stage"), 7}, {"", w.t("学生数", "Pupils"), 9},
	}}
	for _, jd := range measures {
		d := jd.Item.Def
		g := code(d.Code, w.opt.text(d.Short))
		if t := jd.Threshold; t.Formula == nil {
			g += " " + w.held(d, t)
		}
		s.Cols = append(s.Cols, SheetCol{g, w.t("资源总量", "Resource"), 11}, SheetCol{g, w.t("指标值", "Value"), 9}, SheetCol{g, w.t("是否达标", "Met"), 9})
	}
	s.Cols = append(s.Cols, SheetCol{"", w.t("达标项数", "Items met"), 7}, SheetCol{"", w.t("最低占比(%)", "Lowest share (%)"), 9}, SheetCol{"", w.t("判定", "Verdict"), 10})

	lo, hi := w.a.Rows(edu.County, w.unit, si)
	var ruled *standard.SectionRuled
	if w.section != nil {
		ruled = st.Rule(w.section.ID)
	}
	for row := lo; row < hi; row++ {
		line := []SheetCell{number(float64(row-lo+1), 0), say(st.Frame.Rows[row].Name), say(name), number(value(st, row, "pupils"), 0)}
		met, least, all := 0, math.NaN(), edu.AllOf{}
		for _, jd := range measures {
			v, verdict := jd.Item.Value(row), jd.Verdict(row)
			have := SheetCell{}
			if t := jd.Item.Trace(row); t.Ratio {
				have = number(t.Over.Float(), 2)
				have.Decimals = digits(have.Value)
			}
			shown := number(v, jd.Item.Def.Decimals)
			if edu.FromFloat(v).IsNotApplicable() {
				shown = say("/")
			}
			shown.Bad = verdict == edu.Short
			line = append(line, have, shown, w.met(verdict))
			all.Add(verdict)
			if verdict == edu.Met {
				met++
			}
			if p := share(v, jd.Limit(row), jd.Threshold.Op); verdict != edu.Exempt && !(p >= least) {
				least = p
			}
		}
		verdict := all.Verdict()
		if ruled != nil {
			verdict = ruled.Verdicts[row]
		}
		lowest := number(least, 1)
		lowest.Bad = w.section != nil && w.section.Floor > 0 && least < 100*w.section.Floor
		s.Rows = append(s.Rows, append(line, number(float64(met), 0), lowest, w.verdict(verdict)))
	}
	foot := w.feet(si, measures)
	s.Rows, s.Foot = append(s.Rows, foot...), len(foot)
	return s
}

// feet are the last rows of a stage's sheet: county mean, standard deviation,
// difference coefficient, its limit, and the verdict on it.
func (w *countyWriter) feet(si int, measures []*standard.Judged) [][]SheetCell {
	st := w.a.Stages[si]
	ri := w.u.Region[si]
	lines := make([][]SheetCell, 5)
	for i, name := range []string{w.t("县均值", "County mean"), w.t("标准差", "Standard deviation"), w.t("差异系数", "Difference coefficient"), w.t("标准", "Standard"), w.t("判定", "Verdict")} {
		lines[i] = []SheetCell{{}, say(name), say(w.stageName(st.Frame.Stage)), {}}
	}
	if lo, hi := w.a.Rows(edu.County, w.unit, si); hi > lo {
		var n float64
		for row := lo; row < hi; row++ {
			if v := value(st, row, "pupils"); v == v {
				n += v
			}
		}
		lines[0][3] = number(n, 0)
	}
	for _, jd := range measures {
		d, stat := jd.Item.Def, jd.Item.Stats[edu.County][ri]
		total := SheetCell{}
		if t := jd.Item.RegionTrace(edu.County, ri); t.Ratio {
			total = number(t.Over.Float(), 2)
			total.Decimals = digits(total.Value)
		}
		lines[0] = append(lines[0], total, number(stat.Value, d.Decimals), SheetCell{})
		spread, mean := stat.Weighted.CV(), stat.Weighted.Mean()
		var limit float64
		verdict, held := edu.Exempt, false
		if w.spread != nil && asks(w.spread, d.ID) {
			spread = standard.Dispersion(stat, w.spread.Statistic)
			if w.spread.Statistic != "wcv" {
				mean = stat.Plain.Mean()
			}
			if limit, held = limitOf(w.spread, st.Frame.Stage); held {
				if verdict = standard.Compare(spread, w.spread.Op, limit); verdict == edu.Met && stat.Missing > 0 {
					verdict = edu.Unknown
				}
			}
		}
		lines[1] = append(lines[1], SheetCell{}, number(spread*mean, d.Decimals+1), SheetCell{})
		shown := number(spread, 3)
		shown.Bad = verdict == edu.Short
		lines[2] = append(lines[2], SheetCell{}, shown, SheetCell{})
		if held {
			lines[3] = append(lines[3], SheetCell{}, say(standard.Sign(w.spread.Op)+Number(limit)), SheetCell{})
			lines[4] = append(lines[4], SheetCell{}, w.verdict(verdict), w.met(verdict))
		} else {
			lines[3] = append(lines[3], SheetCell{}, SheetCell{}, SheetCell{})
			lines[4] = append(lines[4], SheetCell{}, SheetCell{}, SheetCell{})
		}
	}
	for i := range lines {
		lines[i] = append(lines[i], SheetCell{}, SheetCell{}, SheetCell{})
	}
	if w.resources != nil {
		lines[4][len(lines[4])-1] = w.verdict(w.a.Verdict(w.resources.ID, edu.County, w.unit))
	}
	return lines
}

func asks(r *pack.Rule, id string) bool {
	for _, x := range r.Of {
		if x == id {
			return true
		}
	}
	return false
}

func limitOf(r *pack.Rule, s edu.Stage) (float64, bool) {
	if v, ok := r.Limit[s]; ok {
		return v, true
	}
	v, ok := r.Limit[""]
	return v, ok
}

func value(st *standard.Stage, row int, element string) float64 {
	if col, ok := st.Frame.Column(element); ok {
		return col[row]
	}
	return math.NaN()
}

// digits is how many decimals, at most 2, a figure needs.
func digits(v float64) int {
	for d := range 2 {
		p := math.Pow10(d)
		if math.Abs(math.Round(v*p)-v*p) < 1e-9*math.Max(1, math.Abs(v*p)) {
			return d
		}
	}
	return 2
}
