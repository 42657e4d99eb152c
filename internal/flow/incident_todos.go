package flow

import (
	"context"
	"net/url"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/incident"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// todos are reports of incidents that are owed, final reports to be looked at, and
// the drill of a month that ends. What leaves the system says what is owed and of
// which school, never what happened.
func (x *Incidents) todos(ctx context.Context, who auth.Actor) (out []todo.Item, err error) {
	if who.Reach(auth.ReadSafety).None() {
		return nil, nil
	}
	now := x.now()
	list, err := x.Incidents(ctx, who, store.IncidentFilter{Open: true})
	if err != nil {
		return nil, err
	}
	for n := range list {
		i := &list[n]
		if len(out) == mostEvents {
			break
		}
		_, side := x.sides(ctx, who, i.Unit)
		item := todo.Item{Kind: todo.Event, ID: i.ID + "/" + string(i.State), Title: i.What.Level.Name(), From: i.Name, Link: "/safety/incidents/" + url.PathEscape(i.ID), Since: i.What.Known, Outside: edu.Text{ZH: "校园事件报告", EN: "Report of an incident"}}
		switch {
		case i.State == incident.Final && side&incident.Above != 0:
			item.Do = edu.Text{ZH: "核定终报", EN: "Look at the final report of"}
		case i.State != incident.Final && side&incident.School != 0 && (!whoKeeps(who) || who.Local) && i.Running != nil:
			item.Do, item.Due = i.Running.Kind.Name(), collect.Today(i.Running.Due)
			if i.Running.Late(now) > 0 {
				item.Lamp, item.Why = todo.Red, edu.Text{ZH: "已超时限", EN: "past its limit"}
			}
		default:
			continue
		}
		out = append(out, item)
	}
	drills, err := x.drillTodos(ctx, who)
	return append(out, drills...), err
}

// whoKeeps tells that an actor looks after safety rather than enters it.
func whoKeeps(who auth.Actor) bool { return who.May(auth.KeepSafety) }

// drillTodos are the drills of a school, or of the schools of a township: of the
// month that ends, and of the last one that is missing.
func (x *Incidents) drillTodos(ctx context.Context, who auth.Actor) (out []todo.Item, err error) {
	r := who.Reach(auth.DoSafety)
	if r.Whole || r.None() || who.May(auth.ReadRegion) {
		return nil, nil // a county chases by its list, not by to-dos
	}
	today := collect.Today(x.now())
	rows, err := x.DrillRows(ctx, who, schoolYear(today), "")
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		for _, s := range row.Slots {
			if s.State != incident.Now || s.Last-today > drillsWarnAhead {
				continue
			}
			out = append(out, todo.Item{Kind: todo.Drill, ID: string(row.Unit) + "/" + s.First.String(), Do: edu.Text{ZH: "开展并登记演练", EN: "Hold and enter a drill"}, Title: s.Label, From: row.Name, Link: "/safety/drills/" + url.PathEscape(string(row.Unit)), Due: s.Last, Lamp: todo.Amber, Outside: edu.Text{ZH: "应急演练", EN: "Drill"}})
		}
	}
	return out, nil
}
