package demo

import (
	"bytes"
	"context"
	"io"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

// try is a scheme as pack authors write them.
func try() scheme {
	return scheme{
		pack: "cn-preschool@2020", sheet: "学前教育", elements: []string{"kindergarten_kind", "children", "principals"},
		record: func(c *City, s *section, y int) figures {
			n := s.total(y)
			return figures{"kindergarten_kind": "111", "children.nursery": 0, "children.small": n / 3, "children.middle": n / 3, "children.big": n - 2*(n/3), "children.mixed": 0, "principals": 1}
		},
		lists: map[string]func(*City, *section, int) []figures{"kg_classes": func(c *City, s *section, y int) []figures {
			return []figures{{"age_class": "small", "class_no": "一班", "class_children": s.total(y)}}
		}},
		county: func(c *City, county, y int) (figures, map[string]string) {
			return figures{"population_3_5": 1000 + county, "recognition_preschool": 91.5}, nil
		},
	}
}

// What a scheme adds is read back by the union of the packs, beside the first
// workbook, and does not move anything in that.
func TestMoreReadsBack(t *testing.T) {
	plain, c := newCity(1, nil), newCity(1, []scheme{try()})
	year := edu.Year(lastYear)
	for range 2 {
		if !bytes.Equal(workbook(t, plain, 6, year), workbook(t, c, 6, year)) {
			t.Fatal("the first workbook changes with what a scheme adds")
		}
	}
	var packs []*pack.Pack
	for _, ref := range c.Packs() {
		p, err := pack.Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		packs = append(packs, p)
	}
	union, err := pack.Union(packs...)
	if err != nil {
		t.Fatal(err)
	}
	var b, again bytes.Buffer
	for _, w := range []io.Writer{&b, &again} {
		if err := c.More(w, 6, year); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Error("the same seed gives other bytes")
	}
	batch, err := intake.Read(context.Background(), []intake.File{{Name: c.MoreName(6, year), Open: func() (io.ReadCloser, error) { return io.NopCloser(&b), nil }}}, union, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if batch.Blocking > 0 || len(batch.Ignored) > 0 {
		t.Fatalf("%v, ignored %v", batch.Problems, batch.Ignored)
	}
	var sections, classes, answers int
	for _, table := range batch.Tables {
		if table.Period != year {
			t.Errorf("%s is read as of %s", table.Sheet, table.Period)
		}
		switch {
		case table.List == "kg_classes":
			classes += table.N
		case table.Level == edu.County:
			answers += len(table.Cols)
		case table.Level == edu.Section:
			sections += table.N
			for i := range table.N {
				if table.Stage.At(i) != string(edu.Preschool) || table.Cols["children.small"][i] == 0 && table.Cols["children.big"][i] == 0 {
					t.Fatalf("row %d: stage %s, %v", i, table.Stage.At(i), table.Cols)
				}
			}
		}
	}
	want := 0
	for _, s := range c.sections {
		if s.school.county == 6 && s.stage == edu.Preschool && s.in(newest) && s.total(newest) > 0 {
			want++
		}
	}
	if sections != want || classes != want || answers != 2 || want < 50 {
		t.Errorf("%d sections, %d classes, %d answers of %d kindergartens", sections, classes, answers, want)
	}
}

// Every registered scheme can be written and read for every county and year.
func TestRegisteredSchemes(t *testing.T) {
	c := New(1)
	if len(c.schemes) == 0 {
		t.Fatal("no further scheme is registered")
	}
	var packs []*pack.Pack
	for _, ref := range c.Packs() {
		p, err := pack.Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		packs = append(packs, p)
	}
	union, err := pack.Union(packs...)
	if err != nil {
		t.Fatal(err)
	}
	for _, year := range []edu.Period{edu.Year(firstYear), edu.Year(lastYear)} {
		var files []intake.File
		for i := range counties {
			files = append(files, intake.File{Name: c.MoreName(i, year), Open: func() (io.ReadCloser, error) {
				var b bytes.Buffer
				err := c.More(&b, i, year)
				return io.NopCloser(&b), err
			}})
		}
		batch, err := intake.Read(context.Background(), files, union, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if batch.Blocking > 0 || len(batch.Ignored) > 0 {
			t.Errorf("%s: %v, ignored %v", year, batch.Err(), batch.Ignored)
			for _, q := range batch.Problems[:min(len(batch.Problems), 20)] {
				t.Log(q)
			}
		}
	}
}
