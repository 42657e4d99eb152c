package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// lists writes the files of a comparison into a folder and gives their flags.
func lists(t *testing.T, dir string, files map[string]string) (args []string) {
	t.Helper()
	for flag, text := range files {
		path := filepath.Join(dir, strings.TrimLeft(flag, "-")+".csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, flag+"="+path)
	}
	return args
}

// Four children of a made-up county: at school, never enrolled, at school elsewhere
// with proof, and one whom the lists give two numbers.
var fourChildren = map[string]string{
	"--register":  "姓名,身份证号,监护人,户籍地,学校,年级\n王晓明,539999201503010109,王大力,一乡,S1,4\n李思雨,539999201503010205,李大力,一乡,S1,4\n",
	"--household": "姓名,身份证号,监护人,户籍地,就学状态,证明材料\n王曉明,539999201503010109,王大力,一乡,,\n赵子轩,539999201503010328,赵大力,一乡,,\n陈梓涵,539999201503010408,陈大力,一乡,县外就读,学籍截图\n李思雨,539999201503010504,李大力,一乡,,\n",
	"--poverty":   "姓名,身份证号\n赵子轩,539999201503010328\n",
}

func TestReconcile(t *testing.T) {
	dir := t.TempDir()
	keys := "--keys=" + filepath.Join(dir, "keys.json")
	args := append([]string{"reconcile", "--day=2025-10-20", keys}, lists(t, dir, fourChildren)...)
	book := filepath.Join(dir, "out.xlsx")
	code, out, errs := run(t, "", append(args, "--out="+book)...)
	if code != 0 || !strings.Contains(out, "7 rows, 5 children") || !strings.Contains(out, "1 pairs of records") || !strings.Contains(out, "delete the ex-poverty list") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	js := filepath.Join(dir, "out.json")
	if code, _, errs := run(t, "", append(args, "--out="+js)...); code != 0 {
		t.Fatalf("exit %d\n%s", code, errs)
	}
	text, err := os.ReadFile(js)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Ledgers, Reasons map[string]int
		Pairs            []struct{ A, B string }
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Reasons["never_enrolled"] != 2 || got.Reasons["ex_poverty"] != 1 || got.Reasons["elsewhere"] != 1 || got.Reasons["maybe_same"] != 2 || got.Ledgers["suspected"] != 2 || len(got.Pairs) != 1 {
		t.Errorf("%+v", got)
	}
	for _, name := range []string{"王晓明", "王曉明", "赵子轩", "539999", "大力"} {
		if strings.Contains(string(text), name) || strings.Contains(out+errs, name) {
			t.Errorf("%s stands in what was written", name)
		}
	}
	// A person says that the pair is one child, in the workbook itself.
	f, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("For a person")
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if len(r) > 0 && r[0] == got.Pairs[0].A {
			cell, _ := excelize.CoordinatesToCellName(3, i+1)
			if err := f.SetCellValue("For a person", cell, "yes"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	code, out, errs = run(t, "", append(args, "--decisions="+book)...)
	if code != 0 || strings.Contains(out, "pairs of records") || !strings.Contains(out, "Suspected dropouts          1") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

func TestReconcileRefuses(t *testing.T) {
	dir := t.TempDir()
	two := lists(t, dir, fourChildren)
	for _, tt := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"one list", two[:1], 2, "want two at least"},
		{"a day that is none", append([]string{"--day=soon"}, two...), 2, "want a day"},
		{"decisions without keys", append([]string{"--decisions=x.csv"}, two...), 2, "without --keys"},
		{"a list without names", append(lists(t, dir, map[string]string{"--roll": "a,b\n1,2\n"}), two...), 2, "no heading"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := run(t, "", append([]string{"reconcile"}, tt.args...)...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit %d\n%s%s", code, out, errs)
			}
		})
	}
}

// What schools and counties state is held against the register; what agrees is not
// told.
func TestReconcileHoldsTotals(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"--totals": "单位,年级,在校生数,上级\nS1,4,2,东县\nS1,,3,东县\n东县,,5,\n"}
	for k, v := range fourChildren {
		files[k] = v
	}
	js := filepath.Join(dir, "out.json")
	code, out, errs := run(t, "", append([]string{"reconcile", "--day=2025-10-20", "--out=" + js}, lists(t, dir, files)...)...)
	if code != 0 || !strings.Contains(out, "2 numbers differ") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	text, err := os.ReadFile(js)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Levels []struct {
			Unit                    string
			Grade, Stated, Register int
			Below                   *int
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Levels) != 2 || got.Levels[0].Unit != "S1" || got.Levels[0].Register != 2 || got.Levels[0].Below != nil || got.Levels[1].Unit != "东县" || got.Levels[1].Below == nil || *got.Levels[1].Below != 3 {
		t.Errorf("%s", text)
	}
	delete(files, "--register")
	if code, _, errs := run(t, "", append([]string{"reconcile"}, lists(t, t.TempDir(), files)...)...); code == 0 || !strings.Contains(errs, "--totals without --register") {
		t.Errorf("without a register: exit %d, %s", code, errs)
	}
}
