package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/valueadd"
)

// valueAdded: a run comes back as it was kept, each part of the tree sees its
// own schools, and of a school that is not shown nothing is kept.
func valueAdded(t *testing.T, dsn string) {
	s, _ := desk(t, dsn, 2)
	ctx := context.Background()
	run := valueadd.Run{ID: "r1", Period: year, Title: "九年级数学", By: "a1", ByName: "某人", At: handedAt, Unknown: 1, Result: valueadd.Result{
		Outcome: "成绩", Terms: []valueadd.Term{{Name: "前测", Prior: true}}, Pupils: 61, Schools: 3, Without: valueadd.Without{Terms: []int{0}},
		Fixed:     []valueadd.Coefficient{{Intercept: true, Estimate: 12.25, SE: 0.5}, {Predictor: valueadd.Predictor{Term: "前测"}, Estimate: 1.0 / 3, SE: 0.1, VIF: 1}},
		Variances: valueadd.Variances{School: 2.5e-7, Pupil: 80}, Criterion: -1e5, Tally: valueadd.Tally{Above: 1, Held: 1, HeldPupils: 21},
	}}
	shown := valueadd.Effect{Pupils: 40, Raw: 71.5, Expected: 70, Value: 1.2345678901234567, SE: 0.25, CondSE: 0.2, Reliability: 0.8, Shown: true}
	effects := []valueadd.UnitEffect{
		{Unit: school(0), Effect: shown},
		{Unit: school(1), Effect: valueadd.Effect{Pupils: 7, Raw: 99, Value: 5, School: "2199000002"}},
		{Unit: "other", Effect: valueadd.Effect{Pupils: 30, Raw: 60, Value: -1, SE: 0.1, Shown: true}},
	}
	log := func() (n int) {
		t.Helper()
		if err := s.WalkAudit(ctx, all, func(audit.Record) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	rec := audit.Record{Account: "a1", Action: "valueadded.run", Object: "r1", At: handedAt}
	for what, sc := range map[string]store.Scope{"a reader": reader, "a county": store.Part(store.Editor, "K"), "nobody": {}} {
		if err := s.PutValueAdded(ctx, sc, run, effects, rec); !errors.Is(err, fault.Forbidden) {
			t.Errorf("kept by %s: %v", what, err)
		}
	}
	if err := s.PutValueAdded(ctx, all, run, append(effects, valueadd.UnitEffect{Unit: "nobody"}), rec); !errors.Is(err, fault.NotFound) {
		t.Errorf("a unit that is not there: %v", err)
	}
	if runs, err := s.ValueAddedRuns(ctx, all); err != nil || len(runs) > 0 || log() > 0 {
		t.Errorf("after what was refused: %d runs, %v, %d lines in the log", len(runs), err, log())
	}
	for range 2 {
		if err := s.PutValueAdded(ctx, all, run, effects, rec); err != nil {
			t.Fatal(err)
		}
	}
	if n := log(); n != 1 {
		t.Errorf("%d lines in the log, want 1", n)
	}
	s = open(t, dsn)
	runs, err := s.ValueAddedRuns(ctx, reader)
	if err != nil || len(runs) != 1 {
		t.Fatalf("%d runs, %v", len(runs), err)
	}
	if d := cmp.Diff(run, runs[0], cmp.Comparer(func(a, b edu.Period) bool { return a == b })); d != "" {
		t.Errorf("the run (-kept +read):\n%s", d)
	}
	held := valueadd.UnitEffect{Unit: school(1)}
	mine := valueadd.UnitEffect{Unit: school(0), Effect: shown}
	for what, tt := range map[string]struct {
		sc   store.Scope
		want []valueadd.UnitEffect
	}{
		"the city":     {reader, []valueadd.UnitEffect{mine, held, effects[2]}},
		"a county":     {store.Part(store.Reader, "K"), []valueadd.UnitEffect{mine, held}},
		"a school":     {store.Part(store.Reader, school(0)), []valueadd.UnitEffect{mine}},
		"two counties": {store.Part(store.Reader, "K", "L"), []valueadd.UnitEffect{mine, held, effects[2]}},
	} {
		_, got, err := s.ValueAdded(ctx, tt.sc, "r1")
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		// By unit, "other" after the schools' own ids.
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", what, d)
		}
	}
	if _, _, err := s.ValueAdded(ctx, store.Scope{}, "r1"); !errors.Is(err, fault.NotFound) {
		t.Errorf("nobody reads: %v", err)
	}
	if _, _, err := s.ValueAdded(ctx, all, "r2"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a run that is not there: %v", err)
	}
	if err := s.DropValueAdded(ctx, store.Part(store.Editor, "K"), "r1", rec); !errors.Is(err, fault.Forbidden) {
		t.Errorf("dropped by a county: %v", err)
	}
	if err := s.DropValueAdded(ctx, all, "r1", rec); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.ValueAdded(ctx, all, "r1"); !errors.Is(err, fault.NotFound) || log() != 2 {
		t.Errorf("after it was dropped: %v, %d lines in the log", err, log())
	}
}
