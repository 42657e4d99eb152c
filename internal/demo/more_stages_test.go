package demo

import (
	"bytes"
	"context"
	"io"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// What counties report for these schemes comes in by the front door beside the
// first workbook, contradicts nothing there, and is judged as the figures are.
func TestStagesEnterByTheFrontDoor(t *testing.T) {
	c := New(1)
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
	opt, err := union.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	few := []int{1, 6, 7} // the smallest counties; the others enter in the same way
	for _, year := range []int{firstYear, lastYear} {
		var files []intake.File
		add := func(name string, write func(io.Writer, int, edu.Period) error, county int) {
			var b bytes.Buffer
			if err := write(&b, county, edu.Year(year)); err != nil {
				t.Fatal(err)
			}
			files = append(files, intake.File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }})
		}
		for _, i := range few {
			add(c.FileName(i, edu.Year(year)), c.Workbook, i)
			add(c.MoreName(i, edu.Year(year)), c.More, i)
		}
		batch, err := intake.Read(context.Background(), files, union, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]int{}
		for _, x := range batch.Problems {
			if said[x.Kind]++; x.Blocking || said[x.Kind] <= 3 && x.Kind != intake.KindMissing && x.Kind != intake.KindCheck && x.Kind != intake.KindSheet {
				t.Errorf("%d: %s", year, x)
			}
		}
		if len(batch.Ignored) > 0 {
			t.Errorf("%d: columns nobody knows: %+v", year, batch.Ignored[:min(5, len(batch.Ignored))])
		}
		set, problems := frame.Build(batch.Tables, opt)
		for i, q := range problems {
			if i < 5 && q.Blocking {
				t.Errorf("%d: %v", year, q)
			}
		}
		for _, p := range packs {
			a, err := standard.Assess(set, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []probe{preschoolScheme(year), seniorScheme(year), staffingScheme(year)} {
				if want.ref != p.Ref() {
					continue
				}
				b := want.assess(t, c)
				for _, i := range few {
					for _, r := range p.Standards[0].Rules {
						if r.Level == edu.County && outcome(a, i, r.ID) != outcome(b, i, r.ID) {
							t.Errorf("%d: %s of %s is %v by workbook, %v by figures", year, r.ID, counties[i].Short.EN, outcome(a, i, r.ID), outcome(b, i, r.ID))
						}
					}
				}
			}
		}
	}
}
