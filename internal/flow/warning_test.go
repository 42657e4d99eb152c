package flow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
	"shuren/internal/todo"
)

const plantedChild = "周甲乙"

// closedCounty enters a county's children of three years, what its school said of them,
// and its closed cases: children who missed two days again and again left, those who
// were away for long did not.
func (w *ward) closedCounty() (now []register.PersonID) {
	w.t.Helper()
	const n = 400
	st := w.books.city.store
	for year := 2023; year <= 2025; year++ {
		var b bytes.Buffer
		b.WriteString("姓名,身份证号,学籍号,学校标识码,学段,年级,班级\n")
		for i := range n {
			no := citizenNo(fmt.Sprintf("2014%02d10", 1+i%8), 100+i)
			fmt.Fprintf(&b, "%s,%s,G%s,%s,小学,%d,1\n", plantedChild, no, no, w.schoolCode(), year-2019)
		}
		if _, err := w.books.Import(ctx, auth.Operator(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }, RegisterOptions{Kind: store.AChild, Year: year}); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := st.EachPlace(ctx, local, "east", 2025, func(c register.Child) error { now = append(now, c.Person); return nil }); err != nil || len(now) != n {
		w.t.Fatal(len(now), err)
	}
	var marks []store.MarkMove
	var steps [3][]store.CaseMove
	say := func(id register.PersonID, kind retention.MarkKind, day edu.Date, days int) {
		marks = append(marks, store.MarkMove{Mark: retention.Mark{Person: id, School: "school", Kind: kind, Since: day, Day: day, Days: days}, County: "east", Town: "town", Turns: retention.TurnsOf(nil)})
	}
	worn := func(id register.PersonID, day edu.Date) {
		for _, back := range []edu.Date{22, 15, 8} {
			say(id, retention.Absent, day-back, 2)
			say(id, retention.BackHere, day-back+1, 0)
		}
	}
	left := func(id register.PersonID, day edu.Date) {
		c := retention.Case{ID: "c" + string(id), Person: id, School: "school", Town: "town", County: "east", Source: retention.ByAttendance, Guess: "weary", Opened: day}
		for i, x := range []struct {
			act   retention.Act
			to    retention.State
			after edu.Date
		}{{retention.Open, retention.Suspected, 20}, {retention.Confirm, retention.Confirmed, 25}, {retention.Close, retention.Closed, 60}} {
			c.Rev, c.State = i+1, x.to
			steps[i] = append(steps[i], store.CaseMove{Case: c, Event: retention.Event{Rev: c.Rev, By: "a", Act: x.act, To: x.to, Day: day + x.after}, Due: retention.Never, Day: day + x.after, Turns: retention.TurnsOf(nil)})
		}
	}
	say(now[0], retention.Absent, dayOf("2023-06-01"), 1) // since when words are kept
	say(now[0], retention.BackHere, dayOf("2023-06-02"), 0)
	halves := map[bool][]string{false: {"2023-09-01", "2024-03-01"}, true: {"2025-03-01"}}
	count := map[bool]int{}
	for _, id := range now {
		held, week := side(id)
		k := count[held]
		count[held]++
		half := halves[held][k%len(halves[held])]
		day := dayOf(half) + lookBack + 7*week
		switch {
		case k < 45 && !held, k < 16:
			worn(id, day)
			left(id, day)
		case k < 85 && !held, k < 34:
			say(id, retention.Absent, day-10, 7)
			say(id, retention.BackHere, day+5, 0)
		}
	}
	today := edu.DateOf(w.clock.now())
	for i, id := range now[300:] { // whom this week's list is about
		switch {
		case i < 12:
			worn(id, today)
		case i < 22:
			say(id, retention.Absent, today-10, 7)
		}
	}
	if err := st.PutMarks(ctx, local, marks); err != nil {
		w.t.Fatal(err)
	}
	if _, err := st.OpenCases(ctx, local, steps[0]); err != nil {
		w.t.Fatal(err)
	}
	for _, part := range steps[1:] {
		for _, m := range part {
			if _, err := st.ActCase(ctx, local, m); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return now
}

func (w *ward) schoolCode() string {
	w.t.Helper()
	d, err := w.x.desk(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	u, _ := d.tree.Unit("school")
	return lastAttrs(u).Code
}

func (w *ward) trained(x *Warnings, who string) WarningModel {
	w.t.Helper()
	if _, err := x.Train(ctx, w.by[who], "east"); err != nil {
		w.t.Fatal(err)
	}
	if err := w.books.city.making.wait(ctx); err != nil {
		w.t.Fatal(err)
	}
	p, err := x.Page(ctx, w.by[who], "east")
	if err != nil {
		w.t.Fatal(err)
	}
	if p.Training.State != MakingDone {
		w.t.Fatalf("the training: %+v", p.Training)
	}
	return p.Model
}

// Early warning from its end: a county without closed cases goes by the rules; a model
// that does not beat them is not switched on, by nobody; one that does is, by an
// officer of the county; its list is as long as the county can visit, with reasons and
// masked names; drift switches it off, and somebody has to look; and nothing personal
// leaves the register.
func TestEarlyWarningFromEndToEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		w := newWard(t, dsn)
		w.clock.set(t, "2025-11-20 10:00")
		x := w.x.Warnings()
		officer := w.by["eastofficer"]
		if m := w.trained(x, "eastofficer"); m.Model != nil || len(m.Few) != 4 || m.Closed != 0 {
			t.Errorf("without a case: %+v", m)
		}
		w.closedCounty()
		for who, want := range map[string]error{"head": fault.Forbidden, "townofficer": fault.Forbidden, "westofficer": fault.NotFound, "leader": fault.Forbidden} {
			if _, err := x.Train(ctx, w.by[who], "east"); !errors.Is(err, want) {
				t.Errorf("%s trains: %v, want %v", who, err, want)
			}
			if err := x.Switch(ctx, w.by[who], "east", true, 1); !errors.Is(err, want) {
				t.Errorf("%s switches: %v, want %v", who, err, want)
			}
		}
		if err := x.Choose(ctx, officer, "east", 40, []string{"progress"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("marks of pupils, which are not kept, were chosen: %v", err)
		}
		if err := x.Choose(ctx, officer, "east", 0, []string{"absent"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("no visits at all: %v", err)
		}

		// A model of what says nothing.
		if err := x.Choose(ctx, officer, "east", 40, []string{"left_behind"}); err != nil {
			t.Fatal(err)
		}
		bad := w.trained(x, "eastofficer")
		if bad.Model == nil || bad.Good || len(bad.Why) == 0 {
			t.Fatalf("a model of nothing: %+v", bad)
		}
		if err := x.Switch(ctx, officer, "east", true, bad.Rev); !errors.Is(err, fault.Conflict) {
			t.Errorf("it is switched on: %v", err)
		}

		// One that is better than the rules.
		if err := x.Choose(ctx, officer, "east", 15, []string{"absent", "run"}); err != nil {
			t.Fatal(err)
		}
		good := w.trained(x, "eastofficer")
		if !good.Good || good.Trial.Hits <= good.Trial.RuleHits {
			t.Fatalf("the better model: few %v, why %v, trial %+v", good.Few, good.Why, good.Trial)
		}
		if v, err := x.Visits(ctx, officer, "", 0); err != nil || v.On || !v.Made.IsZero() {
			t.Errorf("it is on by itself: %+v, %v", v, err)
		}
		if err := x.Switch(ctx, officer, "east", true, bad.Rev); !errors.Is(err, fault.Conflict) {
			t.Errorf("over an older model: %v", err)
		}
		if err := x.Switch(ctx, officer, "east", true, good.Rev); err != nil {
			t.Fatal(err)
		}
		if err := x.MakeList(ctx, officer, "east"); err != nil {
			t.Fatal(err)
		}
		v, err := x.Visits(ctx, officer, "", 0)
		if err != nil || !v.Model || !v.On || len(v.Lines) != 15 || v.Children < 390 {
			t.Fatalf("the list has %d lines of %d, %v", len(v.Lines), v.Children, err)
		}
		for _, l := range v.Lines[:12] {
			if l.Shown != "周**" || len(l.Why) == 0 || l.Why[0].Feature != "absent" || l.Why[0].Value != 6 || l.Why[0].Points <= 0 || l.Chance < 0.5 {
				t.Errorf("line %d: %q, %v, %+v", l.No, l.Shown, l.Chance, l.Why)
			}
		}
		if h, err := x.Visits(ctx, w.by["head"], "", 0); err != nil || len(h.Lines) != 15 || h.Keeps {
			t.Errorf("the school sees %d lines, %v", len(h.Lines), err)
		}
		if h, err := x.Visits(ctx, w.by["pointhead"], "", 0); err != nil || len(h.Lines) != 0 {
			t.Errorf("another school sees %d lines, %v", len(h.Lines), err)
		}
		if _, err := x.Visits(ctx, w.by["westofficer"], "east", 0); !errors.Is(err, fault.NotFound) {
			t.Errorf("another county: %v", err)
		}
		if cases, err := w.x.Cases(ctx, officer, store.CaseFilter{Live: true}); err != nil || cases.Total != 0 {
			t.Errorf("the list opened %d cases, %v", cases.Total, err)
		}
		w.outcomes(x, v)
		w.drifts(x, good.Rev)
		w.nothingOfVisits()
	})
}

// outcomes are what people do about the lines.
func (w *ward) outcomes(x *Warnings, v VisitList) {
	t, one, two := w.t, v.Lines[0].Person, v.Lines[1].Person
	t.Helper()
	for _, tt := range []struct {
		who        string
		id         register.PersonID
		said, note string
		want       error
	}{
		{"head", one, VisitHelp, "示例走访说明", nil}, {"head", one, VisitFine, "", nil},
		{"eastofficer", two, VisitUnneeded, "", fault.Invalid}, {"eastofficer", two, VisitUnneeded, "示例走访说明", nil},
		{"head", two, VisitUnneeded, "电话13800000000", fault.Invalid}, {"head", two, "closed", "", fault.Invalid},
		{"pointhead", one, VisitFine, "", fault.NotFound}, {"westofficer", one, VisitFine, "", fault.NotFound}, {"leader", one, VisitFine, "", fault.Forbidden},
		{"head", w.child, VisitFine, "", fault.NotFound},
	} {
		if err := x.Said(ctx, w.by[tt.who], "east", v.Week, tt.id, tt.said, tt.note); !errors.Is(err, tt.want) {
			t.Errorf("%s says %s: %v, want %v", tt.who, tt.said, err, tt.want)
		}
	}
	w.opened(v.Lines[2].Person) // by the ordinary front door
	now, err := x.Visits(ctx, w.by["eastofficer"], "east", 0)
	if err != nil || now.Done != 3 || now.Lines[0].Said != VisitFine || now.Lines[0].By != "某head" || now.Lines[1].Note != "示例走访说明" || now.Lines[2].Case.State != retention.Suspected {
		t.Errorf("%d done, %v", now.Done, err)
	}
	p, err := x.Page(ctx, w.by["eastofficer"], "east")
	if err != nil || len(p.Weeks) != 1 || p.Weeks[0].Visited != 1 || p.Weeks[0].Unneeded != 1 || p.Weeks[0].Opened != 1 || p.Weeks[0].Listed != 15 || !p.Weeks[0].Model || p.Weeks[0].Over {
		t.Errorf("the week: %+v, %v", p.Weeks, err)
	}
	for _, d := range p.Drift {
		if d.PSI >= 0.25 {
			t.Errorf("drift before anything changed: %+v", p.Drift)
		}
	}
}

// drifts: another week in which half the children are away.
func (w *ward) drifts(x *Warnings, rev int) {
	t := w.t
	t.Helper()
	w.clock.set(t, "2025-11-24 10:00")
	var marks []store.MarkMove
	today := edu.DateOf(w.clock.now())
	i := 0
	if err := w.books.city.store.EachPlace(ctx, local, "east", 2025, func(c register.Child) error {
		if i++; i%2 == 0 {
			marks = append(marks, store.MarkMove{Mark: retention.Mark{Person: c.Person, School: "school", Kind: retention.Absent, Since: today, Day: today, Days: 4}, County: "east", Town: "town", Turns: retention.TurnsOf(nil)})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.books.city.store.PutMarks(ctx, local, marks); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} { // once a week
		if n, err := x.Weekly(ctx); n != want || err != nil {
			t.Fatalf("%d lists were made, %v", n, err)
		}
	}
	v, err := x.Visits(ctx, w.by["eastofficer"], "east", 0)
	if err != nil || v.Model || v.On || !v.Drifted || len(v.Lines) != 15 || v.Lines[0].Colour != retention.Red || len(v.Lines[0].Rules) == 0 {
		t.Fatalf("after the drift: model %v, on %v, %d lines, %v", v.Model, v.On, len(v.Lines), err)
	}
	has := func(who string) bool {
		t.Helper()
		items, err := w.books.city.Todos(ctx, w.by[who])
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(items, func(i todo.Item) bool { return i.Kind == todo.Retention && strings.HasPrefix(i.ID, "warning/") })
	}
	for who, want := range map[string]bool{"eastofficer": true, "cityofficer": true, "westofficer": false, "head": false, "townofficer": false} {
		if has(who) != want {
			t.Errorf("%s has the to-do: %v", who, !want)
		}
	}
	if err := x.Switch(ctx, w.by["eastofficer"], "east", false, 0); err != nil || has("eastofficer") {
		t.Errorf("after a person has seen it: %v", err)
	}
	if err := x.Switch(ctx, w.by["eastofficer"], "east", true, rev); err != nil {
		t.Errorf("a person switches it on again: %v", err)
	}
	if err := x.Switch(ctx, w.by["eastofficer"], "east", false, 0); err != nil {
		t.Error(err)
	}
	if v, err := x.Visits(ctx, w.by["eastofficer"], "east", 0); err != nil || v.On {
		t.Errorf("off by a click: %v, %v", v.On, err)
	}
}

// nothingOfVisits searches the log for names and typed words, and for the acts.
func (w *ward) nothingOfVisits() {
	w.t.Helper()
	recs, _, err := w.books.city.AuditLog(ctx, auth.Operator(), audit.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	text, acts := fmt.Sprintf("%+v", recs), map[audit.Action]int{}
	for _, r := range recs {
		acts[r.Action]++
	}
	for _, planted := range []string{plantedChild, "示例走访说明", citizenNo("20140110", 100), "13800000000"} {
		if strings.Contains(text, planted) {
			w.t.Errorf("%q is in the log", planted)
		}
	}
	for a, least := range map[audit.Action]int{warningChosen: 2, warningTrained: 3, warningOn: 2, warningOff: 2, warningDrifted: 1, warningListed: 2, warningVisited: 3} {
		if acts[a] < least {
			w.t.Errorf("%d lines of %s, want %d", acts[a], a, least)
		}
	}
	docs, err := w.books.city.store.Documents(ctx, local, store.DocumentFilter{Kind: kindWarningModel})
	if err != nil || len(docs) != 1 {
		w.t.Fatal(len(docs), err)
	}
	var ids []register.PersonID
	if err := w.books.city.store.EachPlace(ctx, local, "east", 2025, func(c register.Child) error { ids = append(ids, c.Person); return nil }); err != nil {
		w.t.Fatal(err)
	}
	for _, id := range ids {
		if strings.Contains(docs[0].Body, string(id)) {
			w.t.Fatal("the model knows a child")
		}
	}
}

// A list of an earlier week can still be answered, for a while that is not over; this
// week is from Monday on.
func TestMonday(t *testing.T) {
	for in, want := range map[string]string{"2025-11-17": "2025-11-17", "2025-11-20": "2025-11-17", "2025-11-23": "2025-11-17", "2025-11-24": "2025-11-24"} {
		if got := Monday(dayOf(in)); got != dayOf(want) {
			t.Errorf("%s: %s, want %s", in, got.Time().Format(time.DateOnly), want)
		}
	}
}
