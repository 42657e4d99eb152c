package flow_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/testkit"
)

// differs finds the first place where two assessments are not the same to the
// last bit: a value, a statistic or a verdict.
func differs(a, b *standard.Assessment) string {
	if len(a.Stages) != len(b.Stages) {
		return "stages"
	}
	stage := func(x, y *standard.Stage) string {
		if x.Frame.Len() != y.Frame.Len() || len(x.Judged) != len(y.Judged) {
			return "size of " + string(x.Frame.Stage)
		}
		for k, jd := range x.Judged {
			other, id := y.Judged[k], jd.Item.Def.ID
			for row := range x.Frame.Len() {
				if math.Float64bits(jd.Item.Value(row)) != math.Float64bits(other.Item.Value(row)) || jd.Verdict(row) != other.Verdict(row) {
					return id + " of " + x.Frame.Rows[row].Code
				}
			}
			for l := range jd.Item.Stats {
				for r, s := range jd.Item.Stats[l] {
					o := other.Item.Stats[l][r]
					if math.Float64bits(s.Value) != math.Float64bits(o.Value) || s.N != o.N || s.Missing != o.Missing || math.Float64bits(s.Weighted.CV()) != math.Float64bits(o.Weighted.CV()) {
						return id + " of a region"
					}
				}
			}
		}
		for k, r := range x.Rules {
			for row, v := range r.Verdicts {
				if y.Rules[k].Verdicts[row] != v {
					return r.Rule.ID + " of " + x.Frame.Rows[row].Code
				}
			}
		}
		return ""
	}
	for i := range a.Stages {
		if d := stage(a.Stages[i], b.Stages[i]); d != "" {
			return d
		}
	}
	if (a.Counties == nil) != (b.Counties == nil) {
		return "county answers"
	}
	if a.Counties != nil {
		if d := stage(a.Counties, b.Counties); d != "" {
			return d
		}
	}
	if a.Standard != nil {
		for _, r := range a.Standard.Rules {
			for l := range a.Units {
				for u := range a.Units[l] {
					if r.Level != edu.Section && a.Verdict(r.ID, edu.Level(l), u) != b.Verdict(r.ID, edu.Level(l), u) {
						return r.ID + " of " + a.Units[l][u].Name
					}
				}
			}
		}
	}
	return ""
}

func TestWhatIf(t *testing.T) {
	testkit.Sequential(t)
	city, year := demoYear(t)
	ref := city.Pack().Ref()
	t.Run("nothing changed is what is", func(t *testing.T) { whatIfNothing(t, city, ref, year) })
	t.Run("nothing is kept", func(t *testing.T) { whatIfKeepsNothing(t, city, ref, year) })
	t.Run("a threshold", func(t *testing.T) { whatIfThreshold(t, city, ref, year) })
	t.Run("a figure", func(t *testing.T) { whatIfInput(t, city, ref, year) })
	t.Run("a county's figures", func(t *testing.T) { whatIfFactor(t, city, ref, year) })
	t.Run("only within reach", func(t *testing.T) { whatIfReach(t, city, ref, year) })
	t.Run("refused", func(t *testing.T) { whatIfRefused(t, city, ref, year) })
}

// A scenario that says what is so already comes to the assessment, bit for bit:
// through the pack, through the tables, and through both.
func whatIfNothing(t *testing.T, city *flow.City, ref string, year edu.Period) {
	a, err := city.Assessment(t.Context(), year)
	if err != nil {
		t.Fatal(err)
	}
	plain := []string{"teachers", "teachers_qualified", "equipment", "multimedia_rooms", "area_teaching", "pupils"}
	rapid.Check(t, func(rt *rapid.T) {
		var s flow.Scenario
		if rapid.Bool().Draw(rt, "threshold") {
			s.Thresholds = append(s.Thresholds, pack.AdjustThreshold{Indicator: "r1", Stage: edu.Primary, Value: 4.2})
		}
		if rapid.Bool().Draw(rt, "limit") {
			s.Limits = append(s.Limits, pack.AdjustLimit{Rule: "dispersion", Stage: edu.Junior, Value: 0.45})
		}
		if rapid.Bool().Draw(rt, "factor") {
			s.Factors = append(s.Factors, flow.Factor{Element: rapid.SampledFrom(plain).Draw(rt, "element"), By: 1})
		}
		if rapid.Bool().Draw(rt, "input") {
			st := rapid.SampledFrom(a.Stages).Draw(rt, "stage")
			row := rapid.IntRange(0, st.Frame.Len()-1).Draw(rt, "row")
			element := rapid.SampledFrom(plain).Draw(rt, "what")
			if v, ok := st.Frame.Value(row, element).Number(); ok && v > 0 {
				s.Inputs = append(s.Inputs, flow.Input{Unit: st.Frame.Rows[row].Code, Stage: st.Frame.Stage, Element: element, Value: v})
			}
		}
		got, err := city.WhatIf(context.Background(), ref, year, s)
		if err != nil {
			rt.Fatal(err)
		}
		if d := differs(a, got.After); d != "" {
			rt.Fatalf("%+v changes %s", s, d)
		}
		if n := len(got.Sections) + len(got.Figures) + len(got.Units) + len(got.Lacks) + got.Lost + got.New; n > 0 {
			rt.Fatalf("%+v: %d differences", s, n)
		}
	})
}

func whatIfKeepsNothing(t *testing.T, city *flow.City, ref string, year edu.Period) {
	ctx := t.Context()
	before, err := city.Fingerprint(ctx, year)
	if err != nil {
		t.Fatal(err)
	}
	_, lines, err := city.AuditLog(ctx, auth.Operator(), audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := city.Assessment(ctx, year)
	if err != nil {
		t.Fatal(err)
	}
	row := a.Stage(edu.Primary).Frame.Rows[0]
	_, err = city.WhatIf(ctx, ref, year, flow.Scenario{
		Adjust:  pack.Adjust{Thresholds: []pack.AdjustThreshold{{Indicator: "r1", Value: 9}}},
		Inputs:  []flow.Input{{Unit: row.Code, Stage: edu.Primary, Element: "teachers_qualified", Value: 1}},
		Factors: []flow.Factor{{Element: "equipment", By: 3}},
	})
	if err != nil {
		t.Fatal(err)
	}
	after, err := city.Fingerprint(ctx, year)
	if err != nil || after != before {
		t.Errorf("the store went from %q to %q, %v", before, after, err)
	}
	if _, n, err := city.AuditLog(ctx, auth.Operator(), audit.Filter{}); err != nil || n != lines {
		t.Errorf("%d lines in the log, there were %d, %v", n, lines, err)
	}
	again, err := city.Assessment(ctx, year)
	if err != nil || again != a {
		t.Errorf("the assessment was made anew: %v", err)
	}
	if th := a.Stage(edu.Primary).Indicator("r1").Threshold; th.Value != 4.2 || a.Pack.Hash == "" {
		t.Errorf("the city's own pack was changed: %v", th.Value)
	}
}

// Who lies between the old and the new value flips, and nobody else; the other
// stage is as it was.
func whatIfThreshold(t *testing.T, city *flow.City, ref string, year edu.Period) {
	got, err := city.WhatIf(t.Context(), ref, year, flow.Scenario{Adjust: pack.Adjust{Thresholds: []pack.AdjustThreshold{{Indicator: "r1", Stage: edu.Primary, Value: 5}}}})
	if err != nil {
		t.Fatal(err)
	}
	st := got.Before.Stage(edu.Primary)
	want := 0
	for row := range st.Frame.Len() {
		if v := st.Indicator("r1").Item.Value(row); st.Indicator("r1").Verdict(row) == edu.Met && v < 5 {
			want++
		}
	}
	if want == 0 {
		t.Fatal("nobody lies between: the test shows nothing")
	}
	found := false
	for _, f := range got.Figures {
		stage := got.After.Stages[f.Stage].Frame.Stage
		if f.Indicator.ID != "r1" || stage != edu.Primary {
			t.Errorf("%s at %s flips", f.Indicator.ID, stage)
			continue
		}
		found = true
		if f.Count[edu.Met][edu.Short] != want || f.Count[edu.Short][edu.Met] != 0 {
			t.Errorf("%d flip, want %d: %v", f.Count[edu.Met][edu.Short], want, f.Count)
		}
	}
	if !found {
		t.Error("no flip of r1")
	}
	for _, x := range got.Sections {
		if got.After.Stages[x.Stage].Frame.Stage != edu.Primary || x.Before == edu.Exempt || x.After != edu.Short {
			t.Errorf("a section flips from %s to %s", x.Before, x.After)
		}
	}
	for _, u := range got.Units {
		if u.After == edu.Met {
			t.Errorf("%s: a higher standard lets %s pass", u.Rule.ID, got.After.Units[u.Level][u.Unit].Name)
		}
	}
	if len(got.Lacks) != 1 || got.Lacks[0].After <= got.Lacks[0].Before || got.Lacks[0].Unit != "teacher" {
		t.Errorf("what is lacking: %+v", got.Lacks)
	}
}

// One section's figure changes its own verdict and its regions' figures, nobody
// else's.
func whatIfInput(t *testing.T, city *flow.City, ref string, year edu.Period) {
	a, err := city.Assessment(t.Context(), year)
	if err != nil {
		t.Fatal(err)
	}
	st := a.Stage(edu.Primary)
	row := -1
	for i := range st.Frame.Len() {
		if st.Indicator("r1").Verdict(i) == edu.Met {
			row = i
			break
		}
	}
	code := st.Frame.Rows[row].Code
	got, err := city.WhatIf(t.Context(), ref, year, flow.Scenario{Inputs: []flow.Input{{Unit: code, Stage: edu.Primary, Element: "teachers_qualified", Value: 0}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Figures) != 1 || got.Figures[0].Indicator.ID != "r1" || got.Figures[0].Count[edu.Met][edu.Short] != 1 {
		t.Errorf("flips %+v", got.Figures)
	}
	if v := got.After.Stage(edu.Primary).Indicator("r1").Item.Value(row); v != 0 {
		t.Errorf("r1 is %v", v)
	}
	// The total of a breakdown goes to its parts in proportion.
	pupils, _ := st.Frame.Value(row, "pupils").Number()
	got, err = city.WhatIf(t.Context(), ref, year, flow.Scenario{Inputs: []flow.Input{{Unit: code, Stage: edu.Primary, Element: "pupils", Value: 2 * pupils}}})
	if err != nil {
		t.Fatal(err)
	}
	if v := got.After.Stage(edu.Primary).Frame.Value(row, "pupils").Float(); math.Abs(v-2*pupils) > 1e-9 {
		t.Errorf("pupils are %v, want %v", v, 2*pupils)
	}
	// A county's own answer.
	u := a.Counties.Frame.Rows[0]
	got, err = city.WhatIf(t.Context(), ref, year, flow.Scenario{Inputs: []flow.Input{{Unit: u.Code, Element: "recognition", Value: 10}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Units) == 0 || len(got.Sections) != 0 {
		t.Errorf("a county's answer flips %d units and %d sections", len(got.Units), len(got.Sections))
	}
}

// A factor reaches every section of the county and none of another.
func whatIfFactor(t *testing.T, city *flow.City, ref string, year edu.Period) {
	a, err := city.Assessment(t.Context(), year)
	if err != nil {
		t.Fatal(err)
	}
	county := a.Units[edu.County][0]
	got, err := city.WhatIf(t.Context(), ref, year, flow.Scenario{Factors: []flow.Factor{{County: county.Code, Stage: edu.Primary, Element: "equipment", By: 0.5}}})
	if err != nil {
		t.Fatal(err)
	}
	before, after := a.Stage(edu.Primary), got.After.Stage(edu.Primary)
	lo, hi := a.Rows(edu.County, 0, 0)
	for row := range before.Frame.Len() {
		x, y := before.Frame.Value(row, "equipment").Float(), after.Frame.Value(row, "equipment").Float()
		want := x
		if row >= lo && row < hi {
			want = x * .5
		}
		if math.Float64bits(y) != math.Float64bits(want) && !(math.IsNaN(x) && math.IsNaN(y)) {
			t.Fatalf("row %d: %v became %v, want %v", row, x, y, want)
		}
	}
	if hi == lo {
		t.Error("the county has no section: the test shows nothing")
	}
}

// A reader tries out what is within reach and nothing else.
func whatIfReach(t *testing.T, city *flow.City, ref string, year edu.Period) {
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	on := tree.On(year)
	var own, other string
	var top edu.UnitID
	for i := range on.Nodes {
		n := &on.Nodes[i]
		if n.Unit.Level != edu.School {
			continue
		}
		county := on.Nodes[on.Above(i, edu.County)].Unit.ID
		switch {
		case top == "":
			top, own = county, n.Key
		case county != top && other == "":
			other = n.Key
		}
	}
	v := city.As(as(auth.CountyReviewer, top))
	whole, err := v.WhatIf(t.Context(), ref, year, flow.Scenario{Adjust: pack.Adjust{Thresholds: []pack.AdjustThreshold{{Indicator: "r2", Value: 3}}}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(whole.After.Units[edu.County]); n != 1 {
		t.Errorf("a county's reader sees %d counties", n)
	}
	for _, x := range []string{other, "no-such-school"} {
		for _, stage := range []edu.Stage{edu.Primary, edu.Junior, ""} {
			if _, err := v.WhatIf(t.Context(), ref, year, flow.Scenario{Inputs: []flow.Input{{Unit: x, Stage: stage, Element: "teachers", Value: 1}}}); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v; want not found", x, err)
			}
		}
	}
	if own == "" || other == "" {
		t.Fatal("two counties were wanted")
	}
	if _, err := city.As(auth.Actor{}).WhatIf(t.Context(), ref, year, flow.Scenario{}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("nobody: %v; want forbidden", err)
	}
}

func whatIfRefused(t *testing.T, city *flow.City, ref string, year edu.Period) {
	a, err := city.Assessment(t.Context(), year)
	if err != nil {
		t.Fatal(err)
	}
	code := a.Stage(edu.Primary).Frame.Rows[0].Code
	many := flow.Scenario{}
	for range 21 {
		many.Factors = append(many.Factors, flow.Factor{Element: "teachers", By: 1})
	}
	for name, s := range map[string]flow.Scenario{
		"no such indicator": {Adjust: pack.Adjust{Thresholds: []pack.AdjustThreshold{{Indicator: "zz", Value: 1}}}},
		"no such stage":     {Adjust: pack.Adjust{Thresholds: []pack.AdjustThreshold{{Indicator: "r1", Stage: edu.Senior, Value: 1}}}},
		"yes or no":         {Adjust: pack.Adjust{Thresholds: []pack.AdjustThreshold{{Indicator: "g1", Value: 1}}}},
		"no limit":          {Adjust: pack.Adjust{Limits: []pack.AdjustLimit{{Rule: "school", Value: 1}}}},
		"no such element":   {Factors: []flow.Factor{{Element: "zz", By: 1}}},
		"derived":           {Factors: []flow.Factor{{Element: "school_pupils", By: 2}}},
		"a choice":          {Inputs: []flow.Input{{Unit: code, Stage: edu.Primary, Element: "school_kind", Value: 1}}},
		"not a number":      {Inputs: []flow.Input{{Unit: code, Stage: edu.Primary, Element: "teachers", Value: math.NaN()}}},
		"below nothing":     {Factors: []flow.Factor{{Element: "teachers", By: -1}}},
		"no such county":    {Factors: []flow.Factor{{County: "999999", Element: "teachers", By: 1}}},
		"too many":          many,
	} {
		if _, err := city.WhatIf(t.Context(), ref, year, s); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
