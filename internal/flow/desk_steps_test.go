package flow_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
)

// handIn hands in a school's paper as the demo city answers it.
func (o *office) handIn(is collect.Issue, unit edu.UnitID) (collect.Filing, form.Content) {
	o.t.Helper()
	head := o.as(auth.SchoolHead, unit)
	c, f := o.fill(head, is.ID, unit)
	return o.step(head, f, collect.Submit, collect.StepOptions{Content: &c}), c
}

// A return gives the ball back, a recall takes it back, an excuse ends it; a
// locked filing is opened only by asking.
func TestFilingWaysBack(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		unit := o.school(is.ID, 1, 0).Unit
		head, county, city := o.as(auth.SchoolHead, unit), o.as(auth.CountyReviewer, o.county.ID), o.section()
		f, content := o.handIn(is, unit)

		f = o.step(head, f, collect.Recall, collect.StepOptions{})
		if f.State != collect.Draft {
			t.Fatalf("recalled: %+v", f)
		}
		f = o.step(head, f, collect.Submit, collect.StepOptions{})
		if f.Handed != 2 {
			t.Errorf("handed in %d times", f.Handed)
		}
		if _, _, err := county.Step(o.ctx, is.ID, unit, f.Rev, collect.Return, collect.StepOptions{}); !errors.Is(err, fault.Invalid) {
			t.Errorf("returned without a reason: %v", err)
		}
		books := flow.NewAccounts(o.flow, flow.AccountOptions{})
		keeper := func(r auth.Role) auth.Actor {
			return auth.Actor{Account: string(r), Name: "某" + string(r), Grants: []auth.Grant{{Role: r, Whole: true}}}
		}
		clerk, _, err := books.Make(o.ctx, keeper(auth.SystemAdmin), auth.Account{Login: "clerk.of.it", Name: "某填报员", Unit: unit})
		if err != nil {
			t.Fatal(err)
		}
		if err := books.Grant(o.ctx, keeper(auth.SecurityAdmin), clerk.ID, auth.Grant{Role: auth.SchoolClerk, Unit: unit}); err != nil {
			t.Fatal(err)
		}
		f = o.step(county, f, collect.Return, collect.StepOptions{Reason: "运动场面积有误"})
		in, err := o.flow.Messages(o.ctx, auth.Actor{Account: clerk.ID}, 0, 10)
		if err != nil || in.Unread != 1 || !strings.Contains(in.List[0].Body.ZH, "运动场面积有误。") || in.List[0].Link != collect.PaperLink(is.ID, unit) {
			t.Errorf("the clerk was told %+v, %v", in, err)
		}
		if f.State != collect.Returned || f.Reason != "运动场面积有误" || f.Returns != 1 {
			t.Errorf("returned: %+v", f)
		}
		content.Cells["primary/area_field"] = "1234.5"
		if f, err := head.Save(o.ctx, is.ID, unit, f.Rev, content); err != nil || f.State != collect.Returned {
			t.Fatalf("saved after the return: %+v, %v", f, err)
		}
		f = o.step(county, o.now(is, unit), collect.Excuse, collect.StepOptions{Reason: "学校撤并"})
		if f.State != collect.Excused {
			t.Errorf("excused: %+v", f)
		}
		if _, err := head.Save(o.ctx, is.ID, unit, f.Rev, form.Content{}); !errors.Is(err, fault.Conflict) {
			t.Errorf("an excused paper was filled: %v", err)
		}
		f = o.step(county, f, collect.Unexcuse, collect.StepOptions{})
		c, _ := o.fill(head, is.ID, unit)
		f = o.step(head, f, collect.Submit, collect.StepOptions{Content: &c})
		f = o.step(county, f, collect.Pass, collect.StepOptions{})
		if _, _, err := head.Step(o.ctx, is.ID, unit, f.Rev, collect.Recall, collect.StepOptions{}); !errors.Is(err, fault.Conflict) {
			t.Errorf("recalled after the county had acted: %v", err)
		}
		f = o.step(city, f, collect.Lock, collect.StepOptions{})
		f = o.step(head, f, collect.AskUnlock, collect.StepOptions{Reason: "教师数漏报1人"})
		if f.State != collect.Locked || !f.Asked {
			t.Errorf("asked: %+v", f)
		}
		f = o.step(city, f, collect.RefuseUnlock, collect.StepOptions{Reason: "已公布"})
		f = o.step(head, f, collect.AskUnlock, collect.StepOptions{Reason: "教师数漏报1人，有编制文件"})
		f = o.step(city, f, collect.GrantUnlock, collect.StepOptions{})
		if f.State != collect.Returned || f.Asked {
			t.Errorf("unlocked: %+v", f)
		}
		f = o.step(county, f, collect.Extend, collect.StepOptions{Reason: "停电", Due: is.Due + 7})
		if f.Due != is.Due+7 || o.now(is, unit).Due != is.Due+7 {
			t.Errorf("extended: %+v", f)
		}
		if f, err := head.Save(o.ctx, is.ID, unit, f.Rev, form.Content{}); err != nil || f.Due != is.Due+7 {
			t.Errorf("an extension was lost by saving: %+v, %v", f, err)
		}
	})
}

// now is a filing as the city sees it.
func (o *office) now(is collect.Issue, unit edu.UnitID) collect.Filing {
	o.t.Helper()
	_, f, _, err := o.section().Paper(o.ctx, is.ID, unit)
	if err != nil {
		o.t.Fatal(err)
	}
	return f
}

// Where a county switches it on, the central school reviews first, and the clerk
// there fills for the units of the township and for no other.
func TestTownshipRoute(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		a := o.school(is.ID, 1, 0)
		clerk, county := o.as(auth.TownshipClerk, a.Township), o.as(auth.CountyReviewer, o.county.ID)
		if err := o.as(auth.CountyClerk, o.county.ID).SetRoute(o.ctx, is.ID, o.county.ID, true); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a clerk set the route: %v", err)
		}
		if err := county.SetRoute(o.ctx, is.ID, "YX-HL", true); !errors.Is(err, fault.NotFound) {
			t.Errorf("the route of another county was set: %v", err)
		}
		if err := county.SetRoute(o.ctx, is.ID, o.county.ID, true); err != nil {
			t.Fatal(err)
		}
		list, err := clerk.Tasks(o.ctx, collect.Filter{Issue: is.ID, Limit: 1000})
		if err != nil || list.Total == 0 {
			t.Fatalf("%d units, %v", list.Total, err)
		}
		for _, x := range list.List {
			if x.Place.Township != a.Township {
				t.Errorf("the clerk of %s sees %s of %s", a.Township, x.Unit, x.Place.Township)
			}
		}
		c, f := o.fill(clerk, is.ID, a.Unit)
		f = o.step(clerk, f, collect.Submit, collect.StepOptions{Content: &c})
		if f.State != collect.AtTownship {
			t.Fatalf("handed in to %s", f.State)
		}
		if _, _, err := county.Step(o.ctx, is.ID, a.Unit, f.Rev, collect.Pass, collect.StepOptions{}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("the county acted for the township: %v", err)
		}
		if f = o.step(clerk, f, collect.Pass, collect.StepOptions{}); f.State != collect.AtCounty {
			t.Errorf("passed on to %s", f.State)
		}
		if f = o.step(county, f, collect.Pass, collect.StepOptions{}); f.State != collect.AtCity {
			t.Errorf("passed on to %s", f.State)
		}
	})
}

// Of two who save the same revision one is told so, and nothing of it is saved.
func TestConflictOfTwoSavers(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		unit := o.school(is.ID, 1, 0).Unit
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				c := form.Content{Sign: form.Sign{Filler: fmt.Sprint("第", i, "人")}}
				_, errs[i] = o.as(auth.SchoolClerk, unit).Save(o.ctx, is.ID, unit, 0, c)
			})
		}
		wg.Wait()
		won := -1
		for i, err := range errs {
			switch {
			case err == nil && won < 0:
				won = i
			case err == nil:
				t.Errorf("%d and %d both saved revision 1", won, i)
			case !errors.Is(err, fault.Conflict):
				t.Errorf("saver %d: %v", i, err)
			}
		}
		p, f, _, err := o.section().Paper(o.ctx, is.ID, unit)
		if err != nil || won < 0 || f.Rev != 1 || p.Content.Sign.Filler != fmt.Sprint("第", won, "人") {
			t.Errorf("saver %d won; kept is %+v of %+v, %v", won, p.Content.Sign, f, err)
		}
	})
}

// Handing in twice, since the first answer was lost, does no harm and gives the
// same filing; another step under the same id is refused.
func TestHandingInTwice(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		unit := o.school(is.ID, 1, 0).Unit
		head := o.as(auth.SchoolHead, unit)
		c, f := o.fill(head, is.ID, unit)
		opt := collect.StepOptions{Content: &c, ID: "from-the-client"}
		var wg sync.WaitGroup
		got, errs := make([]collect.Filing, 6), make([]error, 6)
		for i := range got {
			wg.Go(func() { got[i], _, errs[i] = head.Step(o.ctx, is.ID, unit, f.Rev, collect.Submit, opt) })
		}
		wg.Wait()
		for i := range got {
			if errs[i] != nil || got[i].Rev != 1 || got[i].Handed != 1 || got[i].Check != got[0].Check {
				t.Errorf("sending %d: %+v, %v", i, got[i], errs[i])
			}
		}
		_, _, log, err := head.Paper(o.ctx, is.ID, unit)
		if err != nil || len(log) != 1 {
			t.Errorf("%d lines in the log, %v", len(log), err)
		}
		o.step(o.as(auth.CountyReviewer, o.county.ID), got[0], collect.Pass, collect.StepOptions{})
		if f, _, err := head.Step(o.ctx, is.ID, unit, 0, collect.Submit, opt); err != nil || f.State != collect.AtCity {
			t.Errorf("sent again after the county had passed it: %+v, %v", f, err)
		}
	})
}

// What blocks, or lacks a reason, is not handed in, and nothing changes.
func TestBlockedIsNotHandedIn(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	unit := o.school(is.ID, 1, 0).Unit
	head := o.as(auth.SchoolHead, unit)
	f, problems, err := head.Step(o.ctx, is.ID, unit, 0, collect.Submit, collect.StepOptions{Content: &form.Content{}})
	if !errors.Is(err, fault.Blocked) || len(problems) == 0 || f.Rev != 0 {
		t.Errorf("an empty paper: %+v, %d problems, %v", f, len(problems), err)
	}
	if ps, _ := o.flow.Periods(o.ctx); len(ps) != 1 {
		t.Errorf("figures came in: %v", ps)
	}
	if f := o.now(is, unit); f.State != collect.NotStarted {
		t.Errorf("it is %s", f.State)
	}
}

// Whoever is not concerned is told that there is no such filing; whoever sees it
// and may not act is told so.
func TestDeskReach(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	a, b := o.school(is.ID, 1, 0), o.school(is.ID, 1, 1)
	for _, tt := range []struct {
		name string
		desk *flow.Desk
		want error
	}{
		{"a foreign county's clerk", o.as(auth.CountyClerk, "YX-HL"), fault.NotFound},
		{"a foreign county's reviewer", o.as(auth.CountyReviewer, "YX-HL"), fault.NotFound},
		{"another school", o.as(auth.SchoolHead, b.Unit), fault.NotFound},
		{"an administrator", o.as(auth.SystemAdmin, ""), fault.NotFound},
		{"nobody", o.flow.Desk(auth.Actor{}), fault.NotFound},
		{"a leader, who watches", o.as(auth.Leader, ""), fault.Forbidden},
		{"the county's reviewer, who does not fill", o.as(auth.CountyReviewer, o.county.ID), fault.Forbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := tt.desk.Step(o.ctx, is.ID, a.Unit, 0, collect.Submit, collect.StepOptions{Content: &form.Content{}}); !errors.Is(err, tt.want) {
				t.Errorf("submit: %v, want %v", err, tt.want)
			}
			if errors.Is(tt.want, fault.Forbidden) {
				return
			}
			if _, _, _, err := tt.desk.Paper(o.ctx, is.ID, a.Unit); !errors.Is(err, fault.NotFound) {
				t.Errorf("paper: %v", err)
			}
			if _, err := tt.desk.Save(o.ctx, is.ID, a.Unit, 0, form.Content{}); !errors.Is(err, fault.NotFound) {
				t.Errorf("save: %v", err)
			}
			if _, err := tt.desk.Trial(o.ctx, is.ID, a.Unit, form.Content{}); !errors.Is(err, fault.NotFound) {
				t.Errorf("trial: %v", err)
			}
			list, err := tt.desk.Tasks(o.ctx, collect.Filter{Unit: a.Unit})
			if err != nil || list.Total != 0 {
				t.Errorf("the list shows %d, %v", list.Total, err)
			}
		})
	}
	// A leader sees the matrix and no paper.
	if _, _, _, err := o.as(auth.Leader, "").Paper(o.ctx, is.ID, a.Unit); !errors.Is(err, fault.NotFound) {
		t.Errorf("a leader read a paper: %v", err)
	}
}

// Lists, counts and lateness of a county over time.
func TestListsAndMatrix(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	a := o.school(is.ID, 1, 0)
	f, _ := o.handIn(is, a.Unit)
	county := o.as(auth.CountyReviewer, o.county.ID)
	mine, err := county.Tasks(o.ctx, collect.Filter{Mine: true})
	if err != nil || mine.Total != 1 || mine.List[0].Unit != a.Unit || mine.List[0].Late != 0 {
		t.Errorf("the county's own list: %+v, %v", mine, err)
	}
	// The city took a fortnight: that is not the school's. It comes back after the
	// due date, and the two working days since then are.
	o.clock = time.Date(2025, 10, 29, 9, 0, 0, 0, collect.China)
	o.step(county, f, collect.Return, collect.StepOptions{Reason: "有误"})
	o.clock = time.Date(2025, 10, 31, 9, 0, 0, 0, collect.China)
	late, err := county.Tasks(o.ctx, collect.Filter{Late: true, Limit: 1000})
	if err != nil || late.Total < 50 {
		t.Fatalf("late are %d, %v", late.Total, err)
	}
	for _, x := range late.List {
		want := 5 // 27 to 31 October
		if x.Unit == a.Unit {
			want = 2
		}
		if x.Late != want {
			t.Fatalf("%s is %d days late, want %d", x.Place.Name.ZH, x.Late, want)
		}
	}
	m, err := o.section().Matrix(o.ctx, thisYear)
	if err != nil || len(m.Rows) != 10 || len(m.Issues) != 1 {
		t.Fatalf("%d counties, %v", len(m.Rows), err)
	}
	total := 0
	for i, r := range m.Rows {
		c := m.Cells[i][0]
		total += c.Total
		if r.Unit == o.county.ID && (c.Returns != 1 || c.By[collect.Returned] != 1 || c.Late != c.Total) {
			t.Errorf("the county's cell: %+v", c)
		}
		if i > 0 && r.Code != "" && r.Code < m.Rows[i-1].Code {
			t.Errorf("%s stands after %s", r.Code, m.Rows[i-1].Code)
		}
	}
	if m.Rows[9].Code != "" || total != m.Sum[0].Total || total < 900 {
		t.Errorf("the zone without a code is not last, or %d of %d units", total, m.Sum[0].Total)
	}
	one, err := county.Matrix(o.ctx, thisYear)
	if err != nil || len(one.Rows) != 1 || one.Rows[0].Unit != o.county.ID {
		t.Errorf("a county sees %d rows, %v", len(one.Rows), err)
	}
	found, err := o.section().Tasks(o.ctx, collect.Filter{Query: a.Code})
	if err != nil || found.Total != 1 {
		t.Errorf("search by code finds %d, %v", found.Total, err)
	}
	page, err := o.section().Tasks(o.ctx, collect.Filter{Offset: 100, Limit: 20})
	if err != nil || len(page.List) != 20 || page.Total != total {
		t.Errorf("a page of %d of %d, %v", len(page.List), page.Total, err)
	}
}

// Units that must file are those that existed on the reference date and have a
// section that the form asks: no kindergarten, no closed school.
func TestWhoMustFile(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	list, err := o.section().Tasks(o.ctx, collect.Filter{Issue: is.ID, Limit: 100000})
	if err != nil {
		t.Fatal(err)
	}
	want := map[edu.UnitID]bool{}
	day := edu.DateOf(thisYear.Reference())
	for _, u := range o.city.Units() {
		if u.Level == edu.Section && (u.Stage == edu.Primary || u.Stage == edu.Junior) && u.Exists(day) {
			want[u.Attrs[0].Parent] = true
		}
	}
	for _, x := range list.List {
		if !want[x.Unit] {
			t.Errorf("%s (%s) need not file", x.Place.Name.ZH, x.Unit)
		}
		delete(want, x.Unit)
	}
	for u := range want {
		t.Errorf("%s must file", u)
	}
}

// A whole county is stepped in one act: each has its outcome, and one that
// cannot be stepped holds nobody up.
func TestManyAtOnce(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		county := o.as(auth.CountyReviewer, o.county.ID)
		var seen []collect.Seen
		for i := range 4 {
			f, _ := o.handIn(is, o.school(is.ID, 1, i).Unit)
			seen = append(seen, collect.Seen{Unit: f.Unit, Rev: f.Rev})
		}
		seen[1].Rev = 99 // somebody else changed it
		seen = append(seen, collect.Seen{Unit: o.school(is.ID, 1, 4).Unit}, collect.Seen{Unit: "YX-S99999"}, seen[0])
		out, err := county.Steps(o.ctx, is.ID, seen, collect.Pass, collect.StepOptions{})
		if err != nil {
			t.Fatal(err)
		}
		want := []error{nil, fault.Conflict, nil, nil, fault.Conflict, fault.NotFound, fault.Invalid}
		for i, x := range out {
			if !errors.Is(x.Err, want[i]) || want[i] == nil && x.Filing.State != collect.AtCity {
				t.Errorf("%d: %+v, want %v", i, x, want[i])
			}
		}
		locked, open, err := o.section().LockAll(o.ctx, is.ID, o.county.ID)
		if err != nil || locked != 3 || open < 50 {
			t.Errorf("locked %d, open %d, %v", locked, open, err)
		}
		snap, err := o.section().LockDown(o.ctx, "第一次公布")
		if err != nil || snap.Seqs[string(o.county.ID)] == 0 {
			t.Errorf("lock-down %+v, %v", snap, err)
		}
		if _, err := county.LockDown(o.ctx, "x"); !errors.Is(err, fault.Forbidden) {
			t.Errorf("a county locked the city down: %v", err)
		}
	})
}
