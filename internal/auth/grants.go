package auth

import (
	"regexp"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Holds tells whether a unit is another one or stands below it. The tree is
// the caller's.
type Holds func(top, unit edu.UnitID) bool

// Covers tells whether a reach holds a unit. Nothing but the whole tree holds
// the empty unit, which belongs to no part.
func (r Reach) Covers(unit edu.UnitID, holds Holds) bool {
	return r.Whole || unit != "" && slices.ContainsFunc(r.Units, func(top edu.UnitID) bool { return holds(top, unit) })
}

// CoversGrant tells whether a grant is over a part of the reach.
func (r Reach) CoversGrant(g Grant, holds Holds) bool {
	return r.Whole || !g.Whole && r.Covers(g.Unit, holds)
}

// CoversAccount tells whether an account is of this part alone: its unit and
// everything that it may do. Whoever resets a password could sign in by it.
func (r Reach) CoversAccount(a Account, holds Holds) bool {
	if r.Whole {
		return true
	}
	return r.Covers(a.Unit, holds) && !slices.ContainsFunc(a.Grants, func(g Grant) bool { return !r.CoversGrant(g, holds) })
}

// highest is the highest level of a unit over which a role makes sense; the
// others go up to the whole tree.
var highest = map[Role]edu.Level{
	SchoolClerk: edu.School, SchoolHead: edu.School, TownshipClerk: edu.Township,
	CountyClerk: edu.County, CountyReviewer: edu.County,
}

// CheckGrants refuses roles that do not go together: nobody holds two of the
// three administrator roles, nor one of them beside a role that sees figures.
func CheckGrants(gs []Grant) error {
	var admin, other Role
	for _, g := range gs {
		if _, known := allowed[g.Role]; !known {
			return Refuse(fault.Invalid, "没有角色“"+string(g.Role)+"”", "there is no role "+string(g.Role))
		}
		if g.Whole == (g.Unit != "") {
			return Refuse(fault.Invalid, "角色须授予一个单位或全部单位", "a role is granted over one unit, or over all")
		}
		switch {
		case !g.Role.Admin():
			other = g.Role
		case admin != "" && admin != g.Role:
			return forbid("系统、安全、审计三类管理员不得由一人兼任", "nobody may hold two of the three administrator roles")
		default:
			admin = g.Role
		}
	}
	if admin != "" && other != "" {
		return forbid("管理员角色不得与业务角色由同一账号兼任", "an administrator role does not go with a role that sees figures")
	}
	return nil
}

// CheckLevel refuses a role over a unit that is too large for it: a school
// clerk of a county.
func CheckLevel(g Grant, level edu.Level) error {
	if top, limited := highest[g.Role]; limited && (g.Whole || level < top) {
		return Refuse(fault.Invalid, "此角色不能授予这一级单位", "this role cannot be granted over a unit of this level")
	}
	return nil
}

// MayGrant tells whether an actor may give a role to an account, or take it.
// Giving and taking are for security administrators, in their reach, and never
// to oneself: what a person may do is another's decision.
func MayGrant(who Actor, to Account, g Grant, holds Holds) error {
	reach := who.Reach(GrantRoles)
	switch {
	case who.Local:
		return nil
	case reach.None():
		return forbid("须由安全管理员授权", "granting roles is for security administrators")
	case who.Account == to.ID:
		return forbid("不得更改本人的角色", "nobody changes the own roles")
	case !reach.CoversGrant(g, holds) || !reach.CoversAccount(to, holds):
		return forbid("超出您的管理范围", "outside the part that you administer")
	}
	return nil
}

// MayKeep tells whether an actor may make, close or recover an account. An
// account that grants roles or reads the audit log is closed and recovered
// only once a security administrator took that role away, or at the machine:
// otherwise one administrator could become another by a new password.
func MayKeep(who Actor, a Account, holds Holds) error {
	reach := who.Reach(KeepUsers)
	switch {
	case who.Local:
		return nil
	case reach.None():
		return forbid("须由系统管理员办理", "keeping accounts is for system administrators")
	case !reach.CoversAccount(a, holds):
		return forbid("超出您的管理范围", "outside the part that you administer")
	case slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role.Admin() && g.Role != SystemAdmin }):
		return forbid("安全管理员和审计管理员的账号须先由安全管理员收回角色，或在服务器上办理", "the account of a security or audit administrator is kept at the machine, or once that role was taken away")
	}
	return nil
}

// MayUnlock tells whether an actor may let an account try again before its time.
func MayUnlock(who Actor, a Account, holds Holds) error {
	switch {
	case who.Local:
		return nil
	case !who.Reach(GrantRoles).CoversAccount(a, holds):
		return forbid("须由本范围的安全管理员解锁", "unlocking is for the security administrator of this part")
	case who.Account == a.ID:
		return forbid("不得给本人解锁", "nobody unlocks the own account")
	}
	return nil
}

var loginName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{1,31}$`)

// CheckLogin refuses a login name that cannot be typed everywhere.
func CheckLogin(login string) error {
	if loginName.MatchString(login) {
		return nil
	}
	return Refuse(fault.Invalid, "登录名为2至32个字母、数字、点、短横或下划线，以字母或数字开头", "a login name has 2 to 32 letters, digits, dots, hyphens or underscores and begins with a letter or digit")
}
