package cli

import (
	"context"
	"fmt"
	"os/user"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/i18n"
)

// accountCmd is what the operator at the machine does with accounts: what is
// left when no administrator can sign in, and what is done for thousands at once.
type accountCmd struct {
	List    accountListCmd    `cmd:"" help:"List accounts."`
	Make    accountMakeCmd    `cmd:"" help:"Make an account, or all of a CSV file, and print one-time codes."`
	Recover accountRecoverCmd `cmd:"" help:"Print a one-time code by which a new password is set."`
	Grant   accountGrantCmd   `cmd:"" help:"Give a role."`
	Revoke  accountRevokeCmd  `cmd:"" help:"Take a role away."`
	Unlock  accountUnlockCmd  `cmd:"" help:"Let a locked account try again."`
	Link    accountLinkCmd    `cmd:"" help:"Tie an account to an identity provider's subject, or untie it."`
	Close   accountCloseCmd   `cmd:"" help:"Close an account for good."`
}

func operator() auth.Actor { return auth.Operator() }

// office is the accounts of a database and who the operator is, for the log.
type office struct {
	*flow.Accounts
	city *flow.City
	ctx  context.Context
	app  *app
}

func (a *app) office(db dbName) (*office, error) {
	city, err := openCity(a, string(db), "", false)
	if err != nil {
		return nil, err
	}
	o := &office{Accounts: flow.NewAccounts(city, flow.AccountOptions{}), city: city, ctx: a.ctx, app: a}
	if u, err := user.Current(); err == nil {
		o.ctx = auth.WithRemote(a.ctx, "command by "+u.Username)
	}
	return o, nil
}

// named gives the account of a login name.
func (o *office) named(login string) (auth.Account, error) {
	all, _, err := o.List(o.ctx, operator(), auth.AccountFilter{Limit: 1 << 30})
	if err != nil {
		return auth.Account{}, err
	}
	for _, x := range all {
		if strings.EqualFold(x.Login, login) {
			return x, nil
		}
	}
	return auth.Account{}, fmt.Errorf(o.app.say("没有登录名为“%s”的账号", "no account has the login name %q")+": %w", login, fault.NotFound)
}

// grant reads a role and the unit that it is over.
func (o *office) grant(role, unit string, whole bool) (auth.Grant, error) {
	g := auth.Grant{Role: auth.Role(role), Whole: whole}
	if !slices.Contains(auth.Roles, g.Role) {
		var ids []string
		for _, r := range auth.Roles {
			ids = append(ids, string(r))
		}
		return g, fmt.Errorf("role %q: there is %s: %w", role, strings.Join(ids, ", "), fault.Invalid)
	}
	if whole == (unit != "") {
		return g, fmt.Errorf("give --unit, or --all for the whole tree: %w", fault.Invalid)
	}
	if unit == "" {
		return g, nil
	}
	var err error
	g.Unit, err = o.city.UnitNamed(o.ctx, unit)
	return g, err
}

type accountListCmd struct {
	DB    dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Query string `help:"Part of a login name or name." placeholder:"TEXT"`
	Role  string `help:"Only accounts with this role." placeholder:"ROLE"`
}

func (c *accountListCmd) Run(a *app) error {
	o, err := a.office(c.DB)
	if err != nil {
		return err
	}
	defer o.city.Close()
	list, n, err := o.List(o.ctx, operator(), auth.AccountFilter{Query: c.Query, Role: auth.Role(c.Role), Limit: 1 << 30})
	if err != nil {
		return err
	}
	t := table{head: []string{a.say("登录名", "login"), a.say("姓名", "name"), a.say("单位", "unit"), a.say("角色", "roles"), a.say("状态", "state")}}
	for _, x := range list {
		var roles []string
		for _, g := range x.Grants {
			roles = append(roles, o.grantWords(g))
		}
		unit := ""
		if x.Unit != "" {
			unit = o.city.UnitTitle(o.ctx, x.Unit, a.lang)
		}
		t.add(x.Login, x.Name, unit, strings.Join(roles, a.say("、", ", ")), a.accountState(x))
	}
	t.print(a.Out)
	fmt.Fprintf(a.Out, a.say("共%d个账号\n", "%d accounts\n"), n)
	return nil
}

func (o *office) grantWords(g auth.Grant) string {
	over := o.app.say("全部", "all")
	if !g.Whole {
		over = o.city.UnitTitle(o.ctx, g.Unit, o.app.lang)
	}
	return i18n.For(o.app.lang).T("role."+string(g.Role)) + o.app.say("（", " (") + over + o.app.say("）", ")")
}

func (a *app) accountState(x auth.Account) string {
	switch {
	case x.Closed:
		return a.say("已停用", "closed")
	case x.LockedUntil.After(time.Now()):
		return a.say("锁定至 ", "locked until ") + x.LockedUntil.Local().Format("01-02 15:04")
	case x.LastIn.IsZero():
		return a.say("未登录过", "never signed in")
	}
	return a.say("最近登录 ", "last in ") + x.LastIn.Local().Format("2006-01-02 15:04")
}

type accountRecoverCmd struct {
	DB    dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Login string `arg:"" help:"Login name."`
}

func (c *accountRecoverCmd) Run(a *app) error {
	return a.onAccount(c.DB, c.Login, func(o *office, x auth.Account) error {
		code, until, err := o.RecoveryCode(o.ctx, operator(), x.ID)
		if err == nil {
			a.code(x.Login, code, until)
		}
		return err
	})
}

// code prints a one-time code and what to do with it.
func (a *app) code(login, code string, until time.Time) {
	fmt.Fprintf(a.Out, a.say("● %s 的一次性恢复码：%s，%s 前有效\n", "● one-time code of %s: %s, good until %s\n"), login, code, until.Local().Format("2006-01-02 15:04"))
	fmt.Fprintln(a.Out, a.say("请本人在登录页点“忘记密码”，用它设置密码。恢复码只显示这一次。", "Its owner sets a password with it from the sign-in page. It is shown this once."))
}

// onAccount does something with the account of a login name and says so.
func (a *app) onAccount(db dbName, login string, do func(*office, auth.Account) error) error {
	o, err := a.office(db)
	if err != nil {
		return err
	}
	defer o.city.Close()
	x, err := o.named(login)
	if err != nil {
		return err
	}
	if err := do(o, x); err != nil {
		return err
	}
	fmt.Fprintln(a.Out, a.say("● 完成，已记入审计日志", "● done, and noted in the audit log"))
	return nil
}

type accountGrantCmd struct {
	DB    dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Login string `arg:"" help:"Login name."`
	Role  string `arg:"" help:"Role, such as school_clerk."`
	Unit  string `help:"Code, name or id of the unit that the role is over." placeholder:"UNIT"`
	All   bool   `help:"Over the whole tree."`
}

func (c *accountGrantCmd) Run(a *app) error {
	return a.onAccount(c.DB, c.Login, func(o *office, x auth.Account) error {
		g, err := o.grant(c.Role, c.Unit, c.All)
		if err != nil {
			return err
		}
		return o.Grant(o.ctx, operator(), x.ID, g)
	})
}

type accountRevokeCmd accountGrantCmd

func (c *accountRevokeCmd) Run(a *app) error {
	return a.onAccount(c.DB, c.Login, func(o *office, x auth.Account) error {
		g, err := o.grant(c.Role, c.Unit, c.All)
		if err != nil {
			return err
		}
		return o.Revoke(o.ctx, operator(), x.ID, g)
	})
}

type accountUnlockCmd struct {
	DB    dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Login string `arg:"" help:"Login name."`
}

func (c *accountUnlockCmd) Run(a *app) error {
	return a.onAccount(c.DB, c.Login, func(o *office, x auth.Account) error { return o.Unlock(o.ctx, operator(), x.ID) })
}

type accountLinkCmd struct {
	DB      dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Login   string `arg:"" help:"Login name."`
	Issuer  string `help:"Address of the identity provider." placeholder:"URL"`
	Subject string `help:"Subject that the provider gives; neither unties the account." placeholder:"ID"`
}

func (c *accountLinkCmd) Run(a *app) error {
	return a.onAccount(c.DB, c.Login, func(o *office, x auth.Account) error {
		return o.Link(o.ctx, operator(), x.ID, c.Issuer, c.Subject)
	})
}

type accountCloseCmd struct {
	DB     dbName `name:"db" required:"" help:"Database." placeholder:"DB"`
	Login  string `arg:"" help:"Login name."`
	Reason string `required:"" help:"Why; it is kept in the audit log: no personal data." placeholder:"TEXT"`
}

func (c *accountCloseCmd) Run(a *app) error {
	return a.onAccount(c.DB, c.Login, func(o *office, x auth.Account) error {
		return o.Accounts.Close(o.ctx, operator(), x.ID, c.Reason)
	})
}
