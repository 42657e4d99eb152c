package incident

import (
	"slices"

	"shuren/internal/edu"
)

// Post is who answers for something, as a post of a closed list: no name can be
// typed where a post is asked.
type Post string

// Posts lists the posts in the order in which they are offered.
var Posts = []Post{"secretary", "head", "deputy_moral", "deputy_teaching", "deputy_safety", "safety", "moral", "logistics", "mind", "class", "league", "office"}

var postNames = map[Post]edu.Text{
	"secretary":       {ZH: "党组织书记", EN: "Party secretary"},
	"head":            {ZH: "校长（园长）", EN: "Head"},
	"deputy_moral":    {ZH: "分管德育副校长", EN: "Deputy for moral education"},
	"deputy_teaching": {ZH: "分管教学副校长", EN: "Deputy for teaching"},
	"deputy_safety":   {ZH: "分管安全副校长", EN: "Deputy for safety"},
	"safety":          {ZH: "安全干部", EN: "Safety officer"},
	"moral":           {ZH: "德育处（政教处）主任", EN: "Moral education office"},
	"logistics":       {ZH: "总务处主任", EN: "Logistics office"},
	"mind":            {ZH: "心理健康教师", EN: "Mental-health teacher"},
	"class":           {ZH: "年级组长", EN: "Grade leader"},
	"league":          {ZH: "团队负责人", EN: "Youth organisation"},
	"office":          {ZH: "办公室主任", EN: "School office"},
}

// Name is what a post is called.
func (p Post) Name() edu.Text {
	if t, ok := postNames[p]; ok {
		return t
	}
	return edu.Text{ZH: string(p), EN: string(p)}
}

// Known tells whether a post is on the list.
func (p Post) Known() bool { return slices.Contains(Posts, p) }
