package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/attach"
	"shuren/internal/audit"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// A file is stored once, is seen only as evidence of something within the scope,
// and goes a day after nothing uses it.
func evidenceFiles(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	east, west := store.Part(store.Editor, "east"), store.Part(store.Editor, "west")
	body := bytes.Repeat([]byte{0, 1, 0xFF, 'x'}, 100_000)
	file := fileOf(body)
	put := func(sc store.Scope, f attach.File, b []byte, at time.Time) error {
		t.Helper()
		return s.PutFile(ctx, sc, f, b, at)
	}
	wrong := file
	wrong.Hash = fileOf([]byte("other")).Hash
	if err := put(all, wrong, body, noon); !errors.Is(err, fault.Invalid) {
		t.Errorf("under another hash: %v; want invalid", err)
	}
	for _, sc := range []store.Scope{{}, reader} {
		if err := put(sc, file, body, noon); !errors.Is(err, fault.Forbidden) {
			t.Errorf("by who may not write: %v; want forbidden", err)
		}
	}
	use := store.FileUse{Hash: file.Hash, Type: file.Type, Size: file.Size, Kind: "task", ID: "1", Name: "批复.pdf", Unit: "east", By: "a", ByName: "甲", At: noon}
	if err := s.UseFile(ctx, east, use); !errors.Is(err, fault.NotFound) {
		t.Errorf("a use of what is not stored: %v; want not found", err)
	}
	if err := errors.Join(put(east, file, body, noon), put(east, file, body, noon)); err != nil {
		t.Fatal(err)
	}
	if err := s.UseFile(ctx, west, use); !errors.Is(err, fault.NotFound) {
		t.Errorf("for another county: %v; want not found", err)
	}
	rec := audit.Record{At: noon, Account: "a", Action: "file.add", Unit: "east"}
	if err := errors.Join(s.UseFile(ctx, east, use, rec), s.UseFile(ctx, east, use, rec)); err != nil {
		t.Fatal(err)
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{Action: "file.add"}); n != 1 || err != nil {
		t.Errorf("%d lines in the log for a use that was sent twice, %v; want 1", n, err)
	}
	city := use
	city.ID, city.Unit, city.Name = "2", "", "市.pdf"
	if err := s.UseFile(ctx, east, city); !errors.Is(err, fault.NotFound) {
		t.Errorf("a county for the whole city: %v; want not found", err)
	}
	if err := s.UseFile(ctx, all, city); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		sc   store.Scope
		want []store.FileUse
	}{
		{"the whole city", reader, []store.FileUse{use, city}}, {"its county", store.Part(store.Reader, "east"), []store.FileUse{use}},
		{"another county", west, nil}, {"nobody", store.Scope{}, nil},
	} {
		got, err := s.Uses(ctx, tt.sc, "task", "1", "2", "3")
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%s sees %v (-want +got):\n%s", tt.name, err, d)
		}
		for _, u := range []store.FileUse{use, city} {
			got, b, err := s.File(ctx, tt.sc, "task", u.ID, u.Hash)
			if slices.Contains(tt.want, u) {
				if err != nil || got != u || !bytes.Equal(b, body) {
					t.Errorf("%s reads %+v, %d bytes, %v", tt.name, got, len(b), err)
				}
			} else if !errors.Is(err, fault.NotFound) || b != nil {
				t.Errorf("%s reads the file of task %s: %v", tt.name, u.ID, err)
			}
		}
	}
	if _, _, err := s.File(ctx, all, "meeting", "1", file.Hash); !errors.Is(err, fault.NotFound) {
		t.Errorf("by its hash, of something else: %v; want not found", err)
	}
	sweep := func(before time.Time, want int) {
		t.Helper()
		if n, err := s.SweepFiles(ctx, before); n != want || err != nil {
			t.Errorf("%d files swept, %v; want %d", n, err, want)
		}
	}
	sweep(noon.Add(time.Hour), 0)
	if err := s.DropUse(ctx, west, "task", "1", file.Hash); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county drops it: %v; want not found", err)
	}
	if err := errors.Join(s.DropUse(ctx, east, "task", "1", file.Hash), s.DropUse(ctx, all, "task", "2", file.Hash)); err != nil {
		t.Fatal(err)
	}
	if err := s.DropUse(ctx, east, "task", "1", file.Hash); !errors.Is(err, fault.NotFound) {
		t.Errorf("dropped twice: %v; want not found", err)
	}
	// Sent again it is kept for another day.
	if err := put(east, file, body, noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	sweep(noon.Add(time.Hour), 0)
	sweep(noon.Add(3*time.Hour), 1)
	if err := s.UseFile(ctx, east, use); !errors.Is(err, fault.NotFound) {
		t.Errorf("a use of what was swept: %v; want not found", err)
	}
	for i := range attach.MaxUses + 1 {
		b := fmt.Append(nil, "file ", i)
		if err := put(east, fileOf(b), b, noon); err != nil {
			t.Fatal(err)
		}
		u := use
		u.Hash = fileOf(b).Hash
		if err := s.UseFile(ctx, east, u); (err == nil) != (i < attach.MaxUses) || err != nil && !errors.Is(err, fault.TooLarge) {
			t.Errorf("file %d: %v", i+1, err)
		}
	}
}

func fileOf(b []byte) attach.File {
	sum := sha256.Sum256(b)
	return attach.File{Hash: hex.EncodeToString(sum[:]), Type: attach.PDF, Size: int64(len(b)), Name: "批复.pdf"}
}
