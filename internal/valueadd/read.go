// Reading: from a file of pupils to gathered sums, in one pass.

package valueadd

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/sheet"
)

// Choice says which columns of a file are what, by their headings.
type Choice struct {
	Sheet      string // empty: the first that has them
	School     string
	Outcome    string
	Priors     []string
	Covariates []string // numbers or texts, as the cells say
	Categories []string // read as texts, although they may look like numbers
}

// Problem is one thing to mend, or to know where it does not block. It never
// says what stood in a cell: that may be a pupil's name.
type Problem struct {
	Cell     edu.Cell
	Blocking bool
	Text     edu.Text
}

// In is the problem in one line.
func (p Problem) In(lang string) string {
	if p.Cell == (edu.Cell{}) {
		return p.Text.In(lang)
	}
	if lang == "en" {
		return frame.Place(p.Cell) + ": " + p.Text.EN
	}
	return frame.PlaceZH(p.Cell) + "：" + p.Text.ZH
}

// maxProblems is how many cells are listed; all are counted.
const maxProblems = 1000

// Taken is what a file came to.
type Taken struct {
	Gather   *Gather
	Problems []Problem
	BadCells int // of which the first maxProblems are listed
}

// Blocked tells that something must be mended first.
func (r *Taken) Blocked() bool {
	return slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Blocking })
}

// note adds a problem.
func (r *Taken) note(at edu.Cell, blocking bool, zh, en string, args ...any) {
	r.Problems = append(r.Problems, Problem{at, blocking, edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}})
}

// reader reads one table.
type reader struct {
	*Taken
	file  string
	table *Table
	cols  []sheet.Column // school, outcome, terms
	heads []string
}

// Read takes the pupils of a file. Only the columns that were chosen are read;
// one of them that holds names or numbers of persons is left out. On
// fault.Blocked the reading says what to mend. name is how problems call the file.
func Read(ctx context.Context, book *sheet.Book, name string, c Choice, progress func(done, total int64)) (*Taken, error) {
	tables, err := Look(ctx, book)
	if err != nil {
		return nil, err
	}
	r := &reader{Taken: &Taken{}, file: filepath.Base(name)}
	if err := r.choose(tables, c); err != nil {
		return nil, err
	}
	if r.Blocked() {
		return r.Taken, fmt.Errorf("%s: %w", name, fault.Blocked)
	}
	if err := book.Sheets[r.table.at].Stream(ctx, r.table.Row+1, r.table.width, r.cols, progress, r.take); err != nil {
		return r.Taken, err
	}
	if n := r.BadCells - maxProblems; n > 0 {
		r.note(edu.Cell{}, true, "另有 %d 个单元格不是数", "%d more cells are no numbers", n)
	}
	r.count()
	if r.Blocked() {
		return r.Taken, fmt.Errorf("%s: %w", name, fault.Blocked)
	}
	return r.Taken, nil
}

// choose finds the table and the columns.
func (r *reader) choose(tables []Table, c Choice) error {
	if c.School == "" || c.Outcome == "" {
		return refuse("须指定学校列和成绩列", "say which column is the school and which the outcome")
	}
	if len(c.Priors) == 0 {
		return refuse("须指定至少一个前测列：没有起点就没有增值", "say which column is the prior result: without a start nothing is added")
	}
	wanted := slices.Concat([]string{c.School, c.Outcome}, c.Priors, c.Covariates, c.Categories)
	best, lacks := -1, []string(nil)
	for i, t := range tables {
		if c.Sheet != "" && t.Sheet != c.Sheet {
			continue
		}
		var not []string
		for _, w := range wanted {
			if t.find(w) == nil {
				not = append(not, w)
			}
		}
		if best < 0 || len(not) < len(lacks) {
			best, lacks = i, not
		}
	}
	if best < 0 {
		return refuse("没有名为“%s”的工作表", "no sheet is called %q", c.Sheet)
	}
	r.table = &tables[best]
	if len(lacks) > 0 {
		var have []string
		for _, o := range r.table.Columns {
			have = append(have, o.Name)
		}
		return &Refusal{edu.Text{
			ZH: "没有名为“" + strings.Join(lacks, "”“") + "”的列；表中有：" + strings.Join(have, "、"),
			EN: "no column is called " + strings.Join(lacks, " or ") + "; the table has " + strings.Join(have, ", "),
		}}
	}
	used := map[string]bool{}
	var terms []Term
	add := func(name string, kind sheet.Kind) error {
		o := r.table.find(name)
		if used[o.Name] {
			return refuse("“%s”列被选了两次", "column %q was chosen twice", o.Name)
		}
		used[o.Name] = true
		r.cols = append(r.cols, sheet.Column{Index: o.Index, Kind: kind})
		r.heads = append(r.heads, o.Name)
		return nil
	}
	for _, name := range []string{c.School, c.Outcome} {
		if r.table.find(name).Personal {
			return refuse("“%s”列像是个人姓名或编号，不能作为学校或成绩", "column %q looks like names or numbers of persons: it is neither a school nor a result", name)
		}
	}
	for _, name := range wanted[1 : 2+len(c.Priors)] {
		if o := r.table.find(name); !o.Numbers && !o.Personal {
			r.note(r.cell(0, o), true, "大多不是数：成绩和前测应为数字", "holds mostly no numbers: results are figures")
		}
	}
	if err := add(c.School, sheet.Texts); err != nil {
		return err
	}
	if err := add(c.Outcome, sheet.Numbers); err != nil {
		return err
	}
	for i, name := range wanted[2:] {
		o := r.table.find(name)
		prior := i < len(c.Priors)
		if o.Personal {
			r.note(r.cell(0, o), prior, "像是个人姓名或编号，没有读取", "looks like names or numbers of persons; it was not read")
			continue
		}
		t := Term{Name: o.Name, Prior: prior, Category: !prior && (!o.Numbers || slices.Contains(c.Categories, name))}
		kind := sheet.Numbers
		if t.Category {
			kind = sheet.Texts
		}
		if err := add(name, kind); err != nil {
			return err
		}
		terms = append(terms, t)
	}
	r.Gather = NewGather(r.heads[1], terms)
	return nil
}

// find gives the column of a name, as it stands or written alike.
func (t *Table) find(name string) *Offer {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, func(a, b string) bool { return fold(a) == fold(b) }} {
		for i := range t.Columns {
			if same(t.Columns[i].Name, name) {
				return &t.Columns[i]
			}
		}
	}
	return nil
}

func (r *reader) cell(row int, o *Offer) edu.Cell {
	return edu.Cell{File: r.file, Sheet: r.table.Sheet, Row: row, Column: sheet.Letters(o.Index), Header: o.Name}
}

// take gathers one batch.
func (r *reader) take(d *sheet.Data) error {
	for _, o := range d.Odd {
		text := d.OddText[o.Text]
		if missing(text) {
			continue
		}
		if v, ok := figure(text); ok {
			d.Num[o.Column][o.Record] = v
			continue
		}
		if r.BadCells++; r.BadCells <= maxProblems {
			r.note(r.cell(int(d.Rows[o.Record]), r.table.find(r.heads[o.Column])), true, "不是数：应填数字；缺考请留空", "is not a number: want a figure, or nothing for an absent pupil")
		}
	}
	for k, t := range d.Text {
		if t == nil {
			continue
		}
		for i, s := range t.Dict {
			if missing(s) {
				t.Dict[i] = ""
			}
			if k == 0 && citizen.MatchString(s) {
				return refuse("“%s”列含有身份证号、学籍号或电话号码，不能作为学校", "column %q holds numbers of persons: it is no school", r.heads[0])
			}
		}
	}
	b := Batch{School: d.Text[0], Outcome: d.Num[1]}
	for k := 2; k < len(r.cols); k++ {
		b.Terms = append(b.Terms, Values{d.Num[k], d.Text[k]})
	}
	return r.Gather.Add(b)
}

// count says which rows were left out, and which columns nobody read.
func (r *reader) count() {
	w := r.Gather.Without()
	told := func(n int, column string) {
		if n > 0 {
			r.note(edu.Cell{}, false, "%d 行没有“%s”，不参加估计", "%d rows lack %q and do not count", n, column)
		}
	}
	told(w.School, r.heads[0])
	told(w.Outcome, r.heads[1])
	for i, n := range w.Terms {
		told(n, r.Gather.Terms[i].Name)
	}
	var unread []string
	for _, o := range r.table.Columns {
		if !slices.Contains(r.heads, o.Name) {
			unread = append(unread, o.Name)
		}
	}
	if len(unread) > 0 {
		r.Problems = append(r.Problems, Problem{Text: edu.Text{ZH: "没有读取的列：" + strings.Join(unread, "、"), EN: "columns that were not read: " + strings.Join(unread, ", ")}})
	}
}
