package teams

import (
	"math"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/register"
)

func TestTrainingOn(t *testing.T) {
	hours := func(id string, h float64) register.Staff {
		return teacher(id, 0, func(s *register.Staff) { s.Training = h })
	}
	in := &Input{Rules: Default, Staff: []register.Staff{hours("full", 360), hours("half", 216), hours("less", 215.5), hours("none", math.NaN())}}
	want := func(name string, paces ...Pace) {
		t.Helper()
		got := TrainingOn(in, Summer(2026))
		for i, p := range paces {
			if got.People[i].Pace != p {
				t.Errorf("%s: %s is %s, want %s", name, got.People[i].Person.Person, got.People[i].Pace, p)
			}
		}
		if got.Share.Num != 1 || got.Share.Den != 3 || got.Share.Verdict != edu.Short {
			t.Errorf("%s: share %+v", name, got.Share)
		}
	}
	want("nobody said when the cycle began", Finished, NotKnown, NotKnown, NotKnown)
	in.Rules.CycleFrom = on(2023, time.September) // three of five years: 216 hours
	want("three of five years", Finished, OnTrack, Behind, NotKnown)
	in.Rules.CycleFrom = on(2016, time.September)
	want("the cycle is over", Finished, Behind, Behind, NotKnown)
}

func TestRetiring(t *testing.T) {
	born := func(id string, d edu.Date) register.Staff {
		return teacher(id, 0, func(s *register.Staff) { s.Born, s.Subject = d, "语文" })
	}
	in := &Input{Rules: Default, Staff: []register.Staff{born("aug", on(1971, 8)), born("sep", on(1971, 9)), born("later", on(1972, 9)), born("past", on(1960, 1)), born("unknown", 0)}}
	in.Rules.Retirement = []Retirement{{Sex: register.Female, Months: 660, Basis: "a document of the test"}}
	got := Retiring(in, 2026, 2)
	if len(got) != 1 || got[0].People != 5 || got[0].ByYear[0] != 1 || got[0].ByYear[1] != 1 || got[0].Unknown != 1 {
		t.Errorf("%+v", got)
	}
}

// A line of the county's table holds for those born in its days and nobody else.
func TestRetires(t *testing.T) {
	r := Rules{Retirement: []Retirement{
		{Sex: register.Male, From: on(1965, 1), Until: on(1965, 4), Months: 721, Basis: "x"},
		{Sex: register.Male, From: on(1965, 5), Months: 722, Basis: "x"},
	}}
	for _, tt := range []struct {
		born, want edu.Date
	}{{on(1964, 12), 0}, {on(1965, 4), on(2025, 5)}, {on(1965, 5), on(2025, 7)}} {
		got, ok := r.Retires(&register.Staff{Sex: register.Male, Born: tt.born})
		if got != tt.want || ok != (tt.want != 0) {
			t.Errorf("born %s: %s, want %s", tt.born, got, tt.want)
		}
	}
}

func TestSubjects(t *testing.T) {
	in := &Input{Rules: Default, Schools: []School{{ID: "town", Classes: map[edu.Stage]int{edu.Primary: 10}}, {ID: "point", Classes: map[edu.Stage]int{edu.Primary: 2}}, {ID: "no register", Classes: map[edu.Stage]int{edu.Junior: 9}}, {ID: "nor here", Classes: map[edu.Stage]int{edu.Primary: 0}}}, Staff: []register.Staff{
		teacher("a", 0, func(s *register.Staff) { s.Subject, s.Second = "音乐", "美术" }),
		teacher("b", 0, func(s *register.Staff) { s.Subject, s.Duty = "音乐", "lent" }),
		teacher("p", 0, func(s *register.Staff) { s.Unit, s.Post = "point", "worker" }),
	}}
	got := Subjects(in)
	if len(got) != 2 || got[0].Name != "音乐" || got[0].Main != 1 || got[0].Schools != 2 || got[0].Without != 1 || got[1].Second != 1 || !math.IsNaN(got[0].Lacks) {
		t.Fatalf("%+v", got)
	}
	in.Lessons = []Lesson{{edu.Primary, "音乐", 2, 12}}
	if got = Subjects(in); got[0].Needed != 2 || got[0].Lacks != 1 {
		t.Errorf("12 classes of 2 lessons at 12 a post: %+v", got[0])
	}
}
