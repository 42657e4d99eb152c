// Reading births: one line a place and year.

package forecast

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// BirthColumns say which columns of a file of births are what. Births may stand
// as boys and girls.
type BirthColumns struct {
	Sheet, Place, Year, Births string
}

var birthColumns = []wanted{
	{"year", edu.Text{ZH: "出生年份", EN: "year"}, true, []string{"出生年份", "出生年", "年份", "年度", "birth year", "birth_year", "year"}},
	{"place", edu.Text{ZH: "地方", EN: "place"}, false, []string{"地方", "乡镇", "乡镇(街道)", "县区", "区县", "地区", "place", "township", "county", "district"}},
	{"births", edu.Text{ZH: "出生人数", EN: "births"}, false, []string{"出生人数", "出生数", "出生", "人数", "children", "births"}},
	{"boys", edu.Text{ZH: "男", EN: "boys"}, false, []string{"男", "男童", "boys", "male"}},
	{"girls", edu.Text{ZH: "女", EN: "girls"}, false, []string{"女", "女童", "girls", "female"}},
}

// ReadBirths takes the births of a file into what was read of pupils. Places are
// known by their names there; without a column of places births are everybody's.
// On fault.Blocked the reading says what to mend.
func (t *Taken) ReadBirths(ctx context.Context, book *sheet.Book, name string, c BirthColumns) error {
	b, err := find(ctx, book, filepath.Base(name), c.Sheet, birthColumns, map[string]string{"year": c.Year, "place": c.Place, "births": c.Births})
	if err != nil {
		return err
	}
	type key struct{ node, year int }
	found, rows := map[key]float64{}, map[key]int{}
	low, high := lastYear, firstYear
	err = t.births(ctx, b, func(row int, place string, year int, n born, some bool) {
		node, known, twice := t.node(place)
		switch {
		case twice:
			t.note(b.cell(row, "place"), true, "有几个地方名为“%s”，应写其所属的县区", "several places are called %q, want what they lie in", cut(place))
		case !known:
			t.note(b.cell(row, "place"), true, "写的是“%s”，学生数文件中没有这个地方；应为其中的地方、所属县区或“合计”", "found %q, want a place that the file of pupils has, what it lies in, or total", cut(place))
		}
		if !known || !some {
			return
		}
		k := key{node, year}
		if was, double := rows[k]; double {
			t.note(b.cell(row, "year"), true, "与第 %d 行同一地方和年份，应只写一行", "is the same place and year as row %d, want one", was)
			return
		}
		found[k], rows[k] = n.all, row
		low, high = min(low, year), max(high, year)
	})
	if err != nil {
		return err
	}
	if high-low >= maxYears {
		t.note(edu.Cell{File: b.file, Sheet: b.sheet.Name}, true, "从 %d 到 %d，应不超过 %d 年", "spans %d to %d, want %d years at most", low, high, maxYears)
	}
	if len(found) == 0 && !t.Blocked() {
		t.note(edu.Cell{File: b.file, Sheet: b.sheet.Name}, true, "没有一行数据：应每行写一个年份的出生人数", "holds no line: want one line for each year")
	}
	if t.Blocked() {
		return fmt.Errorf("%s: %w", name, fault.Blocked)
	}
	in := &t.Input
	in.Births, in.BirthFirst = make([][]float64, len(in.Nodes)), low
	ends := map[int]int{}
	for k := range found {
		ends[k.node] = max(ends[k.node], k.year)
	}
	for node, end := range ends {
		in.Births[node] = slices.Repeat([]float64{math.NaN()}, end-low+1)
	}
	for k, x := range found {
		in.Births[k.node][k.year-low] = x
	}
	return nil
}

// born are the children of a line.
type born struct {
	all, boys float64
	sexes     bool // boys and girls were said apart
}

// births gives the lines of a table of births; what cannot be read is noted. some
// tells that there is a figure.
func (t *Taken) births(ctx context.Context, b *table, take func(row int, place string, year int, n born, some bool)) error {
	sum := []string{"births"}
	switch {
	case b.has("births"):
	case b.has("boys") && b.has("girls"):
		sum = []string{"boys", "girls"}
	default:
		return refuse("%s：没有找到列：出生人数（或“男”和“女”）", "%s: no column was found for births (or boys and girls)", b.file)
	}
	return b.each(ctx, func(row int, cell func(string) string) {
		year, ok := yearOf(cell("year"))
		if !ok {
			t.note(b.cell(row, "year"), true, "写的是“%s”，应为四位年份，如 2018", "found %q, want a year such as 2018", cut(cell("year")))
		}
		n, some := born{sexes: len(sum) == 2}, true
		for i, id := range sum {
			x, there, good := figure(cell(id))
			if !good {
				t.note(b.cell(row, id), true, "写的是“%s”，应为不小于 0 的整数；不知道请留空", "found %q, want a whole number of 0 or more, or nothing where it is not known", cut(cell(id)))
			}
			ok, some = ok && good, some && there
			if n.all += x; n.sexes && i == 0 {
				n.boys = x
			}
		}
		if ok {
			take(row, cell("place"), year, n, some)
		}
	})
}
