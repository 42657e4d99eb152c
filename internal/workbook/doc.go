// Package workbook writes papers as workbooks that Excel, WPS and LibreOffice
// open, reads the filled ones back, and returns them with the bad cells marked.
//
// A workbook knows its cells by ids in a hidden row and a hidden column, not by
// position or header: columns may be moved, renamed or hidden. Where the ids are
// gone it says so; it never guesses.
package workbook

import (
	"shuren/internal/edu"
	"shuren/internal/form"
)

// Filled is what a workbook says of one unit.
type Filled struct {
	Unit     form.Unit
	Content  form.Content
	Problems []form.Problem
}

// Reading is what was read from a workbook. Where a problem of the file blocks,
// its units must not be saved.
type Reading struct {
	File     string
	Issue    string
	Problems []FileProblem
	Units    []Filled
}

// FileProblem is something wrong with a file, at a place in it.
type FileProblem struct {
	Blocking bool
	Rule     string
	Cell     edu.Cell
	Text     edu.Text
	Do       edu.Text
}
