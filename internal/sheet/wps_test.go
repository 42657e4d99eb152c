package sheet_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/sheet"
	"shuren/internal/testkit"
)

// Workbooks that WPS itself saved. It leaves empty rows and uniqueCount out, and
// gives sizes of a million rows to sheets of two.
func TestSavedByWPS(t *testing.T) {
	for file, want := range map[string]string{
		"blank-rows.xlsx":   "1 编号\n3 编号\n5 ||编号",
		"three-sheets.xlsx": "1 Foo|Bar\n2 Baz|Quuk",
	} {
		b, err := os.ReadFile(filepath.Join(testkit.Root(), "testdata", "wps", file))
		if err != nil {
			t.Fatal(err)
		}
		book, err := open(t, b, sheet.DefaultLimits)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		defer book.Close()
		rows, err := book.Sheets[0].Head(context.Background(), 100)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		var got []string
		for _, r := range rows {
			if cells := strings.TrimRight(strings.Join(r.Cells, "|"), "|"); cells != "" {
				got = append(got, fmt.Sprintf("%d %s", r.Number, cells))
			}
		}
		if g := strings.Join(got, "\n"); g != want {
			t.Errorf("%s: got\n%s\nwant\n%s", file, g, want)
		}
	}
}
