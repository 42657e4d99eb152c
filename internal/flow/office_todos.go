package flow

import (
	"context"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/store"
	"shuren/internal/task"
	"shuren/internal/todo"
)

const (
	// mostTodos is how many tasks of one body are listed as to-dos.
	mostTodos = 200
	// mostBodies is for how many bodies somebody may act before only their
	// lists of tasks serve.
	mostBodies = 30
)

// todos are the tasks on which somebody has the next move: to sign, to report, to
// finish, to review, to answer. The operator at the machine acts for all bodies
// and owes nothing as an owner.
func (o *Office) todos(ctx context.Context, who auth.Actor) ([]todo.Item, error) {
	if who.Reach(auth.ReadTasks).None() {
		return nil, nil
	}
	env, b, err := o.env(ctx)
	if err != nil {
		return nil, err
	}
	env.By, env.Name = record(who, "", "", env.Now).Account, who.Name
	v := o.view(who, b, store.Reader)
	var out []todo.Item
	add := func(f task.Filter, side task.Side) error {
		f.Page, f.Size = 1, mostTodos
		list, err := o.city.store.Tasks(ctx, v, f, env.Now)
		if err != nil {
			return err
		}
		for _, t := range list.Tasks {
			if side == task.Giver && t.State == task.InReview && !slices.Contains(task.May(t, side, env), task.Close) {
				continue // who handed it in does not review it
			}
			if who.Local || b.sides(who, t)&side != 0 {
				out = append(out, taskTodos(row(t, env, b), side, collect.Today(env.Now))...)
			}
		}
		return nil
	}
	if len(v.Bodies) > 0 || who.Local {
		if err := add(task.Filter{Mine: !who.Local, State: []task.State{task.InReview, task.Extension}}, task.Giver); err != nil {
			return nil, err
		}
	}
	for n, body := range v.Bodies {
		if n == mostBodies {
			break
		}
		if err := add(task.Filter{Lead: body, State: []task.State{task.ToSign, task.Working}}, task.Owner); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// taskTodos are what one task asks of its owner or of its giver.
func taskTodos(r task.Row, side task.Side, today edu.Date) (out []todo.Item) {
	add := func(id, zh, en string, due edu.Date) {
		i := todo.Item{Kind: todo.Task, ID: r.ID + "/" + id, Do: edu.Text{ZH: zh, EN: en}, Title: edu.Text{ZH: r.Title}, From: r.IssuerName, Link: TaskLink(r.ID), Due: due, Why: r.Why, Since: r.Ball}
		if side == task.Giver {
			i.From = r.LeadName
		}
		switch {
		case due != 0 && due < today || r.Lamp == task.Red:
			i.Lamp = todo.Red
		case r.Lamp == task.Amber:
			i.Lamp = todo.Amber
		}
		out = append(out, i)
	}
	switch {
	case side == task.Giver && r.State == task.InReview:
		add("review", "审核", "Review", 0)
	case side == task.Giver && r.State == task.Extension:
		add("extension", "答复延期申请", "Answer a request for more time", 0)
	case side == task.Owner && r.State == task.ToSign:
		due := edu.Date(0)
		if !r.SignBy.IsZero() {
			due = collect.Today(r.SignBy)
		}
		add("sign", "签收", "Sign for", due)
	case side == task.Owner && r.State == task.Working:
		if w := r.Wanted; w.Asked() && (w.Missed || w.Due-today <= 7) {
			add("report/"+w.From.String(), "填报进展", "Report progress of", w.Due)
		}
		if r.Due != 0 {
			add("finish", "办结", "Finish", r.Due)
		}
	}
	return out
}
