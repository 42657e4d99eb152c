package task_test

import (
	"cmp"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/task"
)

// A Monday without a holiday near it, in the middle of a term.
var monday = time.Date(2025, 4, 14, 10, 0, 0, 0, collect.China)

func day(m time.Month, d int) edu.Date {
	return edu.DateOf(time.Date(2025, m, d, 0, 0, 0, 0, time.UTC))
}

var bodies = map[string]task.Body{}

func init() {
	for _, b := range []task.Body{
		{ID: "bureau:", Kind: task.Bureau, Name: edu.Text{ZH: "市教育体育局", EN: "City Bureau"}},
		{ID: "bureau:east", Kind: task.Bureau, Unit: "east", County: "east", Name: edu.Text{ZH: "东县教育体育局", EN: "East Bureau"}},
		{ID: "bureau:west", Kind: task.Bureau, Unit: "west", County: "west", Name: edu.Text{ZH: "西县教育体育局", EN: "West Bureau"}},
		{ID: "gov:", Kind: task.Government, Name: edu.Text{ZH: "市人民政府", EN: "City Government"}},
		{ID: "gov:east", Kind: task.Government, Unit: "east", County: "east", Name: edu.Text{ZH: "东县人民政府", EN: "East Government"}},
		{ID: "unit:own", Kind: task.Institution, Unit: "own", Name: edu.Text{ZH: "市一中", EN: "City School"}},
		{ID: "unit:east1", Kind: task.Institution, Unit: "east1", County: "east", Name: edu.Text{ZH: "东县一小", EN: "East School"}},
		{ID: "sec:basic", Kind: task.Section, Name: edu.Text{ZH: "基础教育科", EN: "Basic Education Section"}},
		{ID: "sec:east", Kind: task.Section, Unit: "east", County: "east", Name: edu.Text{ZH: "东县教育股", EN: "East Section"}},
		{ID: "dept:finance", Kind: task.Department, Name: edu.Text{ZH: "市财政局", EN: "Finance"}},
		{ID: "dept:gone", Kind: task.Section, Name: edu.Text{ZH: "旧科室", EN: "Old Section"}, Ended: true},
	} {
		bodies[b.ID] = b
	}
}

func calendar() *collect.Calendar {
	marks, terms := collect.Shipped()
	c, err := collect.NewCalendar(marks, terms)
	if err != nil {
		panic(err)
	}
	return c
}

var shipped = calendar()

func at(now time.Time) task.Env {
	return task.Env{Now: now, Calendar: shipped, Rules: task.Default, By: "a", Name: "甲", Body: "bureau:",
		Bodies: func(id string) (task.Body, bool) { b, ok := bodies[id]; return b, ok }}
}

// whole is a task with all that it needs to be issued on monday.
func whole() task.Task {
	return task.Task{ID: "t1", Rev: 1, State: task.Drafted, Title: "落实教师编制", Demand: "核定到校", Issuer: "bureau:", Lead: "bureau:east", Due: day(6, 30),
		Source: task.Source{Kind: task.FromMeeting, Ref: "m1", Name: "市教育大会"}, Sheet: task.Sheet{Urgency: task.Ordinary}}
}

// step is an act by whoever may do it.
type step struct {
	act  task.Act
	days int // after the step before
	o    task.Options
	by   string // account; empty: who reviews is not who handed in
}

const everybody = task.Giver | task.Owner | task.Helper

// walk takes acts and gives the task after them and the moment of the last.
func walk(t task.Task, steps ...step) (task.Task, time.Time, error) {
	now := monday
	for _, s := range steps {
		now = now.AddDate(0, 0, s.days)
		env := at(now)
		if s.act == task.Close {
			env.By, env.Name = "b", "乙"
		}
		env.By = cmp.Or(s.by, env.By)
		next, _, err := task.Next(t, s.act, everybody, s.o, env)
		if err != nil {
			return t, now, err
		}
		t = next
	}
	return t, now, nil
}

var fourYes = task.Review{Facts: true, Solved: true, Done: true, Conclusion: true}
