package workbook

import (
	"fmt"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// point is the paper of a teaching point: its one class has all grades.
func point(t *testing.T) *form.Paper {
	t.Helper()
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	f := p.Form("cn-annual-base")
	if f == nil {
		t.Fatal("no such form")
	}
	unit := form.Unit{ID: "u1", Level: edu.School, Code: "3530302001", Name: edu.Text{ZH: "霁川教学点", EN: "Point"}}
	return form.New(p, f, edu.Year(2025), unit, []form.Unit{county}, []edu.Stage{edu.Primary})
}

// multigrade fills in the class list: one class of all grades, 12 pupils.
func multigrade(t *testing.T, paper *form.Paper, f *excelize.File) {
	t.Helper()
	k := &kit{TB: t, papers: []*form.Paper{paper}, file: f}
	rows, err := f.GetRows(classesSheet)
	k.ok(err)
	classRow := 2 + slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == "k=sample" })
	if classRow < 2 {
		t.Fatal("no list of classes")
	}
	for column, v := range map[string]any{"class_no": "1", "grade": "一年级", "class_kind": "复式班", "class_pupils": 12} {
		k.class(column, classRow, v)
	}
}

// grades fills in the grades of a multigrade class; nobody is in the third on.
func grades(t *testing.T, f *excelize.File) {
	t.Helper()
	for i := range 6 {
		set(t, f, mainSheet, where(t, f, mainSheet, "u1", edu.Primary, fmt.Sprintf("pupils.g%d", i+1)), []int{7, 5, 0, 0, 0, 0}[i])
	}
}

var pupilsTyped = map[string]string{"primary/pupils.g1": "7", "primary/pupils.g2": "5", "primary/pupils.g3": "0", "primary/pupils.g4": "0", "primary/pupils.g5": "0", "primary/pupils.g6": "0"}

// A figure written into a computed cell is taken where the list does not tell,
// a 0 too; what the template's own formula makes of such a list never is.
func TestWrittenIsToldFromCounted(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*testing.T, *form.Paper, *excelize.File)
		want map[string]string
	}{
		{"nothing written over an empty list", func(*testing.T, *form.Paper, *excelize.File) {}, nil},
		{"grades written over an empty list", func(t *testing.T, _ *form.Paper, f *excelize.File) { grades(t, f) }, pupilsTyped},
		{"a multigrade class, nothing written", multigrade, nil},
		{"a multigrade class, grades written", func(t *testing.T, p *form.Paper, f *excelize.File) { multigrade(t, p, f); grades(t, f) }, pupilsTyped},
		{"an own formula", func(t *testing.T, p *form.Paper, f *excelize.File) {
			multigrade(t, p, f)
			cell := where(t, f, mainSheet, "u1", edu.Primary, "pupils.g1")
			set(t, f, mainSheet, cell, 7)
			if err := f.SetCellFormula(mainSheet, cell, "3+4"); err != nil {
				t.Fatal(err)
			}
		}, map[string]string{"primary/pupils.g1": "7"}},
	} {
		for _, office := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, office %v", tt.name, office), func(t *testing.T) {
				paper := point(t)
				papers := []*form.Paper{paper}
				b := edited(t, written(t, papers, Options{}), func(f *excelize.File) {
					tt.edit(t, paper, f)
					if office {
						if err := f.UpdateLinkedValue(); err != nil { // so that the program counts anew
							t.Fatal(err)
						}
					}
				})
				if office {
					b = saved(t, b)
				}
				r := reading(t, b, papers)
				if len(r.Problems) > 0 || len(r.Units) != 1 {
					t.Fatalf("%+v", r.Problems)
				}
				got := r.Units[0].Content.Cells
				for i := range 6 {
					k := fmt.Sprintf("primary/pupils.g%d", i+1)
					want, has := tt.want[k]
					if was, there := got[k]; was != want || there != has {
						t.Errorf("%s is %q (%v), want %q (%v)", k, was, there, want, has)
					}
				}
				if len(tt.want) == len(pupilsTyped) {
					for _, p := range r.Units[0].Problems {
						for _, c := range p.Cells {
							if p.Blocking && len(c.Field) > 6 && c.Field[:7] == "pupils." {
								t.Errorf("%s: %s", c, p.Text.EN)
							}
						}
					}
				}
			})
		}
	}
}

// What was typed beside a list, or is known before there is one, comes back from
// a template that an office program counted anew.
func TestHandedOutFiguresOutliveCounting(t *testing.T) {
	paper := point(t)
	paper.Content.Cells = map[string]string{"primary/pupils.g1": "0", "primary/pupils.g2": "5"}
	paper.Known[form.Key{Part: edu.Primary, Field: "pupils.g3"}] = form.Known{Text: "9", Value: edu.Some(9), Source: edu.Text{ZH: "导出", EN: "export"}}
	papers := []*form.Paper{paper}
	b := edited(t, written(t, papers, Options{}), func(f *excelize.File) {
		if err := f.UpdateLinkedValue(); err != nil {
			t.Fatal(err)
		}
	})
	r := reading(t, saved(t, b), papers)
	if len(r.Units) != 1 {
		t.Fatalf("%+v", r.Problems)
	}
	for k, want := range map[string]string{"primary/pupils.g1": "0", "primary/pupils.g2": "5", "primary/pupils.g3": "9", "primary/pupils.g4": ""} {
		if got := r.Units[0].Content.Cells[k]; got != want {
			t.Errorf("%s is %q, want %q", k, got, want)
		}
	}
}
