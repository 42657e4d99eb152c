package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// warned: what a school said on a past day stays, whatever it says later; what became
// of a case is told line by line; both only to who sees the whole county. The register
// is read without who anybody is.
func warned(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	mark := func(p retention.Person, kind retention.MarkKind, n int, day edu.Date) {
		t.Helper()
		m := store.MarkMove{Mark: retention.Mark{Person: p, School: "s1", Kind: kind, Since: day - 1, Days: n, Day: day}, County: "east", Turns: retention.Turns{Watch: retention.Never, Amber: day, Red: day}}
		if err := s.PutMarks(ctx, all, []store.MarkMove{m}); err != nil {
			t.Fatal(err)
		}
	}
	mark("p1", retention.Absent, 3, 20000)
	mark("p1", retention.Absent, 4, 20000)
	mark("p2", retention.Absent, 1, 20001)
	mark("p1", retention.BackHere, 0, 20002)
	log := func(sc store.Scope, from, until edu.Date) string {
		t.Helper()
		var out []string
		if err := s.AttendanceLog(ctx, sc, "east", from, until, func(m retention.Mark) error {
			out = append(out, fmt.Sprintf("%d %s@%s %s %d since %d", m.Day, m.Person, m.School, m.Kind, m.Days, m.Since))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return strings.Join(out, ", ")
	}
	if got, want := log(all, 0, 20002), "20000 p1@s1 absent 4 since 19999, 20001 p2@s1 absent 1 since 20000, 20002 p1@s1 back 0 since 20001"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := log(store.Part(store.Reader, "east"), 20001, 20001), "20001 p2@s1 absent 1 since 20000"; got != want {
		t.Errorf("of a day: %s, want %s", got, want)
	}
	for name, sc := range map[string]store.Scope{"a school": store.Part(store.Reader, "s1"), "another county": store.Part(store.Reader, "west"), "nobody": {}} {
		if got := log(sc, 0, 30000); got != "" {
			t.Errorf("%s reads %s", name, got)
		}
	}
	if err := s.TrimAttendance(ctx, all, 20001); err != nil || strings.HasPrefix(log(all, 0, 30000), "20000") {
		t.Errorf("what is old is there still: %s, %v", log(all, 0, 30000), err)
	}

	m := suspect("c1", "s1", "town", "east", 20000)
	if _, err := s.OpenCases(ctx, all, []store.CaseMove{m}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ActCase(ctx, all, moved(m.Case, retention.Confirm, retention.Confirmed, 20003)); err != nil {
		t.Fatal(err)
	}
	steps := func(sc store.Scope) (out []string) {
		if err := s.CaseSteps(ctx, sc, "east", func(x store.CaseStep) error {
			out = append(out, fmt.Sprintf("%s of %s: %d %s to %s", x.Case, x.Person, x.Day, x.Act, x.To))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got, want := strings.Join(steps(all), ", "), "c1 of pc1: 20000 open to suspected, c1 of pc1: 20003 confirm to confirmed"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := steps(store.Part(store.Reader, "west")); got != nil {
		t.Errorf("another county reads %v", got)
	}

	c := register.Child{Person: "p1", Year: 2025, School: "s1", Home: "town", Stage: edu.Primary, Grade: 4, Born: 16500, Sex: register.Female, Groups: register.LeftBehind, Boards: true, Schooling: register.Enrolled}
	if err := s.KeepChild(ctx, all, register.Register, c, store.Kept{New: true, Person: &store.Person{ID: "p1", Kind: store.AChild, Sealed: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		top  edu.UnitID
		year int
		want int
	}{{"east", 2025, 1}, {"east", 2024, 0}, {"west", 2025, 0}} {
		n := 0
		if err := s.EachPlace(ctx, all, tt.top, tt.year, func(k register.Child) error {
			if n++; k.Person != "p1" || k.School != "s1" || k.Grade != 4 || k.Born != 16500 || k.Sex != register.Female || k.Groups != register.LeftBehind || !k.Boards || k.Schooling != register.Enrolled || k.Year != 2025 {
				t.Errorf("%+v", k)
			}
			return nil
		}); err != nil || n != tt.want {
			t.Errorf("%s in %d: %d rows, %v; want %d", tt.top, tt.year, n, err, tt.want)
		}
	}
}

// taught is a child that the household list names, where the register has it: within a
// scope, and in the year that is asked for.
func taught(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	at := register.Child{Person: "p1", Year: 2025, School: "s1", Home: "town", Stage: edu.Primary, Grade: 4, Schooling: register.Enrolled}
	if err := s.KeepChild(ctx, all, register.Register, at, store.Kept{New: true, Person: &store.Person{ID: "p1", Kind: store.AChild, Sealed: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	home := register.Child{Person: "p1", Year: 2025, Home: "town"}
	if err := s.KeepChild(ctx, all, register.Household, home, store.Kept{}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		sc   store.Scope
		year int
		want edu.UnitID
	}{
		{"who keeps the whole city", all, 2025, "s1"},
		{"the county", store.Part(store.Reader, "east"), 2025, "s1"},
		{"another county", store.Part(store.Reader, "west"), 2025, ""},
		{"another year", all, 2024, ""},
	} {
		got, err := s.OnRegister(ctx, tt.sc, tt.year, []register.PersonID{"p1", "p2"})
		if err != nil || got["p1"].School != tt.want || len(got) > 1 || (len(got) == 0) != (tt.want == "") {
			t.Errorf("%s: %+v, %v; want %q", tt.name, got, err, tt.want)
		}
	}
	if got, err := s.OnRegister(ctx, all, 2025, nil); err != nil || len(got) != 0 {
		t.Errorf("of nobody: %+v, %v", got, err)
	}
}
