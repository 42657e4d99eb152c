package collect

import (
	"shuren/internal/edu"
	"shuren/internal/workbook"
)

// Foreign is a file that is no template of ours, and what it seems to be.
type Foreign struct {
	Sheets  []ForeignSheet
	Targets []Target // what a column may mean
	Feeds   []Target // what the file as a whole may be: an export that we know
	Feed    string   // what it seems to be
}

// ForeignSheet is one sheet of it.
type ForeignSheet struct {
	Name    string
	Rows    int
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

// Mapping says what the columns of a file mean.
type Mapping struct {
	Feed    string
	Period  edu.Period
	Columns map[string]map[string]string // sheet -> head -> target, "" to leave out
}

// Taken is what became of such a file.
type Taken struct {
	Units    int
	Values   int
	Left     int // columns that were left out
	Problems []workbook.FileProblem
}
