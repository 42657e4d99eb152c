package flow

import (
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/plan"
	"shuren/internal/todo"
)

// says gives what somebody has to do, of some kinds, in words.
func (c *town) says(who auth.Actor, kinds ...todo.Kind) string {
	c.t.Helper()
	items, err := c.Todos(ctx, who)
	if err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, i := range items {
		for _, k := range kinds {
			if i.Kind == k {
				out = append(out, i.Do.ZH+"："+i.Title.ZH)
			}
		}
	}
	return strings.Join(out, " ")
}

// A plan that was handed in waits for who may approve it and did not write it; one
// that is approved waits for nobody.
func TestPlanTodos(t *testing.T) {
	c := newTown(t)
	o := c.Office()
	v, err := o.SavePlan(ctx, section, townPlan(), 1, 0)
	if err == nil {
		if got := c.says(leader, todo.Plan); got != "" {
			t.Errorf("a draft: a leader has %q", got)
		}
		v, err = o.ActPlan(ctx, section, v.ID, v.Version, v.Rev, plan.HandIn, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*auth.Actor]string{&leader: "批准：三年行动", &section: "", &planner: ""} {
		if got := c.says(*who, todo.Plan); got != want {
			t.Errorf("handed in: %s has %q, want %q", who.Account, got, want)
		}
	}
	if _, err := o.ActPlan(ctx, leader, v.ID, v.Version, v.Rev, plan.Approve, "1号"); err != nil {
		t.Fatal(err)
	}
	if got := c.says(leader, todo.Plan); got != "" {
		t.Errorf("approved: a leader has %q", got)
	}
}

// A meeting is attended by its venues and by who keeps it, then its minutes are to
// be signed; a duty is a to-do when its cycle ends and until it is done.
func TestCouncilTodos(t *testing.T) {
	c := newCouncil(t)
	m := c.meeting()
	m.Venues, m.People = m.Venues[:1], m.People[:2] // west has no part in it
	m = c.save(c.planner, m)
	says := func(when string, who auth.Actor, want string) {
		t.Helper()
		if got := c.says(who, todo.Meeting, todo.Duty); got != want {
			t.Errorf("%s: %s has %q, want %q", when, who.Account, got, want)
		}
	}
	says("called", c.planner, "参加：领导小组会议")
	says("called", c.east, "参加：领导小组会议")
	says("called", c.west, "")
	c.step(m, council.Begin)
	c.step(m, council.End)
	says("held", c.planner, "签发纪要：领导小组会议")
	says("held", c.east, "")

	today := c.o.onDay()
	first := edu.DateOf(today.Time().AddDate(0, 0, 1-today.Time().Day()).AddDate(0, -1, 0)) // of the month before
	d, err := c.o.KeepDuty(ctx, c.planner, council.Duty{Words: "每月调度", Basis: "1号", Owner: "组长", Every: council.Month, From: first, Until: first + 5})
	if err != nil {
		t.Fatal(err)
	}
	says("a month is over", c.planner, "落实：每月调度 签发纪要：领导小组会议")
	says("a month is over", c.east, "")
	key := d.Turns(first, today)[0].Key
	if _, err := c.o.DutyDone(ctx, c.planner, d.ID, d.Rev, key, council.Done{Day: today, Evidence: "会议纪要"}); err != nil {
		t.Fatal(err)
	}
	says("done", c.planner, "签发纪要：领导小组会议")
}
