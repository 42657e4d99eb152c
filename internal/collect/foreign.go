package collect

import (
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/workbook"
)

// Foreign is a file that is no template of ours, and what it seems to be.
type Foreign struct {
	Sheets  []ForeignSheet
	Targets []Target // what a column may mean
	Feeds   []Target // what the file as a whole may be: an export that we know
	Feed    string   // what it seems to be
	Issues  []Target // or the answers of many units to a form that is being filled
	Issue   string   // the one that it was the last time
	Ready   bool     // every column was matched before: nothing is left to say
}

// ForeignSheet is one sheet of it.
type ForeignSheet struct {
	Name    string
	Head    int // number of the row that its head ends in
	Columns []ForeignColumn
}

// ForeignColumn is one column with the guess of what it means.
type ForeignColumn struct {
	Head   string
	Sample []string // of its first cells
	Target string   // id of the target, "" where nothing fits
	Sure   float64  // from 0 to 1
	Saved  bool     // by a mapping that somebody confirmed before
}

// Target is something that a column or a file may mean.
type Target struct {
	ID   string
	Name edu.Text
}

// Mapping says what the columns of a file mean, and what the file is: the export
// of a feed, or answers to an issue.
type Mapping struct {
	Feed    string
	Issue   string
	Period  edu.Period
	Columns map[string]map[string]string // sheet -> head -> target, "" to leave out
}

// Taken is what became of such a file.
type Taken struct {
	Units    int
	Values   int
	Left     int       // columns that were left out
	Issue    string    // whose papers were filled in, "" for a feed
	Drafts   []Drafted // of these, in the order of the tree
	Problems []workbook.FileProblem
}

// Drafted is a paper that a file filled in.
type Drafted struct {
	Filing   Filing
	Unit     form.Unit
	Values   int
	Problems []form.Problem
}
