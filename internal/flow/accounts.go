package flow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// Accounts is sign-in and the keeping of the accounts of a city. Every act is
// one transaction with its line in the audit log.
type Accounts struct {
	city   *City
	policy auth.Policy
	hash   hasher
	limits *limiter
	now    func() time.Time
}

// hasher makes and checks hashes of passwords.
type hasher interface {
	Hash(ctx context.Context, password string) (string, error)
	Verify(ctx context.Context, hash, password string) (ok, old bool, err error)
}

// AccountOptions are what a city can set; zero fields take the defaults.
type AccountOptions struct {
	Policy auth.Policy
	Cost   auth.Cost
	Now    func() time.Time
}

// NewAccounts gives the accounts of a city. A process makes it once: what was
// tried from which address is counted in it.
func NewAccounts(c *City, opt AccountOptions) *Accounts {
	a := &Accounts{city: c, policy: opt.Policy, hash: auth.NewHasher(opt.Cost), now: opt.Now}
	if a.policy.MinLength == 0 {
		a.policy = auth.DefaultPolicy
	}
	if a.now == nil {
		a.now = time.Now
	}
	a.limits = newLimiter(a.policy)
	return a
}

// Policy are the rules in force.
func (a *Accounts) Policy(context.Context) auth.Policy { return a.policy }

// List gives one page of the accounts that the actor keeps or grants roles to,
// by login name, and how many there are.
func (a *Accounts) List(ctx context.Context, who auth.Actor, f auth.AccountFilter) ([]auth.Account, int, error) {
	all, err := a.city.store.Accounts(ctx, scopeOf(both(who.Reach(auth.KeepUsers), who.Reach(auth.GrantRoles)), store.Reader))
	if err != nil {
		return nil, 0, err
	}
	holds, err := a.holds(ctx)
	if err != nil {
		return nil, 0, err
	}
	query := strings.ToLower(strings.TrimSpace(f.Query))
	all = slices.DeleteFunc(all, func(x auth.Account) bool {
		return query != "" && !strings.Contains(strings.ToLower(x.Login), query) && !strings.Contains(strings.ToLower(x.Name), query) ||
			f.Unit != "" && !holds(f.Unit, x.Unit) ||
			f.Role != "" && !slices.ContainsFunc(x.Grants, func(g auth.Grant) bool { return g.Role == f.Role })
	})
	n := len(all)
	if f.Limit <= 0 {
		f.Limit = 50
	}
	lo := min(max(0, f.Offset), n)
	return all[lo:min(n, lo+f.Limit)], n, nil
}

// Made is a new account with the one-time code by which it is first used.
type Made struct {
	auth.Account
	Code  string
	Until time.Time
}

// Make makes an account. It has no password: whoever gets the code sets one.
// Roles are granted by a security administrator; only the operator at the
// machine may give them at once.
func (a *Accounts) Make(ctx context.Context, who auth.Actor, x auth.Account) (auth.Account, string, error) {
	made, err := a.MakeAll(ctx, who, []auth.Account{x})
	if err != nil {
		return auth.Account{}, "", err
	}
	return made[0].Account, made[0].Code, nil
}

// MakeAll makes accounts, all of them or none.
func (a *Accounts) MakeAll(ctx context.Context, who auth.Actor, xs []auth.Account) ([]Made, error) {
	tree, err := a.city.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	now := a.now()
	made, logins := make([]Made, len(xs)), make([]store.Login, len(xs))
	for i, x := range xs {
		x = auth.Account{ID: auth.NewID(), Login: strings.TrimSpace(x.Login), Name: strings.TrimSpace(x.Name), Unit: x.Unit, Phone: strings.TrimSpace(x.Phone),
			Mail: strings.TrimSpace(x.Mail), Grants: x.Grants, Made: now, Issuer: x.Issuer, Subject: x.Subject}
		if err := checkNew(tree, who, x); err != nil {
			return nil, ofMany(len(xs), x.Login, err)
		}
		made[i] = Made{x, auth.NewCode(), now.Add(a.policy.CodeFor)}
		logins[i] = store.Login{Account: x, CodeUntil: made[i].Until}
	}
	// The hashes of a whole county's codes take a minute; the hasher sees to it
	// that they do not take the memory.
	errs := make([]error, len(xs))
	var wg sync.WaitGroup
	for i := range made {
		wg.Go(func() { logins[i].Code, errs[i] = a.hash.Hash(ctx, made[i].Code) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	err = a.city.store.MakeLogins(ctx, scopeOf(who.Reach(auth.KeepUsers), store.Editor), logins, func(i int) store.Change {
		c := store.Change{Audit: []audit.Record{a.line(ctx, who, auth.KeepUsers, audit.AccountMade, xs[i].Login, made[i].ID)}}
		for _, g := range logins[i].Grants {
			c.Audit = append(c.Audit, a.line(ctx, who, auth.GrantRoles, audit.RoleGranted, grantText(g), made[i].ID))
		}
		return c
	})
	return made, err
}

// ofMany says of which of several accounts a refusal speaks.
func ofMany(n int, login string, err error) error {
	no, refused := errors.AsType[*auth.Refusal](err)
	if n < 2 || !refused {
		return err
	}
	said := &auth.Refusal{Kind: no.Kind}
	for _, t := range no.Texts {
		said.Texts = append(said.Texts, edu.Text{ZH: login + "：" + t.ZH, EN: login + ": " + t.EN})
	}
	return said
}

// checkNew refuses an account that could not be or must not be made.
func checkNew(tree *edu.Tree, who auth.Actor, x auth.Account) error {
	if err := auth.CheckLogin(x.Login); err != nil {
		return err
	}
	if x.Name == "" || len(x.Name) > 200 || len(x.Phone) > 40 || len(x.Mail) > 200 {
		return auth.Refuse(fault.Invalid, "须填写姓名；姓名、电话、邮箱不得过长", "a name is wanted; name, phone and mail must not be too long")
	}
	if x.Unit != "" {
		if _, ok := tree.Unit(x.Unit); !ok {
			return noUnit(x.Unit)
		}
	}
	if len(x.Grants) > 0 && !who.Local {
		return auth.Refuse(fault.Forbidden, "账号建立后由安全管理员授予角色", "roles are granted by a security administrator once the account is made")
	}
	if err := auth.MayKeep(who, x, holdsIn(tree)); err != nil {
		return err
	}
	for _, g := range x.Grants {
		if err := checkGrant(tree, g); err != nil {
			return err
		}
	}
	return auth.CheckGrants(x.Grants)
}

func noUnit(id edu.UnitID) error {
	return auth.Refuse(fault.Invalid, "没有单位“"+string(id)+"”", "there is no unit "+string(id))
}

// checkGrant refuses a role over a unit that does not exist or does not fit it.
func checkGrant(tree *edu.Tree, g auth.Grant) error {
	level := edu.Root
	if !g.Whole {
		u, ok := tree.Unit(g.Unit)
		if !ok {
			return noUnit(g.Unit)
		}
		level = u.Level
	}
	return auth.CheckLevel(g, level)
}

// Close closes an account for good: its sessions and keys end, its past in the
// log stays.
func (a *Accounts) Close(ctx context.Context, who auth.Actor, id string, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return auth.Refuse(fault.Invalid, "请填写停用原因", "say why the account is closed")
	}
	return a.keep(ctx, who, id, func(l *store.Login) (store.Change, error) {
		if l.Closed {
			return store.Change{}, closedAlready()
		}
		l.Closed, l.Code, l.Secret, l.TOTP = true, "", "", false
		return store.Change{EndSessions: true, EndTokens: true, Others: notLast(l.Grants...), Audit: []audit.Record{a.line(ctx, who, auth.KeepUsers, audit.AccountClosed, reason, id)}}, nil
	})
}

func closedAlready() error {
	return auth.Refuse(fault.Conflict, "账号已停用", "the account is closed")
}

// RecoveryCode makes a one-time code by which the owner of an account sets a
// new password. It replaces an earlier one; the old password stays until then.
func (a *Accounts) RecoveryCode(ctx context.Context, who auth.Actor, id string) (code string, until time.Time, err error) {
	code, until = auth.NewCode(), a.now().Add(a.policy.CodeFor)
	hash, err := a.hash.Hash(ctx, code)
	if err != nil {
		return "", time.Time{}, err
	}
	err = a.keep(ctx, who, id, func(l *store.Login) (store.Change, error) {
		if l.Closed {
			return store.Change{}, closedAlready()
		}
		l.Code, l.CodeUntil = hash, until
		return store.Change{Audit: []audit.Record{a.line(ctx, who, auth.KeepUsers, audit.RecoveryMade, "", id)}}, nil
	})
	if err != nil {
		return "", time.Time{}, err
	}
	return code, until, nil
}

// Link ties an account to an identity of a provider, or with empty ones unties it.
func (a *Accounts) Link(ctx context.Context, who auth.Actor, id, issuer, subject string) error {
	if (issuer == "") != (subject == "") {
		return auth.Refuse(fault.Invalid, "须同时给出签发者和标识", "an identity is an issuer and a subject")
	}
	return a.keep(ctx, who, id, func(l *store.Login) (store.Change, error) {
		l.Issuer, l.Subject = issuer, subject
		return store.Change{Audit: []audit.Record{a.line(ctx, who, auth.KeepUsers, audit.AccountLinked, issuer, id)}}, nil
	})
}

// keep changes an account that the actor may keep. Nobody closes or recovers the
// own one: for that there is the own page.
func (a *Accounts) keep(ctx context.Context, who auth.Actor, id string, do func(*store.Login) (store.Change, error)) error {
	holds, err := a.holds(ctx)
	if err != nil {
		return err
	}
	return a.change(ctx, who, auth.KeepUsers, id, func(l *store.Login) (store.Change, error) {
		if err := auth.MayKeep(who, l.Account, holds); err != nil {
			return store.Change{}, err
		}
		if !who.Local && who.Account == l.ID {
			return store.Change{}, auth.Refuse(fault.Forbidden, "不得对本人账号办理", "nobody does this to the own account")
		}
		return do(l)
	})
}

// change changes an account of the actor's part for a permission.
func (a *Accounts) change(ctx context.Context, who auth.Actor, p auth.Permission, id string, do func(*store.Login) (store.Change, error)) error {
	_, err := a.city.store.ChangeLogin(ctx, scopeOf(who.Reach(p), store.Editor), id, do)
	return err
}

// holds is the tree as rules ask for it.
func (a *Accounts) holds(ctx context.Context) (auth.Holds, error) {
	tree, err := a.city.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	return holdsIn(tree), nil
}

// line is a line of the log: who did what to which account.
func (a *Accounts) line(ctx context.Context, who auth.Actor, p auth.Permission, act audit.Action, detail, object string) audit.Record {
	r := audit.Record{At: a.now(), Account: who.Account, Action: act, Object: object, Detail: detail, Remote: auth.Remote(ctx)}
	if who.Local {
		r.Account = "local"
	}
	if i := slices.IndexFunc(who.Grants, func(g auth.Grant) bool { return p != "" && g.Role.May(p) }); i >= 0 {
		r.Role = string(who.Grants[i].Role)
	}
	return r
}

func grantText(g auth.Grant) string {
	if g.Whole {
		return string(g.Role) + " over all"
	}
	return string(g.Role) + " over " + string(g.Unit)
}

// notFound tells that nothing answers to a name, where that is no failure.
func notFound(err error) bool { return errors.Is(err, fault.NotFound) }
