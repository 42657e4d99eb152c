package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/sheet"
	"shuren/internal/testkit"
)

// proposeArgs are those of the example in docs/propose.md.
func proposeArgs() []string {
	dir := filepath.Join(testkit.Root(), "testdata", "proposal")
	args := []string{"--lang=en", "propose", filepath.Join(dir, "schools.csv")}
	for _, f := range []string{"prices.csv", "staff.csv", "ways.csv", "money.csv", "posts.csv", "lessons.csv"} {
		args = append(args, "--means", filepath.Join(dir, f))
	}
	return args
}

// blanks makes the narrow blanks of figures plain ones.
func blanks(s string) string {
	return strings.NewReplacer("\u202f", " ", "\u2009", " ", "\u00a0", " ").Replace(s)
}

// The example of the documentation: printed, and three files that say the same.
func TestProposeExample(t *testing.T) {
	dir := t.TempDir()
	for _, ext := range []string{"csv", "json", "xlsx"} {
		code, out, errs := run(t, "", append(proposeArgs(), "--scenario=all", "--out="+filepath.Join(dir, "p."+ext))...)
		if code != 0 {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
		for _, want := range []string{
			"示例县 · Mixed · proven to cost the least\nnow 3 of 8 sections pass, spread met; after it 8 of 8, spread met (checked by the standard's own engine)\ncost 792 290 yuan",
			"示例县 · surplus and shortage by subject (by the county's own plan, P)",
			"the county has told no plan of lessons for the stage", // junior: not nothing
			"示例县 · Transfer · there is no such plan",
			"■ Equipment of 河边小学 (primary) must reach 2000, or its floor",
			"示例县 · Build · proven to cost the least",
			"R3 PE and arts teachers rises from 0 to 1.61 (standard 0.9)",
		} {
			if !strings.Contains(blanks(out), want) {
				t.Errorf("%s\nwant %s", out, want)
			}
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "p.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ps []proposal.Proposal
	if err := json.Unmarshal(b, &ps); err != nil {
		t.Fatal(err)
	}
	if len(ps) != 4 || ps[0].Checked.Passing != 8 || len(ps[0].Lines) == 0 || ps[0].Lines[0].Basis != "示例，非真实价格" {
		t.Errorf("%d proposals, the first %+v", len(ps), ps[0])
	}
	b, err = os.ReadFile(filepath.Join(dir, "p.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, p := range ps {
		lines += len(p.Lines)
	}
	if n := strings.Count(strings.TrimSpace(string(b)), "\n"); n != lines {
		t.Errorf("%d lines in CSV, %d in JSON", n, lines)
	}
}

// A price that is lacking is said, and what has it is not proposed.
func TestProposeExitCodes(t *testing.T) {
	dir := filepath.Join(testkit.Root(), "testdata", "proposal")
	schools := filepath.Join(dir, "schools.csv")
	bad := filepath.Join(t.TempDir(), "prices.csv")
	if err := os.WriteFile(bad, []byte("项目,单价\n公招教师,八万\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no means at all", []string{schools}, 0, `The price list lacks "A recruited teacher", so "Open recruitment" cannot be proposed.`},
		{"a wrong price", []string{schools, "--means", bad}, 3, `prices.csv, row 2, column 单价: "八万" is not a number from 0`},
		{"no files", nil, 2, "give files of figures, or --db"},
		{"both", []string{schools, "--db=x"}, 2, "not from both"},
		{"another county", []string{schools, "--county=别县"}, 2, "the figures have 示例县"},
		{"a budget that is none", []string{schools, "--budget=much"}, 2, `found "much"`},
		{"a budget of another year", []string{schools, "--budget=2031=5"}, 2, "not a year of the plan"},
		{"a pack without levers", []string{schools, "--pack=cn-basic"}, 2, "no standard with levers"},
		{"an unknown format", []string{schools, "--out=x.parquet"}, 2, ".xlsx"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := run(t, "", append([]string{"--lang=en", "propose"}, tt.args...)...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, out, errs)
			}
		})
	}
}

// The empty workbook is one that the command takes.
func TestProposeTemplate(t *testing.T) {
	name := filepath.Join(t.TempDir(), "means.xlsx")
	if code, out, errs := run(t, "", "--lang=en", "propose", "--template="+name); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, errs := run(t, "", append(proposeArgs(), "--means="+name)...); code != 0 || !strings.Contains(blanks(out), "cost 792 290 yuan") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
}

// proposeDB is the county of the example in a database, with its means kept there
// as its clerks keep them: all but the posts.
func proposeDB(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(testkit.Root(), "testdata", "proposal")
	db := filepath.Join(t.TempDir(), "city.db")
	if code, out, errs := run(t, "", "import", filepath.Join(dir, "schools.csv"), "--db="+db); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	city, err := flow.Open(t.Context(), db, "")
	if err != nil {
		t.Fatal(err)
	}
	defer city.Close()
	var counts []means.Element
	for _, l := range city.Packs()[0].Levers {
		for _, id := range l.Elements {
			counts = append(counts, means.Element{ID: id, Name: city.Packs()[0].Element(id).Name})
		}
	}
	var got means.Taken
	for _, name := range []string{"prices.csv", "staff.csv", "ways.csv", "money.csv"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Open(f, sheet.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if err := got.Read(t.Context(), book, name, counts); err != nil || len(got.Problems) > 0 {
			t.Fatal(err, got.Problems)
		}
		book.Close()
	}
	county, err := city.UnitNamed(t.Context(), "539900")
	if err != nil {
		t.Fatal(err)
	}
	who := auth.Operator()
	got.Prices.County, got.Staff.County, got.Ways.County = county, county, county
	got.Staff.AsOf, got.Staff.Source = edu.Date(20000), "示例"
	for i := range got.Prices.Lines {
		got.Prices.Lines[i].Name = got.Prices.Name(got.Prices.Lines[i].Item).ZH
	}
	if _, err := city.KeepPrices(t.Context(), who, got.Prices); err != nil {
		t.Fatal(err)
	}
	if _, err := city.KeepStaff(t.Context(), who, got.Staff); err != nil {
		t.Fatal(err)
	}
	if _, err := city.KeepWays(t.Context(), who, got.Ways); err != nil {
		t.Fatal(err)
	}
	if _, err := city.KeepMoney(t.Context(), who, flow.Money{County: county, Lines: got.Budgets}); err != nil {
		t.Fatal(err)
	}
	return db
}

// A county of a database has a code and a permanent id: its means are found by
// the one that its figures do not have.
func TestProposeFromADatabase(t *testing.T) {
	db := proposeDB(t)
	code, out, errs := run(t, "", "--lang=en", "propose", "--db="+db)
	if code != 0 || !strings.Contains(blanks(out), "cost 792 290 yuan") || !strings.Contains(out, "hires are not bounded by posts") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
}

// A file of posts says nothing of the people: those that the county keeps stay.
func TestProposeFileOfPostsLeavesStaff(t *testing.T) {
	db := proposeDB(t)
	code, out, errs := run(t, "", "--lang=en", "propose", "--db="+db, "--means="+filepath.Join(testkit.Root(), "testdata", "proposal", "posts.csv"))
	if code != 0 || !strings.Contains(blanks(out), "cost 792 290 yuan") || strings.Contains(out, "not bounded by posts") || strings.Contains(out, "Staff by section and subject were not told") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
}
