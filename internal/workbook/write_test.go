package workbook

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
)

// TestSamples writes workbooks to look at into the folder that SHUREN_SAMPLES
// names.
func TestSamples(t *testing.T) {
	dir := os.Getenv("SHUREN_SAMPLES")
	if dir == "" {
		t.Skip("SHUREN_SAMPLES names no folder")
	}
	papers := testPapers(t, 6)
	one := papers[1:2]
	spoilt := edited(t, written(t, one, Options{}), func(f *excelize.File) {
		set(t, f, mainSheet, where(t, f, mainSheet, one[0].Unit.ID, edu.Junior, "boarders"), "十二")
		set(t, f, mainSheet, where(t, f, mainSheet, one[0].Unit.ID, edu.Primary, "built_year"), 1066)
	})
	for name, b := range map[string][]byte{"school": written(t, one, Options{}), "county": written(t, papers, Options{}), "english": written(t, one, Options{Lang: "en"}), "marked": marked(t, spoilt, reading(t, spoilt, one), one)} {
		if err := os.WriteFile(filepath.Join(dir, name+".xlsx"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
