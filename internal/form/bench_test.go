package form_test

import (
	"testing"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// BenchmarkCheck is one school's paper checked, as it is at each save.
func BenchmarkCheck(b *testing.B) {
	c := demoCounty(b)
	papers := c.papers(b, c.source(b, pack.FromLastYear, edu.Year(2024)), c.source(b, pack.FromExport, edu.Year(2025)))
	for b.Loop() {
		p := papers[0]
		p.Content.Same = []string{"basics", "staff", "premises", "equipment"}
		if _, err := p.Check(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPaper is one school's paper made and filled with what is known.
func BenchmarkPaper(b *testing.B) {
	c := demoCounty(b)
	last := c.source(b, pack.FromLastYear, edu.Year(2024))
	p := c.papers(b)[0]
	for b.Loop() {
		q := form.New(p.Pack, p.Form, p.Period, p.Unit, p.Above, p.Parts)
		q.Know(last)
		q.Required()
	}
}
