// The columns of a file: what they are called, and what they may be.

package valueadd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/sheet"
)

// Role is what a column may be in a model.
type Role string

const (
	NoRole      Role = ""
	SchoolRole  Role = "school"
	OutcomeRole Role = "outcome"
	PriorRole   Role = "prior"
	NumberRole  Role = "number"
	TextRole    Role = "category"
)

// Offer is a column of a file. Its cells are not shown: they are pupils'.
type Offer struct {
	Name     string
	Index    int
	Personal bool // it holds names or numbers of persons and is never read
	Numbers  bool // most of its cells in the sample are numbers
	Guess    Role // by its heading
}

// Table is a sheet of a file that may hold pupils.
type Table struct {
	Sheet   string
	Row     int // of the heading
	Columns []Offer

	at    int // the sheet's place in the book
	width int
}

const (
	headRows   = 12  // among which the heading is looked for
	sampleRows = 200 // that say what a column holds
)

// Look gives the tables of a file.
func Look(ctx context.Context, book *sheet.Book) ([]Table, error) {
	var out []Table
	for i, s := range book.Sheets {
		if s.Hidden {
			continue
		}
		rows, err := s.Head(ctx, headRows+sampleRows)
		if err != nil {
			return nil, err
		}
		if t := tableOf(rows); t != nil {
			t.Sheet, t.at = s.Name, i
			if book.Format == sheet.Parquet {
				if rows, err = sampleOf(ctx, s, t.width); err != nil {
					return nil, err
				}
			} else {
				rows = rows[slices.IndexFunc(rows, func(r sheet.Row) bool { return r.Number == t.Row })+1:]
			}
			t.describe(rows)
			out = append(out, *t)
		}
	}
	if len(out) == 0 {
		return nil, refuse("没有找到表头：第一行应为列名", "no heading was found: want the names of the columns in the first row")
	}
	return out, nil
}

// tableOf finds the heading: the first row with three different texts or more of
// which none is a number.
func tableOf(rows []sheet.Row) *Table {
	for _, r := range rows[:min(headRows, len(rows))] {
		seen := map[string]bool{}
		for _, c := range r.Cells {
			if _, number := figure(c); number {
				seen = nil
				break
			}
			if c != "" {
				seen[c] = true
			}
		}
		if len(seen) < 2 || len(seen) == 2 && len(r.Cells) > 2 {
			continue
		}
		t := &Table{Row: r.Number, width: len(r.Cells)}
		for i, c := range r.Cells {
			if c = strings.TrimSpace(c); c != "" {
				t.Columns = append(t.Columns, Offer{Name: c, Index: i})
			}
		}
		return t
	}
	return nil
}

// sampleOf reads some rows of a Parquet file, whose head has none.
func sampleOf(ctx context.Context, s *sheet.Sheet, width int) ([]sheet.Row, error) {
	enough := errors.New("enough")
	var cols []sheet.Column
	for i := range width {
		cols = append(cols, sheet.Column{Index: i, Kind: sheet.Texts})
	}
	var rows []sheet.Row
	err := s.Stream(ctx, 2, width, cols, nil, func(d *sheet.Data) error {
		for i := range min(d.N, sampleRows) {
			r := sheet.Row{Number: int(d.Rows[i])}
			for k := range cols {
				r.Cells = append(r.Cells, d.Text[k].At(i))
			}
			rows = append(rows, r)
		}
		return enough
	})
	if err != nil && !errors.Is(err, enough) {
		return nil, err
	}
	return rows, nil
}

// describe says of each column what its cells look like.
func (t *Table) describe(rows []sheet.Row) {
	for i := range t.Columns {
		c := &t.Columns[i]
		var sample []string
		numbers := 0
		for _, r := range rows {
			if c.Index < len(r.Cells) && !missing(r.Cells[c.Index]) {
				sample = append(sample, r.Cells[c.Index])
				if _, ok := figure(r.Cells[c.Index]); ok {
					numbers++
				}
			}
		}
		c.Numbers = len(sample) == 0 || 2*numbers >= len(sample)
		c.Guess = guess(c.Name, c.Numbers)
		c.Personal = personalHeading(c.Name) || c.Guess != SchoolRole && personalValues(sample) ||
			slices.ContainsFunc(sample, citizen.MatchString)
		if c.Personal {
			c.Guess = NoRole
		}
	}
}

// guess says what a heading most likely means.
func guess(name string, numbers bool) Role {
	s := fold(name)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
	}
	switch {
	case has("学校标识码", "学校代码", "学校编码", "学校名称", "school") || s == "学校" || s == "校名":
		return SchoolRole
	case !numbers:
		return NoRole
	case has("前测", "入学", "上次", "基线", "起点", "先前", "prior", "baseline", "pretest", "pre-test"):
		return PriorRole
	case has("后测", "成绩", "得分", "分数", "总分", "score", "outcome", "posttest", "post-test"):
		return OutcomeRole
	}
	return NoRole
}

// Words that say that a figure is not there. A pupil who was absent has no
// result: never a zero.
var missingWords = map[string]bool{"": true, "-": true, "--": true, "—": true, "——": true, "/": true, "_": true, "na": true, "n/a": true, "nan": true, "null": true,
	"缺考": true, "缺": true, "免考": true, "缓考": true, "未考": true, "未参加": true, "不详": true, "未知": true, "absent": true, "missing": true}

func missing(s string) bool { return missingWords[fold(s)] }

// figure reads a number that may be typed full-width.
func figure(s string) (float64, bool) {
	return sheet.Number(strings.TrimSpace(norm.NFKC.String(s)), 0)
}
