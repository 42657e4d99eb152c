// A scheme of appraisal: data that a school writes and its county approves.

package teams

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Scheme says how work is appraised and a pool of incentive pay is shared, among the
// staff of a school or, of a county's own, of all its schools.
type Scheme struct {
	ID       string     `json:"-"`
	Rev      int        `json:"-"`
	School   edu.UnitID `json:"school"`         // or the county, of a scheme of its own
	Whom     string     `json:"whom,omitempty"` // one of Whoms
	Year     int        `json:"year"`
	Name     string     `json:"name"`
	Source   string     `json:"source"`             // 依据: by which document or assembly it was made
	Approval string     `json:"approval,omitempty"` // number of the county's approval
	State    string     `json:"state"`
	// Equal is the part of the pool, in per cent, that all get alike.
	Equal    int         `json:"equal"`
	Criteria []Criterion `json:"criteria"`
	Levels   []Level     `json:"levels,omitempty"` // best first; none is one level for all
}

// States of a scheme.
const (
	SchemeDraft    = "draft"
	SchemeSent     = "sent"
	SchemeApproved = "approved"
	SchemeReturned = "returned"
)

// SchemeStates are those of a scheme.
var SchemeStates = []register.Term{
	{ID: SchemeDraft, Text: edu.Text{ZH: "草稿", EN: "Draft"}},
	{ID: SchemeSent, Text: edu.Text{ZH: "已报县级审核", EN: "Sent to the county"}},
	{ID: SchemeApproved, Text: edu.Text{ZH: "县级已批准", EN: "Approved by the county"}},
	{ID: SchemeReturned, Text: edu.Text{ZH: "已退回", EN: "Returned"}},
}

// Criterion is what work is appraised by. Its marks run from 0 to Full.
type Criterion struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Weight int    `json:"weight"` // of all together 100
	Full   int    `json:"full"`   // marks for all of it
	Field  string `json:"field"`  // where marks come from, one of Fields
}

// Fields are where marks come from: entered by the school's appraisal, or counted in
// the register. There is no field for pupils' results or for what a school adds to
// them, and there must be none.
var Fields = []register.Term{
	{ID: "mark", Text: edu.Text{ZH: "考核评分", EN: "Marks of the appraisal"}},
	{ID: "hours", Text: edu.Text{ZH: "周课时", EN: "Weekly lessons"}},
	{ID: "class_head", Text: edu.Text{ZH: "班主任", EN: "Class teacher"}},
	{ID: "backbone", Text: edu.Text{ZH: "骨干层级", EN: "Backbone level"}},
	{ID: "training", Text: edu.Text{ZH: "五年学时", EN: "Training hours"}},
}

// Level is a level of the result: from how many points of 100, for how many at most,
// and by what its points are multiplied.
type Level struct {
	Name   string `json:"name"`
	From   int    `json:"from"`   // points of 100
	Most   int    `json:"most"`   // per cent of all at most; 0 is without limit
	Factor int    `json:"factor"` // per cent
}

// forbidden are words of results that never feed pay.
var forbidden = []string{"增值", "升学率", "学生成绩", "考试成绩", "value added", "value-added", "pupils' results", "exam results"}

// Problems says what of a scheme cannot stand.
func (s *Scheme) Problems() (out []edu.Text) {
	add := func(zh, en string, args ...any) {
		out = append(out, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)})
	}
	if strings.TrimSpace(s.Name) == "" {
		add("方案没有名称", "the scheme has no name")
	}
	if strings.TrimSpace(s.Source) == "" {
		add("方案没有依据（教职工大会或文件）", "the scheme does not say what it rests on")
	}
	if utf8.RuneCountInString(s.Name) > 80 || utf8.RuneCountInString(s.Source) > 120 {
		add("方案名称至多80字，依据至多120字", "a scheme's name has at most 80 characters, what it rests on 120")
	}
	if s.Year < 0 || s.Year > 2100 {
		add("年度%d不可用", "the year %d cannot be meant", s.Year)
	}
	if !known(Whoms, s.Whom) {
		add("适用人员不可用", "whom the scheme is for is none of the choices")
	}
	if s.Equal < 0 || s.Equal > 100 {
		add("平均部分应在0至100%%之间", "the equal part is not from 0 to 100 %%")
	}
	sum, seen := 0, map[string]bool{}
	for i, c := range s.Criteria {
		sum += c.Weight
		switch {
		case strings.TrimSpace(c.Name) == "" || c.ID == "":
			add("第%d项没有名称", "criterion %d has no name", i+1)
		case seen[c.ID]:
			add("第%d项重复", "criterion %d is there twice", i+1)
		case c.Weight <= 0:
			add("第%d项的权重应大于0", "criterion %d has no weight", i+1)
		case c.Full <= 0 || c.Full > 1_000_000:
			add("第%d项的满分应大于0", "criterion %d has no full marks", i+1)
		case !known(Fields, c.Field):
			add("第%d项的数据来源不可用", "criterion %d comes from nothing that may be used", i+1)
		}
		for _, w := range forbidden {
			if strings.Contains(strings.ToLower(c.Name), w) {
				add("第%d项以“%s”计酬：学生成绩和学校增值结果不得用于绩效分配", "criterion %d pays for %q: pupils' results and value added never feed pay", i+1, w)
			}
		}
		seen[c.ID] = true
	}
	if len(s.Criteria) == 0 {
		add("方案没有考核项目", "the scheme has no criteria")
	} else if sum != 100 {
		add("各项权重合计%d，应为100", "weights add up to %d and not to 100", sum)
	}
	for i, l := range s.Levels {
		switch {
		case strings.TrimSpace(l.Name) == "":
			add("第%d个等次没有名称", "level %d has no name", i+1)
		case l.Factor < 0 || l.Factor > 1000:
			add("第%d个等次的系数应在0至1000%%之间", "the factor of level %d is not from 0 to 1000 %%", i+1)
		case l.Most < 0 || l.Most > 100:
			add("第%d个等次的比例应在0至100%%之间", "the share of level %d is not from 0 to 100 %%", i+1)
		case i > 0 && l.From >= s.Levels[i-1].From:
			add("等次应从高到低排列", "levels must go from the best down")
		case i > 0 && l.Factor > s.Levels[i-1].Factor:
			add("第%d个等次的系数高于上一等次", "level %d pays more than the one above it", i+1)
		}
	}
	if n := len(s.Levels); n > 0 && (s.Levels[n-1].From > 0 || s.Levels[n-1].Most > 0) {
		add("最后一个等次应从0分起、不限比例", "the last level must begin at 0 and be without limit")
	}
	return out
}
