package web

import (
	"strings"
	"testing"

	"shuren/internal/edu"
)

// What a reader looks for at the first look stands on the page: who answers, of
// when a figure is, and no word that belongs to another scheme.
func TestFirstLook(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	county := codeOf(newest(t).Units[edu.County][0])
	for _, tt := range []struct {
		name, path string
		has, hasNo []string
	}{
		{"items of a county name the department and the year of money", "/counties/" + county + "?scheme=cn-guarantee@2018", []string{"财政局 · 经费为2024年度", "未注明时间的数为 2025-09-01 的数"}, nil},
		{"so does the way to an item's figure", "/trace/county/" + county + "/g7", []string{"数据基准日", "经费为2024年度", "责任部门"}, nil},
		{"what counties answer stands beside what schools report", "/?scheme=cn-guarantee@2018", []string{"学前教育总额"}, []string{"超标准班额班数", "政府保障与教育质量"}},
		{"a scheme without verdicts for want of figures does not say that all is reported", "/?scheme=cn-basic@2012", []string{"个区县缺数据、总体结论无法判定"}, []string{"应评学段的数据都已报齐，没有无法判定的"}},
		{"the list of counties keeps the veto", "/counties", []string{"一票否决"}, nil},
		{"several items under one code are named once", "/indicators", []string{"G3（4 项） 全部达标"}, []string{"G3、G3"}},
		{"a rule of one item is met, not all of it", "/trace/county/" + county + "/recognition", []string{"社会认可度 达标"}, []string{"社会认可度 全部达标"}},
		{"an item without a threshold is only measured", "/indicators/e_surcharge?scheme=cn-guarantee@2018", []string{"只测量"}, []string{"不适用", "各区县：县"}},
		{"evidence stands in its column, not in a name", "/counties?scheme=cn-safety", []string{"护学岗100%"}, []string{"凭记忆"}},
		{"measures beyond the width are one choice away", "/compare?scheme=cn-safety", []string{"项指标：选入“细看指标”"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := strings.ReplaceAll(get(t, h, tt.path).Body.String(), breakHere, "")
			for _, x := range tt.has {
				if !strings.Contains(page, x) {
					t.Errorf("%s does not say %q", tt.path, x)
				}
			}
			for _, x := range tt.hasNo {
				if strings.Contains(page, x) {
					t.Errorf("%s says %q", tt.path, x)
				}
			}
		})
	}
}

// A figure that is missing says who owes it.
func TestMissingFigureSaysWhoOwes(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	a := newest(t)
	for _, st := range a.Stages {
		jd := st.Indicator("r5")
		for row := range st.Frame.Rows {
			if jd == nil || jd.Verdict(row) != edu.Unknown {
				continue
			}
			page := get(t, h, "/trace/section/"+st.Frame.Rows[row].Code+"/r5?stage="+string(st.Frame.Stage)).Body.String()
			if !strings.Contains(page, "没有人填报；应由学校填报") {
				t.Errorf("%s: it does not say who owes the figure", st.Frame.Rows[row].Name)
			}
			return
		}
	}
	t.Fatal("nothing is missing in the demo city")
}
