package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// reports: what a document was composed of never changes; what was written in it has
// its history; a part of the tree sees its own, and the whole tree's only who sees
// it all.
func reports(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	rec := func(object string) audit.Record {
		return audit.Record{At: noon, Account: "a", Action: "report.make", Object: object}
	}
	put := func(r store.Report) bool {
		t.Helper()
		fresh, err := s.PutReport(ctx, all, r, rec(r.ID))
		if err != nil {
			t.Fatal(err)
		}
		return fresh
	}
	whole := store.Report{ID: "r1", Kind: "standards", Period: year, Day: 20500, State: "draft", Title: "通报", Content: `{"a":1}`, Version: `{"b":2}`, Edits: `{}`, By: "a", ByName: "甲", At: noon}
	own := whole
	own.ID, own.Kind, own.Unit, own.Day = "r2", "county", "east", 20501
	if !put(whole) || !put(own) {
		t.Fatal("a new document was there already")
	}
	_, before, err := s.Audit(ctx, all, audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	again := whole
	again.Content, again.Title = `{"a":2}`, "another"
	if put(again) {
		t.Error("the same id was kept twice")
	}
	if _, after, err := s.Audit(ctx, all, audit.Filter{}); err != nil || after != before {
		t.Errorf("keeping it again left %d lines in the log, %v", after-before, err)
	}
	got, err := s.Report(ctx, all, "r1")
	if err != nil {
		t.Fatal(err)
	}
	want := whole
	want.Rev, want.Changed, want.ChangedN, want.ChangedAt = 1, "a", "甲", noon
	if d := cmp.Diff(want, got, cmp.AllowUnexported(edu.Period{})); d != "" {
		t.Errorf("read back (-want +got):\n%s", d)
	}

	got.Edits, got.State, got.Changed, got.ChangedN, got.ChangedAt = `{"reasons":"x"}`, "final", "b", "乙", noon.Add(time.Hour)
	kept, err := s.ChangeReport(ctx, all, got, rec("r1"))
	if err != nil || kept.Rev != 2 || kept.Content != whole.Content {
		t.Errorf("changed: %+v, %v", kept, err)
	}
	if now, err := s.ChangeReport(ctx, all, got, rec("r1")); !errors.Is(err, fault.Conflict) || now.Rev != 2 {
		t.Errorf("over an old revision: revision %d, %v; want a conflict with 2", now.Rev, err)
	}
	if h, err := s.ReportEdits(ctx, all, "r1"); err != nil || len(h) != 2 || h[0].Edits != `{"reasons":"x"}` || h[0].Changed != "b" || h[1].Edits != `{}` {
		t.Errorf("history %+v, %v", h, err)
	}

	part := store.Part(store.Editor, "east")
	for name, tt := range map[string]struct {
		sc   store.Scope
		want []string
	}{"all": {all, []string{"r2", "r1"}}, "a county": {part, []string{"r2"}}, "another county": {store.Part(store.Editor, "west"), nil}, "nothing": {store.Scope{}, nil}} {
		list, n, err := s.Reports(ctx, tt.sc, store.ReportFilter{})
		var ids []string
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		if err != nil || n != len(tt.want) || !cmp.Equal(ids, tt.want) {
			t.Errorf("%s sees %v of %d, %v; want %v", name, ids, n, err, tt.want)
		}
	}
	if list, n, err := s.Reports(ctx, all, store.ReportFilter{Kind: "standards", State: "final", By: "a", Limit: 1}); err != nil || n != 1 || len(list) != 1 || list[0].ID != "r1" {
		t.Errorf("filtered: %v of %d, %v", list, n, err)
	}
	if list, n, err := s.Reports(ctx, all, store.ReportFilter{Limit: 1, Offset: 1}); err != nil || n != 2 || len(list) != 1 || list[0].ID != "r1" {
		t.Errorf("the second page: %v of %d, %v", list, n, err)
	}
	if _, err := s.Report(ctx, part, "r1"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a county reads the city's: %v", err)
	}
	if _, err := s.PutReport(ctx, part, store.Report{ID: "r3", Kind: "standards", At: noon}, rec("r3")); !errors.Is(err, fault.NotFound) {
		t.Errorf("a county keeps the city's: %v", err)
	}
	if _, err := s.ChangeReport(ctx, part, kept, rec("r1")); !errors.Is(err, fault.NotFound) {
		t.Errorf("a county changes the city's: %v", err)
	}
	if _, err := s.PutReport(ctx, store.Whole(store.Reader), store.Report{ID: "r4", Kind: "x"}); err == nil {
		t.Error("a reader keeps one")
	}
}
