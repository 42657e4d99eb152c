package flow

import (
	"context"
	"encoding/json"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/store"
	"shuren/internal/task"
)

const taskRulesSet audit.Action = "task.rules"

func (o *Office) setRules(ctx context.Context, who auth.Actor, r task.Rules) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := o.city.store.Log(ctx, local, record(who, taskRulesSet, "", o.now())); err != nil {
		return err
	}
	if err := o.city.store.SetMeta(ctx, local, metaTaskRules, string(text)); err != nil {
		return err
	}
	return o.Relight(ctx)
}

// Relight works out anew when the lamps of live tasks turn: after the rules or the
// calendar have changed. A lamp that is shown is always worked out from the row;
// this is for lists that are chosen by lamp.
func (o *Office) Relight(ctx context.Context) error {
	env, _, err := o.env(ctx)
	if err != nil {
		return err
	}
	list, err := o.city.store.Tasks(ctx, store.TaskView{Scope: local}, task.Filter{Live: true, Size: -1}, env.Now)
	if err != nil {
		return err
	}
	var lit []store.TaskLight
	for _, t := range list.Tasks {
		rest, amber, red := task.Turns(t, env)
		lit = append(lit, store.TaskLight{ID: t.ID, Rev: t.Rev, Rest: rest, Amber: amber, Red: red})
	}
	return o.city.store.LightTasks(ctx, local, lit)
}
