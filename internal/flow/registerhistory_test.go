package flow

import (
	"fmt"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/register"
	"shuren/internal/store"
)

// A correction by hand is kept with who did it and what stood there before, whoever the
// child is and that its household was poor in none of it; it goes with the rows of its
// school year, and is read where the row was.
func TestCorrectionsByHandAreKept(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, ctx := newBooks(t, dsn), t.Context()
		head := actor(auth.SchoolHead, "school")
		head.Name = "赵校长"
		c, who := pupil("钱明远", 1)
		id, err := b.KeepChild(ctx, head, c, who)
		if err != nil {
			t.Fatal(err)
		}
		keep := func(id *register.Identity) {
			t.Helper()
			b.clock.add(1e9)
			if _, err := b.KeepChild(ctx, head, c, id); err != nil {
				t.Fatal(err)
			}
		}
		row, err := b.Child(ctx, head, id)
		if err != nil {
			t.Fatal(err)
		}
		c = row.Child
		c.Class, c.Groups = "2", register.ExPoverty|register.Orphan
		keep(nil)
		keep(nil) // which changes nothing
		c.Groups = register.Orphan
		keep(nil) // which changes nothing that may stay
		renamed := *who
		renamed.Name = "钱明志"
		keep(&renamed)
		var got []string
		list, err := b.Corrections(ctx, head, store.AChild, id)
		for _, x := range list {
			got = append(got, fmt.Sprint(x.Name, x.Year, x.Unit, x.New, x.Who, x.Changes))
		}
		want := []string{
			"赵校长2024schoolfalse true []",
			"赵校长2024schoolfalse false [{class 1 2} {groups  orphan}]",
			"赵校长2024schooltrue false []",
		}
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%v, %v", got, err)
		}
		if list, err := b.Corrections(ctx, actor(auth.SchoolHead, "own"), store.AChild, id); err != nil || len(list) != 0 {
			t.Errorf("read elsewhere: %v, %v", list, err)
		}
		if list, err := b.Corrections(ctx, head, store.AStaff, id); err != nil || len(list) != 0 {
			t.Errorf("of staff: %v, %v", list, err)
		}
		b.clock.set(t, "2036-09-02 10:00")
		if _, err := b.Expire(ctx); err != nil {
			t.Fatal(err)
		}
		if list, err := b.Office.city.store.Corrections(ctx, store.Whole(store.Reader), store.AChild, id, 9); err != nil || len(list) != 0 {
			t.Errorf("when its rows are deleted: %v, %v", list, err)
		}
	})
}

// What was corrected goes by its year also where no row of that part of the tree is left.
func TestCorrectionsGoWhereverTheRowIs(t *testing.T) {
	b, ctx := newBooks(t, begun.SQLite(t)), t.Context()
	c, who := pupil("钱明远", 1)
	id, err := b.KeepChild(ctx, auth.Operator(), c, who)
	if err != nil {
		t.Fatal(err)
	}
	row, err := b.Child(ctx, auth.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	moved := row.Child
	moved.School, moved.Home, moved.Schooling = "", "west", register.NotYet
	if _, err := b.KeepChild(ctx, auth.Operator(), moved, nil); err != nil {
		t.Fatal(err)
	}
	before, err := b.city.store.Corrections(ctx, store.Whole(store.Reader), store.AChild, id, 9)
	if err != nil || len(before) != 2 {
		t.Fatalf("%v, %v", before, err)
	}
	b.clock.set(t, "2036-09-02 10:00")
	if _, err := b.Expire(ctx); err != nil {
		t.Fatal(err)
	}
	if left, err := b.city.store.Corrections(ctx, store.Whole(store.Reader), store.AChild, id, 9); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// The same of staff.
func TestCorrectionsOfStaffAreKept(t *testing.T) {
	b, ctx := newBooks(t, t.TempDir()+"/city.db"), t.Context()
	head := actor(auth.SchoolHead, "school")
	m := register.Staff{Year: 2024, Unit: "school", Category: "established", Duty: "on_duty", Post: "teacher", Subject: "语文"}
	id, err := b.KeepStaff(ctx, head, m, &register.Identity{Name: "孙立人", Citizen: citizenNo("19850310", 7)})
	if err != nil {
		t.Fatal(err)
	}
	row, err := b.Staff(ctx, head, id)
	if err != nil {
		t.Fatal(err)
	}
	m = row.Staff
	m.Duty, m.Training = "lent", 361.5
	if _, err := b.KeepStaff(ctx, head, m, nil); err != nil {
		t.Fatal(err)
	}
	list, err := b.Corrections(ctx, head, store.AStaff, id)
	if err != nil || len(list) != 2 || fmt.Sprint(list[0].Changes) != "[{duty on_duty lent} {training 0 361.5}]" || !list[1].New {
		t.Errorf("%+v, %v", list, err)
	}
}
