package flow

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/incident"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// yard is a city of two counties with schools and a kindergarten, on a day in
// November, with people of every side.
type yard struct {
	*City
	t     *testing.T
	clock time.Time
}

func holder(account string, role auth.Role, unit edu.UnitID) auth.Actor {
	return auth.Actor{Account: account, Name: "名" + account, Grants: []auth.Grant{{Role: role, Unit: unit, Whole: unit == ""}}}
}

var (
	yardSchool   = holder("school", auth.SchoolHead, "s1")
	yardSecond   = holder("second", auth.SchoolClerk, "s2")
	yardKinder   = holder("kinder", auth.SchoolHead, "k1")
	yardCounty   = holder("county", auth.CountyReviewer, "east")
	yardElse     = holder("else", auth.CountyReviewer, "west")
	yardCity     = holder("city", auth.CitySection, "")
	yardPlanner  = holder("planner", auth.CityPlanner, "")
	yardNobody   = holder("nobody", auth.AuditAdmin, "")
	yardLeader   = holder("leader", auth.Leader, "")
	yardTownship = holder("township", auth.TownshipClerk, "east")
)

func newYard(t *testing.T) *yard {
	t.Helper()
	c, err := Open(context.Background(), filepath.Join(t.TempDir(), "a.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	unit := func(id edu.UnitID, l edu.Level, code string, up edu.UnitID, kind string) edu.Unit {
		return edu.Unit{ID: id, Level: l, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: "名" + string(id)}, Parent: up, Kind: kind}}}
	}
	units := []edu.Unit{unit("city", edu.City, "990100", "", ""), unit("east", edu.County, "990121", "city", ""), unit("west", edu.County, "990122", "city", "")}
	for i, s := range []struct {
		id     edu.UnitID
		county edu.UnitID
		kind   string
	}{{"s1", "east", "211"}, {"s2", "east", "311"}, {"s3", "east", "211"}, {"k1", "east", "111"}, {"v1", "west", "361"}, {"s4", "west", "211"}, {"h1", "city", "411"}} {
		units = append(units, unit(s.id, edu.School, fmt.Sprintf("99012%05d", i), s.county, s.kind))
	}
	if err := c.Register(context.Background(), units); err != nil {
		t.Fatal(err)
	}
	y := &yard{c, t, time.Date(2025, 11, 26, 10, 0, 0, 0, collect.China)}
	c.SetClock(func() time.Time { return y.clock })
	return y
}

func (y *yard) wants(what string, err, kind error) {
	y.t.Helper()
	if !errors.Is(err, kind) || kind == nil && err != nil {
		y.t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func (y *yard) on(l string) duty.Setting {
	y.t.Helper()
	s, err := y.DutyLists().At(func() time.Time { return time.Date(2025, 9, 10, 9, 0, 0, 0, collect.China) }).Switch(ctx, yardPlanner, duty.Setting{List: l, On: true, Approver: "示例批准人", Reason: "试行", Basis: "示例市教〔2025〕3号"})
	if err != nil {
		y.t.Fatal(err)
	}
	return s
}

// Nothing is asked until the city switches it on, with what it rests on and who
// approved it; whoever has not the right over the whole city does not.
func TestDutyListsAreOff(t *testing.T) {
	y := newYard(t)
	x := y.DutyLists()
	all, err := x.Lists(ctx, yardSchool)
	y.wants("lists", err, nil)
	for _, l := range all {
		if l.On || len(l.Rounds) > 0 {
			t.Errorf("%s is on", l.Name.ZH)
		}
	}
	_, err = x.Sheet(ctx, yardSchool, "ideology", "s1", edu.Period{})
	y.wants("a sheet of a list that is off", err, fault.NotFound)
	m, err := x.Matrix(ctx, yardCity, edu.Period{}, "")
	if err != nil || len(m.Lists) != 0 {
		t.Errorf("a matrix of %d lists, %v", len(m.Lists), err)
	}
	s := duty.Setting{List: "ideology", On: true, Approver: "示例批准人", Reason: "试行"}
	_, err = x.Switch(ctx, yardCity, s)
	y.wants("without a basis", err, fault.Invalid)
	s.Basis = "示例市教〔2025〕3号"
	for _, who := range []auth.Actor{yardSchool, yardCounty, yardLeader, yardNobody, holder("c", auth.CitySection, "east")} {
		_, err = x.Switch(ctx, who, s)
		y.wants("by "+who.Account, err, fault.Forbidden)
	}
	kept, err := x.Switch(ctx, yardCity, s)
	y.wants("by the city", err, nil)
	s.On, s.Rev = false, 0
	_, err = x.Switch(ctx, yardPlanner, s)
	y.wants("over an older page", err, fault.Conflict)
	s.Rev = kept.Rev
	_, err = x.Switch(ctx, yardPlanner, s)
	y.wants("off", err, nil)
	l, err := x.List(ctx, yardCity, "ideology")
	if err != nil || l.On || len(l.Past) != 2 {
		t.Errorf("%+v, %v", l.Past, err)
	}
}

// A list is a form of the list of forms: beyond the yearly budget of schools it is
// refused, and let through only for who approves that by name.
func TestDutyListsCost(t *testing.T) {
	y := newYard(t)
	y.wants("the budget", y.Desk(yardCity).SetBudget(ctx, collect.Budget{Forms: 2, Minutes: 480}), nil)
	y.on("mind")
	y.on("party")
	s := duty.Setting{List: "home_school", On: true, Approver: "示例批准人", Reason: "试行"}
	_, err := y.DutyLists().Switch(ctx, yardPlanner, s)
	y.wants("a third", err, fault.Invalid)
	if err == nil || !strings.Contains(err.(*auth.Refusal).In("zh"), "超过上限2张") {
		t.Errorf("it is not said why: %v", err)
	}
	s.Waived = "示例局长：上级部署"
	_, err = y.DutyLists().Switch(ctx, yardPlanner, s)
	y.wants("waived by name", err, nil)
}

// A school ticks off, the county sees how far it is and may not write for it; other
// counties see nothing.
func TestDutySheets(t *testing.T) {
	y := newYard(t)
	x := y.DutyLists()
	y.on("home_school")
	day := collect.Today(y.clock)
	sheet := duty.Sheet{List: "home_school", Unit: "s1", Marks: map[string]duty.Mark{"guidance": {Done: day - 9, Times: 1, By: "moral"}, "practice": {Done: day - 5, Times: 1, By: "moral", Remark: "亲子阅读"}}}
	kept, err := x.Save(ctx, yardSchool, sheet)
	y.wants("by the school", err, nil)
	if kept.Period.String() != "2025T1" {
		t.Errorf("of %s", kept.Period)
	}
	_, err = x.Save(ctx, yardSchool, sheet)
	y.wants("over an older page", err, fault.Conflict)
	for _, who := range []auth.Actor{yardSecond, yardElse, yardNobody} {
		_, err := x.Sheet(ctx, who, "home_school", "s1", edu.Period{})
		if err == nil {
			t.Errorf("%s sees it", who.Account)
		}
		_, err = x.Save(ctx, who, sheet)
		if err == nil {
			t.Errorf("%s writes it", who.Account)
		}
	}
	_, err = x.Save(ctx, yardKinder, duty.Sheet{List: "home_school", Unit: "k1", Marks: map[string]duty.Mark{"board": {Done: day, Times: 1, By: "head"}}})
	y.wants("a duty that kindergartens have not", err, fault.Invalid)
	m, err := x.Matrix(ctx, yardCounty, edu.Period{}, "")
	if err != nil || len(m.Rows) != 4 {
		t.Fatal(m, err)
	}
	got := ""
	for _, r := range m.Rows {
		got += fmt.Sprintf("%s %d/%d ", r.Unit, r.Cells[0].Progress.Done, r.Cells[0].Owed)
	}
	if want := "s1 2/3 s2 0/3 s3 0/3 k1 0/2 "; got != want {
		t.Errorf("matrix %q, want %q", got, want)
	}
	if m, err = x.Matrix(ctx, yardCity, edu.Period{}, ""); err != nil || len(m.Rows) != 2 || m.Rows[0].Unit != "east" || m.Rows[0].Schools != 4 || m.Rows[1].Cells[0].Owed != 1+3 {
		t.Errorf("by county: %+v, %v", m.Rows, err)
	}
	// To-dos of who is owed by, and of nobody else.
	for who, want := range map[*auth.Actor]string{&yardSchool: "逐项登记：家校社协同活动", &yardCounty: "", &yardCity: ""} {
		if got := (&town{y.City, t, ""}).says(*who, todo.List); got != want {
			t.Errorf("%s has %q, want %q", who.Account, got, want)
		}
	}
}

// How many were referred is the school's own: a few are shown to nobody else, and
// whoever does not see them does not write over them.
func TestReferralsOfAFew(t *testing.T) {
	y := newYard(t)
	x := y.DutyLists()
	y.on("mind")
	state := func(who auth.Actor, unit edu.UnitID, n int) {
		t.Helper()
		if _, err := x.Save(ctx, who, duty.Sheet{List: "mind", Unit: unit, Counts: map[string]int{"referred": n}}); err != nil {
			t.Fatal(err)
		}
	}
	state(yardSchool, "s1", 3)
	state(yardSecond, "s2", 24)
	state(holder("third", auth.SchoolHead, "s3"), "s3", 30)
	own, err := x.Sheet(ctx, yardSchool, "mind", "s1", edu.Period{})
	if err != nil || own.Counts["referred"] != 3 {
		t.Errorf("the own school sees %v, %v", own.Counts, err)
	}
	for _, who := range []auth.Actor{yardCounty, yardCity, yardTownship} {
		for unit, want := range map[edu.UnitID]int{"s1": Hidden, "s2": Hidden, "s3": 30} {
			s, err := x.Sheet(ctx, who, "mind", unit, edu.Period{})
			if err != nil || s.Counts["referred"] != want {
				t.Errorf("%s sees %v of %s, %v", who.Account, s.Counts, unit, err)
			}
		}
		c, err := x.Counts(ctx, who, "mind", "referred", edu.Period{})
		if err != nil || len(c.Counties) == 0 || c.Counties[0] != (DutyCountyOf{"east", 3, 4, 57}) || c.Rows[0].N != Hidden || c.Rows[2].N != 30 || who.Reach(auth.KeepDuties).Whole && c.Whole != 57 {
			t.Errorf("%s counts %+v, %v", who.Account, c, err)
		}
	}
	// A school reads its own figure and nothing of the county's.
	if c, err := x.Counts(ctx, yardSchool, "mind", "referred", edu.Period{}); err != nil || len(c.Rows) != 1 || c.Rows[0].N != 3 || len(c.Counties) != 0 {
		t.Errorf("the school counts %+v, %v", c, err)
	}
	s, err := x.Sheet(ctx, yardTownship, "mind", "s1", edu.Period{})
	if err != nil {
		t.Fatal(err)
	}
	s.Sheet.Counts = map[string]int{"referred": 99}
	s.Sheet.Marks = map[string]duty.Mark{"care": {Done: collect.Today(y.clock), By: "mind"}}
	_, err = x.Save(ctx, yardTownship, s.Sheet)
	y.wants("by the central school", err, nil)
	if own, err = x.Sheet(ctx, yardSchool, "mind", "s1", edu.Period{}); err != nil || own.Counts["referred"] != 3 || own.Marks["care"].Done == 0 {
		t.Errorf("after it: %+v, %v", own.Sheet, err)
	}
}

// Drills: who enters, who sees, what is missing, and how one is put right.
func TestDrills(t *testing.T) {
	y := newYard(t)
	x := y.Incidents()
	day := func(m time.Month, d int) edu.Date { return edu.DateOf(time.Date(2025, m, d, 0, 0, 0, 0, time.UTC)) }
	d := incident.Drill{Unit: "s1", Sent: "a", Day: day(9, 10), Kind: incident.Evacuation, Whole: true, People: 300, Seconds: 100, Lead: "safety"}
	one, err := x.AddDrill(ctx, yardSchool, d)
	y.wants("by the school", err, nil)
	again, err := x.AddDrill(ctx, yardSchool, d)
	if err != nil || again.ID != one.ID {
		t.Errorf("sent twice: %s and %s, %v", one.ID, again.ID, err)
	}
	for _, who := range []auth.Actor{yardSecond, yardElse, yardLeader} {
		if _, err := x.AddDrill(ctx, who, d); err == nil {
			t.Errorf("%s enters a drill of another", who.Account)
		}
	}
	for unit, want := range map[edu.UnitID]string{"s1": "held missing now", "s2": "missing missing now", "k1": "now"} {
		s, err := x.DrillSheet(ctx, yardCounty, unit, 2025)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, slot := range s.Slots {
			if slot.First <= day(11, 26) {
				got = append(got, string(slot.State))
			}
		}
		if strings.Join(got, " ") != want || s.Does {
			t.Errorf("%s: %v, want %s", unit, got, want)
		}
	}
	if _, err := x.DrillSheet(ctx, yardElse, "s1", 2025); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county: %v", err)
	}
	right := d
	right.Sent, right.Replaces, right.Reason, right.Day = "b", one.ID, "日期填错", day(10, 10)
	_, err = x.AddDrill(ctx, yardSchool, right)
	y.wants("put right", err, nil)
	s, err := x.DrillSheet(ctx, yardSchool, "s1", 2025)
	if err != nil || len(s.List) != 1 || s.List[0].Day != day(10, 10) || len(s.Past) != 1 || s.Missing != 1 || !s.Does {
		t.Errorf("%+v, %v", s, err)
	}
	p, err := x.KeepDrillPlan(ctx, yardSchool, incident.Plan{Unit: "s1", Year: 2025, Lines: []incident.PlanLine{{Month: 10, Kind: incident.Evacuation}, {Month: 9, Kind: incident.Fire}}})
	if err != nil || p.Rev != 1 {
		t.Fatal(p, err)
	}
	if s, err = x.DrillSheet(ctx, yardSchool, "s1", 2025); err != nil || len(s.Planned) != 2 || !s.Planned[0].Late || s.Planned[1].Done == nil {
		t.Errorf("%+v, %v", s.Planned, err)
	}
	if got := (&town{y.City, t, ""}).says(yardSchool, todo.Drill); got != "开展并登记演练：11月" {
		t.Errorf("to-dos: %q", got)
	}
}

// An incident from the record to its close, by the sides that it takes.
func TestIncident(t *testing.T) {
	y := newYard(t)
	x := y.Incidents()
	at := y.clock
	i, err := x.RecordIncident(ctx, yardSchool, "s1", incident.Facts{Kind: incident.Injury, Level: incident.Major, Place: "操场", Happened: at.Add(-40 * time.Minute), Known: at.Add(-30 * time.Minute), What: "示例"}, "a")
	y.wants("record", err, nil)
	if again, err := x.RecordIncident(ctx, yardSchool, "s1", incident.Facts{Kind: incident.Injury, Level: incident.Major, Place: "操场", Happened: at.Add(-40 * time.Minute), Known: at.Add(-30 * time.Minute), What: "示例"}, "a"); err != nil || again.ID != i.ID || again.No != 1 {
		t.Errorf("sent twice: %+v, %v", again, err)
	}
	act := func(who auth.Actor, e incident.Entry, want error) {
		t.Helper()
		v, err := x.Incident(ctx, yardCity, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = x.ActIncident(ctx, who, i.ID, v.Rev, e)
		y.wants(string(e.Act)+" by "+who.Account, err, want)
	}
	says := func(who auth.Actor) string { return (&town{y.City, t, ""}).says(who, todo.Event) }
	if got := says(yardSchool); got != "电话首报：重大事件" {
		t.Errorf("the school has %q", got)
	}
	call := incident.Entry{Act: incident.Phone, At: at, To: incident.Official{Name: "示例值班员", Post: "示例县局"}}
	for _, who := range []auth.Actor{yardElse, yardSecond} {
		act(who, call, fault.NotFound)
	}
	act(yardCounty, call, fault.Forbidden)
	act(yardLeader, call, fault.Forbidden)
	act(yardSchool, call, nil)
	_, err = x.ActIncident(ctx, yardSchool, i.ID, 1, incident.Entry{Act: incident.Write, At: at})
	y.wants("over an older page", err, fault.Conflict)
	y.clock = at.Add(9 * time.Hour)
	act(yardSchool, incident.Entry{Act: incident.Write, At: y.clock}, nil)
	act(yardCounty, incident.Entry{Act: incident.Pass, At: y.clock, To: incident.Official{Post: "示例市局"}}, nil)
	act(yardSchool, incident.Entry{Act: incident.Finish, Text: "已妥善处置"}, nil)
	if got := says(yardCounty); got != "核定终报：重大事件" {
		t.Errorf("the county has %q", got)
	}
	act(yardSchool, incident.Entry{Act: incident.Accept}, fault.Forbidden)
	act(yardCounty, incident.Entry{Act: incident.Return, Text: "请补充原因"}, nil)
	act(yardSchool, incident.Entry{Act: incident.Finish, Text: "已补充"}, nil)
	act(yardCity, incident.Entry{Act: incident.Accept}, nil)
	v, err := x.Incident(ctx, yardCounty, i.ID)
	if err != nil || v.State != incident.Closed || !v.Late || v.Running != nil {
		t.Errorf("%s, late %t, running %v, %v", v.State, v.Late, v.Running, err)
	}
	for _, c := range v.Clocks {
		late := c.Late(y.clock)
		if (c.Kind == incident.WrittenClock || c.Kind == incident.PassClock) != (late > 0) {
			t.Errorf("%s is late by %s", c.Kind, late)
		}
	}
	if list, err := x.Incidents(ctx, yardElse, store.IncidentFilter{}); err != nil || len(list) != 0 {
		t.Errorf("another county sees %d, %v", len(list), err)
	}
}

// The limits are the city's to set, and say that they are its own.
func TestIncidentRules(t *testing.T) {
	y := newYard(t)
	x := y.Incidents()
	rules, err := x.Rules(ctx)
	y.wants("shipped", err, nil)
	major := rules[incident.Major]
	major.Phone = 30
	rules[incident.Major] = major
	y.wants("by a county", x.SetRules(ctx, yardCounty, rules), fault.Forbidden)
	y.wants("by the city", x.SetRules(ctx, yardCity, rules), nil)
	if rules, err = x.Rules(ctx); err != nil || rules[incident.Major].Phone != 30 || rules[incident.Major].Sources[incident.PhoneClock].Text != "市级设定" || rules[incident.Other].Sources[incident.PhoneClock].Evidence != "S" {
		t.Errorf("%+v, %v", rules[incident.Major], err)
	}
	if incident.Default[incident.Major].Phone != 120 {
		t.Error("the shipped rules were changed")
	}
	y.wants("taken back", x.SetRules(ctx, yardCity, nil), nil)
	if rules, err = x.Rules(ctx); err != nil || rules[incident.Major].Phone != 120 {
		t.Errorf("%d, %v", rules[incident.Major].Phone, err)
	}
}
