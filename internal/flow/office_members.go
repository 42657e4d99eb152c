package flow

import (
	"context"
	"errors"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// Who acts for a body is kept by account, and typed and shown by login name: an id
// says nothing to a person, and a login name may be changed.

// MemberLogins gives the login names of accounts, for those who keep bodies. One
// that is no more is shown by its id.
func (o *Office) MemberLogins(ctx context.Context, who auth.Actor, ids []string) ([]string, error) {
	if _, err := inReach(who, auth.KeepPlan, store.Reader); err != nil {
		return nil, err
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		switch a, err := o.city.store.Account(ctx, local, id); {
		case err == nil:
			out[i] = a.Login
		case errors.Is(err, fault.NotFound):
			out[i] = id
		default:
			return nil, err
		}
	}
	return out, nil
}

// MembersNamed gives the accounts of login names, for those who keep bodies. Names
// that nobody has are refused together.
func (o *Office) MembersNamed(ctx context.Context, who auth.Actor, logins []string) ([]string, error) {
	if _, err := inReach(who, auth.KeepPlan, store.Reader); err != nil {
		return nil, err
	}
	var out, unknown []string
	for _, name := range logins {
		switch l, err := o.city.store.LoginByName(ctx, name); {
		case err == nil && !l.Closed:
			out = append(out, l.ID)
		case err == nil || errors.Is(err, fault.NotFound):
			unknown = append(unknown, name)
		default:
			return nil, err
		}
	}
	if unknown != nil {
		return nil, auth.Refuse(fault.Invalid, "没有账号："+strings.Join(unknown, "、"), "there is no account "+strings.Join(unknown, ", "))
	}
	return out, nil
}
