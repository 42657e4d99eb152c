package pack

import (
	"strings"
	"testing"

	"shuren/internal/edu"
)

func TestNeverKept(t *testing.T) {
	count, yes := edu.TypeCount, edu.TypeYesNo
	for _, tt := range []struct {
		name string
		e    Element
		want string
	}{
		{"an average of the senior entrance examination", Element{ID: "x", Type: edu.TypeRatio, Name: edu.Text{ZH: "中考平均分"}}, "never kept"},
		{"a rate of admission", Element{ID: "x", Type: edu.TypeRatio, Name: edu.Text{ZH: "高考本科录取率"}}, "never kept"},
		{"a rate under another name", Element{ID: "x", Type: edu.TypeRatio, Name: edu.Text{ZH: "一本率"}}, "never kept"},
		{"how many passed the line", Element{ID: "x", Type: count, Name: edu.Text{ZH: "上线人数"}}, "never kept"},
		{"in English", Element{ID: "x", Type: edu.TypeRatio, Name: edu.Text{EN: "Entrance examination score"}}, "never kept"},
		{"by its id", Element{ID: "gaokao_mean_score", Type: edu.TypeRatio}, "never kept"},
		{"only in a header", Element{ID: "x", Type: count, Name: edu.Text{ZH: "成果"}, Headers: []string{"高考成绩"}}, "never kept"},
		{"a text", Element{ID: "x", Type: edu.TypeText, Name: edu.Text{ZH: "中考成绩"}}, "never kept"},
		{"a rank of pupils", Element{ID: "x", Type: count, Name: edu.Text{ZH: "年级排名"}}, "never ranked"},
		{"whether a school recruits by examination", Element{ID: "x", Type: yes, Name: edu.Text{ZH: "存在以考试方式招生"}}, ""},
		{"whether it publishes ranks, which it must not", Element{ID: "x", Type: yes, Name: edu.Text{ZH: "公布学生排名"}}, ""},
		{"enrolment", Element{ID: "x", Type: edu.TypeRatio, Name: edu.Text{ZH: "高中阶段毛入学率"}}, ""},
		{"going on to the next stage", Element{ID: "x", Type: edu.TypeRatio, Name: edu.Text{ZH: "小学升初中比例", EN: "Effective transition rate"}}, ""},
		{"fitness", Element{ID: "x", Type: edu.TypeRatio, Name: edu.Text{ZH: "体质健康优良率"}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := never(&tt.e); (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	_, err := Load(with(t, "elements.yaml", "name: {zh: 教师, en: Teachers}", "name: {zh: 中考平均分, en: Teachers}"))
	if err == nil || !strings.Contains(err.Error(), "small@1/elements.yaml:3:5: teachers: scores and rates of entrance examinations are never kept") {
		t.Errorf("a pack that asks for it: %v", err)
	}
}

// No shipped pack asks for such a thing; neither in an element nor in a list.
func TestShippedPacksNeverAskForExamResults(t *testing.T) {
	seen := 0
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		all := p.Elements
		for _, l := range p.Lists {
			all = append(all, l.Columns...)
		}
		for _, e := range all {
			seen++
			if why := never(e); why != "" {
				t.Errorf("%s: element %s: %s", p.Ref(), e.ID, why)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d elements were looked at", seen)
	}
}
