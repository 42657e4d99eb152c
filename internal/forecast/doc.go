// Package forecast tells how many pupils there will be, by place, grade and
// year, and how wrong that may be.
//
// Pupils move up from grade to grade by ratios weighted by recency; the first
// grade is entered from births, or goes on as it went where births are unknown.
// Naive, drift and exponential smoothing run beside it, and the mean of all. The
// method that erred least on the earlier half of the user's own past is used and
// named. What it is worth is told on the later half, which had no say in choosing
// it, beside naive and drift, whatever wins. Bands come from the errors that the
// method made, and are widened where they held less of the later half than they
// say.
//
// It knows no database and nothing of standards. A place is a node of a tree;
// pupils are counted at its leaves, and what a node has is the sum of what is
// below it.
package forecast

// Input is the past. Years run from First, one after the other.
type Input struct {
	Nodes  []Node  // parents stand before their children; the first is the root
	Grades []Grade // in the order in which pupils move through them
	First  int     // year of the first count
	Years  int
	// Counts are pupils by node, grade and year; NaN is missing. Only leaves have
	// them: nil for the others.
	Counts [][][]float64
	// Births are by node and year from BirthFirst; nil for nodes without. A leaf
	// takes those of the nearest node above that has some.
	Births     [][]float64
	BirthFirst int
	// Lag is how many years after birth the first grade is entered.
	Lag int
	// Added are pupils that past data cannot know of: new housing, a boarding
	// school that opens. They move up with the others.
	Added []Added
}

// Node is a place. Up is the index of the node above, -1 for the root.
type Node struct {
	ID string
	Up int
}

// Grade is a year of schooling, and the section (stage) that it is part of. Away
// tells that its pupils move on into another school: from a primary school's
// last grade into a junior school's first. They are then counted over all leaves
// of the node above, and shared by what each leaf had of them of late.
type Grade struct {
	ID      string
	Section string
	Away    bool
}

// Added are pupils who come on top, in one year, to one grade of a leaf.
type Added struct {
	Node, Grade, Year int
	Pupils            float64
	Why               string
}

// Options say how far and how sure.
type Options struct {
	Horizon int     // years ahead; 10 where 0
	Level   float64 // of the bands; 0.8 where 0
}

// Result is the forecast with what it is worth.
type Result struct {
	Method   string // the one that was used
	Years    []int  // that were forecast
	Sections []string
	// Banded tells that errors were seen from which bands could be drawn. Without, low
	// and high are the middle, and must not be shown as if they were bands.
	Banded bool
	// Grade is the middle by node, grade and year ahead. Every node is the sum of
	// its children.
	Grade [][][]float64
	// GradeLow and GradeHigh are the grades' parts of the scenarios: they add to
	// those of stages, and up the tree.
	GradeLow, GradeHigh [][][]float64
	// GradePast are the counts by node, grade and year of the past, summed up the
	// tree; NaN where something is missing.
	GradePast [][][]float64
	// Section is by node and section.
	Section [][]Path
	Test    Test
	Ratios  []Ratio
	Notes   []Note
}

// Path is a section of a node over the years ahead. Low and High are scenarios:
// those of a node are the sums of its children's, and the root's hold what the
// level says. OwnLow and OwnHigh are the node's own band, which is wider than
// its part of the root's scenario and does not add up.
type Path struct {
	Past            []float64 // as it was; NaN where something is missing
	Mid, Low, High  []float64
	OwnLow, OwnHigh []float64
}

// Test is the back-test: the past forecast from what was known then.
type Test struct {
	Earlier, Later []int // origins, by the last year that was known
	Methods        []Score
	// Chosen is what choosing anew each year would have been worth: from each later
	// origin the method that was best by what was known then, Picked. It has no
	// figure for earlier ones.
	Chosen Score
	Picked []string
	// Held is how often the bands held what came, by depth of the tree: the root
	// first, leaves last.
	Held []Held
}

// Held is how often the later truth lay in the bands that errors before it gave,
// before and after they were widened since it fell short: by Widened, 1 for not at
// all. NaN where nothing could be looked at.
type Held struct {
	Before, After float64
	Widened       float64
	Checked       int // how many truths were looked at
}

// Score is what a method was worth. Errors are mean absolute percentages of the
// sections of leaves' parents and above, by years ahead; NaN where nothing could
// be compared.
type Score struct {
	Method    string
	Earlier   float64 // over all years ahead, on earlier origins: what decides
	Later     float64
	ByAhead   []float64 // on later origins
	RootAhead []float64 // on later origins, of the root alone
	Used      bool
}

// Ratio is a progression ratio of the root: pupils of a grade in a year to those
// of the grade below, or births, before.
type Ratio struct {
	Grade string
	Used  float64
	Past  []float64 // by year; NaN where unknown
}

// Note is something that a reader should know of the data.
type Note struct {
	Node, Grade int // -1 where it is of all
	Kind        NoteKind
	Year        int
}

// NoteKind is what a note says.
type NoteKind string

const (
	Carried     NoteKind = "carried"      // the last year is missing: an older one was taken
	NoPast      NoteKind = "no_past"      // nothing was ever counted: forecast from the places around it, or not at all
	NoBirths    NoteKind = "no_births"    // births are unknown: entries go on as they went
	BirthsAhead NoteKind = "births_ahead" // from this year on children are not yet born: births were carried on
	FewOrigins  NoteKind = "few_origins"  // too short a past to choose by and to tell by
	ThinErrors  NoteKind = "thin_errors"  // bands beyond this many years ahead are drawn on, not seen
)
