// What a county says of its births.

package forecast

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/sheet"
)

// Basis is what a figure of births counts.
type Basis string

const (
	Registered  Basis = "registered"  // births that were registered
	Household   Basis = "household"   // children of the household register
	Vaccination Basis = "vaccination" // children of the vaccination register
	Resident    Basis = "resident"    // children who live there
)

// Bases lists the bases in the order in which they are offered.
var Bases = []Basis{Registered, Household, Vaccination, Resident}

// Name is the basis in words.
func (b Basis) Name() edu.Text {
	switch b {
	case Registered:
		return edu.Text{ZH: "出生登记", EN: "registered births"}
	case Household:
		return edu.Text{ZH: "户籍", EN: "household register"}
	case Vaccination:
		return edu.Text{ZH: "预防接种", EN: "vaccination register"}
	case Resident:
		return edu.Text{ZH: "常住", EN: "residents"}
	}
	return edu.Text{ZH: string(b), EN: string(b)}
}

// Births are a county's children by township and year of birth. They are counts:
// no child is in them.
type Births struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Basis  Basis
	Source string // the office that gave the figures
	AsOf   edu.Date
	Lines  []BirthLine
}

// BirthLine is a township in a year; no township is the whole county.
type BirthLine struct {
	Place  string
	Year   int
	Births int
	// Sexes tells that boys and girls were said apart: Boys of Births are boys.
	Sexes bool `json:",omitempty"`
	Boys  int  `json:",omitempty"`
}

// village tells that a name is of a village or a quarter: figures of so few
// children are neither asked nor kept. A township is called 乡, 镇 or 街道.
func village(place string) bool {
	for _, end := range []string{"村", "村委会", "村民委员会", "社区", "居委会", "居民委员会", "村民小组", "自然村"} {
		if strings.HasSuffix(place, end) {
			return true
		}
	}
	return false
}

// maxBirthLines is far above a county's townships times the years that matter.
const maxBirthLines = 5000

// Check says what is wrong with births.
func (b *Births) Check() (why []edu.Text) {
	say := func(zh, en string) { why = append(why, edu.Text{ZH: zh, EN: en}) }
	if b.County == "" {
		say("请选择县区", "choose a county")
	}
	if !slices.Contains(Bases, b.Basis) {
		say("请选择口径", "say what the figures count")
	}
	if n := len([]rune(strings.TrimSpace(b.Source))); n == 0 || n > 80 {
		say("请填写来源单位，80 字以内", "name the office that gave the figures, in 80 characters at most")
	}
	if b.AsOf <= 0 {
		say("请填写截至日期", "say of which day the figures are")
	}
	if len(b.Lines) == 0 || len(b.Lines) > maxBirthLines {
		say(fmt.Sprintf("请填写 1 至 %d 行出生人数", maxBirthLines), fmt.Sprintf("give 1 to %d lines of births", maxBirthLines))
	}
	return why
}

// ByYear are the county's births, from a year on. A year counts where the line of
// the whole county says it, or all townships do that ever said one; part of a
// county is not the county: NaN.
func (b *Births) ByYear() (first int, births []float64) {
	if len(b.Lines) == 0 {
		return 0, nil
	}
	first, last := lastYear, 0
	places := map[string]bool{}
	for _, l := range b.Lines {
		first, last = min(first, l.Year), max(last, l.Year)
		if l.Place != "" {
			places[l.Place] = true
		}
	}
	births = slices.Repeat([]float64{math.NaN()}, last-first+1)
	sum, said := make([]float64, len(births)), make([]int, len(births))
	for _, l := range b.Lines {
		if l.Place != "" {
			sum[l.Year-first] += float64(l.Births)
			said[l.Year-first]++
		}
	}
	for y, n := range said {
		if n > 0 && n == len(places) {
			births[y] = sum[y]
		}
	}
	for _, l := range b.Lines {
		if l.Place == "" {
			births[l.Year-first] = float64(l.Births)
		}
	}
	for len(births) > 0 && math.IsNaN(births[len(births)-1]) {
		births = births[:len(births)-1]
	}
	return first, births
}

// ReadBirthLines takes a county's lines from a table: township (or none), year,
// and births or boys and girls.
func ReadBirthLines(ctx context.Context, book *sheet.Book, name string) (lines []BirthLine, problems []Problem, err error) {
	b, err := find(ctx, book, filepath.Base(name), "", birthColumns, nil)
	if err != nil {
		return nil, nil, err
	}
	t := &Taken{}
	seen := map[BirthLine]int{}
	err = t.births(ctx, b, func(row int, place string, year int, n born, some bool) {
		if slices.Contains(total, fold(place)) {
			place = ""
		}
		if village(place) {
			t.note(b.cell(row, "place"), true, "写的是“%s”，应按乡镇（街道）合计；不收村、社区一级的数字", "found %q, want the sum of a township: figures of villages are not taken", cut(place))
			return
		}
		k := BirthLine{Place: place, Year: year}
		if was, twice := seen[k]; twice {
			t.note(b.cell(row, "year"), true, "与第 %d 行同一地方和年份，应只写一行", "is the same place and year as row %d, want one", was)
			return
		}
		seen[k] = row
		if some {
			lines = append(lines, BirthLine{place, year, int(n.all), n.sexes, int(n.boys)})
		}
	})
	if err == nil && len(lines) == 0 && !t.Blocked() {
		t.note(edu.Cell{File: b.file, Sheet: b.sheet.Name}, true, "没有一行数据：应每行写一个年份的出生人数", "holds no line: want one line for each year")
	}
	return lines, t.Problems, err
}
