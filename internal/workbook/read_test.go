package workbook

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
)

// finder gives the papers of a workbook's units.
func finder(papers []*form.Paper) func(Meta) ([]*form.Paper, error) {
	return func(m Meta) ([]*form.Paper, error) {
		var out []*form.Paper
		for _, p := range papers {
			for _, u := range m.Units {
				if p.Unit.ID == u {
					out = append(out, p)
				}
			}
		}
		return out, nil
	}
}

func reading(t testing.TB, b []byte, papers []*form.Paper) *Reading {
	t.Helper()
	r, err := Read(context.Background(), "file.xlsx", bytes.NewReader(b), int64(len(b)), finder(papers))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// edited opens a workbook, changes it and writes it.
func edited(t testing.TB, b []byte, change func(*excelize.File)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	change(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// where finds the cell of a field: by the ids, as the reader does.
func where(t testing.TB, f *excelize.File, sheet string, u edu.UnitID, part edu.Stage, field string) string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for r, row := range rows {
		if r == 0 || len(row) == 0 {
			continue
		}
		for c, col := range rows[0] {
			a := merge(parseID(col), parseID(row[0]))
			if !a.Has(keyUnit) {
				a.Set(keyUnit, string(u))
			}
			if c > 0 && a.Get(keyField) == field && a.Get(keyPart) == string(part) && a.Get(keyUnit) == string(u) && !a.Has(keyKind) {
				return at(c+1, r+1)
			}
		}
	}
	t.Fatalf("no cell of %s %s %s on %s", u, part, field, sheet)
	return ""
}

func set(t testing.TB, f *excelize.File, sheet, cell string, v any) {
	t.Helper()
	if err := f.SetCellValue(sheet, cell, v); err != nil {
		t.Fatal(err)
	}
}

// What was handed out and comes back untouched says what is known, and no more.
func TestUntouchedWorkbookSaysWhatIsKnown(t *testing.T) {
	for _, n := range []int{1, 2, 6} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			papers := testPapers(t, n)
			if n == 2 {
				papers = papers[1:]
			}
			r := reading(t, written(t, papers, Options{}), papers)
			if len(r.Problems) > 0 {
				t.Fatalf("problems: %+v", r.Problems)
			}
			if len(r.Units) != len(papers) {
				t.Fatalf("%d units, want %d", len(r.Units), len(papers))
			}
			for i, u := range r.Units {
				p := papers[i]
				want := map[string]string{}
				for _, s := range p.Parts {
					want[string(s)+"/teachers_old"] = "38"
				}
				if d := cmp.Diff(want, u.Content.Cells); d != "" {
					t.Errorf("%s: cells (-want +got)\n%s", u.Unit.Name.ZH, d)
				}
				if got := len(u.Content.Lists["classes"]); got != len(p.Lists[0].Known) {
					t.Errorf("%s: %d classes, want %d", u.Unit.Name.ZH, got, len(p.Lists[0].Known))
				}
				if _, ok := u.Content.Lists["rooms"]; ok {
					t.Errorf("%s: last year's rooms count without a word", u.Unit.Name.ZH)
				}
			}
		})
	}
}

func TestFilledCellsComeBackWithTheirPlaces(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		papers := testPapers(t, 2)
		name := "填报表"
		if lang == "en" {
			name = "Form"
		}
		for _, ps := range [][]*form.Paper{papers[1:], papers} {
			u := papers[1].Unit.ID
			place := ""
			b := edited(t, written(t, ps, Options{Lang: lang}), func(f *excelize.File) {
				place = where(t, f, name, u, edu.Junior, "boarders")
				set(t, f, name, place, 123)
				set(t, f, name, where(t, f, name, u, form.Whole, "area_teaching"), 4000.25)
				set(t, f, name, where(t, f, name, u, edu.Primary, "motto"), "樹(shù)人")
				set(t, f, name, where(t, f, name, u, edu.Primary, "teachers_old"), nil)
			})
			r := reading(t, b, ps)
			if r.Blocked() {
				t.Fatalf("%s: %+v", lang, r.Problems)
			}
			got := r.Units[len(r.Units)-1].Content
			want := map[string]string{"junior/boarders": "123", "school/area_teaching": "4000.25", "primary/motto": "树人", "primary/teachers_old": "", "junior/teachers_old": "38"}
			if d := cmp.Diff(want, got.Cells); d != "" {
				t.Errorf("%s: (-want +got)\n%s", lang, d)
			}
			at := got.Cites["junior/boarders"]
			if at.Column+fmt.Sprint(at.Row) != place || at.Sheet != name || at.File != "file.xlsx" {
				t.Errorf("%s: cited as %+v, want %s", lang, at, place)
			}
			if got := got.Cites["primary/motto"].Text; got != "樹(shù)人" {
				t.Errorf("the original is lost: %q", got)
			}
		}
	}
}
