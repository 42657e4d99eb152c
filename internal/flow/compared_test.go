package flow_test

import (
	"errors"
	"fmt"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
)

// The three-source check is a list for county and city: what the form says, what
// the other system says, how far apart they are, and whether a reason was given.
func TestThreeSourceList(t *testing.T) {
	onBoth(t, func(o *office) {
		is := o.issue()
		a, b, c := o.school(is.ID, 1, 0), o.school(is.ID, 1, 1), o.school(is.ID, 1, 2)
		text := "学校标识码,学校名称,任教学段,专任教师\n"
		for i, at := range []collect.Place{a, b, c} {
			d := o.as(auth.SchoolHead, at.Unit)
			content, _ := o.fill(d, is.ID, at.Unit)
			p, _, _, err := d.Paper(o.ctx, is.ID, at.Unit)
			if err != nil {
				o.t.Fatal(err)
			}
			p.Content = content
			v, _ := p.Value(form.Key{Part: p.Parts[0], Field: "teachers"})
			n, ok := v.Number()
			if !ok {
				o.t.Fatalf("%s has no teachers", at.Name.ZH)
			}
			text += fmt.Sprintf("%s,%s,%s,%v\n", at.Code, at.Name.ZH, map[bool]string{true: "小学", false: "初中"}[p.Parts[0] == "primary"], n+[]float64{2, -3, 1}[i])
		}
		clerk := o.as(auth.CountyClerk, o.county.ID)
		if rs, err := clerk.ImportFeed(o.ctx, "feed-staff", csv("staff.csv", text), flow.FeedOptions{Period: thisYear}); err != nil || rs[0].Records != 3 {
			o.t.Fatalf("%+v, %v", rs, err)
		}
		who := auth.Actor{Account: "c", Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: o.county.ID}}}
		list := func(who auth.Actor) collect.Comparisons {
			o.t.Helper()
			got, err := o.flow.Compared(o.ctx, who, thisYear)
			if err != nil {
				o.t.Fatal(err)
			}
			return got
		}
		if got := list(who); got.Total != 0 {
			o.t.Errorf("before anybody filled: %+v", got)
		}
		draft, f := o.fill(o.as(auth.SchoolHead, a.Unit), is.ID, a.Unit)
		draft.Reasons = nil
		if _, err := o.as(auth.SchoolHead, a.Unit).Save(o.ctx, is.ID, a.Unit, f.Rev, draft); err != nil {
			o.t.Fatal(err)
		}
		o.handIn(is, b.Unit)
		o.handIn(is, c.Unit)
		got := list(who)
		if got.Total != 3 || len(got.List) != 2 || got.Open != 1 {
			o.t.Fatalf("%+v", got)
		}
		for _, x := range got.List {
			switch x.Place.Unit {
			case a.Unit:
				if x.Ours-x.Theirs != -2 || x.Reason.ZH != "" || x.State != collect.Draft || x.Within != 1 || x.Share {
					o.t.Errorf("the draft: %+v", x)
				}
			case b.Unit:
				if x.Ours-x.Theirs != 3 || x.Reason.ZH == "" || x.Words != "示例数据" || x.State != collect.AtCounty {
					o.t.Errorf("what was handed in: %+v", x)
				}
			default:
				o.t.Errorf("one teacher more is not listed: %+v", x)
			}
		}
		// Who may not read papers sees what was handed in only; others nothing.
		planner := auth.Actor{Account: "p", Grants: []auth.Grant{{Role: auth.CityPlanner, Whole: true}}}
		if got := list(planner); got.Total != 2 || len(got.List) != 1 || got.List[0].Place.Unit != b.Unit {
			o.t.Errorf("the planner sees %+v", got)
		}
		if got := list(auth.Actor{Account: "x", Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: "YX-HL"}}}); got.Total != 0 {
			o.t.Errorf("another county sees %+v", got)
		}
		if _, err := o.flow.Compared(o.ctx, auth.Actor{Account: "s", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: a.Unit}}}, thisYear); !errors.Is(err, fault.Forbidden) {
			o.t.Errorf("a school: %v", err)
		}
	})
}
