// What made pages hard to read and must not come back.

package web

import (
	"strings"
	"testing"
)

// Who sees one county alone is not told its name in every row; who sees several is.
func TestOneCountyHasNoColumn(t *testing.T) {
	w, head, _, county, city, _ := newYardPages(t)
	for _, c := range []struct {
		who  string
		told bool
	}{{head, false}, {county, false}, {city, true}} {
		page := w.want("/safety/drills?lang=zh", c.who, 200, "<tbody>")
		if got := strings.Contains(page, `<th scope="col">县</th>`); got != c.told {
			t.Errorf("a column of counties: %v, want %v", got, c.told)
		}
	}
}

// A figure in words does not break at the thin space of its thousands; a sentence may.
func TestFiguresOfAPaperStayWhole(t *testing.T) {
	cell := func(texts ...string) (c paperCell) {
		for _, x := range texts {
			c.Runs = append(c.Runs, paperRun{Text: x})
		}
		return c
	}
	for _, c := range []struct {
		cell  paperCell
		whole bool
	}{
		{cell("≥", "2\u2009000"), true},
		{cell("≥4.2"), false},
		{cell("全县投入 12\u2009000 万元，用于新建校舍和配备教师"), false},
	} {
		if got := c.cell.Whole(); got != c.whole {
			t.Errorf("%v: %v, want %v", c.cell.Runs, got, c.whole)
		}
	}
	table := &paperTable{Head: []string{"指标", "值"}, Rows: [][]paperCell{{cell("a"), {Number: true}}}}
	if table.NumberAt(0) || !table.NumberAt(1) {
		t.Error("a head stands at the right over numbers, and there alone")
	}
}
