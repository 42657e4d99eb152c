// Files of staff: the roster, the table of exchanges, the schools. Each table is
// known by its headings, in Chinese or English. Names are never taken.

package teams

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/sheet"
)

// Problem is one cell to mend. It never repeats what stands in a cell of a name or
// an identity number.
type Problem = sheet.Problem

// Taken is what files came to.
type Taken struct {
	Staff    []register.Staff
	Schools  []School
	Moves    []Exchange
	Problems []Problem
	More     int // problems that are not listed

	seen map[string]int
}

// Limits of a file: more is a mistake.
const (
	maxProblems = 1000
	maxLines    = 500_000
)

type column struct {
	id    string
	must  bool
	heads []string // the first is that of the template
}

type table struct {
	kind string
	cols []column
}

const (
	rosterTable   = "roster"
	exchangeTable = "exchange"
	schoolTable   = "schools"
)

// tables are told apart by the columns that must be there.
var tables = []table{
	{rosterTable, []column{
		{"person", false, []string{"编号", "工号", "教师编号", "记录编号", "person", "id"}},
		{"citizen", false, []string{"身份证号", "身份证件号", "identity number"}},
		{"sex", false, []string{"性别", "sex"}},
		{"born", false, []string{"出生年月", "出生日期", "born", "birth"}},
		{"unit", true, []string{"所在单位", "学校", "单位", "school", "unit"}},
		{"category", true, []string{"人员类别", "category"}},
		{"duty", true, []string{"在岗状态", "duty"}},
		{"post", true, []string{"岗位", "post"}},
		{"stage", false, []string{"任教学段", "学段", "stage"}},
		{"subject", false, []string{"主教学科", "学科", "subject"}},
		{"second", false, []string{"兼教", "second"}},
		{"hours", false, []string{"周课时", "hours", "weekly lessons"}},
		{"title", false, []string{"职称", "title"}},
		{"backbone", false, []string{"骨干层级", "backbone"}},
		{"since", true, []string{"本校起始年月", "since"}},
		{"head_since", false, []string{"干部任期起", "head since"}},
		{"head_terms", false, []string{"任职届数", "干部任职届数", "head terms"}},
		{"training", false, []string{"五年学时", "training", "training hours"}},
		{"class_head", false, []string{"班主任", "class teacher"}},
		{"class_years", false, []string{"任班主任年限", "years as class teacher"}},
		{"hold", false, []string{"豁免事由", "hold"}},
	}},
	{exchangeTable, []column{
		{"person", true, []string{"记录编号", "编号", "工号", "教师编号", "person", "id"}},
		{"from", false, []string{"原校", "from"}},
		{"to", true, []string{"交流校", "到校", "to"}},
		{"way", true, []string{"方式", "交流方式", "way"}},
		{"begins", true, []string{"开始日期", "起始日期", "起", "begins"}},
		{"ends", false, []string{"结束日期", "终止日期", "止", "ends"}},
		{"state", false, []string{"状态", "state"}},
		{"subject", false, []string{"学科", "subject"}},
		{"document", false, []string{"文号", "document"}},
	}},
	{schoolTable, []column{
		{"unit", true, []string{"学校", "学校名称", "所在单位", "school", "unit"}},
		{"class", true, []string{"城乡分类", "城乡分类代码", "urban_rural", "class code"}},
		{"good", false, []string{"优质学校", "good"}},
		{"primary", false, []string{"小学班级数", "primary classes"}},
		{"junior", false, []string{"初中班级数", "junior classes"}},
		{"senior", false, []string{"高中班级数", "senior classes"}},
	}},
}

// Read takes every table of staff that a book has, and adds it to what was taken
// before. The error is of a file that cannot be read or has no such table.
func (t *Taken) Read(ctx context.Context, book *sheet.Book, file string, kinds ...string) error {
	found, err := book.Tables(ctx, func(s *sheet.Sheet, head sheet.Row) (bool, error) {
		r := match(head.Cells, kinds)
		if r == nil {
			return false, nil
		}
		if t.seen == nil {
			t.seen = map[string]int{}
		}
		r.taken, r.file, r.sheet, r.heads = t, file, s, head.Cells
		return true, s.Lines(ctx, head, r.at, maxLines, r.line)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if !found {
		return &sheet.Refusal{Kind: fault.Invalid, Text: edu.Text{
			ZH: file + "：没有找到教职工名册（所在单位、人员类别、在岗状态、岗位、本校起始年月）、交流轮岗表（记录编号、交流校、方式、开始日期）或学校表（学校、城乡分类）的表头",
			EN: file + ": no headings were found of a roster (school, category, duty, post, since), exchanges (person, to, way, begins) or schools (school, urban_rural)",
		}}
	}
	return nil
}

type reader struct {
	table
	at    map[string]int
	taken *Taken
	file  string
	sheet *sheet.Sheet
	heads []string
}

// fold is a heading or word without what people put around it.
func fold(s string) string {
	s = strings.NewReplacer("(", "（", ")", "）", " ", "", "　", "", "\u00a0", "", "\ufeff", "", "*", "", "\n", "", "\r", "", "_", "").Replace(strings.ToLower(strings.TrimSpace(s)))
	if head, _, ok := strings.Cut(s, "（"); ok && head != "" {
		return head
	}
	return s
}

func match(cells, kinds []string) *reader {
	for _, t := range tables {
		if len(kinds) > 0 && !slices.Contains(kinds, t.kind) {
			continue
		}
		r, whole := &reader{table: t, at: map[string]int{}}, true
		for _, c := range t.cols {
			i := -1
			for _, h := range c.heads {
				if i = slices.IndexFunc(cells, func(x string) bool { return x != "" && fold(x) == fold(h) }); i >= 0 {
					break
				}
			}
			if i >= 0 {
				r.at[c.id] = i
			} else if c.must {
				whole = false
			}
		}
		if whole {
			return r
		}
	}
	return nil
}

func (r *reader) line(row int, text func(column string) string) {
	x := &line{r: r, n: row, text: text}
	switch r.kind {
	case rosterTable:
		x.staff()
	case exchangeTable:
		x.exchange()
	case schoolTable:
		x.school()
	}
}
