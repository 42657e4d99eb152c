package collect

import (
	"time"

	"shuren/internal/edu"
	"shuren/internal/workbook"
)

// What people look at: lists and counts over filings. They are made by flow and
// shown by pages, commands and the API alike.

// Place names a unit and where it stands.
type Place struct {
	Unit     edu.UnitID
	Level    edu.Level
	Code     string
	Name     edu.Text
	County   edu.UnitID
	Township edu.UnitID
	// CountyName and TownshipName are those of the units above.
	CountyName, TownshipName edu.Text
}

// Task is a filing as a line of somebody's work list.
type Task struct {
	Filing
	Place   Place
	Form    edu.Text
	Period  edu.Period
	Mine    bool          // the ball is with the one who asks
	Late    int           // working days that the unit is late, counted while it had the ball; 0 in time
	Left    int           // days left, negative after the due date
	Todo    []Action      // what the one who asks may do with it now
	Waiting time.Duration // since the ball came to whoever has it
}

// Count is how many filings stand where.
type Count struct {
	Total   int
	By      map[State]int
	Late    int
	Returns int // filings that were returned at least once
}

// Matrix is the completeness of a period: counties by forms.
type Matrix struct {
	Period edu.Period
	Issues []Issue
	Rows   []Place // counties, in the order of their codes
	Cells  [][]Count
	Sum    []Count // by issue
}

// Progress is how far an issue has come; units that need not file do not count.
type Progress struct {
	Issue  Issue
	Form   edu.Text
	Total  int
	Handed int // handed in, locked or not
	Locked int
}

// Filter narrows a list of tasks; zero fields take everything.
type Filter struct {
	Issue  string
	Period edu.Period
	Unit   edu.UnitID // this unit and everything below it
	State  State
	Late   bool // late and not handed in yet
	Mine   bool
	Query  string // part of a name or code
	Offset int
	Limit  int // 0 is 50
}

// Tasks is one page of a list, and how long the whole list is.
type Tasks struct {
	List  []Task
	Total int
}

// Reminder is what 催报 makes: who was reminded, and the text for a chat group.
type Reminder struct {
	Issue string
	Units []Place
	Text  edu.Text // 【催报】截至…
	Sent  int      // messages put into the in-app list and the outbox
}

// UploadOptions say what to do with an uploaded workbook.
type UploadOptions struct {
	Submit bool   // hand in what is ready
	Issue  string // refuse a workbook of another issue, where set
	// Overwrite lets the workbook stand over what was saved since it was made.
	Overwrite bool
}

// Uploaded is what became of an uploaded workbook: all of it or nothing.
type Uploaded struct {
	*workbook.Reading
	Filings  []Filing // by unit of the reading, where it was saved
	Saved    int      // units whose draft was saved
	Handed   int      // units that were handed in
	Repeated bool     // the very same file had been uploaded before
	Marked   []byte   // the same workbook with bad cells red and commented, and 错误清单
}

// FeedState is what has come in of an export of another system.
type FeedState struct {
	Feed  string
	Name  edu.Text
	Files int
	File  string // the newest
	At    time.Time
	By    string
}
