package workbook

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/testkit"
)

// saved is a workbook as LibreOffice saves it after opening it.
func saved(t *testing.T, b []byte) []byte {
	t.Helper()
	testkit.OutOfProcess(t)
	office, err := exec.LookPath("soffice")
	if err != nil {
		testkit.Missing(t, "office", "soffice is not installed")
	}
	in, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(in, "a.xlsx"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(office, "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, filepath.Join(in, "a.xlsx"))
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	got, err := os.ReadFile(filepath.Join(out, "a.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A workbook that an office program opened and saved says the same as before,
// marks and all.
func TestOfficeSavesWhatWasFilled(t *testing.T) {
	for _, tt := range []struct {
		name string
		many bool
	}{{"one school", false}, {"a county", true}} {
		t.Run(tt.name, func(t *testing.T) {
			papers := testPapers(t, 4)
			if !tt.many {
				papers = papers[1:2]
			}
			b := edited(t, written(t, papers, Options{}), func(f *excelize.File) {
				const u = edu.UnitID("u530000000002")
				set(t, f, mainSheet, where(t, f, mainSheet, u, edu.Junior, "boarders"), 123)
				set(t, f, mainSheet, where(t, f, mainSheet, u, edu.Primary, "boarders"), "十二")
				set(t, f, mainSheet, where(t, f, mainSheet, u, form.Whole, "area_teaching"), 4000.25)
				set(t, f, mainSheet, where(t, f, mainSheet, u, edu.Primary, "crowded_center"), "否")
			})
			want := reading(t, b, papers)
			again := saved(t, b)
			got := reading(t, again, papers)
			same := func(got *Reading) {
				t.Helper()
				if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Reading{}, Filled{}, edu.Period{}, edu.Value{}, form.Content{})); d != "" {
					t.Errorf("saved by the office program it differs (-want +got)\n%s", d)
				}
			}
			same(got)
			// Marked, saved again by the office program, and sent in again.
			m := saved(t, marked(t, again, got, papers))
			f := openFile(t, m)
			if f.GetSheetList()[0] != errorSheet {
				t.Errorf("the list is not first: %v", f.GetSheetList())
			}
			cell := where(t, f, mainSheet, "u530000000002", edu.Primary, "boarders")
			if got := colour(t, f, mainSheet, cell); got != lightRed {
				t.Errorf("%s is %q", cell, got)
			}
			same(reading(t, m, papers))
			mended := edited(t, m, func(f *excelize.File) { set(t, f, mainSheet, cell, 12) })
			r := reading(t, mended, papers)
			if got := colour(t, openFile(t, marked(t, mended, r, papers)), mainSheet, cell); got == lightRed {
				t.Errorf("%s is still red", cell)
			}
		})
	}
}

// The computed cells count in an office program as the form counts them.
func TestOfficeAddsUpAsTheFormDoes(t *testing.T) {
	papers := testPapers(t, 2)
	b := edited(t, written(t, papers, Options{}), func(f *excelize.File) {
		k := &kit{TB: t, papers: papers, file: f}
		k.class("class_pupils", k.row(), 55)
		for _, p := range papers {
			for _, s := range p.Parts {
				set(t, f, mainSheet, where(t, f, mainSheet, p.Unit.ID, s, "teachers_new"), 2)
			}
		}
		if err := f.UpdateLinkedValue(); err != nil { // so that the program counts anew
			t.Fatal(err)
		}
	})
	r := reading(t, saved(t, b), papers)
	for _, p := range r.Problems {
		t.Errorf("%s %s%d: %s", p.Cell.Sheet, p.Cell.Column, p.Cell.Row, p.Text.EN)
	}
}
