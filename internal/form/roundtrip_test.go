package form_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// digits draws a decimal as a filler would type it, without a needless zero.
func digits(t *rapid.T, whole, places int) string {
	n := rapid.Int64Range(0, int64(pow(whole))).Draw(t, "whole")
	s := strconv.FormatInt(n, 10)
	if k := rapid.IntRange(0, places).Draw(t, "places"); k > 0 {
		frac := fmt.Sprintf("%0*d", k, rapid.Int64Range(0, int64(pow(k))-1).Draw(t, "frac"))
		if frac = strings.TrimRight(frac, "0"); frac != "" {
			s += "." + frac
		}
	}
	return s
}

func pow(n int) float64 { f, _ := strconv.ParseFloat(fmt.Sprintf("1e%d", n), 64); return f }

// What is handed in one year is known the next, figure for figure and letter for
// letter: 万元 with decimals, what was given once for the school, lists, words.
func TestHandedInIsKnown(t *testing.T) {
	small := smallPack(t)
	rapid.Check(t, func(t *rapid.T) {
		stages := rapid.SampledFrom([][]edu.Stage{{edu.Primary}, {edu.Junior}, {edu.Primary, edu.Junior}}).Draw(t, "stages")
		p := form.New(small, small.Form("school"), thisYear.LastTime(), unit, []form.Unit{aCounty}, stages)
		p.Content = form.Content{Cells: map[string]string{}, Lists: map[string][]form.Row{}}
		var rows []form.Row
		for _, st := range stages {
			for i := range rapid.IntRange(1, 3).Draw(t, "classes") {
				r := row(map[edu.Stage]string{edu.Primary: "一年级", edu.Junior: "七年级"}[st], fmt.Sprint(i, "班"), strconv.Itoa(rapid.IntRange(0, 70).Draw(t, "heads")))
				r.Part = st
				if rapid.Bool().Draw(t, "beds") {
					r.Cells["beds"] = "3"
				}
				rows = append(rows, r)
			}
		}
		p.Content.Lists["classes"] = rows
		for k, f := range p.Cells() {
			if p.Locked(k) || rapid.IntRange(0, 4).Draw(t, "left empty") == 0 {
				continue
			}
			text := ""
			switch f.Element.Type {
			case edu.TypeMoney:
				text = digits(t, 8, 6)
			case edu.TypeArea:
				text = digits(t, 4, 2)
			case edu.TypeChoice:
				text = "九年"
			case edu.TypeDate:
				text = "1998-09-01"
			case edu.TypeText:
				text = rapid.StringMatching(`[a-z一-龥]{1,8}`).Draw(t, "words")
			default:
				text = digits(t, 4, 0)
			}
			p.Content.Cells[k.String()] = text
		}
		last, err := form.NewSource(small, pack.FromLastYear, edu.Text{}, p.Tables())
		if err != nil {
			t.Fatal(err)
		}

		next := form.New(small, small.Form("school"), thisYear, unit, nil, stages)
		next.Know(last)
		for k, f := range p.Cells() {
			v, origin := p.Value(k)
			text, _ := p.Shown(k)
			prior := next.Prior[k]
			if f.IsText() {
				v, text = edu.Value{}, p.Text(k)
			}
			if prior.Value != v || prior.Text != text && origin != form.FromCells {
				t.Fatalf("%s: handed in %v %q (%s), known as %v %q", k, v, text, origin, prior.Value, prior.Text)
			}
		}
		if got := next.Lists[0].Prior; !reflect.DeepEqual(got, rows) {
			t.Fatalf("rows %v, known as %v", rows, got)
		}
	})
}

// A figure is written in the unit that the form is filled in, digit for digit.
func TestFormat(t *testing.T) {
	p := smallPack(t)
	for _, tt := range []struct {
		element string
		value   edu.Value
		want    string
	}{
		{"money", edu.Some(123400), "12.34"},
		{"money", edu.Some(1), "0.0001"},
		{"money", edu.Some(0), "0"},
		{"money", edu.Some(-50), "-0.005"},
		{"money", edu.Some(10000), "1"},
		{"money", edu.Some(0.5), "0.00005"},
		{"money", edu.Some(1.1e15), "110000000000"},
		{"money", edu.Value{}, ""},
		{"money", edu.NotApplicable, "/"},
		{"area", edu.Some(300.5), "300.5"},
		{"kind", edu.Some(1), "初中"},
		{"opened", edu.Some(10470), "1998-09-01"},
		{"review", edu.Some(1), "是"},
		{"review", edu.Some(0), "否"},
	} {
		e := p.Element(tt.element)
		if got := form.Format(tt.value, e); got != tt.want {
			t.Errorf("%s %v is written %q, want %q", tt.element, tt.value, got, tt.want)
		}
		if back, wanted := form.Read(tt.want, e, &pack.Option{}); wanted == nil && back != tt.value {
			t.Errorf("%s %q reads back as %v, want %v", tt.element, tt.want, back, tt.value)
		}
	}
}

// What is asked once for a school stands in a part of its own where there are
// several sections, and in the section where there is one.
func TestWholeSchool(t *testing.T) {
	one := paper(t, form.Content{Cells: map[string]string{"primary/money": "1.5"}}, edu.Primary)
	two := paper(t, form.Content{Cells: map[string]string{"school/money": "1.5"}}, edu.Primary, edu.Junior)
	if v, ok := figure(one.Tables(), edu.Section, edu.Primary, "money"); !ok || v != edu.Some(15000) {
		t.Errorf("one section: %v %v", v, ok)
	}
	if v, ok := figure(two.Tables(), edu.School, "", "money"); !ok || v != edu.Some(15000) {
		t.Errorf("two sections: %v %v", v, ok)
	}
	if _, ok := figure(two.Tables(), edu.Section, edu.Primary, "money"); ok {
		t.Error("the section has what was given once")
	}
	// Last year it was given for each section: the school had the sum.
	next := paper(t, form.Content{}, edu.Primary, edu.Junior)
	last := paper(t, form.Content{Cells: map[string]string{"primary/money": "1.5"}}, edu.Primary)
	junior := paper(t, form.Content{Cells: map[string]string{"junior/money": "0.25"}}, edu.Junior)
	s, err := form.NewSource(last.Pack, pack.FromLastYear, edu.Text{}, slices.Concat(last.Tables(), junior.Tables()))
	if err != nil {
		t.Fatal(err)
	}
	next.Know(s)
	if got := next.Prior[form.Key{Part: form.Whole, Field: "money"}].Text; got != "1.75" {
		t.Errorf("last year's sum is %q", got)
	}
}

// Every cell of the form is handed in, empty ones as missing: emptying a cell and
// handing in again withdraws its figure.
func TestEmptiedIsMissing(t *testing.T) {
	c := good()
	c.Cells["primary/area"] = ""
	p := paper(t, c, edu.Primary)
	p.Know(known(t, pack.FromLastYear, paper(t, good(), edu.Primary), nil))
	p.Content.Same = []string{"all"}
	if v, ok := figure(p.Tables(), edu.Section, edu.Primary, "area"); !ok || !v.IsMissing() {
		t.Errorf("an emptied cell is %v, there %v", v, ok)
	}
	if v, _ := figure(p.Tables(), edu.Section, edu.Primary, "kind"); v != edu.Some(0) {
		t.Errorf("kind is %v", v)
	}
}

// A figure says where it came from: the page, or the cell of the workbook that
// brought it.
func TestTablesCite(t *testing.T) {
	c := good()
	c.Cites = map[string]edu.Cell{"primary/area": {File: "a.xlsx", Sheet: "数据", Row: 7, Column: "F", Header: "面积"}}
	seen := map[string]string{}
	for _, tab := range paper(t, c, edu.Primary).Tables() {
		for id, h := range tab.Heads {
			row := tab.Rows[0]
			if h.Row > 0 {
				row = h.Row
			}
			seen[id] = fmt.Sprintf("%s/%s!%s%d", tab.File, tab.Sheet, h.Column, row)
		}
	}
	if seen["area"] != "a.xlsx/数据!F7" || !strings.HasPrefix(seen["money"], "/"+form.Page+"!") || !strings.HasPrefix(seen["heads"], "/"+form.Page+"!") {
		t.Errorf("places: %v", seen)
	}
	if len(seen) < 8 {
		t.Errorf("only %v", slices.Sorted(maps.Keys(seen)))
	}
}
