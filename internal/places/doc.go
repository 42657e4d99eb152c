// Package places works out where children shall learn in the years to come: which
// schools are given more rooms, where one is built, which kindergarten's rooms a
// junior school takes over, and who goes where, at the least cost and with the
// proof that nothing costs less.
//
// It knows no database. Children by area, stage and year come from a forecast;
// what a place costs and how far is too far come from the county's own lists, with
// their sources.
//
// A school is closed only where its county has consulted, published, heard and
// made the way safe; a small rural school besides only where the closing was
// approved. Whatever costs, a plan keeps the others. A child who has no school
// within the limit is not left out: the bus or the bed is in the cost and the child
// is counted as beyond the limit.
package places

// Input is what is asked. A school is one stage of a school: one that teaches two
// is in it twice.
type Input struct {
	Years   []Year // one after the other; a year's seats are ready on its 1 September
	Stages  []Stage
	Areas   []Area
	Schools []School // those there are, and sites where one could be
	// Ways are by area and school.
	Ways    [][]Way
	Convert []Conversion
}

// Year is a school year and the money for building in it, in yuan; below 0 is no
// limit.
type Year struct {
	First  int // the year in which it begins
	Budget float64
}

// Stage is what holds for a stage. How far is too far is in Km, Minutes or both;
// 0 is no limit.
type Stage struct {
	ID          string
	Class       int // seats that a room adds
	Km, Minutes float64
	BusKm       float64 // the longest way of a school bus; 0 where there is none
	Prices      Prices
	Source      string // of the limits
}

// Prices are of the county's list, in yuan.
type Prices struct {
	Expand, Build, Convert float64 // a seat, once
	Run                    float64 // a school and year
	Bus                    float64 // a child and year
	Board                  float64 // the same; below 0 where nobody boards
	PerKm                  float64 // what a kilometre of a child's daily way counts for in a year
}

// Area is a village or street: children by stage and year.
type Area struct {
	ID, Name string
	Children [][]int
}

// School is one stage of a school, or a site where one could be built.
type School struct {
	ID, Name string
	Stage    int
	Seats    int // there are; none at a site
	Beds     int // for those who board
	// Most is how many rooms can be added, in all years together, from year From on
	// (an index).
	Most, From int
	New        bool
	Least      int     // of New: rooms that it has at least
	Fixed      float64 // of New: what it costs beside its seats
	Small      bool    // a small rural school or teaching point
	Steps      Steps
}

// Steps are what was done before a school may be closed.
type Steps struct {
	Consulted, Published, Heard, SafeRoute bool
	// Approved is needed for a small rural school.
	Approved bool
	// Optional is of kindergartens: the county itself says that it may close. The
	// other steps are those of compulsory schools.
	Optional bool
}

// Way is from an area to a school; what is not known is NaN. Where both are not
// known, nobody goes.
type Way struct {
	Km, Minutes float64
	Straight    bool // a straight line, since the way itself is not known
}

// Conversion lets rooms of one school become another's: most of them in all years
// together. A room takes and gives the seats of a class of its stage.
type Conversion struct {
	From, To int
	Most     int
}
