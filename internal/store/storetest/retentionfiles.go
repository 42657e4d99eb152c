package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/fault"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// caseFiles: evidence stands with its act or not at all, and goes with a case that
// ended: its uses first, then the case with its history. What is open is never old.
func caseFiles(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	made, err := s.OpenCases(ctx, all, []store.CaseMove{suspect("c1", "s1", "town", "east", 20000), suspect("c2", "s3", "", "west", 20001)})
	if err != nil {
		t.Fatal(err)
	}
	cited := func(c retention.Case, act retention.Act, to retention.State, body string) store.CaseMove {
		m, f := moved(c, act, to, 20003), fileOf([]byte(body))
		m.Event.Files = []string{f.Hash}
		m.Files = []store.FileUse{{Hash: f.Hash, Name: "a.pdf", Unit: "s1", By: "a", At: noon}}
		return m
	}
	m := cited(made[0], retention.Exclude, retention.Excluded, "one")
	if _, err := s.ActCase(ctx, all, m); !errors.Is(err, fault.NotFound) {
		t.Errorf("a file that is not stored: %v", err)
	}
	if c, events, err := s.Case(ctx, all, "c1"); err != nil || c.Rev != 1 || len(events) != 1 {
		t.Errorf("the act stands without its file: rev %d, %d events, %v", c.Rev, len(events), err)
	}
	for _, body := range []string{"one", "two"} {
		if err := s.PutFile(ctx, all, fileOf([]byte(body)), []byte(body), noon); err != nil {
			t.Fatal(err)
		}
	}
	uncited := m
	uncited.Event.Files = nil
	if _, err := s.ActCase(ctx, all, uncited); !errors.Is(err, fault.Invalid) {
		t.Errorf("a file that the act does not cite: %v", err)
	}
	if _, err := s.ActCase(ctx, all, m); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ActCase(ctx, all, cited(made[1], retention.Amend, retention.Suspected, "two")); err != nil {
		t.Fatal(err)
	}
	uses := func() (n int) {
		t.Helper()
		list, err := s.Uses(ctx, all, store.FilesOfCases, "c1", "c2")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if n := uses(); n != 2 {
		t.Errorf("%d uses; want 2", n)
	}
	log := func(e store.ExpiredCases) audit.Record {
		return audit.Record{At: noon, Account: "system", Action: "retention.expire", Detail: fmt.Sprint(e.Files, e.Cases)}
	}
	if _, err := s.ExpireCases(ctx, store.Part(store.Editor, "east"), noon, noon, log); !errors.Is(err, fault.Forbidden) {
		t.Errorf("by a county: %v; want forbidden", err)
	}
	after := noon.Add(time.Second)
	for i, step := range []struct {
		files, cases time.Time
		want         store.ExpiredCases
		uses         int
	}{
		{noon, noon, store.ExpiredCases{}, 2}, {after, noon, store.ExpiredCases{Files: 1}, 1}, {after, noon, store.ExpiredCases{}, 1},
		{after, after, store.ExpiredCases{Cases: 1}, 1}, {after, after, store.ExpiredCases{}, 1},
	} {
		if got, err := s.ExpireCases(ctx, all, step.files, step.cases, log); err != nil || got != step.want || uses() != step.uses {
			t.Errorf("%d: %+v, %v, %d uses; want %+v, %d", i, got, err, uses(), step.want, step.uses)
		}
	}
	if _, _, err := s.Case(ctx, all, "c1"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a case whose time was over: %v", err)
	}
	if _, events, err := s.Case(ctx, all, "c2"); err != nil || len(events) != 2 {
		t.Errorf("an open case has %d events, %v", len(events), err)
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{Action: "retention.expire"}); n != 2 || err != nil {
		t.Errorf("%d lines of what expired, %v; want 2", n, err)
	}
}
