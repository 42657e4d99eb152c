package cli_test

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// mixed is a nine-year school that hands in one row for each section and one for
// what both share.
const mixed = `学年,学校标识码,学校名称,学段,县区代码,在校生,教学及辅助用房面积,教学仪器设备值(万元)
2025,2199000001,育才学校,小学,990101,166,,
2025,2199000001,育才学校,初中,990101,210,,
2025,2199000001,育才学校,全校,990101,,23226,376
`

// booksPack counts books, as the published example does.
const booksPack = `id: books
version: "1"
name: {zh: 图书, en: Books}
source: made up for a test
stages: [primary, junior]
sources: {rule: 拆分公式}
units: [{id: pupil, name: {zh: 人, en: pupils}}, {id: book, name: {zh: 册, en: books}}]
keys:
  - {role: code, headers: [学校标识码]}
  - {role: stage, headers: [学段], values: {小学: primary, 初中: junior, 全校: school}}
split: {by: pupils, weights: {primary: 1, junior: 1.1, senior: 1.32}, elements: [books], note: {zh: 地方口径, en: A local rule.}, source: [rule], evidence: S}
elements:
  - {id: pupils, name: {zh: 在校生, en: Pupils}, type: count, unit: pupil, source: [rule], evidence: S}
  - {id: books, name: {zh: 图书册数, en: Books}, type: count, unit: book, source: [rule], evidence: S}
indicators:
  - {id: stock, name: {zh: 图书, en: Books held}, unit: book, section: books, region: sum(books), weight: pupils, better: higher, source: [rule], evidence: S}
`

// The published example: 166 primary and 210 junior pupils share 23,226 books.
func TestMixedSchoolSplit(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	books := write("books.yaml", booksPack)
	csv := write("books.csv", "学校标识码,学段,在校生,图书册数\n1,小学,166,\n1,初中,210,\n1,全校,,23226\n")
	section := func(t *testing.T, out string) map[string]float64 {
		got := map[string]float64{}
		for _, l := range readCSV(t, out) {
			if l["level"] == "section" && l["statistic"] == "value" && l["value"] != "" {
				v, err := strconv.ParseFloat(l["value"], 64)
				if err != nil {
					t.Fatal(l, err)
				}
				got[l["indicator"]+" "+l["stage"]] = v
			}
		}
		return got
	}
	near := func(t *testing.T, got map[string]float64, what string, want, within float64) {
		t.Helper()
		if v, ok := got[what]; !ok || math.Abs(v-want) > within {
			t.Errorf("%s is %v, want %v; all: %v", what, v, want, got)
		}
	}

	code, out, errs := run(t, "", "evaluate", csv, "--pack="+books, "--period=2025", "--by=section", "--out=-")
	if code != 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	got := section(t, out)
	near(t, got, "stock primary", 9711.63, 0.005)
	near(t, got, "stock junior", 13514.37, 0.005)
	near(t, map[string]float64{"both": got["stock primary"] + got["stock junior"]}, "both", 23226, 1e-9*23226)

	school := write("school.csv", mixed)
	code, out, errs = run(t, "", "evaluate", school, "--pack=cn-compulsory", "--by=section", "--out=-")
	if code != 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	got = section(t, out)
	near(t, got, "r6 primary", 3760000*166/397.0/166, 1e-6) // yuan of equipment per pupil
	near(t, got, "r6 junior", 3760000*231/397.0/210, 1e-6)

	// The same from a database, and in words.
	db := filepath.Join(dir, "city.db")
	if code, out, errs := run(t, "", "import", school, "--db="+db, "--pack=cn-compulsory"); code != 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	for _, from := range [][]string{{school, "--pack=cn-compulsory"}, {"--db=" + db}} {
		code, out, errs = run(t, "", append([]string{"explain", "2199000001/primary", "r6"}, from...)...)
		if code != 0 {
			t.Fatalf("exit %d: %s%s", code, out, errs)
		}
		for _, want := range []string{
			"41.8 % of 3760000 for the whole school, by weighted pupils: 166×1 / (166×1 + 210×1.1)",
			"[S read on third-party pages only]", "A local rule",
			"school.csv, row 4, column 教学仪器设备值(万元)", "school.csv, row 2, column 在校生", "school.csv, row 3, column 在校生",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%v: the trace does not say %q:\n%s", from, want, out)
			}
		}
	}

	// What is missing stays missing, and nobody may give a figure twice.
	head := "学校标识码,学段,在校生,图书册数\n"
	code, out, errs = run(t, head+"1,小学,166,\n1,初中,,\n1,全校,,23226\n", "evaluate", "-", "--pack="+books, "--period=2025", "--by=section", "--out=-")
	if code != 0 || strings.Contains(out, "9711") || !strings.Contains(errs, "pupils of its section junior is missing") {
		t.Errorf("exit %d:\n%s%s", code, out, errs)
	}
	code, out, errs = run(t, head+"1,小学,166,9000\n1,初中,210,\n1,全校,,23226\n", "evaluate", "-", "--pack="+books, "--period=2025", "--by=section", "--out=-")
	if code != 3 || !strings.Contains(errs, "leave one of them empty") {
		t.Errorf("exit %d:\n%s%s", code, out, errs)
	}
}
