package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

var midday = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// people makes a tree of two counties with a school each, and an account in
// each of them and one of no unit.
func people(t testing.TB, s *store.Store) map[string]store.Login {
	t.Helper()
	put(t, s, submission("tree", year), table(edu.Section, "",
		section("2199000001", "primary", in("990101", "101"), "pupils", 10), section("2199000002", "primary", in("990102", "101"), "pupils", 20)))
	out := map[string]store.Login{}
	for login, unit := range map[string]edu.UnitID{"Wang": "school-2199000001", "Li": "school-2199000002", "chief": ""} {
		l := store.Login{Account: auth.Account{ID: "id-" + login, Login: login, Name: "名 " + login, Unit: unit, Made: midday}, Code: "code of " + login, CodeUntil: midday.Add(time.Hour)}
		if unit != "" {
			l.Grants = []auth.Grant{{Role: auth.SchoolClerk, Unit: unit}}
		} else {
			l.Grants = []auth.Grant{{Role: auth.Leader, Whole: true}}
		}
		if err := s.MakeLogins(context.Background(), all, []store.Login{l}, func(int) store.Change { return logged(audit.AccountMade, l.ID) }); err != nil {
			t.Fatal(err)
		}
		out[login] = l
	}
	return out
}

func logged(a audit.Action, object string) store.Change {
	return store.Change{Audit: []audit.Record{{At: midday, Account: "admin", Action: a, Object: object}}}
}

func accounts(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	made := people(t, s)
	l, err := s.LoginByName(ctx, "wANG")
	if err != nil || l.ID != "id-Wang" || l.Code != "code of Wang" || !l.CodeUntil.Equal(midday.Add(time.Hour)) || !l.LastIn.IsZero() {
		t.Fatalf("found by name: %+v, %v", l, err)
	}
	if _, err := s.LoginByName(ctx, "nobody"); !errors.Is(err, fault.NotFound) {
		t.Errorf("nobody: %v", err)
	}
	// A name differs from another by more than case.
	again := made["Li"]
	again.ID, again.Login = "other", "LI"
	fresh := store.Login{Account: auth.Account{ID: "fresh", Login: "fresh", Made: midday}}
	if err := s.MakeLogins(ctx, all, []store.Login{fresh, again}, func(int) store.Change { return store.Change{} }); !errors.Is(err, fault.Conflict) {
		t.Errorf("a taken name: %v", err)
	}
	if _, err := s.LoginByName(ctx, "fresh"); !errors.Is(err, fault.NotFound) {
		t.Errorf("of two accounts, one of them refused, one was made: %v", err)
	}

	change := func(id string, do func(l *store.Login)) error {
		_, err := s.ChangeLogin(ctx, all, id, func(l *store.Login) (store.Change, error) { do(l); return logged("x", id), nil })
		return err
	}
	if err := change("id-Wang", func(l *store.Login) {
		l.Password, l.Former, l.Code, l.CodeUntil, l.Change = "p3", []string{"p2", "p1"}, "", time.Time{}, true
		l.TOTP, l.Secret, l.Step, l.Issuer, l.Subject, l.Phone, l.LastIn = true, "S", 1<<40, "https://id", "w", "139", midday
		l.Grants = []auth.Grant{{Role: auth.Leader, Whole: true}, {Role: auth.SchoolHead, Unit: "school-2199000001"}}
	}); err != nil {
		t.Fatal(err)
	}
	got, err := s.LoginByID(ctx, "id-Wang")
	if err != nil {
		t.Fatal(err)
	}
	want := made["Wang"]
	want.Password, want.Former, want.Code, want.CodeUntil, want.Change = "p3", []string{"p2", "p1"}, "", time.Time{}, true
	want.TOTP, want.Account.TOTP, want.Secret, want.Step, want.Issuer, want.Subject, want.Phone, want.LastIn = true, true, "S", 1<<40, "https://id", "w", "139", midday
	want.Grants = []auth.Grant{{Role: auth.Leader, Whole: true}, {Role: auth.SchoolHead, Unit: "school-2199000001"}}
	if d := cmp.Diff(&want, got); d != "" {
		t.Errorf("an account (-want +got):\n%s", d)
	}
	if l, err := s.LoginBySubject(ctx, "https://id", "w"); err != nil || l.ID != "id-Wang" || len(l.Grants) != 2 {
		t.Errorf("by identity: %+v, %v", l, err)
	}
	if _, err := s.LoginBySubject(ctx, "", ""); !errors.Is(err, fault.NotFound) {
		t.Errorf("no identity is nobody's: %v", err)
	}
	if err := change("id-Li", func(l *store.Login) { l.Issuer, l.Subject = "https://id", "w" }); !errors.Is(err, fault.Conflict) {
		t.Errorf("an identity of two accounts: %v", err)
	}
	// What a change refuses leaves nothing.
	_, err = s.ChangeLogin(ctx, all, "id-Li", func(l *store.Login) (store.Change, error) {
		l.Name = "changed"
		return store.Change{}, auth.ErrRefused
	})
	if l, _ := s.LoginByID(ctx, "id-Li"); !errors.Is(err, auth.ErrRefused) || l.Name != "名 Li" {
		t.Errorf("a refused change: %v, %+v", err, l)
	}
	if err := change("nobody", func(*store.Login) {}); !errors.Is(err, fault.NotFound) {
		t.Errorf("change nobody: %v", err)
	}
}

// An account is of a part of the tree if its unit and all its roles are.
func accountScope(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	people(t, s)
	county := store.Part(store.Editor, "county-990101")
	logins := func(sc store.Scope) (names []string) {
		t.Helper()
		as, err := s.Accounts(ctx, sc)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range as {
			names = append(names, fmt.Sprintf("%s %d", a.Login, len(a.Grants)))
		}
		return names
	}
	if got := logins(all); !slices.Equal(got, []string{"chief 1", "Li 1", "Wang 1"}) {
		t.Errorf("all accounts: %v", got)
	}
	if got := logins(county); !slices.Equal(got, []string{"Wang 1"}) {
		t.Errorf("accounts of a county: %v", got)
	}
	if got := logins(store.Scope{}); got != nil {
		t.Errorf("the zero scope lists %v", got)
	}
	nothing := func(*store.Login) (store.Change, error) { return store.Change{}, nil }
	for _, tt := range []struct {
		name string
		sc   store.Scope
		id   string
		kind error
	}{
		{"the own county's", county, "id-Wang", nil},
		{"another county's", county, "id-Li", fault.NotFound},
		{"of no unit", county, "id-chief", fault.NotFound},
		{"a reader", reader, "id-Wang", fault.Forbidden},
		{"the zero scope", store.Scope{}, "id-Wang", fault.Forbidden},
	} {
		if _, err := s.ChangeLogin(ctx, tt.sc, tt.id, nothing); !errors.Is(err, tt.kind) || tt.kind == nil && err != nil {
			t.Errorf("change, %s: %v; want %v", tt.name, err, tt.kind)
		}
	}
	if _, err := s.Account(ctx, county, "id-Li"); !errors.Is(err, fault.NotFound) {
		t.Errorf("look at another county's: %v", err)
	}
	if a, err := s.Account(ctx, county, "id-Wang"); err != nil || a.Login != "Wang" {
		t.Errorf("look at the own: %v, %v", a, err)
	}
	if _, err := s.ChangeLogin(ctx, all, "id-Wang", func(l *store.Login) (store.Change, error) {
		l.Grants = append(l.Grants, auth.Grant{Role: auth.SchoolClerk, Unit: "school-2199000002"})
		return store.Change{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ChangeLogin(ctx, county, "id-Wang", nothing); !errors.Is(err, fault.NotFound) {
		t.Errorf("an account with a role in another county: %v", err)
	}
	out := store.Login{Account: auth.Account{ID: "o", Login: "out", Unit: "school-2199000002", Made: midday}}
	if err := s.MakeLogins(ctx, county, []store.Login{out}, func(int) store.Change { return store.Change{} }); !errors.Is(err, fault.Forbidden) {
		t.Errorf("made an account in another county: %v", err)
	}
}

func sessions(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	people(t, s)
	begin := func(id, hash string, at time.Time) {
		t.Helper()
		if _, err := s.ChangeLogin(ctx, all, id, func(*store.Login) (store.Change, error) {
			return store.Change{Session: &store.SessionRow{Hash: hash, Began: at, Seen: at}}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	is := func(hash string) bool {
		t.Helper()
		_, _, err := s.Session(ctx, hash)
		if err != nil && !errors.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		return err == nil
	}
	for i, h := range []string{"h1", "h2", "h3"} {
		begin("id-Wang", h, midday.Add(time.Duration(i)*time.Minute))
	}
	begin("id-Li", "other", midday)
	if l, row, err := s.Session(ctx, "h2"); err != nil || l.ID != "id-Wang" || len(l.Grants) != 1 || !row.Began.Equal(midday.Add(time.Minute)) {
		t.Errorf("a session: %+v, %+v, %v", l, row, err)
	}
	// What is not seen goes, what is seen stays; time does not run back.
	if err := s.Seen(ctx, "h1", midday.Add(time.Hour), midday.Add(-time.Hour), midday.Add(90*time.Second)); err != nil {
		t.Fatal(err)
	}
	if !is("h1") || is("h2") || !is("h3") || is("other") {
		t.Error("idle sessions are not dropped, or others are")
	}
	if err := s.Seen(ctx, "h1", midday, midday.Add(-time.Hour), midday.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, row, _ := s.Session(ctx, "h1"); !row.Seen.Equal(midday.Add(time.Hour)) {
		t.Errorf("seen at %v, which is before", row.Seen)
	}
	begin("id-Li", "other", midday)
	if _, err := s.ChangeLogin(ctx, all, "id-Wang", func(*store.Login) (store.Change, error) {
		return store.Change{EndSessions: true, Spare: "h3"}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if is("h1") || !is("h3") || !is("other") {
		t.Error("want the account's other sessions to end, and no more")
	}
	for range 2 {
		if err := s.EndSession(ctx, "h3", audit.Record{At: midday, Action: audit.SignOut}); err != nil || is("h3") {
			t.Errorf("end a session: %v", err)
		}
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{Action: audit.SignOut}); n != 1 || err != nil {
		t.Errorf("%d lines of one sign-out, %v", n, err)
	}
}

func tokens(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	people(t, s)
	for i, id := range []string{"k1", "k2"} {
		row := store.TokenRow{Hash: "hash " + id, Token: auth.Token{ID: id, Label: "接口", Made: midday.Add(time.Duration(i) * time.Minute), Until: midday.AddDate(0, 0, 9)}}
		if _, err := s.ChangeLogin(ctx, all, "id-Wang", func(*store.Login) (store.Change, error) { return store.Change{Token: &row}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.TokenUsed(ctx, "k1", midday); err != nil {
		t.Fatal(err)
	}
	l, k, err := s.Token(ctx, "hash k1")
	if err != nil || l.ID != "id-Wang" || len(l.Grants) != 1 || k.Label != "接口" || !k.Used.Equal(midday) || !k.Until.Equal(midday.AddDate(0, 0, 9)) {
		t.Errorf("a key: %+v, %+v, %v", l, k, err)
	}
	if ks, err := s.Tokens(ctx, "id-Wang"); err != nil || len(ks) != 2 || ks[0].ID != "k2" || !ks[0].Used.IsZero() || !ks[1].Used.Equal(midday) || !ks[1].Until.Equal(midday.AddDate(0, 0, 9)) {
		t.Errorf("keys: %v, %v", ks, err)
	}
	if err := s.DropToken(ctx, "id-Li", "k1", audit.Record{At: midday}); !errors.Is(err, fault.NotFound) {
		t.Errorf("somebody else's key was dropped: %v", err)
	}
	if err := s.DropToken(ctx, "id-Wang", "k1", audit.Record{At: midday, Action: audit.TokenDropped}); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Token(ctx, "hash k1"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a dropped key: %v", err)
	}
	if _, err := s.ChangeLogin(ctx, all, "id-Wang", func(*store.Login) (store.Change, error) { return store.Change{EndTokens: true}, nil }); err != nil {
		t.Fatal(err)
	}
	if ks, _ := s.Tokens(ctx, "id-Wang"); len(ks) != 0 {
		t.Errorf("keys that were ended: %v", ks)
	}
}

// Failures in a row are counted of any name, and none is lost when many fail at
// once.
func failures(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	people(t, s)
	rule := func(failed int) time.Time {
		if failed < 8 {
			return time.Time{}
		}
		return midday.Add(time.Duration(failed) * time.Minute)
	}
	lines := func(time.Time) []audit.Record {
		return []audit.Record{{At: midday, Action: audit.SignInRefused}}
	}
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			name := []string{"wang", "WANG", "nobody"}[i%3]
			if _, err := s.Failed(ctx, name, midday, midday.Add(-time.Hour), rule, "", lines); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n, last, until, err := s.Failures(ctx, "Wang")
	if n != 8 || !last.Equal(midday) || !until.Equal(midday.Add(8*time.Minute)) || err != nil {
		t.Errorf("%d failures, last %v, locked until %v, %v; want 8", n, last, until, err)
	}
	if n, _, until, err := s.Failures(ctx, "nobody"); n != 4 || !until.IsZero() || err != nil {
		t.Errorf("%d failures of a name that nobody has, locked until %v, %v; want 4", n, until, err)
	}
	if n, _, _, err := s.Failures(ctx, "chief"); n != 0 || err != nil {
		t.Errorf("%d failures of who never failed, %v", n, err)
	}
	if l, err := s.LoginByName(ctx, "wang"); err != nil || !l.LockedUntil.Equal(midday.Add(8*time.Minute)) {
		t.Errorf("the account does not say that it is locked: %+v, %v", l, err)
	}
	if _, err := s.ChangeLogin(ctx, all, "id-Wang", func(*store.Login) (store.Change, error) { return store.Change{Forgive: true}, nil }); err != nil {
		t.Fatal(err)
	}
	if n, _, _, _ := s.Failures(ctx, "wang"); n != 0 {
		t.Errorf("%d failures were not forgiven", n)
	}
	// Old ones are forgotten.
	if _, err := s.Failed(ctx, "x", midday.Add(2*time.Hour), midday.Add(time.Hour), rule, "", lines); err != nil {
		t.Fatal(err)
	}
	if n, _, _, _ := s.Failures(ctx, "nobody"); n != 0 {
		t.Errorf("%d old failures are still counted", n)
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{Action: audit.SignInRefused}); n != 13 || err != nil {
		t.Errorf("%d lines in the log of 13 failures, %v", n, err)
	}
}

// Of two changes of an account at once, each sees what the other did.
func accountRace(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	people(t, s)
	second := open(t, dsn)
	var wg sync.WaitGroup
	for i := range 20 {
		db := []*store.Store{s, second}[i%2]
		wg.Go(func() {
			_, err := db.ChangeLogin(ctx, all, "id-Wang", func(l *store.Login) (store.Change, error) { l.Step++; return logged("step", l.ID), nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if l, err := s.LoginByID(ctx, "id-Wang"); err != nil || l.Step != 20 {
		t.Errorf("20 changes at once made %d, %v", l.Step, err)
	}
	wholeLog(t, s, 23)
}

// wholeLog checks that every chain of the log is whole.
func wholeLog(t *testing.T, s *store.Store, want int64) {
	t.Helper()
	ctx := context.Background()
	heads, err := s.AuditHeads(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	v := audit.NewVerifier(heads...)
	if err := s.WalkAudit(ctx, all, func(r audit.Record) error { v.Add(r); return nil }); err != nil {
		t.Fatal(err)
	}
	if ps := v.Finish(heads); len(ps) > 0 || v.Count() != want {
		t.Errorf("%d records, want %d; %v", v.Count(), want, ps)
	}
}

func auditLog(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	people(t, s)
	for i := range 5 {
		at := midday.Add(time.Duration(i) * time.Hour)
		unit := edu.UnitID([]string{"school-2199000001", "school-2199000002"}[i%2])
		// What comes from outside may hold anything.
		rec := audit.Record{At: at.Add(123456 * time.Nanosecond), Account: fmt.Sprint("a", i%2), Action: audit.PersonRead, Object: fmt.Sprint("o", i), Unit: unit, Detail: "名册\x00\xff" + strings.Repeat("长", 600), Remote: "::1"}
		if err := s.Log(ctx, all, rec); err != nil {
			t.Fatal(err)
		}
	}
	wholeLog(t, s, 8)
	list := func(sc store.Scope, f audit.Filter) (objects []string, total int) {
		t.Helper()
		rs, n, err := s.Audit(ctx, sc, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rs {
			objects = append(objects, r.Object)
		}
		return objects, n
	}
	for _, tt := range []struct {
		name  string
		sc    store.Scope
		f     audit.Filter
		want  []string
		total int
	}{
		{"by action, the newest first", all, audit.Filter{Action: audit.PersonRead}, []string{"o4", "o3", "o2", "o1", "o0"}, 5},
		{"a page of it", all, audit.Filter{Action: audit.PersonRead, Offset: 1, Limit: 2}, []string{"o3", "o2"}, 5},
		{"by account and unit", all, audit.Filter{Account: "a0", Unit: "school-2199000001"}, []string{"o4", "o2", "o0"}, 3},
		{"by time", all, audit.Filter{Action: audit.PersonRead, From: midday.Add(time.Hour), To: midday.Add(3 * time.Hour)}, []string{"o2", "o1"}, 2},
		{"by object", all, audit.Filter{Object: "id-Li"}, []string{"id-Li"}, 1},
		{"of a county", store.Part(store.Reader, "county-990102"), audit.Filter{}, []string{"o3", "o1", "id-Li"}, 3},
		{"of nothing", store.Scope{}, audit.Filter{}, nil, 0},
		{"of a unit that is not there", store.Part(store.Reader, "nowhere"), audit.Filter{}, nil, 0},
	} {
		if got, n := list(tt.sc, tt.f); !slices.Equal(got, tt.want) || n != tt.total {
			t.Errorf("%s: %v of %d; want %v of %d", tt.name, got, n, tt.want, tt.total)
		}
	}
	for _, sc := range []store.Scope{{}, store.Part(store.Editor, "county-990101")} {
		n := 0
		if err := s.WalkAudit(ctx, sc, func(audit.Record) error { n++; return nil }); err != nil || n > 0 {
			t.Errorf("a part of the tree walked %d records of the log, %v", n, err)
		}
		if heads, err := s.AuditHeads(ctx, sc); err != nil || len(heads) > 0 {
			t.Errorf("heads: %v, %v", heads, err)
		}
	}
	if err := s.Log(ctx, reader, audit.Record{At: midday}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a reader wrote to the log: %v", err)
	}
	// Each county has its own chain, and what is of no county the central one.
	heads, err := s.AuditHeads(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range heads {
		got = append(got, fmt.Sprint(h.Shard, " ", h.No))
	}
	if want := []string{"central 1", "county-990101 4", "county-990102 3"}; !slices.Equal(got, want) {
		t.Errorf("chains %v; want %v", got, want)
	}
}
