// Package inspection holds visits to schools and what is found on them: plans,
// inspections with their answers and signatures, and the ledger of hazards with
// the table of steps that a hazard can take (平安校园).
//
// A hazard is overdue by the calendar, not by a step: Shown computes it. It is closed
// with evidence only, and never by the one who answers for mending it.
//
// Columns and states: forms of the domain, section 7.
package inspection

import (
	"slices"
	"time"

	"shuren/internal/edu"
)

// Kind is why a school is visited (检查类型).
type Kind string

const (
	Daily   Kind = "daily"   // 日常
	Special Kind = "special" // 专项
	Joint   Kind = "joint"   // 联合
	Term    Kind = "term"    // 开学
)

// Kinds of inspections, in the order in which they are offered.
var Kinds = []Kind{Daily, Special, Joint, Term}

// Name is what people call it.
func (k Kind) Name() edu.Text {
	return map[Kind]edu.Text{Daily: {ZH: "日常检查", EN: "daily"}, Special: {ZH: "专项检查", EN: "special"}, Joint: {ZH: "联合检查", EN: "joint"}, Term: {ZH: "开学检查", EN: "term opening"}}[k]
}

// Plan says who visits which schools until when, and what they look at.
type Plan struct {
	ID         string
	Rev        int `json:"-"`
	Name       string
	Kind       Kind
	Unit       edu.UnitID   // whose it is: a county, or empty for the city's
	Schools    []edu.UnitID // none are all schools below Unit
	Checklists []string     // ids of the pack's; none are all
	By         string       // who visits, in words: 安全科、卫健局
	From       edu.Date
	Until      edu.Date
	Ended      bool
}

// Result is what was found of one item.
type Result string

const (
	NoResult Result = ""     // not looked at yet
	Fit      Result = "fit"  // 合格
	Unfit    Result = "bad"  // 不合格
	NotHere  Result = "none" // 不适用
)

// Results of an item, in the order in which they are offered.
var Results = []Result{Fit, Unfit, NotHere}

// Name is what people call it.
func (r Result) Name() edu.Text {
	return map[Result]edu.Text{NoResult: {ZH: "未检查", EN: "not yet"}, Fit: {ZH: "合格", EN: "fit"}, Unfit: {ZH: "不合格", EN: "unfit"}, NotHere: {ZH: "不适用", EN: "not applicable"}}[r]
}

// Item is an item of the checklist as it stood when the visit began: what a pack
// says later does not change what was looked at.
type Item struct {
	ID     string
	Group  string
	What   edu.Text
	How    edu.Text
	For    []string `json:",omitzero"`
	Parts  []string `json:",omitzero"`
	Where  edu.Text `json:",omitzero"` // what the one key part is called that it is about
	Wanted edu.Text `json:",omitzero"` // the figure that a standard wants of this school, in words
	Source string
	Tag    string
}

// Group is a category of items.
type Group struct {
	ID   string
	Name edu.Text
}

// Answer is what was found of an item.
type Answer struct {
	Result  Result   `json:",omitzero"`
	Part    string   `json:",omitzero"` // 部位: id of a key part, or words; see PartOf
	Problem string   `json:",omitzero"` // 存在问题
	Fixed   bool     `json:",omitzero"` // 现场整改
	Major   bool     `json:",omitzero"` // 重大隐患
	Control string   `json:",omitzero"` // 管控措施 before it is mended, of a major one
	Due     edu.Date `json:",omitzero"` // 整改时限, unless it was fixed
	Photos  []string `json:",omitzero"` // hashes
}

// Signature is somebody's name under an inspection.
type Signature struct {
	Name    string
	Account string    `json:",omitzero"` // who was signed in; of a paper, who typed it in
	At      time.Time `json:",omitzero"`
	Day     edu.Date  `json:",omitzero"` // on paper
	Remark  string    `json:",omitzero"`
}

// State is where an inspection stands.
type State string

const (
	Open   State = "open"   // 检查中
	Signed State = "signed" // 待学校签字: the checkers have signed
	Done   State = "done"   // 已完成: the school has signed
	Void   State = "void"   // 已作废
)

// Name is what people call it.
func (s State) Name() edu.Text {
	return map[State]edu.Text{Open: {ZH: "检查中", EN: "under way"}, Signed: {ZH: "待学校签字", EN: "for the school to sign"}, Done: {ZH: "已完成", EN: "done"}, Void: {ZH: "已作废", EN: "void"}}[s]
}

// Counts tells that the school was visited.
func (s State) Counts() bool { return s == Signed || s == Done }

// Way is how the answers came (三种方式).
type Way string

const (
	OnPage   Way = "page"  // phone or desk
	OnPaper  Way = "paper" // printed and typed back
	Workbook Way = "book"  // filled as a workbook
)

// Inspection is one visit to one school.
type Inspection struct {
	ID      string // made by the client, so that the same visit begun twice is one
	No      int64
	Rev     int
	State   State
	Kind    Kind
	Plan    string `json:",omitzero"`
	School  edu.UnitID
	County  edu.UnitID
	Day     edu.Date
	Way     Way
	Pack    string // of the checklist
	Groups  []Group
	Items   []Item
	Answers map[string]Answer
	// Checkers are two at least.
	Checkers []Signature `json:",omitzero"`
	ForUnit  Signature   `json:",omitzero"` // the school's
	Refused  string      `json:",omitzero"` // why the school did not sign
	Voided   string      `json:",omitzero"`
	Pupils   int         `json:",omitzero"` // from which the number of guards was computed
	Boarders *int        `json:",omitzero"` // nil where nobody stated them: they are not taken for none
	Made     time.Time
	Changed  time.Time
	By       string // account
	ByName   string
}

// Count is how many items have each result, and how many of the unfit were fixed.
func (x *Inspection) Count() (n map[Result]int, fixed int) {
	n = map[Result]int{}
	for _, it := range x.Items {
		a := x.Answers[it.ID]
		n[a.Result]++
		if a.Result == Unfit && a.Fixed {
			fixed++
		}
	}
	return n, fixed
}

// Item finds an item by id, or nil.
func (x *Inspection) Item(id string) *Item {
	i := slices.IndexFunc(x.Items, func(it Item) bool { return it.ID == id })
	if i < 0 {
		return nil
	}
	return &x.Items[i]
}

// PartOf is where a problem was found (部位): as it was written, or the one key part
// that the item is about. Empty is not said yet.
func (it *Item) PartOf(a Answer) string {
	if a.Part == "" && len(it.Parts) == 1 {
		return it.Parts[0]
	}
	return a.Part
}
