package auth

import (
	"errors"
	"time"

	"shuren/internal/edu"
)

// What sign-in answers when it says no.
var (
	// ErrRefused: name or password is wrong, or the session has ended.
	ErrRefused = errors.New("sign-in refused")
	// ErrLocked: too many failures; wait, or ask an administrator.
	ErrLocked = errors.New("account locked for a while")
	// ErrCode: the code of the second factor is wanted, or it was wrong.
	ErrCode = errors.New("one-time code wanted")
	// ErrChange: the password must be changed before anything else.
	ErrChange = errors.New("password must be changed")
)

// Account is a person's way in.
type Account struct {
	ID     string // random; what logs name
	Login  string // what is typed: letters, digits, . - _; unique without regard to case
	Name   string // of the person
	Unit   edu.UnitID
	Phone  string
	Mail   string
	Grants []Grant
	TOTP   bool
	// Change: the password was set by somebody else and must be changed.
	Change      bool
	Closed      bool
	LockedUntil time.Time
	LastIn      time.Time
	Made        time.Time
	// Issuer and Subject tie the account to an identity provider, empty if none.
	Issuer, Subject string
}

// Actor is the account as the one who acts.
func (a Account) Actor() Actor { return Actor{Account: a.ID, Name: a.Name, Grants: a.Grants} }

// Attempt is one try to sign in.
type Attempt struct {
	Login, Password, Code string
	Remote                string // address of the client, for limits and the log
}

// Session is a signed-in account.
type Session struct {
	Account Account
	Actor   Actor
	Began   time.Time
	Idle    time.Time // when it ends if nothing happens
	Ends    time.Time // when it ends at the latest
	// Change: nothing is possible but to change the password.
	Change bool
}

// Token is a key of the API as lists show it: never the secret.
type Token struct {
	ID    string
	Label string
	Made  time.Time
	Until time.Time
	Used  time.Time
}

// AccountFilter narrows a list of accounts.
type AccountFilter struct {
	Query  string
	Role   Role
	Unit   edu.UnitID
	Offset int
	Limit  int
}

// Policy are the rules of sign-in.
type Policy struct {
	MinLength   int           // characters of a password
	Classes     int           // of upper case, lower case, digits and signs it must have
	Failures    int           // in a row before the account is locked
	LockFor     time.Duration // and for how long
	Idle        time.Duration // without a request before a session ends
	Longest     time.Duration // of a session
	CodeFor     time.Duration // that a recovery code is good
	SetUpFor    time.Duration // that the set-up credentials are good
	TOTPRoles   []Role        // roles that must have a second factor
	PerMinute   int           // sign-in attempts from one address
	HistorySize int           // former passwords that may not come back
}
