// Package county holds what a county keeps of itself beside its figures: how far
// its recognition has come (创建进程), and the documents that prove what it
// answered.
//
// A document is kept once and cited by number and page in any item. What an item
// cites is text that people read, "教督〔2024〕3号 p.12": it survives every system
// that it is copied into.
package county

import (
	"fmt"
	"slices"
	"time"

	"shuren/internal/edu"
)

// Step is a stage of the way to recognition, in the order in which they are gone.
type Step string

const (
	Planned  Step = "planned"  // 规划
	Self     Step = "self"     // 县自评
	City     Step = "city"     // 市复核
	Province Step = "province" // 省评
	Nation   Step = "nation"   // 国家认定
	Recheck  Step = "recheck"  // 复查
)

// Steps are all steps in order.
var Steps = []Step{Planned, Self, City, Province, Nation, Recheck}

var stepNames = map[Step]edu.Text{
	Planned:  {ZH: "规划", EN: "planned"},
	Self:     {ZH: "县自评", EN: "county's own evaluation"},
	City:     {ZH: "市复核", EN: "city's review"},
	Province: {ZH: "省评", EN: "provincial evaluation"},
	Nation:   {ZH: "国家认定", EN: "national recognition"},
	Recheck:  {ZH: "复查", EN: "re-examination"},
}

// Name is what a step is called.
func (s Step) Name() edu.Text { return stepNames[s] }

// Check is a part of the national recognition (教督函〔2025〕3号 as read on a mirror).
type Check string

const (
	Eligibility Check = "eligibility" // 资格审查
	Monitoring  Check = "monitoring"  // 质量监测
	Survey      Check = "survey"      // 社会认可度调查
	Indicators  Check = "indicators"  // 指标审核
	Visit       Check = "visit"       // 核查评估
)

// Checks are the parts of the national recognition in order.
var Checks = []Check{Eligibility, Monitoring, Survey, Indicators, Visit}

var checkNames = map[Check]edu.Text{
	Eligibility: {ZH: "资格审查", EN: "eligibility"},
	Monitoring:  {ZH: "质量监测", EN: "quality monitoring"},
	Survey:      {ZH: "社会认可度调查", EN: "survey of recognition"},
	Indicators:  {ZH: "指标审核", EN: "review of indicators"},
	Visit:       {ZH: "核查评估", EN: "verification on site"},
}

// Name is what a part of the national recognition is called.
func (c Check) Name() edu.Text { return checkNames[c] }

// Progress is how far a county has come with one scheme. Each change is a new
// one with the next number: the history is the list of them.
type Progress struct {
	County edu.UnitID
	Scheme string // id of the pack, without its version: recognition outlives it
	No     int64
	Year   int // 规划认定年度, 0 where none is planned
	Step   Step
	Dates  map[Step]edu.Date  // when a step was done
	Checks map[Check]edu.Date // when a part of the national recognition was done
	// Conclusion is what the last step came to, in the words of its document.
	Conclusion     string
	Issues, Closed int // 问题数, 销号数
	Note           string
	By, ByName     string
	At             time.Time
}

// Problems says what is wrong with an entry; none is nil.
func (p *Progress) Problems() []edu.Text {
	var out []edu.Text
	bad := func(zh, en string) { out = append(out, edu.Text{ZH: zh, EN: en}) }
	at := slices.Index(Steps, p.Step)
	if at < 0 {
		bad("未选当前环节", "the present step is missing")
	}
	if p.Year != 0 && (p.Year < 2000 || p.Year > 2100) {
		bad(fmt.Sprintf("规划认定年度%d不是年份", p.Year), fmt.Sprintf("the planned year %d is no year", p.Year))
	}
	if p.Issues < 0 || p.Closed < 0 || p.Closed > p.Issues {
		bad("销号数不得多于问题数", "more issues are closed than there are")
	}
	last, named := edu.Date(0), Step("")
	for i, s := range Steps {
		d := p.Dates[s]
		if d == 0 {
			continue
		}
		if at >= 0 && i > at {
			bad(fmt.Sprintf("“%s”在当前环节之后，尚不能填日期", s.Name().ZH), fmt.Sprintf("%q comes after the present step and can have no date yet", s.Name().EN))
		}
		if d < last {
			bad(fmt.Sprintf("“%s”早于“%s”", s.Name().ZH, named.Name().ZH), fmt.Sprintf("%q is before %q", s.Name().EN, named.Name().EN))
		}
		last, named = d, s
	}
	if at >= 0 && at < slices.Index(Steps, Nation) && len(p.Checks) > 0 {
		bad("尚未进入国家认定，不能填国家认定各步骤的日期", "the national recognition has not begun: its parts can have no dates")
	}
	return out
}
