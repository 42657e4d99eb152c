package demo

import (
	"io"
	"strings"
	"testing"

	"shuren/internal/places"
	"shuren/internal/sheet"
)

// The county's tables are read without a fault, and make a plan that is soon proven.
func TestPlacesArePlanned(t *testing.T) {
	var files []places.File
	for id, text := range New(1).placeTables(placedCounty) {
		book, err := sheet.Open(io.NopCloser(strings.NewReader(text)), sheet.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		files = append(files, places.File{Name: id, Book: book})
	}
	got, err := places.Read(t.Context(), files, places.Choice{Scenario: "mid"})
	if err != nil {
		t.Fatalf("%v: %v", err, got.Problems)
	}
	p, err := places.Make(t.Context(), &got.Input, places.Options{Gap: 1e-4})
	if err != nil || p.Status != places.Optimal && p.Status != places.Within {
		t.Fatalf("%+v, %v", p, err)
	}
	if wrong := got.Input.Verify(p); len(wrong) > 0 {
		t.Error(wrong)
	}
}
