package flow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// ward is a city with registers and the people of dropout prevention.
type ward struct {
	*books
	x     *Retention
	child register.PersonID
}

const plantedName = "钱多多"

func newWard(t *testing.T, dsn string) *ward {
	t.Helper()
	w := &ward{books: newBooks(t, dsn)}
	w.clock.set(t, "2025-09-10 10:00")
	city := w.books.city
	w.x = NewRetention(city, "")
	w.x.now = w.clock.now
	accounts := NewAccounts(city, AccountOptions{Cost: cheap, Now: w.clock.now})
	for _, a := range []struct {
		login string
		grant auth.Grant
	}{
		{"eastofficer", auth.Grant{Role: auth.RetentionOfficer, Unit: "east"}}, {"townofficer", auth.Grant{Role: auth.RetentionOfficer, Unit: "town"}}, {"cityofficer", auth.Grant{Role: auth.RetentionOfficer, Whole: true}},
		{"schoolofficer", auth.Grant{Role: auth.RetentionOfficer, Unit: "school"}}, {"pointhead", auth.Grant{Role: auth.SchoolHead, Unit: "point"}}, {"westofficer", auth.Grant{Role: auth.RetentionOfficer, Unit: "west"}},
	} {
		x, _, err := accounts.Make(ctx, auth.Operator(), auth.Account{Login: a.login, Name: "某" + a.login, Unit: a.grant.Unit, Mail: a.login + "@edu.example", Grants: []auth.Grant{a.grant}})
		if err != nil {
			t.Fatal(err)
		}
		w.by[a.login], w.ids[a.login] = x.Actor(), x.ID
	}
	w.child = w.pupil(plantedName, 1)
	return w
}

func (w *ward) pupil(name string, serial int) register.PersonID {
	w.t.Helper()
	c, id := pupil(name, serial)
	p, err := w.KeepChild(ctx, w.by["head"], c, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *ward) opened(p register.PersonID) retention.Case {
	w.t.Helper()
	c, err := w.x.Open(ctx, w.by["head"], retention.Case{Person: p, Source: retention.ByAttendance, Guess: "weary", Absent: 5}, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *ward) act(who string, c retention.Case, a retention.Act, o retention.Options) retention.Case {
	w.t.Helper()
	next, err := w.x.Act(ctx, w.by[who], c.ID, c.Rev, a, o)
	if err != nil {
		w.t.Fatalf("%s: %s: %v", who, a, err)
	}
	return next
}

func (w *ward) refused(who string, c retention.Case, a retention.Act, o retention.Options, kind error) {
	w.t.Helper()
	if next, err := w.x.Act(ctx, w.by[who], c.ID, c.Rev, a, o); !errors.Is(err, kind) {
		w.t.Errorf("%s: %s of a case that is %s: %v (%s); want %v", who, a, c.State, err, next.State, kind)
	}
}

var visited = retention.Options{Visit: retention.Visit{Way: "home", Parts: []retention.Part{"class"}, Place: "家中", Saw: "both", Result: retention.Promised}}

// The whole way of a case by those who may: the school opens it and gives the receipt,
// an officer confirms and closes, the township and the county send notices. Nobody
// closes without the receipt, and nothing personal leaves the register.
func TestRetentionFromEndToEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		w := newWard(t, dsn)
		c := w.opened(w.child)
		if c.School != "school" || c.Town != "town" || c.County != "east" || c.Grade != 4 {
			t.Errorf("the case stands at %s, %s, %s, grade %d", c.School, c.Town, c.County, c.Grade)
		}
		if _, err := w.x.Open(ctx, w.by["head"], retention.Case{Person: w.child, Source: retention.ByReport, Guess: "work"}, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second case of the child: %v", err)
		}
		confirm := retention.Options{Cause: "weary", Day: edu.DateOf(w.clock.now()) - 5}
		w.refused("head", c, retention.Confirm, confirm, fault.Forbidden)
		w.refused("schoolofficer", c, retention.Confirm, confirm, fault.Forbidden)
		w.refused("westofficer", c, retention.Confirm, confirm, fault.NotFound)
		w.refused("pointhead", c, retention.Amend, retention.Options{Text: "x"}, fault.NotFound)
		w.refused("leader", c, retention.Confirm, confirm, fault.Forbidden)
		c = w.act("eastofficer", c, retention.Confirm, confirm)
		educate := retention.Options{Notice: retention.Notice{Step: retention.Educate, Issuer: "town"}}
		for _, who := range []string{"head", "schoolofficer", "town", "cityofficer"} {
			w.refused(who, c, retention.Notify, educate, fault.Forbidden)
		}
		c = w.act("townofficer", c, retention.Notify, educate)
		c = w.act("eastofficer", c, retention.Notify, retention.Options{Notice: retention.Notice{Step: retention.Correct, Number: "东教责改〔2025〕1号", Delivered: edu.DateOf(w.clock.now())}})
		if c.Legal[0].Issuer != "town" || c.Legal[1].Issuer != "east" {
			t.Errorf("notices of %s and %s", c.Legal[0].Issuer, c.Legal[1].Issuer)
		}
		c = w.act("head", c, retention.Persuade, visited)
		c = w.act("eastofficer", c, retention.Move, retention.Options{Place: retention.Placement{School: "point"}})
		w.refused("eastofficer", c, retention.Close, retention.Options{}, fault.Conflict)
		w.refused("head", c, retention.Accept, retention.Options{}, fault.Forbidden)
		w.refused("eastofficer", c, retention.Accept, retention.Options{}, fault.Forbidden)
		if items, err := w.books.city.Todos(ctx, w.by["pointhead"]); err != nil || !slices.ContainsFunc(items, func(i todo.Item) bool {
			return i.Kind == todo.Retention && i.Do.EN == "Receipt of the receiving school"
		}) {
			t.Errorf("the receiving school's to-dos are %+v, %v", items, err)
		}
		c = w.act("pointhead", c, retention.Accept, retention.Options{})
		if c.State != retention.Observing || c.Receipt.School != "point" {
			t.Errorf("after the receipt: %s of %s", c.State, c.Receipt.School)
		}
		w.refused("eastofficer", c, retention.Close, retention.Options{}, fault.Conflict)
		w.clock.set(t, "2026-03-02 10:00")
		w.refused("pointhead", c, retention.Close, retention.Options{}, fault.Forbidden)
		c = w.act("eastofficer", c, retention.Close, retention.Options{})
		if c.State != retention.Closed || c.EndedBy != "某eastofficer" {
			t.Errorf("%s by %q", c.State, c.EndedBy)
		}
		full, err := w.x.Case(ctx, w.by["eastofficer"], c.ID)
		if err != nil || full.Child != "钱**" || len(full.Events) != 8 || full.SchoolAt.ZH != "东镇中心小学" {
			t.Errorf("the officer sees %q of %q with %d events, %v", full.Child, full.SchoolAt.ZH, len(full.Events), err)
		}
		w.nothingPersonal()
	})
}

// nothingPersonal searches what leaves the register for the planted name and number.
func (w *ward) nothingPersonal() {
	w.t.Helper()
	recs, _, err := w.books.city.AuditLog(ctx, auth.Operator(), audit.Filter{})
	if err != nil || len(recs) == 0 {
		w.t.Fatalf("%d lines of the log, %v", len(recs), err)
	}
	text := fmt.Sprintf("%+v", recs)
	for _, who := range []string{"head", "eastofficer", "pointhead", "townofficer"} {
		inbox, err := w.books.city.Messages(ctx, w.by[who], 0, 100)
		items, err2 := w.books.city.Todos(ctx, w.by[who])
		page, err3 := w.x.Cases(ctx, w.by[who], store.CaseFilter{})
		if err != nil || err2 != nil || err3 != nil {
			w.t.Fatal(err, err2, err3)
		}
		text += fmt.Sprintf("%+v %+v %+v", inbox, items, page)
	}
	for _, planted := range []string{plantedName, citizenNo("20150310", 1), "赵监护", "13800000000"} {
		if strings.Contains(text, planted) {
			w.t.Errorf("%q has left the register", planted)
		}
	}
}

// A stale act changes nothing, and the same act sent twice is one.
func TestRetentionActsOnce(t *testing.T) {
	w := newWard(t, t.TempDir()+"/a.db")
	c := w.opened(w.child)
	o := retention.Options{Cause: "weary", Day: edu.DateOf(w.clock.now()), Sent: "once"}
	one := w.act("eastofficer", c, retention.Confirm, o)
	again, err := w.x.Act(ctx, w.by["eastofficer"], c.ID, c.Rev, retention.Confirm, o)
	if err != nil || again.Rev != one.Rev {
		t.Errorf("the same again: rev %d, %v", again.Rev, err)
	}
	o.Sent = "other"
	if now, err := w.x.Act(ctx, w.by["eastofficer"], c.ID, c.Rev, retention.Confirm, o); !errors.Is(err, store.ErrStale) || now.Rev != one.Rev {
		t.Errorf("over an old revision: rev %d, %v", now.Rev, err)
	}
}

// Attendance warns, becomes a case, and a month without anything is one click.
func TestAttendanceAndZeroReports(t *testing.T) {
	w := newWard(t, t.TempDir()+"/a.db")
	if err := w.x.Mark(ctx, w.by["pointhead"], retention.Mark{Person: w.child, Kind: retention.Absent, Days: 5}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another school's child: %v", err)
	}
	if err := w.x.Mark(ctx, w.by["head"], retention.Mark{Person: w.child, Kind: retention.Absent, Days: 5}); err != nil {
		t.Fatal(err)
	}
	marks, err := w.x.Marks(ctx, w.by["eastofficer"], store.MarkFilter{Open: true, Colour: true})
	if err != nil || len(marks) != 1 || marks[0].Colour != retention.Red || marks[0].Child != "钱**" {
		t.Fatalf("%+v, %v", marks, err)
	}
	if err := w.x.Zero(ctx, w.by["head"], "school", "2025-06"); err != nil {
		t.Errorf("a month without a case: %v", err)
	}
	if err := w.x.Zero(ctx, w.by["eastofficer"], "point", "2025-06"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("who checks reports: %v", err)
	}
	if err := w.x.Zero(ctx, w.by["head"], "point", "2025-06"); !errors.Is(err, fault.NotFound) {
		t.Errorf("for another school: %v", err)
	}
	if err := w.x.Zero(ctx, w.by["head"], "school", "2025-10"); !errors.Is(err, fault.Invalid) {
		t.Errorf("of a month to come: %v", err)
	}
	w.opened(w.child)
	if marks, err := w.x.Marks(ctx, w.by["head"], store.MarkFilter{Open: true}); err != nil || len(marks) != 0 {
		t.Errorf("after a case: %+v, %v", marks, err)
	}
	if err := w.x.Zero(ctx, w.by["head"], "school", "2025-09"); !errors.Is(err, fault.Conflict) {
		t.Errorf("a zero report of a month with a case: %v", err)
	}
	zeros, err := w.x.Zeros(ctx, w.by["eastofficer"], "2025-06")
	if err != nil || len(zeros) != 2 {
		t.Fatalf("%+v, %v", zeros, err)
	}
	for _, z := range zeros {
		if z.Given != (z.School == "school") || z.Mine || z.Overdue == z.Given || z.Given && (z.Report.Name != "某head" || z.Report.At.IsZero()) {
			t.Errorf("%+v", z)
		}
	}
}

// The ledgers are views of one record: a child that the household list names stands in
// it as the register has it, and only who is on no register as not enrolled.
func TestTheHouseholdListShowsWhereAChildIs(t *testing.T) {
	w := newWard(t, t.TempDir()+"/a.db")
	home := func(c register.Child) register.Child {
		c.School, c.Grade, c.Class, c.Stage, c.Schooling = "", 0, "", "", register.NotYet
		return c
	}
	in, _ := pupil(plantedName, 1)
	in.Person = w.child
	w.listed(t, register.Household, home(in), nil)
	out, id := pupil("周小小", 2)
	never := w.listed(t, register.Household, home(out), id)
	for _, f := range []register.ChildFilter{{List: register.Household}, {List: register.Household, Grade: 4, Schooling: register.OnLeave, School: "point"}} { // the list has none of these to narrow by
		rows, total, err := w.x.Children(ctx, w.by["eastofficer"], f)
		if err != nil || total != 2 {
			t.Fatalf("%d of %+v, %v", total, f, err)
		}
		for _, r := range rows {
			want := edu.UnitID("school")
			if r.Person == never {
				want = ""
			}
			if r.School != want || (r.Schooling == register.NotYet) != (want == "") || want != "" && (r.Grade != 4 || r.Class != "1" || r.Home != "town" || r.Shown != "钱**") {
				t.Errorf("%+v", r)
			}
		}
	}
}

// Who should be in school is counted by the register of the report's own school year: a
// later one, of other children, changes no report of a year that is over.
func TestAReportCountsTheRegisterOfItsYear(t *testing.T) {
	w := newWard(t, t.TempDir()+"/a.db")
	for i := range 3 {
		c, id := pupil("周小小", 10+i)
		c.Year, c.Schooling = 2025, register.Enrolled
		w.listed(t, register.Register, c, id)
	}
	for i, gone := range []register.Move{{Left: 20300, Leaving: register.Graduation}, {Left: 20300, Leaving: register.Transfer, Received: true}, {Left: 20300, Leaving: register.Transfer}} { // the last one's next school has not answered: it counts
		c, id := pupil("郑小小", 20+i)
		c.Year, c.Schooling, c.Move = 2025, register.Enrolled, gone
		w.listed(t, register.Register, c, id)
	}
	w.clock.set(t, "2026-10-10 10:00")
	for _, tt := range []struct {
		name     string
		cadence  retention.Cadence
		key      string
		roll     int
		enrolled int
	}{
		{"the last month of a school year", retention.Monthly, "2025-11", 2025, 4},
		{"the year before, of one child", retention.Yearly, "2024", 2024, 1},
		{"a year whose register has not come: the newest before it", retention.Monthly, "2026-10", 2025, 4},
		{"a year before all registers", retention.Yearly, "2023", 0, -1},
	} {
		r, err := w.x.Report(ctx, w.by["eastofficer"], tt.cadence, tt.key, "east")
		if err != nil || r.Roll != tt.roll || r.Total.Counts.Enrolled != tt.enrolled {
			t.Errorf("%s: register of %d, %d enrolled, %v", tt.name, r.Roll, r.Total.Counts.Enrolled, err)
		}
	}
}

// A month's zero report waits until the month is nearly over, says so where it was given
// before the end, and its to-do leads to the month that is owed.
func TestZeroReportOfAMonthThatIsNotOver(t *testing.T) {
	w := newWard(t, t.TempDir()+"/a.db")
	if err := w.x.Zero(ctx, w.by["pointhead"], "point", "2025-09"); !errors.Is(err, fault.Conflict) {
		t.Errorf("on the 10th: %v", err)
	}
	state := func(month string) (z ZeroState) {
		t.Helper()
		list, err := w.x.Zeros(ctx, w.by["pointhead"], month)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		return list[0]
	}
	if err := w.x.Zero(ctx, w.by["pointhead"], "point", "2025-06"); err != nil || state("2025-06").Early {
		t.Errorf("a month that is over: %v, %+v", err, state("2025-06"))
	}
	w.clock.set(t, "2025-09-25 09:00")
	if err := w.x.Zero(ctx, w.by["pointhead"], "point", "2025-09"); err != nil || !state("2025-09").Early {
		t.Errorf("five days before the end: %v, %+v", err, state("2025-09"))
	}
	w.clock.set(t, "2025-10-02 09:00")
	if z := state("2025-09"); !z.Given || !z.Early {
		t.Errorf("looked at later: %+v", z)
	}
	items, err := w.x.todos(ctx, w.by["head"])
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(items, func(i todo.Item) bool { return i.ID == "zero/2025-09" }); i < 0 || items[i].Link != "/retention/reports?by=month&period=2025-09" {
		t.Errorf("the to-do of September: %+v", items)
	}
}

// A case keeps the warning that attendance or the register had: it does not turn plain by
// being opened, and what attendance knows is not asked again.
func TestACaseKnowsWhatWasSaid(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		w := newWard(t, dsn)
		today := collect.Today(w.clock.now())
		gone := func(name string, serial int, how string) register.PersonID {
			c, id := pupil(name, serial)
			c.Left, c.Leaving = today-31, how
			p, err := w.KeepChild(ctx, w.by["head"], c, id)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		left, withdrew := gone("周小小", 2, register.Transfer), gone("郑小小", 4, "withdrawn")
		unseen, absent := w.pupil("吴小小", 3), w.child
		if err := w.x.Mark(ctx, w.by["head"], retention.Mark{Person: unseen, Kind: retention.Unseen, Since: today - 14}, retention.Mark{Person: absent, Kind: retention.Absent, Days: 5}); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name string
			of   register.PersonID
			want retention.Colour
			days int
		}{{"transferred out without a receipt", left, retention.Red, 0}, {"not appeared", unseen, retention.Amber, 0}, {"absent", absent, retention.Red, 5}, {"withdrew: no school is to answer", withdrew, retention.Plain, 0}} {
			c, err := w.x.Open(ctx, w.by["head"], retention.Case{Person: tt.of, Source: retention.ByAttendance, Guess: "moved"}, "")
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			full, err := w.x.Case(ctx, w.by["head"], c.ID)
			if err != nil || full.Colour != tt.want || full.Absent != tt.days {
				t.Errorf("%s: %s %v, absent %d, %v", tt.name, full.Colour, full.Why, full.Absent, err)
			}
			list, err := w.x.Cases(ctx, w.by["head"], store.CaseFilter{Colour: tt.want, Live: true})
			if err != nil || !slices.ContainsFunc(list.Rows, func(r CaseRow) bool { return r.ID == c.ID }) {
				t.Errorf("%s: not in the list of %s: %v", tt.name, tt.want, err)
			}
		}
	})
}

// Reports are counted from what happened, and stay as they were once their month is
// over; who follows no cases up sees none of few.
func TestRetentionReports(t *testing.T) {
	w := newWard(t, t.TempDir()+"/a.db")
	c := w.opened(w.child)
	w.clock.set(t, "2025-10-09 10:00")
	c = w.act("eastofficer", c, retention.Confirm, retention.Options{Cause: "weary", Day: edu.DateOf(w.clock.now()) - 5})
	c = w.act("head", c, retention.Persuade, visited)
	w.act("head", c, retention.Return, retention.Options{})
	for _, tt := range []struct {
		who     string
		cadence retention.Cadence
		key     string
		of      edu.UnitID
		want    string // of the whole: suspected away new back closed observed excepted, then enrolled and present
		few     bool
	}{
		{"head", retention.Monthly, "2025-09", "", "[1 0 1 0 0 0 0] 1 0", false},
		{"head", retention.Monthly, "2025-10", "", "[0 0 0 1 0 0 0] 1 1", false},
		{"eastofficer", retention.Quarterly, "2025Q3", "", "[1 0 1 0 0 0 0] 1 0", false},
		{"cityofficer", retention.Termly, "", "", "[0 0 1 1 0 0 0] 1 1", false},
		{"cityofficer", retention.Yearly, "2025", "east", "[0 0 1 1 0 0 0] 1 1", false},
		{"westofficer", retention.Yearly, "2025", "", "[0 0 0 0 0 0 0] -1 -1", false},
		{"leader", retention.Yearly, "2025", "", "", true},
	} {
		r, err := w.x.Report(ctx, w.by[tt.who], tt.cadence, tt.key, tt.of)
		if err != nil {
			t.Errorf("%s: %v", tt.who, err)
			continue
		}
		got := fmt.Sprint(r.Total.Counts.Columns(), r.Total.Counts.Enrolled, r.Total.Counts.Present)
		if r.Few != tt.few || !tt.few && got != tt.want {
			t.Errorf("%s, %s %s: %s, few %v; want %s", tt.who, tt.cadence, r.Span.Key, got, r.Few, tt.want)
		}
		for _, l := range append(r.Lines, r.Total) {
			for i, n := range l.Counts.Columns() {
				if tt.few && n > 0 && !l.Hidden[i] || !tt.few && l.Hidden[i] {
					t.Errorf("%s: %s column %d is %d, hidden %v", tt.who, l.Unit, i, n, l.Hidden[i])
				}
			}
		}
	}
	if _, err := w.x.Report(ctx, w.by["westofficer"], retention.Monthly, "", "east"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county: %v", err)
	}
	if _, err := w.x.Report(ctx, w.by["admin"], retention.Monthly, "", ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("an administrator: %v", err)
	}
}

// What leaders see of many cases: counts of ten and more, and nothing from which a
// smaller one follows.
func TestFewCasesAreLeftOut(t *testing.T) {
	d := caseDesk{}
	var err error
	if d.tree, err = edu.NewTree([]edu.Unit{
		{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100"}}}, {ID: "east", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101", Parent: "city"}}}, {ID: "west", Level: edu.County, Attrs: []edu.Attrs{{Code: "990102", Parent: "city"}}},
		{ID: "north", Level: edu.County, Attrs: []edu.Attrs{{Code: "990103", Parent: "city"}}}, {ID: "e1", Level: edu.School, Attrs: []edu.Attrs{{Code: "2199000001", Parent: "east"}}}, {ID: "e2", Level: edu.School, Attrs: []edu.Attrs{{Code: "2199000002", Parent: "east"}}}, {ID: "w1", Level: edu.School, Attrs: []edu.Attrs{{Code: "2199000003", Parent: "west"}}}}); err != nil {
		t.Fatal(err)
	}
	cell := func(county, school edu.UnitID, s retention.State, n int) retention.Cell {
		return retention.Cell{County: county, School: school, State: s, N: n}
	}
	cells := []retention.Cell{cell("east", "e1", retention.Suspected, 40), cell("east", "e2", retention.Suspected, 30), cell("west", "w1", retention.Suspected, 50), cell("north", "", retention.Suspected, 3), cell("east", "e1", retention.Confirmed, 60), cell("west", "w1", retention.Confirmed, 45), cell("north", "", retention.Confirmed, 30), cell("east", "e2", retention.Confirmed, 4)}
	hide, err := fewCases(d, cells)
	if err != nil {
		t.Fatal(err)
	}
	counties := func(id edu.UnitID, col int) bool { return hide(false, id, col) }
	schools := func(id edu.UnitID, col int) bool { return hide(true, id, col) }
	if !counties("north", 0) {
		t.Error("three suspicions are shown")
	}
	shown := 0
	for _, c := range []edu.UnitID{"east", "west"} {
		if !counties(c, 0) {
			shown++
		}
	}
	if shown == 2 && !counties("", 0) {
		t.Error("the three follow from the total and the two others")
	}
	if counties("east", 1) && counties("west", 1) && counties("north", 1) {
		t.Error("nothing is shown of 135 dropouts")
	}
	if !schools("e2", 1) {
		t.Error("a school's four dropouts are shown")
	}
	if !schools("nowhere", 0) {
		t.Error("a school that is none is shown")
	}
}

// Late cases are told once to those whose turn it is, without a name.
func TestRetentionReminds(t *testing.T) {
	w := newWard(t, t.TempDir()+"/a.db")
	w.opened(w.child)
	w.clock.set(t, "2025-09-22 09:30")
	n, err := w.x.Remind(ctx)
	if err != nil || n == 0 {
		t.Fatalf("%d told, %v", n, err)
	}
	if again, err := w.x.Remind(ctx); again != 0 || err != nil {
		t.Errorf("again on the day: %d, %v", again, err)
	}
	for who, want := range map[string]bool{"eastofficer": true, "townofficer": true, "head": false, "westofficer": false, "leader": false} {
		inbox, err := w.books.city.Messages(ctx, w.by[who], 0, 50)
		got := slices.ContainsFunc(inbox.List, func(m collect.Message) bool { return strings.Contains(m.ID, "retention:late:") })
		if err != nil || got != want {
			t.Errorf("%s was told: %v, %v", who, got, err)
		}
	}
}

// What the national platform has is opened with its number, once.
func TestCasesOfThePlatform(t *testing.T) {
	w := newWard(t, t.TempDir()+"/a.db")
	c, id := pupil("孙小小", 7)
	c.Case = "P-530300-0001"
	if _, err := w.keepChild(ctx, w.by["head"], register.Platform, c, id); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{1, 0} {
		if n, err := w.x.FromPlatform(ctx, w.by["eastofficer"]); n != want || err != nil {
			t.Errorf("run %d opened %d, %v; want %d", i, n, err, want)
		}
	}
	if p, err := w.x.Cases(ctx, w.by["eastofficer"], store.CaseFilter{Number: "P-530300-0001"}); err != nil || p.Total != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}
