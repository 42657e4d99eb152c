package standard_test

import (
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// What a clerk reads about one school, in both languages.
func TestReasons(t *testing.T) {
	base := with(map[string]float64{"urban_rural": 2, "built_year": 2000, "boarders": 0})
	but := func(change map[string]float64) map[string]float64 {
		g := with(base)
		for k, v := range change {
			g[k] = v
		}
		return g
	}
	na := edu.NotApplicable.Float()
	for _, tt := range []struct {
		name, kind, indicator string
		given                 map[string]float64
		zh, en                string
	}{
		{"met", "211", "r6", base, "2000 ≥ 2000", "2000 ≥ 2000"},
		{"just below the floor never reads as 85 %", "211", "r6", but(map[string]float64{"equipment": 849_950}), "1699.9 < 2000 (84.9%)", "1699.9 < 2000 (84.9%)"},
		{"at the floor", "211", "r6", but(map[string]float64{"equipment": 850_000}), "1700 < 2000 (85.0%)", "1700 < 2000 (85.0%)"},
		{"nothing missing but what does not apply", "211", "r5", but(map[string]float64{"area_hall": na}), "缺 体育馆面积", "needs Sports hall"},
		{"missing", "211", "r6", but(map[string]float64{"equipment": edu.Missing()}), "缺 教学仪器设备值", "needs Teaching equipment"},
		{"no pupils", "211", "r1", but(map[string]float64{"pupils": 0}), "无法计算：在校生数 = 0,不能作除数", "not computable: division by zero, Pupils on the roll = 0"},
		{"out of scope", "511", "r1", base, "特殊教育学校、职业学校和不足50人的教学点不参加七项指标评估。", "Special schools, vocational schools and teaching points under 50 pupils are not assessed by the seven indicators."},
		{"out of scope, but not of this item", "511", "g6", base, "不在此项要求范围内", "outside what this asks"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := assess(t, school{"s1", "c1", tt.kind, tt.given})
			st := a.Stages[0]
			got := a.Reason(st, st.Indicator(tt.indicator), 0)
			if got.ZH != tt.zh || got.EN != tt.en {
				t.Errorf("%s: %q, %q\nwant %q, %q", st.Indicator(tt.indicator).Verdict(0), got.ZH, got.EN, tt.zh, tt.en)
			}
		})
	}
}

// What is read about a county's answers: a judgement is a word, a subject is
// named, and so is what was zero.
func TestReasonsOfAnswers(t *testing.T) {
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	tab := &frame.Table{Period: edu.Year(2025), Level: edu.County, File: "made.csv", N: 1, Rows: []int32{2}, Cols: map[string][]float64{}, Heads: map[string]frame.Head{}}
	tab.Key = texts(1, func(int) string { return "c1" })
	tab.Name = tab.Key
	for id, v := range map[string]float64{"review_g1": 0, "review_q5": 1, "veto_key": 1, "veto_exam": 0, "exchange_done": 0, "exchange_backbone": 0,
		"recognition": 84.99, "monitor_level.science": edu.NotApplicable.Float()} {
		set(tab, id, 0, 1, v)
	}
	frames, problems := frame.Build([]*frame.Table{tab}, frame.Options{Stages: p.Stages})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a, err := standard.Assess(frames, p)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]edu.Text{
		"g1":           {ZH: "填报为“否”，要求为“是”", EN: "answered no, must be yes"},
		"q5":           {ZH: "未填佐证材料", EN: "no evidence given"},
		"v3":           {ZH: "填报为“是”，要求为“否”", EN: "answered yes, must be no"},
		"v1":           {ZH: "否", EN: "no"},
		"g11_backbone": {ZH: "无法计算：实际交流教师数 = 0,不能作除数", EN: "not computable: division by zero, Teachers exchanged = 0"},
		"recognition":  {ZH: "84.99 < 85 (99.9%)", EN: "84.99 < 85 (99.9%)"},
		"q9_science":   {ZH: "填报为不适用(/)", EN: "given as not applicable (/)"},
		"q9_maths":     {ZH: "缺 国家质量监测水平等级(数学)", EN: "needs Monitoring level (Mathematics)"},
	} {
		if got := a.Reason(a.Counties, a.Counties.Indicator(id), 0); got != want {
			t.Errorf("%s: %q, %q\nwant %q, %q", id, got.ZH, got.EN, want.ZH, want.EN)
		}
	}
}

// What is read about rules: with six of seven met, the floor is why a school
// fails; a county reads which items are short or unknown.
func TestRuleReasons(t *testing.T) {
	low := with(map[string]float64{"equipment": 849_950})
	two := with(map[string]float64{"equipment": 950_000, "multimedia_rooms": 11})
	a := assess(t, school{"s1", "c1", "211", low}, school{"s2", "c1", "211", two}, school{"s3", "c1", "211", good()})
	st := a.Stages[0]
	for row, want := range []string{"6 met, 1 short: R6 below 85 % of the standard", "5 met, 2 short: R6, R7", "7 met"} {
		if got := a.SectionRuleReason(st, st.Rule("school"), row); got.EN != want {
			t.Errorf("row %d: %q, want %q", row, got.EN, want)
		}
	}
	for _, r := range a.Standard.Rules {
		tally, got := edu.AllOf{}, edu.Text{}
		level := a.RuleLevel(r.ID)
		if r.Level != edu.Section {
			tally, got = a.RuleReason(r, level, 0)
		}
		want, ok := map[string]string{
			"dispersion": "达标 7",
			"resources":  "达标 1，不达标 1；不达标：学校资源配置达标（七项至少六项，其余不低于85%）",
			"g11":        "达标 0，无法判定 2；无法判定：G11交流比例、G11骨干交流",
			"balanced":   "达标 0，不达标 1，无法判定 4；不达标：资源配置；无法判定：政府保障程度（15项全部达到）、教育质量（9项全部达到）、社会认可度、一票否决（均未发生）",
		}[r.ID]
		if ok && got.ZH != want {
			t.Errorf("%s: %q, want %q", r.ID, got.ZH, want)
		}
		if r.Level != edu.Section && tally.Verdict() != a.Verdict(r.ID, level, 0) {
			t.Errorf("%s: counted %v, judged %v", r.ID, tally.Verdict(), a.Verdict(r.ID, level, 0))
		}
	}
}
