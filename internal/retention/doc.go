// Package retention holds the cases of dropout prevention (控辍保学): one case is
// one child who is not where a child of its age should be. It has the states of
// a case, the table of what may happen to it, its clocks and warnings, and the
// counts that reports are made of. It knows no database.
//
// A case has no name and no number of a person: who the child is stands in the
// register, under the same register.PersonID. Nothing here ends a case without
// the receipt of the school that has the child, and no school sends a legal
// notice.
//
// States, warnings and reports: standards of the domain §8.3 and §8.4; columns:
// forms §6.
package retention

import (
	"cmp"
	"time"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Person is the child of a case, as the register knows it.
type Person = register.PersonID

// Case is one child's case. Only Next changes its state.
type Case struct {
	ID     string            `json:",omitzero"`
	Rev    int               `json:",omitzero"` // grows with every act; an act names the rev that it saw
	State  State             `json:",omitzero"`
	Person register.PersonID `json:",omitzero"`
	// Platform is the number of the case on the national platform: what is there
	// already is imported and never typed again.
	Platform string `json:",omitzero"`

	School edu.UnitID      `json:",omitzero"` // whose roll the child is or was on; empty for a child on none
	Town   edu.UnitID      `json:",omitzero"` // township of the school or of the household
	County edu.UnitID      `json:",omitzero"`
	Stage  edu.Stage       `json:",omitzero"`
	Grade  int             `json:",omitzero"`
	Groups register.Groups `json:",omitzero"`

	Found  edu.Date `json:",omitzero"` // 发现日期
	Source Source   `json:",omitzero"` // 发现途径
	Absent int      `json:",omitzero"` // 连续缺课（天）
	Lost   bool     `json:",omitzero"` // 失联
	Guess  Cause    `json:",omitzero"` // 初判原因
	// Mark and Out are what attendance or the register had said of the child when the
	// case was opened, and since when: its warning does not end with that.
	Mark  MarkKind `json:",omitzero"`
	Out   edu.Date `json:",omitzero"`
	Guard []Part   `json:",omitzero"` // 包保人 and 双线四级责任人, by what they are and not by name

	Dropped   edu.Date  `json:",omitzero"` // 辍学日期; 0 while it is not confirmed
	Cause     Cause     `json:",omitzero"`
	Finding   Finding   `json:",omitzero"` // why it was excluded, or where the child is
	Visits    []Visit   `json:",omitzero"` // 劝返记录, oldest first
	Legal     []Notice  `json:",omitzero"` // 法定程序, in its order
	Placement Placement `json:",omitzero"`
	Receipt   Receipt   `json:",omitzero"` // zero until the school has said that the child is there
	Until     edu.Date  `json:",omitzero"` // 巩固观察至
	Exception Exception `json:",omitzero"` // 不计入: zero where there is none
	Ended     edu.Date  `json:",omitzero"` // 销号日期, or when it was excluded
	EndedBy   string    `json:",omitzero"` // 销号审批人
	Relapses  int       `json:",omitzero"`

	Opened  edu.Date  `json:",omitzero"`
	Since   edu.Date  `json:",omitzero"` // since when it is in this state
	Made    time.Time `json:",omitzero"`
	Changed time.Time `json:",omitzero"`
}

// Finding is what checking a suspicion found.
type Finding struct {
	Day   edu.Date `json:",omitzero"`
	Where string   `json:",omitzero"` // school outside the county, for a child that is there
	Proof string   `json:",omitzero"` // screenshot of the register, certificate: by reference
	Text  string   `json:",omitzero"`
}

// Visit is one attempt to bring a child back.
type Visit struct {
	Day    edu.Date `json:",omitzero"`
	Way    Way      `json:",omitzero"`
	Parts  []Part   `json:",omitzero"` // who took part, by what they are
	Place  string   `json:",omitzero"`
	Saw    Saw      `json:",omitzero"`
	Result Result   `json:",omitzero"`
	Text   string   `json:",omitzero"`
	Proof  string   `json:",omitzero"` // by reference
	Next   edu.Date `json:",omitzero"` // when they try again; 0 where the child comes back
	By     string   `json:",omitzero"` // account
	Name   string   `json:",omitzero"` // of whoever entered it
}

// Notice is a step of the legal path.
type Notice struct {
	Step      Legal      `json:",omitzero"`
	Number    string     `json:",omitzero"` // 文号
	Day       edu.Date   `json:",omitzero"`
	Delivered edu.Date   `json:",omitzero"` // 送达
	Issuer    edu.UnitID `json:",omitzero"` // the township or the county
	By        string     `json:",omitzero"`
	Name      string     `json:",omitzero"`
}

// Placement is where the child is brought.
type Placement struct {
	Kind    Kind       `json:",omitzero"`
	School  edu.UnitID `json:",omitzero"` // empty where it is outside this city's tree
	Outside string     `json:",omitzero"` // name of that school
	Day     edu.Date   `json:",omitzero"` // 返校日期
}

// Receipt is what the receiving school says: the child is here.
type Receipt struct {
	Day    edu.Date   `json:",omitzero"`
	School edu.UnitID `json:",omitzero"`
	Number string     `json:",omitzero"` // of the paper, where the school is outside this city's tree
	By     string     `json:",omitzero"`
	Name   string     `json:",omitzero"`
}

// Given tells that there is a receipt.
func (r Receipt) Given() bool {
	return r.Day != 0 && r.By != "" && (r.School != "" || r.Number != "")
}

// Exception is why a child is not counted for a time (不计入).
type Exception struct {
	Kind     Excuse   `json:",omitzero"`
	Ground   Ground   `json:",omitzero"`
	Proof    string   `json:",omitzero"` // by reference
	Approver string   `json:",omitzero"` // 批准单位
	Number   string   `json:",omitzero"` // 文号
	From     edu.Date `json:",omitzero"`
	Until    edu.Date `json:",omitzero"`
}

// Event is a line of a case's history.
type Event struct {
	Rev  int       `json:",omitzero"`
	At   time.Time `json:",omitzero"`
	By   string    `json:",omitzero"` // account
	Name string    `json:",omitzero"`
	Act  Act       `json:",omitzero"`
	From State     `json:",omitzero"` // empty for the opening
	To   State     `json:",omitzero"`
	Day  edu.Date  `json:",omitzero"`
	Text string    `json:",omitzero"`
	Sent string    `json:",omitzero"`
	// Files are evidence that came with the act, by the hashes of what is stored. Of
	// the act Attach they belong to an earlier line, For.
	Files []string `json:",omitzero"`
	For   int      `json:",omitzero"`
}

// Step is the rev of the line to which the files belong.
func (e Event) Step() int { return cmp.Or(e.For, e.Rev) }
