package plan

import (
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// State is where a version stands.
type State string

const (
	Draft    State = "draft"     // 草案: edited
	HandedIn State = "handed_in" // 待批准
	Approved State = "approved"  // 已批准: it never changes
	Dropped  State = "dropped"   // 已作废: a draft that nobody goes on with
)

// Name is the state as officers write it.
func (s State) Name() edu.Text {
	switch s {
	case Draft:
		return edu.Text{ZH: "草案", EN: "draft"}
	case HandedIn:
		return edu.Text{ZH: "待批准", EN: "waiting for approval"}
	case Approved:
		return edu.Text{ZH: "已批准", EN: "approved"}
	case Dropped:
		return edu.Text{ZH: "已作废", EN: "dropped"}
	}
	return edu.Text{ZH: "未知", EN: "unknown"}
}

// Version is a plan with where it stands and who did what to it.
type Version struct {
	Plan
	Version int      `json:"version"`
	State   State    `json:"state"`
	Editors []string `json:"editors,omitempty"` // accounts that wrote this version
	Acts    []Did    `json:"acts,omitempty"`    // hand-ins, returns, approvals
	// Rev is the document's own: the writer names the one that it saw.
	Rev    int       `json:"-"`
	By     string    `json:"-"` // who saved it last
	ByName string    `json:"-"`
	At     time.Time `json:"-"`
}

// Did is an act on a version.
type Did struct {
	Act  Act       `json:"act"`
	By   string    `json:"by"`
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	Text string    `json:"text,omitempty"` // reason of a return, number of an approval
}

// Act is what somebody does to a version.
type Act string

const (
	Save    Act = "save"
	HandIn  Act = "hand_in"
	Approve Act = "approve"
	Return  Act = "return" // back to its writers, with a reason
	Drop    Act = "drop"
)

// Name is the act as officers write it.
func (a Act) Name() edu.Text {
	switch a {
	case Save:
		return edu.Text{ZH: "保存", EN: "save"}
	case HandIn:
		return edu.Text{ZH: "提交审批", EN: "hand in"}
	case Approve:
		return edu.Text{ZH: "批准", EN: "approve"}
	case Return:
		return edu.Text{ZH: "退回", EN: "return"}
	case Drop:
		return edu.Text{ZH: "作废", EN: "drop"}
	}
	return edu.Text{}
}

// step is a row of the table of steps: what is not in it cannot happen.
type step struct {
	from   State
	act    Act
	to     State
	needs  auth.Permission
	reason bool
	// other: by somebody who neither wrote this version nor handed it in.
	other bool
}

var steps = []step{
	{Draft, Save, Draft, auth.KeepPlan, false, false},
	{Draft, HandIn, HandedIn, auth.KeepPlan, false, false},
	{HandedIn, Approve, Approved, auth.ApprovePlan, false, true},
	{HandedIn, Return, Draft, auth.ApprovePlan, true, true},
	{Draft, Drop, Dropped, auth.KeepPlan, true, false},
}

// Needs is the permission that an act asks for.
func (a Act) Needs() auth.Permission {
	for _, s := range steps {
		if s.act == a {
			return s.needs
		}
	}
	return ""
}

// May lists the acts that somebody can do to a version now.
func (v *Version) May(who auth.Actor, may func(auth.Permission) bool) []Act {
	var out []Act
	for _, s := range steps {
		if s.from == v.State && may(s.needs) && !(s.other && v.wrote(who)) {
			out = append(out, s.act)
		}
	}
	return out
}

// wrote tells that somebody has had a hand in the version.
func (v *Version) wrote(who auth.Actor) bool {
	id := Account(who)
	if slices.Contains(v.Editors, id) {
		return true
	}
	for i := len(v.Acts) - 1; i >= 0; i-- {
		if v.Acts[i].Act == HandIn {
			return v.Acts[i].By == id
		}
	}
	return false
}

// Account is by which name the log knows somebody.
func Account(who auth.Actor) string {
	if who.Local {
		return "local"
	}
	return who.Account
}

// Next is the version after an act; it is the only function that changes a
// state. Whether the actor has the permission is asked by the caller, who knows
// whose plan it is.
func Next(v Version, act Act, who auth.Actor, text string, at time.Time) (Version, error) {
	i := slices.IndexFunc(steps, func(s step) bool { return s.from == v.State && s.act == act })
	if i < 0 {
		return v, auth.Refuse(fault.Conflict, fmt.Sprintf("方案现为“%s”，不能%s", v.State.Name().ZH, act.Name().ZH), fmt.Sprintf("the version is %s and cannot be changed by: %s", v.State.Name().EN, act.Name().EN))
	}
	s := steps[i]
	switch {
	case s.reason && text == "":
		return v, auth.Refuse(fault.Invalid, act.Name().ZH+"须写明理由", "a reason is wanted: "+act.Name().EN)
	case s.other && v.wrote(who):
		return v, auth.Refuse(fault.Forbidden, "起草或提交本版的人不能自己审批，须由另一人办理", "whoever wrote or handed in this version cannot decide on it: another person must")
	case act == HandIn:
		if bad := Blocking(v.Check()); len(bad) > 0 {
			return v, refuse(fault.Blocked, bad)
		}
	}
	v.State = s.to
	v.Acts = slices.Clone(v.Acts)
	if act == Save {
		if id := Account(who); !slices.Contains(v.Editors, id) {
			v.Editors = append(slices.Clone(v.Editors), id)
		}
		return v, nil
	}
	v.Acts = append(v.Acts, Did{act, Account(who), who.Name, at, text})
	return v, nil
}

// Following is the draft of the next version: what the plan says now, under its
// ids, written by nobody yet.
func Following(v Version) Version {
	return Version{Plan: v.Plan.Clone(), Version: v.Version + 1, State: Draft}
}

// refuse says all faults at once.
func refuse(kind error, bad []Fault) error {
	r := &auth.Refusal{Kind: kind}
	for i, f := range bad {
		if i == 20 {
			r.Texts = append(r.Texts, edu.Text{ZH: fmt.Sprintf("等共%d处", len(bad)), EN: fmt.Sprintf("and more, %d in all", len(bad))})
			break
		}
		r.Texts = append(r.Texts, edu.Text{ZH: f.Where.ZH + "：" + f.Text.ZH, EN: f.Where.EN + ": " + f.Text.EN})
	}
	return r
}
