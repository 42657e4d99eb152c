package means

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/sheet"
)

// Problem is one cell to mend.
type Problem struct {
	Cell edu.Cell
	Text edu.Text
}

// In is the problem in one line.
func (p Problem) In(lang string) string {
	if lang == "en" {
		return frame.Place(p.Cell) + ": " + p.Text.EN
	}
	return frame.PlaceZH(p.Cell) + "：" + p.Text.ZH
}

// Taken is what files came to.
type Taken struct {
	Prices   Prices
	Staff    Staff
	Ways     Ways
	Budgets  []Budget
	Problems []Problem
	More     int // problems that are not listed
}

// Limits of a file: more is a mistake and not a county.
const (
	maxProblems = 1000
	maxLines    = 200_000
	headRows    = 12
	most        = 1e12 // yuan, people or kilometres
)

// Read takes every table of means that a file has, known by its headings, and adds
// them to what was taken before. The error is of a file that cannot be read or has
// no such table; what is wrong with a cell is a Problem.
func (t *Taken) Read(ctx context.Context, book *sheet.Book, file string, elements []Element) error {
	found := false
	var have []string
	for _, s := range book.Sheets {
		if s.Hidden {
			continue
		}
		rows, err := s.Head(ctx, headRows)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, row := range rows {
			r := match(row.Cells, elements)
			if r == nil {
				if len(have) == 0 {
					have = row.Cells
				}
				continue
			}
			found = true
			r.taken, r.file, r.sheet, r.heads, r.seen = t, file, s, row.Cells, map[string]int{}
			if err := r.read(ctx, row.Number, len(row.Cells)); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			break
		}
	}
	if !found {
		if len(have) > 12 {
			have = have[:12]
		}
		return &sheet.Refusal{Kind: fault.Invalid, Text: edu.Text{
			ZH: fmt.Sprintf("%s：没有找到单价表、教师数、乡镇路程、编制或分年经费的表头；表中有：%s", file, strings.Join(have, "、")),
			EN: fmt.Sprintf("%s: no headings of prices, staff, ways, posts or budgets were found; the table has %s", file, strings.Join(have, ", ")),
		}}
	}
	return nil
}

// reader reads one table.
type reader struct {
	table
	at       map[string]int // columns by id
	elements map[string]int // columns by element
	taken    *Taken
	file     string
	sheet    *sheet.Sheet
	heads    []string
	seen     map[string]int // rows by what they are of
}

func fold(s string) string {
	return strings.NewReplacer("(", "（", ")", "）", " ", "", "　", "").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// match finds the table whose headings a row has; nil where it has none's.
func match(cells []string, elements []Element) *reader {
	find := func(names ...string) int {
		for _, n := range names {
			if i := slices.IndexFunc(cells, func(c string) bool { return c != "" && fold(c) == fold(n) }); i >= 0 {
				return i
			}
		}
		return -1
	}
	for _, t := range tables {
		r := &reader{table: t, at: map[string]int{}, elements: map[string]int{}}
		whole := true
		for _, c := range t.cols {
			if i := find(append([]string{c.name}, c.heads...)...); i >= 0 {
				r.at[c.id] = i
			} else if c.must {
				whole = false
			}
		}
		if !whole {
			continue
		}
		if t.id == "staff" {
			for _, e := range elements {
				if i := find(e.Name.ZH, e.Name.EN, e.ID); i >= 0 {
					r.elements[e.ID] = i
				}
			}
		}
		return r
	}
	return nil
}

// row is one line of a table.
type row struct {
	r    *reader
	n    int
	text func(id string) string
	bad  bool
}

func (r *reader) read(ctx context.Context, head, width int) error {
	var cols []sheet.Column
	place := map[string]int{}
	for id, i := range r.at {
		place[id] = len(cols)
		cols = append(cols, sheet.Column{Index: i, Kind: sheet.Texts})
	}
	for id, i := range r.elements {
		place["element "+id] = len(cols)
		cols = append(cols, sheet.Column{Index: i, Kind: sheet.Texts})
	}
	lines := 0
	return r.sheet.Stream(ctx, head+1, width, cols, nil, func(d *sheet.Data) error {
		if lines += d.N; lines > maxLines {
			return fmt.Errorf("more than %d rows: %w", maxLines, fault.TooLarge)
		}
		for i := range d.N {
			x := &row{r: r, n: int(d.Rows[i]), text: func(id string) string {
				if k, ok := place[id]; ok {
					return strings.TrimSpace(d.Text[k].At(i))
				}
				return ""
			}}
			r.line(x)
		}
		return nil
	})
}

// problem notes what is wrong with a cell.
func (x *row) problem(id, zh, en string) {
	x.bad = true
	t := x.r.taken
	if len(t.Problems) >= maxProblems {
		t.More++
		return
	}
	i, ok := x.r.at[id]
	if !ok {
		i = x.r.elements[strings.TrimPrefix(id, "element ")]
	}
	t.Problems = append(t.Problems, Problem{edu.Cell{File: x.r.file, Sheet: x.r.sheet.Name, Row: x.n, Column: sheet.Letters(i), Header: strings.TrimSpace(x.r.heads[i])}, edu.Text{ZH: zh, EN: en}})
}

// must is a text that may not be empty.
func (x *row) must(id string) string {
	s := x.text(id)
	if s == "" {
		x.problem(id, "没有填写", "is empty")
	}
	return s
}

// number reads a figure from 0; an empty cell is 0 where it may be.
func (x *row) number(id string, whole, must bool) float64 {
	s := strings.NewReplacer(",", "", "，", "").Replace(x.text(id))
	if s == "" && !must {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= most) || whole && v != math.Trunc(v) {
		if whole {
			x.problem(id, fmt.Sprintf("“%s”不是从0起的整数", cut(s)), fmt.Sprintf("%q is not a whole number from 0", cut(s)))
		} else {
			x.problem(id, fmt.Sprintf("“%s”不是从0起的数", cut(s)), fmt.Sprintf("%q is not a number from 0", cut(s)))
		}
		return 0
	}
	return v
}

func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// once reports a line of which there is one already.
func (x *row) once(id string, key ...string) {
	k := strings.Join(key, "\x00")
	if first := x.r.seen[k]; first > 0 {
		x.problem(id, fmt.Sprintf("与第 %d 行重复", first), fmt.Sprintf("is the same as in row %d", first))
		return
	}
	x.r.seen[k] = x.n
}

// line takes one line of the table.
func (r *reader) line(x *row) {
	t := r.taken
	switch r.id {
	case "prices":
		item := x.must("item")
		if x.text("yuan") == "" {
			return // an item of the template that the county has no price for
		}
		p := Price{Item: itemID(item), Unit: x.text("unit"), Yuan: x.number("yuan", false, true), Year: int(x.number("year", true, false)), Basis: x.text("basis")}
		if _, known := ItemOf(p.Item); !known {
			p.Name = item
		}
		x.once("item", p.Item)
		if !x.bad {
			t.Prices.Lines = append(t.Prices.Lines, p)
		}
	case "ways":
		w := Way{From: x.must("from"), To: x.must("to"), Km: x.number("km", false, true), Minutes: math.NaN()}
		if x.text("minutes") != "" {
			w.Minutes = x.number("minutes", false, true)
		}
		if !x.bad {
			t.Ways.Lines = append(t.Ways.Lines, w)
		}
	case "posts":
		p := Posts{Approved: int(x.number("approved", true, true)), Established: int(x.number("established", true, true)), Source: x.text("basis")}
		x.once("approved", "posts")
		if !x.bad {
			t.Staff.Posts = &p
		}
	case "budgets":
		s := x.must("period")
		y, err := edu.ParsePeriod(s)
		if s != "" && (err != nil || y.Kind() != edu.SchoolYear) {
			x.problem("period", fmt.Sprintf("“%s”不是学年，应如2026或2026-2027", cut(s)), fmt.Sprintf("%q is not a school year; want 2026 or 2026-2027", cut(s)))
		}
		b := Budget{Year: y, Yuan: -1, Source: x.text("basis")}
		if x.text("yuan") != "" { // empty: no limit told
			b.Yuan = x.number("yuan", false, true)
		}
		x.once("period", y.String())
		if !x.bad {
			t.Budgets = append(t.Budgets, b)
		}
	case "staff":
		r.staff(x)
	}
}

// itemID is the id of a known item that is called so, or the text itself.
func itemID(name string) string {
	for _, i := range Items {
		if fold(name) == i.ID || fold(name) == fold(i.Name.ZH) || fold(name) == fold(i.Name.EN) {
			return i.ID
		}
	}
	return name
}

// yes reads a cell that says whether people count.
func (x *row) yes(id string) bool {
	switch s := strings.ToLower(x.text(id)); s {
	case "", "否", "0", "no", "false", "×":
	case "是", "1", "yes", "true", "√", "✓":
		return true
	default:
		x.problem(id, fmt.Sprintf("“%s”不是“是”或“否”", cut(s)), fmt.Sprintf("%q is neither yes nor no", cut(s)))
	}
	return false
}

func (r *reader) staff(x *row) {
	g := Group{School: x.must("school"), Subject: x.text("subject"), People: int(x.number("people", true, true)), Posts: int(x.number("posts", true, false)), Eligible: int(x.number("eligible", true, false))}
	if s := x.must("stage"); s != "" {
		if st, ok := stages[s]; ok {
			g.Stage = st
		} else if slices.Contains(edu.Stages, edu.Stage(s)) {
			g.Stage = edu.Stage(s)
		} else {
			x.problem("stage", fmt.Sprintf("“%s”不是学段，应如小学、初中", cut(s)), fmt.Sprintf("%q is not a stage; want primary, junior …", cut(s)))
		}
	}
	held := 0
	for _, h := range []Hold{OnLoan, Nursing, Ill, Retiring} {
		if n := int(x.number(string(h), true, false)); n > 0 {
			if g.Held == nil {
				g.Held = map[Hold]int{}
			}
			g.Held[h] = n
			held += n
		}
	}
	if held > g.People && !x.bad {
		x.problem("people", fmt.Sprintf("不能调动的 %d 人多于总人数 %d", held, g.People), fmt.Sprintf("%d who may not move of %d people", held, g.People))
	}
	if g.Eligible > g.People-held && !x.bad {
		x.problem("people", fmt.Sprintf("符合交流条件的 %d 人多于可调动的 %d 人", g.Eligible, g.People-held), fmt.Sprintf("%d due for exchange of %d who may move", g.Eligible, g.People-held))
	}
	for _, e := range slices.Sorted(maps.Keys(r.elements)) {
		if x.yes("element " + e) {
			g.Counts = append(g.Counts, e)
		}
	}
	x.once("school", g.School, string(g.Stage), g.Subject, strings.Join(g.Counts, " "))
	if !x.bad {
		r.taken.Staff.Groups = append(r.taken.Staff.Groups, g)
	}
}
