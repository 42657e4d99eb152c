package flow_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// census is a pack of small forms that ask things of their own, and one that
// asks what the yearly form asks already.
const census = `
id: census
version: "1"
name: {zh: 普查, en: Census}
uses: [cn-common]
stages: [primary, junior]
source: 测试
sources: {t: 测试文件}
units:
  - {id: tree, name: {zh: 棵, en: trees}}
elements:
  - group: {id: census, name: {zh: 普查, en: Census}}
    level: section
    items:
`

// addCensus makes n small forms of 10 minutes each and collects with them.
func (o *office) addCensus(n int, more string) {
	o.t.Helper()
	var b strings.Builder
	b.WriteString(census)
	for i := range n {
		c := string(rune('a' + i))
		b.WriteString("      - {id: trees_" + c + ", name: {zh: 树木" + c + ", en: Trees " + c + "}, type: count, unit: tree, source: [t], evidence: P}\n")
	}
	b.WriteString("forms:\n")
	form := func(id, element, extra string) {
		b.WriteString("  - {id: " + id + ", name: {zh: 表" + id + ", en: Form " + id + "}, basis: 测试文件, frequency: yearly, fills: school, level: school, opens: 09-01, closes: 10-31, minutes: 10, approver: 市局" + extra + ", source: [t], evidence: P, asks: [{element: " + element + "}]}\n")
	}
	for i := range n {
		c := string(rune('a' + i))
		form("census-"+c, "trees_"+c, "")
	}
	if more != "" {
		form("census-twice", "pupils", more)
	}
	file := filepath.Join(o.t.TempDir(), "census.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		o.t.Fatal(err)
	}
	if err := o.flow.AddPacks(o.ctx, file); err != nil {
		o.t.Fatal(err)
	}
}

// Burden rule 1: two open forms may not ask the same of the same units and
// period. The refusal names both.
func TestBurdenRule1AskedTwice(t *testing.T) {
	o := newOffice(t)
	o.addCensus(1, " ")
	o.issue()
	order := flow.Order{Form: "census-twice", Period: thisYear, Due: date("2025-10-24")}
	_, err := o.section().Issue(o.ctx, order)
	if !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "census-twice") || !strings.Contains(err.Error(), form1) {
		t.Errorf("the same twice: %v", err)
	}
	order.Period = lastYear
	if _, err := o.section().Issue(o.ctx, order); err != nil {
		t.Errorf("of another period: %v", err)
	}
	order.Period = thisYear
	if err := o.section().CloseIssue(o.ctx, form1+"-2025", true); err != nil {
		t.Fatal(err)
	}
	if _, err := o.section().Issue(o.ctx, order); err != nil {
		t.Errorf("after the other was closed: %v", err)
	}
}

// Burden rule 5: what is not on the list of forms, or has expired, or was struck
// off, is not issued.
func TestBurdenRule5ClosedList(t *testing.T) {
	o := newOffice(t)
	o.addCensus(2, ", valid: 2025-06-30")
	city := o.section()
	order := func(form string) error {
		_, err := city.Issue(o.ctx, flow.Order{Form: form, Period: lastYear, Due: date("2025-10-24")})
		return err
	}
	if err := order("census-none"); !errors.Is(err, fault.NotFound) {
		t.Errorf("a form that nobody listed: %v", err)
	}
	if err := order("census-twice"); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "2025-06-30") {
		t.Errorf("an expired form: %v", err)
	}
	if err := city.ListForm(o.ctx, store.Listed{Form: "census-a", Basis: "测试文件", Frequency: "yearly", Minutes: 10, Approver: "市局", Struck: true}); err != nil {
		t.Fatal(err)
	}
	if err := order("census-a"); !errors.Is(err, fault.Invalid) {
		t.Errorf("a form that was struck off: %v", err)
	}
	if err := city.ListForm(o.ctx, store.Listed{Form: "census-b", Basis: "测试文件", Frequency: "yearly", Minutes: 10}); err != nil {
		t.Fatal(err)
	}
	if err := order("census-b"); !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "approver") {
		t.Errorf("a form that nobody approved: %v", err)
	}
	if err := o.as(auth.CountyReviewer, o.county.ID).ListForm(o.ctx, store.Listed{Form: "census-b"}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county changed the list: %v", err)
	}
	if _, err := o.as(auth.CountyClerk, o.county.ID).Issue(o.ctx, flow.Order{Form: form1, Period: thisYear}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county issued a form: %v", err)
	}
}

// Burden rule 5: the seventh form of a school year is refused, unless a named
// approver gives a reason, which the issue keeps.
func TestBurdenRule5YearlyBudget(t *testing.T) {
	o := newOffice(t)
	o.addCensus(7, "")
	city := o.section()
	order := flow.Order{Period: thisYear, Due: date("2025-10-24")}
	for i := range 6 {
		order.Form = "census-" + string(rune('a'+i))
		if _, err := city.Issue(o.ctx, order); err != nil {
			t.Fatalf("form %d of 6: %v", i+1, err)
		}
	}
	order.Form = "census-g"
	_, err := city.Issue(o.ctx, order)
	var over *collect.Over
	if !errors.As(err, &over) || over.Spent.Forms != 7 || !errors.Is(err, fault.Invalid) || !strings.Contains(over.Text().ZH, "7张") {
		t.Fatalf("the seventh: %v", err)
	}
	order.Reason = "国务院督导组要求"
	if _, err := city.Issue(o.ctx, order); !errors.As(err, &over) {
		t.Errorf("a reason without a name: %v", err)
	}
	order.Approver = "某局长"
	is, err := city.Issue(o.ctx, order)
	if err != nil || is.Reason != "某局长：国务院督导组要求" {
		t.Errorf("with name and reason: %+v, %v", is, err)
	}
	// Another school year begins anew.
	o.clock = time.Date(2026, time.September, 14, 10, 0, 0, 0, collect.China)
	if _, err := city.Issue(o.ctx, flow.Order{Form: "census-a", Period: edu.Year(2026), Due: date("2026-10-23")}); err != nil {
		t.Errorf("the year after: %v", err)
	}
}

// Burden rule 5: eight hours are eight hours, in however few forms.
func TestBurdenRule5Minutes(t *testing.T) {
	o := newOffice(t)
	o.addCensus(1, "")
	city := o.section()
	if err := city.ListForm(o.ctx, store.Listed{Form: "census-a", Basis: "测试文件", Frequency: "yearly", Minutes: 391, Approver: "市局"}); err != nil {
		t.Fatal(err)
	}
	o.issue() // 90 minutes
	var over *collect.Over
	if _, err := city.Issue(o.ctx, flow.Order{Form: "census-a", Period: thisYear, Due: date("2025-10-24")}); !errors.As(err, &over) || over.Spent.Minutes != 481 {
		t.Errorf("481 minutes: %v", err)
	}
	if err := city.SetBudget(o.ctx, collect.Budget{Forms: 6, Minutes: 481}); err != nil {
		t.Fatal(err)
	}
	if _, err := city.Issue(o.ctx, flow.Order{Form: "census-a", Period: thisYear, Due: date("2025-10-24")}); err != nil {
		t.Errorf("within the city's own budget: %v", err)
	}
}

// Burden rule 6: a lower level cannot add fields, shorten the time by more than a
// fifth or widen the fillers; it may drop what it knows.
func TestBurdenRule6NoAddingOnTheWayDown(t *testing.T) {
	o := newOffice(t)
	is := o.issue() // 15 September to 24 October: 39 days
	county := o.as(auth.CountyReviewer, o.county.ID)
	earliest := is.Due - 7
	for _, tt := range []struct {
		name   string
		change flow.Change
		want   error
	}{
		{"a field is added", flow.Change{Add: []string{"trees"}}, fault.Forbidden},
		{"a field is required that was not", flow.Change{Asks: map[string]bool{"left_behind_pupils": true}}, fault.Forbidden},
		{"the fillers are widened", flow.Change{Fills: []pack.Filler{pack.FillTownship}}, fault.Forbidden},
		{"the time is shortened by more than a fifth", flow.Change{Due: earliest - 1}, fault.Forbidden},
		{"the time is lengthened for all", flow.Change{Due: is.Due + 1}, fault.Forbidden},
		{"what nobody knows is dropped", flow.Change{Drop: []string{"funds_budget"}}, fault.Forbidden},
		{"the time is shortened by a fifth", flow.Change{Due: earliest}, nil},
		{"what the county knows is dropped", flow.Change{Drop: []string{"built_year"}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := county.Adapt(o.ctx, is.ID, o.county.ID, tt.change); !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
	if err := county.Adapt(o.ctx, is.ID, "YX-HL", flow.Change{}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county's: %v", err)
	}
	if err := o.as(auth.CountyClerk, o.county.ID).Adapt(o.ctx, is.ID, o.county.ID, flow.Change{}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("by a clerk: %v", err)
	}
	unit := o.school(is.ID, 1, 0).Unit
	p, _, _, err := o.as(auth.SchoolClerk, unit).Paper(o.ctx, is.ID, unit)
	if err != nil {
		t.Fatal(err)
	}
	if _, from := p.Value(form.Key{Part: p.Parts[0], Field: "built_year"}); from != form.FromSure {
		t.Errorf("a dropped field is asked: it rests on %v", from)
	}
	if err := county.Adapt(o.ctx, is.ID, o.county.ID, flow.Change{Due: earliest}); err != nil {
		t.Fatal(err)
	}
	list, err := o.as(auth.SchoolClerk, unit).Tasks(o.ctx, collect.Filter{})
	if err != nil || len(list.List) != 1 || list.List[0].Inner != earliest || list.List[0].Due != is.Due {
		t.Errorf("the school sees %+v, %v", list, err)
	}
	// Nobody is late by the county's own day.
	o.clock = collect.Closes(is.Due)
	if list, err := county.Tasks(o.ctx, collect.Filter{Late: true}); err != nil || list.Total != 0 {
		t.Errorf("%d late on the last day, %v", list.Total, err)
	}
}

// Burden rule 8: no form falls due within three working days, on a holiday or in
// the first week of teaching; an exception carries a name.
func TestBurdenRule8FairDeadline(t *testing.T) {
	o := newOffice(t)
	order := func(due string, x collect.Exception) error {
		_, err := o.section().Issue(o.ctx, flow.Order{Form: form1, Period: thisYear, Due: date(due), Except: x})
		return err
	}
	for _, due := range []string{"2025-09-16", "2025-10-01", "2025-10-25"} {
		if err := order(due, collect.Exception{}); !errors.Is(err, fault.Invalid) {
			t.Errorf("due on %s: %v", due, err)
		}
	}
	if err := order("2025-09-16", collect.Exception{Ground: collect.UrgentTop}); !errors.Is(err, fault.Invalid) {
		t.Errorf("an exception without a name: %v", err)
	}
	if err := order("2025-09-16", collect.Exception{Ground: collect.UrgentTop, By: "某局长"}); err != nil {
		t.Errorf("an exception with one: %v", err)
	}
}
