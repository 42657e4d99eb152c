package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The report of cases is printed and written as a workbook and as a paper; what cannot
// be asked together is refused.
func TestRetentionReport(t *testing.T) {
	dir := t.TempDir()
	db := "--db=" + filepath.Join(dir, "c.db")
	if code, _, errs := run(t, "", "init", db); code != 0 {
		t.Fatalf("exit %d\n%s", code, errs)
	}
	for _, ext := range []string{".xlsx", ".docx"} {
		file := filepath.Join(dir, "out"+ext)
		code, out, errs := run(t, "", "retention", db, "--by=year", "--out="+file)
		if code != 0 || !strings.Contains(out, "Dropout prevention, school year") || !strings.Contains(out, "not counted") {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
		if b, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(b), "PK") {
			t.Errorf("%s: %v", ext, err)
		}
	}
	for _, tt := range []struct{ args, says string }{
		{"--by=quarter --zero", "zero reports are of months"},
		{"--out=x.pdf", "want .xlsx or .docx"},
		{"--period=2999-01", "not found"},
		{"--by=day", "must be one of"},
	} {
		if code, _, errs := run(t, "", append([]string{"retention", db}, strings.Fields(tt.args)...)...); code == 0 || !strings.Contains(errs, tt.says) {
			t.Errorf("%s: exit %d, %s", tt.args, code, errs)
		}
	}
}
