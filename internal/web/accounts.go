package web

import (
	"context"
	"time"

	"shuren/internal/auth"
)

// Accounts is sign-in and the keeping of accounts. flow implements it; a nil
// Accounts is the local server of one person, without sign-in.
//
// The address of the client comes by auth.WithRemote. A no that has reasons for
// the person is an *auth.Refusal; ErrLocked is an *auth.Locked with the time.
// The first start needs no page of its own: it prints one-time codes for three
// administrators, who use them as in Recover.
type Accounts interface {
	// SignIn checks name and password, and the code where the account has one.
	// It gives the secret of a new session. Errors are of kind auth.ErrRefused
	// (wrong, not saying which part), auth.ErrLocked (with the time until),
	// auth.ErrCode (the second factor is wanted) or auth.ErrChange (the password
	// must be changed first; the session can do nothing else).
	SignIn(ctx context.Context, s auth.Attempt) (secret string, a auth.Account, err error)
	// Session gives the account of a session and counts the visit; an idle or
	// ended one is auth.ErrRefused.
	Session(ctx context.Context, secret string) (auth.Session, error)
	SignOut(ctx context.Context, secret string) error
	// ChangePassword ends the account's other sessions; who.Session is spared.
	ChangePassword(ctx context.Context, who auth.Actor, old, new string) error
	// Recover sets a new password by a one-time code that an administrator made.
	// Sessions, keys and a second factor from before are gone.
	Recover(ctx context.Context, name, code, password string) error
	// TOTP: Begin gives a secret to scan, Confirm switches it on by a first code.
	BeginTOTP(ctx context.Context, who auth.Actor) (secret, uri string, err error)
	ConfirmTOTP(ctx context.Context, who auth.Actor, code string) error
	DropTOTP(ctx context.Context, who auth.Actor, password string) error
	// SignInOIDC signs in who an identity provider vouched for.
	SignInOIDC(ctx context.Context, issuer, subject, remote string) (secret string, a auth.Account, err error)

	// The keeping of accounts: system administrators make, close and recover,
	// security administrators grant roles and unlock. Each within the own reach.
	List(ctx context.Context, who auth.Actor, f auth.AccountFilter) ([]auth.Account, int, error)
	Make(ctx context.Context, who auth.Actor, a auth.Account) (made auth.Account, code string, err error)
	Close(ctx context.Context, who auth.Actor, id string, reason string) error
	RecoveryCode(ctx context.Context, who auth.Actor, id string) (code string, until time.Time, err error)
	Grant(ctx context.Context, who auth.Actor, id string, g auth.Grant) error
	Revoke(ctx context.Context, who auth.Actor, id string, g auth.Grant) error
	Unlock(ctx context.Context, who auth.Actor, id string) error
	// Tokens of the API belong to an account and have its reach.
	MakeToken(ctx context.Context, who auth.Actor, label string, days int) (token string, err error)
	Tokens(ctx context.Context, who auth.Actor) ([]auth.Token, error)
	DropToken(ctx context.Context, who auth.Actor, id string) error
	Token(ctx context.Context, secret string) (auth.Session, error)
	// Policy are the rules in force, for pages to state.
	Policy(ctx context.Context) auth.Policy
}
