package task

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
	{[]State{Working, ToSign, Requested}, Conclude, Closed, Giver, true},
	{[]State{Closed}, Reopen, Working, Giver, true},
	{[]State{Drafted, Requested, ToSign, Working, Extension, InReview}, Withdraw, Withdrawn, Giver, true},
}
