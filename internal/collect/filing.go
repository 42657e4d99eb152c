package collect

import (
	"time"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// Issue is a form that was issued for one period: 报表目录 says that it may be,
// the issue says when it is due.
type Issue struct {
	ID     string // "cn-annual-base-2025"
	Form   string // id of the pack's form
	Pack   string // ref of its pack
	Hash   string // hash of the pack that it was issued with: the template's version
	Period edu.Period
	Opens  edu.Date
	Due    edu.Date // the last day
	By     string   // account that issued it
	At     time.Time
	Reason string // of a named approver, where a burden rule was waived
	Closed bool
}

// Filing is one unit's answer to an issue.
type Filing struct {
	Issue  string
	Unit   edu.UnitID
	State  State
	Rev    int      // counts every step and save: whoever writes names the one that they saw
	Handed int      // number of the last handed-in revision of the figures, 0 before
	Check  string   // check code of that revision, printed on the sign-and-seal page
	Due    edu.Date // extended, or the issue's
	Inner  edu.Date // the county's own earlier day, 0 for none: lists sort by it, lateness does not know it
	Asked  bool     // an unlock was asked for and not yet answered
	Reason string   // of the last return, excuse or request
	By     string   // who did the last step
	At     time.Time

	Since    time.Time // since when the ball is where it is
	Returns  int       // how often it was returned
	Required int       // required cells that are still empty in the draft
	Blocking int       // 必改 problems of the draft
}

// Event is one step of a filing, as the log keeps it.
type Event struct {
	No       int // the filing's Rev after it
	At       time.Time
	By       string // account
	Name     string // of the person, as it was then
	Action   Action
	From, To State
	Handed   int // the revision of the figures after it
	Reason   string
	Due      edu.Date // of an extension
	Sent     string   // id that the client made, "" where it made none
}

// StepOptions are what a step may need.
type StepOptions struct {
	Reason string
	Due    edu.Date // of an extension
	// Content is handed in by Submit instead of the saved draft, where set.
	Content *form.Content
	ID      string // client-made id of the submission, so that sending it again does no harm
}

// Seen is a filing as whoever steps many of them saw it.
type Seen struct {
	Unit edu.UnitID
	Rev  int
}

// Outcome is what became of one of many filings.
type Outcome struct {
	Unit   edu.UnitID
	Filing Filing
	Err    error // nil where the step was taken
}
