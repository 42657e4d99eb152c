package flow_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/demo"
	"shuren/internal/flow"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/report"
	"shuren/internal/testkit"
)

// A workbook that a real office program has opened and saved again gives the
// same figures as the one that was handed out.
func TestWorkbookSavedByAnOfficeProgram(t *testing.T) {
	testkit.OutOfProcess(t)
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		testkit.Missing(t, "office", "soffice (LibreOffice) is not installed")
	}
	dir := t.TempDir()
	given := filepath.Join(dir, "county.xlsx")
	var b bytes.Buffer
	city := demo.New(1)
	years := city.Years()
	if err := city.Workbook(&b, 6, years[len(years)-1]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(given, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	saved := filepath.Join(dir, "saved")
	cmd := exec.CommandContext(ctx, soffice, "-env:UserInstallation=file://"+filepath.ToSlash(filepath.Join(dir, "profile")), "--headless", "--convert-to", "xlsx", "--outdir", saved, given)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	long := func(name string) string {
		m, err := flow.Evaluate(ctx, []intake.File{intake.Path(name)}, p, intake.Options{})
		if err != nil {
			t.Fatalf("%s: %v: %v", name, err, m)
		}
		var out bytes.Buffer
		if err := report.Write(&out, report.CSV, report.Rows(m.Periods[0], report.Options{Lang: "zh"}), ""); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	a, z := long(given), long(filepath.Join(saved, "county.xlsx"))
	if a != z {
		t.Error("the saved workbook gives other figures")
	}
	if len(a) < 100_000 {
		t.Errorf("only %d bytes of figures to compare", len(a))
	}
}
