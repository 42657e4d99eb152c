package means

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// Problem is one cell to mend.
type Problem = sheet.Problem

// Taken is what files came to.
type Taken struct {
	Prices   Prices
	Staff    Staff
	Ways     Ways
	Budgets  []Budget
	Lessons  Lessons
	Problems []Problem
	More     int // problems that are not listed
}

// Limits of a file: more is a mistake and not a county.
const (
	maxProblems = 1000
	maxLines    = 200_000
	most        = 1e12 // yuan or kilometres
	mostPeople  = 10_000_000
)

// Read takes every table of means that a file has, known by its headings, and adds
// them to what was taken before; of all kinds, or of those given. The error is of a file that cannot be read or has
// no such table; what is wrong with a cell is a Problem.
func (t *Taken) Read(ctx context.Context, book *sheet.Book, file string, elements []Element, kinds ...Kind) error {
	var have []string
	found, err := book.Tables(ctx, func(s *sheet.Sheet, head sheet.Row) (bool, error) {
		r := match(head.Cells, elements, kinds)
		if r == nil {
			if len(have) == 0 {
				have = head.Cells
			}
			return false, nil
		}
		r.taken, r.file, r.sheet, r.heads, r.seen = t, file, s, head.Cells, map[string]int{}
		return true, s.Lines(ctx, head, r.at, maxLines, func(n int, text func(string) string) {
			r.line(&row{r: r, n: n, text: text})
		})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if !found {
		if len(have) > 12 {
			have = have[:12]
		}
		zh, en := wanted(kinds)
		return &sheet.Refusal{Kind: fault.Invalid, Text: edu.Text{
			ZH: fmt.Sprintf("%s：没有找到%s的表头；表中有：%s", file, zh, strings.Join(have, "、")),
			EN: fmt.Sprintf("%s: no headings were found of %s; the table has %s", file, en, strings.Join(have, ", ")),
		}}
	}
	return nil
}

// wanted says by which columns tables are known.
func wanted(kinds []Kind) (zh, en string) {
	var zhs, ens []string
	for _, t := range tables {
		if len(kinds) > 0 && !slices.Contains(kinds, t.kind) {
			continue
		}
		var must []string
		for _, c := range t.cols {
			if c.must {
				must = append(must, c.name)
			}
		}
		zhs, ens = append(zhs, t.name.ZH+"（"+strings.Join(must, "、")+"）"), append(ens, t.name.EN+" ("+strings.Join(must, ", ")+")")
	}
	return strings.Join(zhs, "或"), strings.Join(ens, " or ")
}

// reader reads one table.
type reader struct {
	table
	at       map[string]int // columns by id
	elements []string       // that have a column, each named "element " and its id
	retire   []edu.Period   // that have a column, each named "retire " and the year
	names    map[string]string
	taken    *Taken
	file     string
	sheet    *sheet.Sheet
	heads    []string
	seen     map[string]int // rows by what they are of
}

// fold is a heading or name without what people put around it.
func fold(s string) string {
	return strings.NewReplacer("(", "（", ")", "）", " ", "", "　", "", "\u00a0", "", "\ufeff", "", "*", "", "\n", "", "\r", "").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// bare is a folded heading without what follows in brackets: its unit.
func bare(s string) string {
	if head, _, ok := strings.Cut(fold(s), "（"); ok && head != "" {
		return head
	}
	return fold(s)
}

// find gives the first cell that has one of the names, with its unit or without; -1
// where there is none.
func find(cells []string, names ...string) int {
	for _, as := range []func(string) string{fold, bare} {
		for _, n := range names {
			if i := slices.IndexFunc(cells, func(c string) bool { return as(c) != "" && as(c) == as(n) }); i >= 0 {
				return i
			}
		}
	}
	return -1
}

// match finds the table whose headings a row has; nil where it has none's.
func match(cells []string, elements []Element, kinds []Kind) *reader {
	for _, t := range tables {
		if len(kinds) > 0 && !slices.Contains(kinds, t.kind) {
			continue
		}
		r := &reader{table: t, at: map[string]int{}, names: map[string]string{}}
		whole := true
		for _, c := range t.cols {
			if i := find(cells, append([]string{c.name}, c.heads...)...); i >= 0 {
				r.at[c.id] = i
			} else if c.must {
				whole = false
			}
		}
		if !whole {
			continue
		}
		if t.kind == StaffTable {
			r.staffColumns(cells, elements)
		}
		return r
	}
	return nil
}
