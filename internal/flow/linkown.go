package flow

import (
	"context"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// LinkOwn ties the account of who asks to an identity that a provider vouched
// for. One that is tied already stays so until an administrator loosens it:
// whoever finds an open session must not make it a way in that lasts.
func (a *Accounts) LinkOwn(ctx context.Context, who auth.Actor, issuer, subject string) error {
	if issuer == "" || subject == "" {
		return auth.Refuse(fault.Invalid, "须同时给出签发者和标识", "an identity is an issuer and a subject")
	}
	was, err := a.own(ctx, who)
	if err != nil {
		return err
	}
	if was.Issuer != "" {
		return auth.Refuse(fault.Conflict, "账号已关联统一身份认证，须由系统管理员先解除", "the account is tied to an identity; a system administrator must loosen it first")
	}
	return a.changeOwn(ctx, was, func(l *store.Login) (store.Change, error) {
		l.Issuer, l.Subject = issuer, subject
		return store.Change{Audit: []audit.Record{a.line(ctx, who, "", audit.AccountLinked, issuer, l.ID)}}, nil
	})
}
