package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// A secret address leads to its account alone, while the account is open, until
// another one is made or it is taken back; the digest goes to open accounts with
// an address.
func feeds(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	people(t, s)
	rec := func(what audit.Action) audit.Record {
		return audit.Record{At: midday, Account: "id-Wang", Action: what, Object: "id-Wang"}
	}
	set := func(account, hash string) {
		t.Helper()
		if err := s.SetFeed(ctx, account, hash, midday, rec("feed.make")); err != nil {
			t.Fatal(err)
		}
	}
	of := func(hash, want string) {
		t.Helper()
		a, err := s.FeedOf(ctx, hash)
		if want == "" && !errors.Is(err, fault.NotFound) || a.ID != want || want != "" && (err != nil || len(a.Grants) != 1) {
			t.Errorf("%q leads to %q with %v, %v; want %q", hash, a.ID, a.Grants, err, want)
		}
	}
	settings := func(account string, want todo.Settings) {
		t.Helper()
		if got, err := s.TodoSettings(ctx, account); err != nil || got.Digest != want.Digest || !got.Feed.Equal(want.Feed) {
			t.Errorf("%s: %+v, %v; want %+v", account, got, err, want)
		}
	}
	settings("id-Wang", todo.Settings{})
	set("id-Wang", "h1")
	set("id-Li", "h2")
	of("h1", "id-Wang")
	of("h2", "id-Li")
	of("h3", "")
	of("", "")
	settings("id-Wang", todo.Settings{Feed: midday})
	set("id-Wang", "h3")
	of("h1", "")
	of("h3", "id-Wang")
	if err := s.SetDigest(ctx, "id-Wang", true); err != nil {
		t.Fatal(err)
	}
	settings("id-Wang", todo.Settings{Digest: true, Feed: midday})
	of("h3", "id-Wang")
	set("id-Wang", "")
	of("h3", "")
	settings("id-Wang", todo.Settings{Digest: true})
	set("id-Li", "")
	settings("id-Li", todo.Settings{Feed: time.Time{}})

	digested := func(want ...string) {
		t.Helper()
		got, err := s.Digested(ctx)
		if err != nil || len(got) != len(want) {
			t.Errorf("%d want a digest, %v; want %v", len(got), err, want)
			return
		}
		for i, a := range got {
			if a.ID != want[i] || len(a.Grants) != 1 || a.Mail == "" {
				t.Errorf("%+v, want %s", a, want[i])
			}
		}
	}
	change := func(id string, do func(*store.Login)) {
		t.Helper()
		if _, err := s.ChangeLogin(ctx, all, id, func(l *store.Login) (store.Change, error) { do(l); return logged("x", id), nil }); err != nil {
			t.Fatal(err)
		}
	}
	digested()
	change("id-Wang", func(l *store.Login) { l.Mail = "w@edu.example" })
	change("id-Li", func(l *store.Login) { l.Mail = "l@edu.example" })
	digested("id-Wang")
	if err := s.SetDigest(ctx, "id-Li", true); err != nil {
		t.Fatal(err)
	}
	digested("id-Li", "id-Wang")
	set("id-Li", "h9")
	change("id-Li", func(l *store.Login) { l.Closed = true })
	of("h9", "")
	digested("id-Wang")
	if err := s.SetDigest(ctx, "id-Wang", false); err != nil {
		t.Fatal(err)
	}
	digested()
}
