package register

import "shuren/internal/edu"

// Staff is one member of staff in one school year (教职工名册, forms.md §3).
type Staff struct {
	Person PersonID
	Year   int

	Unit  edu.UnitID // where the person works
	Posts edu.UnitID // where the post is held (编制所在单位)
	Sex   Sex
	Born  edu.Date

	Category string // one of Categories (人员类别)
	Duty     string // one of Duties (在岗状态)
	Post     string // one of PostKinds (岗位)
	Stage    edu.Stage
	Subject  string // 主教学科, as means.Group spells subjects
	Second   string // 兼教
	Hours    float64
	Degree   string // 最高学历
	Licence  string // 教师资格种类/学科
	Title    string // 职称
	Backbone string // 骨干层级, one of Backbones
	Document string // 认定文号
	Awarded  int    // year of the award; 0 if none

	Since       edu.Date // 本校起始年月
	HeadSince   edu.Date // 干部任期起; 0 of who is no head
	HeadTerms   int      // terms served here as a head, this one included
	Training    float64  // hours of training in five years; NaN if unknown
	ClassHead   bool     // 班主任
	ClassYears  int      // 任班主任年限
	Mind        string   // 心理健康教师: full, part or none
	DualTrained bool     // 双师型
	Hold        string   // why the person does not move: pregnant, nursing, ill; empty if nothing
}

// Categories are the kinds of employment (人员类别).
var Categories = []Term{
	{"established", edu.Text{ZH: "在编", EN: "On the establishment"}},
	{"special_post", edu.Text{ZH: "特岗", EN: "Special post"}},
	{"county_hired", edu.Text{ZH: "县聘", EN: "Hired by the county"}},
	{"substitute", edu.Text{ZH: "代课", EN: "Substitute"}},
	{"dispatched", edu.Text{ZH: "劳务派遣", EN: "Dispatched"}},
	{"silver", edu.Text{ZH: "银龄", EN: "Retired, teaching again"}},
	{"supporting", edu.Text{ZH: "支教", EN: "Sent to support"}},
}

// Duties are the states of duty (在岗状态). Who is lent out is not counted where
// the post is.
var Duties = []Term{
	{"on_duty", edu.Text{ZH: "在岗", EN: "On duty"}},
	{"lent", edu.Text{ZH: "借出", EN: "Lent out"}},
	{"borrowed", edu.Text{ZH: "借入", EN: "Borrowed"}},
	{"ill", edu.Text{ZH: "病休", EN: "On sick leave"}},
	{"maternity", edu.Text{ZH: "产假", EN: "On maternity leave"}},
	{"studying", edu.Text{ZH: "进修", EN: "Away to study"}},
	{"away", edu.Text{ZH: "长期不在岗", EN: "Long absent"}},
}

// PostKinds are the kinds of post (岗位).
var PostKinds = []Term{
	{"teacher", edu.Text{ZH: "专任", EN: "Full-time teacher"}},
	{"admin", edu.Text{ZH: "行政", EN: "Administration"}},
	{"assistant", edu.Text{ZH: "教辅", EN: "Teaching assistance"}},
	{"worker", edu.Text{ZH: "工勤", EN: "Logistics"}},
}

// Backbones are the rungs of the ladder (骨干层级).
var Backbones = []Term{
	{"", edu.Text{ZH: "无", EN: "None"}},
	{"county", edu.Text{ZH: "县", EN: "County"}},
	{"city", edu.Text{ZH: "市", EN: "City"}},
	{"province", edu.Text{ZH: "省", EN: "Province"}},
	{"nation", edu.Text{ZH: "国", EN: "Nation"}},
}

// Minds are how somebody is a teacher of mental health (心理健康教师).
var Minds = []Term{
	{"full", edu.Text{ZH: "专职", EN: "Full-time"}},
	{"part", edu.Text{ZH: "兼职", EN: "Part-time"}},
	{"none", edu.Text{ZH: "否", EN: "No"}},
}
