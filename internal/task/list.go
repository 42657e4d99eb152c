package task

import (
	"shuren/internal/edu"
)

// Filter chooses tasks of a list; empty fields choose all.
type Filter struct {
	State   []State
	Live    bool // neither closed nor merged nor withdrawn
	Lamp    Lamp
	Body    string // lead, helper or issuer
	Lead    string // lead only
	Issuer  string
	County  edu.UnitID   // in which a party lies
	Units   []edu.UnitID // a party is one of them; none is any
	Plan    string
	Measure string
	Meeting string // id of the meeting that decided it
	Source  SourceKind
	Year    int  // of the sheet
	Sheet   bool // matters under supervision only
	Key     bool
	Mine    bool // of the bodies that the reader acts for
	Overdue bool
	Into    string   // merged into this one
	From    edu.Date // due on this day or later
	Until   edu.Date // due on this day or earlier
	Query   string   // words in title, demand, number
	Sort    string   // "due" (default), "no", "changed", "lead", "state"; with a leading "-" descending
	Page    int      // from 1
	Size    int      // 50 where it is 0
}

// Row is a task as lists show it.
type Row struct {
	Task
	LeadName   edu.Text
	IssuerName edu.Text
	WithNames  []edu.Text
	Lamp       Lamp
	Why        edu.Text // the rule that lit the lamp
	Overdue    int      // days by which the owner is or was late
	Level      int      // of escalation
	LevelWho   edu.Text
	Wanted     Wanted
}

// Page is a page of a list.
type Page struct {
	Tasks  []Row
	Total  int
	Page   int
	Size   int
	Counts map[Lamp]int  // of the whole list but for its own choice of lamp
	States map[State]int // of the whole list but for its own choice of states
}

// Full is one task with all that belongs to it.
type Full struct {
	Row
	Events  []Event // oldest first
	Entries []Entry // newest first
	Side    Side    // of the reader
	May     []Act   // what the reader may do now
	Parties []Body  // lead, issuer and helpers
	Merged  []Row   // tasks that were merged into this one
	Live    Live    // the target's indicator
	Letter  *Paper  // 提请函, where the lead is one to whom the issuer cannot give
	Paper   *Paper  // 督办单, of a task that has a sheet
}

// Live is the value of the indicator that a task moves, as it is measured now.
type Live struct {
	Known     bool // the task has a target and the city measures it
	Scheme    string
	Name      edu.Text
	Measure   edu.Text // unit of measure
	Unit      edu.UnitID
	UnitName  edu.Text
	Base, Now edu.Value
	BaseAt    edu.Period
	NowAt     edu.Period
	Link      string // page that explains the value
}
