// Package proposal is what a county is proposed to do, line by line, and what it
// made of it: each line is accepted, changed or rejected, the whole is checked
// again by the standard's own engine, and what was accepted becomes tasks. The
// engine that finds the lines is propose; here they carry names and reasons.
package proposal

import (
	"time"

	"shuren/internal/edu"
	"shuren/internal/means"
)

// Scenario is a way to close the gaps that is worked out beside the others.
type Scenario string

const (
	Mixed    Scenario = "mixed"    // whatever costs least
	Transfer Scenario = "transfer" // people are moved, exchanged and trained; nothing is built, nobody hired
	Build    Scenario = "build"    // nobody moves
	Wait     Scenario = "wait"     // 不动、等自然缓解: nothing is done, fewer pupils come
)

// Scenarios lists them in the order of pages.
var Scenarios = []Scenario{Mixed, Transfer, Build, Wait}

// Proposal is a county's, of one scenario.
type Proposal struct {
	ID       string
	County   edu.UnitID
	Rev      int    `json:"-"`
	Pack     string // with version
	Period   edu.Period
	Scenario Scenario
	Made     time.Time
	By       string // account
	// Data is the version of the figures that it was made of.
	Data   string
	Status string // of propose.Status
	// Cost is in yuan, over the years; below 0 there is no plan, and Status says why.
	// Doing nothing is a plan, of 0.
	Cost  float64
	Bound float64 // what every plan costs at least; never above Cost, and 0 where nothing is known
	Gap   float64
	// HiresLast tells that the price list makes a hire cheaper than a move. The search
	// keeps hires last all the same, and Bound holds of plans that hire no more than
	// this one in any year: others may cost less.
	HiresLast bool    `json:",omitempty"`
	Order     float64 `json:",omitempty"` // what the search added for that; in neither Cost nor Bound
	Years     []Year
	Lines     []Line
	Conflict  []edu.Text // why there is no plan: rules that contradict each other
	Short     []Short    // what is left below its limit by the rule's own choice
	Before    Met
	After     Met // as promised
	// Subjects are who teaches what against the county's own plan of lessons, as it is
	// now: nothing of the plan is in it.
	Subjects []means.StageNeeds `json:",omitempty"`
	Notes    []edu.Text         // what could not be taken into account, and which price is lacking
	// Waits are, of the scenario that does nothing, the years ahead, by path of the
	// forecast; ShortNow is what is not met today.
	Waits    []Waited      `json:",omitempty"`
	ShortNow []Requirement `json:",omitempty"`
	Checked  Met           // by the standard's own engine, of what is accepted and open now
}

// NoPlan is the Cost of a proposal without a plan.
const NoPlan = -1

// Planned tells that there is a plan, if only to do nothing.
func (p *Proposal) Planned() bool { return p.Cost >= 0 }

// Year is a school year of the plan, in yuan.
type Year struct {
	Period        edu.Period
	Budget, Spent float64 // a budget below 0 is none told

	// rounded is by how much the plan itself passes the budget, since areas are given
	// up to the next hundredth of a square metre.
	rounded float64
}

// Met counts sections that pass, of those judged, and says whether the spread passes.
type Met struct {
	Sections, Passing int
	Spread            bool
	// Failing are the sections that do not pass, by code and stage.
	Failing []Place `json:",omitempty"`
}

// Place is a section.
type Place struct {
	Unit     edu.UnitID // of the school
	Code     string
	Name     string
	Stage    edu.Stage
	Township string
}

// Act is what is done.
type Act string

const (
	Itinerant Act = "itinerant" // 走教: teaches at two schools of one township or group
	Exchange  Act = "exchange"  // 交流轮岗, for a term of years
	Move      Act = "move"      // 调动
	Train     Act = "train"
	Hire      Act = "hire"
	Construct Act = "build" // rooms and areas
	Buy       Act = "buy"   // equipment
	Keep      Act = "keep"  // 保留: a small school that is not merged
)

// State is what the county made of a line.
type State string

const (
	Open     State = "open"
	Accepted State = "accepted"
	Edited   State = "edited" // accepted with another amount or year
	Rejected State = "rejected"
)

// Line is one thing to do.
type Line struct {
	No     int
	Act    Act
	Period edu.Period // takes effect on its 1 September
	At     Place      // that gains
	From   *Place     `json:",omitempty"` // that gives
	// Who is the kind of people in words: 音乐、县级骨干. WhoEN is empty in documents that
	// were kept before there was one; WhoIn chooses.
	Who, WhoEN string
	Counts     []string `json:",omitempty"` // elements of the pack that one of them counts to
	Element    string   `json:",omitempty"` // of Train, Construct, Buy: what grows
	Amount     float64
	Unit       string
	Cost       float64
	Price      string // item of the price list that the cost is from
	// PriceName is what the list called the item then; it is zero in documents that were
	// kept before there was one.
	PriceName edu.Text `json:",omitzero"`
	Km        float64
	For       []string // indicators
	Why       edu.Text
	Authority edu.Text // who must approve it
	Evidence  string   // mark of the lever that Authority is from
	Basis     string   // what the price rests on
	// What the county made of it.
	State  State
	Chosen float64 // the amount, where Edited
	// When is the school year from which the county does it, where Edited to another than
	// Period; CostWhen is what Amount costs then.
	When     edu.Period `json:",omitzero"`
	CostWhen float64    `json:",omitempty"`
	Note     string
	Actor    string
	Decided  time.Time
	Task     string // it became
}

// Short is an indicator that a section is left below, which the rule allows.
type Short struct {
	At        Place
	Indicator string
}
