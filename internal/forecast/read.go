// Reading: pupils of a long file, one line a year, place and grade.

package forecast

import (
	"context"
	"fmt"
	"path/filepath"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/sheet"
)

// Columns say which columns of a file are what, by their headings. Empty ones are
// found by the usual headings.
type Columns struct {
	Sheet                                       string
	Year, Place, Within, Section, Grade, Pupils string
	// Add tells that lines of the same year, place and grade are parts of it, as
	// classes are. Without, the second of them is a mistake.
	Add bool
}

// Problem is one thing to mend, or to know where it does not block.
type Problem struct {
	Cell     edu.Cell
	Blocking bool
	Text     edu.Text
}

// In is the problem in one line.
func (p Problem) In(lang string) string {
	switch {
	case p.Cell == (edu.Cell{}):
		return p.Text.In(lang)
	case lang == "en":
		return frame.Place(p.Cell) + ": " + p.Text.EN
	}
	return frame.PlaceZH(p.Cell) + "：" + p.Text.ZH
}

// Taken is what files came to.
type Taken struct {
	Input    Input
	Problems []Problem
	More     int // blocking ones that are not listed

	leaf   map[spot]int   // nodes of the places
	within map[string]int // nodes of what they lie in
	named  map[string]int // places by name alone: -1 where two are called so
}

// spot is a place: schools of two counties may be called alike.
type spot struct{ within, place string }

// Limits of a file: more is a mistake and not a city.
const (
	maxProblems = 1000
	maxPlaces   = 20_000
	maxCells    = 10_000_000
	firstYear   = 1900
	lastYear    = 2200
)

// note adds a problem; of blocking ones, those beyond maxProblems are counted.
func (t *Taken) note(at edu.Cell, blocking bool, zh, en string, args ...any) {
	if blocking && len(t.Problems) >= maxProblems {
		t.More++
		return
	}
	t.Problems = append(t.Problems, Problem{at, blocking, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}})
}

// Blocked tells that something must be mended first.
func (t *Taken) Blocked() bool {
	for _, p := range t.Problems {
		if p.Blocking {
			return true
		}
	}
	return false
}

// line is what a file says of a place, grade and year.
type line struct {
	spot
	grade string
	year  int
}

// counted is a line's figure and the row where it stood first.
type counted struct {
	pupils float64
	row    int
}

// reader gathers the lines of a file.
type reader struct {
	*Taken
	t       *table
	add     bool
	lines   map[line]counted
	spots   []spot // in the order of the file, as grades are
	grades  []string
	known   map[string]int    // grades
	section map[string]string // by grade, where a column says it
	seen    map[spot]bool
	low     int
	high    int
	twice   int
}

// pupilColumns are what a file of pupils has.
var pupilColumns = []wanted{
	{"year", edu.Text{ZH: "年份", EN: "year"}, true, []string{"年份", "学年", "年度", "统计年份", "year", "school year", "school_year"}},
	{"place", edu.Text{ZH: "地方", EN: "place"}, false, []string{"地方", "学校", "学校名称", "单位", "单位名称", "乡镇", "place", "school", "township", "unit"}},
	{"within", edu.Text{ZH: "所属", EN: "within"}, false, []string{"所属", "县区", "区县", "县(市、区)", "县市区", "所属县区", "within", "county", "district"}},
	{"section", edu.Text{ZH: "学段", EN: "stage"}, false, []string{"学段", "stage"}},
	{"grade", edu.Text{ZH: "年级", EN: "grade"}, true, []string{"年级", "grade"}},
	{"pupils", edu.Text{ZH: "学生数", EN: "pupils"}, true, []string{"学生数", "在校生数", "在校生", "人数", "pupils", "students", "enrolment", "enrollment"}},
}

// Read takes the pupils of a file. On fault.Blocked it says what to mend. name is
// how problems call the file.
func Read(ctx context.Context, book *sheet.Book, name string, c Columns) (*Taken, error) {
	t, err := find(ctx, book, filepath.Base(name), c.Sheet, pupilColumns,
		map[string]string{"year": c.Year, "place": c.Place, "within": c.Within, "section": c.Section, "grade": c.Grade, "pupils": c.Pupils})
	if err != nil {
		return nil, err
	}
	r := &reader{Taken: &Taken{leaf: map[spot]int{}, within: map[string]int{}, named: map[string]int{}}, t: t, add: c.Add,
		lines: map[line]counted{}, known: map[string]int{}, section: map[string]string{}, seen: map[spot]bool{}, low: lastYear, high: firstYear}
	if err := t.each(ctx, r.take); err != nil {
		return r.Taken, err
	}
	if len(r.lines) == 0 && !r.Blocked() {
		r.note(edu.Cell{File: t.file, Sheet: t.sheet.Name}, true, "没有一行数据：应每行写一个年份、年级的学生数", "holds no line: want one line for each year and grade")
	}
	r.size()
	if !r.Blocked() {
		r.build()
	}
	if r.Blocked() {
		return r.Taken, fmt.Errorf("%s: %w", name, fault.Blocked)
	}
	return r.Taken, nil
}

// take reads one row.
func (r *reader) take(row int, cell func(string) string) {
	year, ok := yearOf(cell("year"))
	if !ok {
		r.note(r.t.cell(row, "year"), true, "写的是“%s”，应为四位年份或学年，如 2024 或 2024-2025", "found %q, want a year such as 2024 or 2024-2025", cut(cell("year")))
	}
	l := line{spot{cell("within"), cell("place")}, gradeName(cell("grade")), year}
	if l.grade == "" {
		r.note(r.t.cell(row, "grade"), true, "没有填写，应为年级", "is empty, want a grade")
		ok = false
	}
	for _, c := range []string{"within", "place"} {
		if r.t.has(c) && cell(c) == "" {
			r.note(r.t.cell(row, c), true, "没有填写，应为地方的名称", "is empty, want the name of a place")
			ok = false
		}
	}
	pupils, some, good := figure(cell("pupils"))
	if !good {
		r.note(r.t.cell(row, "pupils"), true, "写的是“%s”，应为不小于 0 的整数；不知道请留空", "found %q, want a whole number of 0 or more, or nothing where it is not known", cut(cell("pupils")))
	}
	if !ok || !good {
		return
	}
	if s := cell("section"); r.t.has("section") {
		switch was, known := r.section[l.grade]; {
		case s == "":
			r.note(r.t.cell(row, "section"), true, "没有填写，应为学段", "is empty, want a stage")
			return
		case known && was != s:
			r.note(r.t.cell(row, "section"), true, "写的是“%s”，同一年级前面写的是“%s”；一个年级只能属于一个学段", "found %q, want %q as of the same grade before: a grade is of one stage", cut(s), cut(was))
			return
		}
		r.section[l.grade] = s
	}
	r.low, r.high = min(r.low, year), max(r.high, year)
	if _, known := r.known[l.grade]; !known {
		r.known[l.grade] = len(r.grades)
		r.grades = append(r.grades, l.grade)
	}
	if !r.seen[l.spot] {
		r.seen[l.spot] = true
		r.spots = append(r.spots, l.spot)
	}
	if !some {
		return
	}
	was, twice := r.lines[l]
	switch {
	case twice && !r.add && r.twice >= 3:
		r.More++ // a file of classes: the first few say it
	case twice && !r.add:
		r.twice++
		r.note(r.t.cell(row, "pupils"), true, "与第 %d 行同一年份、地方和年级，应只写一行；如果各行是班，请用 --add 相加", "is the same year, place and grade as row %d, want one; where lines are classes, --add adds them", was.row)
	case twice:
		was.pupils += pupils
		r.lines[l] = was
	default:
		r.lines[l] = counted{pupils, row}
	}
}

// size refuses what no city has.
func (r *reader) size() {
	at := edu.Cell{File: r.t.file, Sheet: r.t.sheet.Name}
	years := r.high - r.low + 1
	switch {
	case r.Blocked():
	case years < 2:
		r.note(at, true, "只有 1 个年份，应至少有 2 个", "holds one year, want two at least")
	case years > maxYears:
		r.note(at, true, "从 %d 到 %d 共 %d 年，应不超过 %d 年", "spans %d to %d, %d years: want %d at most", r.low, r.high, years, maxYears)
	case len(r.grades) > maxGrades:
		r.note(at, true, "有 %d 个年级，应不超过 %d 个", "holds %d grades, want %d at most", len(r.grades), maxGrades)
	case len(r.spots) > maxPlaces || len(r.spots)*len(r.grades)*years > maxCells:
		r.note(at, true, "有 %d 个地方，应不超过 %d 个", "holds %d places, want %d at most", len(r.spots), maxPlaces)
	}
}
