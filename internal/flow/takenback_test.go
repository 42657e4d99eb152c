package flow_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/intake"
)

// measured tells whether a school is among those that are measured this year.
func (o *office) measured(code string) bool {
	o.t.Helper()
	a, err := o.flow.Assessment(o.ctx, thisYear)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, st := range a.Stages {
		for _, r := range st.Frame.Rows {
			if r.Code == code {
				return true
			}
		}
	}
	return false
}

// Figures count from the moment in which they are handed in. One that is taken
// back, or whose unit need not report any more, has none; a return leaves them
// until they are handed in anew.
func TestTakenBackCountsNoLonger(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		a, b := o.school(is.ID, 1, 0), o.school(is.ID, 1, 1)
		head, county := o.as(auth.SchoolHead, a.Unit), o.as(auth.CountyReviewer, o.county.ID)
		f, c := o.handIn(is, a.Unit)
		says := func(when string, want, other bool) {
			t.Helper()
			if got := o.measured(a.Code); got != want {
				t.Errorf("%s: measured %v, want %v", when, got, want)
			}
			if got := o.measured(b.Code); got != other {
				t.Errorf("%s: the other school is measured %v, want %v", when, got, other)
			}
		}
		says("handed in", true, false)
		f = o.step(head, f, collect.Recall, collect.StepOptions{})
		says("recalled, and nobody else handed in", false, false)
		o.handIn(is, b.Unit)
		f = o.step(head, f, collect.Submit, collect.StepOptions{})
		says("handed in again", true, true)
		f = o.step(county, f, collect.Return, collect.StepOptions{Reason: "面积有误"})
		says("returned", true, true)
		f = o.step(county, f, collect.Excuse, collect.StepOptions{Reason: "学校停办"})
		says("excused", false, true)
		f = o.step(county, f, collect.Unexcuse, collect.StepOptions{})
		says("not excused any more", false, true)
		o.step(head, f, collect.Submit, collect.StepOptions{Content: &c})
		says("handed in a third time", true, true)
	})
}

// An id stands for one content: the same again is answered as the first time,
// another is refused and changes nothing.
func TestOneIdOneContent(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		unit := o.school(is.ID, 1, 0).Unit
		head := o.as(auth.SchoolHead, unit)
		c, f := o.fill(head, is.ID, unit)
		first := o.step(head, f, collect.Submit, collect.StepOptions{Content: &c, ID: "one"})
		again, _, err := head.Step(o.ctx, is.ID, unit, f.Rev, collect.Submit, collect.StepOptions{Content: &c, ID: "one"})
		if err != nil || again.Rev != first.Rev || again.Check != first.Check {
			t.Errorf("the same again: %+v, %v; want %+v", again, err, first)
		}
		other := c
		other.Cells = maps.Clone(c.Cells)
		other.Cells["primary/area_field"] = "1234.5"
		if _, _, err := head.Step(o.ctx, is.ID, unit, f.Rev, collect.Submit, collect.StepOptions{Content: &other, ID: "one"}); !errors.Is(err, fault.Conflict) {
			t.Errorf("other figures under the same id: %v", err)
		}
		o.step(head, first, collect.Recall, collect.StepOptions{})
		if _, _, err := head.Step(o.ctx, is.ID, unit, f.Rev, collect.Submit, collect.StepOptions{Content: &c, ID: "one"}); err != nil {
			t.Errorf("the lost answer comes after a recall: %v", err)
		}
	})
}

// What was handed in is shown as it was, and its code is its own, though what
// papers are filled in with changes afterwards.
func TestHandedInStaysAsItWas(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		place := o.school(is.ID, 1, 0)
		head, clerk := o.as(auth.SchoolHead, place.Unit), o.as(auth.CountyClerk, o.county.ID)
		c, f := o.fill(head, is.ID, place.Unit)
		p, _, _, err := head.Paper(o.ctx, is.ID, place.Unit)
		if err != nil {
			t.Fatal(err)
		}
		stage := p.Parts[0]
		// A group that rests on last year, and one cell that nobody answers.
		k := form.Key{Part: stage, Field: "area_teaching"}
		delete(c.Cells, k.String())
		c.Same = append(c.Same, p.Field(k.Field).Ask.Same)
		left := 0
		for k, f := range p.Cells() {
			if known, ok := p.Known[k]; ok && !known.Sure && !f.Ask.Required && f.Ask.Same != p.Field("area_teaching").Ask.Same {
				delete(c.Cells, k.String())
				left++
			}
		}
		if left == 0 {
			t.Fatal("there is nothing that is known and need not be answered")
		}
		f = o.step(head, f, collect.Submit, collect.StepOptions{Content: &c})
		before, _, _, err := head.Paper(o.ctx, is.ID, place.Unit)
		if err != nil {
			t.Fatal(err)
		}
		was, origin := before.Shown(k)
		if was == "" || before.Code(1) != f.Check {
			t.Fatalf("handed in %q (%s), code %s, want %s", was, origin, before.Code(1), f.Check)
		}
		text := fmt.Sprintf("学校（机构）标识码,学校（机构）名称,学段,教学及辅助用房面积,教学仪器设备资产值（万元）\n%s,%s,%s,4321.5,77.25\n", place.Code, place.Name.ZH, form.StageName(stage).ZH)
		if _, err := clerk.ImportFeed(o.ctx, "feed-statistics", csv("statistics.csv", text), flow.FeedOptions{Period: thisYear}); err != nil {
			t.Fatal(err)
		}
		if err := o.flow.Import(o.ctx, csv("mended.csv", text), flow.ImportOptions{Options: intake.Options{Period: lastYear}, By: "test"}); err != nil {
			t.Fatal(err)
		}
		if now, _, _, err := o.section().Paper(o.ctx, is.ID, place.Unit); err != nil || now.Prior[k].Text != "4321.5" {
			t.Fatalf("last year's figure was not mended: %q, %v", now.Prior[k].Text, err)
		}
		after, f, _, err := head.Paper(o.ctx, is.ID, place.Unit)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := after.Shown(k); got != was || after.Code(1) != f.Check {
			t.Errorf("shows %q with the code %s; want %q and %s", got, after.Code(1), was, f.Check)
		}
		for k := range after.Cells() {
			if text, origin := after.Shown(k); origin == form.FromKnown {
				t.Errorf("%s shows %q, which nobody handed in", k, text)
			}
		}
	})
}

// The place of a figure is where it came from: a workbook's cell while it says
// what the workbook said, the page once somebody typed over it. Nobody can say
// that a figure came from a file that never was.
func TestPlacesAreTrue(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		unit := o.school(is.ID, 1, 0).Unit
		head := o.as(auth.SchoolHead, unit)
		o.upload(head, o.filledBook(is, unit), false)
		p, f, _, err := head.Paper(o.ctx, is.ID, unit)
		if err != nil || len(p.Content.Cites) < 5 {
			t.Fatalf("%d places, %v", len(p.Content.Cites), err)
		}
		field, hall, list := "primary/area_field", "primary/area_hall", "classes"
		for id := range p.Content.Lists {
			list = id
		}
		was := p.Content.Cites[hall]
		if _, ok := p.Content.Cites[field]; !ok || was.Sheet == "" || len(p.Content.Lists[list]) == 0 {
			t.Fatalf("places %v", p.Content.Cites)
		}
		c := p.Content
		c.Cells, c.Cites, c.Lists = maps.Clone(c.Cells), maps.Clone(c.Cites), maps.Clone(c.Lists)
		c.Cells[field] = "1234.5"
		forged := was
		forged.File = "市局已核.xlsx"
		c.Cites[hall] = forged
		rows := slices.Clone(c.Lists[list])
		rows[0].Cells = maps.Clone(rows[0].Cells)
		for k := range rows[0].Cells {
			rows[0].Cells[k] += "1"
		}
		c.Lists[list] = rows
		if _, err := head.Save(o.ctx, is.ID, unit, f.Rev, c); err != nil {
			t.Fatal(err)
		}
		if p, _, _, err = head.Paper(o.ctx, is.ID, unit); err != nil {
			t.Fatal(err)
		}
		if at, ok := p.Content.Cites[field]; ok {
			t.Errorf("what was typed is said to stand in %v", at)
		}
		if got := p.Content.Cites[hall]; got != was {
			t.Errorf("the workbook's cell is %v, want %v", got, was)
		}
		if p.Content.Lists[list][0].Cite != (edu.Cell{}) || len(rows) > 1 && p.Content.Lists[list][1].Cite == (edu.Cell{}) {
			t.Errorf("rows come from %v and %v", p.Content.Lists[list][0].Cite, p.Content.Lists[list][1].Cite)
		}
	})
}

// A content that could not be read again is not saved: a paper that nobody can
// open would stop the workbook of its whole county.
func TestUnreadableContentIsNotSaved(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		unit := o.school(is.ID, 1, 0).Unit
		head := o.as(auth.SchoolHead, unit)
		c, f := o.fill(head, is.ID, unit)
		c.Cells["primary/area_field"] = strings.Repeat("长", 100_000)
		if _, err := head.Save(o.ctx, is.ID, unit, f.Rev, c); !errors.Is(err, fault.TooLarge) {
			t.Errorf("saved: %v", err)
		}
		if _, _, err := head.Step(o.ctx, is.ID, unit, f.Rev, collect.Submit, collect.StepOptions{Content: &c}); !errors.Is(err, fault.TooLarge) {
			t.Errorf("handed in: %v", err)
		}
		if _, _, _, err := head.Paper(o.ctx, is.ID, unit); err != nil {
			t.Errorf("the paper cannot be opened any more: %v", err)
		}
	})
}
