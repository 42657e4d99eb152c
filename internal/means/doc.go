// Package means keeps what a county has to work with when it closes its gaps:
// its price list (单价表), its staff by section, subject and qualification, the
// ways between its townships, and the money of each year. Counties fill them in
// once a year, typed or from a workbook; nobody is named in them.
package means

import "shuren/internal/edu"

// Prices are a county's price list.
type Prices struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Lines  []Price
}

// Price is what one unit of an item costs, in yuan, with where that is from.
type Price struct {
	Item  string // an id of Items, or the county's own
	Name  string // of the county's own
	Unit  string
	Yuan  float64
	Year  int    // of the price
	Basis string // document number or tender that it is from
}

// Staff are a county's staff on a day, as counts.
type Staff struct {
	County edu.UnitID
	Rev    int `json:"-"`
	AsOf   edu.Date
	Source string
	Groups []Group
	// Posts are those of the county for all its schools; nil where they were not
	// told, and then hires are not bounded by them.
	Posts *Posts `json:",omitempty"`
}

// Posts are a county's established posts (编制).
type Posts struct {
	Approved, Established int // approved in all, and taken
	Source                string
}

// Group is staff of one section who are alike for everything that rules ask.
type Group struct {
	School  string // code
	Stage   edu.Stage
	Subject string // 语文 …; "" is not told
	// Counts are the ids of elements that each of them counts to (above_degree,
	// backbone, arts …), those of the pack.
	Counts []string
	People int
	Posts  int // of People, those whose post this school holds
	// Held are those who may not move, by the reason; a person is counted once, at
	// the first that applies.
	Held map[Hold]int `json:",omitempty"`
	// Eligible are those due for exchange: six years in the school, not held.
	Eligible int
	// Retiring are those who retire, by school year.
	Retiring map[edu.Period]int `json:",omitempty"`
	Leave    int                // away on 1 September: ill, nursing, in training
}

// Hold is why somebody may not be moved.
type Hold string

const (
	OnLoan   Hold = "on_loan"  // 借出、借入
	Nursing  Hold = "nursing"  // pregnant or nursing
	Ill      Hold = "ill"      // 病休
	Retiring Hold = "retiring" // within five years of retirement
)

// Ways are between the townships of a county.
type Ways struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Lines  []Way
}

// Way is the road between two townships, the same in both directions.
type Way struct {
	From, To string // codes or names of townships
	Km       float64
	Minutes  float64 // NaN where not told
}

// Lessons are a county's own plan of lessons (课程课时计划): what the classes of a stage
// have and what a teacher gives. No norm was read for either, so the figures and what
// they rest on are the county's.
type Lessons struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Lines  []Lesson
}

// Lesson is a subject of a stage. Where grades differ, PerClass is the mean of the
// stage's classes.
type Lesson struct {
	Stage      edu.Stage
	Subject    string
	PerClass   float64 // lessons that a class has in a week
	PerTeacher float64 // lessons that a full-time teacher gives in a week
	Year       int     // of the plan
	Basis      string  // document that it is from
}

// Budget is the money of a county for a year, in yuan.
type Budget struct {
	Year   edu.Period
	Yuan   float64
	Source string
}
