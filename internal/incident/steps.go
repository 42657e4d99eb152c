package incident

import "shuren/internal/edu"

// Act is what is done about an incident.
type Act string

const (
	Record  Act = "record"  // 登记
	Phone   Act = "phone"   // 电话首报
	Write   Act = "write"   // 书面报告
	Follow  Act = "follow"  // 续报
	Finish  Act = "finish"  // 终报
	Correct Act = "correct" // 更正: by a new entry
	Pass    Act = "pass"    // 上报: to the next level
	Accept  Act = "accept"  // 核定办结
	Return  Act = "return"  // 退回
	Reopen  Act = "reopen"  // 重新开启
)

// Side is who does an act: the school, or a level above it.
type Side uint8

const (
	School Side = 1 << iota
	Above
)

// Step is a row of the table of steps.
type Step struct {
	From []State
	Act  Act
	To   State // empty: it stays where it is
	By   Side
	Text bool // words are needed
	Name edu.Text
}

var open = []State{Recorded, Phoned, Written}

// Steps is the whole table: what is not in it cannot happen to an incident.
var Steps = []Step{
	{nil, Record, Recorded, School, false, edu.Text{ZH: "登记", EN: "Record"}},
	{[]State{Recorded}, Phone, Phoned, School, false, edu.Text{ZH: "登记电话首报", EN: "Enter the first call"}},
	{[]State{Phoned}, Write, Written, School, false, edu.Text{ZH: "登记书面报告", EN: "Enter the written report"}},
	{[]State{Phoned, Written}, Follow, "", School, true, edu.Text{ZH: "续报", EN: "Follow up"}},
	{[]State{Written}, Finish, Final, School, true, edu.Text{ZH: "终报", EN: "Final report"}},
	{[]State{Phoned, Written, Final}, Pass, "", Above, false, edu.Text{ZH: "登记上报", EN: "Enter that it was passed on"}},
	{open, Correct, "", School, true, edu.Text{ZH: "更正", EN: "Put right"}},
	{[]State{Final}, Accept, Closed, Above, false, edu.Text{ZH: "核定办结", EN: "Accept and close"}},
	{[]State{Final}, Return, Written, Above, true, edu.Text{ZH: "退回", EN: "Send back"}},
	{[]State{Closed}, Reopen, Written, Above, true, edu.Text{ZH: "重新开启", EN: "Open again"}},
}

// May lists the steps that lead on from a state for a side.
func May(s State, by Side) (out []Step) {
	for _, st := range Steps {
		for _, from := range st.From {
			if from == s && st.By&by != 0 {
				out = append(out, st)
			}
		}
	}
	return out
}

// StepOf finds the row of an act.
func StepOf(a Act) (Step, bool) {
	for _, st := range Steps {
		if st.Act == a {
			return st, true
		}
	}
	return Step{}, false
}
