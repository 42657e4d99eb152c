package places

// Status is what is known of a plan.
type Status string

const (
	Optimal    Status = "optimal"
	Within     Status = "within"     // of a gap
	Infeasible Status = "infeasible" // Why says by which rules
	Stopped    Status = "stopped"    // before a plan was found
)

// Plan is an answer with its proof, and what comes of doing nothing beside it.
type Plan struct {
	Status Status
	Lines  []Line
	// Cost is what all lines, buses and beds cost together over all years; Bound what
	// every plan costs at least.
	Cost, Bound, Gap float64
	Nodes            int
	Spent            []float64 // on building, by year
	Served
	// Still is "do nothing": today's schools and today's seats.
	Still Served
}

// Act is what is done with a school.
type Act string

const (
	Keep    Act = "keep"
	Expand  Act = "expand"
	Build   Act = "build"
	Convert Act = "convert"
	Merge   Act = "merge" // or close, of a kindergarten
)

// Reason is why a line is as it is.
type Reason string

const (
	Seats     Reason = "seats"      // they are wanted
	Cheaper   Reason = "cheaper"    // than running it
	Protected Reason = "protected"  // a small rural school, and its closing is not approved
	StepsMiss Reason = "steps_miss" // begun, but not all steps are done
	NotBegun  Reason = "not_begun"  // nobody asked for its closing
	Needed    Reason = "needed"     // it may be closed, and is not cheaper so
)

// Line is one thing to do in one year, or that a school is kept.
type Line struct {
	Act    Act
	Year   int // an index; of Keep the first
	School int
	To     int // of Convert: who takes over; -1 otherwise
	Rooms  int
	Seats  int     // more, or at Merge fewer
	Cost   float64 // over the years of the plan; below 0 is a saving
	Why    Reason
	Lacks  []Step // of StepsMiss and Protected
}

// Step is one of Steps.
type Step string

const (
	Consulted Step = "consulted"
	Published Step = "published"
	Heard     Step = "heard"
	SafeRoute Step = "safe_route"
	Approved  Step = "approved"
)

// Served is who goes where.
type Served struct {
	Seats [][]int // by school and year
	Used  [][]int // the same: children
	Trips []Trip
	// Without are children whom no seat is left for that they can reach, by stage and
	// year; in a plan there are none.
	Without [][]int
	Travel  [][]Travel // by stage and year
	Cost    float64    // of buses, beds and what kilometres count for
}

// Mode is how a child goes to school.
type Mode uint8

const (
	Daily Mode = iota // within the limit
	Bus               // beyond it, by school bus
	Board             // beyond it, and sleeps there
)

// Trip is how many children of an area go to a school in a year.
type Trip struct {
	Area, School, Year int
	Mode               Mode
	Children           int
}

// Travel is of those who go every day, by school bus too: mean and 95th
// percentile, each child once. Over are beyond the limit, who board with those who
// go by bus. NaN is of nobody, or where some way is not known.
type Travel struct {
	Children, Seats          int
	Over, Bus, Board         int
	MeanKm, P95Km, MostKm    float64
	MeanMin, P95Min, MostMin float64
	Straight                 int // whose way is a straight line
}

// Conflict is a rule that cannot be kept with the others. What it is not of is -1.
type Conflict struct {
	Rule                      Rule
	Area, School, Stage, Year int
	To                        int // of ConvertMost
	Number                    float64
}

// Rule is what cannot be kept.
type Rule string

const (
	AllPlaced   Rule = "children"   // every child of an area has a seat
	SeatsLimit  Rule = "seats"      // a school has so many seats, and what was built
	Enough      Rule = "enough"     // all children of a stage need so many seats more than all schools have that stay
	MostSeats   Rule = "most_seats" // a school has no more seats, whatever is built
	RoomsLimit  Rule = "rooms"      // no more rooms can be added there
	ConvertMost Rule = "convert"    // no more rooms can be taken over
	BedsLimit   Rule = "beds"       // so many beds
	BudgetLimit Rule = "budget"     // of a year
	NoWay       Rule = "no_way"     // nothing is within reach of an area
	LeastRooms  Rule = "least"      // a new school has so many rooms at least
)
