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
	ID    string `json:",omitzero"`
	No    int64  `json:",omitzero"` // in the order in which tasks were made
	Rev   int    `json:",omitzero"` // grows with every act; an act names the rev that it saw
	State State  `json:",omitzero"`

	Title    string      `json:",omitzero"` // 任务内容
	Demand   string      `json:",omitzero"` // 目标表述, 办理要求
	Source   Source      `json:",omitzero"`
	Sheet    Sheet       `json:",omitzero"` // of a matter under supervision; zero for a task that is not
	Serves   []Serves    `json:",omitzero"` // measures of plans; several where one task serves several plans
	Target   Target      `json:",omitzero"` // the indicator that it moves; zero where there is none
	Duty     Duty        `json:",omitzero"`
	Key      bool        `json:",omitzero"` // 重点: asked each week whatever its lamp
	Issuer   string      `json:",omitzero"` // body that gives it
	Lead     string      `json:",omitzero"` // body: exactly one, empty while it is 待定
	With     []string    `json:",omitzero"` // bodies that help
	Leader   string      `json:",omitzero"` // 责任领导
	Person   string      `json:",omitzero"` // 责任人
	Contact  string      `json:",omitzero"` // 联系人/电话
	Opens    edu.Date    `json:",omitzero"` // when it was given; 0 before
	Due      edu.Date    `json:",omitzero"` // 0 while it is 待定, or Standing
	FirstDue edu.Date    `json:",omitzero"` // before any extension
	Standing bool        `json:",omitzero"` // 长期坚持: reviewed once a year, never red
	Stones   []Milestone `json:",omitzero"`
	Funds    []Fund      `json:",omitzero"`

	Signed   time.Time `json:",omitzero"`
	SignedBy string    `json:",omitzero"` // name
	Extended int       `json:",omitzero"` // times that an extension was granted
	Asked    Asked     `json:",omitzero"` // the extension that is asked for, in state Extension
	Handed   Handed    `json:",omitzero"` // what was handed in last
	SignBy   time.Time `json:",omitzero"` // until when it is to be signed
	Ball     time.Time `json:",omitzero"` // since when whoever has to act has had it: the owner in ToSign and Working
	Late     int       `json:",omitzero"` // days by which the owner was late in stretches that are over
	Checked  edu.Date  `json:",omitzero"` // when a standing task was looked at last, which is once a year
	Ended    edu.Date  `json:",omitzero"` // when it was closed, merged or withdrawn
	Review   Review    `json:",omitzero"` // what the issuer said of it last
	Outcome  Outcome   `json:",omitzero"`
	Approval string    `json:",omitzero"` // 文号 of what was adjusted or cancelled
	Into     string    `json:",omitzero"` // task that it was merged into
	Last     Entry     `json:",omitzero"` // latest progress entry; zero where there is none
	Entries  int       `json:",omitzero"`
	Made     time.Time `json:",omitzero"`
	Changed  time.Time `json:",omitzero"`
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
	Kind SourceKind `json:",omitzero"`
	Ref  string     `json:",omitzero"` // id of the meeting, plan or notice in the system; empty for paper
	Item string     `json:",omitzero"` // id of the decision, the measure or the sentence in it
	Name string     `json:",omitzero"` // file name and number, or the meeting
	Text string     `json:",omitzero"` // its words
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
	FromVisit       SourceKind = "visit"       // 走访 of a linked school
	FromProposal    SourceKind = "proposal"    // 差距与方案: lines that a county took
	FromHazard      SourceKind = "hazard"      // 安全隐患: one that is overdue
)

// Sheet is what makes a task a matter under supervision: one matter, one sheet.
type Sheet struct {
	Year, No int     `json:",omitzero"` // 编号 〔year〕no; given when it is issued
	Urgency  Urgency `json:",omitzero"`
	Feedback string  `json:",omitzero"` // 反馈方式
	Reader   string  `json:",omitzero"` // 批办领导
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
	Scheme, Indicator string     `json:",omitzero"`
	Stage             edu.Stage  `json:",omitzero"` // empty: the first that has it
	Unit              edu.UnitID `json:",omitzero"`
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
	ID   string   `json:",omitzero"`
	Day  edu.Date `json:",omitzero"`
	Mark string   `json:",omitzero"` // 标志性成果
	Done edu.Date `json:",omitzero"` // zero until it is reached
}

// Fund is money of a year, in 万元, with its source.
type Fund struct {
	Year   int     `json:",omitzero"`
	Amount float64 `json:",omitzero"`
	Source string  `json:",omitzero"`
}

// Asked is an extension that is asked for.
type Asked struct {
	Until    edu.Date  `json:",omitzero"`
	Reason   string    `json:",omitzero"`
	Progress string    `json:",omitzero"`
	At       time.Time `json:",omitzero"`
	By       string    `json:",omitzero"`
}

// Handed is what the owner hands in: 办理情况, 一事一文.
type Handed struct {
	Text     string    `json:",omitzero"`
	Problems string    `json:",omitzero"`
	Next     string    `json:",omitzero"`
	Head     string    `json:",omitzero"` // 单位负责人审签
	Files    []string  `json:",omitzero"` // hashes of evidence
	At       time.Time `json:",omitzero"`
	By       string    `json:",omitzero"` // as shown
	Account  string    `json:",omitzero"` // empty in rows of before it was kept
}

// Review is what the issuer says of what was handed in. It closes only where all
// four hold.
type Review struct {
	Facts      bool      `json:",omitzero"` // 事实清楚
	Solved     bool      `json:",omitzero"` // 问题解决
	Done       bool      `json:",omitzero"` // 任务落实
	Conclusion bool      `json:",omitzero"` // 结论准确
	Text       string    `json:",omitzero"`
	At         time.Time `json:",omitzero"`
	By         string    `json:",omitzero"`
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
	No       int       `json:",omitzero"`
	Day      edu.Date  `json:",omitzero"`
	Text     string    `json:",omitzero"` // 进展, at most 200 characters; empty with NoChange
	NoChange bool      `json:",omitzero"` // 本期无变化
	Percent  *float64  `json:",omitzero"` // only where no indicator exists; nil otherwise
	Problems string    `json:",omitzero"`
	Next     string    `json:",omitzero"` // 下步打算
	At       time.Time `json:",omitzero"`
	By       string    `json:",omitzero"` // account
	Name     string    `json:",omitzero"` // as shown
	Body     string    `json:",omitzero"` // for which it was written
	Files    []string  `json:",omitzero"` // hashes of evidence
}

// Event is a line of a task's history; it is never changed.
type Event struct {
	Rev      int       `json:",omitzero"` // of the task after the act
	At       time.Time `json:",omitzero"`
	By       string    `json:",omitzero"` // account
	Name     string    `json:",omitzero"`
	Body     string    `json:",omitzero"`
	Act      Act       `json:",omitzero"`
	From, To State     `json:",omitzero"`
	Text     string    `json:",omitzero"` // reason, comment, entry
	Due      edu.Date  `json:",omitzero"`
	Files    []string  `json:",omitzero"` // hashes of evidence
	Sent     string    `json:",omitzero"` // id that the client made: the same act sent twice is one
}
