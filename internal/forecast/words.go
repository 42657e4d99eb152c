// What a forecast says, in words.

package forecast

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
)

var methodNames = map[string]edu.Text{
	"naive":          {ZH: "沿用上年", EN: "the last year again"},
	"drift":          {ZH: "平均增减", EN: "drift"},
	"smoothing":      {ZH: "指数平滑（阻尼趋势）", EN: "exponential smoothing, damped"},
	"cohort":         {ZH: "逐级升学率，各年同等", EN: "cohort, all years alike"},
	"cohort, recent": {ZH: "逐级升学率，近年为重", EN: "cohort, recent years count more"},
	"cohort, newest": {ZH: "逐级升学率，最近一两年为主", EN: "cohort, the newest years"},
	"cohort, median": {ZH: "逐级升学率，取各年中位数", EN: "cohort, the median of years"},
	equal:            {ZH: "各方法平均", EN: "the mean of all methods"},
	"":               {ZH: "逐次按当时所知重选", EN: "chosen anew at each origin by what was known then"},
}

// MethodName is a method in words.
func MethodName(id string) edu.Text {
	if t, ok := methodNames[id]; ok {
		return t
	}
	return edu.Text{ZH: id, EN: id}
}

// SectionName is a stage in words; one that the user named stays as it is.
func SectionName(id string) edu.Text {
	switch id {
	case Preschool:
		return edu.Text{ZH: "学前", EN: "preschool"}
	case Primary:
		return edu.Text{ZH: "小学", EN: "primary"}
	case Junior:
		return edu.Text{ZH: "初中", EN: "junior secondary"}
	case Senior:
		return edu.Text{ZH: "高中", EN: "senior secondary"}
	case "":
		return edu.Text{ZH: "各年级", EN: "all grades"}
	}
	return edu.Text{ZH: id, EN: id}
}

// Told is a kind of note with how many places it is of.
type Told struct {
	Kind   NoteKind
	Places int
	Year   int // the earliest
	Text   edu.Text
}

// Tell puts notes in words, those of one kind together. What is asked for a grade
// that a place has not is no note.
func (r *Result) Tell() (out []Told) {
	at := map[NoteKind]int{}
	seen := map[NoteKind]map[int]bool{}
	for _, n := range r.Notes {
		if n.Kind == NoPast { // a grade that a place never had: a school is not of all stages
			continue
		}
		i, ok := at[n.Kind]
		if !ok {
			i = len(out)
			at[n.Kind], seen[n.Kind] = i, map[int]bool{}
			out = append(out, Told{Kind: n.Kind, Year: n.Year})
		}
		if n.Node >= 0 && !seen[n.Kind][n.Node] {
			seen[n.Kind][n.Node] = true
			out[i].Places++
		}
		if n.Year > 0 && (out[i].Year == 0 || n.Year < out[i].Year) {
			out[i].Year = n.Year
		}
	}
	for i := range out {
		out[i].Text = out[i].words()
	}
	return out
}

func (t Told) words() edu.Text {
	say := func(zh, en string, args ...any) edu.Text {
		return edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
	}
	switch t.Kind {
	case Carried:
		return say("%[1]d 个地方有年级最近一年没有人数：本地其他年级或其他地方有数的，按已停办计，否则沿用更早年份", "%[1]d places lack the last year of a grade: where others were counted the grade counts as gone, else an older year was taken", t.Places)
	case NoBirths:
		return say("%d 个地方没有出生人数：起始年级按自身走势推算", "%d places have no births: the first grade goes on as it went", t.Places)
	case BirthsAhead:
		return say("%d 年起入学的孩子尚未出生或尚无出生数：出生人数按走势外推", "children who enter from %d on are not yet born or not yet counted: births were carried on", t.Year)
	case FewOrigins:
		return say("年份太少，不能用过去检验：没有择优，用各年同等的逐级升学率", "the past is too short to test on: no method was chosen, the plain cohort is used")
	case ThinErrors:
		if t.Year == 0 {
			return say("过去误差太少，区间仅供参考", "too few errors were seen: the bands are a hint")
		}
		return say("%d 年以后的区间没有足够的过去误差，由前面的区间外推", "bands beyond %d years ahead are drawn on from the nearer ones: too few errors were seen", t.Year)
	}
	return say("%s", "%s", string(t.Kind))
}

// Conclusion says which method was used and what it is worth. It was chosen on the
// earlier origins, so its error on the later ones is no flattery.
func (r *Result) Conclusion() edu.Text {
	name := MethodName(r.Method)
	var used, naive, drift Score
	for _, s := range r.Test.Methods {
		switch {
		case s.Used:
			used = s
		}
		switch s.Method {
		case "naive":
			naive = s
		case "drift":
			drift = s
		}
	}
	if len(r.Test.Later) == 0 || used.Later != used.Later {
		return edu.Text{ZH: fmt.Sprintf("所用方法：%s。年份太少，没有检验。", name.ZH), EN: fmt.Sprintf("Method used: %s. The past is too short to test it.", name.EN)}
	}
	span := func(years []int) string { return fmt.Sprintf("%d—%d", years[0], years[len(years)-1]) }
	zh, en := "", ""
	if best := min(naive.Later, drift.Later); used.Later > best {
		zh, en = "；后期没有胜过简单方法", ", which a plain method did better"
	}
	return edu.Text{
		ZH: fmt.Sprintf("所用方法：%s，按 %s 年各年的预测误差选定。用 %s 年各年预测其后各年，平均误差 %.1f%%（沿用上年 %.1f%%，平均增减 %.1f%%）%s。", name.ZH, span(r.Test.Earlier), span(r.Test.Later), used.Later, naive.Later, drift.Later, zh),
		EN: fmt.Sprintf("Method used: %s, chosen by how it forecast from each year of %s. Forecast from each year of %s, what came after was missed by %.1f %% (the last year again: %.1f %%, drift: %.1f %%)%s.", name.EN, span(r.Test.Earlier), span(r.Test.Later), used.Later, naive.Later, drift.Later, en),
	}
}

// Held says how often the bands held what came, by level: the whole, what lies
// between, the single places.
func (r *Result) Held(level float64) edu.Text {
	var zh, en []string
	for d, h := range r.Test.Held {
		if h.Checked == 0 {
			continue
		}
		name := levelName(d, len(r.Test.Held))
		z := fmt.Sprintf("%s %d 个后来的实际数含住 %.1f%%", name.ZH, h.Checked, 100*h.Before)
		e := fmt.Sprintf("%s: %.1f %% of %d later truths", name.EN, 100*h.Before, h.Checked)
		if h.Widened > 1 {
			z += fmt.Sprintf("，不足，放宽到 %.2f 倍后 %.1f%%", h.Widened, 100*h.After)
			e += fmt.Sprintf(", widened by %.2f since it fell short, then %.1f %%", h.Widened, 100*h.After)
		}
		zh, en = append(zh, z), append(en, e)
	}
	if zh == nil {
		return edu.Text{ZH: "区间没有检验过：年份太少。", EN: "The bands were not tested: the past is too short."}
	}
	return edu.Text{
		ZH: fmt.Sprintf("%.0f%% 区间的检验：%s。", 100*level, strings.Join(zh, "；")),
		EN: fmt.Sprintf("The bands of %.0f %% held, %s.", 100*level, strings.Join(en, "; ")),
	}
}

// levelName is a depth of a tree in words.
func levelName(depth, depths int) edu.Text {
	switch {
	case depth == 0:
		return edu.Text{ZH: "全部合计", EN: "the whole"}
	case depth == depths-1:
		return edu.Text{ZH: "各学校（最下级）", EN: "single places"}
	}
	return edu.Text{ZH: "各县区", EN: "counties"}
}

// LevelName is the level of one of the test's Held in words.
func (t *Test) LevelName(depth int) edu.Text { return levelName(depth, len(t.Held)) }
