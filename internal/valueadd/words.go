// What a result says in plain words, what to watch, and what it cannot say.

package valueadd

import (
	"fmt"

	"shuren/internal/edu"
)

// Conclusion is the result in one sentence.
func (r *Result) Conclusion() edu.Text {
	t := r.Tally
	if r.Checks.Boundary {
		return edu.Text{
			ZH: fmt.Sprintf("%d 所学校之间没有发现增值差异：扣除起点等因素后，差别可以由学生个体差异解释。", r.Schools),
			EN: fmt.Sprintf("No difference in value added was found between %d schools: what is left after the pupils' start is no more than pupils differ anyway.", r.Schools),
		}
	}
	held := edu.Text{}
	if t.Held > 0 {
		held.ZH = fmt.Sprintf("；另有 %d 所因人数少不公布", t.Held)
		held.EN = fmt.Sprintf("; %d are too small to be shown", t.Held)
	}
	return edu.Text{
		ZH: fmt.Sprintf("%d 所学校中，%d 所与平均水平无显著差异，%d 所高于平均水平，%d 所低于平均水平%s。", r.Schools, t.Indistinct, t.Above, t.Below, held.ZH),
		EN: fmt.Sprintf("Of %d schools, %d are indistinguishable from average, %d are above and %d below%s.", r.Schools, t.Indistinct, t.Above, t.Below, held.EN),
	}
}

// Finding is one line of the diagnostics.
type Finding struct {
	ID    string
	Watch bool // a reader should be careful
	Text  edu.Text
}

// What the diagnostics call worth watching. These are habits of the trade, not
// rules of any document [E].
const (
	rare       = 0.05 // probability, as in the 95 % intervals
	inflated   = 10   // variance inflation
	fewSchools = 30   // for the variance between schools
	manyTiny   = 0.25 // share of the weight
)

// Diagnose puts the checks into words.
func (r *Result) Diagnose() []Finding {
	c := &r.Checks
	var out []Finding
	add := func(id string, watch bool, zh, en string, args ...any) {
		out = append(out, Finding{id, watch, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}})
	}
	if c.Boundary {
		add("convergence", true, "学校间方差估计为 0（边界）：数据没有显示学校差异", "the variance between schools is estimated as 0, at its boundary: the data show no difference between schools")
	} else {
		add("convergence", false, "已收敛：似然计算 %d 次，末次斜率 %.1e", "converged after %d evaluations of the likelihood; the last slope was %.1e", c.Evaluations, c.Slope)
	}
	add("between", c.P > rare, "学校间有差异的检验：似然比 %.2f，p %s", "test of any difference between schools: likelihood ratio %.2f, p %s", c.LR, probability(c.P))
	if r.Schools < fewSchools {
		add("schools", true, "只有 %d 所学校，学校间方差的估计不精确", "only %d schools: the variance between them is estimated roughly", r.Schools)
	}
	add("explained", false, "前测和协变量解释了 %.1f%% 的方差；剩余方差中 %.1f%% 在学校之间", "the prior results and covariates explain %.1f%% of the variance; of what is left %.1f%% lies between schools", 100*c.Explained, 100*r.Variances.ICC())
	if c.Effects > 0 {
		add("normal", c.NormalP < rare, "学校效应的分布：偏度 %.2f，超额峰度 %.2f，正态性 p %s", "distribution of the schools' effects: skewness %.2f, excess kurtosis %.2f, p %s if normal", c.Skewness, c.Kurtosis, probability(c.NormalP))
	}
	if c.Within > 0 {
		add("within", c.WithinSD[3] > 1.5*c.WithinSD[1], "校内残差标准差：中位 %.2f，四分位 %.2f 至 %.2f，最小 %.2f，最大 %.2f", "spread of pupils within schools: median %.2f, quartiles %.2f to %.2f, from %.2f to %.2f",
			c.WithinSD[2], c.WithinSD[1], c.WithinSD[3], c.WithinSD[0], c.WithinSD[4])
	}
	if c.Tiny > 0 {
		add("tiny", c.TinyWeight > manyTiny, "%d 所学校因人数少不公布，占学生的 %.1f%%，占“平均学校”权重的 %.1f%%", "%d schools are too small to be shown: %.1f%% of the pupils, %.1f%% of the weight in the average school", c.Tiny, 100*c.TinyPupils, 100*c.TinyWeight)
	}
	for _, f := range r.Fixed {
		if f.VIF >= inflated {
			l := f.Label()
			out = append(out, Finding{"overlap", true, edu.Text{
				ZH: fmt.Sprintf("“%s”与其他变量高度重叠（方差膨胀 %.1f），其系数不宜单独解读", l.ZH, f.VIF),
				EN: fmt.Sprintf("%q overlaps with the others (variance inflation %.1f): do not read its coefficient alone", l.EN, f.VIF),
			}})
		}
	}
	for _, d := range r.Dropped {
		l, with := d.Label(), labels(d.With)
		text := edu.Text{ZH: fmt.Sprintf("“%s”对所有学生都相同，已去掉", l.ZH), EN: fmt.Sprintf("%q is the same for every pupil and was left out", l.EN)}
		if len(d.With) > 0 {
			text = edu.Text{ZH: fmt.Sprintf("“%s”可由“%s”算出（共线），已去掉", l.ZH, with.ZH), EN: fmt.Sprintf("%q follows from %q (collinear) and was left out", l.EN, with.EN)}
		}
		out = append(out, Finding{"collinear", true, text})
	}
	return out
}

// probability is "= 0.031", or "< 0.0001" where the digits mean nothing.
func probability(p float64) string {
	if p < 1e-4 {
		return "< 0.0001"
	}
	return fmt.Sprintf("= %.2g", p)
}

// CannotSay is what a reader must not take from the result.
func CannotSay() []edu.Text {
	return []edu.Text{
		{ZH: "不用于教师考核、职称、奖惩：结果属于学校，不属于任何一位教师或学生。", EN: "It feeds no teacher's appraisal, promotion or pay: it speaks of schools, never of a teacher or a pupil."},
		{ZH: "不是升学考试排名，也不得用作排名：多数学校的区间相互重叠，次序没有意义。", EN: "It is no ranking and no examination league: most intervals overlap, and their order means nothing."},
		{ZH: "“无显著差异”不等于“一样”，只表示现有数据分不出来。", EN: "\"Indistinguishable from average\" does not mean \"the same\": these data cannot tell."},
		{ZH: "不说明原因：没有测到的因素（家庭、转学、缺考、校外辅导）也在其中。", EN: "It gives no cause: whatever was not measured (families, transfers, absences, tutoring) is in it too."},
		{ZH: "只与本次参加的学校相比，平均水平随之变动；一次结果不代表趋势。", EN: "Schools are compared with those of this file only, and the average moves with them; one year is no trend."},
		{ZH: "100 所毫无差异的学校中，仍可能有约 5 所落在 95% 区间之外。", EN: "Of 100 schools that do not differ at all, about 5 may still fall outside their 95 % intervals."},
	}
}
