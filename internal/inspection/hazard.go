package inspection

import (
	"slices"
	"time"

	"shuren/internal/edu"
)

// Hazard is a row of the ledger (隐患台账). Only Next changes its state.
type Hazard struct {
	ID         string
	No         int64
	Rev        int
	State      HazardState
	School     edu.UnitID
	County     edu.UnitID
	Inspection string `json:",omitzero"`
	Item       string `json:",omitzero"` // of the checklist
	Checked    string `json:",omitzero"` // what was looked at
	Source     Source
	FoundAt    edu.Date // 发现日期
	Finders    []string `json:",omitzero"`
	Part       string   `json:",omitzero"` // 部位: id of a key part, or words
	Category   string   // id of a checklist
	Text       string   // 描述
	Major      bool     `json:",omitzero"` // 重大
	Before     []string `json:",omitzero"` // photos: hashes
	Spot       bool     `json:",omitzero"` // 当场整改
	Measure    string   `json:",omitzero"` // 措施
	Control    string   `json:",omitzero"` // 管控措施 until it is mended
	Sum        float64  `json:",omitzero"` // 资金, yuan
	Funds      string   `json:",omitzero"` // where it comes from
	Person     string   `json:",omitzero"` // 责任人
	PersonBy   string   `json:",omitzero"` // account that answers for it; empty of one who has none
	FirstDue   edu.Date `json:",omitzero"`
	Due        edu.Date `json:",omitzero"` // 时限 of whoever holds it
	Holder     Holder
	Since      time.Time // since when whoever has to act has it
	MendedAt   edu.Date  `json:",omitzero"` // 完成日期
	MendedBy   string    `json:",omitzero"` // account
	After      []string  `json:",omitzero"` // photos: hashes
	Rechecker  string    `json:",omitzero"` // 复查人
	RecheckBy  string    `json:",omitzero"` // account
	RecheckAt  edu.Date  `json:",omitzero"`
	Conclusion string    `json:",omitzero"`
	ClosedAt   edu.Date  `json:",omitzero"`
	Listed     Listing   `json:",omitzero"` // 挂牌督办
	Task       string    `json:",omitzero"` // the task under supervision that it became
	Made       time.Time
	Changed    time.Time
	By         string `json:",omitzero"`
}

// Listing is a hazard under published supervision (挂牌督办).
type Listing struct {
	By   string   `json:",omitzero"` // account
	Name string   `json:",omitzero"`
	Unit Holder   `json:",omitzero"` // at which level
	Day  edu.Date `json:",omitzero"`
	Why  string   `json:",omitzero"`
}

// Source is how a hazard was found.
type Source string

const (
	FromInspection Source = "inspection" // 检查
	FromSchool     Source = "school"     // 学校自查
	FromReport     Source = "report"     // 举报、通报
)

// Sources of hazards.
var Sources = []Source{FromInspection, FromSchool, FromReport}

// Name is what people call it.
func (s Source) Name() edu.Text {
	return map[Source]edu.Text{FromInspection: {ZH: "检查发现", EN: "inspection"}, FromSchool: {ZH: "学校自查", EN: "the school itself"}, FromReport: {ZH: "举报或通报", EN: "a report"}}[s]
}

// Holder is who has to act on a hazard, and against whom its clock runs.
type Holder string

const (
	HeldBySchool Holder = "school"
	HeldByCounty Holder = "county"
	HeldByCity   Holder = "city"
)

// Name is what people call it.
func (h Holder) Name() edu.Text {
	return map[Holder]edu.Text{HeldBySchool: {ZH: "学校", EN: "the school"}, HeldByCounty: {ZH: "县级教育行政部门", EN: "the county bureau"}, HeldByCity: {ZH: "市级教育行政部门", EN: "the city bureau"}}[h]
}

// Turn is whose turn it is: the checkers' while a hazard waits for its re-check,
// nobody's once it is closed, and else its holder's.
func (h *Hazard) Turn() edu.Text {
	switch h.State {
	case ToCheck:
		return edu.Text{ZH: "检查人员", EN: "the checkers"}
	case Closed:
		return edu.Text{}
	}
	return h.Holder.Name()
}

// above is to whom a holder passes a hazard up.
func (h Holder) above() Holder {
	switch h {
	case HeldBySchool:
		return HeldByCounty
	case HeldByCounty:
		return HeldByCity
	}
	return ""
}

// HazardState is where a hazard stands.
type HazardState string

// The states of forms §7. Overdue is computed from the state and the calendar; it is
// in the table of steps beside those that it comes from, and is kept nowhere.
const (
	ToMend   HazardState = "to_mend"   // 待整改
	Mending  HazardState = "mending"   // 整改中
	ToCheck  HazardState = "to_check"  // 待复查
	Closed   HazardState = "closed"    // 已销号
	Overdue  HazardState = "overdue"   // 超期
	PassedUp HazardState = "passed_up" // 上报待解决
)

// HazardStates in the order in which they are shown.
var HazardStates = []HazardState{ToMend, Mending, ToCheck, PassedUp, Overdue, Closed}

// Name is what people call it.
func (s HazardState) Name() edu.Text {
	return map[HazardState]edu.Text{ToMend: {ZH: "待整改", EN: "to be mended"}, Mending: {ZH: "整改中", EN: "being mended"}, ToCheck: {ZH: "待复查", EN: "to be checked again"}, Closed: {ZH: "已销号", EN: "closed"}, Overdue: {ZH: "超期", EN: "overdue"}, PassedUp: {ZH: "上报待解决", EN: "passed up"}}[s]
}

// Runs tells that time runs against whoever holds it.
func (s HazardState) Runs() bool { return s == ToMend || s == Mending || s == PassedUp }

// Shown is the state as people see it: a hazard whose limit has passed is overdue,
// and one that waits for its re-check is not, for the ball is with the checkers.
func (h *Hazard) Shown(today edu.Date) HazardState {
	if h.Late(today) > 0 {
		return Overdue
	}
	return h.State
}

// Late is by how many days its holder is over the limit; 0 is not.
func (h *Hazard) Late(today edu.Date) int {
	if !h.State.Runs() || h.Due == 0 || today <= h.Due {
		return 0
	}
	return int(today - h.Due)
}

// SelfMend tells whether the school can mend it itself (能否自行整改), and whether that
// is told yet: not where it was passed up, which carries a sum; yes where it said by
// what measure, or it was done on the spot. It follows from the steps and is asked of
// nobody.
func (h *Hazard) SelfMend() (can, told bool) {
	if h.Sum > 0 {
		return false, true
	}
	can = h.Spot || h.Measure != ""
	return can, can
}

// OnTime tells that a closed hazard was mended by its first limit, and on the spot.
func (h *Hazard) OnTime() bool {
	return h.State == Closed && (h.Spot || h.MendedAt != 0 && h.MendedAt <= h.FirstDue)
}

// HazardAct is what somebody does to a hazard.
type HazardAct string

const (
	Take     HazardAct = "take"     // 开始整改: who answers for it, and by what measure
	Mend     HazardAct = "mend"     // 报整改完成, with the photo after
	Pass     HazardAct = "pass"     // 上报待解决, with the sum
	Reply    HazardAct = "answer"   // 上级答复: what is done, from what money, until when
	Accept   HazardAct = "accept"   // 复查通过、销号
	Refuse   HazardAct = "refuse"   // 复查不通过
	List     HazardAct = "list"     // 挂牌督办
	Escalate HazardAct = "escalate" // 超期转督办
	Extend   HazardAct = "extend"   // 同意延期
	Note     HazardAct = "note"     // 备注
)

// Name is what people call it.
func (a HazardAct) Name() edu.Text {
	return map[HazardAct]edu.Text{Take: {ZH: "开始整改", EN: "take up"}, Mend: {ZH: "报整改完成", EN: "report it mended"}, Pass: {ZH: "上报待解决", EN: "pass up"}, Reply: {ZH: "答复并交回", EN: "answer and give back"},
		Accept: {ZH: "复查通过并销号", EN: "accept and close"}, Refuse: {ZH: "复查不通过", EN: "refuse"}, List: {ZH: "挂牌督办", EN: "put on the list"}, Escalate: {ZH: "转督办", EN: "make a task of it"}, Extend: {ZH: "调整时限", EN: "change the limit"}, Note: {ZH: "备注", EN: "note"}}[a]
}

// Side is who does an act.
type Side uint8

const (
	SideSchool  Side = 1 << iota // acts for the school
	SideHolder                   // acts for whoever holds it now
	SideChecker                  // checks again
	SideKeeper                   // keeps the ledger of the county or the city
)

// HazardStep is a row of the table of steps.
type HazardStep struct {
	From []HazardState
	Act  HazardAct
	To   HazardState // empty: it stays where it is
	By   Side
}

// HazardSteps is the whole table: what is not in it cannot happen. Overdue is a
// state that is shown: its rows say what can be done about it. What a step needs
// beside the table (photos, sums, another person) is in Next.
var HazardSteps = []HazardStep{
	{[]HazardState{ToMend, Overdue}, Take, Mending, SideSchool},
	{[]HazardState{ToMend, Mending, Overdue}, Mend, ToCheck, SideSchool},
	{[]HazardState{ToMend, Mending, Overdue, PassedUp}, Pass, PassedUp, SideHolder},
	{[]HazardState{PassedUp, Overdue}, Reply, Mending, SideHolder},
	{[]HazardState{ToCheck}, Accept, Closed, SideChecker},
	{[]HazardState{ToCheck}, Refuse, Mending, SideChecker},
	{[]HazardState{ToMend, Mending, ToCheck, PassedUp, Overdue}, List, "", SideKeeper},
	{[]HazardState{Overdue}, Escalate, "", SideKeeper},
	{[]HazardState{ToMend, Mending, PassedUp, Overdue}, Extend, "", SideKeeper},
	{[]HazardState{ToMend, Mending, ToCheck, PassedUp, Overdue, Closed}, Note, "", SideSchool | SideHolder | SideChecker | SideKeeper},
}

// FindStep gives the row by which an act is possible. kept is the state that is
// kept, shown the one that people see.
func FindStep(kept, shown HazardState, a HazardAct) (HazardStep, bool) {
	for _, st := range HazardSteps {
		if st.Act != a || !slices.Contains(st.From, shown) {
			continue
		}
		// An overdue hazard goes on as what it is kept as: it cannot take a step that
		// neither that state nor being late allows.
		if shown == Overdue && a != Escalate && !slices.Contains(st.From, kept) {
			continue
		}
		return st, true
	}
	return HazardStep{}, false
}

// HazardEvent is a line of a hazard's history; it is never changed.
type HazardEvent struct {
	Rev      int
	At       time.Time
	By       string `json:",omitzero"` // account
	Name     string
	Act      HazardAct
	From, To HazardState
	Text     string   `json:",omitzero"`
	Due      edu.Date `json:",omitzero"`
	Sum      float64  `json:",omitzero"`
	Photos   []string `json:",omitzero"`
	Holder   Holder
	Sent     string `json:",omitzero"`
}
