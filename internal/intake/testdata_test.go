package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

func open(t testing.TB, ref string) *pack.Pack {
	t.Helper()
	p, err := pack.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func file(name string, b []byte) intake.File {
	return intake.File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

func text(name, s string) intake.File { return file(name, []byte(s)) }

// book is a workbook of sheets, each its rows of cells; a name like "A1:B2" in
// merges is a merged range of the first sheet.
func book(t testing.TB, sheets []string, rows map[string][][]any, merges ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, s := range sheets {
		if i == 0 {
			f.SetSheetName("Sheet1", s)
		} else if _, err := f.NewSheet(s); err != nil {
			t.Fatal(err)
		}
		for r, cells := range rows[s] {
			for c, v := range cells {
				at, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if v == nil {
					continue
				}
				if err := f.SetCellValue(s, at, v); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for _, m := range merges {
		a, b, _ := strings.Cut(m, ":")
		if err := f.MergeCell(sheets[0], a, b); err != nil {
			t.Fatal(err)
		}
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t testing.TB, p *pack.Pack, opt intake.Options, files ...intake.File) *intake.Batch {
	t.Helper()
	b, err := intake.Read(context.Background(), files, p, opt)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// dump writes what a table holds, one line a record, columns in order of name.
func dump(tables ...*frame.Table) string {
	var b strings.Builder
	for _, t := range tables {
		fmt.Fprintf(&b, "%s %s%s\n", t.Period, t.Level, t.List)
		for i := range t.N {
			fmt.Fprintf(&b, "%d %s/%s", t.Rows[i], t.Key.At(i), t.Stage.At(i))
			if n := t.Name.At(i); n != "" {
				fmt.Fprintf(&b, " %s", n)
			}
			for l := range t.Path {
				if s := t.Path[l].At(i); s != "" {
					fmt.Fprintf(&b, " %s:%s", edu.Level(l), s)
				}
				if s := t.PathName[l].At(i); s != "" {
					fmt.Fprintf(&b, " %s=%s", edu.Level(l), s)
				}
			}
			for _, id := range slices.Sorted(maps.Keys(t.Cols)) {
				fmt.Fprintf(&b, " %s=%s", id, edu.FromFloat(t.Cols[id][i]))
			}
			for _, id := range slices.Sorted(maps.Keys(t.Texts)) {
				fmt.Fprintf(&b, " %s=%q", id, t.Texts[id].At(i))
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// said are the problems that block, or with "?" before them those that do not,
// except those of required columns that are not there.
func said(b *intake.Batch) []string {
	var out []string
	for _, p := range b.Problems {
		if p.Kind == intake.KindMissing {
			continue
		}
		s := p.String()
		if !p.Blocking {
			s = "? " + s
		}
		out = append(out, s)
	}
	return out
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
	}
}
