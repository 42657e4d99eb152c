package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
)

// comparedLines: what a comparison wrote is read a page at a time, another run of it
// goes, and nobody reads or writes another part's.
func comparedLines(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	east, west := store.Part(store.Editor, "east"), store.Part(store.Editor, "west")
	old, now := store.ComparedRun{Comparison: "2025-east", Unit: "east", Run: "a"}, store.ComparedRun{Comparison: "2025-east", Unit: "east", Run: "b"}
	var lines []store.ComparedLine
	for i := range 450 {
		lines = append(lines, store.ComparedLine{Person: register.PersonID(fmt.Sprint("p", i)), Body: fmt.Sprint("line ", i)})
	}
	for _, r := range []store.ComparedRun{old, now} {
		if err := s.WriteCompared(ctx, east, r, "child", 0, lines[:300]); err != nil {
			t.Fatal(err)
		}
		if err := s.WriteCompared(ctx, east, r, "child", 300, lines[300:]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.WriteCompared(ctx, east, now, "pair", 0, []store.ComparedLine{{Body: "one"}}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Compared(ctx, east, now, "child", 299, 3); err != nil || strings.Join(got, ",") != "line 299,line 300,line 301" {
		t.Errorf("a page: %v, %v", got, err)
	}
	if got, err := s.Compared(ctx, east, now, "child", 0, -1); err != nil || len(got) != 450 {
		t.Errorf("%d lines, %v", len(got), err)
	}
	if got, err := s.ComparedOf(ctx, east, now, "child", []register.PersonID{"p7", "p449", "p900"}); err != nil || len(got) != 2 || !slices.Contains(got, "line 449") {
		t.Errorf("of three children: %v, %v", got, err)
	}
	for name, err := range map[string]error{
		"another county looks":   second(s.ComparedOf(ctx, west, now, "child", []register.PersonID{"p7"})),
		"another county reads":   second(s.Compared(ctx, west, now, "child", 0, 1)),
		"another county writes":  s.WriteCompared(ctx, west, now, "child", 450, []store.ComparedLine{{Body: "x"}}),
		"another county deletes": s.DropCompared(ctx, west, store.ComparedRun{Comparison: "2025-east", Unit: "east"}),
	} {
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.WriteCompared(ctx, east, store.ComparedRun{Comparison: "2025-city", Run: "c"}, "child", 0, []store.ComparedLine{{Body: "x"}}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the city's by a county: %v", err)
	}
	if err := s.DropCompared(ctx, east, now); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Compared(ctx, east, old, "child", 0, -1); err != nil || len(got) != 0 {
		t.Errorf("%d lines of the old run, %v", len(got), err)
	}
	if got, err := s.Compared(ctx, east, now, "pair", 0, -1); err != nil || len(got) != 1 {
		t.Errorf("%d pairs, %v", len(got), err)
	}

	// A lease that nobody lengthened is none.
	if ok, err := s.Lease(ctx, "work", "me", noon, noon.Add(time.Minute)); err != nil || !ok {
		t.Fatal(ok, err)
	}
	for _, tt := range []struct {
		name string
		at   time.Time
		want bool
	}{{"work", noon, true}, {"work", noon.Add(time.Minute), false}, {"other", noon, false}} {
		if got, err := s.Leased(ctx, tt.name, tt.at); err != nil || got != tt.want {
			t.Errorf("%s at %s: %v, %v", tt.name, tt.at, got, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
