package edu

// Text is a label in the two languages of the system.
type Text struct{ ZH, EN string }

// In gives the text in a language ("zh" or "en"), or the other one if it is
// not there.
func (t Text) In(lang string) string {
	if lang == "en" && t.EN != "" || t.ZH == "" {
		return t.EN
	}
	return t.ZH
}

// ElementType is the type of an answer.
type ElementType string

const (
	TypeCount  ElementType = "count"
	TypeArea   ElementType = "area"
	TypeMoney  ElementType = "money"
	TypeRatio  ElementType = "ratio"
	TypeChoice ElementType = "choice" // in a column: the index of the choice, from 0
	TypeYesNo  ElementType = "yesno"  // in a column: 1 or 0
	TypeDate   ElementType = "date"   // in a column: days since 1970-01-01
	TypeText   ElementType = "text"   // never in a column: kept as text, such as the number of a room
)

// Cell is the place that a figure came from, so that a person can find it.
type Cell struct {
	Submission string // id of the submission, empty when read straight from a file
	File       string
	Sheet      string // empty in CSV and Parquet
	Row        int    // 1-based, as a spreadsheet shows it
	Column     string // spreadsheet letters, for CSV and Parquet too
	Header     string // the header as it stood in the file
	Text       string // what stood in the cell, where known
}

// Observation is one figure that somebody gave.
type Observation struct {
	Unit    UnitID
	Stage   Stage
	Element string // id, with ".part" for one part of a breakdown
	Period  Period
	Value   Value
	Cell    Cell
}
