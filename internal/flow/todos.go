package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/todo"
)

const (
	feedMade    audit.Action = "feed.make"
	feedDropped audit.Action = "feed.drop"
)

// todos are the sources of the list of to-dos beside the city's own, and how many
// each person was last told to have.
type todos struct {
	mu      sync.Mutex
	sources []todo.Source
	counts  map[string]counted
}

type counted struct {
	n  int
	at time.Time
}

// countFor is how long a count stands beside the navigation: every page shows it,
// and to count is to read all that somebody owes.
const countFor = 20 * time.Second

// AddTodos adds what gives people work to the list of to-dos. It is called while
// a server is being put together.
func (c *City) AddTodos(s todo.Source) {
	c.todos.mu.Lock()
	defer c.todos.mu.Unlock()
	c.todos.sources = append(c.todos.sources, s)
}

// Todos gives what somebody has to do, in order. Where one source fails, the
// others' items come with its error.
func (c *City) Todos(ctx context.Context, who auth.Actor) ([]todo.Item, error) {
	if who.Account == "" && !who.Local {
		return nil, fmt.Errorf("to-dos: %w", fault.Forbidden)
	}
	c.todos.mu.Lock()
	o := c.Office()
	sources := append([]todo.Source{
		c.paperTodos,
		c.packTodos,
		o.todos,
		o.planTodos,
		o.councilTodos,
		o.Safety().Todos,
		c.Gallery().todos,
		c.Incidents().todos,
		c.DutyLists().todos,
		c.Retention().todos,
		c.Warnings().todos,
	}, c.todos.sources...)
	c.todos.mu.Unlock()
	var out []todo.Item
	var errs []error
	for _, s := range sources {
		items, err := s(ctx, who)
		out, errs = append(out, items...), append(errs, err)
	}
	todo.Sort(out)
	err := errors.Join(errs...)
	if err == nil {
		c.counted(who, todo.Count(out))
	}
	return out, err
}

func (c *City) counted(who auth.Actor, n int) {
	c.todos.mu.Lock()
	defer c.todos.mu.Unlock()
	if c.todos.counts == nil || len(c.todos.counts) > 10_000 {
		c.todos.counts = map[string]counted{}
	}
	c.todos.counts[who.Account] = counted{n, c.now()}
}

// TodoCount is how many things somebody has to do. It may be some seconds old.
func (c *City) TodoCount(ctx context.Context, who auth.Actor) (int, error) {
	c.todos.mu.Lock()
	last, ok := c.todos.counts[who.Account]
	c.todos.mu.Unlock()
	if age := c.now().Sub(last.at); ok && age >= 0 && age < countFor {
		return last.n, nil
	}
	items, err := c.Todos(ctx, who)
	return todo.Count(items), err
}

// oneByOne is up to how many papers of a form stand one by one; of more there is
// one item.
const oneByOne = 3

// paperTodos are papers to fill and to review.
func (c *City) paperTodos(ctx context.Context, who auth.Actor) ([]todo.Item, error) {
	d := c.Desk(who)
	if d.reach(seeing...).None() {
		return nil, nil
	}
	tasks, err := d.Tasks(ctx, collect.Filter{Mine: true, Limit: 1 << 30})
	if err != nil {
		return nil, err
	}
	type key struct {
		issue string
		do    string
	}
	var order []key
	groups := map[key][]todo.Item{}
	for _, t := range tasks.List {
		i := paperTodo(t, collect.Today(d.now()))
		k := key{t.Issue, i.Do.EN}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], i)
	}
	var out []todo.Item
	for _, k := range order {
		g := groups[k]
		if len(g) <= oneByOne {
			out = append(out, g...)
			continue
		}
		todo.Sort(g)
		all := g[0] // with the first day and the worst lamp
		all.ID, all.N, all.Link, all.From = k.issue+"/"+k.do, len(g), "/work?list=mine&issue="+k.issue, edu.Text{}
		for _, i := range g {
			all.Lamp = max(all.Lamp, i.Lamp)
			if !i.Since.IsZero() && i.Since.Before(all.Since) {
				all.Since = i.Since
			}
		}
		out = append(out, all)
	}
	return out, nil
}

// reviewSoon is for how long a paper may wait to be reviewed before it is shown
// as late (the pages of papers say the same).
const reviewSoon = 48 * time.Hour

func paperTodo(t collect.Task, today edu.Date) todo.Item {
	can := func(as ...collect.Action) bool {
		for _, a := range as {
			for _, b := range t.Todo {
				if a == b {
					return true
				}
			}
		}
		return false
	}
	i := todo.Item{Kind: todo.Paper, Link: collect.PaperLink(t.Issue, t.Unit), From: t.Place.Name, Since: t.Since, Outside: t.Form,
		Title: edu.Text{ZH: t.Form.ZH + " " + t.Period.Label(), EN: t.Form.In("en") + " " + t.Period.Label()}}
	switch {
	case t.Asked && can(collect.GrantUnlock):
		i.Do = edu.Text{ZH: "答复解锁申请", EN: "Answer a request to unlock"}
	case can(collect.Save, collect.Submit):
		i.Do, i.Due = edu.Text{ZH: "填报", EN: "Fill in"}, cmp.Or(t.Inner, t.Filing.Due)
		switch {
		case t.Late > 0 || i.Due != 0 && i.Due < today:
			i.Lamp, i.Why = todo.Red, edu.Text{ZH: "已过期限", EN: "past its day"}
		case t.State == collect.Returned:
			i.Do, i.Lamp, i.Why = edu.Text{ZH: "修改后重报", EN: "Mend and hand in again"}, todo.Amber, edu.Text{ZH: "被退回", EN: "returned"}
		case i.Due != 0 && i.Due-today <= 3:
			i.Lamp, i.Why = todo.Amber, edu.Text{ZH: "三天内到期", EN: "due within three days"}
		}
	default:
		// A paper is handed in by its day, so whoever reviews it has no day: only
		// how long it has waited counts.
		i.Do = edu.Text{ZH: "审核", EN: "Review"}
		if t.Waiting >= reviewSoon {
			i.Lamp, i.Why = todo.Amber, edu.Text{ZH: "已等候两天以上", EN: "has waited for two days or more"}
		}
	}
	i.ID = t.Issue + "/" + string(t.Unit) + "/" + i.Do.EN
	return i
}

// packTodos are changes of the city's own pack that wait for a second person.
func (c *City) packTodos(ctx context.Context, who auth.Actor) ([]todo.Item, error) {
	if !who.Reach(auth.DecidePack).Whole || c.OwnPack() == nil {
		return nil, nil
	}
	list, err := c.store.Proposals(ctx, local)
	if err != nil {
		return nil, err
	}
	var out []todo.Item
	for _, p := range list {
		if p.State == store.Proposed && p.By != who.Account {
			out = append(out, todo.Item{Kind: todo.Pack, ID: p.ID, Do: edu.Text{ZH: "审定", EN: "Decide on"}, Title: edu.Text{ZH: p.Title}, From: edu.Text{ZH: p.Name}, Link: "/own-pack/change?id=" + p.ID, Since: p.At})
		}
	}
	return out, nil
}

// TodoSettings are what somebody wants to hear of the own to-dos.
func (c *City) TodoSettings(ctx context.Context, who auth.Actor) (todo.Settings, error) {
	if who.Account == "" {
		return todo.Settings{}, nil
	}
	return c.store.TodoSettings(ctx, who.Account)
}

// SetDigest switches the own daily digest.
func (c *City) SetDigest(ctx context.Context, who auth.Actor, on bool) error {
	if who.Account == "" {
		return fmt.Errorf("a digest without an account: %w", fault.Forbidden)
	}
	return c.store.SetDigest(ctx, who.Account, on)
}

// MakeFeed makes the secret address of the own calendar, and shows it once. The
// one before leads nowhere from now on.
func (c *City) MakeFeed(ctx context.Context, who auth.Actor) (key string, err error) {
	if who.Account == "" {
		return "", fmt.Errorf("a calendar without an account: %w", fault.Forbidden)
	}
	key, hash := auth.NewSecret()
	rec := record(who, feedMade, "", c.now())
	rec.Object, rec.Remote = who.Account, auth.Remote(ctx)
	return key, c.store.SetFeed(ctx, who.Account, hash, c.now(), rec)
}

// DropFeed takes the address of the own calendar back.
func (c *City) DropFeed(ctx context.Context, who auth.Actor) error {
	if who.Account == "" {
		return fmt.Errorf("a calendar without an account: %w", fault.Forbidden)
	}
	rec := record(who, feedDropped, "", c.now())
	rec.Object, rec.Remote = who.Account, auth.Remote(ctx)
	return c.store.SetFeed(ctx, who.Account, "", c.now(), rec)
}

// Feed gives the to-dos of whoever has a secret address.
func (c *City) Feed(ctx context.Context, key string) ([]todo.Item, error) {
	a, err := c.store.FeedOf(ctx, auth.HashSecret(key))
	if err != nil {
		return nil, err
	}
	return c.Todos(ctx, a.Actor())
}
