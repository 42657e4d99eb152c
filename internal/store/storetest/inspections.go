package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/inspection"
	"shuren/internal/store"
)

func twoSchools(t *testing.T, s *store.Store) {
	t.Helper()
	twoCounties(t, s)
	unit := func(id, code, up edu.UnitID) edu.Unit {
		return edu.Unit{ID: id, Level: edu.School, Attrs: []edu.Attrs{{Code: string(code), Name: edu.Text{ZH: string(id)}, Parent: up}}}
	}
	if err := s.RegisterUnits(context.Background(), all, []edu.Unit{unit("e1", "2199000001", "east"), unit("e2", "2199000002", "east"), unit("w1", "2199000003", "west")}); err != nil {
		t.Fatal(err)
	}
}

func visit(id string, school, county edu.UnitID, day edu.Date) inspection.Inspection {
	return inspection.Inspection{ID: id, State: inspection.Open, Kind: inspection.Daily, School: school, County: county, Day: day, By: "a", ByName: "甲", Made: noon, Changed: noon,
		Items: []inspection.Item{{ID: "one", Group: "g"}, {ID: "two", Group: "g"}}}
}

// inspections: an inspection, its line of history, its hazards and its line in the
// log are one; what is begun or sent twice is one; what lies outside is not found.
func inspections(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoSchools(t, s)
	east, west, e1 := store.Part(store.Editor, "east"), store.Part(store.Editor, "west"), store.Part(store.Editor, "e1")
	ev := func(act, sent string) store.InspectionEvent {
		return store.InspectionEvent{At: noon, By: "a", Name: "甲", Act: act, Sent: sent, Body: `{}`}
	}
	rec := audit.Record{At: noon, Account: "a", Action: "inspection.begin", Object: "i1", Unit: "e1"}
	first := visit("i1", "e1", "east", 20500)
	x, err := s.PutInspection(ctx, east, first, 0, ev("begin", ""), nil, rec)
	if err != nil || x.Rev != 1 || x.No != 1 {
		t.Fatalf("%+v, %v", x, err)
	}
	if again, err := s.PutInspection(ctx, east, first, 0, ev("begin", ""), nil, rec); err != nil || again.No != 1 || again.Rev != 1 {
		t.Errorf("begun twice: number %d, revision %d, %v", again.No, again.Rev, err)
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{Action: "inspection.begin"}); n != 1 || err != nil {
		t.Errorf("%d lines in the log, %v; want 1", n, err)
	}
	if _, err := s.PutInspection(ctx, west, visit("i9", "e1", "east", 20500), 0, ev("begin", ""), nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("begun in another county: %v", err)
	}
	if _, err := s.PutInspection(ctx, west, visit("i1", "w1", "west", 20500), 1, ev("fill", "z"), nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county's under the same id: %v", err)
	}
	if _, err := s.PutInspection(ctx, store.Whole(store.Reader), first, 1, ev("fill", "z"), nil); !errors.Is(err, fault.Forbidden) {
		t.Errorf("by who may not write: %v", err)
	}
	x.Answers = map[string]inspection.Answer{"one": {Result: inspection.Unfit, Problem: "堵", Due: 20520}, "two": {Result: inspection.Fit}}
	if x, err = s.PutInspection(ctx, east, x, 1, ev("fill", "s1"), nil); err != nil || x.Rev != 2 {
		t.Fatalf("revision %d, %v", x.Rev, err)
	}
	if again, err := s.PutInspection(ctx, east, x, 1, ev("fill", "s1"), nil); err != nil || again.Rev != 2 {
		t.Errorf("sent twice: revision %d, %v", again.Rev, err)
	}
	if now, err := s.PutInspection(ctx, east, x, 1, ev("fill", "s2"), nil); !errors.Is(err, fault.Conflict) || now.Rev != 2 {
		t.Errorf("over an older revision: revision %d, %v", now.Rev, err)
	}
	x.State = inspection.Signed
	found := inspection.Found(x, inspection.Env{Now: noon})
	if _, err := s.PutInspection(ctx, east, x, 2, ev("sign", "s3"), append(found[:1:1], found[0])); err == nil {
		t.Error("one hazard was made twice")
	}
	if now, _, err := s.Inspection(ctx, all, "i1"); err != nil || now.Rev != 2 || now.State != inspection.Open {
		t.Errorf("the inspection moved without its hazards: revision %d, %s, %v", now.Rev, now.State, err)
	}
	now, err := s.PutInspection(ctx, east, x, 2, ev("sign", "s3"), found)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.PutInspection(ctx, east, x, 2, ev("sign", "s3"), found); err != nil || again.Rev != now.Rev {
		t.Errorf("signed twice: revision %d, %v", again.Rev, err)
	}
	for _, tt := range []struct {
		name string
		sc   store.Scope
		want int
	}{{"the county", east, 1}, {"the school", e1, 1}, {"another school", store.Part(store.Reader, "e2"), 0}, {"another county", west, 0}, {"the city", store.Part(store.Reader, "city"), 1}, {"nobody", store.Scope{}, 0}} {
		rows, n, err := s.Inspections(ctx, tt.sc, store.InspectionFilter{})
		hs, hn, herr := s.Hazards(ctx, tt.sc, store.HazardFilter{Today: 20500})
		vs, verr := s.Visits(ctx, tt.sc, "", 0, 0)
		if len(rows) != tt.want || n != tt.want || len(hs) != tt.want || hn != tt.want || len(vs) != tt.want || errors.Join(err, herr, verr) != nil {
			t.Errorf("%s sees %d inspections, %d hazards, %d visits, %v; want %d", tt.name, n, hn, len(vs), errors.Join(err, herr, verr), tt.want)
		}
		if _, _, err := s.Inspection(ctx, tt.sc, "i1"); (err == nil) != (tt.want == 1) || err != nil && !errors.Is(err, fault.NotFound) {
			t.Errorf("%s reads it: %v", tt.name, err)
		}
		if _, _, err := s.Hazard(ctx, tt.sc, "i1-one"); (err == nil) != (tt.want == 1) || err != nil && !errors.Is(err, fault.NotFound) {
			t.Errorf("%s reads the hazard: %v", tt.name, err)
		}
	}
	rows, _, err := s.Inspections(ctx, all, store.InspectionFilter{School: "e1", State: inspection.Signed, From: 20500, Until: 20500, Kind: inspection.Daily})
	want := []store.InspectionRow{{ID: "i1", No: 1, Rev: 3, State: inspection.Signed, Kind: inspection.Daily, School: "e1", County: "east", Day: 20500, Items: 2, Unfit: 1, By: "a"}}
	if d := cmp.Diff(want, rows); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
	if vs, err := s.Visits(ctx, all, "", 20501, 0); len(vs) != 0 || err != nil {
		t.Errorf("visits after the last one: %v, %v", vs, err)
	}
	if _, events, err := s.Inspection(ctx, all, "i1"); len(events) != 3 || err != nil {
		t.Errorf("%d lines of history, %v; want 3", len(events), err)
	}
}

// hazards: an act, its line of history and the task that it makes are one; overdue is
// counted by the calendar; many at once are one after another.
func hazards(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoSchools(t, s)
	env := inspection.Env{Now: noon, Today: 20500, Account: "a", Name: "甲"}
	report := func(id string, school, county edu.UnitID, due edu.Date) inspection.Hazard {
		t.Helper()
		h, e, err := inspection.Report(inspection.Hazard{ID: id, School: school, County: county, Category: "fire", Text: "堵塞", Part: "楼梯", Source: inspection.FromSchool, FoundAt: 20500, Due: due}, env)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second changes nothing
			if h, err = s.NewHazard(ctx, all, h, e, line(id)); err != nil {
				t.Fatal(err)
			}
		}
		return h
	}
	h := report("h1", "e1", "east", 20510)
	report("h2", "e2", "east", 20520)
	report("h3", "w1", "west", 20530)
	if _, err := s.NewHazard(ctx, all, inspection.Hazard{ID: "h1", School: "w1", County: "west"}, inspection.HazardEvent{Rev: 1}); !errors.Is(err, fault.Conflict) {
		t.Errorf("another hazard under the same id: %v", err)
	}
	counts := func(today edu.Date) map[string]int {
		t.Helper()
		out := map[string]int{}
		list, err := s.CountHazards(ctx, all, store.HazardFilter{Today: today})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			out[fmt.Sprintf("%s %s", c.County, c.State)] += c.N
		}
		return out
	}
	if d := cmp.Diff(map[string]int{"east overdue": 1, "east to_mend": 1, "west to_mend": 1}, counts(20511)); d != "" {
		t.Error(d)
	}
	for state, want := range map[inspection.HazardState]int{inspection.Overdue: 1, inspection.ToMend: 2, inspection.Closed: 0} {
		if list, n, err := s.Hazards(ctx, all, store.HazardFilter{State: state, Today: 20511}); n != want || len(list) != want || err != nil {
			t.Errorf("%d are %s, %v; want %d", n, state, err, want)
		}
	}
	for _, tt := range []struct {
		schools []edu.UnitID
		want    int
	}{{nil, 3}, {[]edu.UnitID{"e1", "w1"}, 2}, {[]edu.UnitID{"e2", "nowhere"}, 1}, {[]edu.UnitID{"nowhere"}, 0}} {
		f := store.HazardFilter{Schools: tt.schools, Today: 20511}
		_, n, err := s.Hazards(ctx, all, f)
		list, err2 := s.CountHazards(ctx, all, f)
		sum := 0
		for _, c := range list {
			sum += c.N
		}
		if n != tt.want || sum != tt.want || errors.Join(err, err2) != nil {
			t.Errorf("at %v are %d hazards and %d are counted, %v; want %d", tt.schools, n, sum, errors.Join(err, err2), tt.want)
		}
	}
	late := env
	late.Today = 20511
	next, e, err := inspection.Next(h, inspection.Escalate, inspection.SideKeeper, inspection.HazardOptions{Task: "t1", Sent: "x"}, late)
	if err != nil {
		t.Fatal(err)
	}
	move := draft("t1", "bureau:east", "east", "x#0", nil)
	taken := draft("t1", "bureau:east", "east", "y#0", nil)
	got, made, err := s.ActHazard(ctx, all, next, e, &move, line("h1"))
	if err != nil || len(made) != 1 || got.Task != "t1" || got.Rev != 2 {
		t.Fatalf("%+v, %d tasks, %v", got, len(made), err)
	}
	if got, made, err := s.ActHazard(ctx, all, next, e, &move, line("h1")); err != nil || len(made) != 0 || got.Rev != 2 {
		t.Errorf("sent twice: revision %d, %d tasks, %v", got.Rev, len(made), err)
	}
	other, e2, err := inspection.Next(got, inspection.Note, inspection.SideKeeper, inspection.HazardOptions{Text: "催", Sent: "y"}, late)
	if err != nil {
		t.Fatal(err)
	}
	if _, made, err := s.ActHazard(ctx, all, other, e2, &taken); err == nil || made != nil {
		t.Errorf("with a task whose id is taken: %d tasks, %v", len(made), err)
	}
	if now, _, err := s.Hazard(ctx, all, "h1"); now.Rev != 2 || err != nil {
		t.Errorf("the hazard moved without its task: revision %d, %v", now.Rev, err)
	}
	if _, _, err := s.ActHazard(ctx, store.Part(store.Editor, "west"), other, e2, nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("by another county: %v", err)
	}
	var wg sync.WaitGroup
	won := make(chan bool, 8)
	for i := range 8 {
		wg.Go(func() {
			e := e2
			e.Sent = fmt.Sprint("many", i)
			_, _, err := s.ActHazard(ctx, all, other, e, nil)
			won <- err == nil
			if err != nil && !errors.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(won)
	n := 0
	for ok := range won {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of 8 acts over the same revision were taken", n)
	}
	if _, events, err := s.Hazard(ctx, all, "h1"); len(events) != 3 || err != nil {
		t.Errorf("%d lines of history, %v; want 3", len(events), err)
	}
}
