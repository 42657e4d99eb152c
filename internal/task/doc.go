// Package task is what somebody owes until a day: a task of a plan, a matter
// under supervision (督办), a decision of a meeting. It has the states that a
// task can be in, the table of what may happen to it, and what follows from a
// row and the calendar: overdue, lamp, level of escalation, and which reports
// are due. It knows no database.
//
// Columns, states and defaults: forms of the domain, sections 4 and 5.
package task

import (
	"time"

	"shuren/internal/edu"
)

// Task is a row of the ledger. Only Next changes its state.
type Task struct {
	ID    string
	No    int64 // in the order in which tasks were made
	Rev   int   // grows with every act; an act names the rev that it saw
	State State

	Title    string // 任务内容
	Demand   string // 目标表述, 办理要求
	Source   Source
	Sheet    Sheet    // of a matter under supervision; zero for a task that is not
	Serves   []Serves // measures of plans; several where one task serves several plans
	Target   Target   // the indicator that it moves; zero where there is none
	Duty     Duty
	Key      bool     // 重点: asked each week whatever its lamp
	Issuer   string   // body that gives it
	Lead     string   // body: exactly one, empty while it is 待定
	With     []string // bodies that help
	Leader   string   // 责任领导
	Person   string   // 责任人
	Contact  string   // 联系人/电话
	Opens    edu.Date // when it was given; 0 before
	Due      edu.Date // 0 while it is 待定, or Standing
	FirstDue edu.Date // before any extension
	Standing bool     // 长期坚持: reviewed once a year, never red
	Stones   []Milestone
	Funds    []Fund

	Signed   time.Time
	SignedBy string // name
	Extended int    // times that an extension was granted
	Asked    Asked  // the extension that is asked for, in state Extension
	Handed   Handed // what was handed in last
	Review   Review // what the issuer said of it last
	Outcome  Outcome
	Approval string // 文号 of what was adjusted or cancelled
	Into     string // task that it was merged into
	Last     Entry  // latest progress entry; zero where there is none
	Entries  int
	Made     time.Time
	Changed  time.Time
}

// State is where a task stands.
type State string

// States of a task, in their order. Overdue is computed and is none of them.
const (
	Drafted   State = "drafted"   // 拟制
	Requested State = "requested" // 已提请: a 提请函 went to whoever has the authority
	ToSign    State = "to_sign"   // 待签收
	Working   State = "working"   // 办理中
	Extension State = "extension" // 延期申请中
	InReview  State = "in_review" // 待审核
	Closed    State = "closed"    // 已办结
	Merged    State = "merged"    // 已并办
	Withdrawn State = "withdrawn" // 已撤销
)

// Source is where a task comes from: 任务来源 with the paragraph or decision.
type Source struct {
	Kind SourceKind
	Ref  string // id of the meeting, plan or notice in the system; empty for paper
	Item string // id of the decision, the measure or the sentence in it
	Name string // file name and number, or the meeting
	Text string // its words
}

// SourceKind is the basis of a task (督办依据).
type SourceKind string

const (
	FromPlan        SourceKind = "plan"        // 行动计划
	FromMeeting     SourceKind = "meeting"     // 会议
	FromDocument    SourceKind = "document"    // 文件
	FromInstruction SourceKind = "instruction" // 批示
	FromInspection  SourceKind = "inspection"  // 巡察
	FromPetition    SourceKind = "petition"    // 信访
)

// Sheet is what makes a task a matter under supervision: one matter, one sheet.
type Sheet struct {
	Year, No int // 编号 〔year〕no; given when it is issued
	Urgency  Urgency
	Feedback string // 反馈方式
	Reader   string // 批办领导
}

// None tells that the task has no sheet.
func (s Sheet) None() bool { return s == Sheet{} }

// Urgency says within what time it is to be signed.
type Urgency string

const (
	Ordinary Urgency = "ordinary" // 一般: sign within one working day
	Urgent   Urgency = "urgent"   // 急件
	Extra    Urgency = "extra"    // 特急: sign within two hours
)

// Serves is a measure of a plan.
type Serves struct{ Plan, Measure string }

// Target is the indicator by which a task's progress shows, of a unit.
type Target struct {
	Scheme, Indicator string
	Unit              edu.UnitID
}

// Duty is the kind of responsibility.
type Duty string

const (
	Territorial  Duty = "territorial"  // 属地
	Departmental Duty = "departmental" // 部门
	Industry     Duty = "industry"     // 行业
)

// Milestone is a 节点: a day and what marks it.
type Milestone struct {
	ID   string
	Day  edu.Date
	Mark string // 标志性成果
	Done edu.Date
}

// Fund is money of a year, in 万元, with its source.
type Fund struct {
	Year   int
	Amount float64
	Source string
}

// Asked is an extension that is asked for.
type Asked struct {
	Until    edu.Date
	Reason   string
	Progress string
	At       time.Time
	By       string
}

// Handed is what the owner hands in: 办理情况, 一事一文.
type Handed struct {
	Text     string
	Problems string
	Next     string
	Head     string // 单位负责人审签
	At       time.Time
	By       string
}

// Review is what the issuer says of what was handed in. It closes only where all
// four hold.
type Review struct {
	Facts      bool // 事实清楚
	Solved     bool // 问题解决
	Done       bool // 任务落实
	Conclusion bool // 结论准确
	Text       string
	At         time.Time
	By         string
}

// Outcome is the end of a task when the action ends (收官).
type Outcome string

const (
	NoOutcome Outcome = ""
	Completed Outcome = "completed" // 完成
	Carried   Outcome = "carried"   // 未完成转接续
	Adjusted  Outcome = "adjusted"  // 调整(批准文号)
	Cancelled Outcome = "cancelled" // 取消(批准文号)
)

// Entry is one progress entry: the only one that every report reads.
type Entry struct {
	No       int
	Day      edu.Date
	Text     string  // 进展, at most 200 characters; empty with NoChange
	NoChange bool    // 本期无变化
	Percent  float64 // only where no indicator exists; edu.Missing() otherwise
	Problems string
	Next     string // 下步打算
	At       time.Time
	By       string // account
	Name     string // as shown
	Body     string // for which it was written
}

// Event is a line of a task's history; it is never changed.
type Event struct {
	Rev      int // of the task after the act
	At       time.Time
	By       string // account
	Name     string
	Body     string
	Act      Act
	From, To State
	Text     string // reason, comment, entry
	Due      edu.Date
	Sent     string // id that the client made: the same act sent twice is one
}
