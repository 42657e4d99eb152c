package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// A plan goes out as a workbook and comes back: what was changed is said and kept,
// a wrong cell keeps all of it out, and another database takes it as a new plan.
func TestPlanCommands(t *testing.T) {
	dir := t.TempDir()
	db, book := filepath.Join(dir, "a.db"), filepath.Join(dir, "plan.xlsx")
	if code, _, errs := run(t, "", "init", "--db="+db, "--city=qujing"); code != 0 {
		t.Fatal(errs)
	}
	city, err := flow.Open(t.Context(), db, "")
	if err != nil {
		t.Fatal(err)
	}
	p := plan.Default("p1", "三年行动", "", 2026, 2028)
	p.Lines[0].Measures = []plan.Measure{{ID: p.NewID(plan.MeasureID), Text: "新建公办幼儿园", Due: edu.DateOf(time.Date(2027, 8, 31, 0, 0, 0, 0, time.UTC)), Owners: []plan.Owner{{Body: "bureau:", Duty: task.Industry, Lead: true}}}}
	if _, err := city.Office().SavePlan(t.Context(), auth.Operator(), p, 1, 0); err != nil {
		t.Fatal(err)
	}
	city.Close()
	does := func(code int, says string, args ...string) {
		t.Helper()
		got, out, errs := run(t, "", append([]string{"plan"}, args...)...)
		if got != code || !strings.Contains(out+errs, says) {
			t.Errorf("%v: exit %d, want %d with %q\n%s%s", args, got, code, says, out, errs)
		}
	}
	does(0, "p1", "list", "--db="+db)
	does(0, "1 measures: nobody leads 0, several lead 0", "check", "p1", "--db="+db)
	does(2, "not found", "check", "nowhere", "--db="+db)
	does(0, "", "export", "p1", "--db="+db, "--out="+book)
	does(0, "0 changes", "import", book, "--plan=p1", "--db="+db)
	change := func(cell string, v any) string {
		t.Helper()
		f, err := excelize.OpenFile(book)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		to := filepath.Join(dir, cell+".xlsx")
		if err := f.SetCellValue("measures", cell, v); err != nil {
			t.Fatal(err)
		}
		if err := f.SaveAs(to); err != nil {
			t.Fatal(err)
		}
		return to
	}
	does(2, `measures F2: "soon" is not a date`, "import", change("F2", "soon"), "--plan=p1", "--db="+db)
	edited := change("D2", "新建、改扩建公办幼儿园")
	does(0, "nothing kept", "import", edited, "--plan=p1", "--db="+db, "--dry")
	does(0, "1 changes, kept in the draft of version 1", "import", edited, "--plan=p1", "--db="+db)
	does(2, "export it again", "import", edited, "--plan=p1", "--db="+db)
	other := filepath.Join(dir, "b.db")
	if code, _, errs := run(t, "", "init", "--db="+other, "--city=qujing"); code != 0 {
		t.Fatal(errs)
	}
	does(0, "plan p1, draft of version 1: 0 targets, 1 measures, 0 projects", "import", book, "--db="+other)
	does(2, "no workbook of a plan", "import", filepath.Join("..", "..", "go.mod"), "--db="+other)
}
