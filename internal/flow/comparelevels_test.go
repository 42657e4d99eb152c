package flow

import (
	"context"
	"slices"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/register"
	"shuren/internal/store"
)

// answered keeps what schools said in the form of a year: pupils of grade 4 and 5.
func (b *books) answered(t *testing.T, year int, schools map[string][2]float64) {
	t.Helper()
	tab := &frame.Table{Level: edu.Section, Submission: "s", File: "f.xlsx", Sheet: "s", N: len(schools), Cols: map[string][]float64{}, Heads: map[string]frame.Head{}}
	column := func() *frame.Strings { return &frame.Strings{Dict: []string{""}} }
	add := func(s *frame.Strings, v string) {
		s.Dict, s.Code = append(s.Dict, v), append(s.Code, uint32(len(s.Dict)))
	}
	tab.Key, tab.Name, tab.Stage = column(), column(), column()
	row := int32(2)
	for code, n := range schools {
		add(tab.Key, code)
		add(tab.Name, "校"+code)
		add(tab.Stage, string(edu.Primary))
		tab.Rows = append(tab.Rows, row)
		tab.Cols["pupils.g4"], tab.Cols["pupils.g5"] = append(tab.Cols["pupils.g4"], n[0]), append(tab.Cols["pupils.g5"], n[1])
		row++
	}
	sub := store.Submission{ID: "s", Form: "cn-annual-base", Period: edu.Year(year), File: "f.xlsx", At: time.Date(year, 10, 1, 0, 0, 0, 0, time.UTC)}
	if _, err := b.Office.city.store.Import(context.Background(), store.Whole(store.Editor), sub, []*frame.Table{tab}); err != nil {
		t.Fatal(err)
	}
}

// Schools' answers in forms, and their sum in a county, are held against the stored
// register by stage and grade; what agrees is left out, and so is another county's.
func TestFormsAreHeldAgainstTheRegister(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, east := newBooks(t, dsn), actor(auth.RetentionOfficer, "east")
		for i, c := range []struct {
			school edu.UnitID
			grade  int
		}{{"school", 4}, {"school", 4}, {"school", 5}, {"point", 4}} {
			in, id := pupil("钱明远", i+1)
			in.School, in.Grade, in.Schooling = c.school, c.grade, register.Enrolled
			in.Person = b.listed(t, register.Register, in, id)
			b.listed(t, register.InClass, in, nil)
		}
		b.answered(t, 2024, map[string][2]float64{"2199000001": {2, 3}, "2199000002": {1, 0}, "2199000003": {8, 9}})
		c, err := b.Compare(t.Context(), east, 2024, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Levels(t.Context(), east, c, -1)
		want := []LevelLine{
			{"east", edu.Primary, 0, 6, 4, 4}, {"east", edu.Primary, 5, 3, 1, 1},
			{"school", edu.Primary, 0, 5, 3, 3}, {"school", edu.Primary, 5, 3, 1, 1},
		}
		if err != nil || !slices.Equal(got, want) || c.Levels != len(want) {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
		// Of a township there is no sum of its county.
		town := actor(auth.RetentionOfficer, "town")
		if c, err = b.Compare(t.Context(), town, 2024, nil); err != nil {
			t.Fatal(err)
		}
		if got, err = b.Levels(t.Context(), town, c, -1); err != nil || !slices.Equal(got, want[2:]) {
			t.Errorf("a township's: %+v, %v", got, err)
		}
	})
}

// A school that the register does not name is not one without pupils: it is counted as
// such, held against nothing and in no sum.
func TestASchoolWithoutARegisterIsNotEmpty(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, east := newBooks(t, dsn), actor(auth.RetentionOfficer, "east")
		in, id := pupil("钱明远", 1)
		in.School, in.Grade, in.Schooling = "school", 4, register.Enrolled
		in.Person = b.listed(t, register.Register, in, id)
		b.listed(t, register.InClass, in, nil)
		b.answered(t, 2024, map[string][2]float64{"2199000001": {2, 0}, "2199000002": {7, 5}})
		c, err := b.Compare(t.Context(), east, 2024, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Levels(t.Context(), east, c, -1)
		want := []LevelLine{
			{"east", edu.Primary, 0, 2, 1, 1}, {"east", edu.Primary, 4, 2, 1, 1},
			{"school", edu.Primary, 0, 2, 1, 1}, {"school", edu.Primary, 4, 2, 1, 1},
		}
		if err != nil || !slices.Equal(got, want) || c.Silent != 1 {
			t.Errorf("%+v, %d silent, %v; want %+v and one", got, c.Silent, err, want)
		}
	})
}
