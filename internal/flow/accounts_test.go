package flow

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/testkit"
)

// office is a city with two counties and a clock that tests move.
type office struct {
	*Accounts
	t     testing.TB
	clock time.Time
	tries atomic.Int32 // passwords that were compared with a hash
}

// counting counts comparisons.
type counting struct {
	hasher
	n *atomic.Int32
}

func (c counting) Verify(ctx context.Context, hash, password string) (ok, old bool, err error) {
	c.n.Add(1)
	return c.hasher.Verify(ctx, hash, password)
}

var cheap = auth.Cost{KiB: 64, Passes: 1, Threads: 1}

func newOffice(t testing.TB, dsn string) *office {
	t.Helper()
	city, err := Open(context.Background(), dsn, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { city.Close() })
	unit := func(id, parent string, l edu.Level) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: l, Attrs: []edu.Attrs{{Code: id, Name: edu.Text{ZH: id}, Parent: edu.UnitID(parent)}}}
	}
	if err := city.Register(context.Background(), []edu.Unit{unit("city", "", edu.City), unit("a", "city", edu.County), unit("b", "city", edu.County),
		unit("a1", "a", edu.Township), unit("a1s", "a1", edu.School), unit("b1", "b", edu.Township), unit("b1s", "b1", edu.School)}); err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, clock: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	policy := auth.DefaultPolicy
	policy.PerMinute = 1000
	o.Accounts = NewAccounts(city, AccountOptions{Policy: policy, Cost: cheap, Now: func() time.Time { return o.clock }})
	o.hash = counting{o.hash, &o.tries}
	return o
}

func sqlite(t testing.TB) string { return filepath.Join(t.TempDir(), "city.db") }

func (o *office) later(d time.Duration) { o.clock = o.clock.Add(d) }

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// person makes an account with a password and roles.
func (o *office) person(login string, unit edu.UnitID, roles ...auth.Grant) auth.Account {
	o.t.Helper()
	a, code, err := o.Make(ctx, auth.Operator(), auth.Account{Login: login, Name: "名" + login, Unit: unit, Grants: roles})
	o.must(err)
	o.must(o.Recover(ctx, login, code, good(login)))
	return a
}

// good is the password of a person.
func good(login string) string { return "Rain-on-9-hills/" + strings.Repeat(login[:1], 2) }

func (o *office) in(login string) (string, auth.Actor) {
	o.t.Helper()
	secret, _, err := o.SignIn(ctx, auth.Attempt{Login: login, Password: good(login)})
	o.must(err)
	s, err := o.Session(ctx, secret)
	o.must(err)
	return secret, s.Actor
}

func (o *office) wants(err, kind error, what string) {
	o.t.Helper()
	if !errors.Is(err, kind) {
		o.t.Errorf("%s: %v; want %v", what, err, kind)
	}
}

// lines are the actions in the log, the oldest first.
func (o *office) lines(f audit.Filter) (acts []audit.Action) {
	o.t.Helper()
	f.Limit = 1000
	rs, _, err := o.city.AuditLog(ctx, auth.Operator(), f)
	o.must(err)
	for _, r := range slices.Backward(rs) {
		acts = append(acts, r.Action)
	}
	return acts
}

// whole checks the chains of the log.
func (o *office) whole() {
	o.t.Helper()
	c, err := o.city.VerifyAudit(ctx, auth.Operator(), nil)
	if err != nil || len(c.Problems) > 0 || c.Records == 0 {
		o.t.Errorf("%d records, %v, %v", c.Records, c.Problems, err)
	}
}

var ctx = context.Background()

func TestFirstStart(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": sqlite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) { firstStart(t, newOffice(t, dsn(t))) })
	}
}

// From the first start to a clerk who signs in: three administrators, each
// with the own part, and no password that anybody else knows.
func firstStart(t *testing.T, o *office) {
	made, err := o.SetUp(ctx)
	o.must(err)
	if len(made) != 3 {
		t.Fatalf("%d credentials; want the three administrators'", len(made))
	}
	if again, err := o.SetUp(ctx); err != nil || len(again) != 0 {
		t.Errorf("a second start: %v, %v; want none", again, err)
	}
	codes := map[string]string{}
	for _, m := range made {
		codes[m.Login] = m.Code
		_, _, err := o.SignIn(ctx, auth.Attempt{Login: m.Login, Password: m.Code})
		o.wants(err, auth.ErrRefused, "the code is no password")
		o.must(auth.CheckGrants(m.Grants))
	}
	o.later(25 * time.Hour)
	o.wants(o.Recover(ctx, "sysadmin", codes["sysadmin"], good("sysadmin")), auth.ErrRefused, "a set-up code after a day")
	renewed, err := o.SetUp(ctx)
	o.must(err)
	for _, m := range renewed {
		if codes[m.Login] == m.Code {
			t.Error("the same code again")
		}
		o.must(o.Recover(ctx, m.Login, m.Code, good(m.Login)))
	}
	if len(renewed) != 3 {
		t.Errorf("%d new credentials after the first ran out; want 3", len(renewed))
	}
	o.later(25 * time.Hour)
	if again, err := o.SetUp(ctx); err != nil || len(again) != 0 {
		t.Errorf("a start with accounts in use: %v, %v; want none", again, err)
	}

	_, sys := o.in("sysadmin")
	_, sec := o.in("secadmin")
	_, aud := o.in("auditadmin")
	clerk, code, err := o.Make(ctx, sys, auth.Account{Login: "zhang", Name: "张", Unit: "a1s"})
	o.must(err)
	role := auth.Grant{Role: auth.SchoolClerk, Unit: "a1s"}
	o.wants(o.Grant(ctx, sys, clerk.ID, role), fault.Forbidden, "a system administrator grants")
	o.wants(o.Grant(ctx, aud, clerk.ID, role), fault.Forbidden, "an audit administrator grants")
	o.must(o.Grant(ctx, sec, clerk.ID, role))
	_, _, err = o.Make(ctx, sec, auth.Account{Login: "li", Name: "李", Unit: "a1s"})
	o.wants(err, fault.Forbidden, "a security administrator makes an account")
	_, _, err = o.Make(ctx, sys, auth.Account{Login: "li", Name: "李", Unit: "a1s", Grants: []auth.Grant{role}})
	o.wants(err, fault.Forbidden, "a system administrator makes an account with a role")
	o.must(o.Recover(ctx, "ZHANG", strings.ToLower(code), good("zhang")))
	_, who := o.in("zhang")
	if !who.May(auth.FillForm) || who.May(auth.KeepUsers) || who.Account != clerk.ID {
		t.Errorf("the clerk is %+v", who)
	}
	if rs, n, err := o.city.AuditLog(ctx, aud, audit.Filter{Object: clerk.ID}); err != nil || n < 4 || rs[0].Action != audit.SignIn {
		t.Errorf("%d lines about the clerk, %v", n, err)
	}
	for _, who := range []auth.Actor{sys, sec, who, {}} {
		if rs, n, _ := o.city.AuditLog(ctx, who, audit.Filter{}); n != 0 || len(rs) != 0 {
			t.Errorf("%v reads the log", who.Grants)
		}
		if _, err := o.city.VerifyAudit(ctx, who, nil); !errors.Is(err, fault.Forbidden) {
			t.Errorf("%v verifies the log: %v", who.Grants, err)
		}
	}
	o.whole()
}

// Of two servers that start on an empty database at once, one prints codes.
func TestTwoServersSetUp(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": sqlite, "postgres": testkit.Postgres} {
		t.Run(name, func(t *testing.T) {
			d := dsn(t)
			a, b := newOffice(t, d), newOffice(t, d)
			got := make(chan []Made)
			for _, o := range []*office{a, b} {
				go func() {
					made, err := o.SetUp(ctx)
					if err != nil {
						t.Error(err)
					}
					got <- made
				}()
			}
			x, y := <-got, <-got
			if len(x)+len(y) != 3 {
				t.Fatalf("%d and %d credentials were printed; want three in all", len(x), len(y))
			}
			for _, m := range append(x, y...) {
				a.must(b.Recover(ctx, m.Login, m.Code, good(m.Login)))
			}
		})
	}
}

// A real city has no account with a known password.
func TestDemoAccounts(t *testing.T) {
	o := newOffice(t, sqlite(t))
	people := []auth.Account{{Login: "clerk", Name: "示例", Unit: "a1s", Grants: []auth.Grant{{Role: auth.SchoolClerk, Unit: "a1s"}}}, {Login: "leader", Name: "示例", Grants: []auth.Grant{{Role: auth.Leader, Whole: true}}}}
	o.wants(o.Demo(ctx, people, "shuren"), fault.Forbidden, "known passwords in a real city")
	o.must(o.city.store.SetMeta(ctx, local, store.MetaFictional, "1"))
	o.must(o.city.readAbout(ctx))
	for range 2 {
		o.must(o.Demo(ctx, people, "shuren"))
	}
	for _, login := range []string{"clerk", "leader"} {
		if _, a, err := o.SignIn(ctx, auth.Attempt{Login: login, Password: "shuren"}); err != nil || len(a.Grants) != 1 {
			t.Errorf("%s: %+v, %v", login, a, err)
		}
	}
	if _, n, _ := o.List(ctx, auth.Operator(), auth.AccountFilter{}); n != 2 {
		t.Errorf("%d accounts; want 2", n)
	}
	o.whole()
}

// Sign-in answers the same for a name that nobody has, does as much for it, and
// locks it too.
func TestSignInDoesNotTellWhoExists(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.person("zhang", "a1s")
	closed := o.person("closed", "a1s")
	o.must(o.Close(ctx, auth.Operator(), closed.ID, "left"))
	type answer struct {
		kind  string
		tries int32
	}
	var answers [][]answer
	for _, login := range []string{"zhang", "nobody", "closed"} {
		var got []answer
		for i := range 9 {
			o.later(10 * time.Second)
			before := o.tries.Load()
			_, _, err := o.SignIn(ctx, auth.Attempt{Login: login, Password: "wrong" + strings.Repeat("!", i), Remote: "10.0.0.1"})
			kind := "refused"
			var l *auth.Locked
			if errors.As(err, &l) {
				kind = "locked for " + l.Until.Sub(o.clock).Round(time.Minute).String()
			} else if !errors.Is(err, auth.ErrRefused) {
				t.Fatal(err)
			}
			got = append(got, answer{kind, o.tries.Load() - before})
		}
		answers = append(answers, got)
		o.later(-90 * time.Second)
	}
	if !slices.Equal(answers[0], answers[1]) || !slices.Equal(answers[0], answers[2]) {
		t.Errorf("the answers differ:\nexists  %v\nnobody  %v\nclosed  %v", answers[0], answers[1], answers[2])
	}
	if a := answers[0]; a[3].kind != "refused" || a[4].kind != "locked for 15m0s" || a[5].tries != 0 {
		t.Errorf("want the fifth failure to lock, and no guess after it: %v", a)
	}
	// Nothing of what was typed as a name stands in the log.
	rs, _, err := o.city.AuditLog(ctx, auth.Operator(), audit.Filter{Limit: 1000})
	o.must(err)
	for _, r := range rs {
		if strings.Contains(r.Detail+r.Object+r.Account, "nobody") {
			t.Errorf("the log says %+v", r)
		}
	}
	o.whole()
}

func TestLockAndUnlock(t *testing.T) {
	o := newOffice(t, sqlite(t))
	zhang := o.person("zhang", "a1s")
	o.person("sec", "", auth.Grant{Role: auth.SecurityAdmin, Unit: "a"})
	o.person("other", "", auth.Grant{Role: auth.SecurityAdmin, Unit: "b"})
	lock := func() {
		for range 5 {
			o.later(10 * time.Second)
			o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: "wrong"})
		}
		_, _, err := o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: good("zhang")})
		o.wants(err, auth.ErrLocked, "the right password while locked")
	}
	lock()
	list, _, err := o.List(ctx, auth.Operator(), auth.AccountFilter{Query: "zhang"})
	o.must(err)
	if len(list) != 1 || !list[0].LockedUntil.After(o.clock) {
		t.Errorf("the list does not show the lock: %+v", list)
	}
	_, who := o.in("other")
	o.wants(o.Unlock(ctx, who, zhang.ID), fault.NotFound, "another county unlocks")
	_, who = o.in("sec")
	o.must(o.Unlock(ctx, who, zhang.ID))
	o.in("zhang")
	lock()
	o.later(16 * time.Minute)
	o.in("zhang") // by itself
	// Success forgets what was before.
	for range 4 {
		o.later(10 * time.Second)
		_, _, err := o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: "wrong"})
		o.wants(err, auth.ErrRefused, "fewer failures than lock")
	}
	o.in("zhang")
	if acts := o.lines(audit.Filter{Object: zhang.ID}); !slices.Contains(acts, audit.SignInLocked) || !slices.Contains(acts, audit.AccountUnlocks) {
		t.Errorf("the log has %v", acts)
	}
}

// Many guesses at the same instant get no further than the same in a row.
func TestGuessesAtOnce(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.person("zhang", "a1s")
	o.tries.Store(0)
	done := make(chan error)
	for range 60 {
		go func() {
			_, _, err := o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: "wrong"})
			done <- err
		}()
	}
	for range 60 {
		if err := <-done; !auth.SignInError(err) {
			t.Error(err)
		}
	}
	if n := o.tries.Load(); n > 5 {
		t.Errorf("%d passwords were tried at once; want at most 5", n)
	}
}

func TestAddressLimit(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.person("zhang", "a1s")
	o.limits = newLimiter(auth.Policy{PerMinute: 10, Failures: 5})
	try := func(remote, login, password string) error {
		_, _, err := o.SignIn(ctx, auth.Attempt{Login: login, Password: password, Remote: remote})
		return err
	}
	for range 30 { // a whole office behind one address
		o.must(try("10.0.0.1", "zhang", good("zhang")))
	}
	for i := range 10 {
		o.wants(try("10.0.0.1", "name"+strings.Repeat("x", i), "wrong"), auth.ErrRefused, "a guess")
	}
	err := try("10.0.0.1", "zhang", good("zhang"))
	var l *auth.Locked
	if !errors.As(err, &l) || !l.Address || !l.Until.After(o.clock) {
		t.Errorf("the address guessed ten names: %v", err)
	}
	o.must(try("10.0.0.2", "zhang", good("zhang")))
	o.later(7 * time.Second)
	o.must(try("10.0.0.1", "zhang", good("zhang")))
}

func TestSessions(t *testing.T) {
	o := newOffice(t, sqlite(t))
	zhang := o.person("zhang", "a1s", auth.Grant{Role: auth.SchoolClerk, Unit: "a1s"})
	secret, _ := o.in("zhang")
	for range 20 { // in use for more than nine hours
		o.later(29 * time.Minute)
		s, err := o.Session(ctx, secret)
		o.must(err)
		if !s.Idle.After(o.clock) || s.Ends.Sub(s.Began) != o.policy.Longest {
			t.Errorf("idle %v, ends %v", s.Idle, s.Ends)
		}
	}
	o.later(30 * time.Minute)
	_, err := o.Session(ctx, secret)
	o.wants(err, auth.ErrRefused, "idle for half an hour")
	o.later(-30 * time.Minute)
	_, err = o.Session(ctx, secret)
	o.wants(err, auth.ErrRefused, "an ended session does not come back")

	secret, _ = o.in("zhang")
	for range 26 {
		o.later(28 * time.Minute)
		if _, err = o.Session(ctx, secret); err != nil {
			break
		}
	}
	o.wants(err, auth.ErrRefused, "in use for more than twelve hours")

	secret, _ = o.in("zhang")
	o.must(o.SignOut(ctx, secret))
	o.must(o.SignOut(ctx, secret))
	_, err = o.Session(ctx, secret)
	o.wants(err, auth.ErrRefused, "signed out")
	_, err = o.Session(ctx, "")
	o.wants(err, auth.ErrRefused, "no secret")

	// What a role allows ends with the next request, an account at once.
	secret, who := o.in("zhang")
	key, err := o.MakeToken(ctx, who, "接口", 3)
	o.must(err)
	o.must(o.Revoke(ctx, auth.Operator(), zhang.ID, zhang.Grants[0]))
	if s, err := o.Session(ctx, secret); err != nil || s.Actor.May(auth.FillForm) {
		t.Errorf("a role that was taken away still works: %v", err)
	}
	o.must(o.Close(ctx, auth.Operator(), zhang.ID, "调离"))
	_, err = o.Session(ctx, secret)
	o.wants(err, auth.ErrRefused, "the session of a closed account")
	_, err = o.Token(ctx, key)
	o.wants(err, auth.ErrRefused, "the key of a closed account")
	o.wants(o.Close(ctx, auth.Operator(), zhang.ID, "again"), fault.Conflict, "close a closed account")
	_, _, err = o.RecoveryCode(ctx, auth.Operator(), zhang.ID)
	o.wants(err, fault.Conflict, "recover a closed account")
	o.whole()
}

func TestPasswords(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.person("zhang", "a1s")
	first, _ := o.in("zhang")
	_, who := o.in("zhang")
	change := func(old, new string) error { o.later(10 * time.Second); return o.ChangePassword(ctx, who, old, new) }
	o.wants(change("wrong", "New-roof-2-days"), auth.ErrRefused, "a wrong old password")
	o.wants(change(good("zhang"), "short"), fault.Invalid, "a weak one")
	o.wants(change(good("zhang"), good("zhang")), fault.Invalid, "the same again")
	passwords := []string{good("zhang")}
	for _, next := range []string{"New-roof-2-days", "New-roof-3-days", "New-roof-4-days", "New-roof-5-days", "New-roof-6-days"} {
		o.must(change(passwords[len(passwords)-1], next))
		passwords = append(passwords, next)
	}
	o.wants(change(passwords[5], passwords[1]), fault.Invalid, "the fifth last")
	o.must(change(passwords[5], passwords[0]))
	_, err := o.Session(ctx, first)
	o.wants(err, auth.ErrRefused, "another session after a change of the password")
	for range 5 {
		change("wrong", "New-roof-7-days")
	}
	o.wants(change(passwords[0], "New-roof-7-days"), auth.ErrLocked, "who guesses on the own page is locked")
	o.whole()
}

func TestChangeSparesTheOwnSession(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.person("zhang", "a1s")
	secret, who := o.in("zhang")
	o.must(o.ChangePassword(ctx, who, good("zhang"), "New-roof-2-days"))
	if _, err := o.Session(ctx, secret); err != nil {
		t.Errorf("the session that changed the password: %v", err)
	}
}

// A one-time code is good once, for a time, for its account; it takes a lost
// second factor, all sessions and keys away.
func TestRecovery(t *testing.T) {
	o := newOffice(t, sqlite(t))
	zhang := o.person("zhang", "a1s")
	o.person("li", "b1s")
	secret, who := o.in("zhang")
	key, err := o.MakeToken(ctx, who, "接口", 3)
	o.must(err)
	seed, _, err := o.BeginTOTP(ctx, who)
	o.must(err)
	o.must(o.ConfirmTOTP(ctx, who, o.code(seed)))

	code, until, err := o.RecoveryCode(ctx, auth.Operator(), zhang.ID)
	o.must(err)
	if until.Sub(o.clock) != o.policy.CodeFor {
		t.Errorf("good until %v", until)
	}
	if _, err := o.Session(ctx, secret); err != nil {
		t.Error("a code that nobody used ended the session")
	}
	o.wants(o.Recover(ctx, "li", code, good("new")), auth.ErrRefused, "another account's code")
	o.wants(o.Recover(ctx, "nobody", code, good("new")), auth.ErrRefused, "a code of nobody")
	o.wants(o.Recover(ctx, "zhang", "2222-2222-2222", good("new")), auth.ErrRefused, "another code")
	o.wants(o.Recover(ctx, "zhang", "", good("new")), auth.ErrRefused, "no code")
	o.wants(o.Recover(ctx, "zhang", code, "weak"), fault.Invalid, "a weak password does not use the code up")
	o.wants(o.Recover(ctx, "zhang", code, good("zhang")), fault.Invalid, "nor an old one")

	errs := make(chan error)
	for range 4 {
		go func() { errs <- o.Recover(ctx, "zhang", code, good("new")) }()
	}
	used := 0
	for range 4 {
		if err := <-errs; err == nil {
			used++
		} else if !auth.SignInError(err) && !errors.Is(err, fault.Invalid) {
			t.Error(err)
		}
	}
	if used != 1 {
		t.Errorf("a code was used %d times at once", used)
	}
	_, err = o.Session(ctx, secret)
	o.wants(err, auth.ErrRefused, "a session from before")
	_, err = o.Token(ctx, key)
	o.wants(err, auth.ErrRefused, "a key from before")
	if _, _, err := o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: good("new")}); err != nil {
		t.Errorf("the lost second factor is still asked for: %v", err)
	}
	old, _, err := o.RecoveryCode(ctx, auth.Operator(), zhang.ID)
	o.must(err)
	fresh, _, err := o.RecoveryCode(ctx, auth.Operator(), zhang.ID)
	o.must(err)
	o.later(time.Minute)
	o.wants(o.Recover(ctx, "zhang", old, good("xx")), auth.ErrRefused, "a code that was replaced")
	o.later(o.policy.CodeFor)
	o.wants(o.Recover(ctx, "zhang", fresh, good("xx")), auth.ErrRefused, "a code that ran out")
	o.whole()
}

func (o *office) code(seed string) string {
	o.t.Helper()
	c, err := totp.GenerateCode(seed, o.clock)
	o.must(err)
	return c
}

func TestSecondFactor(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.person("zhang", "a1s", auth.Grant{Role: auth.SchoolClerk, Unit: "a1s"})
	_, who := o.in("zhang")
	o.wants(o.ConfirmTOTP(ctx, who, "123456"), fault.Conflict, "confirm what was not begun")
	seed, uri, err := o.BeginTOTP(ctx, who)
	o.must(err)
	if !strings.HasPrefix(uri, "otpauth://totp/") {
		t.Error(uri)
	}
	o.in("zhang") // not yet
	o.wants(o.ConfirmTOTP(ctx, who, "000000"), auth.ErrCode, "a wrong first code")
	o.must(o.ConfirmTOTP(ctx, who, o.code(seed)))
	_, _, err = o.BeginTOTP(ctx, who)
	o.wants(err, fault.Conflict, "a new secret beside one in use")

	try := func(code string) error {
		_, _, err := o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: good("zhang"), Code: code})
		return err
	}
	o.wants(try(""), auth.ErrCode, "no code")
	o.wants(try(o.code(seed)), auth.ErrCode, "the code that switched it on")
	o.later(time.Minute)
	c := o.code(seed)
	_, _, err = o.SignIn(ctx, auth.Attempt{Login: "zhang", Password: "wrong", Code: c})
	o.wants(err, auth.ErrRefused, "a good code and a wrong password")
	o.must(try(c))
	o.wants(try(c), auth.ErrCode, "the same code again")
	// Wrong codes lock like wrong passwords.
	o.later(time.Minute)
	for range 5 {
		o.later(10 * time.Second)
		err = try("000000")
	}
	o.wants(err, auth.ErrLocked, "five wrong codes")
	o.later(time.Hour)
	o.must(try(o.code(seed)))
	o.wants(o.DropTOTP(ctx, who, "wrong"), auth.ErrRefused, "off without the password")
	o.policy.TOTPRoles = []auth.Role{auth.SchoolClerk}
	o.wants(o.DropTOTP(ctx, who, good("zhang")), fault.Forbidden, "off although the role must have it")
	o.policy.TOTPRoles = nil
	o.must(o.DropTOTP(ctx, who, good("zhang")))
	o.must(try(""))
	o.whole()
}

func TestKeys(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.person("zhang", "a1s", auth.Grant{Role: auth.SchoolClerk, Unit: "a1s"})
	li := o.person("li", "b1s")
	_, who := o.in("zhang")
	for _, days := range []int{0, -1, 367} {
		_, err := o.MakeToken(ctx, who, "x", days)
		o.wants(err, fault.Invalid, "a key without end")
	}
	_, err := o.MakeToken(ctx, who, " ", 3)
	o.wants(err, fault.Invalid, "a key for nothing")
	_, err = o.MakeToken(ctx, auth.Actor{}, "x", 3)
	o.wants(err, fault.Forbidden, "a key of nobody")
	key, err := o.MakeToken(ctx, who, "接口", 3)
	o.must(err)
	s, err := o.Token(ctx, key)
	if err != nil || !s.Actor.May(auth.FillForm) || s.Actor.Session != "" {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := o.Session(ctx, key); !errors.Is(err, auth.ErrRefused) {
		t.Errorf("a key is no session: %v", err)
	}
	ks, err := o.Tokens(ctx, who)
	if err != nil || len(ks) != 1 || ks[0].Label != "接口" || !ks[0].Used.Equal(o.clock) {
		t.Errorf("%+v, %v", ks, err)
	}
	o.wants(o.DropToken(ctx, li.Actor(), ks[0].ID), fault.NotFound, "drop somebody else's key")
	o.later(73 * time.Hour)
	_, err = o.Token(ctx, key)
	o.wants(err, auth.ErrRefused, "a key that ran out")
	o.must(o.DropToken(ctx, who, ks[0].ID))
	o.whole()
}

func TestIdentityProvider(t *testing.T) {
	o := newOffice(t, sqlite(t))
	zhang := o.person("zhang", "a1s")
	_, _, err := o.SignInOIDC(ctx, "https://id.example", "77", "10.0.0.1")
	o.wants(err, auth.ErrRefused, "an identity that nobody is tied to")
	o.must(o.Link(ctx, auth.Operator(), zhang.ID, "https://id.example", "77"))
	o.wants(o.Link(ctx, auth.Operator(), o.person("li", "").ID, "https://id.example", "77"), fault.Conflict, "an identity of two")
	secret, a, err := o.SignInOIDC(ctx, "https://id.example", "77", "10.0.0.1")
	o.must(err)
	if s, err := o.Session(ctx, secret); err != nil || s.Account.ID != zhang.ID || a.ID != zhang.ID {
		t.Errorf("%+v, %v", s, err)
	}
	_, _, err = o.SignInOIDC(ctx, "https://other.example", "77", "")
	o.wants(err, auth.ErrRefused, "the same subject of another provider")
	o.must(o.Link(ctx, auth.Operator(), zhang.ID, "", ""))
	_, _, err = o.SignInOIDC(ctx, "https://id.example", "77", "")
	o.wants(err, auth.ErrRefused, "an identity that was untied")
	_, _, err = o.SignInOIDC(ctx, "", "", "")
	o.wants(err, auth.ErrRefused, "no identity")
	o.whole()
}

// Each administrator works within the own part, and nobody can climb.
func TestAdministratorsReach(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.person("sysa", "a", auth.Grant{Role: auth.SystemAdmin, Unit: "a"})
	o.person("seca", "a", auth.Grant{Role: auth.SecurityAdmin, Unit: "a"})
	o.person("sec", "", auth.Grant{Role: auth.SecurityAdmin, Whole: true})
	zhang := o.person("zhang", "a1s", auth.Grant{Role: auth.SchoolClerk, Unit: "a1s"})
	li := o.person("li", "b1s", auth.Grant{Role: auth.SchoolClerk, Unit: "b1s"})
	chief := o.person("chief", "a", auth.Grant{Role: auth.Leader, Whole: true})
	_, sys := o.in("sysa")
	_, sec := o.in("seca")
	_, top := o.in("sec")

	list, n, err := o.List(ctx, sys, auth.AccountFilter{})
	o.must(err)
	var logins []string
	for _, a := range list {
		logins = append(logins, a.Login)
	}
	if want := []string{"chief", "seca", "sysa", "zhang"}; n != 4 || !slices.Equal(logins, want) {
		t.Errorf("a county's administrator sees %v; want %v", logins, want)
	}
	if list, n, err := o.List(ctx, zhang.Actor(), auth.AccountFilter{}); n != 0 || len(list) != 0 || err != nil {
		t.Errorf("a clerk lists %v, %v", list, err)
	}
	if list, n, err := o.List(ctx, top, auth.AccountFilter{Role: auth.SchoolClerk, Unit: "a", Limit: 5}); n != 1 || err != nil || list[0].ID != zhang.ID {
		t.Errorf("school clerks of a county: %v, %v", list, err)
	}

	_, _, err = o.RecoveryCode(ctx, sys, zhang.ID)
	o.must(err)
	_, _, err = o.RecoveryCode(ctx, sys, li.ID)
	o.wants(err, fault.NotFound, "recover another county's")
	_, _, err = o.RecoveryCode(ctx, sys, chief.ID)
	o.wants(err, fault.NotFound, "recover the city's leader who sits in the county")
	seca, _, _ := o.List(ctx, top, auth.AccountFilter{Query: "seca"})
	_, _, err = o.RecoveryCode(ctx, sys, seca[0].ID)
	o.wants(err, fault.Forbidden, "become the security administrator by a new password")
	_, _, err = o.RecoveryCode(ctx, sys, sys.Account)
	o.wants(err, fault.Forbidden, "recover oneself")
	_, _, err = o.Make(ctx, sys, auth.Account{Login: "new", Name: "新", Unit: "b1s"})
	o.wants(err, fault.Forbidden, "make an account in another county")
	_, _, err = o.Make(ctx, sys, auth.Account{Login: "new", Name: "新"})
	o.wants(err, fault.Forbidden, "make an account of no county")
	_, _, err = o.Make(ctx, sys, auth.Account{Login: "ZHANG", Name: "新", Unit: "a1s"})
	o.wants(err, fault.Conflict, "a name that is taken")
	_, _, err = o.Make(ctx, sys, auth.Account{Login: "new", Name: "新", Unit: "nowhere"})
	o.wants(err, fault.Invalid, "in a unit that is not there")
	o.wants(o.Close(ctx, sys, zhang.ID, " "), fault.Invalid, "close without a reason")

	clerk := func(u edu.UnitID) auth.Grant { return auth.Grant{Role: auth.SchoolHead, Unit: u} }
	o.must(o.Grant(ctx, sec, zhang.ID, clerk("a1s")))
	o.wants(o.Grant(ctx, sec, zhang.ID, clerk("a1s")), fault.Conflict, "grant it twice")
	o.wants(o.Grant(ctx, sec, zhang.ID, clerk("b1s")), fault.Forbidden, "grant another county's school")
	o.wants(o.Grant(ctx, sec, li.ID, clerk("a1s")), fault.NotFound, "grant to another county's")
	o.wants(o.Grant(ctx, sec, zhang.ID, auth.Grant{Role: auth.Leader, Whole: true}), fault.Forbidden, "grant the whole")
	o.wants(o.Grant(ctx, sec, sec.Account, auth.Grant{Role: auth.SecurityAdmin, Unit: "a1"}), fault.Forbidden, "grant to oneself")
	o.wants(o.Grant(ctx, sec, zhang.ID, auth.Grant{Role: auth.SystemAdmin, Unit: "a"}), fault.Forbidden, "administrator beside clerk")
	o.wants(o.Grant(ctx, top, zhang.ID, auth.Grant{Role: auth.SchoolClerk, Unit: "a"}), fault.Invalid, "a school clerk of a county")
	o.wants(o.Grant(ctx, top, zhang.ID, auth.Grant{Role: auth.SchoolClerk, Unit: "nowhere"}), fault.Invalid, "over a unit that is not there")
	o.wants(o.Revoke(ctx, sec, zhang.ID, auth.Grant{Role: auth.SchoolClerk, Unit: "a1"}), fault.NotFound, "revoke what was not granted")
	o.must(o.Revoke(ctx, sec, zhang.ID, clerk("a1s")))
	o.wants(o.Revoke(ctx, auth.Operator(), top.Account, auth.Grant{Role: auth.SecurityAdmin, Whole: true}), fault.Conflict, "revoke the last security administrator")
	o.whole()
}

// Two grants at once cannot join what one after the other could not.
func TestGrantsAtOnce(t *testing.T) {
	o := newOffice(t, sqlite(t))
	zhang := o.person("zhang", "")
	errs := make(chan error)
	admins := []auth.Role{auth.SystemAdmin, auth.SecurityAdmin, auth.AuditAdmin}
	for _, r := range admins {
		go func() { errs <- o.Grant(ctx, auth.Operator(), zhang.ID, auth.Grant{Role: r, Whole: true}) }()
	}
	granted := 0
	for range admins {
		if err := <-errs; err == nil {
			granted++
		} else {
			o.wants(err, fault.Forbidden, "a second administrator role")
		}
	}
	if granted != 1 {
		t.Errorf("%d administrator roles were granted at once", granted)
	}
}

// A hash of an older cost is made anew when its password is next typed.
func TestOldHashesAreRenewed(t *testing.T) {
	o := newOffice(t, sqlite(t))
	zhang := o.person("zhang", "a1s")
	before, err := o.city.store.LoginByID(ctx, zhang.ID)
	o.must(err)
	o.hash = auth.NewHasher(auth.Cost{KiB: 128, Passes: 1, Threads: 1})
	o.in("zhang")
	after, err := o.city.store.LoginByID(ctx, zhang.ID)
	o.must(err)
	if !strings.Contains(before.Password, "m=64,") || !strings.Contains(after.Password, "m=128,") || len(after.Former) != len(before.Former) {
		t.Errorf("%s became %s", before.Password, after.Password)
	}
	o.in("zhang")
}
