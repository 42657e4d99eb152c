// Tables by themselves: what each is called, what stands in a file of any of them,
// and a workbook to fill in. A county keeps them one by one.

package places

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// Table is a kind of table, in the order in which a county fills them in.
type Table struct {
	ID    string
	Name  edu.Text
	Heads []string // columns, as the template has them
	Must  bool     // there is no plan without
}

// Tables lists them.
func Tables() (out []Table) {
	for _, id := range []string{"children", "areas", "schools", "stages", "prices", "sites", "converts", "ways", "budgets"} {
		k := kindOf(id)
		t := Table{ID: id, Name: k.name, Must: slices.Contains([]string{"children", "schools", "stages"}, id)}
		for _, c := range k.cols {
			t.Heads = append(t.Heads, c.usual[0])
		}
		out = append(out, t)
	}
	return out
}

func kindOf(id string) *kind {
	for i := range kinds {
		if kinds[i].id == id {
			return &kinds[i]
		}
	}
	return nil
}

// Headed puts the headings of a table above lines that were pasted without.
func Headed(id, lines string) string {
	k := kindOf(id)
	if k == nil {
		return lines
	}
	first, _, _ := strings.Cut(strings.TrimLeft(lines, "\n\r"), "\n")
	cells := strings.FieldsFunc(first, func(r rune) bool { return r == '\t' || r == ',' })
	var heads []string
	for _, c := range k.cols {
		for _, n := range c.usual {
			if slices.ContainsFunc(cells, func(h string) bool { return fold(h) == fold(n) }) {
				return lines
			}
		}
		heads = append(heads, c.usual[0])
	}
	return strings.Join(heads, "\t") + "\n" + lines
}

// Kept takes the tables out of a file as lines with tabs between their cells and the
// headings on top, by kind. What is wrong with a cell is a Problem; nothing is put
// together. A file without a table that is known is refused.
func Kept(ctx context.Context, f File) (map[string]string, []Problem, error) {
	r := newReader(Choice{Scenario: "mid"})
	out := map[string]string{}
	for _, s := range f.Book.Sheets {
		if s.Hidden {
			continue
		}
		t, _, err := find(ctx, f.Name, s)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if t == nil {
			continue
		}
		if _, twice := out[t.id]; twice {
			r.note(edu.Cell{File: f.Name, Sheet: s.Name}, true, "“%s”表有两个，应只有一个", "there are two tables of %s, want one", t.name.ZH)
			continue
		}
		var b strings.Builder
		var ids, heads []string
		for _, c := range t.cols {
			if t.has(c.id) {
				ids, heads = append(ids, c.id), append(heads, t.heads[c.id])
			}
		}
		b.WriteString(strings.Join(heads, "\t") + "\n")
		lines := 0
		if err := t.each(ctx, func(row int, cell func(string) string) {
			var cells []string
			for _, id := range ids {
				cells = append(cells, cell(id))
			}
			if strings.Join(cells, "") == "" {
				return
			}
			lines++
			b.WriteString(strings.Join(cells, "\t") + "\n")
			r.take(t, row, cell)
		}); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if lines > 0 {
			out[t.id] = b.String()
		}
	}
	if len(out) == 0 && len(r.Problems) == 0 {
		var zh, en []string
		for _, t := range Tables() {
			zh, en = append(zh, t.Name.ZH), append(en, t.Name.EN)
		}
		return nil, nil, &sheet.Refusal{Kind: fault.Invalid, Text: edu.Text{ZH: fmt.Sprintf("%s：没有找到有数据的表；认识的表有：%s", f.Name, strings.Join(zh, "、")), EN: fmt.Sprintf("%s: no table with lines was found; known are %s", f.Name, strings.Join(en, ", "))}}
	}
	return out, slices.DeleteFunc(r.Problems, func(p Problem) bool { return !p.Blocking }), nil
}

// Template writes a workbook with a sheet for each table, to fill in.
func Template(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	for i, t := range Tables() {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", t.Name.ZH); err != nil {
				return err
			}
		} else if _, err := f.NewSheet(t.Name.ZH); err != nil {
			return err
		}
		var head []any
		for _, h := range t.Heads {
			head = append(head, h)
		}
		if err := f.SetSheetRow(t.Name.ZH, "A1", &head); err != nil {
			return err
		}
		if err := f.SetColWidth(t.Name.ZH, "A", "Z", 14); err != nil {
			return err
		}
	}
	return f.Write(w)
}
