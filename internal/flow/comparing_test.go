package flow

import (
	"context"
	"errors"
	"slices"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// suspicion is a year with one child on no register, another in class, and an
// ex-poverty list with the first.
func (b *books) suspicion(t *testing.T) register.PersonID {
	t.Helper()
	in, id := pupil("钱明远", 1)
	in.Schooling = register.Enrolled
	b.listed(t, register.Register, in, id)
	out, id := pupil("周子轩", 2)
	out.School, out.Grade, out.Class, out.Stage = "", 0, "", ""
	out.Person = b.listed(t, register.Household, out, id)
	b.listed(t, register.ExPoor, out, nil)
	return out.Person
}

func (b *books) wait(t *testing.T, who auth.Actor) Comparing {
	t.Helper()
	return ended(t, func() (Comparing, MakingState, error) {
		at, err := b.Comparing(t.Context(), who, 2024)
		return at, at.State, err
	})
}

// However a comparison ends, the ex-poverty list is gone after it; and only one that
// came to its end changes what is shown.
func TestHoweverAComparisonEnds(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(t *testing.T, b *books, who auth.Actor, hold *held)
		want MakingState
	}{
		{"it is done", func(t *testing.T, b *books, who auth.Actor, hold *held) { close(hold.goOn) }, MakingDone},
		{"it is stopped", func(t *testing.T, b *books, who auth.Actor, hold *held) {
			if err := b.StopComparing(t.Context(), who, 2024); err != nil {
				t.Error(err)
			}
		}, MakingStopped},
		{"it fails", func(t *testing.T, b *books, who auth.Actor, hold *held) { hold.panics = true; close(hold.goOn) }, MakingFailed},
		{"the server ends in order", func(t *testing.T, b *books, who auth.Actor, hold *held) {
			c := b.Office.city
			c.making.close()
			c.making = newMakings()
			b.clock.add(2 * comparingLease)
		}, MakingCut},
	} {
		t.Run(tt.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, dsn string) {
				b, who := newBooks(t, dsn), actor(auth.RetentionOfficer, "east")
				b.suspicion(t)
				before, err := b.Compare(t.Context(), who, 2024, nil)
				if err != nil || before.ToFind() != 1 {
					t.Fatalf("before: %+v, %v", before, err)
				}
				if n := len(b.rowsOf(t, register.ExPoor)); n != 0 {
					t.Fatalf("%d rows of the ex-poverty list after a comparison", n)
				}
				// Another child that is nowhere, and a list again.
				next, id := pupil("孙雨涵", 3)
				next.School, next.Grade, next.Class, next.Stage = "", 0, "", ""
				next.Person = b.listed(t, register.Household, next, id)
				b.listed(t, register.ExPoor, next, nil)

				hold := newHeld()
				b.between = hold.wait
				at, err := b.BeginCompare(t.Context(), who, 2024)
				if err != nil || at.State != MakingNow {
					t.Fatalf("begun: %+v, %v", at, err)
				}
				<-hold.began
				if at, err = b.Comparing(t.Context(), who, 2024); err != nil || at.State != MakingNow || at.Step.ZH == "" || at.Share <= 0 || at.Share >= 1 {
					t.Errorf("under way: %+v, %v", at, err)
				}
				if again, err := b.BeginCompare(t.Context(), who, 2024); err != nil || again.Began != at.Began {
					t.Errorf("begun twice: %+v, %v", again, err)
				}
				tt.do(t, b, who, hold)
				if at = b.wait(t, who); at.State != tt.want {
					t.Errorf("it ended %s (%s), want %s", at.State, at.Why.EN, tt.want)
				}
				if n := len(b.rowsOf(t, register.ExPoor)); n != 0 {
					t.Errorf("%d rows of the ex-poverty list are left", n)
				}
				now, err := b.Comparison(t.Context(), who, 2024)
				want := before.Run
				if tt.want == MakingDone {
					want = at.made
				}
				if err != nil || now.Run == before.Run != (tt.want != MakingDone) {
					t.Errorf("run %s of %s, %v; before %s", now.Run, want, err, before.Run)
				}
				if n := b.found(t, who, now); len(n) != now.ToFind() {
					t.Errorf("%d lines of %d", len(n), now.ToFind())
				}
				// And it can begin again.
				b.between = nil
				if now, err = b.Compare(t.Context(), who, 2024, nil); err != nil || now.ToFind() != 2 {
					t.Errorf("again: %+v, %v", now, err)
				}
			})
		})
	}
}

// held holds a comparison in its middle.
type held struct {
	began, goOn chan struct{}
	panics      bool
}

func newHeld() *held { return &held{began: make(chan struct{}, 100), goOn: make(chan struct{})} }

func (h *held) wait(ctx context.Context) {
	h.began <- struct{}{}
	select {
	case <-h.goOn:
	case <-ctx.Done():
	}
	if h.panics {
		panic("a fault")
	}
}

// A server that is killed says nothing any more: another one sees that the comparison
// is under way until its lease is over, and then that it was cut; what it wrote and
// the ex-poverty list go. Until then nobody begins a second one.
func TestTheServerThatComparedIsKilled(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, who := newBooks(t, dsn), actor(auth.RetentionOfficer, "east")
		b.suspicion(t)
		dead := b.killed(t, dsn)
		hold := newHeld()
		dead.between = hold.wait
		if _, err := dead.BeginCompare(t.Context(), who, 2024); err != nil {
			t.Fatal(err)
		}
		<-hold.began // and nothing more is heard of it

		if at, err := b.Comparing(t.Context(), who, 2024); err != nil || at.State != MakingNow {
			t.Errorf("seen by another server: %+v, %v", at, err)
		}
		if _, err := b.BeginCompare(t.Context(), who, 2024); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second one: %v", err)
		}
		if n, err := b.Broken(t.Context()); err != nil || n != 0 || len(b.rowsOf(t, register.ExPoor)) != 1 {
			t.Errorf("%d cleared up while it is under way, %v", n, err)
		}
		b.clock.add(2 * comparingLease)
		if at, err := b.Comparing(t.Context(), who, 2024); err != nil || at.State != MakingCut {
			t.Errorf("after its lease: %+v, %v", at, err)
		}
		ticker := Ticker{City: b.Office.city, Holder: "b", Now: b.clock.now}
		b.Office.city.now = b.clock.now
		if _, err := ticker.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(b.rowsOf(t, register.ExPoor)); n != 0 {
			t.Errorf("%d rows of the ex-poverty list are left", n)
		}
		if _, err := b.Comparison(t.Context(), who, 2024); !errors.Is(err, fault.NotFound) {
			t.Errorf("there is a comparison: %v", err)
		}
		if at, err := b.Comparing(t.Context(), who, 2024); err != nil || at.State != MakingCut {
			t.Errorf("when it is cleared up: %+v, %v", at, err)
		}
		// A list that comes later is another comparison's.
		next, id := pupil("孙雨涵", 3)
		next.School, next.Grade, next.Class, next.Stage = "", 0, "", ""
		next.Person = b.listed(t, register.ExPoor, next, id)
		if n, err := b.Broken(t.Context()); err != nil || n != 0 || len(b.rowsOf(t, register.ExPoor)) != 1 {
			t.Errorf("%d cleared up twice, %v", n, err)
		}
		c, err := b.Compare(t.Context(), who, 2024, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(b.found(t, who, c), func(r Reconciled) bool {
			return r.Person == next.Person && slices.Contains(r.Reasons, "ex_poverty")
		}) {
			t.Error("the child of the later list is not found")
		}
	})
}
