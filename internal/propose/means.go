// What a county has to work with, and the names behind the numbers of a County.

package propose

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Means is what a county has to work with. What is not told is not assumed: without
// staff nobody moves, without a price nothing is done that has one.
type Means struct {
	Prices means.Prices
	Staff  means.Staff
	Ways   means.Ways
	// Years are the school years of the plan, in order, with the money of each; Yuan
	// below 0 is none told.
	Years []means.Budget
	// Lessons are the county's own plan of lessons: for what lacks by subject, and
	// nothing that is planned to.
	Lessons means.Lessons
}

// Names say what the numbers of a County stand for.
type Names struct {
	County     edu.UnitID
	Name       string
	Pack       string // with version
	Period     edu.Period
	Years      []edu.Period
	Sections   []Where
	Indicators []*pack.Indicator
	Elements   []string // by indicator: what Built or Trained makes grow; "" for none
	Prices     means.Prices
	// Levers by act: of people one each, the others by indicator.
	Move, Exchange, Tour, Hire *pack.Lever
	Train, Build               []*pack.Lever
	// Groups are, by section and kind, the people behind the numbers.
	Groups [][][]Group
	// Hires are, by kind, as what such people can be hired.
	Hires [][]pack.LeverPeople
	// Subjects are who teaches what against the county's own plan of lessons.
	Subjects []means.StageNeeds
	// Left are judged sections of which a figure is missing: nothing is promised for
	// them, and with one of them nothing of the spread.
	Left []Left
	// Notes say what could not be taken into account, and why.
	Notes []edu.Text

	assessment *standard.Assessment
	rule       *pack.Rule   // of sections; nil where every threshold must be met
	spreads    []*pack.Rule // that are planned to
}

// Where is a section in the tree and in the assessment.
type Where struct {
	Unit       edu.UnitID
	Code, Name string
	Stage      edu.Stage
	Township   string
	StageAt    int // index of Assessment.Stages
	Row        int
}

// Group are people of one section and kind who teach one subject.
type Group struct {
	Subject string
	Counts  []string // elements
	People  int
	Free    int // who may move
	Due     int // of Free, who are due for exchange
}

// Left is a section that could not be planned for.
type Left struct {
	Where
	Why edu.Text
}

// Assessment is what the County was made of.
func (n *Names) Assessment() *standard.Assessment { return n.assessment }

// Rule is the rule of sections that is planned to, nil where every threshold is.
func (n *Names) Rule() *pack.Rule { return n.rule }

// Spreads are the rules of dispersion that are planned to.
func (n *Names) Spreads() []*pack.Rule { return n.spreads }

// Rules are the rule of sections and the rules of spread that proposals of a pack
// are planned and checked by. Without a rule of sections every threshold counts.
func Rules(a *standard.Assessment) (sections *pack.Rule, spreads []*pack.Rule) {
	if a.Standard == nil {
		return nil, nil
	}
	for _, r := range a.Standard.Rules {
		if r.Level == edu.Section && sections == nil && slices.ContainsFunc(r.Of, func(id string) bool { return a.Pack.Indicator(id) != nil }) {
			sections = r
		}
	}
	for _, r := range a.Standard.Rules {
		if r.Statistic == "wcv" && !r.Mean && r.Op == pack.AtMost && r.Level != edu.Section {
			spreads = append(spreads, r)
		}
	}
	return sections, spreads
}

// note keeps what a person should know, once.
func (n *Names) note(zh, en string) {
	t := edu.Text{ZH: zh, EN: en}
	for _, x := range n.Notes {
		if x == t {
			return
		}
	}
	n.Notes = append(n.Notes, t)
}
