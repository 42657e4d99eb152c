// What past data cannot know of: new housing, a boarding school that opens, a
// quarter that is pulled down.

package forecast

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// Estate is what brings pupils of a section to a place, or takes them away, in one
// year. Pupils are of all grades of the section together.
type Estate struct {
	Node    int
	Section string
	Year    int
	Pupils  float64
	Why     string
}

// Settle puts estates into the input as pupils on top: over the leaves below the
// place that have the section, by what each had of late, and over its grades alike.
// They move up with the others. Where the section has the first grade of all, as
// many as a grade got enter it in every year after, up to the last that is
// forecast: an estate stays as young as it was. What can be placed nowhere, or
// came before the years ahead, is told by its index.
func (in *Input) Settle(horizon int, estates []Estate) (lost []int) {
	below := in.below()
	for i, e := range estates {
		var grades []int
		for g := range in.Grades {
			if in.Grades[g].Section == e.Section {
				grades = append(grades, g)
			}
		}
		leaves, parts := in.partsOf(below, e.Node, grades)
		ahead := in.First + in.Years
		if len(leaves) == 0 || e.Year < ahead || e.Year >= ahead+horizon {
			lost = append(lost, i)
			continue
		}
		for k, leaf := range leaves {
			each := e.Pupils * parts[k] / float64(len(grades))
			for _, g := range grades {
				in.Added = append(in.Added, Added{leaf, g, e.Year, each, e.Why})
			}
			for y := e.Year + 1; grades[0] == 0 && y < ahead+horizon; y++ {
				in.Added = append(in.Added, Added{leaf, 0, y, each, e.Why})
			}
		}
	}
	return lost
}

// below tells of every node under which nodes it lies, itself first.
func (in *Input) below() [][]int {
	out := make([][]int, len(in.Nodes))
	for i := range in.Nodes {
		for at := i; at >= 0; at = in.Nodes[at].Up {
			out[i] = append(out[i], at)
		}
	}
	return out
}

// partsOf are the leaves at or below a node that had pupils of some grades in the
// last years, and what part each had.
func (in *Input) partsOf(below [][]int, node int, grades []int) (leaves []int, parts []float64) {
	all := 0.0
	for i, c := range in.Counts {
		if c == nil || !slices.Contains(below[i], node) {
			continue
		}
		sum := 0.0
		for _, g := range grades {
			for y := max(0, in.Years-recent); y < in.Years; y++ {
				sum += zero(c[g][y])
			}
		}
		if sum > 0 {
			leaves, parts = append(leaves, i), append(parts, sum)
			all += sum
		}
	}
	for k := range parts {
		parts[k] /= all
	}
	return leaves, parts
}

// Housing is what a county says of new housing and of what else brings pupils.
type Housing struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Lines  []HousingLine
}

// HousingLine is a project, or a part of it that is moved into in one year, and
// the pupils of one stage that come with it.
type HousingLine struct {
	Place     string // a school's code or name; none is the whole county
	Project   string
	Stage     string
	Year      int
	Dwellings int
	Per       float64 // pupils of the stage to a dwelling
	// Pupils is said instead of dwellings where something else brings them, or takes
	// them away: less than nobody.
	Pupils float64
	Source string // of the dwellings and of the pupils to a dwelling
}

// Brings is how many pupils come.
func (l HousingLine) Brings() float64 {
	if l.Dwellings > 0 {
		return float64(l.Dwellings) * l.Per
	}
	return l.Pupils
}

// Check says what is wrong with a county's housing; no line is fine: it has none.
func (h *Housing) Check() (why []edu.Text) {
	if h.County == "" {
		why = append(why, edu.Text{ZH: "请选择县区", EN: "choose a county"})
	}
	if len(h.Lines) > maxHousingLines {
		why = append(why, edu.Text{ZH: fmt.Sprintf("最多填写 %d 行", maxHousingLines), EN: fmt.Sprintf("give %d lines at most", maxHousingLines)})
	}
	return why
}

const maxHousingLines = 2000

// mostPer is above what any dwelling has of pupils of a stage: more is a mistake.
const mostPer = 5

var housingColumns = []wanted{
	{"place", edu.Text{ZH: "学校", EN: "place"}, false, []string{"地方", "学校", "学校名称", "县区", "place", "school", "county"}},
	{"project", edu.Text{ZH: "项目", EN: "project"}, true, []string{"项目", "楼盘", "小区", "项目名称", "project", "estate"}},
	{"section", edu.Text{ZH: "学段", EN: "stage"}, true, []string{"学段", "stage"}},
	{"year", edu.Text{ZH: "入住年份", EN: "year"}, true, []string{"入住年份", "入学年份", "年份", "学年", "year"}},
	{"dwellings", edu.Text{ZH: "套数", EN: "dwellings"}, false, []string{"套数", "住房套数", "户数", "dwellings", "units"}},
	{"per", edu.Text{ZH: "每套学生数", EN: "pupils per dwelling"}, false, []string{"每套学生数", "户均学生数", "每户学生数", "pupils per dwelling", "per dwelling"}},
	{"pupils", edu.Text{ZH: "学生数", EN: "pupils"}, false, []string{"学生数", "增减学生数", "人数", "pupils"}},
	{"source", edu.Text{ZH: "来源", EN: "source"}, true, []string{"来源", "依据", "来源单位", "source"}},
}

// StageOf finds a stage by its name in either language, or by its id.
func StageOf(name string) (string, bool) {
	for _, s := range []string{Preschool, Primary, Junior, Senior} {
		if t := SectionName(s); slices.Contains([]string{s, fold(t.ZH), fold(t.EN)}, fold(name)) {
			return s, true
		}
	}
	switch clean(name) {
	case "幼儿园", "学前教育":
		return Preschool, true
	case "普通高中":
		return Senior, true
	}
	return "", false
}

// ReadHousing takes lines of new housing from a table.
func ReadHousing(ctx context.Context, book *sheet.Book, name string) ([]HousingLine, []Problem, error) {
	t := &Taken{}
	lines, _, err := t.housing(ctx, book, name)
	return lines, t.Problems, err
}

func (t *Taken) housing(ctx context.Context, book *sheet.Book, name string) (lines []HousingLine, b *table, err error) {
	if b, err = find(ctx, book, filepath.Base(name), "", housingColumns, nil); err != nil {
		return nil, nil, err
	}
	if !b.has("pupils") && !(b.has("dwellings") && b.has("per")) {
		return nil, nil, refuse("%s：没有找到列：套数和每套学生数（或学生数）", "%s: no column was found for dwellings and pupils per dwelling (or pupils)", b.file)
	}
	err = b.each(ctx, func(row int, cell func(string) string) {
		l := HousingLine{Place: cell("place"), Project: cell("project"), Source: cell("source")}
		good := true
		bad := func(id, zh, en string, args ...any) {
			good = false
			t.note(b.cell(row, id), true, zh, en, args...)
		}
		var ok bool
		if l.Year, ok = yearOf(cell("year")); !ok {
			bad("year", "写的是“%s”，应为四位年份，如 2027", "found %q, want a year such as 2027", cut(cell("year")))
		}
		if l.Stage, ok = StageOf(cell("section")); !ok {
			bad("section", "写的是“%s”，应为学前、小学、初中或高中", "found %q, want preschool, primary, junior or senior", cut(cell("section")))
		}
		for _, id := range []string{"project", "source"} {
			if n := len([]rune(cell(id))); n == 0 || n > 80 {
				bad(id, "请填写，80 字以内", "want some words, 80 characters at most")
			}
		}
		dwellings, some, ok := figure(cell("dwellings"))
		per, there, fine := ratioOf(cell("per"))
		switch {
		case !ok:
			bad("dwellings", "写的是“%s”，应为不小于 0 的整数", "found %q, want a whole number of 0 or more", cut(cell("dwellings")))
		case some && dwellings > 0:
			switch {
			case !fine:
				bad("per", "写的是“%s”，应为 0 至 %d 的数，如 0.3", "found %q, want a number from 0 to %d, such as 0.3", cut(cell("per")), mostPer)
			case !there:
				bad("per", "没有填写，应为每套住房带来的该学段学生数，如 0.3", "is empty, want the pupils of the stage to a dwelling, such as 0.3")
			}
			l.Dwellings, l.Per = int(dwellings), per
		default:
			x, is := sheet.Number(strings.ReplaceAll(cell("pupils"), ",", ""), 0)
			if !is || math.Abs(x) > 1e6 {
				bad("pupils", "写的是“%s”，应为学生数；或填写套数和每套学生数", "found %q, want pupils, or dwellings and pupils per dwelling", cut(cell("pupils")))
			}
			l.Pupils = x
		}
		if good {
			lines = append(lines, l)
		}
	})
	if err == nil && len(lines) == 0 && !t.Blocked() {
		t.note(edu.Cell{File: b.file, Sheet: b.sheet.Name}, true, "没有一行数据：应每行写一个项目、学段和年份", "holds no line: want one line for each project, stage and year")
	}
	return lines, b, err
}

// ratioOf reads pupils to a dwelling: there tells that there is one.
func ratioOf(s string) (x float64, there, good bool) {
	if s == "" {
		return 0, false, true
	}
	x, ok := sheet.Number(s, 0)
	ok = ok && x >= 0 && x <= mostPer
	return x, ok, ok
}

// ReadHousing takes new housing of a file into what was read of pupils, so many
// years ahead. Places are known by their names there.
func (t *Taken) ReadHousing(ctx context.Context, book *sheet.Book, name string, horizon int) error {
	lines, b, err := t.housing(ctx, book, name)
	if err != nil {
		return err
	}
	var estates []Estate
	for _, l := range lines {
		node, known, twice := t.node(l.Place)
		switch {
		case twice:
			t.note(b.column("place"), true, "有几个地方名为“%s”，应写其所属的县区", "several places are called %q, want what they lie in", cut(l.Place))
		case !known:
			t.note(b.column("place"), true, "写的是“%s”，学生数文件中没有这个地方；应为其中的地方、所属县区或“合计”", "found %q, want a place that the file of pupils has, what it lies in, or total", cut(l.Place))
		}
		estates = append(estates, l.At(node, &t.Input))
	}
	if t.Blocked() {
		return fmt.Errorf("%s: %w", name, fault.Blocked)
	}
	for _, i := range t.Input.Settle(horizon, estates) {
		t.note(edu.Cell{File: b.file, Sheet: b.sheet.Name}, false, "“%s”（%d 年）没有计入：不在预测的年份内，或当地没有这个学段的学校", "%q (%d) is not counted: it lies outside the years ahead, or no school there has the stage", cut(lines[i].Project), lines[i].Year)
	}
	return nil
}

// At is a line as what it brings to a node of an input. A section is called as the input calls it: the user's own
// word may stand for a stage.
func (l HousingLine) At(node int, in *Input) Estate {
	e := Estate{Node: node, Section: l.Stage, Year: l.Year, Pupils: l.Brings(), Why: l.Project}
	for _, g := range in.Grades {
		if s, ok := StageOf(g.Section); ok && s == l.Stage {
			e.Section = g.Section
		}
	}
	return e
}
