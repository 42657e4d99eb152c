package flow

import (
	"context"
	"net/url"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/plan"
	"shuren/internal/todo"
)

// dutyAhead is how many days before the end of its cycle a duty of the leading
// group is a to-do.
const dutyAhead = 14

// planTodos are versions of plans that wait for the approval of another person
// than those who wrote them.
func (o *Office) planTodos(ctx context.Context, who auth.Actor) (out []todo.Item, err error) {
	if who.Reach(auth.ApprovePlan).None() || who.Reach(auth.ReadTasks).None() {
		return nil, nil
	}
	all, b, err := o.versions(ctx, who, "")
	if err != nil {
		return nil, err
	}
	for id, list := range all {
		v := list[0]
		if v.State != plan.HandedIn || !o.plans(b, who, auth.ApprovePlan, v.Unit) {
			continue
		}
		if _, err := plan.Next(v, plan.Approve, who, "", o.now()); err != nil {
			continue // who wrote it does not approve it
		}
		out = append(out, todo.Item{Kind: todo.Plan, ID: id, Do: edu.Text{ZH: "批准", EN: "Approve"}, Title: edu.Text{ZH: v.Plan.Name}, From: edu.Text{ZH: v.ByName}, Link: "/plan/" + url.PathEscape(id), Since: v.At})
	}
	return out, nil
}

// councilTodos are meetings to come, minutes to be signed and duties of the leading
// group whose cycle ends.
func (o *Office) councilTodos(ctx context.Context, who auth.Actor) (out []todo.Item, err error) {
	if who.Reach(auth.ReadTasks).None() {
		return nil, nil
	}
	reads, err := o.reach(ctx, who, auth.ReadTasks)
	if err != nil {
		return nil, err
	}
	keeps := reachIn{who.Reach(auth.KeepMeeting), reads.tree}
	all, err := o.meetings(ctx)
	if err != nil {
		return nil, err
	}
	today := collect.Today(o.now())
	for i := range all {
		m := &all[i]
		item := todo.Item{Kind: todo.Meeting, Title: edu.Text{ZH: m.Name}, Link: "/meetings/" + url.PathEscape(m.ID)}
		switch {
		case (m.State == council.Planned || m.State == council.Running) && m.Day >= today && (keeps.holds(m.Unit) || !reads.Whole && reads.attends(m) || reads.Whole && m.Unit == ""):
			item.ID, item.Do, item.Due = m.ID+"/attend", edu.Text{ZH: "参加", EN: "Attend"}, m.Day
		case m.State == council.Held && keeps.holds(m.Unit):
			item.ID, item.Do = m.ID+"/minutes", edu.Text{ZH: "签发纪要", EN: "Sign the minutes of"}
		default:
			continue
		}
		out = append(out, item)
	}
	if keeps.None() {
		return out, nil
	}
	duties, err := o.Duties(ctx, who)
	if err != nil {
		return nil, err
	}
	for i := range duties {
		d := &duties[i]
		if d.Closed != "" || !keeps.holds(d.Unit) {
			continue
		}
		// What was not done in the past year is still owed.
		for _, t := range d.Turns(today-366, today) {
			owed := t.On(today) == council.Owed
			if !owed && (t.On(today) != council.Ahead || t.Last-today > dutyAhead) {
				continue
			}
			item := todo.Item{Kind: todo.Duty, ID: d.ID + "/" + t.Key, Do: edu.Text{ZH: "落实", EN: "See to"}, Title: edu.Text{ZH: d.Words}, From: edu.Text{ZH: d.Owner}, Link: "/leading", Due: t.Last}
			if owed {
				item.Lamp, item.Why = todo.Red, edu.Text{ZH: "本周期已过，未落实", EN: "its cycle is over and it was not done"}
			}
			out = append(out, item)
		}
	}
	return out, nil
}
