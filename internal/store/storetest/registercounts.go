package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/store"
)

// classCounts: pupils of a school's register by class and state of schooling, with its
// boarders and marks; who left, who is on another list or of another year, and who is on
// no school's register is not in it, and who reads a part counts that part.
func classCounts(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	put := func(id string, list register.List, c register.Child) {
		t.Helper()
		c.Person = register.PersonID(id)
		if c.Year == 0 {
			c.Year = 2024
		}
		if c.Schooling == "" {
			c.Schooling = register.Enrolled
		}
		if err := s.KeepChild(ctx, all, list, c, store.Kept{Person: sealedPerson(c.Person, store.AChild), New: true}); err != nil {
			t.Fatal(id, err)
		}
	}
	four := register.Child{School: "s1", Stage: edu.Primary, Grade: 4, Class: "1"}
	boarder, marked, other, left, old, elsewhere := four, four, four, four, four, four
	boarder.Boards, boarder.Groups = true, register.LeftBehind
	marked.Groups = register.LeftBehind | register.Migrant
	other.Schooling = register.AtHome
	left.Left = 20000
	old.Year = 2023
	elsewhere.School, elsewhere.Class = "s3", ""
	put("p1", register.Register, boarder)
	put("p2", register.Register, marked)
	put("p3", register.Register, other)
	put("p4", register.Register, left)
	put("p5", register.Register, old)
	put("p6", register.InClass, four)
	put("p7", register.Register, register.Child{Home: "town"})
	put("p8", register.Register, elsewhere)

	one := register.ClassCount{School: "s1", Stage: edu.Primary, Grade: 4, Class: "1", Schooling: register.AtHome, Pupils: 1}
	two := register.ClassCount{School: "s1", Stage: edu.Primary, Grade: 4, Class: "1", Schooling: register.Enrolled, Pupils: 2, Boarders: 1, Marked: [8]int{5: 2, 6: 1}}
	west := register.ClassCount{School: "s3", Stage: edu.Primary, Grade: 4, Schooling: register.Enrolled, Pupils: 1}
	for _, tt := range []struct {
		name string
		sc   store.Scope
		year int
		want []register.ClassCount
	}{
		{"all", all, 2024, []register.ClassCount{one, two, west}},
		{"a county", store.Part(store.Reader, "east"), 2024, []register.ClassCount{one, two}},
		{"a school", store.Part(store.Reader, "s3"), 2024, []register.ClassCount{west}},
		{"a school without pupils", store.Part(store.Reader, "s2"), 2024, nil},
		{"a year without any", all, 2020, nil},
		{"nobody's", store.Scope{}, 2024, nil},
	} {
		got, err := s.ClassCounts(ctx, tt.sc, tt.year)
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
	}
}

// registerHistory: a correction is one with its row, the newest first; what changes
// nothing leaves no line; it is read where the row was then, by nobody of another kind,
// and goes with its year.
func registerHistory(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	keep := func(minutes int, c register.Child, k store.Kept) {
		t.Helper()
		k.Name = "甲"
		rec := audit.Record{At: noon.Add(time.Duration(minutes) * time.Minute), Account: "a", Action: "register.child"}
		if err := s.KeepChild(ctx, all, register.Register, c, k, rec); err != nil {
			t.Fatal(err)
		}
	}
	c := register.Child{Person: "p1", Year: 2024, School: "s1", Stage: edu.Primary, Grade: 4, Schooling: register.Enrolled}
	keep(0, c, store.Kept{Person: sealedPerson("p1", store.AChild), New: true})
	c.Class = "2"
	keep(1, c, store.Kept{})
	keep(2, c, store.Kept{}) // nothing
	c.School = "s3"
	renamed := sealedPerson("p1", store.AChild)
	renamed.Digest = []byte("another name")
	keep(3, c, store.Kept{Person: renamed})
	line := func(minutes int, unit edu.UnitID, done register.Correction) store.Corrected {
		return store.Corrected{Person: "p1", Kind: store.AChild, Year: 2024, Unit: unit, At: noon.Add(time.Duration(minutes) * time.Minute), By: "a", Name: "甲", Correction: done}
	}
	moved := line(3, "s3", register.Correction{Who: true, Changes: []register.Change{{Field: "school", From: "s1", To: "s3"}}})
	class := line(1, "s1", register.Correction{Changes: []register.Change{{Field: "class", To: "2"}}})
	first := line(0, "s1", register.Correction{New: true})
	for _, tt := range []struct {
		name  string
		sc    store.Scope
		kind  store.PersonKind
		id    register.PersonID
		limit int
		want  []store.Corrected
	}{
		{"all", all, store.AChild, "p1", 9, []store.Corrected{moved, class, first}},
		{"the newest", all, store.AChild, "p1", 2, []store.Corrected{moved, class}},
		{"where it was", store.Part(store.Reader, "east"), store.AChild, "p1", 9, []store.Corrected{class, first}},
		{"where it is", store.Part(store.Reader, "west"), store.AChild, "p1", 9, []store.Corrected{moved}},
		{"of another kind", all, store.AStaff, "p1", 9, nil},
		{"of somebody else", all, store.AChild, "p2", 9, nil},
		{"by who sees nothing", store.Scope{}, store.AChild, "p1", 9, nil},
	} {
		got, err := s.Corrections(ctx, tt.sc, tt.kind, tt.id, tt.limit)
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
	}
	for _, over := range []struct{ year, want int }{{2023, 3}, {2024, 0}} {
		if _, err := s.ExpireRegister(ctx, all, store.AChild, 0, over.year, func(store.Expired) audit.Record {
			return audit.Record{At: noon, Account: "system", Action: "register.expire"}
		}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Corrections(ctx, all, store.AChild, "p1", 9); err != nil || len(got) != over.want {
			t.Errorf("years up to %d are over: %d lines, %v; want %d", over.year, len(got), err, over.want)
		}
	}
}
