package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// Lists that were imported are compared, and the ex-poverty list is deleted then.
func TestRegisterCompare(t *testing.T) {
	dir := t.TempDir()
	db := "--db=" + filepath.Join(dir, "c.db")
	head := "姓名,身份证号,监护人,户籍地单位\n"
	poor := "赵子轩,539999201503010328,赵大力,530302\n"
	files := map[string]string{"--household": head + "王晓明,539999201503010109,王大力,530302\n" + poor, "--poverty": head + poor}
	lists(t, dir, files)
	for _, step := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"init", db}, 0, "keys of the registers"},
		{[]string{"register", "import", filepath.Join(dir, "household.csv"), db, "--kind=pupils", "--year=2024", "--list=household"}, 0, "2 new"},
		{[]string{"register", "compare", db, "--year=2024"}, 2, "nothing to compare it with"},
		{[]string{"register", "import", filepath.Join(dir, "poverty.csv"), db, "--kind=pupils", "--year=2024", "--list=ex_poverty"}, 0, "1 rows"},
		{[]string{"register", "compare", db, "--year=2024"}, 0, "The ex-poverty list was deleted"},
		{[]string{"register", "compare", db, "--year=2024"}, 2, "nothing to compare it with"},
	} {
		code, out, errs := run(t, "", step.args...)
		if code != step.code || !strings.Contains(out+errs, step.says) {
			t.Fatalf("%v: exit %d, want %d with %q\n%s%s", step.args, code, step.code, step.says, out, errs)
		}
		if step.code == 0 && step.args[1] == "compare" && !strings.Contains(out, "School-age children         2") {
			t.Errorf("%s", out)
		}
	}
}
