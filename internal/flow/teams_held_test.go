package flow

import (
	"context"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/register"
	"shuren/internal/store"
)

// What is held of a register is let go when somebody on it changes, when an identity
// expires, and never shown to who does not reach it.
func TestHeldRegisterFollowsTheRegister(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, tm, ids := staffed(t, dsn)
		ctx, east := context.Background(), b.by["eastclerk"]
		stamp := func() string {
			t.Helper()
			s, at, err := b.Office.city.store.RegisterStamp(ctx, store.AStaff)
			if err != nil || at.IsZero() {
				t.Fatalf("%s, %v, %v", s, at, err)
			}
			return s
		}
		of := func(who string) *TeamsOf {
			t.Helper()
			got, err := tm.Of(ctx, b.by[who], "east")
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		first := stamp()
		if n := len(of("eastclerk").Input.Staff); n != 3 {
			t.Fatalf("%d people", n)
		}
		// A school's head asks after the county did, and gets the own school only.
		if n := len(of("head").Input.Staff); n != 2 {
			t.Errorf("the head sees %d people", n)
		}
		if stamp() != first {
			t.Error("reading moves the register")
		}
		c, id := pupil("钱明远", 1)
		if _, err := b.KeepChild(ctx, actor(auth.SchoolHead, "school"), c, id); err != nil {
			t.Fatal(err)
		}
		if stamp() != first {
			t.Error("a pupil moves the register of staff")
		}
		row, err := b.Registers.Staff(ctx, east, ids[0])
		if err != nil {
			t.Fatal(err)
		}
		m := row.Staff
		m.Subject = "体育"
		if _, err := b.KeepStaff(ctx, auth.Operator(), m, nil); err != nil {
			t.Fatal(err)
		}
		got := of("eastclerk")
		if stamp() == first || !hasSubject(got, ids[0], "体育") {
			t.Errorf("a change is not seen: %+v", got.Input.Staff)
		}
		b.clock.set(t, "2030-01-01 10:00")
		if out, err := b.Expire(ctx); err != nil || out.Identities == 0 {
			t.Fatalf("%+v, %v", out, err)
		}
		got = of("eastclerk")
		for id, name := range got.Names {
			if name != "" {
				t.Errorf("the name of %s is held after its time: %q", id, name)
			}
		}
	})
}

func hasSubject(of *TeamsOf, id register.PersonID, subject string) bool {
	for i := range of.Input.Staff {
		if s := &of.Input.Staff[i]; s.Person == id {
			return s.Subject == subject
		}
	}
	return false
}
