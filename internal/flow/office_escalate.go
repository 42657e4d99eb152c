package flow

import (
	"context"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/store"
	"shuren/internal/task"
)

// metaEscalated is the day on which late tasks were told last.
const metaEscalated = "task_escalated"

// Escalate tells of late tasks, each level once: the owner first, then the issuer,
// then the city's leaders, as the rules say. It looks once a day, in office hours,
// and gives how many messages are new.
func (o *Office) Escalate(ctx context.Context) (int, error) {
	env, b, err := o.env(ctx)
	if err != nil {
		return 0, err
	}
	today := collect.Today(env.Now)
	if !env.Calendar.Working(today) || env.Now.Before(collect.Opens(today)) || env.Now.After(collect.Closes(today)) {
		return 0, nil
	}
	last, err := o.city.store.Meta(ctx, local, metaEscalated)
	if err != nil || last == today.String() {
		return 0, err
	}
	list, err := o.city.store.Tasks(ctx, store.TaskView{Scope: local}, task.Filter{Lamp: task.Red, Live: true, Size: -1}, env.Now)
	if err != nil {
		return 0, err
	}
	all, err := o.city.store.Accounts(ctx, local)
	if err != nil {
		return 0, err
	}
	var leaders []auth.Account
	for _, a := range all {
		for _, g := range a.Grants {
			if !a.Closed && g.Whole && g.Role == auth.Leader {
				leaders = append(leaders, a)
			}
		}
	}
	var ids []string
	for _, t := range list.Tasks {
		ids = append(ids, t.Lead, t.Issuer)
	}
	acting, err := o.accountsOf(ctx, b, ids)
	if err != nil {
		return 0, err
	}
	var messages []collect.Message
	accounts := map[string]auth.Account{}
	for _, t := range list.Tasks {
		level, who := task.Level(t, env)
		if level == 0 {
			continue
		}
		to := acting[t.Lead]
		switch env.Rules.Levels[level-1].To {
		case task.ToIssuer:
			to = acting[t.Issuer]
		case task.ToLeaders:
			to = leaders
		}
		for _, a := range to {
			accounts[a.ID] = a
			messages = append(messages, late(b, t, a.ID, level, who, env))
		}
	}
	told, err := o.city.Tell(ctx, messages, accounts, o.site)
	if err != nil {
		return told, err
	}
	return told, o.city.store.SetMeta(ctx, local, metaEscalated, today.String())
}

// late is what an account is told of a late task: once for each level of each
// limit, so that an extension begins anew.
func late(b *bodyList, t task.Task, account string, level int, who edu.Text, env task.Env) collect.Message {
	days := task.Overdue(t, env)
	text := taskBody(b, t, "")
	return collect.Message{Account: account, ID: fmt.Sprintf("late:%s:%s:%d", t.ID, t.Due, level), At: env.Now, Kind: "remind", Link: TaskLink(t.ID),
		Title: edu.Text{ZH: fmt.Sprintf("逾期%d天（%s）：%s", days, who.ZH, t.Title), EN: fmt.Sprintf("%d days late (%s): %s", days, who.EN, t.Title)},
		Body:  text,
	}
}
