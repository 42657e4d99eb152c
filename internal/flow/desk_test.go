package flow_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/testkit"
)

// The desk is tried with one county of the demo city: all units are registered,
// the county's figures of the year before are read in, and what its schools
// answer this year is what the demo city says.

const (
	county = 7 // 雁渡县, the smallest
	form1  = "cn-annual-base"
)

var (
	thisYear = edu.Year(2025)
	lastYear = edu.Year(2024)
	morning  = time.Date(2025, time.September, 15, 10, 0, 0, 0, collect.China) // a Monday
)

// town is what all tests of the desk share: the city, its answers, a database to
// copy.
type town struct {
	city    *demo.City
	pack    *pack.Pack
	answers *form.Source // this year's, as the demo city gives them
	books   map[edu.Period][]byte
	county  demo.County
}

var theTown = sync.OnceValues(func() (*town, error) {
	t := &town{city: demo.New(1), books: map[edu.Period][]byte{}}
	t.county = t.city.Counties()[county]
	var err error
	if t.pack, err = pack.Open("cn-compulsory"); err != nil {
		return nil, err
	}
	for _, y := range []edu.Period{lastYear, thisYear} {
		var b bytes.Buffer
		if err := t.city.Workbook(&b, county, y); err != nil {
			return nil, err
		}
		t.books[y] = b.Bytes()
	}
	batch, err := intake.Read(context.Background(), []intake.File{t.file(thisYear)}, t.pack, intake.Options{})
	if err != nil {
		return nil, err
	}
	// As last year's they are beside every cell, whatever the form says of it.
	t.answers, err = form.NewSource(t.pack, pack.FromLastYear, edu.Text{ZH: "示例", EN: "demo"}, batch.Tables)
	return t, err
})

func (t *town) file(y edu.Period) intake.File {
	return intake.File{Name: "county.xlsx", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(t.books[y])), nil }}
}

// office is a database of a test, with its clock.
type office struct {
	*town
	t     testing.TB
	flow  *flow.City
	ctx   context.Context
	clock time.Time
	dsn   string
}

// foundTown is the database that every test begins with.
var foundTown = testkit.Prepared{Fill: func(dsn string) error {
	t, err := theTown()
	if err != nil {
		return err
	}
	return t.found(dsn)
}}

// found makes a database with the town and its last year.
func (t *town) found(dsn string) error {
	ctx := context.Background()
	c, err := flow.Open(ctx, dsn, "cn-compulsory")
	if err != nil {
		return err
	}
	if err := t.city.Found(ctx, c); err != nil {
		return errors.Join(err, c.Close())
	}
	err = c.Import(ctx, []intake.File{t.file(lastYear)}, flow.ImportOptions{By: "test", Fictional: true})
	return errors.Join(err, c.Close())
}

// onBoth runs a test on SQLite, and on PostgreSQL where there is a server.
func onBoth(t *testing.T, test func(o *office)) {
	t.Run("sqlite", func(t *testing.T) { test(newOffice(t)) })
	t.Run("postgres", func(t *testing.T) { test(openOffice(t, foundTown.Postgres(t))) })
}

func newOffice(t testing.TB) *office {
	t.Helper()
	return openOffice(t, foundTown.SQLite(t))
}

func openOffice(t testing.TB, dsn string) *office {
	t.Helper()
	w, err := theTown()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{town: w, t: t, ctx: context.Background(), clock: morning, dsn: dsn}
	if o.flow, err = flow.Open(o.ctx, dsn, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.flow.Close() })
	o.flow.SetClock(func() time.Time { return o.clock })
	return o
}

func (o *office) as(r auth.Role, unit edu.UnitID) *flow.Desk {
	return o.flow.Desk(auth.Actor{Account: string(r) + "@" + string(unit), Name: "某" + string(r), Grants: []auth.Grant{{Role: r, Unit: unit, Whole: unit == ""}}})
}

func (o *office) section() *flow.Desk { return o.as(auth.CitySection, "") }

// issue issues the schools' form, due in about a month.
func (o *office) issue() collect.Issue {
	o.t.Helper()
	is, err := o.section().Issue(o.ctx, flow.Order{Form: form1, Period: thisYear, Due: date("2025-10-24")})
	if err != nil {
		o.t.Fatal(err)
	}
	return is
}

func date(s string) edu.Date {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return edu.DateOf(d)
}

// school is the nth school of the county that has a number of sections.
func (o *office) school(issue string, sections, nth int) collect.Place {
	o.t.Helper()
	day := edu.DateOf(thisYear.Reference())
	has := map[edu.UnitID]int{}
	for _, u := range o.city.Units() {
		if (u.Stage == edu.Primary || u.Stage == edu.Junior) && u.Exists(day) {
			has[u.Attrs[0].Parent]++
		}
	}
	tasks, err := o.section().Tasks(o.ctx, collect.Filter{Issue: issue, Unit: o.county.ID, Limit: 1000})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, t := range tasks.List {
		if has[t.Unit] == sections {
			if nth--; nth < 0 {
				return t.Place
			}
		}
	}
	o.t.Fatalf("of %d schools too few have %d sections", tasks.Total, sections)
	return collect.Place{}
}

// fill answers a paper as the demo city does, with a reason for what is asked
// about and a full signature block.
func (o *office) fill(d *flow.Desk, issue string, unit edu.UnitID) (form.Content, collect.Filing) {
	o.t.Helper()
	p, f, _, err := d.Paper(o.ctx, issue, unit)
	if err != nil {
		o.t.Fatal(err)
	}
	said := form.New(p.Pack, p.Form, p.Period, p.Unit, p.Above, p.Parts)
	said.Know(o.answers)
	c := form.Content{Cells: map[string]string{}, Lists: map[string][]form.Row{}, Sign: form.Sign{Filler: "甲", Phone: "0000", Reviewer: "乙", Head: "丙"}}
	for k := range said.Cells() {
		if v, ok := said.Prior[k]; ok {
			c.Cells[k.String()] = v.Text
		}
	}
	for _, l := range said.Lists {
		if len(l.Prior) > 0 {
			c.Lists[l.List.ID] = l.Prior
		}
	}
	problems, err := d.Check(o.ctx, issue, unit, c)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, q := range problems {
		if q.Blocking {
			o.t.Fatalf("%s: %s", p.Unit.Name.ZH, q.Text.ZH)
		}
		if c.Reasons == nil {
			c.Reasons = map[string]form.Reason{}
		}
		c.Reasons[q.Key] = form.Reason{Code: "other", Text: "示例数据"}
	}
	return c, f
}

// step takes a step that must succeed.
func (o *office) step(d *flow.Desk, f collect.Filing, a collect.Action, opt collect.StepOptions) collect.Filing {
	o.t.Helper()
	g, problems, err := d.Step(o.ctx, f.Issue, f.Unit, f.Rev, a, opt)
	if err != nil {
		o.t.Fatalf("%s: %v %v", a, err, problems)
	}
	return g
}

// The whole way of a school's form, from the empty paper to the lock.
func TestFilingFullWay(t *testing.T) {
	onBoth(t, func(o *office) {
		t := o.t
		is := o.issue()
		place := o.school(is.ID, 1, 0)
		school := o.as(auth.SchoolHead, place.Unit)
		content, f := o.fill(school, is.ID, place.Unit)
		if f.State != collect.NotStarted || f.Rev != 0 || f.Due != is.Due {
			t.Fatalf("begins as %+v", f)
		}
		f, err := school.Save(o.ctx, is.ID, place.Unit, 0, content)
		if err != nil || f.State != collect.Draft || f.Rev != 1 {
			t.Fatalf("saved: %+v, %v", f, err)
		}
		if set, err := o.flow.Periods(o.ctx); err != nil || len(set) != 1 {
			t.Errorf("a draft is a figure: %v %v", set, err)
		}
		o.clock = o.clock.Add(time.Hour)
		f = o.step(school, f, collect.Submit, collect.StepOptions{ID: "a"})
		if f.State != collect.AtCounty || f.Handed != 1 || f.Check == "" {
			t.Fatalf("handed in: %+v", f)
		}
		if ps, err := o.flow.Periods(o.ctx); err != nil || len(ps) != 2 {
			t.Errorf("what was handed in is no figure: %v %v", ps, err)
		}
		f = o.step(o.as(auth.CountyReviewer, o.county.ID), f, collect.Pass, collect.StepOptions{})
		f = o.step(o.section(), f, collect.Lock, collect.StepOptions{})
		if f.State != collect.Locked {
			t.Fatalf("locked: %+v", f)
		}
		p, f, log, err := school.Paper(o.ctx, is.ID, place.Unit)
		if err != nil || len(log) != 4 {
			t.Fatalf("log %v, %v", log, err)
		}
		want := []collect.State{collect.Draft, collect.AtCounty, collect.AtCity, collect.Locked}
		for i, e := range log {
			if e.To != want[i] {
				t.Errorf("step %d went to %s, want %s", i, e.To, want[i])
			}
		}
		if string(p.Content.JSON()) != string(content.JSON()) || f.Check != p.Code(1) {
			t.Errorf("the paper is not the one that was handed in, or its code %s is not %s", p.Code(1), f.Check)
		}
		if _, err := school.Save(o.ctx, is.ID, place.Unit, f.Rev, form.Content{}); !errors.Is(err, fault.Conflict) {
			t.Errorf("a locked paper was changed: %v", err)
		}
		g, err := o.section().Progress(o.ctx, thisYear)
		if err != nil || len(g) != 1 || g[0].Locked != 1 || g[0].Total < 50 {
			t.Errorf("progress %+v, %v", g, err)
		}
	})
}
