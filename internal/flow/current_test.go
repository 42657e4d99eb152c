package flow

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/intake"
)

// A year of which few schools have reported yet is not what leaders see first.
func TestCurrentYearIsTheLastWholeOne(t *testing.T) {
	for _, tt := range []struct {
		name       string
		last, this int // schools that reported
		want       int
	}{
		{"the new year has just begun", 5, 1, 2024},
		{"just under half", 5, 2, 2024},
		{"half of them", 4, 2, 2025},
		{"all of them", 3, 3, 2025},
		{"the first year of all", 0, 1, 2025},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx := t.Context()
			c, err := Open(ctx, filepath.Join(t.TempDir(), "city.db"), "cn-compulsory@2017")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for year, n := range map[int]int{2024: tt.last, 2025: tt.this} {
				if n == 0 {
					continue
				}
				var b strings.Builder
				b.WriteString("学校标识码,学校名称,学段,县区代码,县区,专任教师数\n")
				for i := range n {
					fmt.Fprintf(&b, "31000000%02d,虚构学校%d,小学,990101,虚构县,%d\n", i, i, 10+i)
				}
				text := b.String()
				f := intake.File{Name: fmt.Sprint(year, ".csv"), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
				if err := c.Import(ctx, []intake.File{f}, ImportOptions{Options: intake.Options{Period: edu.Year(year)}, By: "test"}); err != nil {
					t.Fatal(err)
				}
			}
			periods, err := c.Periods(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := c.Current(ctx, periods); err != nil || got != edu.Year(tt.want) {
				t.Errorf("%v, %v; want %d", got, err, tt.want)
			}
		})
	}
}
