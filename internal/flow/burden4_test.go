package flow_test

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/report"
	"shuren/internal/standard"
)

// sectionFigures are the figures of a school's sections in the long form.
func sectionFigures(a *standard.Assessment, code string) map[string]float64 {
	out := map[string]float64{}
	for r := range report.Rows(a, report.Options{By: edu.Section, Lang: "zh"}) {
		if r.Unit == code && r.Statistic == "value" && !math.IsNaN(r.Value) {
			out[r.Stage+" "+r.Indicator] = r.Value
		}
	}
	return out
}

// regionFigures are those of a level above, of the one unit that has figures.
func regionFigures(a *standard.Assessment, level edu.Level) map[string]float64 {
	out := map[string]float64{}
	for r := range report.Rows(a, report.Options{By: level, Lang: "zh"}) {
		if r.Statistic == "value" && !math.IsNaN(r.Value) && r.N > 0 {
			out[r.Stage+" "+r.Indicator] = r.Value
		}
	}
	return out
}

// Burden rule 4: one update, many reports. After one hand-in the school's page,
// the county's, the overview, the long form, the trial and the matrix say the
// same, and no other entry for it is open anywhere; so again after it is mended.
func TestBurdenRule4OneUpdateManyReports(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		if _, err := o.section().Issue(o.ctx, flow.Order{Form: "cn-county-guarantee", Period: thisYear, Due: date("2025-10-24")}); err != nil {
			t.Fatal(err)
		}
		place := o.school(is.ID, 1, 0)
		head, reviewer := o.as(auth.SchoolHead, place.Unit), o.as(auth.CountyReviewer, o.county.ID)
		content, f := o.fill(head, is.ID, place.Unit)
		for round, area := range []string{"1500", "1800"} {
			p, _, _, err := head.Paper(o.ctx, is.ID, place.Unit)
			if err != nil {
				t.Fatal(err)
			}
			stage := p.Parts[0]
			k := form.Key{Part: stage, Field: "area_teaching"}
			content.Cells = maps.Clone(content.Cells)
			content.Cells[k.String()] = area
			problems, err := head.Check(o.ctx, is.ID, place.Unit, content)
			if err != nil {
				t.Fatal(err)
			}
			content.Reasons = map[string]form.Reason{}
			for _, q := range problems {
				if q.Blocking {
					t.Fatal(q.Text.ZH)
				}
				content.Reasons[q.Key] = form.Reason{Code: "other", Text: "示例数据"}
			}
			trial, err := head.Trial(o.ctx, is.ID, place.Unit, content)
			if err != nil {
				t.Fatal(err)
			}
			want := sectionFigures(trial[0], place.Code)
			if len(want) < 7 {
				t.Fatalf("the trial has %d figures", len(want))
			}
			f = o.step(head, f, collect.Submit, collect.StepOptions{Content: &content})

			views := map[string]auth.Actor{
				"the city":   {Account: "c", Grants: []auth.Grant{{Role: auth.Leader, Whole: true}}},
				"the county": {Account: "k", Grants: []auth.Grant{{Role: auth.CountyReviewer, Unit: o.county.ID}}},
				"the school": {Account: "s", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: place.Unit}}},
			}
			var county map[string]float64
			for name, who := range views {
				a, err := o.flow.As(who).Assessment(o.ctx, thisYear)
				if err != nil {
					t.Fatal(err)
				}
				if got := sectionFigures(a, place.Code); !maps.Equal(got, want) {
					t.Errorf("round %d: %s reads %v, the trial said %v", round, name, got, want)
				}
				fr := a.Stage(stage).Frame
				row, ok := fr.Find(place.Code)
				if v, _ := fr.Value(row, "area_teaching").Number(); !ok || fmt.Sprint(v) != area {
					t.Errorf("round %d: %s reads an area of %v", round, name, v)
				}
				if name == "the school" {
					continue // it sees no county
				}
				got := regionFigures(a, edu.County)
				if county == nil {
					county = got
				}
				if !maps.Equal(got, county) || len(got) == 0 {
					t.Errorf("round %d: %s reads %v of the county, others %v", round, name, got, county)
				}
			}
			// The county has one school with figures: its own are that school's.
			same := 0
			for id, v := range want {
				if c, ok := county[id]; ok && math.Abs(c-v) > 1e-9 {
					t.Errorf("round %d: the county page says %v of %s, the school's %v", round, c, id, v)
				} else if ok {
					same++
				}
			}
			if same < 5 {
				t.Errorf("round %d: only %d figures stand on both pages", round, same)
			}
			m, err := o.section().Matrix(o.ctx, thisYear)
			if err != nil {
				t.Fatal(err)
			}
			handed := 0
			for _, c := range m.Sum {
				handed += c.By[collect.AtCounty]
			}
			if handed != 1 {
				t.Errorf("round %d: the matrix has %d handed in", round, handed)
			}
			// Nobody has it to do again, and no other open form asks any of it.
			for _, r := range []auth.Role{auth.SchoolHead, auth.SchoolClerk} {
				if ts, err := o.as(r, place.Unit).Tasks(o.ctx, collect.Filter{Mine: true}); err != nil || ts.Total != 0 {
					t.Errorf("round %d: %s has %d things to do, %v", round, r, ts.Total, err)
				}
			}
			asked := map[string]string{}
			issues, err := o.section().Issues(o.ctx, thisYear)
			if err != nil || len(issues) != 2 {
				t.Fatalf("%d issues, %v", len(issues), err)
			}
			for _, x := range issues {
				for _, fi := range form.Fields(o.pack, o.pack.Form(x.Form)) {
					if was := asked[fi.ID]; was != "" {
						t.Errorf("%s is asked by %s and %s", fi.ID, was, x.Form)
					}
					asked[fi.ID] = x.Form
				}
			}
			f = o.step(reviewer, f, collect.Return, collect.StepOptions{Reason: "请核对面积"})
		}
	})
}

// Burden rule 7: what people leave behind in the system changes no figure, no
// verdict and no finding: uploads, sign-ins, reminders and drafts are no merit.
func TestBurdenRule7TracesAreNoFigures(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	place := o.school(is.ID, 1, 0)
	o.handIn(is, place.Unit)
	who := auth.Actor{Account: "c", Grants: []auth.Grant{{Role: auth.CountyReviewer, Unit: o.county.ID}}}
	all := func() (map[string]float64, int) {
		a, err := o.flow.As(who).Assessment(o.ctx, thisYear)
		if err != nil {
			t.Fatal(err)
		}
		found, err := o.flow.Findings(o.ctx, who, thisYear)
		if err != nil {
			t.Fatal(err)
		}
		got := regionFigures(a, edu.County)
		maps.Copy(got, sectionFigures(a, place.Code))
		return got, len(found)
	}
	before, found := all()
	other := o.school(is.ID, 1, 1).Unit
	clerk := o.as(auth.SchoolClerk, other)
	for range 5 { // the same file five times is kept once
		if u := o.upload(clerk, o.book(clerk, is.ID, other), false); u.Blocked() {
			t.Fatal(problems(u))
		}
	}
	if _, err := o.as(auth.CountyClerk, o.county.ID).Remind(o.ctx, is.ID, o.county.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := clerk.Save(o.ctx, is.ID, other, 0, form.Content{Cells: map[string]string{}}); err != nil && !errors.Is(err, fault.Conflict) {
		t.Fatal(err)
	}
	if after, n := all(); !maps.Equal(before, after) || n != found {
		t.Errorf("figures changed: %d findings before, %d after", found, n)
	}
}
