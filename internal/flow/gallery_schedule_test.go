package flow_test

import (
	"errors"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/intake"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// A schedule lays a draft among the to-dos of one person, once a run, and does
// nothing else: nobody is told, nothing is archived, and what the person may not make
// is not made. When they have seen to it, it is no to-do any more.
func TestASchedulePutsADraftBeforeOnePerson(t *testing.T) {
	o := newOffice(t)
	must(t, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
	accounts := flow.NewAccounts(o.flow, flow.AccountOptions{})
	own := o.town.county.ID
	clerk := func(login string, unit edu.UnitID, role auth.Role) auth.Actor {
		t.Helper()
		a, _, err := accounts.Make(o.ctx, auth.Operator(), auth.Account{Login: login, Name: login, Unit: unit, Grants: []auth.Grant{{Role: role, Unit: unit, Whole: unit == ""}}})
		must(t, err)
		return a.Actor()
	}
	section, county, other := clerk("section", "", auth.CitySection), clerk("county", own, auth.CountyClerk), clerk("other", "", auth.CityPlanner)
	g := o.flow.Gallery()
	today := collect.Today(o.clock)
	day := func(on int, k gallery.Kind, unit edu.UnitID, who auth.Actor) gallery.Schedule {
		return gallery.Schedule{Kind: k, Unit: unit, Every: gallery.Week, On: on, Account: who.Account, From: today}
	}
	for name, s := range map[string]gallery.Schedule{"the city before a county": day(1, gallery.Standards, "", county), "a sheet": day(1, gallery.Order, "", section), "no day": day(0, gallery.Standards, "", section)} {
		if _, err := g.KeepSchedule(o.ctx, section, s); !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := g.KeepSchedule(o.ctx, county, day(1, gallery.Standards, own, county)); !errors.Is(err, fault.Forbidden) {
		t.Errorf("kept by a county: %v", err)
	}
	for _, s := range []gallery.Schedule{day(1, gallery.Standards, "", section), day(1, gallery.Standards, own, county)} {
		_, err := g.KeepSchedule(o.ctx, section, s)
		must(t, err)
	}
	o.clock = o.clock.AddDate(0, 0, 7) // every day of the week has been
	for _, want := range []int{2, 0} {
		if n, err := g.RunDue(o.ctx); err != nil || n != want {
			t.Fatalf("%d drafts, %v; want %d", n, err, want)
		}
	}
	drafts := func(who auth.Actor) (out []string) {
		t.Helper()
		list, err := o.flow.Todos(o.ctx, who)
		must(t, err)
		for _, i := range list {
			if i.Kind == todo.Report {
				out = append(out, strings.TrimPrefix(i.Link, "/reports/"))
			}
		}
		return out
	}
	for _, who := range []auth.Actor{section, county} {
		if n := len(drafts(who)); n != 1 {
			t.Fatalf("%s has %d drafts to look at", who.Name, n)
		}
	}
	if n := len(drafts(other)); n != 0 {
		t.Errorf("somebody else has %d drafts to look at", n)
	}
	for _, who := range []auth.Actor{section, county, other} {
		if in, err := o.flow.Messages(o.ctx, who, 0, 50); err != nil || in.Total != 0 {
			t.Errorf("%s was told %d times, %v", who.Name, in.Total, err)
		}
	}
	if _, n, err := g.Reports(o.ctx, section, store.ReportFilter{State: string(gallery.Final)}); err != nil || n != 0 {
		t.Errorf("%d documents are archived by themselves, %v", n, err)
	}
	r, err := g.Report(o.ctx, section, drafts(section)[0])
	must(t, err)
	if r.Draft.Of == "" || r.State != string(gallery.Waiting) || r.By != section.Account {
		t.Errorf("%s by %s is %s", r.Kind, r.By, r.State)
	}
	_, err = g.Act(o.ctx, section, r.ID, r.Rev, gallery.Finish, nil)
	must(t, err)
	if n := len(drafts(section)); n != 0 {
		t.Errorf("%d drafts after it was archived", n)
	}
}
