package standard_test

import (
	"fmt"
	"strings"
	"testing"

	"shuren/internal/edu"
)

// twoSchools are two schools of 1,000 pupils of a stage of a county; with equal
// rolls the coefficient of figures a and b is |a − b| / (a + b). The figures of
// the eight indicators lie as 1:n, except the last, which lies as 1:last.
func twoSchools(county, stage string, n, last int) string {
	grades := map[string]string{"小学": "1000 0 0 0 0 0 _ _ _", "初中": "_ _ _ _ _ _ 1000 0 0"}[stage]
	var b strings.Builder
	for i, k := range []int{1, n} {
		l := []int{1, last}[i]
		fmt.Fprintf(&b, "%s%s%d 校 %s %s 211 公办 %s %d %d 0 %d %d %d %d %d 0 0 %d 0 0 0\n", county, stage, i, county, stage, grades,
			1000*k, 2000*k, 100*k, 10*k, 3000*k, 20*k, 20*k, 10*l)
	}
	return b.String()
}

const basicHeads = `code name 县区代码 学段 school_kind ownership 一年级 二年级 三年级 四年级 五年级 六年级 七年级 八年级 九年级
	area_teaching area_field area_hall equipment computers books teachers teachers_qualified 正高级教师 高级教师 一级教师 二级教师 三级教师 未评职称`

func basicSchools(rows ...string) map[string]string {
	return map[string]string{"schools.csv": strings.Join(strings.Fields(basicHeads), " ") + "\n" + strings.Join(rows, "")}
}

func typed(primary, junior string) map[string]string {
	out := map[string]string{}
	for _, h := range []string{"教学用房", "体育场馆", "仪器设备", "计算机", "图书", "师生比", "高学历教师", "中级教师"} {
		out["小学"+h+"差异系数"], out["初中"+h+"差异系数"] = primary, junior
	}
	return out
}

// The composite is the mean of the eight coefficients. Figures by school decide
// where they are complete; what a county typed decides only where they are not.
func TestBasicBalance(t *testing.T) {
	// 1:4 is 3/5 = 0.6 and 1:19 is 18/20 = 0.9; seven of 0.6 and one of 0.9 is 0.6375.
	// 1:3 is 0.5, and 1:9 is 0.8: seven of 0.5 and one of 0.8 is 0.5375.
	for _, tt := range []struct {
		name    string
		rows    []string
		answers map[string]string
		want    string
		by      string
	}{
		{"both stages within", []string{twoSchools("k1", "小学", 4, 19), twoSchools("k1", "初中", 3, 9)}, nil, "by_schools met; by_county exempt; balance met", "各校数据"},
		{"primary above 0.65: 7 of 5/7 and one of 0.9", []string{twoSchools("k1", "小学", 6, 19), twoSchools("k1", "初中", 3, 9)}, nil, "by_schools short; balance short", "各校数据"},
		{"junior above 0.55, though one of 0.6 would do for primary", []string{twoSchools("k1", "小学", 4, 4), twoSchools("k1", "初中", 4, 4)}, nil, "by_schools short; balance short", "各校数据"},
		{"what was typed does not outvote figures by school", []string{twoSchools("k1", "小学", 6, 19), twoSchools("k1", "初中", 3, 9)}, typed("0.3", "0.3"), "by_schools short; by_county met; balance short", "各校数据"},
		{"typed, exactly at the limits", []string{strings.ReplaceAll(twoSchools("k1", "小学", 4, 4), " 3000", " _")}, typed("0.65", "0.55"), "by_schools unknown; typed_primary 0.65 met; typed_junior 0.55 met; by_county met; balance met", "填报系数"},
		{"typed, above", []string{strings.ReplaceAll(twoSchools("k1", "小学", 4, 4), " 3000", " _")}, typed("0.66", "0.55"), "typed_primary 0.66 short; balance short", "填报系数"},
		{"a figure missing and nothing typed", []string{strings.ReplaceAll(twoSchools("k1", "小学", 4, 4), " 3000", " _")}, nil, "by_schools unknown; by_county exempt; balance unknown", ""},
		{"teaching points and private schools stand outside", []string{twoSchools("k1", "小学", 4, 19), twoSchools("k1", "初中", 3, 9),
			strings.NewReplacer("k1小学", "x", "211", "218").Replace(twoSchools("k1", "小学", 90, 90)), strings.NewReplacer("k1小学", "y", "公办", "民办").Replace(twoSchools("k1", "小学", 90, 90))},
			nil, "by_schools met; balance met", "各校数据"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := county{pack: "cn-basic@2012", files: basicSchools(tt.rows...)}
			if tt.answers != nil {
				c.typed = map[string]map[string]string{"k1": tt.answers}
			}
			a := c.assess(t)
			verdicts(t, a, "k1", tt.want)
			for _, r := range a.Standard.Rules {
				if r.ID != "balance" {
					continue
				}
				_, words := a.RuleReason(r, edu.County, a.Unit(edu.County, "k1"))
				if got := strings.Contains(words.ZH, "依据："+tt.by); got != (tt.by != "") || tt.by == "" && strings.Contains(words.ZH, "依据") {
					t.Errorf("the reason is %q, want it to name %q", words.ZH, tt.by)
				}
			}
		})
	}
}

// The reason of the composite gives the figure, not only the verdict.
func TestCompositeIsSaid(t *testing.T) {
	a := county{pack: "cn-basic@2012", files: basicSchools(twoSchools("k1", "小学", 4, 19), twoSchools("k1", "初中", 3, 9))}.assess(t)
	for _, r := range a.Standard.Rules {
		if r.ID == "by_schools" {
			if _, words := a.RuleReason(r, edu.County, 0); !strings.Contains(words.ZH, "小学平均 0.6375 ≤ 0.65") || !strings.Contains(words.ZH, "初中平均 0.5375 ≤ 0.55") {
				t.Errorf("the reason is %q", words.ZH)
			}
		}
	}
}
