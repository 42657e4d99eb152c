package form_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"sync"
	"testing"

	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

// county is one county of the demo city, read from the workbooks of two years.
type county struct {
	pack   *pack.Pack
	tables map[edu.Period][]*frame.Table
}

var oneCounty = sync.OnceValues(func() (*county, error) {
	p, err := pack.Open("cn-compulsory")
	if err != nil {
		return nil, err
	}
	city, out := demo.New(1), &county{pack: p, tables: map[edu.Period][]*frame.Table{}}
	for _, year := range []edu.Period{edu.Year(2024), edu.Year(2025)} {
		var b bytes.Buffer
		if err := city.Workbook(&b, 0, year); err != nil {
			return nil, err
		}
		f := intake.File{Name: city.FileName(0, year), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
		batch, err := intake.Read(context.Background(), []intake.File{f}, p, intake.Options{})
		if err != nil {
			return nil, err
		}
		out.tables[year] = batch.Tables
	}
	return out, nil
})

func demoCounty(t testing.TB) *county {
	t.Helper()
	c, err := oneCounty()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// source knows what a year's workbook says, as one kind of source.
func (c *county) source(t testing.TB, kind string, year edu.Period) *form.Source {
	t.Helper()
	s, err := form.NewSource(c.pack, kind, edu.Text{ZH: year.String() + "年数据", EN: "figures of " + year.String()}, c.tables[year])
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// feed knows of a year what one export would say: the columns that its map names.
func (c *county) feed(t testing.TB, id string, year edu.Period) *form.Source {
	t.Helper()
	f := c.pack.Feed(id)
	given := map[string]bool{}
	for _, to := range f.Headers {
		given[to] = true
	}
	var tables []*frame.Table
	for _, tab := range c.tables[year] {
		part := *tab
		part.Cols = maps.Clone(tab.Cols)
		maps.DeleteFunc(part.Cols, func(id string, _ []float64) bool { return !given[id] })
		if len(part.Cols) > 0 && tab.Level == edu.Section {
			tables = append(tables, &part)
		}
	}
	s, err := form.NewSource(c.pack, pack.FromExport, f.Name, tables)
	if err != nil {
		t.Fatal(err)
	}
	s.Feed = f
	return s
}

// schools are the schools of the county's workbook with their sections.
func (c *county) schools(year edu.Period) (units []form.Unit, stages map[string][]edu.Stage) {
	stages = map[string][]edu.Stage{}
	for _, t := range c.tables[year] {
		if t.Level != edu.Section || t.List != "" || t.Cols["area_teaching"] == nil {
			continue
		}
		for i := range t.N {
			code := t.Key.At(i)
			if stages[code] == nil {
				units = append(units, form.Unit{ID: edu.UnitID(code), Level: edu.School, Code: code, Name: edu.Text{ZH: t.Name.At(i), EN: t.Name.At(i)}})
			}
			stages[code] = append(stages[code], edu.Stage(t.Stage.At(i)))
		}
	}
	return units, stages
}

var above = []form.Unit{{ID: "c", Level: edu.County, Code: "999901", Name: edu.Text{ZH: "示例县", EN: "Example"}}}

// papers are this year's papers of all schools of the county.
func (c *county) papers(t testing.TB, sources ...*form.Source) []*form.Paper {
	t.Helper()
	year := edu.Year(2025)
	units, stages := c.schools(year)
	if len(units) < 20 {
		t.Fatalf("the county has %d schools", len(units))
	}
	var out []*form.Paper
	for _, u := range units {
		p := form.New(c.pack, c.pack.Form("cn-annual-base"), year, u, above, stages[u.Code])
		p.Know(sources...)
		out = append(out, p)
	}
	return out
}
