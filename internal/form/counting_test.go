package form_test

import (
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
