// What a county may make of a line, as one table: nothing else changes a state.

package proposal

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Decision is what is made of a line.
type Decision string

const (
	Accept Decision = "accept"
	Edit   Decision = "edit" // accept with another amount or year
	Reject Decision = "reject"
	Reopen Decision = "reopen" // take it back
)

// Step is a row of the table: in which states a decision may be made, and what
// the line is then.
type Step struct {
	Decision Decision
	From     []State
	To       State
}

// Steps are all that there is. A line that became a task is changed by none: the
// task is.
var Steps = []Step{
	{Accept, []State{Open, Edited, Rejected}, Accepted},
	{Edit, []State{Open, Accepted, Edited}, Edited},
	{Reject, []State{Open, Accepted, Edited}, Rejected},
	{Reopen, []State{Accepted, Edited, Rejected}, Open},
}

// Name is the state in words.
func (s State) Name() edu.Text {
	return map[State]edu.Text{Open: {ZH: "待定", EN: "Open"}, Accepted: {ZH: "已采纳", EN: "Accepted"}, Edited: {ZH: "改后采纳", EN: "Accepted with changes"}, Rejected: {ZH: "不采纳", EN: "Rejected"}}[s]
}

// Name is the scenario in words.
func (s Scenario) Name() edu.Text {
	return map[Scenario]edu.Text{Mixed: {ZH: "综合", EN: "Mixed"}, Transfer: {ZH: "调配", EN: "Transfer"}, Build: {ZH: "建设", EN: "Build"}, Wait: {ZH: "不动、等自然缓解", EN: "Do nothing, wait"}}[s]
}

// May tells whether a decision can be made on a line as it is now.
func (l *Line) May(d Decision) bool {
	return l.Task == "" && slices.ContainsFunc(Steps, func(s Step) bool { return s.Decision == d && slices.Contains(s.From, l.state()) })
}

// state is the line's; one that nobody looked at is open.
func (l *Line) state() State {
	if l.State == "" {
		return Open
	}
	return l.State
}

// Taken tells that the county does it.
func (l *Line) Taken() bool { return l.state() == Accepted || l.state() == Edited }

// Now is the amount that counts: what was proposed, what it was changed to, or
// nothing.
func (l *Line) Now() float64 {
	switch l.state() {
	case Rejected:
		return 0
	case Edited:
		return l.Chosen
	}
	return l.Amount
}

// CostNow is what the amount that counts costs, at the price of the proposal.
func (l *Line) CostNow() float64 {
	if l.Amount == 0 {
		return 0
	}
	cost := l.Cost
	if l.Year() != l.Period {
		cost = l.CostWhen
	}
	return cost * l.Now() / l.Amount
}

// CountedBy tells that a price for one unit, in every year where that is how an act is
// paid, comes to what a line costs now. By another the line was not counted.
func (p *Proposal) CountedBy(l *Line, yuan float64) bool {
	want := yuan * l.Now()
	if l.Act.yearly() {
		at := slices.IndexFunc(p.Years, func(y Year) bool { return y.Period == l.Year() })
		if at < 0 {
			return false
		}
		want *= float64(len(p.Years) - at)
	}
	return math.Abs(want-l.CostNow()) <= 1e-6*max(1, want)
}

// Year is the school year from which it is done: as proposed, or as it was changed to.
func (l *Line) Year() edu.Period {
	if l.state() == Edited && !l.When.IsZero() {
		return l.When
	}
	return l.Period
}

// yearly tells that an act is paid in every year from its first on.
func (a Act) yearly() bool { return a == Hire || a == Itinerant }

// MayShift tells that a line may be done from another year on: where somebody leaves
// another school, that school was checked for the proposed year only.
func (l *Line) MayShift() bool { return l.From == nil && l.Act != Keep }

// shift is what the proposed amount costs where a line is done from another year on.
func (p *Proposal) shift(l *Line, to edu.Period) (cost float64, err error) {
	at := func(y edu.Period) int { return slices.IndexFunc(p.Years, func(x Year) bool { return x.Period == y }) }
	was, is := at(l.Period), at(to)
	switch {
	case to == l.Period:
		return l.Cost, nil
	case is < 0 || was < 0:
		return 0, refuse(fault.Invalid, "所选学年不在本方案的年份内", "the school year is none of the plan")
	case !l.MayShift():
		return 0, refuse(fault.Invalid, "有人调出的行只在所列学年核过，改年份请重新测算", "a line by which somebody leaves a school was checked for its own year only: for another, make the proposal again")
	case l.Act.yearly():
		return l.Cost / float64(len(p.Years)-was) * float64(len(p.Years)-is), nil
	}
	return l.Cost, nil
}

// SpentNow is the money of each year as the lines stand that are not rejected.
func (p *Proposal) SpentNow() []Year {
	out := slices.Clone(p.Years)
	for y := range out {
		out[y].rounded, out[y].Spent = max(0, out[y].Spent-out[y].Budget), 0
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		at := slices.IndexFunc(out, func(x Year) bool { return x.Period == l.Year() })
		if at < 0 {
			continue
		}
		if !l.Act.yearly() {
			out[at].Spent += l.CostNow()
			continue
		}
		for y := at; y < len(out); y++ {
			out[y].Spent += l.CostNow() / float64(len(out)-at)
		}
	}
	return out
}

// Over tells that a year spends more than it has, beyond the rounding of figures.
func (y Year) Over() bool { return y.Budget >= 0 && y.Spent > y.Budget+y.rounded+0.01 }

// Whole tells that the line is of people, of whom there are no parts.
func (a Act) Whole() bool { return a.People() || a == Train }

// People tells that somebody comes to a school by it.
func (a Act) People() bool { return a == Itinerant || a == Exchange || a == Move || a == Hire }

// Refusal is a no with its reason for the person who asked.
type Refusal struct {
	Kind error // of fault
	Text edu.Text
}

func (r *Refusal) Error() string { return r.Text.EN }
func (r *Refusal) Unwrap() error { return r.Kind }

func refuse(kind error, zh, en string) error { return &Refusal{kind, edu.Text{ZH: zh, EN: en}} }

// Choice is a decision with what goes with it.
type Choice struct {
	Decision Decision
	Amount   float64    // of Edit
	Year     edu.Period // of Edit, the school year from which on; zero is as proposed
	Note     string     // the reason; wanted of Reject
	Actor    string
	At       time.Time
}

const (
	maxNote   = 200
	maxAmount = 1e7
)

// Decide makes a decision on the lines of some numbers: on all of them or, with a
// reason, on none.
func (p *Proposal) Decide(nos []int, c Choice) error {
	i := slices.IndexFunc(Steps, func(s Step) bool { return s.Decision == c.Decision })
	if i < 0 {
		return fmt.Errorf("decision %q: %w", c.Decision, fault.Invalid)
	}
	c.Note = strings.TrimSpace(c.Note)
	if utf8.RuneCountInString(c.Note) > maxNote {
		return refuse(fault.Invalid, fmt.Sprintf("说明不得超过%d字", maxNote), fmt.Sprintf("the note has more than %d characters", maxNote))
	}
	if c.Decision == Reject && c.Note == "" {
		return refuse(fault.Invalid, "不采纳须写明理由", "say why it is rejected")
	}
	if len(nos) == 0 {
		return refuse(fault.Invalid, "没有选中任何一行", "no line is chosen")
	}
	var at []int
	for _, no := range nos {
		k := slices.IndexFunc(p.Lines, func(l Line) bool { return l.No == no })
		if k < 0 {
			return fmt.Errorf("line %d: %w", no, fault.NotFound)
		}
		l := &p.Lines[k]
		if l.Task != "" {
			return refuse(fault.Conflict, fmt.Sprintf("第%d行已转为任务，请在任务中调整", no), fmt.Sprintf("line %d became a task: change the task", no))
		}
		if !l.May(c.Decision) {
			return refuse(fault.Conflict, fmt.Sprintf("第%d行现为“%s”，不能这样处理", no, l.state().Name().ZH), fmt.Sprintf("line %d is %s and cannot be changed like that", no, l.state().Name().EN))
		}
		if c.Decision == Edit {
			if err := l.fits(c.Amount); err != nil {
				return err
			}
			if !c.Year.IsZero() {
				if _, err := p.shift(l, c.Year); err != nil {
					return err
				}
			}
		}
		if !slices.Contains(at, k) {
			at = append(at, k)
		}
	}
	for _, k := range at {
		l := &p.Lines[k]
		l.State, l.Note, l.Actor, l.Decided, l.Chosen, l.When, l.CostWhen = Steps[i].To, c.Note, c.Actor, c.At, 0, edu.Period{}, 0
		switch c.Decision {
		case Edit:
			l.Chosen = c.Amount
			if !c.Year.IsZero() && c.Year != l.Period {
				l.When = c.Year
				l.CostWhen, _ = p.shift(l, c.Year) // was tried above
			}
		case Reopen:
			l.Note, l.Actor, l.Decided = "", "", time.Time{}
		}
	}
	return nil
}

// fits tells whether a line can have another amount.
func (l *Line) fits(x float64) error {
	switch {
	case l.Act == Keep:
		return refuse(fault.Invalid, "“保留”没有数量可改", "there is no amount of keeping a school")
	case !(x > 0 && x <= maxAmount):
		return refuse(fault.Invalid, "数量应大于0；不做请选“不采纳”", "want an amount above 0; to do nothing, reject the line")
	case l.Act.Whole() && x != math.Trunc(x):
		return refuse(fault.Invalid, "人数应为整数", "people are counted in whole numbers")
	case l.From != nil && x > l.Amount:
		return refuse(fault.Invalid, fmt.Sprintf("调出学校只核过%.0f人，不能多调；要增加请重新测算", l.Amount), fmt.Sprintf("of the school that gives only %.0f were checked: for more, make the proposal again", l.Amount))
	}
	return nil
}

// Counts are how many lines stand where; Tasks is how many became tasks.
type Counts struct {
	By    map[State]int
	Tasks int
}

// Counts counts the lines that can be decided on.
func (p *Proposal) Counts() Counts {
	c := Counts{By: map[State]int{}}
	for i := range p.Lines {
		c.By[p.Lines[i].state()]++
		if p.Lines[i].Task != "" {
			c.Tasks++
		}
	}
	return c
}

// CostNow is what the lines that are not rejected cost.
func (p *Proposal) CostNow() (yuan float64) {
	for i := range p.Lines {
		yuan += p.Lines[i].CostNow()
	}
	return yuan
}
