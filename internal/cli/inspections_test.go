package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/inspection"
	"shuren/internal/store"
)

// A plan's workbooks are written in one go for the schools that nobody has visited,
// before any inspection has begun; one that was filled in begins its inspection and
// fills it in, once, and one with a wrong cell begins nothing and says which.
func TestInspectionsCommands(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db, sheets := filepath.Join(dir, "safety.db"), filepath.Join(dir, "sheets")
	c, err := flow.Open(ctx, db, "cn-safety")
	if err != nil {
		t.Fatal(err)
	}
	unit := func(id, code, name string, level edu.Level, parent string) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: level, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: name, EN: name}, Parent: edu.UnitID(parent)}}}
	}
	if err := c.Register(ctx, []edu.Unit{unit("east", "990101", "东县", edu.County, ""), unit("one", "3000000001", "一小", edu.School, "east"), unit("two", "3000000002", "二小", edu.School, "east")}); err != nil {
		t.Fatal(err)
	}
	today := collect.Today(time.Now())
	plan, err := c.Office().Safety().KeepVisitPlan(ctx, auth.Operator(), inspection.Plan{Name: "开学检查", Kind: inspection.Term, By: "安全科", Unit: "east", From: today - 3, Until: today + 3, Checklists: []string{"drowning"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	want := func(code int, says []string, args ...string) {
		t.Helper()
		got, out, errs := run(t, "", append(append([]string{"--lang=zh", "inspections"}, args...), "--db="+db)...)
		for _, s := range says {
			if !strings.Contains(out+errs, s) {
				t.Errorf("%v does not say %q:\n%s%s", args, s, out, errs)
			}
		}
		if got != code {
			t.Errorf("%v: code %d, want %d\n%s%s", args, got, code, out, errs)
		}
	}
	fill := func(name string, cells map[string]string) {
		t.Helper()
		f, err := excelize.OpenFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for cell, v := range cells {
			if err := f.SetCellStr(f.GetSheetName(0), cell, v); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
	}
	want(0, []string{plan.ID, "开学检查"}, "plans")
	want(0, []string{"2"}, "sheets", plan.ID, "--out="+sheets)
	one, two := filepath.Join(sheets, "3000000001.xlsx"), filepath.Join(sheets, "3000000002.xlsx")
	spare := filepath.Join(dir, "spare.xlsx")
	body, err := os.ReadFile(two)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(spare, body, 0o600); err != nil {
		t.Fatal(err)
	}
	fill(one, map[string]string{"F3": "合格", "F4": "不合格", "G4": "池塘", "H4": "未设警示牌", "L4": (today + 9).String()})
	fill(two, map[string]string{"F3": "还行"})
	want(3, []string{"F3：结果“还行”", "不合格 1 项", one}, "take", one, two)
	want(0, []string{one}, "take", one)
	want(2, []string{"YYYY-MM-DD"}, "take", one, "--day=gestern")
	want(0, []string{"1"}, "sheets", plan.ID, "--out="+filepath.Join(dir, "again"))
	want(2, []string{"nobody"}, "sheets", "nobody", "--out="+sheets)
	want(0, []string{"东县", "二小", "3000000002"}, "coverage")

	if c, err = flow.Open(ctx, db, ""); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := c.Office().Safety()
	rows, n, err := s.Visits(ctx, auth.Operator(), store.InspectionFilter{})
	if err != nil || n != 1 || rows[0].School != "one" || rows[0].Unfit != 1 || rows[0].Plan != plan.ID || rows[0].Day != today {
		t.Errorf("%d inspections, %v: %+v", n, err, rows)
	}
	// Whoever begins on the page meanwhile: the other sheet begins no second one.
	if _, err := s.BeginVisit(ctx, auth.Operator(), flow.VisitBegun{ID: "abcdefgh01234567", Plan: plan.ID, School: "two"}); err != nil {
		t.Fatal(err)
	}
	fill(spare, map[string]string{"F3": "合格"})
	want(3, []string{"已有检查记录"}, "take", spare)
}
