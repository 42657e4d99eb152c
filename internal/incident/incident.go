package incident

import (
	"fmt"
	"slices"
	"time"

	"shuren/internal/edu"
)

// Incident is what happened at a school, as a list of entries that only grows.
// Only Next adds one.
type Incident struct {
	ID      string
	Year    int // of the number: in which it happened, as it was said first
	No      int // of the city in the year
	Unit    edu.UnitID
	Rev     int // entries
	State   State
	Entries []Entry
}

// State is where the report of an incident stands.
type State string

const (
	Recorded State = "recorded" // 已登记, the call is still to be made
	Phoned   State = "phoned"   // 已电话首报
	Written  State = "written"  // 已书面报告
	Final    State = "final"    // 已终报, to be looked at by the level above
	Closed   State = "closed"   // 已办结
)

// States lists the states in their order.
var States = []State{Recorded, Phoned, Written, Final, Closed}

// Name is what a state is called.
func (s State) Name() edu.Text {
	switch s {
	case Recorded:
		return edu.Text{ZH: "待电话首报", EN: "To be called in"}
	case Phoned:
		return edu.Text{ZH: "待书面报告", EN: "Written report owed"}
	case Written:
		return edu.Text{ZH: "处置续报中", EN: "Being followed up"}
	case Final:
		return edu.Text{ZH: "已终报待核定", EN: "Final report in"}
	case Closed:
		return edu.Text{ZH: "已办结", EN: "Closed"}
	}
	return edu.Text{ZH: string(s), EN: string(s)}
}

// Kind is what happened.
type Kind string

const (
	Injury  Kind = "injury"  // 意外伤害
	Traffic Kind = "traffic" // 交通
	Burning Kind = "fire"    // 火灾
	Water   Kind = "water"   // 溺水
	Illness Kind = "illness" // 食品安全与公共卫生
	Quarrel Kind = "quarrel" // 治安、欺凌与纠纷
	Nature  Kind = "nature"  // 自然灾害
	Works   Kind = "works"   // 校舍与施工
	Lab     Kind = "lab"     // 实验室与危化品
	Else    Kind = "else"    // 其他
)

// Kinds lists the kinds in the order in which they are offered.
var Kinds = []Kind{Injury, Traffic, Burning, Water, Illness, Quarrel, Nature, Works, Lab, Else}

// Name is what a kind is called.
func (k Kind) Name() edu.Text {
	switch k {
	case Injury:
		return edu.Text{ZH: "意外伤害", EN: "Injury"}
	case Traffic:
		return edu.Text{ZH: "交通", EN: "Traffic"}
	case Burning:
		return edu.Text{ZH: "火灾", EN: "Fire"}
	case Water:
		return edu.Text{ZH: "溺水", EN: "Drowning"}
	case Illness:
		return edu.Text{ZH: "食品安全与公共卫生", EN: "Food and health"}
	case Quarrel:
		return edu.Text{ZH: "治安、欺凌与纠纷", EN: "Order, bullying, disputes"}
	case Nature:
		return edu.Text{ZH: "自然灾害", EN: "Natural disaster"}
	case Works:
		return edu.Text{ZH: "校舍与施工", EN: "Buildings and works"}
	case Lab:
		return edu.Text{ZH: "实验室与危化品", EN: "Laboratory and chemicals"}
	case Else:
		return edu.Text{ZH: "其他", EN: "Other"}
	}
	return edu.Text{ZH: string(k), EN: string(k)}
}

// Facts are what is known of an incident.
type Facts struct {
	Kind     Kind
	Level    Level
	Place    string // 部位: where in or around the school
	Happened time.Time
	Known    time.Time // 知悉
	Harm
	What string // what happened, without a name
}

// Official is who took a call: somebody of an authority on duty, never a pupil.
type Official struct {
	Name string // 对方姓名
	Post string // body and post
}

// Entry is a line of an incident: it is never changed.
type Entry struct {
	Rev     int
	Act     Act
	At      time.Time // when it was done: the call, the report
	Entered time.Time // when it was typed
	By      string    // who typed it, as shown
	Account string    `json:",omitempty"` // of whoever typed it
	Sent    string    `json:",omitempty"`
	To      Official  `json:",omitzero"`  // of a call
	Number  string    `json:",omitempty"` // of a written report: its document number
	Text    string    `json:",omitempty"`
	Facts   *Facts    `json:",omitempty"` // of Record and Correct
	Of      int       `json:",omitempty"` // the entry whose time is put right; 0 for none
}

// Number is what people call it by (编号). It is one in the whole city: of two schools
// none is the same, in whosever list they stand.
func (x *Incident) Number() string { return fmt.Sprintf("%d-%d", x.Year, x.No) }

// Facts are what is known now: those of the last entry that has any.
func (x *Incident) Facts() (f Facts) {
	for i := range x.Entries {
		if e := &x.Entries[i]; e.Facts != nil {
			f = *e.Facts
		}
	}
	return f
}

// At is the time of an entry, as it was put right last.
func (x *Incident) At(e *Entry) time.Time {
	at := e.At
	for i := range x.Entries {
		if c := &x.Entries[i]; c.Act == Correct && c.Of == e.Rev {
			at = c.At
		}
	}
	return at
}

// firstAt is when something was done first; zero if never.
func (x *Incident) firstAt(a Act) time.Time {
	for i := range x.Entries {
		if e := &x.Entries[i]; e.Act == a {
			return x.At(e)
		}
	}
	return time.Time{}
}

// firstKnown is the earliest time at which the incident was ever said to be known.
func (x *Incident) firstKnown() (at time.Time) {
	for i := range x.Entries {
		if f := x.Entries[i].Facts; f != nil && (at.IsZero() || f.Known.Before(at)) {
			at = f.Known
		}
	}
	return at
}

// finished is when the final report that stands was made: one that was returned
// does not stand.
func (x *Incident) finished() time.Time {
	if x.State != Final && x.State != Closed {
		return time.Time{}
	}
	for i := len(x.Entries) - 1; i >= 0; i-- {
		if e := &x.Entries[i]; e.Act == Finish {
			return x.At(e)
		}
	}
	return time.Time{}
}

// reports are the reports in the order of their times: the call, the written one,
// follow-ups, the final one.
func (x *Incident) reports() (out []Entry) {
	for _, e := range x.Entries {
		if e.Act == Phone || e.Act == Write || e.Act == Follow || e.Act == Finish {
			e.At = x.At(&e)
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return a.At.Compare(b.At) })
	return out
}
