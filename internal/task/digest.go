package task

import "shuren/internal/edu"

// Digest is what one of the five ones shows: made from live tasks and the one
// entry that each has, typed by nobody.
type Digest struct {
	Kind        Cadence
	Title       edu.Text
	From, Until edu.Date // the period
	Day         edu.Date // as of
	Total       Tally
	Counties    []Tally // by code
	Bodies      []Tally // leads, the worst first
	Moved       []Moved // tasks that changed or were reported on, newest first
	Late        []Row   // past their limit, the longest first
	Missed      []Row   // a report was asked for and did not come
	Due         []Row   // fall due in the next period
	Agenda      []edu.Text
}

// Tally counts the tasks of one county or body.
type Tally struct {
	ID      string
	Name    edu.Text
	Live    int // given and open
	Closed  int // in the period
	Overdue int
	Missed  int
	Reports int // entries in the period
	Lamps   map[Lamp]int
}

// Moved is a task with what happened to it in the period.
type Moved struct {
	Row
	Entries []Entry
	Events  []Event
}
