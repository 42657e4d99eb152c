// Package workbook writes papers as workbooks that Excel, WPS and LibreOffice
// open, reads the filled ones back, and returns them with the bad cells marked.
//
// A workbook knows its cells by ids in a hidden row and a hidden column, not by
// position or header: columns may be moved, renamed or hidden. Where the ids are
// gone it says so; it never guesses.
package workbook

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

// Filled is what a workbook says of one unit.
type Filled struct {
	Unit     form.Unit
	Content  form.Content
	Problems []form.Problem

	cells map[form.Key]found // where each cell stands, empty ones too
}

// Reading is what was read from a workbook. Where a problem of the file blocks,
// its units must not be saved; Units is then empty.
type Reading struct {
	File     string
	Issue    string
	Meta     Meta
	Problems []FileProblem
	Units    []Filled

	lists map[string]listPlace // where the sheets of lists stand
	signs map[edu.UnitID][]edu.Cell
}

// listPlace is where the rows of a list stand.
type listPlace struct {
	sheet   string
	first   int
	columns map[string]string // letters by column id
}

// FileProblem is something wrong with a file, at a place in it.
type FileProblem struct {
	Blocking bool
	Rule     string
	Cell     edu.Cell
	Text     edu.Text
	Do       edu.Text
}

// Rules of problems of a file.
const (
	RuleFile      = "file"      // cannot be read as a workbook
	RuleForeign   = "foreign"   // is a table, but not our template: see Guess
	RuleKeys      = "keys"      // the hidden ids are gone
	RuleVersion   = "version"   // the template is of another version
	RuleIssue     = "issue"     // of another issue, form or period
	RuleUnit      = "unit"      // a unit that is not the uploader's, or not in this workbook
	RuleDuplicate = "duplicate" // a cell or a sheet comes twice
	RuleSheet     = "sheet"     // a sheet that is not there, or is not read
	RuleMissing   = "missing"   // a row or a column was deleted
	RuleFormula   = "formula"   // a formula without a value
	RuleError     = "error"     // an error value of the spreadsheet
	RuleMerged    = "merged"    // cells to fill were merged
	RuleRow       = "row"       // a row that is not read
	RuleFixed     = "fixed"     // a locked cell was changed; the change is not taken
	RuleLong      = "long"      // a text that is longer than any answer
	RuleRows      = "rows"      // far more rows than a list can have
)

// Blocked tells whether a problem of the file blocks.
func (r *Reading) Blocked() bool {
	return slices.ContainsFunc(r.Problems, func(p FileProblem) bool { return p.Blocking })
}

// Err is an error of kind fault.Blocked where a problem of the file blocks.
func (r *Reading) Err() error {
	for _, p := range r.Problems {
		if p.Blocking {
			return fmt.Errorf("%s: %s: %w", r.File, p.Text.EN, fault.Blocked)
		}
	}
	return nil
}
