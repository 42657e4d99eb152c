package form_test

import (
	"slices"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// Burden rule 2: what is known is not asked. With last year's figures and the
// exports of other systems imported, a school has at most 25 cells to fill.
func TestBurdenRule2KnownIsNotAsked(t *testing.T) {
	c := demoCounty(t)
	year := edu.Year(2025)
	known := []*form.Source{c.source(t, pack.FromLastYear, edu.Year(2024)),
		c.feed(t, "feed-statistics", year), c.feed(t, "feed-roll", year), c.feed(t, "feed-staff", year)}
	both, most := 0, 0
	for _, p := range c.papers(t, known...) {
		n := p.Required()
		if n > 25 {
			t.Errorf("%s with %d sections must fill %d cells", p.Unit.Name.ZH, len(p.Parts), n)
		}
		if n == 0 {
			t.Errorf("%s has nothing to fill: the money of the year is known to nobody else", p.Unit.Name.ZH)
		}
		most = max(most, n)
		if len(p.Parts) == 2 {
			both++
		}
		blank := form.New(p.Pack, p.Form, p.Period, p.Unit, p.Above, p.Parts)
		if blank.Required() <= n {
			t.Errorf("%s: %d cells with all that is known, %d without", p.Unit.Name.ZH, n, blank.Required())
		}
	}
	if both == 0 {
		t.Error("no school with two sections was seen")
	}
	t.Logf("at most %d cells", most)
}

// Burden rule 2: 与上年一致 confirms all areas and rooms in one act.
func TestBurdenRule2SameAsLastYear(t *testing.T) {
	c := demoCounty(t)
	last := c.source(t, pack.FromLastYear, edu.Year(2024))
	rooms := 0
	for _, p := range c.papers(t, last) {
		areas := func(confirmed bool) {
			t.Helper()
			for k, f := range p.Cells() {
				prior, had := p.Prior[k]
				if f.Element.Type != edu.TypeArea || !had {
					continue
				}
				v, from := p.Value(k)
				if confirmed && (v != prior.Value || from != form.FromSame) || !confirmed && !v.IsMissing() {
					t.Errorf("%s %s: %v (%s), last year %v, confirmed %v", p.Unit.Name.ZH, k, v, from, prior.Value, confirmed)
				}
			}
		}
		areas(false)
		if got, _ := p.Rows("rooms"); len(got) > 0 {
			t.Errorf("%s: rooms count before anybody confirmed them", p.Unit.Name.ZH)
		}
		p.Content.Same = []string{"premises"}
		areas(true)
		got, _ := p.Rows("rooms")
		if !slices.EqualFunc(got, p.Lists[1].Prior, func(a, b form.Row) bool { return a.Cells["room_no"] == b.Cells["room_no"] }) {
			t.Errorf("%s: rooms %v, last year %v", p.Unit.Name.ZH, got, p.Lists[1].Prior)
		}
		rooms += len(got)
		problems, err := p.Check()
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range problems {
			if q.Rule == "area_teaching_change" || q.Rule == "area_field_change" {
				t.Errorf("%s: %s, though it is as last year", p.Unit.Name.ZH, q.Text.ZH)
			}
		}
	}
	if rooms == 0 {
		t.Error("no room was seen")
	}
}
