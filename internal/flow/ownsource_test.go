package flow_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/ident"
	"shuren/internal/register"
)

// The city's own register of staff fills papers in, says so on the cell with its day,
// overwrites nothing that was typed, and is held against what was.
func TestStaffRegisterFillsPapersIn(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		if err := o.flow.UseKeys(filepath.Join(t.TempDir(), "keys"), true, ident.AES); err != nil {
			t.Fatal(err)
		}
		is := o.issue()
		place := o.school(is.ID, 1, 0)
		head := o.as(auth.SchoolHead, place.Unit)
		paper := func() *form.Paper {
			t.Helper()
			p, _, _, err := head.Paper(o.ctx, is.ID, place.Unit)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		stage := paper().Parts[0]
		key := func(field string) form.Key { return form.Key{Part: stage, Field: field} }
		known := func(field string) form.Known { return paper().Known[key(field)] }
		serial := 0
		keep := func(m register.Staff) register.PersonID {
			t.Helper()
			serial++
			m.Unit, m.Stage, m.Category, m.Post = place.Unit, stage, "established", "teacher"
			first := fmt.Sprintf("53990019850310%03d", serial)
			id, err := o.flow.Registers().KeepStaff(o.ctx, auth.Operator(), m, &register.Identity{Name: "孙立", Citizen: first + string(ident.Checksum(first))})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		person := register.Staff{Year: thisYear.Int(), Duty: "on_duty", Degree: "本科", Title: "一级教师", Subject: "体育", Licence: "小学体育", Training: 400}
		before := known("staff_education.bachelor")
		last := person
		last.Year--
		keep(last)
		if k := known("staff_education.bachelor"); k != before {
			t.Errorf("the register of another year says %+v", k)
		}
		keep(person)
		lent := person
		lent.Duty = "lent"
		keep(lent)
		no := person
		no.Degree, no.Backbone = "大专", "city"
		id := keep(no)
		for field, want := range map[string]string{"staff_education.bachelor": "1", "staff_education.associate": "1", "staff_title.first": "2", "staff_subject.pe": "2", "staff_subject.chinese": "0", "staff_backbone.city": "1", "staff_backbone.none": "1", "teachers_certified": "2", "teachers_trained": "2"} {
			k := known(field)
			if k.Text != want || !strings.Contains(k.Source.ZH, "教职工名册（截至20") || k.Sure {
				t.Errorf("%s is %+v, want %s, to be confirmed", field, k, want)
			}
		}
		// A teacher whose education is taken away again makes it unknown, not less.
		no.Person, no.Degree = id, ""
		no.Unit, no.Stage, no.Category, no.Post = place.Unit, stage, "established", "teacher"
		if _, err := o.flow.Registers().KeepStaff(o.ctx, auth.Operator(), no, nil); err != nil {
			t.Fatal(err)
		}
		if k := known("staff_education.bachelor"); strings.Contains(k.Source.ZH, "教职工名册") {
			t.Errorf("half a register says %+v", k)
		}
		if k := known("staff_title.first"); k.Text != "2" {
			t.Errorf("what is told of all is %+v", k)
		}
		draft, f := o.fill(head, is.ID, place.Unit)
		p := paper()
		p.Content = draft
		ours, _ := p.Value(key("teachers"))
		n, _ := ours.Number()
		draft.Reasons = nil
		if _, err := head.Save(o.ctx, is.ID, place.Unit, f.Rev, draft); err != nil {
			t.Fatal(err)
		}
		if v, _ := paper().Value(key("teachers")); v != ours || n == 2 {
			t.Errorf("the register overwrites what was typed: %v, want %v", v, ours)
		}
		got, err := o.flow.Compared(o.ctx, auth.Actor{Account: "c", Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: o.county.ID}}}, thisYear)
		if err != nil || got.Total != 1 || len(got.List) != 1 || got.List[0].Ours != n || got.List[0].Theirs != 2 || got.List[0].Feed.ZH != "教职工名册" || got.List[0].Stage != edu.Stage(stage) {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// The city's own register of pupils fills in the class list and the counts of pupils,
// says so with its day, is held against the roll, and tells of no mark that nobody in
// the county has.
func TestPupilRegisterFillsPapersIn(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		if err := o.flow.UseKeys(filepath.Join(t.TempDir(), "keys"), true, ident.AES); err != nil {
			t.Fatal(err)
		}
		is := o.issue()
		place := o.school(is.ID, 1, 0)
		head := o.as(auth.SchoolHead, place.Unit)
		paper := func() *form.Paper {
			t.Helper()
			o.clock = o.clock.Add(2 * time.Minute) // a count is new for a minute
			p, _, _, err := head.Paper(o.ctx, is.ID, place.Unit)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		stage := paper().Parts[0]
		grade, born := 2, "20180310"
		if stage == edu.Junior {
			grade, born = 8, "20120310"
		}
		serial := 0
		keep := func(m register.Child) register.Child {
			t.Helper()
			serial++
			m.School, m.Stage, m.Grade = place.Unit, stage, grade
			first := fmt.Sprintf("539900%s%03d", born, serial)
			id, err := o.flow.Registers().KeepChild(o.ctx, auth.Operator(), m, &register.Identity{Name: "孙立", Citizen: first + string(ident.Checksum(first))})
			if err != nil {
				t.Fatal(err)
			}
			m.Person = id
			return m
		}
		year := thisYear.Int()
		keep(register.Child{Year: year - 1, Class: "9"})
		if l := paper().Lists[0]; strings.Contains(l.Source.ZH, "学生名册") {
			t.Errorf("the register of another year says %+v", l.Known)
		}
		keep(register.Child{Year: year, Class: "1", Groups: register.Migrant})
		keep(register.Child{Year: year, Class: "1", Groups: register.Migrant, Schooling: register.Enrolled})
		last := keep(register.Child{Year: year, Class: "2"})
		left := register.Child{Year: year, Class: "2", Groups: register.Migrant}
		left.Left, left.Leaving = edu.DateOf(o.clock)-20, register.Transfer
		keep(left)
		p := paper()
		var rows []string
		for _, r := range p.Lists[0].Known {
			rows = append(rows, fmt.Sprint(r.Part, r.Cells["grade"], r.Cells["class_no"], r.Cells["class_kind"], r.Cells["class_pupils"], r.Cells["class_boarders"]))
		}
		g, word := fmt.Sprint("g", grade), map[int]string{2: "二年级", 8: "八年级"}[grade]
		want := []string{fmt.Sprint(stage, word, "1", "", "2", ""), fmt.Sprint(stage, word, "2", "", "1", "")}
		if p.Lists[0].List.ID != "classes" || !slices.Equal(rows, want) || !strings.Contains(p.Lists[0].Source.ZH, "学生名册（截至20") || p.Lists[0].Sure {
			t.Errorf("class list %v of %q; want %v", rows, p.Lists[0].Source.ZH, want)
		}
		known := func(p *form.Paper, field string) form.Known { return p.Known[form.Key{Part: stage, Field: field}] }
		for field, want := range map[string]string{"pupils." + g: "3", "migrant_pupils": "2"} {
			if k := known(p, field); k.Text != want || !strings.Contains(k.Source.ZH, "学生名册") || k.Sure {
				t.Errorf("%s is %+v, want %s, to be confirmed", field, k, want)
			}
		}
		for _, field := range []string{"left_behind_pupils", "disabled_pupils", "boarders"} {
			if k := known(p, field); strings.Contains(k.Source.ZH, "学生名册") {
				t.Errorf("%s, which nobody in the county has, is %+v", field, k)
			}
		}
		// A pupil without a class: a list that lacks somebody is none, the counts stand.
		last.Class = ""
		if _, err := o.flow.Registers().KeepChild(o.ctx, auth.Operator(), last, nil); err != nil {
			t.Fatal(err)
		}
		p = paper()
		if k := known(p, "pupils."+g); len(p.Lists[0].Known) > 0 && strings.Contains(p.Lists[0].Source.ZH, "学生名册") || k.Text != "3" {
			t.Errorf("half a class list: %+v; pupils %+v", p.Lists[0].Known, k)
		}
		// What was typed stands, and is held against the register.
		draft, f := o.fill(head, is.ID, place.Unit)
		draft.Reasons = nil
		if _, err := head.Save(o.ctx, is.ID, place.Unit, f.Rev, draft); err != nil {
			t.Fatal(err)
		}
		got, err := o.flow.Compared(o.ctx, auth.Actor{Account: "c", Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: o.county.ID}}}, thisYear)
		if err != nil || got.Total != 1 || len(got.List) != 1 || got.List[0].Theirs != 3 || got.List[0].Ours <= 3 || got.List[0].Feed.ZH != "学生名册" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
