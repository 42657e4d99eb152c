package teams

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"shuren/internal/register"
	"shuren/internal/sheet"
)

func schemeOfMarks() *Scheme {
	return &Scheme{ID: "s", Criteria: []Criterion{
		{ID: "care", Name: "师德", Weight: 60, Full: 100, Field: "mark"},
		{ID: "hours", Name: "课时", Weight: 30, Full: 20, Field: "hours"},
		{ID: "work", Name: "工作量", Weight: 10, Full: 10, Field: "mark"},
	}}
}

var markedPeople = map[register.PersonID]bool{"a": true, "b": true}

func readMarks(t *testing.T, body []byte) ([]MarkRow, map[register.PersonID]map[string]float64, error) {
	return ReadMarks(t.Context(), io.NopCloser(bytes.NewReader(body)), schemeOfMarks(), markedPeople)
}

// kept tells that marks are of the scheme's people and considerations, and within
// what can be given.
func kept(t *testing.T, got map[register.PersonID]map[string]float64) {
	t.Helper()
	s := schemeOfMarks()
	for id, marks := range got {
		if !markedPeople[id] {
			t.Fatalf("marks of %q, who is not among the people", id)
		}
		for of, v := range marks {
			ok := false
			for _, c := range s.Marked() {
				ok = ok || c.ID == of && (v >= 0 && v <= float64(c.Full) || math.IsNaN(v)) // no mark takes one away
			}
			if !ok {
				t.Fatalf("%q has %v of %q", id, v, of)
			}
		}
	}
}

// Whatever is sent as a workbook of marks, reading it ends with marks that can be kept
// or with what is wrong; never with both.
func FuzzReadMarks(f *testing.F) {
	for _, lang := range []string{"zh", "en"} {
		for _, cells := range [][]string{{"", ""}, {"90.5", "10"}, {"优", "11"}} {
			var b bytes.Buffer
			if err := WriteMarks(&b, schemeOfMarks(), []MarkRow{{"a", "张*", "一小", cells}, {"b", "李*", "一小", cells}}, nil, "note", lang); err != nil {
				f.Fatal(err)
			}
			f.Add(b.Bytes())
		}
	}
	f.Add([]byte("PK"))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, got, err := readMarks(t, body)
		if err != nil && got != nil {
			t.Fatalf("%v, and marks %v", err, got)
		}
		kept(t, got)
	})
}

// Whatever stands in a cell of a person, the fault names that cell, or the mark is kept.
func FuzzMarkCells(f *testing.F) {
	for _, s := range []string{"", "0", "10", "10.01", "-1", "NaN", "1e400", "９０", "=1+1", "优秀", strings.Repeat("9", 400)} {
		f.Add("a", s, s)
	}
	f.Add("b", "1", "2")
	f.Add("c", "1", "2")
	f.Fuzz(func(t *testing.T, id, care, work string) {
		for _, s := range []string{id, care, work} {
			if len(s) > 32_000 {
				t.Skip("more than a cell holds")
			}
		}
		var b bytes.Buffer
		if err := WriteMarks(&b, schemeOfMarks(), []MarkRow{{Person: register.PersonID(id), Name: "张*", Cells: []string{care, work}}}, nil, "", "zh"); err != nil {
			t.Skip(err) // no workbook holds it
		}
		_, got, err := readMarks(t, b.Bytes())
		kept(t, got)
		for of, v := range got[register.PersonID(id)] {
			if typed := map[string]string{"care": care, "work": work}[of]; math.IsNaN(v) != (strings.TrimSpace(typed) == "") {
				t.Fatalf("%q is %v", typed, v)
			}
		}
		var bad sheet.Faults
		if err != nil && (!errors.As(err, &bad) || len(bad) == 0 || got != nil) {
			t.Fatalf("%v, and marks %v", err, got)
		}
		for _, x := range bad {
			if x.Cell != "A3" && x.Cell != "D3" && x.Cell != "E3" || x.Text.ZH == "" || x.Text.EN == "" {
				t.Fatalf("the fault %+v is at no cell that was written", x)
			}
		}
	})
}
