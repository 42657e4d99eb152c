// Package gallery composes the documents that a bureau sends out: bulletins
// (通报), the plan of a county and of a school, the year's report, papers of a
// meeting. It takes what the engines found and puts it in the order that such a
// document has.
//
// No figure stands in a document by itself. Each is a value with the address of the
// page that shows it, or it is counted from others that have one, and says how: so
// a draft can be checked against the pages, by a person and by a test. What a
// person adds stands in fields of its own and never changes a figure.
package gallery

import (
	"slices"

	"shuren/internal/edu"
)

// Kind is what a document is.
type Kind string

// Kinds of documents. The first five are bulletins and of one shape.
const (
	Completeness  Kind = "completeness"
	Standards     Kind = "standards"
	Supervision   Kind = "supervision"
	Retention     Kind = "retention"
	Safety        Kind = "safety"
	CountyPlan    Kind = "county"
	KeepingPlan   Kind = "keeping"
	SchoolPlan    Kind = "school"
	Yearly        Kind = "yearly"
	Meeting       Kind = "meeting"
	Order         Kind = "order"
	Consolidation Kind = "consolidation"
)

// Kinds lists all kinds in the order in which they are shown.
var Kinds = []Kind{Completeness, Standards, Supervision, Retention, Safety, CountyPlan, KeepingPlan, SchoolPlan, Yearly, Meeting, Order, Consolidation}

type kindWords struct {
	name, about edu.Text
	of          Of
	fields      []Field
}

// Of is of what a document can be.
type Of string

const (
	OfCity   Of = "city"
	OfCounty Of = "county"
	OfSchool Of = "school"
	OfTask   Of = "task" // one matter under supervision
)

// Field is a part of a document that a person writes.
type Field struct {
	ID   string
	Name edu.Text
	Most int // characters
}

var (
	reasons  = Field{"reasons", edu.Text{ZH: "原因分析", EN: "Reasons"}, 800}
	aims     = Field{"aims", edu.Text{ZH: "目标与时序", EN: "Aims and order"}, 800}
	measures = Field{"measures", edu.Text{ZH: "措施", EN: "Measures"}, 2000}
	groups   = Field{"groups", edu.Text{ZH: "重点群体", EN: "Groups to watch"}, 800}
	staffing = Field{"staffing", edu.Text{ZH: "教师配置方案", EN: "Staffing"}, 800}
	duties   = Field{"duties", edu.Text{ZH: "保障与责任分工", EN: "Guarantees and duties"}, 800}
	risks    = Field{"risks", edu.Text{ZH: "风险与听证事项", EN: "Risks and hearings"}, 800}
	upward   = Field{"upward", edu.Text{ZH: "需上级解决事项", EN: "For the level above"}, 800}
)

var words = map[Kind]kindWords{
	Completeness:  {edu.Text{ZH: "数据填报通报", EN: "Bulletin: data collection"}, edu.Text{ZH: "各县应报、已锁定、未报、逾期", EN: "What each county owes, has had locked, and is late with"}, OfCity, nil},
	Standards:     {edu.Text{ZH: "达标监测通报", EN: "Bulletin: standards"}, edu.Text{ZH: "各县达标学校、比例和较上年变化", EN: "Schools that meet the standard, by county, and the change on last year"}, OfCity, nil},
	Supervision:   {edu.Text{ZH: "督办事项通报", EN: "Bulletin: supervision"}, edu.Text{ZH: "各县任务办结、未办结和逾期", EN: "Tasks of counties: closed, open, late"}, OfCity, nil},
	Retention:     {edu.Text{ZH: "控辍保学通报", EN: "Bulletin: retention"}, edu.Text{ZH: "各县在校、疑似、返校、销号和巩固率；不写学校，不足10人不写数", EN: "Who is in school, cases and the rate of retention by county; no school is named and no number below ten"}, OfCity, nil},
	Safety:        {edu.Text{ZH: "平安校园通报", EN: "Bulletin: safe campus"}, edu.Text{ZH: "各县隐患整改、检查覆盖、演练和突发事件", EN: "Hazards, visits, drills and incidents, by county"}, OfCity, nil},
	CountyPlan:    {edu.Text{ZH: "一县一案", EN: "Plan of a county"}, edu.Text{ZH: "现状与差距由系统生成，原因、措施由县填写", EN: "Figures and gaps are filled in; the county writes reasons and measures"}, OfCounty, []Field{reasons, aims, measures, staffing, duties, risks}},
	KeepingPlan:   {edu.Text{ZH: "控辍保学一县一案", EN: "Retention plan of a county"}, edu.Text{ZH: "基数、三本台账数、报告日历由系统生成，重点群体、责任、措施由县填写", EN: "Counts of the ledgers and the calendar of reports are filled in; the county writes groups, duties and measures"}, OfCounty, []Field{groups, duties, measures}},
	SchoolPlan:    {edu.Text{ZH: "一校一策", EN: "Plan of a school"}, edu.Text{ZH: "两页：现状、缺口、措施；学校只改措施", EN: "Two pages: figures, gaps, measures; the school writes measures only"}, OfSchool, []Field{measures, upward}},
	Yearly:        {edu.Text{ZH: "年度报告", EN: "Yearly report"}, edu.Text{ZH: "全市各学段指标、各县判定和近年变化", EN: "Indicators by stage, verdicts by county, recent years"}, OfCity, []Field{reasons, measures}},
	Meeting:       {edu.Text{ZH: "会议材料", EN: "Papers of a meeting"}, edu.Text{ZH: "达标、填报、督办三项进展，供会议讨论", EN: "Standards, collection and supervision on a few pages"}, OfCity, []Field{reasons, measures}},
	Order:         {edu.Text{ZH: "督办单", EN: "Supervision sheet"}, edu.Text{ZH: "一事一单，内容与任务页相同", EN: "One matter, one sheet, as on the task's page"}, OfTask, nil},
	Consolidation: {edu.Text{ZH: "巩固提高报告", EN: "Report on holding what was reached"}, edu.Text{ZH: "与上年比较：保持、提升、回落", EN: "Against last year: held, gained, fallen back"}, OfCounty, []Field{reasons, measures}},
}

// Name is the kind in words.
func (k Kind) Name() edu.Text { return words[k].name }

// About says in a line what is in it.
func (k Kind) About() edu.Text { return words[k].about }

// Of is of what a document of the kind is.
func (k Kind) Of() Of { return words[k].of }

// Fields are what a person writes in a document of the kind.
func (k Kind) Fields() []Field { return words[k].fields }

// Known tells that there is such a kind.
func (k Kind) Known() bool { return slices.Contains(Kinds, k) }

// Bulletin tells that the kind is a 通报.
func (k Kind) Bulletin() bool {
	return slices.Contains([]Kind{Completeness, Standards, Supervision, Retention, Safety}, k)
}

// Personal tells that what is counted are persons: then no school is named, and no
// number below ten.
func (k Kind) Personal() bool { return k == Retention || k == KeepingPlan }
