package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// What a unit takes back counts no longer, of it alone; history still has it,
// and the same figures handed in again count again. An id that was used for some
// figures is refused for others.
func takenBack(t *testing.T, dsn string) {
	s, is := desk(t, dsn, 2)
	ctx := context.Background()
	for i := range 2 {
		if _, err := s.Take(ctx, all, []store.Step{submit(is, i, 100+i, fmt.Sprint("id", i))}, nil); err != nil {
			t.Fatal(err)
		}
	}
	other := submit(is, 0, 999, "id0")
	other.Filing.Check = "OTHER"
	if _, err := s.Take(ctx, all, []store.Step{other}, nil); !errors.Is(err, fault.Conflict) {
		t.Errorf("other figures under an id: %v", err)
	}
	says := func(when, first string) {
		t.Helper()
		fs := figures(read(t, s, reader, store.Query{Period: year, Forms: []string{"base"}}))
		if fs["2199000001 primary pupils"] != first || fs["2199000002 primary pupils"] != "101" {
			t.Errorf("%s: %v", when, fs)
		}
	}
	back := func(rev int, from, to collect.State) store.Step {
		at := handedAt.Add(time.Duration(rev) * time.Hour)
		f := collect.Filing{Issue: is.ID, Unit: school(0), State: to, Rev: rev, Handed: 1, Check: "CODE", By: "clerk", At: at, Since: at}
		e := collect.Event{No: rev, At: at, By: "clerk", Name: "某人", Action: collect.Recall, From: from, To: to, Handed: 1}
		return store.Step{Filing: f, Period: is.Period, Event: &e, Withdraw: &store.Withdraw{Submission: store.Submission{ID: fmt.Sprintf("%s/back/%d", is.ID, rev), Form: is.Form, Period: is.Period, By: "某人", At: at}}}
	}
	says("handed in", "100")
	stale := back(3, collect.AtCounty, collect.Draft)
	if _, err := s.Take(ctx, all, []store.Step{stale}, nil); !errors.Is(err, store.ErrStale) {
		t.Errorf("a stale step: %v", err)
	}
	says("after a stale step", "100")
	if _, err := s.Take(ctx, all, []store.Step{back(2, collect.AtCounty, collect.Draft)}, nil); err != nil {
		t.Fatal(err)
	}
	says("taken back", "")
	if got, err := s.Recorded(ctx, reader, year, []string{"base"}); err != nil || got[edu.SectionID(school(0), "primary")] || !got[edu.SectionID(school(1), "primary")] {
		t.Errorf("recorded after it was taken back: %v, %v", got, err)
	}
	// Once more changes nothing and leaves no submission.
	if _, err := s.Take(ctx, all, []store.Step{back(3, collect.Draft, collect.Excused)}, nil); err != nil {
		t.Fatal(err)
	}
	if subs, err := s.Submissions(ctx, reader, store.Filter{Form: "base"}); err != nil || len(subs) != 3 {
		t.Errorf("%d submissions, %v; want two and one that takes back", len(subs), err)
	}
	again := submit(is, 0, 100, "id2")
	again.Filing.Rev, again.Filing.Handed, again.Event.No, again.Event.Handed = 4, 2, 4, 2
	again.Hand.Submission.ID = is.ID + "/again"
	if _, err := s.Take(ctx, all, []store.Step{again}, nil); err != nil {
		t.Fatal(err)
	}
	says("handed in again", "100")
}
