package storetest

import (
	"context"
	"errors"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// documentsTogether: documents that are kept together are kept all or none, and the
// one that stood in the way is told.
func documentsTogether(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	east := store.Part(store.Editor, "east")
	doc := func(id string, unit edu.UnitID, rev int) store.Document {
		return store.Document{Kind: "honour", ID: id, Unit: unit, Rev: rev, Title: id, Body: `{}`, By: "a", Name: "甲", At: noon}
	}
	own := func(id string, rev int) store.Document { return doc(id, "east", rev) }
	got, err := s.PutDocuments(ctx, east, []store.Document{own("h1", 0), own("h2", 0)})
	if err != nil || len(got) != 2 || got[1].Rev != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	got, err = s.PutDocuments(ctx, east, []store.Document{own("h3", 0), own("h2", 0), own("h4", 0)})
	if !errors.Is(err, fault.Conflict) || len(got) != 1 || got[0].ID != "h2" || got[0].Rev != 1 {
		t.Errorf("over a newer one: %+v, %v", got, err)
	}
	if _, err := s.PutDocuments(ctx, east, []store.Document{own("h5", 0), doc("h6", "", 0)}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the city's own by a county: %v", err)
	}
	for unit, want := range map[edu.UnitID]int{"east": 2, "west": 0} {
		if list, err := s.Documents(ctx, all, store.DocumentFilter{Kind: "honour", Units: []edu.UnitID{unit, "nowhere"}}); err != nil || len(list) != want {
			t.Errorf("%d documents of %s, %v; want %d", len(list), unit, err, want)
		}
	}
	list, err := s.Documents(ctx, all, store.DocumentFilter{Kind: "honour"})
	if err != nil || len(list) != 2 {
		t.Errorf("%d documents are kept, %v; want the first two", len(list), err)
	}
}
