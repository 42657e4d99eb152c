package web

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// seen is the demo city as an actor sees it: its figures come from the store
// through the scope of the actor, as they do in the product.
type seen struct {
	*flow.City
	part  *parts
	scope store.Scope
	key   string
}

// parts computes the assessment of a part once.
type parts struct {
	store *store.Store
	mu    sync.Mutex
	all   map[string]*standard.Assessment
}

var theParts = sync.OnceValues(func() (*parts, error) {
	if _, err := madeDemo(); err != nil {
		return nil, err
	}
	s, err := store.Open(context.Background(), filepath.Join(scratch, "demo.db"))
	return &parts{store: s, all: map[string]*standard.Assessment{}}, err
})

// viewOf gives the view of the demo city for tests with accounts.
func viewOf(t testing.TB) func(auth.Actor) City {
	t.Helper()
	city := demoCity(t)
	ps, err := theParts()
	if err != nil {
		t.Fatal(err)
	}
	return func(who auth.Actor) City {
		var tops []edu.UnitID
		for _, p := range []auth.Permission{auth.ReadRegion, auth.ReadSchool} {
			r := who.Reach(p)
			if r.Whole {
				return city
			}
			tops = append(tops, r.Units...)
		}
		return seen{city, ps, store.Part(store.Reader, tops...), fmt.Sprint(tops)}
	}
}

func (s seen) Measure(ctx context.Context, _ string, p edu.Period) (*standard.Assessment, error) {
	s.part.mu.Lock()
	defer s.part.mu.Unlock()
	key := p.String() + s.key
	if a := s.part.all[key]; a != nil {
		return a, nil
	}
	tables, err := s.part.store.Tables(ctx, s.scope, store.Query{Period: p})
	if err != nil {
		return nil, err
	}
	set, _, err := flow.Frames(tables, s.Pack())
	if err != nil {
		return nil, err
	}
	set.Period = p
	a, err := standard.Assess(set, s.Pack())
	if err == nil {
		s.part.all[key] = a
	}
	return a, err
}
