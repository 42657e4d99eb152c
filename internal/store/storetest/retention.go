package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// retentionTree has a township with two schools in the east, and a school in the
// west.
func retentionTree(t *testing.T, s *store.Store) {
	t.Helper()
	twoCounties(t, s)
	if err := s.RegisterUnits(context.Background(), all, []edu.Unit{
		{ID: "town", Level: edu.Township, Attrs: []edu.Attrs{{Code: "990101100", Name: edu.Text{ZH: "镇"}, Parent: "east"}}},
		{ID: "s1", Level: edu.School, Attrs: []edu.Attrs{{Code: "2199000001", Name: edu.Text{ZH: "一校"}, Parent: "town"}}},
		{ID: "s2", Level: edu.School, Attrs: []edu.Attrs{{Code: "2199000002", Name: edu.Text{ZH: "二校"}, Parent: "town"}}},
		{ID: "s3", Level: edu.School, Attrs: []edu.Attrs{{Code: "2199000003", Name: edu.Text{ZH: "三校"}, Parent: "west"}}}}); err != nil {
		t.Fatal(err)
	}
}

// suspect is a new case of a school.
func suspect(id string, school, town, county edu.UnitID, day edu.Date) store.CaseMove {
	c := retention.Case{ID: id, Rev: 1, State: retention.Suspected, Person: retention.Person("p" + id), School: school, Town: town, County: county, Source: retention.ByAttendance, Guess: "weary", Found: day, Opened: day, Since: day, Made: noon, Changed: noon}
	return store.CaseMove{Case: c, Event: retention.Event{Rev: 1, At: noon, By: "a", Name: "甲", Act: retention.Open, To: retention.Suspected, Day: day}, Due: day + 7, Day: day,
		Turns: retention.Turns{Watch: retention.Never, Amber: day + 8, Red: retention.Never}}
}

// moved is the next revision of a case.
func moved(c retention.Case, act retention.Act, to retention.State, day edu.Date) store.CaseMove {
	e := retention.Event{Rev: c.Rev + 1, At: noon, By: "a", Act: act, From: c.State, To: to, Day: day}
	c.Rev, c.State = c.Rev+1, to
	return store.CaseMove{Case: c, Event: e, Due: retention.Never, Day: day, Turns: retention.Turns{Watch: retention.Never, Amber: retention.Never, Red: retention.Never}}
}

func caseIDs(l store.CaseList) string {
	var ids []string
	for _, c := range l.Cases {
		ids = append(ids, c.ID)
	}
	return strings.Join(ids, " ")
}

// cases: a case, its line of history and its line in the audit log are one; a child
// has one case that has not ended and a number of the national platform is there
// once; the same sent twice is one; what is stale is not written.
func cases(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	open1 := suspect("c1", "s1", "town", "east", 20000)
	open1.Case.Platform, open1.Event.Sent = "A-1001", "x"
	made, err := s.OpenCases(ctx, all, []store.CaseMove{open1, suspect("c2", "s3", "", "west", 20001)}, line("c1"))
	if err != nil || len(made) != 2 {
		t.Fatalf("%+v, %v", made, err)
	}
	if again, err := s.OpenCases(ctx, all, []store.CaseMove{open1}, line("c1")); err != nil || len(again) != 1 || again[0].ID != "c1" {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	for name, change := range map[string]func(*store.CaseMove){
		"a second case of a child":             func(m *store.CaseMove) { m.Case.Person = "pc1" },
		"a second case of the platform's":      func(m *store.CaseMove) { m.Case.Platform = "A-1001" },
		"one good and one of a child with one": func(m *store.CaseMove) { m.Case.Person = "pc2" },
	} {
		m := suspect("c9", "s1", "town", "east", 20000)
		change(&m)
		if _, err := s.OpenCases(ctx, all, []store.CaseMove{suspect("c8", "s1", "town", "east", 20000), m}, line("c9")); !errors.Is(err, fault.Conflict) {
			t.Errorf("%s: %v; want a conflict", name, err)
		}
	}
	if _, _, err := s.Case(ctx, all, "c8"); !errors.Is(err, fault.NotFound) {
		t.Errorf("of a refused pair one is there: %v", err)
	}
	m := moved(made[0], retention.Confirm, retention.Confirmed, 20003)
	m.Event.Sent = "y"
	now, err := s.ActCase(ctx, all, m, line("c1"))
	if err != nil || now.State != retention.Confirmed {
		t.Fatalf("%+v, %v", now, err)
	}
	if now, err = s.ActCase(ctx, all, m, line("c1")); err != nil || now.Rev != 2 {
		t.Errorf("the same act again: rev %d, %v", now.Rev, err)
	}
	stale := moved(made[0], retention.Exclude, retention.Excluded, 20003)
	if now, err = s.ActCase(ctx, all, stale, line("c1")); !errors.Is(err, store.ErrStale) || now.State != retention.Confirmed {
		t.Errorf("over an old revision: %+v, %v", now, err)
	}
	got, events, err := s.Case(ctx, all, "c1")
	if err != nil || len(events) != 2 || events[1].Act != retention.Confirm {
		t.Errorf("%+v, %v", events, err)
	}
	if d := cmp.Diff(m.Case, got); d != "" {
		t.Errorf("round trip (-want +got):\n%s", d)
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{}); err != nil || n != 2 {
		t.Errorf("%d lines in the audit log, %v; want one for the opening and one for the act", n, err)
	}
	// A child whose case has ended may have another one; the old one cannot come back
	// beside it.
	done, err := s.ActCase(ctx, all, moved(made[1], retention.Exclude, retention.Excluded, 20004))
	if err != nil {
		t.Fatal(err)
	}
	second := suspect("c3", "s3", "", "west", 20010)
	second.Case.Person = "pc2"
	if _, err := s.OpenCases(ctx, all, []store.CaseMove{second}); err != nil {
		t.Errorf("another case after one that has ended: %v", err)
	}
	if _, err := s.ActCase(ctx, all, moved(done, retention.Reopen, retention.Suspected, 20011)); !errors.Is(err, fault.Conflict) {
		t.Errorf("two live cases of a child: %v", err)
	}
	of, err := s.CasesOf(ctx, all, []retention.Person{"pc1", "pc2", "nobody"})
	if err != nil || len(of) != 2 || of["pc2"].ID != "c3" {
		t.Errorf("%+v, %v", of, err)
	}
	if err := s.TurnCases(ctx, all, []store.CaseTurn{{ID: "c1", Rev: 2, Due: 20005, Turns: retention.Turns{Watch: 20000, Amber: 20006, Red: 20007}}, {ID: "c3", Rev: 7, Due: 1}}); err != nil {
		t.Fatal(err)
	}
	for day, want := range map[edu.Date]retention.Colour{19999: retention.Plain, 20000: retention.Watch, 20006: retention.Amber, 20007: retention.Red} {
		if l, err := s.Cases(ctx, all, store.CaseFilter{Colour: want, States: []retention.State{retention.Confirmed}, Today: day}); err != nil || caseIDs(l) != "c1" || l.Colours[want] != 1 || l.Total != 1 {
			t.Errorf("on %d: %+v, %v; want c1 %s", day, l, err, want)
		}
	}
	for _, sc := range []store.Scope{reader, {}} {
		if _, err := s.ActCase(ctx, sc, moved(got, retention.Persuade, retention.Persuading, 20004)); !errors.Is(err, fault.Forbidden) {
			t.Errorf("without the right to write: %v", err)
		}
	}
}

// caseViews: a county sees its cases, a township those of its schools, a school its
// own and those of children that it is to receive; nobody else sees or touches them.
func caseViews(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	received := suspect("c3", "s3", "", "west", 20002)
	received.Case.State, received.Case.Placement.School = retention.Transferred, "s2"
	if _, err := s.OpenCases(ctx, all, []store.CaseMove{suspect("c1", "s1", "town", "east", 20000), suspect("c2", "", "town", "east", 20001), received, suspect("c4", "", "", "west", 20003)}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		sc   store.Scope
		want string
	}{
		{"the city", all, "c1 c2 c3 c4"},
		{"a county", store.Part(store.Editor, "west"), "c3 c4"},
		{"a county that receives a child", store.Part(store.Editor, "east"), "c1 c2"},
		{"a township", store.Part(store.Editor, "town"), "c1 c2 c3"},
		{"a school", store.Part(store.Editor, "s1"), "c1"},
		{"the school that receives", store.Part(store.Editor, "s2"), "c3"},
		{"nobody", store.Scope{}, ""},
	} {
		l, err := s.Cases(ctx, tt.sc, store.CaseFilter{Today: 20000})
		if err != nil || caseIDs(l) != tt.want || l.Total != len(l.Cases) {
			t.Errorf("%s sees %q (%d), %v; want %q", tt.name, caseIDs(l), l.Total, err, tt.want)
		}
		for _, id := range []string{"c1", "c2", "c3", "c4"} {
			_, _, err := s.Case(ctx, tt.sc, id)
			sees := strings.Contains(tt.want, id) || id == "c3" && tt.name == "a county that receives a child"
			if sees != (err == nil) || !sees && !errors.Is(err, fault.NotFound) {
				t.Errorf("%s reads %s: %v", tt.name, id, err)
			}
			if !sees && tt.want != "" {
				other := retention.Case{ID: id, Rev: 1}
				if _, err := s.ActCase(ctx, tt.sc, moved(other, retention.Confirm, retention.Confirmed, 20005)); !errors.Is(err, fault.NotFound) {
					t.Errorf("%s acts on %s: %v", tt.name, id, err)
				}
			}
		}
	}
	if _, err := s.OpenCases(ctx, store.Part(store.Editor, "s1"), []store.CaseMove{suspect("c9", "s2", "town", "east", 20000)}); !errors.Is(err, fault.NotFound) {
		t.Errorf("a school opens another's case: %v", err)
	}
}

// caseCells: what stood at the end of a day and what was done until then does not
// change by what comes later.
func caseCells(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	made, err := s.OpenCases(ctx, all, []store.CaseMove{suspect("c1", "s1", "town", "east", 20000), suspect("c2", "s1", "town", "east", 20001), suspect("c3", "s3", "", "west", 20002)})
	if err != nil {
		t.Fatal(err)
	}
	now := made[0]
	for i, to := range []retention.State{retention.Confirmed, retention.Persuading, retention.Returned} {
		act := []retention.Act{retention.Confirm, retention.Persuade, retention.Return}[i]
		if now, err = s.ActCase(ctx, all, moved(now, act, to, 20003+edu.Date(i))); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		sc          store.Scope
		from, until edu.Date
		want        string
	}{
		{all, 20000, 20002, "east/s1 is suspected 2, west/s3 is suspected 1, east/s1 open suspected 2, west/s3 open suspected 1"},
		{all, 20003, 20004, "east/s1 is persuading 1, east/s1 is suspected 1, west/s3 is suspected 1, east/s1 confirm confirmed 1, east/s1 persuade persuading 1"},
		{all, 20005, 20009, "east/s1 is returned 1, east/s1 is suspected 1, west/s3 is suspected 1, east/s1 return returned 1"},
		{store.Part(store.Reader, "west"), 20000, 20009, "west/s3 is suspected 1, west/s3 open suspected 1"},
		{store.Part(store.Reader, "s1"), 20004, 20004, "east/s1 is persuading 1, east/s1 is suspected 1, east/s1 persuade persuading 1"},
		{all, 19000, 19001, ""},
		{store.Scope{}, 20000, 20009, ""},
	} {
		cells, err := s.CaseCells(ctx, tt.sc, tt.from, tt.until)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range cells {
			what := "is " + string(c.State)
			if c.Act != "" {
				what = string(c.Act) + " " + string(c.To)
			}
			got = append(got, fmt.Sprintf("%s/%s %s %d", c.County, c.School, what, c.N))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("from %d until %d:\n got %s\nwant %s", tt.from, tt.until, strings.Join(got, ", "), tt.want)
		}
	}
}

// attendance: of one child at one school the newest word counts; who is back is
// gone; a mark knows the case that was opened from it. A zero report stands as it
// was given first.
func attendance(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	mark := func(p retention.Person, school, county edu.UnitID, kind retention.MarkKind, days int, day edu.Date) store.MarkMove {
		return store.MarkMove{Mark: retention.Mark{Person: p, School: school, Kind: kind, Since: day - 9, Days: days, Day: day, By: "a", Name: "甲"}, County: county, Turns: retention.Turns{Watch: retention.Never, Amber: day, Red: day + 5}}
	}
	for _, m := range []store.MarkMove{mark("p1", "s1", "east", retention.Absent, 3, 20000), mark("p2", "s1", "east", retention.Unseen, 0, 20000), mark("p3", "s3", "west", retention.WentAway, 0, 20001), mark("p1", "s1", "east", retention.Absent, 5, 20002), mark("p2", "s1", "east", retention.BackHere, 0, 20003)} {
		if err := s.PutMarks(ctx, all, []store.MarkMove{m}, line("m")); err != nil {
			t.Fatal(err)
		}
	}
	list := func(sc store.Scope, f store.MarkFilter) string {
		t.Helper()
		marks, err := s.Marks(ctx, sc, f)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range marks {
			out = append(out, fmt.Sprintf("%s@%s %s %d %s", m.Person, m.School, m.Kind, m.Days, m.Case))
		}
		return strings.Join(out, ", ")
	}
	if got, want := list(all, store.MarkFilter{}), "p1@s1 absent 5 , p3@s3 left 0 "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := list(all, store.MarkFilter{Colour: true, Today: 20001}), "p3@s3 left 0 "; got != want {
		t.Errorf("lit: %s, want %s", got, want)
	}
	if got, want := list(all, store.MarkFilter{Person: "p3", Open: true}), "p3@s3 left 0 "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := list(store.Part(store.Reader, "s1"), store.MarkFilter{Person: "p3"}); got != "" {
		t.Errorf("of another part: %q", got)
	}
	if got := list(store.Part(store.Reader, "s1"), store.MarkFilter{}); got != "p1@s1 absent 5 " {
		t.Errorf("a school sees %s", got)
	}
	m := suspect("c1", "s1", "town", "east", 20002)
	m.Case.Person = "p1"
	if _, err := s.OpenCases(ctx, all, []store.CaseMove{m}); err != nil {
		t.Fatal(err)
	}
	if got, want := list(all, store.MarkFilter{School: "s1"}), "p1@s1 absent 5 c1"; got != want {
		t.Errorf("after a case: %s, want %s", got, want)
	}
	if err := s.PutMarks(ctx, all, []store.MarkMove{mark("p1", "s1", "east", retention.Absent, 6, 20004)}); err != nil {
		t.Fatal(err)
	}
	if got, want := list(all, store.MarkFilter{School: "s1"}), "p1@s1 absent 6 c1"; got != want {
		t.Errorf("a new word after the case: %s, want %s", got, want)
	}
	if got := list(all, store.MarkFilter{Open: true}); got != "p3@s3 left 0 " {
		t.Errorf("without a case: %s", got)
	}
	if err := s.PutMarks(ctx, store.Part(store.Editor, "s3"), []store.MarkMove{mark("p1", "s1", "east", retention.Absent, 6, 20004)}); !errors.Is(err, fault.NotFound) {
		t.Errorf("a word of another school: %v", err)
	}

	zero := store.ZeroReport{School: "s1", County: "east", Town: "town", Month: "2025-09", By: "a", Name: "甲", At: noon}
	for range 2 {
		if err := s.PutZero(ctx, store.Part(store.Editor, "s1"), zero, line("z")); err != nil {
			t.Fatal(err)
		}
		zero.Name = "乙"
	}
	zeros, err := s.Zeros(ctx, store.Part(store.Reader, "east"), "2025-09")
	if err != nil || len(zeros) != 1 || zeros["s1"].Name != "甲" || !zeros["s1"].At.Equal(noon) {
		t.Errorf("%+v, %v", zeros, err)
	}
	if zeros, err := s.Zeros(ctx, store.Part(store.Reader, "west"), "2025-09"); err != nil || len(zeros) != 0 {
		t.Errorf("another county sees %+v, %v", zeros, err)
	}
	if err := s.PutZero(ctx, store.Part(store.Editor, "s2"), zero); !errors.Is(err, fault.NotFound) {
		t.Errorf("for another school: %v", err)
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{}); err != nil || n != 6 {
		t.Errorf("%d lines in the audit log, %v; want 6: the second zero report changed nothing", n, err)
	}
}
