package pack

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// What is not told is not less: one full-time teacher whose education is not filled in
// makes education unknown, while others are counted.
func TestTallyCountsStaff(t *testing.T) {
	f := &Feed{Kind: OwnStaff, Headers: map[string]string{"岗位 行政": "-", "在岗状态 借出": "-", "人员类别 代课": "-", "*": "teachers",
		"职称 正高级": "t.full", "职称 高级": "t.senior", "职称 小学高级": "t.first", "职称 无": "t.none", "主教学科 体育": "s.pe", "主教学科 *": "s.other",
		"骨干层级 市": "b.city", "骨干层级 无": "b.none", "教师资格 *": "certified", "五年学时 ≥360": "trained"}}
	base := register.Staff{Unit: "a", Stage: edu.Primary, Category: "established", Duty: "on_duty", Post: "teacher", Title: "高级教师", Subject: "语文", Licence: "小学语文", Training: 360}
	for _, tt := range []struct {
		name   string
		change func(*register.Staff)
		want   map[string]float64 // NaN: unknown
	}{
		{"who is there", func(*register.Staff) {}, map[string]float64{"teachers": 1, "t.senior": 1, "s.other": 1, "s.pe": 0, "b.none": 1, "certified": 1, "trained": 1}},
		{"lent out", func(s *register.Staff) { s.Duty = "lent" }, nil},
		{"an administrator", func(s *register.Staff) { s.Post = "admin" }, nil},
		{"a substitute", func(s *register.Staff) { s.Category = "substitute" }, nil},
		{"the longest word counts", func(s *register.Staff) { s.Title = "正高级教师" }, map[string]float64{"t.full": 1, "t.senior": 0}},
		{"an old title", func(s *register.Staff) { s.Title = "小学高级教师" }, map[string]float64{"t.first": 1, "t.senior": 0}},
		{"no title is told", func(s *register.Staff) { s.Title = "无" }, map[string]float64{"t.none": 1}},
		{"a title is not told", func(s *register.Staff) { s.Title = "" }, map[string]float64{"teachers": 1, "t.none": math.NaN(), "t.senior": math.NaN(), "s.other": 1}},
		{"a title that nobody knows", func(s *register.Staff) { s.Title = "研究员" }, map[string]float64{"t.senior": math.NaN()}},
		{"no licence is told", func(s *register.Staff) { s.Licence = "无" }, map[string]float64{"certified": 0}},
		{"a licence is not told", func(s *register.Staff) { s.Licence = "" }, map[string]float64{"certified": math.NaN()}},
		{"hours below", func(s *register.Staff) { s.Training = 359.5 }, map[string]float64{"trained": 0}},
		{"hours are not told", func(s *register.Staff) { s.Training = math.NaN() }, map[string]float64{"trained": math.NaN()}},
		{"backbone of the city", func(s *register.Staff) { s.Backbone = "city" }, map[string]float64{"b.city": 1, "b.none": 0}},
		{"no stage: the school is not told of", func(s *register.Staff) { s.Stage = "" }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := base
			tt.change(&s)
			got := f.Tally().Count([]register.Staff{s})
			if len(got) == 0 != (tt.want == nil) {
				t.Fatalf("%+v", got)
			}
			for id, want := range tt.want {
				if v := got[0].Of[id]; fmt.Sprint(v) != fmt.Sprint(want) {
					t.Errorf("%s is %v, want %v", id, v, want)
				}
			}
		})
	}
}

// Every pack's feed of the register of staff says what it counts, and its parts add up
// to the people that were counted, or are unknown.
func TestTallyLaw(t *testing.T) {
	f := &Feed{Kind: OwnStaff, Headers: map[string]string{"岗位 行政": "-", "*": "teachers", "学历 本科": "e.bachelor", "学历 研究生": "e.graduate", "学历 *": "e.other"}}
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) register.Staff {
			return register.Staff{Unit: edu.UnitID(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "unit")), Stage: rapid.SampledFrom([]edu.Stage{edu.Primary, edu.Junior}).Draw(t, "stage"),
				Post: rapid.SampledFrom([]string{"teacher", "admin"}).Draw(t, "post"), Degree: rapid.SampledFrom([]string{"本科", "研究生", "大专", ""}).Draw(t, "degree")}
		}), 0, 30).Draw(t, "people")
		teachers := 0
		for _, s := range people {
			teachers += map[bool]int{true: 1}[s.Post == "teacher"]
		}
		for _, c := range f.Tally().Count(people) {
			teachers -= c.People
			sum := c.Of["e.bachelor"] + c.Of["e.graduate"] + c.Of["e.other"]
			if c.Untold["学历"] > 0 != math.IsNaN(sum) || !math.IsNaN(sum) && sum != float64(c.People) || c.Of["teachers"] != float64(c.People) {
				t.Fatalf("%+v", c)
			}
		}
		if teachers != 0 {
			t.Fatalf("%d teachers were counted nowhere", teachers)
		}
	})
}

func TestTallyHeadersAreChecked(t *testing.T) {
	for h, ok := range map[string]bool{"*": true, "学历 本科": true, "五年学时 ≥360": true, "五年学时 ≥many": false, "学历": false, "姓名 王": false, "身份证号 *": false} {
		if _, why := tallyOf(h); (why == "") != ok {
			t.Errorf("%q: %q", h, why)
		}
	}
}
