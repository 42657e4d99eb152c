package form_test

import (
	"fmt"
	"math"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// A school that fills the form with what it reported by workbook has nothing
// that blocks but what it left empty there, and hands in the very same figures.
func TestDemoSchoolsFillIn(t *testing.T) {
	c := demoCounty(t)
	year := edu.Year(2025)
	now, last := c.source(t, pack.FromRegister, year), c.source(t, pack.FromLastYear, edu.Year(2024))
	want, _, err := flow.Frames(c.tables[year], c.pack)
	if err != nil {
		t.Fatal(err)
	}
	figures := 0
	for _, p := range c.papers(t, last) {
		// What was reported, as if somebody typed it: a form that may know everything
		// from a register says how it is written.
		asks := *p.Form
		asks.Asks, asks.Lists = nil, nil
		for _, a := range p.Form.Asks {
			b := *a
			b.From = []string{pack.FromRegister}
			asks.Asks = append(asks.Asks, &b)
		}
		for _, l := range p.Form.Lists {
			b := *l
			b.From = []string{pack.FromRegister}
			asks.Lists = append(asks.Lists, &b)
		}
		told := form.New(p.Pack, &asks, year, p.Unit, p.Above, p.Parts)
		told.Know(now)
		p.Content = form.Content{Cells: map[string]string{}, Lists: map[string][]form.Row{}, Sign: form.Sign{Filler: "甲", Phone: "0", Reviewer: "乙", Head: "丙"}}
		for k := range p.Cells() {
			if known, ok := told.Known[k]; ok {
				p.Content.Cells[k.String()] = known.Text
			}
		}
		for _, l := range told.Lists {
			p.Content.Lists[l.List.ID] = l.Known
		}
		problems, err := p.Check()
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range problems {
			left := len(q.Cells) > 0 && (q.Rule == form.RuleRequired || q.Rule == form.RuleConfirm)
			if left {
				_, reported := told.Known[q.Cells[0]]
				left = !reported
			}
			if q.Blocking && !left {
				t.Errorf("%s: %s %s", p.Unit.Name.ZH, q.Key, q.Text.ZH)
			}
		}
		got, frameProblems, err := flow.Frames(p.Tables(), c.pack)
		if err != nil || len(frameProblems) > 0 {
			t.Fatal(err, frameProblems)
		}
		for _, st := range p.Parts {
			figures += sameFigures(t, p, want.Stage(st), got.Stage(st))
		}
	}
	if figures < 1000 {
		t.Errorf("only %d figures were compared", figures)
	}
}

// sameFigures compares one section of two sets.
func sameFigures(t *testing.T, p *form.Paper, want, got *frame.Frame) (n int) {
	t.Helper()
	i, ok1 := want.Find(p.Unit.Code)
	j, ok2 := got.Find(p.Unit.Code)
	if !ok1 || !ok2 {
		t.Errorf("%s is not there", p.Unit.Name.ZH)
		return 0
	}
	for _, e := range p.Pack.Elements {
		if e.Level == edu.County || e.Derive != nil && e.Derive.Over != edu.NoLevel || e.ID == "class_bands" {
			continue
		}
		a, b := want.Value(i, e.ID), got.Value(j, e.ID)
		if x, ok := a.Number(); ok {
			if y, ok := b.Number(); ok && math.Abs(x-y) <= 1e-9*math.Abs(x) {
				n++
				continue
			}
		}
		if a != b {
			t.Errorf("%s %s %s: reported %s, handed in %s", p.Unit.Name.ZH, fmt.Sprint(want.Stage), e.ID, a, b)
		}
	}
	return n
}

// A county that fills its form with what it reported has nothing that blocks but
// what it left empty or without evidence, and hands in the very same figures.
func TestDemoCountyFillsIn(t *testing.T) {
	c := demoCounty(t)
	year := edu.Year(2025)
	want, _, err := flow.Frames(c.tables[year], c.pack)
	if err != nil {
		t.Fatal(err)
	}
	row := want.Counties.Rows[0]
	unit := form.Unit{ID: row.ID, Level: edu.County, Code: row.Code, Name: edu.Text{ZH: row.Name, EN: row.Name}}
	p := form.New(c.pack, c.pack.Form("cn-county-guarantee"), year, unit, nil, nil)
	p.Know(c.source(t, pack.FromLastYear, edu.Year(2024)))
	if len(p.Prior) < 30 {
		t.Errorf("only %d answers of last year are known", len(p.Prior))
	}
	p.Content = form.Content{Cells: map[string]string{}, Sign: form.Sign{Filler: "甲", Phone: "0", Reviewer: "乙", Head: "丙"}}
	for k, f := range p.Cells() {
		if f.IsText() {
			p.Content.Cells[k.String()] = want.Counties.Text(0, f.Element.ID)
		} else {
			p.Content.Cells[k.String()] = form.Format(want.Counties.Value(0, f.ID), f.Element)
		}
	}
	problems, err := p.Check()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range problems {
		if k := q.Cells[0]; q.Blocking && (q.Rule != form.RuleEvidence && q.Rule != form.RuleRequired || p.Content.Cells[k.String()] != "") {
			t.Errorf("%s %s", q.Key, q.Text.ZH)
		}
	}
	got, frameProblems, err := flow.Frames(p.Tables(), c.pack)
	if err != nil || len(frameProblems) > 0 {
		t.Fatal(err, frameProblems)
	}
	n := 0
	for _, f := range p.Fields {
		if f.IsText() {
			if a, b := want.Counties.Text(0, f.Element.ID), got.Counties.Text(0, f.Element.ID); a != b {
				t.Errorf("%s: reported %q, handed in %q", f.ID, a, b)
			}
			continue
		}
		a, b := want.Counties.Value(0, f.ID), got.Counties.Value(0, f.ID)
		if a != b {
			t.Errorf("%s: reported %s, handed in %s", f.ID, a, b)
		}
		if !a.IsMissing() {
			n++
		}
	}
	if n < 25 {
		t.Errorf("only %d figures were compared", n)
	}
}
