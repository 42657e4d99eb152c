// Package register holds what is kept of one person: a child of school age, and
// a member of staff.
//
// Who somebody is (Identity) is kept apart from what is counted of them (Child,
// Staff). The first is sealed, masked by default, and shown only for a reason
// that is logged; the second has no name and no number, so engines, lists and
// logs may hold it.
package register

import "shuren/internal/edu"

// PersonID names a record. It is made at random by this system, says nothing
// about the person, and may stand in addresses and logs.
type PersonID string

// Identity is who somebody is. It is never logged, never part of an address,
// an error or the audit log.
type Identity struct {
	Name      string `json:"name"`
	Citizen   string `json:"citizen,omitempty"`   // identity number, GB 11643
	Student   string `json:"student,omitempty"`   // student number (学籍号): G, L or J
	Guardian  string `json:"guardian,omitempty"`  // of a child
	Relation  string `json:"relation,omitempty"`  // of the guardian to the child
	Phone     string `json:"phone,omitempty"`     // the guardian's, or one's own
	Household string `json:"household,omitempty"` // place of household registration: township, village
	Address   string `json:"address,omitempty"`   // where the person lives now
}

// Sex as the identity number and the forms say it.
type Sex uint8

const (
	UnknownSex Sex = iota
	Female
	Male
)

// Term is a word of a closed list: how it is kept, and how people say it.
type Term struct {
	ID   string
	Text edu.Text
}
