package form_test

import (
	"maps"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// What was handed in stays what it was, code and figures, when last year's
// figure or a register is mended later; and what was merely known and never
// confirmed does not look like an answer.
func TestFrozenStaysWhatItWas(t *testing.T) {
	say := func(area, boys string) *form.Paper {
		return paper(t, form.Content{Cells: map[string]string{"primary/area": area, "primary/boys": boys}}, edu.Primary)
	}
	for _, tt := range []struct {
		name    string
		content form.Content
		area    string // that counts
	}{
		{"confirmed as last year", form.Content{Same: []string{"all"}}, "1"},
		{"typed", form.Content{Cells: map[string]string{"primary/area": "4"}}, "4"},
		{"known and never confirmed", form.Content{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := paper(t, tt.content, edu.Primary)
			p.Know(known(t, pack.FromLastYear, say("1", "1"), nil), known(t, pack.FromExport, say("2", "2"), nil), known(t, pack.FromRegister, say("3", "3"), nil))
			want := p.Code(1)

			later := paper(t, p.Frozen(), edu.Primary)
			later.Know(known(t, pack.FromLastYear, say("10", "10"), nil), known(t, pack.FromExport, say("20", "20"), nil), known(t, pack.FromRegister, say("30", "30"), nil))
			later = later.Counting()
			if got := later.Code(1); got != want {
				t.Errorf("code %s, was %s", got, want)
			}
			if got, _ := later.Shown(form.Key{Part: edu.Primary, Field: "area"}); got != tt.area {
				t.Errorf("shows the area %q, want %q", got, tt.area)
			}
			if got, _ := later.Shown(form.Key{Part: edu.Primary, Field: "boys"}); got != "3" {
				t.Errorf("shows %q boys, want what the register said then", got)
			}
			if _, changed := p.Content.Cells["primary/boys"]; changed {
				t.Error("the draft was changed")
			}
		})
	}
}

// A figure stands in the cell that it was brought from as long as it says what
// that cell said, and nobody can name another. How a file wrote the unit's name
// stays.
func TestCitedIsWhatIsKnown(t *testing.T) {
	at := func(row int) edu.Cell { return edu.Cell{File: "a.xlsx", Sheet: "表", Row: row, Column: "C"} }
	before := form.Content{Cells: map[string]string{"p/a": "1", "p/b": "2"}, Cites: map[string]edu.Cell{"p/a": at(1), "p/b": at(2), form.NameCite: at(9)},
		Lists: map[string][]form.Row{"l": {{Cells: map[string]string{"x": "1"}, Cite: at(3)}, {Cells: map[string]string{"x": "2"}, Cite: at(4)}}}}
	sent := form.Content{Cells: map[string]string{"p/a": "1", "p/b": "3", "p/c": "4"}, Cites: map[string]edu.Cell{"p/a": at(77), "p/b": at(2), "p/c": at(5)},
		Lists: map[string][]form.Row{"l": {{Cells: map[string]string{"x": "2"}, Cite: at(4)}, {Cells: map[string]string{"x": "5"}, Cite: at(3)}, {Cells: map[string]string{"x": "6"}, Cite: at(8)}}}}
	got := sent.Cited(before)
	if want := map[string]edu.Cell{"p/a": at(1), form.NameCite: at(9)}; !maps.Equal(got.Cites, want) {
		t.Errorf("cells come from %v, want %v", got.Cites, want)
	}
	for i, want := range []edu.Cell{at(4), {}, {}} {
		if got := got.Lists["l"][i].Cite; got != want {
			t.Errorf("row %d comes from %v, want %v", i, got, want)
		}
	}
	if sent.Lists["l"][1].Cite != at(3) {
		t.Error("what was sent was changed")
	}
}
