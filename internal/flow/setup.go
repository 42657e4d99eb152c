package flow

import (
	"context"
	"errors"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// setUp are the accounts that the first start makes.
var setUp = []auth.Account{
	{Login: "sysadmin", Name: "系统管理员", Grants: []auth.Grant{{Role: auth.SystemAdmin, Whole: true}}},
	{Login: "secadmin", Name: "安全管理员", Grants: []auth.Grant{{Role: auth.SecurityAdmin, Whole: true}}},
	{Login: "auditadmin", Name: "审计管理员", Grants: []auth.Grant{{Role: auth.AuditAdmin, Whole: true}}},
}

// SetUp gives one-time credentials of the three separated administrators, to be
// printed: where the database has no account it makes theirs; where theirs were
// never used and the codes have run out it makes new codes. Otherwise it gives
// none. Whoever has a code sets a password with it as in a recovery.
func (a *Accounts) SetUp(ctx context.Context) ([]Made, error) {
	now := a.now()
	until := now.Add(a.policy.SetUpFor)
	has, err := a.city.store.HasAccounts(ctx)
	if err != nil {
		return nil, err
	}
	var made []Made
	var logins []store.Login
	for _, x := range setUp {
		m := Made{Account: x, Code: auth.NewCode(), Until: until}
		m.ID, m.Made, m.Grants = auth.NewID(), now, slices.Clone(x.Grants)
		if has {
			l, err := a.find(ctx, x.Login)
			if err != nil {
				return nil, err
			}
			if l.ID == "" || l.Closed || l.Password != "" || now.Before(l.CodeUntil) {
				continue
			}
			m.Account = l.Account
		}
		hash, err := a.hash.Hash(ctx, m.Code)
		if err != nil {
			return nil, err
		}
		made = append(made, m)
		logins = append(logins, store.Login{Account: m.Account, Code: hash, CodeUntil: until})
	}
	line := func(i int) store.Change {
		return store.Change{Audit: []audit.Record{a.line(ctx, auth.Operator(), "", audit.SetUp, made[i].Login, made[i].ID)}}
	}
	if !has {
		err := a.city.store.MakeLogins(ctx, local, logins, line)
		if errors.Is(err, fault.Conflict) {
			return nil, nil // a server that started at the same time printed them
		}
		return made, err
	}
	for i := range made {
		_, err := a.city.store.ChangeLogin(ctx, local, made[i].ID, func(l *store.Login) (store.Change, error) {
			l.Code, l.CodeUntil = logins[i].Code, until
			return line(i), nil
		})
		if err != nil {
			return nil, err
		}
	}
	return made, nil
}

// Demo makes accounts with a password that everybody knows, where they are not
// yet. Only a city of made-up figures can have them.
func (a *Accounts) Demo(ctx context.Context, people []auth.Account, password string) error {
	if !a.city.Fictional() {
		return auth.Refuse(fault.Forbidden, "只有示例城市可以有公开密码的账号", "only a city of made-up figures has accounts with a known password")
	}
	hash, err := a.hash.Hash(ctx, password)
	if err != nil {
		return err
	}
	tree, err := a.city.store.Tree(ctx, local)
	if err != nil {
		return err
	}
	for _, x := range people {
		known, err := a.find(ctx, x.Login)
		if err != nil {
			return err
		}
		if known.ID != "" {
			continue
		}
		x.ID, x.Made = auth.NewID(), a.now()
		if err := checkNew(tree, auth.Operator(), x); err != nil {
			return ofMany(len(people), x.Login, err)
		}
		err = a.city.store.MakeLogins(ctx, local, []store.Login{{Account: x, Password: hash}}, func(int) store.Change {
			return store.Change{Audit: []audit.Record{a.line(ctx, auth.Operator(), "", audit.AccountMade, "demo "+x.Login, x.ID)}}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
