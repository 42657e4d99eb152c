package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/store"
)

// SignIn begins a session. What it answers, and how long it takes, does not
// tell whether a name exists: a name that nobody has is looked up, checked
// against a hash, counted and locked like any other.
func (a *Accounts) SignIn(ctx context.Context, try auth.Attempt) (secret string, acc auth.Account, err error) {
	now := a.now()
	ctx = auth.WithRemote(ctx, cmp.Or(try.Remote, auth.Remote(ctx)))
	name := strings.ToLower(strings.TrimSpace(try.Login))
	giveBack, err := a.limits.take(now, auth.Remote(ctx), name)
	if err != nil {
		return "", acc, err
	}
	l, err := a.find(ctx, name)
	if err != nil {
		return "", acc, err
	}
	_, _, until, err := a.city.store.Failures(ctx, name)
	if err != nil {
		return "", acc, err
	}
	if until.After(now) {
		rec := a.line(ctx, auth.Actor{}, "", audit.SignInRefused, "locked", l.ID)
		rec.Unit = l.Unit
		if err := a.city.store.Log(ctx, local, rec); err != nil {
			return "", acc, err
		}
		return "", acc, &auth.Locked{Until: until}
	}
	ok, old, err := a.hash.Verify(ctx, l.Password, try.Password)
	if err != nil {
		return "", acc, err
	}
	if !ok || l.Closed {
		return "", acc, a.fail(ctx, name, l, auth.ErrRefused, audit.SignInRefused, "")
	}
	step := l.Step
	if l.TOTP {
		if strings.TrimSpace(try.Code) == "" {
			giveBack()
			return "", acc, auth.ErrCode
		}
		if step, ok = auth.CheckTOTP(l.Secret, try.Code, now, l.Step); !ok {
			return "", acc, a.fail(ctx, name, l, auth.ErrCode, audit.SignInRefused, "one-time code")
		}
	}
	newer := l.Password
	if old {
		if newer, err = a.hash.Hash(ctx, try.Password); err != nil {
			return "", acc, err
		}
	}
	secret, acc, err = a.begin(ctx, l.ID, "password", func(now *store.Login) error {
		// Whoever changed the password or used the same code meanwhile was first.
		if now.Closed || now.Password != l.Password || now.TOTP != l.TOTP || now.TOTP && step <= now.Step {
			return auth.ErrRefused
		}
		now.Password, now.Step = newer, step
		return nil
	})
	if err != nil {
		if !errors.Is(err, auth.ErrRefused) {
			giveBack() // the password was right; it was the disk that was full
		}
		return "", auth.Account{}, err
	}
	giveBack()
	if acc.Change {
		return secret, acc, auth.ErrChange
	}
	return secret, acc, nil
}

// SignInOIDC begins a session for whom an identity provider vouched. The account
// must have been tied to the identity before.
func (a *Accounts) SignInOIDC(ctx context.Context, issuer, subject, remote string) (secret string, acc auth.Account, err error) {
	ctx = auth.WithRemote(ctx, cmp.Or(remote, auth.Remote(ctx)))
	l, err := a.city.store.LoginBySubject(ctx, issuer, subject)
	if err != nil && !notFound(err) {
		return "", acc, err
	}
	if err != nil || l.Closed {
		rec := a.line(ctx, auth.Actor{}, "", audit.SignInRefused, "identity provider: no open account", "")
		if err := a.city.store.Log(ctx, local, rec); err != nil {
			return "", acc, err
		}
		return "", acc, auth.ErrRefused
	}
	return a.begin(ctx, l.ID, "identity provider", func(now *store.Login) error {
		if now.Closed || now.Issuer != issuer || now.Subject != subject {
			return auth.ErrRefused
		}
		return nil
	})
}

// begin begins a session of an account that still is as it was checked.
func (a *Accounts) begin(ctx context.Context, id, how string, still func(*store.Login) error) (string, auth.Account, error) {
	secret, hash := auth.NewSecret()
	now := a.now()
	acc, err := a.city.store.ChangeLogin(ctx, local, id, func(l *store.Login) (store.Change, error) {
		if err := still(l); err != nil {
			return store.Change{}, err
		}
		l.LastIn, l.LockedUntil = now, time.Time{}
		return store.Change{
			Session: &store.SessionRow{Hash: hash, Began: now, Seen: now}, Forgive: true,
			Audit: []audit.Record{a.line(ctx, l.Actor(), "", audit.SignIn, how, id)},
		}, nil
	})
	return secret, acc, err
}

// find gives the account of a name; one that nobody has is empty.
func (a *Accounts) find(ctx context.Context, name string) (*store.Login, error) {
	l, err := a.city.store.LoginByName(ctx, name)
	if notFound(err) {
		return &store.Login{}, nil
	}
	return l, err
}

// fail counts a failure of a name and gives what to answer: kind, or that the
// name is locked now. The name is not logged where nobody has it: people type
// passwords into that field.
func (a *Accounts) fail(ctx context.Context, name string, l *store.Login, kind error, act audit.Action, detail string) error {
	now := a.now()
	var unit edu.UnitID
	if l.ID != "" {
		unit = l.Unit
	} else {
		detail = "unknown name"
	}
	until, err := a.city.store.Failed(ctx, name, now, now.Add(-auth.ForgetAfter), func(failed int) time.Time { return a.policy.LockedUntil(failed, now) }, unit,
		func(until time.Time) []audit.Record {
			lines := []audit.Record{a.line(ctx, auth.Actor{}, "", act, detail, l.ID)}
			if !until.IsZero() {
				lines = append(lines, a.line(ctx, auth.Actor{}, "", audit.SignInLocked, "until "+until.UTC().Format(time.RFC3339), l.ID))
			}
			return lines
		})
	if err != nil {
		return err
	}
	if !until.IsZero() {
		return &auth.Locked{Until: until}
	}
	return kind
}

// Session gives the account of a session and counts the visit.
func (a *Accounts) Session(ctx context.Context, secret string) (auth.Session, error) {
	now := a.now()
	l, row, err := a.city.store.Session(ctx, auth.HashSecret(secret))
	if notFound(err) {
		return auth.Session{}, auth.ErrRefused
	}
	if err != nil {
		return auth.Session{}, err
	}
	if l.Closed || a.policy.Over(row.Began, row.Seen, now) {
		rec := a.line(ctx, auth.Actor{}, "", audit.SignOut, "ended by itself", "")
		if err := a.city.store.EndSession(ctx, row.Hash, rec); err != nil {
			return auth.Session{}, err
		}
		return auth.Session{}, auth.ErrRefused
	}
	// Not every request is worth a write: a twentieth of the idle time is.
	if now.Sub(row.Seen) > min(time.Minute, a.policy.Idle/20) {
		if err := a.city.store.Seen(ctx, row.Hash, now, now.Add(-a.policy.Longest), now.Add(-a.policy.Idle)); err != nil {
			return auth.Session{}, err
		}
		row.Seen = now
	}
	s := auth.Session{Account: l.Account, Actor: l.Actor(), Began: row.Began, Change: l.Change}
	s.Actor.Session = row.Hash
	s.Idle, s.Ends = a.policy.Ends(row.Began, row.Seen)
	return s, nil
}

// SignOut ends a session; one that has ended already is no error.
func (a *Accounts) SignOut(ctx context.Context, secret string) error {
	if err := a.city.store.EndSession(ctx, auth.HashSecret(secret), a.line(ctx, auth.Actor{}, "", audit.SignOut, "", "")); err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}
