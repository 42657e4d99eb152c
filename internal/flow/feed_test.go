package flow_test

import (
	"errors"
	"fmt"
	"io"
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

func importOf(o *office) []intake.File { return []intake.File{o.file(thisYear)} }

func csv(name, text string) []intake.File {
	return []intake.File{{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}
}

// An export of another system fills papers in and is measured by nothing; what it
// says of schools that nobody knows registers nobody.
func TestFeedFillsInAndIsNotMeasured(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		place := o.school(is.ID, 1, 0)
		p, _, _, err := o.section().Paper(o.ctx, is.ID, place.Unit)
		if err != nil {
			t.Fatal(err)
		}
		stage := p.Parts[0]
		word := form.StageName(stage).ZH
		before, err := o.section().Tasks(o.ctx, collect.Filter{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("学校（机构）标识码,学校（机构）名称,学段,教学及辅助用房面积,教学仪器设备资产值（万元）\n%s,%s,%s,4321.5,77.25\n2199999999,无名小学,小学,1,1\n", place.Code, place.Name.ZH, word)
		clerk := o.as(auth.CountyClerk, o.county.ID)
		rs, err := clerk.ImportFeed(o.ctx, "feed-statistics", csv("statistics.csv", text), flow.FeedOptions{Period: thisYear})
		if err != nil || len(rs) != 1 || rs[0].Records != 1 {
			t.Fatalf("%+v, %v", rs, err)
		}
		named := false
		for _, q := range rs[0].Problems {
			named = named || strings.Contains(q.Text.ZH, "2199999999")
		}
		if !named {
			t.Errorf("the unknown school was passed over without a word: %+v", rs[0].Problems)
		}
		if p, _, _, err = o.section().Paper(o.ctx, is.ID, place.Unit); err != nil {
			t.Fatal(err)
		}
		k := p.Known[form.Key{Part: stage, Field: "area_teaching"}]
		if k.Text != "4321.5" || !strings.Contains(k.Source.ZH, "事业统计") {
			t.Errorf("known is %+v", k)
		}
		if k := p.Known[form.Key{Part: stage, Field: "equipment"}]; k.Text != "77.25" {
			t.Errorf("equipment is %+v, want it in the unit that is filled in", k)
		}
		if set, err := o.flow.Assessment(o.ctx, thisYear); err != nil || len(set.Stages) != 0 && set.Stage(stage) != nil && set.Stage(stage).Frame.Len() > 0 {
			t.Errorf("the export is measured: %v", err)
		}
		if after, err := o.section().Tasks(o.ctx, collect.Filter{Limit: 1}); err != nil || after.Total != before.Total {
			t.Errorf("%d units must file, %d before, %v", after.Total, before.Total, err)
		}
		if rs, err = clerk.ImportFeed(o.ctx, "feed-statistics", csv("statistics.csv", text), flow.FeedOptions{Period: thisYear}); err != nil || !rs[0].Repeated {
			t.Errorf("again: %+v, %v", rs, err)
		}
		if _, err := o.as(auth.CountyClerk, "YX-HL").ImportFeed(o.ctx, "feed-statistics", csv("s.csv", text), flow.FeedOptions{Period: thisYear}); !errors.Is(err, fault.Blocked) {
			t.Errorf("another county's clerk: %v", err)
		}
		if _, err := o.as(auth.SchoolHead, place.Unit).ImportFeed(o.ctx, "feed-statistics", csv("s.csv", text), flow.FeedOptions{Period: thisYear}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a school: %v", err)
		}
		state, err := clerk.Feeds(o.ctx, thisYear)
		if err != nil || len(state) == 0 || state[0].Files != 1 {
			t.Errorf("feeds: %+v, %v", state, err)
		}
	})
}

// Forms of another pack are collected beside those of the measuring one, and do
// not change what is measured.
func TestSeveralPacks(t *testing.T) {
	o := newOffice(t)
	if err := o.flow.AddPacks(o.ctx, "cn-preschool@2020"); err != nil {
		t.Fatal(err)
	}
	n := len(o.flow.Packs())
	if err := o.flow.AddPacks(o.ctx, "cn-preschool"); err != nil || len(o.flow.Packs()) != n {
		t.Fatalf("twice the same: %d packs and then %d, %v", n, len(o.flow.Packs()), err)
	}
	is, err := o.section().Issue(o.ctx, flow.Order{Form: "cn-preschool-base", Period: thisYear, Due: date("2025-10-24")})
	if err != nil {
		t.Fatal(err)
	}
	list, err := o.section().Tasks(o.ctx, collect.Filter{Issue: is.ID, Limit: 100000})
	if err != nil || list.Total < 1000 {
		t.Fatalf("%d kindergartens, %v", list.Total, err)
	}
	for _, x := range list.List[:20] {
		p, _, _, err := o.section().Paper(o.ctx, is.ID, x.Unit)
		if err != nil || len(p.Parts) != 1 || p.Parts[0] != edu.Preschool {
			t.Fatalf("%s: %v, %v", x.Place.Name.ZH, p.Parts, err)
		}
	}
	if o.flow.Pack().ID != "cn-compulsory" {
		t.Errorf("the city is measured by %s", o.flow.Pack().ID)
	}
	county, err := o.section().Issue(o.ctx, flow.Order{Form: "cn-county-guarantee", Period: thisYear, Due: date("2025-10-24")})
	if err != nil {
		t.Fatal(err)
	}
	if list, err = o.section().Tasks(o.ctx, collect.Filter{Issue: county.ID}); err != nil || list.Total != 10 {
		t.Errorf("%d counties, %v", list.Total, err)
	}
	clerk := o.as(auth.CountyClerk, o.county.ID)
	f, err := clerk.Save(o.ctx, county.ID, o.county.ID, 0, form.Content{Cells: map[string]string{"/base_primary": "650"}})
	if err != nil || f.State != collect.Draft {
		t.Errorf("a county's own form: %+v, %v", f, err)
	}
}
