package report_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/report"
)

// A workbook of fictional data says so above its table; one of real data has
// its header in the first row.
func TestWorkbookNote(t *testing.T) {
	rows := []report.Row{{Period: "2025", Level: "county", Unit: "1", Indicator: "r1", Statistic: "value", Value: 4.5, N: 3, Standard: math.NaN()}}
	for _, tt := range []struct {
		note   string
		header int
	}{{"示例数据", 1}, {"", 0}} {
		var b bytes.Buffer
		if err := report.Write(&b, report.XLSX, slices.Values(rows), tt.note); err != nil {
			t.Fatalf("note %q: %v", tt.note, err)
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.GetRows("result")
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != tt.header+2 || tt.header > 0 && got[0][0] != tt.note {
			t.Fatalf("note %q: rows %q", tt.note, got)
		}
		if !slices.Equal(got[tt.header], report.Columns) {
			t.Errorf("note %q: header %q", tt.note, got[tt.header])
		}
		if line := got[tt.header+1]; line[7] != "4.5" || line[9] != "3" {
			t.Errorf("note %q: value %q and n %q, want 4.5 and 3", tt.note, line[7], line[9])
		}
		at, _ := excelize.CoordinatesToCellName(12, tt.header+2)
		if standard, err := f.GetCellValue("result", at); err != nil || standard != "" {
			t.Errorf("note %q: standard %q (%v), want an empty cell for a missing one", tt.note, standard, err)
		}
	}
}
