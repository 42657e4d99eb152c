package demo

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

func workbook(t testing.TB, c *City, county int, year edu.Period) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := c.Workbook(&b, county, year); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameSeedSameBytes(t *testing.T) {
	year := edu.Year(lastYear)
	first := workbook(t, New(1), 1, year)
	for range 5 {
		if !bytes.Equal(first, workbook(t, New(1), 1, year)) {
			t.Fatal("the same seed, county and year gave other bytes")
		}
	}
	if bytes.Equal(first, workbook(t, New(2), 1, year)) {
		t.Error("another seed gave the same bytes")
	}
}

func TestWorkbookSaysWhatItIs(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(workbook(t, New(1), 7, edu.Year(2020))))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, want := f.GetSheetList(), []string{"说明", "学校基本数据", "班级名册", "专用教室", "县级填报", "其他学段"}; strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("sheets %q, want %q", got, want)
	}
	rows, err := f.GetRows(SheetNotes)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, r := range rows {
		text.WriteString(strings.Join(r, " ") + "\n")
	}
	for _, want := range []string{"示例数据", "虚构", "2020—2021", "雁渡县", "云岫市"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the notes do not say %q:\n%s", want, text.String())
		}
	}
}

func TestWorkbookRefusesWhatIsNotThere(t *testing.T) {
	c := New(1)
	for _, tt := range []struct {
		name   string
		county int
		year   edu.Period
	}{
		{"a year before the first", 0, edu.Year(firstYear - 1)},
		{"a year after the last", 0, edu.Year(lastYear + 1)},
		{"a month", 0, edu.OnDay(2025, 9, 1)},
		{"an eleventh county", 10, edu.Year(lastYear)},
		{"a negative county", -1, edu.Year(lastYear)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := c.Workbook(io.Discard, tt.county, tt.year); !errors.Is(err, fault.NotFound) {
				t.Errorf("got %v, want not found", err)
			}
		})
	}
}

func BenchmarkWorkbook(b *testing.B) {
	c := New(1)
	for b.Loop() {
		if err := c.Workbook(io.Discard, len(counties)-1, edu.Year(lastYear)); err != nil {
			b.Fatal(err)
		}
	}
}
