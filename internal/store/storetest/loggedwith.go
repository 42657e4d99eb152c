package storetest

import (
	"context"
	"errors"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// What is changed of forms and of the calendar stands in the log in the same
// write: what is refused, or changes nothing, leaves no line.
func loggedWith(t *testing.T, dsn string) {
	s, is := desk(t, dsn, 1)
	ctx := context.Background()
	lines := 0
	for _, tt := range []struct {
		name string
		do   func(audit.Record) error
		want error
		more int
	}{
		{"the same issue again", func(r audit.Record) error { return s.PutIssue(ctx, all, is, r) }, nil, 0},
		{"another issue under its id", func(r audit.Record) error { o := is; o.Due++; return s.PutIssue(ctx, all, o, r) }, fault.Conflict, 0},
		{"an issue", func(r audit.Record) error { o := is; o.ID, o.Form = "x", "x"; return s.PutIssue(ctx, all, o, r) }, nil, 1},
		{"no such issue is closed", func(r audit.Record) error { return s.CloseIssue(ctx, all, "none", true, r) }, fault.NotFound, 0},
		{"an issue is closed", func(r audit.Record) error { return s.CloseIssue(ctx, all, "x", true, r) }, nil, 1},
		{"a form on the list", func(r audit.Record) error { return s.ListForm(ctx, all, store.Listed{Form: "base", At: handedAt}, r) }, nil, 1},
		{"the list of a reader", func(r audit.Record) error {
			return s.ListForm(ctx, reader, store.Listed{Form: "base", At: handedAt}, r)
		}, fault.Forbidden, 0},
		{"a budget", func(r audit.Record) error { return s.SetMeta(ctx, all, "budget", "{}", r) }, nil, 1},
		{"a holiday", func(r audit.Record) error {
			return s.SetDay(ctx, all, collect.Mark{Day: 20000, Off: true, Name: edu.Text{ZH: "假"}}, "a", handedAt, r)
		}, nil, 1},
		{"a holiday taken back", func(r audit.Record) error { return s.DropDay(ctx, all, 20000, r) }, nil, 1},
		{"a term", func(r audit.Record) error {
			return s.SetTerm(ctx, all, collect.TermDates{Period: edu.Year(2025), First: 20000, Last: 20100}, "a", handedAt, r)
		}, nil, 1},
		{"the route of a county", func(r audit.Record) error {
			r.Unit = "K"
			return s.SetRoute(ctx, all, "K", "base", true, "a", handedAt, r)
		}, nil, 1},
		{"the route of another's county", func(r audit.Record) error {
			return s.SetRoute(ctx, store.Part(store.Editor, "K"), "L", "base", true, "a", handedAt, r)
		}, fault.NotFound, 0},
		{"a county's own day", func(r audit.Record) error {
			return s.SetInner(ctx, all, "K", is.ID, store.Inner{Due: 20001}, "a", handedAt, r)
		}, nil, 1},
		{"a lock-down", func(r audit.Record) error { return s.SaveSnapshot(ctx, all, &store.Snapshot{ID: "l", At: handedAt}, r) }, nil, 1},
	} {
		if err := tt.do(audit.Record{At: handedAt, Account: "a", Action: "test"}); !errors.Is(err, tt.want) || tt.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		_, n, err := s.Audit(ctx, all, audit.Filter{Action: "test"})
		if err != nil || n != lines+tt.more {
			t.Errorf("%s: %d lines, %v; want %d more than %d", tt.name, n, err, tt.more, lines)
		}
		lines = n
	}
}
