package demo

import (
	"context"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
)

// Password is that of every account of the demo city, told on the sign-in page.
// No other city has an account with a known password.
const Password = "Yunxiu#2025-shuren"

// Person is an account of the demo city.
type Person struct {
	auth.Account
	What edu.Text // which role, of which unit
}

// People are the demo city's accounts: one for each role, in the first county
// where a role has one.
func (c *City) People() []Person {
	county := counties[0].ID
	school := c.nineYear()
	name := school.name.text()
	town := school.township
	whole := func(r auth.Role) auth.Grant { return auth.Grant{Role: r, Whole: true} }
	below := func(r auth.Role, u edu.UnitID) auth.Grant { return auth.Grant{Role: r, Unit: u} }
	person := func(login, zh, en string, unit edu.UnitID, grants ...auth.Grant) Person {
		return Person{auth.Account{Login: login, Name: "示例" + zh, Unit: unit, Grants: grants}, edu.Text{ZH: zh, EN: en}}
	}
	inCounty := func(zh, en string) (string, string) {
		return counties[0].Name.ZH + zh, en + ", " + counties[0].Name.EN
	}
	clerkZH, clerkEN := inCounty("填报员", "County clerk")
	reviewZH, reviewEN := inCounty("审核员", "County reviewer")
	checksZH, checksEN := inCounty("安全检查员", "Safety inspector")
	staysZH, staysEN := inCounty("控辍保学专员", "Retention officer")
	return []Person{
		person("city", "市级业务科室", "City section", cityID, whole(auth.CitySection)),
		person("planner", "市级规划人员", "City planner", cityID, whole(auth.CityPlanner)),
		person("leader", "市级领导", "Leader", cityID, whole(auth.Leader)),
		person("county", clerkZH, clerkEN, county, below(auth.CountyClerk, county)),
		person("review", reviewZH, reviewEN, county, below(auth.CountyReviewer, county)),
		person("inspector", checksZH, checksEN, county, below(auth.Inspector, county)),
		person("retention", staysZH, staysEN, county, below(auth.RetentionOfficer, county)),
		person("town", town.name.zh+"中心学校", "Central school of "+town.name.en, town.id(), below(auth.TownshipClerk, town.id())),
		person("clerk", name.ZH+"填报员", "School clerk, "+name.EN, school.id(), below(auth.SchoolClerk, school.id())),
		person("head", name.ZH+"校长", "Head, "+name.EN, school.id(), below(auth.SchoolHead, school.id())),
		person("system", "系统管理员", "System administrator", cityID, whole(auth.SystemAdmin)),
		person("security", "安全管理员", "Security administrator", cityID, whole(auth.SecurityAdmin)),
		person("audit", "审计管理员", "Audit administrator", cityID, whole(auth.AuditAdmin)),
	}
}

// nineYear is a school with two stages in the first county.
func (c *City) nineYear() *school {
	for _, s := range c.schools {
		if s.county == 0 && s.kind == "312" && s.closed == years {
			return s
		}
	}
	return c.schools[0]
}

// Settle makes the accounts, each with the password that everybody knows. It
// does no harm where there are accounts already.
func (c *City) Settle(ctx context.Context, into *flow.City) error {
	var all []auth.Account
	for _, p := range c.People() {
		all = append(all, p.Account)
	}
	if err := flow.NewAccounts(into, flow.AccountOptions{}).Demo(ctx, all, Password); err != nil {
		return fmt.Errorf("accounts of the demo city: %w", err)
	}
	return nil
}
