package workbook

import (
	"fmt"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// Long names, odd characters and formulas in names do no harm to a workbook.
func TestOddNamesAreWritten(t *testing.T) {
	p := testPack(t)
	for _, name := range []string{strings.Repeat("长", 200), `=HYPERLINK("http://example.invalid")`, "+1", "a & b < c > \"d\" 'e'", "第&一\n学校", "\x01\x02学校", "校[1]:*?/\\", "-", "同名学校"} {
		t.Run(name, func(t *testing.T) {
			var papers []*form.Paper
			for n := range 2 {
				u := testPaper(p, n+1)
				u.Unit.Name = edu.Text{ZH: name, EN: name}
				papers = append(papers, u)
			}
			for _, ps := range [][]*form.Paper{papers[:1], papers} {
				r := reading(t, written(t, ps, Options{Unit: ps[0].Unit}), ps)
				if len(r.Units) != len(ps) || r.Blocked() {
					t.Errorf("%d units, want %d: %+v", len(r.Units), len(ps), r.Problems)
				}
				for i, u := range r.Units {
					if got, want := len(u.Content.Lists["classes"]), len(ps[i].Lists[0].Known); got != want {
						t.Errorf("%d classes, want %d", got, want)
					}
				}
			}
		})
	}
}

// The texts that a spreadsheet limits are kept within its limits.
func TestTextsFitIntoASpreadsheet(t *testing.T) {
	l, err := newLayout(testPapers(t, 4), Options{Unit: form.Unit{Name: edu.Text{ZH: strings.Repeat("县", 300)}}, Fictional: true, Made: testDate})
	if err != nil {
		t.Fatal(err)
	}
	header, footer := l.headers()
	for what, s := range map[string]string{"header": header, "footer": footer} {
		if n := len([]rune(s)); n > 255 {
			t.Errorf("the %s has %d characters", what, n)
		}
	}
	for _, pg := range l.pages() {
		if n := len([]rune(pg.name)); n > 31 {
			t.Errorf("sheet %s has a name of %d characters", pg.name, n)
		}
		for _, dv := range pg.checks {
			for what, x := range map[string]struct {
				text *string
				most int
			}{"title": {dv.PromptTitle, 32}, "prompt": {dv.Prompt, 255}, "error": {dv.Error, 225}} {
				if x.text != nil && len([]rune(*x.text)) > x.most {
					t.Errorf("%s %s: %s of %d characters", pg.name, dv.Sqref, what, len([]rune(*x.text)))
				}
			}
		}
		cells := map[string]bool{}
		for i, r := range pg.rows {
			if len(r.cells) > len(pg.columns) {
				t.Errorf("%s row %d has %d cells for %d columns", pg.name, i+2, len(r.cells), len(pg.columns))
			}
			if a := fmt.Sprint(r.id); len(r.id) > 0 && r.id.Has(keyField) && cells[a] {
				t.Errorf("%s: two rows are %s", pg.name, a)
			} else {
				cells[a] = true
			}
		}
	}
}
