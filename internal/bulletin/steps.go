package bulletin

import (
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Edition is a publication: proposed by one person, approved by another.
type Edition struct {
	ID       string
	Rev      int `json:"-"`
	State    Stand
	Lockdown string
	Period   edu.Period
	Note     string
	// What pages say beside the figures is kept as it was when it was proposed, so
	// that a county that is renamed does not change what is public.
	City edu.Text
	EN   map[string]string // English names by code
	Mark string            // that the figures are made up
	Log  []Line
}

// Stand is where an edition stands.
type Stand string

const (
	Proposed  Stand = "proposed"  // 待批准
	Published Stand = "published" // 已公布
	Refused   Stand = "refused"   // 未批准
	Withdrawn Stand = "withdrawn" // 已撤回
)

// Name is what a state is called.
func (s Stand) Name() edu.Text {
	switch s {
	case Proposed:
		return edu.Text{ZH: "待另一人批准", EN: "Waits for another person"}
	case Published:
		return edu.Text{ZH: "已批准公布", EN: "Published"}
	case Refused:
		return edu.Text{ZH: "未批准", EN: "Refused"}
	case Withdrawn:
		return edu.Text{ZH: "已撤回", EN: "Withdrawn"}
	}
	return edu.Text{ZH: string(s), EN: string(s)}
}

// Act is what is done to an edition.
type Act string

const (
	Propose  Act = "propose"
	Approve  Act = "approve"
	Refuse   Act = "refuse"
	Withdraw Act = "withdraw"
)

// Line is a line of an edition's history.
type Line struct {
	At            time.Time
	Account, Name string
	Act           Act
	Reason        string
}

// Step is a row of the table of steps.
type Step struct {
	From   Stand
	Act    Act
	To     Stand
	Other  bool // by another person than who proposed it
	Reason bool
	Name   edu.Text
}

// Steps is the whole table: what is not in it cannot happen to an edition.
var Steps = []Step{
	{"", Propose, Proposed, false, false, edu.Text{ZH: "提出公布", EN: "Propose"}},
	{Proposed, Approve, Published, true, false, edu.Text{ZH: "批准公布", EN: "Approve"}},
	{Proposed, Refuse, Refused, false, true, edu.Text{ZH: "不批准", EN: "Refuse"}},
	{Published, Withdraw, Withdrawn, false, true, edu.Text{ZH: "撤回", EN: "Withdraw"}},
}

// Next is an edition after an act by somebody.
func Next(e Edition, act Act, by Line) (Edition, error) {
	i := slices.IndexFunc(Steps, func(s Step) bool { return s.From == e.State && s.Act == act })
	if i < 0 {
		n := e.State.Name()
		return e, auth.Refuse(fault.Conflict, "现为“"+n.ZH+"”，不能这样办理", "it is “"+n.EN+"”, from which this cannot be done")
	}
	st := Steps[i]
	by.Reason = strings.TrimSpace(by.Reason)
	if st.Reason && by.Reason == "" {
		return e, auth.Refuse(fault.Invalid, "未填理由", "the reason is missing")
	}
	if st.Other && (by.Account == "" || len(e.Log) == 0 || e.Log[0].Account == by.Account) {
		return e, auth.Refuse(fault.Forbidden, "提出的人不能批准，须由另一人批准", "who proposed it does not approve it: another person does")
	}
	by.Act = act
	e.State = st.To
	e.Log = append(slices.Clone(e.Log), by)
	return e, nil
}
