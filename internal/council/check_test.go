package council

import (
	"strings"
	"testing"

	"shuren/internal/edu"
)

func said(why []edu.Text) string {
	var out []string
	for _, t := range why {
		out = append(out, t.ZH+" "+t.EN)
	}
	return strings.Join(out, "|")
}

func TestProblemsOfMeeting(t *testing.T) {
	for _, tt := range []struct {
		name  string
		alter func(*Meeting)
		wrong string
	}{
		{"good", func(*Meeting) {}, ""},
		{"without a day", func(m *Meeting) { m.Day = 0 }, "day is missing"},
		{"no time of day", func(m *Meeting) { m.From = "2点半" }, "14:30"},
		{"ends before it begins", func(m *Meeting) { m.Until = "14:00" }, "before it begins"},
		{"a link without https", func(m *Meeting) { m.Link = "http://meet.example" }, "https"},
		{"a link with a password", func(m *Meeting) { m.Link = "https://a:b@meet.example" }, "https"},
		{"a link that runs script", func(m *Meeting) { m.Link = "javascript:alert(1)" }, "https"},
		{"a secret level", func(m *Meeting) { m.Level = "secret" }, "不处理涉密"},
		{"a mark in the title", func(m *Meeting) { m.Items[0].Title = "方案（机密★5年）" }, "国家秘密标志"},
		{"a mark in the material", func(m *Meeting) { m.Items[0].Material = "密级：秘密" }, "国家秘密标志"},
		{"the secretary's office is no secret", func(m *Meeting) { m.Items[0].Reporter = "秘书组（保密办）" }, ""},
		{"somebody at no venue", func(m *Meeting) { m.People[1].Unit = "c9" }, "venue that is not listed"},
		{"a venue twice", func(m *Meeting) { m.Venues = append(m.Venues, m.Venues[0]) }, "listed twice"},
		{"the same person twice", func(m *Meeting) { m.People[1].ID = "p1" }, "stands twice"},
		{"words without end", func(m *Meeting) { m.Name = strings.Repeat("会", 121) }, "120"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := planned()
			tt.alter(&m)
			got := said(m.Problems())
			if tt.wrong == "" && got != "" || !strings.Contains(got, tt.wrong) {
				t.Errorf("%q, want %q", got, tt.wrong)
			}
		})
	}
}

func TestWriteAndRewrite(t *testing.T) {
	m := planned()
	if _, _, err := Write(m, Decision{Words: "示例", Class: Agreed}); err == nil {
		t.Error("a decision before the meeting opened")
	}
	m.State = Running
	write := func(d Decision) Decision {
		t.Helper()
		next, got, err := Write(m, d)
		if err != nil {
			t.Fatal(err)
		}
		m = next
		return got
	}
	first := write(Decision{Words: " 由规划科牵头编制学位建设方案。 ", Class: Agreed, Lead: "s1", Due: 20100})
	write(Decision{Words: "要高度重视。", Class: Principle, Lead: "s1", Due: 20100})
	if first.No != 1 || m.NumberOf(1) != "2025-3-1" || m.Decisions[1].Lead != "" {
		t.Errorf("%+v, %s, %+v", first, m.NumberOf(1), m.Decisions[1])
	}
	for _, tt := range []struct {
		name string
		d    Decision
		want string
	}{
		{"no words", Decision{Class: Agreed}, "words are missing"},
		{"no class", Decision{Words: "x"}, "class is missing"},
		{"the lead helps itself", Decision{Words: "x", Class: Agreed, Lead: "a", With: []string{"a"}}, "one who helps"},
		{"a secret", Decision{Words: "绝密", Class: Agreed}, "state secret"},
		{"a book", Decision{Words: strings.Repeat("字", 601), Class: Agreed}, "600"},
	} {
		if _, _, err := Write(m, tt.d); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	// Taken out, its number is gone; made a task, it stays.
	m, err := Rewrite(m, Decision{No: 2})
	if err != nil {
		t.Fatal(err)
	}
	if d := write(Decision{Words: "另一项", Class: Demanded}); d.No != 3 {
		t.Errorf("number %d, want 3", d.No)
	}
	m.Decisions[0].Made = "key"
	if _, err := Rewrite(m, Decision{No: 1, Words: "改", Class: Agreed}); err == nil {
		t.Error("the words of a task's decision were changed")
	}
}

func TestTaskOfDecision(t *testing.T) {
	m := planned()
	got := TaskOf(&m, Decision{No: 2, Words: "由规划科牵头编制方案。月底前报送。", Class: Agreed, Lead: "s1", With: []string{"b"}}, "bureau:")
	if got.Title != "由规划科牵头编制方案" || got.Demand != "由规划科牵头编制方案。月底前报送。" || got.Source.Ref != "m2025-3" || got.Source.Item != "2025-3-2" || got.Lead != "s1" || got.Due != 0 || got.Issuer != "bureau:" {
		t.Errorf("%+v", got)
	}
	for words, want := range map[string]string{
		"": "", "。。": "。。", "短": "短",
		"各县（市、区）要在开学前完成校园安全隐患排查，建立台账，逐项销号，并把结果逐级报送到市教体局安全科备案以便抽查核实": "各县（市、区）要在开学前完成校园安全隐患排查",
		strings.Repeat("长", 60): strings.Repeat("长", 39) + "…",
	} {
		if got := TitleOf(words); got != want {
			t.Errorf("title of %q: %q, want %q", words, got, want)
		}
	}
}

// Minutes have every head of the form in its order, all words of the decisions,
// and say 待定 where the meeting left something open.
func TestMinutes(t *testing.T) {
	m := planned()
	m.Range, m.Copies = []edu.UnitID{"c1"}, "示例办"
	m.Decisions = []Decision{{No: 1, Words: "编制方案", Class: Agreed, Lead: "s1", With: []string{"s2"}, Due: 20118}, {No: 2, Words: "按月报送进展。", Class: Demanded}, {No: 4, Words: "提高认识！", Class: Principle}}
	ins := []CheckIn{{Meeting: m.ID, Present: []string{"p1", "p4"}}, {Meeting: m.ID, Unit: "c1", Present: []string{"p2"}, Instead: map[string]string{"p2": "示例丙"}}, {Meeting: m.ID, Unit: "c2", Leave: map[string]string{"p3": "下乡"}}}
	names := Names{Unit: func(u edu.UnitID) string { return "单位" + string(u) }, Body: func(b string) edu.Text { return edu.Text{ZH: "机构" + b} }}
	want := `领导小组第三次会议纪要
时间：2024年10月4日14:30至16:00
地点：一楼会议室
分会场：单位c1 县分会场；单位c2
形式：主会场现场、分会场视频
主持：示例甲
出席：示例甲（组长）、示例县局 示例乙（局长）（示例丙代）
列席：示例办 示例丁
请假：示例二县 分管负责人（下乡）
应到实到：应到3人，实到2人（其中替会1人），请假1人
记录人：示例记
签发人：示例签
密级：内部
印发范围：单位c1、示例办
一、会议议题
（1）听取规划科关于“学位建设情况”的汇报。材料：示例1号。
二、议定事项
【2025-3-1】编制方案。（牵头单位：机构s1；配合单位：机构s2；完成时限：2025年1月30日）
三、工作要求
【2025-3-2】按月报送进展。（牵头单位：待定；完成时限：待定）
四、会议强调
【2025-3-4】提高认识！
`
	if got := MinutesOf(&m, ins, names).Plain(); got != want {
		t.Errorf("minutes:\n%s\nwant:\n%s", got, want)
	}
}

func TestProblemsOfCheckIn(t *testing.T) {
	for _, tt := range []struct {
		name  string
		alter func(*CheckIn, *Meeting)
		wrong string
	}{
		{"good", func(*CheckIn, *Meeting) {}, ""},
		{"somebody of another venue", func(c *CheckIn, _ *Meeting) { c.Present = append(c.Present, "p1") }, "does not come to this venue"},
		{"somebody unknown", func(c *CheckIn, _ *Meeting) { c.Leave["zz"] = "x" }, "does not come to this venue"},
		{"there and on leave", func(c *CheckIn, _ *Meeting) { c.Leave["p2"] = "x" }, "both there and on leave"},
		{"after the minutes", func(_ *CheckIn, m *Meeting) { m.State = Minuted }, "nobody checks in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, c := planned(), CheckIn{Meeting: "m2025-3", Unit: "c1", Present: []string{"p2"}, Leave: map[string]string{}}
			tt.alter(&c, &m)
			got := said(c.Problems(&m))
			if tt.wrong == "" && got != "" || !strings.Contains(got, tt.wrong) {
				t.Errorf("%q, want %q", got, tt.wrong)
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	got := Suggest([]Matter{{Missed, edu.Text{ZH: "乙县"}, "t1", 0, "/a"}, {Overdue, edu.Text{ZH: "甲县"}, "t2", 3, "/b"}, {Overdue, edu.Text{ZH: "乙县"}, "t3", 9, "/c"}, {Overdue, edu.Text{ZH: "乙县"}, "t4", 1, "/d"}})
	if len(got) != 2 || got[0].Kind != Overdue || got[1].Kind != Missed {
		t.Fatalf("%+v", got)
	}
	if got[0].Why.ZH != "3项：乙县 2项、甲县 1项；最长逾期9天" || got[0].Matters[0].Title != "t3" || got[1].Why.EN != "1: 乙县 1" {
		t.Errorf("%+v", got)
	}
}
