package retention

import (
	"slices"

	"shuren/internal/edu"
)

// State is how a case stands.
type State string

const (
	Suspected   State = "suspected"   // 疑似
	Excluded    State = "excluded"    // 排除
	Elsewhere   State = "elsewhere"   // 县外就读, with proof: no dropout
	Excepted    State = "excepted"    // 不计入: 缓学, 免学, 休学, 失能
	Confirmed   State = "confirmed"   // 确认辍学
	Persuading  State = "persuading"  // 劝返中
	Returned    State = "returned"    // 返校: to the former class
	Transferred State = "transferred" // 转学
	Placed      State = "placed"      // 职教, 送教, 专门教育
	Observing   State = "observing"   // 巩固观察
	Closed      State = "closed"      // 销号
)

// States of a case, in the order in which they are shown.
var States = []State{Suspected, Excluded, Elsewhere, Excepted, Confirmed, Persuading, Returned, Transferred, Placed, Observing, Closed}

// Live tells that something is still to be done.
func (s State) Live() bool { return s != Excluded && s != Elsewhere && s != Closed }

// Away tells that the child is confirmed to be out of school.
func (s State) Away() bool { return s == Confirmed || s == Persuading }

// Arrived tells that the child is said to be back, and no receipt is there yet.
func (s State) Arrived() bool { return s == Returned || s == Transferred || s == Placed }

// Act is what somebody does to a case.
type Act string

// Acts, in the order in which a page offers them.
const (
	Open     Act = "open"     // 立案
	Amend    Act = "amend"    // 补充: what was found out, and who answers for the child
	Confirm  Act = "confirm"  // 确认辍学
	Exclude  Act = "exclude"  // 排除
	Find     Act = "find"     // 查明县外就读
	Persuade Act = "persuade" // 劝返
	Notify   Act = "notify"   // 法定程序
	Return   Act = "return"   // 返校
	Move     Act = "move"     // 转学
	Place    Act = "place"    // 安置
	Accept   Act = "accept"   // 接收学校回执
	Close    Act = "close"    // 销号
	Relapse  Act = "relapse"  // 再次辍学
	Except   Act = "except"   // 不计入
	Renew    Act = "renew"    // 续期
	Resume   Act = "resume"   // 期满复学
	Reopen   Act = "reopen"   // 重新核查
	Number   Act = "number"   // 登记全国平台编号
	Attach   Act = "attach"   // 补充佐证材料: files to a step that was taken before
)

// Side is as what somebody acts.
type Side uint8

const (
	// Worker follows cases up: a school, a central school, an officer.
	Worker Side = 1 << iota
	// Receiver speaks for the school that has the child, and ends no cases.
	Receiver
	// Officer decides on cases of its township, county or city.
	Officer
	// Authority is an officer of the township or of the county: the only ones by
	// whom legal notices are sent.
	Authority
)

// Everybody are all sides at once.
const Everybody = Worker | Receiver | Officer | Authority

// Step is a row of the table of steps.
type Step struct {
	From []State
	Act  Act
	To   State // empty: it stays where it is
	By   Side
}

// Steps is the whole table: what is not in it cannot happen. What else an act needs
// is in Next.
var Steps = []Step{
	{[]State{Suspected, Confirmed, Persuading}, Amend, "", Worker | Officer},
	{[]State{Suspected}, Confirm, Confirmed, Officer},
	{[]State{Suspected}, Exclude, Excluded, Officer},
	{[]State{Suspected, Confirmed, Persuading}, Find, Elsewhere, Officer},
	{[]State{Suspected, Confirmed, Persuading}, Except, Excepted, Officer},
	{[]State{Confirmed, Persuading}, Persuade, Persuading, Worker | Officer},
	{[]State{Confirmed, Persuading}, Notify, "", Authority},
	{[]State{Persuading}, Return, Returned, Worker | Officer},
	{[]State{Persuading}, Move, Transferred, Officer},
	{[]State{Persuading}, Place, Placed, Officer},
	{[]State{Returned, Transferred, Placed}, Accept, Observing, Receiver | Officer},
	{[]State{Observing}, Close, Closed, Officer},
	{[]State{Returned, Transferred, Placed, Observing, Closed}, Relapse, Confirmed, Worker | Officer},
	{[]State{Excepted}, Renew, "", Officer},
	{[]State{Excepted}, Resume, Returned, Worker | Officer},
	{[]State{Excluded, Elsewhere, Excepted}, Reopen, Suspected, Worker | Officer},
	{[]State{Suspected, Excepted, Confirmed, Persuading, Returned, Transferred, Placed, Observing}, Number, "", Worker | Officer},
	{[]State{Suspected, Excepted, Confirmed, Persuading, Returned, Transferred, Placed, Observing}, Attach, "", Worker | Officer | Receiver},
}

// Row gives the row of the table by which an act is possible in a state.
func Row(s State, a Act) (Step, bool) {
	for _, st := range Steps {
		if st.Act == a && slices.Contains(st.From, s) {
			return st, true
		}
	}
	return Step{}, false
}

// Acts are all acts of the table, in its order.
var Acts = func() (out []Act) {
	for _, s := range Steps {
		out = append(out, s.Act)
	}
	return out
}()

// Name is what people call a state.
func (s State) Name() edu.Text { return stateNames[s] }

// Name is what people call an act.
func (a Act) Name() edu.Text { return actNames[a] }

var stateNames = map[State]edu.Text{
	Suspected: {ZH: "疑似辍学", EN: "suspected"}, Excluded: {ZH: "已排除", EN: "excluded"}, Elsewhere: {ZH: "县外就读", EN: "enrolled elsewhere"}, Excepted: {ZH: "不计入", EN: "not counted"},
	Confirmed: {ZH: "已确认辍学", EN: "confirmed"}, Persuading: {ZH: "劝返中", EN: "being persuaded"}, Returned: {ZH: "已返校", EN: "returned"}, Transferred: {ZH: "已转学", EN: "transferred"},
	Placed: {ZH: "已安置", EN: "placed"}, Observing: {ZH: "巩固观察", EN: "observed"}, Closed: {ZH: "已销号", EN: "closed"},
}

var actNames = map[Act]edu.Text{
	Open: {ZH: "立案", EN: "open"}, Amend: {ZH: "补充核查情况", EN: "add what was found"}, Confirm: {ZH: "确认辍学", EN: "confirm"}, Exclude: {ZH: "排除", EN: "exclude"}, Find: {ZH: "查明县外就读", EN: "found elsewhere"},
	Persuade: {ZH: "登记劝返", EN: "record a persuasion"}, Notify: {ZH: "登记法定程序", EN: "record a legal step"}, Return: {ZH: "返校", EN: "returned"}, Move: {ZH: "转学", EN: "transferred"}, Place: {ZH: "安置", EN: "place"},
	Accept: {ZH: "接收学校回执", EN: "receipt"}, Close: {ZH: "销号", EN: "close"}, Relapse: {ZH: "再次辍学", EN: "relapse"}, Except: {ZH: "列为不计入", EN: "do not count"}, Renew: {ZH: "续期", EN: "renew"},
	Resume: {ZH: "期满复学", EN: "back after an exception"}, Reopen: {ZH: "重新核查", EN: "check again"}, Number: {ZH: "登记全国平台编号", EN: "number of the national platform"},
	Attach: {ZH: "补充佐证材料", EN: "add evidence"},
}
