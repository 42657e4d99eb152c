package flow

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/plan"
	"shuren/internal/store"
	"shuren/internal/task"
)

// A task that serves two plans is updated once: one entry shows in both plans.
func TestTaskServesTwoPlans(t *testing.T) {
	c := newTown(t)
	o, first := c.approved()
	p := townPlan()
	p.ID, p.Name = "second", "县中振兴"
	second, err := o.SavePlan(ctx, section, p, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	m := task.Serves{Plan: first.ID, Measure: first.Lines[1].Measures[0].ID}
	other := task.Serves{Plan: second.ID, Measure: second.Lines[1].Measures[0].ID}
	east := actor(auth.CountyClerk, "east")
	x, err := o.TaskOfMeasure(ctx, section, m.Plan, m.Measure, "once")
	act := func(who auth.Actor, a task.Act, opt task.Options) {
		t.Helper()
		if x, err = o.Act(ctx, who, x.ID, x.Rev, a, opt); err != nil {
			t.Fatalf("%s: %v", a, err)
		}
	}
	add := task.Options{Serve: []task.Serves{other}}
	if err != nil {
		t.Fatal(err)
	}
	act(section, task.Issue, task.Options{})
	act(east, task.Sign, task.Options{})
	for _, tt := range []struct {
		name string
		who  auth.Actor
		rev  int
		opt  task.Options
		kind error
	}{
		{"a plan that is not in force", section, x.Rev, add, fault.Invalid},
		{"a plan that there is not", section, x.Rev, task.Options{Serve: []task.Serves{{Plan: "none", Measure: "M1"}}}, fault.Invalid},
		{"a measure that the plan has not", section, x.Rev, task.Options{Serve: []task.Serves{{Plan: m.Plan, Measure: "M99"}}}, fault.Invalid},
		{"over an older revision", section, x.Rev - 1, task.Options{Unserve: []task.Serves{m}}, store.ErrStale},
		{"by the owner", east, x.Rev, task.Options{Unserve: []task.Serves{m}}, fault.Forbidden},
	} {
		if _, err := o.Act(ctx, tt.who, x.ID, tt.rev, task.Serve, tt.opt); !errors.Is(err, tt.kind) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.kind)
		}
	}
	if second, err = o.ActPlan(ctx, section, second.ID, 1, second.Rev, plan.HandIn, ""); err == nil {
		_, err = o.ActPlan(ctx, leader, second.ID, 1, second.Rev, plan.Approve, "2号")
	}
	if err != nil {
		t.Fatal(err)
	}
	act(section, task.Serve, add)
	act(east, task.Report, task.Options{Text: "已招聘十二人"})
	for _, s := range []task.Serves{m, other} {
		of, err := o.PlanTasks(ctx, leader, s.Plan)
		if err != nil || len(of.All) != 1 || len(of.By[s.Measure]) != 1 || of.By[s.Measure][0].ID != x.ID || of.By[s.Measure][0].Last.Text != "已招聘十二人" || of.By[s.Measure][0].Entries != 1 {
			t.Errorf("plan %s shows %+v: %v", s.Plan, of, err)
		}
	}
	full, err := o.Task(ctx, section, x.ID)
	if err != nil || !slices.ContainsFunc(full.Events, func(e task.Event) bool {
		return e.Act == task.Serve && strings.HasPrefix(e.Text, "＋《县中振兴》"+other.Measure+" ") && e.From == task.Working && e.To == task.Working
	}) {
		t.Errorf("the history is %+v: %v", full.Events, err)
	}
	log, _, err := c.AuditLog(ctx, auth.Operator(), audit.Filter{Object: x.ID})
	if err != nil || !slices.ContainsFunc(log, func(r audit.Record) bool { return r.Action == "task.serve" && r.Object == x.ID }) {
		t.Errorf("the log has no line of it: %v", err)
	}
	act(section, task.Serve, task.Options{Unserve: []task.Serves{m}})
	if of, err := o.PlanTasks(ctx, leader, m.Plan); err != nil || len(of.All) != 0 {
		t.Errorf("taken away, the first plan shows %+v: %v", of, err)
	}
	if of, err := o.PlanTasks(ctx, leader, other.Plan); err != nil || len(of.All) != 1 {
		t.Errorf("the second plan shows %+v: %v", of, err)
	}
}
