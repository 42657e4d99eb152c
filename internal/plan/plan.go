// Package plan is the action of some years: its lines, the targets of each by
// year, the measures with who owes them, and the projects with their money.
//
// Progress is no part of a plan. A target names an indicator of a pack, and how
// far it is follows from the figures that came in (Judge); a figure that is
// missing is never a pass. What is done to a measure is the affair of the tasks
// that serve it. A version that was approved never changes: the next one is a
// copy of it, and ids stay, so that tasks keep hold of their measures.
package plan

import (
	"fmt"

	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/task"
)

// Plan is one version's content.
type Plan struct {
	ID    string     `json:"id"`
	Name  string     `json:"name"`
	Unit  edu.UnitID `json:"unit,omitempty"`  // whose it is; empty is the city
	Basis string     `json:"basis,omitempty"` // 依据: name and number of the document
	From  int        `json:"from"`            // first year
	To    int        `json:"to"`              // last year
	Near  float64    `json:"near,omitempty"`  // see Rule
	Lines []Line     `json:"lines,omitempty"`
	// Last is the last number that an id of it was given. It is never given again,
	// also where what had it was taken out.
	Last int `json:"last"`
}

// Line is a line of action: a stage of education, or what goes across them.
type Line struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Row      string      `json:"row,omitempty"`   // of the mission: S3
	Stage    draft.Stage `json:"stage,omitempty"` // empty is all five
	Targets  []Target    `json:"targets,omitempty"`
	Measures []Measure   `json:"measures,omitempty"`
}

// Target is what an indicator is to reach, year by year.
type Target struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Scheme, Indicator and Stage name the figure of a pack that the city is
	// measured by; empty while none fits, and then nothing can be said of it.
	Scheme    string    `json:"scheme,omitempty"` // ref of the pack: cn-compulsory@2017
	Indicator string    `json:"indicator,omitempty"`
	Stage     edu.Stage `json:"stage,omitempty"`
	Of        Of        `json:"of,omitempty"`
	Unit      string    `json:"unit,omitempty"` // of measure, as it is shown
	Direction Direction `json:"direction,omitempty"`
	// Base is the figure of the year before: the system's own where it has one.
	// BaseValue is for a year of which it has none; its source is then said.
	BaseYear   int             `json:"base_year,omitempty"`
	BaseValue  *float64        `json:"base_value,omitempty"`
	BaseSource string          `json:"base_source,omitempty"`
	Values     map[int]float64 `json:"values,omitempty"` // by year
	// Shares are what each county is to reach, by its id and year.
	Shares  map[edu.UnitID]map[int]float64 `json:"shares,omitempty"`
	Combine Combine                        `json:"combine,omitempty"`
	Source  string                         `json:"source,omitempty"` // document that sets it
}

// Of is which figure of an indicator is meant.
type Of string

const (
	Value  Of = ""       // the value of the region
	Passed Of = "passed" // % of the sections that meet its threshold
	Spread Of = "spread" // the difference coefficient of its sections
	RuleOf Of = "rule"   // Indicator is a rule: % of sections, or how many counties, meet it
)

// Direction is which way is better.
type Direction string

const (
	Up   Direction = ""     // at least
	Down Direction = "down" // at most
)

// Combine is how the counties' shares make the city's target.
type Combine string

const (
	Sum  Combine = ""     // they add up: places, teachers, money
	Each Combine = "each" // each is to reach its own: a rate
)

// Measure is what is to be done.
type Measure struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	Owners   []Owner   `json:"owners,omitempty"`
	Source   string    `json:"source,omitempty"` // the sentence that it came from
	From     edu.Date  `json:"from,omitempty"`
	Due      edu.Date  `json:"due,omitempty"`      // 0 is 待定, or Standing
	Standing bool      `json:"standing,omitempty"` // 长期坚持
	Target   string    `json:"target,omitempty"`   // id of the target that it moves most
	Figures  string    `json:"figures,omitempty"`  // numbers that its sentence gives, in its words
	Projects []Project `json:"projects,omitempty"`
}

// Owner is who answers for a measure, and how.
type Owner struct {
	Body string    `json:"body,omitempty"` // id; empty while Said is not yet found among the bodies
	Said string    `json:"said,omitempty"` // as the source names it
	Duty task.Duty `json:"duty,omitempty"` // empty is 待定
	Lead bool      `json:"lead,omitempty"`
}

// Project is something that is built, bought or set up for a measure.
type Project struct {
	ID     string           `json:"id"`
	Name   string           `json:"name"`
	Kind   string           `json:"kind,omitempty"`
	School edu.UnitID       `json:"school,omitempty"` // or the county where it lies
	Scale  string           `json:"scale,omitempty"`  // 规模: 平方米, 学位
	Place  string           `json:"place,omitempty"`
	Money  []task.Fund      `json:"money,omitempty"` // 万元
	Stones []task.Milestone `json:"stones,omitempty"`
}

// Limits of a plan: more is no plan but a ledger, and no page could show it.
const (
	MostYears    = 10
	MostLines    = 60
	MostTargets  = 300
	MostMeasures = 1500
	MostProjects = 1000
	longText     = 1000 // characters of a measure
	longField    = 300  // of every other text
)

// NewID gives an id that no part of the plan ever had.
func (p *Plan) NewID(prefix string) string {
	p.Last++
	return fmt.Sprintf("%s%d", prefix, p.Last)
}

// Prefixes of ids.
const (
	LineID    = "L"
	TargetID  = "T"
	MeasureID = "M"
	ProjectID = "P"
	StoneID   = "N"
)

// Years are the years of the plan, in order.
func (p *Plan) Years() []int {
	var out []int
	for y := p.From; y <= p.To && len(out) < MostYears; y++ {
		out = append(out, y)
	}
	return out
}

// Line finds a line by its id, or nil.
func (p *Plan) Line(id string) *Line {
	for i := range p.Lines {
		if p.Lines[i].ID == id {
			return &p.Lines[i]
		}
	}
	return nil
}

// Target finds a target and its line by id, or nil.
func (p *Plan) Target(id string) (*Line, *Target) {
	for i := range p.Lines {
		for k := range p.Lines[i].Targets {
			if p.Lines[i].Targets[k].ID == id {
				return &p.Lines[i], &p.Lines[i].Targets[k]
			}
		}
	}
	return nil, nil
}

// Measure finds a measure and its line by id, or nil.
func (p *Plan) Measure(id string) (*Line, *Measure) {
	for i := range p.Lines {
		for k := range p.Lines[i].Measures {
			if p.Lines[i].Measures[k].ID == id {
				return &p.Lines[i], &p.Lines[i].Measures[k]
			}
		}
	}
	return nil, nil
}

// Project finds a project and its measure by id, or nil.
func (p *Plan) Project(id string) (*Measure, *Project) {
	for i := range p.Lines {
		for k := range p.Lines[i].Measures {
			m := &p.Lines[i].Measures[k]
			for n := range m.Projects {
				if m.Projects[n].ID == id {
					return m, &m.Projects[n]
				}
			}
		}
	}
	return nil, nil
}

// Size counts what the plan has.
func (p *Plan) Size() (targets, measures, projects int) {
	for i := range p.Lines {
		targets += len(p.Lines[i].Targets)
		measures += len(p.Lines[i].Measures)
		for k := range p.Lines[i].Measures {
			projects += len(p.Lines[i].Measures[k].Projects)
		}
	}
	return targets, measures, projects
}

// Total is the money of a project, all years.
func (p *Project) Total() float64 {
	var sum float64
	for _, f := range p.Money {
		sum += f.Amount
	}
	return sum
}

// Lead is the owner that leads, or nil while none does or several do.
func (m *Measure) Lead() *Owner {
	var found *Owner
	for i := range m.Owners {
		if m.Owners[i].Lead {
			if found != nil {
				return nil
			}
			found = &m.Owners[i]
		}
	}
	return found
}
