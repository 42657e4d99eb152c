package teams

import (
	"cmp"
	"fmt"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Fewest is how many people a group has at least before anything is told of it.
const Fewest = 10

// School is what is known of where people work.
type School struct {
	ID      edu.UnitID
	Name    string
	County  edu.UnitID
	Class   string // urban-rural code (城乡分类); empty if unknown
	Good    bool   // the county calls it good (优质学校)
	Classes map[edu.Stage]int
}

// Urban tells whether a school lies in a city or town: codes that begin with 1.
// The second is false where the code is not known.
func (s *School) Urban() (urban, known bool) {
	return len(s.Class) > 0 && s.Class[0] == '1', s.Class != ""
}

// Lesson is a line of a county's own plan of lessons: how many a class has in a week,
// and how many a full post gives.
type Lesson struct {
	Stage      edu.Stage
	Subject    string
	PerClass   float64
	PerTeacher float64
}

// More is what the three teams need to know of a person beside the register.
type More struct {
	Person   register.PersonID
	Rev      int        `json:"-"`
	Unit     edu.UnitID `json:",omitempty"`
	HeadCert edu.Date   `json:",omitempty"` // 任职资格培训证书 of a head; 0 if none is known
	Studio   string     `json:",omitempty"` // 名师工作室: its name, never a person's
	Duty     float64    `json:",omitempty"` // hours of service as a backbone teacher in the year
}

// Ways of exchange (方式, forms.md §3).
const (
	Transfer  = "transfer"
	Support   = "support"
	Walking   = "walking"
	Shadowing = "shadowing"
	Group     = "group"
)

// Ways are the ways of exchange, in the order of the form.
var Ways = []register.Term{
	{ID: Transfer, Text: edu.Text{ZH: "调动", EN: "Transfer"}},
	{ID: Support, Text: edu.Text{ZH: "支教", EN: "Teaching in support"}},
	{ID: Walking, Text: edu.Text{ZH: "走教", EN: "Teaching at several schools"}},
	{ID: Shadowing, Text: edu.Text{ZH: "跟岗", EN: "Shadowing"}},
	{ID: Group, Text: edu.Text{ZH: "集团内", EN: "Within an education group"}},
}

// Stages of an exchange: it is planned, it took place, or it was called off.
const (
	Planned = "planned"
	Done    = "done"
	Called  = "called_off"
)

// Stages are those of an exchange.
var Stages = []register.Term{
	{ID: Planned, Text: edu.Text{ZH: "拟交流", EN: "Planned"}},
	{ID: Done, Text: edu.Text{ZH: "已交流", EN: "Took place"}},
	{ID: Called, Text: edu.Text{ZH: "已取消", EN: "Called off"}},
}

// Exchange is a line of the table of exchanges (交流轮岗表).
type Exchange struct {
	ID       string            `json:"-"`
	Rev      int               `json:"-"`
	Person   register.PersonID `json:"person"`
	Stage    string            `json:"stage"`
	Subject  string            `json:"subject,omitempty"`
	From     edu.UnitID        `json:"from"`
	To       edu.UnitID        `json:"to"`
	Way      string            `json:"way"`
	Begins   edu.Date          `json:"begins"`
	Ends     edu.Date          `json:"ends,omitempty"` // 0 is without end
	Backbone bool              `json:"backbone,omitempty"`
	Head     bool              `json:"head,omitempty"`
	Years    int               `json:"years"`              // 连续任教年限 when it began; -1 if unknown
	Due      bool              `json:"due,omitempty"`      // 符合条件 when it was entered
	Exempt   string            `json:"exempt,omitempty"`   // 豁免事由, in Chinese
	ExemptEN string            `json:"exemptEn,omitempty"` // the same in English; empty where it was entered before there was one
	Document string            `json:"document,omitempty"` // 文号
	Task     bool              `json:"task,omitempty"`     // it has become a task
}

// ExemptText is why the person did not have to move, as it was said when the line was
// entered.
func (x *Exchange) ExemptText() edu.Text {
	return edu.Text{ZH: x.Exempt, EN: cmp.Or(x.ExemptEN, x.Exempt)}
}

// MaxDocument is how long the number of a document may be.
const MaxDocument = 80

// Limits says where a line is beyond what can be meant. A line that is called off is
// not held to them: what came onto record before them must come off it.
func (x *Exchange) Limits() (out []edu.Text) {
	if x.Begins != 0 && (x.SummerOf() < 2000 || x.SummerOf() > 2100) {
		out = append(out, edu.Text{ZH: "开始日期应在2000年至2100年之间", EN: "the first day is not between 2000 and 2100"})
	}
	if utf8.RuneCountInString(x.Document) > MaxDocument {
		out = append(out, edu.Text{ZH: fmt.Sprintf("文号至多%d字", MaxDocument), EN: fmt.Sprintf("the number of a document has at most %d characters", MaxDocument)})
	}
	return out
}

// Problems says what is wrong with a line.
func (x *Exchange) Problems() (out []edu.Text) {
	add := func(zh, en string) { out = append(out, edu.Text{ZH: zh, EN: en}) }
	if x.Person == "" {
		add("没有选择教师", "nobody is named")
	}
	if x.From == "" || x.To == "" {
		add("原校和交流校都要填写", "both schools must be given")
	} else if x.From == x.To {
		add("原校与交流校相同", "both schools are the same")
	}
	if !known(Ways, x.Way) {
		add("方式应为调动、支教、走教、跟岗或集团内", "the way is none of the five")
	}
	if !known(Stages, x.Stage) {
		add("状态应为拟交流、已交流或已取消", "the stage is none of the three")
	}
	if x.Begins == 0 {
		add("没有开始日期", "it has no first day")
	}
	if x.Ends != 0 && x.Ends < x.Begins {
		add("结束日期早于开始日期", "it ends before it begins")
	}
	if x.Stage != Called {
		out = append(out, x.Limits()...)
	}
	if x.Stage == Done && x.Document == "" {
		add("已交流的要填写文号", "what took place needs the number of its document")
	}
	return out
}

// InSummer tells whether an exchange belongs to the summer: it begins in the twelve
// months from July, so that a move of term time counts in the school year it is in.
func (x *Exchange) InSummer(year int) bool {
	return x.Begins >= addMonths(Summer(year), -2) && x.Begins < addMonths(Summer(year), 10)
}

// SummerOf is the year of the summer that an exchange belongs to.
func (x *Exchange) SummerOf() int {
	t := addMonths(x.Begins, -6).Time() // from July to June is a calendar year
	return t.Year()
}

func known(terms []register.Term, id string) bool {
	for _, t := range terms {
		if t.ID == id {
			return true
		}
	}
	return false
}

// WordOf is the word of a closed list; the id where it is not on it.
func WordOf(terms []register.Term, id string) edu.Text {
	for _, t := range terms {
		if t.ID == id {
			return t.Text
		}
	}
	return edu.Text{ZH: id, EN: id}
}
