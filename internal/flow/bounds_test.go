package flow

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/auth"
	"shuren/internal/edu"
)

// Whatever administrators try, nobody joins what must be separate, nobody gets
// out of the own part, and the log stays whole.
func TestNobodyClimbs(t *testing.T) {
	o := newOffice(t, sqlite(t))
	grant := func(r auth.Role, u edu.UnitID) auth.Grant { return auth.Grant{Role: r, Unit: u, Whole: u == ""} }
	var who []auth.Actor
	for _, p := range []struct {
		login string
		unit  edu.UnitID
		role  auth.Grant
	}{
		{"sysa", "a", grant(auth.SystemAdmin, "a")}, {"seca", "a", grant(auth.SecurityAdmin, "a")}, {"syst", "", grant(auth.SystemAdmin, "")},
		{"sect", "", grant(auth.SecurityAdmin, "")}, {"audt", "", grant(auth.AuditAdmin, "")}, {"cler", "a1s", grant(auth.SchoolClerk, "a1s")},
	} {
		a := o.person(p.login, p.unit, p.role)
		who = append(who, a.Actor())
	}
	for i := range 4 {
		o.person(fmt.Sprint("x", i), []edu.UnitID{"a1s", "b1s", "a", ""}[i])
	}
	units := []edu.UnitID{"", "city", "a", "b", "a1", "a1s", "b1s"}
	accounts := func() map[string]auth.Account {
		all, err := o.city.store.Accounts(ctx, local)
		o.must(err)
		m := map[string]auth.Account{}
		for _, a := range all {
			a.LockedUntil, a.LastIn = time.Time{}, time.Time{}
			m[a.ID] = a
		}
		return m
	}
	holds, err := o.holds(ctx)
	o.must(err)
	made, done := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(4, 12).Draw(t, "acts") {
			o.later(10 * time.Second)
			before := accounts()
			ids := make([]string, 0, len(before))
			for id := range before {
				ids = append(ids, id)
			}
			slices.SortFunc(ids, func(a, b string) int { return strings.Compare(before[b].Login, before[a].Login) })
			i := rapid.IntRange(0, len(who)-1).Draw(t, "who")
			// What a person may do is asked of the account as it is now.
			actor := before[who[i].Account].Actor()
			id := rapid.SampledFrom(ids).Draw(t, "account")
			g := grant(rapid.SampledFrom(auth.Roles).Draw(t, "role"), rapid.SampledFrom(units).Draw(t, "unit"))
			act := rapid.SampledFrom([]string{"make", "grant", "grant", "grant", "revoke", "recover", "unlock", "close"}).Draw(t, "act")
			var err error
			switch act {
			case "make":
				made++
				_, _, err = o.Make(ctx, actor, auth.Account{Login: fmt.Sprint("made", made), Name: "x", Unit: g.Unit})
			case "grant":
				err = o.Grant(ctx, actor, id, g)
			case "revoke":
				if gs := before[id].Grants; len(gs) > 0 {
					g = gs[0]
				}
				err = o.Revoke(ctx, actor, id, g)
			case "recover":
				_, _, err = o.RecoveryCode(ctx, actor, id)
			case "unlock":
				err = o.Unlock(ctx, actor, id)
			case "close":
				err = o.Close(ctx, actor, id, "test")
			}
			after := accounts()
			for id, a := range after {
				if err := auth.CheckGrants(a.Grants); err != nil {
					t.Fatalf("%s has %v: %v", a.Login, a.Grants, err)
				}
				b, was := before[id]
				if was && same(a, b) {
					continue
				}
				if err != nil {
					t.Fatalf("%s of %s was refused (%v) and yet changed %s", act, actor.Account, err, a.Login)
				}
				reach := both(actor.Reach(auth.KeepUsers), actor.Reach(auth.GrantRoles))
				if !reach.CoversAccount(a, holds) || was && !reach.CoversAccount(b, holds) {
					t.Fatalf("%v changed %+v to %+v", actor.Grants, b, a)
				}
				if id == actor.Account {
					t.Fatalf("%v changed the own account from %+v to %+v", actor.Grants, b, a)
				}
			}
			if err == nil {
				done[act]++
			}
			if err == nil && !actor.May(auth.KeepUsers) && !actor.May(auth.GrantRoles) {
				t.Fatalf("%v did %s", actor.Grants, act)
			}
		}
	})
	if done["make"]+done["grant"]+done["revoke"]+done["close"] < 20 {
		t.Errorf("allowed were only %v: the test tries too little", done)
	}
	o.whole()
	t.Logf("allowed: %v", done)
}

func same(a, b auth.Account) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

// Names and addresses without end do not take memory without end, and what was
// counted last is kept while there is room.
func TestLimiterIsBounded(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	b := buckets{every: time.Minute, burst: 1}
	for i := range 2*maxBuckets + 10 {
		if r, _ := b.take(now, fmt.Sprint(i)); r == nil {
			t.Fatal("a new name was refused")
		}
		if len(b.m) > maxBuckets {
			t.Fatalf("%d buckets", len(b.m))
		}
	}
	// Full buckets go first: after a while all old ones are full.
	now = now.Add(time.Hour)
	b.take(now, "mine")
	for i := range maxBuckets {
		b.take(now, fmt.Sprint("other", i))
		if i == maxBuckets/2 {
			if r, wait := b.take(now, "mine"); r != nil || wait <= 0 {
				t.Error("a name that was just tried is forgotten although others could go")
			}
		}
	}
}

func TestPartsAreBounded(t *testing.T) {
	var l lru
	year := edu.Year(2025)
	first := l.get(partKey{"first", year})
	for i := range 3 * maxParts {
		l.get(partKey{fmt.Sprint(i), year})
		if l.get(partKey{"first", year}) != first {
			t.Fatal("what is asked for all the time is dropped")
		}
	}
	if len(l.at) > maxParts || l.order.Len() != len(l.at) {
		t.Errorf("%d parts are kept, %d in order", len(l.at), l.order.Len())
	}
	if l.get(partKey{"first", edu.Year(2024)}) == first {
		t.Error("two years share an assessment")
	}
}
