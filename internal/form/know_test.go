package form_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// Of several sources the one that the form names first is known; only a register
// counts without a word; what was typed or confirmed counts above all.
func TestBestSourceCounts(t *testing.T) {
	area, boys := form.Key{Part: edu.Primary, Field: "area"}, form.Key{Part: edu.Primary, Field: "boys"}
	say := func(area, boys string) *form.Paper {
		return paper(t, form.Content{Cells: map[string]string{"primary/area": area, "primary/boys": boys}}, edu.Primary)
	}
	last, export, register := say("1", "1"), say("2", "2"), say("3", "3")
	for _, tt := range []struct {
		name    string
		content form.Content
		key     form.Key
		shown   string
		counts  edu.Value
		origin  form.Origin
	}{
		{"an export before last year, and nobody confirmed it", form.Content{}, area, "2", edu.Value{}, form.FromNobody},
		{"as last year", form.Content{Same: []string{"all"}}, area, "1", edu.Some(1), form.FromSame},
		{"another group was confirmed", form.Content{Same: []string{"none"}}, area, "2", edu.Value{}, form.FromNobody},
		{"typed", form.Content{Cells: map[string]string{"primary/area": "4"}, Same: []string{"all"}}, area, "4", edu.Some(4), form.FromTyping},
		{"emptied on purpose", form.Content{Cells: map[string]string{"primary/area": ""}, Same: []string{"all"}}, area, "", edu.Value{}, form.FromNobody},
		{"a register counts without a word", form.Content{}, boys, "3", edu.Some(3), form.FromSure},
		{"what was typed counts above a register", form.Content{Cells: map[string]string{"primary/boys": "5"}}, boys, "5", edu.Some(5), form.FromTyping},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// In any order of the sources.
			for _, order := range [][]*form.Source{
				{known(t, pack.FromLastYear, last, nil), known(t, pack.FromExport, export, nil), known(t, pack.FromRegister, register, nil)},
				{known(t, pack.FromRegister, register, nil), known(t, pack.FromExport, export, nil), known(t, pack.FromLastYear, last, nil)},
			} {
				p := paper(t, tt.content, edu.Primary)
				p.Know(order...)
				v, origin := p.Value(tt.key)
				shown, _ := p.Shown(tt.key)
				if v != tt.counts || origin != tt.origin || shown != tt.shown {
					t.Errorf("counts %v (%q), shows %q; want %v (%q), %q", v, origin, shown, tt.counts, tt.origin, tt.shown)
				}
				if got := p.Prior[tt.key].Text; got != "1" {
					t.Errorf("last year was %q", got)
				}
			}
		})
	}
}

// What belongs to another unit, another stage or another form is passed over.
func TestKnowsItsOwnUnitOnly(t *testing.T) {
	other := paper(t, good(), edu.Primary)
	other.Unit.Code = "902"
	p := paper(t, form.Content{}, edu.Primary, edu.Junior)
	p.Know(known(t, pack.FromLastYear, other, nil), nil)
	if len(p.Known)+len(p.Prior) > 0 || len(p.Lists[0].Prior) > 0 {
		t.Errorf("known of another school: %v %v", p.Known, p.Prior)
	}
	p.Know(known(t, pack.FromLastYear, paper(t, good(), edu.Primary), nil))
	for k := range p.Prior {
		if k.Part == edu.Junior {
			t.Errorf("%s is known of the primary section", k)
		}
	}
	if len(p.Prior) == 0 {
		t.Error("nothing is known of its own")
	}
}

// The past of a merged school is the sum of those that went into it, where that
// adds up; of a school that was renumbered it is what it had under its old code.
func TestPastOfMergedSchools(t *testing.T) {
	then := func(code, area, kind string) *form.Paper {
		p := paper(t, form.Content{Cells: map[string]string{"primary/area": area, "primary/kind": kind, "primary/motto": code},
			Lists: map[string][]form.Row{"classes": {row("g1", code, "10")}}}, edu.Primary)
		p.Unit.Code = code
		return p
	}
	tables := slices.Concat(then("902", "100.1", "小学").Tables(), then("903", "0.2", "小学").Tables())
	adds := func(id string) bool { return id == "area" || strings.HasPrefix(id, "pupils") }
	for _, tt := range []struct {
		name              string
		past              *frame.Prior
		area, kind, motto string
		classes           int
	}{
		{"its own code", nil, "", "", "", 0},
		{"renumbered", &frame.Prior{Schools: map[string][]string{"901": {"902"}}, Adds: adds}, "100.1", "小学", "902", 1},
		{"merged", &frame.Prior{Schools: map[string][]string{"901": {"902", "903"}}, Adds: adds}, "100.3", "", "", 2},
		{"merged, and nothing adds up", &frame.Prior{Schools: map[string][]string{"901": {"902", "903"}}}, "", "", "", 2},
		{"a past that cannot be told", &frame.Prior{Schools: map[string][]string{"901": nil}, Adds: adds}, "", "", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := paper(t, good(), edu.Primary)
			s, err := form.NewSource(p.Pack, pack.FromLastYear, edu.Text{}, tables)
			if err != nil {
				t.Fatal(err)
			}
			s.Past = tt.past
			p.Know(s)
			for field, want := range map[string]string{"area": tt.area, "kind": tt.kind, "motto": tt.motto} {
				if got := p.Prior[form.Key{Part: edu.Primary, Field: field}].Text; got != want {
					t.Errorf("%s was %q, want %q", field, got, want)
				}
			}
			if got := len(p.Lists[0].Prior); got != tt.classes {
				t.Errorf("%d classes, want %d", got, tt.classes)
			}
			// 40 pupils now: against 20 of the merged schools the change is a question.
			problems, err := p.Check()
			if err != nil {
				t.Fatal(err)
			}
			asked := slices.ContainsFunc(problems, func(q form.Problem) bool { return q.Rule == "change" })
			if want := tt.classes == 1 || tt.classes == 2 && tt.past.Adds != nil; asked != want {
				t.Errorf("the change is asked about: %v, want %v", asked, want)
			}
		})
	}
}

// The roll of grade 7 three years before is known from that year, and from no
// other; nothing else of that year is.
func TestEarlier(t *testing.T) {
	c := demoCounty(t)
	year := edu.Year(2025)
	if got := form.Earlier(c.pack.Form("cn-annual-base")); !slices.Equal(got, []int{3}) {
		t.Fatalf("the form looks back %v years", got)
	}
	var tables []*frame.Table
	for _, tab := range c.tables[edu.Year(2024)] {
		then := *tab
		then.Period = edu.Year(2022)
		tables = append(tables, &then)
	}
	ago, err := form.NewSource(c.pack, pack.FromEarlier, edu.Text{ZH: "2022年数据", EN: "figures of 2022"}, tables)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, p := range c.papers(t, ago) {
		entrants := form.Key{Part: edu.Junior, Field: "entrants_3y"}
		if !p.Has(entrants) {
			continue
		}
		known, ok := p.Known[entrants]
		if !ok || known.Source.ZH != "2022年数据" || len(p.Known) != 1 || len(p.Prior) > 0 {
			t.Errorf("%s: known %v", p.Unit.Name.ZH, p.Known)
		}
		seen++
		other := form.New(p.Pack, p.Form, year.LastTime(), p.Unit, p.Above, p.Parts)
		if other.Know(ago); len(other.Known) > 0 {
			t.Errorf("%s: known two years later: %v", p.Unit.Name.ZH, other.Known)
		}
	}
	if seen == 0 {
		t.Error("no junior section was seen")
	}
}

// Cells that follow from lists and parts: computed while those are there, typed
// where they cannot tell.
func TestComputed(t *testing.T) {
	mixed := row("一年级", "1班", "40")
	mixed.Cells["mixed"] = "是"
	beds := row("一年级", "1班", "40")
	beds.Cells["beds"] = "7"
	for _, tt := range []struct {
		name   string
		rows   []form.Row
		cells  map[string]string
		field  string
		want   edu.Value
		origin form.Origin
	}{
		{"the grade's classes add up", []form.Row{row("g1", "1", "40"), row("g1", "2", "41")}, nil, "pupils.g1", edu.Some(81), form.FromCells},
		{"without the list it is typed", nil, map[string]string{"primary/pupils.g1": "9"}, "pupils.g1", edu.Some(9), form.FromTyping},
		{"a multigrade class does not tell", []form.Row{mixed}, map[string]string{"primary/pupils.g1": "9"}, "pupils.g1", edu.Some(9), form.FromTyping},
		{"a row that cannot be read gives no total", []form.Row{row("g1", "1", "many")}, map[string]string{"primary/pupils.g1": "9"}, "pupils.g1", edu.Value{}, form.FromCells},
		{"a column that is filled", []form.Row{beds}, nil, "boarders", edu.Some(7), form.FromCells},
		{"a column that is not filled everywhere", []form.Row{beds, row("g1", "2", "3")}, map[string]string{"primary/boarders": "8"}, "boarders", edu.Some(8), form.FromTyping},
		{"parts add up", nil, map[string]string{"primary/girls": "2", "primary/boys": "3"}, "children", edu.Some(5), form.FromCells},
		{"a part that does not apply adds nothing", nil, map[string]string{"primary/girls": "2", "primary/boys": "/"}, "children", edu.Some(2), form.FromCells},
		{"a part is missing", nil, map[string]string{"primary/girls": "2", "primary/children": "6"}, "children", edu.Some(6), form.FromTyping},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := form.Content{Cells: tt.cells}
			if tt.rows != nil {
				c.Lists = map[string][]form.Row{"classes": tt.rows}
			}
			p := paper(t, c, edu.Primary)
			k := form.Key{Part: edu.Primary, Field: tt.field}
			if v, origin := p.Value(k); v != tt.want || origin != tt.origin {
				t.Errorf("%v (%q), want %v (%q)", v, origin, tt.want, tt.origin)
			}
			if p.Locked(k) != (tt.origin == form.FromCells) {
				t.Errorf("locked: %v", p.Locked(k))
			}
		})
	}
}

// What one filler did alone is what comes out, whatever it was.
func TestMergeWithNobody(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) form.Content {
		key := rapid.SampledFrom([]string{"a", "b", "c"})
		return form.Content{
			Cells: rapid.MapOf(key, rapid.SampledFrom([]string{"", "1", "2"})).Draw(t, "cells"),
			Same:  rapid.SliceOfDistinct(key, rapid.ID[string]).Draw(t, "same"),
			Sign:  form.Sign{Head: rapid.SampledFrom([]string{"", "甲"}).Draw(t, "head")},
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		base, one := draw.Draw(t, "base"), draw.Draw(t, "one")
		for name, got := range map[string]func() (form.Content, []form.Conflict){
			"mine":   func() (form.Content, []form.Conflict) { return form.Merge(base, one, base) },
			"theirs": func() (form.Content, []form.Conflict) { return form.Merge(base, base, one) },
			"both":   func() (form.Content, []form.Conflict) { return form.Merge(base, one, one) },
		} {
			c, conflicts := got()
			if len(conflicts) > 0 || !same(c, one) {
				t.Fatalf("%s: %s over %s became %s, conflicts %v", name, one.JSON(), base.JSON(), c.JSON(), conflicts)
			}
		}
	})
}

func same(a, b form.Content) bool {
	has := func(in []string, s string) bool {
		for _, x := range in {
			if x == s {
				return true
			}
		}
		return false
	}
	for _, s := range append(append([]string{}, a.Same...), b.Same...) {
		if !has(a.Same, s) || !has(b.Same, s) {
			return false
		}
	}
	a.Same, b.Same = nil, nil
	return string(a.JSON()) == string(b.JSON())
}
