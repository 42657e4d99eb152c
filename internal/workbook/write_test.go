package workbook

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDump(t *testing.T) {
	d := os.Getenv("DUMP")
	if d == "" {
		t.Skip()
	}
	ps := testPapers(t, 6)
	os.WriteFile(filepath.Join(d, "tall1.xlsx"), written(t, ps[:1], Options{}), 0o600)
	os.WriteFile(filepath.Join(d, "tall2.xlsx"), written(t, ps[1:2], Options{}), 0o600)
	os.WriteFile(filepath.Join(d, "wide.xlsx"), written(t, ps, Options{}), 0o600)
	os.WriteFile(filepath.Join(d, "en.xlsx"), written(t, ps[1:2], Options{Lang: "en"}), 0o600)
}
