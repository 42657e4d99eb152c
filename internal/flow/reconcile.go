package flow

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/reconcile"
	"shuren/internal/register"
)

// Reconciliation is what comparing the stored lists of a year came to, in counts. The
// records of whom there is something to do are lines of their own (Found, Doubts); they
// have ids and no names.
type Reconciliation struct {
	Year     int            `json:"year"`
	Day      edu.Date       `json:"day"`
	Unit     edu.UnitID     `json:"unit,omitempty"` // whose lists were compared; empty is the city's
	Lists    map[string]int `json:"lists"`          // rows by list
	Children int            `json:"children"`
	Ledgers  map[string]int `json:"ledgers"`
	Reasons  map[string]int `json:"reasons"`
	// Away are the children of school age by why they are in no class here: at school
	// elsewhere, excused, taught at home.
	Away    map[string]int `json:"away,omitempty"`
	Records int            `json:"found"` // how many there are
	Pairs   int            `json:"doubts"`
	Levels  int            `json:"levels"`
	Silent  int            `json:"silent"`       // schools with pupils in forms and not one in the register
	By      string         `json:"by,omitempty"` // name of whoever compared
	At      time.Time      `json:"at,omitzero"`
	Run     string         `json:"run"` // under which its lines are kept

	Rev int `json:"-"`
}

// ToFind is how many children somebody has to look for: they are the first of the
// records.
func (c *Reconciliation) ToFind() int {
	return c.Ledgers[reconcile.Suspected.ID()] + c.Ledgers[reconcile.Dropout.ID()]
}

// Reconciled is one child that stands in a ledger beyond that of its age, or of whom
// something is to be mended.
type Reconciled struct {
	Person  register.PersonID   `json:"person"`
	Others  []register.PersonID `json:"others,omitempty"` // further records that are the same child
	Ledger  string              `json:"ledger"`
	Status  register.Schooling  `json:"status,omitempty"`
	Reasons []string            `json:"reasons"`
	School  edu.UnitID          `json:"school,omitempty"`
	Home    edu.UnitID          `json:"home,omitempty"`
}

// Doubtful is a pair of records that may be one child's.
type Doubtful struct {
	A       register.PersonID `json:"a"`
	B       register.PersonID `json:"b"`
	Score   float64           `json:"score"`
	Numbers bool              `json:"numbers,omitempty"` // both have identity numbers, and different ones
	Said    string            `json:"-"`                 // same or other, by a person
	By      string            `json:"-"`
}

// What a person says of a pair.
const (
	SameChild   = "same"
	OtherChild  = "other"
	kindCompare = "reconciliation"
	kindDecided = "reconciliation-pair" // what a person said of a pair: one each
)

// Actions in the audit log.
const (
	listsCompared audit.Action = "register.compare"
	pairDecided   audit.Action = "register.pair"
	listDeleted   audit.Action = "register.list.delete"
)

// stored are the lists of a year and what they are in a comparison.
var stored = []struct {
	list   register.List
	back   int // years
	source reconcile.Source
}{
	{register.Register, 0, reconcile.Register}, {register.Register, 1, reconcile.Last}, {register.InClass, 0, reconcile.Roll},
	{register.Household, 0, reconcile.Household}, {register.ExPoor, 0, reconcile.Poverty}, {register.Platform, 0, reconcile.Platform},
}

// comparedBy is whose lists somebody compares: a county's, a township's, or the
// whole city's.
func comparedBy(who auth.Actor) (edu.UnitID, error) {
	switch reach := who.Reach(auth.EndCases); {
	case reach.None():
		return "", fmt.Errorf("%s: %w", auth.EndCases, fault.Forbidden)
	case reach.Whole:
		return "", nil
	case len(reach.Units) == 1:
		return reach.Units[0], nil
	}
	return "", auth.Refuse(fault.Invalid, "您负责多个单位，请由其中一个单位的账号比对", "you act for several units: compare with an account of one of them")
}

func entryOf(c register.Child, id register.Identity) reconcile.Entry {
	e := reconcile.Entry{Identity: id, Born: c.Born, Sex: c.Sex, Unit: c.School, Home: c.Home, Grade: c.Grade, Status: c.Schooling,
		Groups: c.Groups, From: c.From, Until: c.Until, Case: c.Case, Person: c.Person}
	if c.Proof != "" || c.ProofKind != "" {
		e.Marks |= reconcile.Proof
	}
	if c.Approved != "" || c.Approval != "" {
		e.Marks |= reconcile.Approved
	}
	if e.Left = c.Left; c.Left == 0 {
		return e
	}
	if c.Received {
		e.Marks |= reconcile.Receipt
	}
	if c.Schooling == "" || c.Schooling == register.Enrolled {
		// Some kinds of leaving say where a child is.
		switch c.Leaving {
		case register.Graduation:
			e.Status = register.Graduated
		case register.Death:
			e.Status = register.Dead
		case register.Abroad:
			e.Status = register.Elsewhere
		}
	}
	return e
}

// take puts the counts of a comparison into what is kept, and gives its records, those
// to be looked for first.
func (out *Reconciliation) take(res *reconcile.Result) (list []Reconciled) {
	out.Children = res.Len()
	n := res.Counts()
	for l := reconcile.NoLedger; l <= reconcile.Dropout; l++ {
		out.Ledgers[l.ID()] = n.Ledgers[l]
	}
	for _, reason := range reconcile.Reasons() {
		if n.Reasons[reason] > 0 {
			out.Reasons[reason.ID()] = n.Reasons[reason]
		}
	}
	out.Away = map[string]int{}
	for _, why := range reconcile.Accounted {
		if n := n.Reasons[why]; n > 0 {
			out.Away[why.ID()] = n
		}
	}
	for _, i := range res.Select(func(l reconcile.Ledger, s reconcile.Set) bool {
		return l >= reconcile.Suspected || s&^(1<<reconcile.NotOnHousehold|1<<reconcile.Finished|1<<reconcile.JoinedByName|1<<reconcile.ElsewhereProof) != 0
	}) {
		o := res.Outcome(i)
		rec := Reconciled{Person: o.Person, Ledger: o.Ledger.ID(), Status: o.Status, Reasons: []string{}, School: o.Unit, Home: o.Home}
		for _, reason := range o.Reasons {
			rec.Reasons = append(rec.Reasons, reason.ID())
		}
		for _, row := range o.Rows {
			if row.Person != "" && row.Person != o.Person && !slices.Contains(rec.Others, row.Person) {
				rec.Others = append(rec.Others, row.Person)
			}
		}
		list = append(list, rec)
	}
	// Who is to be looked for stands first.
	rank := func(r Reconciled) int {
		for l := reconcile.Dropout; l > reconcile.NoLedger; l-- {
			if r.Ledger == l.ID() {
				return -int(l)
			}
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b Reconciled) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.School, b.School), cmp.Compare(a.Person, b.Person))
	})
	out.Records = len(list)
	return list
}
