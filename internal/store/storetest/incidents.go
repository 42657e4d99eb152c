package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/incident"
	"shuren/internal/store"
)

func drillLine(id string) audit.Record {
	return audit.Record{At: noon, Account: "a", Action: "drill.add", Object: id, Unit: "east"}
}

// drills: a drill is never changed; what puts it right names it, once; the same id
// again is the same drill; nobody sees or writes beyond the own part.
func drills(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	mine := store.Part(store.Editor, "east")
	add := func(sc store.Scope, d incident.Drill) (incident.Drill, error) {
		d.At = noon
		return s.AddDrill(ctx, sc, d, drillLine(d.ID))
	}
	one := incident.Drill{ID: "1", Unit: "east", Day: 20300, Kind: incident.Fire, People: 90, Seconds: 100, Lead: "head", At: noon}
	if _, err := add(mine, one); err != nil {
		t.Fatal(err)
	}
	if again, err := add(mine, incident.Drill{ID: "1", Unit: "east", Day: 20333}); err != nil || again.Day != 20300 {
		t.Errorf("sent twice: %+v, %v", again, err)
	}
	list := func(sc store.Scope, f store.DrillFilter) (ids string) {
		t.Helper()
		all, err := s.Drills(ctx, sc, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			ids += d.ID + " "
		}
		return ids
	}
	for what, tt := range map[string]struct {
		sc   store.Scope
		d    incident.Drill
		want error
	}{
		"another county":     {store.Part(store.Editor, "west"), incident.Drill{ID: "9", Unit: "east", Day: 20300}, fault.NotFound},
		"a reader":           {store.Part(store.Reader, "east"), incident.Drill{ID: "9", Unit: "east", Day: 20300}, fault.Forbidden},
		"right what is none": {mine, incident.Drill{ID: "9", Unit: "east", Day: 20300, Replaces: "8"}, fault.NotFound},
	} {
		if _, err := add(tt.sc, tt.d); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", what, err, tt.want)
		}
	}
	if _, err := add(mine, incident.Drill{ID: "2", Unit: "east", Day: 20301, Kind: incident.Fire, Replaces: "1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := add(mine, incident.Drill{ID: "3", Unit: "east", Replaces: "1", Void: true}); !errors.Is(err, fault.Conflict) {
		t.Errorf("put right twice: %v", err)
	}
	if got := list(mine, store.DrillFilter{}); got != "2 " {
		t.Errorf("what stands: %s", got)
	}
	void, err := add(mine, incident.Drill{ID: "4", Unit: "east", Replaces: "2", Void: true})
	if err != nil || void.Day != 20301 {
		t.Fatal(void, err)
	}
	if got := list(mine, store.DrillFilter{From: 20000, Until: 20400}); got != "" {
		t.Errorf("after it was void: %s", got)
	}
	if got := list(mine, store.DrillFilter{Unit: "east", Past: true}); got != "1 2 4 " && got != "1 4 2 " {
		t.Errorf("with the past: %s", got)
	}
	if got := list(store.Part(store.Reader, "west"), store.DrillFilter{Past: true}) + list(store.Scope{}, store.DrillFilter{}); got != "" {
		t.Errorf("beyond the own part: %s", got)
	}
}

// incidents: entries are only added, over the one that was seen, with the audit log;
// numbers run through the city and the year and are given once.
func incidents(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	mine := store.Part(store.Editor, "east")
	at := noon.UTC().Truncate(time.Millisecond)
	of := func(unit edu.UnitID, id, sent string) incident.Incident {
		t.Helper()
		x, err := incident.Next(incident.Incident{ID: id, Unit: unit}, incident.Entry{Act: incident.Record, Sent: sent, Facts: &incident.Facts{Kind: incident.Injury, Level: incident.Other, Place: "操场", Happened: at.Add(-time.Hour), Known: at.Add(-time.Hour), What: "示例"}}, incident.School, at)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	fresh := func(id, sent string) incident.Incident { return of("east", id, sent) }
	put := func(sc store.Scope, x incident.Incident) (incident.Incident, error) {
		return s.PutIncident(ctx, sc, x, audit.Record{At: noon, Account: "a", Action: "incident.add", Object: x.ID, Unit: x.Unit})
	}
	one, err := put(mine, fresh("i1", "s1"))
	if err != nil || one.No != 1 {
		t.Fatal(one.No, err)
	}
	if again, err := put(mine, fresh("i1", "s1")); err != nil || again.No != 1 {
		t.Errorf("sent twice: %d, %v", again.No, err)
	}
	if _, err := put(mine, fresh("i1", "other")); !errors.Is(err, fault.Conflict) {
		t.Errorf("recorded twice under one id: %v", err)
	}
	called, err := incident.Next(one, incident.Entry{Act: incident.Phone, At: at, To: incident.Official{Name: "示例值班员", Post: "示例局"}, Sent: "s2"}, incident.School, at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := put(store.Part(store.Editor, "west"), called); !errors.Is(err, fault.NotFound) {
		t.Errorf("by another county: %v", err)
	}
	if _, err := put(mine, called); err != nil {
		t.Fatal(err)
	}
	if _, err := put(mine, called); err != nil {
		t.Errorf("the call sent twice: %v", err)
	}
	stale := called
	stale.Entries = append([]incident.Entry{}, called.Entries...)
	stale.Entries[1].Sent = "s3"
	if _, err := put(mine, stale); !errors.Is(err, fault.Conflict) {
		t.Errorf("over an older page: %v", err)
	}
	got, err := s.Incident(ctx, mine, "i1")
	if d := cmp.Diff(called, got); err != nil || d != "" {
		t.Errorf("read back (-want +got):\n%s%v", d, err)
	}
	if _, err := s.Incident(ctx, store.Part(store.Reader, "west"), "i1"); !errors.Is(err, fault.NotFound) {
		t.Errorf("seen by another county: %v", err)
	}

	// A list of several schools has no number twice, and a number stays what it was when
	// the day turns out to be of another year.
	far, err := put(store.Part(store.Editor, "west"), of("west", "w1", "w1"))
	if err != nil || far.Number() == one.Number() || far.No != 2 {
		t.Errorf("of another county: %s beside %s, %v", far.Number(), one.Number(), err)
	}
	was := *far.Entries[0].Facts
	was.Happened = was.Happened.AddDate(-1, 0, 0)
	righted, err := incident.Next(far, incident.Entry{Act: incident.Correct, Facts: &was, Text: "日期有误", Sent: "w2"}, incident.School, at)
	if err == nil {
		_, err = put(store.Part(store.Editor, "west"), righted)
	}
	if got, e := s.Incident(ctx, store.Part(store.Reader, "west"), "w1"); err != nil || e != nil || got.Number() != far.Number() {
		t.Errorf("put right into another year: %s, was %s: %v, %v", got.Number(), far.Number(), err, e)
	}

	// Many record at once: every one has a number of its own.
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			if _, err := put(mine, fresh(fmt.Sprint("m", i), fmt.Sprint("m", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	all, err := s.Incidents(ctx, mine, store.IncidentFilter{Unit: "east", State: incident.Recorded, Kind: incident.Injury, Level: incident.Other, Open: true, Since: at.Add(-2 * time.Hour)})
	if err != nil || len(all) != 6 {
		t.Fatal(len(all), err)
	}
	nos := map[int]bool{1: true, 2: true}
	for _, x := range all {
		if nos[x.No] {
			t.Errorf("number %d was given twice", x.No)
		}
		nos[x.No] = true
	}
	if none, err := s.Incidents(ctx, store.Scope{}, store.IncidentFilter{}); err != nil || len(none) > 0 {
		t.Errorf("nobody sees %d, %v", len(none), err)
	}
}
