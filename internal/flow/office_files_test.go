package flow

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"shuren/internal/attach"
	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// Evidence of a task is added by those whom it concerns, read by who sees the
// task, and stays once a report cites it. What nothing uses goes after a day.
func TestTaskFiles(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.city.SetClock(func() time.Time { return o.clock })
	w := NewOffice(o.city, "")
	of := func(account string, r auth.Role, unit edu.UnitID) auth.Actor {
		return auth.Actor{Account: account, Name: "名" + account, Grants: []auth.Grant{{Role: r, Unit: unit, Whole: unit == ""}}}
	}
	planner, clerk, reviewer, other := of("p", auth.CityPlanner, ""), of("c", auth.CountyClerk, "a"), of("r", auth.CountyReviewer, "a"), of("o", auth.CountyClerk, "b")
	made, err := w.NewTask(ctx, planner, task.Task{Title: "核定编制", Lead: task.BureauOf("a"), Source: task.Source{Kind: task.FromDocument, Name: "1号"}, Due: edu.DateOf(o.clock) + 45}, "n")
	o.must(err)
	made, err = w.Act(ctx, planner, made.ID, made.Rev, task.Issue, task.Options{Sent: "i"})
	o.must(err)
	file := func(text string) Attached {
		f, b, err := attach.Clean("批复.txt", bytes.NewReader([]byte(text)), int64(len(text)))
		o.must(err)
		return Attached{f, b}
	}
	added, err := w.AddTaskFiles(ctx, clerk, made.ID, []Attached{file("一"), file("二")})
	o.must(err)
	if len(added) != 2 || added[0].Name != "批复.txt" || added[0].Unit != "a" || added[0].By != "c" {
		t.Errorf("%+v", added)
	}
	if _, err := w.AddTaskFiles(ctx, other, made.ID, []Attached{file("三")}); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county adds: %v; want not found", err)
	}
	if _, err := w.AddTaskFiles(ctx, of("l", auth.Leader, ""), made.ID, []Attached{file("三")}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a leader adds: %v; want forbidden", err)
	}
	for name, who := range map[string]auth.Actor{"the owner": reviewer, "the giver": planner} {
		list, err := w.TaskFiles(ctx, who, made.ID)
		if err != nil || len(list) != 2 {
			t.Errorf("%s sees %+v, %v", name, list, err)
		}
		if u, b, err := w.TaskFile(ctx, who, made.ID, added[1].Hash); err != nil || string(b) != "二" || u.Name != "批复.txt" {
			t.Errorf("%s reads %q, %v", name, b, err)
		}
	}
	if _, _, err := w.TaskFile(ctx, other, made.ID, added[0].Hash); !errors.Is(err, fault.NotFound) {
		t.Errorf("another county reads: %v; want not found", err)
	}
	made, err = w.Act(ctx, clerk, made.ID, made.Rev, task.Sign, task.Options{Sent: "s"})
	o.must(err)
	_, err = w.Act(ctx, clerk, made.ID, made.Rev, task.Report, task.Options{Sent: "e", Text: "已核定", Files: []string{added[0].Hash}})
	o.must(err)
	if err := w.DropTaskFile(ctx, clerk, made.ID, added[0].Hash); !errors.Is(err, fault.Conflict) {
		t.Errorf("a cited file is dropped: %v; want conflict", err)
	}
	if err := w.DropTaskFile(ctx, reviewer, made.ID, added[1].Hash); !errors.Is(err, fault.Forbidden) {
		t.Errorf("another's file is dropped: %v; want forbidden", err)
	}
	o.must(w.DropTaskFile(ctx, clerk, made.ID, added[1].Hash))
	if list, err := w.TaskFiles(ctx, clerk, made.ID); err != nil || len(list) != 1 || list[0].Hash != added[0].Hash {
		t.Errorf("%+v %v", list, err)
	}
	for action, want := range map[audit.Action]int{fileAdded: 2, fileDropped: 1} {
		if _, n, err := o.city.AuditLog(ctx, auth.Operator(), audit.Filter{Action: action}); n != want || err != nil {
			t.Errorf("%d lines of %s, %v; want %d", n, action, err, want)
		}
	}
	tick := &Ticker{City: o.city, Holder: "x", Now: func() time.Time { return o.clock }}
	for _, tt := range []struct {
		later time.Duration
		want  int
	}{{time.Hour, 0}, {24 * time.Hour, 1}, {24 * time.Hour, 0}} {
		o.later(tt.later)
		if done, err := tick.Tick(ctx); err != nil || done.Swept != tt.want {
			t.Errorf("%s later: %+v, %v; want %d swept", tt.later, done, err, tt.want)
		}
	}
	if _, b, err := w.TaskFile(ctx, planner, made.ID, added[0].Hash); err != nil || string(b) != "一" {
		t.Errorf("what is cited is gone: %v", err)
	}
}

// What an act cites was added to the task it is about: not to another, and not
// nowhere.
func TestActsCiteOwnFiles(t *testing.T) {
	d := newDesks(t, begun.SQLite(t))
	var tasks []task.Task
	for i := range 2 {
		x, err := d.NewTask(ctx, d.by["section"], task.Task{Title: "核定编制", Lead: task.BureauOf("east"), Source: task.Source{Kind: task.FromDocument, Name: "1号"}, Due: edu.DateOf(d.clock.now()) + 45}, fmt.Sprint("n", i))
		if err != nil {
			t.Fatal(err)
		}
		tasks = append(tasks, d.must("eastclerk", d.must("section", x, task.Issue, task.Options{}), task.Sign, task.Options{}))
	}
	f, b, err := attach.Clean("批复.txt", strings.NewReader("一"), 3)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.AddTaskFiles(ctx, d.by["eastclerk"], tasks[0].ID, []Attached{{f, b}}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		id   int
		act  task.Act
		hash string
		ok   bool
	}{
		{"another task's in a report", 1, task.Report, f.Hash, false},
		{"another task's when handing in", 1, task.HandIn, f.Hash, false},
		{"one that nobody added", 0, task.Report, strings.Repeat("0", 64), false},
		{"its own", 0, task.HandIn, f.Hash, true},
	} {
		x := tasks[tt.id]
		now, err := d.Act(ctx, d.by["eastclerk"], x.ID, x.Rev, tt.act, task.Options{Text: "已落实", Head: "某局长", Files: []string{tt.hash}})
		if tt.ok != (err == nil) || !tt.ok && (!errors.Is(err, fault.Invalid) || now.Rev != x.Rev) {
			t.Errorf("%s: rev %d, %v", tt.name, now.Rev, err)
		}
	}
}
