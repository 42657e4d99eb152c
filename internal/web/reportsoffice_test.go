package web

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/docx/docxtest"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/testkit"
)

// LibreOffice opens every document of the gallery, all in one run: each kind, of the
// city and of a county, as the demo city makes them, with the figures that stand in
// them. Before that each holds to the rules of the format.
func TestOfficeOpensTheGallery(t *testing.T) {
	testkit.Sequential(t)
	testkit.OutOfProcess(t)
	w, secret, orders := gallerist(t)
	sheets, err := w.s.reports.Sheets(t.Context(), auth.Operator())
	if err != nil || len(sheets) == 0 {
		t.Fatalf("%d matters under supervision, %v", len(sheets), err)
	}
	orders = append(orders, flow.ReportOrder{Kind: gallery.Order, Subject: sheets[0].ID})
	files, drafts := map[string][]byte{}, map[string]*gallery.Draft{}
	var kinds []gallery.Kind
	for _, o := range orders {
		d, err := w.s.reports.Report(t.Context(), auth.Operator(), strings.TrimPrefix(w.makes(secret, o), "/reports/"))
		if err != nil {
			t.Fatal(err)
		}
		edits := gallery.Edits{}
		for _, f := range o.Kind.Fields() {
			edits[f.ID] = "第一条\n第二条"
		}
		var b bytes.Buffer
		if err := d.Draft.Document(edits).Write(&b); err != nil {
			t.Fatal(err)
		}
		docxtest.Check(t, b.Bytes())
		name := string(o.Kind) + string(o.Unit)
		files[name], drafts[name], kinds = b.Bytes(), d.Draft, append(kinds, o.Kind)
	}
	for _, k := range gallery.Kinds {
		if !slices.Contains(kinds, k) {
			t.Errorf("no %s is among them", k)
		}
	}
	bare := strings.NewReplacer(" ", "", "\n", "", "\u2009", "", "\f", "").Replace
	for name, pages := range docxtest.Read(t, files) {
		d, text := drafts[name], bare(strings.Join(pages, ""))
		if len(pages) == 0 || !strings.Contains(text, bare(d.Title)) {
			t.Errorf("%s: %d pages, without its title %q", name, len(pages), d.Title)
		}
		if d.Kind == gallery.SchoolPlan && len(pages) > 2 {
			t.Errorf("%s has %d pages; it is to be of two", name, len(pages))
		}
		if d.Kind == gallery.Order && len(pages) != 1 {
			t.Errorf("%s has %d pages; one matter is on one sheet", name, len(pages))
		}
		seen := 0
		for _, n := range writtenFigures(d) { // a long number may break over two lines of its cell
			if f := &d.Figures[n-1]; len(f.Text) < 6 {
				if seen++; !strings.Contains(text, bare(f.Text)) {
					t.Errorf("%s: figure %d, %s, is not on the paper", name, n, f.Text)
					break
				}
			}
		}
		if seen == 0 && d.Kind != gallery.Order {
			t.Errorf("%s has no figure", name)
		}
	}
}

// writtenFigures are the figures that stand in a document, which others are counted from
// or not.
func writtenFigures(d *gallery.Draft) (out []int) {
	add := func(rs []gallery.Run) {
		for _, r := range rs {
			if r.Figure > 0 {
				out = append(out, r.Figure)
			}
		}
	}
	for i := range d.Blocks {
		add(d.Blocks[i].Text)
		if t := d.Blocks[i].Table; t != nil {
			for _, row := range t.Rows {
				for _, c := range row {
					add(c)
				}
			}
		}
	}
	return out
}
