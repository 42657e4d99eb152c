package flow

import (
	"context"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/task"
)

// Digest is what one of the five ones shows of the period in which a day lies, of
// the tasks that somebody may see: from live tasks and their one entry.
func (o *Office) Digest(ctx context.Context, who auth.Actor, kind task.Cadence, day edu.Date) (task.Digest, error) {
	if who.Reach(auth.ReadTasks).None() {
		return task.Digest{}, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	env, b, err := o.env(ctx)
	if err != nil {
		return task.Digest{}, err
	}
	if day == 0 {
		day = collect.Today(env.Now)
	}
	from, until := kind.Span(day)
	news, err := o.city.store.TaskNews(ctx, o.view(who, b, store.Reader), task.Filter{}, from, until)
	if err != nil {
		return task.Digest{}, err
	}
	var all []task.Moved
	for _, t := range news.Tasks {
		all = append(all, task.Moved{Row: row(t, env, b), Entries: news.Entries[t.ID], Events: news.Events[t.ID]})
	}
	return task.Gather(kind, day, all, env, b.name, func(body string) (string, edu.Text) {
		x, _ := b.find(body)
		if x.County == "" {
			return "", edu.Text{ZH: "市本级", EN: "the city itself"}
		}
		u, _ := b.tree.Unit(x.County)
		return string(x.County), lastAttrs(u).Name
	}), nil
}
