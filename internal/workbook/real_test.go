package workbook

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// Every form that ships is written, in both layouts and languages, and read back
// without a word.
func TestShippedFormsGoThereAndBack(t *testing.T) {
	forms := 0
	for _, ref := range pack.Shipped() {
		p, err := pack.Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Forms {
			forms++
			t.Run(f.ID, func(t *testing.T) {
				var papers []*form.Paper
				for _, u := range []form.Unit{{ID: "u1", Level: f.Level, Code: "3530302001", Name: edu.Text{ZH: "霁川一校", EN: "First"}}, {ID: "u2", Level: f.Level, Code: "3530302002", Name: edu.Text{ZH: "霁川二校", EN: "Second"}}} {
					papers = append(papers, form.New(p, f, edu.Year(2025), u, []form.Unit{county}, form.Stages(p, f)))
				}
				for _, lang := range []string{"zh", "en"} {
					for _, ps := range [][]*form.Paper{papers[:1], papers} {
						b := written(t, ps, Options{Issue: f.ID + "-2025", Lang: lang})
						if dir := os.Getenv("SHUREN_SAMPLES"); dir != "" {
							if err := os.WriteFile(filepath.Join(dir, f.ID+"-"+lang+"-"+string(Tall[:len(Tall)-len(ps)+1])+".xlsx"), b, 0o600); err != nil {
								t.Fatal(err)
							}
						}
						r := reading(t, b, ps)
						if len(r.Problems) > 0 || len(r.Units) != len(ps) {
							t.Fatalf("%s, %d units: %+v", lang, len(ps), r.Problems)
						}
						for _, u := range r.Units {
							if len(u.Content.Cells) > 0 {
								t.Errorf("%s: cells out of nothing: %v", lang, u.Content.Cells)
							}
						}
						var back bytes.Buffer
						if err := Mark(&back, bytes.NewReader(b), int64(len(b)), r, ps, lang); err != nil {
							t.Fatal(err)
						}
						if again := reading(t, back.Bytes(), ps); len(again.Problems) > 0 || len(again.Units) != len(ps) {
							t.Errorf("marked: %+v", again.Problems)
						}
					}
				}
			})
		}
	}
	if forms == 0 {
		t.Error("no form ships")
	}
}
