package task

import (
	"slices"

	"shuren/internal/edu"
)

// Act is what somebody does to a task.
type Act string

// Acts, in the order in which a page offers them.
const (
	Edit     Act = "edit"     // change a draft
	Issue    Act = "issue"    // 交办
	Request  Act = "request"  // 提请
	TakenUp  Act = "taken_up" // whoever has the authority gave it: 文号
	Sign     Act = "sign"     // 签收
	Decline  Act = "decline"  // 退回拟制: it is not ours, with a reason
	Report   Act = "report"   // 进展
	Ask      Act = "ask"      // 申请延期
	Grant    Act = "grant"    // 同意延期
	Refuse   Act = "refuse"   // 不同意延期
	HandIn   Act = "hand_in"  // 报结
	Close    Act = "close"    // 办结
	Return   Act = "return"   // 退回
	Transfer Act = "transfer" // 转办
	Merge    Act = "merge"    // 并办
	Urge     Act = "urge"     // 催办
	Comment  Act = "comment"  // 留言
	Conclude Act = "conclude" // 收官: carried on, adjusted or cancelled
	Reopen   Act = "reopen"   // 回头看: closed, and not solved
	Withdraw Act = "withdraw" // 撤销
	Absorb   Act = "absorb"   // 并入: what happens to the task that another is merged into
	Recheck  Act = "recheck"  // 年度复核 of a standing task
	Serve    Act = "serve"    // 关联措施: which measures of plans it serves, while it is under way
)

// Side is who does an act.
type Side uint8

const (
	Giver  Side = 1 << iota // whoever acts for the issuer
	Owner                   // whoever acts for the lead
	Helper                  // whoever acts for a body that helps
)

// Step is a row of the table of steps.
type Step struct {
	From []State
	Act  Act
	To   State // empty: it stays where it is
	By   Side
	// What the act needs beside the rev.
	Reason bool // a reason in words
}

// Steps is the whole table: what is not in it cannot happen. Needs that depend on
// the task (authority, limits, the four questions) are in Next.
var Steps = []Step{
	{[]State{Drafted}, Edit, "", Giver, false},
	{[]State{Drafted}, Issue, ToSign, Giver, false},
	{[]State{Drafted}, Request, Requested, Giver, false},
	{[]State{Requested}, TakenUp, Working, Giver, true},
	{[]State{ToSign}, Sign, Working, Owner, false},
	{[]State{ToSign}, Decline, Drafted, Owner, true},
	{[]State{Working}, Report, "", Owner | Helper | Giver, false},
	{[]State{Working}, Ask, Extension, Owner, true},
	{[]State{Extension}, Grant, Working, Giver, false},
	{[]State{Extension}, Refuse, Working, Giver, true},
	{[]State{Working}, HandIn, InReview, Owner | Giver, false},
	{[]State{InReview}, Close, Closed, Giver, false},
	{[]State{InReview}, Return, Working, Giver, true},
	{[]State{ToSign, Working}, Transfer, ToSign, Giver, true},
	{[]State{Drafted, ToSign, Working}, Merge, Merged, Giver, true},
	{[]State{Requested, ToSign, Working, Extension}, Urge, "", Giver, false},
	{[]State{Drafted, Requested, ToSign, Working, Extension, InReview, Closed}, Comment, "", Giver | Owner | Helper, true},
	{[]State{Requested, ToSign, Working, Extension, InReview}, Absorb, "", Giver, false},
	{[]State{Working}, Recheck, "", Giver, true},
	{[]State{Drafted, Requested, ToSign, Working, Extension, InReview}, Serve, "", Giver, false},
	{[]State{Working, ToSign, Requested}, Conclude, Closed, Giver, true},
	{[]State{Closed}, Reopen, Working, Giver, true},
	{[]State{Drafted, Requested, ToSign, Working, Extension, InReview}, Withdraw, Withdrawn, Giver, true},
}

// Find gives the row of the table by which an act is possible in a state.
func Find(s State, a Act) (Step, bool) {
	for _, st := range Steps {
		if st.Act == a && slices.Contains(st.From, s) {
			return st, true
		}
	}
	return Step{}, false
}

// States of a task, in the order in which they are shown.
var States = []State{Drafted, Requested, ToSign, Working, Extension, InReview, Closed, Merged, Withdrawn}

// Live tells that something is still to be done.
func (s State) Live() bool { return s != Closed && s != Merged && s != Withdrawn }

// Given tells that the task is out of the issuer's drafts and not at its end.
func (s State) Given() bool { return s.Live() && s != Drafted }

// Held tells that the owner has the ball: only then does time run against it.
func (s State) Held() bool { return s == ToSign || s == Working }

// Name is what people call a state.
func (s State) Name() edu.Text { return stateNames[s] }

// Name is what people call an act.
func (a Act) Name() edu.Text { return actNames[a] }

var stateNames = map[State]edu.Text{
	Drafted: {ZH: "拟制", EN: "draft"}, Requested: {ZH: "已提请", EN: "requested"}, ToSign: {ZH: "待签收", EN: "to be signed"}, Working: {ZH: "办理中", EN: "in hand"},
	Extension: {ZH: "延期申请中", EN: "extension asked"}, InReview: {ZH: "待审核", EN: "in review"}, Closed: {ZH: "已办结", EN: "closed"}, Merged: {ZH: "已并办", EN: "merged"}, Withdrawn: {ZH: "已撤销", EN: "withdrawn"},
}

var actNames = map[Act]edu.Text{
	Edit: {ZH: "修改", EN: "edit"}, Issue: {ZH: "交办", EN: "issue"}, Request: {ZH: "提请", EN: "request"}, TakenUp: {ZH: "登记交办文号", EN: "taken up"}, Sign: {ZH: "签收", EN: "sign"},
	Decline: {ZH: "退回拟制", EN: "decline"}, Report: {ZH: "填报进展", EN: "report"}, Ask: {ZH: "申请延期", EN: "ask for more time"}, Grant: {ZH: "同意延期", EN: "grant"}, Refuse: {ZH: "不同意延期", EN: "refuse"},
	HandIn: {ZH: "报结", EN: "hand in"}, Close: {ZH: "办结", EN: "close"}, Return: {ZH: "退回", EN: "return"}, Transfer: {ZH: "转办", EN: "transfer"}, Merge: {ZH: "并办", EN: "merge"}, Urge: {ZH: "催办", EN: "urge"},
	Comment: {ZH: "留言", EN: "comment"}, Conclude: {ZH: "收官", EN: "conclude"}, Reopen: {ZH: "回头看重启", EN: "reopen"}, Withdraw: {ZH: "撤销", EN: "withdraw"}, Absorb: {ZH: "并入", EN: "take in"}, Recheck: {ZH: "年度复核", EN: "yearly check"},
	Serve: {ZH: "关联措施", EN: "link to measures"},
}
