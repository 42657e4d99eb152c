package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// documents: a document is kept over what its writer saw, and every revision
// stays; a county sees its own and the city's.
func documents(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	east := store.Part(store.Editor, "east")
	put := func(sc store.Scope, r store.Document) (store.Document, error) {
		r.Kind, r.By, r.Name, r.At = "meeting", "a", "甲", noon
		return s.PutDocument(ctx, sc, r)
	}
	keep := func(sc store.Scope, r store.Document) store.Document {
		t.Helper()
		got, err := put(sc, r)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	city := keep(all, store.Document{ID: "m1", Title: "全市", Day: 20000, Body: `{"a":1}`})
	own := keep(east, store.Document{ID: "m2", Unit: "east", Title: "本县", Day: 20001, State: "held", Body: `{}`})
	keep(all, store.Document{ID: "m3", Unit: "west", Title: "外县", Day: 20002, Body: `{}`})

	list := func(sc store.Scope, f store.DocumentFilter) (ids []string) {
		t.Helper()
		f.Kind = "meeting"
		got, err := s.Documents(ctx, sc, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got {
			ids = append(ids, r.ID)
		}
		return ids
	}
	for _, tt := range []struct {
		name string
		sc   store.Scope
		f    store.DocumentFilter
		want []string
	}{
		{"the city sees all, newest first", all, store.DocumentFilter{}, []string{"m3", "m2", "m1"}},
		{"a county its own and the city's", east, store.DocumentFilter{}, []string{"m2", "m1"}},
		{"of a unit", all, store.DocumentFilter{Unit: "west"}, []string{"m3"}},
		{"of a state", all, store.DocumentFilter{State: "held"}, []string{"m2"}},
		{"of some days", all, store.DocumentFilter{From: 20001, Until: 20001}, []string{"m2"}},
		{"nobody", store.Scope{}, store.DocumentFilter{}, nil},
	} {
		if d := cmp.Diff(tt.want, list(tt.sc, tt.f)); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
	}

	city.Title, city.Body = "全市 2", `{"a":2}`
	second := keep(all, city)
	if second.Rev != 2 {
		t.Errorf("rev %d, want 2", second.Rev)
	}
	if now, err := put(all, city); !errors.Is(err, fault.Conflict) || now.Title != "全市 2" || now.Rev != 2 {
		t.Errorf("over an old revision: %+v, %v; want what is there and a conflict", now, err)
	}
	if _, err := put(all, store.Document{ID: "m1", Title: "again"}); !errors.Is(err, fault.Conflict) {
		t.Errorf("a second first revision: %v, want a conflict", err)
	}
	past, err := s.DocumentHistory(ctx, all, "meeting", "m1")
	if err != nil || len(past) != 2 || past[0].Body != `{"a":2}` || past[1].Body != `{"a":1}` || !past[1].At.Equal(noon) {
		t.Errorf("history %+v, %v", past, err)
	}

	for what, err := range map[string]error{
		"a county writes the city's":   second2(put(east, second)),
		"a county writes another's":    second2(put(east, store.Document{ID: "m9", Unit: "west", Body: "{}"})),
		"a document changes its owner": second2(put(all, store.Document{ID: "m2", Unit: "west", Rev: own.Rev, Body: "{}"})),
		"another county's":             second2(s.Document(ctx, east, "meeting", "m3")),
		"no such":                      second2(s.Document(ctx, all, "meeting", "m0")),
		"of another kind":              second2(s.Document(ctx, all, "plan", "m1")),
	} {
		if !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}

	var wins sync.Map
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			r := second
			r.Day = edu.Date(21000 + i)
			if _, err := put(all, r); err == nil {
				wins.Store(i, true)
			} else if !errors.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	wins.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d of 8 writers at once won, want 1", n)
	}
}

func second2(_ store.Document, err error) error { return err }
