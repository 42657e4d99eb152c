package flow

import (
	"context"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// Grant gives a role over a part of the tree to an account.
func (a *Accounts) Grant(ctx context.Context, who auth.Actor, id string, g auth.Grant) error {
	tree, err := a.city.store.Tree(ctx, local)
	if err != nil {
		return err
	}
	return a.change(ctx, who, auth.GrantRoles, id, func(l *store.Login) (store.Change, error) {
		if err := auth.MayGrant(who, l.Account, g, holdsIn(tree)); err != nil {
			return store.Change{}, err
		}
		if l.Closed {
			return store.Change{}, closedAlready()
		}
		if slices.Contains(l.Grants, g) {
			return store.Change{}, auth.Refuse(fault.Conflict, "该账号已有此角色", "the account has this role already")
		}
		if err := checkGrant(tree, g); err != nil {
			return store.Change{}, err
		}
		l.Grants = append(l.Grants, g)
		if err := auth.CheckGrants(l.Grants); err != nil {
			return store.Change{}, err
		}
		return store.Change{Audit: []audit.Record{a.line(ctx, who, auth.GrantRoles, audit.RoleGranted, grantText(g), id)}}, nil
	})
}

// Revoke takes a role away. It works from the next request on.
func (a *Accounts) Revoke(ctx context.Context, who auth.Actor, id string, g auth.Grant) error {
	holds, err := a.holds(ctx)
	if err != nil {
		return err
	}
	return a.change(ctx, who, auth.GrantRoles, id, func(l *store.Login) (store.Change, error) {
		if err := auth.MayGrant(who, l.Account, g, holds); err != nil {
			return store.Change{}, err
		}
		i := slices.Index(l.Grants, g)
		if i < 0 {
			return store.Change{}, auth.Refuse(fault.NotFound, "该账号没有此角色", "the account does not have this role")
		}
		l.Grants = slices.Delete(l.Grants, i, i+1)
		return store.Change{Others: notLast(g), Audit: []audit.Record{a.line(ctx, who, auth.GrantRoles, audit.RoleRevoked, grantText(g), id)}}, nil
	})
}

// notLast refuses to take the last administrator of a kind away: nobody could
// then keep accounts, grant roles or read the log.
func notLast(taken ...auth.Grant) func(held []auth.Grant) error {
	return func(held []auth.Grant) error {
		for _, g := range taken {
			if g.Role.Admin() && g.Whole && !slices.Contains(held, g) {
				return auth.Refuse(fault.Conflict, "这是最后一名此类管理员，请先授予他人", "this is the last administrator of the kind; grant the role to somebody else first")
			}
		}
		return nil
	}
}

// Unlock lets a locked account try again at once.
func (a *Accounts) Unlock(ctx context.Context, who auth.Actor, id string) error {
	holds, err := a.holds(ctx)
	if err != nil {
		return err
	}
	return a.change(ctx, who, auth.GrantRoles, id, func(l *store.Login) (store.Change, error) {
		if err := auth.MayUnlock(who, l.Account, holds); err != nil {
			return store.Change{}, err
		}
		return store.Change{Forgive: true, Audit: []audit.Record{a.line(ctx, who, auth.GrantRoles, audit.AccountUnlocks, "", id)}}, nil
	})
}
