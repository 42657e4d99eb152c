// What may become of a scheme: one table.

package teams

import (
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Act is what somebody does with a scheme.
type Act string

const (
	Save    Act = "save"    // the school changes it
	Send    Act = "send"    // the school sends it to the county
	Approve Act = "approve" // the county
	Return  Act = "return"  // the county
)

// schemeSteps say which state follows from which act; ByCounty are the county's.
var schemeSteps = map[string]map[Act]string{
	"":             {Save: SchemeDraft},
	SchemeDraft:    {Save: SchemeDraft, Send: SchemeSent},
	SchemeSent:     {Approve: SchemeApproved, Return: SchemeReturned},
	SchemeReturned: {Save: SchemeDraft, Send: SchemeSent},
	SchemeApproved: {Save: SchemeDraft}, // a change needs a new approval
}

// ByCounty tells whether an act is the county's.
func (a Act) ByCounty() bool { return a == Approve || a == Return }

// Step makes the next state of a scheme. A changed scheme has no approval.
func (s *Scheme) Step(a Act) error {
	next, ok := schemeSteps[s.State][a]
	if !ok {
		return fmt.Errorf("%s of a scheme that is %s: %w", a, s.State, fault.Conflict)
	}
	if a == Save || a == Send {
		s.Approval = ""
	}
	s.State = next
	return nil
}

// Can tells whether an act is open.
func (s *Scheme) Can(a Act) bool { return schemeSteps[s.State][a] != "" }

// Pool is what a school has to share in a year: sums, and nothing of a person.
type Pool struct {
	Rev       int        `json:"-"`
	Unit      edu.UnitID `json:"-"`
	Year      int        `json:"year"` // calendar year
	Basic     Fen        `json:"basic"`
	Incentive Fen        `json:"incentive"`
	Source    string     `json:"source"`
}

// Pay is what a county says of pay in a calendar year: sums on both sides.
type Pay struct {
	Rev      int    `json:"-"`
	Teachers PaySum `json:"teachers"`
	Civil    PaySum `json:"civil"`
}
