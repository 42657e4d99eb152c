package flow

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/store"
	"shuren/internal/task"
)

// Office is the one place where acts of people on tasks, plans and meetings meet
// the store, as [Desk] is for forms: it asks the permission, works the act out,
// writes it with its line in the audit log, then tells whoever is next.
type Office struct {
	city *City
	now  func() time.Time
	site string // address of the pages, for links in mails

	mu     sync.Mutex
	bodies *bodyList
}

// NewOffice gives the office of a city. site is the address of the pages, for links
// in mails; it may be empty.
func NewOffice(c *City, site string) *Office {
	return &Office{city: c, now: func() time.Time { return c.now() }, site: site}
}

// Office gives the office of the city.
func (c *City) Office() *Office { return NewOffice(c, "") }

// At is the office at another time: what a demonstration says was done some weeks
// ago. The log says so as if it had been then.
func (o *Office) At(now func() time.Time) *Office {
	return &Office{city: o.city, now: now, site: o.site}
}

// metaTaskRules is where the city's own rules of supervision are kept.
const metaTaskRules = "task_rules"

// TaskRules are the rules of supervision in force.
func (o *Office) TaskRules(ctx context.Context) (task.Rules, error) {
	text, err := o.city.store.Meta(ctx, local, metaTaskRules)
	r := task.Default
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &r)
	}
	return r, err
}

// env is what tasks are judged with now.
func (o *Office) env(ctx context.Context) (task.Env, *bodyList, error) {
	bodies, err := o.bodyList(ctx)
	if err != nil {
		return task.Env{}, nil, err
	}
	cal, err := o.city.Calendar(ctx)
	if err != nil {
		return task.Env{}, nil, err
	}
	rules, err := o.TaskRules(ctx)
	return task.Env{Now: o.now(), Calendar: cal, Rules: rules, Bodies: bodies.find}, bodies, err
}

// view is who reads, as the store asks for it.
func (o *Office) view(who auth.Actor, bodies *bodyList, role store.Role) store.TaskView {
	v := store.TaskView{Scope: scopeOf(who.Reach(auth.ReadTasks), role)}
	if !who.Local {
		v.Bodies = bodies.actsFor(who)
	}
	return v
}

// lastAttrs are what a unit is called and where it stands at last.
func lastAttrs(u *edu.Unit) edu.Attrs { return u.Attrs[len(u.Attrs)-1] }
