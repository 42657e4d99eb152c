package council

import (
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// State is where a meeting stands.
type State string

// States of a meeting, in their order.
const (
	Planned State = "planned" // 筹备
	Running State = "open"    // 进行中
	Held    State = "held"    // 已召开
	Minuted State = "minuted" // 纪要已签发
	Dropped State = "dropped" // 已取消
)

// States lists the states in the order in which they are shown.
var States = []State{Planned, Running, Held, Minuted, Dropped}

// Name is what a state is called.
func (s State) Name() edu.Text {
	switch s {
	case Planned:
		return edu.Text{ZH: "筹备", EN: "Planned"}
	case Running:
		return edu.Text{ZH: "进行中", EN: "Open"}
	case Held:
		return edu.Text{ZH: "已召开", EN: "Held"}
	case Minuted:
		return edu.Text{ZH: "纪要已签发", EN: "Minutes signed"}
	case Dropped:
		return edu.Text{ZH: "已取消", EN: "Called off"}
	}
	return edu.Text{ZH: string(s), EN: string(s)}
}

// Act is what is done to a meeting.
type Act string

const (
	Begin   Act = "begin"   // 开始
	End     Act = "end"     // 散会
	Resume  Act = "resume"  // 继续: it was ended by mistake
	Sign    Act = "sign"    // 签发纪要
	Correct Act = "correct" // 更正: the minutes are taken back
	CallOff Act = "calloff" // 取消
)

// Step is a row of the table of steps.
type Step struct {
	From   State
	Act    Act
	To     State
	Reason bool
	Name   edu.Text
}

// Steps is the whole table: what is not in it cannot happen to a meeting.
var Steps = []Step{
	{Planned, Begin, Running, false, edu.Text{ZH: "开始会议", EN: "Open the meeting"}},
	{Planned, CallOff, Dropped, true, edu.Text{ZH: "取消会议", EN: "Call it off"}},
	{Running, End, Held, false, edu.Text{ZH: "会议结束", EN: "Close the meeting"}},
	{Held, Resume, Running, true, edu.Text{ZH: "继续会议", EN: "Resume"}},
	{Held, Sign, Minuted, false, edu.Text{ZH: "签发纪要", EN: "Sign the minutes"}},
	{Minuted, Correct, Held, true, edu.Text{ZH: "更正纪要", EN: "Take the minutes back"}},
}

// May lists the steps that lead on from a state.
func May(s State) (out []Step) {
	for _, st := range Steps {
		if st.From == s {
			out = append(out, st)
		}
	}
	return out
}

// Editable tells whether a meeting's own data may be changed.
func (m *Meeting) Editable() bool { return m.State == Planned || m.State == Running || m.State == Held }

// Deciding tells whether decisions may be written.
func (m *Meeting) Deciding() bool { return m.State == Running || m.State == Held }

// Giving tells whether decisions may be made tasks.
func (m *Meeting) Giving() bool { return m.Deciding() || m.State == Minuted }

// Options are what an act needs beside the meeting.
type Options struct {
	Reason  string
	Name    string // who does it, as shown
	Now     time.Time
	Minutes *Draft // as they read now, to be signed
}

// Next is the meeting after an act. Only Next changes a meeting's state.
func Next(m Meeting, act Act, o Options) (Meeting, error) {
	i := slices.IndexFunc(Steps, func(s Step) bool { return s.From == m.State && s.Act == act })
	if i < 0 {
		return m, auth.Refuse(fault.Conflict, "会议现为“"+m.State.Name().ZH+"”，不能这样办理", "the meeting is in the state “"+m.State.Name().EN+"”, from which this cannot be done")
	}
	step := Steps[i]
	o.Reason = strings.TrimSpace(o.Reason)
	var why []edu.Text
	lacks := func(missing bool, zh, en string) {
		if missing {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	lacks(step.Reason && o.Reason == "", "未填理由", "the reason is missing")
	switch act {
	case Begin:
		lacks(m.Chair == "", "未填主持人", "who chairs is missing")
		lacks(m.Place == "", "未填会议地点", "the place is missing")
		lacks(len(m.Items) == 0, "未列议题", "the agenda is empty")
		lacks(!slices.ContainsFunc(m.People, func(p Person) bool { return p.As == Member }), "未列应出席人员", "nobody is listed who must attend")
	case Sign:
		lacks(m.Recorder == "", "未填记录人", "the recorder is missing")
		lacks(m.Signer == "", "未填签发人", "the signer is missing")
		lacks(m.Recorder != "" && m.Recorder == m.Signer, "记录人与签发人不能为同一人", "recorder and signer must be two persons")
		lacks(o.Minutes == nil, "没有纪要稿", "there is no draft of the minutes")
	}
	if len(why) > 0 {
		return m, &auth.Refusal{Kind: fault.Invalid, Texts: why}
	}
	switch act {
	case Sign:
		m.Minutes, m.SignedOn = o.Minutes, edu.DateOf(o.Now)
	case Correct:
		m.Minutes, m.SignedOn = nil, 0
	}
	m.State = step.To
	m.Log = append(slices.Clone(m.Log), Line{o.Now, o.Name, act, o.Reason})
	return m, nil
}
