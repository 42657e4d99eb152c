package flow_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/workbook"
)

// book is a unit's template with a content filled in.
func (o *office) book(d *flow.Desk, issue string, unit edu.UnitID) []byte {
	o.t.Helper()
	var b bytes.Buffer
	if _, err := d.Template(o.ctx, &b, issue, unit, "zh"); err != nil {
		o.t.Fatal(err)
	}
	return b.Bytes()
}

// filledBook is a school's template as it comes when the answers were saved
// before: it says them all.
func (o *office) filledBook(is collect.Issue, unit edu.UnitID) []byte {
	o.t.Helper()
	p, _, _, err := o.section().Paper(o.ctx, is.ID, unit)
	if err != nil {
		o.t.Fatal(err)
	}
	p.Content, _ = o.fill(o.as(auth.SchoolHead, unit), is.ID, unit)
	var b bytes.Buffer
	if err := workbook.Write(&b, []*form.Paper{p}, workbook.Options{Issue: is.ID, Unit: p.Unit, Lang: "zh"}); err != nil {
		o.t.Fatal(err)
	}
	return b.Bytes()
}

func (o *office) upload(d *flow.Desk, body []byte, submit bool) *collect.Uploaded {
	o.t.Helper()
	u, err := d.Upload(o.ctx, "学校.xlsx", bytes.NewReader(body), int64(len(body)), collect.UploadOptions{Submit: submit})
	if err != nil {
		o.t.Fatal(err)
	}
	return u
}

// A filled workbook is handed in; the same file again is not.
func TestUploadHandsIn(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		unit := o.school(is.ID, 2, 0).Unit
		body := o.filledBook(is, unit)
		head := o.as(auth.SchoolHead, unit)
		wrong, err := head.Upload(o.ctx, "学校.xlsx", bytes.NewReader(body), int64(len(body)), collect.UploadOptions{Issue: is.ID + "-other"})
		if err != nil || !wrong.Blocked() || wrong.Saved != 0 {
			t.Fatalf("for another issue: %+v %v", show(wrong), err)
		}
		u := o.upload(head, body, false)
		if u.Saved != 1 || u.Handed != 0 || u.Repeated || u.Filings[0].State != collect.Draft {
			t.Fatalf("saved: %+v %v", show(u), problems(u))
		}
		u = o.upload(head, body, true)
		if u.Handed != 1 || u.Filings[0].State != collect.AtCounty {
			t.Fatalf("handed in: %+v %v", show(u), problems(u))
		}
		again := o.upload(head, body, true)
		if !again.Repeated || again.Handed != 1 || again.Filings[0].Rev != u.Filings[0].Rev {
			t.Errorf("the same file again: %+v", show(again))
		}
		// After a return it counts anew.
		o.step(o.as(auth.CountyReviewer, o.county.ID), u.Filings[0], collect.Return, collect.StepOptions{Reason: "请核对"})
		if u = o.upload(head, body, true); u.Repeated || u.Filings[0].Handed != 2 {
			t.Errorf("after a return: %+v", show(u))
		}
		sets, err := o.flow.Periods(o.ctx)
		if err != nil || !slices.Contains(sets, thisYear) {
			t.Errorf("periods %v, %v", sets, err)
		}
	})
}

// show is an upload without the marked workbook.
func show(u *collect.Uploaded) string {
	return fmt.Sprintf("saved %d, handed %d, repeated %v, %d bytes marked, %+v", u.Saved, u.Handed, u.Repeated, len(u.Marked), u.Filings)
}

func problems(u *collect.Uploaded) (out []string) {
	for _, p := range u.Problems {
		out = append(out, p.Text.ZH)
	}
	for _, f := range u.Units {
		for _, p := range f.Problems {
			if p.Blocking || p.Reason == nil {
				out = append(out, p.Text.ZH)
			}
		}
	}
	return out
}

// A township's workbook is saved whole or not at all: one unit that cannot be
// changed any more, and of which the file says something else, holds all back.
func TestUploadAllOrNone(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		first := o.school(is.ID, 1, 0)
		clerk := o.as(auth.TownshipClerk, first.Township)
		list, err := clerk.Tasks(o.ctx, collect.Filter{Issue: is.ID})
		if err != nil || list.Total < 2 {
			t.Fatalf("%d units, %v", list.Total, err)
		}
		body := o.book(clerk, is.ID, first.Township)
		o.handIn(is, first.Unit) // with other figures than the empty template
		u := o.upload(clerk, body, false)
		if !u.Blocked() || u.Saved != 0 || len(u.Filings) != 0 || !strings.Contains(strings.Join(problems(u), ""), first.Name.ZH) {
			t.Errorf("one unit is with the county: %+v %v", show(u), problems(u))
		}
		for _, x := range list.List {
			if f := o.now(is, x.Unit); x.Unit != first.Unit && f.Rev != 0 {
				t.Errorf("%s was saved all the same: %+v", x.Place.Name.ZH, f)
			}
		}
		// Made anew, the workbook says of the first what was handed in.
		body = o.book(clerk, is.ID, first.Township)
		u = o.upload(clerk, body, false)
		if u.Blocked() || u.Saved != list.Total-1 {
			t.Errorf("saved %d of %d: %v", u.Saved, list.Total-1, problems(u))
		}
		if f := o.now(is, first.Unit); f.State != collect.AtCounty {
			t.Errorf("the first is %s", f.State)
		}
	})
}

// A workbook with a cell that cannot be right is saved as a draft, not handed in,
// and comes back marked.
func TestUploadMarked(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	unit := o.school(is.ID, 1, 0).Unit
	head := o.as(auth.SchoolHead, unit)
	u := o.upload(head, o.book(head, is.ID, unit), true)
	if u.Blocked() || u.Handed != 0 || u.Saved != 1 || u.Filings[0].Blocking == 0 {
		t.Errorf("an empty template: %+v", show(u))
	}
	if _, err := excelize.OpenReader(bytes.NewReader(u.Marked)); err != nil {
		t.Errorf("the marked workbook: %v", err)
	}
	for _, tt := range []struct {
		name string
		desk *flow.Desk
	}{
		{"another school's clerk", o.as(auth.SchoolHead, o.school(is.ID, 1, 1).Unit)},
		{"another county's clerk", o.as(auth.CountyClerk, "YX-HL")},
		{"a leader", o.as(auth.Leader, "")},
	} {
		if u := o.upload(tt.desk, o.filledBook(is, unit), true); !u.Blocked() || u.Saved+u.Handed != 0 {
			t.Errorf("%s: %+v", tt.name, show(u))
		}
	}
	u = o.upload(head, []byte("不是工作簿"), true)
	if !u.Blocked() {
		t.Errorf("no workbook: %+v", show(u))
	}
}

// A folder is read side by side and written in order; a run that was stopped is
// taken up by starting it again.
func TestCollectBooks(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		var books []flow.Book
		for i := range 6 {
			body := o.filledBook(is, o.school(is.ID, 1, i).Unit)
			if i == 3 {
				body = []byte("broken")
			}
			books = append(books, flow.Book{Name: fmt.Sprint(i, ".xlsx"), Open: func() ([]byte, error) { return body, nil }})
		}
		run := func(stop int) (names []string, handed, repeated, refused int, err error) {
			ctx, cancel := context.WithCancel(o.ctx)
			defer cancel()
			err = o.flow.Desk(auth.Actor{Local: true, Name: "local"}).CollectBooks(ctx, books, flow.CollectOptions{Submit: true, Marked: true, Done: func(c flow.Collected) error {
				names = append(names, c.File)
				switch {
				case c.Refused:
					refused++
				case c.Repeated:
					repeated++
				default:
					handed += c.Handed
				}
				if len(names) == stop {
					return errors.New("stopped")
				}
				return nil
			}})
			return names, handed, repeated, refused, err
		}
		names, handed, _, _, err := run(2)
		if err == nil || len(names) != 2 || handed != 2 {
			t.Fatalf("stopped after two: %v, %d handed in, %v", names, handed, err)
		}
		names, handed, repeated, refused, err := run(-1)
		if err != nil || strings.Join(names, " ") != "0.xlsx 1.xlsx 2.xlsx 3.xlsx 4.xlsx 5.xlsx" || repeated != 2 || handed != 3 || refused != 1 {
			t.Errorf("taken up: %v; %d handed in, %d repeated, %d refused, %v", names, handed, repeated, refused, err)
		}
		count, err := o.section().Tasks(o.ctx, collect.Filter{State: collect.AtCounty})
		if err != nil || count.Total != 5 {
			t.Errorf("%d are with the county, %v", count.Total, err)
		}
	})
}

// What was handed in stands over an import of the same period, and a unit's
// figures are measured with it at once.
func TestHandedInStandsOverAnImport(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		if err := o.flow.Import(o.ctx, importOf(o), flow.ImportOptions{By: "test", Fictional: true}); err != nil {
			t.Fatal(err)
		}
		is := o.issue()
		place := o.school(is.ID, 1, 0)
		head := o.as(auth.SchoolHead, place.Unit)
		c, f := o.fill(head, is.ID, place.Unit)
		p, _, _, err := head.Paper(o.ctx, is.ID, place.Unit)
		if err != nil {
			t.Fatal(err)
		}
		stage := p.Parts[0]
		c.Cells[string(stage)+"/funds_budget"] = "87.65"
		problems, err := head.Check(o.ctx, is.ID, place.Unit, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range problems {
			if c.Reasons == nil {
				c.Reasons = map[string]form.Reason{}
			}
			c.Reasons[q.Key] = form.Reason{Code: "other", Text: "示例"}
		}
		o.step(head, f, collect.Submit, collect.StepOptions{Content: &c})
		a, err := o.flow.Assessment(o.ctx, thisYear)
		if err != nil {
			t.Fatal(err)
		}
		fr := a.Stage(stage).Frame
		row, ok := fr.Find(place.Code)
		if !ok {
			t.Fatalf("%s is not measured", place.Code)
		}
		if v, _ := fr.Value(row, "funds_budget").Number(); v != 876500 {
			t.Errorf("the budget is %v, want what was handed in", v)
		}
		if v, ok := fr.Value(row, "pupils").Number(); !ok || v == 0 {
			t.Errorf("pupils are %v", v)
		}
		others := 0
		for i := range fr.Len() {
			if v, ok := fr.Value(i, "funds_budget").Number(); ok && i != row && v > 0 {
				others++
			}
		}
		if others < 20 {
			t.Errorf("of the import only %d other schools are left", others)
		}
	})
}

// A trial judges the school by what it has typed, and keeps nothing.
func TestTrial(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	place := o.school(is.ID, 1, 0)
	head := o.as(auth.SchoolHead, place.Unit)
	c, _ := o.fill(head, is.ID, place.Unit)
	a, err := head.Trial(o.ctx, is.ID, place.Unit, c)
	if err != nil {
		t.Fatal(err)
	}
	n, found, measured, missing := 0, false, 0, 0
	for _, st := range a[0].Stages {
		n += st.Frame.Len()
		if row, ok := st.Frame.Find(place.Code); ok {
			found = true
			for _, j := range st.Judged {
				if edu.FromFloat(j.Item.Value(row)).IsMissing() {
					missing++
				} else {
					measured++
				}
			}
		}
	}
	if !found || n != 1 {
		t.Errorf("the trial has %d sections, the school's own among them: %v", n, found)
	}
	if measured < 7 {
		t.Errorf("%d indicators are measured, %d are not", measured, missing)
	}
	if ps, _ := o.flow.Periods(o.ctx); len(ps) != 1 {
		t.Errorf("a trial left figures: %v", ps)
	}
	if f := o.now(is, place.Unit); f.Rev != 0 {
		t.Errorf("a trial left a draft: %+v", f)
	}
	if _, err := head.Trial(o.ctx, is.ID, place.Unit, form.Content{}); err != nil {
		t.Errorf("a trial of an empty paper: %v", err)
	}
}

// Reminding tells who has not handed in, once a day, and gives the words for a
// chat group.
func TestRemind(t *testing.T) {
	o := newOffice(t)
	is := o.issue()
	f, _ := o.handIn(is, o.school(is.ID, 1, 0).Unit)
	o.clock = time.Date(2025, 10, 27, 9, 5, 0, 0, collect.China)
	r, err := o.as(auth.CountyClerk, o.county.ID).Remind(o.ctx, is.ID, o.county.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Units {
		if p.Unit == f.Unit || p.County != o.county.ID {
			t.Errorf("%s was reminded", p.Name.ZH)
		}
	}
	want := fmt.Sprintf("【催报】截至10月27日09:05，义务教育学校年度基础数据表未报单位%d个：", len(r.Units))
	if !strings.HasPrefix(r.Text.ZH, want) || !strings.Contains(r.Text.ZH, "。请于10月28日前报送，联系人") {
		t.Errorf("%s", r.Text.ZH)
	}
	waiting, err := o.flow.Waiting(o.ctx)
	if err != nil || len(waiting) < len(r.Units) || slices.ContainsFunc(waiting, func(w collect.Waiting) bool { return w.Place.Unit == f.Unit || w.Due != is.Due }) {
		t.Errorf("%d wait, %v", len(waiting), err)
	}
	if _, err := o.as(auth.SchoolHead, f.Unit).Remind(o.ctx, is.ID, ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a school reminds: %v", err)
	}
}
