package auth

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The whole matrix of roles and permissions, as people read it. A change of who
// may do what is a change of this file.
func TestMatrix(t *testing.T) {
	var b bytes.Buffer
	for _, p := range Permissions {
		fmt.Fprintf(&b, "%s\n", p)
		for _, r := range Roles {
			if r.May(p) {
				fmt.Fprintf(&b, "    %s\n", r)
			}
		}
	}
	const golden = "testdata/matrix.txt"
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != b.String() {
		t.Errorf("who may do what has changed (%v); go test -update writes it, and the diff is to be read:\n%s", err, b.String())
	}
	for _, r := range Roles {
		if !r.May(Public) || !r.May(SignedIn) {
			t.Errorf("%s may not even sign in", r)
		}
	}
	for _, p := range append(slices.Clone(Permissions), SignedIn) {
		if Role("root").May(p) {
			t.Errorf("a role that does not exist has %s", p)
		}
	}
}

// The three administrators see no figures and share no permission.
func TestAdministratorsAreSeparate(t *testing.T) {
	for _, p := range Permissions {
		var admins []Role
		others := false
		for _, r := range Roles {
			if r.May(p) && r.Admin() {
				admins = append(admins, r)
			}
			others = others || r.May(p) && !r.Admin()
		}
		if len(admins) > 1 || len(admins) == 1 && others {
			t.Errorf("%s is shared: %v", p, admins)
		}
	}
}

func TestCheckGrants(t *testing.T) {
	g := func(rs ...Role) (out []Grant) {
		for _, r := range rs {
			out = append(out, Grant{Role: r, Unit: "u"})
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		grants []Grant
		kind   error
	}{
		{"none", nil, nil},
		{"two business roles", g(CountyClerk, CountyReviewer), nil},
		{"one administrator over two units", []Grant{{Role: SystemAdmin, Unit: "u"}, {Role: SystemAdmin, Unit: "v"}}, nil},
		{"system and security", g(SystemAdmin, SecurityAdmin), fault.Forbidden},
		{"security and audit", g(SecurityAdmin, AuditAdmin), fault.Forbidden},
		{"system and audit", g(AuditAdmin, SystemAdmin), fault.Forbidden},
		{"administrator and clerk", g(SystemAdmin, SchoolClerk), fault.Forbidden},
		{"leader and administrator", g(Leader, AuditAdmin), fault.Forbidden},
		{"a role that does not exist", g("root"), fault.Invalid},
		{"over nothing", []Grant{{Role: Leader}}, fault.Invalid},
		{"over a unit and all", []Grant{{Role: Leader, Unit: "u", Whole: true}}, fault.Invalid},
	} {
		if err := CheckGrants(tt.grants); !errors.Is(err, tt.kind) || tt.kind == nil && err != nil {
			t.Errorf("%s: %v; want %v", tt.name, err, tt.kind)
		}
	}
}

// Whatever set of grants passes, no account can both keep accounts and grant
// roles, or read the log and do either, or administer and see figures.
func TestNoGrantsJoinPowers(t *testing.T) {
	figures := []Permission{ReadRegion, ReadSchool, FillForm, SubmitForm, ReviewTown, ReviewForm, LockForm, WatchForms, IssueForm, ImportFiles, CheckData, ChangeUnits}
	rapid.Check(t, func(t *rapid.T) {
		var gs []Grant
		for range rapid.IntRange(1, 4).Draw(t, "n") {
			gs = append(gs, Grant{Role: rapid.SampledFrom(Roles).Draw(t, "role"), Unit: edu.UnitID(rapid.SampledFrom([]string{"u", "v"}).Draw(t, "unit"))})
		}
		if CheckGrants(gs) != nil {
			t.Skip()
		}
		who := Actor{Account: "x", Grants: gs}
		n := 0
		for _, p := range []Permission{KeepUsers, GrantRoles, ReadAudit} {
			if who.May(p) {
				n++
			}
		}
		if slices.ContainsFunc(figures, who.May) {
			n++
		}
		if n > 1 {
			t.Fatalf("%v join %d powers", gs, n)
		}
	})
}

// tree is a small one: "city" holds "a" and "b", which hold "a1", "a2", "b1".
func holds(top, unit edu.UnitID) bool {
	return top == unit || top == "city" && unit != "" || strings.HasPrefix(string(unit), string(top)) && len(top) == 1
}

func TestMayKeepAndGrant(t *testing.T) {
	admin := func(r Role, unit edu.UnitID) Actor {
		return Actor{Account: "admin", Grants: []Grant{{Role: r, Unit: unit, Whole: unit == ""}}}
	}
	account := func(unit edu.UnitID, gs ...Grant) Account { return Account{ID: "x", Unit: unit, Grants: gs} }
	for _, tt := range []struct {
		name    string
		who     Actor
		account Account
		keep    bool
		grant   Grant
		may     bool
	}{
		{"the operator does both", Actor{Local: true}, account(""), true, Grant{Role: SystemAdmin, Whole: true}, true},
		{"a system administrator keeps and does not grant", admin(SystemAdmin, ""), account("a1"), true, Grant{Role: SchoolClerk, Unit: "a1"}, false},
		{"a security administrator grants and does not keep", admin(SecurityAdmin, ""), account("a1"), false, Grant{Role: SchoolClerk, Unit: "a1"}, true},
		{"an audit administrator does neither", admin(AuditAdmin, ""), account("a1"), false, Grant{Role: SchoolClerk, Unit: "a1"}, false},
		{"a leader does neither", admin(Leader, ""), account("a1"), false, Grant{Role: SchoolClerk, Unit: "a1"}, false},
		{"a county's administrator keeps the county's", admin(SystemAdmin, "a"), account("a1", Grant{Role: SchoolClerk, Unit: "a1"}), true, Grant{}, false},
		{"and not another county's", admin(SystemAdmin, "a"), account("b1"), false, Grant{}, false},
		{"nor those of no unit", admin(SystemAdmin, "a"), account(""), false, Grant{}, false},
		{"nor the city's man who sits in the county", admin(SystemAdmin, "a"), account("a", Grant{Role: Leader, Whole: true}), false, Grant{}, false},
		{"nor one with a role in another county", admin(SystemAdmin, "a"), account("a1", Grant{Role: SchoolClerk, Unit: "b1"}), false, Grant{}, false},
		{"a county's grants in the county", admin(SecurityAdmin, "a"), account("a1"), false, Grant{Role: SchoolClerk, Unit: "a1"}, true},
		{"and no role over another county", admin(SecurityAdmin, "a"), account("a1"), false, Grant{Role: SchoolClerk, Unit: "b1"}, false},
		{"and none over the whole", admin(SecurityAdmin, "a"), account("a1"), false, Grant{Role: Leader, Whole: true}, false},
		{"nobody takes a security administrator's account by a new password", admin(SystemAdmin, ""), account("a", Grant{Role: SecurityAdmin, Unit: "a"}), false, Grant{}, false},
		{"nor an audit administrator's", admin(SystemAdmin, ""), account("", Grant{Role: AuditAdmin, Whole: true}), false, Grant{}, false},
		{"another system administrator's account is kept", admin(SystemAdmin, ""), account("a", Grant{Role: SystemAdmin, Unit: "a"}), true, Grant{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := MayKeep(tt.who, tt.account, holds); (err == nil) != tt.keep {
				t.Errorf("keep: %v", err)
			}
			if err := MayGrant(tt.who, tt.account, tt.grant, holds); (err == nil) != tt.may {
				t.Errorf("grant: %v", err)
			}
		})
	}
	self := admin(SecurityAdmin, "")
	if MayGrant(self, Account{ID: "admin"}, Grant{Role: SecurityAdmin, Unit: "a"}, holds) == nil || MayUnlock(self, Account{ID: "admin"}, holds) == nil {
		t.Error("somebody changed the own roles, or unlocked the own account")
	}
	if MayUnlock(self, Account{ID: "x"}, holds) != nil || MayUnlock(admin(SecurityAdmin, "a"), Account{ID: "x", Unit: "b1"}, holds) == nil {
		t.Error("unlocking is for the part that one administers")
	}
}

func TestCheckLevel(t *testing.T) {
	for _, tt := range []struct {
		g     Grant
		level edu.Level
		ok    bool
	}{
		{Grant{Role: SchoolClerk, Unit: "s"}, edu.School, true},
		{Grant{Role: SchoolClerk, Unit: "c"}, edu.County, false},
		{Grant{Role: SchoolHead, Whole: true}, edu.Root, false},
		{Grant{Role: TownshipClerk, Unit: "t"}, edu.Township, true},
		{Grant{Role: TownshipClerk, Unit: "c"}, edu.County, false},
		{Grant{Role: CountyReviewer, Unit: "c"}, edu.County, true},
		{Grant{Role: CountyClerk, Unit: "x"}, edu.City, false},
		{Grant{Role: CitySection, Whole: true}, edu.Root, true},
		{Grant{Role: AuditAdmin, Unit: "c"}, edu.County, true},
	} {
		if err := CheckLevel(tt.g, tt.level); (err == nil) != tt.ok {
			t.Errorf("%s over a %s: %v", tt.g.Role, tt.level, err)
		}
	}
}

func TestCheckLogin(t *testing.T) {
	for login, ok := range map[string]bool{"wang": true, "w.li-3_x": true, "53030101": true, "王": false, "a": false, "-ab": false, "a b": false, "a@b": false, strings.Repeat("a", 33): false, "": false} {
		if err := CheckLogin(login); (err == nil) != ok {
			t.Errorf("%q: %v", login, err)
		}
	}
}

func TestReachOfGrants(t *testing.T) {
	who := Actor{Account: "x", Grants: []Grant{{Role: SchoolClerk, Unit: "a1"}, {Role: TownshipClerk, Unit: "b"}, {Role: SchoolClerk, Unit: "a1"}, {Role: Leader}}}
	if r := who.Reach(FillForm); r.Whole || !slices.Equal(r.Units, []edu.UnitID{"a1", "b"}) {
		t.Errorf("reach of filling: %+v", r)
	}
	if r := who.Reach(ReadRegion); !r.None() {
		t.Errorf("a grant over nothing reaches %+v", r)
	}
	if (Actor{}).May(SignedIn) || (Actor{}).May(ReadSchool) || !(Actor{}).May(Public) {
		t.Error("the zero actor may do what is public and nothing else")
	}
	if !Operator().Reach(KeepUsers).Whole {
		t.Error("the operator may do everything")
	}
}
