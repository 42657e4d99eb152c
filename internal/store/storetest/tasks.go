package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/task"
)

var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// draft is a new task of the city for a body.
func draft(id, lead, county, sent string, change func(*store.TaskMove)) store.TaskMove {
	m := store.TaskMove{
		Task:  task.Task{ID: id, State: task.Drafted, Title: "任务" + id, Issuer: "bureau:", Lead: lead, Due: 20200, Made: noon, Changed: noon},
		Event: task.Event{Act: task.Edit, From: task.Drafted, To: task.Drafted, At: noon, By: "a", Name: "甲", Sent: sent},
		Rest:  task.Grey, Amber: far, Red: far,
		Parties: []store.TaskParty{{Body: "bureau:", Role: store.TaskIssuer}, {Body: lead, Role: store.TaskLead, County: county, Unit: county}},
	}
	if change != nil {
		change(&m)
	}
	return m
}

// given makes a task that is out of the drafts.
func given(m *store.TaskMove) {
	m.Task.State, m.Task.Opens, m.Rest = task.Working, 20000, task.Green
}

// after is the next revision of a task by an act.
func after(t task.Task, act task.Act, sent string) store.TaskMove {
	t.Rev++
	return store.TaskMove{Task: t, Event: task.Event{Rev: t.Rev, Act: act, From: t.State, To: t.State, At: noon, By: "a", Sent: sent}, Rest: task.Green, Amber: far, Red: far,
		Parties: []store.TaskParty{{Body: "bureau:", Role: store.TaskIssuer}, {Body: t.Lead, Role: store.TaskLead, County: "east", Unit: "east"}}}
}

var wholeView, nobodysView = store.TaskView{Scope: all}, store.TaskView{}

func line(id string) audit.Record {
	return audit.Record{At: noon, Account: "a", Action: "task.report", Object: id, Unit: "east"}
}

// tasks: a task, its line of history, its entry and its line in the audit log are
// one; numbers are given once; the same sent twice is one; what is stale is not
// written and says what is there.
func tasks(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	made, err := s.NewTasks(ctx, all, []store.TaskMove{draft("t1", "bureau:east", "east", "s1#0", given), draft("t2", "bureau:west", "west", "s1#1", given)}, line("t1"))
	if err != nil || len(made) != 2 || made[0].No != 1 || made[1].No != 2 || made[0].Rev != 1 {
		t.Fatalf("made %+v, %v", made, err)
	}
	again, err := s.NewTasks(ctx, all, []store.TaskMove{draft("t3", "bureau:east", "east", "s1#0", given), draft("t4", "bureau:west", "west", "s1#1", given)}, line("t1"))
	if err != nil || len(again) != 2 || again[0].ID != "t1" || again[1].ID != "t2" {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	if _, err := s.NewTasks(ctx, all, []store.TaskMove{draft("t3", "bureau:east", "east", "s1#0", given), draft("t4", "bureau:west", "west", "s1#2", given)}); !errors.Is(err, fault.Conflict) {
		t.Errorf("half of it is new: %v; want a conflict", err)
	}
	if _, err := s.NewTasks(ctx, all, []store.TaskMove{draft("t5", "bureau:east", "east", "x#0", nil), draft("t1", "bureau:east", "east", "x#1", nil)}, line("t5")); err == nil {
		t.Error("an id was used twice")
	}
	if _, _, _, err := s.Task(ctx, wholeView, "t5"); !errors.Is(err, fault.NotFound) {
		t.Errorf("of a refused pair one is there: %v", err)
	}

	m := after(made[0], task.Report, "r1")
	m.Task.Entries, m.Task.Last = 1, task.Entry{No: 1, Day: 20100, Text: "开工"}
	m.Entry = &m.Task.Last
	now, err := s.ActTasks(ctx, wholeView, []store.TaskMove{m}, line("t1"))
	if err != nil || now.Rev != 2 {
		t.Fatalf("acted: %+v, %v", now, err)
	}
	if now, err = s.ActTasks(ctx, wholeView, []store.TaskMove{m}, line("t1")); err != nil || now.Rev != 2 {
		t.Errorf("the same act again: rev %d, %v", now.Rev, err)
	}
	other := m
	other.Event.Act = task.Urge
	if _, err := s.ActTasks(ctx, wholeView, []store.TaskMove{other}, line("t1")); !errors.Is(err, fault.Conflict) {
		t.Errorf("another act under the same id: %v; want a conflict", err)
	}
	stale := after(made[0], task.Comment, "r2")
	stale.Task.Title = "不应写入"
	if now, err = s.ActTasks(ctx, wholeView, []store.TaskMove{stale}, line("t1")); !errors.Is(err, store.ErrStale) || !errors.Is(err, fault.Conflict) || now.Rev != 2 || now.Title != "任务t1" {
		t.Errorf("over an old revision: %+v, %v", now, err)
	}
	// Two tasks in one act: where the second is stale, the first stays too.
	pair := []store.TaskMove{after(now, task.Merge, "r3"), after(task.Task{ID: "t2", Rev: 9, Lead: "bureau:west"}, task.Absorb, "")}
	if _, err := s.ActTasks(ctx, wholeView, pair, line("t1")); !errors.Is(err, store.ErrStale) {
		t.Errorf("a pair of which one is stale: %v", err)
	}
	got, events, entries, err := s.Task(ctx, wholeView, "t1")
	if err != nil || len(events) != 2 || len(entries) != 1 || entries[0].Text != "开工" || events[1].Act != task.Report || got.Last.Text != "开工" {
		t.Errorf("t1: %+v, %+v, %+v, %v", got, events, entries, err)
	}
	m.Task.No = 1 // as it was given
	if d := cmp.Diff(m.Task, got); d != "" {
		t.Errorf("round trip (-want +got):\n%s", d)
	}
	if recs, n, err := s.Audit(ctx, all, audit.Filter{}); err != nil || n != 2 {
		t.Errorf("%d lines in the audit log (%+v), %v; want one for the making and one for the act", n, recs, err)
	}
	// Sheets are numbered by issuer and year, once.
	sheet := func(id string, year int) int {
		t.Helper()
		x, _, _, err := s.Task(ctx, wholeView, id)
		if err != nil {
			t.Fatal(err)
		}
		a := after(x, task.Issue, "")
		a.Task.Sheet.Urgency, a.Task.Sheet.Year = task.Ordinary, year
		x, err = s.ActTasks(ctx, wholeView, []store.TaskMove{a})
		if err != nil {
			t.Fatal(err)
		}
		return x.Sheet.No
	}
	if a, b, c := sheet("t1", 2025), sheet("t2", 2025), sheet("t1", 2025); a != 1 || b != 2 || c != 1 {
		t.Errorf("numbers %d, %d, and again %d; want 1, 2, 1", a, b, c)
	}
	for _, v := range []store.TaskView{nobodysView, {Scope: reader}} {
		if _, err := s.ActTasks(ctx, v, []store.TaskMove{after(got, task.Urge, "")}); !errors.Is(err, fault.Forbidden) {
			t.Errorf("without the right to write: %v", err)
		}
	}
}

// taskViews: the whole reach sees all, a county the tasks in which a party lies in
// it, a school its own; drafts are their issuer's, and whoever acts for a body sees
// its tasks.
func taskViews(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	if err := s.RegisterUnits(ctx, all, []edu.Unit{{ID: "town", Level: edu.Township, Attrs: []edu.Attrs{{Code: "990101100", Name: edu.Text{ZH: "镇"}, Parent: "east"}}},
		{ID: "school", Level: edu.School, Attrs: []edu.Attrs{{Code: "2199000001", Name: edu.Text{ZH: "校"}, Parent: "town"}}}}); err != nil {
		t.Fatal(err)
	}
	school := func(m *store.TaskMove) {
		given(m)
		m.Task.Issuer = "bureau:east"
		m.Parties = []store.TaskParty{{Body: "bureau:east", Role: store.TaskIssuer, County: "east", Unit: "east"}, {Body: "unit:school", Role: store.TaskLead, County: "east", Unit: "school"}}
	}
	helper := func(m *store.TaskMove) {
		given(m)
		m.Parties = append(m.Parties, store.TaskParty{Body: "dept:x", Role: store.TaskHelper})
	}
	own := func(m *store.TaskMove) { school(m); m.Task.State, m.Task.Opens = task.Drafted, 0 }
	if _, err := s.NewTasks(ctx, all, []store.TaskMove{draft("draft", "bureau:east", "east", "", nil), draft("east", "bureau:east", "east", "", given), draft("west", "bureau:west", "west", "", given),
		draft("school", "", "", "", school), draft("helped", "bureau:west", "west", "", helper), draft("own", "", "", "", own)}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		v    store.TaskView
		want string
	}{
		{"the city", wholeView, "draft east west school helped own"},
		{"a county, with its own draft and not the city's", store.TaskView{Scope: store.Part(store.Reader, "east")}, "east school own"},
		{"a school", store.TaskView{Scope: store.Part(store.Reader, "school")}, "school"},
		{"a township", store.TaskView{Scope: store.Part(store.Reader, "town")}, "school"},
		{"a county that acts for a department", store.TaskView{Scope: store.Part(store.Reader, "east"), Bodies: []string{"dept:x"}}, "east school helped own"},
		{"nobody", nobodysView, ""},
	} {
		got, err := s.Tasks(ctx, tt.v, task.Filter{Sort: "no"}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if l := ids(got); l != tt.want || got.Total != len(got.Tasks) {
			t.Errorf("%s sees %s (%d), want %s", tt.name, l, got.Total, tt.want)
		}
		for _, id := range []string{"draft", "east", "west", "school", "helped", "own"} {
			_, _, _, err := s.Task(ctx, tt.v, id)
			if sees := slices.Contains(strings.Fields(tt.want), id); sees != (err == nil) || !sees && !errors.Is(err, fault.NotFound) {
				t.Errorf("%s reads %s: %v", tt.name, id, err)
			}
		}
	}
	x, _, _, err := s.Task(ctx, wholeView, "west")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ActTasks(ctx, store.TaskView{Scope: store.Part(store.Editor, "east")}, []store.TaskMove{after(x, task.Urge, "")}); !errors.Is(err, fault.NotFound) {
		t.Errorf("an act on another county's task: %v", err)
	}
}

func ids(l store.TaskList) string {
	var out []string
	for _, t := range l.Tasks {
		out = append(out, t.ID)
	}
	return strings.Join(out, " ")
}

// taskFilters: a list is chosen, counted, ordered and cut in the database.
func taskFilters(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	move := func(id string, do func(*store.TaskMove)) store.TaskMove {
		return draft(id, "bureau:east", "east", "", func(m *store.TaskMove) { given(m); do(m) })
	}
	if _, err := s.NewTasks(ctx, all, []store.TaskMove{
		move("green", func(m *store.TaskMove) {
			m.Task.Due, m.Task.Serves = 20300, []task.Serves{{Plan: "p", Measure: "m1"}, {Plan: "q", Measure: "m1"}}
		}),
		move("amber", func(m *store.TaskMove) { m.Amber, m.Task.Key = noon, true }),
		move("red", func(m *store.TaskMove) {
			m.Amber, m.Red, m.Task.Due, m.Task.Sheet = noon.AddDate(0, 0, -9), noon, 20100, task.Sheet{Urgency: task.Urgent, Year: 2025, No: 7}
		}),
		move("standing", func(m *store.TaskMove) {
			m.Task.Due, m.Task.Standing, m.Task.Title = 0, true, "100%_达标 Report"
		}),
		move("closed", func(m *store.TaskMove) {
			m.Task.State, m.Task.Source = task.Closed, task.Source{Kind: task.FromMeeting, Ref: "m9"}
		}),
		move("merged", func(m *store.TaskMove) { m.Task.State, m.Task.Into, m.Rest = task.Merged, "green", task.Grey }),
		draft("west", "bureau:west", "west", "", nil),
	}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		f    task.Filter
		want string
	}{
		{"by limit, what has none last", task.Filter{}, "red amber closed merged west green standing"},
		{"descending", task.Filter{Sort: "-no"}, "west merged closed standing red amber green"},
		{"live", task.Filter{Live: true}, "red amber west green standing"},
		{"red", task.Filter{Lamp: task.Red}, "red"},
		{"amber", task.Filter{Lamp: task.Amber}, "amber"},
		{"green", task.Filter{Lamp: task.Green}, "closed green standing"},
		{"grey", task.Filter{Lamp: task.Grey}, "merged west"},
		{"late", task.Filter{Overdue: true}, "red"},
		{"states", task.Filter{State: []task.State{task.Closed, task.Drafted}}, "closed west"},
		{"sheets", task.Filter{Sheet: true}, "red"}, {"sheets of a year", task.Filter{Year: 2025}, "red"}, {"key", task.Filter{Key: true}, "amber"},
		{"of a measure, once", task.Filter{Measure: "m1"}, "green"}, {"of a plan", task.Filter{Plan: "q"}, "green"}, {"of another measure", task.Filter{Plan: "q", Measure: "m2"}, ""},
		{"of a meeting", task.Filter{Meeting: "m9"}, "closed"}, {"merged into", task.Filter{Into: "green"}, "merged"}, {"of a basis", task.Filter{Source: task.FromMeeting}, "closed"},
		{"of a lead", task.Filter{Lead: "bureau:west"}, "west"}, {"of a body that only gives", task.Filter{Lead: "bureau:"}, ""}, {"of an issuer", task.Filter{Issuer: "bureau:", Lamp: task.Amber}, "amber"},
		{"of a body", task.Filter{Body: "bureau:west"}, "west"}, {"of a county", task.Filter{County: "west"}, "west"}, {"of units", task.Filter{Units: []edu.UnitID{"west", "nowhere"}}, "west"}, {"of no such unit", task.Filter{Units: []edu.UnitID{"nowhere"}}, ""}, {"due by a day", task.Filter{Until: 20100}, "red"}, {"due from a day", task.Filter{From: 20201}, "green"},
		{"words", task.Filter{Query: "report 100%_"}, "standing"}, {"a mark is no joker", task.Filter{Query: "0_%"}, ""}, {"a number", task.Filter{Query: "〔2025〕7"}, "red"},
		{"mine without a body", task.Filter{Mine: true}, ""},
		{"a page", task.Filter{Size: 2, Page: 2}, "closed merged"}, {"behind the last", task.Filter{Size: 5, Page: 3}, ""},
	} {
		got, err := s.Tasks(ctx, wholeView, tt.f, noon)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if ids(got) != tt.want || tt.f.Size == 0 && got.Total != len(strings.Fields(tt.want)) {
			t.Errorf("%s: %s (%d), want %s", tt.name, ids(got), got.Total, tt.want)
		}
	}
	got, err := s.Tasks(ctx, wholeView, task.Filter{Lamp: task.Red, State: []task.State{task.Working}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[task.Lamp]int{task.Red: 1, task.Amber: 1, task.Green: 2}, got.Counts); d != "" {
		t.Errorf("counts by lamp of what is in hand (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[task.State]int{task.Working: 1}, got.States); d != "" {
		t.Errorf("counts by state of what is red (-want +got):\n%s", d)
	}
	// New rules light the lamps anew, but not over an act.
	if err := s.LightTasks(ctx, all, []store.TaskLight{{ID: "green", Rev: 1, Rest: task.Green, Amber: noon, Red: noon}, {ID: "amber", Rev: 7, Rest: task.Green, Amber: far, Red: far}}); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Tasks(ctx, wholeView, task.Filter{Lamp: task.Red}, noon); err != nil || ids(got) != "red green" {
		t.Errorf("lit anew: %s, %v", ids(got), err)
	}
	news, err := s.TaskNews(ctx, wholeView, task.Filter{}, edu.DateOf(noon), edu.DateOf(noon))
	if err != nil || len(news.Tasks) != 7 || len(news.Events["green"]) != 1 {
		t.Errorf("news: %d tasks, %+v, %v", len(news.Tasks), news.Events, err)
	}
	if news, err = s.TaskNews(ctx, wholeView, task.Filter{}, edu.DateOf(noon)+1, edu.DateOf(noon)+9); err != nil || len(news.Tasks) != 5 || len(news.Events) != 0 {
		t.Errorf("news of later days: %d tasks, %+v, %v", len(news.Tasks), news.Events, err)
	}
}

// tasksAtOnce: of many that act on one revision one wins and the others are told;
// nothing is lost and nothing is there twice.
func tasksAtOnce(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	made, err := s.NewTasks(ctx, all, []store.TaskMove{draft("t1", "bureau:east", "east", "", given)})
	if err != nil {
		t.Fatal(err)
	}
	const writers = 8
	stores := []*store.Store{s, open(t, dsn)}
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			m := after(made[0], task.Comment, fmt.Sprint("c", i))
			m.Event.Text = fmt.Sprint(i)
			_, errs[i] = stores[i%2].ActTasks(ctx, wholeView, []store.TaskMove{m}, line("t1"))
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, store.ErrStale):
			t.Error(err)
		}
	}
	now, events, _, err := s.Task(ctx, wholeView, "t1")
	if err != nil || won != 1 || now.Rev != 2 || len(events) != 2 {
		t.Errorf("%d of %d won; rev %d, %d lines; %v", won, writers, now.Rev, len(events), err)
	}
}

// reportForever is the process that gets killed in the middle of an act.
func reportForever(dsn string) error {
	s, err := store.Open(context.Background(), dsn)
	if err != nil {
		return err
	}
	now, _, _, err := s.Task(context.Background(), wholeView, "t1")
	for err == nil {
		m := after(now, task.Report, fmt.Sprint("r", now.Rev))
		m.Task.Entries++
		m.Task.Last = task.Entry{No: m.Task.Entries, Day: 20100, Text: strings.Repeat("字", 200)}
		m.Entry = &m.Task.Last
		if now, err = s.ActTasks(context.Background(), wholeView, []store.TaskMove{m}, line("t1")); err == nil {
			fmt.Println("done", now.Rev)
		}
	}
	return err
}

// tasksKilled: an act that was acknowledged is there with its line of history, its
// entry and its audit record; one that was not is there whole or not at all.
func tasksKilled(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	twoCounties(t, s)
	if _, err := s.NewTasks(ctx, all, []store.TaskMove{draft("t1", "bureau:east", "east", "", given)}, line("t1")); err != nil {
		t.Fatal(err)
	}
	s.Close()
	cmd := child(t, dsn, doTasks)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged, seen := 0, 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, err := fmt.Sscanf(lines.Text(), "done %d", &acknowledged); err == nil {
			if seen++; seen == 3 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
	s = open(t, dsn)
	now, events, entries, err := s.Task(ctx, wholeView, "t1")
	_, logged, err2 := s.Audit(ctx, all, audit.Filter{})
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if acknowledged < 4 || now.Rev < acknowledged || now.Rev > acknowledged+1 || len(events) != now.Rev || len(entries) != now.Rev-1 || now.Entries != len(entries) || logged != now.Rev {
		t.Errorf("acknowledged rev %d, there is %d with %d lines, %d entries, %d audit records", acknowledged, now.Rev, len(events), len(entries), logged)
	}
	if _, err := s.ActTasks(ctx, wholeView, []store.TaskMove{after(now, task.Urge, "")}, line("t1")); err != nil {
		t.Errorf("the next act: %v", err)
	}
	if _, err := s.ActTasks(ctx, wholeView, []store.TaskMove{after(now, task.Urge, "")}, line("t1")); !errors.Is(err, store.ErrStale) {
		t.Errorf("over what was there before it: %v", err)
	}
}
