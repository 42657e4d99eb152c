// Package collect holds the state of what is collected: issued forms, filings
// and the steps that a filing may take.
//
// It computes from its arguments, the time of day among them. Late is never a
// state: it is computed from who had the ball when.
package collect

import (
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/fault"
)

// State is where a filing stands.
type State string

const (
	NotStarted State = "not_started" // 未开始
	Draft      State = "draft"       // 草稿
	AtTownship State = "at_township" // 待中心校审
	AtCounty   State = "at_county"   // 待县审
	AtCity     State = "at_city"     // 待市审
	Locked     State = "locked"      // 已锁定
	Returned   State = "returned"    // 已退回
	Excused    State = "excused"     // 免报
)

// States lists the states in the order in which they are shown.
var States = []State{NotStarted, Draft, Returned, AtTownship, AtCounty, AtCity, Locked, Excused}

// Open tells whether the filler may change the figures.
func (s State) Open() bool { return s == NotStarted || s == Draft || s == Returned }

// Done tells whether the filing has been handed in, or need not be.
func (s State) Done() bool { return !s.Open() }

// Action is a step that a person takes with a filing.
type Action string

const (
	Save         Action = "save"          // 暂存
	Submit       Action = "submit"        // 提交
	Recall       Action = "recall"        // 撤回: before the next level has acted
	Pass         Action = "pass"          // 审核通过, to the next level
	Lock         Action = "lock"          // 锁定
	Return       Action = "return"        // 退回, with a reason
	Excuse       Action = "excuse"        // 免报, with a reason
	Unexcuse     Action = "unexcuse"      // 取消免报
	AskUnlock    Action = "ask_unlock"    // 申请解锁, with a reason
	GrantUnlock  Action = "grant_unlock"  // 同意解锁
	RefuseUnlock Action = "refuse_unlock" // 不同意解锁, with a reason
	Extend       Action = "extend"        // 延期, to a date, with a reason
)

// Step is what an action needs and does.
type Step struct {
	Action Action
	From   []State
	Needs  auth.Permission
	Reason bool // a reason must be given
	// To gives the state after it, given the route of the form; "" keeps it.
	To func(Route, State) State
}

// By is the permission that the step needs on a route: who answers for a filing
// is never the one who fills it. Where no county reviews, as for the county's own
// form, the city excuses and extends.
func (s Step) By(r Route) auth.Permission {
	if s.Needs == auth.ReviewForm && !r.County {
		return auth.LockForm
	}
	return s.Needs
}

// Route is the way of one form in one county: which levels look at it.
type Route struct {
	Township bool // the central school passes it on: a switch of each county
	County   bool // the county reviews: not for forms that the county fills itself
}

// submitted is where a filing goes when its filler hands it in.
func submitted(r Route, _ State) State {
	switch {
	case r.Township:
		return AtTownship
	case r.County:
		return AtCounty
	}
	return AtCity
}

func to(s State) func(Route, State) State { return func(Route, State) State { return s } }

// passed is the next level.
func passed(_ Route, s State) State {
	if s == AtTownship {
		return AtCounty
	}
	return AtCity
}

// Steps is the whole table: what is not in it cannot happen.
var Steps = []Step{
	{Action: Save, From: []State{NotStarted, Draft, Returned}, Needs: auth.FillForm, To: func(_ Route, s State) State {
		if s == Returned {
			return Returned
		}
		return Draft
	}},
	{Action: Submit, From: []State{NotStarted, Draft, Returned}, Needs: auth.SubmitForm, To: submitted},
	{Action: Recall, From: []State{AtTownship, AtCounty, AtCity}, Needs: auth.SubmitForm, To: to(Draft)},
	{Action: Pass, From: []State{AtTownship}, Needs: auth.ReviewTown, To: passed},
	{Action: Pass, From: []State{AtCounty}, Needs: auth.ReviewForm, To: passed},
	{Action: Return, From: []State{AtTownship}, Needs: auth.ReviewTown, Reason: true, To: to(Returned)},
	{Action: Return, From: []State{AtCounty}, Needs: auth.ReviewForm, Reason: true, To: to(Returned)},
	{Action: Return, From: []State{AtCity}, Needs: auth.LockForm, Reason: true, To: to(Returned)},
	{Action: Lock, From: []State{AtCity}, Needs: auth.LockForm, To: to(Locked)},
	{Action: Excuse, From: []State{NotStarted, Draft, Returned}, Needs: auth.ReviewForm, Reason: true, To: to(Excused)},
	{Action: Unexcuse, From: []State{Excused}, Needs: auth.ReviewForm, To: to(NotStarted)},
	{Action: AskUnlock, From: []State{Locked}, Needs: auth.SubmitForm, Reason: true, To: to("")},
	{Action: GrantUnlock, From: []State{Locked}, Needs: auth.LockForm, To: to(Returned)},
	{Action: RefuseUnlock, From: []State{Locked}, Needs: auth.LockForm, Reason: true, To: to("")},
	{Action: Extend, From: []State{NotStarted, Draft, Returned}, Needs: auth.ReviewForm, Reason: true, To: to("")},
}

// Find gives the step of an action from a state, or an error that says what
// could be done instead.
func Find(a Action, from State) (*Step, error) {
	for i := range Steps {
		if Steps[i].Action == a && slices.Contains(Steps[i].From, from) {
			return &Steps[i], nil
		}
	}
	return nil, fmt.Errorf("%s is not possible while the filing is %s: %w", a, from, fault.Conflict)
}
