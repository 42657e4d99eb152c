package flow

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// What people do with their own accounts.

// ChangePassword sets a new password; the account's other sessions end.
func (a *Accounts) ChangePassword(ctx context.Context, who auth.Actor, old, new string) error {
	l, err := a.own(ctx, who)
	if err != nil {
		return err
	}
	if err := a.prove(ctx, l, old); err != nil {
		return err
	}
	hash, err := a.newPassword(ctx, l, new)
	if err != nil {
		return err
	}
	return a.changeOwn(ctx, l, func(now *store.Login) (store.Change, error) {
		a.setPassword(now, hash)
		return store.Change{EndSessions: true, Spare: who.Session, Forgive: true, Audit: []audit.Record{a.line(ctx, who, "", audit.PasswordSet, "", l.ID)}}, nil
	})
}

// Recover sets a new password by a one-time code. Whoever has the code was known
// to an administrator, so a lost second factor goes too; sessions and keys end.
func (a *Accounts) Recover(ctx context.Context, name, code, password string) error {
	name = strings.ToLower(strings.TrimSpace(name))
	giveBack, err := a.limits.take(a.now(), auth.Remote(ctx), "recover "+name)
	if err != nil {
		return err
	}
	if err := a.policy.CheckPassword(password, name); err != nil {
		giveBack()
		return err
	}
	l, err := a.find(ctx, name)
	if err != nil {
		return err
	}
	kept := l.Code
	if l.Closed || !a.now().Before(l.CodeUntil) {
		kept = ""
	}
	ok, _, err := a.hash.Verify(ctx, kept, auth.ReadCode(code))
	if err != nil {
		return err
	}
	if !ok {
		rec := a.line(ctx, auth.Actor{}, "", audit.PasswordWrong, "one-time code", l.ID)
		rec.Unit = l.Unit
		if err := a.city.store.Log(ctx, local, rec); err != nil {
			return err
		}
		return auth.ErrRefused
	}
	giveBack()
	if l, err = a.city.store.LoginByID(ctx, l.ID); err != nil {
		return err
	}
	hash, err := a.newPassword(ctx, l, password)
	if err != nil {
		return err
	}
	_, err = a.city.store.ChangeLogin(ctx, local, l.ID, func(now *store.Login) (store.Change, error) {
		if now.Closed || now.Code != kept || now.Code == "" {
			return store.Change{}, auth.ErrRefused // somebody used it first
		}
		c := store.Change{EndSessions: true, EndTokens: true, Forgive: true, Audit: []audit.Record{a.line(ctx, now.Actor(), "", audit.RecoveryUsed, "", l.ID)}}
		if now.TOTP {
			c.Audit = append(c.Audit, a.line(ctx, now.Actor(), "", audit.TOTPOff, "by recovery", l.ID))
		}
		a.setPassword(now, hash)
		now.Code, now.CodeUntil, now.TOTP, now.Secret, now.Step = "", time.Time{}, false, "", 0
		return c, nil
	})
	return err
}

// own is the actor's account with all that is kept of it.
func (a *Accounts) own(ctx context.Context, who auth.Actor) (*store.Login, error) {
	if who.Account == "" {
		return nil, fmt.Errorf("an account is wanted: %w", fault.Forbidden)
	}
	l, err := a.city.store.LoginByID(ctx, who.Account)
	if err == nil && l.Closed {
		err = auth.ErrRefused
	}
	return l, err
}

// prove asks for the password again. A wrong one counts as at sign-in: whoever
// finds a browser open must not try there without end.
func (a *Accounts) prove(ctx context.Context, l *store.Login, password string) error {
	now := a.now()
	if l.LockedUntil.After(now) {
		return &auth.Locked{Until: l.LockedUntil}
	}
	giveBack, err := a.limits.take(now, auth.Remote(ctx), strings.ToLower(l.Login))
	if err != nil {
		return err
	}
	ok, _, err := a.hash.Verify(ctx, l.Password, password)
	if err != nil {
		return err
	}
	if !ok {
		return a.fail(ctx, strings.ToLower(l.Login), l, auth.ErrRefused, audit.PasswordWrong, "own page")
	}
	giveBack()
	return nil
}

// newPassword checks a new password by all rules and gives its hash.
func (a *Accounts) newPassword(ctx context.Context, l *store.Login, password string) (string, error) {
	if err := a.policy.CheckPassword(password, l.Login); err != nil {
		return "", err
	}
	for _, h := range former(a.policy, l) {
		if same, _, err := a.hash.Verify(ctx, h, password); err != nil {
			return "", err
		} else if same {
			return "", a.policy.Reused()
		}
	}
	return a.hash.Hash(ctx, password)
}

// former are the passwords that may not come back, the present one first.
func former(p auth.Policy, l *store.Login) []string {
	var hs []string
	if l.Password != "" {
		hs = append(hs, l.Password)
	}
	hs = append(hs, l.Former...)
	return hs[:min(len(hs), p.HistorySize)]
}

func (a *Accounts) setPassword(l *store.Login, hash string) {
	l.Former = former(a.policy, l)
	l.Password, l.Change = hash, false
}

// changeOwn changes the own account, if it is still as it was read.
func (a *Accounts) changeOwn(ctx context.Context, was *store.Login, do func(*store.Login) (store.Change, error)) error {
	_, err := a.city.store.ChangeLogin(ctx, local, was.ID, func(now *store.Login) (store.Change, error) {
		if now.Closed || now.Password != was.Password || now.Secret != was.Secret || now.TOTP != was.TOTP {
			return store.Change{}, fmt.Errorf("the account was changed meanwhile: %w", fault.Conflict)
		}
		return do(now)
	})
	return err
}

// BeginTOTP gives a secret for an authenticator app. It counts once a first code
// has confirmed it.
func (a *Accounts) BeginTOTP(ctx context.Context, who auth.Actor) (secret, uri string, err error) {
	l, err := a.own(ctx, who)
	if err != nil {
		return "", "", err
	}
	if l.TOTP {
		return "", "", auth.Refuse(fault.Conflict, "已启用动态验证码", "the second factor is on already")
	}
	if secret, uri, err = auth.NewTOTP(cmp.Or(a.city.Name().In("zh"), "Shuren"), l.Login); err != nil {
		return "", "", err
	}
	return secret, uri, a.changeOwn(ctx, l, func(now *store.Login) (store.Change, error) {
		now.Secret, now.Step = secret, 0
		return store.Change{}, nil
	})
}

// ConfirmTOTP switches the second factor on.
func (a *Accounts) ConfirmTOTP(ctx context.Context, who auth.Actor, code string) error {
	l, err := a.own(ctx, who)
	if err != nil {
		return err
	}
	if l.TOTP || l.Secret == "" {
		return auth.Refuse(fault.Conflict, "请先生成动态验证码密钥", "begin with a new secret")
	}
	step, ok := auth.CheckTOTP(l.Secret, code, a.now(), l.Step)
	if !ok {
		return auth.ErrCode
	}
	return a.changeOwn(ctx, l, func(now *store.Login) (store.Change, error) {
		now.TOTP, now.Step = true, step
		return store.Change{Audit: []audit.Record{a.line(ctx, who, "", audit.TOTPOn, "", l.ID)}}, nil
	})
}

// DropTOTP switches the second factor off, unless a role must have it.
func (a *Accounts) DropTOTP(ctx context.Context, who auth.Actor, password string) error {
	l, err := a.own(ctx, who)
	if err != nil {
		return err
	}
	if a.policy.NeedsTOTP(l.Grants) {
		return auth.Refuse(fault.Forbidden, "您的角色必须使用动态验证码", "your role must have a second factor")
	}
	if err := a.prove(ctx, l, password); err != nil {
		return err
	}
	return a.changeOwn(ctx, l, func(now *store.Login) (store.Change, error) {
		now.TOTP, now.Secret, now.Step = false, "", 0
		return store.Change{Audit: []audit.Record{a.line(ctx, who, "", audit.TOTPOff, "", l.ID)}}, nil
	})
}

const (
	// tokenPrefix lets scanners of published files find a key that got lost.
	tokenPrefix = "shuren_"
	maxTokens   = 20
	maxDays     = 366
)

// MakeToken makes a key of the API with the reach of the account. It is shown
// once.
func (a *Accounts) MakeToken(ctx context.Context, who auth.Actor, label string, days int) (token string, err error) {
	label = strings.TrimSpace(label)
	if label == "" || len(label) > 100 || days < 1 || days > maxDays {
		return "", auth.Refuse(fault.Invalid, fmt.Sprintf("须填写用途，有效期1至%d天", maxDays), fmt.Sprintf("say what the key is for; it is good for 1 to %d days", maxDays))
	}
	l, err := a.own(ctx, who)
	if err != nil {
		return "", err
	}
	have, err := a.city.store.Tokens(ctx, l.ID)
	if err != nil {
		return "", err
	}
	if len(have) >= maxTokens {
		return "", auth.Refuse(fault.Conflict, fmt.Sprintf("每个账号最多%d个密钥", maxTokens), fmt.Sprintf("an account has at most %d keys", maxTokens))
	}
	secret, _ := auth.NewSecret()
	token = tokenPrefix + secret
	now := a.now()
	row := store.TokenRow{Hash: auth.HashSecret(token), Token: auth.Token{ID: auth.NewID(), Label: label, Made: now, Until: now.AddDate(0, 0, days)}}
	return token, a.changeOwn(ctx, l, func(*store.Login) (store.Change, error) {
		return store.Change{Token: &row, Audit: []audit.Record{a.line(ctx, who, "", audit.TokenMade, label, row.ID)}}, nil
	})
}

// Tokens lists the actor's keys, the newest first.
func (a *Accounts) Tokens(ctx context.Context, who auth.Actor) ([]auth.Token, error) {
	if who.Account == "" {
		return nil, nil
	}
	return a.city.store.Tokens(ctx, who.Account)
}

// DropToken drops one of the actor's keys.
func (a *Accounts) DropToken(ctx context.Context, who auth.Actor, id string) error {
	return a.city.store.DropToken(ctx, who.Account, id, a.line(ctx, who, "", audit.TokenDropped, "", id))
}

// Token gives the account of a key.
func (a *Accounts) Token(ctx context.Context, secret string) (auth.Session, error) {
	now := a.now()
	if !strings.HasPrefix(secret, tokenPrefix) {
		return auth.Session{}, auth.ErrRefused
	}
	l, t, err := a.city.store.Token(ctx, auth.HashSecret(secret))
	if notFound(err) || err == nil && (l.Closed || !now.Before(t.Until)) {
		return auth.Session{}, auth.ErrRefused
	}
	if err != nil {
		return auth.Session{}, err
	}
	if now.Sub(t.Used) > 10*time.Minute {
		if err := a.city.store.TokenUsed(ctx, t.ID, now); err != nil {
			return auth.Session{}, err
		}
	}
	return auth.Session{Account: l.Account, Actor: l.Actor(), Began: t.Made, Idle: t.Until, Ends: t.Until, Change: l.Change}, nil
}
