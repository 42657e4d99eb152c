// Package propose works out the least that must be done for a county to pass:
// whom to move, hire and train, what to build and buy, in which year, within
// yearly budgets. It states the standard's own rules exactly and lets solve
// prove the answer.
//
// It knows no database. A County says what every section has and what each
// indicator asks; indicators count people by what they are (qualified, backbone,
// arts) or amounts (square metres, yuan, rooms). What a person counts to, and all
// limits, come from the caller, who takes them from a pack; prices come from the
// county's price list with its source.
package propose

// County is what is asked.
type County struct {
	Name       string
	Indicators []Indicator
	Sections   []Section
	Townships  []string
	// Km is the way between townships, in kilometres; nil where it is not known.
	Km      [][]float64
	Kinds   []Kind // of people
	Years   []Year
	Prices  Prices
	Stages  []Stage
	Bounded bool // plan to the limits of spread too
	// Posts are how many more people the county may hire in established posts; nil
	// where it was not told.
	Posts *int
}

// Stage is the rule of a stage: of the indicators, at least Need reach their
// limit and none is below Floor times it.
type Stage struct {
	Name  string
	Limit []float64 // by indicator, per pupil unit (Indicator.Per)
	// Spread is the largest difference coefficient by indicator; 0 for none.
	Spread []float64
	Need   int
	Floor  float64
}

// Indicator is a ratio of something to pupils: Per * have / pupils.
type Indicator struct {
	ID   string
	Per  float64 // 100 for "per 100 pupils"
	What What
	// Whole tells that amounts are built or bought in whole units (rooms).
	Whole bool
}

// What an indicator counts.
type What uint8

const (
	People What = iota // by Kind.Counts
	Amount             // square metres, yuan, rooms
)

// Kind is a kind of people who are alike for everything that the rules ask.
type Kind struct {
	ID      string
	Subject string
	Counts  []bool // by indicator
	// Into is the kind that training makes of them, by indicator; -1 for none.
	Into []int
	Hire bool // such people can be hired
	// Tours tells that such people may teach at a second school of their township,
	// where that counts (Section.Guest).
	Tours bool
}

// Section is a school's stage.
type Section struct {
	ID, Name string
	Stage    int
	Township int
	Pupils   float64
	// Counted tells that the ratios and the spread are judged here; a teaching point
	// of fewer than 50 pupils gives and takes people and is not judged.
	Counted bool
	Have    []float64 // by indicator; of people those not in Staff's kinds are in it too
	Staff   []int     // by kind
	// Free are those of Staff who may be moved or exchanged: not on loan, pregnant or
	// nursing, ill, within five years of retirement nor away, and with a post here.
	Free  []int
	Least int // its own floor: people that must stay, whatever kind
	// Guest is, by indicator, what somebody adds who teaches here as at a second
	// school; nil where the rules do not count it. A section that counts guests sends
	// none.
	Guest []float64
	// Limit and Unit are, by indicator, this section's own limit and what one of the
	// ratio stands for (pupils / 100); nil for those of the stage and Pupils / Per. A
	// limit of 0 asks nothing.
	Limit, Unit []float64
	// Room says how much more of an amount there is place for; NaN or beyond for no
	// limit.
	Room []float64
	// Closed are acts that are not for this section.
	Closed Closed
}

// Closed are acts that the pack keeps from a section: a county moves nobody into a
// private school, and hires and builds nothing there.
type Closed struct {
	Move, Tour, Hire bool
	Grow             []bool // by indicator, of building, buying and training; nil for none
}

func (c Closed) grow(i int) bool { return i < len(c.Grow) && c.Grow[i] }

// Year is a school year of the plan and its money in yuan; below 0 is no limit.
type Year struct {
	Name   string
	Budget float64
}

// Prices are of the county's price list, in yuan; what has no price there is NaN
// and is not done. Nothing is built for 0.
type Prices struct {
	Build []float64 // by indicator, per unit of an amount
	Hire  float64   // a person and year
	Train []float64 // by indicator: what it takes until one more person counts
	Move  float64   // a person who moves, once
	PerKm float64   // on top, per kilometre
	Tour  float64   // a person and year who teaches at a second school
}

// Act is what is done.
type Act uint8

const (
	Moved Act = iota
	Hired
	Trained
	Built
	Toured // teaches at a second school
)

// Line is one thing to do, with its reason.
type Line struct {
	Act       Act
	Year      int
	Section   int // that gains
	From      int // of Moved and Toured: the section that gives
	Kind      int // of people
	Indicator int // of Trained and Built
	Amount    float64
	Cost      float64 // over the years of the plan
	Km        float64
	// For are the indicators of the section that it moves towards their limit, or
	// whose spread it narrows.
	For []int
}

// Plan is an answer with its proof.
type Plan struct {
	Status Status
	Lines  []Line
	// After is what each section has at the end, by section and indicator.
	After [][]float64
	Cost  float64
	// Bound is what every plan costs at least, and Gap how far Cost is above it. Both
	// are of cost with Order, where the price list makes Order more than nothing.
	Bound float64
	Gap   float64
	// Order is what was added for each hire so that no hire is cheaper than a move or
	// itinerant teaching; 0 with usual prices.
	Order float64
	// Ordered tells that the price list makes such an addition: a plan that hires
	// more may then cost less than Bound.
	Ordered bool
	Spent   []float64 // by year
	// Short is the indicator that a section leaves below its limit, -1 for none: the
	// choice that the rule allows.
	Short []int
	Nodes int
}

// Status is what is known of a plan.
type Status string

const (
	Optimal    Status = "optimal"
	Within     Status = "within"     // of a gap
	Infeasible Status = "infeasible" // Why says by which rules
	Stopped    Status = "stopped"    // before a plan was found
	Nothing    Status = "nothing"    // nothing needs to be done
)

// Conflict is a rule that cannot be kept with the others.
type Conflict struct {
	Rule      string // limit, spread, budget, least, place, people, posts
	Section   int
	Stage     int
	Indicator int
	Year      int
}
