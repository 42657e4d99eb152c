package flow

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/sheet"
	"shuren/internal/store"
	"shuren/internal/teams"
)

// appraised is an approved scheme of the school with a consideration that people mark.
func appraised(t *testing.T, b *books, tm *Teams, school edu.UnitID, by string) teams.Scheme {
	t.Helper()
	ctx := context.Background()
	s := teams.Scheme{School: school, Year: 2024, Name: "考核方案", Source: "教代会", Equal: 20, Criteria: []teams.Criterion{{ID: "c1", Name: "师德", Weight: 60, Full: 10, Field: "mark"}, {ID: "c2", Name: "课时", Weight: 40, Full: 20, Field: "hours"}}}
	for _, step := range []struct {
		who string
		act teams.Act
	}{{by, teams.Save}, {by, teams.Send}, {"eastclerk", teams.Approve}} {
		var err error
		if s, err = tm.StepScheme(ctx, b.by[step.who], s, step.act, "东教〔2025〕3号"); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// A pool is decided only with every mark given; what each record gets is kept to the
// fen with its revisions, and marks stay with their consideration when a scheme's
// lines are moved about.
func TestSharesAreDecided(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		b, tm, ids := staffed(t, dsn)
		ctx, head := context.Background(), b.by["head"]
		s := appraised(t, b, tm, "school", "head")
		day := teams.Summer(2025)
		if _, err := tm.Decide(ctx, head, s.ID, 0, 100_001, "教代会", day); !errors.Is(err, fault.Invalid) {
			t.Errorf("decided without marks: %v", err)
		}
		marks := func(a, b float64) map[register.PersonID]map[string]float64 {
			return map[register.PersonID]map[string]float64{ids[0]: {"c1": a}, ids[1]: {"c1": b}}
		}
		for name, tt := range map[string]struct {
			who  string
			rev  int
			of   map[register.PersonID]map[string]float64
			want error
		}{
			"above full marks":           {"head", 0, marks(10.5, 1), fault.Invalid},
			"of somebody else's school":  {"head", 0, map[register.PersonID]map[string]float64{ids[2]: {"c1": 1}}, fault.Invalid},
			"of a counted consideration": {"head", 0, map[register.PersonID]map[string]float64{ids[0]: {"c2": 1}}, fault.Invalid},
			"over a revision not seen":   {"head", 3, marks(1, 1), fault.Conflict},
			"by who only reads":          {"eastreviewer", 0, marks(1, 1), fault.Forbidden},
		} {
			if _, err := tm.KeepMarks(ctx, b.by[tt.who], s.ID, tt.rev, tt.of); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := tm.KeepMarks(ctx, b.by["eastclerk"], s.ID, 0, marks(9, 7.25)); err != nil {
			t.Fatalf("by the county of the school: %v", err)
		}
		first, err := tm.Decide(ctx, head, s.ID, 0, 100_001, "教代会", day)
		if err != nil || len(first.Lines) != 2 || first.Lines[0].Amount+first.Lines[1].Amount != 100_001 || first.Rev != 1 {
			t.Fatalf("%+v, %v", first, err)
		}
		if _, err := tm.KeepMarks(ctx, head, s.ID, 1, map[register.PersonID]map[string]float64{ids[0]: {"c1": math.NaN()}}); err != nil {
			t.Fatal(err)
		}
		if a, err := tm.Appraised(ctx, head, s.ID); err != nil || a.Marks.Lacking(&a.Scheme, a.IDs()) != 1 {
			t.Errorf("a mark that was taken away: %+v, %v", a.Marks, err)
		}
		if _, err := tm.KeepMarks(ctx, head, s.ID, 2, marks(0, 10)); err != nil {
			t.Fatal(err)
		}
		if _, err := tm.Decide(ctx, head, s.ID, 0, 100_001, "教代会", day); !errors.Is(err, fault.Conflict) {
			t.Errorf("decided over a decision that was not seen: %v", err)
		}
		if _, err := tm.Decide(ctx, head, s.ID, 1, 200_000, "教代会复议", day); err != nil {
			t.Fatal(err)
		}
		all, err := tm.Decisions(ctx, head, s.ID)
		if err != nil || len(all) != 2 || all[0].Pool != 200_000 || all[1].Pool != 100_001 || all[1].Lines[0] != first.Lines[0] {
			t.Errorf("revisions: %+v, %v", all, err)
		}
		// A new line goes before: the marks stay with the consideration of that name.
		s.Criteria = []teams.Criterion{{ID: "c1", Name: "教学", Weight: 30, Full: 10, Field: "mark"}, {ID: "c2", Name: "师德", Weight: 30, Full: 10, Field: "mark"}, {ID: "c3", Name: "课时", Weight: 40, Full: 20, Field: "hours"}}
		if s, err = tm.StepScheme(ctx, head, s, teams.Save, ""); err != nil || s.Criteria[1].ID != "c1" || s.Criteria[2].ID != "c2" {
			t.Errorf("%+v, %v", s.Criteria, err)
		}
		if _, err := tm.Decide(ctx, head, s.ID, 2, 200_000, "教代会", day); !errors.Is(err, fault.Invalid) {
			t.Errorf("decided by a scheme that is changed and not approved: %v", err)
		}
		log, _, _ := b.Office.city.store.Audit(ctx, store.Whole(store.Reader), audit.Filter{Limit: 1000})
		for _, r := range log {
			if strings.Contains(r.Detail, string(ids[0])) || strings.Contains(r.Detail, "孙") {
				t.Errorf("the log tells of somebody's marks or pay: %+v", r)
			}
		}
	})
}

// A county's own scheme is for people of all its schools, and a school does not see it.
func TestCountySchemeIsForItsSchools(t *testing.T) {
	b, tm, _ := staffed(t, t.TempDir()+"/a.db")
	ctx, east := context.Background(), b.by["eastclerk"]
	s := appraised(t, b, tm, "east", "eastclerk")
	for whom, want := range map[string]int{teams.ForAll: 3, teams.ForBackbone: 1, teams.ForHeads: 0} {
		s.Whom = whom
		var err error
		if s, err = tm.StepScheme(ctx, east, s, teams.Save, ""); err != nil {
			t.Fatal(err)
		}
		if a, err := tm.Appraised(ctx, east, s.ID); err != nil || len(a.People) != want {
			t.Errorf("for %q: %d people, want %d, %v", whom, len(a.People), want, err)
		}
	}
	if _, err := tm.Appraised(ctx, b.by["head"], s.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("seen by a school: %v", err)
	}
}

// A workbook of marks goes round: as it was written it says the same; with a fault
// nothing of it counts and the cell comes back red.
func TestMarksWorkbookGoesRound(t *testing.T) {
	b, tm, ids := staffed(t, t.TempDir()+"/a.db")
	ctx, head := context.Background(), b.by["head"]
	s := appraised(t, b, tm, "school", "head")
	if _, err := tm.KeepMarks(ctx, head, s.ID, 0, map[register.PersonID]map[string]float64{ids[0]: {"c1": 8.5}}); err != nil {
		t.Fatal(err)
	}
	a, err := tm.Appraised(ctx, head, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := tm.MarkRows(ctx, a)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	write := func(rows []teams.MarkRow, bad sheet.Faults) []byte {
		var out bytes.Buffer
		if err := teams.WriteMarks(&out, &a.Scheme, rows, bad, "", "zh"); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	read := func(body []byte) ([]teams.MarkRow, map[register.PersonID]map[string]float64, error) {
		return tm.ReadMarks(ctx, a, io.NopCloser(bytes.NewReader(body)))
	}
	_, got, err := read(write(rows, nil))
	if err != nil || got[ids[0]]["c1"] != 8.5 || !math.IsNaN(got[ids[1]]["c1"]) {
		t.Fatalf("%v, %v", got, err)
	}
	at := 0
	for i, r := range rows {
		if r.Person == ids[1] {
			at = i
		}
	}
	for name, tt := range map[string]struct {
		change func(rows []teams.MarkRow)
		cell   string
	}{
		"above full marks":    {func(rows []teams.MarkRow) { rows[at].Cells[0] = "11" }, teams.MarkCell(at, 0)},
		"no number":           {func(rows []teams.MarkRow) { rows[at].Cells[0] = "优" }, teams.MarkCell(at, 0)},
		"too fine":            {func(rows []teams.MarkRow) { rows[at].Cells[0] = "7.125" }, teams.MarkCell(at, 0)},
		"of somebody else":    {func(rows []teams.MarkRow) { rows[at].Person = ids[2] }, "A" + teams.MarkCell(at, 0)[1:]},
		"the same one twice":  {func(rows []teams.MarkRow) { rows[1].Person = rows[0].Person }, "A4"},
		"an id that was lost": {func(rows []teams.MarkRow) { rows[at].Person = "" }, "A" + teams.MarkCell(at, 0)[1:]},
	} {
		t.Run(name, func(t *testing.T) {
			typed := []teams.MarkRow{}
			for _, r := range rows {
				r.Cells = append([]string(nil), r.Cells...)
				typed = append(typed, r)
			}
			tt.change(typed)
			back, marks, err := read(write(typed, nil))
			bad, ok := errors.AsType[sheet.Faults](err)
			if !ok || marks != nil || len(bad) != 1 || bad[0].Cell != tt.cell {
				t.Fatalf("%+v, %v, %v", bad, marks, err)
			}
			book, err := excelize.OpenReader(bytes.NewReader(write(back, bad)))
			if err != nil {
				t.Fatal(err)
			}
			defer book.Close()
			id, _ := book.GetCellStyle("考核评分", tt.cell)
			style, err := book.GetStyle(id)
			if err != nil || len(style.Fill.Color) != 1 || !strings.HasSuffix(strings.ToUpper(style.Fill.Color[0]), "FBE6E4") {
				t.Errorf("the cell is not red: %+v, %v", style.Fill, err)
			}
			notes, _ := book.GetComments("考核评分")
			if list, _ := book.GetRows("错误清单"); len(notes) != 1 || len(list) != 1 || list[0][0] != tt.cell {
				t.Errorf("what is wrong is not said: %v, %v", notes, list)
			}
		})
	}
}
