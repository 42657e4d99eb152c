package flow

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/reconcile"
	"shuren/internal/register"
	"shuren/internal/store"
)

// listed keeps a child's row on any list, as an import does.
func (b *books) listed(t *testing.T, list register.List, c register.Child, id *register.Identity) register.PersonID {
	t.Helper()
	ctx := context.Background()
	_, ring, err := b.reach(auth.Operator(), auth.KeepPupils, store.Editor)
	if err != nil {
		t.Fatal(err)
	}
	k := store.Kept{}
	if id != nil {
		c.Person = register.NewPersonID()
		p, err := sealIdentity(ring, store.AChild, c.Person, *id, c.Born)
		if err != nil {
			t.Fatal(err)
		}
		k.Person, k.New = &p, true
	}
	if err := b.Office.city.store.KeepChild(ctx, store.Whole(store.Editor), list, c, k); err != nil {
		t.Fatal(err)
	}
	return c.Person
}

func (b *books) found(t *testing.T, who auth.Actor, c *Reconciliation) []Reconciled {
	t.Helper()
	list, err := b.Found(context.Background(), who, c, 0, -1)
	if err != nil || len(list) != c.Records {
		t.Fatalf("%d records of %d, %v", len(list), c.Records, err)
	}
	return list
}

func (b *books) doubts(t *testing.T, who auth.Actor, c *Reconciliation) []Doubtful {
	t.Helper()
	list, err := b.Doubts(context.Background(), who, c)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (b *books) rowsOf(t *testing.T, list register.List) (out []store.ChildRow) {
	t.Helper()
	err := b.Office.city.store.EachChild(context.Background(), store.Whole(store.Reader), 2024, list, func(r store.ChildRow) error {
		out = append(out, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The stored lists are compared by the officer of a county for that county; who it
// is about is an id, and what a person says of a pair stands.
func TestStoredListsAreCompared(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), context.Background()
		east, west := actor(auth.RetentionOfficer, "east"), actor(auth.RetentionOfficer, "west")
		if _, err := b.Compare(ctx, east, 2024, nil); !errors.Is(err, fault.Invalid) {
			t.Errorf("without lists: %v", err)
		}
		at := func(name string, serial int) (register.Child, *register.Identity) {
			c, id := pupil(name, serial)
			c.Schooling = register.Enrolled
			return c, id
		}
		home := func(c register.Child) register.Child {
			c.School, c.Grade, c.Class, c.Stage, c.Schooling = "", 0, "", "", ""
			return c
		}
		// One on all lists, one on the household list alone, one not in class, one gone
		// since last year, and one whom two lists give two numbers.
		all, id := at("钱明远", 1)
		all.Person = b.listed(t, register.Register, all, id)
		b.listed(t, register.Household, home(all), nil)
		b.listed(t, register.InClass, all, nil)
		never, id := at("周子轩", 2)
		never = home(never)
		never.Person = b.listed(t, register.Household, never, id)
		b.listed(t, register.ExPoor, never, nil)
		absent, id := at("孙雨涵", 3)
		absent.Person = b.listed(t, register.Register, absent, id)
		b.listed(t, register.Household, home(absent), nil)
		gone, id := at("吴文博", 4)
		gone.Year, gone.Grade = 2023, 3
		gone.Person = b.listed(t, register.Register, gone, id)
		two, id := at("郑晓明", 5)
		two.Born, id.Student = 16504, ""
		first := b.listed(t, register.Register, two, id)
		two.Person = first
		b.listed(t, register.InClass, two, nil)
		other, oid := at("鄭曉明", 6)
		other, oid.Student = home(other), ""
		other.Born = two.Born
		second := b.listed(t, register.Household, other, oid)

		if n := len(b.rowsOf(t, register.ExPoor)); n != 1 {
			t.Fatalf("%d rows of the ex-poverty list; want 1", n)
		}
		got, err := b.Compare(ctx, east, 2024, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := map[register.PersonID]string{never.Person: "never_enrolled ex_poverty", absent.Person: "not_in_class", gone.Person: "vanished"}
		for _, r := range b.found(t, east, got) {
			if w, ok := want[r.Person]; ok && (strings.Join(r.Reasons, " ") != w || r.Ledger != reconcile.Suspected.ID()) {
				t.Errorf("%s: %s, %v; want %s", r.Person, r.Ledger, r.Reasons, w)
			}
			delete(want, r.Person)
		}
		pairs := b.doubts(t, east, got)
		if len(want) > 0 || len(pairs) != 1 || !pairs[0].Numbers || got.Unit != "east" {
			t.Fatalf("missing %v, pairs %+v", want, pairs)
		}
		pair := []register.PersonID{pairs[0].A, pairs[0].B}
		if !slices.Contains(pair, first) || !slices.Contains(pair, second) {
			t.Errorf("pair %v; want %s and %s", pair, first, second)
		}
		// What is kept has nothing of who it is.
		kept, err := b.Comparison(ctx, east, 2024)
		if err != nil || kept.Ledgers["suspected"] != got.Ledgers["suspected"] || kept.Rev != got.Rev {
			t.Errorf("kept %+v, %v", kept, err)
		}
		text, err := json.Marshal([]any{kept, b.found(t, east, kept), pairs})
		if err != nil {
			t.Fatal(err)
		}
		log, _, err := b.Office.city.store.Audit(ctx, store.Whole(store.Reader), audit.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		logged, _ := json.Marshal(log)
		for _, name := range []string{"周子轩", "郑晓明", "鄭曉明", "5399", "赵监护"} {
			if strings.Contains(string(text), name) || strings.Contains(string(logged), name) {
				t.Errorf("%s is in what was kept or logged", name)
			}
		}
		// A person says that they are one: the records stay two, the child is one.
		if err := b.Decide(ctx, east, 2024, second, first, SameChild); err != nil {
			t.Fatal(err)
		}
		again, err := b.Compare(ctx, east, 2024, nil)
		if err != nil {
			t.Fatal(err)
		}
		if pairs = b.doubts(t, east, again); again.Children != got.Children-1 || len(pairs) != 1 || pairs[0].Said != SameChild || again.Ledgers["suspected"] != got.Ledgers["suspected"]-1 {
			t.Errorf("again %+v; before %+v", again, got)
		}
		// The ex-poverty list is deleted, and what it said of a suspicion stays.
		if n := len(b.rowsOf(t, register.ExPoor)); n != 0 || again.Lists["poverty"] != 0 {
			t.Errorf("%d rows of the ex-poverty list are left", n)
		}
		records := b.found(t, east, again)
		if i := slices.IndexFunc(records, func(r Reconciled) bool { return r.Person == never.Person }); i < 0 || !slices.Contains(records[i].Reasons, "ex_poverty") {
			t.Errorf("records %+v", records)
		}
		for name, try := range map[string]func() error{
			"a pair that was not asked": func() error { return b.Decide(ctx, east, 2024, first, gone.Person, SameChild) },
			"another county's":          func() error { return b.Decide(ctx, west, 2024, first, second, OtherChild) },
			"another county's result":   func() error { _, err := b.Comparison(ctx, west, 2024); return err },
		} {
			if err := try(); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := b.Decide(ctx, east, 2024, first, second, "perhaps"); !errors.Is(err, fault.Invalid) {
			t.Errorf("a third answer: %v", err)
		}
		if _, err := b.Compare(ctx, actor(auth.SchoolHead, "school"), 2024, nil); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a school compares: %v", err)
		}
	})
}
